//! Dreams over transcripts from the command line, natively: `cargo run --release --example dream -- [--memory M] FILES`.
//!
//! The CLI in `npm/` is the one for users; this one shows the engine's calls in order, and is what the tests compare
//! the wasm build with.

use std::error::Error;
use std::io::{self, Write as _};
use std::{env, fs};

use lucidream::{DreamInput, Memory, canonical, digest_transcript, dream, parse_memory_text, report_markdown, sha256};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let mut memory = Memory::default();
    let mut now = "2026-11-09T03:00:00Z".to_owned();
    let mut json = false;
    let (mut digests, mut transcripts) = (Vec::new(), Vec::new());
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--memory" => {
                memory = parse_memory_text(&fs::read_to_string(arguments.next().ok_or("--memory PATH")?)?, None)?
            }
            "--now" => now = arguments.next().ok_or("--now TIME")?,
            "--json" => json = true,
            file => {
                let bytes = fs::read(file)?;
                match digest_transcript(&bytes, None) {
                    Ok(read) => digests.extend(read.digests),
                    Err(error) => transcripts.push(lucidream::TranscriptFate::failed(sha256(&bytes), &error)),
                }
            }
        }
    }
    let input = DreamInput { memory, digests, transcripts, now, ..DreamInput::default() };
    let plan = dream(&input)?;
    let text = if json { canonical(&plan) } else { report_markdown(&plan, &input.memory) };
    Ok(io::stdout().lock().write_all(text.as_bytes())?)
}
