//! A rejection is remembered: the same proposal does not come back from the same evidence.

use std::collections::{BTreeMap, BTreeSet};

use super::operation::Operation;
use crate::compare::{Profile, Relation, compare_profiles};
use crate::memory::Entry;
use crate::review::Tombstone;
use crate::text::normalise;

/// The texts of the entries that an operation consumes, normalised and sorted: ids may change, texts tell.
pub(crate) fn consumed_texts(operation: &Operation, entries: &BTreeMap<&str, &Entry>) -> Vec<String> {
    let consumed = operation.entries.iter().filter_map(|id| entries.get(id.as_str()));
    let mut texts: Vec<String> = consumed.map(|entry| normalise(&entry.text)).collect();
    texts.sort();
    texts
}

/// The sessions that an operation's evidence comes from.
pub(crate) fn sessions(operation: &Operation) -> BTreeSet<String> {
    operation.evidence.iter().map(|evidence| evidence.session.clone()).collect()
}

/// Whether an operation was rejected before and nothing new speaks for it.
pub(crate) fn buried(operation: &Operation, tombstones: &[Tombstone], entries: &BTreeMap<&str, &Entry>) -> bool {
    if tombstones.is_empty() {
        return false;
    }
    let texts = consumed_texts(operation, entries);
    let sessions = sessions(operation);
    tombstones.iter().any(|tombstone| {
        let same = operation.id == tombstone.op
            || operation.kind == tombstone.kind && texts == tombstone.entries && same_text(operation, tombstone);
        same && sessions.iter().all(|session| tombstone.sessions.contains(session))
    })
}

fn same_text(operation: &Operation, tombstone: &Tombstone) -> bool {
    match (operation.result.as_ref().map(|result| &result.text), &tombstone.text) {
        (Some(text), Some(rejected)) => {
            let verdict = compare_profiles(&Profile::of(text), &Profile::of(rejected), 0.75).verdict;
            matches!(verdict, Relation::Duplicate | Relation::Subsumes | Relation::Subsumed)
        }
        (None, None) => true,
        _ => false,
    }
}
