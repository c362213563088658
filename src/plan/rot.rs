//! How far a store has rotted: what is in it that an agent reads for nothing, or that misleads it.

use std::collections::BTreeMap;

use super::curate::{Candidate, read};
use super::irrelevance::{Standpoint, irrelevant};
use super::planted::planted;
use crate::compare::{Given, Relation, Relations, round};
use crate::config::Config;
use crate::memory::{Entry, Memory, tokens};
use crate::order::{Arrange as _, Gather as _};

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
        rot(&self.relations, self.candidates.iter().map(|candidate| candidate.entry), from)
    }

    /// What would be wrong with the store that a plan leaves. Only what the plan changes is read and compared.
    pub(crate) fn rot_after(&self, after: &Memory, from: &Standpoint, given: &Given) -> Rot {
        let known: BTreeMap<&str, &Candidate> =
            self.candidates.iter().map(|candidate| (candidate.entry.id.as_str(), candidate)).gather_map();
        let same = |entry: &Entry| known.get(entry.id.as_str()).copied().filter(|candidate| candidate.entry == entry);
        let active = || after.entries.iter().filter(|entry| entry.is_active());
        let changed = read(active().filter(|entry| same(entry).is_none()).collect(), given);
        let mut candidates: Vec<&Candidate> = active().filter_map(same).chain(&changed).collect();
        candidates.arrange_by(|a, b| a.entry.id.cmp(&b.entry.id));
        let relations = self.relations.again(candidates.into_iter().map(Candidate::member).collect());
        rot(&relations, active(), from)
    }
}

fn rot<'a>(relations: &Relations, entries: impl Iterator<Item = &'a Entry>, from: &Standpoint) -> Rot {
    let same: usize = relations.groups(|_| true).iter().map(|group| group.members.len() - 1).sum();
    let conflicts = relations.pairs(Relation::Conflict, |_| true).len();
    let mut rot = Rot { duplicates: same as u32, conflicts: conflicts as u32, ..Rot::default() };
    for entry in entries {
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
