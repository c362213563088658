//! Recurring mistakes: the same tool failing in the same way in several sessions, and what worked instead.

use std::collections::{BTreeMap, BTreeSet};

use super::{Finding, cautious};
use crate::digest::{Change, Digest, Failure, Fix};
use crate::evidence::{Evidence, Support, prefix};
use crate::memory::EntryKind;

const MESSAGE_BYTES: usize = 160;

/// One session's share in a mistake.
struct Occasion<'a> {
    digest: &'a Digest,
    failure: &'a Failure,
}

/// Mistakes seen in at least `min_sessions` distinct sessions, the most frequent first.
pub(crate) fn mistakes(digests: &[&Digest], min_sessions: u32) -> Vec<Finding> {
    let mut groups: BTreeMap<(&str, &str), Vec<Occasion>> = BTreeMap::new();
    for digest in digests {
        for failure in &digest.failures {
            let key = (failure.tool.as_str(), failure.template.as_str());
            groups.entry(key).or_default().push(Occasion { digest, failure });
        }
    }
    let mut found: Vec<Finding> = groups
        .into_values()
        .filter(|occasions| sessions(occasions).len() >= min_sessions as usize)
        .filter_map(|occasions| finding(&occasions))
        .collect();
    found.sort_by(|a, b| b.support.sessions.cmp(&a.support.sessions).then_with(|| a.text.cmp(&b.text)));
    found
}

fn sessions(occasions: &[Occasion]) -> BTreeSet<String> {
    occasions.iter().map(|occasion| occasion.digest.session.clone()).collect()
}

fn finding(occasions: &[Occasion]) -> Option<Finding> {
    let first = occasions.first()?;
    let sessions = sessions(occasions);
    let remedy = remedy(occasions);
    let worked = remedy.as_ref().map_or(0, |remedy| remedy.fixes.len());
    let evidence = evidence(occasions, remedy.as_ref());
    let support = support(occasions);
    Some(Finding {
        kind: EntryKind::Rule,
        text: text(&first.failure.tool, occasions, remedy.as_ref()),
        when: Some(format!("calling `{}`", first.failure.tool)),
        reason: reason(&first.failure.tool, sessions.len(), remedy.as_ref(), occasions.len()),
        evidence,
        confidence: cautious(worked.max(1), occasions.len()),
        support: Support { against: (occasions.len() - worked.min(occasions.len())) as u32, ..support },
        sessions,
    })
}

fn support(occasions: &[Occasion]) -> Support {
    let evidence: Vec<Evidence> = occasions.iter().map(|occasion| occasion.failure.evidence.clone()).collect();
    let agents: BTreeSet<Option<&str>> = occasions.iter().map(|occasion| occasion.digest.agent.as_deref()).collect();
    Support::count(&evidence, agents.len())
}

/// What worked after the failure, in the sessions in which something did.
struct Remedy<'a> {
    /// The changes that most of the fixes share to the letter; empty where only the names are shared.
    changes: &'a [Change],
    /// Names of the arguments that changed.
    arguments: Vec<&'a str>,
    /// The fixes of that kind.
    fixes: Vec<&'a Fix>,
}

/// The commonest fix: by its exact changes if at least two sessions and half of all fixes agree on them, else by
/// the names of what changed.
fn remedy<'a>(occasions: &[Occasion<'a>]) -> Option<Remedy<'a>> {
    let fixes: Vec<&Fix> = occasions.iter().filter_map(|occasion| occasion.failure.fix.as_ref()).collect();
    let mut exact: BTreeMap<&[Change], Vec<&'a Fix>> = BTreeMap::new();
    let mut by_name: BTreeMap<Vec<&'a str>, Vec<&'a Fix>> = BTreeMap::new();
    for fix in &fixes {
        exact.entry(&fix.changes).or_default().push(fix);
        by_name.entry(fix.changes.iter().map(|change| change.argument.as_str()).collect()).or_default().push(fix);
    }
    let names = |changes: &'a [Change]| changes.iter().map(|change| change.argument.as_str()).collect();
    let commonest = exact.into_iter().max_by(|(a, x), (b, y)| x.len().cmp(&y.len()).then(b.cmp(a)));
    if let Some((changes, shared)) =
        commonest.filter(|(_, shared)| shared.len() >= 2 && shared.len() * 2 >= fixes.len())
    {
        return Some(Remedy { changes, arguments: names(changes), fixes: shared });
    }
    let (arguments, fixes) = by_name.into_iter().max_by(|(a, x), (b, y)| x.len().cmp(&y.len()).then(b.cmp(a)))?;
    Some(Remedy { changes: &[], arguments, fixes })
}

/// At most half of the spans show the failure, the rest what worked; the earliest of each.
fn evidence(occasions: &[Occasion], remedy: Option<&Remedy>) -> Vec<Evidence> {
    let mut failed: Vec<&Evidence> = occasions.iter().map(|occasion| &occasion.failure.evidence).collect();
    let mut worked: Vec<&Evidence> = remedy.iter().flat_map(|r| &r.fixes).map(|fix| &fix.evidence).collect();
    let order = |a: &&Evidence, b: &&Evidence| a.at.cmp(&b.at).then_with(|| a.cmp(b));
    failed.sort_by(order);
    worked.sort_by(order);
    worked.truncate(Finding::MAX_EVIDENCE / 2);
    failed.truncate(Finding::MAX_EVIDENCE - worked.len());
    failed.into_iter().chain(worked).cloned().collect()
}

fn text(tool: &str, occasions: &[Occasion], remedy: Option<&Remedy>) -> String {
    let condition = condition(occasions, remedy);
    let message = shown_message(occasions);
    let failing = format!("`{tool}`{condition} fails with \"{message}\".");
    match remedy {
        Some(remedy) => format!("{failing} {}", instead(remedy)),
        None => failing,
    }
}

/// The message itself where all sessions had the same, else its template.
fn shown_message(occasions: &[Occasion]) -> String {
    let messages: BTreeSet<&str> = occasions.iter().map(|occasion| occasion.failure.message.as_str()).collect();
    let template = occasions.first().map(|occasion| occasion.failure.template.as_str()).unwrap_or_default();
    let shown = if messages.len() == 1 { messages.first().copied().unwrap_or_default() } else { template };
    let cut = prefix(shown, MESSAGE_BYTES);
    let dots = if cut.len() < shown.len() { "…" } else { "" };
    format!("{}{dots}", cut.trim_end_matches(['.', ' ']))
}

/// ` with host `a` and user `b``: the arguments that all failing calls share, those first that the remedy changes.
fn condition(occasions: &[Occasion], remedy: Option<&Remedy>) -> String {
    let Some(first) = occasions.first() else { return String::new() };
    let shared =
        first.failure.arguments.iter().filter(|(name, value)| {
            occasions.iter().all(|occasion| occasion.failure.arguments.get(*name) == Some(value))
        });
    let changed = |name: &str| remedy.is_some_and(|remedy| remedy.arguments.contains(&name));
    let mut shown: Vec<(&String, &String)> = shared.collect();
    shown.sort_by_key(|(name, _)| (!changed(name), name.as_str()));
    let shown: Vec<String> = shown.into_iter().take(2).map(|(name, value)| format!("{name} `{value}`")).collect();
    if shown.is_empty() { String::new() } else { format!(" with {}", shown.join(" and ")) }
}

fn instead(remedy: &Remedy) -> String {
    if remedy.arguments.is_empty() {
        return "The same call worked when it was made again.".to_owned();
    }
    if remedy.changes.is_empty() {
        let names: Vec<String> = remedy.arguments.iter().map(|name| format!("`{name}`")).collect();
        return format!("A call with another {} worked.", names.join(" and "));
    }
    let steps: Vec<String> = remedy.changes.iter().map(step).collect();
    let mut sentence = steps.join(" and ");
    if let Some(first) = sentence.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    format!("{sentence}.")
}

fn step(change: &Change) -> String {
    let name = &change.argument;
    match (&change.from, &change.to) {
        (Some(from), Some(to)) => format!("use {name} `{to}` instead of `{from}`"),
        (None, Some(to)) => format!("add `{to}` to {name}"),
        (Some(from), None) => format!("leave `{from}` out of {name}"),
        (None, None) => format!("change {name}"),
    }
}

fn reason(tool: &str, sessions: usize, remedy: Option<&Remedy>, occasions: usize) -> String {
    let seen = format!("`{tool}` failed this way in {sessions} sessions");
    match remedy {
        Some(remedy) => format!("{seen}; what is proposed worked afterwards in {} of {occasions}.", remedy.fixes.len()),
        None => format!("{seen}; no call that worked was seen afterwards."),
    }
}
