//! Reading transcripts: from the bytes of one file to sessions.
//!
//! `source` cuts the file into items, `detect` tells the format, one file a format turns items into calls of a
//! `recorder`, which joins, judges and redacts. `session` holds what comes out.
//!
//! Lists of messages and objects that hold them share `conversation`; `message` reads one chat message of Anthropic
//! or OpenAI, `host` tells a person's words from the host program's, `failure` judges results without a flag.

mod ai_sdk;
mod claude_code;
mod codex;
mod conversation;
mod detect;
mod envelope;
mod failure;
mod gzip;
mod host;
mod json;
mod langchain;
mod managed_agents;
mod message;
mod openai_responses;
mod otel;
mod outside;
mod parse;
mod pi;
mod reader;
mod recorder;
mod session;
mod skips;
mod source;
mod usage;
mod visible;

use serde::{Deserialize, Serialize};

pub use session::{Act, Outcome, Outside, Reading, Session, Skipped, Speaker, Tokens, Trust, Turn};

pub use source::MAX_ITEM_BYTES;

use std::collections::BTreeMap;

use crate::Result;
pub(crate) use reader::{Part, Reader};
pub(crate) use recorder::Ended;

/// The transcript formats that the engine reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// One session a line: `{id, agent?, task?, project?, started_at?, ended_at?, outcome?, messages}`.
    Envelope,
    /// Claude Code session files (JSONL).
    ClaudeCode,
    /// Anthropic Messages: a JSON array of messages, or `{messages}`.
    AnthropicMessages,
    /// OpenAI chat completions: a JSON array of messages, or `{messages}`.
    OpenaiChat,
    /// OpenAI Responses: a JSON array of items, or a request or response with `input` and `output`.
    OpenaiResponses,
    /// Session events of Claude Managed Agents.
    ManagedAgents,
    /// UI messages of the Vercel AI SDK.
    AiSdkUi,
    /// Model messages of the Vercel AI SDK.
    AiSdkModel,
    /// LangChain messages: `messages_to_dict` or constructor dumps.
    Langchain,
    /// OpenTelemetry GenAI: OTLP/JSON spans or logs, or messages with `parts`.
    Otel,
    /// Codex rollout files (JSONL).
    Codex,
    /// Session files of the coding agent pi (JSONL).
    Pi,
}

impl Format {
    /// All formats.
    pub const ALL: [Format; 12] = [
        Format::Envelope,
        Format::ClaudeCode,
        Format::AnthropicMessages,
        Format::OpenaiChat,
        Format::OpenaiResponses,
        Format::ManagedAgents,
        Format::AiSdkUi,
        Format::AiSdkModel,
        Format::Langchain,
        Format::Otel,
        Format::Codex,
        Format::Pi,
    ];

    /// The name used in JSON, on the command line and over HTTP.
    pub fn name(self) -> &'static str {
        match self {
            Format::Envelope => "envelope",
            Format::ClaudeCode => "claude-code",
            Format::AnthropicMessages => "anthropic-messages",
            Format::OpenaiChat => "openai-chat",
            Format::OpenaiResponses => "openai-responses",
            Format::ManagedAgents => "managed-agents",
            Format::AiSdkUi => "ai-sdk-ui",
            Format::AiSdkModel => "ai-sdk-model",
            Format::Langchain => "langchain",
            Format::Otel => "otel",
            Format::Codex => "codex",
            Format::Pi => "pi",
        }
    }

    /// The format of that name.
    pub fn from_name(name: &str) -> Option<Format> {
        Format::ALL.into_iter().find(|format| format.name() == name)
    }

    fn names() -> String {
        Format::ALL.map(Format::name).join(", ")
    }
}

/// Reads one file: its sessions with turns, joined calls, failures, times and outcome, secrets replaced; and
/// what was passed over, counted by kind. Broken lines cost only themselves.
///
/// ```
/// let file = br#"[{"role":"user","content":"Deploy."},{"role":"assistant","content":"Done."}]"#;
/// let reading = lucidream::read_transcript(file, None)?;
/// assert_eq!(reading.sessions[0].turns[1].text, "Done.");
/// # Ok::<(), lucidream::Error>(())
/// ```
///
/// # Errors
/// - `empty_transcript`: nothing but white space.
/// - `transcript_too_large`: one JSON object of more than [`MAX_ITEM_BYTES`].
/// - `unknown_format`: no format given and the content fits none.
/// - `invalid_transcript`: no session could be read.
pub fn read_transcript(bytes: &[u8], format: Option<Format>) -> Result<Reading> {
    let mut reader = Reader::new(format);
    let mut parts: BTreeMap<u32, Vec<Part>> = BTreeMap::new();
    let mut keep = |part: Part| parts.entry(part.session).or_default().push(part);
    reader.push(bytes, &mut keep)?;
    let finished = reader.finish(None, &mut keep)?;
    let whole = |(number, ended): (Option<u32>, Ended)| {
        let parts = number.and_then(|number| parts.remove(&number)).unwrap_or_default();
        joined(parts, ended)
    };
    Ok(Reading {
        transcript: finished.transcript,
        format: finished.format,
        reason: finished.reason,
        sessions: finished.sessions.into_iter().map(whole).collect(),
        skipped: finished.skipped,
    })
}

/// A session put together from its parts.
fn joined(parts: Vec<Part>, ended: Ended) -> Session {
    let mut session = ended.session;
    let last = (std::mem::take(&mut session.turns), ended.base, ended.late);
    for (turns, base, late) in parts.into_iter().map(|part| (part.turns.turns, part.base, part.late)).chain([last]) {
        session.turns.extend(turns.into_iter().map(|turn| turn.shifted(base)));
        for (call, result) in late {
            if let Some(Act::Call { result: found, .. }) =
                session.turns.get_mut(call as usize).map(|turn| &mut turn.act)
            {
                *found = Some(result);
            }
            if let Some(Act::Result { call: asked, .. }) =
                session.turns.get_mut(result as usize).map(|turn| &mut turn.act)
            {
                *asked = Some(call);
            }
        }
    }
    session
}
