//! Comparing texts: duplicate, conflict, or neither. The guard decides what similarity only suggests.

mod act;
mod alignment;
mod attribute;
mod attribution;
mod bound;
mod classifier;
mod clause;
mod cluster;
mod denial;
mod features;
mod given;
mod guard;
mod index;
mod key;
mod language;
mod lexicon;
mod member;
mod name;
mod news;
mod nuance;
mod overtake;
mod preamble;
mod profile;
mod scope;
mod sign;
mod weights;
mod word;

use serde::{Deserialize, Serialize};
use word::Mark;

use crate::error::Result;
use crate::text::{Embedding, stem};

pub(crate) use attribute::{Attribute, Change};
pub(crate) use bound::{complementary, other_limit, sets_limit};
pub(crate) use cluster::{Group, Pair, Relations};
pub(crate) use denial::denies;
pub use features::{FEATURE_COUNT, FEATURES};
pub(crate) use given::Given;
pub use given::{EmbeddedBy, Embeddings};
use guard::Difference;
pub(crate) use index::Index;
pub use language::Language;
use lexicon::synonyms;
pub(crate) use member::Member;
pub(crate) use news::{leaves_out, says_as_much, touches};
pub(crate) use overtake::{Extent, departed, gives_up, overtakes};
pub(crate) use profile::Profile;

/// How two texts stand to each other, and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Comparison {
    /// The verdict.
    pub verdict: Relation,
    /// How likely they say the same, 0 to 1, as the classifier was calibrated; 1 for the same words.
    pub score: f64,
    /// What a person would point at: `different port: 5432 / 6432`.
    pub reasons: Vec<String>,
}

/// How a text stands to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// They say the same.
    Duplicate,
    /// They cannot both hold.
    Conflict,
    /// The first says all that the second says, and more.
    Subsumes,
    /// The second says all that the first says, and more.
    Subsumed,
    /// They are about the same and say different things.
    Related,
    /// They have nothing to do with each other.
    Distinct,
}

// Below this, two texts have nothing to do with each other: random pairs of sentences reach .46 in 1 of 1,000.
const RELATED: f64 = 0.46;
// Two texts that differ in a value conflict only if they say the same otherwise.
const CONFLICT: f64 = 0.7;
// Less likeness is enough if this share of the shorter text's words is in the other: one of them goes on longer.
const ONE_TOPIC: f64 = 0.65;
const FRAMED: f64 = 0.55;
/// From this score on a merge of texts that the guard lets through needs no review.
pub(crate) const SURE: f64 = 0.99;
/// No higher are texts that are not one word for word: who does it to whom may be what changed.
const UNSURE: f64 = 0.98;

// "Not to #a any more" is plain about a value that the other text has; less else has to be alike.
const WITHDRAWN: f64 = 0.25;
// People word a request differently each time. With nothing in dispute, this much likeness, or this share of the
// shorter text's content in the other, is the same request.
const SAME_REQUEST: f64 = 0.6;

/// Whether two texts ask for the same thing, in whatever words, and nothing in them disagrees.
pub(crate) fn agree(a: &Profile, b: &Profile) -> bool {
    let (both, share) = profile::overlap(a, b);
    if !(both >= 4 && share >= SAME_REQUEST || a.likeness(b) >= SAME_REQUEST) {
        return false;
    }
    !guard::difference(a, b).disagrees()
}

/// Whether an entry says all that a text says: they agree, and the text has no value of its own.
pub(crate) fn covers(entry: &Profile, text: &Profile) -> bool {
    agree(entry, text) && guard::difference(entry, text).only_b.is_empty()
}

/// Compares two texts.
///
/// ```
/// use lucidream::{Relation, compare};
/// let ports = compare("The database listens on port 5432.", "The database listens on port 6432.");
/// assert_eq!(ports.verdict, Relation::Conflict);
/// assert_eq!(ports.reasons, ["different port: 5432 / 6432"]);
/// ```
pub fn compare(a: &str, b: &str) -> Comparison {
    compare_profiles(&Profile::of(a), &Profile::of(b), crate::Config::default().duplicate_score)
}

/// As [`compare`], by the embeddings of a host where they have both texts.
///
/// # Errors
/// `invalid_embeddings`
///
/// ```
/// use lucidream::{Embeddings, Relation, compare_with};
/// let (a, b) = ("The database listens on port 5432.", "The database listens on port 6432.");
/// let vectors = [(a.to_owned(), vec![1.0, 0.0]), (b.to_owned(), vec![1.0, 0.0])].into();
/// let embeddings = Embeddings { name: "mine/1".to_owned(), vectors };
/// assert_eq!(compare_with(a, b, &embeddings)?.verdict, Relation::Conflict);
/// # Ok::<(), lucidream::Error>(())
/// ```
pub fn compare_with(a: &str, b: &str, embeddings: &Embeddings) -> Result<Comparison> {
    let given = Given::of(Some(embeddings))?;
    let profile = |text: &str| Profile::of(text).with(given.vector(None, text));
    Ok(compare_profiles(&profile(a), &profile(b), crate::Config::default().duplicate_score))
}

/// What the classifier sees of two texts, in the order of [`FEATURES`], and as texts of what language it compares them.
/// For the program that fits the classifier and for measurements.
pub fn features(a: &str, b: &str) -> ([f64; FEATURE_COUNT], Language) {
    let (a, b) = (Profile::of(a), Profile::of(b));
    (features::features(&a, &b, &guard::difference(&a, &b)), a.language.max(b.language))
}

/// The sentence model's vector of a whole text, values included, at length 16,384; empty where it knows no word. By its
/// cosine "port 5432" and "port 6432" are nearer than true paraphrases; it is here to be measured beside.
pub fn embedding(text: &str) -> Vec<i16> {
    Embedding::of(text).components().map(<[i16]>::to_vec).unwrap_or_default()
}

/// Compares two profiles; `duplicate_score` is the probability from which texts that pass the guard are duplicates.
pub(crate) fn compare_profiles(a: &Profile, b: &Profile, duplicate_score: f64) -> Comparison {
    if let Some((a, b)) = a.in_one_case(b) {
        return compare_profiles(&a, &b, duplicate_score);
    }
    let (a, b) = preamble::beneath(a, b);
    let difference = guard::difference(a, b);
    let (verdict, reasons, score) = judge(a, b, &difference, duplicate_score);
    let verdict = verdict.unwrap_or_else(|| near(a.likeness(b)));
    Comparison { verdict, score: score.unwrap_or_else(|| classifier::probability(a, b, &difference)), reasons }
}

/// As [`compare_profiles`], of texts of a store: nothing for those that merely have a topic in common. Most candidates
/// are of that kind, so how unlike they are is not computed.
pub(crate) fn relate(a: &Profile, b: &Profile, duplicate_score: f64) -> Option<Comparison> {
    if let Some((a, b)) = a.in_one_case(b) {
        return relate(&a, &b, duplicate_score);
    }
    let (a, b) = preamble::beneath(a, b);
    if guard::are_strangers(a, b) {
        return None;
    }
    let difference = guard::difference(a, b);
    let (verdict, reasons, score) = judge(a, b, &difference, duplicate_score);
    let score = || score.unwrap_or_else(|| classifier::probability(a, b, &difference));
    verdict.map(|verdict| Comparison { verdict, score: score(), reasons })
}

/// The verdict, nothing where likeness alone tells related from distinct; the reasons; and the score where the verdict
/// hinges on it.
fn judge(
    a: &Profile,
    b: &Profile,
    difference: &Difference,
    duplicate_score: f64,
) -> (Option<Relation>, Vec<String>, Option<f64>) {
    if difference.is_none() && a.same_words(b) {
        return (Some(Relation::Duplicate), vec!["the same words".to_owned()], Some(1.0));
    }
    if difference.keeps_apart() {
        let (verdict, reasons) = apart(a, b, difference);
        return (verdict, reasons, None);
    }
    let other_value = a.attribute.as_ref().zip(b.attribute.as_ref()).is_some_and(|(a, b)| a.differs(b));
    let told = difference.is_when() && tells(a) && tells(b) && (holds(a, b) || holds(b, a));
    let may_say_the_same = (difference.is_none() || told) && !other_value && a.retracts == b.retracts;
    if !may_say_the_same {
        let (verdict, reasons) = joined(a, b, difference, false);
        return (verdict, reasons, None);
    }
    let score = classifier::probability_from(duplicate_score, a, b, difference);
    let score = score.map(|score| if differs_slightly(a, b) { score } else { score.min(UNSURE) });
    let score = score.or_else(|| attribution::probability_from(duplicate_score, a, b));
    if score.is_some()
        && let Some(reason) = nuance::told_otherwise(a, b)
    {
        return (None, vec![reason], score);
    }
    let (verdict, reasons) = joined(a, b, difference, score.is_some());
    (verdict, reasons, score)
}

/// Whether a text tells of something: a rule that holds on Fridays is another one than the rule that always holds, and
/// so is what is denied of Fridays only. Nobody knows which day "today" was.
fn tells(text: &Profile) -> bool {
    const DAYS: [&str; 4] = ["today", "tomorrow", "tonight", "yesterday"];
    let rules = Mark::MODAL | Mark::CONDITION | Mark::EXCEPTION | Mark::NEGATION;
    !text.marks.is(rules)
        && !DAYS.iter().any(|day| text.has(day))
        && !text.words.first().is_some_and(|word| word.is(Mark::IMPERATIVE))
}

/// Whether `fuller` has all words of another text but one.
fn holds(fuller: &Profile, other: &Profile) -> bool {
    other.content.iter().filter(|stem| !fuller.says(**stem)).count() <= 1
}

/// Whether two texts are one, word for word, but for articles and the endings of words: all that no person has to look at.
/// "PRs to main" and "PRs from main" share every word that carries meaning.
fn differs_slightly(a: &Profile, b: &Profile) -> bool {
    const SLIGHT: &[&str] = &["a", "an", "are", "be", "is", "please", "the"];
    let (told_a, told_b) = (told(a, SLIGHT), told(b, SLIGHT));
    a.normal != b.normal && a.sequence == b.sequence && told_a == told_b
}

/// The words of a text but for some, by their stems, and whether they tell of something done.
fn told<'a>(text: &'a Profile, but: &[&str]) -> Vec<(&'a str, bool)> {
    let words = text.words.iter().map(|word| text.shown(word)).filter(|word| !but.contains(word));
    words.map(|word| (stem(word), word.ends_with("ed"))).collect()
}

/// The verdict on texts that the guard keeps apart.
fn apart(a: &Profile, b: &Profile, difference: &Difference) -> (Option<Relation>, Vec<String>) {
    if !difference.withdrawing.is_empty() && a.likeness(b) >= WITHDRAWN {
        return (Some(Relation::Conflict), difference.withdrawing.clone());
    }
    if a.attribute.as_ref().zip(b.attribute.as_ref()).is_some_and(|(a, b)| a.reverses(b)) {
        return (Some(Relation::Conflict), difference.contradicting.clone());
    }
    let negated = difference.polarity || difference.denied;
    if negated && denial::denies_a_part(a, b) {
        return (None, vec!["one of them is negated for some amounts".to_owned()]);
    }
    if negated && (denial::denied(a, b) || denial::chosen_against(a, b)) {
        return (Some(Relation::Conflict), vec!["one of them is negated".to_owned()]);
    }
    if difference.polarity {
        return (None, vec!["negated differently".to_owned()]);
    }
    if !difference.subject.is_empty() {
        return (None, difference.subject.clone());
    }
    let likeness = a.likeness(b);
    let (both, share) = profile::overlap(a, b);
    let one_topic = both >= 2 && share >= ONE_TOPIC && opens_alike(a, b);
    let conflict = likeness >= CONFLICT || difference.framed && likeness >= RELATED || one_topic && likeness >= FRAMED;
    let narrower = || match (&*guard::own_stems(a, b), &*guard::own_stems(b, a)) {
        ([], own) => clause::limits(b.clauses(), own),
        (own, []) => clause::limits(a.clauses(), own),
        _ => false,
    };
    let found = (conflict && !narrower()).then_some(Relation::Conflict);
    (found, difference.contradicting.clone())
}

/// Whether two texts speak of the same thing first.
fn opens_alike(a: &Profile, b: &Profile) -> bool {
    let first = |profile: &Profile| profile.words.iter().find(|word| !word.is(Mark::STOP | Mark::NEGATION)).copied();
    first(a).zip(first(b)).is_some_and(|(x, y)| synonyms(x.stem, y.stem))
}

/// The verdict on texts that the guard lets through; `alike` if nothing differs, or only when, and the classifier takes
/// them for the same.
fn joined(a: &Profile, b: &Profile, difference: &Difference, alike: bool) -> (Option<Relation>, Vec<String>) {
    let same = || (Some(Relation::Duplicate), vec!["the same in other words".to_owned()]);
    let narrower = narrows(a, b) || narrows(b, a);
    if alike && !difference.is_none() {
        return match difference.only_b.is_empty() {
            true => (Some(Relation::Subsumes), vec![format!("the first adds: {}", difference.only_a.join(", "))]),
            false => (Some(Relation::Subsumed), vec![format!("the second adds: {}", difference.only_b.join(", "))]),
        };
    }
    if alike && !narrower && (rephrased(a, b) || rephrased(b, a)) {
        return same();
    }
    // What a negation covers grows with the text: a longer denial does not say all that a shorter one says.
    let denial = a.negations + b.negations > 0 && !alike;
    let (adds_a, adds_b) = (added(a, b, &difference.only_a), added(b, a, &difference.only_b));
    if let Some(condition) =
        condition(a, b).or_else(|| condition(b, a)).filter(|_| adds_a.is_empty() != adds_b.is_empty())
    {
        return (None, vec![format!("only one of them holds on a condition: {condition}")]);
    }
    match (adds_a.is_empty(), adds_b.is_empty()) {
        (false, true) if !b.content.is_empty() && !denial && difference.only_b.is_empty() => {
            (Some(Relation::Subsumes), vec![format!("the first adds: {}", adds_a.join(", "))])
        }
        (true, false) if !a.content.is_empty() && !denial && difference.only_a.is_empty() => {
            (Some(Relation::Subsumed), vec![format!("the second adds: {}", adds_b.join(", "))])
        }
        _ if alike && !narrower => same(),
        _ if !difference.is_none() => {
            let only: Vec<&str> = difference.only_a.iter().chain(&difference.only_b).map(String::as_str).collect();
            (None, vec![format!("only one of them has: {}", only.join(", "))])
        }
        _ => (None, Vec::new()),
    }
}

/// What opens a condition in `a`, where `b` has none: it says less than `b`, not more.
fn condition(a: &Profile, b: &Profile) -> Option<&'static str> {
    const OPENERS: [&str; 7] = ["except", "if", "only", "unless", "when", "whenever", "while"];
    let opens = |text: &Profile| OPENERS.into_iter().find(|opener| text.has(opener));
    opens(a).filter(|_| opens(b).is_none())
}

// With more words than this a text says something of its own.
const PRECISION: usize = 2;

/// Whether both state one attribute, and `fuller` says more of it: "sports I like: ballroom dancing".
fn narrows(fuller: &Profile, other: &Profile) -> bool {
    fuller.attribute.as_ref().zip(other.attribute.as_ref()).is_some_and(|(fuller, other)| fuller.narrows(other))
}

/// Whether `fuller` says what `other` says, and when. The fuller one stands for both.
pub(crate) fn dates(fuller: &Profile, other: &Profile) -> bool {
    let difference = guard::difference(fuller, other);
    difference.is_when() && !difference.only_a.is_empty() && tells(fuller) && tells(other) && holds(fuller, other)
}

/// Whether `fuller` says what `other` says a little more precisely, and does not limit it: "only for bug reports" and
/// "before a release" make another statement of it.
pub(crate) fn refines(fuller: &Profile, other: &Profile) -> bool {
    let limits = Mark::CIRCUMSTANCE | Mark::CONDITION | Mark::EXCEPTION | Mark::NEGATION;
    let known = |stem: u32| other.words.iter().any(|word| word.stem == stem);
    let valued = fuller.values.len() > other.values.len();
    let mut more = fuller.words.iter().filter(|word| !known(word.stem));
    narrows(fuller, other)
        || !valued && fuller.content.len() <= other.content.len() + PRECISION && !more.any(|word| word.is(limits))
}

fn near(score: f64) -> Relation {
    if score >= RELATED { Relation::Related } else { Relation::Distinct }
}

/// Whether `a` has all of `b` and so few words more, and none of them a value, that it only says it more fully.
fn rephrased(a: &Profile, b: &Profile) -> bool {
    let extra = a.content.len().saturating_sub(b.content.len());
    profile::shared(&a.content, &b.content) == b.content.len() && extra * 3 <= a.content.len()
}

/// What `a` has beyond `b`, if it has everything of `b` and something that matters.
fn added(a: &Profile, b: &Profile, values: &[String]) -> Vec<String> {
    if profile::shared(&a.content, &b.content) < b.content.len() {
        return Vec::new();
    }
    let extra = a.content.iter().filter(|stem| b.content.binary_search(stem).is_err());
    let extra: Vec<String> = extra.map(|stem| a.shown_stem(*stem).to_owned()).collect();
    // One word more in a whole sentence, such as "really", is no addition.
    let slight = !narrows(a, b) && extra.len() < 2 && extra.len() * 5 < a.content.len() || extra.is_empty();
    if slight && values.is_empty() { Vec::new() } else { extra }
}

/// Four decimals: scores in plans stay short, and readers do not compare noise.
pub(crate) fn round(score: f64) -> f64 {
    (score * 10_000.0).round() / 10_000.0
}
