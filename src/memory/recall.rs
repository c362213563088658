//! What a waking agent asks its memory.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Entry, Memory};
use crate::compare::round;
use crate::evidence::Evidence;
use crate::order::{Arrange as _, Gather as _};
use crate::text::{Embedding, bare, content_words, fold, words};
use crate::time;

/// An entry found, with its score and where it comes from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Recalled {
    /// Id of the entry.
    pub id: String,
    /// Its text.
    pub text: String,
    /// 0 to 1; only the order means something.
    pub score: f64,
    /// Where it comes from.
    pub evidence: Vec<Evidence>,
}

// BM25's usual constants (Robertson and Zaragoza 2009).
const K1: f64 = 1.2;
const B: f64 = 0.75;

/// The `k` active entries that answer a query best: BM25 over stems and the sentence model, half and half. What is not about
/// the people whom the query names counts for less, and of entries that answer the same words about the same thing the
/// later one comes first.
///
/// ```
/// let memory = lucidream::parse_memory_text("- The database listens on port 5432.\n- Ana likes tea.", None)?;
/// assert_eq!(lucidream::recall(&memory, "which port does the db use", 1)[0].id, memory.entries[0].id);
/// # Ok::<(), lucidream::Error>(())
/// ```
pub fn recall(memory: &Memory, query: &str, k: usize) -> Vec<Recalled> {
    let active: Vec<_> = memory.entries.iter().filter(|entry| entry.is_active()).collect();
    let question = Question::of(query, &active);
    let texts: Vec<Vec<String>> = active.iter().map(|entry| question.told(entry)).collect();
    let lexical = bm25(&texts, &question.words);
    let best = lexical.iter().copied().fold(0.0, f64::max);
    let meaning = Embedding::of(query);
    let mut found: Vec<Hit> = active
        .iter()
        .zip(lexical)
        .zip(texts)
        .map(|((entry, words), told)| {
            let words = if best > 0.0 { words / best } else { 0.0 };
            let embedding = Embedding::of(&entry.text);
            let cosine = f64::from(embedding.cosine(&meaning)).max(0.0);
            let about = if question.is_about(entry) { 1.0 } else { OF_OTHERS };
            let answers = question.words.iter().filter(|word| told.contains(word)).cloned().gather_set();
            Hit { entry, score: round(about * (0.5 * words + 0.5 * cosine)), answers, embedding }
        })
        .filter(|hit| hit.score > 0.0)
        .collect();
    found.arrange_by(|a, b| b.score.total_cmp(&a.score).then(a.entry.id.cmp(&b.entry.id)));
    found.truncate(k.saturating_add(AROUND));
    newest_first(&mut found);
    found.truncate(k);
    found.into_iter().map(Hit::recalled).collect()
}

// What is not about the people whom the query names.
const OF_OTHERS: f64 = 0.7;
// Hits that may come in before the last one asked for, as they are later ones.
const AROUND: usize = 8;
// From this cosine on two entries that answer the same words are about the same thing.
const SAME_THING: f32 = 0.5;

/// What a query asks for.
struct Question {
    /// Stems of its words.
    words: Vec<String>,
    /// Whether it asks who does something, whatever the word for that is.
    who: bool,
    /// The people whom it names.
    names: BTreeSet<String>,
}

/// Stands for the words that say who is in charge.
const ROLE: &str = "role";

impl Question {
    fn of(query: &str, entries: &[&Entry]) -> Question {
        let who = words(query).first().is_some_and(|word| word == "who" || word == "whose");
        let mut stems = content_words(query);
        let runs = words(query).iter().any(|word| word == "run" || word == "runs");
        let who = who && (runs || tells_a_role(query));
        if who {
            stems.push(ROLE.to_owned());
        }
        let spoken: Vec<&str> = query.split_whitespace().collect();
        let capital = spoken.iter().skip(1).filter(|word| word.starts_with(char::is_uppercase));
        let mut names: BTreeSet<String> = capital.map(|word| name(word)).gather_set();
        let labels: BTreeSet<String> = entries.iter().filter_map(|entry| label(entry)).gather_set();
        names.extend(spoken.iter().map(|word| name(word)).filter(|word| labels.contains(word)));
        names.retain(|name| entries.iter().any(|entry| names_it(entry, name)));
        Question { words: stems, who, names }
    }

    /// Stems of an entry's words, with a word for who is in charge where that is asked.
    fn told(&self, entry: &Entry) -> Vec<String> {
        let mut told = content_words(&entry.text);
        if self.who && tells_a_role(&entry.text) {
            told.push(ROLE.to_owned());
        }
        told
    }

    fn is_about(&self, entry: &Entry) -> bool {
        self.names.is_empty() || self.names.iter().any(|name| names_it(entry, name))
    }
}

/// "Helene's?" is Helene.
fn name(word: &str) -> String {
    let folded = fold(bare(word));
    folded.trim_end_matches("'s").trim_end_matches("’s").to_owned()
}

/// Whose entry it is, by its scope: `user:anna`.
fn label(entry: &Entry) -> Option<String> {
    entry.scope.split_once(':').map(|(_, label)| fold(label))
}

fn names_it(entry: &Entry, wanted: &str) -> bool {
    label(entry).as_deref() == Some(wanted) || entry.text.split_whitespace().any(|word| name(word) == wanted)
}

/// Whether a text says who is in charge of something.
fn tells_a_role(text: &str) -> bool {
    const ROLES: &[&str] = &[
        "head", "heads", "lead", "leads", "maintain", "maintains", "manage", "manager", "manages", "own", "owner",
        "owns", "responsible",
    ];
    let folded = fold(text);
    words(&folded).iter().any(|word| ROLES.contains(&word.as_str()))
        || ["took over", "takes over", "in charge", "runs the", "run the"].iter().any(|cue| folded.contains(cue))
}

/// An entry found.
struct Hit<'a> {
    entry: &'a Entry,
    score: f64,
    /// The words of the query that it holds.
    answers: BTreeSet<String>,
    embedding: Embedding,
}

impl Hit<'_> {
    /// Whether it says later than another hit what both are about.
    fn outdates(&self, other: &Hit) -> bool {
        let in_charge = self.answers.contains(ROLE) && self.answers.len() > 1;
        let same = !self.answers.is_empty()
            && self.answers == other.answers
            && self.entry.scope == other.entry.scope
            && (in_charge || self.embedding.cosine(&other.embedding) >= SAME_THING);
        let at = |hit: &Hit| hit.entry.created_at.as_deref().and_then(time::millis);
        same && match (at(self), at(other)) {
            (Some(own), Some(before)) => own > before,
            _ => tells_a_change(&self.entry.text) && !tells_a_change(&other.entry.text),
        }
    }

    fn recalled(self) -> Recalled {
        let Hit { entry, score, .. } = self;
        Recalled { id: entry.id.clone(), text: entry.text.clone(), score, evidence: entry.evidence.clone() }
    }
}

/// Whether a text tells that something is no more as it was.
fn tells_a_change(text: &str) -> bool {
    const CHANGES: &[&str] =
        &["any more", "anymore", "changed", "has left", "instead", "moved", "no longer", "since", "took over"];
    let padded = format!(" {} ", words(&fold(text)).join(" "));
    CHANGES.iter().any(|cue| padded.contains(&format!(" {cue} ")))
}

/// Moves each hit before the best one that it outdates; it takes over its score.
fn newest_first(found: &mut Vec<Hit>) {
    for at in 1..found.len() {
        let outdated = found.get(at).and_then(|later| found.iter().take(at).position(|hit| later.outdates(hit)));
        if let Some(before) = outdated {
            let score = found.get(before).map_or(0.0, |hit| hit.score);
            let mut later = found.remove(at);
            later.score = score;
            found.insert(before, later);
        }
    }
}

fn bm25(texts: &[Vec<String>], query: &[String]) -> Vec<f64> {
    let count = texts.len() as f64;
    let average = texts.iter().map(Vec::len).sum::<usize>() as f64 / count.max(1.0);
    let mut scores = vec![0.0; texts.len()];
    for word in query {
        let holding = texts.iter().filter(|text| text.contains(word)).count() as f64;
        let rarity = libm::log(1.0 + (count - holding + 0.5) / (holding + 0.5));
        for (score, text) in scores.iter_mut().zip(texts) {
            let times = text.iter().filter(|w| *w == word).count() as f64;
            let length = text.len() as f64 / average.max(1.0);
            *score += rarity * times * (K1 + 1.0) / (times + K1 * (1.0 - B + B * length));
        }
    }
    scores
}

#[cfg(all(test, feature = "model"))]
mod tests {
    use super::*;

    fn first(entries: &[(&str, &str, &str)], query: &str) -> String {
        let entry = |(scope, day, text): &(&str, &str, &str)| Entry {
            scope: (*scope).to_owned(),
            created_at: (!day.is_empty()).then(|| (*day).to_owned()),
            ..Entry::new(*text, *text)
        };
        let memory = Memory { entries: entries.iter().map(entry).collect(), ..Memory::default() };
        recall(&memory, query, 1).pop().map(|hit| hit.text).unwrap_or_default()
    }

    #[test]
    fn the_later_of_two_answers_comes_first() {
        let store = [
            ("agent", "2026-01-01", "The licence key of the scanner is LK-11."),
            ("agent", "2026-08-01", "A new licence key for the scanner: LK-77. The old one was revoked."),
            ("agent", "2026-09-01", "The scanner stands in the hall."),
        ];
        assert!(first(&store, "licence key of the scanner").contains("LK-77"));
    }

    #[test]
    fn who_is_asked_about_counts() {
        let store = [
            ("user:ida", "", "Ida's number of the gym card is 77."),
            ("user:rui", "", "The gym card of Rui has 12 on it."),
        ];
        assert_eq!(first(&store, "gym card number of Rui"), store[1].2);
        assert_eq!(first(&store, "gym card number of ida"), store[0].2);
    }

    #[test]
    fn who_is_in_charge_is_found_in_other_words() {
        let store = [
            ("agent", "", "Payroll runs in the namespace pay-1."),
            ("agent", "", "The payroll database is pg-pay-0."),
            ("agent", "", "Bo leads the payroll team."),
            ("agent", "", "Bo left payroll in May 2026, Ida Moll took over."),
        ];
        assert!(first(&store, "who owns payroll").contains("Ida"));
    }
}
