//! The guard: what must agree before two texts may be taken for the same. Similarity never overrules it.

use std::collections::BTreeSet;

use super::profile::{Profile, is_negation, shared};
use crate::text::{Value, ValueKind, is_imperative, is_stop_word, stem};

/// How two texts differ in what the guard looks at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Difference {
    /// Each text has a value of a kind that the other contradicts: `different number: 5432 / 6432`.
    pub contradicting: Vec<String>,
    /// How many kinds of values are among those.
    pub kinds: usize,
    /// The texts are the same but for one short slot that contradicts.
    pub framed: bool,
    /// One text says that a value of the other holds no more.
    pub withdrawing: Vec<String>,
    /// They are about different things: another environment, another subject.
    pub subject: Vec<String>,
    /// Values that only the first text has.
    pub only_a: Vec<String>,
    /// Values that only the second text has.
    pub only_b: Vec<String>,
}

impl Difference {
    /// Whether both texts hold the same.
    pub(crate) fn is_none(&self) -> bool {
        *self == Difference::default()
    }
}

/// Compares values, negation, opposites, and the words left over when the texts are laid side by side.
pub(crate) fn difference(a: &Profile, b: &Profile) -> Difference {
    let mut difference = Difference::default();
    compare_values(a, b, &mut difference);
    if a.redacted && b.redacted {
        difference.subject.push("each holds a secret that was replaced".to_owned());
    }
    if denies(a, b) || denies(b, a) {
        difference.contradicting.push("one of them is negated".to_owned());
    }
    compare_words(a, b, &mut difference);
    about_another_thing(a, b, &mut difference);
    withdraw(a, b, &mut difference);
    difference
}

/// Whether `a` denies what `b` says: most of what stands in the scope of its negation is said by `b`, not denied.
pub(crate) fn denies(a: &Profile, b: &Profile) -> bool {
    // "Never close it before the customer agrees" does not deny "close it only after the customer agreed", nor does
    // "before a restart, check that no import runs" deny "check whether an import runs".
    if a.negated.is_empty() || !b.negated.is_empty() || a.excepted && b.conditional {
        return false;
    }
    shared(&a.negated, &b.content) * 2 >= a.negated.len()
}

/// Different values contradict each other only if the texts say the same otherwise. Where both have words of their
/// own besides, or differ in several values at once, they speak of two things ("4.2 needs 17", "4.3 needs 21").
fn about_another_thing(a: &Profile, b: &Profile, difference: &mut Difference) {
    if difference.kinds == 0 || !difference.subject.is_empty() {
        return;
    }
    let (own_a, own_b) = (own_words(a, b), own_words(b, a));
    if difference.kinds > 1 {
        difference.subject.push("they differ in several values".to_owned());
    } else if !own_a.is_empty() && !own_b.is_empty() {
        difference.subject.push(format!("different words: {} / {}", own_a.join(", "), own_b.join(", ")));
    }
}

/// The content words that only `a` has.
fn own_words(a: &Profile, b: &Profile) -> Vec<String> {
    // "now", "since" and the like say that the value is the newer one, not another one.
    let time = |word: &str| matches!(word, "now" | "sinc" | "currently" | "new" | "any" | "mor" | "longer");
    let only = a.content.iter().filter(|word| b.content.binary_search(word).is_err());
    only.filter(|word| !time(word)).cloned().collect()
}

fn withdraw(a: &Profile, b: &Profile, difference: &mut Difference) {
    for (by, of) in [(a, b), (b, a)] {
        let gone =
            |value: &&Value| by.withdrawn.binary_search(value).is_ok() && of.withdrawn.binary_search(value).is_err();
        let gone: Vec<String> = of.values.iter().filter(gone).map(|value| value.shown.clone()).collect();
        if !gone.is_empty() {
            difference.withdrawing.push(format!("one of them says no more: {}", gone.join(", ")));
        }
    }
}

fn compare_values(a: &Profile, b: &Profile, difference: &mut Difference) {
    let kinds: BTreeSet<ValueKind> = a.values.iter().chain(&b.values).map(|value| value.kind).collect();
    for kind in kinds {
        let only_a = without(&a.values, &b.values, kind);
        let only_b = without(&b.values, &a.values, kind);
        match (only_a.is_empty(), only_b.is_empty()) {
            (true, true) => {}
            (false, false) => {
                let reason = format!("different {}: {} / {}", kind.name(), only_a.join(", "), only_b.join(", "));
                if kind.is_subject() {
                    difference.subject.push(reason);
                } else {
                    difference.kinds += 1;
                    difference.contradicting.push(reason);
                }
            }
            (false, true) => difference.only_a.extend(only_a),
            (true, false) => difference.only_b.extend(only_b),
        }
    }
}

fn without(of: &[Value], other: &[Value], kind: ValueKind) -> Vec<String> {
    let mut rest: Vec<&Value> = other.iter().collect();
    let mut only = Vec::new();
    for value in of.iter().filter(|value| value.kind == kind) {
        match rest.iter().position(|candidate| *candidate == value) {
            Some(at) => drop(rest.swap_remove(at)),
            None => only.push(value.shown.clone()),
        }
    }
    only
}

/// The one place in which two otherwise equal texts differ.
struct Slot<'a> {
    before: &'a [String],
    a: &'a [String],
    b: &'a [String],
}

// Words that open a condition or a circumstance: what follows says when or where a statement holds.
const CIRCUMSTANCE: &[&str] = &["during", "for", "if", "in", "of", "on", "unless", "when", "whenever", "within"];
// A longer slot is another wording, not another value.
const SLOT_WORDS: usize = 3;

fn compare_words(a: &Profile, b: &Profile, difference: &mut Difference) {
    if let Some((x, y)) = opposites(&a.words, &b.words) {
        difference.contradicting.push(format!("opposites: {x} / {y}"));
        return;
    }
    let Some(slot) = slot(&a.words, &b.words) else { return };
    if !says_another_thing(&slot) {
        return;
    }
    let reason = format!("one slot differs: {} / {}", slot.a.join(" "), slot.b.join(" "));
    if is_subject(&slot) {
        difference.subject.push(reason);
    } else {
        difference.framed = true;
        difference.contradicting.push(reason);
    }
}

/// Lays two texts side by side: what is between their common beginning and their common end.
fn slot<'a>(a: &'a [String], b: &'a [String]) -> Option<Slot<'a>> {
    let start = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let room = a.len().min(b.len()) - start;
    let end = a.iter().rev().zip(b.iter().rev()).take(room).take_while(|(x, y)| x == y).count();
    let (slot_a, slot_b) = (a.get(start..a.len() - end)?, b.get(start..b.len() - end)?);
    let short = |slot: &[String]| (1..=SLOT_WORDS).contains(&slot.len());
    // Two texts of two words each that share one are not one text with a slot.
    let framed = start + end >= slot_a.len().max(slot_b.len()).max(2);
    (short(slot_a) && short(slot_b) && framed).then(|| Slot {
        before: a.get(..start).unwrap_or_default(),
        a: slot_a,
        b: slot_b,
    })
}

fn says_another_thing(slot: &Slot) -> bool {
    let carrying = |words: &[String]| -> BTreeSet<String> {
        words.iter().filter(|word| !is_stop_word(word)).map(|word| stem(word).to_owned()).collect()
    };
    let (a, b) = (carrying(slot.a), carrying(slot.b));
    let is_value = |word: &String| word.bytes().any(|b| b.is_ascii_digit()) || is_negation(word);
    // Values and negations are judged by kind; synonyms are the same thing in other words.
    !a.is_empty() && !b.is_empty() && a != b && !a.iter().chain(&b).any(is_value) && !synonyms(&a, &b)
}

fn synonyms(a: &BTreeSet<String>, b: &BTreeSet<String>) -> bool {
    const GROUPS: &[&[&str]] = &[
        &["begin", "start", "launch"],
        &["big", "larg", "huge"],
        &["bug", "defect", "issu"],
        &["chang", "modify", "edit", "alter"],
        &["check", "verify", "confirm", "ensur", "mak sur"],
        &["creat", "mak", "add"],
        &["customer", "client"],
        &["delet", "remov", "eras"],
        &["directory", "folder"],
        &["error", "failur", "fault"],
        &["fast", "quick", "rapid"],
        &["fix", "repair", "resolv", "solv"],
        &["get", "fetch", "retriev", "obtain"],
        &["lik", "prefer", "favour", "favor"],
        &["must", "should", "need", "hav"],
        &["pleas", "kindly"],
        &["run", "execut", "invok"],
        &["send", "submit", "post"],
        &["show", "display"],
        &["tell", "inform", "notify"],
        &["use", "us", "utiliz", "utilis", "employ"],
        &["writ", "compos", "draft"],
    ];
    GROUPS.iter().any(|group| {
        let within = |words: &BTreeSet<String>| words.iter().all(|word| group.contains(&word.as_str()));
        within(a) && within(b)
    })
}

/// A slot before the first verb names who or what a text is about; one behind a preposition names when it holds.
fn is_subject(slot: &Slot) -> bool {
    const VERBS: &[&str] = &[
        "are", "can", "do", "does", "has", "have", "is", "likes", "must", "needs", "prefers", "runs", "should", "use",
        "uses", "wants", "was", "were", "will", "works",
    ];
    let verb = slot.before.iter().any(|word| VERBS.binary_search(&word.as_str()).is_ok());
    let last = slot.before.iter().rev().find(|word| !matches!(word.as_str(), "the" | "a" | "an" | "all" | "any"));
    let circumstance = last.is_some_and(|word| CIRCUMSTANCE.binary_search(&word.as_str()).is_ok());
    let leads = slot.before.iter().all(|word| is_stop_word(word));
    let commands = |words: &[String]| words.first().is_some_and(|word| is_imperative(word));
    circumstance || leads && !verb && !(commands(slot.a) && commands(slot.b))
}

/// A pair of opposites, one word in each text and not in the other.
fn opposites<'a>(a: &'a [String], b: &'a [String]) -> Option<(&'a str, &'a str)> {
    const PAIRS: &[(&str, &str)] = &[
        ("accept", "reject"),
        ("after", "before"),
        ("allow", "deny"),
        ("allow", "forbid"),
        ("allowed", "forbidden"),
        ("always", "sometimes"),
        ("ascending", "descending"),
        ("async", "sync"),
        ("dark", "light"),
        ("decrease", "increase"),
        ("disable", "enable"),
        ("disabled", "enabled"),
        ("down", "up"),
        ("exclude", "include"),
        ("fail", "succeed"),
        ("false", "true"),
        ("first", "last"),
        ("high", "low"),
        ("internal", "external"),
        ("long", "short"),
        ("maximum", "minimum"),
        ("mandatory", "optional"),
        ("manual", "automatic"),
        ("new", "old"),
        ("off", "on"),
        ("open", "closed"),
        ("optional", "required"),
        ("private", "public"),
        ("start", "stop"),
        ("with", "without"),
    ];
    let only = |word: &str, of: &'a [String], other: &[String]| {
        if other.iter().any(|w| w == word) { None } else { of.iter().find(|w| *w == word).map(String::as_str) }
    };
    PAIRS.iter().find_map(|(x, y)| only(x, a, b).zip(only(y, b, a)).or_else(|| only(y, a, b).zip(only(x, b, a))))
}
