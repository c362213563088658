//! Preferences: what trusted speakers ask for, grouped across sessions and speakers.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use super::{Claim, Finding, cautious, phrase};
use crate::compare::{Index, Profile, Relation, agree, compare_profiles, denies, round};
use crate::digest::{Cue, Digest, Statement};
use crate::evidence::{Evidence, Support};
use crate::memory::EntryKind;
use crate::order::{Arrange as _, Gather as _};
use crate::text::words;

/// A preference of that many people is shared.
const SHARED: u32 = 3;

/// A statement with the digest it comes from.
pub(super) struct Said<'a> {
    pub digest: &'a Digest,
    pub statement: &'a Statement,
    pub profile: Profile,
}

/// Preferences with enough behind them: one "always", or corrections in `min_sessions` sessions.
/// Of two that contradict each other the one that was said last stands, and a withdrawal ends what came before it.
pub(crate) fn preferences(digests: &[&Digest], min_sessions: u32) -> Vec<Finding> {
    let (withdrawn, said): (Vec<Said>, Vec<Said>) =
        said(digests, |cue| cue != Cue::Fact).into_iter().partition(|said| said.statement.cue == Cue::Withdrawal);
    let said: Vec<Said> = said.into_iter().filter(|said| !ended(said, &withdrawn)).collect();
    let groups = grouped(&said, |a, b| agree(&a.profile, &b.profile));
    let several = projects(digests.iter().copied()).len() > 1;
    let enough = groups.into_iter().filter(|group| enough(group, min_sessions));
    latest(enough.filter_map(|group| finding(&group, several)).collect())
}

/// The statements of all digests that are made in such a way, in the order of their evidence.
pub(super) fn said<'a>(digests: &[&'a Digest], wanted: impl Fn(Cue) -> bool) -> Vec<Said<'a>> {
    let statements = digests.iter().flat_map(|digest| digest.statements.iter().map(move |said| (*digest, said)));
    let mut said: Vec<Said> = statements
        .filter(|(_, statement)| wanted(statement.cue))
        .map(|(digest, statement)| Said { digest, statement, profile: Profile::of(&statement.text) })
        .collect();
    said.arrange_by(|a, b| a.statement.evidence.cmp(&b.statement.evidence));
    said
}

/// Without what a later finding contradicts: a later word beats an earlier one. The latest come first.
pub(super) fn latest(mut found: Vec<(Finding, Profile)>) -> Vec<Finding> {
    found.arrange_by(|(a, _), (b, _)| b.support.last_seen.cmp(&a.support.last_seen).then_with(|| a.text.cmp(&b.text)));
    let index = Index::of(found.iter().map(|(_, profile)| profile));
    let contradicted: Vec<bool> = found
        .iter()
        .enumerate()
        .map(|(at, (_, profile))| {
            let newer = index.near(profile).into_iter().filter(|other| *other < at);
            newer
                .filter_map(|other| found.get(other))
                .any(|(_, newer)| compare_profiles(newer, profile, 1.0).verdict == Relation::Conflict)
        })
        .collect();
    found.into_iter().zip(contradicted).filter(|(_, gone)| !gone).map(|((finding, _), _)| finding).collect()
}

/// Whether somebody said afterwards that this is not asked for any more.
fn ended(said: &Said, withdrawn: &[Said]) -> bool {
    withdrawn.iter().any(|end| {
        let later = end.statement.evidence.at >= said.statement.evidence.at;
        later && denies(&end.profile, &said.profile)
    })
}

/// Groups around a seed: the statement that most others agree with takes all of those, and so on with the rest.
/// Nothing joins through a middle.
pub(super) fn grouped<'a, 'b>(said: &'b [Said<'a>], same: impl Fn(&Said, &Said) -> bool) -> Vec<Vec<&'b Said<'a>>> {
    let index = Index::of(said.iter().map(|said| &said.profile));
    let near = |a: &Said| {
        let mut near: Vec<usize> = index.near(&a.profile);
        near.retain(|at| said.get(*at).is_some_and(|b| same(a, b)));
        near
    };
    let agreeing: Vec<Vec<usize>> = said.iter().map(near).collect();
    let mut open = vec![true; said.len()];
    let size = |at: usize, open: &[bool]| {
        let others = agreeing.get(at).into_iter().flatten().filter(|other| **other != at);
        others.filter(|other| open.get(**other) == Some(&true)).count()
    };
    let mut seeds: BinaryHeap<(usize, Reverse<usize>)> =
        (0..said.len()).map(|at| (size(at, &open), Reverse(at))).collect();
    let mut groups = Vec::new();
    while let Some((known, Reverse(seed))) = seeds.pop() {
        let now = size(seed, &open);
        if open.get(seed) != Some(&true) {
            continue;
        }
        // Others took some of its statements meanwhile.
        if now < known {
            seeds.push((now, Reverse(seed)));
            continue;
        }
        let mut group: Vec<usize> = agreeing.get(seed).into_iter().flatten().copied().chain([seed]).collect();
        group.retain(|at| open.get(*at) == Some(&true));
        group.arrange();
        group.dedup();
        group.iter().for_each(|at| open.iter_mut().skip(*at).take(1).for_each(|open| *open = false));
        groups.push(group.into_iter().filter_map(|at| said.get(at)).collect());
    }
    groups
}

pub(super) fn sessions(group: &[&Said]) -> BTreeSet<String> {
    group.iter().map(|said| said.digest.session.clone()).gather_set()
}

/// How many agents heard it.
pub(super) fn agents(group: &[&Said]) -> usize {
    group.iter().map(|said| said.digest.agent.as_deref()).gather_set().len()
}

/// The spans, the earliest first.
pub(super) fn evidence(group: &[&Said]) -> Vec<Evidence> {
    let mut evidence: Vec<Evidence> = group.iter().map(|said| said.statement.evidence.clone()).collect();
    evidence.arrange_by(|a, b| a.at.cmp(&b.at).then_with(|| a.cmp(b)));
    evidence
}

fn enough(group: &[&Said], min_sessions: u32) -> bool {
    let once = |said: &&Said| matches!(said.statement.cue, Cue::Standing | Cue::Taste);
    group.iter().any(once) || sessions(group).len() >= min_sessions as usize
}

/// The projects that sessions are about; `None` where a session does not say.
fn projects<'a>(digests: impl Iterator<Item = &'a Digest>) -> BTreeSet<Option<&'a str>> {
    digests.map(|digest| digest.project.as_deref()).gather_set()
}

/// The one project that all of a group was said in, where the agent works on `several`: what is wanted there need not
/// be wanted elsewhere.
fn of_project(group: &[&Said], several: bool) -> Option<String> {
    let named = projects(group.iter().map(|said| said.digest));
    let only = named.first().copied().flatten().filter(|_| several && named.len() == 1);
    only.map(|project| format!("project:{project}"))
}

fn finding(group: &[&Said], several: bool) -> Option<(Finding, Profile)> {
    let best = clearest(group)?;
    let mut evidence = evidence(group);
    let support = Support::count(&evidence, agents(group));
    evidence.truncate(Finding::MAX_EVIDENCE);
    let sessions = sessions(group);
    let lasting = group.iter().filter(|said| said.statement.cue != Cue::Correction).count();
    let finding = Finding {
        kind: EntryKind::Preference,
        text: best.statement.text.clone(),
        when: best.statement.when.clone(),
        scope: personal(best).filter(|_| support.speakers == 1).or_else(|| of_project(group, several)),
        reason: reason(&support, best.statement.cue, corrected(group).as_deref()),
        confidence: round(cautious(sessions.len(), sessions.len()).max(if lasting > 0 { 0.5 } else { 0.0 })),
        evidence,
        sessions,
        support,
        claim: Some(Claim::Said { fact: false }),
        ..Finding::default()
    };
    Some((finding, best.profile.clone()))
}

/// What somebody says of themselves holds for them only.
fn personal(said: &Said) -> Option<String> {
    let own = ["i", "im", "me", "my", "mine", "myself"];
    let about_them = words(&said.statement.text).iter().any(|word| own.contains(&word.as_str()));
    said.statement.evidence.name.as_ref().filter(|_| about_them).map(|name| format!("user:{name}"))
}

/// The wording that is nearest to all others; a standing one before a correction, then the earliest.
fn clearest<'a, 'b>(group: &[&'a Said<'b>]) -> Option<&'a Said<'b>> {
    let nearness = |said: &Said| group.iter().map(|other| said.profile.likeness(&other.profile)).sum::<f64>();
    let rank = |said: &Said| (said.statement.cue == Cue::Standing, round(nearness(said)));
    group.iter().copied().reduce(|best, said| {
        let ((standing, near), (best_standing, best_near)) = (rank(said), rank(best));
        let better = standing.cmp(&best_standing).then(near.total_cmp(&best_near));
        if better == std::cmp::Ordering::Greater { said } else { best }
    })
}

/// The tool that people correct, if nearly all of them correct the same one.
fn corrected(group: &[&Said]) -> Option<String> {
    let mut times: BTreeMap<&str, usize> = BTreeMap::new();
    for tool in group.iter().filter_map(|said| said.statement.after.as_deref()) {
        *times.entry(tool).or_default() += 1;
    }
    let (tool, most) = times.iter().max_by_key(|(_, times)| **times)?;
    let all: usize = times.values().sum();
    (*most > 1 && most * 5 >= all * 4).then(|| (*tool).to_owned())
}

fn reason(support: &Support, cue: Cue, corrected: Option<&str>) -> String {
    let sessions = phrase::count(support.sessions as usize, "session", "sessions");
    let speakers = phrase::count(support.speakers as usize, "person", "people");
    let shared = if support.speakers >= SHARED { "Shared: " } else { "" };
    let manner = match cue {
        Cue::Standing => "asked for as a standing rule",
        Cue::Taste => "said of themselves",
        _ => "corrected again and again",
    };
    let about = corrected.map(|tool| format!(", after calls of `{tool}`")).unwrap_or_default();
    phrase::sentence(&format!("{shared}{manner} by {speakers} in {sessions}{about}"))
}
