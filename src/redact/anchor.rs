//! Where in a text a rule may find something, in one cheap pass; the rules then look only there.
//!
//! Every rule needs one of some literals near by (`ghp_`, `password`, `://`) or a long run of letters and digits.
//! Runs are found by hopping: where the byte one length ahead belongs to no run, none begins before it.

use std::sync::LazyLock;

use memchr::memchr_iter;

use super::name;
use super::{base64, code, command, login, manifest, place, said, sentence, token};
use crate::ascii::Set;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
use crate::ascii::lanes;
use crate::triple::{Head, Quad, Triples, rarest};
use crate::trust;

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
    /// The name of a password: besides, rules apply at the blanks before words around that look like one.
    Password,
    /// The same, if no letter or digit follows.
    PasswordEnd,
    /// What only sentences have: such blanks and no operators.
    Said,
    /// The code of a card: a rule applies where it begins, and where the number of a card may stand near by.
    Card,
    /// A manifest: a rule applies at the colons around.
    Manifest,
    /// No secret, but what instructions are told by: looked for here, so that a text is gone through once.
    Steering,
}

struct Anchors {
    triples: Triples,
    literals: Vec<Literal>,
}

static ANCHORS: LazyLock<Anchors> = LazyLock::new(|| {
    let cue = |cue: &str| Literal {
        text: cue.to_owned(),
        exact: false,
        sign: Sign::Steering,
        beside: Beside::Before(Set::default()),
    };
    let secrets = name::literals().chain(token::literals()).chain(place::literals()).chain(command::literals());
    let secrets = secrets.chain(code::literals()).chain(login::literals()).chain(base64::literals());
    let literals: Vec<Literal> = secrets.chain(trust::cues().map(cue)).collect();
    let quads = literals.iter().zip(0..).filter_map(|(literal, number)| Some((number, quad(literal)?)));
    let heads = literals.iter().map(|literal| Head::of(literal.text.as_bytes(), literal.exact)).collect();
    Anchors { triples: Triples::new(quads, heads), literals }
});

/// Two neighbouring triples of a literal. Whichever byte of a text the literal begins at, one of them begins at an even
/// one.
fn quad(literal: &Literal) -> Option<Quad> {
    match (literal.text.as_bytes(), literal.beside) {
        ([a, b, c], Beside::Behind(set)) => {
            Some(Quad { at: 0, first: vec![*a], middle: [*b, *c], last: set.bytes().collect() })
        }
        ([b, c], Beside::Behind(set)) => {
            // The shortest name of all, `pw`, begins a word or stands behind a dash.
            let before = Set::of(b"\t\n\r -/:-@[-`{-~").bytes().collect();
            Some(Quad { at: -1, first: before, middle: [*b, *c], last: set.bytes().collect() })
        }
        ([a, b, c], Beside::Before(set)) => {
            Some(Quad { at: -1, first: set.bytes().collect(), middle: [*a, *b], last: vec![*c] })
        }
        (text, _) => rarest(text),
    }
}

/// The places of a text where a rule may apply, in order; and whether what instructions are told by stands in it.
pub(super) fn places(text: &[u8]) -> (Vec<usize>, bool) {
    let (mut places, mut steering) = (Vec::new(), false);
    let anchors = &*ANCHORS;
    anchors.triples.each(text, |number, start| match anchors.standing(text, number, start) {
        Some(literal) if literal.sign == Sign::Steering => steering = true,
        Some(literal) => literal.note(text, start, &mut places),
        None => {}
    });
    long_runs(text, |from, to| {
        // A token may begin with digits and a colon before its long part, and behind a dash or an escape in it.
        let near = from.saturating_sub(token::LONGEST_HEAD)..from + 3;
        places.extend(near.filter(|at| token::starts_word(text, *at) && token::may_begin(text, *at)));
        let dashes = memchr_iter(b'-', text.get(from..to).unwrap_or_default()).map(|dash| from + dash + 1);
        places.extend(dashes.filter(|at| token::may_begin(text, *at)));
    });
    places.extend(login::at_signs(text));
    places.sort_unstable();
    places.dedup();
    (places, steering)
}

impl Anchors {
    /// The literal of that number, if it stands at `start`.
    fn standing(&self, text: &[u8], number: u16, start: usize) -> Option<&Literal> {
        let literal = self.literals.get(usize::from(number))?;
        let word = literal.text.as_bytes();
        let found = text.get(start..start + word.len())?;
        (if literal.exact { found == word } else { found.eq_ignore_ascii_case(word) }).then_some(literal)
    }
}

impl Literal {
    /// Adds the places that it points to from `start`.
    fn note(&self, text: &[u8], start: usize, places: &mut Vec<usize>) {
        let end = start + self.text.len();
        match self.sign {
            Sign::Here => places.push(start),
            Sign::Card => {
                places.push(start);
                code::cards(text, start, places);
            }
            Sign::Manifest => manifest::colons(text, start, places),
            Sign::NameEnd if text.get(end).is_some_and(u8::is_ascii_alphanumeric) => {}
            Sign::Said if text.get(end).is_some_and(u8::is_ascii_alphanumeric) => {}
            Sign::Said => sentence::places(text, start, end, places),
            Sign::PasswordEnd if text.get(end).is_some_and(u8::is_ascii_alphanumeric) => {}
            Sign::Name | Sign::NameEnd => operators(text, start, end, places),
            Sign::Password | Sign::PasswordEnd => {
                operators(text, start, end, places);
                sentence::places(text, start, end, places);
            }
            Sign::Steering => {}
        }
    }
}

/// Bytes from the beginning of a name's word to the end of the name.
const LONGEST_NAME: usize = 40;

/// The places behind the word of a name at `start..end` at which its value may be given: the operators behind the
/// name and what closes it, ` is `, the blank before a value, and the beginning of an option that the word is part of.
fn operators(text: &[u8], start: usize, end: usize, places: &mut Vec<usize>) {
    let reach = start + LONGEST_NAME;
    let name = |byte: u8| byte.is_ascii_alphanumeric() || !byte.is_ascii() || b"_-. \t".contains(&byte);
    let mut at = end;
    while at <= reach && text.get(at).is_some_and(|byte| name(*byte)) {
        if text.get(at) == Some(&b' ') && said::may_tell(text, at) {
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
    places.extend((option > 0 && text.get(start - option) == Some(&b'-')).then_some(start - option));
}

/// The tokens of most providers have so many bytes of [`RUN_CLASS`] in a row.
pub(super) const LONG_RUN: usize = 19;

pub(super) const RUN_CLASS: &[u8] = b"A-Za-z0-9_-";

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
static IN_RUN: LazyLock<[bool; 256]> = LazyLock::new(|| {
    let set = Set::of(RUN_CLASS);
    std::array::from_fn(|byte| u8::try_from(byte).is_ok_and(|byte| set.has(byte)))
});

/// Calls `found` with each run of letters, digits, `_` and `-` that is at least [`LONG_RUN`] long.
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
fn long_runs(text: &[u8], mut found: impl FnMut(usize, usize)) {
    let (blocks, tail) = text.as_chunks::<16>();
    // Behind the last byte that is in no run.
    let mut from = 0;
    for (number, block) in blocks.iter().enumerate() {
        let outside = !lanes::in_names(block);
        if outside != 0 {
            let to = 16 * number + outside.trailing_zeros() as usize;
            if to - from >= LONG_RUN {
                found(from, to);
            }
            from = 16 * (number + 1) - outside.leading_zeros() as usize;
        }
    }
    // One that begins behind the blocks is too short.
    if text.len() - from >= LONG_RUN {
        let inside = lanes::in_names(&lanes::padded(tail).unwrap_or_default()).trailing_ones() as usize;
        let to = text.len() - tail.len() + inside;
        if to - from >= LONG_RUN {
            found(from, to);
        }
    }
}

/// The same.
#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
fn long_runs(text: &[u8], mut found: impl FnMut(usize, usize)) {
    let in_run = &*IN_RUN;
    let (mut at, mut end) = (0, LONG_RUN);
    // Back from where a run that began at `at` would have its last byte at the earliest. A plain loop, for the module
    // for JavaScript is compiled for size, where iterators are calls.
    while let Some(byte) = text.get(end.wrapping_sub(1)) {
        if in_run.get(usize::from(*byte)) != Some(&true) {
            (at, end) = (end, end + LONG_RUN);
        } else if end - 1 > at {
            end -= 1;
        } else {
            let rest = text.get(at..).unwrap_or_default();
            let length = rest.iter().take_while(|byte| in_run.get(usize::from(**byte)) == Some(&true)).count();
            found(at, at + length);
            at += length;
            end = at + LONG_RUN;
        }
    }
}
