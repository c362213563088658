//! What a text is compared by, read once.

use crate::text::{self, Embedding, Value};

/// A text with everything that comparing needs.
#[derive(Debug, Clone)]
pub(crate) struct Profile {
    /// Equal for texts that differ in case, punctuation and white space only.
    pub normal: String,
    /// The words around the values in order, folded.
    pub words: Vec<String>,
    /// Stems of those that carry meaning, sorted, each once.
    pub content: Vec<String>,
    /// Typed values, sorted.
    pub values: Vec<Value>,
    /// Hashes of the character trigrams of the words, sorted, each once.
    pub trigrams: Vec<u32>,
    /// The sentence model's vector.
    pub embedding: Embedding,
    /// Stems of the content words that stand in the scope of a negation, sorted.
    pub negated: Vec<String>,
    /// Whether a negation would have an exception: "never … before …".
    pub excepted: bool,
    /// Whether it says when something holds: "… only after …" is the same in the positive.
    pub conditional: bool,
    /// Whether a secret was replaced in it: nobody can tell any more whether two of them were the same.
    pub redacted: bool,
    /// Values that the text says hold no more: "not to #a any more", "instead of 5432".
    pub withdrawn: Vec<Value>,
}

impl Profile {
    pub(crate) fn of(text: &str) -> Profile {
        let normal = text::normalise(text);
        let (values, frame) = text::frame(text);
        // A text that is nothing but values is compared as it stands.
        let frame = if frame.chars().any(char::is_alphanumeric) { frame } else { normal.clone() };
        let words = text::words(&frame);
        let mut content = text::content_words(&frame);
        content.sort();
        content.dedup();
        let mut negated = negated(text);
        negated.retain(|word| content.binary_search(word).is_ok());
        Profile {
            negated,
            excepted: words.iter().any(|word| is_exception(word)),
            conditional: words.iter().any(|word| is_condition(word)),
            redacted: text.contains("[REDACTED:"),
            withdrawn: withdrawn(text),
            trigrams: trigrams(&words.join(" ")),
            embedding: Embedding::of(&frame),
            normal,
            words,
            content,
            values,
        }
    }

    /// Likeness of two texts by meaning, words and letters, 0 to 1.
    pub(crate) fn likeness(&self, other: &Profile) -> f64 {
        let cosine = f64::from(self.embedding.cosine(&other.embedding)).max(0.0);
        let letters = dice(&self.trigrams, &other.trigrams);
        if cosine == 0.0 {
            // Other scripts: the model knows none of the words, the letters have to do.
            return letters;
        }
        0.5 * cosine + 0.25 * letters + 0.25 * jaccard(&self.content, &other.content)
    }
}

/// The content words behind a negation, up to the end of its clause.
fn negated(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for clause in text.split([',', ';', ':', '.', '!', '?', '(', ')']) {
        let words = text::words(clause);
        if let Some(at) = words.iter().position(|word| is_negation(word)) {
            let scope = words.get(at + 1..).unwrap_or_default();
            let ends = |word: &&String| matches!(word.as_str(), "any" | "anymore" | "longer" | "more");
            found.extend(
                scope
                    .iter()
                    .filter(|word| !text::is_stop_word(word) && !ends(word))
                    .map(|word| text::stem(word).to_owned()),
            );
        }
    }
    found.sort();
    found.dedup();
    found
}

fn is_exception(word: &str) -> bool {
    matches!(word, "before" | "except" | "unless" | "until" | "without")
}

fn is_condition(word: &str) -> bool {
    matches!(word, "after" | "first" | "once" | "only" | "until" | "wait" | "whether")
}

/// The values behind "not", "no longer", "instead of", "rather than", up to the end of their clause.
fn withdrawn(text: &str) -> Vec<Value> {
    const CUES: &[&str] = &["instead of ", "rather than ", "no longer ", " not "];
    let folded = text::fold(text);
    let mut found = Vec::new();
    for clause in folded.split([',', ';']) {
        let padded = format!(" {}", clause.trim());
        if let Some(cut) = CUES.iter().filter_map(|cue| padded.find(cue).map(|at| at + cue.len())).min() {
            found.extend(text::values(padded.get(cut..).unwrap_or_default()));
        }
    }
    found.sort();
    found
}

/// Words that turn a statement into its opposite.
pub(crate) fn is_negation(word: &str) -> bool {
    const NEGATIONS: &[&str] = &[
        "aint", "arent", "avoid", "cannot", "cant", "couldnt", "didnt", "doesnt", "dont", "hasnt", "havent", "isnt",
        "mustnt", "neither", "never", "no", "none", "nor", "not", "shouldnt", "stop", "stopped", "wasnt", "werent",
        "without", "wont", "wouldnt",
    ];
    NEGATIONS.binary_search(&word).is_ok()
}

fn trigrams(normal: &str) -> Vec<u32> {
    let mut letters = vec![' '];
    letters.extend(normal.chars());
    letters.push(' ');
    let mut hashes: Vec<u32> = letters.windows(3).map(hash).collect();
    hashes.sort_unstable();
    hashes.dedup();
    hashes
}

// FNV-1a over code points: a fixed hash, so that every build agrees.
fn hash(letters: &[char]) -> u32 {
    letters.iter().fold(0x811c_9dc5, |hash: u32, c| (hash ^ u32::from(*c)).wrapping_mul(0x0100_0193))
}

/// How many topic words two texts share, and what share of the shorter one's that is. Words that only say whether,
/// when or how strongly do not count.
pub(crate) fn overlap(a: &Profile, b: &Profile) -> (usize, f64) {
    let topic = |profile: &Profile| -> Vec<String> {
        let frame = |word: &String| {
            is_negation(word)
                || is_exception(word)
                || is_condition(word)
                || matches!(word.as_str(), "alway" | "befor" | "must" | "should")
        };
        profile.content.iter().filter(|word| !frame(word)).cloned().collect()
    };
    let (a, b) = (topic(a), topic(b));
    let both = shared(&a, &b);
    let shorter = a.len().min(b.len());
    (both, if shorter == 0 { 0.0 } else { both as f64 / shorter as f64 })
}

pub(crate) fn dice<T: Ord>(a: &[T], b: &[T]) -> f64 {
    if a.is_empty() && b.is_empty() { 0.0 } else { 2.0 * shared(a, b) as f64 / (a.len() + b.len()) as f64 }
}

fn jaccard<T: Ord>(a: &[T], b: &[T]) -> f64 {
    let both = shared(a, b);
    let all = a.len() + b.len() - both;
    if all == 0 { 0.0 } else { both as f64 / all as f64 }
}

/// How many members two sorted sets share.
pub(crate) fn shared<T: Ord>(a: &[T], b: &[T]) -> usize {
    let (mut a, mut b) = (a.iter().peekable(), b.iter().peekable());
    let mut count = 0;
    while let (Some(x), Some(y)) = (a.peek(), b.peek()) {
        match x.cmp(y) {
            std::cmp::Ordering::Less => drop(a.next()),
            std::cmp::Ordering::Greater => drop(b.next()),
            std::cmp::Ordering::Equal => {
                count += 1;
                a.next();
                b.next();
            }
        }
    }
    count
}
