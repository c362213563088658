//! Entries that take others back: "No longer true: …", "forget that …", "… is no longer true".

use super::curate::{Candidate, Curation, retire};
use super::operation::{Operation, Question, Risk};
use crate::compare::{Profile, Relation, compare_profiles, covers};
use crate::evidence::{Evidence, Support};
use crate::finding::{Reach, Withdrawn};
use crate::memory::{Entry, Memory, Source, Status};
use crate::text::{normalise, sentences};
use crate::time;
use crate::transcript::Speaker;

/// An entry that takes another one back.
pub(crate) struct Retraction<'a> {
    /// The entry that says so.
    pub by: &'a Entry,
    /// The active entries that it speaks of; none if they left the active set before.
    pub of: Vec<&'a Entry>,
}

// Folded, as a text begins or ends.
const OPENINGS: &[&str] = &[
    "no longer true", "not true any more", "not true anymore", "no longer valid", "no longer applies",
    "no longer the case", "outdated", "retracted", "forget what i said about", "forget about", "forget that", "forget",
    "disregard that", "disregard", "scratch that",
];
const ENDINGS: &[&str] = &[
    "is no longer true", "is no longer valid", "no longer applies", "no longer holds", "is no longer the case",
    "is not true any more", "is not true anymore", "is outdated",
];

/// What the entries of a store take back. A retraction whose entry left earlier has done its work as well.
pub(crate) fn retractions<'a>(candidates: &'a [Candidate<'a>], memory: &'a Memory) -> Vec<Retraction<'a>> {
    let taken_back = |candidate: &'a Candidate<'a>| {
        let by = candidate.entry;
        let said = statement(&by.text).filter(|_| !by.is_fixed())?;
        let earlier = |entry: &Entry| entry.id != by.id && entry.scope == by.scope && !later(entry, by);
        let states = |entry: &Entry| earlier(entry) && statement(&entry.text).is_none();
        let active = candidates.iter().filter(|other| states(other.entry) && !other.entry.is_fixed());
        let of: Vec<&Entry> = active.filter(|other| said.speaks_of(&other.profile)).map(|other| other.entry).collect();
        let gone = || {
            let left = |entry: &Entry| matches!(entry.status, Status::Superseded | Status::Retired) && states(entry);
            let inactive = memory.entries.iter().filter(|entry| left(entry));
            let inactive = inactive.filter(|entry| !overruled(by, entry));
            inactive.into_iter().any(|entry| said.speaks_of(&Profile::of(&entry.text)))
        };
        (!of.is_empty() || gone()).then_some(Retraction { by, of })
    };
    candidates.iter().filter_map(taken_back).collect()
}

impl Curation {
    /// Retires what was taken back, and the retraction with it.
    pub(crate) fn take_back(&mut self, candidates: &[Candidate], memory: &Memory) {
        for Retraction { by, of } in retractions(candidates, memory) {
            let stays =
                |entry: &&Entry| self.operations.iter().any(|o| o.kind.stays() && o.entries.contains(&entry.id));
            if self.consumed.contains(&by.id) || of.iter().any(|entry| overruled(by, entry) || stays(entry)) {
                continue;
            }
            // What leaves for another reason need not be taken back as well.
            let leaving = self.operations.iter().filter(|o| of.iter().any(|entry| o.entries.contains(&entry.id)));
            let mut depends_on: Vec<String> = leaving.map(|operation| operation.id.clone()).collect();
            let reason = format!("Taken back later by {}.", by.id);
            for entry in of.iter().filter(|entry| !self.consumed.contains(&entry.id)).copied().collect::<Vec<_>>() {
                let operation = retire(entry, reason.clone(), Risk::Medium);
                depends_on.push(operation.id.clone());
                self.push(operation);
            }
            let named = of.iter().map(|entry| entry.id.as_str()).collect::<Vec<_>>().join(", ");
            let reason = match named.is_empty() {
                true => "What it takes back has left the memory.".to_owned(),
                false => format!("It only takes back {named}."),
            };
            self.push(Operation { depends_on, ..retire(by, reason, Risk::Medium) });
        }
    }
}

impl Curation {
    /// Proposes that entries leave which people no longer ask for. What others asked for, or who wrote the agent, stays, and
    /// what holds for everybody where what people say does not.
    pub(crate) fn withdraw(
        &mut self,
        candidates: &[Candidate],
        (withdrawn, reach): (&[Withdrawn], Reach),
        open: impl Fn(&Operation) -> bool,
    ) {
        for Withdrawn { what, evidence } in withdrawn {
            let own_only = match reach {
                Reach::All => false,
                Reach::Own => evidence.name.is_some(),
                Reach::Customer => evidence.speaker == Speaker::User,
            };
            let reaches = |entry: &Entry| !own_only || entry.scope.starts_with("user:");
            let theirs = |entry: &Entry| may_end(evidence, entry) && reaches(entry);
            let spoken = candidates.iter().filter(|c| what.ends(c.text()) && theirs(c.entry));
            let spoken: Vec<&Entry> =
                spoken.map(|candidate| candidate.entry).filter(|entry| !self.consumed.contains(&entry.id)).collect();
            let who = evidence.name.as_deref().unwrap_or("The user");
            let reason = format!("{who} said since that it holds no more: \"{}\"", evidence.quote);
            for entry in spoken {
                let evidence = vec![evidence.clone()];
                let support = Support::count(&evidence, 1);
                let operation = Operation { evidence, support, ..retire(entry, reason.clone(), Risk::Medium) };
                if entry.is_fixed() {
                    self.questions.push(Question::about(&[entry], reason.clone()));
                } else if open(&operation) {
                    self.push(operation);
                }
            }
        }
    }
}

/// Whether an entry is this person's to take back, and was there when they did.
fn may_end(said: &Evidence, entry: &Entry) -> bool {
    let (name, scope) = (said.name.as_deref(), entry.scope.as_str());
    let owner = scope.strip_prefix("user:").map(Some);
    let ours = owner.map_or_else(|| ["agent", "fleet"].contains(&scope), |owner| owner == name);
    let mut people = entry.evidence.iter().filter(|evidence| evidence.speaker == Speaker::User).peekable();
    let own = people.peek().is_none() || people.any(|evidence| evidence.name.as_deref() == name);
    let at = |time: Option<&str>| time.and_then(time::millis);
    let newer = at(entry.created_at.as_deref()).zip(at(said.at.as_deref())).is_some_and(|(entry, said)| entry > said);
    ours && own && !newer && entry.source <= Source::User
}

/// A tool takes nothing back that a person said.
fn overruled(by: &Entry, entry: &Entry) -> bool {
    by.source == Source::Tool && entry.source > Source::Unknown
}

fn later(entry: &Entry, than: &Entry) -> bool {
    let at = |entry: &Entry| entry.created_at.as_deref().and_then(time::millis);
    at(entry).zip(at(than)).is_some_and(|(entry, than)| entry > than)
}

/// What a retraction says holds no more: the whole of it, and its first sentence, behind which people give reasons.
struct Statement {
    whole: String,
    first: Profile,
}

impl Statement {
    fn speaks_of(&self, other: &Profile) -> bool {
        let quoted = other.normal.contains(' ')
            && self.whole.strip_prefix(&*other.normal).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '));
        quoted
            || compare_profiles(&self.first, other, 0.8).verdict == Relation::Duplicate
            || covers(other, &self.first) && covers(&self.first, other)
    }
}

/// What a text takes back, if it is a retraction.
fn statement(text: &str) -> Option<Statement> {
    let body = text.trim();
    let lower = body.to_ascii_lowercase();
    let opening = OPENINGS.iter().filter(|opening| lower.starts_with(**opening)).max_by_key(|opening| opening.len());
    let said = match opening.and_then(|opening| body.get(opening.len()..)) {
        // "Outdated browsers are refused" takes nothing back.
        Some(rest) if rest.starts_with([':', ' ', ',', '-']) && speaks(&lower, rest) => rest,
        _ => {
            let bare = lower.trim_end_matches(['.', '!']);
            let ending = ENDINGS.iter().find(|ending| bare.ends_with(**ending))?;
            body.get(..bare.len() - ending.len())?
        }
    };
    let said = said.trim_start_matches([':', ',', '-', ' ']).trim();
    let said = said.strip_prefix("that ").unwrap_or(said);
    let first = sentences(said).into_iter().next().and_then(|range| said.get(range)).unwrap_or(said);
    let whole = normalise(said);
    (!whole.is_empty()).then(|| Statement { whole, first: Profile::of(first) })
}

/// An opening with a colon speaks of what follows, as do the words that ask to forget.
fn speaks(lower: &str, rest: &str) -> bool {
    rest.starts_with(':')
        || ["forget", "disregard", "scratch", "no longer true", "not true"].iter().any(|word| lower.starts_with(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn speaks_of(retraction: &str, entry: &str) -> bool {
        statement(retraction).is_some_and(|said| said.speaks_of(&Profile::of(entry)))
    }

    #[test]
    fn what_is_taken_back() {
        for (retraction, entry) in [
            ("No longer true: Drinks I like: Green tea. The doctor advised against it.", "Drinks I like: Green tea"),
            ("Forget that the staging host is st-2.", "The staging host is st-2."),
            ("The staging host is st-2 is no longer true.", "The staging host is st-2"),
            ("Outdated: invoices go to Leeds", "Invoices go to Leeds."),
        ] {
            assert!(speaks_of(retraction, entry), "{retraction}");
        }
        for (retraction, entry) in [
            ("No longer true: Drinks I like: Green tea.", "Drinks I like: Black tea"),
            ("No longer true: the port is 5432.", "The port is 6432."),
            ("Outdated browsers are refused.", "Browsers are refused."),
            ("Do not forget the milk.", "the milk"),
        ] {
            assert!(!speaks_of(retraction, entry), "{retraction}");
        }
    }
}
