//! Cutting a file that comes in pieces into items: the lines of JSONL, or the elements of one JSON document.
//!
//! Nothing is kept but the item that a piece broke off in. Where the pieces are cut makes no difference.

use memchr::{memchr, memchr2};
use serde::de::IgnoredAny;

use super::json::Json;
use crate::{Error, Result};

/// The longest item in bytes: a line, an element of a list, or a document that is one object. All else of a file comes
/// and goes, so this is what bounds the memory that reading takes.
pub const MAX_ITEM_BYTES: usize = 32 * 1024 * 1024;

/// How a document beyond that is told of, with the way out.
pub(super) const ONE_OBJECT: &str = "a single JSON object (a list of them, or one a line, may be longer)";

/// What was cut off, with its position: line from 1, or index of the element from 0.
#[derive(Debug, PartialEq)]
pub(crate) enum Cut<'c> {
    /// One JSON value, if it is whole.
    Item(u32, &'c [u8]),
    /// The document or its last element, where the file breaks off in it.
    Torn(u32, &'c [u8]),
    /// An item longer than [`MAX_ITEM_BYTES`].
    TooLong(u32),
    /// Something stands behind the end of the document.
    Trailing(u32),
}

/// Takes what is cut off.
pub(crate) type Give<'g> = dyn FnMut(Cut<'_>) + 'g;

/// What the file turned out to be.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    /// Nothing but white space yet.
    Blank,
    /// The first line is on its way: lines, unless it opens an object that goes on in the next ones.
    First,
    /// The first line is an object that does not end; the next one tells.
    Second,
    Lines,
    /// A list: its elements are the items.
    List,
    /// One object over all of the file.
    Document,
}

/// A file being cut.
#[derive(Debug)]
pub(crate) struct Source {
    kind: Kind,
    /// What came since the last cut; all that came, while it is not clear what the file is.
    rest: Vec<u8>,
    /// Where the second line begins in `rest`.
    second: usize,
    position: u32,
    /// The item on its way is too long and is thrown away.
    overlong: bool,
    scan: Scan,
}

/// Where in a list the next byte stands.
#[derive(Debug, Default)]
struct Scan {
    /// Brackets that are open, the list's own included.
    depth: u32,
    in_text: bool,
    escaped: bool,
    ended: bool,
    trailing: bool,
}

const MARK: &[u8] = b"\xef\xbb\xbf";

impl Source {
    pub(crate) fn new() -> Self {
        let scan = Scan::default();
        Source { kind: Kind::Blank, rest: Vec::new(), second: 0, position: 0, overlong: false, scan }
    }

    /// Whether nothing but white space came.
    pub(crate) fn is_blank(&self) -> bool {
        self.kind == Kind::Blank
    }

    /// Takes the next bytes.
    ///
    /// # Errors
    /// `transcript_too_large` for one object longer than [`MAX_ITEM_BYTES`].
    pub(crate) fn push(&mut self, bytes: &[u8], give: &mut Give<'_>) -> Result<()> {
        match self.kind {
            Kind::Blank => self.begin(bytes, give),
            Kind::List => {
                self.list(bytes, give);
                Ok(())
            }
            Kind::Document => self.document(bytes),
            Kind::First | Kind::Second | Kind::Lines => self.lines(bytes, give),
        }
    }

    /// Ends the file.
    pub(crate) fn finish(mut self, give: &mut Give<'_>) -> Result<()> {
        match self.kind {
            Kind::Blank => {}
            Kind::Lines => {
                self.position = self.position.saturating_add(1);
                self.item(&[], give);
            }
            Kind::First | Kind::Second => {
                // A line that ends with the file is judged like any other.
                self.lines(b"\n", give)?;
                if self.kind == Kind::Second {
                    give(Cut::Torn(1, trim(&self.rest)));
                } else if self.kind == Kind::Document {
                    give(Cut::Torn(0, trim(&self.rest)));
                }
            }
            Kind::List => self.end_of_list(give),
            Kind::Document => give(Cut::Torn(0, trim(&self.rest))),
        }
        Ok(())
    }

    fn begin(&mut self, bytes: &[u8], give: &mut Give<'_>) -> Result<()> {
        self.rest.extend_from_slice(bytes);
        let marked = self.rest.starts_with(MARK);
        let body = self.rest.get(if marked { MARK.len() } else { 0 }..).unwrap_or_default();
        if MARK.starts_with(&self.rest) {
            return Ok(());
        }
        let Some(start) = body.iter().position(|byte| !is_blank(*byte)) else {
            // Blank lines count, their bytes need not be kept.
            let ends = body.iter().filter(|byte| **byte == b'\n').count();
            self.position = self.position.saturating_add(u32::try_from(ends).unwrap_or(u32::MAX));
            self.rest = if marked { MARK.to_vec() } else { b" ".to_vec() };
            return Ok(());
        };
        let list = body.get(start) == Some(&b'[');
        let body = body.to_vec();
        self.rest = Vec::new();
        if list {
            (self.kind, self.position) = (Kind::List, 0);
        } else {
            self.kind = Kind::First;
        }
        self.push(&body, give)
    }

    fn lines(&mut self, mut bytes: &[u8], give: &mut Give<'_>) -> Result<()> {
        while let Some(end) = memchr(b'\n', bytes) {
            let (line, after) = bytes.split_at(end + 1);
            self.position = self.position.saturating_add(1);
            match self.kind {
                Kind::Lines => self.item(line, give),
                _ => {
                    self.keep(line);
                    // A line too long to be kept is the first of many, or the only one.
                    if self.overlong { self.item(&[], give) } else { self.early_line(give) }
                }
            }
            bytes = after;
            if self.kind == Kind::Document {
                return self.document(bytes);
            }
        }
        self.keep(bytes);
        Ok(())
    }

    /// One item: the bytes kept and these.
    fn item(&mut self, bytes: &[u8], give: &mut Give<'_>) {
        let position = self.position;
        // The length decides, not whether the item came in one piece.
        self.overlong |= self.rest.len() + bytes.len() > MAX_ITEM_BYTES;
        if !self.rest.is_empty() {
            self.keep(bytes);
        }
        if std::mem::take(&mut self.overlong) {
            give(Cut::TooLong(position));
        } else if self.rest.is_empty() {
            give_item(position, bytes, give);
        } else {
            give_item(position, &self.rest, give);
        }
        self.rest.clear();
    }

    /// Keeps a part of the item on its way, unless it gets too long.
    fn keep(&mut self, bytes: &[u8]) {
        if !self.overlong && self.rest.len() + bytes.len() <= MAX_ITEM_BYTES {
            return self.rest.extend_from_slice(bytes);
        }
        self.overlong = true;
        self.rest = Vec::new();
        if self.kind != Kind::List {
            self.kind = Kind::Lines;
        }
    }

    /// The first lines: `rest` holds them all.
    fn early_line(&mut self, give: &mut Give<'_>) {
        let line = self.rest.get(self.second..).unwrap_or_default();
        if trim(line).is_empty() {
            return;
        }
        let opens = trim(line).first() == Some(&b'{');
        match self.kind {
            Kind::First if opens && !is_whole(line) => {
                self.kind = Kind::Second;
                self.second = self.rest.len();
                return;
            }
            // JSONL whose first line is broken goes on with a whole object; a document goes on with a part of one.
            Kind::Second if !(opens && is_whole(line)) => {
                self.kind = Kind::Document;
                return;
            }
            _ => {}
        }
        self.kind = Kind::Lines;
        let rest = std::mem::take(&mut self.rest);
        let (first, second) = rest.split_at(self.second.min(rest.len()));
        let before = u32::try_from(second.iter().filter(|byte| **byte == b'\n').count()).unwrap_or(u32::MAX);
        give_item(self.position.saturating_sub(before), first, give);
        give_item(self.position, second, give);
    }

    fn document(&mut self, bytes: &[u8]) -> Result<()> {
        let length = self.rest.len() + bytes.len();
        if length > MAX_ITEM_BYTES {
            return Err(Error::TranscriptTooLarge { what: ONE_OBJECT, bytes: length, limit: MAX_ITEM_BYTES });
        }
        self.rest.extend_from_slice(bytes);
        Ok(())
    }

    fn list(&mut self, bytes: &[u8], give: &mut Give<'_>) {
        let (mut from, mut at) = (0, 0);
        while let Some(byte) = bytes.get(at) {
            if self.scan.in_text {
                at = self.scan.text(bytes, at);
                continue;
            }
            match byte {
                _ if self.scan.ended => self.scan.trailing |= !is_blank(*byte),
                b'"' => self.scan.in_text = true,
                b'{' | b'[' => {
                    self.scan.depth += 1;
                    if self.scan.depth == 1 {
                        from = at + 1;
                    }
                }
                b'}' | b']' => {
                    self.scan.depth = self.scan.depth.saturating_sub(1);
                    if self.scan.depth == 0 {
                        self.element(bytes.get(from..at).unwrap_or_default(), give);
                        self.scan.ended = true;
                    }
                }
                b',' if self.scan.depth == 1 => {
                    self.element(bytes.get(from..at).unwrap_or_default(), give);
                    from = at + 1;
                }
                _ => {}
            }
            at += 1;
        }
        if !self.scan.ended && self.scan.depth > 0 {
            self.keep(bytes.get(from..).unwrap_or_default());
        }
    }

    fn element(&mut self, bytes: &[u8], give: &mut Give<'_>) {
        self.item(bytes, give);
        self.position = self.position.saturating_add(1);
    }

    fn end_of_list(&mut self, give: &mut Give<'_>) {
        if self.scan.trailing {
            give(Cut::Trailing(self.position));
        } else if self.overlong {
            give(Cut::TooLong(self.position));
        } else if !self.scan.ended {
            give(Cut::Torn(self.position, trim(&self.rest)));
        }
    }
}

impl Scan {
    /// Goes on in a string from `at`: gives where the next byte of interest stands.
    fn text(&mut self, bytes: &[u8], at: usize) -> usize {
        if std::mem::take(&mut self.escaped) {
            return at + 1;
        }
        let Some(found) = memchr2(b'"', b'\\', bytes.get(at..).unwrap_or_default()) else { return bytes.len() };
        match bytes.get(at + found) {
            Some(b'\\') => self.escaped = true,
            _ => self.in_text = false,
        }
        at + found + 1
    }
}

fn give_item(position: u32, bytes: &[u8], give: &mut Give<'_>) {
    let bytes = trim(bytes);
    if !bytes.is_empty() {
        give(Cut::Item(position, bytes));
    }
}

/// White space and NUL: files cut off by a crash end in a run of NULs.
fn is_blank(byte: u8) -> bool {
    byte.is_ascii_whitespace() || byte == 0
}

fn trim(bytes: &[u8]) -> &[u8] {
    let Some(start) = bytes.iter().position(|byte| !is_blank(*byte)) else { return &[] };
    let end = bytes.iter().rposition(|byte| !is_blank(*byte)).map_or(0, |last| last + 1);
    bytes.get(start..end).unwrap_or_default()
}

fn is_whole(line: &[u8]) -> bool {
    serde_json::from_slice::<IgnoredAny>(trim(line)).is_ok()
}

/// What stands whole before the place where a document breaks off: cut after the last complete element
/// of a list, then close what is open.
pub(crate) fn salvage(text: &str, error: &serde_json::Error) -> Json<'static> {
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
