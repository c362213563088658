//! Sorts the vocabulary of the sentence model at compile time, so that the engine can look words up by binary
//! search in bytes it embeds, with no table to build at start (a hash table of it costs 25 ms in wasm).

use std::path::PathBuf;
use std::{env, fs};

const MODEL: &str = "src/text/sentence-minilm128-q4.sem";
const HEADER: usize = 16;

fn main() {
    println!("cargo::rerun-if-changed={MODEL}");
    println!("cargo::rerun-if-changed=build.rs");
    let model = fs::read(MODEL).expect("the sentence model is part of the source");
    let number = |at: usize| u32::from_le_bytes(model[at..at + 4].try_into().expect("four bytes")) as usize;
    assert_eq!(&model[..4], b"SEM1", "{MODEL} is not a sentence model");
    let (tokens, vocabulary) = (number(4), number(12));
    let mut lines = Vec::with_capacity(tokens);
    let mut start = HEADER;
    for line in model[HEADER..HEADER + vocabulary].split(|byte| *byte == b'\n').take(tokens) {
        lines.push((line, start));
        start += line.len() + 1;
    }
    assert_eq!(lines.len(), tokens, "{MODEL}: the vocabulary is cut off");
    let mut order: Vec<usize> = (0..tokens).collect();
    order.sort_by_key(|id| lines[*id].0);
    // One record a token, in the order of the words: id (u16), start (u32), length (u8).
    let mut index = Vec::with_capacity(tokens * 7);
    for id in order {
        let (line, start) = lines[id];
        index.extend((id as u16).to_le_bytes());
        index.extend((start as u32).to_le_bytes());
        index.push(u8::try_from(line.len()).expect("a word piece is short"));
    }
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR")).join("vocabulary.index");
    fs::write(out, index).expect("OUT_DIR can be written");
}
