//! A rejection is remembered: the same proposal does not come back from the same evidence, in whatever words.

use std::collections::{BTreeMap, BTreeSet};

use super::operation::{Operation, OperationKind};
use crate::compare::{Profile, Relation, compare_profiles, covers};
use crate::config::Config;
use crate::memory::{Entry, EntryKind};
use crate::order::{Arrange as _, Gather as _};
use crate::review::{Buried, Tombstone};
use crate::text::normalise;
use crate::time;

/// The entries of a store by their ids.
type Entries<'a> = BTreeMap<&'a str, &'a Entry>;

/// How an operation stands to what was rejected, undone or deleted before.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Nobody said no to it.
    Open,
    /// Somebody did, and nothing new speaks for it.
    Buried,
    /// Somebody did, but enough has come up since; a sentence for the reason.
    Again(String),
}

/// The texts of some entries, normalised and sorted: ids may change, texts tell.
fn texts_of(ids: &[String], entries: &Entries) -> Vec<String> {
    let consumed = ids.iter().filter_map(|id| entries.get(id.as_str()));
    let mut texts: Vec<String> = consumed.map(|entry| normalise(&entry.text)).collect();
    texts.arrange();
    texts
}

/// The tombstone of an operation.
pub(crate) fn bury(
    operation: &Operation,
    entries: &Entries,
    now: &str,
    cause: Buried,
    reason: Option<String>,
) -> Tombstone {
    let sessions: BTreeSet<&String> = operation.evidence.iter().map(|evidence| &evidence.session).gather_set();
    Tombstone {
        op: operation.id.clone(),
        kind: operation.kind,
        cause,
        entries: texts_of(&operation.entries, entries),
        text: operation.result.as_ref().map(|result| result.text.clone()),
        entry_kind: operation.result.as_ref().map(|result| result.kind),
        sessions: sessions.into_iter().cloned().collect(),
        last_seen: operation.support.last_seen.clone(),
        rejected_at: now.to_owned(),
        reason,
    }
}

/// How an operation stands to the tombstones.
///
/// It comes again once sessions that the rejection did not know speak for it: as many as it had then, or as many as any
/// finding of its kind needs.
pub(crate) fn standing(
    operation: &Operation,
    tombstones: &[Tombstone],
    entries: &Entries,
    config: &Config,
) -> Standing {
    if tombstones.is_empty() {
        return Standing::Open;
    }
    let proposal = Proposed::of(operation, entries);
    let mut again = None;
    for tombstone in tombstones.iter().filter(|tombstone| proposal.is(tombstone)) {
        let new = new_sessions(operation, tombstone);
        if new < needed(operation, tombstone, config) {
            return Standing::Buried;
        }
        again = Some((new, tombstone)).max(again);
    }
    again.map_or(Standing::Open, |(new, tombstone)| Standing::Again(said_since(new, tombstone)))
}

/// Whether a question was put before and answered with "both stand".
pub(crate) fn answered(ids: &[String], tombstones: &[Tombstone], entries: &Entries) -> bool {
    let texts = texts_of(ids, entries);
    tombstones.iter().any(|tombstone| tombstone.op.starts_with("q_") && tombstone.entries == texts)
}

fn said_since(new: usize, tombstone: &Tombstone) -> String {
    let day = tombstone.rejected_at.get(..10).unwrap_or(&tombstone.rejected_at);
    let sessions = if new == 1 { "one new session speaks".to_owned() } else { format!("{new} new sessions speak") };
    let cause = match tombstone.cause {
        Buried::Rejected => "rejected",
        Buried::Undone => "undone",
        Buried::Deleted => "deleted by hand",
    };
    format!("It was {cause} on {day}; {sessions} for it that nobody knew then.")
}

/// Sessions of an operation's evidence that spoke after what the tombstone knew.
fn new_sessions(operation: &Operation, tombstone: &Tombstone) -> usize {
    let known: BTreeSet<&String> = tombstone.sessions.iter().gather_set();
    let seen = tombstone.last_seen.as_deref().and_then(time::millis);
    let new = operation.evidence.iter().filter(|evidence| {
        let at = evidence.at.as_deref().and_then(time::millis);
        let later = at.zip(seen).map_or(tombstone.cause != Buried::Deleted, |(at, seen)| at > seen);
        later && !known.contains(&evidence.session)
    });
    new.map(|evidence| &evidence.session).gather_set().len()
}

fn needed(operation: &Operation, tombstone: &Tombstone, config: &Config) -> usize {
    let rule = operation.result.as_ref().is_some_and(|result| result.kind == EntryKind::Rule);
    let most = if rule { config.min_sessions_mistake } else { config.min_sessions_preference };
    tombstone.sessions.len().min(most as usize).max(1)
}

/// What an operation would do, ready to be compared.
struct Proposed<'a> {
    operation: &'a Operation,
    entries: Vec<String>,
    text: Option<Profile>,
}

impl Proposed<'_> {
    fn of<'a>(operation: &'a Operation, entries: &Entries) -> Proposed<'a> {
        let text = operation.result.as_ref().map(|result| Profile::of(&result.text));
        Proposed { operation, entries: texts_of(&operation.entries, entries), text }
    }

    /// Whether a tombstone is about the same.
    fn is(&self, tombstone: &Tombstone) -> bool {
        if self.operation.id == tombstone.op {
            return true;
        }
        let written = |kind: OperationKind| matches!(kind, OperationKind::Add | OperationKind::Supersede);
        let same_kind = self.operation.kind == tombstone.kind
            // A new text is the same proposal whether or not an older one stands in its way by now.
            || self.text.is_some() && written(self.operation.kind) && written(tombstone.kind);
        let free = self.text.is_some() && (self.entries.is_empty() || tombstone.entries.is_empty());
        same_kind && (free || alike(&self.entries, &tombstone.entries)) && self.same_text(tombstone)
    }

    fn same_text(&self, tombstone: &Tombstone) -> bool {
        match (&self.text, &tombstone.text) {
            (Some(text), Some(rejected)) => same(text, &Profile::of(rejected)),
            (None, None) => true,
            _ => false,
        }
    }
}

/// Whether two sorted lists of texts say the same, one by one.
fn alike(texts: &[String], others: &[String]) -> bool {
    texts == others
        || texts.len() == others.len()
            && texts.iter().zip(others).all(|(a, b)| a == b || same(&Profile::of(a), &Profile::of(b)))
}

fn same(text: &Profile, rejected: &Profile) -> bool {
    let verdict = compare_profiles(text, rejected, 0.75).verdict;
    matches!(verdict, Relation::Duplicate | Relation::Subsumes | Relation::Subsumed) || covers(rejected, text)
}
