//! What people like and dislike, an item an entry ("Drinks I like: herbal tea"): a later item takes the place of the
//! earlier one that it changes.
//!
//! Two likings mostly hold side by side, so an item gives way only to a later one about the same thing, and each item takes
//! the place of one at most: the one it is most like among all that the store ever knew. Looking at those that left as
//! well makes a second dream quiet.

use std::collections::{BTreeMap, BTreeSet};

use super::curate::{Curation, settle, supersede};
use super::operation::{Operation, Risk};
use crate::compare::synonyms;
use crate::memory::{Entry, Memory};
use crate::order::{Arrange as _, Gather as _};
use crate::text::{content_words, hash, stem, values, words};
use crate::time;

/// One item of what somebody likes, or does not.
struct Liking<'a> {
    entry: &'a Entry,
    at: i64,
    likes: bool,
    /// Stems of what the list is of: drinks.
    topic: BTreeSet<u32>,
    /// Stems of the item.
    item: BTreeSet<u32>,
    /// Numbers, dates and the like in it, as they are written.
    values: BTreeSet<String>,
    /// Whether it names several things.
    several: bool,
}

/// How a later item stands to an earlier one; the greater, the more it is about the same.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Change {
    /// Most of the one is in the other; both may hold. Hundredths of the shorter one.
    Restated(usize),
    /// The later one says all of the earlier one, and more.
    Refined,
    /// The very same: nothing changes.
    Same,
    /// Once liked, now disliked, or the other way round.
    Turned,
}

const LIKES: &[&str] =
    &["enjoy", "enjoys", "favorite", "favourite", "like", "likes", "love", "loves", "prefer", "prefers"];
const DISLIKES: &[&str] = &["avoid", "avoids", "dislike", "dislikes", "hate", "hates"];
/// A longer beginning is a sentence, not the name of a list.
const KEY_WORDS: usize = 7;
/// Of the shorter item, in hundredths, what the other one has to share.
const RESTATED: usize = 50;
/// Earlier items looked at for each word of a later one.
const NEAR: usize = 64;

impl<'a> Liking<'a> {
    fn of(entry: &'a Entry) -> Option<Liking<'a>> {
        let (key, item) = entry.text.split_once(": ")?;
        let key = words(key);
        let is_verb = |word: &String| [LIKES, DISLIKES].iter().any(|list| list.binary_search(&word.as_str()).is_ok());
        let verb = key.iter().position(is_verb).filter(|_| key.len() <= KEY_WORDS)?;
        let likes = LIKES.binary_search(&key.get(verb)?.as_str()).is_ok() && !key.iter().any(|word| negates(word));
        // "Drinks I like to have" is a list of drinks, "favourite drinks" one as well.
        let before = stems(&key.get(..verb)?.join(" "));
        let topic = if before.is_empty() { stems(&key.get(verb + 1..)?.join(" ")) } else { before };
        let mut item_stems = stems(item);
        item_stems
            .retain(|word| ![LIKES, DISLIKES].iter().flat_map(|list| list.iter()).any(|v| hash(stem(v)) == *word));
        Some(Liking {
            entry,
            at: entry.created_at.as_deref().and_then(time::millis)?,
            likes,
            topic,
            item: item_stems,
            values: values(item).into_iter().map(|value| value.text.to_string()).gather_set(),
            several: item.contains([',', ';']) || words(item).iter().any(|word| word == "and"),
        })
        .filter(|liking| !liking.item.is_empty())
    }

    /// How this item changes an earlier one.
    fn changes(&self, earlier: &Liking) -> Option<Change> {
        let shared: Vec<u32> = self.item.intersection(&earlier.item).copied().collect();
        let turned = self.likes != earlier.likes;
        if shared.len() == self.item.len() && shared.len() == earlier.item.len() && self.values == earlier.values {
            return Some(if turned { Change::Turned } else { Change::Same });
        }
        if shared.len() == earlier.item.len() && earlier.values.is_subset(&self.values) {
            return Some(Change::Refined);
        }
        // "Puzzle games" and "board games" in a list of games have nothing in common.
        let tells = |word: &&u32| !self.topic.iter().any(|of| synonyms(**word, *of));
        let share = shared.len() * 100 / self.item.len().min(earlier.item.len()).max(1);
        let restated = share >= RESTATED && !earlier.several && shared.iter().any(|word| tells(&word));
        (restated && self.values == earlier.values).then_some(Change::Restated(share))
    }
}

fn stems(text: &str) -> BTreeSet<u32> {
    content_words(text).iter().map(|word| hash(word)).gather_set()
}

fn negates(word: &str) -> bool {
    matches!(word, "dont" | "not" | "doesnt" | "never")
}

impl Curation {
    /// Supersedes what somebody liked by what they like later, where the later is about the same.
    pub(crate) fn update_likings(&mut self, memory: &Memory) {
        let mut lists: BTreeMap<(&str, BTreeSet<u32>), Vec<Liking>> = BTreeMap::new();
        for liking in memory.entries.iter().filter_map(Liking::of) {
            lists.entry((&liking.entry.scope, liking.topic.clone())).or_default().push(liking);
        }
        for mut list in lists.into_values() {
            list.arrange_by(|a, b| (a.at, &a.entry.id).cmp(&(b.at, &b.entry.id)));
            self.update_list(&list);
        }
    }

    fn update_list(&mut self, list: &[Liking]) {
        let mut found: BTreeMap<usize, (Change, usize)> = BTreeMap::new();
        for (later, (change, earlier)) in best(list) {
            let better = (change, later);
            let entry = found.entry(earlier).or_insert(better);
            *entry = better.max(*entry);
        }
        for (earlier, (change, later)) in found {
            let (Some(earlier), Some(later)) = (list.get(earlier), list.get(later)) else { continue };
            if let Some(operation) = self.update(earlier.entry, later.entry, change) {
                self.push(operation);
            }
        }
    }

    fn update(&self, earlier: &Entry, later: &Entry, change: Change) -> Option<Operation> {
        let free = |entry: &Entry| entry.is_active() && !self.consumed.contains(&entry.id);
        let stands = later.is_active() && !self.leaving().any(|id| id == later.id);
        let (winner, loser, _) = settle(earlier, later).filter(|_| free(earlier) && stands)?;
        let (why, confidence, risk) = match change {
            Change::Same => return None,
            Change::Turned => ("a later entry says the opposite of the same", 0.9, Risk::Medium),
            Change::Refined => ("a later entry of the same list says it more precisely", 0.8, Risk::Medium),
            Change::Restated(_) => ("a later entry of the same list is about the same; both may hold", 0.6, Risk::High),
        };
        (winner.id == later.id).then(|| Operation { confidence, risk, ..supersede(winner, loser, why.to_owned()) })
    }
}

/// For each item the earlier one that it changes most, by position in a list that is sorted by time.
fn best(list: &[Liking]) -> Vec<(usize, (Change, usize))> {
    let mut having: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    let mut found = Vec::new();
    for (at, later) in list.iter().enumerate() {
        let near = |word| having.get(word).into_iter().flat_map(|places| places.iter().rev().take(NEAR));
        let near: BTreeSet<usize> = later.item.iter().flat_map(near).copied().gather_set();
        let before = near.into_iter().filter_map(|place| Some((list.get(place)?, place)));
        let before = before.filter(|(earlier, _)| earlier.at < later.at);
        let changes = before.filter_map(|(earlier, place)| Some((later.changes(earlier)?, place)));
        found.extend(changes.max().map(|most| (at, most)));
        for word in &later.item {
            having.entry(*word).or_default().push(at);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changes(earlier: &str, later: &str) -> Option<Change> {
        let entry = |text: &str, day: &str| Entry { created_at: Some(day.to_owned()), ..Entry::new("m", text) };
        let (earlier, later) = (entry(earlier, "2026-01-01"), entry(later, "2026-02-01"));
        Liking::of(&later)?.changes(&Liking::of(&earlier)?)
    }

    #[test]
    fn a_later_item_about_the_same() {
        for (earlier, later, change) in [
            ("Trips I dislike: Boat trips", "Trips I like: Boat trips", Change::Turned),
            ("Trips I like: City walks", "Trips I like: City walks with a guide", Change::Refined),
            ("Cheese I dislike: Smoked cheese", "Cheese I like to eat: Lightly smoked cheese", Change::Refined),
            ("Shoes I like to wear: Leather boots", "Shoes I like to wear: Winter boots", Change::Restated(50)),
            ("Favourite trees: Oaks", "Favourite trees: oaks", Change::Same),
        ] {
            assert!(changes(earlier, later) == Some(change), "{earlier} / {later}");
        }
    }

    #[test]
    fn what_holds_side_by_side() {
        for (earlier, later) in [
            ("Trees I like: Oaks", "Trees I like: Birches"),
            ("Games I like to play: Card games", "Games I like to play: Ball games"),
            ("Trips I like: Walks, boats and trains", "Trips I like: Long walks"),
            ("Deploy: run the tests", "Deploy: run the tests twice"),
            ("Shoes I like: size 40 boots", "Shoes I like: size 41 boots"),
        ] {
            assert!(changes(earlier, later).is_none(), "{earlier} / {later}");
        }
    }
}
