//! The values of a Kubernetes Secret, in YAML and in JSON: what stands under `data:` or `stringData:` near
//! `kind: Secret`.

use memchr::memmem;

use super::Span;

/// Bytes around a value in which its manifest is looked for.
const REACH: usize = 2048;

/// What a manifest of a secret holds.
pub(super) const KIND: &str = "kind";

/// The value behind the colon at `at`, if it stands in the manifest of a secret.
pub(super) fn value(text: &[u8], at: usize) -> Option<Span> {
    let from = at.saturating_sub(REACH);
    let before = text.get(from..at)?;
    let name =
        before.iter().rev().skip_while(|byte| matches!(byte, b'"' | b'\\')).take_while(|byte| is_name(**byte)).count();
    let near = text.get(from..text.len().min(at + REACH))?;
    if name == 0 || !holds_kind(near) {
        return None;
    }
    let data = ["data", "stringData"].into_iter().filter_map(|word| rfind(before, word.as_bytes())).max()?;
    let plain = before.get(data..)?.starts_with(b"stringData");
    let rest = text.get(at + 1..)?;
    let skipped = rest.iter().take(400).take_while(|byte| b" \t\r\n|>-\"'\\".contains(byte)).count();
    let on_line =
        !rest.get(..skipped)?.contains(&b'\n') || rest.get(..skipped)?.iter().any(|byte| matches!(byte, b'|' | b'>'));
    let value = rest.get(skipped..)?;
    let length = if plain {
        value.iter().take(4096).take_while(|byte| !b"\r\n\"'\\".contains(byte)).count()
    } else {
        value.iter().take(8192).take_while(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(byte)).count()
    };
    let value = value.get(..length)?;
    let word = value.iter().all(|byte| byte.is_ascii_lowercase() || matches!(byte, b'-' | b'.'));
    let secret = on_line
        && if plain {
            length >= 4 && !value.starts_with(b"{{") && !value.starts_with(b"$")
        } else {
            length >= 8 && !word
        };
    let start = at + 1 + skipped;
    secret.then_some(Span { kind: "secret", start, end: start + length })
}

/// The colons of values around the word `kind` at `at`.
pub(super) fn colons(text: &[u8], at: usize, places: &mut Vec<usize>) {
    let (from, to) = (at.saturating_sub(REACH), text.len().min(at + REACH));
    let near = text.get(from..to).unwrap_or_default();
    if holds_kind(near) {
        places.extend(near.iter().zip(from..).filter(|(byte, _)| **byte == b':').map(|(_, colon)| colon));
    }
}

/// `kind: Secret`, `"kind": "Secret"`.
fn holds_kind(text: &[u8]) -> bool {
    let mut from = 0;
    while let Some(found) = text.get(from..).and_then(|rest| memmem::find(rest, KIND.as_bytes())) {
        let behind = text.get(from + found + KIND.len()..).unwrap_or_default();
        let skipped = behind.iter().take(100).take_while(|byte| b" \t\"'\\:".contains(byte)).count();
        let (between, value) = behind.split_at_checked(skipped).unwrap_or_default();
        let is = value.get(..6).is_some_and(|word| word.eq_ignore_ascii_case(b"secret"));
        if is && between.contains(&b':') && !value.get(6).is_some_and(u8::is_ascii_alphanumeric) {
            return true;
        }
        from += found + KIND.len();
    }
    false
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_-.".contains(&byte)
}

/// Where a key with a colon behind it stands last.
fn rfind(text: &[u8], key: &[u8]) -> Option<usize> {
    (0..text.len()).rev().find(|at| {
        let behind = text.get(*at..).and_then(|rest| rest.strip_prefix(key));
        let fresh = at.checked_sub(1).is_none_or(|before| !text.get(before).is_some_and(|byte| is_name(*byte)));
        fresh && behind.is_some_and(|rest| matches!(rest, [b':', ..] | [b'"', b':', ..] | [b'\\', b'"', b':', ..]))
    })
}
