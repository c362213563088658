//! Failures that have nothing to do with the agent: networks, overloaded services, full disks.

use std::collections::BTreeSet;

use super::cause::{Cause, Occasion};
use super::mistake::{safe_message, sessions, support, tools};
use super::remedy::worked_later;
use super::{Finding, cautious, phrase};
use crate::evidence::Evidence;
use crate::memory::EntryKind;
use crate::order::Arrange as _;
use crate::redact::redact;

// A longer list says no more.
const SHOWN: usize = 3;

/// Whether an error tells of the environment rather than of the call.
pub(super) fn is_outside(template: &str) -> bool {
    const SIGNS: &[&str] = &[
        "timed out", "timeout", "etimedout", "econnreset", "econnrefused", "eai_again", "enotfound",
        "connection reset", "connection refused", "connection closed", "connection error", "connection aborted",
        "network is unreachable", "name resolution", "getaddrinfo", "temporarily unavailable", "service unavailable",
        "bad gateway", "server error", "rate limit", "too many requests", "overloaded", "no space left",
        "out of memory", "try again later", "under maintenance", "is restarting", "socket hang up",
    ];
    let lower = template.to_lowercase();
    SIGNS.iter().any(|sign| lower.contains(sign))
}

/// Failures of the environment as one fact. `pass`: whether calls worked later.
pub(super) fn outages(causes: Vec<Cause>, pass: bool) -> Option<Finding> {
    let mut sorted = causes;
    sorted.arrange_by(|a, b| (&a.tools, &a.template).cmp(&(&b.tools, &b.template)));
    let occasions: Vec<Occasion> = sorted.iter().flat_map(|cause| cause.occasions.iter().copied()).collect();
    let sessions: BTreeSet<String> = sessions(&occasions);
    let mut evidence: Vec<Evidence> = occasions.iter().map(|occasion| occasion.failure.evidence.clone()).collect();
    evidence.arrange_by(|a, b| a.at.cmp(&b.at).then_with(|| a.cmp(b)));
    evidence.truncate(Finding::MAX_EVIDENCE);
    let calls: u32 = sorted.iter().map(|cause| cause.calls).sum();
    let again = worked_later(&occasions);
    Some(Finding {
        kind: EntryKind::Fact,
        text: redact(&text(&sorted, pass)?).text,
        reason: format!(
            "{} failed in {} for reasons outside the agent; a call worked later in {again} of {}.",
            phrase::count(calls as usize, "call", "calls"),
            phrase::count(sessions.len(), "session", "sessions"),
            occasions.len()
        ),
        confidence: cautious(occasions.len(), occasions.len()),
        support: support(&occasions),
        evidence,
        sessions,
        ..Finding::default()
    })
}

fn text(causes: &[Cause], pass: bool) -> Option<String> {
    let at_times = if pass { " at times" } else { "" };
    if let [only] = causes {
        let fails = if only.tools.len() == 1 { "fails" } else { "fail" };
        let later = if pass { ", and the same call may work later" } else { "" };
        let (tools, message) = (tools(only), safe_message(only));
        return Some(format!("{tools} {fails}{at_times} with \"{message}\"; that is not the call's fault{later}."));
    }
    let shown = causes.iter().take(SHOWN).map(|cause| format!("{} (\"{}\")", tools(cause), safe_message(cause)));
    let shown = phrase::list(shown.collect());
    let later = if pass { " and may work later" } else { "" };
    (!causes.is_empty()).then(|| format!("Some calls fail{at_times} for reasons outside them{later}: {shown}."))
}
