//! The guard: what must agree before two texts may be taken for the same. Similarity never overrules it.

use std::collections::BTreeSet;

use super::alignment::{Slot, agree, opposites, slot, swapped};
use super::denial::{denies, denies_elsewhere, only_then};
use super::lexicon::synonyms;
use super::profile::{Profile, shared};
use super::sign::other_signs;
use super::word::{Mark, Word};
use crate::order::Gather as _;
use crate::text::{Value, ValueKind, is_article, is_form_of_be, normalise};

/// How two texts differ in what the guard looks at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Difference {
    /// Each text has a value of a kind that the other contradicts: `different port: 5432 / 6432`.
    pub contradicting: Vec<String>,
    /// How many kinds of values are among those.
    pub kinds: usize,
    /// The texts are the same but for one short slot that contradicts.
    pub framed: bool,
    /// One text says that a value, or all, of the other holds no more.
    pub withdrawing: Vec<String>,
    /// One denies what the other says.
    pub denied: bool,
    /// One denies more than the other, without denying what the other says: "…, never one block of prose".
    pub polarity: bool,
    /// They are about different things: another environment, another subject.
    pub subject: Vec<String>,
    /// Values that only the first text has.
    pub only_a: Vec<String>,
    /// Values that only the second text has.
    pub only_b: Vec<String>,
    /// Those are days, dates, times or durations.
    pub timed: bool,
}

impl Difference {
    /// Whether both texts hold the same.
    pub(crate) fn is_none(&self) -> bool {
        *self == Difference::default()
    }

    /// Whether the texts cannot say the same, however alike they are.
    pub(crate) fn keeps_apart(&self) -> bool {
        self.polarity || self.disagrees()
    }

    /// Whether all that differs is when: one text alone has days, dates, times or durations.
    pub(crate) fn is_when(&self) -> bool {
        self.timed && self.only_a.is_empty() != self.only_b.is_empty() && !self.keeps_apart()
    }

    /// Whether they cannot ask for the same. What one of them forbids besides does not matter here.
    pub(crate) fn disagrees(&self) -> bool {
        !(self.contradicting.is_empty() && self.subject.is_empty() && self.withdrawing.is_empty())
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
        difference.denied = true;
        difference.contradicting.push("one of them is negated".to_owned());
    } else if a.negations != b.negations && !only_then(a, b) && !only_then(b, a) || denies_elsewhere(a, b) {
        difference.polarity = true;
    }
    difference.subject.extend(of_other_people(a, b));
    difference.subject.extend(other_signs(a, b));
    // With "by" in one of them the other may say the same in the passive.
    if let Some((x, y)) = a.names.turned(&b.names)
        && a.has("by") == b.has("by")
    {
        difference.subject.push(format!("changed places: {} / {}", a.shown_stem(x), b.shown_stem(y)));
    }
    compare_words(a, b, &mut difference);
    about_another_thing(a, b, &mut difference);
    withdraw(a, b, &mut difference);
    difference
}

/// Whether two plain texts are surely of two things. Where this holds, [`difference`] has a `subject`, and nothing that goes
/// before it; that most candidates are strangers is told without putting it into words.
pub(crate) fn are_strangers(a: &Profile, b: &Profile) -> bool {
    a.plain && b.plain && (has_another_word(a, b) || has_another_value(a, b))
}

fn has_another_word(a: &Profile, b: &Profile) -> bool {
    if opposites(a, b).is_some() {
        return false;
    }
    // Those that changed places have another subject too.
    match slot(&a.words, &b.words) {
        Some(slot) => says_another_thing(a, b, &slot) && is_beside(a, b, &slot),
        None => one_word_each(a, b).is_some(),
    }
}

/// Each has a value of one kind that the other has not, and words of its own besides.
fn has_another_value(a: &Profile, b: &Profile) -> bool {
    let only = |of: &Profile, other: &Profile, kind: ValueKind| {
        let counts = |value: &&Value| value.kind == kind && &*value.shown != "one";
        kind != ValueKind::Quote && of.values.iter().filter(counts).any(|value| !has(&other.values, value))
    };
    let differs = |value: &Value| only(a, b, value.kind) && only(b, a, value.kind);
    a.values.iter().any(|value| differs(value) && value.kind.is_subject())
        || a.values.iter().any(differs) && own(a, b).next().is_some() && own(b, a).next().is_some()
}

/// Different values contradict each other only if the texts say the same otherwise. Where both have words of their
/// own besides, or differ in several values at once, they speak of two things ("4.2 needs 17", "4.3 needs 21").
fn about_another_thing(a: &Profile, b: &Profile, difference: &mut Difference) {
    if difference.kinds == 0 || difference.polarity || !difference.subject.is_empty() {
        return;
    }
    let (own_a, own_b) = (own_words(a, b), own_words(b, a));
    if difference.kinds > 1 {
        difference.subject.push("they differ in several values".to_owned());
    } else if !own_a.is_empty() && !own_b.is_empty() {
        difference.subject.push(format!("different words: {} / {}", own_a.join(", "), own_b.join(", ")));
    }
}

/// The content words that only `a` has. "now", "since" and the like do not count: they say that the value is the
/// newer one, not another one.
fn own_words<'a>(a: &'a Profile, b: &Profile) -> Vec<&'a str> {
    own(a, b).map(|word| a.shown(word)).collect()
}

/// The stems of those words.
pub(super) fn own_stems(a: &Profile, b: &Profile) -> Vec<u32> {
    own(a, b).map(|word| word.stem).collect()
}

fn own<'a>(a: &'a Profile, b: &Profile) -> impl Iterator<Item = &'a Word> {
    a.words.iter().filter(|word| !word.is(Mark::STOP | Mark::TIME) && !b.says(word.stem))
}

fn withdraw(a: &Profile, b: &Profile, difference: &mut Difference) {
    for (by, of) in [(a, b), (b, a)] {
        let gone =
            |value: &&Value| by.withdrawn.binary_search(value).is_ok() && of.withdrawn.binary_search(value).is_err();
        let gone: Vec<&str> = of.values.iter().filter(gone).map(|value| &*value.shown).collect();
        if !gone.is_empty() {
            difference.withdrawing.push(format!("one of them says no more: {}", gone.join(", ")));
        }
        if by.retracts && !of.retracts && shared(&of.content, &by.content) == of.content.len() {
            difference.withdrawing.push("one of them takes the other back".to_owned());
        }
    }
}

fn compare_values(a: &Profile, b: &Profile, difference: &mut Difference) {
    if a.values.is_empty() && b.values.is_empty() {
        return;
    }
    let (mut rest_a, mut rest_b) = (without(&a.values, &b.values), without(&b.values, &a.values));
    // "one" is as often an article as a number.
    for (rest, other) in [(&mut rest_a, &b.values), (&mut rest_b, &a.values)] {
        rest.retain(|value| &*value.shown != "one" || other.iter().any(|o| o.kind == ValueKind::Number));
    }
    for (rest, other) in [(&mut rest_a, b), (&mut rest_b, a)] {
        rest.retain(|value| value.kind != ValueKind::Quote || !other.normal.contains(&*normalise(&value.text)));
    }
    let kinds: BTreeSet<ValueKind> = rest_a.iter().chain(&rest_b).map(|value| value.kind).gather_set();
    for kind in kinds {
        let shown = |rest: &[&Value]| -> Vec<String> {
            rest.iter().filter(|value| value.kind == kind).map(|value| value.shown.to_string()).collect()
        };
        let (only_a, only_b) = (shown(&rest_a), shown(&rest_b));
        if only_a.is_empty() || only_b.is_empty() {
            if kind == ValueKind::Quote {
                continue;
            }
            let first = difference.only_a.is_empty() && difference.only_b.is_empty();
            difference.timed = kind.is_time() && (first || difference.timed);
            difference.only_a.extend(only_a);
            difference.only_b.extend(only_b);
            continue;
        }
        let reason = format!("different {}: {} / {}", kind.name(), only_a.join(", "), only_b.join(", "));
        if kind.is_subject() {
            difference.subject.push(reason);
        } else {
            difference.kinds += 1;
            difference.contradicting.push(reason);
        }
    }
    if rest_a.is_empty()
        && rest_b.is_empty()
        && let Some(reason) = exchanged(a, b)
    {
        difference.kinds += 1;
        difference.contradicting.push(reason);
    }
}

/// The values of one text that the other has not, each once.
fn without<'a>(of: &'a [Value], other: &[Value]) -> Vec<&'a Value> {
    let mut only: Vec<&Value> = of.iter().filter(|value| !has(other, value)).collect();
    only.dedup();
    only
}

fn has(values: &[Value], value: &Value) -> bool {
    // A number and a version that are written alike are the same: "Node 20" and "Node v20".
    let numeric = |value: &Value| matches!(value.kind, ValueKind::Number | ValueKind::Version | ValueKind::Port);
    values
        .iter()
        .any(|other| (other.kind == value.kind || numeric(other) && numeric(value)) && other.text == value.text)
}

/// The same values in each other's roles: "at least 5, at most 10" against "at least 10, at most 5".
fn exchanged(a: &Profile, b: &Profile) -> Option<String> {
    if a.sequence == b.sequence {
        return None;
    }
    if a.words.iter().map(|word| word.stem).eq(b.words.iter().map(|word| word.stem)) {
        return Some("the same values in another order".to_owned());
    }
    let of_role = |profile: &'_ Profile, value: &Value| -> Option<Value> {
        let mut same = profile.values.iter().filter(|other| other.role == value.role && other.kind == value.kind);
        same.next().filter(|_| same.next().is_none()).cloned()
    };
    a.values.iter().filter(|value| !value.role.is_empty()).find_map(|value| {
        let (here, there) = (of_role(a, value)?, of_role(b, value)?);
        (here != there)
            .then(|| format!("different {} of {}: {} / {}", here.kind.name(), here.role, here.shown, there.shown))
    })
}

fn compare_words(a: &Profile, b: &Profile, difference: &mut Difference) {
    if let Some((x, y)) = opposites(a, b) {
        difference.contradicting.push(format!("opposites: {} / {}", a.shown(x), b.shown(y)));
        return;
    }
    if let Some(reason) = changed_places(a, b) {
        difference.subject.push(reason);
        return;
    }
    let Some(slot) = slot(&a.words, &b.words) else {
        let shown = |(x, y)| format!("one word differs: {} / {}", a.shown(x), b.shown(y));
        let differ = one_word_each(a, b).or_else(|| one_in_its_place(a, b)).or_else(|| word_for_word(a, b));
        difference.subject.extend(differ.map(shown));
        return;
    };
    if !says_another_thing(a, b, &slot) {
        return;
    }
    let reason = format!("one slot differs: {} / {}", phrase(a, slot.a), phrase(b, slot.b));
    if is_beside(a, b, &slot) {
        difference.subject.push(reason);
    } else {
        difference.framed = true;
        difference.contradicting.push(reason);
    }
}

/// The parts of one text that stand in each other's place in the other.
fn changed_places(a: &Profile, b: &Profile) -> Option<String> {
    let shown = |(x, y): (&[Word], &[Word])| format!("changed places: {} / {}", phrase(a, x), phrase(a, y));
    // What only changed places has the same words.
    let sum = |words: &[Word]| carrying(words).fold(0u32, |sum, word| sum.wrapping_add(word.stem));
    let spoken = |words: &[Word]| carrying(words).copied().collect::<Vec<Word>>();
    let found = swapped(&a.words, &b.words).map(shown);
    let found = found.or_else(|| {
        let (sum_a, sum_b) = (sum(&a.words), sum(&b.words));
        let turned = || {
            let (a, b) = (spoken(&a.words), spoken(&b.words));
            let (x, y) = swapped(&a, &b)?;
            // "Refunds of the EU plan use code R7" is "use code R7 for refunds of the EU plan".
            let acts = |part: &[Word]| part.iter().any(|word| word.is(Mark::VERB | Mark::IMPERATIVE));
            (!acts(x) && !acts(y)).then(|| shown((x, y)))
        };
        (sum_a == sum_b).then(turned).flatten()
    });
    found.filter(|_| !passive(a, b))
}

/// Whether one of them may say in the passive what the other says: "A calls B" is "B is called by A".
fn passive(a: &Profile, b: &Profile) -> bool {
    let has_be = |profile: &Profile| profile.words.iter().any(|word| is_form_of_be(profile.shown(word)));
    has_be(a) != has_be(b) || a.has("by") != b.has("by")
}

/// In whatever order: one word of each is left over, and they are no synonyms. "Backups of the onyx archive are kept" is
/// not "keep the backups of the jade archive". What somebody does has many names, so verbs may be left over beside it; but
/// "read" and "write" are verbs and may be the only difference.
fn one_word_each<'a>(a: &'a Profile, b: &'a Profile) -> Option<(&'a Word, &'a Word)> {
    let names = |word: &&Word| !word.is(Mark::DIGIT | Mark::NEGATION);
    let mut found = only_own(a, b).into_iter().zip(only_own(b, a));
    let found = found.find_map(|(x, y)| Some((x.filter(names)?, y.filter(names)?)));
    found.filter(|(x, y)| !agree(a, x, b, y))
}

/// What may be left over beside the one word: verbs and requests, verbs, nothing.
const BESIDE: [Mark; 3] = [Mark::VERB.with(Mark::IMPERATIVE), Mark::VERB, Mark::NONE];

/// The only word that `of` has and another text has not, but for those kinds of words and those that say how many or only
/// hang a clause on.
fn only_own<'a>(of: &'a Profile, other: &Profile) -> [Option<&'a Word>; 3] {
    const LIGHT: &[&str] = &[
        "all", "although", "any", "each", "every", "happen", "happens", "mean", "means", "meaning", "onto", "though",
        "upon", "via",
    ];
    let counts = |word: &&Word| !word.is(Mark::TIME) && of.content.binary_search(&word.stem).is_ok();
    let left = |word: &&Word| !other.says(word.stem) && !LIGHT.contains(&of.shown(word));
    let (mut only, mut more) = ([None; 3], [false; 3]);
    for word in of.words.iter().filter(counts).filter(left) {
        let kinds = BESIDE.iter().enumerate().filter(|(_, but)| !word.is(**but));
        for (at, _) in kinds {
            let first: &mut Option<&Word> = &mut only[at];
            more[at] |= first.is_some_and(|first| first.stem != word.stem);
            first.get_or_insert(word);
        }
    }
    std::array::from_fn(|at| only[at].filter(|_| !more[at]))
}

/// Of the words that carry meaning one differs in its place, be it a verb or a word that stands elsewhere too: "uses read
/// mode for the reports", "uses write mode for its reports".
fn one_in_its_place<'a>(a: &'a Profile, b: &'a Profile) -> Option<(&'a Word, &'a Word)> {
    if carrying(&a.words).count() != carrying(&b.words).count() {
        return None;
    }
    let judged = |word: &Word| word.is(Mark::DIGIT | Mark::NEGATION | Mark::TIME);
    let mut differ = carrying(&a.words).zip(carrying(&b.words)).filter(|(x, y)| x.stem != y.stem);
    let only = differ.next().filter(|(x, y)| !judged(x) && !judged(y) && !synonyms(x.stem, y.stem))?;
    differ.next().is_none().then_some(only)
}

/// One text has other words than the other in several places and is the same else: "Ask Ana before you restart the
/// importer", "Ask Ben before you restart the exporter".
fn word_for_word<'a>(a: &'a Profile, b: &'a Profile) -> Option<(&'a Word, &'a Word)> {
    if a.words.len() != b.words.len() {
        return None;
    }
    let verbs = Mark::STOP | Mark::VERB | Mark::IMPERATIVE;
    let other =
        |word: &Word, of: &Profile| !word.is(verbs | Mark::DIGIT | Mark::NEGATION | Mark::TIME) && !of.says(word.stem);
    let mut differ = a.words.iter().zip(&b.words).filter(|(x, y)| x.stem != y.stem);
    let first = differ.next().filter(|(x, y)| other(x, b) && other(y, a))?;
    let rest = differ.try_fold(0, |count, (x, y)| (other(x, b) && other(y, a)).then_some(count + 1))?;
    (rest > 0 && (rest + 1) * 2 <= a.words.len()).then_some(first)
}

fn phrase(profile: &Profile, words: &[Word]) -> String {
    words.iter().map(|word| profile.shown(word)).collect::<Vec<_>>().join(" ")
}

/// "re-entry" is "reentry".
fn written_apart(a: &Profile, b: &Profile, slot: &Slot) -> bool {
    let joined = |profile: &Profile, words: &[Word]| words.iter().map(|word| profile.shown(word)).collect::<String>();
    joined(a, slot.a) == joined(b, slot.b)
}

fn says_another_thing(a: &Profile, b: &Profile, slot: &Slot) -> bool {
    // Values and negations are judged by kind; synonyms are the same thing in other words.
    let judged = slot.a.iter().chain(slot.b).any(|word| word.is(Mark::DIGIT | Mark::NEGATION));
    // Slots that share a word are two wordings of one thing: "release of the data", "data released".
    let shared = || carrying(slot.a).any(|x| carrying(slot.b).any(|y| synonyms(x.stem, y.stem)));
    let carry = [slot.a, slot.b].iter().all(|words| carrying(words).next().is_some());
    // Two single words that share no stem are not written alike.
    let single = slot.a.len() == 1 && slot.b.len() == 1;
    carry && !judged && !shared() && (single || !written_apart(a, b, slot))
}

fn carrying(words: &[Word]) -> impl Iterator<Item = &Word> {
    words.iter().filter(|word| !word.is(Mark::STOP))
}

/// Whether what two texts say in a slot holds side by side.
fn is_beside(a: &Profile, b: &Profile, slot: &Slot) -> bool {
    // Two denials hold at once, and so do two scenes: "a man is playing a harp", "a man is playing a trumpet".
    let leads_on = || leads_on(a, slot, slot.a) || leads_on(b, slot, slot.b);
    is_subject(slot) || a.negations * b.negations > 0 || scene(a) && scene(b) || leads_on()
}

/// Whether a slot ends in a preposition: it puts what stands before it and behind it into a relation, and for that there
/// are many wordings: "known as", "called".
fn leads_on(profile: &Profile, slot: &Slot, words: &[Word]) -> bool {
    const PREPOSITIONS: &[&str] = &[
        "about", "as", "at", "by", "down", "for", "from", "in", "into", "of", "off", "on", "over", "to", "up", "with",
    ];
    let last = words.iter().rev().map(|word| profile.shown(word)).find(|word| !is_article(word));
    !slot.after.is_empty() && last.is_some_and(|last| PREPOSITIONS.contains(&last))
}

/// Whether what differs are two of the many things that somebody may like, own or know at once. Two kinds of one
/// thing, "likes loose trousers / tight trousers", still exclude each other.
fn many(slot: &Slot) -> bool {
    let listed = slot.before.iter().any(|word| word.is(Mark::PLURAL));
    let named = |word: &Word| slot.before.iter().any(|other| other.stem == word.stem);
    listed && !slot.after.iter().any(|word| !word.is(Mark::STOP) && !named(word))
}

/// One text speaks of men only and the other of women only.
fn of_other_people(a: &Profile, b: &Profile) -> Option<String> {
    let (x, y) = (of_one_sex(a)?, of_one_sex(b)?);
    (x.is(Mark::HE) != y.is(Mark::HE))
        .then(|| format!("they speak of different people: {} / {}", a.shown(x), b.shown(y)))
}

/// The word that tells whether a text speaks of a man or of a woman, if it speaks of one of them only.
fn of_one_sex(profile: &Profile) -> Option<&Word> {
    let one = profile.marks.is(Mark::HE) != profile.marks.is(Mark::SHE);
    profile.words.iter().find(|word| one && word.is(Mark::HE | Mark::SHE))
}

/// Whether a text tells what somebody or something, nobody says who or what, is doing.
fn scene(profile: &Profile) -> bool {
    const ANY: &[&str] = &["a", "an", "some", "somebody", "someone", "something", "there"];
    let opens = profile.words.first().is_some_and(|word| ANY.contains(&profile.shown(word)));
    opens && profile.words.iter().any(|word| profile.shown(word).ends_with("ing"))
}

/// A slot before the first verb names who or what a text is about; one behind a preposition names when it holds.
fn is_subject(slot: &Slot) -> bool {
    let verb = slot.before.iter().any(|word| word.is(Mark::VERB));
    let carries = |word: &&Word| !word.is(Mark::STOP) || word.is(Mark::CIRCUMSTANCE | Mark::VERB);
    let last = slot.before.iter().rev().find(carries);
    let circumstance = last.is_some_and(|word| word.is(Mark::CIRCUMSTANCE)) || many(slot);
    let leads = slot.before.iter().all(|word| word.is(Mark::STOP));
    let commands = |words: &[Word]| words.first().is_some_and(|word| word.is(Mark::IMPERATIVE));
    circumstance || leads && !verb && !(commands(slot.a) && commands(slot.b))
}

#[cfg(all(test, feature = "model", not(target_arch = "wasm32")))]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::compare::{Relation, compare_profiles};

    #[test]
    fn strangers_have_nothing_but_a_topic_in_common() {
        let cases = include_str!("../../tests/cases/compare-memories.jsonl").lines().step_by(3);
        let cases = cases.filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let texts = cases.flat_map(|case| ["a", "b"].map(|side| Profile::of(case[side].as_str().unwrap_or_default())));
        let texts: Vec<Profile> = texts.collect();
        let mut met = 0;
        for (at, a) in texts.iter().enumerate() {
            for b in texts.iter().skip(at + 1).filter(|b| are_strangers(a, b)) {
                met += 1;
                let verdict = compare_profiles(a, b, 0.5).verdict;
                assert!(!difference(a, b).subject.is_empty(), "{} | {}", a.normal, b.normal);
                assert!(matches!(verdict, Relation::Related | Relation::Distinct), "{} | {}", a.normal, b.normal);
            }
        }
        assert!(met > 100, "{met}");
    }
}
