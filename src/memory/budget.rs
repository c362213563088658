//! What a text costs an agent to read, and which entries are worth it.

use std::collections::{BTreeMap, BTreeSet};

use super::outline::Outline;
use super::standing::{Standing, is_exception_of};
use super::{Entry, Memory, Usage};
use crate::order::Arrange as _;

// Hundredths of a token. Fitted to cl100k_base and o200k_base (their mean) on memory files, playbooks, conversations and
// source code in English; see `tokens` for what is left of the error.
const WORD: u64 = 100;
const LETTER_BEYOND: u64 = 4;
const COMMON_LETTERS: usize = 7;
const THREE_DIGITS: u64 = 140;
const MARKS: u64 = 82;
const MARK_BEYOND: u64 = 14;
const LINE_BREAKS: u64 = 85;
const WIDE_SPACE: u64 = 80;
const IDEOGRAPH: u64 = 100;
const OTHER_LETTER: u64 = 60;

/// Tokens that a text takes, approximately: no tokenizer is shipped. Words (each hump of `camelCase` is one), groups of
/// three digits, runs of punctuation, line breaks and letters of other scripts are counted and weighed.
///
/// Within 7 % of the mean of the tokenizers cl100k_base and o200k_base on each of 24 real files of 1 to 130 kB; Claude's published
/// (older) tokenizer counts up to 15 % more. A line or two can be off by a third.
///
/// ```
/// assert_eq!(lucidream::memory::tokens("Deploy on Mondays only."), 5);
/// ```
pub fn tokens(text: &str) -> u32 {
    u32::try_from(weight(text).div_ceil(100)).unwrap_or(u32::MAX)
}

/// Tokens that the active entries take together.
pub(crate) fn active_tokens(memory: &Memory) -> u32 {
    memory.entries.iter().filter(|entry| entry.is_active()).map(|entry| tokens(&entry.text)).sum()
}

/// What a run of letters of one class is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Word,
    Digit,
    Space,
    Ideograph,
    Other,
    Mark,
}

fn class(c: char) -> Class {
    match c {
        'a'..='z' | 'A'..='Z' => Class::Word,
        '0'..='9' => Class::Digit,
        _ if c.is_whitespace() => Class::Space,
        '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' => Class::Ideograph,
        _ if c.is_ascii() => Class::Mark,
        _ => Class::Other,
    }
}

/// Hundredths of a token.
fn weight(text: &str) -> u64 {
    let mut sum = 0;
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let kind = class(first);
        let end = rest.char_indices().find(|(_, c)| class(*c) != kind).map_or(rest.len(), |(at, _)| at);
        let (run, behind) = rest.split_at(end);
        sum += run_weight(kind, run);
        rest = behind;
    }
    sum
}

fn run_weight(kind: Class, run: &str) -> u64 {
    let length = run.chars().count() as u64;
    match kind {
        Class::Word => words(run),
        Class::Digit => length.div_ceil(3) * THREE_DIGITS,
        Class::Space if run.contains('\n') => LINE_BREAKS,
        Class::Space if length > 1 => WIDE_SPACE,
        Class::Space => 0,
        Class::Ideograph => length * IDEOGRAPH,
        Class::Other => length * OTHER_LETTER,
        Class::Mark => MARKS + (length - 1) * MARK_BEYOND,
    }
}

/// A run of Latin letters, cut before each capital that follows a small letter.
fn words(run: &str) -> u64 {
    let mut sum = 0;
    let mut length = 0;
    let mut small = false;
    for letter in run.bytes() {
        if letter.is_ascii_uppercase() && small {
            sum += word(length);
            length = 0;
        }
        small = letter.is_ascii_lowercase();
        length += 1;
    }
    sum + word(length)
}

fn word(length: usize) -> u64 {
    WORD + length.saturating_sub(COMMON_LETTERS) as u64 * LETTER_BEYOND
}

/// Which of the active entries fit a budget, and the ids of those that do not. `cost` says what an entry takes, and is told
/// whether it is the first chosen one of its `topic`, which brings a heading along. The most valuable go in first, whole: pinned ones, then what
/// somebody's health depends on, then bans, then by the sessions and recalls that speak for them, then the latest; passing
/// states and what was planted go last. An entry takes along those above it in its owner's list, and what allows something
/// that was forbidden stays out without the ban.
pub(super) fn choose<'a>(
    memory: &'a Memory,
    usage: &BTreeMap<String, Usage>,
    budget: Option<u32>,
    topic: &dyn Fn(&Entry) -> String,
    cost: &dyn Fn(&Entry, bool) -> String,
) -> (Vec<&'a Entry>, Vec<String>) {
    let active: Vec<&Entry> = memory.entries.iter().filter(|entry| entry.is_active()).collect();
    let Some(budget) = budget else { return (active, Vec::new()) };
    let outline = Outline::of(&active);
    let ranked = active.iter().copied().map(|entry| (Standing::of(entry), entry));
    let mut by_value: Vec<(usize, (Standing, &Entry))> = ranked.enumerate().collect();
    by_value.arrange_by(|(_, (x, a)), (_, (y, b))| {
        let value = |standing, entry| worth(entry, standing, usage);
        value(*y, *b).cmp(&value(*x, *a)).then(a.id.cmp(&b.id))
    });
    let mut room = u64::from(budget) * 100;
    let mut chosen: BTreeSet<usize> = BTreeSet::new();
    let mut missed: Vec<&Entry> = Vec::new();
    let mut begun = BTreeSet::new();
    for (at, (standing, entry)) in by_value {
        // What announces something comes along with it.
        if outline.announces(at, entry) {
            continue;
        }
        let with: Vec<usize> = outline.chain(at).into_iter().filter(|at| !chosen.contains(at)).collect();
        let with: Vec<(usize, &Entry)> = with.into_iter().filter_map(|at| Some((at, *active.get(at)?))).collect();
        let mut topics = BTreeSet::new();
        let prices = with.iter().map(|(_, entry)| {
            let topic = topic(entry);
            let first = !begun.contains(&topic) && !topics.contains(&topic);
            topics.insert(topic);
            weight(&cost(entry, first))
        });
        let price: u64 = prices.sum();
        let alone = missed.iter().any(|ban| is_exception_of(entry, ban));
        match room.checked_sub(price).filter(|_| !alone) {
            Some(rest) => {
                room = rest;
                begun.extend(topics);
                chosen.extend(with.into_iter().map(|(at, _)| at));
            }
            None if standing >= Standing::Ban => missed.push(entry),
            None => {}
        }
    }
    let left = active.iter().enumerate().filter(|(at, _)| !chosen.contains(at));
    let mut left_out: Vec<String> = left.map(|(_, entry)| entry.id.clone()).collect();
    left_out.arrange();
    (chosen.into_iter().filter_map(|at| active.get(at).copied()).collect(), left_out)
}

fn worth<'a>(
    entry: &'a Entry,
    standing: Standing,
    usage: &'a BTreeMap<String, Usage>,
) -> (bool, Standing, u32, Option<&'a str>) {
    let used = usage.get(&entry.id);
    let support = entry.support.as_ref();
    let times = support.map_or(0, |support| support.sessions) + used.map_or(0, |used| used.recalls);
    let last = [
        entry.created_at.as_deref(),
        support.and_then(|support| support.last_seen.as_deref()),
        used.and_then(|used| used.last_recalled_at.as_deref()),
    ];
    (entry.pinned, standing, times, last.into_iter().flatten().max())
}

#[cfg(test)]
mod tests {
    use super::*;

    // Counted with cl100k_base; short texts that the project wrote itself.
    const COUNTED: &[(&str, u32)] = &[
        (
            "Read the ticket, then answer within one hour. If nothing is known, say so and ask the person who wrote it.",
            25,
        ),
        (
            "- Run `cargo test --workspace` before every commit.\n- Never push to `main`; open a pull request instead.\n",
            25,
        ),
        (
            "## Limits\n\n100 sessions a dream; 2,000 entries a store by default, 100 kB an entry (larger stores work).\n",
            30,
        ),
        ("fn parseMemory(input: &str) -> Result<Memory> { readConfigFile(input).map(toMemoryStore) }", 25),
    ];

    #[test]
    fn near_what_a_tokenizer_counts() {
        for (text, counted) in COUNTED {
            let error = f64::from(tokens(text)) / f64::from(*counted) - 1.0;
            assert!(error.abs() <= 0.15, "{text}: {} for {counted}", tokens(text));
        }
    }
}
