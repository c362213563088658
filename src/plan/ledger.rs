//! The conservation law: every entry and every transcript has exactly one fate, or there is no plan.

use std::collections::{BTreeMap, BTreeSet};

use super::operation::{EntryFate, Fate, Ledger, Operation, OperationKind, Plan, TranscriptFate};
use crate::error::{Error, Result};
use crate::memory::{Entry, Memory};
use crate::order::Gather as _;
use crate::text::normalise;

/// The ledger of a memory under some operations.
///
/// # Errors
/// `unbalanced_ledger` if an operation consumes an entry that is unknown, inactive, pinned, consumed already, or
/// stands in for another one; or if a transcript has two fates.
pub(crate) fn balance(memory: &Memory, operations: &[Operation], transcripts: Vec<TranscriptFate>) -> Result<Ledger> {
    let unbalanced = |problem: String| Error::UnbalancedLedger { problem };
    let entries: BTreeMap<&str, &Entry> = memory.entries.iter().map(|entry| (entry.id.as_str(), entry)).gather_map();
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
    let ids: BTreeSet<&str> = transcripts.iter().map(|fate| fate.id.as_str()).gather_set();
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
        OperationKind::Rewrite | OperationKind::Promote => Fate::Rewritten,
        OperationKind::Retire => Fate::Retired,
    }
}

/// How many entries would leave the active set and take something with them. What a merge joins leaves all but one; an
/// entry whose very words stay with another one takes nothing.
pub(crate) fn leaving(memory: &Memory, operations: &[Operation]) -> usize {
    let texts: BTreeMap<&str, &str> =
        memory.entries.iter().map(|entry| (entry.id.as_str(), entry.text.as_str())).gather_map();
    let text = |id: &String| texts.get(id.as_str()).copied().map(normalise);
    let leaves = |operation: &Operation| match operation.kind {
        OperationKind::Add | OperationKind::Rewrite | OperationKind::Promote => 0,
        OperationKind::Merge => {
            let stays = operation.result.as_ref().map(|result| normalise(&result.text));
            let stays = stays.or_else(|| operation.by.as_ref().and_then(text));
            let other = operation.entries.iter().filter(|id| text(id) != stays).count();
            // The wording that stays may be none of theirs word for word.
            other - usize::from(operation.by.is_none() && other == operation.entries.len() && other > 0)
        }
        OperationKind::Supersede | OperationKind::Retire => operation.entries.len(),
    };
    operations.iter().map(leaves).sum()
}

/// Whether more of the active entries would leave than the cap allows.
pub(crate) fn over_cap(memory: &Memory, operations: &[Operation], cap: f64) -> bool {
    let active = memory.entries.iter().filter(|entry| entry.is_active()).count();
    leaving(memory, operations) as f64 > cap * active as f64
}

/// Checks that a plan's own ledger and its `held` are those of its operations.
///
/// # Errors
/// `unbalanced_ledger`.
pub(crate) fn verify(memory: &Memory, plan: &Plan) -> Result<()> {
    let ledger = balance(memory, &plan.operations, plan.ledger.transcripts.clone())?;
    let held = over_cap(memory, &plan.operations, plan.config.loss_cap);
    let unbalanced = |problem: &str| Err(Error::UnbalancedLedger { problem: problem.to_owned() });
    match (ledger == plan.ledger, held == plan.held) {
        (false, _) => unbalanced("the plan's ledger is not that of its operations"),
        (_, false) => unbalanced("the plan's `held` is not what its operations come to"),
        _ => Ok(()),
    }
}
