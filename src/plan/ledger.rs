//! The conservation law: every entry and every transcript has exactly one fate, or there is no plan.

use std::collections::{BTreeMap, BTreeSet};

use super::operation::{EntryFate, Fate, Ledger, Operation, OperationKind, TranscriptFate};
use crate::error::{Error, Result};
use crate::memory::{Entry, Memory};

/// The ledger of a memory under some operations.
///
/// # Errors
/// `unbalanced_ledger` if an operation consumes an entry that is unknown, inactive, pinned, consumed already, or
/// stands in for another one; or if a transcript has two fates.
pub(crate) fn balance(memory: &Memory, operations: &[Operation], transcripts: Vec<TranscriptFate>) -> Result<Ledger> {
    let unbalanced = |problem: String| Error::UnbalancedLedger { problem };
    let entries: BTreeMap<&str, &Entry> = memory.entries.iter().map(|entry| (entry.id.as_str(), entry)).collect();
    let active = |id: &str| entries.get(id).filter(|entry| entry.is_active());
    let mut fates: BTreeMap<&str, EntryFate> = BTreeMap::new();
    for operation in operations {
        for id in &operation.entries {
            if active(id).is_none_or(|entry| entry.pinned) {
                return Err(unbalanced(format!("{} consumes `{id}`, which is not an open entry", operation.id)));
            }
            let fate = EntryFate { id: id.clone(), fate: fate(operation.kind), op: Some(operation.id.clone()) };
            if let Some(other) = fates.insert(id, fate) {
                let first = other.op.unwrap_or_default();
                return Err(unbalanced(format!("{first} and {} both consume `{id}`", operation.id)));
            }
        }
        if let Some(by) = &operation.by
            && active(by).is_none()
        {
            return Err(unbalanced(format!("{} puts `{by}` in their place, which is not active", operation.id)));
        }
    }
    let ids: BTreeSet<&str> = transcripts.iter().map(|fate| fate.id.as_str()).collect();
    if ids.len() != transcripts.len() {
        return Err(unbalanced("a transcript has two fates".to_owned()));
    }
    let line = |id: &str| fates.get(id).cloned().unwrap_or(EntryFate { id: id.to_owned(), fate: Fate::Kept, op: None });
    let ledger = Ledger { entries: entries.keys().map(|id| line(id)).collect(), transcripts };
    if ledger.entries.len() == memory.entries.len() {
        Ok(ledger)
    } else {
        Err(unbalanced(format!("{} entries, {} fates", memory.entries.len(), ledger.entries.len())))
    }
}

fn fate(kind: OperationKind) -> Fate {
    match kind {
        OperationKind::Add => Fate::Kept,
        OperationKind::Merge => Fate::Merged,
        OperationKind::Supersede => Fate::Superseded,
        OperationKind::Rewrite => Fate::Rewritten,
        OperationKind::Retire => Fate::Retired,
    }
}

/// How many entries would leave the active set: what a merge joins leaves all but one.
pub(crate) fn leaving(operations: &[Operation]) -> usize {
    let leaves = |operation: &Operation| match operation.kind {
        OperationKind::Add | OperationKind::Rewrite => 0,
        OperationKind::Merge if operation.by.is_none() => operation.entries.len().saturating_sub(1),
        _ => operation.entries.len(),
    };
    operations.iter().map(leaves).sum()
}

/// Whether more of the active entries would leave than the cap allows.
pub(crate) fn over_cap(memory: &Memory, operations: &[Operation], cap: f64) -> bool {
    let active = memory.entries.iter().filter(|entry| entry.is_active()).count();
    leaving(operations) as f64 > cap * active as f64
}
