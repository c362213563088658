//! Where in a text a rule may find something, in one cheap pass; the rules then look only there.
//!
//! Every rule needs one of some literals near by (`ghp_`, `password`, `://`) or a long run of letters and digits.
//! Of each literal, two triples of neighbouring bytes are kept in a set, so that a look at every second place is
//! enough, without regard to case: nearly every place of ordinary text is told off by it. Runs are found by hopping:
//! where the byte one length ahead belongs to no run, none begins before it.

use std::sync::LazyLock;

use super::name;
use super::{manifest, place, token};
use crate::ascii::Set;

/// A literal that gives rules away.
#[derive(Debug, Clone)]
pub(super) struct Literal {
    pub(super) text: String,
    pub(super) exact: bool,
    pub(super) sign: Sign,
    /// What can stand behind it, or before it; only for those of three bytes, which have but one triple.
    pub(super) beside: Beside,
}

/// Bytes that a short literal needs on one of its sides.
#[derive(Debug, Clone, Copy)]
pub(super) enum Beside {
    Before(Set),
    Behind(Set),
}

/// What a literal is a sign of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    /// A rule applies where it begins.
    Here,
    /// A name: a rule applies at the operator behind it.
    Name,
    /// A name, if no letter or digit follows.
    NameEnd,
    /// A manifest: a rule applies at the colons around.
    Manifest,
}

/// One bit for each hash of three bytes.
const SET_BITS: u32 = 16;
const SET_WORDS: usize = 1 << (SET_BITS - 6);

struct Anchors {
    set: Box<[u64; SET_WORDS]>,
    literals: Vec<Literal>,
    /// The triples of all literals in the order of their hashes: hash, literal, where in it the triple begins.
    triples: Vec<(u16, u16, i8)>,
    /// Where in them those of a word of the set begin.
    first: Vec<u16>,
}

static ANCHORS: LazyLock<Anchors> = LazyLock::new(|| {
    let literals: Vec<Literal> = name::literals().chain(token::literals()).chain(place::literals()).collect();
    let numbered = literals.iter().zip(0..);
    let mut triples: Vec<_> = numbered
        .flat_map(|(literal, number)| triples(literal).into_iter().map(move |(hash, at)| (hash, number, at)))
        .collect();
    triples.sort_unstable();
    triples.dedup();
    let mut set = Box::new([0; SET_WORDS]);
    for (hash, ..) in &triples {
        if let Some(word) = set.get_mut(usize::from(*hash >> 6)) {
            *word |= 1 << (hash & 63);
        }
    }
    let first = (0..SET_WORDS).map(|word| triples.partition_point(|(hash, ..)| usize::from(*hash >> 6) < word));
    let first = first.map(|at| u16::try_from(at).unwrap_or(u16::MAX)).collect();
    Anchors { set, literals, triples, first }
});

/// The hashes of two neighbouring triples of a literal, and where in it they begin. Whichever byte of a text the
/// literal begins at, one of them begins at an even one.
fn triples(literal: &Literal) -> Vec<(u16, i8)> {
    let text = literal.text.as_bytes();
    let hash = |at: usize| text.get(at..).and_then(|rest| rest.first_chunk()).map(hash_of);
    match (text, literal.beside) {
        ([a, b, c], Beside::Behind(set)) => {
            let behind = set.bytes().map(|next| (hash_of(&[*b, *c, next]), 1));
            behind.chain([(hash_of(&[*a, *b, *c]), 0)]).collect()
        }
        ([a, b, c], Beside::Before(set)) => {
            let before = set.bytes().map(|first| (hash_of(&[first, *a, *b]), -1));
            before.chain([(hash_of(&[*a, *b, *c]), 0)]).collect()
        }
        _ => {
            let rarity = |at: &usize| text.get(*at..at + 4).map(rarity);
            let at = (0..text.len().saturating_sub(3)).rev().max_by_key(rarity).unwrap_or(0);
            [at, at + 1].into_iter().filter_map(|at| Some((hash(at)?, i8::try_from(at).ok()?))).collect()
        }
    }
}

/// The bytes of English and code from the most to the least frequent; what is not among them is rarer still.
const FREQUENT: &[u8] = b" etaoinsrlcdumphgf-_/.bywvkxqjz";

/// How rare the less rare of the two triples is.
fn rarity(pair: &[u8]) -> usize {
    let rank = |byte: &u8| FREQUENT.iter().position(|other| *other == byte.to_ascii_lowercase());
    let of = |triple: &[u8]| triple.iter().map(|byte| rank(byte).unwrap_or(FREQUENT.len())).sum();
    pair.windows(3).map(of).min().unwrap_or(0)
}

/// Letters of either case have the same hash.
fn hash_of(bytes: &[u8; 3]) -> u16 {
    let [a, b, c] = *bytes;
    hash(u32::from_le_bytes([a, b, c, 0]))
}

/// Multiplicative hashing (Knuth, The Art of Computer Programming 3, 6.4) of the three lower bytes.
#[inline]
fn hash(triple: u32) -> u16 {
    let folded = triple & 0x00FF_FFFF | 0x0020_2020;
    (folded.wrapping_mul(0x9E37_79B1) >> (32 - SET_BITS)) as u16
}

/// The places of a text where a rule may apply, in order.
pub(super) fn places(text: &[u8]) -> Vec<usize> {
    let mut places = Vec::new();
    let anchors = &*ANCHORS;
    anchors.each_hit(text, |at, hash| anchors.note(text, at, hash, &mut places));
    long_runs(text, |from, to| {
        // A token may begin with digits and a colon before its long part, and behind a dash or an escape in it.
        let near = from.saturating_sub(token::LONGEST_HEAD)..from + 3;
        places.extend(near.filter(|at| token::starts_word(text, *at) && token::may_begin(text, *at)));
        let run = text.get(from..to).unwrap_or_default().iter().zip(from + 1..);
        let dashes = run.filter(|(byte, _)| **byte == b'-').map(|(_, behind)| behind);
        places.extend(dashes.filter(|at| token::may_begin(text, *at)));
    });
    places.sort_unstable();
    places.dedup();
    places
}

impl Anchors {
    #[inline]
    fn has(&self, hash: u16) -> u64 {
        self.set.get(usize::from(hash >> 6)).map_or(0, |word| word >> (hash & 63) & 1)
    }

    /// Calls `hit` for the even places at which three bytes are in the set.
    fn each_hit(&self, text: &[u8], mut hit: impl FnMut(usize, u16)) {
        let mut at = 0;
        // Sixteen bytes share a branch.
        while let Some(bytes) = text.get(at..).and_then(|rest| rest.first_chunk::<20>()) {
            let hashes = hashes(bytes);
            if hashes.iter().fold(0, |any, hash| any | self.has(*hash)) == 1 {
                for (step, hash) in hashes.iter().enumerate().filter(|(_, hash)| self.has(**hash) == 1) {
                    hit(at + 2 * step, *hash);
                }
            }
            at += 16;
        }
        let rest = text.get(at..).unwrap_or_default();
        for (step, three) in rest.windows(3).enumerate().step_by(2) {
            let hash = three.first_chunk().map_or(0, hash_of);
            if self.has(hash) == 1 {
                hit(at + step, hash);
            }
        }
    }

    /// Adds the places that the literals around `at` point to.
    fn note(&self, text: &[u8], at: usize, hash: u16, places: &mut Vec<usize>) {
        let first = self.first.get(usize::from(hash >> 6)).copied().unwrap_or(0);
        let near = self.triples.get(usize::from(first)..).unwrap_or_default().iter();
        let same = near.take_while(|(other, ..)| *other <= hash).filter(|(other, ..)| *other == hash);
        for (_, number, offset) in same {
            let Some(literal) = self.literals.get(usize::from(*number)) else { continue };
            let Some(start) = at.checked_add_signed(-isize::from(*offset)) else { continue };
            let end = start + literal.text.len();
            let Some(found) = text.get(start..end) else { continue };
            let word = literal.text.as_bytes();
            if !(if literal.exact { found == word } else { found.eq_ignore_ascii_case(word) }) {
                continue;
            }
            match literal.sign {
                Sign::Here => places.push(start),
                Sign::Manifest => manifest::colons(text, start, places),
                Sign::NameEnd if text.get(end).is_some_and(u8::is_ascii_alphanumeric) => {}
                Sign::Name | Sign::NameEnd => operators(text, start, end, places),
            }
        }
    }
}

/// Bytes from the beginning of a name's word to the end of the name.
const LONGEST_NAME: usize = 40;

/// The places behind the word of a name at `start..end` at which its value may be given: the operators behind the
/// name and what closes it, ` is `, and the beginning of an option that the word is part of.
fn operators(text: &[u8], start: usize, end: usize, places: &mut Vec<usize>) {
    let reach = start + LONGEST_NAME;
    let name = |byte: u8| byte.is_ascii_alphanumeric() || b"_-. \t".contains(&byte);
    let mut at = end;
    while at <= reach && text.get(at).is_some_and(|byte| name(*byte)) {
        if text.get(at..at + 2) == Some(b" i") {
            places.push(at);
        }
        at += 1;
    }
    for at in at..at + 6 {
        match text.get(at) {
            Some(b':' | b'=' | b',' | b'>' | b'|') => places.push(at),
            Some(byte) if name(*byte) || b"\n\r\"'`\\])?".contains(byte) => {}
            _ => break,
        }
    }
    let word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    let before = text.get(start.saturating_sub(LONGEST_NAME + 2)..start).unwrap_or_default();
    let option = before.iter().rev().take_while(|byte| word(**byte)).count();
    places.extend((text.get(start - option..start - option + 2) == Some(b"--")).then_some(start - option));
}

/// The hashes at the eight even places.
#[inline]
fn hashes(bytes: &[u8; 20]) -> [u16; 8] {
    let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t] = *bytes;
    let one = u64::from_le_bytes([a, b, c, d, e, f, g, h]);
    let two = u64::from_le_bytes([e, f, g, h, i, j, k, l]);
    let three = u64::from_le_bytes([i, j, k, l, m, n, o, p]);
    let four = u64::from_le_bytes([m, n, o, p, q, r, s, t]);
    let at = |word: u64, shift: u32| hash((word >> shift) as u32);
    [at(one, 0), at(one, 16), at(one, 32), at(two, 16), at(three, 0), at(three, 16), at(three, 32), at(four, 16)]
}

/// The tokens of most providers have so many bytes of [`RUN_CLASS`] in a row.
pub(super) const LONG_RUN: usize = 19;

pub(super) const RUN_CLASS: &[u8] = b"A-Za-z0-9_-";

static IN_RUN: LazyLock<[bool; 256]> = LazyLock::new(|| {
    let set = Set::of(RUN_CLASS);
    std::array::from_fn(|byte| u8::try_from(byte).is_ok_and(|byte| set.has(byte)))
});

/// Calls `found` with each run of letters, digits, `_` and `-` that is at least [`LONG_RUN`] long.
fn long_runs(text: &[u8], mut found: impl FnMut(usize, usize)) {
    let in_run = |byte: &u8| IN_RUN.get(usize::from(*byte)) == Some(&true);
    let mut at = 0;
    while let Some(near) = text.get(at..at + LONG_RUN) {
        match near.iter().rposition(|byte| !in_run(byte)) {
            Some(last) => at += last + 1,
            None => {
                let length = text.get(at..).unwrap_or_default().iter().take_while(|byte| in_run(byte)).count();
                found(at, at + length);
                at += length;
            }
        }
    }
}
