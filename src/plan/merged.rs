//! What was merged into an entry: it goes on standing for all of them.

use std::collections::BTreeMap;

use super::curate::{Candidate, read};
use super::operation::{Operation, OperationKind};
use crate::compare::{Given, Relation};
use crate::memory::{Entry, Memory, Status};

/// The entries of a store, and the merged ones under the one that each was merged into.
pub(crate) struct Merged<'a> {
    entries: BTreeMap<&'a str, &'a Entry>,
    behind: BTreeMap<&'a str, Vec<&'a Entry>>,
}

impl<'a> Merged<'a> {
    pub(crate) fn of(memory: &'a Memory) -> Merged<'a> {
        let mut behind: BTreeMap<&str, Vec<&Entry>> = BTreeMap::new();
        for entry in memory.entries.iter().filter(|entry| entry.status == Status::Merged) {
            if let Some(heir) = &entry.replaced_by {
                behind.entry(heir).or_default().push(entry);
            }
        }
        Merged { entries: memory.by_id(), behind }
    }

    /// With what a plan merges into entries that stay.
    pub(crate) fn with(mut self, operations: &[Operation]) -> Merged<'a> {
        for operation in operations.iter().filter(|operation| operation.kind == OperationKind::Merge) {
            let heir = operation.by.as_ref().and_then(|id| self.entries.get(id.as_str()));
            let consumed = operation.entries.iter().filter_map(|id| self.entries.get(id.as_str()).copied());
            if let Some(heir) = heir {
                self.behind.entry(&heir.id).or_default().extend(consumed);
            }
        }
        self
    }

    /// Whether others were merged into an entry.
    pub(crate) fn is_heir(&self, id: &str) -> bool {
        self.behind.contains_key(id)
    }

    /// Whether every text that each of some entries stands for says the same as every one of the others, each where it
    /// stood. Without this, a second dream would join over a middle what the first one kept apart.
    pub(crate) fn agree(&self, ids: &[&str], given: &Given, duplicate_score: f64) -> bool {
        if ids.iter().all(|id| !self.behind.contains_key(id)) {
            return true;
        }
        let behind: Vec<Vec<Candidate>> = ids.iter().map(|id| read(self.behind(id), given)).collect();
        let same = |a: &Candidate, b: &Candidate| {
            let (a, b) = (a.member(), b.member());
            let found = a.relate(&b, duplicate_score).filter(|_| a.is_comparable(&b));
            found.is_some_and(|found| found.verdict == Relation::Duplicate)
        };
        behind.iter().enumerate().all(|(at, first)| {
            let others = behind.iter().skip(at + 1).flatten();
            others.into_iter().all(|other| first.iter().all(|one| same(one, other)))
        })
    }

    /// An entry, and those that it stands for by merging, through all dreams.
    fn behind(&self, id: &str) -> Vec<&'a Entry> {
        let mut found: Vec<&Entry> = self.entries.get(id).copied().into_iter().collect();
        let mut open = vec![id];
        while let Some(entries) = open.pop().map(|id| self.behind.get(id)) {
            for entry in entries.into_iter().flatten() {
                // A store written by hand may point in circles.
                if !found.iter().any(|other| other.id == entry.id) {
                    found.push(entry);
                    open.push(&entry.id);
                }
            }
        }
        found
    }
}

#[cfg(all(test, feature = "model"))]
mod tests {
    use super::*;
    use crate::{MemoryFormat, parse_memory_text};

    #[test]
    fn what_an_entry_stands_for_counts_where_it_stood() -> crate::Result<()> {
        let store = "# Billing\n\n\
            - Backups of the web shop are being kept on the old server of the team for a month.\n\n\
            # Payroll\n\n\
            - For a month, keep the web shop's backups on the old server of the team.\n";
        let mut memory = parse_memory_text(store, Some(MemoryFormat::Markdown))?;
        let heirs = ["m1", "m2"];
        let entries = memory.entries.iter().zip(heirs).map(|(entry, heir)| Entry::new(heir, &entry.text));
        let entries: Vec<Entry> = entries.collect();
        for (entry, heir) in memory.entries.iter_mut().zip(heirs) {
            (entry.status, entry.replaced_by) = (Status::Merged, Some(heir.to_owned()));
        }
        memory.entries.extend(entries);
        let given = Given::of(None)?;
        assert!(!Merged::of(&memory).agree(&heirs, &given, 0.6));
        memory.entries.iter_mut().for_each(|entry| entry.place = None);
        assert!(Merged::of(&memory).agree(&heirs, &given, 0.6));
        Ok(())
    }
}
