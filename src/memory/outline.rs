//! Which entry belongs to which in its owner's lists: a bullet below another one says little without it.

use std::collections::{BTreeMap, BTreeSet};

use super::Entry;

/// Entries in their owner's order, each with the one that it belongs to.
pub(super) struct Outline {
    parents: BTreeMap<usize, usize>,
    leading: BTreeSet<usize>,
}

impl Outline {
    pub(super) fn of(entries: &[&Entry]) -> Outline {
        // The last entry of each text in each section: what stands below it follows it.
        let mut last: BTreeMap<(&str, &[String], &str), usize> = BTreeMap::new();
        let mut parents = BTreeMap::new();
        for (at, entry) in entries.iter().enumerate() {
            let Some(place) = &entry.place else { continue };
            let above = place.under.as_deref();
            if let Some(parent) = above.and_then(|under| last.get(&(place.path.as_str(), &*place.section, under))) {
                parents.insert(at, *parent);
            }
            last.insert((&place.path, &place.section, &entry.text), at);
        }
        let leading = parents.values().copied().collect();
        Outline { parents, leading }
    }

    /// An entry and those above it, the outermost first.
    pub(super) fn chain(&self, at: usize) -> Vec<usize> {
        // A parent stands before its child, so this ends.
        let mut chain: Vec<usize> = std::iter::successors(Some(at), |at| self.parents.get(at).copied()).collect();
        chain.reverse();
        chain
    }

    /// Whether an entry only announces what stands below it: "On production:".
    pub(super) fn announces(&self, at: usize, entry: &Entry) -> bool {
        self.leading.contains(&at) && entry.text.trim_end_matches(['*', '_']).ends_with(':')
    }
}
