//! Codex rollout files: lines `{timestamp, type, payload}`. `response_item` lines hold items of the Responses API,
//! `event_msg` lines say the same again for the screen.

use super::json::Json;
use super::message::{self, into_text, time_under};
use super::openai_responses;
use super::reader::Items;
use super::recorder::{Flag, Note, Recorder, ToolResult};
use super::session::{INTERRUPTED, REFUSED};
use super::skips::Skips;
use super::usage;

/// Reads the lines of a file. A further `session_meta` begins another session.
pub(super) struct Codex {
    transcript_key: &'static str,
    sessions: Vec<Recorder>,
}

impl Codex {
    pub(super) fn new(transcript_key: &'static str) -> Self {
        Codex { transcript_key, sessions: Vec::new() }
    }
}

impl Items for Codex {
    fn item(&mut self, position: u32, mut line: Json<'_>, skips: &mut Skips) {
        let kind = line.filled("type").unwrap_or(line.shape()).to_owned();
        let note = Note { name: None, at: time_under(&line, &["timestamp"]), position };
        let payload = line.take("payload");
        if kind == "session_meta" {
            let id = payload.filled("id").unwrap_or(self.transcript_key);
            // A resumed or forked rollout repeats the line of the session it goes on from.
            if self.sessions.iter().all(|session| session.id != id) {
                let mut recorder = Recorder::new(id);
                recorder.project = message::project_under(&payload);
                self.sessions.push(recorder);
            }
            return skips.note("not_a_message", &kind, position);
        }
        if self.sessions.is_empty() {
            self.sessions.push(Recorder::new(format!("{}-0", self.transcript_key)));
        }
        let Some(recorder) = self.sessions.last_mut() else { return };
        match kind.as_str() {
            "response_item" => response_item(recorder, payload, note, skips),
            "compacted" => recorder.host(&note, payload.filled("message").unwrap_or_default().to_owned()),
            "event_msg" if payload.text("type") == Some("turn_aborted") => {
                recorder.host(&note, INTERRUPTED.to_owned());
            }
            "event_msg" if payload.text("type") == Some("token_count") => {
                // The sum of the session so far.
                let total = payload.get("info").and_then(|info| info.get("total_token_usage"));
                if let Some(total) = total.and_then(usage::tokens) {
                    recorder.usage.set(total);
                }
                skips.note("not_a_message", &kind, position);
            }
            "event_msg" | "turn_context" => skips.note("not_a_message", &kind, position),
            _ => skips.note("unknown_type", &kind, position),
        }
    }

    fn sessions(&mut self) -> Vec<&mut Recorder> {
        self.sessions.iter_mut().collect()
    }
}

fn response_item(recorder: &mut Recorder, mut item: Json<'_>, note: Note, skips: &mut Skips) {
    let output = matches!(item.text("type"), Some("function_call_output" | "custom_tool_call_output"));
    if !output {
        // Old lines have a message without its type.
        return match item.has("role") {
            true => message::record(recorder, item, note, skips),
            false => openai_responses::record(recorder, item, note, skips),
        };
    }
    let id = item.filled("call_id").map(str::to_owned);
    let (text, flag) = unwrapped(item.take("output"));
    recorder.result(ToolResult { id, text, flag }, &note);
}

/// How the CLI answers a call that the person did not allow.
fn refused(text: &str) -> bool {
    ["exec command rejected by user", "patch rejected by user"].iter().any(|answer| text.starts_with(answer))
}

/// What a tool returned and whether it failed. By version it is the text, `{content, success}`, or JSON as a text:
/// `{"output": …, "metadata": {"exit_code": …}}`.
fn unwrapped(output: Json<'_>) -> (String, Flag) {
    let mut shell = match &output {
        Json::Text(text) if text.starts_with('{') => Json::inner(text).unwrap_or(Json::Null),
        Json::Object(_) => output.clone(),
        _ => Json::Null,
    };
    let code = match shell.get("metadata").and_then(|metadata| metadata.get("exit_code")) {
        Some(Json::Number(code)) => code.as_i64(),
        _ => None,
    };
    let flag = match (code, shell.flag("success")) {
        _ if refused(output.as_text().unwrap_or_default()) => Flag::failed(REFUSED),
        (Some(0), _) | (None, Some(true)) => Flag::Fine,
        (Some(code), _) => Flag::failed(format!("exit code {code}")),
        (None, Some(false)) => Flag::failed("success: false"),
        (None, None) => Flag::Unknown,
    };
    let key = ["output", "content"].into_iter().find(|key| flag != Flag::Unknown && shell.has(key));
    (into_text(key.map_or(output, |key| shell.take(key))), flag)
}
