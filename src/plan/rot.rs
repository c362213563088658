//! How far a store has rotted: what is in it that an agent reads for nothing, or that misleads it.

use super::curate::Candidate;
use super::irrelevance::{Standpoint, irrelevant};
use super::planted::planted;
use crate::compare::{Relation, Relations, round};
use crate::config::Config;
use crate::memory::tokens;

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
    pub candidates: &'a [Candidate<'a>],
    /// Which of them say the same, contradict or contain each other.
    pub relations: Relations<'a>,
}

impl<'a> Survey<'a> {
    /// Compares the entries with each other.
    pub(crate) fn of(candidates: &'a [Candidate<'a>], config: &Config) -> Survey<'a> {
        let members = candidates.iter().map(Candidate::member).collect();
        Survey { candidates, relations: Relations::of(members, config.duplicate_score) }
    }

    /// What is wrong with the store.
    pub(crate) fn rot(&self, from: &Standpoint) -> Rot {
        let same: usize = self.relations.groups(|_| true).iter().map(|group| group.members.len() - 1).sum();
        let mut rot = Rot {
            duplicates: same as u32,
            conflicts: self.relations.pairs(Relation::Conflict).len() as u32,
            ..Rot::default()
        };
        for Candidate { entry, .. } in self.candidates {
            rot.tokens += tokens(&entry.text);
            match irrelevant(entry, from) {
                Some(why) if why.stale => rot.stale += 1,
                Some(_) => rot.transient += 1,
                None if planted(entry) => rot.transient += 1,
                None => {}
            }
        }
        rot
    }
}
