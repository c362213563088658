//! Preferences: what trusted speakers ask for, grouped across sessions and speakers.

use std::collections::BTreeSet;

use super::{Finding, cautious};
use crate::compare::{Pair, Profile, Relation, clusters, compare_profiles, round};
use crate::digest::{Cue, Digest, Statement};
use crate::evidence::{Evidence, Support};
use crate::memory::EntryKind;

/// A statement with the digest it comes from.
struct Said<'a> {
    digest: &'a Digest,
    statement: &'a Statement,
    profile: Profile,
}

// People word a request differently each time; with no value in dispute, this much likeness is the same request.
// The group's own evidence is shown, so a reader sees what was joined.
const SAME_REQUEST: f64 = 0.6;

/// Preferences with enough behind them: one "always", or corrections in `min_sessions` sessions.
/// Of two that contradict each other the one that was said last stands.
pub(crate) fn preferences(digests: &[&Digest], min_sessions: u32) -> Vec<Finding> {
    let mut said: Vec<Said> = digests.iter().flat_map(|digest| said_in(digest)).collect();
    said.sort_by(|a, b| a.statement.evidence.cmp(&b.statement.evidence));
    let groups = grouped(&said);
    let mut found: Vec<(Finding, Profile)> = groups
        .iter()
        .map(|group| group.iter().filter_map(|at| said.get(*at)).collect::<Vec<_>>())
        .filter(|group| enough(group, min_sessions))
        .filter_map(|group| finding(&group))
        .collect();
    // Newest first: a later word beats an earlier one.
    found.sort_by(|(a, _), (b, _)| b.support.last_seen.cmp(&a.support.last_seen).then_with(|| a.text.cmp(&b.text)));
    let mut kept: Vec<(Finding, Profile)> = Vec::new();
    for (finding, profile) in found {
        let outdated =
            kept.iter().any(|(_, newer)| compare_profiles(newer, &profile, SAME_REQUEST).verdict == Relation::Conflict);
        if !outdated {
            kept.push((finding, profile));
        }
    }
    kept.into_iter().map(|(finding, _)| finding).collect()
}

fn said_in(digest: &Digest) -> impl Iterator<Item = Said<'_>> {
    digest.statements.iter().map(move |statement| Said { digest, statement, profile: Profile::of(&statement.text) })
}

fn grouped(said: &[Said]) -> Vec<Vec<usize>> {
    let mut pairs = Vec::new();
    for (b, second) in said.iter().enumerate() {
        for (a, first) in said.iter().enumerate().take(b) {
            if let Some(comparison) = same_request(&first.profile, &second.profile) {
                pairs.push(Pair { a, b, comparison });
            }
        }
    }
    let mut groups = clusters(said.len(), &pairs);
    let grouped: BTreeSet<usize> = groups.iter().flatten().copied().collect();
    groups.extend((0..said.len()).filter(|at| !grouped.contains(at)).map(|at| vec![at]));
    groups
}

/// A request counts as the same if it is a duplicate, or one says all of the other and more.
fn same_request(a: &Profile, b: &Profile) -> Option<crate::compare::Comparison> {
    let mut comparison = compare_profiles(a, b, SAME_REQUEST);
    let joins = match comparison.verdict {
        Relation::Duplicate => true,
        Relation::Subsumes | Relation::Subsumed => comparison.score >= SAME_REQUEST,
        _ => false,
    };
    comparison.verdict = Relation::Duplicate;
    joins.then_some(comparison)
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
