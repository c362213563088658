//! Reading a file that comes in pieces: what every other way of reading is made of.
//!
//! Turns are handed on in parts. A session of up to [`PART_BYTES`] of text is one part. Of a longer one, and of one that
//! has been silent while [`SWEEP_BYTES`] of others came, the turns so far are settled: judged, rid of the secrets
//! known by then, and handed on.

use sha2::{Digest as _, Sha256};

use super::claude_code::ClaudeCode;
use super::codex::Codex;
use super::conversation::Conversations;
use super::detect::Detector;
use super::gzip::{Gzip, MAGIC};
use super::json::Json;
use super::managed_agents::ManagedAgents;
use super::otel::Otel;
use super::pi::Pi;
use super::recorder::{Ended, Recorder, Settled};
use super::session::{Session, Skipped};
use super::skips::Skips;
use super::source::{Cut, MAX_ITEM_BYTES, ONE_OBJECT, Source, salvage};
use super::{Format, ai_sdk, detect, langchain, message, openai_responses};
use crate::canonical::hex;
use crate::order::Arrange as _;
use crate::redact::Seen;
use crate::{Error, Result};

/// Bytes of text that a session may have in one part.
const PART_BYTES: usize = 4 * 1024 * 1024;

/// Bytes of text that all sessions together may have waiting.
const WAITING_BYTES: usize = 8 * 1024 * 1024;

/// Bytes of items between two looks at what waits.
const SWEEP_BYTES: usize = 4 * 1024 * 1024;

/// Bytes of items that are kept while the format is not clear.
const UNDECIDED_BYTES: usize = 8 * 1024 * 1024;

/// Stands for the transcript's hash in the ids of sessions that have none of their own: it is known at the end only.
/// No text that people write begins like this.
const FILE: &str = "\u{0}file";

/// Digits of the hash that stand in such an id.
const KEY_DIGITS: usize = 12;

/// How one format turns items into turns of sessions.
pub(super) trait Items {
    /// Takes in one item of the file.
    fn item(&mut self, position: u32, item: Json<'_>, skips: &mut Skips);

    /// The file has ended.
    fn end(&mut self, _skips: &mut Skips) {}

    /// The sessions so far, in the order in which they begin.
    fn sessions(&mut self) -> Vec<&mut Recorder>;
}

/// Turns of a session that are settled before the session has ended.
pub(crate) struct Part {
    /// Which session of the file.
    pub session: u32,
    /// What is known of it so far, with the turns, counted from 0.
    pub turns: Session,
    /// What looking for secrets showed of the text of each of them.
    pub seen: Vec<Seen>,
    /// Index of the first of these turns in the session.
    pub base: u32,
    /// Calls of earlier parts, each with the result among these turns.
    pub late: Vec<(u32, u32)>,
}

/// A file that was read to its end.
pub(crate) struct Finished {
    pub transcript: String,
    pub format: Format,
    pub reason: String,
    /// The sessions in order, each with its number if it gave parts.
    pub sessions: Vec<(Option<u32>, Ended)>,
    pub skipped: Vec<Skipped>,
}

/// Reads one file from its pieces.
pub(crate) struct Reader {
    /// The first bytes, until they show whether the file is packed.
    head: Vec<u8>,
    gzip: Option<Gzip>,
    source: Source,
    desk: Desk,
    hash: Option<Sha256>,
    bytes: usize,
}

impl std::fmt::Debug for Reader {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Reader").field("bytes", &self.bytes).finish_non_exhaustive()
    }
}

impl Reader {
    /// A reader for a file of that format, or of the one that its content shows.
    pub(crate) fn new(format: Option<Format>) -> Self {
        Reader {
            head: Vec::new(),
            gzip: None,
            source: Source::new(),
            desk: Desk::new(format),
            hash: Some(Sha256::new()),
            bytes: 0,
        }
    }

    /// A reader for a file whose hash the caller knows.
    pub(crate) fn without_hash(format: Option<Format>) -> Self {
        Reader { hash: None, ..Reader::new(format) }
    }

    /// Takes the next bytes, and hands on what they settle.
    pub(crate) fn push(&mut self, bytes: &[u8], take: &mut dyn FnMut(Part)) -> Result<()> {
        let first = self.bytes < MAGIC.len();
        self.bytes = self.bytes.saturating_add(bytes.len());
        if let Some(hash) = &mut self.hash {
            hash.update(bytes);
        }
        if !first {
            return self.unpack(bytes, take);
        }
        self.head.extend_from_slice(bytes);
        if self.head.len() < MAGIC.len() {
            return Ok(());
        }
        let head = std::mem::take(&mut self.head);
        self.gzip = head.starts_with(&MAGIC).then(Gzip::new);
        self.unpack(&head, take)
    }

    fn unpack(&mut self, bytes: &[u8], take: &mut dyn FnMut(Part)) -> Result<()> {
        let Reader { source, desk, .. } = self;
        let mut plain = |bytes: &[u8]| source.push(bytes, &mut |cut| desk.take(cut, take));
        match &mut self.gzip {
            Some(gzip) => gzip.push(bytes, &mut plain),
            None => plain(bytes),
        }
    }

    /// Ends the file. `hash` is its `sha256:…` where the caller knows it.
    pub(crate) fn finish(mut self, hash: Option<String>, take: &mut dyn FnMut(Part)) -> Result<Finished> {
        let head = std::mem::take(&mut self.head);
        self.unpack(&head, take)?;
        let Reader { mut source, mut desk, .. } = self;
        let mut plain = |bytes: &[u8]| source.push(bytes, &mut |cut| desk.take(cut, take));
        let broken = self.gzip.map_or(Ok(None), |gzip| gzip.finish(&mut plain))?;
        if let Some(problem) = &broken {
            desk.skips.note("broken_gzip", problem, 0);
        }
        if source.is_blank() {
            if let Some(problem) = broken {
                return Err(Error::InvalidTranscript { format: "gzip", problem });
            }
            return Err(Error::EmptyTranscript { bytes: self.bytes });
        }
        source.finish(&mut |cut| desk.take(cut, take))?;
        let digits = self.hash.map(|hash| format!("sha256:{}", hex(&hash.finalize())));
        desk.finish(digits.or(hash).unwrap_or_default(), self.bytes, take)
    }
}

/// Where items become turns.
struct Desk {
    /// Whether the format was given, so that every item is read as of it.
    given: bool,
    reason: String,
    detector: Detector,
    /// Items that came before the format was clear.
    undecided: Vec<(u32, Vec<u8>)>,
    undecided_bytes: usize,
    /// Nothing of what came has the shape of any format.
    hopeless: bool,
    /// The reader of the file's format, then those of items that are surely of another one.
    readers: Vec<(Format, Box<dyn Items>)>,
    skips: Skips,
    unswept: usize,
    numbers: u32,
}

impl Desk {
    fn new(format: Option<Format>) -> Self {
        Desk {
            given: format.is_some(),
            reason: "given".to_owned(),
            detector: Detector::default(),
            undecided: Vec::new(),
            undecided_bytes: 0,
            hopeless: false,
            readers: format.map(|format| (format, reader_of(format))).into_iter().collect(),
            skips: Skips::default(),
            unswept: 0,
            numbers: 0,
        }
    }

    fn take(&mut self, cut: Cut<'_>, take: &mut dyn FnMut(Part)) {
        match cut {
            Cut::Item(..) if self.hopeless => {}
            Cut::Item(position, bytes) if self.readers.is_empty() => self.look(position, bytes, take),
            Cut::Item(position, bytes) => self.read(position, bytes, false, take),
            // Broken off, so there will be nothing more to tell the format by.
            Cut::Torn(position, bytes) => {
                if self.readers.is_empty() {
                    with_item(bytes, true, &mut Skips::default(), position, |item, _| {
                        self.detector.look(&item);
                    });
                    let _ = self.decide(take);
                }
                self.read(position, bytes, true, take);
            }
            Cut::TooLong(position) => self.skips.note("too_long", "an item beyond the limit", position),
            Cut::Trailing(position) => self.skips.broken("characters behind the end of the list", position),
        }
    }

    /// Looks at an item of a file whose format is not clear yet.
    fn look(&mut self, position: u32, bytes: &[u8], take: &mut dyn FnMut(Part)) {
        let mut more = true;
        with_item(bytes, false, &mut Skips::default(), position, |item, _| more = self.detector.look(&item));
        self.undecided_bytes += bytes.len();
        self.undecided.push((position, bytes.to_vec()));
        if !more || self.undecided_bytes > UNDECIDED_BYTES {
            self.hopeless = self.decide(take).is_err();
            self.undecided = Vec::new();
        }
    }

    fn decide(&mut self, take: &mut dyn FnMut(Part)) -> Result<()> {
        let (format, reason) = self.detector.decide()?;
        self.reason = reason;
        self.readers.push((format, reader_of(format)));
        for (position, bytes) in std::mem::take(&mut self.undecided) {
            self.read(position, &bytes, false, take);
        }
        Ok(())
    }

    fn read(&mut self, position: u32, bytes: &[u8], torn: bool, take: &mut dyn FnMut(Part)) {
        let Desk { readers, given, skips, .. } = self;
        let mut take_in = |position: u32, item: Json<'_>, skips: &mut Skips| {
            if let Some(reader) = reader_for(readers, *given, &item) {
                reader.item(position, item, skips);
            }
        };
        with_item(bytes, torn, skips, position, |item, skips| match item {
            // A document that turned out to be a list only now.
            Json::List(items) if torn => items.into_iter().zip(0..).for_each(|(item, at)| take_in(at, item, skips)),
            Json::Null if torn => {}
            item => take_in(position, item, skips),
        });
        self.unswept += bytes.len();
        if self.unswept > SWEEP_BYTES {
            self.unswept = 0;
            self.sweep(take);
        }
    }

    /// Settles sessions that are long or silent, then the longest until little enough waits.
    fn sweep(&mut self, take: &mut dyn FnMut(Part)) {
        let sessions = self.readers.iter_mut().flat_map(|(format, reader)| {
            let format = *format;
            reader.sessions().into_iter().map(move |session| (format, session))
        });
        let mut waiting: Vec<(Format, &mut Recorder)> = sessions.filter(|(_, session)| session.waiting() > 0).collect();
        waiting.arrange_by_key(|(_, session)| session.waiting());
        let mut sum: usize = waiting.iter().map(|(_, session)| session.waiting()).sum();
        for (format, recorder) in waiting.into_iter().rev() {
            let silent = !std::mem::take(&mut recorder.touched);
            let bytes = recorder.waiting();
            if silent || bytes > PART_BYTES || sum > WAITING_BYTES {
                sum -= bytes;
                let session = *recorder.number.get_or_insert_with(|| {
                    self.numbers += 1;
                    self.numbers
                });
                let (base, late) = (recorder.base(), recorder.take_late());
                let Settled { session: turns, seen } = recorder.settle(format);
                take(Part { session, turns, seen, base, late });
            }
        }
    }

    fn finish(mut self, transcript: String, bytes: usize, take: &mut dyn FnMut(Part)) -> Result<Finished> {
        if self.readers.is_empty() {
            // A list with nothing in it.
            if self.undecided.is_empty() && !self.hopeless && self.skips.is_empty() {
                return Err(Error::EmptyTranscript { bytes });
            }
            self.decide(take).map_err(|error| self.too_large(bytes).unwrap_or(error))?;
        }
        let mut readers = std::mem::take(&mut self.readers);
        readers.iter_mut().for_each(|(_, reader)| reader.end(&mut self.skips));
        let key = transcript.get("sha256:".len()..).and_then(|digits| digits.get(..KEY_DIGITS)).unwrap_or_default();
        let sessions = ended(&mut readers, &transcript, key, &mut self.skips);
        let Some((format, _)) = readers.first() else { return Err(Error::EmptyTranscript { bytes }) };
        if sessions.is_empty() {
            if let Some(error) = self.too_large(bytes) {
                return Err(error);
            }
            let problem = self.skips.first_problem().unwrap_or("it holds no message").to_owned();
            return Err(Error::InvalidTranscript { format: format.name(), problem });
        }
        Ok(Finished { transcript, format: *format, reason: self.reason, sessions, skipped: self.skips.into_rows() })
    }
}

impl Desk {
    /// What is wrong with a file of which nothing could be read, if it was its length.
    fn too_large(&self, bytes: usize) -> Option<Error> {
        let limit = MAX_ITEM_BYTES;
        self.skips.has("too_long").then_some(Error::TranscriptTooLarge { what: ONE_OBJECT, bytes, limit })
    }
}

/// Sessions without a turn are counted, not kept. Two sessions of one file never share an id.
fn ended(
    readers: &mut [(Format, Box<dyn Items>)],
    transcript: &str,
    key: &str,
    skips: &mut Skips,
) -> Vec<(Option<u32>, Ended)> {
    let mut taken = std::collections::BTreeMap::<String, u32>::new();
    let mut sessions = Vec::new();
    let recorders = readers.iter_mut().flat_map(|(format, reader)| {
        let format = *format;
        reader.sessions().into_iter().map(move |recorder| (format, recorder))
    });
    for ((format, recorder), position) in recorders.zip(0..) {
        let mut recorder = std::mem::replace(recorder, Recorder::new(""));
        if recorder.is_empty() {
            skips.note("empty", "a session without a message", position);
            continue;
        }
        if let Some(rest) = recorder.id.strip_prefix(FILE) {
            recorder.id = format!("{key}{rest}");
        }
        let count = taken.entry(recorder.id.clone()).or_default();
        *count += 1;
        if *count > 1 {
            recorder.id = format!("{}#{count}", recorder.id);
        }
        sessions.push((recorder.number, recorder.finish(transcript, format)));
    }
    sessions
}

/// Parses an item and hands it on; what is broken is counted, and salvaged where it is the document that broke off.
fn with_item(bytes: &[u8], torn: bool, skips: &mut Skips, position: u32, read: impl FnOnce(Json<'_>, &mut Skips)) {
    let text = match simdutf8::basic::from_utf8(bytes) {
        Ok(text) => std::borrow::Cow::Borrowed(text),
        Err(_) => {
            skips.note("invalid_utf8", "bytes that are not UTF-8 were replaced", position);
            String::from_utf8_lossy(bytes)
        }
    };
    match Json::item(&text) {
        Ok(item) => read(item, skips),
        Err(error) => {
            skips.broken(&error.to_string(), position);
            if torn {
                read(salvage(&text, &error), skips);
            }
        }
    }
}

/// The reader of the file's format, or of the one that the item surely has.
fn reader_for<'r>(
    readers: &'r mut Vec<(Format, Box<dyn Items>)>,
    given: bool,
    item: &Json<'_>,
) -> Option<&'r mut Box<dyn Items>> {
    let (main, _) = readers.first()?;
    let format = if given { *main } else { detect::stray(*main, item).unwrap_or(*main) };
    let at = readers.iter().position(|(known, _)| *known == format).unwrap_or_else(|| {
        readers.push((format, reader_of(format)));
        readers.len() - 1
    });
    readers.get_mut(at).map(|(_, reader)| reader)
}

fn reader_of(format: Format) -> Box<dyn Items> {
    let conversations =
        |keys: &'static [&'static str], record| -> Box<dyn Items> { Box::new(Conversations::new(FILE, keys, record)) };
    match format {
        Format::ClaudeCode => Box::new(ClaudeCode::new(FILE)),
        Format::ManagedAgents => Box::new(ManagedAgents::new(FILE)),
        Format::Otel => Box::new(Otel::new(FILE)),
        Format::Codex => Box::new(Codex::new(FILE)),
        Format::Pi => Box::new(Pi::new(FILE)),
        Format::Envelope | Format::AnthropicMessages | Format::OpenaiChat => {
            conversations(&["messages"], message::record)
        }
        Format::OpenaiResponses => conversations(&openai_responses::KEYS, openai_responses::record),
        Format::AiSdkUi => conversations(&["messages"], ai_sdk::record_ui),
        Format::AiSdkModel => conversations(&["messages"], ai_sdk::record_model),
        Format::Langchain => conversations(&["messages"], langchain::record),
    }
}
