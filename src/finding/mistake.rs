//! Recurring mistakes: the same tool failing in the same way in several sessions, and what worked instead.

use std::collections::{BTreeMap, BTreeSet};

use super::{Finding, cautious};
use crate::digest::{Change, Digest, Failure, Fix};
use crate::evidence::{Evidence, Support, prefix};
use crate::memory::EntryKind;
use crate::redact::redact;
use crate::trust;

const MESSAGE_BYTES: usize = 160;

/// One session's share in a mistake.
struct Occasion<'a> {
    digest: &'a Digest,
    failure: &'a Failure,
}

/// Mistakes seen in at least `min_sessions` distinct sessions, the most frequent first.
pub(crate) fn mistakes(digests: &[&Digest], min_sessions: u32) -> Vec<Finding> {
    let failures = || digests.iter().flat_map(|digest| digest.failures.iter().map(move |failure| (*digest, failure)));
    let causes: BTreeSet<(&str, &str)> = failures().map(|(_, f)| (f.tool.as_str(), f.template.as_str())).collect();
    let mut groups: BTreeMap<(&str, &str), Vec<Occasion>> = BTreeMap::new();
    for (digest, failure) in failures() {
        let occasions = groups.entry((&failure.tool, cause(failure, &causes))).or_default();
        // One session counts once, however many wrappings of one cause it saw.
        if !occasions.iter().any(|occasion| occasion.digest.session == digest.session) {
            occasions.push(Occasion { digest, failure });
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

/// The template of the cause: errors are wrapped from the left ("connecting failed: password refused"), so a
/// template that ends with another one of the same tool has its cause.
fn cause<'a>(failure: &'a Failure, causes: &BTreeSet<(&'a str, &'a str)>) -> &'a str {
    let inner = failure.template.match_indices(": ").filter_map(|(at, mark)| failure.template.get(at + mark.len()..));
    let shortest = inner.filter(|inner| causes.contains(&(failure.tool.as_str(), *inner))).last();
    shortest.unwrap_or(&failure.template)
}

fn sessions(occasions: &[Occasion]) -> BTreeSet<String> {
    occasions.iter().map(|occasion| occasion.digest.session.clone()).collect()
}

fn finding(occasions: &[Occasion]) -> Option<Finding> {
    let first = occasions.first()?;
    let sessions = sessions(occasions);
    // What worked in less than half of the sessions is no remedy.
    let remedy = remedy(occasions).filter(|remedy| remedy.fixes.len() * 2 >= occasions.len());
    let worked = remedy.as_ref().map_or(0, |remedy| remedy.fixes.len());
    let evidence = evidence(occasions, remedy.as_ref());
    let support = support(occasions);
    let text = safe_text(&first.failure.tool, occasions, remedy.as_ref())?;
    Some(Finding {
        // What goes away by itself is a fact about the environment, nothing that the agent does wrong.
        kind: if passes(remedy.as_ref()) { EntryKind::Fact } else { EntryKind::Rule },
        text,
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
        // Payload too long to show says only that it was another one.
        let told = changes.iter().all(|change| change.from.is_some() || change.to.is_some());
        return Some(Remedy { changes: if told { changes } else { &[] }, arguments: names(changes), fixes: shared });
    }
    // Another command that worked says nothing; another value beside arguments that stayed does.
    let given = occasions.iter().map(|occasion| occasion.failure.arguments.len()).max().unwrap_or_default();
    by_name.retain(|arguments, _| arguments.len() < given.max(1));
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

/// The rule, without what a tool smuggled into its error: secrets behind JSON escapes are replaced, a message that
/// reads like an instruction is not quoted, and if arguments do, there is no rule. The counts stay true either way.
fn safe_text(tool: &str, occasions: &[Occasion], remedy: Option<&Remedy>) -> Option<String> {
    let harmless = |text: &String| trust::instructions(text).is_empty();
    let message = shown_message(occasions);
    let message = if harmless(&message) { message } else { "an error that is not quoted here".to_owned() };
    Some(redact(&text(tool, &message, occasions, remedy)).text).filter(harmless)
}

fn text(tool: &str, message: &str, occasions: &[Occasion], remedy: Option<&Remedy>) -> String {
    let condition = condition(occasions, remedy);
    if passes(remedy) {
        return format!("`{tool}` fails at times with \"{message}\"; the same call works when it is made again.");
    }
    let failing = format!("`{tool}`{condition} fails with \"{message}\".");
    let first = step_between(occasions).map(|step| format!(" It worked after `{step}`.")).unwrap_or_default();
    match remedy {
        Some(remedy) => format!("{failing} {}{first}", instead(remedy)),
        None => format!("{failing}{first}"),
    }
}

/// What was done between the failure and the call that worked, in most of the sessions: an error's advice counts
/// where it was followed and helped.
fn step_between<'a>(occasions: &[Occasion<'a>]) -> Option<&'a str> {
    let mut times: BTreeMap<&str, usize> = BTreeMap::new();
    for fix in occasions.iter().filter_map(|occasion| occasion.failure.fix.as_ref()) {
        fix.between.iter().for_each(|step| *times.entry(step).or_default() += 1);
    }
    let (step, most) = times.into_iter().max_by(|(a, x), (b, y)| x.cmp(y).then(b.cmp(a)))?;
    (most >= 2 && most * 2 > occasions.len()).then_some(step)
}

/// The message itself where all sessions had the same, else its template.
fn shown_message(occasions: &[Occasion]) -> String {
    let messages: BTreeSet<&str> = occasions.iter().map(|occasion| occasion.failure.message.as_str()).collect();
    // The innermost cause is the shortest; of equally short ones any has the template of all.
    let shortest = occasions.iter().map(|occasion| occasion.failure).min_by_key(|f| (f.template.len(), &f.message));
    let shown = match shortest {
        Some(failure) if messages.iter().all(|message| message.ends_with(&failure.message)) => &failure.message,
        Some(failure) => &failure.template,
        None => return String::new(),
    };
    let shown = shown.split_whitespace().collect::<Vec<_>>().join(" ");
    let cut = prefix(&shown, MESSAGE_BYTES);
    let dots = if cut.len() < shown.len() { "…" } else { "" };
    format!("{}{dots}", cut.trim_end_matches(['.', ' ']))
}

/// ` with host `a` and user `b``: of the arguments that the remedy changes, those that all failing calls share.
/// Others may be shared by chance.
fn condition(occasions: &[Occasion], remedy: Option<&Remedy>) -> String {
    let (Some(first), Some(remedy)) = (occasions.first(), remedy) else { return String::new() };
    let shared = first.failure.arguments.iter().filter(|(name, value)| {
        remedy.arguments.contains(&name.as_str())
            && occasions.iter().all(|occasion| occasion.failure.arguments.get(*name) == Some(value))
    });
    let shown: Vec<String> = shared.take(3).map(|(name, value)| format!("{name} `{value}`")).collect();
    if shown.is_empty() { String::new() } else { format!(" with {}", shown.join(" and ")) }
}

/// Whether the very same call worked afterwards.
fn passes(remedy: Option<&Remedy>) -> bool {
    remedy.is_some_and(|remedy| remedy.arguments.is_empty())
}

fn instead(remedy: &Remedy) -> String {
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
    // Of a command only the words that differ are known.
    let part = matches!(name.as_str(), "command" | "cmd" | "script" | "sql" | "query" | "code");
    match (&change.from, &change.to) {
        (Some(from), Some(to)) if part => format!("use `{to}` instead of `{from}` in the {name}"),
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
        None => format!("{seen}; no similar call worked afterwards in most of them."),
    }
}
