//! How far a store has rotted: what is in it that an agent reads for nothing, or that misleads it.

use std::collections::BTreeMap;

use super::coexistence::both_hold;
use super::curate::{Candidate, read};
use super::irrelevance::{Standpoint, irrelevant};
use crate::compare::{Given, Pair, Relation, Relations, round};
use crate::config::Config;
use crate::finding::{Request, Stance};
use crate::memory::{Entry, EntryKind, Memory, planted, steers, tokens};
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
    /// What each of them is by itself.
    burdens: Vec<Burden>,
}

/// What an entry is to the agent that reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Burden {
    Useful,
    Stale,
    Transient,
}

impl Burden {
    fn of(entry: &Entry, from: &Standpoint) -> Burden {
        match irrelevant(entry, from) {
            Some(why) if why.stale => Burden::Stale,
            Some(_) => Burden::Transient,
            None if planted(entry) || steers(entry) => Burden::Transient,
            None => Burden::Useful,
        }
    }
}

impl<'a> Survey<'a> {
    /// Compares the entries with each other.
    pub(crate) fn of(candidates: &'a [Candidate<'a>], from: &Standpoint, config: &Config) -> Survey<'a> {
        let members = candidates.iter().map(Candidate::member).collect();
        let burdens = candidates.iter().map(|candidate| Burden::of(candidate.entry, from)).collect();
        Survey { candidates, relations: Relations::of(members, config.duplicate_score), burdens }
    }

    /// What is wrong with the store.
    pub(crate) fn rot(&self) -> Rot {
        rot(&self.relations, self.conflicts(|_| true).len(), self.entries())
    }

    /// The pairs of entries that cannot both hold, among those that are `free`.
    pub(crate) fn conflicts(&self, free: impl Fn(usize) -> bool) -> Vec<Pair> {
        let all: Vec<&Candidate> = self.candidates.iter().collect();
        conflicts(&self.relations, &all, free)
    }

    /// What holds of each entry: an entry stands in many pairs, and is asked about once.
    pub(crate) fn told(&self, of: impl Fn(&Entry) -> bool) -> Vec<bool> {
        self.candidates.iter().map(|candidate| of(candidate.entry)).collect()
    }

    fn entries(&self) -> impl Iterator<Item = (&'a Entry, Burden)> {
        self.candidates.iter().map(|candidate| candidate.entry).zip(self.burdens.iter().copied())
    }

    /// What would be wrong with the store that a plan leaves. Only what the plan changes is read and compared.
    pub(crate) fn rot_after(self, after: &Memory, from: &Standpoint, given: &Given) -> Rot {
        let entries = self.candidates.iter().zip(self.burdens.iter().copied());
        let known: BTreeMap<&str, (&Candidate, Burden)> =
            entries.map(|(candidate, burden)| (candidate.entry.id.as_str(), (candidate, burden))).gather_map();
        let same = |entry: &Entry| known.get(entry.id.as_str()).copied().filter(|(known, _)| known.entry == entry);
        let active = || after.entries.iter().filter(|entry| entry.is_active());
        let changed = read(active().filter(|entry| same(entry).is_none()).collect(), given);
        let burdens: Vec<(&Entry, Burden)> = active()
            .map(|entry| (entry, same(entry).map_or_else(|| Burden::of(entry, from), |(_, burden)| burden)))
            .collect();
        let mut candidates: Vec<&Candidate> =
            active().filter_map(same).map(|(known, _)| known).chain(&changed).collect();
        candidates.arrange_by(|a, b| a.entry.id.cmp(&b.entry.id));
        let relations = self.relations.again(candidates.iter().map(|candidate| candidate.member()).collect());
        let conflicts = conflicts(&relations, &candidates, |_| true).len();
        rot(&relations, conflicts, burdens.into_iter())
    }
}

fn conflicts(relations: &Relations, of: &[&Candidate], free: impl Fn(usize) -> bool) -> Vec<Pair> {
    let excluding = |pair: &Pair| {
        let both = of.get(pair.a).zip(of.get(pair.b));
        both.is_none_or(|(a, b)| !both_hold(&a.profile, &b.profile, &pair.comparison.reasons) && !asked_beside(a, b))
    };
    let mut pairs = relations.pairs(Relation::Conflict, free);
    pairs.retain(excluding);
    pairs
}

/// Whether one of two entries is what people asked for, learned by a dream, which held it against the store by the law for
/// requests: the next dream does not judge otherwise.
fn asked_beside(a: &Candidate, b: &Candidate) -> bool {
    let learned = |one: &Candidate| one.entry.kind == EntryKind::Preference && !one.entry.evidence.is_empty();
    (learned(a) || learned(b)) && {
        let (a, b) = (Request::kept(a.text(), &a.profile), Request::kept(b.text(), &b.profile));
        [a.stance(&b), b.stance(&a)].iter().all(|stance| *stance != Stance::Otherwise)
    }
}

fn rot<'a>(relations: &Relations, conflicts: usize, entries: impl Iterator<Item = (&'a Entry, Burden)>) -> Rot {
    let same: usize = relations.groups(|_| true).iter().map(|group| group.members.len() - 1).sum();
    let mut rot = Rot { duplicates: same as u32, conflicts: conflicts as u32, ..Rot::default() };
    for (entry, burden) in entries {
        rot.tokens += tokens(&entry.text);
        rot.stale += u32::from(burden == Burden::Stale);
        rot.transient += u32::from(burden == Burden::Transient);
    }
    rot
}
