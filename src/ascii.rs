//! Finding ASCII words in long texts: sets of characters, and which of some words begin at a place.

use crate::triple::{Head, Triples, rarest};

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
pub(crate) mod lanes;

/// A set of ASCII characters. Two words, for WebAssembly has no 128-bit shifts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Set([u64; 2]);

impl Set {
    /// From a class such as `A-Za-z0-9_-`.
    pub(crate) fn of(class: &[u8]) -> Self {
        let mut set = Set::default();
        let mut rest = class;
        loop {
            rest = match rest {
                [from, b'-', to, after @ ..] => {
                    (*from..=*to).for_each(|byte| set.add(byte));
                    after
                }
                [byte, after @ ..] => {
                    set.add(*byte);
                    after
                }
                [] => return set,
            };
        }
    }

    /// The characters of a text; what is not ASCII is left out.
    pub(crate) fn of_each(text: &[u8]) -> Self {
        let mut set = Set::default();
        text.iter().for_each(|byte| set.add(*byte));
        set
    }

    pub(crate) fn has(self, byte: u8) -> bool {
        let [low, high] = self.0;
        match byte {
            0..64 => low >> byte & 1 == 1,
            64..128 => high >> (byte - 64) & 1 == 1,
            _ => false,
        }
    }

    /// Its characters, in order.
    pub(crate) fn bytes(self) -> impl Iterator<Item = u8> {
        (0..128).filter(move |byte| self.has(*byte))
    }

    pub(crate) fn len(self) -> u32 {
        let [low, high] = self.0;
        low.count_ones() + high.count_ones()
    }

    pub(crate) fn join(&mut self, other: Set) {
        let ([low, high], [more_low, more_high]) = (self.0, other.0);
        self.0 = [low | more_low, high | more_high];
    }

    fn add(&mut self, byte: u8) {
        let [low, high] = &mut self.0;
        match byte {
            0..64 => *low |= 1 << byte,
            64..128 => *high |= 1 << (byte - 64),
            _ => {}
        }
    }
}

/// Words with one first byte: what their second byte can be, and each with what it stands for.
type Bucket<T> = (Set, Vec<(&'static [u8], T)>);

/// Words by what they begin with. Most places of a text are told off by their first two bytes.
pub(crate) struct Prefixes<T> {
    by_first: Vec<Bucket<T>>,
}

impl<T: Copy> Prefixes<T> {
    /// Words of two bytes or more, each with what it stands for.
    pub(crate) fn new(words: impl IntoIterator<Item = (&'static str, T)>) -> Self {
        let mut by_first: Vec<Bucket<T>> = (0..128).map(|_| (Set::default(), Vec::new())).collect();
        for (word, value) in words {
            let [first, second, ..] = word.as_bytes() else { continue };
            if let Some((seconds, bucket)) = by_first.get_mut(usize::from(*first)) {
                seconds.add(*second);
                bucket.push((word.as_bytes(), value));
            }
        }
        Prefixes { by_first }
    }

    /// The words that `text` begins with, and what they stand for.
    pub(crate) fn of(&self, text: &[u8]) -> impl Iterator<Item = (&'static [u8], T)> {
        let bucket = match text {
            [first, second, ..] => self.by_first.get(usize::from(*first)).filter(|(seconds, _)| seconds.has(*second)),
            _ => None,
        };
        let words = bucket.map_or(&[] as &[(&'static [u8], T)], |(_, words)| words);
        words.iter().copied().filter(|(word, _)| text.starts_with(word))
    }
}

/// Words looked for at all places of long texts, in any case.
pub(crate) struct Cues<T> {
    triples: Triples,
    words: Vec<(&'static [u8], T)>,
}

impl<T: Copy> Cues<T> {
    /// Words in lower case, of three bytes or more, each with what it stands for.
    pub(crate) fn new(words: impl IntoIterator<Item = (&'static str, T)>) -> Self {
        let words: Vec<(&[u8], T)> = words.into_iter().map(|(word, value)| (word.as_bytes(), value)).collect();
        let quads = words.iter().zip(0..).filter_map(|((word, _), number)| Some((number, rarest(word)?)));
        let heads = words.iter().map(|(word, _)| Head::of(word, false)).collect();
        Cues { triples: Triples::new(quads, heads), words }
    }

    /// Calls `see` with the places at which words stand, in no order, and what they stand for. Words that end in a
    /// letter have to end there.
    pub(crate) fn each(&self, text: &[u8], mut see: impl FnMut(usize, T)) {
        self.each_part(text, |start, word, value| {
            let open = word.last().is_some_and(u8::is_ascii_alphabetic)
                && text.get(start + word.len()).is_some_and(u8::is_ascii_alphanumeric);
            if !open {
                see(start, value);
            }
        });
    }

    /// Whether [`Cues::each`] sees any of the words in the text.
    pub(crate) fn any(&self, text: &str) -> bool {
        let mut stands = false;
        self.each(text.as_bytes(), |_, _| stands = true);
        stands
    }

    /// Whether any of the words stands in the text, be it as a part of another word.
    pub(crate) fn stands_in(&self, text: &str) -> bool {
        let mut stands = false;
        self.each_part(text.as_bytes(), |_, _, _| stands = true);
        stands
    }

    fn each_part(&self, text: &[u8], mut see: impl FnMut(usize, &[u8], T)) {
        self.triples.each(text, |number, start| {
            let Some((word, value)) = self.words.get(usize::from(number)) else { return };
            let found = text.get(start..start + word.len());
            if found.is_some_and(|found| found.eq_ignore_ascii_case(word)) {
                see(start, word, *value);
            }
        });
    }
}

/// Whether no word of letters and digits runs into the place.
pub(crate) fn begins_word(text: &[u8], at: usize) -> bool {
    !at.checked_sub(1).and_then(|before| text.get(before)).is_some_and(u8::is_ascii_alphanumeric)
}

/// Whether a text begins with some words, whatever their case.
pub(crate) fn begins(text: &str, words: &str) -> bool {
    text.get(..words.len()).is_some_and(|start| start.eq_ignore_ascii_case(words))
}

/// Whether a word is one of some, whatever its case.
pub(crate) fn is_any(word: &str, known: &[&str]) -> bool {
    known.iter().any(|known| word.eq_ignore_ascii_case(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets() {
        let set = Set::of(b"A-Cx_-");
        assert_eq!(
            (set.has(b'B'), set.has(b'-'), set.has(b'D'), set.has(200), set.len()),
            (true, true, false, false, 6)
        );
        assert_eq!(Set::of_each("aéa".as_bytes()).len(), 1);
    }

    #[test]
    fn prefixes() {
        let words = Prefixes::new([("to", 1), ("token", 2), ("<b>", 3)]);
        let of = |text: &str| words.of(text.as_bytes()).map(|(_, value)| value).collect::<Vec<_>>();
        assert_eq!((of("tokens"), of("<b>"), of("t"), of("é")), (vec![1, 2], vec![3], vec![], vec![]));
    }
}
