//! Candidates: the few texts of a store that are worth comparing with another one, without looking at all of them.
//!
//! Texts that share a key (`key.rs`) are candidates for each other. The rarest keys are followed first and only so far,
//! so a phrase that thousands of entries begin with costs no more than any other. All of it is integer arithmetic with
//! constants from a fixed seed; the order in which texts are added is the only thing that it depends on.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::hint::black_box;

use super::key::Keys;
use super::profile::{Profile, dice, shared};
use crate::text::{DIMENSION, coarse_dot};

/// Texts by what they have in common. Adding one compares it with none of the others.
#[derive(Default)]
pub(crate) struct Index<'a> {
    texts: Vec<Text<'a>>,
    vectors: Vec<Coarse>,
    chains: HashMap<u64, Chain, Spread>,
    /// The texts of all chains, those of one chain side by side: most of the time of a look-up is memory's.
    links: Vec<u32>,
    /// How many links were ever made.
    made: u32,
    stems: Vec<u32>,
}

/// A text with what is looked at of every candidate.
struct Text<'a> {
    room: u64,
    normal: u64,
    stems: (u32, u32),
    is_known: bool,
    profile: &'a Profile,
}

/// A sentence's vector in a quarter of the space: good to a hundredth, and nothing is decided by it.
#[derive(Clone, Copy)]
#[repr(align(64))]
struct Coarse([i8; DIMENSION]);

/// The texts with one key, the first one first.
#[derive(Clone, Copy, Default)]
struct Chain {
    /// The number of its last link.
    head: u32,
    /// How many texts were added.
    length: u32,
    /// The text, if there is one only; else where in the links its last ones stand.
    start: u32,
}

impl Chain {
    /// A number by which chains stand in the order in which they are followed. One type of numbers to be sorted means one
    /// sort in the module.
    fn rank(&self) -> u64 {
        u64::from(self.length) << 32 | u64::from(self.head)
    }

    /// Adds a text. There is room for 2, 4, 8 … texts; of more than are ever met only the last ones stay.
    fn push(&mut self, text: u32, links: &mut Vec<u32>) {
        let (start, length) = (self.start as usize, self.length as usize);
        if length == 0 {
            self.start = text;
        } else if length < MET && length.is_power_of_two() {
            let moved = links.len();
            match length {
                1 => links.push(self.start),
                _ => links.extend_from_within(start..start + length),
            }
            links.push(text);
            links.resize(moved + 2 * length, 0);
            self.start = moved as u32;
        } else if let Some(link) = links.get_mut(start + length % MET) {
            *link = text;
        }
        self.length += 1;
    }

    /// Its texts, the last one first, as far as they are kept.
    fn texts<'a>(&'a self, links: &'a [u32]) -> impl Iterator<Item = u32> + 'a {
        let (start, length) = (self.start as usize, self.length as usize);
        let kept = match length {
            1 => std::slice::from_ref(&self.start),
            _ => links.get(start..start + length.min(MET)).unwrap_or_default(),
        };
        let (late, early) = kept.split_at(if length > MET { length % MET } else { length });
        late.iter().rev().chain(early.iter().rev()).copied()
    }
}

// How many texts that share a key are met on the way, and how many of those are looked at closely.
const MET: usize = 256;
const LOOKED_AT: usize = 48;
// How many remain: of texts that have little in common the best few, of those that look near more.
const KEPT: usize = 8;
const KEPT_NEAR: usize = 20;
const NEAR: u32 = 900;

impl<'a> Index<'a> {
    /// An index of texts that are all in one room.
    pub(crate) fn of(profiles: impl Iterator<Item = &'a Profile>) -> Index<'a> {
        let mut index = Index::default();
        profiles.for_each(|profile| index.insert(&Keys::of("", profile), profile));
        index
    }

    /// Places of the texts that are worth comparing with one that is not among them.
    pub(crate) fn near(&self, profile: &Profile) -> Vec<usize> {
        self.candidates(&Keys::of("", profile), profile, &mut Votes::default())
    }

    /// Adds a text; its place is the number of those added before.
    pub(crate) fn insert(&mut self, keys: &Keys, profile: &'a Profile) {
        let text = self.texts.len() as u32;
        let first = self.stems.len() as u32;
        self.stems.extend(&profile.content);
        let stems = (first, self.stems.len() as u32);
        let vector = coarse(profile);
        self.vectors.push(vector.unwrap_or(Coarse([0; DIMENSION])));
        self.texts.push(Text { room: keys.room, normal: keys.normal, stems, is_known: vector.is_some(), profile });
        for key in &keys.own {
            let chain = self.chains.entry(*key).or_default();
            chain.push(text, &mut self.links);
            chain.head = self.made;
            self.made += 1;
        }
    }

    /// Places of the texts that are worth comparing with this one, ascending. `votes` is scratch space, for reuse.
    ///
    /// A verdict that matters needs a near meaning, or half of the words of one text within the other. How near two texts
    /// are is the cosine of their meanings and the share of common words, 0 to 1000 each.
    pub(crate) fn candidates(&self, keys: &Keys, profile: &Profile, votes: &mut Votes) -> Vec<usize> {
        let vector = coarse(profile);
        self.meet(keys, votes);
        let Votes { met, cosines, ranks, .. } = votes;
        met.retain(|at| self.is_in(keys.room, *at));
        cosines.clear();
        cosines.extend(met.iter().map(|at| self.cosine(profile, vector.as_ref(), *at).unwrap_or_default()));
        let near = |(at, cosine): (u32, &u32)| Some(rank(self.nearness(profile, keys.normal, at, *cosine)?, at));
        ranks.clear();
        ranks.extend(met.drain(..).zip(cosines.iter()).filter_map(near));
        keep_nearest(ranks);
        ranks.iter().map(|at| *at as usize).collect()
    }

    /// Whether a text is in a room. Has the processor fetch what is looked at of it next: first all stems and vectors, then
    /// all cosines; by itself each waits for the memory, one behind the other hardly.
    fn is_in(&self, room: u64, at: u32) -> bool {
        let vector = self.vectors.get(at as usize);
        black_box(vector.map(|Coarse(vector)| (vector.first().copied(), vector.last().copied())));
        let text = self.texts.get(at as usize).filter(|text| text.room == room);
        black_box(text.and_then(|text| self.stems.get(text.stems.0 as usize)).copied());
        text.is_some()
    }

    /// The cosine of the meanings of two texts, or what can be said for it, in thousandths.
    fn cosine(&self, profile: &Profile, vector: Option<&Coarse>, at: u32) -> Option<u32> {
        let other = self.texts.get(at as usize)?;
        Some(match (vector, self.vectors.get(at as usize).filter(|_| other.is_known)) {
            // Asked first of the one: the profiles of the others are all over the memory.
            _ if profile.given.is_some() && other.profile.given.is_some() => {
                (profile.nearness(other.profile) * 1000.0) as u32
            }
            (Some(a), Some(b)) => thousandths(a, b),
            _ => (dice(&profile.letters, &other.profile.letters) * 1000.0) as u32,
        })
    }

    /// How near a text is, if near enough to be compared.
    fn nearness(&self, profile: &Profile, normal: u64, at: u32, cosine: u32) -> Option<u32> {
        let other = self.texts.get(at as usize)?;
        let stems = self.stems.get(other.stems.0 as usize..other.stems.1 as usize)?;
        let both = shared(&profile.content, stems);
        let (shorter, longer) = (stems.len().min(profile.content.len()), stems.len().max(profile.content.len()));
        let like = cosine >= 400 || shorter > 0 && both * 2 >= shorter || normal == other.normal;
        like.then(|| cosine + (both * 1000 / longer.max(1)) as u32)
    }

    /// Has `votes` hold the texts that share most keys with these, a rare key counting more. Of few texts, all.
    fn meet(&self, keys: &Keys, votes: &mut Votes) {
        votes.met.clear();
        if self.texts.len() <= LOOKED_AT {
            votes.met.extend(0..self.texts.len() as u32);
            return;
        }
        votes.weights.resize(self.texts.len(), 0);
        let (mut chains, mut ranks) = (std::mem::take(&mut votes.chains), std::mem::take(&mut votes.ranks));
        chains.clear();
        chains.extend(keys.own.iter().chain(&keys.near).filter_map(|key| self.chains.get(key)));
        ranks.clear();
        ranks.extend(chains.iter().map(Chain::rank));
        ranks.sort_unstable();
        // As with the texts: the links of all chains first.
        chains.iter().for_each(|chain| {
            _ = black_box(self.links.get(chain.start as usize).filter(|_| chain.length > 1).copied())
        });
        let mut left = MET;
        for rank in &ranks {
            // No two chains have one head. A chain that two keys lead to counts twice.
            let Some(chain) = chains.iter().find(|chain| chain.rank() == *rank).filter(|_| left > 0) else { break };
            let weight = 32 - chain.length.ilog2();
            chain.texts(&self.links).take(left).for_each(|text| votes.add(text, weight as u16));
            left = left.saturating_sub(chain.length as usize);
        }
        (votes.chains, votes.ranks) = (chains, ranks);
        votes.keep(LOOKED_AT);
    }
}

/// A number by which texts stand in the order of how much there is of something, of equally much in that of their places.
fn rank(much: u32, place: u32) -> u64 {
    u64::from(much) << 32 | u64::from(place)
}

/// Of texts with how near they are, leaves the places of the nearest, ascending; of equally near ones the last.
fn keep_nearest(ranks: &mut Vec<u64>) {
    ranks.sort_unstable();
    let near = ranks.iter().rev().take(KEPT_NEAR).take_while(|found| **found >= rank(NEAR, 0)).count();
    ranks.drain(..ranks.len().saturating_sub(near.max(KEPT)));
    ranks.iter_mut().for_each(|found| *found &= PLACE);
    ranks.sort_unstable();
}

/// What is the place in such a number.
const PLACE: u64 = u32::MAX as u64;

fn coarse(profile: &Profile) -> Option<Coarse> {
    let components = profile.embedding.components()?;
    let mut vector = [0; DIMENSION];
    vector.iter_mut().zip(components).for_each(|(to, from)| *to = (from >> 7).clamp(-127, 127) as i8);
    Some(Coarse(vector))
}

/// The cosine of two coarse vectors in thousandths; 0 for those that point away from each other.
fn thousandths(a: &Coarse, b: &Coarse) -> u32 {
    ((coarse_dot(&a.0, &b.0).max(0) * 1000) >> 14).unsigned_abs()
}

/// How much speaks for each text, during one look-up, and room for what it looks at.
#[derive(Default)]
pub(crate) struct Votes {
    weights: Vec<u16>,
    met: Vec<u32>,
    chains: Vec<Chain>,
    ranks: Vec<u64>,
    cosines: Vec<u32>,
}

impl Votes {
    fn add(&mut self, text: u32, weight: u16) {
        if let Some(sum) = self.weights.get_mut(text as usize) {
            if *sum == 0 {
                self.met.push(text);
            }
            *sum += weight;
        }
    }

    /// Keeps the `most` texts with the highest votes, of equal ones the last; forgets all votes.
    fn keep(&mut self, most: usize) {
        let Votes { weights, met, ranks, .. } = self;
        let mut weight = |text: u32| weights.get_mut(text as usize).map(std::mem::take).unwrap_or_default();
        ranks.clear();
        ranks.extend(met.drain(..).map(|text| rank(weight(text).into(), text)));
        let least = ranks.len().saturating_sub(most);
        if least > 0 {
            ranks.select_nth_unstable(least);
        }
        met.extend(ranks.iter().skip(least).map(|ranked| (ranked & PLACE) as u32));
    }
}

/// How keys are spread over a table. It depends on them alone, and no table is ever gone through.
type Spread = BuildHasherDefault<KeyHasher>;

/// Keys are hashes already.
#[derive(Default)]
struct KeyHasher(u64);

impl Hasher for KeyHasher {
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.0 = self.0 << 8 | u64::from(*byte));
    }

    fn write_u64(&mut self, key: u64) {
        self.0 = key;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::{Relation, compare_profiles};

    /// Notes of an operations team: every third says what an earlier one says, in other words or of another value.
    fn notes(count: usize) -> Vec<String> {
        let colours = "amber basalt cedar delta ember falcon garnet harbor indigo juniper krypton lagoon maple nimbus \
            onyx pepper quartz raven saffron tundra umber violet willow xenon yarrow zephyr alpine birch copper dune \
            fjord glacier hazel iris jade kelp lotus mango nickel opal";
        let colours: Vec<&str> = colours.split_whitespace().collect();
        let services =
            ["billing", "search", "ledger", "courier", "archive", "beacon", "catalog", "exporter", "indexer"];
        let owners = ["Ana", "Bruno", "Chidi", "Daria", "Emre", "Farah", "Goran"];
        let note = |n: usize, wording: usize| {
            let service = format!("{} {}", colours[n / 9 % colours.len()], services[n % 9]);
            let (owner, port, days) = (owners[n * 3 % 7], 4000 + n * 7 % 900, 3 + n * 5 % 60);
            match (n % 4, wording) {
                (0, 0) => format!("The {service} listens on port {port}."),
                (0, _) => format!("Connect to the {service} on port {port}."),
                (1, 0) => format!("Ask {owner} before you restart the {service}."),
                (1, _) => format!("Before the {service} is restarted, ask {owner}."),
                (2, 0) => format!("Keep the backups of the {service} for {days} days."),
                (2, _) => format!("Backups of the {service} are kept for {} days.", days + n % 8 / 4),
                (_, 0) => format!("When the {service} answers with E{port}, clear its cache."),
                (_, _) => format!("Clear the cache of the {service} when it answers with E{port}."),
            }
        };
        (0..count).map(|at| if at % 3 == 2 { note(at / 2, 1) } else { note(at, 0) }).collect()
    }

    fn found(profiles: &[Profile]) -> Vec<(usize, usize)> {
        let (mut index, mut votes, mut pairs) = (Index::default(), Votes::default(), Vec::new());
        for (b, profile) in profiles.iter().enumerate() {
            let keys = Keys::of("agent", profile);
            pairs.extend(index.candidates(&keys, profile, &mut votes).into_iter().map(|a| (a, b)));
            index.insert(&keys, profile);
        }
        pairs
    }

    #[test]
    fn finds_what_comparing_all_with_all_finds() {
        let profiles: Vec<Profile> = notes(1200).iter().map(|text| Profile::of(text)).collect();
        let found = found(&profiles);
        // Notes that differ only in the service that they are about are in conflict by the hundred.
        let subject = |at: usize| if at % 3 == 2 { at / 2 % 360 } else { at % 360 };
        let matters = |a: usize, b: usize| match compare_profiles(&profiles[a], &profiles[b], 0.8).verdict {
            Relation::Duplicate | Relation::Subsumes | Relation::Subsumed => true,
            Relation::Conflict => subject(a) == subject(b),
            Relation::Related | Relation::Distinct => false,
        };
        let pairs = (0..profiles.len()).flat_map(|b| (0..b).map(move |a| (a, b)));
        let all: Vec<(usize, usize)> = pairs.filter(|(a, b)| matters(*a, *b)).collect();
        let missed = all.iter().filter(|pair| !found.contains(pair)).count();
        assert!(all.len() > 300, "{} pairs", all.len());
        assert!(missed * 200 <= all.len(), "{missed} of {} pairs missed", all.len());
    }

    #[test]
    fn a_phrase_that_all_begin_with_hides_nothing() {
        let opening = "Note from the weekly review of the operations team, for everybody who works on call:";
        let texts = notes(1200).into_iter().map(|text| format!("{opening} {text}"));
        let profiles: Vec<Profile> = texts.map(|text| Profile::of(&text)).collect();
        let found = found(&profiles);
        assert!(found.len() <= profiles.len() * KEPT_NEAR);
        let copies = (600..1200).filter(|at| at % 3 == 2 && at / 2 % 3 != 2);
        let missed: Vec<usize> = copies.filter(|at| !found.contains(&(at / 2, *at))).collect();
        assert!(missed.len() <= 2, "{missed:?}");
    }

    #[test]
    fn rooms_are_apart() {
        let profile = Profile::of("Deploy on Mondays.");
        let mut index = Index::default();
        index.insert(&Keys::of("agent", &profile), &profile);
        let found = |room: &str| index.candidates(&Keys::of(room, &profile), &profile, &mut Votes::default());
        assert_eq!((found("agent"), found("fleet")), (vec![0], vec![]));
    }
}
