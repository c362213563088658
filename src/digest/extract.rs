//! The shape of a digest: all that later stages see of a session.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Caution, Ending, Fingerprint, Intervention, Repeat, Steps};
use crate::evidence::Evidence;
use crate::plan::Quarantined;
use crate::transcript::{Outcome, Tokens};

/// The schema name that [`Digest`] carries.
pub const DIGEST_SCHEMA: &str = "lucidream.digest/1";

/// The bounded extract of one session, plus pointers back into its transcript.
///
/// However long the session, a digest has at most [`Digest::MAX_FAILURES`] failures,
/// [`Digest::MAX_STATEMENTS`] statements, [`Digest::MAX_REMARKS`] remarks, [`Digest::MAX_INTERVENTIONS`] interventions and [`Digest::MAX_QUARANTINED`] quarantined spans,
/// each with a quote of at most 400 bytes: about 150 kB at the very most, 3 kB as a rule.
/// `left_out` counts what did not fit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Digest {
    /// `lucidream.digest/1`.
    pub schema: String,
    /// Version of the engine that made it. A digest is cached under this and the transcript's hash.
    pub engine: String,
    /// `sha256:…` of the transcript.
    pub transcript: String,
    /// Id of the session.
    pub session: String,
    /// Agent that ran, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
    /// Key that comparable sessions share, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task: Option<String>,
    /// Project that it was about, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project: Option<String>,
    /// RFC 3339 time of the first turn, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<String>,
    /// RFC 3339 time of the last turn, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<String>,
    /// Explicit outcome label, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// What the user's last words show of the outcome. A label goes before it: see [`Digest::success`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ending: Option<Ending>,
    /// By what was said: another export of the session has the same.
    #[serde(default)]
    pub fingerprint: Fingerprint,
    /// The beginning of the first request: what sessions without a task are compared by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opening: Option<String>,
    /// What the session amounts to in numbers.
    pub counts: SessionCounts,
    /// What was done, step by step.
    #[serde(default)]
    pub steps: Steps,
    /// Failed calls, one for each tool and error template.
    pub failures: Vec<Failure>,
    /// Where a person stopped the agent or refused a call.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub interventions: Vec<Intervention>,
    /// Calls made again in vain, one for each tool.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub repeats: Vec<Repeat>,
    /// What trusted speakers want to hold beyond this session.
    pub statements: Vec<Statement>,
    /// What they state without a word that says how long it holds: held against the store, and nothing more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<Statement>,
    /// Spans of untrusted text that read like an instruction.
    pub quarantine: Vec<Quarantined>,
    /// How many secrets of each kind were replaced.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub redactions: BTreeMap<String, u32>,
    /// How many failures, statements, remarks and quarantined spans did not fit.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub left_out: BTreeMap<String, u32>,
}

/// A session in numbers.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SessionCounts {
    /// Turns of all kinds.
    pub turns: u32,
    /// Messages of users.
    pub user_messages: u32,
    /// Tool calls.
    pub calls: u32,
    /// Results that count as failures.
    pub failures: u32,
    /// Milliseconds from the first turn to the last one, where times are known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_ms: Option<u64>,
    /// Tokens, where the transcript counts them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tokens: Option<Tokens>,
}

/// A failed call, and what came after it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Failure {
    /// Name of the tool.
    pub tool: String,
    /// The error with its values masked: what recurring failures share.
    pub template: String,
    /// The error as it stands in the first result.
    pub message: String,
    /// Why this counts as a failure.
    pub judged: String,
    /// How often in this session.
    pub times: u32,
    /// Calls that failed only because this one did.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub echoes: u32,
    /// The arguments of the first failing call that are short enough to show, by name.
    pub arguments: BTreeMap<String, String>,
    /// The error in the first failing result.
    pub evidence: Evidence,
    /// The first similar call that succeeded afterwards, and what was different.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fix: Option<Fix>,
    /// What was changed in similar calls that failed with the same error again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub in_vain: Vec<Vec<Change>>,
}

fn is_zero(n: &u32) -> bool {
    *n == 0
}

/// The call that worked after a failure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Fix {
    /// The other tool that did it, where it was not the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool: Option<String>,
    /// Arguments that differ from the failing call.
    pub changes: Vec<Change>,
    /// How many calls later.
    pub distance: u32,
    /// Those of them that succeeded, as their command line or else their tool, without edits of files; at most [`Digest::MAX_STEPS`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub between: Vec<String>,
    /// Whether files were edited in between.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub edited: bool,
    /// Why it is no remedy all the same, if it is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caution: Option<Caution>,
    /// The call that worked.
    pub evidence: Evidence,
}

/// One argument that differs between a failing call and the one that worked.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "ArgumentChange"))]
pub struct Change {
    /// Name of the argument.
    pub argument: String,
    /// Its value in the failing call; absent where it was not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Its value in the call that worked; absent where it was not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
}

/// A sentence of a trusted speaker that asks for something beyond this session.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Statement {
    /// The request in the speaker's own words, without address and filler.
    pub text: String,
    /// How it was made.
    pub cue: Cue,
    /// The condition it holds under, where it names one (`for bug reports`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
    /// Of a correction: the tool that the agent had called last, in answer to what was said before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// The sentence.
    pub evidence: Evidence,
}

/// How a statement shows that it is meant to last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Cue {
    /// "always", "never", "from now on": once is enough to propose.
    Standing,
    /// "no, …", "I said …": counts from two sessions on.
    Correction,
    /// "Keep it to …, please", "use …": for the work at hand as far as it says; counts when it comes again and again.
    Request,
    /// "you can stop …": what was asked before holds no more.
    Withdrawal,
    /// "I dislike …", "I am allergic to …": what a person says of themselves; once is enough to propose.
    Taste,
    /// "… since the migration", "FYI: …": a statement about the environment, no request.
    Fact,
    /// "We dropped x last week": something is no longer as it was. People are asked whether what the memory tells of it
    /// still holds, and nothing more comes of it.
    News,
}

impl Digest {
    /// Whether the task of the session was done: by its label, else by the user's last words; `None` where neither
    /// says. Unknown is not success.
    pub fn success(&self) -> Option<bool> {
        let labelled = self.outcome.as_ref().and_then(Outcome::verdict);
        labelled.or_else(|| self.ending.as_ref().map(|ending| ending.success))
    }

    /// Interventions that a digest keeps.
    pub const MAX_INTERVENTIONS: usize = 32;
    /// Failures that a digest keeps.
    pub const MAX_FAILURES: usize = 64;
    /// Plain requests among the statements of what is read at once.
    pub const MAX_REQUESTS: usize = 16;
    /// Statements that a digest keeps.
    pub const MAX_STATEMENTS: usize = 64;
    /// Remarks that a digest keeps.
    pub const MAX_REMARKS: usize = 16;
    /// Tools with repeated calls that a digest keeps.
    pub const MAX_REPEATS: usize = 8;
    /// Bytes of the opening request.
    pub const OPENING_BYTES: usize = 300;
    /// Calls between a failure and its fix that a digest keeps.
    pub const MAX_STEPS: usize = 3;
    /// Quarantined spans that a digest keeps.
    pub const MAX_QUARANTINED: usize = 16;
}
