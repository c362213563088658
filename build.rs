//! Turns the lists of synonyms and antonyms into sorted tables at compile time: the engine looks words up by binary
//! search in bytes it embeds, with nothing to build at start.

use std::collections::BTreeSet;
use std::error::Error;
use std::path::PathBuf;
use std::{env, fs};

// The engine's own stems and hashes: a table is looked up by the words of a text.
#[path = "src/text/word.rs"]
#[allow(dead_code)]
mod word;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src/text/word.rs");
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?);
    for name in ["synonyms", "antonyms"] {
        let list = format!("src/compare/{name}.txt");
        println!("cargo::rerun-if-changed={list}");
        let pairs = pairs(&fs::read_to_string(list)?);
        let table: Vec<u8> = pairs.iter().flat_map(|pair| pair.to_le_bytes()).collect();
        fs::write(out.join(format!("{name}.table")), table)?;
        fs::write(out.join(format!("{name}.filter")), filter(&pairs))?;
    }
    Ok(())
}

/// All pairs of words that stand in one line, as the two hashes of their stems in one number, sorted.
fn pairs(list: &str) -> BTreeSet<u64> {
    let mut found = BTreeSet::new();
    for line in list.lines() {
        let hashes: Vec<u32> = line.split_whitespace().map(|word| word::hash(word::stem(word))).collect();
        for (at, a) in hashes.iter().enumerate() {
            let others = hashes.iter().take(at).filter(|b| *b != a);
            found.extend(others.map(|b| u64::from(*a.min(b)) << 32 | u64::from(*a.max(b))));
        }
    }
    found
}

/// 8,192 bits, one set for each word of the pairs by the lowest bits of its hash: most words of a text have no pair at
/// all, and this tells.
fn filter(pairs: &BTreeSet<u64>) -> [u8; 1024] {
    let mut bits = [0; 1024];
    for hash in pairs.iter().flat_map(|pair| [pair >> 32, pair & 0xffff_ffff]) {
        bits[(hash % 8192 / 8) as usize] |= 1 << (hash % 8);
    }
    bits
}
