//! Loops: calls made again although they gave the same answer before.

use std::collections::{BTreeMap, BTreeSet};

use super::{Claim, Finding, cautious, phrase};
use crate::digest::{Digest, Repeat};
use crate::evidence::{Evidence, Support};
use crate::memory::EntryKind;
use crate::order::{Arrange as _, Gather as _};

/// Tools whose calls were repeated in vain in at least `min_sessions` sessions.
pub(crate) fn repetitions(digests: &[&Digest], min_sessions: u32) -> Vec<Finding> {
    let mut by_tool: BTreeMap<&str, Vec<(&Digest, &Repeat)>> = BTreeMap::new();
    for digest in digests {
        digest.repeats.iter().for_each(|repeat| by_tool.entry(&repeat.tool).or_default().push((digest, repeat)));
    }
    let often = by_tool.into_iter().filter(|(_, repeats)| repeats.len() >= min_sessions as usize);
    often.map(|(tool, repeats)| finding(tool, &repeats, used(digests, tool))).collect()
}

/// Sessions that used a tool.
fn used(digests: &[&Digest], tool: &str) -> usize {
    digests.iter().filter(|digest| digest.steps.kinds.iter().any(|step| step.tool == tool)).count()
}

fn finding(tool: &str, repeats: &[(&Digest, &Repeat)], used: usize) -> Finding {
    let mut evidence: Vec<Evidence> = repeats.iter().map(|(_, repeat)| repeat.evidence.clone()).collect();
    evidence.arrange_by(|a, b| a.at.cmp(&b.at).then_with(|| a.cmp(b)));
    let agents: BTreeSet<Option<&str>> = repeats.iter().map(|(digest, _)| digest.agent.as_deref()).gather_set();
    let support = Support::count(&evidence, agents.len());
    evidence.truncate(Finding::MAX_EVIDENCE);
    let calls: u32 = repeats.iter().map(|(_, repeat)| repeat.times).sum();
    Finding {
        kind: EntryKind::Rule,
        text: format!("Do not repeat a call of `{tool}` with the same arguments: it gives the same answer again."),
        when: Some(format!("calling `{tool}`")),
        reason: format!(
            "{} in {} of the {used} that used `{tool}` repeated an earlier one to the letter and got the same answer.",
            phrase::count(calls as usize, "call", "calls"),
            phrase::count(repeats.len(), "session", "sessions"),
        ),
        confidence: cautious(repeats.len(), repeats.len()),
        support,
        claim: Some(Claim::Repeats { tool: tool.to_owned() }),
        evidence,
        sessions: repeats.iter().map(|(digest, _)| digest.session.clone()).gather_set(),
        ..Finding::default()
    }
}
