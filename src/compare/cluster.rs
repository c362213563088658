//! The texts of a store that say the same, or deny each other.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{BuildHasherDefault, DefaultHasher};
use std::iter::successors;
use std::rc::Rc;

use super::index::{Index, Votes};
use super::key::Keys;
use super::member::{Key, Member};
use super::{Comparison, Relation};
use crate::order::Arrange as _;

/// Two texts, by position, and how they stand to each other. `a < b`.
#[derive(Debug, Clone)]
pub(crate) struct Pair {
    /// Position of the first.
    pub a: usize,
    /// Position of the second.
    pub b: usize,
    /// Their comparison.
    pub comparison: Rc<Comparison>,
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
    /// The position of the first text with each key, and of the last one.
    equal: HashMap<Key<'a>, (u32, u32), Spread>,
    /// The position of the next equal text, if there is one.
    next: Vec<Option<u32>>,
    scopes: BTreeSet<&'a str>,
    /// Of the first ones, those that are duplicates, in conflict, or contain one another, by their second, then their first.
    pairs: Vec<Pair>,
    /// What each text of the index was compared with, one text's after the other's, and where they end.
    compared: Vec<Compared>,
    ends: Vec<usize>,
    /// The relations of a store that has most of the texts too, and where each text of this one is in it.
    before: Option<Box<Relations<'a>>>,
    was: Vec<Option<u32>>,
}

/// How texts are spread over a table: by SipHash (Aumasson, Bernstein 2012), and by nothing but themselves. Whoever writes
/// into a store must not be able to make texts that all meet in one place of it, or a dream takes time in their square.
type Spread = BuildHasherDefault<DefaultHasher>;

/// An earlier text that one was compared with.
#[derive(Clone, Copy)]
struct Compared {
    with: u32,
    /// The place of the pair, if they have more than a topic in common.
    pair: Option<u32>,
}

/// What one text was compared with in a store as it was: earlier texts, in their order.
struct Earlier<'r, 'a> {
    relations: &'r Relations<'a>,
    compared: &'r [Compared],
}

impl Earlier<'_, '_> {
    /// What came of comparing it with another one; nothing if that was not done.
    fn comparison(&self, with: u32) -> Option<Option<Rc<Comparison>>> {
        let place = self.compared.binary_search_by_key(&with, |compared| compared.with).ok()?;
        let pair = self.compared.get(place)?.pair.and_then(|pair| self.relations.pairs.get(pair as usize));
        Some(pair.map(|pair| pair.comparison.clone()))
    }
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
            equal: HashMap::default(),
            next: Vec::new(),
            scopes: BTreeSet::new(),
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
        // Equal scopes are one and the same: comparing them takes nothing from elsewhere in the memory.
        let scope = self.scopes.get(member.scope).copied().unwrap_or(member.scope);
        self.scopes.insert(scope);
        let member = Member { scope, ..member };
        let at = self.members.len();
        let was = self.before.as_ref().and_then(|before| before.equal.get(&member.key())).map(|(first, _)| *first);
        let is_first = self.note(&member, at as u32);
        if is_first {
            self.relate(at, &member, was);
        }
        self.next.push(None);
        self.was.push(was);
        self.members.push(member);
    }

    /// Links a text with the equal ones before it; says whether there is none.
    fn note(&mut self, member: &Member<'a>, at: u32) -> bool {
        // Texts in which a secret was replaced stay apart: what looks equal need not be.
        let apart = member.profile.redacted;
        let (_, last) = self.equal.entry(member.key()).or_insert((at, at));
        if apart || *last == at {
            return true;
        }
        if let Some(next) = self.next.get_mut(*last as usize) {
            *next = Some(at);
        }
        *last = at;
        false
    }

    /// Compares a text with those before it that are near, and adds it to the index.
    fn relate(&mut self, b: usize, second: &Member<'a>, was: Option<u32>) {
        let keys = Keys::of(second.scope, second.profile);
        let near = self.near(&keys, second);
        let earlier = self.before.as_deref().zip(was).map(|(before, was)| before.compared_with(was));
        for a in near {
            let Some(first) = self.members.get(a) else { continue };
            let met = self.was.get(a).copied().flatten();
            let known = earlier.as_ref().zip(met).and_then(|(earlier, met)| earlier.comparison(met));
            let comparison = known.unwrap_or_else(|| first.relate(second, self.duplicate_score).map(Rc::new));
            let pair = comparison.map(|comparison| Pair { a, b, comparison });
            self.compared.push(Compared { with: a as u32, pair: pair.as_ref().map(|_| self.pairs.len() as u32) });
            self.pairs.extend(pair);
        }
        self.ends.push(self.compared.len());
        self.index.insert(&keys, second.profile);
        self.places.push(b);
    }

    /// The positions of the texts that one is to be compared with, ascending.
    fn near(&mut self, keys: &Keys, second: &Member<'a>) -> Vec<usize> {
        let mut near = self.index.candidates(keys, second.profile, &mut self.votes);
        near.iter_mut().for_each(|place| *place = self.places.get(*place).copied().unwrap_or_default());
        near.retain(|a| self.members.get(*a).is_some_and(|first| first.is_comparable(second)));
        near.iter().filter_map(|a| self.members.get(*a)).for_each(|first| first.profile.fetch());
        near
    }

    /// What a text was compared with.
    fn compared_with(&self, at: u32) -> Earlier<'_, 'a> {
        let compared = || {
            let place = self.places.binary_search(&(at as usize)).ok()?;
            let start = place.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
            self.compared.get(start..*self.ends.get(place)?)
        };
        Earlier { relations: self, compared: compared().unwrap_or_default() }
    }

    /// The positions of a first text and of its copies, ascending.
    fn copies(&self, first: usize) -> impl Iterator<Item = usize> + '_ {
        successors(Some(first), |at| self.next.get(*at).copied().flatten().map(|next| next as usize))
    }

    /// The pairs with a verdict, with the copies of their texts, among those that are `free`.
    pub(crate) fn pairs(&self, verdict: Relation, free: impl Fn(usize) -> bool) -> Vec<Pair> {
        let found = self.pairs.iter().filter(|pair| pair.comparison.verdict == verdict);
        found.flat_map(|pair| self.with_copies(pair, &free)).collect()
    }

    fn with_copies(&self, pair: &Pair, free: impl Fn(usize) -> bool) -> Vec<Pair> {
        let copies = |first: usize| -> Vec<usize> { self.copies(first).filter(|at| free(*at)).collect() };
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
    /// The score of pairs of duplicates, nothing for others, of those that the index did not bring together.
    compared: BTreeMap<(usize, usize), Option<f64>>,
}

impl<'a, 'b> Linkage<'a, 'b> {
    fn new(relations: &'b Relations<'a>, free: impl Fn(usize) -> bool) -> Self {
        let mut linkage = Linkage {
            relations,
            free: BTreeMap::new(),
            group_of: BTreeMap::new(),
            groups: BTreeMap::new(),
            compared: BTreeMap::new(),
        };
        for first in &relations.places {
            let copies: Vec<usize> = relations.copies(*first).filter(|at| free(*at)).collect();
            if !copies.is_empty() {
                linkage.free.insert(*first, copies);
                linkage.group_of.insert(*first, *first);
                linkage.groups.insert(*first, (vec![*first], 1.0));
            }
        }
        linkage
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
        if let Ok(place) = relations.pairs.binary_search_by_key(&(b, a), |pair| (pair.b, pair.a)) {
            return relations.pairs.get(place).and_then(|pair| duplicate(&pair.comparison));
        }
        let compare = || {
            let (a, b) = (relations.members.get(a)?, relations.members.get(b)?);
            duplicate(&a.relate(b, relations.duplicate_score)?).filter(|_| a.is_comparable(b))
        };
        *self.compared.entry((a, b)).or_insert_with(compare)
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
    use std::hash::BuildHasher as _;

    use serde_json::Value;

    use super::*;
    use crate::compare::{Profile, relate};

    const HOSTILE: [&str; 5] =
        ["padbhewgK) )4RiO", "quhw br sF|F!riv", "htj a  r<_=|<k}}", "dum bgs mT&MhD:T", "xxlgr eh[>!fl~W1"];

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
        relations.pairs = [(0, 1, Relation::Duplicate), (0, 2, Relation::Conflict), (1, 2, Relation::Duplicate)]
            .map(|(a, b, verdict)| {
                let comparison = Comparison { verdict, score: 0.9, reasons: Vec::new() }.into();
                Pair { a, b, comparison }
            })
            .into();
        let groups = relations.groups(|_| true);
        assert!(!groups.is_empty() && groups.iter().all(|group| group.members.len() == 2), "{groups:?}");
    }

    #[test]
    fn texts_made_to_meet_in_one_place_of_a_table_do_not() {
        // Under a hash that multiplies, whoever knows it chooses the second half of a text by its first.
        let texts = HOSTILE.map(str::to_owned);
        let profiles: Vec<Profile> = texts.iter().map(|text| Profile::of(text)).collect();
        let hash = |member: &Member| Spread::default().hash_one(member.key());
        let mut places: Vec<u64> = members(&texts, &profiles).iter().map(hash).collect();
        places.sort_unstable();
        places.dedup();
        assert_eq!(places.len(), texts.len());
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
