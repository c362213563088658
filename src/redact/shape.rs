//! What a value looks like: something random, or a placeholder, a path, a number, a word.

use memchr::memmem;

use crate::ascii::Set;

/// Whether a byte ends a word or a value that has no quotes.
pub(super) fn ends_word(byte: u8) -> bool {
    byte.is_ascii_whitespace() || b"\"'`;,<>()[]{}|\\".contains(&byte)
}

/// Of fewer letters and digits than these it cannot be said that they are random.
pub(super) const SHORTEST_RANDOM: usize = 14;

const PLACEHOLDERS: &str = "[redacted: changeme change_me change-me example placeholder your insert dummy redacted xxxx \
    **** .... fixme undefined string required optional";

/// These are values by themselves; a random one may begin so.
const NOTHINGS: [&str; 6] = ["false", "nil", "none", "null", "todo", "true"];

/// Variables, templates, masks and samples.
pub(super) fn is_placeholder(value: &[u8]) -> bool {
    if matches!(value, [b'$' | b'<' | b'{' | b'%' | b'#' | b'@', ..] | [.., b'}' | b'>']) || variety(value) < 3 {
        return true;
    }
    let lower: Vec<u8> = value.iter().take(24).map(u8::to_ascii_lowercase).collect();
    let first = lower.split(|byte| !byte.is_ascii_alphanumeric()).next().unwrap_or_default();
    PLACEHOLDERS.split_ascii_whitespace().any(|word| lower.starts_with(word.as_bytes()))
        || NOTHINGS.iter().any(|word| word.as_bytes() == first)
        || [b"${".as_slice(), b"$(", b"{{", b"****", b"xxxxxx", b"XXXXXX"].iter().any(|part| contains(value, part))
        || SAMPLES.iter().any(|word| contains(&value.to_ascii_lowercase(), word.as_bytes()))
        || [b"fake".as_slice(), b"Fake", b"FAKE"].iter().any(|word| begins_part(value, word))
}

/// Words in the values of documentation and tests.
const SAMPLES: &[&str] = &["example", "dummy", "placeholder", "replace_with", "replace-with"];

/// Whether a word stands behind no other letter: four letters in a row may well be part of something random.
fn begins_part(value: &[u8], word: &[u8]) -> bool {
    let at = |at: &usize| value.get(*at..).is_some_and(|rest| rest.starts_with(word));
    let free = |at: usize| at == 0 || !value.get(at - 1).is_some_and(u8::is_ascii_alphabetic);
    (0..value.len()).filter(at).any(free)
}

/// Most of it is the same few characters over and over, as in `abcd1234abcd1234abcd1234`.
pub(super) fn repeats(value: &[u8]) -> bool {
    (1..=16).any(|period| {
        let pairs = value.iter().zip(value.iter().skip(period));
        value.len() >= 3 * period.max(4) && 2 * pairs.filter(|(a, b)| a.eq_ignore_ascii_case(b)).count() >= value.len()
    })
}

/// A UUID of version 1: a time and a network address, nothing random (RFC 9562).
pub(super) fn is_time_uuid(value: &[u8]) -> bool {
    let parts: Vec<&[u8]> = value.split(|byte| *byte == b'-').collect();
    is_hash(value)
        && parts.iter().map(|part| part.len()).eq([8, 4, 4, 4, 12])
        && matches!(parts.as_slice(), [_, _, [b'1', ..], [b'8' | b'9' | b'a' | b'b' | b'A' | b'B', ..], _])
}

/// The number of an order, ticket or part: a few capitals, then short rows of digits (`LM-048213`, `INV-2026-0042`).
pub(super) fn is_reference(value: &[u8]) -> bool {
    let mut parts = value.split(|byte| b"-_/#".contains(byte));
    let letters =
        parts.next().is_some_and(|part| (1..=5).contains(&part.len()) && part.iter().all(u8::is_ascii_uppercase));
    let mut numbers = parts.map(|part| (1..=8).contains(&part.len()) && part.iter().all(u8::is_ascii_digit)).peekable();
    letters && numbers.peek().is_some() && value.len() <= 16 && numbers.all(|number| number)
}

/// Letters and digits, or a row of digits so long that it is no count or time.
pub(super) fn mixed(value: &[u8]) -> bool {
    let digits = value.iter().filter(|byte| byte.is_ascii_digit()).count();
    digits > 0 && (value.iter().any(u8::is_ascii_alphabetic) || digits >= 16)
}

/// Letters and digits that take turns without a break between them, as in no name and no date.
pub(super) fn is_random(value: &[u8]) -> bool {
    let turns = |pair: &&[u8]| matches!(pair, [a, b] if a.is_ascii_alphabetic() && b.is_ascii_digit() || a.is_ascii_digit() && b.is_ascii_alphabetic());
    let all_digits = value.iter().all(u8::is_ascii_digit) && value.len() >= 16;
    let tokenlike = value.iter().all(|byte| byte.is_ascii_alphanumeric() || b"_-+/=.:%~".contains(byte));
    tokenlike
        && variety(value) >= 7
        && (all_digits || value.windows(2).filter(turns).count() >= 2.max(value.len() / 10))
        && !is_code(value)
}

/// A UUID or a hexadecimal digest.
pub(super) fn is_hash(value: &[u8]) -> bool {
    value.iter().all(|byte| byte.is_ascii_hexdigit() || *byte == b'-')
}

/// Code and prose rather than something random.
pub(super) fn is_code(value: &[u8]) -> bool {
    is_word(value) || is_path(value)
}

/// Names joined by dots, paths and addresses.
pub(super) fn is_path(value: &[u8]) -> bool {
    if matches!(value, [b'/' | b'.' | b'~', ..]) || contains(value, b"::") || contains(value, b"://") {
        return true;
    }
    let named = |part: &[u8]| part.first().is_some_and(u8::is_ascii_alphabetic) && is_word(part);
    value.contains(&b'.') && value.split(|byte| *byte == b'.').all(named)
}

/// An identifier of words: no digit but at its end (`sha256`, `token2`).
pub(super) fn is_word(part: &[u8]) -> bool {
    let digits = part.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let stem = if digits <= 3 { part.get(..part.len() - digits).unwrap_or(part) } else { part };
    stem.iter().all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'-'))
}

pub(super) fn contains(text: &[u8], part: &[u8]) -> bool {
    memmem::find(text, part).is_some()
}

/// How many different characters there are; all that is not ASCII counts as four, as in a word of another script.
pub(super) fn variety(value: &[u8]) -> u32 {
    Set::of_each(value).len() + if value.is_ascii() { 0 } else { 4 }
}
