//! Messages of the Vercel AI SDK: UI messages (`parts`, also the older `toolInvocations`) and model messages
//! (`tool-call` and `tool-result` parts).

use super::json::Json;
use super::message::{self, append, into_text, speaker_of};
use super::recorder::{Flag, Note, Recorder, ToolResult};
use super::session::{REFUSED, Speaker};
use super::skips::Skips;
use super::usage;

/// Writes one UI message. Call and result are one part, tied by `toolCallId`.
pub(super) fn record_ui(recorder: &mut Recorder, mut item: Json<'_>, note: Note, skips: &mut Skips) {
    let Some(speaker) = speaker_of(item.text("role").unwrap_or_default()) else {
        return skips.note("unknown_role", item.text("role").unwrap_or_default(), note.position);
    };
    let created = item.get("metadata").and_then(|metadata| message::time_under(metadata, &["createdAt"]));
    let note = Note { at: note.at.or(created), ..note };
    let used = item.get("metadata").and_then(|metadata| metadata.get("totalUsage").or(metadata.get("usage")));
    if let Some(used) = used.and_then(usage::tokens) {
        recorder.usage.add(used);
    }
    let parts = item.take_list("parts");
    if parts.is_empty() {
        // Version 4 kept the words in `content` and the calls beside them.
        message::content(recorder, speaker, item.take("content"), &note, skips);
    }
    let mut words = String::new();
    for part in parts {
        if let Some(part) = tool_part(&part) {
            recorder.message(speaker, &note, std::mem::take(&mut words), skips);
            tool(recorder, part, &note, skips);
        } else {
            other_part(part, &mut words, &note, skips);
        }
    }
    recorder.message(speaker, &note, words, skips);
    for invocation in item.take_list("toolInvocations") {
        tool(recorder, Tool::of(invocation, None), &note, skips);
    }
}

/// Text and files become words; reasoning and what only the screen needs is counted.
fn other_part(mut part: Json<'_>, words: &mut String, note: &Note, skips: &mut Skips) {
    let kind = part.text("type").unwrap_or(part.shape()).to_owned();
    match kind.as_str() {
        "text" | "steering-message" => append(words, &into_text(part.take("text"))),
        "file" => {
            let media = ["mediaType", "mimeType"].into_iter().find_map(|key| part.text(key)).unwrap_or_default();
            append(words, if media.starts_with("image/") { "[image]" } else { "[document]" });
        }
        "reasoning" | "reasoning-file" => skips.note("thinking", "the agent's reasoning", note.position),
        "step-start" | "source-url" | "source-document" | "source" | "custom" => {
            skips.note("not_a_message", &kind, note.position);
        }
        _ if kind.starts_with("data-") => skips.note("not_a_message", "data", note.position),
        _ => skips.note("unknown_type", &kind, note.position),
    }
}

/// A call and what came of it.
struct Tool<'a> {
    name: Option<String>,
    body: Json<'a>,
}

impl<'a> Tool<'a> {
    fn of(body: Json<'a>, name: Option<&str>) -> Self {
        let name = body.filled("toolName").or(name).map(str::to_owned);
        Tool { name, body }
    }
}

fn tool_part<'a>(part: &Json<'a>) -> Option<Tool<'a>> {
    let kind = part.text("type")?;
    match kind.strip_prefix("tool-") {
        Some("invocation") => Some(Tool::of(part.get("toolInvocation")?.clone(), None)),
        Some(name) => Some(Tool::of(part.clone(), Some(name))),
        None => (kind == "dynamic-tool").then(|| Tool::of(part.clone(), None)),
    }
}

fn tool(recorder: &mut Recorder, tool: Tool<'_>, note: &Note, skips: &mut Skips) {
    let Tool { name: Some(name), mut body } = tool else {
        return skips.note("broken_call", "a call without the name of its tool", note.position);
    };
    let id = body.filled("toolCallId").map(str::to_owned);
    let key = ["input", "args", "rawInput"].into_iter().find(|key| body.has(key)).unwrap_or_default();
    let arguments = message::arguments(body.take(key));
    recorder.call(id.clone(), &name, arguments, note);
    let (key, flag) = match body.text("state") {
        Some("output-error") => ("errorText", Flag::failed("state output-error")),
        Some("output-denied") => return denied(recorder, id, &body, note, skips),
        // The state says that the tool returned, not that it did what was asked.
        Some("output-available") => ("output", Flag::Unknown),
        Some("result") => ("result", Flag::Unknown),
        _ => return,
    };
    recorder.result(ToolResult { id, text: into_text(body.take(key)), flag }, note);
}

/// A call that a person refused; the reason is theirs.
fn denied(recorder: &mut Recorder, id: Option<String>, body: &Json<'_>, note: &Note, skips: &mut Skips) {
    let reason = body.get("approval").and_then(|approval| approval.filled("reason")).unwrap_or_default();
    let flag = Flag::failed(REFUSED);
    recorder.result(ToolResult { id, text: "denied".to_owned(), flag }, note);
    recorder.message(Speaker::User, note, reason.to_owned(), skips);
}

/// Writes one model message.
pub(super) fn record_model(recorder: &mut Recorder, mut item: Json<'_>, note: Note, skips: &mut Skips) {
    let Some(speaker) = speaker_of(item.text("role").unwrap_or_default()) else {
        return skips.note("unknown_role", item.text("role").unwrap_or_default(), note.position);
    };
    let parts = match item.take("content") {
        Json::List(parts) => parts,
        text => return recorder.message(speaker, &note, into_text(text), skips),
    };
    let mut words = String::new();
    for mut part in parts {
        let kind = part.text("type").unwrap_or_default().to_owned();
        if kind.starts_with("tool-") {
            recorder.message(speaker, &note, std::mem::take(&mut words), skips);
        }
        match kind.as_str() {
            "tool-call" => {
                let id = part.filled("toolCallId").map(str::to_owned);
                let key = if part.has("input") { "input" } else { "args" };
                let arguments = message::arguments(part.take(key));
                recorder.call(id, part.filled("toolName").unwrap_or("unknown"), arguments, &note);
            }
            "tool-result" => model_result(recorder, part, &note),
            "tool-approval-response" if part.flag("approved") == Some(false) => {
                let said = part.filled("reason").unwrap_or_default().to_owned();
                recorder.message(Speaker::User, &note, said, skips);
            }
            "tool-approval-request" | "tool-approval-response" => skips.note("not_a_message", &kind, note.position),
            "image" => append(&mut words, "[image]"),
            _ => other_part(part, &mut words, &note, skips),
        }
    }
    recorder.message(speaker, &note, words, skips);
}

/// The result of version 5 says in `output.type` what it is; before, it stood under `result` with `isError`.
fn model_result(recorder: &mut Recorder, mut part: Json<'_>, note: &Note) {
    let id = part.filled("toolCallId").map(str::to_owned);
    let name = part.filled("toolName").map(str::to_owned);
    let mut output = part.take("output");
    let flag = match (output.text("type"), part.flag("isError")) {
        (Some("error-text" | "error-json"), _) => Flag::failed("output type error"),
        (Some("execution-denied"), _) => Flag::failed(REFUSED),
        (_, Some(true)) => Flag::failed("isError"),
        (_, Some(false)) => Flag::Fine,
        _ => Flag::Unknown,
    };
    let key = if output.text("type") == Some("execution-denied") { "reason" } else { "value" };
    let text = if output.has("type") { into_text(output.take(key)) } else { into_text(part.take("result")) };
    recorder.result(ToolResult { id, text, flag }, &Note { name, ..note.clone() });
}
