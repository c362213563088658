//! Conversations written down as their messages: Anthropic Messages and OpenAI chat completions.
//! A list of messages is one session; so is each `{messages, system?}`, as request bodies and training sets have it.

use super::envelope::{self, TIMES};
use super::json::Json;
use super::message::{self, time_under};
use super::recorder::{Note, Recorder};
use super::skips::Skips;
use super::source::Source;

/// Reads a file of messages or of request bodies.
pub(super) fn read(source: Source<'_>, transcript_key: &str, skips: &mut Skips) -> Vec<Recorder> {
    let mut sessions = Vec::new();
    let mut loose: Option<Recorder> = None;
    source.each(skips, &mut |position, item, skips| {
        if matches!(item.get("messages"), Some(Json::List(_))) {
            let id = format!("{transcript_key}-{}", sessions.len());
            sessions.push(envelope::session(item, id, position, skips));
        } else if item.has("role") {
            let recorder = loose.get_or_insert_with(|| Recorder::new(format!("{transcript_key}-0")));
            let note = Note { name: None, at: time_under(&item, &TIMES), position };
            message::record(recorder, item, note, skips);
        } else {
            skips.note("unknown_type", item.text("type").unwrap_or(item.shape()), position);
        }
    });
    sessions.extend(loose);
    sessions
}
