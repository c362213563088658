//! Items of the OpenAI Responses API: a list of items, or a request or response that holds `input` and `output`.
//!
//! Calls and results are tied by `call_id`. There is no error flag but on `mcp_call`, whose `error` is a string or
//! an object by version.

use super::json::Json;
use super::message::{self, into_text};
use super::recorder::{Flag, Note, Recorder, ToolResult};
use super::session::{REFUSED, Speaker};
use super::skips::Skips;

/// Fields under which an object holds items.
pub(super) const KEYS: [&str; 4] = ["items", "input", "output", "data"];

/// Writes one item into the session.
pub(super) fn record(recorder: &mut Recorder, mut item: Json<'_>, note: Note, skips: &mut Skips) {
    let Some(kind) = item.filled("type").map(str::to_owned) else {
        // "Easy" messages have a role and no type.
        return message::record(recorder, item, note, skips);
    };
    match kind.as_str() {
        "message" => message::record(recorder, item, note, skips),
        "reasoning" => skips.note("thinking", "the agent's reasoning", note.position),
        "function_call" | "custom_tool_call" => called(recorder, item, &note, skips),
        "mcp_call" => mcp_call(recorder, item, &note),
        "item_reference" | "compaction" | "mcp_list_tools" | "mcp_approval_request" => {
            skips.note("not_a_message", &kind, note.position);
        }
        "mcp_approval_response" => approval(recorder, &item, &note, skips),
        _ if kind.ends_with("_call_output") => {
            let flag = status(&item).unwrap_or(Flag::Unknown);
            let text = into_text(item.take("output"));
            recorder.result(ToolResult { id: call_id(&item), text, flag }, &note);
        }
        _ => match kind.strip_suffix("_call") {
            Some(tool) => builtin_call(recorder, tool, item, &note),
            None => skips.note("unknown_type", &kind, note.position),
        },
    }
}

fn call_id(item: &Json<'_>) -> Option<String> {
    item.filled("call_id").or(item.filled("id")).map(str::to_owned)
}

/// `id` is the item's, `call_id` the one that the result names.
fn called(recorder: &mut Recorder, mut item: Json<'_>, note: &Note, skips: &mut Skips) {
    let Some(tool) = item.filled("name").map(str::to_owned) else {
        return skips.note("broken_call", "a call without the name of its tool", note.position);
    };
    let key = if item.has("arguments") { "arguments" } else { "input" };
    recorder.call(call_id(&item), &tool, message::arguments(item.take(key)), note);
}

/// Call and result are one item.
fn mcp_call(recorder: &mut Recorder, mut item: Json<'_>, note: &Note) {
    let id = call_id(&item);
    let tool = message::mcp_tool(item.filled("server_label"), item.filled("name").unwrap_or("unknown"));
    recorder.call(id.clone(), &tool, message::arguments(item.take("arguments")), note);
    let failed = item.has("error").then_some(Flag::failed("error"));
    let flag = status(&item).or(failed);
    let answered = flag.is_some() || item.has("output");
    let key = if item.has("error") { "error" } else { "output" };
    let text = into_text(item.take(key));
    if answered {
        recorder.result(ToolResult { id, text, flag: flag.unwrap_or(Flag::Unknown) }, note);
    }
}

/// Tools that run at the provider, such as `web_search_call`: all but a few fields of the item are its arguments.
fn builtin_call(recorder: &mut Recorder, tool: &str, item: Json<'_>, note: &Note) {
    let (id, flag) = (call_id(&item), status(&item));
    let (mut arguments, mut output) = (Vec::new(), Json::Null);
    let Json::Object(pairs) = item else { return };
    for (key, value) in pairs {
        match key.as_ref() {
            "type" | "id" | "call_id" | "status" | "role" | "container_id" => {}
            "results" | "outputs" | "output" | "result" => output = value,
            _ => arguments.push((key, value)),
        }
    }
    recorder.call(id.clone(), tool, Json::Object(arguments).into_value(), note);
    if output != Json::Null || flag.is_some() {
        let result = ToolResult { id, text: into_text(output), flag: flag.unwrap_or(Flag::Fine) };
        recorder.result(result, note);
    }
}

/// A status that says that the call failed. `completed` only says that it ended.
fn status(item: &Json<'_>) -> Option<Flag> {
    matches!(item.text("status"), Some("failed")).then_some(Flag::failed("status failed"))
}

fn approval(recorder: &mut Recorder, item: &Json<'_>, note: &Note, skips: &mut Skips) {
    if item.flag("approve") != Some(false) {
        return skips.note("not_a_message", "mcp_approval_response", note.position);
    }
    let id = item.filled("approval_request_id").map(str::to_owned);
    let said = item.filled("reason").unwrap_or_default().to_owned();
    let flag = Flag::failed(REFUSED);
    recorder.result(ToolResult { id, text: "denied".to_owned(), flag }, note);
    recorder.message(Speaker::User, note, said, skips);
}
