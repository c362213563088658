//! Session events of Claude Managed Agents: a list of events, a page of them (`{data: […]}`), or one a line.
//!
//! A result names the *event id* of the call it answers. A sub-agent's thread is a session of its own. Event
//! types are added all the time, so unknown ones are counted and passed over.

use std::collections::BTreeMap;

use super::json::Json;
use super::message::{self, flag_of, time_under};
use super::reader::Items;
use super::recorder::{Flag, Note, Recorder, ToolResult};
use super::session::{INTERRUPTED, Outcome, REFUSED, Speaker};
use super::skips::Skips;
use super::usage;

/// Reads the events of a file.
#[derive(Default)]
pub(super) struct ManagedAgents {
    transcript_key: &'static str,
    sessions: Vec<Recorder>,
    by_thread: BTreeMap<String, usize>,
}

impl Items for ManagedAgents {
    fn item(&mut self, position: u32, mut item: Json<'_>, skips: &mut Skips) {
        let page = ["data", "events"].into_iter().find(|key| matches!(item.get(key), Some(Json::List(_))));
        match page {
            Some(key) => item.take_list(key).into_iter().for_each(|event| self.event(event, position, skips)),
            None => self.event(item, position, skips),
        }
    }

    fn sessions(&mut self) -> Vec<&mut Recorder> {
        self.sessions.iter_mut().collect()
    }
}

impl ManagedAgents {
    pub(super) fn new(transcript_key: &'static str) -> Self {
        ManagedAgents { transcript_key, ..ManagedAgents::default() }
    }

    fn event(&mut self, mut event: Json<'_>, position: u32, skips: &mut Skips) {
        let kind = event.filled("type").unwrap_or(event.shape()).to_owned();
        let note = Note { name: None, at: time_under(&event, &["processed_at", "created_at"]), position };
        let main = event.filled("session_id").unwrap_or(self.transcript_key).to_owned();
        let index = self.session(main, event.filled("session_thread_id"));
        let Some(recorder) = self.sessions.get_mut(index) else { return };
        match kind.as_str() {
            "user.message" => say(recorder, Speaker::User, &mut event, &note, skips),
            "system.message" => say(recorder, Speaker::System, &mut event, &note, skips),
            "agent.message" => say(recorder, Speaker::Agent, &mut event, &note, skips),
            "agent.thinking" => skips.note("thinking", "the agent's reasoning", position),
            "agent.thread_message_received" | "agent.thread_message_sent" => {
                let name = event.filled("from_agent_name").map(str::to_owned);
                say(recorder, Speaker::Agent, &mut event, &Note { name, ..note }, skips);
            }
            "agent.tool_use" | "agent.mcp_tool_use" | "agent.custom_tool_use" => call(recorder, event, &note),
            "agent.tool_result" | "agent.mcp_tool_result" | "user.custom_tool_result" | "user.tool_result" => {
                result(recorder, event, &note);
            }
            "user.tool_confirmation" => confirmation(recorder, &event, &note, skips),
            "user.interrupt" => recorder.host(&note, INTERRUPTED.to_owned()),
            "user.define_outcome" => {
                let wanted = event.filled("description").unwrap_or_default().to_owned();
                recorder.message(Speaker::User, &note, wanted, skips);
            }
            "session.error" => {
                let error = message::into_text(event.take("error"));
                recorder.host(&note, format!("session.error {error}"));
            }
            "span.outcome_evaluation_end" => recorder.outcome = verdict(&event).or(recorder.outcome.take()),
            "span.model_request_end" => {
                if let Some(used) = event.get("model_usage").and_then(usage::tokens) {
                    recorder.usage.add(used);
                }
                skips.note("not_a_message", &kind, position);
            }
            _ if ["session.", "span.", "workflow_run."].iter().any(|family| kind.starts_with(family)) => {
                skips.note("not_a_message", &kind, position);
            }
            "agent.thread_context_compacted" => skips.note("not_a_message", &kind, position),
            _ => skips.note("unknown_type", &kind, position),
        }
    }

    fn session(&mut self, main: String, thread: Option<&str>) -> usize {
        let id = match thread {
            Some(thread) => format!("{main}/thread-{thread}"),
            None => main,
        };
        *self.by_thread.entry(id.clone()).or_insert_with(|| {
            self.sessions.push(Recorder::new(id));
            self.sessions.len() - 1
        })
    }
}

fn say(recorder: &mut Recorder, speaker: Speaker, event: &mut Json<'_>, note: &Note, skips: &mut Skips) {
    message::content(recorder, speaker, event.take("content"), note, skips);
}

fn call(recorder: &mut Recorder, mut event: Json<'_>, note: &Note) {
    let tool = message::mcp_tool(event.filled("mcp_server_name"), event.filled("name").unwrap_or("unknown"));
    let id = event.filled("id").map(str::to_owned);
    recorder.call(id, &tool, message::arguments(event.take("input")), note);
}

fn result(recorder: &mut Recorder, mut event: Json<'_>, note: &Note) {
    let keys = ["tool_use_id", "mcp_tool_use_id", "custom_tool_use_id"];
    let id = keys.into_iter().find_map(|key| event.filled(key)).map(str::to_owned);
    let flag = flag_of(&event);
    recorder.result(ToolResult { id, text: message::into_text(event.take("content")), flag }, note);
}

/// A call that a person denies never runs: this is its result, and the message is theirs.
fn confirmation(recorder: &mut Recorder, event: &Json<'_>, note: &Note, skips: &mut Skips) {
    if event.text("result") != Some("deny") {
        return skips.note("not_a_message", "user.tool_confirmation", note.position);
    }
    let id = event.filled("tool_use_id").map(str::to_owned);
    let said = event.filled("deny_message").unwrap_or_default().to_owned();
    let text = "denied".to_owned();
    recorder.result(ToolResult { id, text, flag: Flag::failed(REFUSED) }, note);
    recorder.message(Speaker::User, note, said, skips);
}

/// The last verdict on the outcome that the user defined; `needs_revision` is not the last one.
fn verdict(event: &Json<'_>) -> Option<Outcome> {
    let label = event.filled("result")?;
    let success = match label {
        "satisfied" => Some(true),
        "failed" | "max_iterations_reached" => Some(false),
        _ => None,
    };
    Some(Outcome { success, reward: None, label: Some(label.to_owned()) })
}
