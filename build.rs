//! Sorts the vocabulary of the sentence model at compile time, so that the engine can look words up by binary
//! search in bytes it embeds, with no table to build at start (a hash table of it costs 25 ms in wasm). For the same
//! reason it turns the lists of synonyms and antonyms into sorted tables.

use std::collections::BTreeSet;
use std::error::Error;
use std::path::PathBuf;
use std::{env, fs};

const MODEL: &str = "src/text/sentence-minilm128-q4.sem";
const HEADER: usize = 16;

// The engine's own stems and hashes: a table is looked up by the words of a text.
#[path = "src/text/word.rs"]
#[allow(dead_code)]
mod word;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={MODEL}");
    println!("cargo::rerun-if-changed=build.rs");
    let model = fs::read(MODEL)?;
    if model.get(..4) != Some(b"SEM1") {
        return Err(format!("{MODEL} is not a sentence model").into());
    }
    let (tokens, vocabulary) = (number(&model, 4)?, number(&model, 12)?);
    let mut lines = Vec::with_capacity(tokens);
    let mut start = HEADER;
    for line in model.get(HEADER..HEADER + vocabulary).ok_or("cut off")?.split(|byte| *byte == b'\n').take(tokens) {
        lines.push((line, start, lines.len()));
        start += line.len() + 1;
    }
    if lines.len() != tokens {
        return Err(format!("{MODEL}: the vocabulary is cut off").into());
    }
    lines.sort();
    // One record a token, in the order of the words: id (u16), start (u32), length (u8).
    let mut index = Vec::with_capacity(tokens * 7);
    for (line, start, id) in lines {
        index.extend(u16::try_from(id)?.to_le_bytes());
        index.extend(u32::try_from(start)?.to_le_bytes());
        index.push(u8::try_from(line.len())?);
    }
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?);
    fs::write(out.join("vocabulary.index"), index)?;
    for name in ["synonyms", "antonyms"] {
        let list = format!("src/compare/{name}.txt");
        println!("cargo::rerun-if-changed={list}");
        fs::write(out.join(format!("{name}.table")), pairs(&fs::read_to_string(list)?))?;
    }
    println!("cargo::rerun-if-changed=src/text/word.rs");
    Ok(())
}

/// All pairs of words that stand in one line, as the two hashes of their stems in one number, sorted.
fn pairs(list: &str) -> Vec<u8> {
    let mut found = BTreeSet::new();
    for line in list.lines() {
        let hashes: Vec<u32> = line.split_whitespace().map(|word| word::hash(word::stem(word))).collect();
        for (at, a) in hashes.iter().enumerate() {
            let others = hashes.iter().take(at).filter(|b| *b != a);
            found.extend(others.map(|b| u64::from(*a.min(b)) << 32 | u64::from(*a.max(b))));
        }
    }
    found.into_iter().flat_map(u64::to_le_bytes).collect()
}

fn number(model: &[u8], at: usize) -> Result<usize, Box<dyn Error>> {
    let bytes = model.get(at..at + 4).ok_or("the header is cut off")?;
    Ok(u32::from_le_bytes(bytes.try_into()?) as usize)
}
