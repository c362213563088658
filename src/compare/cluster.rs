//! The texts of a store that say the same, or deny each other.

use std::collections::BTreeMap;

use super::index::{Index, Votes};
use super::key::Keys;
use super::member::{Key, Member};
use super::{Comparison, Relation};
use crate::order::{Arrange as _, Gather as _};

/// Two texts, by position, and how they stand to each other. `a < b`.
#[derive(Debug, Clone)]
pub(crate) struct Pair {
    /// Position of the first.
    pub a: usize,
    /// Position of the second.
    pub b: usize,
    /// Their comparison.
    pub comparison: Comparison,
}

/// Texts that all say the same, by position, and the likeness of the two that are least alike.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Group {
    /// Two or more, ascending.
    pub members: Vec<usize>,
    /// 0 to 1.
    pub score: f64,
}

/// How the texts of a store stand to each other. Copies of one text count once.
pub(crate) struct Relations<'a> {
    members: Vec<Member<'a>>,
    duplicate_score: f64,
    index: Index<'a>,
    votes: Votes,
    /// The position of each text of the index.
    places: Vec<usize>,
    /// The position of the first text with each key.
    first: BTreeMap<Key<'a>, usize>,
    /// Positions of equal texts, under the first of them.
    copies: BTreeMap<usize, Vec<usize>>,
    /// Of the first ones, those that are duplicates, in conflict, or contain one another, by their second, then their first.
    pairs: Vec<Pair>,
    /// The positions of what each text of the index was compared with, one text's after the other's, and where they end.
    compared: Vec<u32>,
    ends: Vec<usize>,
    /// The relations of a store that has most of the texts too, and where each text of this one is in it.
    before: Option<Box<Relations<'a>>>,
    was: Vec<Option<u32>>,
}

// A person cannot see any more that all of so many wordings say the same.
const WORDINGS: usize = 32;
// Copies of one text against copies of another: every pair up to this many, beyond it each with the first of the others.
const COPIES: usize = 256;

impl<'a> Relations<'a> {
    /// Compares what an [`Index`] brings together: near-linear in the number of texts.
    pub(crate) fn of(members: Vec<Member<'a>>, duplicate_score: f64) -> Relations<'a> {
        let mut relations = Relations::none(duplicate_score);
        members.into_iter().for_each(|member| relations.add(member));
        relations
    }

    fn none(duplicate_score: f64) -> Relations<'a> {
        Relations {
            members: Vec::new(),
            duplicate_score,
            index: Index::default(),
            votes: Votes::default(),
            places: Vec::new(),
            first: BTreeMap::new(),
            copies: BTreeMap::new(),
            pairs: Vec::new(),
            compared: Vec::new(),
            ends: Vec::new(),
            before: None,
            was: Vec::new(),
        }
    }

    /// The relations of a store that has most of these texts too. What was compared here is not compared again.
    pub(crate) fn again<'b>(self, members: Vec<Member<'b>>) -> Relations<'b>
    where
        'a: 'b,
    {
        let before = Relations { index: Index::default(), votes: Votes::default(), ..self };
        let mut after = Relations::none(before.duplicate_score);
        after.before = Some(Box::new(before));
        members.into_iter().for_each(|member| after.add(member));
        after
    }

    /// Adds a text behind the others. It is compared with the few that the index brings, a copy of a known text with none.
    pub(crate) fn add(&mut self, member: Member<'a>) {
        let at = self.members.len();
        let first = *self.first.entry(member.key()).or_insert(at);
        // Texts in which a secret was replaced stay apart: what looks equal need not be.
        let first = if member.profile.redacted { at } else { first };
        self.copies.entry(first).or_default().push(at);
        let was = self.before.as_ref().and_then(|before| before.first.get(&member.key()));
        self.was.push(was.map(|at| *at as u32));
        if first == at {
            self.relate(at, &member);
        }
        self.members.push(member);
    }

    fn relate(&mut self, b: usize, second: &Member<'a>) {
        let keys = Keys::of(second.scope, second.profile);
        for place in self.index.candidates(&keys, second.profile, &mut self.votes) {
            let Some(&a) = self.places.get(place) else { continue };
            let Some(first) = self.members.get(a).filter(|first| first.is_comparable(second)) else { continue };
            let comparison = match self.known(a, b) {
                Some(known) => known.cloned(),
                None => first.relate(second, self.duplicate_score),
            };
            self.compared.push(a as u32);
            self.pairs.extend(comparison.map(|comparison| Pair { a, b, comparison }));
        }
        self.ends.push(self.compared.len());
        self.index.insert(&keys, second.profile);
        self.places.push(b);
    }

    /// How two texts compared before, if they were: nothing inside for those that merely have a topic in common.
    fn known(&self, a: usize, b: usize) -> Option<Option<&Comparison>> {
        let before = self.before.as_ref()?;
        let was = |at: usize| self.was.get(at).copied().flatten();
        let (a, b) = (was(a)?, was(b)?);
        before.compared_with(b as usize)?.binary_search(&a).ok()?;
        let pair = |pair: &Pair| (pair.b, pair.a).cmp(&(b as usize, a as usize));
        let place = before.pairs.binary_search_by(pair).ok();
        Some(place.and_then(|place| before.pairs.get(place)).map(|pair| &pair.comparison))
    }

    /// Positions of the earlier texts that one was compared with, ascending.
    fn compared_with(&self, at: usize) -> Option<&[u32]> {
        let place = self.places.binary_search(&at).ok()?;
        let start = place.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.compared.get(start..*self.ends.get(place)?)
    }

    /// The pairs with a verdict, with the copies of their texts, among those that are `free`.
    pub(crate) fn pairs(&self, verdict: Relation, free: impl Fn(usize) -> bool) -> Vec<Pair> {
        let found = self.pairs.iter().filter(|pair| pair.comparison.verdict == verdict);
        found.flat_map(|pair| self.with_copies(pair, &free)).collect()
    }

    fn with_copies(&self, pair: &Pair, free: impl Fn(usize) -> bool) -> Vec<Pair> {
        let copies = |first: usize| -> Vec<usize> {
            self.copies.get(&first).into_iter().flatten().copied().filter(|at| free(*at)).collect()
        };
        let (first, second) = (copies(pair.a), copies(pair.b));
        let all = first.len() * second.len() <= COPIES;
        let mut pairs = Vec::new();
        for (i, a) in first.iter().enumerate() {
            for (j, b) in second.iter().enumerate() {
                if all || i == 0 || j == 0 {
                    pairs.push(Pair { a: *a, b: *b, comparison: pair.comparison.clone() });
                }
            }
        }
        pairs
    }

    /// Groups of duplicates among the texts that are `free`. Two groups join only if every pair across them is a
    /// duplicate, so there is no chain through a middle (complete linkage); the most alike join first.
    pub(crate) fn groups(&self, free: impl Fn(usize) -> bool) -> Vec<Group> {
        let mut linkage = Linkage::new(self, free);
        let mut duplicates: Vec<&Pair> =
            self.pairs.iter().filter(|pair| pair.comparison.verdict == Relation::Duplicate).collect();
        duplicates
            .arrange_by(|x, y| y.comparison.score.total_cmp(&x.comparison.score).then((x.a, x.b).cmp(&(y.a, y.b))));
        for pair in duplicates {
            linkage.join(pair.a, pair.b);
        }
        linkage.groups()
    }
}

/// Groups on their way: each is a list of first ones, all of whose copies it has.
struct Linkage<'a, 'b> {
    relations: &'b Relations<'a>,
    /// The free copies of each first one.
    free: BTreeMap<usize, Vec<usize>>,
    group_of: BTreeMap<usize, usize>,
    groups: BTreeMap<usize, (Vec<usize>, f64)>,
    /// The score of the pairs that are known to be duplicates; nothing for those that are known not to be.
    known: BTreeMap<(usize, usize), Option<f64>>,
}

impl<'a, 'b> Linkage<'a, 'b> {
    fn new(relations: &'b Relations<'a>, free: impl Fn(usize) -> bool) -> Self {
        let mut open: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (first, copies) in &relations.copies {
            let copies: Vec<usize> = copies.iter().copied().filter(|at| free(*at)).collect();
            if !copies.is_empty() {
                open.insert(*first, copies);
            }
        }
        Linkage {
            group_of: open.keys().map(|first| (*first, *first)).gather_map(),
            groups: open.keys().map(|first| (*first, (vec![*first], 1.0))).gather_map(),
            free: open,
            known: relations.pairs.iter().map(|pair| ((pair.a, pair.b), duplicate(&pair.comparison))).gather_map(),
            relations,
        }
    }

    fn join(&mut self, a: usize, b: usize) {
        let (Some(&x), Some(&y)) = (self.group_of.get(&a), self.group_of.get(&b)) else { return };
        if x == y {
            return;
        }
        let Some(score) = self.likeness(x, y) else { return };
        let Some((moved, other)) = self.groups.remove(&y) else { return };
        self.group_of.extend(moved.iter().map(|first| (*first, x)));
        if let Some((group, lowest)) = self.groups.get_mut(&x) {
            group.extend(moved);
            *lowest = lowest.min(other).min(score);
        }
    }

    /// The lowest score across two groups, if all pairs are duplicates.
    fn likeness(&mut self, x: usize, y: usize) -> Option<f64> {
        let (first, second) = (self.groups.get(&x)?.0.clone(), self.groups.get(&y)?.0.clone());
        if first.len() + second.len() > WORDINGS {
            return None;
        }
        let mut lowest = 1.0f64;
        for a in &first {
            for b in &second {
                lowest = lowest.min(self.score(*a.min(b), *a.max(b))?);
            }
        }
        Some(lowest)
    }

    /// The score of a pair of duplicates. What the index did not bring together is compared here.
    fn score(&mut self, a: usize, b: usize) -> Option<f64> {
        let relations = self.relations;
        let compare = || {
            let (a, b) = (relations.members.get(a)?, relations.members.get(b)?);
            duplicate(&a.relate(b, relations.duplicate_score)?).filter(|_| a.is_comparable(b))
        };
        *self.known.entry((a, b)).or_insert_with(compare)
    }

    fn groups(self) -> Vec<Group> {
        let free = self.free;
        let groups = self.groups.into_values().map(|(group, score)| {
            let mut members: Vec<usize> = group.iter().filter_map(|first| free.get(first)).flatten().copied().collect();
            members.sort_unstable();
            Group { members, score }
        });
        groups.filter(|group| group.members.len() > 1).collect()
    }
}

fn duplicate(comparison: &Comparison) -> Option<f64> {
    (comparison.verdict == Relation::Duplicate).then_some(comparison.score)
}

#[cfg(all(test, feature = "model", not(target_arch = "wasm32")))]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::compare::{Profile, relate};

    fn texts() -> Vec<String> {
        let cases = include_str!("../../tests/cases/compare-memories.jsonl").lines();
        let cases = cases.filter_map(|line| serde_json::from_str::<Value>(line).ok());
        cases.flat_map(|case| ["a", "b"].map(|side| case[side].as_str().unwrap_or_default().to_owned())).collect()
    }

    fn members<'a>(texts: &'a [String], profiles: &'a [Profile]) -> Vec<Member<'a>> {
        let member = |(text, profile)| Member { text, profile, scope: "agent", when: None, above: None, about: None };
        texts.iter().map(String::as_str).zip(profiles).map(member).collect()
    }

    #[test]
    fn every_pair_of_a_group_says_the_same() {
        let texts = texts();
        let profiles: Vec<Profile> = texts.iter().map(|text| Profile::of(text)).collect();
        let groups = Relations::of(members(&texts, &profiles), 0.6).groups(|_| true);
        assert!(groups.len() > 100, "{}", groups.len());
        for Group { members, score } in groups {
            for (place, b) in members.iter().enumerate() {
                for a in members.iter().take(place).filter(|a| texts[**a] != texts[*b]) {
                    let found =
                        relate(&profiles[*a], &profiles[*b], 0.6).expect("they have more than a topic in common");
                    assert_eq!(found.verdict, Relation::Duplicate, "{} | {}", texts[*a], texts[*b]);
                    assert!(found.score >= score);
                }
            }
        }
    }

    #[test]
    fn there_is_no_chain_through_a_middle() {
        // The first two agree, the last two agree; the ends deny each other.
        let texts = ["Deploy the shop on Mondays.", "Deploy the shop on Tuesdays.", "Deploy the shop on Fridays."]
            .map(str::to_owned);
        let profiles: Vec<Profile> = texts.iter().map(|text| Profile::of(text)).collect();
        let mut relations = Relations::of(members(&texts, &profiles), 0.6);
        relations.pairs = [(0, 1, Relation::Duplicate), (1, 2, Relation::Duplicate), (0, 2, Relation::Conflict)]
            .map(|(a, b, verdict)| Pair { a, b, comparison: Comparison { verdict, score: 0.9, reasons: Vec::new() } })
            .into();
        let groups = relations.groups(|_| true);
        assert!(!groups.is_empty() && groups.iter().all(|group| group.members.len() == 2), "{groups:?}");
    }

    #[test]
    fn one_more_text_is_compared_with_a_few_only() {
        let mut texts = texts();
        texts.push("Nightly builds of the parser are kept for nine weeks.".to_owned());
        texts.push("The parser's nightly builds are kept for nine weeks.".to_owned());
        let profiles: Vec<Profile> = texts.iter().map(|text| Profile::of(text)).collect();
        let mut relations = Relations::of(members(&texts, &profiles), 0.6);
        let before: Vec<(usize, usize)> = relations.pairs.iter().map(|pair| (pair.a, pair.b)).collect();
        let added = "Nightly builds of the parser are kept for eight weeks.".to_owned();
        let profile = Profile::of(&added);
        let at = texts.len();
        relations.add(Member { text: &added, profile: &profile, scope: "agent", when: None, above: None, about: None });
        let new: Vec<&Pair> = relations.pairs.iter().skip(before.len()).collect();
        assert!(relations.pairs.iter().map(|pair| (pair.a, pair.b)).take(before.len()).eq(before));
        assert!(new.iter().all(|pair| pair.b == at && pair.comparison.verdict == Relation::Conflict), "{new:?}");
        assert!(new.iter().any(|pair| pair.a == at - 2), "{new:?}");
    }
}
