//! What people like and dislike, an item an entry ("Drinks I like: herbal tea"): a later item takes the place of the
//! earlier one that it changes.
//!
//! Two likings mostly hold side by side, so an item gives way only to a later one about the same thing, and each item takes
//! the place of one at most: the one it is most like among all that the store ever knew. Looking at those that left as
//! well makes a second dream quiet.

use std::collections::{BTreeMap, BTreeSet};

use super::contradiction::settle;
use super::curate::{Curation, supersede};
use super::operation::{Operation, OperationKind, Risk};
use crate::compare::{Attribute, Change};
use crate::memory::{Entry, Memory, Source};
use crate::order::{Arrange as _, Gather as _};
use crate::text::{Embedding, values};
use crate::time;

/// One item of what somebody likes, or does not.
struct Liking<'a> {
    entry: &'a Entry,
    at: i64,
    attribute: Attribute,
    /// What the item means.
    meaning: Embedding,
    /// Numbers, dates and the like in it, as they are written.
    values: BTreeSet<String>,
    /// Whether it names several things.
    several: bool,
}

/// Earlier items looked at for each word of a later one.
const NEAR: usize = 64;

impl<'a> Liking<'a> {
    fn of(entry: &'a Entry) -> Option<Liking<'a>> {
        let attribute = Attribute::of(&entry.text).filter(|attribute| attribute.list().is_some())?;
        let (_, item) = entry.text.split_once(": ")?;
        Some(Liking {
            entry,
            at: entry.created_at.as_deref().and_then(time::millis)?,
            attribute,
            meaning: Embedding::of(item),
            values: values(item).into_iter().map(|value| value.text.to_string()).gather_set(),
            several: several(item),
        })
    }

    /// How this item changes an earlier one.
    fn changes(&self, earlier: &Liking) -> Option<Change> {
        // "Size 40 boots" and "size 41 boots" both hold.
        let change = self.attribute.changes(&earlier.attribute).filter(|_| earlier.values.is_subset(&self.values))?;
        let same = self.values == earlier.values;
        match change {
            Change::Same | Change::Turned if !same => Some(Change::Refined),
            Change::Restated if earlier.several => None,
            change => Some(change),
        }
    }

    /// How much the two are about one thing, in thousandths: by the words of both, and by what they mean.
    fn nearness(&self, earlier: &Liking) -> i32 {
        let (a, b) = (self.attribute.value(), earlier.attribute.value());
        let both = a.iter().filter(|word| b.binary_search(word).is_ok()).count();
        let share = both as f32 * 2.0 / (a.len() + b.len()) as f32;
        ((share + self.meaning.cosine(&earlier.meaning)) * 500.0) as i32
    }
}

/// Whether an item names several things. What stands behind "especially" is one of the thing before.
fn several(item: &str) -> bool {
    const EXAMPLES: &[&str] = &["especially", "particularly", "like", "such", "including", "except", "preferably"];
    let mut parts = item.split([',', ';']);
    let first = parts.next().unwrap_or_default();
    let example = |part: &str| part.split_whitespace().next().is_some_and(|word| EXAMPLES.contains(&word));
    first.split_whitespace().any(|word| word == "and") || parts.any(|part| !example(part))
}

impl Curation {
    /// Supersedes what somebody liked by what they like later, where the later is about the same.
    pub(crate) fn update_likings(&mut self, memory: &Memory) {
        let mut lists: BTreeMap<(&str, Vec<u32>), Vec<Liking>> = BTreeMap::new();
        for liking in memory.entries.iter().filter_map(Liking::of) {
            let list = liking.attribute.list().unwrap_or_default().to_vec();
            lists.entry((&liking.entry.scope, list)).or_default().push(liking);
        }
        for mut list in lists.into_values() {
            list.arrange_by(|a, b| (a.at, &a.entry.id).cmp(&(b.at, &b.entry.id)));
            self.update_list(&list);
        }
    }

    fn update_list(&mut self, list: &[Liking]) {
        // Of copies the most trusted one speaks, as it will for the entry that they become.
        let source = |at: usize| list.get(at).map(|liking| liking.entry.source);
        let mut found: BTreeMap<usize, (Nearness, Option<Source>, usize)> = BTreeMap::new();
        for (later, (nearness, earlier)) in best(list) {
            let better = (nearness, source(later), later);
            let entry = found.entry(earlier).or_insert(better);
            *entry = better.max(*entry);
        }
        for (earlier, ((_, change), _, later)) in found {
            let (Some(earlier), Some(later)) = (list.get(earlier), list.get(later)) else { continue };
            if let Some(operation) = self.update(earlier.entry, later.entry, change) {
                self.push(operation);
            }
        }
    }

    fn update(&self, earlier: &Entry, later: &Entry, change: Change) -> Option<Operation> {
        let free = |entry: &Entry| entry.is_active() && !self.consumed.contains(&entry.id);
        // What is merged with its copies stands in the wording that takes their place.
        let leaves = |operation: &Operation| operation.kind != OperationKind::Merge && !operation.kind.stays();
        let mut leaving = self.operations.iter().filter(|operation| leaves(operation));
        let stands = later.is_active() && !leaving.any(|operation| operation.entries.contains(&later.id));
        let (winner, loser, _) = settle(earlier, later).filter(|_| free(earlier) && stands)?;
        let (why, confidence, risk) = match change {
            Change::Same => return None,
            Change::Turned => ("a later entry says the opposite of the same", 0.9, Risk::Medium),
            Change::Refined => ("a later entry of the same list says it more precisely", 0.8, Risk::Medium),
            Change::Restated => ("a later entry of the same list is about the same; both may hold", 0.6, Risk::High),
        };
        (winner.id == later.id).then(|| Operation { confidence, risk, ..supersede(winner, loser, why.to_owned()) })
    }
}

/// How much two items are about one thing, and what the later one changes.
type Nearness = (i32, Change);

/// For each item the earlier one that it is nearest to, by position in a list that is sorted by time.
fn best(list: &[Liking]) -> Vec<(usize, (Nearness, usize))> {
    let mut having: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    let mut found = Vec::new();
    for (at, later) in list.iter().enumerate() {
        let near = |word| having.get(word).into_iter().flat_map(|places| places.iter().rev().take(NEAR));
        let near: BTreeSet<usize> = later.attribute.value().iter().flat_map(near).copied().gather_set();
        let before = near.into_iter().filter_map(|place| Some((list.get(place)?, place)));
        let before = before.filter(|(earlier, _)| earlier.at < later.at);
        let changes = before.filter_map(|(earlier, place)| {
            let change = later.changes(earlier)?;
            Some(((later.nearness(earlier), change), place))
        });
        found.extend(changes.max().map(|most| (at, most)));
        for word in later.attribute.value() {
            having.entry(*word).or_default().push(at);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(id: &str, text: &str, day: &str) -> Entry {
        Entry { created_at: Some(day.to_owned()), ..Entry::new(id, text) }
    }

    fn changes(earlier: &str, later: &str) -> Option<Change> {
        let (earlier, later) = (entry("a", earlier, "2026-01-01"), entry("b", later, "2026-02-01"));
        Liking::of(&later)?.changes(&Liking::of(&earlier)?)
    }

    #[test]
    fn what_holds_side_by_side() {
        for (earlier, later) in [
            ("Trips I like: Walks, boats and trains", "Trips I like: Long walks"),
            ("Deploy: run the tests", "Deploy: run the tests twice"),
            ("Shoes I like: size 40 boots", "Shoes I like: size 41 boots"),
        ] {
            assert_eq!(changes(earlier, later), None, "{earlier} / {later}");
        }
    }

    #[test]
    fn an_example_is_no_second_thing() {
        let (earlier, later) = ("Birds I like: Ducks, especially teals", "Birds I like: Ducks, especially eiders");
        assert_eq!(changes(earlier, later), Some(Change::Restated));
        assert_eq!(changes("Coins I like: Silver coins", "Coins I like: 19th-century silver"), Some(Change::Restated));
    }

    #[cfg(feature = "model")]
    #[test]
    fn copies_speak_as_the_entry_that_they_become() -> crate::Result<()> {
        let said = |id: &str, source, text: &str, day: &str| Entry { source, ..entry(id, text, day) };
        let entries = [
            said("m1", Source::Agent, "Drinks I dislike: Herbal tea", "2026-10-01"),
            said("m2", Source::Tool, "Drinks I like: Cold mint tea", "2026-10-27"),
            said("m10", Source::Unknown, "Drinks I like: Cold mint tea", "2026-10-27"),
        ];
        let memory = Memory { entries: entries.into(), ..Memory::default() };
        let plan = crate::dream(&crate::DreamInput { memory, now: "2026-11-08".to_owned(), ..Default::default() })?;
        let changes: Vec<(OperationKind, usize)> =
            plan.operations.iter().map(|one| (one.kind, one.entries.len())).collect();
        assert_eq!(changes, [(OperationKind::Merge, 2), (OperationKind::Supersede, 1)]);
        Ok(())
    }

    #[cfg(feature = "model")]
    #[test]
    fn each_takes_the_place_of_the_nearest() {
        let entries = [
            entry("m1", "Teas I like: Iced ginger and mint", "2026-01-01"),
            entry("m2", "Teas I like: Mint", "2026-01-02"),
            entry("m3", "Teas I like: Iced ginger and mint with honey", "2026-03-01"),
        ];
        let mut curation = Curation::default();
        curation.update_likings(&Memory { entries: entries.into(), ..Memory::default() });
        let gone: Vec<(&[String], Option<&str>)> =
            curation.operations.iter().map(|operation| (&*operation.entries, operation.by.as_deref())).collect();
        assert_eq!(gone, [(&["m1".to_owned()][..], Some("m3"))]);
    }
}
