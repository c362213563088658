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
mod host;
mod json;
mod langchain;
mod managed_agents;
mod message;
mod openai_responses;
mod otel;
mod outside;
mod recorder;
mod session;
mod skips;
mod source;
mod usage;

use serde::{Deserialize, Serialize};

pub use session::{Act, Outcome, Outside, Reading, Session, Skipped, Speaker, Tokens, Trust, Turn};

use crate::canonical::sha256;
use crate::{Error, Result};
use recorder::Recorder;
use skips::Skips;
use source::Source;

/// The longest transcript that one read accepts, in bytes. An isolate has 128 MB for the text, its turns
/// and everything else: <https://developers.cloudflare.com/workers/platform/limits/>.
pub const MAX_TRANSCRIPT_BYTES: usize = 32 * 1024 * 1024;

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
}

impl Format {
    /// All formats.
    pub const ALL: [Format; 11] = [
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
/// - `transcript_too_large`: more than [`MAX_TRANSCRIPT_BYTES`].
/// - `unknown_format`: no format given and the content fits none.
/// - `invalid_transcript`: no session could be read.
pub fn read_transcript(bytes: &[u8], format: Option<Format>) -> Result<Reading> {
    if bytes.len() > MAX_TRANSCRIPT_BYTES {
        return Err(Error::TranscriptTooLarge { bytes: bytes.len(), limit: MAX_TRANSCRIPT_BYTES });
    }
    let text = source::decode(bytes);
    if source::is_blank(&text) {
        return Err(Error::EmptyTranscript { bytes: bytes.len() });
    }
    let mut skips = Skips::default();
    if matches!(text, std::borrow::Cow::Owned(_)) {
        source::note_not_utf8(bytes, &mut skips);
    }
    let source = Source::new(&text, &mut skips);
    let (format, reason) = match format {
        Some(format) => (format, "given".to_owned()),
        None => detect::detect(&source)?,
    };
    let transcript = sha256(bytes);
    let key = transcript.get("sha256:".len()..).and_then(|digest| digest.get(..12)).unwrap_or_default();
    let recorders = recorders(source, format, key, &mut skips);
    let sessions = finish(recorders, &transcript, format, &mut skips);
    if sessions.is_empty() {
        let problem = skips.first_problem().unwrap_or("it holds no message").to_owned();
        return Err(Error::InvalidTranscript { format: format.name(), problem });
    }
    Ok(Reading { transcript, format, reason, sessions, skipped: skips.into_rows() })
}

fn recorders(source: Source<'_>, format: Format, key: &str, skips: &mut Skips) -> Vec<Recorder> {
    let conversation = |source, keys: &[&str], record, skips| conversation::read(source, key, keys, record, skips);
    match format {
        Format::ClaudeCode => claude_code::read(source, key, skips),
        Format::ManagedAgents => managed_agents::read(source, key, skips),
        Format::Otel => otel::read(source, key, skips),
        Format::Codex => codex::read(source, key, skips),
        Format::Envelope | Format::AnthropicMessages | Format::OpenaiChat => {
            conversation(source, &["messages"], message::record, skips)
        }
        Format::OpenaiResponses => conversation(source, &openai_responses::KEYS, openai_responses::record, skips),
        Format::AiSdkUi => conversation(source, &["messages"], ai_sdk::record_ui, skips),
        Format::AiSdkModel => conversation(source, &["messages"], ai_sdk::record_model, skips),
        Format::Langchain => conversation(source, &["messages"], langchain::record, skips),
    }
}

/// Sessions without a turn are counted, not kept. Two sessions of one file never share an id.
fn finish(recorders: Vec<Recorder>, transcript: &str, format: Format, skips: &mut Skips) -> Vec<Session> {
    let mut taken = std::collections::BTreeMap::<String, u32>::new();
    let mut sessions = Vec::new();
    for (mut recorder, position) in recorders.into_iter().zip(0..) {
        if recorder.is_empty() {
            skips.note("empty", "a session without a message", position);
            continue;
        }
        let count = taken.entry(recorder.id.clone()).or_default();
        *count += 1;
        if *count > 1 {
            recorder.id = format!("{}#{count}", recorder.id);
        }
        sessions.push(recorder.finish(transcript, format));
    }
    sessions
}
