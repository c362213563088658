//! What people refused, again and again.

use std::collections::{BTreeMap, BTreeSet};

use super::{Claim, Finding, cautious, phrase};
use crate::digest::{Digest, Intervention, InterventionKind};
use crate::evidence::{Evidence, Support};
use crate::memory::EntryKind;
use crate::order::{Arrange as _, Gather as _};

/// Tools whose calls were refused in a third of the sessions that made them, and in at least `min_sessions`.
pub(crate) fn refusals(digests: &[&Digest], min_sessions: u32) -> Vec<Finding> {
    let mut by_tool: BTreeMap<&str, Vec<(&Digest, &Intervention)>> = BTreeMap::new();
    for digest in digests {
        for intervention in &digest.interventions {
            let refused = intervention.kind == InterventionKind::Refusal && intervention.about.is_some();
            if let Some(tool) = intervention.tool.as_deref().filter(|_| refused) {
                by_tool.entry(tool).or_default().push((digest, intervention));
            }
        }
    }
    let found = by_tool.into_iter().filter_map(|(tool, times)| {
        let sessions: BTreeSet<String> = times.iter().map(|(digest, _)| digest.session.clone()).gather_set();
        let made = |digest: &&&Digest| digest.steps.kinds.iter().any(|step| step.tool == tool);
        let used = digests.iter().filter(made).count().max(sessions.len());
        let often = sessions.len() >= min_sessions as usize && sessions.len() * 3 >= used;
        often.then(|| finding(tool, &times, sessions, used))
    });
    found.collect()
}

fn finding(tool: &str, times: &[(&Digest, &Intervention)], sessions: BTreeSet<String>, used: usize) -> Finding {
    let mut evidence: Vec<Evidence> = times
        .iter()
        .flat_map(|(_, intervention)| intervention.about.iter().chain(&intervention.said))
        .cloned()
        .collect();
    evidence.arrange_by(|a, b| a.at.cmp(&b.at).then_with(|| a.cmp(b)));
    evidence.dedup();
    let agents: BTreeSet<Option<&str>> = times.iter().map(|(digest, _)| digest.agent.as_deref()).gather_set();
    let support = Support::count(&evidence, agents.len());
    Finding {
        kind: EntryKind::Rule,
        text: format!("Ask before calling `{tool}`: people often refuse such a call."),
        when: Some(format!("calling `{tool}`")),
        reason: format!(
            "Refused {} in {} of the {used} that called `{tool}`.",
            phrase::count(times.len(), "time", "times"),
            phrase::count(sessions.len(), "session", "sessions"),
        ),
        confidence: cautious(sessions.len(), used),
        support: Support { supporting: sessions.len() as u32, against: (used - sessions.len()) as u32, ..support },
        evidence: evidence.into_iter().take(Finding::MAX_EVIDENCE).collect(),
        sessions,
        claim: Some(Claim::Refused { tool: tool.to_owned() }),
        ..Finding::default()
    }
}
