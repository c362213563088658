//! What shows across digests: recurring mistakes with their remedies, and what people ask for.

mod alternative;
mod backtest;
mod ban;
mod cause;
mod effect;
mod environment;
mod fact;
mod form;
mod mistake;
mod occasion;
mod phrase;
mod preference;
mod recurrence;
mod refusal;
mod remedy;
mod repetition;
mod request;
mod sequence;
mod sides;
mod statistics;
mod task;
mod way;
mod withdrawn;
mod workflow;

use std::collections::BTreeSet;

pub use backtest::Backtest;
pub(crate) use backtest::{Claim, Later};
pub use effect::{Effect, Measure};
pub(crate) use phrase::sentence;
pub(crate) use request::{Request, Stance, names_a_choice};
pub(crate) use way::Replaced;
pub(crate) use withdrawn::Withdrawn;

use crate::config::Config;
use crate::digest::Digest;
use crate::evidence::{Evidence, Support};
use crate::memory::EntryKind;
use crate::order::Arrange as _;

/// What a set of digests shows.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    /// What could become memory.
    pub findings: Vec<Finding>,
    /// Differences that are no effects, and wishes that stand in each other's way, in sentences.
    pub associations: Vec<String>,
    /// What people stated in passing, the latest first, and what they asked for more than once: news where the store says
    /// otherwise, and nothing else.
    pub remarks: Vec<Finding>,
    /// What people no longer ask for.
    pub withdrawn: Vec<Withdrawn>,
}

/// What findings are held against.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Setting<'a> {
    /// What the store says: what it forbids is no remedy.
    pub stored: &'a [&'a str],
    /// For whom it holds what people say.
    pub reach: Reach,
}

/// For whom it holds what somebody says to an agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Reach {
    /// For everybody.
    #[default]
    All,
    /// What one person alone says, for that person alone.
    Own,
    /// For nobody else, however many say it.
    Customer,
}

/// Mines digests. Neither their order nor one loud session changes what is found: everything counts by sessions.
pub(crate) fn find(digests: &[&Digest], Setting { stored, reach }: Setting, config: &Config) -> Findings {
    let mut sorted: Vec<&Digest> = digests.to_vec();
    sorted.arrange_by(|a, b| (&a.session, &a.transcript).cmp(&(&b.session, &b.transcript)));
    let workflow::Workflows { findings: workflows, mut associations } = workflow::workflows(&sorted);
    let bans = ban::Bans::of(&sorted, stored);
    let mut findings = mistake::mistakes(&sorted, &bans, config.min_sessions_mistake);
    findings.extend(repetition::repetitions(&sorted, config.min_sessions_mistake));
    findings.extend(alternative::alternatives(&sorted));
    findings.extend(workflows);
    findings.extend(refusal::refusals(&sorted, config.min_sessions_mistake));
    let preference::Preferences { findings: preferences, seldom, withdrawn, told } =
        preference::preferences(&sorted, config.min_sessions_preference, reach);
    findings.extend(preferences);
    let facts = fact::facts(&sorted, reach);
    findings.extend(facts.findings);
    associations.extend(told.into_iter().chain(facts.undecided));
    // Without a store there is nothing that they could change, and who speaks for themselves changes nothing for others.
    let counts = reach == Reach::All && !stored.is_empty();
    let mut remarks = if counts { fact::remarks(&sorted) } else { Vec::new() };
    remarks.extend(seldom.into_iter().filter(|_| counts));
    Findings { findings, remarks, associations, withdrawn }
}

/// Something mined across digests.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Finding {
    /// What kind of entry it would become.
    pub kind: EntryKind,
    /// The rule, without counts: the same finding reads the same tomorrow.
    pub text: String,
    /// The condition it holds under.
    pub when: Option<String>,
    /// Where it holds, unless for the whole agent: `user:anna`, `project:web`.
    pub scope: Option<String>,
    /// Counts, in a sentence.
    pub reason: String,
    /// The spans it comes from, at most [`Finding::MAX_EVIDENCE`].
    pub evidence: Vec<Evidence>,
    /// All sessions that speak for it.
    pub sessions: BTreeSet<String>,
    /// How much speaks for it.
    pub support: Support,
    /// 0 to 1.
    pub confidence: f64,
    /// What was measured, where it was.
    pub effect: Option<Effect>,
    /// What it says of sessions, where others can be held against it.
    pub claim: Option<Claim>,
}

impl Finding {
    /// Spans shown for one finding; the counts cover all.
    pub(crate) const MAX_EVIDENCE: usize = 12;
}

/// Share of successes with two imagined failures beside them: three of three are worth 0.6, twelve of twelve 0.86.
pub(crate) fn cautious(successes: usize, tried: usize) -> f64 {
    crate::compare::round(successes as f64 / (tried as f64 + 2.0))
}
