//! Workflows: what goes with success in comparable tasks.
//!
//! The presence of a step is judged by success only. A step more always takes time, calls and tokens; those are compared
//! between alternatives, see `alternative`.

use std::collections::{BTreeMap, BTreeSet};

use super::effect::{Effect, Measure};
use super::sequence::sequences;
use super::statistics::{Estimate, Table, discoveries, rates};
use super::task::strata;
use super::{Claim, Finding};
use crate::digest::{Digest, Step, changes_something};
use crate::evidence::{Evidence, Support};
use crate::memory::EntryKind;
use crate::order::{Arrange as _, Gather as _};

/// Share of dreams in which shuffled outcomes would give an effect of a single step.
const FALSE_STEPS: f64 = 0.03;
/// The same for sequences of steps: there are many more of them, and they say less that is new.
const FALSE_SEQUENCES: f64 = 0.01;
/// The same for associations, which are only mentioned.
const FALSE_ASSOCIATIONS: f64 = 0.01;
/// Comparable sessions that could not even have hinted at an effect are too few.
const THIN: f64 = 0.05;
/// Sessions that have to have something, and that have to lack it.
const LEAST: usize = 3;
// Frequent steps of one agent; rarer ones are in too few sessions to show an effect.
const MAX_ITEMS: usize = 40;
// Reviewers read the strongest ones; the rest says the same in other words.
const MAX_FINDINGS: usize = 8;

/// What the mining of workflows gives.
#[derive(Debug, Default)]
pub(crate) struct Workflows {
    /// Effects within comparable tasks.
    pub findings: Vec<Finding>,
    /// Differences that no comparable sessions could test, in sentences.
    pub associations: Vec<String>,
}

/// What a session has or lacks.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Pattern {
    /// A call that changes something.
    Changes,
    /// A step.
    Step(String),
    /// Steps in this order.
    Steps(Vec<String>),
    /// An identical call in vain.
    Repeats,
}

/// A pattern and the sessions that have it.
struct Candidate {
    pattern: Pattern,
    has: Vec<bool>,
    within: Option<Estimate>,
    raw: Option<Estimate>,
}

/// The patterns that go with success or failure, the surest first.
pub(crate) fn workflows(digests: &[&Digest]) -> Workflows {
    let rated: Vec<&Digest> = digests.iter().filter(|digest| digest.success().is_some()).copied().collect();
    let strata = strata(&rated);
    let candidates: Vec<Candidate> = candidates(&rated, &strata);
    let (sequences, steps): (Vec<&Candidate>, Vec<&Candidate>) =
        candidates.iter().partition(|candidate| matches!(candidate.pattern, Pattern::Steps(_)));
    let within = |candidate: &Candidate| candidate.within;
    let mut effects = significant(&steps, within, FALSE_STEPS);
    let orders = significant(&sequences, within, FALSE_SEQUENCES);
    effects.extend(orders.into_iter().filter(|order| !steps.iter().any(|step| explains(step, order))));
    let associated = significant(&steps, |candidate| candidate.raw, FALSE_ASSOCIATIONS);
    let thin = |c: &&Candidate| c.within.is_none_or(|estimate| estimate.least_p > THIN);
    let mentioned = distinct(associated.into_iter().filter(thin).collect());
    Workflows {
        findings: distinct(effects).into_iter().filter_map(|candidate| finding(candidate, &rated)).collect(),
        associations: mentioned.into_iter().filter_map(association).collect(),
    }
}

/// Whether a sequence only shows what one of its steps does: it has that step, and the step alone already hints at it.
fn explains(step: &Candidate, order: &Candidate) -> bool {
    let Pattern::Steps(names) = &order.pattern else { return false };
    let part = match &step.pattern {
        Pattern::Step(name) => names.contains(name),
        Pattern::Changes => names.iter().any(|name| changes_something(name)),
        _ => false,
    };
    part && step.within.is_some_and(|estimate| estimate.p <= THIN)
}

/// The name of a step: its program, or its tool.
pub(super) fn name(step: &Step) -> &str {
    step.program.as_deref().unwrap_or(&step.tool)
}

/// Every set of sessions once: of the patterns that mark it the simplest.
fn candidates(rated: &[&Digest], strata: &[usize]) -> Vec<Candidate> {
    let mut by_sessions: BTreeMap<Vec<bool>, Pattern> = BTreeMap::new();
    for (pattern, has) in patterns(rated) {
        let with = has.iter().filter(|has| **has).count();
        if with < LEAST || has.len() - with < LEAST {
            continue;
        }
        let simplest = by_sessions.entry(has).or_insert_with(|| pattern.clone());
        if pattern < *simplest {
            *simplest = pattern;
        }
    }
    let measured = |(has, pattern): (Vec<bool>, Pattern)| {
        let within = rates(&tables(rated, &has, strata));
        let raw = rates(&tables(rated, &has, &vec![0; rated.len()]));
        Candidate { pattern, has, within, raw }
    };
    by_sessions.into_iter().map(measured).collect()
}

fn tables(rated: &[&Digest], has: &[bool], strata: &[usize]) -> Vec<Table> {
    let mut tables = vec![Table::default(); strata.iter().max().map_or(0, |most| most + 1)];
    for ((digest, has), stratum) in rated.iter().zip(has).zip(strata) {
        if let (Some(table), Some(success)) = (tables.get_mut(*stratum), digest.success()) {
            table.add(*has, success);
        }
    }
    tables
}

fn patterns(rated: &[&Digest]) -> Vec<(Pattern, Vec<bool>)> {
    let items = items(rated);
    let steps = items.iter().map(|item| Pattern::Step((*item).to_owned()));
    let marked = |pattern: Pattern| {
        let has = rated.iter().map(|digest| has(&pattern, digest)).collect();
        (pattern, has)
    };
    let mut found: Vec<(Pattern, Vec<bool>)> =
        [Pattern::Changes, Pattern::Repeats].into_iter().chain(steps).map(marked).collect();
    let number: BTreeMap<&str, u16> = items.iter().enumerate().map(|(at, item)| (*item, at as u16)).gather_map();
    let order = |digest: &&Digest| -> Vec<u16> {
        let kinds = digest.steps.order.iter().filter_map(|at| digest.steps.kinds.get(*at as usize));
        kinds.filter_map(|step| number.get(name(step)).copied()).collect()
    };
    let orders: Vec<Vec<u16>> = rated.iter().map(order).collect();
    for sequence in sequences(&orders, LEAST.max(rated.len() / 20)) {
        let mut has = vec![false; rated.len()];
        sequence.sessions.iter().filter_map(|at| has.get_mut(*at).map(|has| *has = true)).count();
        let names = sequence.items.iter().filter_map(|at| items.get(*at as usize)).map(|item| (*item).to_owned());
        found.push((Pattern::Steps(names.collect()), has));
    }
    found
}

/// Whether a session has a pattern.
pub(super) fn has(pattern: &Pattern, digest: &Digest) -> bool {
    match pattern {
        Pattern::Changes => digest.steps.kinds.iter().any(|step| changes_something(&step.tool)),
        Pattern::Repeats => !digest.repeats.is_empty(),
        Pattern::Step(wanted) => digest.steps.kinds.iter().any(|step| name(step) == wanted),
        Pattern::Steps(wanted) => {
            let kinds = digest.steps.order.iter().filter_map(|at| digest.steps.kinds.get(*at as usize));
            let mut names = kinds.map(name);
            wanted.iter().all(|wanted| names.any(|name| name == wanted))
        }
    }
}

/// The steps that the most sessions have.
fn items<'a>(rated: &[&'a Digest]) -> Vec<&'a str> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for digest in rated {
        let names: BTreeSet<&str> = digest.steps.kinds.iter().map(name).gather_set();
        names.into_iter().for_each(|name| *counts.entry(name).or_default() += 1);
    }
    let mut often: Vec<(&str, usize)> = counts.into_iter().filter(|(_, n)| *n >= LEAST).collect();
    often.arrange_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
    often.into_iter().take(MAX_ITEMS).map(|(name, _)| name).collect()
}

/// Candidates whose estimate stands after the correction and whose interval excludes zero, the surest first.
fn significant<'a>(
    candidates: &[&'a Candidate],
    estimate: impl Fn(&Candidate) -> Option<Estimate>,
    alpha: f64,
) -> Vec<&'a Candidate> {
    let tested: Vec<(Estimate, &Candidate)> =
        candidates.iter().filter_map(|candidate| Some((estimate(candidate)?, *candidate))).collect();
    let tests: Vec<(f64, f64)> = tested.iter().map(|(estimate, _)| (estimate.p, estimate.least_p)).collect();
    let limit = discoveries(&tests, alpha);
    let mut found: Vec<(Estimate, &Candidate)> =
        tested.into_iter().filter(|(e, _)| e.p <= limit && e.ci95[0] * e.ci95[1] > 0.0).collect();
    found.arrange_by(|(e, a), (f, b)| e.p.total_cmp(&f.p).then_with(|| a.pattern.cmp(&b.pattern)));
    found.into_iter().map(|(_, candidate)| candidate).collect()
}

/// Without those that mark the same sessions as a surer one.
fn distinct(sorted: Vec<&Candidate>) -> Vec<&Candidate> {
    let mut kept: Vec<&Candidate> = Vec::new();
    for candidate in sorted {
        if kept.len() < MAX_FINDINGS && !kept.iter().any(|surer| overlaps(&surer.has, &candidate.has)) {
            kept.push(candidate);
        }
    }
    kept
}

/// Whether two patterns part the sessions nearly in the same two: nine tenths of the rarer side are on one side of the
/// other. To have the one step is often to lack the other.
fn overlaps(a: &[bool], b: &[bool]) -> bool {
    let rare = a.iter().filter(|has| **has).count() * 2 <= a.len();
    [true, false].into_iter().any(|side| {
        let both = a.iter().zip(b).filter(|(x, y)| **x == rare && **y == side).count();
        let either = a.iter().zip(b).filter(|(x, y)| **x == rare || **y == side).count();
        both * 10 >= either * 9
    })
}

fn finding(candidate: &Candidate, rated: &[&Digest]) -> Option<Finding> {
    let within = candidate.within?;
    let effect = Effect::new(Measure::Success, &within, candidate.raw?.change);
    let (kind, text) = worded(&candidate.pattern, effect.change > 0.0);
    let having: Vec<&Digest> =
        rated.iter().zip(&candidate.has).filter(|(_, has)| **has).map(|(digest, _)| *digest).collect();
    let evidence = evidence(&having, &candidate.pattern);
    let speaking = having.iter().filter(|digest| digest.success() == Some(effect.change > 0.0)).count();
    Some(Finding {
        kind,
        text,
        reason: effect.told(),
        confidence: crate::compare::round(1.0 - within.p.clamp(0.01, 1.0)),
        sessions: having.iter().map(|digest| digest.session.clone()).gather_set(),
        support: support(&having, speaking),
        evidence,
        claim: Some(Claim::Pattern { pattern: candidate.pattern.clone(), helps: effect.change > 0.0 }),
        effect: Some(effect),
        ..Finding::default()
    })
}

/// How much speaks for what sessions show: those that ended so, and those that did not.
pub(super) fn support(having: &[&Digest], speaking: usize) -> Support {
    let agents: BTreeSet<Option<&str>> = having.iter().map(|digest| digest.agent.as_deref()).gather_set();
    Support {
        supporting: speaking as u32,
        against: (having.len() - speaking) as u32,
        sessions: having.len() as u32,
        agents: agents.len() as u32,
        speakers: 1,
        first_seen: having.iter().filter_map(|digest| digest.started_at.clone()).min(),
        last_seen: having.iter().filter_map(|digest| digest.ended_at.clone()).max(),
    }
}

fn worded(pattern: &Pattern, helps: bool) -> (EntryKind, String) {
    let kind = if helps { EntryKind::Workflow } else { EntryKind::Rule };
    let text = match (pattern, helps) {
        (Pattern::Changes, true) => {
            "Make the change that was asked for before ending: in comparable tasks, sessions in which no call changes \
             anything fail more often."
                .to_owned()
        }
        (Pattern::Changes, false) => {
            "Change something only if it was asked for: in comparable tasks, sessions that change nothing succeed more \
             often."
                .to_owned()
        }
        (Pattern::Step(name), true) => {
            format!("Use `{name}`: in comparable tasks, sessions that do so succeed more often.")
        }
        (Pattern::Step(name), false) => {
            format!("Think twice before using `{name}`: in comparable tasks, sessions that do so fail more often.")
        }
        (Pattern::Steps(names), true) => {
            format!("{}: in comparable tasks, sessions that do so succeed more often.", ordered(names, "Use"))
        }
        (Pattern::Steps(names), false) => {
            format!("Avoid {}: in comparable tasks, sessions that do so fail more often.", ordered(names, "using"))
        }
        (Pattern::Repeats, _) => {
            "Do not repeat a call that gave nothing new: in comparable tasks, sessions that do so fail more often."
                .to_owned()
        }
    };
    (kind, text)
}

/// "Use `a` before `b`", "Use `a`, then `b` and then `c`".
fn ordered(names: &[String], verb: &str) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.as_slice() {
        [a, b] => format!("{verb} {a} before {b}"),
        [start @ .., last] => format!("{verb} {} and then {last}", start.join(", then ")),
        [] => String::new(),
    }
}

/// The steps of a pattern in the sessions that have it: as many sessions as there is room for.
fn evidence(having: &[&Digest], pattern: &Pattern) -> Vec<Evidence> {
    let mut sorted: Vec<&&Digest> = having.iter().collect();
    sorted.arrange_by(|a, b| a.ended_at.cmp(&b.ended_at).then_with(|| a.session.cmp(&b.session)));
    let spans = sorted.into_iter().flat_map(|digest| match pattern {
        Pattern::Repeats => digest.repeats.iter().take(1).map(|repeat| repeat.evidence.clone()).collect(),
        Pattern::Changes => steps(digest, |step| changes_something(&step.tool)),
        Pattern::Step(wanted) => steps(digest, |step| name(step) == wanted),
        Pattern::Steps(wanted) => steps(digest, |step| wanted.iter().any(|wanted| name(step) == wanted)),
    });
    spans.take(Finding::MAX_EVIDENCE).collect()
}

fn steps(digest: &Digest, wanted: impl Fn(&Step) -> bool) -> Vec<Evidence> {
    let steps = digest.steps.kinds.iter().filter(|step| wanted(step));
    steps.map(|step| step_evidence(digest, step)).collect()
}

/// The span in which a step was called first.
pub(super) fn step_evidence(digest: &Digest, step: &Step) -> Evidence {
    Evidence::of_call(&digest.transcript, &digest.session, step.turn, &step.quote, digest.ended_at.as_deref())
}

fn association(candidate: &Candidate) -> Option<String> {
    let raw = candidate.raw?;
    let what = match &candidate.pattern {
        Pattern::Changes => "in which a call changes something".to_owned(),
        Pattern::Step(name) => format!("with `{name}`"),
        Pattern::Steps(names) => {
            format!("with {}", names.iter().map(|n| format!("`{n}`")).collect::<Vec<_>>().join(" before "))
        }
        Pattern::Repeats => "that repeat a call in vain".to_owned(),
    };
    let more = if raw.change > 0.0 { "more" } else { "less" };
    Some(format!(
        "Sessions {what} succeed {more} often ({:+.0} points; {} with it, {} without). It is an association only: too few \
         comparable sessions to tell it from the mix of tasks.",
        raw.change * 100.0,
        raw.n[0],
        raw.n[1]
    ))
}
