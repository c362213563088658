//! Writing down one session, whatever format it comes from: turns in order, calls joined with their
//! results, failures judged, secrets replaced.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde_json::Value;

use super::Format;
use super::failure;
use super::host::{self, Part};
use super::json::write_canonical;
use super::outside;
use super::session::{Act, Outcome, Outside, Session, Speaker, Trust, Turn};
use super::skips::Skips;
use super::usage::Usage;
use super::visible::{visible, visible_in};
use crate::order::Gather as _;
use crate::redact::{Redactor, Seen};
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

impl Note {
    /// The same without the name.
    pub(crate) fn unnamed(&self) -> Note {
        Note { name: None, at: self.at, position: self.position }
    }
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
    pub project: Option<String>,
    pub started_at: Option<i64>,
    pub ended_at: Option<i64>,
    pub outcome: Option<Outcome>,
    pub usage: Usage,
    /// Number that the reader gave to this session when it first took turns from it.
    pub number: Option<u32>,
    /// Whether something was written since the reader last asked.
    pub touched: bool,
    /// The turns that wait. Their indices begin at `base`, those in them at 0.
    turns: Vec<Turn>,
    base: u32,
    /// Bytes of text in the turns that wait.
    waiting: usize,
    parts: u32,
    redactor: Redactor,
    times: Option<(i64, i64)>,
    /// Unanswered calls by their id: the latest one, since some recorders number calls anew in each message.
    open: BTreeMap<String, u32>,
    /// Tools of unanswered calls that wait no more.
    gone: BTreeMap<u32, String>,
    /// Calls of earlier parts, each with the result that came in this one.
    late: Vec<(u32, u32)>,
    /// Unanswered calls that have no id, oldest first.
    nameless: VecDeque<u32>,
    /// What the names of tools say about where their results come from.
    outside: BTreeMap<String, Option<Outside>>,
    flags_used: bool,
    /// Results to judge by their text once it is known whether this session uses flags.
    unflagged: Vec<(u32, Flag)>,
}

/// Turns that were judged and have their secrets replaced.
pub(crate) struct Settled {
    /// What is known of the session, with the turns.
    pub session: Session,
    /// What looking for secrets showed of the text of each turn.
    pub seen: Vec<Seen>,
}

/// A session that has ended.
pub(crate) struct Ended {
    /// All that is known of it, with the turns that no part had taken yet.
    pub session: Session,
    /// What looking for secrets showed of the text of each of these turns.
    pub seen: Vec<Seen>,
    /// Index of the first of these turns.
    pub base: u32,
    /// Calls of earlier parts, each with the result among these turns.
    pub late: Vec<(u32, u32)>,
    /// What is secret in it, where parts were taken before all of that was known.
    pub redactor: Option<Redactor>,
}

/// Calls without an answer that are remembered beyond their part. Agents wait for their tools, so more were lost.
const MOST_OPEN: usize = 1024;

/// What a turn takes beside its text.
const TURN_BYTES: usize = 200;

/// Bytes that the texts of a value take, roughly.
fn weight(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len() + 32,
        Value::Array(items) => items.iter().map(weight).sum::<usize>() + 32,
        Value::Object(map) => map.iter().map(|(name, value)| name.len() + 64 + weight(value)).sum(),
        _ => 32,
    }
}

/// How far back an answer without an id looks for the call of the same tool.
const NAMELESS_WINDOW: usize = 64;

impl Recorder {
    pub(crate) fn new(id: impl Into<String>) -> Self {
        Recorder {
            id: id.into(),
            agent: None,
            task: None,
            project: None,
            started_at: None,
            ended_at: None,
            outcome: None,
            usage: Usage::default(),
            number: None,
            touched: false,
            turns: Vec::new(),
            base: 0,
            waiting: 0,
            parts: 0,
            redactor: Redactor::new(),
            times: None,
            open: BTreeMap::new(),
            gone: BTreeMap::new(),
            late: Vec::new(),
            nameless: VecDeque::new(),
            outside: BTreeMap::new(),
            flags_used: false,
            unflagged: Vec::new(),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.turns.is_empty() && self.base == 0
    }

    /// Bytes of text that wait to be settled.
    pub(crate) fn waiting(&self) -> usize {
        self.waiting
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
    pub(crate) fn call(&mut self, id: Option<String>, tool: &str, mut arguments: Value, note: &Note) {
        visible_in(&mut arguments);
        let index = self.next_index();
        match id {
            Some(id) => {
                self.open.insert(id, index);
            }
            None => self.nameless.push_back(index),
        }
        self.waiting += weight(&arguments);
        let act = Act::Call { tool: visible(tool.to_owned()), arguments, result: None };
        // The text is written when the turns are settled: from the arguments without their secrets.
        self.push(Speaker::Agent, Trust::Derived, note, String::new(), act);
    }

    /// A tool answers. `note.name` is the tool, where the result names it.
    pub(crate) fn result(&mut self, result: ToolResult, note: &Note) {
        let index = self.next_index();
        let answered = self.answered(result.id.as_deref(), note.name.as_deref());
        let call = answered.and_then(|call| call.checked_sub(self.base));
        let here = index - self.base;
        let (tool, outside) = match call.and_then(|call| self.turns.get_mut(call as usize)).map(|turn| &mut turn.act) {
            Some(Act::Call { tool: called, arguments, result }) => {
                *result = Some(here);
                (Some(called.clone()), outside::outside(named_outside(&mut self.outside, called), arguments))
            }
            _ => {
                let gone = answered.filter(|call| *call < self.base);
                self.late.extend(gone.map(|call| (call, index)));
                let tool = gone.and_then(|call| self.gone.remove(&call)).or_else(|| note.name.clone());
                let outside = tool.as_ref().and_then(|tool| named_outside(&mut self.outside, tool));
                (tool, outside)
            }
        };
        let failure = match &result.flag {
            Flag::Failed(reason) => Some(reason.to_string()),
            _ => None,
        };
        self.flags_used |= matches!(result.flag, Flag::Failed(_) | Flag::Fine);
        if matches!(result.flag, Flag::Unknown | Flag::Absent) {
            self.unflagged.push((here, result.flag));
        }
        let tool = tool.unwrap_or_else(|| "unknown".to_owned());
        let act = Act::Result { tool, call, outside, failure };
        let note = note.unnamed();
        self.push(Speaker::Tool, trust_of(Speaker::Tool), &note, result.text, act);
    }

    fn answered(&mut self, id: Option<&str>, tool: Option<&str>) -> Option<u32> {
        if let Some(id) = id {
            return self.open.remove(id);
        }
        let same_tool = |index: &u32| tool.is_some() && tool == self.tool_of(*index);
        let at = self.nameless.iter().take(NAMELESS_WINDOW).position(same_tool).unwrap_or(0);
        self.nameless.remove(at)
    }

    fn tool_of(&self, call: u32) -> Option<&str> {
        let Some(here) = call.checked_sub(self.base) else { return self.gone.get(&call).map(String::as_str) };
        match self.turns.get(here as usize).map(|turn| &turn.act) {
            Some(Act::Call { tool, .. }) => Some(tool),
            _ => None,
        }
    }

    fn next_index(&self) -> u32 {
        self.base.saturating_add(u32::try_from(self.turns.len()).unwrap_or(u32::MAX))
    }

    fn push(&mut self, speaker: Speaker, trust: Trust, note: &Note, text: String, act: Act) {
        let index = self.next_index() - self.base;
        if let Some(at) = note.at {
            let (first, last) = self.times.unwrap_or((at, at));
            self.times = Some((first.min(at), last.max(at)));
        }
        let at = note.at.map(time::rfc3339);
        self.touched = true;
        let text = visible(text);
        self.waiting += text.len() + TURN_BYTES;
        self.turns.push(Turn { index, speaker, name: note.name.clone(), trust, at, text, act });
    }

    /// Takes out the turns that wait, judged and without the secrets known by now. Later ones count on from there.
    pub(crate) fn settle(&mut self, format: Format) -> Settled {
        self.judge();
        let seen = self.redact();
        self.let_go();
        self.parts += 1;
        let session = Session {
            id: self.id.clone(),
            transcript: String::new(),
            format,
            agent: self.agent.clone(),
            task: self.task.clone(),
            project: self.project.clone(),
            started_at: None,
            ended_at: None,
            outcome: None,
            tokens: None,
            turns: std::mem::take(&mut self.turns),
            redactions: BTreeMap::new(),
        };
        Settled { session, seen }
    }

    /// Remembers of the calls that are still open no more than their tools, and only of the latest ones.
    fn let_go(&mut self) {
        let next = self.next_index();
        if let Some(oldest) = self.open.len().checked_sub(MOST_OPEN + 1) {
            let mut indices: Vec<u32> = self.open.values().copied().collect();
            indices.sort_unstable();
            let oldest = indices.get(oldest).copied().unwrap_or_default();
            self.open.retain(|_, index| *index > oldest);
        }
        self.nameless.drain(..self.nameless.len().saturating_sub(MOST_OPEN));
        let open = self.open.values().chain(&self.nameless);
        let named = open.filter_map(|index| Some((*index, self.tool_of(*index)?.to_owned())));
        self.gone = named.gather_map();
        self.base = next;
        self.waiting = 0;
    }

    /// The last turns, and all that is known of the session.
    pub(crate) fn finish(mut self, transcript: &str, format: Format) -> Ended {
        let base = self.base;
        let late = self.take_late();
        let Settled { mut session, seen } = self.settle(format);
        let (first, last) = self.times.unzip();
        session.transcript = transcript.to_owned();
        session.task = self.task;
        session.project = self.project;
        session.started_at = self.started_at.or(first).map(time::rfc3339);
        session.ended_at = self.ended_at.or(last).map(time::rfc3339);
        session.outcome = self.outcome;
        session.tokens = self.usage.total();
        session.redactions = self.redactor.counts();
        Ended { session, seen, base, late, redactor: (self.parts > 1).then_some(self.redactor) }
    }

    /// Index of the first turn that waits.
    pub(crate) fn base(&self) -> u32 {
        self.base
    }

    /// Calls of earlier parts, each with the result that came since.
    pub(crate) fn take_late(&mut self) -> Vec<(u32, u32)> {
        std::mem::take(&mut self.late)
    }

    /// Replaces the secrets of the turns that wait and of the labels. Two passes, because a value is often first seen
    /// bare and only later beside the name that shows what it is.
    fn redact(&mut self) -> Vec<Seen> {
        let redactor = &mut self.redactor;
        let label = self.outcome.as_mut().and_then(|outcome| outcome.label.as_mut());
        let mut labels: Vec<&mut String> = self.task.iter_mut().chain(&mut self.project).chain(label).collect();
        labels.iter().for_each(|label| {
            redactor.learn(label);
        });
        let learn = |turn: &Turn| match &turn.act {
            Act::Call { arguments, .. } => redactor.learn(&turn.text).max(redactor.learn_value(arguments)),
            _ => redactor.learn(&turn.text),
        };
        let seen: Vec<Seen> = self.turns.iter().map(learn).collect();
        labels.iter_mut().for_each(|label| redactor.replace_in(label));
        let mut written = String::new();
        for (turn, seen) in self.turns.iter_mut().zip(&seen) {
            let seen = *seen;
            redactor.replace_in_seen(&mut turn.text, seen);
            if let Act::Call { tool, arguments, .. } = &mut turn.act {
                redactor.replace_in_value(arguments, seen);
                written.clear();
                written.push_str(tool);
                written.push(' ');
                write_canonical(arguments, &mut written);
                turn.text = written.as_str().to_owned();
            }
        }
        seen
    }

    fn judge(&mut self) {
        let brought: BTreeSet<String> = match self.unflagged.is_empty() {
            true => BTreeSet::new(),
            false => self.turns.iter().filter_map(brings_something).map(str::to_owned).gather_set(),
        };
        for (index, flag) in std::mem::take(&mut self.unflagged) {
            if flag == Flag::Absent && self.flags_used {
                continue;
            }
            let Some(turn) = self.turns.get_mut(index as usize) else { continue };
            if let Act::Result { failure, tool, .. } = &mut turn.act {
                let nothing = || failure::nothing(tool, &turn.text).filter(|_| brought.contains(tool));
                *failure = failure::reason(&turn.text).or_else(nothing);
            }
        }
    }
}

/// Tools of which a session remembers where their results come from.
const MOST_TOOLS: usize = 64;

fn named_outside(known: &mut BTreeMap<String, Option<Outside>>, tool: &str) -> Option<Outside> {
    if let Some(outside) = known.get(tool) {
        return *outside;
    }
    let outside = outside::by_name(tool);
    if known.len() < MOST_TOOLS {
        known.insert(tool.to_owned(), outside);
    }
    outside
}

/// The tool of a result with content: only of such a tool does an empty result say something. Exports leave results out.
fn brings_something(turn: &Turn) -> Option<&str> {
    match &turn.act {
        Act::Result { tool, .. } if !failure::is_nothing(&turn.text) => Some(tool),
        _ => None,
    }
}
