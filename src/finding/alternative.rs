//! Alternatives for one step: sessions of comparable tasks use either the one or the other.

use std::collections::{BTreeMap, BTreeSet};

use super::effect::{Effect, Measure};
use super::statistics::{Estimate, Table, rates, threshold, times};
use super::task::strata;
use super::workflow::{name, step_evidence, support};
use super::{Claim, Finding};
use crate::compare::round;
use crate::digest::{Digest, Step, changes_something};
use crate::evidence::Evidence;
use crate::memory::EntryKind;
use crate::order::{Arrange as _, Gather as _};

/// False effects per dream, over all alternatives and measures.
const FALSE_EFFECTS: f64 = 0.01;
/// Sessions that have to use each.
const LEAST: usize = 5;
// The most used steps; pairs of them are compared.
const MAX_STEPS: usize = 60;

/// Two steps that stand for each other, and who used which: `Some(true)` the first, `Some(false)` the second.
struct Choice<'a> {
    first: &'a str,
    second: &'a str,
    tool: &'a str,
    uses: Vec<Option<bool>>,
}

struct Comparison<'a, 'b> {
    choice: &'b Choice<'a>,
    measure: Measure,
    within: Estimate,
    raw: f64,
}

/// Alternatives of which one does better in comparable tasks: the better one, and by how much.
pub(crate) fn alternatives(digests: &[&Digest]) -> Vec<Finding> {
    let strata = strata(digests);
    let choices = choices(digests, &strata);
    let comparisons: Vec<Comparison> = choices.iter().flat_map(|choice| compared(choice, digests, &strata)).collect();
    let least: Vec<f64> = comparisons.iter().map(|comparison| comparison.within.least_p).collect();
    let limit = threshold(&least, FALSE_EFFECTS);
    let stands = |c: &&Comparison| c.within.p <= limit && c.within.ci95[0] * c.within.ci95[1] > 0.0;
    let mut found: BTreeMap<(&str, &str), &Comparison> = BTreeMap::new();
    // One finding a choice: success first, then time, calls, tokens.
    for comparison in comparisons.iter().filter(stands) {
        found.entry((comparison.choice.first, comparison.choice.second)).or_insert(comparison);
    }
    found.into_values().map(|comparison| finding(comparison, digests)).collect()
}

/// The steps of one tool that run different programs, and tools that take the same arguments and both read or both
/// change something; used by sessions of the same tasks, nearly never both, and nearly always one of them.
fn choices<'a>(digests: &[&'a Digest], strata: &[usize]) -> Vec<Choice<'a>> {
    let mut users: BTreeMap<(&str, &str), (BTreeSet<usize>, &Step)> = BTreeMap::new();
    for (at, digest) in digests.iter().enumerate() {
        for step in &digest.steps.kinds {
            users.entry((&step.tool, name(step))).or_insert_with(|| (BTreeSet::new(), step)).0.insert(at);
        }
    }
    let mut often: Vec<_> = users.into_iter().filter(|(_, (users, _))| users.len() >= LEAST).collect();
    often.arrange_by(|(a, (x, _)), (b, (y, _))| y.len().cmp(&x.len()).then_with(|| a.cmp(b)));
    often.truncate(MAX_STEPS);
    often.arrange_by_key(|(step, _)| *step);
    let mut found = Vec::new();
    for (place, ((tool, first), (with, step))) in often.iter().enumerate() {
        for ((_, second), (without, other)) in often.iter().skip(place + 1) {
            if stand_for_each_other(step, other) && excludes(with, without, strata) {
                let uses = (0..digests.len()).map(|at| chosen(with.contains(&at), without.contains(&at))).collect();
                found.push(Choice { first, second, tool, uses });
            }
        }
    }
    found
}

fn chosen(first: bool, second: bool) -> Option<bool> {
    (first != second).then_some(first)
}

fn stand_for_each_other(a: &Step, b: &Step) -> bool {
    match (&a.program, &b.program) {
        (Some(_), Some(_)) => a.tool == b.tool,
        (None, None) => {
            !a.arguments.is_empty()
                && a.arguments == b.arguments
                && changes_something(&a.tool) == changes_something(&b.tool)
        }
        _ => false,
    }
}

fn excludes(a: &BTreeSet<usize>, b: &BTreeSet<usize>, strata: &[usize]) -> bool {
    let both = a.intersection(b).count();
    if a.len() - both < LEAST || b.len() - both < LEAST || both * 10 > a.len().min(b.len()) {
        return false;
    }
    let tasks = |users: &BTreeSet<usize>| users.iter().filter_map(|at| strata.get(*at)).gather_set();
    let shared: BTreeSet<&usize> = tasks(a).intersection(&tasks(b)).copied().gather_set();
    let sessions = strata.iter().enumerate().filter(|(_, stratum)| shared.contains(stratum));
    let (all, using) = sessions
        .fold((0, 0), |(all, using), (at, _)| (all + 1, using + usize::from(a.contains(&at) || b.contains(&at))));
    all > 0 && using * 5 >= all * 4
}

fn compared<'a, 'b>(choice: &'b Choice<'a>, digests: &[&Digest], strata: &[usize]) -> Vec<Comparison<'a, 'b>> {
    let one = vec![0; digests.len()];
    let success = success_of(choice, digests, strata).zip(success_of(choice, digests, &one));
    let mut found: Vec<Comparison> = success
        .into_iter()
        .map(|(within, raw)| Comparison { choice, measure: Measure::Success, within, raw: raw.change })
        .collect();
    for measure in [Measure::Duration, Measure::Steps, Measure::Tokens] {
        let both = measured(choice, digests, strata, measure).zip(measured(choice, digests, &one, measure));
        found.extend(both.map(|(within, raw)| Comparison { choice, measure, within, raw: raw.change }));
    }
    found
}

fn success_of(choice: &Choice, digests: &[&Digest], strata: &[usize]) -> Option<Estimate> {
    let mut tables = vec![Table::default(); strata.iter().max().map_or(0, |most| most + 1)];
    for ((digest, stratum), uses) in digests.iter().zip(strata).zip(&choice.uses) {
        if let (Some(first), Some(success), Some(table)) = (uses, digest.success(), tables.get_mut(*stratum)) {
            table.add(*first, success);
        }
    }
    rates(&tables)
}

fn measured(choice: &Choice, digests: &[&Digest], strata: &[usize], measure: Measure) -> Option<Estimate> {
    let mut values = vec![(Vec::new(), Vec::new()); strata.iter().max().map_or(0, |most| most + 1)];
    for ((digest, stratum), uses) in digests.iter().zip(strata).zip(&choice.uses) {
        if let (Some(first), Some(value), Some(slot)) = (uses, measure.of(digest), values.get_mut(*stratum)) {
            if *first { slot.0.push(value) } else { slot.1.push(value) }
        }
    }
    times(&values)
}

fn finding(comparison: &Comparison, digests: &[&Digest]) -> Finding {
    let Comparison { choice, measure, within, raw } = comparison;
    // More success is better, less of everything else.
    let first_wins = (within.change > 0.0) == (*measure == Measure::Success);
    let (better, worse) = if first_wins { (choice.first, choice.second) } else { (choice.second, choice.first) };
    let effect = if first_wins {
        Effect::new(*measure, within, *raw)
    } else {
        Effect::new(*measure, &turned(within, *measure), turned_change(*raw, *measure))
    };
    let users = |first: bool| -> Vec<&Digest> {
        digests.iter().zip(&choice.uses).filter(|(_, uses)| **uses == Some(first)).map(|(digest, _)| *digest).collect()
    };
    let (winners, losers) = (users(first_wins), users(!first_wins));
    let evidence =
        [(&winners, better), (&losers, worse)].into_iter().flat_map(|(users, wanted)| evidence(users, wanted));
    let all: Vec<&Digest> = winners.iter().chain(&losers).copied().collect();
    Finding {
        kind: EntryKind::Workflow,
        text: format!("Use `{better}` instead of `{worse}`: in comparable tasks {}.", advantage(*measure)),
        when: (better != choice.tool).then(|| format!("calling `{}`", choice.tool)),
        reason: effect.told(),
        confidence: round(1.0 - within.p.clamp(0.01, 1.0)),
        evidence: evidence.collect(),
        sessions: all.iter().map(|digest| digest.session.clone()).gather_set(),
        support: support(&all, all.len()),
        effect: Some(effect),
        claim: Some(Claim::Choice { better: better.to_owned(), worse: worse.to_owned(), measure: *measure }),
        ..Finding::default()
    }
}

fn advantage(measure: Measure) -> &'static str {
    match measure {
        Measure::Success => "it succeeds more often",
        Measure::Duration => "it takes less time",
        Measure::Steps => "it takes fewer calls",
        Measure::Tokens => "it takes fewer tokens",
    }
}

/// The same comparison seen from the other side.
fn turned(estimate: &Estimate, measure: Measure) -> Estimate {
    let [low, high] = estimate.ci95;
    Estimate {
        change: turned_change(estimate.change, measure),
        ci95: [turned_change(high, measure), turned_change(low, measure)],
        n: [estimate.n[1], estimate.n[0]],
        ..*estimate
    }
}

fn turned_change(change: f64, measure: Measure) -> f64 {
    if measure == Measure::Success { -change } else { 1.0 / (1.0 + change) - 1.0 }
}

/// Half of the room for each side.
fn evidence(users: &[&Digest], wanted: &str) -> Vec<Evidence> {
    let mut sorted: Vec<&&Digest> = users.iter().collect();
    sorted.arrange_by(|a, b| a.ended_at.cmp(&b.ended_at).then_with(|| a.session.cmp(&b.session)));
    let step = |digest: &&&Digest| {
        let step = digest.steps.kinds.iter().find(|step| name(step) == wanted)?;
        Some(step_evidence(digest, step))
    };
    sorted.iter().filter_map(step).take(Finding::MAX_EVIDENCE / 2).collect()
}
