//! Recurring mistakes: the same failure in several sessions, and what worked instead.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::backtest::Claim;
use super::ban::Bans;
use super::cause::{Cause, Occasion, causes, united};
use super::environment::{is_outside, outages};
use super::remedy::{Remedy, caution, lesson, remedy, worked_later};
use super::way::{Way, holds_secret, is_code, names_a_case};
use super::{Finding, cautious, phrase};
use crate::digest::{ABOUT, Caution, Change, Digest, FETCHERS, Fix, NOT_QUOTED, runs_what_it_fetches};
use crate::evidence::{Evidence, Support};
use crate::memory::EntryKind;
use crate::order::{Arrange as _, Gather as _};
use crate::redact::redact;
use crate::transcript::Trust;
use crate::trust;

/// Mistakes seen in at least `min_sessions` distinct sessions, the most frequent first; failures that no agent can
/// avoid are one finding together, those that passed and those that did not. What people forbid is no remedy.
pub(crate) fn mistakes(digests: &[&Digest], bans: &Bans, min_sessions: u32) -> Vec<Finding> {
    let causes = causes(digests, min_sessions);
    let (outside, own): (Vec<Cause>, Vec<Cause>) = causes.into_iter().partition(is_outage);
    let own = united(own, mended_alike);
    let own = own.iter().filter_map(|cause| finding(cause, bans));
    // That waiting helps was seen, or is not told.
    let (passing, lasting) = outside.into_iter().partition(|cause| worked_later(&cause.occasions) > 0);
    let mut found: Vec<Finding> = own.chain(outages(passing, true)).chain(outages(lasting, false)).collect();
    found.arrange_by(|a, b| b.support.sessions.cmp(&a.support.sessions).then_with(|| a.text.cmp(&b.text)));
    found
}

/// Whether what works is the same, whatever the call was about.
fn mended_alike(a: &Cause, b: &Cause) -> bool {
    let way = |cause: &Cause| lesson(&cause.occasions).map(|remedy| remedy.way);
    way(a).is_some_and(|way_of_a| way(b) == Some(way_of_a))
}

/// An error of the environment that another call does not get round.
fn is_outage(cause: &Cause) -> bool {
    is_outside(&cause.template)
        && caution(&cause.occasions).is_none()
        && remedy(&cause.occasions).is_none_or(|remedy| remedy.way == Way::Again)
}

fn finding(cause: &Cause, bans: &Bans) -> Option<Finding> {
    let forbidden =
        |remedy: &Remedy| bans.forbid(&remedy.way) || remedy.step.as_ref().is_some_and(|step| bans.forbid(step));
    let remedy = lesson(&cause.occasions).filter(|remedy| !forbidden(remedy));
    let worked = remedy.as_ref().map_or(0, |remedy| remedy.fixes.len());
    let tried = remedy.as_ref().map_or(cause.occasions.len(), |remedy| remedy.tried);
    // Nobody can tell when a rule holds that says neither what goes wrong nor with what.
    let says = match safe_message(cause) {
        message if message == NOT_QUOTED => remedy.as_ref().is_some_and(says_instead_of_what),
        message => remedy.is_some() || !message.starts_with(ABOUT),
    };
    if !says {
        return None;
    }
    let support = support(&cause.occasions);
    Some(Finding {
        kind: EntryKind::Rule,
        text: safe_text(cause, remedy.as_ref())?,
        when: Some(format!("calling {}", tools(cause))),
        reason: reason(cause, remedy.as_ref()),
        evidence: evidence(&cause.occasions, remedy.as_ref()),
        confidence: cautious(worked.max(1), tried.max(cause.occasions.len())),
        support: Support { against: (cause.occasions.len() - worked) as u32, ..support },
        sessions: sessions(&cause.occasions),
        claim: Some(claim(cause, remedy.as_ref())),
        ..Finding::default()
    })
}

/// What other sessions can be held against.
fn claim(cause: &Cause, remedy: Option<&Remedy>) -> Claim {
    let way = remedy.map(|remedy| remedy.way.clone());
    let tools = cause.tools.iter().map(|tool| (*tool).to_owned()).collect();
    Claim::Fails { tools, template: cause.template.clone(), way }
}

/// "`Edit`", "`Edit` and `Write`".
pub(super) fn tools(cause: &Cause) -> String {
    phrase::list(cause.tools.iter().map(|tool| format!("`{tool}`")).collect())
}

pub(super) fn sessions(occasions: &[Occasion]) -> BTreeSet<String> {
    occasions.iter().map(|occasion| occasion.digest.session.clone()).gather_set()
}

pub(super) fn support(occasions: &[Occasion]) -> Support {
    let evidence: Vec<Evidence> = occasions.iter().map(|occasion| occasion.failure.evidence.clone()).collect();
    let agents: BTreeSet<Option<&str>> = occasions.iter().map(|occasion| occasion.digest.agent.as_deref()).gather_set();
    Support::count(&evidence, agents.len())
}

/// At most half of the spans show the failure, the rest what worked; the earliest of each.
fn evidence(occasions: &[Occasion], remedy: Option<&Remedy>) -> Vec<Evidence> {
    let mut failed: Vec<&Evidence> = occasions.iter().map(|occasion| &occasion.failure.evidence).collect();
    let mut worked: Vec<&Evidence> = remedy.iter().flat_map(|r| &r.fixes).map(|fix| &fix.evidence).collect();
    let order = |a: &&Evidence, b: &&Evidence| a.at.cmp(&b.at).then_with(|| a.cmp(b));
    failed.arrange_by(order);
    worked.arrange_by(order);
    worked.truncate(Finding::MAX_EVIDENCE / 2);
    failed.truncate(Finding::MAX_EVIDENCE - worked.len());
    failed.into_iter().chain(worked).cloned().collect()
}

/// The rule, without what a tool smuggled into its error: secrets behind JSON escapes are replaced, a message that
/// reads like an instruction is not quoted, and if arguments do, there is no rule. The counts stay true either way.
fn safe_text(cause: &Cause, remedy: Option<&Remedy>) -> Option<String> {
    let harmless = |text: &String| trust::instructions(text).is_empty();
    Some(redact(&text(cause, remedy)).text).filter(harmless)
}

fn text(cause: &Cause, remedy: Option<&Remedy>) -> String {
    let fails = if cause.tools.len() == 1 { "fails" } else { "fail" };
    let condition = condition(&cause.occasions, remedy);
    let message = safe_message(cause);
    let failing = match message.as_str() {
        NOT_QUOTED if condition.is_empty() => format!("{} may fail.", tools(cause)),
        NOT_QUOTED => format!("{}{condition} {fails}.", tools(cause)),
        message => format!("{}{condition} {fails} with {}.", tools(cause), quoted(message)),
    };
    match remedy {
        Some(remedy) => {
            let told = format!("{failing} {}", instead(&remedy.way, &cause.occasions));
            match &remedy.step {
                Some(step) => format!("{told} {}", instead(step, &cause.occasions)),
                None => told,
            }
        }
        None if past_a_safeguard(cause) => format!("{failing} {MEND_THE_CAUSE}"),
        None => failing,
    }
}

/// What stands for a message is no quotation.
fn quoted(message: &str) -> Cow<'_, str> {
    if message.starts_with(ABOUT) { Cow::Borrowed(message) } else { Cow::Owned(format!("\"{message}\"")) }
}

/// Whether a remedy tells by itself in what it differs from what fails.
fn says_instead_of_what(remedy: &Remedy) -> bool {
    match &remedy.way {
        Way::Changes(changes) => changes.iter().all(|change| change.from.is_some() && change.to.is_some()),
        Way::Renamed(..) | Way::Part(..) => true,
        _ => false,
    }
}

/// What is told where nothing but getting past a safeguard made it work: how is not repeated.
const MEND_THE_CAUSE: &str = "Getting past a safeguard is no remedy: mend the cause, or ask.";

fn past_a_safeguard(cause: &Cause) -> bool {
    matches!(caution(&cause.occasions), Some((Caution::Safeguard, _)))
}

/// The message itself where all sessions had the same, else what they share.
pub(super) fn safe_message(cause: &Cause) -> String {
    let message = message(cause);
    let shown = phrase::shortened(&phrase::unframed(without_a_fetched_program(&message), &cause.tools));
    let says = shown.split_whitespace().count() > 1 && trust::instructions(&shown).is_empty();
    if says || shown == message { shown } else { NOT_QUOTED.to_owned() }
}

/// A message up to where it names a program to fetch and run.
fn without_a_fetched_program(message: &str) -> &str {
    if !runs_what_it_fetches(message) {
        return message;
    }
    let starts = FETCHERS.iter().filter_map(|fetcher| message.to_ascii_lowercase().find(fetcher));
    let before = message.get(..starts.min().unwrap_or_default()).unwrap_or_default();
    let open = before.rfind('(').filter(|open| !before.get(*open..).is_some_and(|rest| rest.contains(')')));
    before.get(..open.unwrap_or(before.len())).unwrap_or_default().trim_end_matches([' ', ':', '`', '"', '\'', ','])
}

fn message(cause: &Cause) -> String {
    let messages: BTreeSet<&str> =
        cause.occasions.iter().map(|occasion| occasion.failure.message.as_str()).gather_set();
    // The innermost cause is the shortest; of equally short ones any has the template of all.
    let failures = cause.occasions.iter().map(|occasion| occasion.failure);
    let shortest = failures.min_by_key(|failure| (failure.template.len(), &failure.message));
    let same = shortest.filter(|failure| messages.iter().all(|message| message.ends_with(&failure.message)));
    let shared = || phrase::shared(&cause.template, &messages);
    same.map_or_else(shared, |failure| failure.message.clone())
}

/// ` with host `a` and user `b``: of the arguments that the remedy changes, or another call that worked had otherwise, those
/// that all failing calls share. Others may be shared by chance.
fn condition(occasions: &[Occasion], remedy: Option<&Remedy>) -> String {
    let (Some(first), Some(remedy)) = (occasions.first(), remedy) else { return String::new() };
    let mut changed: Vec<&str> = match &remedy.way {
        Way::Changes(changes) => changes.iter().map(|change| change.argument.as_str()).collect(),
        Way::Arguments(names) => names.iter().map(String::as_str).collect(),
        _ => Vec::new(),
    };
    // Where it worked with all that the remedy changes, what was changed there is what it failed under as well.
    changed.extend(remedy.others.iter().map(|change| change.argument.as_str()));
    let shared = first.failure.arguments.iter().filter(|(name, value)| {
        changed.contains(&name.as_str())
            && !names_a_case(value)
            && !value.contains("[REDACTED")
            && occasions.iter().all(|occasion| occasion.failure.arguments.get(*name) == Some(value))
    });
    let mut shown: Vec<String> = shared.map(|(name, value)| format!("{name} `{value}`")).collect();
    for change in remedy.others.iter().filter(|change| is_code(&change.argument)) {
        shown.extend(part(change, occasions).filter(|part| !shown.contains(part)));
    }
    shown.truncate(3);
    if shown.is_empty() { String::new() } else { format!(" with {}", shown.join(" and ")) }
}

/// The part of a command that another way changed, with the option that it belongs to, if all failing calls had it.
fn part(change: &Change, occasions: &[Occasion]) -> Option<String> {
    let from =
        change.from.as_deref().filter(|from| !from.contains(' ') && !names_a_case(from) && !holds_secret(change))?;
    let of = |occasion: &Occasion| -> Option<String> {
        let words: Vec<&str> = occasion.failure.arguments.get(&change.argument)?.split_whitespace().collect();
        let at = words.iter().position(|word| *word == from)?;
        let option = at.checked_sub(1).and_then(|before| words.get(before)).filter(|before| before.starts_with('-'));
        Some(option.map_or_else(|| format!("`{from}`"), |option| format!("`{option} {from}`")))
    };
    let first = of(occasions.first()?)?;
    occasions.iter().all(|occasion| of(occasion).as_ref() == Some(&first)).then_some(first)
}

fn instead(way: &Way, occasions: &[Occasion]) -> String {
    if let Some(argument) = listed(way, occasions) {
        return format!("Give one of the values that the error lists as `{argument}`.");
    }
    match way {
        Way::Changes(changes) => {
            let given = |name: &String| occasions.iter().any(|occasion| occasion.failure.arguments.contains_key(name));
            let steps: Vec<String> = changes.iter().map(|change| step(change, given(&change.argument))).collect();
            phrase::sentence(&steps.join(" and "))
        }
        Way::Form(argument, form) => form.told(argument),
        Way::Part(argument, from, to) if from.is_empty() => {
            // `lib.` and `./` belong to a name, `uv run` to the whole.
            let name = if to.ends_with(['.', '/', ':', '@', '-', '_']) { "name in the " } else { "" };
            format!("Put `{to}` in front of the {name}{}.", shown_name(argument))
        }
        Way::Part(argument, from, to) => format!("Use `{to}` instead of `{from}` in the {}.", shown_name(argument)),
        Way::Option(argument, option, value) => format!("Add `{option}={value}` to the {}.", shown_name(argument)),
        Way::Renamed(from, to) => format!("Give `{to}` instead of `{from}`."),
        Way::Arguments(names) => arguments(names, occasions),
        Way::After(step) => format!("It worked after `{step}`."),
        Way::Tool(tool) => format!("`{tool}` worked instead."),
        Way::Again => "The same call works when it is made again.".to_owned(),
    }
}

/// The argument of which each error lists several values that fit, and of which one of those worked: that it was this one says
/// nothing. A value fits if others worked elsewhere, or if it is only more exact: `b1` and `b2` for `b`.
fn listed<'w>(way: &'w Way, occasions: &[Occasion]) -> Option<&'w String> {
    let (argument, to_the_letter) = match way {
        Way::Changes(changes) => (&changes.first().filter(|_| changes.len() == 1)?.argument, true),
        Way::Arguments(names) => (names.first().filter(|_| names.len() == 1)?, false),
        _ => return None,
    };
    let mut changed = occasions.iter().filter_map(|occasion| {
        let changes = &occasion.failure.fix.as_ref()?.changes;
        let change = changes.iter().find(|change| change.argument == *argument)?;
        Some((&occasion.failure.message, change.from.as_deref()?, change.to.as_deref()?))
    });
    let lists = |(message, from, to): (&String, &str, &str)| {
        let parts = message.split(|c: char| !c.is_alphanumeric() && !"_-.".contains(c));
        let fits = |value: &&str| if to_the_letter { value.starts_with(from) && *value != from } else { true };
        let values: Vec<&str> = parts.filter(fits).collect();
        values.len() > 1 && values.contains(&to)
    };
    let any = changed.clone().next().is_some();
    (any && changed.all(lists)).then_some(argument)
}

/// Which arguments to give, where the failing calls lacked them, and which to give otherwise.
fn arguments(names: &[String], occasions: &[Occasion]) -> String {
    let changed = |name: &str, lacked: bool| {
        let fixes = occasions.iter().filter_map(|occasion| occasion.failure.fix.as_ref());
        let mut changes = fixes.flat_map(|fix| &fix.changes).filter(|change| change.argument == name);
        changes.all(|change| change.from.is_none() == lacked)
    };
    let (missing, others): (Vec<&str>, Vec<&str>) =
        names.iter().map(String::as_str).partition(|name| changed(name, true));
    let shown = |names: Vec<&str>| phrase::list(names.into_iter().map(|name| format!("`{name}`")).collect());
    // Of several tools that fail so, those whose calls worked.
    let failing = occasions.iter().map(|occasion| occasion.failure.tool.as_str()).gather_set();
    let gives = |fix: &&Fix| fix.tool.is_none() && fix.changes.iter().any(|change| names.contains(&change.argument));
    let working = occasions.iter().filter(|occasion| occasion.failure.fix.as_ref().as_ref().is_some_and(gives));
    let working = working.map(|occasion| occasion.failure.tool.as_str()).gather_set();
    let of = if failing.len() > 1 { format!(" of {}", shown(working.into_iter().collect())) } else { String::new() };
    match (missing.is_empty(), others.is_empty()) {
        (true, _) => match (others.as_slice(), example(names, occasions)) {
            ([name], Some((from, to))) => {
                format!("A call{of} with another `{name}` worked: `{to}` instead of `{from}`.")
            }
            _ => format!("A call{of} with another {} worked.", shown(others)),
        },
        (false, true) => format!("Give {} as well: without it the call fails.", shown(missing)),
        (false, false) => format!("A call{of} that gives {} and another {} worked.", shown(missing), shown(others)),
    }
}

// Longer values are read by nobody.
const EXAMPLE_BYTES: usize = 48;

/// The earliest change of an argument that shows by itself what was wrong: both values are short, and much alike. It was
/// the agent's own, and is the same in every dream.
fn example<'a>(names: &[String], occasions: &[Occasion<'a>]) -> Option<(&'a str, &'a str)> {
    let alike = |from: &str, to: &str| {
        let before = from.bytes().zip(to.bytes()).take_while(|(a, b)| a == b).count();
        let behind = from.bytes().rev().zip(to.bytes().rev()).take_while(|(a, b)| a == b).count();
        let plain = |value: &str| value.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
        plain(from) == plain(to) || (before + behind) * 2 > from.len().max(to.len())
    };
    let own = |fix: &&Fix| fix.tool.is_none() && fix.caution.is_none() && fix.evidence.trust > Trust::Untrusted;
    let fixes = occasions.iter().filter_map(|occasion| occasion.failure.fix.as_ref()).filter(own);
    let changes = fixes.flat_map(|fix| fix.changes.iter().map(move |change| (&fix.evidence, change)));
    let shown = changes.filter_map(|(evidence, change)| {
        let (from, to) = change.from.as_deref().zip(change.to.as_deref())?;
        let short = [from, to].iter().all(|value| value.len() <= EXAMPLE_BYTES && !names_a_case(value));
        let tells = short && names.contains(&change.argument) && alike(from, to) && !holds_secret(change);
        tells.then_some((&evidence.at, evidence, from, to))
    });
    shown.min().map(|(.., from, to)| (from, to))
}

/// `given`: whether the failing calls had this argument.
fn step(change: &Change, given: bool) -> String {
    let name = &change.argument;
    // Of a command only the words that differ are known.
    let part = is_code(name);
    match (&change.from, &change.to) {
        (Some(from), Some(to)) if part => format!("use `{to}` instead of `{from}` in the {}", shown_name(name)),
        (Some(from), Some(to)) => format!("use {name} `{to}` instead of `{from}`"),
        (None, Some(to)) if part && prepares(to) => format!("put `{to}` in front of the {}", shown_name(name)),
        (None, Some(to)) if !part && !given && !to.contains(' ') => format!("set {name} to `{to}`"),
        (None, Some(to)) => format!("add `{to}` to {}", shown_name(name)),
        (Some(from), None) => format!("leave `{from}` out of {}", shown_name(name)),
        (None, None) => format!("change {}", shown_name(name)),
    }
}

/// `cd web &&`, `PORT=81`: what stands in front of a command.
fn prepares(part: &str) -> bool {
    let sets = |word: &str| {
        let name = word.split_once('=').map_or("", |(name, _)| name);
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
    };
    part.ends_with("&&") || part.split(' ').all(sets)
}

/// Some exports do not tell the arguments of a call apart.
fn shown_name(argument: &str) -> &str {
    if argument == "raw" { "call" } else { argument }
}

fn reason(cause: &Cause, remedy: Option<&Remedy>) -> String {
    let sessions = cause.occasions.len();
    let calls = phrase::count(cause.calls as usize, "call", "calls");
    let seen = format!("{} failed this way in {sessions} sessions ({calls})", tools(cause));
    let echoes = match cause.echoes {
        0 => String::new(),
        n => format!(" {} failed along with them.", phrase::count(n as usize, "other call", "other calls")),
    };
    match remedy {
        Some(remedy) => {
            let worked = remedy.fixes.len();
            format!("{seen}; what is proposed worked in {worked} of the {} that tried it.{echoes}", remedy.tried)
        }
        None => format!("{seen}; {}.{echoes}", without_remedy(cause)),
    }
}

/// What is known where nothing common made it work.
fn without_remedy(cause: &Cause) -> String {
    if let Some((caution, n)) = caution(&cause.occasions) {
        let how = match caution {
            Caution::Safeguard => "got past a safeguard",
            Caution::Suggested => "did what only the output of a tool suggested",
            Caution::Elsewhere => "went somewhere else than before, which nobody asked for",
            Caution::Objected => "was objected to by a person",
        };
        let sessions = phrase::count(n, "session", "sessions");
        return format!("what worked afterwards in {sessions} {how}, so it is no remedy");
    }
    match worked_later(&cause.occasions) {
        0 => "nothing was seen that made it work".to_owned(),
        1 => "a similar call worked soon afterwards in one of them".to_owned(),
        n => format!("a similar call worked soon afterwards in {n} of them, with nothing in common that made it work"),
    }
}
