//! OpenTelemetry GenAI: OTLP/JSON spans and logs, and bare lists of messages with `parts`.
//!
//! Each chat span repeats the whole history, so of every conversation the span with the longest history is read,
//! with what it put out; that a tool failed stands only in the status of its own span.

use std::collections::BTreeMap;

use super::json::Json;
use super::message::{self, append, into_text, speaker_of, time_of};
use super::reader::Items;
use super::recorder::{Flag, Note, Recorder, ToolResult};
use super::session::{Speaker, Tokens};
use super::skips::Skips;
use super::usage::Usage;
use crate::order::{Arrange as _, Gather as _};

/// Reads the spans, log records and messages of a file. The sessions begin when all of them are there.
pub(super) struct Otel {
    conversations: Conversations<'static>,
    sessions: Vec<Recorder>,
    loose: Recorder,
}

impl Otel {
    pub(super) fn new(transcript_key: &'static str) -> Self {
        let loose = Recorder::new(format!("{transcript_key}-0"));
        Otel { conversations: Conversations::default(), sessions: Vec::new(), loose }
    }
}

impl Items for Otel {
    fn item(&mut self, position: u32, mut item: Json<'_>, skips: &mut Skips) {
        if item.has("parts") {
            let note = Note { position, ..Note::default() };
            return record(&mut self.loose, item, &note, &BTreeMap::new(), skips);
        }
        for resource in ["resourceSpans", "resourceLogs"].into_iter().flat_map(|key| item.take_list(key)) {
            self.conversations.resource(resource.into_owned(), position, skips);
        }
    }

    fn end(&mut self, skips: &mut Skips) {
        self.sessions = std::mem::take(&mut self.conversations).into_sessions(skips);
    }

    fn sessions(&mut self) -> Vec<&mut Recorder> {
        self.sessions.iter_mut().chain((!self.loose.is_empty()).then_some(&mut self.loose)).collect()
    }
}

/// What the spans say of one conversation.
#[derive(Default)]
struct Conversation<'a> {
    agent: Option<String>,
    system: Option<Json<'a>>,
    /// The longest history so far, and what the model then said.
    input: Vec<Json<'a>>,
    output: Vec<Json<'a>>,
    at: Option<i64>,
    position: u32,
    usage: Usage,
    /// Tool spans by call id; those without one by their number.
    tools: BTreeMap<String, ToolSpan<'a>>,
}

struct ToolSpan<'a> {
    name: String,
    arguments: Json<'a>,
    result: Json<'a>,
    failed: Option<&'static str>,
    at: Option<i64>,
}

#[derive(Default)]
struct Conversations<'a> {
    order: Vec<String>,
    /// Conversation of each trace, for spans of tools name only their trace.
    by_trace: BTreeMap<String, String>,
    by_id: BTreeMap<String, Conversation<'a>>,
}

impl<'a> Conversations<'a> {
    fn resource(&mut self, mut resource: Json<'a>, position: u32, skips: &mut Skips) {
        let service = resource.get("resource").and_then(|inner| Attributes::of(inner).text("service.name"));
        for mut scope in ["scopeSpans", "scopeLogs"].into_iter().flat_map(|key| resource.take_list(key)) {
            for mut span in ["spans", "logRecords"].into_iter().flat_map(|key| scope.take_list(key)) {
                let events = span.take_list("events");
                let trace = span.filled("traceId").unwrap_or_default().to_owned();
                // Newer instrumentation puts the messages on an event of the span.
                let mut told = false;
                for part in std::iter::once(span).chain(events) {
                    told |= self.span(part, &trace, service.as_deref(), position, skips);
                }
                if !told {
                    skips.note("not_a_message", "a span without messages or a tool", position);
                }
            }
        }
    }

    /// Takes in a span, an event or a log record; whether it held anything of a conversation.
    fn span(&mut self, span: Json<'a>, trace: &str, service: Option<&str>, position: u32, skips: &mut Skips) -> bool {
        let mut attributes = Attributes::of(&span);
        let at = ["startTimeUnixNano", "timeUnixNano"].into_iter().find_map(|key| time_of(span.get(key)?));
        let tool = attributes.text("gen_ai.operation.name").as_deref() == Some("execute_tool");
        let input = attributes.messages("gen_ai.input.messages");
        let output = attributes.messages("gen_ai.output.messages");
        if !tool && input.is_empty() && output.is_empty() {
            return false;
        }
        let named = attributes.text("gen_ai.conversation.id");
        if let Some(id) = named.clone() {
            self.by_trace.entry(trace.to_owned()).or_insert(id);
        }
        let id = named.unwrap_or_else(|| trace.to_owned());
        if !self.by_id.contains_key(&id) {
            self.order.push(id.clone());
        }
        let conversation = self.by_id.entry(id).or_default();
        conversation.agent =
            conversation.agent.take().or(attributes.text("gen_ai.agent.name")).or(service.map(str::to_owned));
        if let Some(used) = attributes.tokens().filter(|_| !tool) {
            conversation.usage.add(used);
        }
        if tool {
            conversation.tool(&span, &mut attributes, at);
            return true;
        }
        let first = conversation.input.is_empty() && conversation.output.is_empty();
        if !first {
            skips.note("repeated_history", "a span with a part of a longer history", position);
        }
        if first || input.len() >= conversation.input.len() {
            conversation.system = attributes.parsed("gen_ai.system_instructions").or(conversation.system.take());
            (conversation.input, conversation.output) = (input, output);
            (conversation.at, conversation.position) = (at, position);
        }
        true
    }

    fn into_sessions(mut self, skips: &mut Skips) -> Vec<Recorder> {
        for (trace, id) in std::mem::take(&mut self.by_trace) {
            if trace == id || !self.by_id.contains_key(&id) {
                continue;
            }
            let part = self.by_id.remove(&trace);
            if let (Some(whole), Some(part)) = (self.by_id.get_mut(&id), part) {
                whole.join(part);
            }
        }
        let ids = std::mem::take(&mut self.order);
        let found = ids.into_iter().filter_map(|id| self.by_id.remove(&id).map(|conversation| (id, conversation)));
        found.map(|(id, conversation)| conversation.into_session(id, skips)).collect()
    }
}

impl<'a> Conversation<'a> {
    fn tool(&mut self, span: &Json<'a>, attributes: &mut Attributes<'a>, at: Option<i64>) {
        let id = attributes.text("gen_ai.tool.call.id").unwrap_or_else(|| format!("span {}", self.tools.len()));
        let code = span.get("status").and_then(|status| status.get("code"));
        // 2 is STATUS_CODE_ERROR; the enum's name is allowed too.
        let failed = match code {
            Some(Json::Number(code)) => code.as_i64() == Some(2),
            Some(Json::Text(code)) => code == "STATUS_CODE_ERROR" || code == "2",
            _ => attributes.text("error.type").is_some(),
        };
        let tool = ToolSpan {
            name: attributes.text("gen_ai.tool.name").unwrap_or_else(|| "unknown".to_owned()),
            arguments: attributes.parsed("gen_ai.tool.call.arguments").unwrap_or(Json::Null),
            result: attributes.take("gen_ai.tool.call.result"),
            failed: failed.then_some("span status error"),
            at,
        };
        self.tools.insert(id, tool);
    }

    /// Takes in what was told under the trace alone.
    fn join(&mut self, part: Conversation<'a>) {
        self.tools.extend(part.tools);
        if let Some(used) = part.usage.total() {
            self.usage.add(used);
        }
        if part.input.len() > self.input.len() {
            (self.system, self.input, self.output) = (part.system.or(self.system.take()), part.input, part.output);
        }
    }

    fn into_session(self, id: String, skips: &mut Skips) -> Recorder {
        let mut recorder = Recorder::new(id);
        recorder.agent = self.agent;
        recorder.usage = self.usage;
        let note = Note { name: None, at: None, position: self.position };
        let mut tools = self.tools;
        if let Some(system) = self.system {
            let text = system_text(system);
            recorder.message(Speaker::System, &note, text, skips);
        }
        let failed: BTreeMap<String, &'static str> =
            tools.iter().filter_map(|(id, tool)| Some((id.clone(), tool.failed?))).gather_map();
        for message in self.input {
            forget_told(&message, &mut tools);
            record(&mut recorder, message, &note, &failed, skips);
        }
        let note = Note { at: self.at, ..note };
        for message in self.output {
            record(&mut recorder, message, &note, &failed, skips);
        }
        // Calls whose result is in no history: after the last one, or where only the tools were traced.
        let mut left: Vec<(String, ToolSpan<'_>)> = tools.into_iter().collect();
        left.arrange_by(|(a, first), (b, second)| first.at.cmp(&second.at).then(a.cmp(b)));
        for (id, tool) in left {
            let note = Note { at: tool.at, ..note.clone() };
            if !recorder.awaits(&id) {
                recorder.call(Some(id.clone()), &tool.name, message::arguments(tool.arguments), &note);
            }
            let flag = tool.failed.map_or(Flag::Unknown, Flag::failed);
            recorder.result(ToolResult { id: Some(id), text: into_text(tool.result), flag }, &note);
        }
        recorder
    }
}

/// Drops the tool spans whose results the message holds.
fn forget_told(message: &Json<'_>, tools: &mut BTreeMap<String, ToolSpan<'_>>) {
    let Some(Json::List(parts)) = message.get("parts") else { return };
    for part in parts.iter().filter(|part| part.text("type").is_some_and(|kind| kind.ends_with("tool_call_response"))) {
        if let Some(id) = part.text("id") {
            tools.remove(id);
        }
    }
}

/// Writes one `{role, parts}`; `failed` are the calls whose spans say so.
fn record(
    recorder: &mut Recorder,
    mut item: Json<'_>,
    note: &Note,
    failed: &BTreeMap<String, &'static str>,
    skips: &mut Skips,
) {
    let Some(speaker) = speaker_of(item.text("role").unwrap_or_default()) else {
        return skips.note("unknown_role", item.text("role").unwrap_or_default(), note.position);
    };
    let note = Note { name: item.filled("name").map(str::to_owned), ..note.clone() };
    let mut words = String::new();
    for mut part in item.take_list("parts") {
        let kind = part.text("type").unwrap_or_default().to_owned();
        match kind.as_str() {
            "text" => append(&mut words, &into_text(part.take("content"))),
            "reasoning" => skips.note("thinking", "the agent's reasoning", note.position),
            "tool_call" | "server_tool_call" => {
                recorder.message(speaker, &note, std::mem::take(&mut words), skips);
                message::tool_call(recorder, part, &note, skips);
            }
            "tool_call_response" | "server_tool_call_response" => {
                let id = part.filled("id").map(str::to_owned);
                let reason = id.as_ref().and_then(|id| failed.get(id));
                let key = ["response", "result", "server_tool_call_response"].into_iter().find(|key| part.has(key));
                let text = into_text(part.take(key.unwrap_or_default()));
                let flag = reason.map_or(Flag::Unknown, |reason| Flag::failed(*reason));
                recorder.result(ToolResult { id, text, flag }, &note.unnamed());
            }
            "blob" | "file" | "uri" => {
                let image = part.text("modality") == Some("image");
                append(&mut words, if image { "[image]" } else { "[document]" });
            }
            _ => skips.note("unknown_type", &kind, note.position),
        }
    }
    recorder.message(speaker, &note, words, skips);
}

fn system_text(system: Json<'_>) -> String {
    let Json::List(parts) = system else { return into_text(system) };
    let mut text = String::new();
    parts.into_iter().for_each(|mut part| append(&mut text, &into_text(part.take("content"))));
    text
}

/// Attributes of a span: `[{key, value: {stringValue | intValue | …}}]`.
struct Attributes<'a>(BTreeMap<String, Json<'a>>);

impl<'a> Attributes<'a> {
    fn of(span: &Json<'a>) -> Self {
        let Some(Json::List(pairs)) = span.get("attributes") else { return Attributes(BTreeMap::new()) };
        let named = |pair: &Json<'a>| Some((pair.filled("key")?.to_owned(), any_value(pair.get("value")?)));
        Attributes(pairs.iter().filter_map(named).gather_map())
    }

    fn text(&self, key: &str) -> Option<String> {
        self.0.get(key)?.as_text().filter(|text| !text.is_empty()).map(str::to_owned)
    }

    fn take(&mut self, key: &str) -> Json<'a> {
        self.0.remove(key).unwrap_or(Json::Null)
    }

    /// What the model call of a span took.
    fn tokens(&self) -> Option<Tokens> {
        let number = |key: &str| match self.0.get(key)? {
            Json::Number(number) => number.as_u64(),
            Json::Text(digits) => digits.parse().ok(),
            _ => None,
        };
        let input = number("gen_ai.usage.input_tokens").or(number("gen_ai.usage.prompt_tokens"));
        let output = number("gen_ai.usage.output_tokens").or(number("gen_ai.usage.completion_tokens"));
        input.or(output)?;
        Some(Tokens { input: input.unwrap_or_default(), output: output.unwrap_or_default() })
    }

    /// A structure, also where it stands as JSON in a string, as spans have it.
    fn parsed(&mut self, key: &str) -> Option<Json<'a>> {
        match self.0.remove(key)? {
            Json::Text(text) => Some(Json::inner(&text).unwrap_or(Json::Text(text))),
            other => Some(other),
        }
    }

    fn messages(&mut self, key: &str) -> Vec<Json<'a>> {
        match self.parsed(key) {
            Some(Json::List(messages)) => messages,
            _ => Vec::new(),
        }
    }
}

/// OTLP's AnyValue as plain JSON.
fn any_value<'a>(value: &Json<'a>) -> Json<'a> {
    let Json::Object(pairs) = value else { return value.clone() };
    let Some((kind, inner)) = pairs.first() else { return Json::Null };
    let values = || match inner.get("values") {
        Some(Json::List(values)) => values.as_slice(),
        _ => &[],
    };
    match kind.as_ref() {
        "arrayValue" => Json::List(values().iter().map(any_value).collect()),
        "kvlistValue" => {
            let named = |pair: &Json<'a>| match pair.get("key")? {
                Json::Text(key) => Some((key.clone(), any_value(pair.get("value")?))),
                _ => None,
            };
            Json::Object(values().iter().filter_map(named).collect())
        }
        _ => inner.clone(),
    }
}
