//! `cargo run --release --example read -- FILE…`: reads and digests each file in pieces and says how long it took, one JSON
//! line each. `npm run bench -- read` puts that beside wasm and `JSON.parse`.

// It measures time, which the engine has none of.
#![allow(clippy::print_stdout, clippy::disallowed_methods)]

use std::io::Read as _;
use std::time::Instant;

use lucidream::TranscriptReader;
use serde_json::json;

const PIECE: usize = 1024 * 1024;

/// Files smaller than this are read several times.
const ENOUGH: u64 = 100_000_000;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    for path in std::env::args().skip(1) {
        let bytes = std::fs::metadata(&path)?.len();
        let (mut best, mut sessions) = (f64::MAX, 0);
        for _ in 0..(ENOUGH / bytes.max(1)).clamp(1, 10) {
            let (seconds, found) = read(&path)?;
            (best, sessions) = (best.min(seconds), found);
        }
        println!("{}", json!({"file": path, "bytes": bytes, "seconds": best, "sessions": sessions}));
    }
    Ok(())
}

/// Seconds spent in the engine, and the sessions found.
fn read(path: &str) -> Result<(f64, usize), Box<dyn std::error::Error>> {
    let mut file = std::fs::File::open(path)?;
    let mut reader = TranscriptReader::new(None);
    let mut piece = vec![0; PIECE];
    let mut seconds = 0.0;
    loop {
        let length = file.read(&mut piece)?;
        if length == 0 {
            break;
        }
        let start = Instant::now();
        reader.push(piece.get(..length).unwrap_or_default())?;
        seconds += start.elapsed().as_secs_f64();
    }
    let start = Instant::now();
    let digested = reader.finish()?;
    Ok((seconds + start.elapsed().as_secs_f64(), digested.digests.len()))
}
