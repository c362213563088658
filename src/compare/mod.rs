//! Comparing texts: duplicate, conflict, or neither. The guard decides what similarity only suggests.

mod cluster;
mod guard;
mod index;
mod key;
mod profile;

use serde::{Deserialize, Serialize};

pub(crate) use cluster::{Group, Member, Pair, Relations};
pub(crate) use guard::denies;
pub(crate) use index::Index;
pub(crate) use profile::Profile;

/// How two texts stand to each other, and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Comparison {
    /// The verdict.
    pub verdict: Relation,
    /// Likeness of the texts, 0 to 1, whatever the verdict.
    pub score: f64,
    /// What a person would point at: `different number: 5432 / 6432`.
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
    let difference = guard::difference(a, b);
    difference.contradicting.is_empty() && difference.subject.is_empty() && difference.withdrawing.is_empty()
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
/// assert_eq!(ports.reasons, ["different number: 5432 / 6432"]);
/// ```
pub fn compare(a: &str, b: &str) -> Comparison {
    compare_profiles(&Profile::of(a), &Profile::of(b), crate::Config::default().duplicate_score)
}

/// Compares two profiles; `duplicate_score` is the likeness from which texts that pass the guard are duplicates.
pub(crate) fn compare_profiles(a: &Profile, b: &Profile, duplicate_score: f64) -> Comparison {
    let score = round(a.likeness(b));
    let difference = guard::difference(a, b);
    if difference.is_none() && a.normal == b.normal {
        return Comparison { verdict: Relation::Duplicate, score: 1.0, reasons: vec!["the same words".to_owned()] };
    }
    let of = |verdict, reasons| Comparison { verdict, score, reasons };
    if !difference.withdrawing.is_empty() && score >= WITHDRAWN {
        return of(Relation::Conflict, difference.withdrawing);
    }
    if !difference.subject.is_empty() {
        let verdict = if score >= RELATED { Relation::Related } else { Relation::Distinct };
        return of(verdict, difference.subject);
    }
    if !difference.contradicting.is_empty() {
        let verdict = match score {
            score if score >= CONFLICT || difference.framed && score >= RELATED => Relation::Conflict,
            score if score >= RELATED => Relation::Related,
            _ => Relation::Distinct,
        };
        return of(verdict, difference.contradicting);
    }
    if score >= duplicate_score && difference.is_none() && (rephrased(a, b) || rephrased(b, a)) {
        return of(Relation::Duplicate, vec!["the same in other words".to_owned()]);
    }
    let (adds_a, adds_b) = (added(a, b, &difference.only_a), added(b, a, &difference.only_b));
    match (adds_a.is_empty(), adds_b.is_empty()) {
        (false, true) if !b.content.is_empty() => {
            of(Relation::Subsumes, vec![format!("the first adds: {}", adds_a.join(", "))])
        }
        (true, false) if !a.content.is_empty() => {
            of(Relation::Subsumed, vec![format!("the second adds: {}", adds_b.join(", "))])
        }
        _ if !difference.only_a.is_empty() || !difference.only_b.is_empty() => {
            let only = difference.only_a.into_iter().chain(difference.only_b).collect::<Vec<_>>().join(", ");
            of(near(score), vec![format!("only one of them has: {only}")])
        }
        _ if score >= duplicate_score => of(Relation::Duplicate, vec!["the same in other words".to_owned()]),
        _ => of(near(score), Vec::new()),
    }
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
    let extra: Vec<String> = a.content.iter().filter(|word| b.content.binary_search(word).is_err()).cloned().collect();
    // One word more, such as "really", is no addition.
    if extra.len() < 2 && values.is_empty() { Vec::new() } else { extra }
}

/// Four decimals: scores in plans stay short, and readers do not compare noise.
pub(crate) fn round(score: f64) -> f64 {
    (score * 10_000.0).round() / 10_000.0
}
