//! The session envelope: `{id, agent?, task?, project?, started_at?, ended_at?, outcome?, messages}`, one a line or
//! as a JSON document. Unknown fields are ignored.

use super::json::Json;
use super::message::time_under;
use super::recorder::Recorder;
use super::session::Outcome;
use super::usage;

/// What an envelope says of its session, without the messages.
pub(super) fn head(item: &Json<'_>, fallback_id: impl FnOnce() -> String) -> Recorder {
    let mut recorder = Recorder::new(label(item.get("id")).unwrap_or_else(fallback_id));
    recorder.agent = label(item.get("agent"));
    recorder.task = label(item.get("task")).or_else(|| label(item.get("task_id")));
    recorder.project = label(item.get("project"));
    // A response of the OpenAI APIs says when it was made.
    recorder.started_at = time_under(item, &["started_at", "created_at", "created"]);
    recorder.ended_at = time_under(item, &["ended_at"]);
    recorder.outcome = item.get("outcome").and_then(outcome);
    if let Some(used) = item.get("usage").and_then(usage::tokens) {
        recorder.usage.add(used);
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
