//! What a person decides, and what comes of it.

use serde::{Deserialize, Serialize};

use crate::memory::{Entry, EntryKind, Memory};
use crate::plan::{Ledger, OperationKind};

/// A person's word on one operation. Operations without one are left as they are, and may come again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// Id of the operation.
    pub op: String,
    /// The word.
    pub decision: Verdict,
    /// The text to write instead; with `modify` only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Why; kept with a rejection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// What can be said of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Do it.
    Approve,
    /// Do it with another text.
    Modify,
    /// Do not, and do not propose it again from the same evidence.
    Reject,
}

/// What the decisions would make of the memory. Nothing is written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Preview {
    /// The memory as it would be.
    pub memory: Memory,
    /// Entry by entry, what would change.
    pub diff: Vec<Change>,
    /// What would become of every entry.
    pub ledger: Ledger,
    /// Decisions that hang together or against each other.
    pub warnings: Vec<Warning>,
    /// Tokens of the active entries now.
    pub tokens_before: u32,
    /// Tokens of the active entries then.
    pub tokens_after: u32,
}

/// One entry that would change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "EntryChange"))]
pub struct Change {
    /// The operation that does it.
    pub op: String,
    /// Id of the entry.
    pub entry: String,
    /// What kind of operation it is.
    pub kind: OperationKind,
    /// Text that the agent reads now, if it does. Secrets are replaced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// Text that the agent would read, if it would.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

/// Decisions that hang together or against each other.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Warning {
    /// The operation concerned.
    pub op: String,
    /// `missing_dependency`: approved, but what it depends on is not. `loss_cap`: more entries would leave
    /// than the cap. `value_changed`: the modified text has other values than the evidence.
    pub code: String,
    /// A sentence for people.
    pub message: String,
}

/// What applying a plan gives.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Applied {
    /// The new memory, one version up. The same as before if nothing was approved.
    pub memory: Memory,
    /// What was rejected, and what was proposed where a person wrote other words, so that neither comes back.
    pub tombstones: Vec<Tombstone>,
    /// What `undo` needs.
    pub inverse: Inverse,
    /// What became of every entry.
    pub ledger: Ledger,
    /// Ids of the operations that were carried out.
    pub applied: Vec<String>,
}

/// How a person turned something down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Buried {
    /// The operation was rejected.
    #[default]
    Rejected,
    /// It was applied and taken back.
    Undone,
    /// Its entry was deleted by hand.
    Deleted,
    /// It was carried out with a person's own words: those stand, not the ones that were proposed.
    Modified,
}

/// The memory of a rejection.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Tombstone {
    /// Id of the operation that was rejected; `modified_…` and `deleted_…` where none was.
    pub op: String,
    /// What kind it was.
    pub kind: OperationKind,
    /// How it was turned down.
    #[serde(default)]
    pub cause: Buried,
    /// The texts of the entries it would have consumed, normalised and sorted.
    pub entries: Vec<String>,
    /// The text it would have written, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// What the text would have been.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry_kind: Option<EntryKind>,
    /// Sessions that spoke for it: the same proposal needs others to come again.
    pub sessions: Vec<String>,
    /// The latest time that those spoke: only what came later is new.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_seen: Option<String>,
    /// When it was rejected, or applied and later undone, or deleted.
    pub rejected_at: String,
    /// Why, in the words of the person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// What brings the memory before back, to the byte.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Inverse {
    /// Hash of the memory that it starts from.
    pub memory_hash: String,
    /// Hash of the memory that it leads to.
    pub restores_hash: String,
    /// Version to go back to.
    pub version: u32,
    /// Ids of the entries that were added.
    pub remove: Vec<String>,
    /// The entries that were changed, as they were.
    pub restore: Vec<Entry>,
    /// What a host keeps once it has undone this: the operations that must not come back from the same evidence.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tombstones: Vec<Tombstone>,
}
