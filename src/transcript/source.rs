//! The items of a file: the lines of JSONL, or the elements of one JSON document.

use std::borrow::Cow;

use serde::de::IgnoredAny;

use super::json::Json;
use super::skips::Skips;

/// The text of a file: without byte order mark, and with U+FFFD for what is not UTF-8.
pub(crate) fn decode(bytes: &[u8]) -> Cow<'_, str> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    // Checking first is several times as fast as the lossy reading, which goes character by character.
    std::str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed)
}

/// Counts the lines in which [`decode`] had to replace something.
pub(crate) fn note_not_utf8(bytes: &[u8], skips: &mut Skips) {
    for (line, number) in bytes.split(|byte| *byte == b'\n').zip(1..) {
        if std::str::from_utf8(line).is_err() {
            skips.note("invalid_utf8", "bytes that are not UTF-8 were replaced", number);
        }
    }
}

/// A file cut into items.
pub(crate) enum Source<'a> {
    /// One JSON value a line, parsed when its turn comes.
    Lines(&'a str),
    /// One JSON value over all of the file; its elements if it is a list.
    Document(Vec<Json<'a>>),
}

impl<'a> Source<'a> {
    /// A document that breaks off is read up to the last whole element and counted as `broken_line`.
    pub(crate) fn new(text: &'a str, skips: &mut Skips) -> Self {
        if is_lines(text) {
            return Source::Lines(text);
        }
        let text = trim(text);
        let document = Json::item(text).unwrap_or_else(|error| {
            skips.broken(&error.to_string(), u32::try_from(error.line()).unwrap_or(u32::MAX));
            salvage(text, &error)
        });
        Source::Document(match document {
            Json::List(items) => items,
            Json::Null => Vec::new(),
            item => vec![item],
        })
    }

    /// Shows the items in order until `look` returns false.
    pub(crate) fn peek(&self, look: &mut dyn FnMut(&Json<'a>) -> bool) {
        match self {
            Source::Lines(text) => {
                let items = lines(text).filter_map(|(_, line)| Json::item(line).ok());
                for item in items {
                    if !look(&item) {
                        return;
                    }
                }
            }
            Source::Document(items) => {
                items.iter().all(look);
            }
        }
    }

    /// Hands each item to `read` with its position: line from 1, or index of the element from 0.
    /// Lines that are not JSON are counted as `broken_line`; everything else is kept.
    pub(crate) fn each(self, skips: &mut Skips, read: &mut dyn FnMut(u32, Json<'a>, &mut Skips)) {
        match self {
            Source::Lines(text) => {
                for (number, line) in lines(text) {
                    match Json::item(line) {
                        Ok(item) => read(number, item, skips),
                        Err(error) => skips.broken(&error.to_string(), number),
                    }
                }
            }
            Source::Document(items) => {
                items.into_iter().zip(0..).for_each(|(item, index)| read(index, item, skips));
            }
        }
    }
}

/// Lines that are not blank, numbered from 1.
fn lines(text: &str) -> impl Iterator<Item = (u32, &str)> {
    (1..).zip(text.split('\n').map(trim)).filter(|(_, line)| !line.is_empty())
}

pub(crate) fn is_blank(text: &str) -> bool {
    trim(text).is_empty()
}

/// White space and NUL: files cut off by a crash end in a run of NULs.
fn trim(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_ascii_whitespace() || c == '\0')
}

/// Lines, unless the first line opens a value that goes on in the next ones.
fn is_lines(text: &str) -> bool {
    let mut lines = lines(text).map(|(_, line)| line);
    let Some(first) = lines.next() else { return true };
    let Some(second) = lines.next() else { return !first.starts_with(['{', '[']) };
    // JSONL whose first line is broken goes on with a whole object; a document goes on with a part of one.
    let whole = |line: &str| serde_json::from_str::<IgnoredAny>(line).is_ok();
    whole(first) || !first.starts_with(['{', '[']) || (first.starts_with('{') && whole(second))
}

/// What stands whole before the place where a document breaks off: cut after the last complete element
/// of a list, then close what is open.
fn salvage<'a>(text: &'a str, error: &serde_json::Error) -> Json<'a> {
    let end = offset_of(text, error.line(), error.column());
    let Some((cut, open)) = last_complete_element(text.as_bytes().get(..end).unwrap_or_default()) else {
        return Json::Null;
    };
    let mut mended = text.get(..cut).unwrap_or_default().to_owned();
    mended.extend(open.iter().rev().map(|byte| if *byte == b'{' { '}' } else { ']' }));
    // The mended text lives only here, so the value is read as an owned one.
    serde_json::from_str(&mended).map_or(Json::Null, Json::from_value)
}

fn offset_of(text: &str, line: usize, column: usize) -> usize {
    let before: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    (before + column).min(text.len())
}

/// Offset behind the last value that ended directly inside of a list, and the brackets open there.
fn last_complete_element(bytes: &[u8]) -> Option<(usize, Vec<u8>)> {
    let (mut open, mut in_text, mut escaped, mut last) = (Vec::new(), false, false, None);
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            _ if in_text => {}
            b'{' | b'[' => open.push(*byte),
            b'}' | b']' => {
                open.pop()?;
                if open.last() == Some(&b'[') {
                    last = Some((at + 1, open.clone()));
                }
            }
            _ => {}
        }
    }
    last
}
