//! Two texts laid side by side: what one has that the other has not, and where they differ.

use super::clause::have_one_order;
use super::lexicon::{antonyms, has_antonyms, synonyms};
use super::profile::Profile;
use super::word::{Mark, Word};

/// The content words of one text that the other has neither as such nor in a synonym.
pub(crate) struct Leftover {
    /// How much they say, summed.
    pub weight: u32,
    /// How much all content words of the text say.
    total: u32,
}

impl Leftover {
    /// How much those words say that the other has too.
    pub(crate) fn common(&self) -> u32 {
        self.total - self.weight
    }

    /// The share of the text, by weight, that the other has too.
    pub(crate) fn covered(&self) -> f64 {
        if self.total == 0 { 1.0 } else { 1.0 - f64::from(self.weight) / f64::from(self.total) }
    }
}

/// What `a` has beyond `b`.
pub(crate) fn leftover(a: &Profile, b: &Profile) -> Leftover {
    let mut left = Leftover { weight: 0, total: 0 };
    for (stem, weight) in a.content.iter().zip(&a.weights) {
        left.total += u32::from(*weight);
        if !b.says(*stem) {
            left.weight += u32::from(*weight);
        }
    }
    left
}

// Words whose vectors are further apart have nothing in common.
const AKIN: f32 = 0.4;

/// The share of some stems of `a`, by weight, that `b` says: as such, in a synonym, or in part by a word that is used
/// alike ("slicing", "cutting"). Words that are used alike may well exclude each other, so this proves no sameness.
pub(crate) fn said(stems: &[u32], a: &Profile, b: &Profile) -> f64 {
    let (mut all, mut said) = (0.0, 0.0);
    for (stem, weight) in a.content.iter().zip(&a.weights).filter(|(stem, _)| stems.binary_search(stem).is_ok()) {
        if a.words.iter().any(|word| word.stem == *stem && word.is(Mark::NEGATION)) {
            continue;
        }
        all += f64::from(*weight);
        said += f64::from(*weight) * if b.says(*stem) { 1.0 } else { akin(*stem, a, b) };
    }
    if all == 0.0 { 0.0 } else { said / all }
}

/// How near the nearest word of `b` comes to a word of `a`, 0 to 1.
fn akin(stem: u32, a: &Profile, b: &Profile) -> f64 {
    let Some((_, own)) = a.meanings().find(|(word, _)| word.stem == stem) else { return 0.0 };
    let others = b.meanings().filter(|(word, _)| !word.is(Mark::STOP | Mark::NEGATION));
    let near = others.map(|(_, other)| own.cosine(other)).fold(0.0, f32::max);
    if near < AKIN { 0.0 } else { f64::from(near) }
}

/// The longest run of words, not necessarily side by side, that both texts have in the same order, as a share of the
/// words of both.
pub(crate) fn order(a: &[Word], b: &[Word]) -> f64 {
    // Beyond this the beginning tells enough: the table has a cell for each pair of words.
    const MOST: usize = 64;
    let (a, b) = (a.get(..MOST).unwrap_or(a), b.get(..MOST).unwrap_or(b));
    let mut row = [0u16; MOST + 1];
    for x in a {
        let mut diagonal = 0;
        for (at, y) in b.iter().enumerate() {
            let left = row.get(at).copied().unwrap_or(0);
            let Some(cell) = row.get_mut(at + 1) else { break };
            let above = *cell;
            *cell = if x.stem == y.stem { diagonal + 1 } else { above.max(left) };
            diagonal = above;
        }
    }
    let longest = row.get(b.len()).copied().unwrap_or(0);
    if a.is_empty() && b.is_empty() { 1.0 } else { 2.0 * f64::from(longest) / (a.len() + b.len()) as f64 }
}

/// The one place in which two otherwise equal texts differ.
pub(crate) struct Slot<'a> {
    pub before: &'a [Word],
    pub a: &'a [Word],
    pub b: &'a [Word],
    pub after: &'a [Word],
}

// A longer slot is another wording, not another value.
const SLOT_WORDS: usize = 3;

/// What is between the common beginning and the common end of two texts, if it is short in both.
pub(crate) fn slot<'a>(a: &'a [Word], b: &'a [Word]) -> Option<Slot<'a>> {
    let same = |(x, y): &(&Word, &Word)| synonyms(x.stem, y.stem);
    let start = a.iter().zip(b).take_while(same).count();
    let room = a.len().min(b.len()) - start;
    let end = a.iter().rev().zip(b.iter().rev()).take(room).take_while(same).count();
    let (slot_a, slot_b) = (a.get(start..a.len() - end)?, b.get(start..b.len() - end)?);
    let short = |slot: &[Word]| (1..=SLOT_WORDS).contains(&slot.len());
    // Two texts of two words each that share one are not one text with a slot.
    let framed = start + end >= slot_a.len().max(slot_b.len()).max(2);
    (short(slot_a) && short(slot_b) && framed).then(|| Slot {
        before: a.get(..start).unwrap_or_default(),
        a: slot_a,
        b: slot_b,
        after: a.get(a.len() - end..).unwrap_or_default(),
    })
}

/// A pair of opposites, one word in each text and not in the other.
pub(crate) fn opposites<'a>(a: &'a Profile, b: &'a Profile) -> Option<(&'a Word, &'a Word)> {
    if !a.opposable || !b.opposable {
        return None;
    }
    let only = |word: &Word, other: &Profile| other.first(word.stem).is_none();
    let opposes = |x: &Word, y: &Word| antonyms(x.stem, y.stem) && only(y, a) && !agree(a, x, b, y);
    let opposite = |x: &'a Word| Some((x, b.words.iter().find(|y| opposes(x, y))?));
    a.words.iter().filter(|word| has_antonyms(word.stem) && only(word, b)).find_map(opposite)
}

/// Whether opposites say the same: one of them is denied ("forbidden", "not allowed"), or what comes first in the one text
/// comes first in the other ("A before B", "B after A").
pub(super) fn agree(a: &Profile, x: &Word, b: &Profile, y: &Word) -> bool {
    let denied = |of: &Profile, word: &Word| of.negated.binary_search(&word.stem).is_ok();
    // "Before tax" is never "after tax".
    let behind = |of: &Profile, word: &Word| {
        let next = of.words.iter().skip_while(|other| *other != word).skip(1).find(|next| !next.is(Mark::STOP));
        next.map(|next| next.stem)
    };
    let orders =
        |of: &Profile, word: &Word| ["after", "before"].contains(&of.shown(word)) && behind(a, x) != behind(b, y);
    denied(a, x) != denied(b, y)
        || orders(a, x) && orders(b, y) && have_one_order(a.clauses(), b.clauses())
        || converse(a, x, b, y) && begin_with_each_other(a, b)
}

/// What the one does to the other if the other does that to the one: "Ana sells to Ben", "Ben buys from Ana".
fn converse(a: &Profile, x: &Word, b: &Profile, y: &Word) -> bool {
    const DEEDS: [[&str; 2]; 6] = [
        ["bought", "sold"],
        ["buys", "sells"],
        ["receives", "sends"],
        ["received", "sent"],
        ["lends", "borrows"],
        ["lent", "borrowed"],
    ];
    const DEGREES: [[&str; 2]; 4] = [["more", "fewer"], ["more", "less"], ["longer", "shorter"], ["higher", "lower"]];
    let (x, y) = (a.shown(x), b.shown(y));
    let among = |pairs: &[[&str; 2]]| pairs.iter().any(|pair| pair == &[x, y] || pair == &[y, x]);
    among(&DEEDS) || among(&DEGREES) && a.has("than") && b.has("than")
}

/// Whether each text speaks first of what the other has further on.
fn begin_with_each_other(a: &Profile, b: &Profile) -> bool {
    let first = |of: &Profile, other: &Profile| {
        let carries =
            |word: &&Word| !word.is(Mark::STOP | Mark::NEGATION | Mark::VERB) && other.first(word.stem).is_some();
        of.words.iter().find(carries).map(|word| word.stem)
    };
    first(a, b).zip(first(b, a)).is_some_and(|(x, y)| x != y)
}

/// The two parts that changed places: "Ana reports to Ben", "Ben reports to Ana". What only joins equals ("tabs and
/// spaces") may be turned round.
pub(crate) fn swapped<'a>(a: &'a [Word], b: &'a [Word]) -> Option<(&'a [Word], &'a [Word])> {
    let same = |(x, y): &(&Word, &Word)| x.stem == y.stem;
    if a.len() != b.len() {
        return None;
    }
    let start = a.iter().zip(b).take_while(same).count();
    let end = a.iter().rev().zip(b.iter().rev()).take(a.len() - start).take_while(same).count();
    let (a, b) = (a.get(start..a.len() - end)?, b.get(start..b.len() - end)?);
    let equal = |x: &[Word], y: &[Word]| x.len() == y.len() && x.iter().zip(y).all(|(x, y)| x.stem == y.stem);
    for first in 1..=SLOT_WORDS {
        for last in 1..=SLOT_WORDS {
            let middle = a.len().checked_sub(first + last)?;
            let (x, y) = (a.get(..first)?, a.get(first + middle..)?);
            let between = a.get(first..first + middle)?;
            let joins = between.iter().all(|word| word.is(Mark::JOIN));
            let turned = equal(b.get(..last)?, y)
                && equal(b.get(last + middle..)?, x)
                && equal(b.get(last..last + middle)?, between);
            if turned && !joins {
                return Some((x, y));
            }
        }
    }
    None
}
