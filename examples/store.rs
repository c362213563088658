//! One dream over a memory store, natively, with what it took: `cargo run --release --example store -- STORE.jsonl`.
//!
//! `npm run bench -- store` runs it beside the same dream in Node.
// It measures; the engine itself has no clock.
#![allow(clippy::disallowed_methods)]

use std::error::Error;
use std::io::{self, Write as _};
use std::time::Instant;
use std::{env, fs};

use lucidream::{Config, DreamInput, dream, parse_memory_text};

fn main() -> Result<(), Box<dyn Error>> {
    let path = env::args().nth(1).ok_or("usage: store STORE.jsonl")?;
    let text = fs::read_to_string(path)?;
    let start = Instant::now();
    let memory = parse_memory_text(&text, None)?;
    let config = Config { max_entries: 1_000_000, ..Config::default() };
    let now = "2026-11-09T03:00:00Z".to_owned();
    let plan = dream(&DreamInput { memory, now, config, ..DreamInput::default() })?;
    let seconds = start.elapsed().as_secs_f64();
    let line = serde_json::json!({
        "seconds": seconds,
        "cpu": cpu_seconds().unwrap_or(seconds),
        "peak_mb": peak_kilobytes().map(|kilobytes| kilobytes / 1024),
        "plan_hash": plan.plan_hash,
        "counts": plan.report.counts,
    });
    Ok(writeln!(io::stdout().lock(), "{line}")?)
}

/// Processor time of this process, where the system tells (Linux, in hundredths of a second).
fn cpu_seconds() -> Option<f64> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    let fields: Vec<&str> = stat.rsplit(')').next()?.split_whitespace().collect();
    let ticks = fields.get(11)?.parse::<u32>().ok()? + fields.get(12)?.parse::<u32>().ok()?;
    Some(f64::from(ticks) / 100.0)
}

/// The most memory that the process held, where the system tells (Linux).
fn peak_kilobytes() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}
