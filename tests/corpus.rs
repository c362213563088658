//! The fuzz targets' checks, over the cases of `tests/cases` and over what fuzzing found worth keeping.
#![cfg(not(target_arch = "wasm32"))]

#[path = "../fuzz/src/checks.rs"]
mod checks;

use std::path::Path;

type Outcome = Result<(), std::io::Error>;

/// The files of a folder in order.
fn files(folder: &str) -> Result<Vec<Vec<u8>>, std::io::Error> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut paths =
        std::fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>, std::io::Error>>()?;
    paths.retain(|path| path.is_file());
    paths.sort();
    paths.iter().map(std::fs::read).collect()
}

/// Replays the corpus of a target, and the cases behind `head`.
fn replay(target: &str, head: &[u8], check: impl Fn(&[u8])) -> Outcome {
    let cases = files("tests/cases/reading")?;
    assert!(cases.len() > 20, "{} cases", cases.len());
    cases.iter().for_each(|case| check(&[head, case].concat()));
    kept(target)?.iter().for_each(|bytes| check(bytes));
    Ok(())
}

/// What fuzzing found worth keeping: an input a line, a character for each byte.
fn kept(target: &str) -> Result<Vec<Vec<u8>>, std::io::Error> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("fuzz/corpus/{target}.jsonl"));
    let text = if file.exists() { std::fs::read_to_string(file)? } else { String::new() };
    let input = |line: &str| -> Result<Vec<u8>, std::io::Error> {
        let characters = serde_json::from_str::<String>(line)?;
        Ok(characters.chars().filter_map(|character| u8::try_from(character).ok()).collect())
    };
    text.lines().map(input).collect()
}

#[test]
fn readers() -> Outcome {
    let manifest = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/Cargo.toml"))?;
    for format in lucidream::Format::ALL.map(lucidream::Format::name) {
        let target = format!("name = \"{format}\"\npath = \"targets/reader.rs\"");
        assert!(manifest.contains(&target), "{format} has no fuzz target");
        replay(format, &[], |bytes| checks::read(format, bytes))?;
    }
    Ok(())
}

#[test]
fn detector() -> Outcome {
    replay("detect", &[], checks::detect)
}

#[test]
fn parser() -> Outcome {
    replay("parse", &[], checks::parse)
}

#[test]
fn pieces() -> Outcome {
    replay("pieces", &[0, 1, 2, 3], checks::pieces)?;
    replay("pieces", &[9, 0, 200, 5], checks::pieces)
}

#[test]
fn redactor() -> Outcome {
    replay("redact", &[], checks::redact)
}
