//! The session envelope: `{id, agent?, task?, started_at?, ended_at?, outcome?, messages}`, one a line or
//! as a JSON document. Unknown fields are ignored.

use super::json::Json;
use super::message::{self, time_under};
use super::recorder::{Note, Recorder};
use super::session::{Outcome, Speaker};
use super::skips::Skips;
use super::source::Source;

/// Names under which recorders write the time of a message.
pub(super) const TIMES: [&str; 6] = ["at", "timestamp", "ts", "time", "created_at", "createdAt"];

/// Reads all envelopes of a file. `transcript_key` begins the ids of those that have none.
pub(super) fn read(source: Source<'_>, transcript_key: &str, skips: &mut Skips) -> Vec<Recorder> {
    let mut sessions = Vec::new();
    source.each(skips, &mut |position, item, skips| {
        if !matches!(item.get("messages"), Some(Json::List(_))) {
            return skips.note("unknown_type", "no list of messages", position);
        }
        let fallback = format!("{transcript_key}-{}", sessions.len());
        sessions.push(session(item, fallback, position, skips));
    });
    sessions
}

/// Reads one envelope.
pub(super) fn session(mut item: Json<'_>, fallback_id: String, position: u32, skips: &mut Skips) -> Recorder {
    let mut recorder = Recorder::new(label(item.get("id")).unwrap_or(fallback_id));
    recorder.agent = label(item.get("agent"));
    recorder.task = label(item.get("task")).or_else(|| label(item.get("task_id")));
    recorder.started_at = time_under(&item, &["started_at"]);
    recorder.ended_at = time_under(&item, &["ended_at"]);
    recorder.outcome = item.get("outcome").and_then(outcome);
    // Request bodies of the Messages API carry the system prompt beside the messages.
    let system = message::into_text(item.take("system"));
    recorder.message(Speaker::System, &Note { position, ..Note::default() }, system, skips);
    for message in item.take_list("messages") {
        let note = Note { name: None, at: time_under(&message, &TIMES), position };
        message::record(&mut recorder, message, note, skips);
    }
    recorder
}

/// A name: text, number, or the `id` or `name` of an object.
fn label(value: Option<&Json<'_>>) -> Option<String> {
    match value? {
        Json::Text(text) => Some(text.to_string()).filter(|text| !text.is_empty()),
        Json::Number(number) => Some(number.to_string()),
        object => object.filled("id").or(object.filled("name")).map(str::to_owned),
    }
}

/// The label of a session: an object, or short forms for one of its fields.
fn outcome(value: &Json<'_>) -> Option<Outcome> {
    let outcome = match value {
        Json::Bool(success) => Outcome { success: Some(*success), ..Outcome::default() },
        Json::Number(reward) => Outcome { reward: reward.as_f64(), ..Outcome::default() },
        Json::Text(text) => Outcome { label: Some(text.to_string()), ..Outcome::default() },
        object => Outcome {
            success: object.flag("success"),
            reward: match object.get("reward") {
                Some(Json::Number(reward)) => reward.as_f64(),
                _ => None,
            },
            label: object.filled("label").map(str::to_owned),
        },
    };
    (outcome != Outcome::default()).then_some(outcome)
}
