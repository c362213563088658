//! What people say has changed, in words from which nobody can tell what holds instead: where an entry tells of the same
//! thing, people are asked whether it still holds.

use std::collections::{BTreeMap, BTreeSet};

use super::curate::Candidate;
use super::store::clauses;
use crate::compare::{Profile, Relation, compare_profiles, touches};
use crate::digest::tells_of_change;
use crate::finding::{Claim, Finding};
use crate::memory::Entry;
use crate::order::Gather as _;
use crate::text::{bare, fold, hash};

/// Entries by the words of some news.
pub(crate) struct News<'a> {
    told: BTreeMap<u32, Vec<&'a Candidate<'a>>>,
}

/// Whether nobody can tell from a remark what holds.
pub(crate) fn is_news_only(remark: &Finding) -> bool {
    matches!(remark.claim, Some(Claim::Said { fact: true, meant: false }))
}

/// Whether something that people state tells of a change.
fn is_news(finding: &Finding) -> bool {
    matches!(finding.claim, Some(Claim::Said { fact: true, .. })) && tells_of_change(&finding.text)
}

// A word of more entries says nothing of any of them.
const COMMON: usize = 40;

/// What a text is found by: its words and its values, be they written as words.
fn keys(text: &Profile) -> impl Iterator<Item = u32> {
    let values = text.values.iter().map(|value| hash(&value.text));
    text.content.iter().copied().chain(values).chain(text.text.split_whitespace().map(|word| hash(&fold(bare(word)))))
}

impl<'a> News<'a> {
    pub(crate) fn of<'f>(
        findings: impl Iterator<Item = &'f Finding>,
        entries: impl Iterator<Item = &'a Candidate<'a>>,
    ) -> News<'a> {
        let news = findings.filter(|finding| is_news(finding));
        let words: BTreeSet<u32> =
            news.flat_map(|news| keys(&Profile::of(&news.text)).collect::<Vec<_>>()).gather_set();
        let mut told: BTreeMap<u32, Vec<&Candidate>> = BTreeMap::new();
        for candidate in entries.filter(|_| !words.is_empty()) {
            for key in keys(&candidate.profile).filter(|key| words.contains(key)) {
                told.entry(key).or_default().push(candidate);
            }
        }
        told.retain(|_, entries| entries.len() <= COMMON);
        News { told }
    }

    /// The entry that a remark is most about, of those that it may be about, and those that say the same. None where one
    /// of them gave way to somebody's answer since.
    pub(crate) fn touched(&self, remark: &Finding, may_be: impl Fn(&Candidate) -> May) -> Vec<&'a Entry> {
        if !is_news(remark) {
            return Vec::new();
        }
        let said: Vec<Profile> = clauses(&remark.text).iter().map(|clause| Profile::of(clause)).collect();
        let whole = Profile::of(&remark.text);
        let near = keys(&whole).filter_map(|key| self.told.get(&key)).flatten();
        let near: BTreeMap<&str, &'a Candidate<'a>> =
            near.map(|candidate| (candidate.entry.id.as_str(), *candidate)).gather_map();
        let mut found: Vec<(u32, &'a Candidate<'a>)> = Vec::new();
        for candidate in near.into_values() {
            let may = may_be(candidate);
            let touched = || said.iter().filter_map(|said| touches(said, &candidate.profile)).max();
            match may {
                May::Not => {}
                May::Settle if touched().is_some() => return Vec::new(),
                May::Settle => {}
                May::Change => found.extend(touched().map(|weight| (weight, candidate))),
            }
        }
        let most = found.iter().max_by(|(x, a), (y, b)| x.cmp(y).then_with(|| b.entry.id.cmp(&a.entry.id)));
        let Some((_, most)) = most else { return Vec::new() };
        let same = |(_, other): &&(u32, &Candidate)| {
            let alike = || compare_profiles(&most.profile, &other.profile, 1.0).verdict == Relation::Duplicate;
            other.entry.id == most.entry.id || other.entry.scope == most.entry.scope && alike()
        };
        found.iter().filter(same).map(|(_, candidate)| candidate.entry).collect()
    }
}

/// What a remark may be to an entry.
pub(crate) enum May {
    /// Nothing.
    Not,
    /// The entry may be no longer so.
    Change,
    /// What was said is answered, where the entry is about it.
    Settle,
}
