//! The boundary to JavaScript: the crate's public functions under their camelCase names.
//!
//! Objects cross as JSON text, parsed on either side, and have exactly the fields of the wire shapes. Not
//! serde-wasm-bindgen: it looks up only the fields that a struct knows, so that `deny_unknown_fields` is silently without
//! effect and a misspelt configuration passes; and it is no faster (100 digests of 384 kB together, Node 20: 3.3 ms in
//! and 2.6 ms out as JSON, 3.9 and 3.1 ms with it).

use js_sys::{Array, JSON, JsString, Reflect, Uint8Array};
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::prelude::*;

use crate::memory::{File, Memory};
use crate::plan::Plan;
use crate::{Error, Result};

/// Runs when the module is instantiated. A panic is a bug: its message and place go to the console before the trap.
#[wasm_bindgen(start)]
fn start() {
    console_error_panic_hook::set_once();
}

/// See [`crate::read_transcript`].
#[wasm_bindgen(js_name = readTranscript)]
pub fn read_transcript(bytes: &JsValue, format: &JsValue) -> Result<JsValue> {
    give(&crate::read_transcript(&octets("bytes", bytes)?.to_vec(), optional("format", format)?)?)
}

/// See [`crate::digest`].
#[wasm_bindgen]
pub fn digest(session: &JsValue) -> Result<JsValue> {
    give(&crate::digest(&take("session", session)?))
}

/// See [`crate::TranscriptReader`].
#[wasm_bindgen]
#[derive(Debug)]
pub struct TranscriptReader(Option<crate::TranscriptReader>);

#[wasm_bindgen]
impl TranscriptReader {
    /// With `hashed`, the engine computes the transcript's hash; else the host gives it to `finish`.
    #[wasm_bindgen(constructor)]
    pub fn new(format: &JsValue, hashed: bool) -> Result<TranscriptReader> {
        let format = optional("format", format)?;
        let reader = if hashed { crate::TranscriptReader::new } else { crate::TranscriptReader::without_hash };
        Ok(TranscriptReader(Some(reader(format))))
    }

    /// Takes the next bytes. After an error the file cannot be read on.
    pub fn push(&mut self, bytes: &JsValue) -> Result<()> {
        let bytes = octets("bytes", bytes)?;
        let mut reader = self.taken()?;
        let mut piece = Vec::new();
        for start in (0..bytes.length()).step_by(PIECE_BYTES as usize) {
            let part = bytes.subarray(start, bytes.length().min(start.saturating_add(PIECE_BYTES)));
            piece.resize(part.length() as usize, 0);
            part.copy_to(&mut piece);
            reader.push(&piece)?;
        }
        self.0 = Some(reader);
        Ok(())
    }

    /// Ends the file; `transcript` is its `sha256:…`, unless the engine computed it.
    pub fn finish(&mut self, transcript: &JsValue) -> Result<JsValue> {
        let reader = self.taken()?;
        let mut digested = match optional::<String>("transcript", transcript)? {
            Some(transcript) => reader.finish_as(transcript)?,
            None => reader.finish()?,
        };
        // One by one: the text of thousands of digests at once would take more memory than reading did.
        let digests = Array::new();
        for digest in std::mem::take(&mut digested.digests) {
            digests.push(&give(&digest)?);
        }
        let given = give(&digested)?;
        // Setting a property of a fresh ordinary object does not fail.
        let _ = Reflect::set(&given, &"digests".into(), &digests);
        Ok(given)
    }

    fn taken(&mut self) -> Result<crate::TranscriptReader> {
        self.0.take().ok_or_else(|| wrong("reader", "it has ended; allowed: one file for each reader"))
    }
}

/// Bytes that are copied in at once: memory that has grown stays so.
const PIECE_BYTES: u32 = 256 * 1024;

/// See [`crate::dream`].
#[wasm_bindgen]
pub fn dream(input: &JsValue) -> Result<JsValue> {
    let input: crate::DreamInput = take("input", input)?;
    make_room(input.memory.entries.len() * ENTRY_BYTES);
    give(&crate::dream(&input)?)
}

// What comparing takes for an entry of a large store, at least.
const ENTRY_BYTES: usize = 4_000;

/// Has the memory grow once. It would grow by 64 kB thousands of times, and JavaScript's garbage collector, which is told of
/// each, starts over and over again.
fn make_room(bytes: usize) {
    let mut room: Vec<u8> = Vec::new();
    // Where there is not so much it grows as far as it can.
    if room.try_reserve_exact(bytes).is_ok() {
        std::hint::black_box(room.as_mut_ptr());
    }
}

/// See [`crate::load_model`].
#[wasm_bindgen(js_name = loadModel)]
pub fn load_model(bytes: &JsValue) -> Result<()> {
    crate::load_model(octets("bytes", bytes)?.to_vec())
}

/// See [`crate::model_is_loaded`].
#[wasm_bindgen(js_name = modelIsLoaded)]
pub fn model_is_loaded() -> bool {
    crate::model_is_loaded()
}

fn need_model() -> Result<()> {
    if crate::model_is_loaded() { Ok(()) } else { Err(Error::ModelNotLoaded) }
}

/// See [`crate::compare`].
#[wasm_bindgen]
pub fn compare(a: &JsValue, b: &JsValue, embeddings: &JsValue) -> Result<JsValue> {
    need_model()?;
    let (a, b) = (text("a", a)?, text("b", b)?);
    give(&match optional("embeddings", embeddings)? {
        Some(embeddings) => crate::compare_with(&a, &b, &embeddings)?,
        None => crate::compare(&a, &b),
    })
}

/// See [`crate::preview`].
#[wasm_bindgen]
pub fn preview(memory: &JsValue, plan: &JsValue, decisions: &JsValue) -> Result<JsValue> {
    let (memory, plan): (Memory, Plan) = (take("memory", memory)?, take("plan", plan)?);
    let decisions: Vec<_> = take("decisions", decisions)?;
    give(&crate::preview(&memory, &plan, &decisions)?)
}

/// See [`crate::apply`].
#[wasm_bindgen]
pub fn apply(memory: &JsValue, plan: &JsValue, decisions: &JsValue, now: &JsValue) -> Result<JsValue> {
    let (memory, plan): (Memory, Plan) = (take("memory", memory)?, take("plan", plan)?);
    let decisions: Vec<_> = take("decisions", decisions)?;
    give(&crate::apply(&memory, &plan, &decisions, &text("now", now)?)?)
}

/// See [`crate::undo`].
#[wasm_bindgen]
pub fn undo(memory: &JsValue, inverse: &JsValue) -> Result<JsValue> {
    give(&crate::undo(&take("memory", memory)?, &take("inverse", inverse)?)?)
}

/// See [`crate::deleted`].
#[wasm_bindgen]
pub fn deleted(before: &JsValue, after: &JsValue, now: &JsValue) -> Result<JsValue> {
    give(&crate::deleted(&take("before", before)?, &take("after", after)?, &text("now", now)?))
}

/// See [`crate::auto_decisions`].
#[wasm_bindgen(js_name = autoDecisions)]
pub fn auto_decisions(plan: &JsValue) -> Result<JsValue> {
    give(&crate::auto_decisions(&take("plan", plan)?))
}

/// See [`crate::approve_all`].
#[wasm_bindgen(js_name = approveAll)]
pub fn approve_all(plan: &JsValue) -> Result<JsValue> {
    give(&crate::approve_all(&take("plan", plan)?))
}

/// See [`crate::recall`].
#[wasm_bindgen]
pub fn recall(memory: &JsValue, query: &JsValue, k: &JsValue) -> Result<JsValue> {
    need_model()?;
    let k: u32 = take("k", k)?;
    give(&crate::recall(&take("memory", memory)?, &text("query", query)?, k as usize))
}

/// See [`crate::render`].
#[wasm_bindgen]
pub fn render(memory: &JsValue, options: &JsValue) -> Result<JsValue> {
    give(&crate::render(&take("memory", memory)?, &take("options", options)?))
}

/// See [`crate::parse_memory_text`] for a string and [`crate::parse_memory_files`] for an array of files.
#[wasm_bindgen(js_name = parseMemory)]
pub fn parse_memory(input: &JsValue, format: &JsValue) -> Result<JsValue> {
    let memory = match input.as_string() {
        Some(text) => crate::parse_memory_text(&text, optional("format", format)?)?,
        None => crate::parse_memory_files(&take::<Vec<File>>("input", input)?)?,
    };
    give(&memory)
}

/// See [`crate::update_markdown`].
#[wasm_bindgen(js_name = updateMarkdown)]
pub fn update_markdown(files: &JsValue, before: &JsValue, after: &JsValue) -> Result<JsValue> {
    let files: Vec<File> = take("files", files)?;
    give(&crate::update_markdown(&files, &take("before", before)?, &take("after", after)?))
}

/// See [`crate::reread_markdown`].
#[wasm_bindgen(js_name = rereadMarkdown)]
pub fn reread_markdown(files: &JsValue, kept: &JsValue) -> Result<JsValue> {
    give(&crate::reread_markdown(&take::<Vec<File>>("files", files)?, &take("kept", kept)?)?)
}

/// See [`crate::redact_with`].
#[wasm_bindgen]
pub fn redact(input: &JsValue, options: &JsValue) -> Result<JsValue> {
    give(&crate::redact_with(&text("text", input)?, &optional("options", options)?.unwrap_or_default()))
}

/// See [`crate::memory_hash`].
#[wasm_bindgen(js_name = memoryHash)]
pub fn memory_hash(memory: &JsValue) -> Result<String> {
    Ok(crate::memory_hash(&take("memory", memory)?))
}

/// See [`crate::canonical`].
#[wasm_bindgen]
pub fn canonical(value: &JsValue) -> Result<String> {
    Ok(crate::canonical(&take::<serde_json::Value>("value", value)?))
}

/// See [`crate::verify_plan`].
#[wasm_bindgen(js_name = verifyPlan)]
pub fn verify_plan(plan: &JsValue) -> Result<()> {
    crate::verify_plan(&take("plan", plan)?)
}

/// See [`crate::report_markdown`].
#[wasm_bindgen(js_name = reportMarkdown)]
pub fn report_markdown(plan: &JsValue, memory: &JsValue) -> Result<String> {
    Ok(crate::report_markdown(&take("plan", plan)?, &take("memory", memory)?))
}

/// See [`crate::MAX_ITEM_BYTES`].
#[wasm_bindgen(js_name = maxItemBytes)]
pub fn max_item_bytes() -> usize {
    crate::MAX_ITEM_BYTES
}

/// See [`crate::ENGINE_VERSION`].
#[wasm_bindgen(js_name = engineVersion)]
pub fn engine_version() -> String {
    crate::ENGINE_VERSION.to_owned()
}

/// A real `Error`, with a stack, the name `LucidreamError` and the `code` of [`Error::code`].
impl From<Error> for JsValue {
    fn from(error: Error) -> JsValue {
        let thrown = js_sys::Error::new(&error.to_string());
        thrown.set_name("LucidreamError");
        // Setting a property of a fresh ordinary object does not fail.
        let _ = Reflect::set(&thrown, &"code".into(), &error.code().into());
        thrown.into()
    }
}

fn wrong(argument: &'static str, problem: impl Into<String>) -> Error {
    Error::InvalidArgument { argument, problem: problem.into() }
}

fn take<T: DeserializeOwned>(argument: &'static str, value: &JsValue) -> Result<T> {
    // JSON has no text for these two, and `JSON.stringify` answers with undefined.
    if value.is_undefined() || value.is_function() {
        return Err(wrong(argument, "it is missing"));
    }
    let json: JsString = JSON::stringify(value).map_err(|_| wrong(argument, "it cannot be written as JSON"))?;
    serde_json::from_str(&String::from(json)).map_err(|error| wrong(argument, error.to_string()))
}

fn optional<T: DeserializeOwned>(argument: &'static str, value: &JsValue) -> Result<Option<T>> {
    if value.is_undefined() || value.is_null() { Ok(None) } else { take(argument, value).map(Some) }
}

fn text(argument: &'static str, value: &JsValue) -> Result<String> {
    value.as_string().ok_or_else(|| wrong(argument, "allowed: a string"))
}

fn octets<'a>(argument: &'static str, value: &'a JsValue) -> Result<&'a Uint8Array> {
    value.dyn_ref::<Uint8Array>().ok_or_else(|| wrong(argument, "allowed: a Uint8Array"))
}

fn give<T: Serialize>(value: &T) -> Result<JsValue> {
    let json = serde_json::to_string(value).map_err(|error| wrong("result", error.to_string()))?;
    JSON::parse(&json).map_err(|_| wrong("result", "it is too large for this JavaScript engine"))
}
