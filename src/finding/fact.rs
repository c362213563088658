//! Facts: stable statements about the environment from trusted speakers; the newest stands.

use std::collections::{BTreeMap, BTreeSet};

use super::preference::{
    Company, Latest, Said, agents, each_customers, evidence, grouped, latest, recency, said, sessions,
};
use super::{Claim, Finding, Reach, Request, cautious, phrase};
use crate::compare::{Profile, Relation, agree, compare_profiles, round};
use crate::digest::{Cue, Digest};
use crate::evidence::Support;
use crate::memory::EntryKind;
use crate::order::{Arrange as _, Gather as _};
use crate::text::{bare, dated};
use crate::time;

/// The facts that people stated, the newest first; of two that contradict each other the newer one.
pub(crate) fn facts(digests: &[&Digest], reach: Reach) -> Latest {
    let said = said(digests, |cue| cue == Cue::Fact);
    let company = Company::of(digests, reach);
    let mut told = Vec::new();
    let groups = grouped(&said, same_fact);
    let groups = if reach == Reach::Customer { each_customers(groups, &mut told) } else { groups };
    let found = groups.iter().filter_map(|group| finding(group, &company)).collect();
    let Latest { findings, undecided } = latest(
        found,
        |(_, profile)| profile,
        |(newer, said), (older, other)| {
            newer.scope == older.scope && compare_profiles(said, other, 1.0).verdict == Relation::Conflict
        },
    );
    Latest { findings, undecided: undecided.into_iter().chain(told).collect() }
}

/// What people stated in passing, one finding for the same words, the latest first.
pub(crate) fn remarks(digests: &[&Digest]) -> Vec<Finding> {
    let company = Company::of(digests, Reach::All);
    let mut groups: BTreeMap<&str, Vec<Said>> = BTreeMap::new();
    for (digest, statement) in digests.iter().flat_map(|digest| digest.remarks.iter().map(move |said| (*digest, said)))
    {
        let request = Request::of(&statement.text, &statement.evidence.quote);
        groups.entry(&statement.text).or_default().push(Said { digest, statement, request });
    }
    let group = |said: &Vec<Said>| finding(&said.iter().collect::<Vec<_>>(), &company);
    let mut found: Vec<Finding> = groups.values().filter_map(group).map(|(finding, _)| finding).collect();
    found.arrange_by(|a, b| recency(b).cmp(&recency(a)).then_with(|| a.text.cmp(&b.text)));
    found
}

/// Whether two statements say the same of the environment: the same in other words, or more of it.
fn same_fact(a: &Said, b: &Said) -> bool {
    let verdict = || compare_profiles(a.profile(), b.profile(), 0.8).verdict;
    agree(a.profile(), b.profile())
        || names(a).intersection(&names(b)).count() >= 2
        || matches!(verdict(), Relation::Duplicate | Relation::Subsumes | Relation::Subsumed)
}

/// The identifiers that a statement is about: two of them in common, and it is about the same thing.
fn names(said: &Said) -> BTreeSet<String> {
    let words = said.statement.text.split_whitespace();
    let bare = words.map(bare);
    let named = bare.filter(|word| word.contains(['_', '/', '@']) && word.contains(char::is_alphabetic));
    named.map(str::to_lowercase).gather_set()
}

/// A statement as it can be read on any day: "since last week" is a date by then.
fn lasting(said: &Said) -> String {
    let text = &said.statement.text;
    let at = said.statement.evidence.at.as_deref().and_then(time::millis);
    at.and_then(|at| dated(text, at)).map_or_else(|| text.clone(), |(text, _)| text)
}

/// The fact in the words of the one who said it last.
fn finding(group: &[&Said], company: &Company) -> Option<(Finding, Profile)> {
    let evidence = evidence(group);
    let latest = *group.iter().max_by(|a, b| {
        let at = |said: &Said| said.statement.evidence.at.clone();
        at(a).cmp(&at(b)).then_with(|| b.statement.evidence.cmp(&a.statement.evidence))
    })?;
    let support = Support::count(&evidence, agents(group));
    let sessions = sessions(group);
    let people = phrase::count(support.speakers as usize, "person", "people");
    let finding = Finding {
        kind: EntryKind::Fact,
        text: lasting(latest),
        scope: company.scope(group),
        reason: format!("Stated by {people} in {}.", phrase::count(sessions.len(), "session", "sessions")),
        confidence: round(cautious(sessions.len(), sessions.len()).max(0.5)),
        evidence: evidence.into_iter().take(Finding::MAX_EVIDENCE).collect(),
        sessions,
        support,
        claim: Some(Claim::Said { fact: true, meant: latest.statement.cue == Cue::Fact }),
        ..Finding::default()
    };
    Some((finding, latest.profile().clone()))
}
