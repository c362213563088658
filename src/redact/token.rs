//! Tokens that show by themselves what they are: the mark of the provider, then so many characters of a set.

use std::sync::LazyLock;

use super::Span;
use super::anchor::{Beside, LONG_RUN, Literal, RUN_CLASS, Sign};
use super::provider::PATTERNS;
use crate::ascii::Set;

struct Pattern {
    kind: &'static str,
    /// The mark may stand inside of a word, which then is part of the token.
    inside_words: bool,
    /// So few literals at the beginning that a name in code can have them too.
    weak: bool,
    steps: Vec<Step>,
}

impl Pattern {
    /// What the second byte can be.
    fn second(&self) -> Set {
        match self.steps.as_slice() {
            [first, next, ..] if first.max == 1 => next.set,
            [first, ..] => first.set,
            [] => Set::default(),
        }
    }
}

/// Characters of a set, and how many of them.
struct Step {
    set: Set,
    min: usize,
    max: usize,
}

/// Patterns by the first byte that they can begin with; and what their second byte can be, by which nearly every
/// word of ordinary text is told off.
struct Table {
    patterns: Vec<Pattern>,
    by_first: Vec<Candidates>,
}

#[derive(Clone, Default)]
struct Candidates {
    second: Set,
    patterns: Vec<(Set, u16)>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let patterns: Vec<Pattern> = PATTERNS.iter().map(|(kind, text)| compile(kind, text)).collect();
    let mut by_first = vec![Candidates::default(); 128];
    for (pattern, index) in patterns.iter().zip(0..) {
        for (byte, candidates) in (0..).zip(by_first.iter_mut()) {
            if pattern.steps.first().is_some_and(|step| step.set.has(byte)) {
                candidates.second.join(pattern.second());
                candidates.patterns.push((pattern.second(), index));
            }
        }
    }
    Table { patterns, by_first }
});

fn compile(kind: &'static str, text: &str) -> Pattern {
    let inside_words = text.starts_with('^');
    let mut chars = text.trim_start_matches('^').bytes().peekable();
    let mut steps = Vec::new();
    while let Some(byte) = chars.next() {
        if byte != b'[' {
            steps.push(Step { set: Set::of(&[byte]), min: 1, max: 1 });
            continue;
        }
        let class: Vec<u8> = chars.by_ref().take_while(|byte| *byte != b']').collect();
        let (mut min, mut max) = (1, 1);
        if chars.next_if_eq(&b'{').is_some() {
            let count: Vec<u8> = chars.by_ref().take_while(|byte| *byte != b'}').collect();
            let count = String::from_utf8_lossy(&count).into_owned();
            let (low, high) = count.split_once(',').unwrap_or((&count, &count));
            min = low.parse().unwrap_or(1);
            max = high.parse().unwrap_or(usize::MAX);
        }
        steps.push(Step { set: Set::of(&class), min, max });
    }
    if let Some(last) = steps.last_mut().filter(|last| last.set.len() > 1) {
        last.max = usize::MAX;
    }
    let weak = steps.iter().take_while(|step| step.set.len() == 1).count() < 4;
    Pattern { kind, inside_words, weak, steps }
}

/// What the patterns without a long run of letters and digits begin with.
pub(super) fn literals() -> impl Iterator<Item = Literal> {
    TABLE.patterns.iter().filter(|pattern| !has_long_run(&pattern.steps)).flat_map(|pattern| {
        let texts = beginnings(&pattern.steps);
        let length = texts.first().map_or(0, String::len);
        let next = pattern.steps.get(length).map_or(Set::default(), |step| step.set);
        let literal = move |text| Literal { text, exact: true, sign: Sign::Here, beside: Beside::Behind(next) };
        texts.into_iter().map(literal)
    })
}

/// The texts that some steps can begin with, as far as those are few.
fn beginnings(steps: &[Step]) -> Vec<String> {
    let mut texts = vec![String::new()];
    for step in steps {
        if (step.min, step.max) != (1, 1) || texts.len() * step.set.len() as usize > 16 {
            break;
        }
        let chars = || step.set.bytes().map(char::from);
        texts = texts.iter().flat_map(|text| chars().map(move |next| format!("{text}{next}"))).collect();
    }
    texts
}

/// Whether a long run begins so near the beginning that the run gives the token away.
fn has_long_run(steps: &[Step]) -> bool {
    let set = Set::of(RUN_CLASS);
    let (mut before, mut least, mut most) = (0_usize, 0, 0_usize);
    for step in steps {
        if step.set.bytes().all(|byte| set.has(byte)) {
            (least, most) = (least + step.min, most.saturating_add(step.max));
        } else {
            (before, least, most) = (before.saturating_add(most).saturating_add(step.max), 0, 0);
        }
        if least >= LONG_RUN || before > LONGEST_HEAD {
            return before <= LONGEST_HEAD;
        }
    }
    false
}

/// Bytes of a token before its first long run, at most.
pub(super) const LONGEST_HEAD: usize = 18;

/// A token known by a mark inside of it has at least this many bytes.
const SHORTEST_AROUND: usize = 24;

/// Whether the first two bytes at `at` are those of a token.
pub(super) fn may_begin(text: &[u8], at: usize) -> bool {
    let Some(&[first, second]) = text.get(at..).and_then(|rest| rest.first_chunk()) else { return false };
    TABLE.by_first.get(usize::from(first)).is_some_and(|candidates| candidates.second.has(second))
}

/// The token that begins at `at`, or around it where the mark stands inside; the longest if several patterns fit.
pub(super) fn at(text: &[u8], at: usize) -> Option<Span> {
    let candidates = TABLE.by_first.get(usize::from(*text.get(at)?))?;
    let second = *text.get(at + 1)?;
    if !candidates.second.has(second) {
        return None;
    }
    let fresh = starts_word(text, at);
    let fits = candidates.patterns.iter().filter(|(set, _)| set.has(second));
    let patterns = fits.filter_map(|(_, index)| TABLE.patterns.get(usize::from(*index)));
    let spans = patterns.filter(|pattern| fresh || pattern.inside_words).filter_map(|pattern| {
        let end = end_of(pattern, text, at)?;
        let start = if pattern.inside_words { word_start(text, at) } else { at };
        let long = !pattern.inside_words || end - start >= SHORTEST_AROUND;
        long.then_some(Span { kind: pattern.kind, start, end })
    });
    spans.max_by_key(|span| span.end)
}

fn end_of(pattern: &Pattern, text: &[u8], start: usize) -> Option<usize> {
    let mut at = start;
    for step in &pattern.steps {
        let rest = text.get(at..)?;
        let count = rest.iter().take(step.max).take_while(|byte| step.set.has(**byte)).count();
        if count < step.min {
            return None;
        }
        at += count;
    }
    // A class with a dot takes the full stop of the sentence with it.
    while text.get(at.wrapping_sub(1)) == Some(&b'.') {
        at -= 1;
    }
    (!pattern.weak || plausible(text.get(start..at)?)).then_some(at)
}

/// Random, unlike a method on `s.` or words joined by dashes: many characters, digits or capitals among them.
fn plausible(body: &[u8]) -> bool {
    let digits = body.iter().filter(|byte| byte.is_ascii_digit()).count();
    Set::of_each(body).len() >= 8 && (digits >= 2 || body.starts_with(b"hf_"))
}

/// Whether no word runs into `at`. An escape such as `\n` in quoted JSON ends a word too.
pub(super) fn starts_word(text: &[u8], at: usize) -> bool {
    match text.get(..at).unwrap_or_default() {
        [.., b'\\', b'n' | b'r' | b't'] => true,
        [.., before] => !(before.is_ascii_alphanumeric() || *before == b'_'),
        [] => true,
    }
}

fn word_start(text: &[u8], at: usize) -> usize {
    let before = text.get(at.saturating_sub(40)..at).unwrap_or_default();
    at - before.iter().rev().take_while(|byte| byte.is_ascii_alphanumeric() || b"_~.".contains(byte)).count()
}
