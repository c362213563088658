//! Telling the format of a file by its content.

use super::Format;
use super::json::Json;
use crate::{Error, Result};

/// Items looked at before the question is given up: files may begin with lines of bookkeeping.
const LOOK_AT: usize = 200;

/// Looks at the first items of a file.
#[derive(Default)]
pub(super) struct Detector {
    sure: Option<(Format, &'static str)>,
    likely: Option<(Format, &'static str)>,
    seen: Vec<String>,
    looked: usize,
}

impl Detector {
    /// Looks at one item; whether another one would help.
    pub(super) fn look(&mut self, item: &Json<'_>) -> bool {
        self.looked += 1;
        match shape(item) {
            Some((format, reason, true)) => self.sure = Some((format, reason)),
            Some((format, reason, false)) => self.likely = self.likely.take().or(Some((format, reason))),
            None if self.seen.len() < 3 => self.seen.push(described(item)),
            None => {}
        }
        self.sure.is_none() && self.looked < LOOK_AT
    }

    /// The format, and what was seen that shows it.
    ///
    /// # Errors
    /// `unknown_format` where no item has the shape of any format.
    pub(super) fn decide(&self) -> Result<(Format, String)> {
        let Detector { sure, likely, seen, .. } = self;
        (*sure).or(*likely).map(|(format, reason)| (format, reason.to_owned())).ok_or_else(|| Error::UnknownFormat {
            reason: if seen.is_empty() { "no line is JSON".to_owned() } else { format!("seen: {}", seen.join("; ")) },
            allowed: Format::names(),
        })
    }
}

type Shape = Option<(Format, &'static str, bool)>;

/// What an item looks like, and whether that settles it. Roles and plain strings alone fit several formats.
fn shape(item: &Json<'_>) -> Shape {
    recorded(item).or_else(|| body(item)).or_else(|| element(item))
}

/// Lines and documents that only one recorder writes.
fn recorded(item: &Json<'_>) -> Shape {
    otel(item)
        .or_else(|| managed_agents(item))
        .or_else(|| claude_code(item))
        .or_else(|| codex(item))
        .or_else(|| pi(item))
}

/// The format that an item of a file surely has, where that is not the file's: logs of two recorders put together.
/// Lists of messages are told apart by the file as a whole only, for the same message fits several formats.
pub(super) fn stray(file: Format, item: &Json<'_>) -> Option<Format> {
    let of_a_recorder = |format: Format| {
        matches!(format, Format::Otel | Format::ManagedAgents | Format::ClaudeCode | Format::Codex | Format::Pi)
    };
    let found = match recorded(item) {
        Some((format, _, sure)) => sure.then_some(format),
        // Looked at only where it counts: a body's messages are many.
        None if of_a_recorder(file) => body(item).and_then(|(format, _, sure)| sure.then_some(format)),
        None => None,
    };
    found.filter(|found| *found != file)
}

/// One element of a list of messages or items.
fn element(item: &Json<'_>) -> Shape {
    langchain(item).or_else(|| parts(item)).or_else(|| responses(item)).or_else(|| message(item))
}

fn otel(item: &Json<'_>) -> Shape {
    let key = ["resourceSpans", "resourceLogs"].into_iter().find(|key| item.has(key));
    key.map(|_| (Format::Otel, "`resourceSpans` or `resourceLogs`", true))
}

fn managed_agents(item: &Json<'_>) -> Shape {
    let event = |item: &Json<'_>| {
        let kind = item.text("type").unwrap_or_default();
        kind.split_once('.').is_some_and(|(family, _)| {
            matches!(family, "user" | "agent" | "session" | "span" | "system" | "workflow_run")
        })
    };
    let page = match item.get("data").or(item.get("events")) {
        Some(Json::List(events)) => events.iter().any(event),
        _ => false,
    };
    (page || event(item)).then_some((Format::ManagedAgents, "events such as user.message and agent.tool_use", true))
}

fn codex(item: &Json<'_>) -> Shape {
    let kinds = ["session_meta", "response_item", "event_msg", "turn_context", "compacted"];
    let line = item.has("payload") && kinds.contains(&item.text("type").unwrap_or_default());
    line.then_some((Format::Codex, "lines with `payload`, of type session_meta, response_item or event_msg", true))
}

fn pi(item: &Json<'_>) -> Shape {
    let message = item.text("type") == Some("message")
        && item.get("message").is_some_and(|message| {
            matches!(message.text("role"), Some("user" | "assistant" | "toolResult")) && !message.has("type")
        });
    let session = item.text("type") == Some("session") && item.has("cwd") && item.has("id");
    (message || session).then_some((Format::Pi, "lines of type session and message with `message`", true))
}

fn langchain(item: &Json<'_>) -> Shape {
    let kinds = ["human", "ai", "system", "tool", "function", "chat", "remove", "AIMessageChunk"];
    let dict =
        matches!(item.get("data"), Some(Json::Object(_))) && kinds.contains(&item.text("type").unwrap_or_default());
    let dump = item.has("lc") && item.has("kwargs");
    (dict || dump).then_some((Format::Langchain, "`type` with `data`, or `lc` with `kwargs`", true))
}

/// Messages of role and parts: OpenTelemetry says `content` where the AI SDK says `text`.
fn parts(item: &Json<'_>) -> Shape {
    item.text("role")?;
    if item.has("toolInvocations") {
        return Some((Format::AiSdkUi, "`toolInvocations`", true));
    }
    let Some(Json::List(parts)) = item.get("parts") else { return None };
    let otel = parts
        .iter()
        .any(|part| part.has("content") || part.text("type").is_some_and(|kind| kind.contains("tool_call")));
    Some(match otel {
        true => (Format::Otel, "messages with `parts[].content`", true),
        false => (Format::AiSdkUi, "messages with `parts`", true),
    })
}

fn responses(item: &Json<'_>) -> Shape {
    let is_item = |item: &Json<'_>| match item.text("type")? {
        "message" => {
            let Some(Json::List(blocks)) = item.get("content") else { return None };
            blocks.iter().any(|block| matches!(block.text("type"), Some("input_text" | "output_text"))).then_some(())
        }
        kind => {
            (kind == "reasoning" && item.has("summary") || kind.ends_with("_call") || kind.ends_with("_call_output"))
                .then_some(())
        }
    };
    let holds = |key: &&str| matches!(item.get(key), Some(Json::List(items)) if items.iter().any(|item| is_item(item).is_some()));
    let found = is_item(item).is_some() || super::openai_responses::KEYS.iter().any(holds);
    found.then_some((Format::OpenaiResponses, "items such as function_call or message with output_text", true))
}

fn claude_code(item: &Json<'_>) -> Shape {
    let kind = item.text("type").unwrap_or_default();
    let message = matches!(item.get("message"), Some(Json::Object(_)));
    let seen = if message && (item.has("sessionId") || item.has("session_id")) {
        "lines with `sessionId` and `message`"
    } else if message && matches!(kind, "user" | "assistant") {
        "lines of type user or assistant with `message`"
    } else if kind == "file-history-snapshot" || (kind == "summary" && item.has("leafUuid")) {
        "lines of type summary or file-history-snapshot"
    } else {
        return None;
    };
    Some((Format::ClaudeCode, seen, true))
}

/// An object with a list of messages: of another vendor's if they are; else an envelope if it says anything
/// about the session.
fn body(item: &Json<'_>) -> Shape {
    let Some(Json::List(messages)) = item.get("messages") else { return None };
    let mut found = messages.iter().filter_map(element);
    let first = found.next();
    let sure = first.filter(|(_, _, sure)| *sure).or_else(|| found.find(|(_, _, sure)| *sure)).or(first);
    if sure.is_some_and(|(format, _, _)| !matches!(format, Format::AnthropicMessages | Format::OpenaiChat)) {
        return sure;
    }
    let fields = ["id", "agent", "task", "task_id", "outcome", "started_at", "ended_at"];
    let told = fields.into_iter().any(|key| item.has(key));
    if told { Some((Format::Envelope, "`messages` with fields of a session beside them", true)) } else { sure }
}

fn message(item: &Json<'_>) -> Shape {
    let role = item.text("role")?;
    let blocks = match item.get("content") {
        Some(Json::List(blocks)) => blocks.as_slice(),
        _ => &[],
    };
    let has_block = |kinds: &[&str]| blocks.iter().any(|block| kinds.contains(&block.text("type").unwrap_or_default()));
    if has_block(&["tool-call", "tool-result", "tool-approval-request"]) {
        return Some((Format::AiSdkModel, "parts of type tool-call or tool-result", true));
    }
    if has_block(&["tool_use", "tool_result", "thinking", "redacted_thinking", "server_tool_use", "mcp_tool_use"]) {
        return Some((Format::AnthropicMessages, "blocks of type tool_use, tool_result or thinking", true));
    }
    if has_block(&["image_url", "input_audio"]) || item.has("tool_calls") || item.has("function_call") {
        return Some((Format::OpenaiChat, "`tool_calls` or parts as OpenAI has them", true));
    }
    match role {
        "tool" if item.has("tool_call_id") => Some((Format::OpenaiChat, "role tool with `tool_call_id`", true)),
        "developer" | "function" => Some((Format::OpenaiChat, "roles developer or function", true)),
        "system" => Some((Format::OpenaiChat, "role system among the messages", false)),
        "user" | "assistant" => Some((Format::AnthropicMessages, "only roles user and assistant", false)),
        _ => None,
    }
}

fn described(item: &Json<'_>) -> String {
    match item {
        Json::Object(pairs) => {
            let keys: Vec<&str> = pairs.iter().take(6).map(|(key, _)| key.as_ref()).collect();
            format!("an object with {}", if keys.is_empty() { "no keys".to_owned() } else { keys.join(", ") })
        }
        other => format!("a bare {}", other.shape()),
    }
}
