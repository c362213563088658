//! Reading transcripts: from the bytes of one file to sessions.

mod session;

use serde::{Deserialize, Serialize};

pub use session::{Act, Outcome, Reading, Session, Skipped, Speaker, Trust, Turn};

/// The transcript formats that the engine reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// One session a line: `{id, agent?, task?, started_at?, ended_at?, outcome?, messages}`.
    Envelope,
    /// Claude Code session files (JSONL).
    ClaudeCode,
    /// Anthropic Messages: a JSON array of messages, or `{messages}`.
    AnthropicMessages,
    /// OpenAI chat completions: a JSON array of messages, or `{messages}`.
    OpenaiChat,
}
