//! Tokens that show by themselves what they are: the mark of the provider, then so many characters of a set.

use std::sync::LazyLock;

use super::anchor::{Beside, LONG_RUN, Literal, RUN_CLASS, Sign};
use super::provider::PATTERNS;
use super::{Span, jwt, shape};
use crate::ascii::Set;

struct Pattern {
    kind: &'static str,
    /// The mark may stand inside of a word, which then is part of the token.
    inside_words: bool,
    /// So few literals at the beginning that a name in code can have them too.
    weak: bool,
    /// A row of `x` counts too.
    masked: bool,
    /// Its letters and digits have to take turns.
    random: bool,
    /// What is longer than this has to look random.
    most: usize,
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
    let [inside_words, masked, random] = ['^', '!', '~'].map(|sign| text.starts_with(sign));
    let (mut steps, most) = parse(text.trim_start_matches(['^', '!', '~']));
    if let Some(last) = steps.last_mut().filter(|last| last.set.len() > 1) {
        last.max = usize::MAX;
    }
    let literals = steps.iter().take_while(|step| step.set.len() == 1).count();
    // Names in code are not in capitals.
    let small = steps.iter().any(|step| step.set.len() > 1 && step.set.has(b'a'));
    Pattern { kind, inside_words, weak: literals < 4 && small && !masked, masked, random, most, steps }
}

/// The steps of a pattern, and the most of the last one if it says so.
fn parse(text: &str) -> (Vec<Step>, usize) {
    let mut chars = text.bytes().peekable();
    let (mut steps, mut most) = (Vec::new(), usize::MAX);
    while let Some(byte) = chars.next() {
        most = usize::MAX;
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
            most = if count.contains(',') { max } else { usize::MAX };
        }
        steps.push(Step { set: Set::of(&class), min, max });
    }
    (steps, most)
}

/// The shape of a whole value.
pub(super) struct Shape(Vec<Step>);

impl Shape {
    pub(super) fn new(text: &str) -> Self {
        Shape(parse(text).0)
    }

    /// Whether a value has the shape; one that may hold digits and letters holds digits.
    pub(super) fn fits(&self, value: &[u8]) -> bool {
        let mixed = self.0.iter().any(|step| step.set.has(b'0') && step.set.has(b'a'));
        (!mixed || value.iter().any(u8::is_ascii_digit))
            && walk(&self.0, value, 0).is_some_and(|(end, _)| end == value.len())
    }
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
    let (mut at, last) = walk(&pattern.steps, text, start)?;
    // A class with a dot takes the full stop of the sentence with it.
    while text.get(at.wrapping_sub(1)) == Some(&b'.') {
        at -= 1;
    }
    let body = text.get(start..at)?;
    let real = (pattern.masked || !is_masked(body))
        && (!pattern.weak || plausible(body))
        && (!pattern.random || shape::is_random(body))
        && (last <= pattern.most || shape::is_random(body))
        && match pattern.kind {
            "jwt" => jwt::is_formal(body),
            // Of one case it is a commit.
            "sourcegraph-token" => !is_of_one_case(body) && !shape::repeats(body),
            _ => true,
        };
    real.then_some(at)
}

/// Where the steps end, and how many characters the last one took.
fn walk(steps: &[Step], text: &[u8], start: usize) -> Option<(usize, usize)> {
    let (mut at, mut last) = (start, 0);
    for step in steps {
        let rest = text.get(at..)?;
        last = rest.iter().take(step.max).take_while(|byte| step.set.has(**byte)).count();
        if last < step.min {
            return None;
        }
        at += last;
    }
    Some((at, last))
}

fn is_of_one_case(body: &[u8]) -> bool {
    !body.iter().any(u8::is_ascii_lowercase) || !body.iter().any(u8::is_ascii_uppercase)
}

/// A sample such as `ghp_xxxxxxxx`: six of the same in a row that stand for anything.
pub(super) fn is_masked(body: &[u8]) -> bool {
    body.windows(6).any(
        |row| matches!(row, [first @ (b'x' | b'X' | b'*' | b'.'), rest @ ..] if rest.iter().all(|byte| byte == first)),
    )
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

#[cfg(test)]
mod tests {
    use super::*;

    /// What the anchors rely on: a literal of three bytes, or a long run near the beginning.
    #[test]
    fn every_pattern_can_be_anchored() {
        for pattern in &TABLE.patterns {
            let literal = beginnings(&pattern.steps).iter().all(|text| text.len() >= 3);
            assert!(has_long_run(&pattern.steps) || literal, "{}", pattern.kind);
            assert!(!pattern.inside_words || literal, "{}", pattern.kind);
        }
    }
}
