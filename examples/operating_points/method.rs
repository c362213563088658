//! The engine and the methods it is measured beside.

use std::collections::BTreeMap;

use lucidream::compare::embedding;
use lucidream::{Relation, compare};

/// A way to tell duplicates.
#[derive(Clone, Copy, PartialEq)]
pub enum Method {
    /// The engine's verdict.
    Engine,
    /// Cosine of counted character 3- to 5-grams.
    Letters,
    /// Estimated Jaccard of words by 128 permutations.
    MinHash,
    /// Cosine of the shipped sentence model.
    Cosine,
}

impl Method {
    /// By its name on the command line.
    pub fn named(name: &str) -> Result<Method, String> {
        match name {
            "engine" => Ok(Method::Engine),
            "letters" => Ok(Method::Letters),
            "minhash" => Ok(Method::MinHash),
            "cosine" => Ok(Method::Cosine),
            other => Err(format!("{other} is no method: engine, letters, minhash, cosine")),
        }
    }

    /// From where the method commonly takes texts for duplicates.
    pub fn threshold(self) -> f64 {
        match self {
            Method::Engine | Method::Letters => 0.8,
            Method::MinHash => 0.7,
            Method::Cosine => 0.85,
        }
    }

    /// What the method knows of a text.
    pub fn read(self, text: &str) -> Read {
        match self {
            Method::Engine => Read::Text(text.to_owned()),
            Method::Letters => Read::Grams(grams(text)),
            Method::MinHash => Read::Signature(signature(text)),
            Method::Cosine => Read::Vector(embedding(text)),
        }
    }

    /// Verdict and score of a pair.
    pub fn judge(self, a: &Read, b: &Read) -> (Relation, f64) {
        let score = match (a, b) {
            (Read::Text(a), Read::Text(b)) => {
                let comparison = compare(a, b);
                return (comparison.verdict, comparison.score);
            }
            (Read::Grams(a), Read::Grams(b)) => grams_cosine(a, b),
            (Read::Signature(a), Read::Signature(b)) => signature_likeness(a, b),
            (Read::Vector(a), Read::Vector(b)) => vector_cosine(a, b),
            _ => 0.0,
        };
        (if score >= self.threshold() { Relation::Duplicate } else { Relation::Distinct }, score)
    }
}

/// A text as a method sees it.
pub enum Read {
    /// As it stands.
    Text(String),
    /// Hashes of character n-grams, sorted, with their counts.
    Grams(Vec<(u64, f64)>),
    /// Lowest hashes.
    Signature(Vec<u64>),
    /// The sentence model's vector.
    Vector(Vec<i16>),
}

/// Counted character n-grams.
fn grams(text: &str) -> Vec<(u64, f64)> {
    let body = text.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
    let letters: Vec<char> = format!(" {body} ").chars().collect();
    let mut counts = BTreeMap::new();
    for gram in (3..=5).flat_map(|length| letters.windows(length)) {
        *counts.entry(hash(&gram.iter().collect::<String>())).or_insert(0.0) += 1.0;
    }
    counts.into_iter().collect()
}

fn grams_cosine(a: &[(u64, f64)], b: &[(u64, f64)]) -> f64 {
    let count = |gram: &u64| b.binary_search_by_key(gram, |(other, _)| *other).ok().map_or(0.0, |at| b[at].1);
    let dot: f64 = a.iter().map(|(gram, of_a)| of_a * count(gram)).sum();
    let square = |grams: &[(u64, f64)]| grams.iter().map(|(_, count)| count * count).sum::<f64>();
    let product = square(a) * square(b);
    if product > 0.0 { dot / product.sqrt() } else { 0.0 }
}

fn vector_cosine(a: &[i16], b: &[i16]) -> f64 {
    let dot: i64 = a.iter().zip(b).map(|(x, y)| i64::from(*x) * i64::from(*y)).sum();
    dot as f64 / (16384.0 * 16384.0)
}

const PERMUTATIONS: u64 = 128;

/// The lowest hash of the words under each permutation (Broder 1997).
fn signature(text: &str) -> Vec<u64> {
    let lower = text.to_lowercase();
    let words: Vec<u64> =
        lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(hash).collect();
    let lowest = |n: u64| words.iter().map(|word| mixed(word ^ mixed(n + 1))).min().unwrap_or_default();
    (0..PERMUTATIONS).map(lowest).collect()
}

fn signature_likeness(a: &[u64], b: &[u64]) -> f64 {
    a.iter().zip(b).filter(|(x, y)| x == y).count() as f64 / PERMUTATIONS as f64
}

fn hash(word: &str) -> u64 {
    word.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

fn mixed(value: u64) -> u64 {
    let mut x = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    x = (x ^ x >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ x >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ x >> 31
}
