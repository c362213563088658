//! Secrets in base64 (RFC 4648): what a shell decodes or encodes, and keys that were encoded once more.

use memchr::memmem;

use super::Span;
use super::anchor::{Beside, Literal, Sign};
use super::look::{Looks, looks};
use crate::ascii::Set;

/// What encodes and decodes, and what `-----BEGIN` is in base64.
const MARKS: [&str; 2] = ["base64", "LS0tLS1CRUdJTi"];

/// What the rules begin with.
pub(super) fn literals() -> impl Iterator<Item = Literal> {
    MARKS.iter().map(|text| Literal {
        text: (*text).to_owned(),
        exact: true,
        sign: Sign::Here,
        beside: Beside::Before(Set::default()),
    })
}

/// Bytes that are looked at: of a line before a command, and of a key as Kubernetes writes it.
const LONGEST_LINE: usize = 600;
const LONGEST_KEY: usize = 24 * 1024;

/// The secret that the text at `at` gives away.
pub(super) fn at(text: &[u8], at: usize) -> Option<Span> {
    let rest = text.get(at..)?;
    match () {
        () if rest.starts_with(b"base64") => piped(text, at).or_else(|| fed(text, at)),
        () if rest.starts_with(b"LS0tLS1CRUdJTi") => {
            private_key(rest).map(|length| Span { kind: "private-key", start: at, end: at + length })
        }
        () => None,
    }
}

/// The credentials in `echo … | base64 -d` and in `echo user:password | base64`.
fn piped(text: &[u8], at: usize) -> Option<Span> {
    let line = text.get(at.saturating_sub(LONGEST_LINE)..at)?;
    let line = line.iter().rposition(|byte| *byte == b'\n').and_then(|end| line.get(end + 1..)).unwrap_or(line);
    let said = line.trim_ascii_end().strip_suffix(b"|")?.trim_ascii_end();
    let quotes = said.iter().rev().take_while(|byte| b"\"'\\".contains(byte)).count();
    let said = said.get(..said.len() - quotes)?;
    let word = said.iter().rev().take_while(|byte| !(byte.is_ascii_whitespace() || b"\"'`(".contains(byte))).count();
    let (before, word) = said.split_at_checked(said.len() - word)?;
    let command = before.iter().rev().take(24).copied().collect::<Vec<u8>>();
    let printed = [b"ohce".as_slice(), b"ftnirp"].iter().any(|name| memmem::find(&command, name).is_some());
    let secret = if decodes(text, at) { decode(word).is_some_and(|bytes| is_login(&bytes)) } else { is_login(word) };
    let end = at - (line.len() - said.len());
    (printed && secret).then_some(Span { kind: "secret", start: end - word.len(), end })
}

/// The credentials in `base64 -d <<< …`.
fn fed(text: &[u8], at: usize) -> Option<Span> {
    let line = text.get(at..text.len().min(at + LONGEST_LINE))?;
    let arrows = memmem::find(line.get(..40.min(line.len()))?, b"<<<")? + 3;
    let from = arrows + line.get(arrows..)?.iter().take_while(|byte| b" \"'\\".contains(byte)).count();
    let word = line.get(from..)?.iter().take_while(|byte| in_base64(**byte)).count();
    let secret = decodes(text, at) && decode(line.get(from..from + word)?).is_some_and(|bytes| is_login(&bytes));
    secret.then_some(Span { kind: "secret", start: at + from, end: at + from + word })
}

/// Whether the command at `at` decodes.
fn decodes(text: &[u8], at: usize) -> bool {
    let options = text.get(at + b"base64".len()..).unwrap_or_default();
    [b" -d".as_slice(), b" -D", b" --d"].iter().any(|option| options.starts_with(option))
}

/// Whether a text is `user:password`, or one word that looks like a password.
fn is_login(text: &[u8]) -> bool {
    let text = text.trim_ascii();
    let plain = text.iter().all(u8::is_ascii_graphic) && !matches!(text, [b'$', ..]) && text.len() >= 6;
    let parts = text.iter().position(|byte| *byte == b':').map(|at| text.split_at(at));
    let pair =
        parts.is_some_and(|(user, password)| !user.is_empty() && password.len() > 3 && !password.starts_with(b"://"));
    plain && (pair || looks(text).is_some_and(|looks| looks >= Looks::Numbered))
}

/// Length of a private key as PEM in base64, over several lines too.
fn private_key(text: &[u8]) -> Option<usize> {
    let head = decode(text.get(..48)?)?;
    memmem::find(&head, b"PRIVATE KEY")?;
    let near = text.get(..text.len().min(LONGEST_KEY))?;
    let length = near.iter().take_while(|byte| in_base64(**byte) || b" \r\n".contains(byte)).count();
    let lines = near.get(..length)?.split_inclusive(|byte| *byte == b'\n');
    // The last line of a block is a short one; what follows on the next is something else.
    let mut end = 0;
    for line in lines {
        let word = line.trim_ascii_end();
        let body = word.trim_ascii_start();
        if body.contains(&b' ') || body.is_empty() {
            return Some(end + if end == 0 { body.iter().take_while(|byte| in_base64(**byte)).count() } else { 0 });
        }
        if body.len() < 40 && end > 0 && !body.ends_with(b"=") {
            return Some(end);
        }
        end += line.len();
        if body.ends_with(b"=") || line.len() == word.len() {
            return Some(end - (line.len() - word.len()));
        }
    }
    Some(near.get(..end)?.trim_ascii_end().len())
}

fn in_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=')
}

/// What a text in base64 of either alphabet stands for.
pub(super) fn decode(text: &[u8]) -> Option<Vec<u8>> {
    let padding = text.iter().rev().take_while(|byte| **byte == b'=').count();
    let text = text.get(..text.len() - padding)?;
    let mut bytes = Vec::with_capacity(text.len());
    for four in text.chunks(4) {
        let bits = four.iter().try_fold(0, |bits, byte| Some(bits << 6 | sextet(*byte)?))?;
        let bits = bits << (6 * (4 - four.len()));
        let [_, first, second, third] = u32::to_be_bytes(bits);
        bytes.extend([first, second, third].iter().take(four.len() - 1));
    }
    Some(bytes)
}

/// The value of a character in base64, of either alphabet.
fn sextet(byte: u8) -> Option<u32> {
    let value = match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        _ => return None,
    };
    Some(u32::from(value))
}
