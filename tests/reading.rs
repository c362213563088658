//! Reading transcripts: cases as files, the errors, real files where they are at hand, and broken ones.

// A skipped test says so.
#![allow(clippy::print_stdout)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use lucidream::transcript::{Act, Speaker};
use lucidream::{Format, MAX_ITEM_BYTES, Reading, TranscriptReader, digest_transcript, read_transcript};
use serde_json::Value;

type Outcome = Result<(), Box<dyn std::error::Error>>;

fn cases() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/reading")
}

/// Every file in `tests/cases/reading` reads as its `.expected.json` says.
/// `LUCIDREAM_BLESS=1` writes what is read now; look at the difference before committing it.
#[test]
fn cases_read_as_expected() -> Outcome {
    let mut names: Vec<PathBuf> =
        std::fs::read_dir(cases())?.map(|entry| Ok(entry?.path())).collect::<Result<_, std::io::Error>>()?;
    names.retain(|path| !path.to_string_lossy().contains(".expected."));
    names.sort();
    assert!(names.len() >= 15, "only {} cases", names.len());
    for path in names {
        let reading =
            read_transcript(&std::fs::read(&path)?, None).map_err(|error| format!("{}: {error}", path.display()))?;
        check_shape(&reading);
        let shown = serde_json::to_string_pretty(&reading)? + "\n";
        let expected = path.with_extension("expected.json");
        if std::env::var_os("LUCIDREAM_BLESS").is_some() {
            std::fs::write(&expected, &shown)?;
        }
        assert_eq!(shown, std::fs::read_to_string(&expected)?, "{}", path.display());
    }
    Ok(())
}

/// Where a file is cut into pieces makes no difference, wherever that is: in a line, in a character, in a word of JSON.
#[test]
fn pieces_give_the_same() -> Outcome {
    for entry in std::fs::read_dir(cases())? {
        let path = entry?.path();
        let bytes = std::fs::read(&path)?;
        let whole = digest_transcript(&bytes, None);
        for size in [1, 7, 100, 65_536] {
            let mut reader = TranscriptReader::new(None);
            let pushed = bytes.chunks(size).try_for_each(|piece| reader.push(piece));
            assert_eq!(pushed.and_then(|()| reader.finish()), whole, "{} in pieces of {size}", path.display());
        }
    }
    Ok(())
}

/// What holds for every reading whatever the file.
fn check_shape(reading: &Reading) {
    let mut ids: Vec<&str> = reading.sessions.iter().map(|session| session.id.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), reading.sessions.len(), "session ids differ");
    for session in &reading.sessions {
        for (turn, index) in session.turns.iter().zip(0..) {
            assert_eq!(turn.index, index);
            match &turn.act {
                Act::Call { result: Some(result), .. } => {
                    let answer = session.turns.get(*result as usize).map(|turn| &turn.act);
                    assert!(matches!(answer, Some(Act::Result { call, .. }) if *call == Some(index)), "{turn:?}");
                }
                Act::Result { call: Some(call), .. } => {
                    let asked = session.turns.get(*call as usize).map(|turn| &turn.act);
                    assert!(matches!(asked, Some(Act::Call { result, .. }) if *result == Some(index)), "{turn:?}");
                }
                _ => {}
            }
            assert_eq!(matches!(turn.act, Act::Result { .. }), turn.speaker == Speaker::Tool);
        }
    }
}

#[test]
fn errors_have_codes() {
    let table: [(&[u8], Option<Format>, &str); 11] = [
        (b"", None, "empty_transcript"),
        (b" \r\n\t\0\n", None, "empty_transcript"),
        (b"\xef\xbb\xbf", None, "empty_transcript"),
        (b"hello", None, "unknown_format"),
        (b"{\"a\":1}", None, "unknown_format"),
        (b"[]", None, "empty_transcript"),
        (b"[", None, "unknown_format"),
        (b"[] rest", None, "unknown_format"),
        (b"{\"a\":1}", Some(Format::Envelope), "invalid_transcript"),
        (b"{\"messages\":[", Some(Format::OpenaiChat), "invalid_transcript"),
        (b"{\"type\":\"user\",\"message\":{}}", None, "invalid_transcript"),
    ];
    for (bytes, format, code) in table {
        let refused = read_transcript(bytes, format).err().map(|error| error.code());
        assert_eq!(refused, Some(code), "{}", String::from_utf8_lossy(bytes));
    }
    let large = vec![b'x'; MAX_ITEM_BYTES + 1];
    assert_eq!(read_transcript(&large, None).err().map(|error| error.code()), Some("transcript_too_large"));
}

#[test]
fn names_of_formats_go_both_ways() -> Outcome {
    for format in Format::ALL {
        assert_eq!(Format::from_name(format.name()), Some(format));
        assert_eq!(serde_json::to_value(format)?, Value::from(format.name()));
    }
    Ok(())
}

/// Nesting beyond the parser's limit costs the line, not the stack.
#[test]
fn deep_nesting_is_a_broken_line() -> Outcome {
    let deep = format!("{}{}", "[".repeat(200_000), "]".repeat(200_000));
    let text = format!("{{\"id\":\"a\",\"messages\":[{{\"role\":\"user\",\"content\":\"hi\"}}]}}\n{{\"x\":{deep}}}\n");
    let reading = read_transcript(text.as_bytes(), None)?;
    assert_eq!(reading.sessions.len(), 1);
    assert_eq!(reading.skipped.iter().map(|skip| skip.kind.as_str()).collect::<Vec<_>>(), ["broken_line"]);
    Ok(())
}

/// Cut anywhere, lines dropped, doubled and swapped, bytes flipped: never a panic, and never another shape.
#[test]
fn broken_files_do_not_panic() -> Outcome {
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    for entry in std::fs::read_dir(cases())? {
        let path = entry?.path();
        if path.to_string_lossy().contains(".expected.") {
            continue;
        }
        let whole = std::fs::read(&path)?;
        for cut in 0..whole.len() {
            read_mutated(whole.get(..cut).unwrap_or_default());
        }
        for _ in 0..400 {
            read_mutated(&random.mutate(&whole));
        }
    }
    Ok(())
}

/// Reads as what it looks like, and as each other format in turn.
fn read_mutated(bytes: &[u8]) {
    let turn = Format::ALL.get(bytes.len() % Format::ALL.len()).copied();
    for format in [None, turn] {
        if let Ok(reading) = read_transcript(bytes, format) {
            check_shape(&reading);
        }
    }
}

/// xorshift64: a seed, so that a failure can be run again.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end.max(1) as u64) as usize
    }

    fn mutate(&mut self, whole: &[u8]) -> Vec<u8> {
        let mut lines: Vec<Vec<u8>> = whole.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
        let (a, b) = (self.below(lines.len()), self.below(lines.len()));
        match self.below(4) {
            0 => drop(lines.remove(a)),
            1 => lines.insert(b, lines.get(a).cloned().unwrap_or_default()),
            2 => lines.swap(a, b),
            _ => {}
        }
        let mut bytes = lines.concat();
        for _ in 0..self.below(6) {
            let at = self.below(bytes.len());
            if let Some(byte) = bytes.get_mut(at) {
                *byte ^= 1 << self.below(8);
            }
        }
        bytes
    }
}

/// Real data that lies beside a checkout and never enters it.
fn shared(part: &str) -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let root = std::env::var_os("LUCIDREAM_SHARED").map_or_else(beside, PathBuf::from);
    let path = root.join(part);
    if !path.exists() {
        println!("skipped: {part} is not beside the checkout (LUCIDREAM_SHARED)");
        return None;
    }
    Some(path)
}

fn manifest(path: &Path) -> Result<Vec<Value>, Box<dyn std::error::Error>> {
    let text = std::fs::read_to_string(path)?;
    Ok(text.lines().map(serde_json::from_str).collect::<Result<_, _>>()?)
}

fn number(row: &Value, key: &str) -> u64 {
    row.get(key).and_then(Value::as_u64).unwrap_or_default()
}

/// Tool uses and errors of real Claude Code sessions are those that were counted when they were recorded.
#[test]
fn claude_code_counts_equal_the_manifest() -> Outcome {
    let Some(root) = shared("data/a5_claudecode_tau2_retail") else { return Ok(()) };
    let rows = manifest(&root.join("manifest.jsonl"))?;
    assert!(!rows.is_empty());
    for row in rows {
        let file = row.get("file").and_then(Value::as_str).unwrap_or_default();
        let reading = read_transcript(&std::fs::read(root.join(file))?, None)?;
        check_shape(&reading);
        let [session] = reading.sessions.as_slice() else { return Err(format!("{file}: not one session").into()) };
        let count = |test: &dyn Fn(&Act) -> bool| session.turns.iter().filter(|turn| test(&turn.act)).count() as u64;
        assert_eq!(Some(session.id.as_str()), row.get("session_id").and_then(Value::as_str), "{file}");
        assert_eq!(count(&|act| matches!(act, Act::Call { .. })), number(&row, "tool_uses"), "{file}");
        assert_eq!(
            count(&|act| matches!(act, Act::Result { failure: Some(_), .. })),
            number(&row, "tool_errors"),
            "{file}"
        );
    }
    Ok(())
}

/// Of the files of other tools: what claims to be Claude Code or pi is read, and each broken line is counted.
#[test]
fn broken_lines_equal_the_manifest() -> Outcome {
    let Some(root) = shared("data/a11_transcript_formats") else { return Ok(()) };
    for row in manifest(&root.join("manifest.jsonl"))? {
        let file = row.get("file").and_then(Value::as_str).unwrap_or_default();
        if !(["claude_code/", "pi/"].iter().any(|of| file.starts_with(of)) && file.ends_with(".jsonl")) {
            continue;
        }
        let reading = read_transcript(&std::fs::read(root.join(file))?, None)?;
        check_shape(&reading);
        let mut skipped = BTreeMap::<&str, u64>::new();
        reading.skipped.iter().for_each(|skip| *skipped.entry(&skip.kind).or_default() += u64::from(skip.count));
        assert_eq!(skipped.get("broken_line").copied().unwrap_or_default(), number(&row, "lines_bad"), "{file}");
    }
    Ok(())
}

/// Real files, cut off anywhere, with lines dropped, doubled and swapped and bytes flipped: what is intact is still read.
#[test]
fn real_files_that_broke_are_read() -> Outcome {
    let Some(root) = shared("data/a11_transcript_formats") else { return Ok(()) };
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    for row in manifest(&root.join("manifest.jsonl"))? {
        let file = row.get("file").and_then(Value::as_str).unwrap_or_default();
        let whole = std::fs::read(root.join(file))?;
        if whole.len() > 200_000 {
            continue;
        }
        for _ in 0..12 {
            read_mutated(&random.mutate(&whole));
            let cut = whole.get(..random.below(whole.len())).unwrap_or_default();
            let lines = cut.iter().rposition(|byte| *byte == b'\n').and_then(|end| cut.get(..end)).unwrap_or_default();
            assert!(turns(cut) >= turns(lines), "{file} cut at {}", cut.len());
            if file.ends_with(".jsonl") {
                let broken = [lines, b"\n{\"broken\n", whole.get(lines.len()..).unwrap_or_default()].concat();
                assert_eq!(turns(&broken), turns(&whole), "{file} with a broken line at {}", lines.len());
            }
        }
    }
    Ok(())
}

fn turns(bytes: &[u8]) -> usize {
    let reading = read_transcript(bytes, None);
    reading.map_or(0, |reading| reading.sessions.iter().map(|session| session.turns.len()).sum())
}

/// The samples checked against the vendors' own types.
#[test]
fn vendors_samples_are_read() -> Outcome {
    let Some(root) = shared("formats") else { return Ok(()) };
    let table = [
        ("anthropicMessages.json", Format::AnthropicMessages, 1),
        ("claude-code.jsonl", Format::ClaudeCode, 1),
        ("openaiChat.json", Format::OpenaiChat, 1),
        ("openaiResponses.json", Format::OpenaiResponses, 2),
        ("sessionEvents.json", Format::ManagedAgents, 1),
        ("uiMessages.json", Format::AiSdkUi, 1),
        ("uiTyped.json", Format::AiSdkUi, 1),
        ("modelMessages.json", Format::AiSdkModel, 1),
        ("langchain.json", Format::Langchain, 1),
        ("otel.json", Format::Otel, 1),
    ];
    for (file, format, failures) in table {
        let reading = read_transcript(&std::fs::read(root.join(file))?, None)?;
        check_shape(&reading);
        assert_eq!(reading.format, format, "{file}");
        let failed = |turn: &&lucidream::transcript::Turn| matches!(turn.act, Act::Result { failure: Some(_), .. });
        let found = reading.sessions.iter().flat_map(|session| &session.turns).filter(failed).count();
        assert_eq!(found, failures, "{file}");
    }
    Ok(())
}
