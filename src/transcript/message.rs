//! One chat message as Anthropic and OpenAI write it. Stores mix the two, so one reader takes both:
//! blocks (`tool_use`, `tool_result`), `tool_calls`, `function_call`, roles `tool` and `function`.

use serde_json::Value;

use super::json::{Json, write_canonical};
use super::recorder::{Flag, Note, Recorder, ToolResult};
use super::session::{REFUSED, Speaker};
use super::skips::Skips;
use super::usage;
use crate::time;

/// Writes one `{role, content, …}` into the session.
pub(crate) fn record(recorder: &mut Recorder, mut message: Json<'_>, note: Note, skips: &mut Skips) {
    let Some(role) = message.filled("role") else {
        return skips.note("unknown_type", message.text("type").unwrap_or("an object without a role"), note.position);
    };
    let Some(speaker) = speaker_of(role) else {
        return skips.note("unknown_role", role, note.position);
    };
    let note = Note { name: note.name.or(message.filled("name").map(str::to_owned)), ..note };
    if speaker == Speaker::Tool {
        let result = ToolResult {
            id: message.filled("tool_call_id").map(str::to_owned),
            flag: if message.flag("rejected") == Some(true) { Flag::failed(REFUSED) } else { flag_of(&message) },
            text: into_text(message.take("content")),
        };
        return recorder.result(result, &note);
    }
    if let Some(used) = message.get("usage").and_then(usage::tokens) {
        recorder.usage.add_message(message.filled("id").unwrap_or_default(), used);
    }
    content(recorder, speaker, message.take("content"), &note, skips);
    if let Some(refusal) = message.filled("refusal") {
        recorder.message(speaker, &note, refusal.to_owned(), skips);
    }
    for call in message.take_list("tool_calls") {
        tool_call(recorder, call, &note, skips);
    }
    if message.has("function_call") {
        tool_call(recorder, message.take("function_call"), &note, skips);
    }
}

/// The project that a session in this folder is about: the folder's own name. Where it lies is nobody's business.
pub(super) fn project_under(item: &Json<'_>) -> Option<String> {
    let folder = item.filled("cwd")?.trim_end_matches(['/', '\\']);
    folder.rsplit(['/', '\\']).next().filter(|name| !name.is_empty()).map(str::to_owned)
}

/// Who speaks under a role. `assistant` is the agent's own, `tool` and `function` are what tools returned.
pub(crate) fn speaker_of(role: &str) -> Option<Speaker> {
    match role {
        "user" | "human" => Some(Speaker::User),
        "assistant" | "agent" | "ai" | "model" => Some(Speaker::Agent),
        "system" => Some(Speaker::System),
        "developer" => Some(Speaker::Developer),
        "tool" | "function" => Some(Speaker::Tool),
        _ => None,
    }
}

/// Writes content, a string or a list of blocks, in order: words between two tool blocks are one turn.
pub(crate) fn content(recorder: &mut Recorder, speaker: Speaker, content: Json<'_>, note: &Note, skips: &mut Skips) {
    let blocks = match content {
        Json::List(blocks) => blocks,
        Json::Null => return,
        other => return recorder.message(speaker, note, into_text(other), skips),
    };
    let mut words = String::new();
    for block in blocks {
        match block_kind(&block) {
            Kind::Words => append(&mut words, &block_text(block)),
            Kind::Thought => skips.note("thinking", "the agent's reasoning", note.position),
            Kind::Call => {
                recorder.message(speaker, note, std::mem::take(&mut words), skips);
                tool_call(recorder, block, note, skips);
            }
            Kind::Result => {
                recorder.message(speaker, note, std::mem::take(&mut words), skips);
                tool_result(recorder, block, note);
            }
            Kind::Unknown => skips.note("unknown_type", block.text("type").unwrap_or(block.shape()), note.position),
        }
    }
    recorder.message(speaker, note, words, skips);
}

enum Kind {
    Words,
    Thought,
    Call,
    Result,
    Unknown,
}

fn block_kind(block: &Json<'_>) -> Kind {
    let Some(kind) = block.text("type") else {
        return if block.as_text().is_some() || block.has("text") { Kind::Words } else { Kind::Unknown };
    };
    match kind {
        "thinking" | "redacted_thinking" | "reasoning" => Kind::Thought,
        "tool_use" | "server_tool_use" | "mcp_tool_use" => Kind::Call,
        _ if kind.ends_with("tool_result") => Kind::Result,
        _ if placeholder(kind).is_some() || block.has("text") || block.has("refusal") => Kind::Words,
        _ => Kind::Unknown,
    }
}

/// What stands in the text for content that is not text.
fn placeholder(kind: &str) -> Option<&'static str> {
    match kind {
        "image" | "image_url" | "input_image" => Some("[image]"),
        "audio" | "input_audio" => Some("[audio]"),
        "document" | "file" | "input_file" | "container_upload" => Some("[document]"),
        "redacted" => Some("[redacted]"),
        _ => None,
    }
}

fn block_text(mut block: Json<'_>) -> String {
    if let Some(shown) = block.text("type").and_then(placeholder) {
        return shown.to_owned();
    }
    let key = if block.has("text") { "text" } else { "refusal" };
    match block {
        Json::Text(text) => text.into_owned(),
        _ => into_text(block.take(key)),
    }
}

pub(crate) fn append(words: &mut String, text: &str) {
    if !words.is_empty() && !text.is_empty() {
        words.push('\n');
    }
    words.push_str(text);
}

/// Content as one text: strings as they are, blocks one a line, anything else as canonical JSON.
pub(crate) fn into_text(content: Json<'_>) -> String {
    match content {
        Json::Null => String::new(),
        Json::Text(text) => text.into_owned(),
        Json::List(blocks) if blocks.iter().all(|block| matches!(block_kind(block), Kind::Words)) => {
            let mut text = String::new();
            blocks.into_iter().for_each(|block| append(&mut text, &block_text(block)));
            text
        }
        other => {
            let mut text = String::new();
            write_canonical(&other.into_value(), &mut text);
            text
        }
    }
}

/// A call in any of its forms: `{id, name, input}`, `{id, name, arguments}`, `{id, function: {name, arguments}}`,
/// `{id, custom: {name, input}}`, `{id, name, args}`.
pub(crate) fn tool_call(recorder: &mut Recorder, mut call: Json<'_>, note: &Note, skips: &mut Skips) {
    let id = call.filled("id").or(call.filled("call_id")).map(str::to_owned);
    let mut body = match ["function", "custom"].into_iter().find(|key| call.has(key)) {
        Some(key) => call.take(key),
        None => call,
    };
    let Some(name) = body.filled("name") else {
        return skips.note("broken_call", "a call without the name of its tool", note.position);
    };
    let tool = mcp_tool(body.filled("server_name"), name);
    let key = ["arguments", "input", "args"].into_iter().find(|key| body.has(key)).unwrap_or_default();
    let note = note.unnamed();
    recorder.call(id, &tool, arguments(body.take(key)), &note);
}

/// A tool of an MCP server is named as Claude Code names it, so that its failures are counted together whatever
/// recorded them.
pub(crate) fn mcp_tool(server: Option<&str>, name: &str) -> String {
    server.map_or_else(|| name.to_owned(), |server| format!("mcp__{server}__{name}"))
}

/// Arguments as a value: those sent as a string are parsed, and stay a string where they are not JSON.
pub(crate) fn arguments(given: Json<'_>) -> Value {
    match given {
        Json::Null => Value::Object(serde_json::Map::new()),
        Json::Text(text) if text.trim().is_empty() => Value::Object(serde_json::Map::new()),
        Json::Text(text) => match serde_json::from_str(&text) {
            Ok(value @ (Value::Object(_) | Value::Array(_))) => value,
            _ => Value::String(text.into_owned()),
        },
        other => other.into_value(),
    }
}

fn tool_result(recorder: &mut Recorder, mut block: Json<'_>, note: &Note) {
    let flag = flag_of(&block);
    let id = block.filled("tool_use_id").map(str::to_owned);
    let note = note.unnamed();
    recorder.result(ToolResult { id, flag, text: into_text(block.take("content")) }, &note);
}

/// The flag of a result, under `is_error`.
pub(crate) fn flag_of(result: &Json<'_>) -> Flag {
    Flag::from_is_error(result.get("is_error").map(|value| match value {
        Json::Bool(flag) => Some(*flag),
        _ => None,
    }))
}

/// The time of an item under the first of `keys` that holds one.
pub(crate) fn time_under(item: &Json<'_>, keys: &[&str]) -> Option<i64> {
    keys.iter().find_map(|key| time_of(item.get(key)?))
}

/// Milliseconds since 1970 of an RFC 3339 text or of an epoch in seconds, milli-, micro- or nanoseconds,
/// told apart by magnitude: as seconds, 1e11 would be the year 5138.
pub(crate) fn time_of(value: &Json<'_>) -> Option<i64> {
    let epoch = match value {
        Json::Text(text) => match time::millis(text) {
            Some(millis) => return Some(millis),
            None => text.trim().parse::<i64>().ok()?,
        },
        Json::Number(number) => match number.as_i64() {
            Some(whole) => whole,
            None => {
                return number.as_f64().filter(|seconds| (0.0..1e11).contains(seconds)).map(|s| (s * 1000.0) as i64);
            }
        },
        _ => return None,
    };
    match epoch {
        ..0 => None,
        0..100_000_000_000 => Some(epoch * 1000),
        100_000_000_000..100_000_000_000_000 => Some(epoch),
        100_000_000_000_000..100_000_000_000_000_000 => Some(epoch / 1000),
        _ => Some(epoch / 1_000_000),
    }
}
