//! The sentence model: a static vector for each WordPiece token.
//!
//! Format and training are described in `NOTICE` and ARCHITECTURE.md. The vocabulary is sorted, so there is no table to
//! build when it is loaded, only the places of its lines to note. The feature `model` puts it into the program; without
//! it a host loads the same bytes, once.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::sync::OnceLock;

use crate::error::{Error, Result};

/// Components of a vector.
pub(crate) const DIMENSION: usize = 128;
const HEADER: usize = 16;
// Any other model would give other plans from the same inputs. A checksum, not a signature: SHA-256 takes 10 ms in wasm.
const CHECKSUM: u64 = 0x9a2d_e520_cdb9_8123;

static MODEL: OnceLock<Model> = OnceLock::new();
#[cfg(feature = "model")]
static EMBEDDED: &[u8] = include_bytes!("sentence-minilm128-q4.sem");

/// Loads the sentence model from the bytes of `sentence-minilm128-q4.sem`. Builds with the feature `model` have it, and
/// this does nothing.
///
/// # Errors
/// `invalid_model` if they are other bytes.
pub fn load_model(bytes: Vec<u8>) -> Result<()> {
    if model_is_loaded() {
        return Ok(());
    }
    let problem = |problem: &str| Error::InvalidModel { problem: problem.to_owned() };
    if checksum(&bytes) != CHECKSUM {
        return Err(problem(&format!("its {} bytes are not those that this engine was made with", bytes.len())));
    }
    let model = Model::of(bytes.into()).ok_or_else(|| problem("it is cut off"))?;
    MODEL.get_or_init(|| model);
    Ok(())
}

/// Whether the engine can compare: builds with the feature `model` always can, others after [`load_model`].
pub fn model_is_loaded() -> bool {
    Model::get().is_some()
}

/// Fletcher's (1982) on words of 64 bits. Two additions a word: a browser runs this before it has optimised anything.
fn checksum(bytes: &[u8]) -> u64 {
    let (blocks, rest) = bytes.as_chunks::<32>();
    let (mut sum, mut sums) = (bytes.len() as u64, 0u64);
    for block in blocks {
        let (words, _) = block.as_chunks::<8>();
        let [a, b, c, d] = words else { continue };
        sum = sum.wrapping_add(u64::from_le_bytes(*a));
        sums = sums.wrapping_add(sum);
        sum = sum.wrapping_add(u64::from_le_bytes(*b));
        sums = sums.wrapping_add(sum);
        sum = sum.wrapping_add(u64::from_le_bytes(*c));
        sums = sums.wrapping_add(sum);
        sum = sum.wrapping_add(u64::from_le_bytes(*d));
        sums = sums.wrapping_add(sum);
    }
    for byte in rest {
        sum = sum.wrapping_add(u64::from(*byte));
        sums = sums.wrapping_add(sum);
    }
    sum.rotate_left(32) ^ sums
}

// BERT's WordPiece gives up on longer words; they are identifiers, not language.
const LONGEST: usize = 100;

/// The lines of the vocabulary that a word consists of.
pub(crate) struct Pieces {
    lines: [u16; LONGEST],
    count: usize,
}

impl Pieces {
    /// Adds their vectors up.
    pub(crate) fn add(&self, model: &Model, sum: &mut [f32; DIMENSION]) {
        self.lines.iter().take(self.count).for_each(|line| model.add_row(usize::from(*line), sum));
    }

    /// The line, if it is one only.
    pub(crate) fn single(&self) -> Option<u16> {
        self.lines.first().filter(|_| self.count == 1).copied()
    }
}

/// The model's bytes, and where things are in them.
pub(crate) struct Model {
    bytes: Cow<'static, [u8]>,
    /// Where each line of the vocabulary starts, and where the line after the last one would.
    starts: Vec<u32>,
    /// Lines from and to which the pieces are that continue a word, written with `##`.
    continued: (usize, usize),
    scales: usize,
    rows: usize,
    /// Where the lines are that begin with two letters, and those that continue a word with them.
    pairs: OnceLock<[Vec<u16>; 2]>,
}

impl Model {
    /// The model, if it is there.
    pub(crate) fn get() -> Option<&'static Model> {
        #[cfg(feature = "model")]
        if MODEL.get().is_none() {
            let model = Model::of(Cow::Borrowed(EMBEDDED))?;
            return Some(MODEL.get_or_init(|| model));
        }
        MODEL.get()
    }

    fn of(bytes: Cow<'static, [u8]>) -> Option<Model> {
        let number = |at: usize| Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?) as usize);
        let (tokens, vocabulary) = (number(4)?, number(12)?);
        let scales = HEADER + vocabulary;
        let mut starts = Vec::with_capacity(tokens.min(bytes.len()) + 1);
        starts.push(HEADER as u32);
        let mut next = HEADER as u32;
        for byte in bytes.get(HEADER..scales)? {
            next += 1;
            if *byte == b'\n' {
                starts.push(next);
            }
        }
        starts.push(scales as u32 + 1);
        let rows = scales + tokens * 2;
        if bytes.get(..4)? != b"SEM1" || starts.len() != tokens + 1 || bytes.len() != rows + tokens * DIMENSION / 2 {
            return None;
        }
        let mut model = Model { bytes, starts, continued: (0, 0), scales, rows, pairs: OnceLock::new() };
        model.continued = (model.place(0, tokens, |line| line < b"##"), model.place(0, tokens, |line| line < b"#$"));
        Some(model)
    }

    /// The vector of a word: of its pieces by greedy longest match (WordPiece, Devlin et al. 2019), added up.
    /// Nothing if any of them is not known.
    pub(crate) fn add_word(&self, word: &str, sum: &mut [f32; DIMENSION]) -> Option<()> {
        self.pieces(word).map(|pieces| pieces.add(self, sum))
    }

    /// The pieces of a word by greedy longest match. Nothing if any of them is not known.
    pub(crate) fn pieces(&self, word: &str) -> Option<Pieces> {
        if word.len() > LONGEST {
            return None;
        }
        let mut pieces = Pieces { lines: [0; LONGEST], count: 0 };
        let mut rest = word.as_bytes();
        while !rest.is_empty() {
            let (line, length) = self.longest_piece(rest, rest.len() < word.len())?;
            // The vocabulary has fewer lines than that.
            *pieces.lines.get_mut(pieces.count)? = u16::try_from(line).ok()?;
            pieces.count += 1;
            rest = rest.get(length..)?;
        }
        Some(pieces)
    }

    /// The line of the longest piece that a text begins with, and how many of its bytes that is.
    fn longest_piece(&self, text: &[u8], continues: bool) -> Option<(usize, usize)> {
        let (first, mark) = if continues { (self.continued.0, 2) } else { (0, 0) };
        let mut key = text;
        // A line that begins the text does not sort behind it, and the longest such line is the last one. The last line
        // that does not sort behind it may part from it midway; then the search goes on with what they share.
        while !key.is_empty() {
            let behind = |line: &[u8]| line.get(mark..).unwrap_or_default().cmp(key) != Ordering::Greater;
            let (low, high) = self.around(key, continues);
            let at = self.place(low, high, behind).checked_sub(1).filter(|at| *at >= first)?;
            let line = self.line(at).get(mark..)?;
            let shared = line.iter().zip(key).take_while(|(a, b)| a == b).count();
            if shared == line.len() {
                return (shared > 0).then_some((at, shared));
            }
            key = key.get(..shared)?;
        }
        None
    }

    /// Lines among which the last one is that does not sort behind a text, or the first of which is behind it.
    fn around(&self, text: &[u8], continues: bool) -> (usize, usize) {
        let (first, last) = if continues { self.continued } else { (0, self.len()) };
        let [a @ b'a'..=b'z', b @ b'a'..=b'z', ..] = text else { return (first, last) };
        let at = usize::from(a - b'a') * 27 + usize::from(b - b'a');
        let [whole, continued] = self.pairs.get_or_init(|| [false, true].map(|continues| self.pairs(continues)));
        match (if continues { continued } else { whole }).get(at..at + 2) {
            Some([low, high]) => (usize::from(*low), usize::from(*high)),
            _ => (first, last),
        }
    }

    /// The first line behind those that sort before two letters, for all pairs of letters and for what follows on z.
    fn pairs(&self, continues: bool) -> Vec<u16> {
        let ((first, last), mark) = if continues { (self.continued, 2) } else { ((0, self.len()), 0) };
        let pairs = (b'a'..=b'z').flat_map(|a| (b'a'..=b'z' + 1).map(move |b| [a, b]));
        let place =
            |pair: [u8; 2]| self.place(first, last, |line| line.get(mark..).unwrap_or_default() < pair.as_slice());
        pairs.map(|pair| place(pair) as u16).collect()
    }

    /// How many lines the vocabulary has.
    pub(crate) fn len(&self) -> usize {
        self.starts.len() - 1
    }

    fn line(&self, at: usize) -> &[u8] {
        match (self.starts.get(at), self.starts.get(at + 1)) {
            (Some(start), Some(next)) => self.bytes.get(*start as usize..*next as usize - 1).unwrap_or_default(),
            _ => &[],
        }
    }

    /// The first line from `first` up to `last` for which something no longer holds.
    fn place(&self, first: usize, last: usize, holds: impl Fn(&[u8]) -> bool) -> usize {
        let (mut low, mut high) = (first, last);
        while low < high {
            let middle = (low + high) / 2;
            if holds(self.line(middle)) { low = middle + 1 } else { high = middle }
        }
        low
    }

    /// Adds the vector of a line of the vocabulary.
    pub(crate) fn add_row(&self, at: usize, sum: &mut [f32; DIMENSION]) {
        let row = self.rows + at * DIMENSION / 2;
        // The model was measured when it was loaded: all lines of the vocabulary have both.
        let scale = self.bytes.get(self.scales + at * 2..).and_then(<[u8]>::first_chunk);
        let (Some(scale), Some(row)) = (scale, self.bytes.get(row..row + DIMENSION / 2)) else { return };
        let scale = half(u16::from_le_bytes(*scale));
        for (pair, byte) in sum.chunks_exact_mut(2).zip(row) {
            if let [even, odd] = pair {
                *even += scale * (f32::from(byte & 15) - 8.0);
                *odd += scale * (f32::from(byte >> 4) - 8.0);
            }
        }
    }
}

/// IEEE 754 half precision to single; exact.
fn half(bits: u16) -> f32 {
    let sign = u32::from(bits >> 15) << 31;
    let exponent = u32::from(bits >> 10) & 31;
    let fraction = u32::from(bits) & 1023;
    match exponent {
        0 => f32::from_bits(sign | 0x3f80_0000) * (fraction as f32) * f32::from_bits((127 - 24) << 23),
        31 => f32::from_bits(sign | 0x7f80_0000 | fraction << 13),
        _ => f32::from_bits(sign | (exponent + 112) << 23 | fraction << 13),
    }
}

/// The vocabulary's whole words.
#[cfg(all(test, feature = "model"))]
pub(crate) fn vocabulary() -> impl Iterator<Item = &'static str> {
    let lines = Model::get().into_iter().flat_map(|model| (0..model.len()).map(|at| model.line(at)));
    lines.filter_map(|line| std::str::from_utf8(line).ok()).filter(|line| !line.starts_with("##"))
}

#[cfg(all(test, feature = "model"))]
mod tests {
    use super::*;

    #[test]
    fn half_precision() {
        assert_eq!([half(0x3c00), half(0xc000), half(0x0001), half(0x7bff)], [1.0, -2.0, 5.960_464_5e-8, 65504.0]);
    }

    #[test]
    fn the_longest_piece_is_found() {
        let model = Model::get().expect("it is embedded");
        let piece = |text: &str, continues| {
            let (line, length) = model.longest_piece(text.as_bytes(), continues)?;
            Some((model.line(line), length))
        };
        assert_eq!(piece("deployment", false), Some((b"deployment".as_slice(), 10)));
        assert_eq!(piece("thexyz", false), Some((b"the".as_slice(), 3)));
        assert_eq!(piece("ing", true), Some((b"##ing".as_slice(), 3)));
        // Every piece of the vocabulary is its own longest piece.
        for at in 0..model.len() {
            let line = model.line(at);
            let (text, continues) =
                line.strip_prefix(b"##").filter(|t| !t.is_empty()).map_or((line, false), |t| (t, true));
            assert_eq!(model.longest_piece(text, continues), Some((at, text.len())));
        }
    }

    #[test]
    fn only_the_engines_own_model_is_loaded() {
        assert_eq!(checksum(EMBEDDED), CHECKSUM);
        assert!(Model::of(Cow::Borrowed(EMBEDDED.get(..100_000).unwrap_or_default())).is_none());
        assert!(Model::of(Cow::Borrowed(b"")).is_none());
    }
}
