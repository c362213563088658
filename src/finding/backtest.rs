//! Whether later sessions bear out what earlier ones showed.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::effect::Measure;
use super::refusal::Command;
use super::task::strata;
use super::way::Way;
use super::workflow::{Pattern, has, name};
use crate::compare::{Profile, agree};
use crate::digest::{Cue, Digest, Failure, Intervention};
use crate::order::{Arrange as _, Gather as _};

/// How a rule that was mined on earlier sessions did on later ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Backtest {
    /// Later sessions in which the rule's condition came up; of a remedy those that tried it.
    pub fired: u32,
    /// Those in which following it would have avoided what went wrong.
    pub prevented: u32,
}

impl Backtest {
    /// Whether the rule would have helped in most of the sessions that it speaks of.
    pub(crate) fn passes(self) -> bool {
        self.fired > 0 && self.prevented * 2 > self.fired
    }
}

/// What a finding says of sessions, so that others can be held against it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Claim {
    /// These tools fail so; this way out works.
    Fails { tools: BTreeSet<String>, template: String, way: Option<Way> },
    /// Calls of this tool are repeated in vain.
    Repeats { tool: String },
    /// Calls of this tool are refused, all or those that run this.
    Refused { tool: String, command: Option<Command> },
    /// People say so. `meant`: all of them in a way that shows it was meant to last.
    Said { fact: bool, meant: bool },
    /// Sessions with this pattern succeed more often, or less.
    Pattern { pattern: Pattern, helps: bool },
    /// The one does better than the other.
    Choice { better: String, worse: String, measure: Measure },
}

/// Sessions that claims are held against.
#[derive(Default)]
pub(crate) struct Later<'a> {
    digests: Vec<&'a Digest>,
    strata: Vec<usize>,
    /// What was said: the session's position, whether it is a fact, and the words.
    said: Vec<(usize, bool, Profile)>,
}

impl<'a> Later<'a> {
    pub(crate) fn of(digests: Vec<&'a Digest>) -> Later<'a> {
        let statements = digests.iter().enumerate().flat_map(|(at, digest)| {
            digest.statements.iter().map(move |said| (at, said.cue == Cue::Fact, Profile::of(&said.text)))
        });
        Later { said: statements.collect(), strata: strata(&digests), digests }
    }

    /// How a claim does on these sessions, if they show it; `profile` is that of its text.
    pub(crate) fn backtest(&self, claim: &Claim, profile: &Profile) -> Option<Backtest> {
        let digests = self.digests.as_slice();
        Some(match claim {
            Claim::Fails { tools, template, way } => return fails(digests, tools, template, way.as_ref()),
            Claim::Repeats { tool } => {
                always(digests, |digest| digest.repeats.iter().any(|repeat| repeat.tool == *tool))
            }
            Claim::Refused { tool, command } => always(digests, |digest| {
                let is_one = |made: &Intervention| {
                    made.tool.as_ref() == Some(tool)
                        && command
                            .as_ref()
                            .is_none_or(|command| made.command.as_deref().is_some_and(|line| command.is_run_by(line)))
                };
                digest.interventions.iter().any(is_one)
            }),
            Claim::Said { fact, .. } => {
                let again = self.said.iter().filter(|(_, is_fact, said)| is_fact == fact && agree(said, profile));
                let sessions: BTreeSet<usize> = again.map(|(at, ..)| *at).gather_set();
                Backtest { fired: sessions.len() as u32, prevented: sessions.len() as u32 }
            }
            Claim::Pattern { pattern, helps } => {
                let fired: Vec<&&Digest> =
                    digests.iter().filter(|d| d.success().is_some() && has(pattern, d) != *helps).collect();
                let failed = fired.iter().filter(|digest| digest.success() == Some(false)).count();
                Backtest { fired: fired.len() as u32, prevented: failed as u32 }
            }
            Claim::Choice { better, worse, measure } => choice(self, better, worse, *measure),
        })
    }
}

impl Claim {
    /// Whether two claims are the same, mined from different sessions; `profiles` are those of their texts.
    pub(crate) fn same(&self, other: &Claim, profiles: [&Profile; 2]) -> bool {
        match (self, other) {
            (Claim::Said { fact: x, .. }, Claim::Said { fact: y, .. }) => {
                x == y && (profiles[0].same_words(profiles[1]) || agree(profiles[0], profiles[1]))
            }
            (Claim::Fails { tools: a, template: p, way: x }, Claim::Fails { tools: b, template: q, way: y }) => {
                x == y && !a.is_disjoint(b) && (matches(p, q) || matches(q, p))
            }
            (a, b) => a == b,
        }
    }
}

/// What came up again would not have, had the rule been known.
fn always(later: &[&Digest], came_up: impl Fn(&Digest) -> bool) -> Backtest {
    let fired = later.iter().filter(|digest| came_up(digest)).count() as u32;
    Backtest { fired, prevented: fired }
}

/// Only sessions that tried the way out show whether it helps; nothing where it came up and none of them did.
fn fails(later: &[&Digest], tools: &BTreeSet<String>, template: &str, way: Option<&Way>) -> Option<Backtest> {
    let (mut found, mut came_up) = (Backtest::default(), false);
    let free = BTreeSet::new();
    for digest in later {
        let here = |failure: &&Failure| tools.contains(&failure.tool) && matches(template, &failure.template);
        let failures: Vec<&Failure> = digest.failures.iter().filter(here).collect();
        let helped = |way: &Way| {
            let fixes = failures.iter().filter_map(|failure| failure.fix.as_ref());
            fixes.into_iter().any(|fix| way.is_taken(fix, &free))
        };
        let in_vain =
            |way: &Way| failures.iter().flat_map(|failure| &failure.in_vain).any(|changes| way.is_in(changes, &free));
        came_up |= !failures.is_empty();
        let helped = way.is_some_and(helped);
        found.fired += u32::from(helped || way.is_some_and(in_vain));
        found.prevented += u32::from(helped);
    }
    (found.fired > 0 || !came_up).then_some(found)
}

/// Whether a failure's template is one that a cause's template stands for: itself, itself wrapped, or with other words in
/// the places that differ.
fn matches(cause: &str, template: &str) -> bool {
    if template == cause || template.strip_suffix(cause).is_some_and(|wrapping| wrapping.ends_with(": ")) {
        return true;
    }
    let (a, b): (Vec<&str>, Vec<&str>) = (cause.split_whitespace().collect(), template.split_whitespace().collect());
    cause.contains('…') && a.len() == b.len() && a.iter().zip(&b).all(|(x, y)| x == y || *x == "…")
}

/// Sessions that took the worse one, and those of them that did worse than half of the comparable ones with the better.
fn choice(later: &Later, better: &str, worse: &str, measure: Measure) -> Backtest {
    let uses = |digest: &Digest, wanted: &str| digest.steps.kinds.iter().any(|step| name(step) == wanted);
    let mut good: BTreeMap<usize, Vec<f64>> = BTreeMap::new();
    for (digest, stratum) in later.digests.iter().zip(&later.strata).filter(|(digest, _)| uses(digest, better)) {
        good.entry(*stratum).or_default().extend(measure.of(digest));
    }
    good.values_mut().for_each(|values| values.arrange_by(f64::total_cmp));
    let mut found = Backtest::default();
    for (digest, stratum) in later.digests.iter().zip(&later.strata).filter(|(digest, _)| uses(digest, worse)) {
        let Some((value, others)) = measure.of(digest).zip(good.get(stratum)) else { continue };
        let Some(median) = others.get(others.len() / 2) else { continue };
        found.fired += 1;
        found.prevented += u32::from(if measure == Measure::Success { value < *median } else { value > *median });
    }
    found
}
