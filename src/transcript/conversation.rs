//! Files that are conversations: a list of items is one session, and so is each object that holds such a list.

use super::envelope;
use super::json::Json;
use super::message::{self, time_under};
use super::reader::Items;
use super::recorder::{Note, Recorder};
use super::session::Speaker;
use super::skips::Skips;

/// Names under which recorders write the time of an item.
pub(super) const TIMES: [&str; 6] = ["at", "timestamp", "ts", "time", "created_at", "createdAt"];

/// How one item of a format becomes turns.
pub(super) type Record = fn(&mut Recorder, Json<'_>, Note, &mut Skips);

/// Reads a file whose items `record` writes down. `keys` are the fields under which an object holds items, in
/// order; such an object may say about its session what an envelope does.
pub(super) struct Conversations {
    transcript_key: &'static str,
    keys: &'static [&'static str],
    record: Record,
    sessions: Vec<Recorder>,
    /// The session of all items that stand alone; the last one of the file, where there are both.
    loose: Option<Recorder>,
}

impl Conversations {
    pub(super) fn new(transcript_key: &'static str, keys: &'static [&'static str], record: Record) -> Self {
        Conversations { transcript_key, keys, record, sessions: Vec::new(), loose: None }
    }

    /// Whether the item is an object that holds the items of a session of its own.
    fn is_body(&self, item: &Json<'_>) -> bool {
        self.keys.iter().any(|key| matches!(item.get(key), Some(Json::List(_))))
    }
}

impl Items for Conversations {
    fn item(&mut self, position: u32, mut item: Json<'_>, skips: &mut Skips) {
        if !self.is_body(&item) {
            let recorder = self.loose.get_or_insert_with(|| Recorder::new(format!("{}-0", self.transcript_key)));
            return record_timed(recorder, item, position, self.record, skips);
        }
        let mut recorder = envelope::head(&item, || format!("{}-{}", self.transcript_key, self.sessions.len()));
        // Request bodies carry the system prompt beside the messages.
        let system =
            ["system", "instructions"].map(|key| item.take(key)).into_iter().find(|value| *value != Json::Null);
        let system = message::into_text(system.unwrap_or(Json::Null));
        recorder.message(Speaker::System, &Note { position, ..Note::default() }, system, skips);
        for item in self.keys.iter().flat_map(|key| item.take_list(key)) {
            record_timed(&mut recorder, item, position, self.record, skips);
        }
        self.sessions.push(recorder);
    }

    fn end(&mut self, _: &mut Skips) {
        self.sessions.extend(self.loose.take().filter(|recorder| !recorder.is_empty()));
    }

    fn sessions(&mut self) -> Vec<&mut Recorder> {
        self.sessions.iter_mut().chain(&mut self.loose).collect()
    }
}

fn record_timed(recorder: &mut Recorder, item: Json<'_>, position: u32, record: Record, skips: &mut Skips) {
    if !matches!(item, Json::Object(_)) {
        return skips.note("unknown_type", item.shape(), position);
    }
    let note = Note { name: None, at: time_under(&item, &TIMES), position };
    record(recorder, item, note, skips);
}
