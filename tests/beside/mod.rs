//! Real data that lies beside a checkout and never enters it.

// Each test takes what it needs.
#![allow(dead_code, unreachable_pub)]

use std::path::{Path, PathBuf};

use serde_json::Value;

pub type Outcome = Result<(), Box<dyn std::error::Error>>;

/// A file or folder of `../shared` (`LUCIDREAM_SHARED` names another place); says so where it is absent.
pub fn shared(part: &str) -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let root = std::env::var_os("LUCIDREAM_SHARED").map_or_else(beside, PathBuf::from);
    let path = root.join(part);
    if !path.exists() {
        println!("skipped: {part} is not beside the checkout (LUCIDREAM_SHARED)");
        return None;
    }
    Some(path)
}

/// The bytes of such a file, unpacked where it is gzip.
pub fn bytes(path: &Path) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
    if path.extension().is_none_or(|extension| extension != "gz") {
        return Ok(std::fs::read(path)?);
    }
    let unpacked = std::process::Command::new("gzip").arg("-dc").arg(path).output()?;
    assert!(unpacked.status.success(), "{} does not unpack", path.display());
    Ok(unpacked.stdout)
}

/// The lines of a JSONL file.
pub fn rows(path: &Path) -> Result<Vec<Value>, Box<dyn std::error::Error>> {
    let text = String::from_utf8(bytes(path)?)?;
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    Ok(lines.map(serde_json::from_str).collect::<Result<_, _>>()?)
}

/// The text under a key, empty where there is none.
pub fn text<'a>(row: &'a Value, key: &str) -> &'a str {
    row.get(key).and_then(Value::as_str).unwrap_or_default()
}
