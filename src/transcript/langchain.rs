//! LangChain messages: `messages_to_dict` (`{type, data}`), and constructor dumps (`{lc: 1, type: "constructor",
//! id: […, "AIMessage"], kwargs}`).
//!
//! `tool_calls[].args` is an object. The content may hold the provider's own `tool_use` blocks for the same calls,
//! so calls are taken from `tool_calls` alone.

use super::json::Json;
use super::message::{self, append, into_text};
use super::recorder::{Flag, Note, Recorder, ToolResult};
use super::session::Speaker;
use super::skips::Skips;
use super::usage;

/// Writes one message into the session.
pub(super) fn record(recorder: &mut Recorder, mut item: Json<'_>, note: Note, skips: &mut Skips) {
    let (kind, mut data) = match item.has("lc") {
        true => (class_of(&item).unwrap_or_default(), item.take("kwargs")),
        false if item.has("data") => (item.text("type").unwrap_or_default().to_owned(), item.take("data")),
        // Plain `{role, content}` dicts occur in the same lists.
        false => return message::record(recorder, item, note, skips),
    };
    let role = if kind == "chat" { data.text("role").unwrap_or_default().to_owned() } else { kind };
    let note = Note { name: data.filled("name").map(str::to_owned), ..note };
    let speaker = match role.trim_end_matches("MessageChunk").trim_end_matches("Message").to_ascii_lowercase().as_str()
    {
        "remove" => return skips.note("not_a_message", "remove", note.position),
        role => match message::speaker_of(role) {
            Some(speaker) => speaker,
            None => return skips.note("unknown_role", role, note.position),
        },
    };
    if speaker == Speaker::Tool {
        let id = data.filled("tool_call_id").map(str::to_owned);
        // `success` is the default and says nothing.
        let failed = data.text("status") == Some("error");
        let flag = if failed { Flag::failed("status error") } else { Flag::Unknown };
        return recorder.result(ToolResult { id, text: into_text(data.take("content")), flag }, &note);
    }
    if let Some(used) = data.get("usage_metadata").and_then(usage::tokens) {
        recorder.usage.add(used);
    }
    recorder.message(speaker, &note, words(data.take("content"), &note, skips), skips);
    for call in ["tool_calls", "invalid_tool_calls"].into_iter().flat_map(|key| data.take_list(key)) {
        message::tool_call(recorder, call, &note, skips);
    }
}

/// The class in `id: ["langchain", "schema", "messages", "ToolMessage"]`.
fn class_of(item: &Json<'_>) -> Option<String> {
    match item.get("id")? {
        Json::List(path) => path.last()?.as_text().map(str::to_owned),
        _ => None,
    }
}

/// The words of a content: of blocks only those with text.
fn words(content: Json<'_>, note: &Note, skips: &mut Skips) -> String {
    let blocks = match content {
        Json::List(blocks) => blocks,
        other => return into_text(other),
    };
    let mut words = String::new();
    for mut block in blocks {
        match block.text("type") {
            Some("thinking" | "reasoning") => skips.note("thinking", "the agent's reasoning", note.position),
            Some("image" | "image_url") => append(&mut words, "[image]"),
            _ if block.as_text().is_some() => append(&mut words, block.as_text().unwrap_or_default()),
            _ => append(&mut words, &into_text(block.take("text"))),
        }
    }
    words
}
