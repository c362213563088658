//! What holds for any bytes. The fuzz targets and `tests/corpus.rs` call the same checks.

use lucidream::evidence::Evidence;
use lucidream::transcript::Act;
use lucidream::{Digest, Format, TranscriptReader, digest_transcript, read_transcript};
use serde_json::Value;

/// The reader of the format of that name.
pub fn read(format: &str, data: &[u8]) {
    let format = Format::from_name(format);
    assert!(format.is_some(), "no format has that name");
    evidence_stands_where_it_says(data, format);
}

/// The detector, and the reader that it chooses.
pub fn detect(data: &[u8]) {
    evidence_stands_where_it_says(data, None);
}

/// The same bytes in pieces: the first four say how long these are.
pub fn pieces(data: &[u8]) {
    let Some((sizes, bytes)) = data.split_first_chunk::<4>() else { return };
    let whole = digest_transcript(bytes, None);
    let mut reader = TranscriptReader::new(None);
    let mut pushed = Ok(());
    let mut rest = bytes;
    for size in sizes.iter().cycle().map(|size| usize::from(*size).pow(2) + 1) {
        let (piece, after) = rest.split_at(size.min(rest.len()));
        if pushed.is_ok() {
            pushed = reader.push(piece);
        }
        rest = after;
        if rest.is_empty() {
            break;
        }
    }
    assert_eq!(pushed.and_then(|()| reader.finish()), whole);
}

/// The parser of items: an object comes through as serde_json has it.
pub fn parse(data: &[u8]) {
    let Ok(arguments) = std::str::from_utf8(data) else { return };
    let body = |arguments: &str| {
        format!(
            r#"{{"messages": [{{"role": "assistant", "content": "", "tool_calls": [{{"id": "a", "type": "function", "function": {{"name": "t", "arguments": {arguments}}}}}]}}]}}"#
        )
    };
    let Ok(expected @ Value::Object(_)) = serde_json::from_str::<Value>(arguments) else { return };
    let line = body(arguments).replace(['\n', '\r'], " ");
    let Ok(reading) = read_transcript(line.as_bytes(), Some(Format::OpenaiChat)) else { return };
    let session = &reading.sessions[0];
    let found = match &session.turns[0].act {
        Act::Call { arguments, .. } => Some(arguments),
        _ => None,
    };
    assert!(found.is_some(), "no call");
    if session.redactions.is_empty() && is_plain(&expected) {
        assert_eq!(found, Some(&expected));
    }
}

/// Whether all that its texts hold can be seen: the rest is taken out on reading.
fn is_plain(value: &Value) -> bool {
    let hidden = |c: char| {
        let marks =
            matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}');
        c.is_control() && !"\t\n\r".contains(c) || marks || c == '\u{feff}' || ('\u{e0000}'..='\u{e007f}').contains(&c)
    };
    match value {
        Value::String(text) => !text.contains(hidden),
        Value::Array(items) => items.iter().all(is_plain),
        Value::Object(fields) => fields.values().all(is_plain),
        _ => true,
    }
}

/// The redactor: twice is as good as once, and it says where it changed what.
pub fn redact(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let once = lucidream::redact(text);
    for found in &once.found {
        assert!(text.get(found.start..found.end).is_some_and(|secret| !secret.is_empty()), "{found:?}");
    }
    assert!(once.found.is_sorted_by(|a, b| a.end <= b.start), "{:?}", once.found);
    assert_eq!(lucidream::redact(&once.text).text, once.text);
}

/// Every quote in a digest can be opened in the session that it came from.
fn evidence_stands_where_it_says(bytes: &[u8], format: Option<Format>) {
    let (digested, reading) = (digest_transcript(bytes, format), read_transcript(bytes, format));
    let (Ok(digested), Ok(reading)) = (&digested, &reading) else {
        assert_eq!(digested.err(), reading.err());
        return;
    };
    assert_eq!(digested.digests.len(), reading.sessions.len());
    assert_eq!(digested.skipped, reading.skipped);
    for (digest, session) in digested.digests.iter().zip(&reading.sessions) {
        assert_eq!((&digest.session, digest.counts.turns as usize), (&session.id, session.turns.len()));
        for evidence in evidence_of(digest) {
            let span = session.turns[evidence.turn as usize].text.get(evidence.start as usize..evidence.end as usize);
            assert!(span.is_some_and(|span| span.starts_with(&evidence.quote)), "{evidence:?}");
        }
    }
}

fn evidence_of(digest: &Digest) -> impl Iterator<Item = &Evidence> {
    let failures = digest
        .failures
        .iter()
        .flat_map(|failure| std::iter::once(&failure.evidence).chain(failure.fix.iter().map(|fix| &fix.evidence)));
    let statements = digest.statements.iter().map(|statement| &statement.evidence);
    failures.chain(statements).chain(digest.quarantine.iter().filter_map(|quarantined| quarantined.evidence.as_ref()))
}
