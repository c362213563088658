//! The plan and its parts, as they stand in `plan.json`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Confirmation;
use crate::canonical::short_hash;
use crate::compare::EmbeddedBy;
use crate::config::Config;
use crate::evidence::{Evidence, Support};
use crate::finding::{Backtest, Effect};
use crate::memory::EntryKind;

/// The schema name that [`Plan`] carries.
pub const PLAN_SCHEMA: &str = "lucidream.plan/1";

/// All that one dream proposes, with its ledger and its report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Plan {
    /// `lucidream.plan/1`.
    pub schema: String,
    /// Version of the engine that made it.
    pub engine: String,
    /// SHA-256 of the canonical form (RFC 8785) of the plan without this field.
    pub plan_hash: String,
    /// Hash of the memory that it was made for.
    pub memory_hash: String,
    /// Agent it is for, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
    /// The time given to the dream.
    pub now: String,
    /// The whole configuration, so that a re-run is possible.
    pub config: Config,
    /// The host's embeddings that texts were compared by; absent where there were none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub embeddings: Option<EmbeddedBy>,
    /// More than the loss cap would leave the active set: auto mode will not apply it.
    pub held: bool,
    /// The proposed changes, by kind and then by id.
    pub operations: Vec<Operation>,
    /// What became of every entry and every transcript.
    pub ledger: Ledger,
    /// What looked like an instruction from an untrusted source, or like a secret.
    pub quarantine: Vec<Quarantined>,
    /// Entries that the sessions confirm: findings that the store has already.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub confirmations: Vec<Confirmation>,
    /// Entries that contradict each other where nothing decides: a person has to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub questions: Vec<Question>,
    /// The plan in numbers and one sentence.
    pub report: Report,
}

/// One proposed change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Operation {
    /// `op_…`, derived from what the operation does; the same on every re-run.
    pub id: String,
    /// What it does.
    pub kind: OperationKind,
    /// Ids of the entries that it consumes.
    pub entries: Vec<String>,
    /// Id of the entry that stays and takes their place, where it is one of the store.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// The new entry, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<Proposal>,
    /// One sentence that a person understands.
    pub reason: String,
    /// Where it comes from.
    pub evidence: Vec<Evidence>,
    /// How much speaks for it.
    pub support: Support,
    /// What was measured within comparable tasks, where something was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effect: Option<Effect>,
    /// What later sessions say of a rule that earlier ones show by themselves; absent where they do not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backtest: Option<Backtest>,
    /// 0 to 1.
    pub confidence: f64,
    /// What could go wrong.
    pub risk: Risk,
    /// Auto mode leaves it to a person.
    pub needs_review: bool,
    /// Ids of operations that have to be applied too.
    pub depends_on: Vec<String>,
}

/// What an operation does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum OperationKind {
    /// A new entry.
    Add,
    /// Entries that say the same become one.
    Merge,
    /// An entry gives way to a newer or better supported one.
    Supersede,
    /// An entry stays with another text.
    Rewrite,
    /// An entry leaves the active set.
    Retire,
    /// An entry holds for the whole fleet from now on.
    Promote,
}

impl OperationKind {
    /// Whether the entries that it consumes stay in the active set, changed.
    pub(crate) fn stays(self) -> bool {
        matches!(self, OperationKind::Rewrite | OperationKind::Promote)
    }
}

/// An id derived from what an operation does: the same on every re-run, whatever the counts.
pub(crate) fn operation_id(kind: OperationKind, entries: &[String], by: Option<&str>, text: Option<&str>) -> String {
    format!("op_{}", short_hash(&(kind, entries, by, text), 12))
}

/// How careful one has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Risk {
    /// Nothing that the agent reads changes in meaning, or later sessions bear it out.
    Low,
    /// Meaning changes, with good support.
    Medium,
    /// Meaning changes on thin or mixed evidence.
    High,
}

/// The entry that an operation would write.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Proposal {
    /// What it is.
    pub kind: EntryKind,
    /// What the agent would read.
    pub text: String,
    /// Where it would hold.
    pub scope: String,
    /// The condition it would hold under.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
}

/// What became of every input. Exactly one fate each, or there is no plan.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Ledger {
    /// One line for each entry of the store, by id.
    pub entries: Vec<EntryFate>,
    /// One line for each transcript, by id.
    pub transcripts: Vec<TranscriptFate>,
}

/// What became of one entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EntryFate {
    /// Id of the entry.
    pub id: String,
    /// Its fate.
    pub fate: Fate,
    /// The operation that decided, unless kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub op: Option<String>,
}

/// The fates that an entry can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// As it was.
    Kept,
    /// Same entry, other text or scope.
    Rewritten,
    /// Said by another entry.
    Merged,
    /// Gave way to another entry.
    Superseded,
    /// Left the active set.
    Retired,
}

/// What became of one transcript.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TranscriptFate {
    /// `sha256:…` of its bytes.
    pub id: String,
    /// Its fate.
    pub fate: ReadFate,
    /// Why, unless read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// Sessions of it that the dream used.
    #[serde(default)]
    pub sessions: u32,
    /// Sessions of it that the dream left out, and why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<LeftOut>,
}

impl TranscriptFate {
    /// The fate of a transcript that could not be read.
    pub fn failed(id: impl Into<String>, error: &crate::Error) -> TranscriptFate {
        let why = Some(format!("{}: {error}", error.code()));
        TranscriptFate { id: id.into(), fate: ReadFate::Failed, why, sessions: 0, left_out: Vec::new() }
    }
}

/// The fates that a transcript can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ReadFate {
    /// Its sessions are in the dream.
    Read,
    /// It was passed over.
    Skipped,
    /// It could not be read.
    Failed,
}

/// A session that was left out of the dream.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LeftOut {
    /// Id of the session.
    pub session: String,
    /// Why.
    pub why: String,
}

/// Something that must not become memory by its own say-so.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Quarantined {
    /// `instruction` or `secret`.
    pub kind: QuarantineKind,
    /// Why it is here.
    pub reason: String,
    /// The entry it stands in, if it is in the store.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<String>,
    /// The span it stands in, if it is in a transcript.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Evidence>,
}

/// Why something is quarantined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum QuarantineKind {
    /// Reads like an instruction and comes from an untrusted source.
    Instruction,
    /// Holds a secret.
    Secret,
}

/// A contradiction that neither time, nor trust, nor support settles. Approving one of the choices answers it, and so does
/// modifying the question itself, with a text that takes the place of its entries; rejecting it says that all sides stand,
/// and it is not asked again.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Question {
    /// `q_…`, derived from the entries; what a rejection names.
    pub id: String,
    /// The entries that contradict each other.
    pub entries: Vec<String>,
    /// What differs.
    pub reason: String,
    /// The answers that a person can approve; none where an entry must stay.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<Choice>,
    /// What people say holds instead, in their words, where an entry gives way to it: approving the question takes it,
    /// `modify` takes what a person makes of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said: Option<String>,
}

/// One answer to a question: this entry stands, the others give way to it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Choice {
    /// `op_…`: what a decision names.
    pub op: String,
    /// Id of the entry that stands.
    pub keep: String,
}

/// The plan in numbers and one sentence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Report {
    /// One sentence.
    pub summary: String,
    /// Differences between sessions that are no effects, because too few sessions are comparable.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub associations: Vec<String>,
    /// Share of recall probes that the memory answers before, and if everything is approved; absent without probes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recall: Option<[f64; 2]>,
    /// Sessions, calls, failures, operations by kind, entries by fate.
    pub counts: BTreeMap<String, u32>,
    /// Tokens of the active entries before (approximation: see [`crate::memory::tokens`]).
    pub tokens_before: u32,
    /// The same if everything is approved.
    pub tokens_after: u32,
    /// Rot of the memory before: `1000 · (duplicates + conflicts + stale + transient) / tokens` over its active entries.
    /// Duplicates: of a group that says the same, all but one. Conflicts: pairs that cannot both hold. Stale: expired,
    /// taken back, or long unused. Transient: passing states, small talk, raw output, half sentences, and what was planted.
    #[serde(default)]
    pub rot_before: f64,
    /// The same if everything is approved.
    #[serde(default)]
    pub rot_after: f64,
}
