//! What people say has changed, in words from which nobody can tell what holds instead: where an entry tells of the same
//! thing, people are asked whether it still holds.

use std::collections::{BTreeMap, BTreeSet};

use super::curate::Candidate;
use super::store::clauses;
use crate::compare::{Profile, touches};
use crate::digest::tells_of_change;
use crate::finding::{Claim, Finding};
use crate::memory::Entry;
use crate::order::Gather as _;
use crate::text::hash;

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

/// What a text is found by: its words and its values.
fn keys(text: &Profile) -> impl Iterator<Item = u32> {
    text.content.iter().copied().chain(text.values.iter().map(|value| hash(&value.text)))
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

    /// The entry that a remark is most about, of those that it may be about.
    pub(crate) fn touched(&self, remark: &Finding, may_be: impl Fn(&'a Candidate<'a>) -> bool) -> Option<&'a Entry> {
        if !is_news(remark) {
            return None;
        }
        let said: Vec<Profile> = clauses(&remark.text).iter().map(|clause| Profile::of(clause)).collect();
        let whole = Profile::of(&remark.text);
        let near: BTreeMap<&str, &Candidate> = keys(&whole)
            .filter_map(|key| self.told.get(&key))
            .flatten()
            .map(|candidate| (candidate.entry.id.as_str(), *candidate))
            .gather_map();
        let about = |candidate: &'a Candidate<'a>| {
            let weight = said.iter().filter_map(|said| touches(said, &candidate.profile)).max()?;
            may_be(candidate).then_some((weight, candidate.entry))
        };
        let found = near.into_values().filter_map(about);
        found.max_by(|(x, a), (y, b)| x.cmp(y).then_with(|| b.id.cmp(&a.id))).map(|(_, entry)| entry)
    }
}
