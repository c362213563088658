//! Files that are conversations: a list of items is one session, and so is each object that holds such a list.

use super::envelope;
use super::json::Json;
use super::message::{self, time_under};
use super::recorder::{Note, Recorder};
use super::session::Speaker;
use super::skips::Skips;
use super::source::Source;

/// Names under which recorders write the time of an item.
pub(super) const TIMES: [&str; 6] = ["at", "timestamp", "ts", "time", "created_at", "createdAt"];

/// How one item of a format becomes turns.
pub(super) type Record = fn(&mut Recorder, Json<'_>, Note, &mut Skips);

/// Reads a file whose items `record` writes down. `keys` are the fields under which an object holds items, in
/// order; such an object may say about its session what an envelope does.
pub(super) fn read(
    source: Source<'_>,
    transcript_key: &str,
    keys: &[&str],
    record: Record,
    skips: &mut Skips,
) -> Vec<Recorder> {
    let mut sessions = Vec::new();
    let mut loose: Option<Recorder> = None;
    source.each(skips, &mut |position, mut item, skips| {
        if !keys.iter().any(|key| matches!(item.get(key), Some(Json::List(_)))) {
            let recorder = loose.get_or_insert_with(|| Recorder::new(format!("{transcript_key}-0")));
            return record_timed(recorder, item, position, record, skips);
        }
        let mut recorder = envelope::head(&item, || format!("{transcript_key}-{}", sessions.len()));
        // Request bodies carry the system prompt beside the messages.
        let system =
            ["system", "instructions"].map(|key| item.take(key)).into_iter().find(|value| *value != Json::Null);
        let system = message::into_text(system.unwrap_or(Json::Null));
        recorder.message(Speaker::System, &Note { position, ..Note::default() }, system, skips);
        for item in keys.iter().flat_map(|key| item.take_list(key)) {
            record_timed(&mut recorder, item, position, record, skips);
        }
        sessions.push(recorder);
    });
    sessions.extend(loose.filter(|recorder| !recorder.is_empty()));
    sessions
}

fn record_timed(recorder: &mut Recorder, item: Json<'_>, position: u32, record: Record, skips: &mut Skips) {
    if !matches!(item, Json::Object(_)) {
        return skips.note("unknown_type", item.shape(), position);
    }
    let note = Note { name: None, at: time_under(&item, &TIMES), position };
    record(recorder, item, note, skips);
}
