//! Files of any size: packed ones, two recorders in one file, and sessions too long to be kept whole.
#![cfg(not(target_arch = "wasm32"))]
// One test looks at the clock.
#![allow(clippy::disallowed_methods)]

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use lucidream::{DigestedTranscript, Error, TranscriptReader, digest_transcript, read_transcript};
use serde_json::{Value, json};

type Outcome = Result<(), Box<dyn std::error::Error>>;

fn packed(bytes: &[u8]) -> Result<Vec<u8>, std::io::Error> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes)?;
    encoder.finish()
}

fn envelope(id: &str, said: &str) -> String {
    json!({"id": id, "messages": [{"role": "user", "content": said}, {"role": "assistant", "content": "Done."}]})
        .to_string()
}

/// A line of Claude Code; `at` makes it another one.
fn line(session: &str, role: &str, at: usize, content: &Value) -> String {
    let time = format!("2026-11-02T{:02}:{:02}:{:02}.000Z", at / 3600 % 24, at / 60 % 60, at % 60);
    json!({"type": role, "sessionId": session, "uuid": format!("{session}-{at}"), "timestamp": time, "message": {"role": role, "content": content}})
        .to_string()
}

fn sessions(digested: &DigestedTranscript) -> Vec<&str> {
    digested.digests.iter().map(|digest| digest.session.as_str()).collect()
}

#[test]
fn gzip_is_read_as_it_is() -> Outcome {
    let plain = [envelope("a", "Always indent with tabs."), envelope("b", "Always ask first.")].join("\n");
    let whole = digest_transcript(plain.as_bytes(), None)?;
    let (first, second) = plain.split_at(plain.len() / 3);
    for bytes in [packed(plain.as_bytes())?, [packed(first.as_bytes())?, packed(second.as_bytes())?].concat()] {
        let read = digest_transcript(&bytes, None)?;
        assert_eq!(sessions(&read), ["a", "b"]);
        assert_eq!(read.digests[0].statements[0].text, whole.digests[0].statements[0].text);
        assert_eq!(read.transcript, lucidream::sha256(&bytes), "the bytes given are what is named");
        for size in [1, 7] {
            let mut reader = TranscriptReader::new(None);
            bytes.chunks(size).try_for_each(|piece| reader.push(piece))?;
            assert_eq!(reader.finish()?, read);
        }
    }
    Ok(())
}

#[test]
fn a_packed_file_that_breaks_off_is_read_so_far() -> Outcome {
    let lines: Vec<String> =
        (0..2000).map(|id| envelope(&format!("s{id}"), &format!("Ticket {}", id * 7919))).collect();
    let bytes = packed(lines.join("\n").as_bytes())?;
    let read = digest_transcript(&bytes[..bytes.len() / 2], None)?;
    assert!(read.digests.len() > 100, "{}", read.digests.len());
    assert!(read.skipped.iter().any(|skip| skip.kind == "broken_gzip"));
    let nothing = digest_transcript(&[0x1f, 0x8b, 1, 2, 3], None);
    assert_eq!(nothing.err().map(|error| error.code()), Some("invalid_transcript"));
    Ok(())
}

#[test]
fn a_bomb_is_refused() -> Outcome {
    let zeros = vec![b' '; 1024 * 1024];
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    for _ in 0..100 {
        encoder.write_all(&zeros)?;
    }
    assert!(matches!(digest_transcript(&encoder.finish()?, None), Err(Error::TranscriptTooLarge { .. })));
    Ok(())
}

#[test]
fn lines_of_two_recorders_are_both_read() -> Outcome {
    let claude = |at| line("c", "user", at, &json!("Deploy it."));
    let file = [claude(1), envelope("e", "Always ask first."), claude(2), envelope("f", "Hello there.")].join("\n");
    let read = read_transcript(file.as_bytes(), None)?;
    let found: Vec<(&str, &str, usize)> =
        read.sessions.iter().map(|session| (session.id.as_str(), session.format.name(), session.turns.len())).collect();
    assert_eq!(found, [("c", "claude-code", 2), ("e", "envelope", 2), ("f", "envelope", 2)]);
    assert_eq!(read.skipped, []);
    Ok(())
}

#[test]
fn one_item_too_long_costs_only_itself() -> Outcome {
    let long = envelope("long", &"x".repeat(lucidream::MAX_ITEM_BYTES));
    let read = digest_transcript([envelope("a", "Hello."), long, envelope("b", "Hello.")].join("\n").as_bytes(), None)?;
    assert_eq!(sessions(&read), ["a", "b"]);
    assert_eq!(read.skipped.iter().map(|skip| (skip.kind.as_str(), skip.first)).collect::<Vec<_>>(), [("too_long", 2)]);
    Ok(())
}

/// Two sessions in turns, 12 MB together, are settled in parts; each digest is what the whole session has.
#[test]
fn long_sessions_are_put_together_from_their_parts() -> Outcome {
    let secret = "tr0ub4dor-and-3-horses";
    let mut lines = Vec::new();
    for at in 0..1500 {
        let session = if at % 2 == 0 { "even" } else { "odd" };
        let call = format!("call-{at}");
        let failed = at % 100 < 2;
        let output = if failed { "Error: the disk is missing".to_owned() } else { format!("{at} ").repeat(1600) };
        let said =
            if at % 500 < 2 { format!("From now on, answer {at} in German. {secret}") } else { "Go on.".to_owned() };
        lines.push(line(session, "user", at * 3, &json!(said)));
        lines.push(line(
            session,
            "assistant",
            at * 3 + 1,
            &json!([{"type": "tool_use", "id": call, "name": "read", "input": {"at": at}}]),
        ));
        let result = json!([{"type": "tool_result", "tool_use_id": call, "content": output, "is_error": failed}]);
        lines.push(line(session, "user", at * 3 + 2, &result));
    }
    // Only now does it show what the word is.
    lines.push(line("even", "user", 5000, &json!(format!("password: {secret}"))));
    let bytes = lines.join("\n");
    assert!(bytes.len() > 10_000_000);
    let read = digest_transcript(bytes.as_bytes(), None)?;
    assert_eq!(sessions(&read), ["even", "odd"]);
    assert_eq!(read.skipped, []);
    let [even, odd] = read.digests.as_slice() else { return Err("two sessions".into()) };
    for (digest, messages) in [(even, 751), (odd, 750)] {
        let counts = &digest.counts;
        assert_eq!((counts.user_messages, counts.calls, counts.failures), (messages, 750, 15));
        assert_eq!(digest.failures.iter().map(|failure| failure.times).collect::<Vec<_>>(), [15]);
        assert_eq!(digest.statements.len(), 3);
        assert!(digest.failures.iter().all(|failure| failure.evidence.transcript == read.transcript));
        assert!(digest.statements.iter().all(|statement| statement.evidence.session == digest.session));
    }
    assert!(!serde_json::to_string(even)?.contains(secret));
    let reading = read_transcript(bytes.as_bytes(), None)?;
    for (digest, session) in read.digests.iter().zip(&reading.sessions) {
        assert_eq!(digest.counts.turns as usize, session.turns.len());
        for statement in &digest.statements {
            let text = &session.turns[statement.evidence.turn as usize].text;
            assert!(text.get(statement.evidence.start as usize..).is_some_and(|span| span.starts_with("From now on")));
        }
    }
    Ok(())
}

/// Blank lines, colons, quotes and brackets without end: time grows with the length, not with its square.
#[test]
fn odd_texts_take_linear_time() -> Outcome {
    for unit in ["\n", "a: ", "\"a\":1,", "> ", "<b>", "[", "```\n", "always ", "password=", "Error: ", "\u{201c}"] {
        let said = unit.repeat(400_000 / unit.len());
        let start = std::time::Instant::now();
        digest_transcript(envelope("s", &format!("Hello.{said}")).as_bytes(), None)?;
        let seconds = start.elapsed().as_secs_f64();
        assert!(seconds < 20.0, "{unit:?} took {seconds} s");
    }
    Ok(())
}
