//! How far a store has rotted: what is in it that an agent reads for nothing, or that misleads it.

use std::collections::{BTreeMap, BTreeSet};

use super::curate::{Candidate, comparable};
use super::irrelevance::{Standpoint, irrelevant, planted};
use crate::compare::{Pair, Profile, Relation, clusters, pairs, round};
use crate::config::Config;
use crate::memory::{Memory, active_tokens};

/// The defects of a store, counted over its active entries.
///
/// The score is their number in a thousand tokens: `1000 · (duplicates + conflicts + stale + transient) / tokens`. 0 is a
/// store in which every entry says something that holds and that no other entry says. An entry counts once among stale
/// and transient, and may count in pairs besides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Rot {
    /// Entries that say what another one says: of a group of the same, all but one.
    pub duplicates: u32,
    /// Pairs of entries that cannot both hold.
    pub conflicts: u32,
    /// Entries whose time is over: expired, taken back, or not used for long.
    pub stale: u32,
    /// Passing states, small talk, raw output, half sentences, and what was planted.
    pub transient: u32,
    /// Tokens of the active entries.
    pub tokens: u32,
}

impl Rot {
    /// Defects in a thousand tokens.
    pub(crate) fn score(self) -> f64 {
        let defects = self.duplicates + self.conflicts + self.stale + self.transient;
        if self.tokens == 0 { 0.0 } else { round(1000.0 * f64::from(defects) / f64::from(self.tokens)) }
    }
}

/// The active entries of a store and how they stand to each other, looked at once.
pub(crate) struct Survey<'a> {
    /// The entries, by id.
    pub candidates: Vec<Candidate<'a>>,
    /// The pairs that say the same, contradict or contain each other.
    pub pairs: Vec<Pair>,
}

impl<'a> Survey<'a> {
    /// Compares every entry with every other one that it may be compared with.
    pub(crate) fn of(candidates: Vec<Candidate<'a>>, config: &Config) -> Survey<'a> {
        let pairs = compared(&candidates, config, |_| true);
        Survey { candidates, pairs }
    }

    /// The same for the store after a plan: what did not change is not compared again.
    pub(crate) fn again<'b>(&self, after: Vec<Candidate<'b>>, config: &Config) -> Survey<'b> {
        let before: BTreeMap<&str, (usize, &str)> = self
            .candidates
            .iter()
            .enumerate()
            .map(|(at, candidate)| (candidate.entry.id.as_str(), (at, candidate.entry.text.as_str())))
            .collect();
        let mut moved: BTreeMap<usize, usize> = BTreeMap::new();
        let mut changed: BTreeSet<usize> = BTreeSet::new();
        for (at, candidate) in after.iter().enumerate() {
            match before.get(candidate.entry.id.as_str()) {
                Some((old, text)) if *text == candidate.entry.text => drop(moved.insert(*old, at)),
                _ => drop(changed.insert(at)),
            }
        }
        let mut pairs = compared(&after, config, |at| changed.contains(&at));
        let kept = self.pairs.iter().filter_map(|pair| {
            let (a, b) = (*moved.get(&pair.a)?, *moved.get(&pair.b)?);
            Some(Pair { a, b, comparison: pair.comparison.clone() })
        });
        pairs.extend(kept);
        Survey { candidates: after, pairs }
    }

    /// What is wrong with the store.
    pub(crate) fn rot(&self, memory: &Memory, from: &Standpoint) -> Rot {
        let groups = clusters(self.candidates.len(), &self.pairs);
        let conflicts = self.pairs.iter().filter(|pair| pair.comparison.verdict == Relation::Conflict).count();
        let mut rot = Rot {
            duplicates: groups.iter().map(|group| group.len() as u32 - 1).sum(),
            conflicts: conflicts as u32,
            tokens: active_tokens(memory),
            ..Rot::default()
        };
        for candidate in &self.candidates {
            match irrelevant(candidate.entry, from) {
                Some(why) if why.stale => rot.stale += 1,
                Some(_) => rot.transient += 1,
                None if planted(candidate.entry) => rot.transient += 1,
                None => {}
            }
        }
        rot
    }
}

fn compared(candidates: &[Candidate], config: &Config, looked_at: impl Fn(usize) -> bool) -> Vec<Pair> {
    let profiles: Vec<&Profile> = candidates.iter().map(|candidate| &candidate.profile).collect();
    let together = |a: usize, b: usize| match (candidates.get(a), candidates.get(b)) {
        (Some(first), Some(second)) => (looked_at(a) || looked_at(b)) && comparable(first, second),
        _ => false,
    };
    pairs(&profiles, config.duplicate_score, together)
}
