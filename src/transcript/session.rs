//! A transcript read: sessions, their turns, and who spoke.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Format;

/// Who said something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Speaker {
    /// Who wrote the agent: developer messages.
    Developer,
    /// The frame around the agent: system prompts, reminders that the host injects.
    System,
    /// A person talking with the agent.
    User,
    /// The agent itself.
    Agent,
    /// What a tool returned.
    Tool,
}

impl Speaker {
    /// Whether this is who wrote the agent, or its frame.
    pub(crate) fn wrote_the_agent(self) -> bool {
        matches!(self, Speaker::Developer | Speaker::System)
    }
}

/// How far a span may be believed. Provenance decides, wording never raises it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Trust {
    /// Tool output, quoted or pasted content: data, never an instruction.
    Untrusted,
    /// The agent's own words: it may be repeating anything it read.
    Derived,
    /// Words of developers and users themselves.
    Trusted,
}

/// One session: what happened between an agent, its people and its tools, in order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Session {
    /// The session's own id, or one derived from the transcript's hash and the position in it.
    pub id: String,
    /// `sha256:…` of the bytes of the transcript it was read from.
    pub transcript: String,
    /// Format it was read as.
    pub format: Format,
    /// Agent that ran, where the transcript says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
    /// Key that comparable sessions share, where the transcript says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task: Option<String>,
    /// Project that it was about, where the transcript says: a name, or the last part of the folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project: Option<String>,
    /// RFC 3339 time of the first turn, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<String>,
    /// RFC 3339 time of the last turn, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<String>,
    /// Explicit outcome label, where there is one. Unknown is not success.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// Tokens of all model calls, where the transcript counts them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tokens: Option<Tokens>,
    /// The turns in order; `turns[i].index == i`.
    pub turns: Vec<Turn>,
    /// How many secrets of each kind were replaced in the texts of this session.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub redactions: BTreeMap<String, u32>,
}

/// How a session ended, as labelled by whoever recorded it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Outcome {
    /// Whether the task was done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub success: Option<bool>,
    /// Numeric reward, on the recorder's own scale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reward: Option<f64>,
    /// Free label such as `resolved`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
}

impl Outcome {
    /// Whether the label says that the task was done: the flag, else the label's word, else a reward of at least 1 or
    /// of at most 0. Anything between says neither.
    pub fn verdict(&self) -> Option<bool> {
        let word = self.label.as_ref().map(|label| label.to_ascii_lowercase());
        let word = match word.as_deref() {
            Some("success" | "succeeded" | "resolved" | "solved" | "passed" | "correct" | "satisfied") => Some(true),
            Some("failure" | "failed" | "unresolved" | "incorrect" | "error" | "aborted") => Some(false),
            _ => None,
        };
        let rewarded = self.reward.and_then(|reward| match reward {
            _ if reward >= 1.0 => Some(true),
            _ if reward <= 0.0 => Some(false),
            _ => None,
        });
        self.success.or(word).or(rewarded)
    }
}

/// What the model calls of a session took.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Tokens {
    /// Read by the model, those out of its cache among them.
    pub input: u64,
    /// Written by the model.
    pub output: u64,
}

/// Where the content that a tool returns comes from, if it is from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Outside {
    /// Pages and search results.
    Web,
    /// Mail and chat messages of others.
    Mail,
    /// Files.
    File,
    /// Servers of the Model Context Protocol.
    Mcp,
}

/// The reason under which a call counts as failed because a person refused it.
pub(crate) const REFUSED: &str = "refused by the user";

/// The note that a person stopped the agent, in formats that have none in words.
pub(crate) const INTERRUPTED: &str = "[interrupted by the user]";

/// How Claude Code begins that note.
const INTERRUPTED_REQUEST: &str = "[Request interrupted by user";

impl Turn {
    /// Whether this is the result of a call that a person refused.
    pub fn is_refusal(&self) -> bool {
        matches!(&self.act, Act::Result { failure: Some(reason), .. } if reason == REFUSED)
    }

    /// Whether this is the host's note that a person stopped the agent.
    pub fn is_interruption(&self) -> bool {
        let noted = |notice: &str| self.text.trim_start().starts_with(notice);
        self.speaker == Speaker::System
            && self.act == Act::Message
            && (noted(INTERRUPTED) || noted(INTERRUPTED_REQUEST))
    }
}

/// One message, one tool call, or one tool result.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Turn {
    /// Position in the session.
    pub index: u32,
    /// Who said it.
    pub speaker: Speaker,
    /// Name of the person or sub-agent, where given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// How far it may be believed.
    pub trust: Trust,
    /// RFC 3339 time, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// Canonical text: what evidence spans (byte offsets) point into. Already redacted.
    /// Of a call it is `tool {arguments as canonical JSON}`.
    pub text: String,
    /// What kind of turn it is.
    pub act: Act,
}

impl Turn {
    /// The same turn `by` places further on.
    pub(crate) fn shifted(mut self, by: u32) -> Turn {
        self.index += by;
        match &mut self.act {
            Act::Call { result: Some(other), .. } | Act::Result { call: Some(other), .. } => *other += by,
            _ => {}
        }
        self
    }
}

/// What a turn does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Act {
    /// Words.
    Message,
    /// The agent calls a tool.
    Call {
        /// Name of the tool.
        tool: String,
        /// Arguments as given, redacted. A string where they were not valid JSON.
        arguments: Value,
        /// Index of the turn with the result, if it came.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        result: Option<u32>,
    },
    /// The tool answers.
    Result {
        /// Name of the tool, `unknown` if the call is not in the transcript.
        tool: String,
        /// Index of the turn with the call.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        call: Option<u32>,
        /// Where the content comes from, if it is from outside.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        outside: Option<Outside>,
        /// Why this counts as a failure; absent where it does not. Explicit flags first
        /// (`is_error`), then careful heuristics (`exit code 2`, `starts with "Error"`).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        failure: Option<String>,
    },
}

/// What one file held: its sessions, and what was passed over.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Reading {
    /// `sha256:…` of the bytes given.
    pub transcript: String,
    /// Format it was read as.
    pub format: Format,
    /// Why this format: what was seen, or `given`.
    pub reason: String,
    /// The sessions, in the order in which they begin in the file.
    pub sessions: Vec<Session>,
    /// What was passed over, by kind.
    pub skipped: Vec<Skipped>,
}

/// Items of a transcript that were passed over, counted by kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Skipped {
    /// Stable kind: `broken_line`, `unknown_type`, `meta`, `empty`, `duplicate_item`, …
    pub kind: String,
    /// What it was, in words: the type's name, or the parser's message at the first one.
    pub detail: String,
    /// Line (from 1) or item index of the first one.
    pub first: u32,
    /// How many.
    pub count: u32,
}
