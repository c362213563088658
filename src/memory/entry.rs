//! What the agent carries into its next session.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::File;
use crate::evidence::{Evidence, Support};
use crate::order::Gather as _;

/// A memory store: all entries that ever were, active or not, in the owner's order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Memory {
    /// `lucidream.memory/1`.
    #[serde(default = "memory_schema")]
    pub schema: String,
    /// Counts the times that a plan was applied. `undo` brings back the one before.
    #[serde(default)]
    pub version: u32,
    /// The entries. Ids are unique.
    #[serde(default)]
    pub entries: Vec<Entry>,
    /// The Markdown that the store was read from, as its owner wrote it: what rendering changes as little as possible.
    /// No part of the memory's hash.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<File>,
}

/// The schema name that [`Memory`] carries.
pub const MEMORY_SCHEMA: &str = "lucidream.memory/1";

fn memory_schema() -> String {
    MEMORY_SCHEMA.to_owned()
}

impl Default for Memory {
    fn default() -> Self {
        Memory { schema: memory_schema(), version: 0, entries: Vec::new(), files: Vec::new() }
    }
}

/// One thing remembered.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Entry {
    /// Unique in the store.
    pub id: String,
    /// What it is.
    #[serde(default)]
    pub kind: EntryKind,
    /// What the agent reads.
    pub text: String,
    /// Where it holds: a free label such as `agent`, `fleet`, `user:anna`, `project:x`.
    /// Entries of different scopes are never merged.
    #[serde(default = "agent_scope")]
    pub scope: String,
    /// Who said it.
    #[serde(default)]
    pub source: Source,
    /// Whether the agent still reads it.
    #[serde(default, skip_serializing_if = "Status::is_active")]
    pub status: Status,
    /// Pinned entries are never consumed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub pinned: bool,
    /// The condition it holds under, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
    /// RFC 3339 time since which it holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<String>,
    /// RFC 3339 time since which it does not hold any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invalid_at: Option<String>,
    /// Id of the entry that took its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaced_by: Option<String>,
    /// Why it left the active set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// How much speaks for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub support: Option<Support>,
    /// Where it comes from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<Evidence>,
    /// Where it stands in its owner's Markdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// Fields that belong to the owner's own system, carried along unread.
    #[serde(flatten)]
    pub extra: BTreeMap<String, Value>,
}

fn agent_scope() -> String {
    "agent".to_owned()
}

/// Where an entry stands in its owner's Markdown: without it, a bullet such as "8 by default" says nothing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Place {
    /// Path of the file below the store's own directory; empty where the store is one file.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub path: String,
    /// The headings above it, the outermost first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub section: Vec<String>,
    /// The bullet that it belongs to, or the question that it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub under: Option<String>,
    /// Whether it is quoted: somebody else's words.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub quoted: bool,
    /// Whether it is a step: an item of a numbered list, or below one. The same step twice is done twice.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub step: bool,
    /// Whether something belongs to it: bullets, or code that it announces. It does not leave by itself.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub leads: bool,
}

/// How much an entry is used, as the host counts it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Usage {
    /// How often it was recalled.
    #[serde(default)]
    pub recalls: u32,
    /// RFC 3339 time of the last recall.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_recalled_at: Option<String>,
}

/// What an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    /// What to do or avoid, from experience.
    Rule,
    /// How people want things done.
    Preference,
    /// How the environment is.
    Fact,
    /// Steps that work.
    Workflow,
    /// Anything else.
    #[default]
    Note,
}

/// Who said what an entry says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// A tool, the web, a mail: untrusted.
    Tool,
    /// Not known.
    #[default]
    Unknown,
    /// The agent itself.
    Agent,
    /// A person who talks with the agent.
    User,
    /// Who wrote the agent.
    Developer,
}

/// Whether an entry is in the active set. The others stay in the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// The agent reads it.
    #[default]
    Active,
    /// Another entry says the same.
    Merged,
    /// A newer or better supported entry says otherwise.
    Superseded,
    /// It is of no use any more.
    Retired,
}

impl Status {
    pub(crate) fn is_active(&self) -> bool {
        *self == Status::Active
    }
}

impl Memory {
    /// The entries by their ids.
    pub(crate) fn by_id(&self) -> BTreeMap<&str, &Entry> {
        self.entries.iter().map(|entry| (entry.id.as_str(), entry)).gather_map()
    }
}

impl Entry {
    /// An active note with nothing known but its id and text.
    pub fn new(id: impl Into<String>, text: impl Into<String>) -> Entry {
        Entry { id: id.into(), text: text.into(), scope: agent_scope(), ..Entry::default() }
    }

    /// Whether the agent reads it.
    pub fn is_active(&self) -> bool {
        self.status.is_active()
    }

    /// Whether it is a step of a procedure, which has its place there whatever other entries say.
    pub(crate) fn is_step(&self) -> bool {
        self.place.as_ref().is_some_and(|place| place.step)
    }

    /// Whether it must stay where it is: pinned, or the head of something else in its owner's Markdown.
    pub(crate) fn is_fixed(&self) -> bool {
        self.pinned || self.place.as_ref().is_some_and(|place| place.leads)
    }
}
