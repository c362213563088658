//! Telling the format of a file by its content.

use super::Format;
use super::json::Json;
use super::source::Source;
use crate::{Error, Result};

/// Items looked at before the question is given up: files may begin with lines of bookkeeping.
const LOOK_AT: usize = 200;

/// The format, and what was seen that shows it.
///
/// # Errors
/// `unknown_format` where no item has the shape of any format.
pub(super) fn detect(source: &Source<'_>) -> Result<(Format, String)> {
    let (mut sure, mut likely, mut seen) = (None, None, Vec::new());
    let mut looked = 0;
    source.peek(&mut |item| {
        looked += 1;
        match shape(item) {
            Some((format, reason, true)) => sure = Some((format, reason)),
            Some((format, reason, false)) => likely = likely.take().or(Some((format, reason))),
            None if seen.len() < 3 => seen.push(described(item)),
            None => {}
        }
        sure.is_none() && looked < LOOK_AT
    });
    sure.or(likely).map(|(format, reason)| (format, reason.to_owned())).ok_or_else(|| Error::UnknownFormat {
        reason: if seen.is_empty() { "no line is JSON".to_owned() } else { format!("seen: {}", seen.join("; ")) },
        allowed: Format::names(),
    })
}

type Shape = Option<(Format, &'static str, bool)>;

/// What an item looks like, and whether that settles it. Roles and plain strings alone fit several formats.
fn shape(item: &Json<'_>) -> Shape {
    claude_code(item).or_else(|| body(item)).or_else(|| message(item))
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

/// An object with a list of messages: an envelope if it says anything about the session.
fn body(item: &Json<'_>) -> Shape {
    let Some(Json::List(messages)) = item.get("messages") else { return None };
    let told =
        ["id", "agent", "task", "task_id", "outcome", "started_at", "ended_at"].into_iter().find(|key| item.has(key));
    if told.is_some() {
        return Some((Format::Envelope, "`messages` with fields of a session beside them", true));
    }
    let inside = messages.iter().find_map(|item| message(item).filter(|(_, _, sure)| *sure));
    let likely = messages.iter().find_map(message);
    inside.or(likely)
}

fn message(item: &Json<'_>) -> Shape {
    let role = item.text("role")?;
    if item.has("parts") {
        return None;
    }
    let blocks = match item.get("content") {
        Some(Json::List(blocks)) => blocks.as_slice(),
        _ => &[],
    };
    let has_block = |kinds: &[&str]| blocks.iter().any(|block| kinds.contains(&block.text("type").unwrap_or_default()));
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
