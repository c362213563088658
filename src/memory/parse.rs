//! Stores as people have them: JSON, JSON lines, Markdown bullets, a directory of files.

use std::collections::BTreeSet;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::markdown::{Block, blocks};
use super::{Entry, Memory, Place};
use crate::canonical::short_hash;
use crate::config::Config;
use crate::error::{Error, Result};
use crate::order::Arrange as _;
use crate::text::normalise;

/// The text forms that a store can be read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum MemoryFormat {
    /// One JSON object with `entries`, or an array of entries.
    Json,
    /// An entry a line.
    Jsonl,
    /// A bullet or a paragraph is an entry; everything else is its owner's frame.
    Markdown,
}

/// A file by its path and content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct File {
    /// Path below the store's own directory, with `/`.
    pub path: String,
    /// Content as text.
    pub content: String,
}

/// Reads a store from one text; the format is found out from the content where none is given.
///
/// # Errors
/// `invalid_memory` with line and reason; `duplicate_entry`.
///
/// ```
/// let memory = lucidream::parse_memory_text("# Notes\n- Deploy on Mondays.\n- Ask Ana first.\n", None)?;
/// assert_eq!(memory.entries[1].text, "Ask Ana first.");
/// # Ok::<(), lucidream::Error>(())
/// ```
pub fn parse_memory_text(text: &str, format: Option<MemoryFormat>) -> Result<Memory> {
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    let memory = match format.unwrap_or_else(|| detect(body)) {
        MemoryFormat::Json => json(body)?,
        MemoryFormat::Jsonl => jsonl(body)?,
        MemoryFormat::Markdown => {
            return parse_memory_files(&[File { path: String::new(), content: text.to_owned() }]);
        }
    };
    check_ids(&memory).map(|()| memory)
}

/// Reads a store from a directory of memory files; each bullet or paragraph of each file is an entry.
///
/// # Errors
/// `invalid_argument` for two files with one path.
pub fn parse_memory_files(files: &[File]) -> Result<Memory> {
    let mut files: Vec<&File> = files.iter().collect();
    files.arrange_by(|a, b| a.path.cmp(&b.path));
    if let Some((file, _)) = files.iter().zip(files.iter().skip(1)).find(|(a, b)| a.path == b.path) {
        let problem = format!("two files have the path `{}`; paths are unique", file.path);
        return Err(Error::InvalidArgument { argument: "files", problem });
    }
    let entries = files.iter().flat_map(|file| markdown(&file.content, &file.path)).collect();
    let memory = Memory { files: files.into_iter().cloned().collect(), ..with_entries(entries) };
    check_ids(&memory).map(|()| memory)
}

/// Checks what every step relies on: unique, non-empty ids and the limits of the configuration.
pub(crate) fn check(memory: &Memory, config: &Config) -> Result<()> {
    check_ids(memory)?;
    let too_large = |what: String, value: usize, limit: u32| {
        if value <= limit as usize { Ok(()) } else { Err(Error::MemoryTooLarge { what, value, limit: limit as usize }) }
    };
    let active = memory.entries.iter().filter(|entry| entry.is_active()).count();
    too_large("the number of active entries".to_owned(), active, config.max_entries)?;
    memory.entries.iter().try_for_each(|entry| {
        too_large(format!("the text of entry `{}` in bytes", entry.id), entry.text.len(), config.max_entry_bytes)
    })
}

fn check_ids(memory: &Memory) -> Result<()> {
    let mut seen = BTreeSet::new();
    for (at, entry) in memory.entries.iter().enumerate() {
        if entry.id.is_empty() {
            let problem = format!("entry {at} has an empty id; ids are unique and not empty");
            return Err(Error::InvalidMemory { problem });
        }
        if !seen.insert(&entry.id) {
            return Err(Error::DuplicateEntry { id: entry.id.clone() });
        }
    }
    Ok(())
}

fn detect(text: &str) -> MemoryFormat {
    let start = text.trim_start();
    match start.chars().next() {
        Some('[') if serde_json::from_str::<Value>(text).is_ok() => MemoryFormat::Json,
        // Two objects on two lines are no JSON document: the first line decides.
        Some('{') => {
            let first = start.lines().next().unwrap_or_default();
            let line = serde_json::from_str::<Value>(first).is_ok_and(|value| value.get("entries").is_none());
            if line { MemoryFormat::Jsonl } else { MemoryFormat::Json }
        }
        _ => MemoryFormat::Markdown,
    }
}

fn json(text: &str) -> Result<Memory> {
    let invalid = |error: serde_json::Error| Error::InvalidMemory { problem: error.to_string() };
    if text.trim_start().starts_with('[') {
        let lines: Vec<Value> = serde_json::from_str(text).map_err(invalid)?;
        let entries = lines.into_iter().enumerate().map(|(at, line)| entry(line, &format!("entry {at}")));
        return entries.collect::<Result<_>>().map(with_entries);
    }
    let mut memory: Value = serde_json::from_str(text).map_err(invalid)?;
    let lines = match memory.get_mut("entries").map(Value::take) {
        Some(Value::Array(lines)) => lines,
        Some(_) => return Err(Error::InvalidMemory { problem: "`entries` has to be an array".to_owned() }),
        None => Vec::new(),
    };
    if let Some(fields) = memory.as_object_mut() {
        fields.remove("entries");
    }
    let mut memory: Memory = typed(&memory).map_err(|problem| Error::InvalidMemory { problem })?;
    let entries = lines.into_iter().enumerate().map(|(at, line)| entry(line, &format!("entry {at}")));
    memory.entries = entries.collect::<Result<_>>()?;
    if memory.schema != super::MEMORY_SCHEMA {
        let problem = format!("`schema` is `{}`, allowed: `{}`", memory.schema, super::MEMORY_SCHEMA);
        return Err(Error::InvalidMemory { problem });
    }
    Ok(memory)
}

fn jsonl(text: &str) -> Result<Memory> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let entries = lines.map(|(at, line)| {
        let place = format!("line {}", at + 1);
        let value = serde_json::from_str(line)
            .map_err(|error| Error::InvalidMemory { problem: format!("{place}: {error}") })?;
        entry(value, &place)
    });
    entries.collect::<Result<_>>().map(with_entries)
}

fn entry(value: Value, place: &str) -> Result<Entry> {
    typed(&value).map_err(|problem| Error::InvalidMemory { problem: format!("{place}: {problem}") })
}

/// Reads a type from a value. By way of text, so that the types are compiled for one way of reading only.
fn typed<T: DeserializeOwned>(value: &Value) -> std::result::Result<T, String> {
    serde_json::from_str(&value.to_string()).map_err(|error| {
        let problem = error.to_string();
        // It names a place in that text, which nobody has seen.
        problem.rsplit_once(" at line ").map_or(problem.clone(), |(problem, _)| problem.to_owned())
    })
}

fn with_entries(entries: Vec<Entry>) -> Memory {
    Memory { entries, ..Memory::default() }
}

/// The entries of a Markdown text, each with its place.
fn markdown(text: &str, path: &str) -> Vec<Entry> {
    let mut seen: BTreeSet<String> = BTreeSet::new();
    let entry = |block: Block| {
        let key = (path, normalise(&block.text));
        let mut id = format!("m_{}", short_hash(&key, 12));
        let mut copy = 2;
        while !seen.insert(id.clone()) {
            id = format!("m_{}_{copy}", short_hash(&key, 12));
            copy += 1;
        }
        let Block { section, under, leads, quoted, step, .. } = block;
        let place = Place { path: path.to_owned(), section, under, leads, quoted, step };
        Entry { place: Some(place), ..Entry::new(id, block.text) }
    };
    blocks(text).into_iter().map(entry).collect()
}
