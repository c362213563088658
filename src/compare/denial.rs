//! Whether one text denies what another one says.

use std::collections::BTreeSet;

use super::alignment;
use super::profile::Profile;
use super::word::Mark;
use crate::order::Gather as _;
use crate::text::{Value, ValueKind};

// What a text denies is what the other one says from this share of it on.
const DENIED: f64 = 0.75;
// What denies another text is about the same.
const SPOKEN_OF: f64 = 0.3;

/// Whether `a` denies what `b` says: most of what stands in the scope of its negation is said by `b`, not denied.
pub(crate) fn denies(a: &Profile, b: &Profile) -> bool {
    if a.negated.is_empty() || b.negations > 0 || only_then(a, b) {
        return false;
    }
    let said = a.negated.iter().filter(|stem| b.says(**stem)).count();
    let denied = b.content.iter().filter(|stem| a.negated.binary_search(stem).is_ok()).count();
    (said * 2 >= a.negated.len() || denied * 2 >= b.content.len() && denied > 1) && !affirms(a, b)
}

/// Whether `a` says beside its denial what `b` says: "never use default exports, named exports only".
fn affirms(a: &Profile, b: &Profile) -> bool {
    let mut told = b.words.iter().filter(|word| !word.is(Mark::STOP | Mark::VERB | Mark::IMPERATIVE)).peekable();
    told.peek().is_some() && told.all(|word| a.clauses().affirm(word.stem))
}

/// Both deny something, in the same words, of another thing: "the problem isn't who has it", "the problem is who hasn't".
pub(super) fn denies_elsewhere(a: &Profile, b: &Profile) -> bool {
    let has = |profile: &Profile, stem: u32| profile.words.iter().any(|word| word.stem == stem);
    let spoken = |profile: &Profile| -> BTreeSet<u32> {
        profile.words.iter().filter(|word| !word.is(Mark::STOP | Mark::NEGATION)).map(|word| word.stem).gather_set()
    };
    a.negations == 1
        && b.negations == 1
        && spoken(a) == spoken(b)
        && a.denied_of.zip(b.denied_of).is_some_and(|(x, y)| x != y && has(a, y) && has(b, x))
}

/// "Never close it before the customer agrees" is "close it only after the customer agreed", and "before a restart, check
/// that no import runs" is "check whether an import runs".
pub(super) fn only_then(a: &Profile, b: &Profile) -> bool {
    a.excepted && b.conditional
}

/// Whether a text denies something of an amount alone: "credits need an approval" holds beside "credits under 50 EUR need
/// none".
pub(super) fn denies_a_part(a: &Profile, b: &Profile) -> bool {
    let amounts = |text: &Profile| {
        let amount = |value: &Value| matches!(value.kind, ValueKind::Number | ValueKind::Money | ValueKind::Percent);
        text.values.iter().any(amount)
    };
    let (by, of) = if a.negations > 0 { (a, b) } else { (b, a) };
    of.negations == 0 && amounts(by) && !amounts(of)
}

/// Whether one of two demands plainly rules out what the other one demands, and has something else in its place: "squash
/// merges", "merge commits, no squash".
pub(super) fn chosen_against(a: &Profile, b: &Profile) -> bool {
    // "No squash" names a thing, what is longer may limit it.
    const PLAIN: usize = 2;
    let (by, of) = if a.negations > 0 { (a, b) } else { (b, a) };
    let demands = |text: &Profile| text.words.first().is_some_and(|word| word.is(Mark::IMPERATIVE));
    let plain = |clause: &str| {
        let mut words = clause.split_whitespace();
        matches!(words.next(), Some("no" | "not" | "without")) && (1..=PLAIN).contains(&words.count())
    };
    let limits =
        by.marks.is(Mark::CIRCUMSTANCE | Mark::CONDITION) && !of.marks.is(Mark::CIRCUMSTANCE | Mark::CONDITION);
    let told =
        |stem: &u32| by.says(*stem) || of.first(*stem).is_some_and(|word| word.is(Mark::IMPERATIVE | Mark::VERB));
    of.negations == 0
        && by.negations == 1
        && !limits
        && demands(by)
        && demands(of)
        && by.text.split([',', ';', ':', '.', '(', ')']).any(|clause| plain(clause.trim()))
        // Whom a thing goes to depends on more than the thing.
        && by.negated.iter().all(|stem| of.says(*stem) && !of.names.has(*stem))
        && of.content.iter().all(told)
        && !affirms(by, of)
}

/// Whether one text denies what the other says: all that it denies, and most of what it says, the other says.
pub(super) fn denied(a: &Profile, b: &Profile) -> bool {
    // Without these words their texts would say the opposite: "lacks a key", "has no key".
    const DENYING: [&str; 26] = [
        "alone", "apart", "blocked", "dislike", "dislikes", "except", "excluding", "fail", "failed", "fails", "forget",
        "forgets", "forgot", "free", "lack", "lacks", "missing", "off", "only", "optional", "out", "refuses", "skip",
        "unable", "unknown", "unless",
    ];
    let (by, of) = if a.negations > 0 { (a, b) } else { (b, a) };
    // "Never leave without a key" asks for the key.
    let excepts = by.marks.is(Mark::EXCEPTION);
    of.negations == 0
        && !excepts
        && !DENYING.iter().any(|word| of.has(word) && !by.has(word))
        && a.likeness(b) >= SPOKEN_OF
        && alignment::said(&by.negated, by, of) >= DENIED
        && alignment::said(&by.content, by, of) >= DENIED
}
