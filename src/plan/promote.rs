//! From one agent to the fleet: what several agents learnt by themselves holds for all of them.

use super::operation::{Operation, OperationKind, Proposal, Risk, operation_id};
use crate::config::Config;
use crate::digest::Digest;
use crate::evidence::{Evidence, Support};
use crate::finding::Finding;
use crate::memory::{Entry, Source};
use crate::order::Gather as _;
use crate::transcript::Trust;

/// The scope of every agent of a workspace.
const FLEET: &str = "fleet";

/// Whether enough independent sessions of enough agents stand behind something, and nothing untrusted does. Sessions that
/// do not say whose they are count for no agent.
fn fit_for_fleet(support: &Support, evidence: &[Evidence], agents: usize, config: &Config) -> bool {
    support.sessions >= config.promote_sessions
        && agents >= config.promote_agents as usize
        && support.against == 0
        && !evidence.is_empty()
        && evidence.iter().all(|evidence| evidence.trust != Trust::Untrusted)
}

fn agents(finding: &Finding, digests: &[&Digest]) -> usize {
    let theirs = digests.iter().filter(|digest| finding.sessions.contains(&digest.session));
    theirs.filter_map(|digest| digest.agent.as_ref()).gather_set().len()
}

/// The scope that a new entry from a finding should have.
pub(crate) fn scope(finding: &Finding, digests: &[&Digest], config: &Config) -> String {
    let fit = fit_for_fleet(&finding.support, &finding.evidence, agents(finding, digests), config);
    if fit { FLEET.to_owned() } else { "agent".to_owned() }
}

/// The promotion of an entry that says what a finding says, if the finding carries it: not what one person or project has
/// of its own.
pub(crate) fn promotion(entry: &Entry, finding: &Finding, digests: &[&Digest], config: &Config) -> Option<Operation> {
    let agents = agents(finding, digests);
    let own = finding.scope.is_none() && entry.scope == "agent" && entry.source != Source::Tool && !entry.is_fixed();
    if !own || !fit_for_fleet(&finding.support, &finding.evidence, agents, config) {
        return None;
    }
    let entries = vec![entry.id.clone()];
    let sessions = finding.support.sessions;
    Some(Operation {
        id: operation_id(OperationKind::Promote, &entries, None, Some(&entry.text)),
        kind: OperationKind::Promote,
        entries,
        by: None,
        result: Some(Proposal {
            kind: entry.kind,
            text: entry.text.clone(),
            scope: FLEET.to_owned(),
            when: entry.when.clone(),
        }),
        reason: format!("{agents} agents came to it in {sessions} sessions: it holds for all of them."),
        evidence: finding.evidence.clone(),
        support: finding.support.clone(),
        effect: None,
        backtest: None,
        confidence: finding.confidence,
        risk: Risk::Medium,
        needs_review: true,
        depends_on: Vec::new(),
    })
}
