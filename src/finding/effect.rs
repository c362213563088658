//! What was measured: how a difference reads in a plan.

use serde::{Deserialize, Serialize};

use super::statistics::Estimate;
use crate::compare::round;
use crate::digest::Digest;

/// An effect within comparable tasks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Effect {
    /// What changes.
    pub measure: Measure,
    /// Of `success` the difference of the rates (0.2: twenty points more), else the relative change (-0.4: 40 % less).
    pub change: f64,
    /// 95 % interval of the change.
    pub ci95: [f64; 2],
    /// Sessions with it and without it, of the tasks that have both.
    pub n: [u32; 2],
    /// The same change without regard to tasks. Where tasks differ it misleads: only `change` is an effect.
    pub raw: f64,
    /// Tasks in which there are sessions of both kinds.
    pub tasks: u32,
}

/// What an effect is measured in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Share of sessions that succeed.
    Success,
    /// Time from the first turn to the last.
    Duration,
    /// Tool calls.
    Steps,
    /// Tokens, in and out.
    Tokens,
}

impl Measure {
    /// Its value in a session, where known; 1 for success.
    pub(super) fn of(self, digest: &Digest) -> Option<f64> {
        let positive = |value: f64| Some(value).filter(|value| *value > 0.0);
        match self {
            Measure::Success => digest.success().map(|success| f64::from(u8::from(success))),
            Measure::Duration => positive(digest.counts.duration_ms? as f64),
            Measure::Steps => positive(f64::from(digest.counts.calls)),
            Measure::Tokens => {
                let tokens = digest.counts.tokens.as_ref()?;
                positive((tokens.input + tokens.output) as f64)
            }
        }
    }
}

impl Effect {
    pub(super) fn new(measure: Measure, within: &Estimate, raw: f64) -> Effect {
        Effect {
            measure,
            change: round(within.change),
            ci95: within.ci95.map(round),
            n: within.n,
            raw: round(raw),
            tasks: within.strata,
        }
    }

    /// "Within 3 kinds of task it took 40 % less time (95 % interval 28 % to 50 % less; 21 sessions with it, 19 without);
    /// without regard to the task it was 56 % less."
    pub(super) fn told(&self) -> String {
        let kinds = super::phrase::count(self.tasks as usize, "kind of task", "kinds of task");
        format!(
            "Within {kinds}: {} (95 % interval {} to {}; {} sessions with it, {} without). Without regard to the task: {}.",
            self.shown(self.change),
            self.number(self.ci95[0]),
            self.number(self.ci95[1]),
            self.n[0],
            self.n[1],
            self.number(self.raw)
        )
    }

    fn shown(&self, change: f64) -> String {
        let what = match self.measure {
            Measure::Success => "success",
            Measure::Duration => "duration",
            Measure::Steps => "tool calls",
            Measure::Tokens => "tokens",
        };
        format!("{what} {}", self.number(change))
    }

    fn number(&self, change: f64) -> String {
        let unit = if self.measure == Measure::Success { "points" } else { "%" };
        format!("{:+.0} {unit}", change * 100.0)
    }
}
