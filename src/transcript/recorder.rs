//! Writing down one session, whatever format it comes from: turns in order, calls joined with their
//! results, failures judged, secrets replaced.

use std::borrow::Cow;
use std::collections::{BTreeMap, VecDeque};

use serde_json::Value;

use super::Format;
use super::failure;
use super::host::{self, Part};
use super::json::write_canonical;
use super::outside;
use super::session::{Act, Outcome, Session, Speaker, Trust, Turn};
use super::skips::Skips;
use super::usage::Usage;
use crate::redact::Redactor;
use crate::time;
use crate::trust::trust_of;

/// What the transcript itself says about whether a call failed.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Flag {
    /// It failed; the flag that says so, in words.
    Failed(Cow<'static, str>),
    /// It did not.
    Fine,
    /// The flag is there and says that it does not know.
    Unknown,
    /// No flag. Counts as [`Flag::Fine`] in a session that flags other results.
    Absent,
}

impl Flag {
    pub(crate) fn failed(reason: impl Into<Cow<'static, str>>) -> Self {
        Flag::Failed(reason.into())
    }

    /// From an `is_error` that may be missing (`None`) or null (`Some(None)`).
    pub(crate) fn from_is_error(is_error: Option<Option<bool>>) -> Self {
        match is_error {
            Some(Some(true)) => Flag::failed("is_error"),
            Some(Some(false)) => Flag::Fine,
            Some(None) => Flag::Unknown,
            None => Flag::Absent,
        }
    }
}

/// What is known of a message or call beside its content.
#[derive(Debug, Clone, Default)]
pub(crate) struct Note {
    /// Name of the person, sub-agent or tool.
    pub name: Option<String>,
    /// Milliseconds since 1970.
    pub at: Option<i64>,
    /// Line or item, for what is passed over.
    pub position: u32,
}

/// A result of a tool, as the format gives it.
pub(crate) struct ToolResult {
    /// Id of the call it answers.
    pub id: Option<String>,
    /// What the tool returned.
    pub text: String,
    /// Explicit word on failure.
    pub flag: Flag,
}

/// One session being read.
pub(crate) struct Recorder {
    pub id: String,
    pub agent: Option<String>,
    pub task: Option<String>,
    pub started_at: Option<i64>,
    pub ended_at: Option<i64>,
    pub outcome: Option<Outcome>,
    pub usage: Usage,
    turns: Vec<Turn>,
    times: Option<(i64, i64)>,
    /// Unanswered calls by their id: the latest one, since some recorders number calls anew in each message.
    open: BTreeMap<String, u32>,
    /// Unanswered calls that have no id, oldest first.
    nameless: VecDeque<u32>,
    flags_used: bool,
    /// Results to judge by their text once it is known whether this session uses flags.
    unflagged: Vec<(u32, Flag)>,
}

/// How far back an answer without an id looks for the call of the same tool.
const NAMELESS_WINDOW: usize = 64;

impl Recorder {
    pub(crate) fn new(id: impl Into<String>) -> Self {
        Recorder {
            id: id.into(),
            agent: None,
            task: None,
            started_at: None,
            ended_at: None,
            outcome: None,
            usage: Usage::default(),
            turns: Vec::new(),
            times: None,
            open: BTreeMap::new(),
            nameless: VecDeque::new(),
            flags_used: false,
            unflagged: Vec::new(),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.turns.is_empty()
    }

    /// Whether the call of that id has no result yet.
    pub(crate) fn awaits(&self, id: &str) -> bool {
        self.open.contains_key(id)
    }

    /// Words of anybody. What the host wrote into a person's message becomes turns of its own.
    pub(crate) fn message(&mut self, speaker: Speaker, note: &Note, text: String, skips: &mut Skips) {
        if text.trim().is_empty() {
            return;
        }
        if speaker == Speaker::Tool {
            // What a tool says is a result, even where the format has it as a message.
            return self.result(ToolResult { id: None, text, flag: Flag::Unknown }, note);
        }
        if speaker != Speaker::User {
            return self.push(speaker, trust_of(speaker), note, text, Act::Message);
        }
        for (part, words) in host::parts(&text) {
            match part {
                Part::Words if words.len() == text.len() => {
                    return self.push(speaker, trust_of(speaker), note, text, Act::Message);
                }
                Part::Words => self.push(speaker, trust_of(speaker), note, words.to_owned(), Act::Message),
                Part::Host => self.host(note, words.to_owned()),
                Part::Output => self.push(Speaker::System, Trust::Untrusted, note, words.to_owned(), Act::Message),
                Part::Noise => skips.note("host_noise", "text of the host in a person's message", note.position),
            }
        }
    }

    /// What the host program wrote. It repeats files and earlier turns, so it is believed no more than the agent.
    pub(crate) fn host(&mut self, note: &Note, text: String) {
        self.push(Speaker::System, Trust::Derived, note, text, Act::Message);
    }

    /// The agent calls a tool. Without an id the call is answered by the next result that has none either.
    pub(crate) fn call(&mut self, id: Option<String>, tool: &str, arguments: Value, note: &Note) {
        let index = self.next_index();
        match id {
            Some(id) => {
                self.open.insert(id, index);
            }
            None => self.nameless.push_back(index),
        }
        let act = Act::Call { tool: tool.to_owned(), arguments, result: None };
        // The text is written when the session is finished: from the arguments without their secrets.
        self.push(Speaker::Agent, Trust::Derived, note, String::new(), act);
    }

    /// A tool answers. `note.name` is the tool, where the result names it.
    pub(crate) fn result(&mut self, result: ToolResult, note: &Note) {
        let index = self.next_index();
        let call = self.answered(result.id.as_deref(), note.name.as_deref());
        let mut tool = note.name.clone();
        let mut outside = tool.as_ref().and_then(|tool| outside::outside(tool, &Value::Null));
        if let Some(Turn { act: Act::Call { tool: called, arguments, result }, .. }) =
            call.and_then(|call| self.turns.get_mut(call as usize))
        {
            *result = Some(index);
            outside = outside::outside(called, arguments);
            tool = Some(called.clone());
        }
        let failure = match &result.flag {
            Flag::Failed(reason) => Some(reason.to_string()),
            _ => None,
        };
        self.flags_used |= matches!(result.flag, Flag::Failed(_) | Flag::Fine);
        if matches!(result.flag, Flag::Unknown | Flag::Absent) {
            self.unflagged.push((index, result.flag));
        }
        let tool = tool.unwrap_or_else(|| "unknown".to_owned());
        let act = Act::Result { tool, call, outside, failure };
        let note = Note { name: None, ..note.clone() };
        self.push(Speaker::Tool, trust_of(Speaker::Tool), &note, result.text, act);
    }

    fn answered(&mut self, id: Option<&str>, tool: Option<&str>) -> Option<u32> {
        if let Some(id) = id {
            return self.open.remove(id);
        }
        let turns = &self.turns;
        let same_tool = |index: &u32| match turns.get(*index as usize).map(|turn| &turn.act) {
            Some(Act::Call { tool: called, .. }) => tool == Some(called.as_str()),
            _ => false,
        };
        let at = self.nameless.iter().take(NAMELESS_WINDOW).position(same_tool).unwrap_or(0);
        self.nameless.remove(at)
    }

    fn next_index(&self) -> u32 {
        u32::try_from(self.turns.len()).unwrap_or(u32::MAX)
    }

    fn push(&mut self, speaker: Speaker, trust: Trust, note: &Note, text: String, act: Act) {
        let index = self.next_index();
        if let Some(at) = note.at {
            let (first, last) = self.times.unwrap_or((at, at));
            self.times = Some((first.min(at), last.max(at)));
        }
        let at = note.at.map(time::rfc3339);
        self.turns.push(Turn { index, speaker, name: note.name.clone(), trust, at, text, act });
    }

    /// The session, judged and without secrets.
    pub(crate) fn finish(mut self, transcript: &str, format: Format) -> Session {
        self.judge();
        let redactions = self.redact();
        let (first, last) = self.times.unzip();
        Session {
            id: self.id,
            transcript: transcript.to_owned(),
            format,
            agent: self.agent,
            task: self.task,
            started_at: self.started_at.or(first).map(time::rfc3339),
            ended_at: self.ended_at.or(last).map(time::rfc3339),
            outcome: self.outcome,
            tokens: self.usage.total(),
            turns: self.turns,
            redactions,
        }
    }

    /// Replaces the secrets of all turns and labels; gives how many of each kind. Two passes, because a value is
    /// often first seen bare and only later beside the name that shows what it is.
    fn redact(&mut self) -> BTreeMap<String, u32> {
        let mut redactor = Redactor::new();
        let label = self.outcome.as_mut().and_then(|outcome| outcome.label.as_mut());
        let mut labels: Vec<&mut String> = self.task.iter_mut().chain(label).collect();
        labels.iter().for_each(|label| redactor.learn(label));
        for turn in &self.turns {
            redactor.learn(&turn.text);
            if let Act::Call { arguments, .. } = &turn.act {
                redactor.learn_value(arguments);
            }
        }
        labels.iter_mut().for_each(|label| redactor.replace_in(label));
        for turn in &mut self.turns {
            redactor.replace_in(&mut turn.text);
            if let Act::Call { tool, arguments, .. } = &mut turn.act {
                redactor.replace_in_value(arguments);
                turn.text = format!("{tool} ");
                write_canonical(arguments, &mut turn.text);
            }
        }
        redactor.counts()
    }

    fn judge(&mut self) {
        for (index, flag) in std::mem::take(&mut self.unflagged) {
            if flag == Flag::Absent && self.flags_used {
                continue;
            }
            let Some(turn) = self.turns.get_mut(index as usize) else { continue };
            if let Act::Result { failure, .. } = &mut turn.act {
                *failure = failure::reason(&turn.text);
            }
        }
    }
}
