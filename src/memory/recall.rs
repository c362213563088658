//! What a waking agent asks its memory.

use serde::{Deserialize, Serialize};

use super::Memory;
use crate::compare::round;
use crate::evidence::Evidence;
use crate::order::Arrange as _;
use crate::text::{Embedding, content_words};

/// An entry found, with its score and where it comes from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Recalled {
    /// Id of the entry.
    pub id: String,
    /// Its text.
    pub text: String,
    /// 0 to 1; only the order means something.
    pub score: f64,
    /// Where it comes from.
    pub evidence: Vec<Evidence>,
}

// BM25's usual constants (Robertson and Zaragoza 2009).
const K1: f64 = 1.2;
const B: f64 = 0.75;

/// The `k` active entries that answer a query best: BM25 over stems and the sentence model, half and half.
///
/// ```
/// let memory = lucidream::parse_memory_text("- The database listens on port 5432.\n- Ana likes tea.", None)?;
/// assert_eq!(lucidream::recall(&memory, "which port does the db use", 1)[0].id, memory.entries[0].id);
/// # Ok::<(), lucidream::Error>(())
/// ```
pub fn recall(memory: &Memory, query: &str, k: usize) -> Vec<Recalled> {
    let active: Vec<_> = memory.entries.iter().filter(|entry| entry.is_active()).collect();
    let texts: Vec<Vec<String>> = active.iter().map(|entry| content_words(&entry.text)).collect();
    let lexical = bm25(&texts, &content_words(query));
    let best = lexical.iter().copied().fold(0.0, f64::max);
    let meaning = Embedding::of(query);
    let mut found: Vec<Recalled> = active
        .iter()
        .zip(lexical)
        .map(|(entry, words)| {
            let words = if best > 0.0 { words / best } else { 0.0 };
            let cosine = f64::from(Embedding::of(&entry.text).cosine(&meaning)).max(0.0);
            let score = round(0.5 * words + 0.5 * cosine);
            Recalled { id: entry.id.clone(), text: entry.text.clone(), score, evidence: entry.evidence.clone() }
        })
        .filter(|recalled| recalled.score > 0.0)
        .collect();
    found.arrange_by(|a, b| b.score.total_cmp(&a.score).then(a.id.cmp(&b.id)));
    found.truncate(k);
    found
}

fn bm25(texts: &[Vec<String>], query: &[String]) -> Vec<f64> {
    let count = texts.len() as f64;
    let average = texts.iter().map(Vec::len).sum::<usize>() as f64 / count.max(1.0);
    let mut scores = vec![0.0; texts.len()];
    for word in query {
        let holding = texts.iter().filter(|text| text.contains(word)).count() as f64;
        let rarity = libm::log(1.0 + (count - holding + 0.5) / (holding + 0.5));
        for (score, text) in scores.iter_mut().zip(texts) {
            let times = text.iter().filter(|w| *w == word).count() as f64;
            let length = text.len() as f64 / average.max(1.0);
            *score += rarity * times * (K1 + 1.0) / (times + K1 * (1.0 - B + B * length));
        }
    }
    scores
}
