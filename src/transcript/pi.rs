//! Session files of the coding agent pi (JSONL): a line `session`, then `message` lines whose `message` is one of the
//! user, the assistant (blocks `text`, `thinking`, `toolCall`) or a tool (`toolResult`).

use super::json::Json;
use super::message::{self, append, into_text, time_under};
use super::reader::Items;
use super::recorder::{Flag, Note, Recorder, ToolResult};
use super::session::{INTERRUPTED, Speaker};
use super::skips::Skips;
use super::usage;

/// Reads the lines of a file. A further `session` line begins another session.
pub(super) struct Pi {
    transcript_key: &'static str,
    sessions: Vec<Recorder>,
}

impl Pi {
    pub(super) fn new(transcript_key: &'static str) -> Self {
        Pi { transcript_key, sessions: Vec::new() }
    }
}

impl Items for Pi {
    fn item(&mut self, position: u32, mut line: Json<'_>, skips: &mut Skips) {
        let kind = line.filled("type").unwrap_or(line.shape()).to_owned();
        let note = Note { name: None, at: time_under(&line, &["timestamp"]), position };
        if kind == "session" {
            let mut recorder = Recorder::new(line.filled("id").unwrap_or(self.transcript_key));
            recorder.project = message::project_under(&line);
            self.sessions.push(recorder);
            return skips.note("not_a_message", &kind, position);
        }
        if self.sessions.is_empty() {
            self.sessions.push(Recorder::new(format!("{}-0", self.transcript_key)));
        }
        let Some(recorder) = self.sessions.last_mut() else { return };
        match kind.as_str() {
            "message" => record(recorder, line.take("message"), &note, skips),
            "compaction" | "branch_summary" => recorder.host(&note, into_text(line.take("summary"))),
            _ => skips.note("not_a_message", &kind, position),
        }
    }

    fn sessions(&mut self) -> Vec<&mut Recorder> {
        self.sessions.iter_mut().collect()
    }
}

fn record(recorder: &mut Recorder, mut message: Json<'_>, note: &Note, skips: &mut Skips) {
    if let Some(used) = message.get("usage").and_then(usage::tokens) {
        recorder.usage.add(used);
    }
    match message.text("role").unwrap_or_default() {
        "user" => message::content(recorder, Speaker::User, message.take("content"), note, skips),
        "assistant" => {
            agent(recorder, message.take("content"), note, skips);
            if message.text("stopReason") == Some("aborted") {
                recorder.host(note, INTERRUPTED.to_owned());
            }
        }
        "toolResult" => {
            let id = message.filled("toolCallId").map(str::to_owned);
            let name = message.filled("toolName").map(str::to_owned);
            let flag = Flag::from_is_error(message.get("isError").map(|_| message.flag("isError")));
            let text = into_text(message.take("content"));
            recorder.result(ToolResult { id, text, flag }, &Note { name, ..note.clone() });
        }
        role => skips.note("unknown_role", role, note.position),
    }
}

fn agent(recorder: &mut Recorder, content: Json<'_>, note: &Note, skips: &mut Skips) {
    let Json::List(blocks) = content else { return recorder.message(Speaker::Agent, note, into_text(content), skips) };
    let mut words = String::new();
    for mut block in blocks {
        match block.text("type").unwrap_or_default() {
            "text" => append(&mut words, &into_text(block.take("text"))),
            "thinking" => skips.note("thinking", "the agent's reasoning", note.position),
            "toolCall" => {
                recorder.message(Speaker::Agent, note, std::mem::take(&mut words), skips);
                message::tool_call(recorder, block, note, skips);
            }
            other => skips.note("unknown_type", other, note.position),
        }
    }
    recorder.message(Speaker::Agent, note, words, skips);
}
