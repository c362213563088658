//! Preferences: what trusted speakers ask for, grouped across sessions and speakers.

use std::collections::BTreeSet;

use super::{Finding, cautious};
use crate::compare::{Profile, Relation, agree, compare_profiles, denies, round};
use crate::digest::{Cue, Digest, Statement};
use crate::evidence::{Evidence, Support};
use crate::memory::EntryKind;

/// A statement with the digest it comes from.
struct Said<'a> {
    digest: &'a Digest,
    statement: &'a Statement,
    profile: Profile,
}

/// Preferences with enough behind them: one "always", or corrections in `min_sessions` sessions.
/// Of two that contradict each other the one that was said last stands, and a withdrawal ends what came before it.
pub(crate) fn preferences(digests: &[&Digest], min_sessions: u32) -> Vec<Finding> {
    let mut said: Vec<Said> = digests.iter().flat_map(|digest| said_in(digest)).collect();
    said.sort_by(|a, b| a.statement.evidence.cmp(&b.statement.evidence));
    let (withdrawn, said): (Vec<Said>, Vec<Said>) =
        said.into_iter().partition(|said| said.statement.cue == Cue::Withdrawal);
    let said: Vec<Said> = said.into_iter().filter(|said| !ended(said, &withdrawn)).collect();
    let found =
        grouped(&said).into_iter().filter(|group| enough(group, min_sessions)).filter_map(|group| finding(&group));
    let mut found: Vec<(Finding, Profile)> = found.collect();
    // Newest first: a later word beats an earlier one.
    found.sort_by(|(a, _), (b, _)| b.support.last_seen.cmp(&a.support.last_seen).then_with(|| a.text.cmp(&b.text)));
    let mut kept: Vec<(Finding, Profile)> = Vec::new();
    for (finding, profile) in found {
        let outdated =
            kept.iter().any(|(_, newer)| compare_profiles(newer, &profile, 1.0).verdict == Relation::Conflict);
        if !outdated {
            kept.push((finding, profile));
        }
    }
    kept.into_iter().map(|(finding, _)| finding).collect()
}

/// Whether somebody said afterwards that this is not asked for any more.
fn ended(said: &Said, withdrawn: &[Said]) -> bool {
    withdrawn.iter().any(|end| {
        let later = end.statement.evidence.at >= said.statement.evidence.at;
        later && denies(&end.profile, &said.profile)
    })
}

fn said_in(digest: &Digest) -> impl Iterator<Item = Said<'_>> {
    digest.statements.iter().map(move |statement| Said { digest, statement, profile: Profile::of(&statement.text) })
}

/// Groups around a seed: the statement that most others agree with takes all of those, and so on with the rest.
/// Nothing joins through a middle.
fn grouped<'a, 'b>(said: &'b [Said<'a>]) -> Vec<Vec<&'b Said<'a>>> {
    let agreeing: Vec<Vec<usize>> = said
        .iter()
        .map(|a| said.iter().enumerate().filter(|(_, b)| agree(&a.profile, &b.profile)).map(|(at, _)| at).collect())
        .collect();
    let mut open: BTreeSet<usize> = (0..said.len()).collect();
    let mut groups = Vec::new();
    while let Some(seed) = seed(&open, &agreeing) {
        let mut group: Vec<usize> =
            agreeing.get(seed).into_iter().flatten().copied().filter(|at| open.contains(at)).collect();
        group.push(seed);
        group.sort_unstable();
        group.dedup();
        open.retain(|at| !group.contains(at));
        groups.push(group.into_iter().filter_map(|at| said.get(at)).collect());
    }
    groups
}

/// The open statement that most open ones agree with; the first of several.
fn seed(open: &BTreeSet<usize>, agreeing: &[Vec<usize>]) -> Option<usize> {
    let size = |at: &usize| agreeing.get(*at).into_iter().flatten().filter(|other| open.contains(other)).count();
    open.iter().copied().max_by(|a, b| size(a).cmp(&size(b)).then(b.cmp(a)))
}

fn sessions(group: &[&Said]) -> BTreeSet<String> {
    group.iter().map(|said| said.digest.session.clone()).collect()
}

fn enough(group: &[&Said], min_sessions: u32) -> bool {
    group.iter().any(|said| said.statement.cue == Cue::Standing) || sessions(group).len() >= min_sessions as usize
}

fn finding(group: &[&Said]) -> Option<(Finding, Profile)> {
    let best = clearest(group)?;
    let mut evidence: Vec<Evidence> = group.iter().map(|said| said.statement.evidence.clone()).collect();
    evidence.sort_by(|a, b| a.at.cmp(&b.at).then_with(|| a.cmp(b)));
    let agents: BTreeSet<Option<&str>> = group.iter().map(|said| said.digest.agent.as_deref()).collect();
    let support = Support::count(&evidence, agents.len());
    evidence.truncate(Finding::MAX_EVIDENCE);
    let sessions = sessions(group);
    let standing = group.iter().filter(|said| said.statement.cue == Cue::Standing).count();
    let finding = Finding {
        kind: EntryKind::Preference,
        text: best.statement.text.clone(),
        when: best.statement.when.clone(),
        reason: reason(&support, standing),
        confidence: round(cautious(sessions.len(), sessions.len()).max(if standing > 0 { 0.5 } else { 0.0 })),
        evidence,
        sessions,
        support,
        ..Finding::default()
    };
    Some((finding, best.profile.clone()))
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

fn reason(support: &Support, standing: usize) -> String {
    let plural = |n: u32, one: &str, many: &str| if n == 1 { format!("one {one}") } else { format!("{n} {many}") };
    let sessions = plural(support.sessions, "session", "sessions");
    let speakers = plural(support.speakers, "person", "people");
    let manner = if standing > 0 { "Asked for as a standing rule" } else { "Corrected again and again" };
    format!("{manner} by {speakers} in {sessions}.")
}
