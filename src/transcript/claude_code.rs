//! Claude Code session files, and the `stream-json` output of its SDK.
//!
//! Only `type` is sure in these lines, the rest is internal to the CLI and changes; so every field is optional here.
//! An assistant message comes as one line per content block under one `message.id`; each block becomes a turn
//! of its own, so nothing needs merging but calls that a line repeats. A sub-agent's lines (`isSidechain`,
//! `agentId`, `parent_tool_use_id`) are a session of their own, since its `user` is the agent that sent it.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{Hash, Hasher};
use std::rc::Rc;

use super::json::Json;
use super::message;
use super::reader::Items;
use super::recorder::{Flag, Note, Recorder, ToolResult};
use super::session::{Outcome, REFUSED, Speaker};
use super::skips::Skips;
use super::usage;
use crate::time;

/// Reads the lines of a file. What it remembers of each line is 8 bytes for each of its ids.
#[derive(Default)]
pub(super) struct ClaudeCode {
    transcript_key: &'static str,
    sessions: Vec<Recorder>,
    by_id: BTreeMap<String, usize>,
    /// Hashes of the `uuid` of the lines read: files hold lines twice after a session was resumed.
    seen: BTreeSet<u64>,
    /// Time and content of the lines read: a resumed session may also be copied under new `uuid`s.
    contents: BTreeSet<(i64, u64)>,
    /// Hashes of the ids of the calls read: while streaming, a block may be written down again in a longer message.
    calls: BTreeSet<u64>,
    /// Session of each sidechain line without `agentId`, to follow the chain by `parentUuid`.
    sidechains: BTreeMap<u64, Rc<str>>,
    agent: Option<String>,
}

impl Items for ClaudeCode {
    fn item(&mut self, position: u32, item: Json<'_>, skips: &mut Skips) {
        self.line(position, item, skips);
    }

    fn sessions(&mut self) -> Vec<&mut Recorder> {
        self.sessions.iter_mut().collect()
    }
}

impl ClaudeCode {
    pub(super) fn new(transcript_key: &'static str) -> Self {
        ClaudeCode { transcript_key, ..ClaudeCode::default() }
    }

    fn line(&mut self, position: u32, mut line: Json<'_>, skips: &mut Skips) {
        let kind = line.text("type").map(str::to_owned);
        let role = match kind.as_deref() {
            Some(kind @ ("user" | "assistant")) => kind,
            Some("agent-setting") => {
                self.agent = line.filled("agentSetting").map(str::to_owned).or(self.agent.take());
                return skips.note("not_a_message", "agent-setting", position);
            }
            Some("result") => return self.ending(&line, position, skips),
            Some(other) => return skips.note("not_a_message", other, position),
            // Old files have no `type` but the role.
            None => match line.get("message").and_then(|message| message.text("role")) {
                Some("user") => "user",
                Some("assistant") => "assistant",
                _ => return skips.note("unknown_type", line.shape(), position),
            },
        };
        if !matches!(line.get("message"), Some(Json::Object(_))) {
            return skips.note("broken_message", "no `message` object", position);
        }
        if line.filled("uuid").is_some_and(|uuid| !self.seen.insert(hash(uuid))) {
            return skips.note("duplicate_item", "a `uuid` seen before", position);
        }
        let (id, by_subagent) = self.session_of(&line);
        let at = line.filled("timestamp").and_then(time::millis);
        let note = Note { name: None, at, position };
        let message = line.take("message");
        let used = message.get("usage").and_then(usage::tokens);
        let message_id = message.filled("id").unwrap_or_default().to_owned();
        if at.is_some_and(|at| !self.contents.insert((at, content_hash(&id, &message)))) {
            return skips.note("duplicate_item", "time and content seen before", position);
        }
        let index = self.session(id);
        let Some(recorder) = self.sessions.get_mut(index) else { return };
        recorder.project = recorder.project.take().or_else(|| message::project_under(&line));
        if let Some(used) = used {
            // Each block's line repeats the usage of its message.
            recorder.usage.add_message(&message_id, used);
        }
        if role == "assistant" {
            agent_line(recorder, message, &note, &mut self.calls, skips);
        } else {
            let line = UserLine { by_subagent, position, line: &line };
            user_line(recorder, message, &note, &line, skips);
        }
    }

    /// Id of the session that the line belongs to, and whether that is a sub-agent's.
    fn session_of(&mut self, line: &Json<'_>) -> (String, bool) {
        let main = line.filled("sessionId").or(line.filled("session_id"));
        let main = main.map_or_else(|| format!("{}-0", self.transcript_key), str::to_owned);
        if let Some(agent) = line.filled("agentId").or(line.filled("parent_tool_use_id")) {
            return (format!("{main}/agent-{agent}"), true);
        }
        if line.flag("isSidechain") != Some(true) {
            return (main, false);
        }
        let uuid = line.filled("uuid").unwrap_or_default();
        let known = line.filled("parentUuid").and_then(|parent| self.sidechains.get(&hash(parent)));
        let id = known.cloned().unwrap_or_else(|| format!("{main}/agent-{uuid}").into());
        self.sidechains.insert(hash(uuid), id.clone());
        (id.to_string(), true)
    }

    fn session(&mut self, id: String) -> usize {
        if let Some(index) = self.by_id.get(&id) {
            return *index;
        }
        let mut recorder = Recorder::new(id.clone());
        recorder.agent = self.agent.clone();
        self.by_id.insert(id, self.sessions.len());
        self.sessions.push(recorder);
        self.sessions.len() - 1
    }

    /// The last line of `stream-json`. That a run ended without an error does not say that its task was done.
    fn ending(&mut self, line: &Json<'_>, position: u32, skips: &mut Skips) {
        skips.note("not_a_message", "result", position);
        let (id, _) = self.session_of(line);
        let Some(recorder) = self.by_id.get(&id).and_then(|index| self.sessions.get_mut(*index)) else { return };
        let failed = line.flag("is_error") == Some(true);
        recorder.outcome = Some(Outcome {
            success: failed.then_some(false),
            reward: None,
            label: line.filled("subtype").map(str::to_owned),
        });
    }
}

fn content_hash(session: &str, message: &Json<'_>) -> u64 {
    hash(&(session, message.get("content")))
}

/// Ids are remembered by their hash: two of a million lines are taken for one with a chance of 1 in 40 million.
fn hash<T: Hash + ?Sized>(value: &T) -> u64 {
    let mut hasher = Quick::default();
    value.hash(&mut hasher);
    hasher.finish()
}

/// Multiplies and folds eight bytes at a time: the standard hasher takes as long as parsing the line.
/// Nobody gains from a collision: their own line would be passed over.
#[derive(Default)]
struct Quick(u64);

impl Quick {
    fn mix(&mut self, word: u64) {
        let product = (self.0 ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        // Multiplying carries upward only; without the way back, ids that differ in their last digits meet.
        self.0 = product ^ product >> 32;
    }
}

impl Hasher for Quick {
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        words.iter().for_each(|word| self.mix(u64::from_le_bytes(*word)));
        let last = rest.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte));
        self.mix(last | (rest.len() as u64) << 56);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

fn agent_line(
    recorder: &mut Recorder,
    mut message: Json<'_>,
    note: &Note,
    calls: &mut BTreeSet<u64>,
    skips: &mut Skips,
) {
    let content = match message.take("content") {
        Json::List(mut blocks) => {
            blocks.retain(|block| {
                let repeated = block.text("type") == Some("tool_use")
                    && block.filled("id").is_some_and(|id| !calls.insert(hash(id)));
                if repeated {
                    skips.note("duplicate_item", "a call seen before", note.position);
                }
                !repeated
            });
            Json::List(blocks)
        }
        other => other,
    };
    message::content(recorder, Speaker::Agent, content, note, skips);
}

struct UserLine<'l, 'a> {
    by_subagent: bool,
    position: u32,
    line: &'l Json<'a>,
}

/// A line of type `user`: a person's words, the host's, the sending agent's, or the results of tools.
fn user_line(
    recorder: &mut Recorder,
    mut message: Json<'_>,
    note: &Note,
    context: &UserLine<'_, '_>,
    skips: &mut Skips,
) {
    let content = message.take("content");
    let (results, words) = match content {
        Json::List(blocks) => blocks.into_iter().partition(|block| block.text("type") == Some("tool_result")),
        other => (Vec::new(), vec![other]),
    };
    for block in results {
        tool_result(recorder, block, note, context, skips);
    }
    let words = if let [Json::Text(_)] = words.as_slice() {
        words.into_iter().next().unwrap_or(Json::Null)
    } else {
        Json::List(words)
    };
    if context.line.flag("isCompactSummary") == Some(true) {
        recorder.host(note, message::into_text(words));
    } else if context.line.flag("isMeta") == Some(true) {
        skips.note("meta", "a line of the host (`isMeta`)", context.position);
    } else {
        let speaker = if context.by_subagent { Speaker::Agent } else { Speaker::User };
        message::content(recorder, speaker, words, note, skips);
    }
}

/// How the CLI begins the result of a call that a person refused, and where their words begin in it.
const REFUSAL: &str = "The user doesn't want to proceed with this tool use.";
const THEIR_WORDS: &str = "the user said:\n";

fn tool_result(
    recorder: &mut Recorder,
    mut block: Json<'_>,
    note: &Note,
    context: &UserLine<'_, '_>,
    skips: &mut Skips,
) {
    let text = message::into_text(block.take("content"));
    let refused = block.flag("is_error") == Some(true) && text.starts_with(REFUSAL);
    // The CLI sets `is_error` on every failure, so a missing one says that the call went well.
    let flag = match block.flag("is_error") {
        Some(true) if refused => Flag::failed(REFUSED),
        Some(true) => Flag::failed("is_error"),
        _ => Flag::Fine,
    };
    // A tool could print the same sentence. `toolUseResult` is the CLI's own word: a tool's failure reads
    // "Error: …" there.
    let theirs = context.line.text("toolUseResult").is_some_and(|own| own.starts_with("User rejected tool use"));
    let words = Some(&text).filter(|_| refused && theirs).and_then(|text| text.split_once(THEIR_WORDS));
    let words = words.map(|(_, words)| words.to_owned());
    let id = block.filled("tool_use_id").map(str::to_owned);
    recorder.result(ToolResult { id, text, flag }, note);
    if let Some(words) = words {
        recorder.message(Speaker::User, note, words, skips);
    }
}
