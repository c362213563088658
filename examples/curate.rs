//! A dream over one memory file, carried out whole: `cargo run --release --example curate -- [--sources] [--now T] FILE`.
//!
//! Prints the file as it is then, or with `--sources` a line for each active entry: its text and the ids of the entries
//! that it stands for.

use std::error::Error;
use std::io::{self, Write as _};
use std::{env, fs};

use lucidream::{
    Config, DreamInput, Memory, RenderFormat, RenderOptions, apply, approve_all, dream, parse_memory_text, render,
    report_markdown,
};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let mut now = "2026-11-09T03:00:00Z".to_owned();
    let (mut file, mut sources) = (None, false);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--now" => now = arguments.next().ok_or("--now TIME")?,
            "--sources" => sources = true,
            _ => file = Some(argument),
        }
    }
    let memory = parse_memory_text(&fs::read_to_string(file.ok_or("a memory file")?)?, None)?;
    let config = Config { max_entries: 1_000_000, ..Config::default() };
    let plan = dream(&DreamInput { memory: memory.clone(), now: now.clone(), config, ..DreamInput::default() })?;
    io::stderr().lock().write_all(report_markdown(&plan, &memory).as_bytes())?;
    let after = apply(&memory, &plan, &approve_all(&plan), &now)?.memory;
    let text = if sources { lines(&memory, &after) } else { rendered(&after) };
    Ok(io::stdout().lock().write_all(text.as_bytes())?)
}

fn rendered(memory: &Memory) -> String {
    let options = RenderOptions::whole(RenderFormat::Markdown);
    render(memory, &options).files.into_iter().map(|file| file.content).collect()
}

/// An entry that was merged or superseded stands behind the one that took its place.
fn lines(before: &Memory, memory: &Memory) -> String {
    let known = |id: &str| before.entries.iter().any(|entry| entry.id == id);
    let behind = |id: &str| -> Vec<&str> {
        let merged = memory.entries.iter().filter(|entry| entry.replaced_by.as_deref() == Some(id));
        merged.filter(|entry| entry.status == lucidream::Status::Merged).map(|entry| entry.id.as_str()).collect()
    };
    let active = memory.entries.iter().filter(|entry| entry.is_active());
    let line = |entry: &lucidream::Entry| {
        let mut ids = behind(&entry.id);
        ids.extend(known(&entry.id).then_some(entry.id.as_str()));
        serde_json::json!({ "text": entry.text, "sources": ids }).to_string() + "\n"
    };
    active.map(line).collect()
}
