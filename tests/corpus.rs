//! The fuzz targets' checks, over the cases of `tests/cases` and over what fuzzing found worth keeping.
#![cfg(not(target_arch = "wasm32"))]

#[path = "../fuzz/src/checks.rs"]
mod checks;

use std::path::Path;

type Outcome = Result<(), std::io::Error>;

/// The files of a folder in order; none where there is no such folder.
fn files(folder: &str) -> Result<Vec<Vec<u8>>, std::io::Error> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let mut paths =
        std::fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>, std::io::Error>>()?;
    paths.retain(|path| path.is_file());
    paths.sort();
    paths.iter().map(std::fs::read).collect()
}

/// Replays the corpus of a target, and the cases behind each of `heads`.
fn replay(target: &str, heads: &[&[u8]], check: fn(&[u8])) -> Outcome {
    let cases = files("tests/cases/reading")?;
    assert!(cases.len() > 20, "{} cases", cases.len());
    for case in cases {
        heads.iter().for_each(|head| check(&[head, case.as_slice()].concat()));
    }
    files(&format!("fuzz/corpus/{target}"))?.iter().for_each(|bytes| check(bytes));
    Ok(())
}

#[test]
fn readers() -> Outcome {
    let formats: Vec<[u8; 1]> =
        (0..lucidream::Format::ALL.len()).filter_map(|at| Some([u8::try_from(at).ok()?])).collect();
    replay("read", &formats.iter().map(<[u8; 1]>::as_slice).collect::<Vec<_>>(), checks::read)
}

#[test]
fn detector() -> Outcome {
    replay("detect", &[&[]], checks::detect)
}

#[test]
fn pieces() -> Outcome {
    replay("pieces", &[&[0, 1, 2, 3], &[9, 0, 200, 5]], checks::pieces)
}

#[test]
fn redactor() -> Outcome {
    replay("redact", &[&[]], checks::redact)
}
