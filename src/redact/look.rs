//! What a word in a sentence looks like: a password, or a version, a measure, an algorithm, the name of a thing.

use super::shape::{is_path, is_placeholder, is_random, is_reference, mixed, repeats};

/// How much a word looks like a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Looks {
    /// Letters with a digit or a mark: enough where a sentence says what it is.
    Fair,
    /// Letters of one case and two digits or more.
    Numbered,
    /// Both cases with digits, or marks in between, or random: hardly a word of a sentence.
    Strong,
}

/// Bytes that a password has at least, where nothing but a sentence gives it away.
const SHORTEST: usize = 6;
const LONGEST: usize = 128;

/// Marks that words of sentences do not hold.
pub(super) const MARKS: &[u8] = b"!#$%^&*+=~?";

/// How much `word` looks like a password; `None` for what is none.
pub(super) fn looks(word: &[u8]) -> Option<Looks> {
    let letters = word.iter().filter(|byte| byte.is_ascii_alphabetic() || !byte.is_ascii()).count();
    let digits = word.iter().filter(|byte| byte.is_ascii_digit()).count();
    let marked = word.get(1..word.len().saturating_sub(1))?.iter().any(|byte| MARKS.contains(byte));
    let edged = word.iter().any(|byte| MARKS.contains(byte));
    if !(SHORTEST..=LONGEST).contains(&word.len()) || letters < 2 || digits == 0 && !marked || is_thing(word) {
        return None;
    }
    let cased = word.iter().any(u8::is_ascii_uppercase) && word.iter().any(u8::is_ascii_lowercase);
    let long = word.len() >= 8 && letters >= 3;
    Some(match () {
        () if long && (digits > 0 && (cased || edged) || is_random(word)) => Looks::Strong,
        () if long && digits >= 2 => Looks::Numbered,
        () => Looks::Fair,
    })
}

/// What has digits or marks in a sentence and is no password.
pub(super) fn is_thing(word: &[u8]) -> bool {
    let joined = word.iter().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || *byte == b'_');
    is_placeholder(word)
        || is_path(word)
        || is_reference(word)
        || repeats(word)
        || !mixed(word) && word.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(byte))
        || word.contains(&b'_') && joined
        || is_measure(word)
        || is_address(word)
        || is_standard(word)
        || [b"=".as_slice(), b"->", b"&&", b"=="].iter().any(|sign| word.starts_with(sign))
        || word.contains(&b'=')
}

/// A number and what it counts, a time or a version: `24h`, `12-character`, `2026-11-08T10`, `v2.1`, `3rd`.
fn is_measure(word: &[u8]) -> bool {
    let body = word.strip_prefix(b"v").or_else(|| word.strip_prefix(b"V")).unwrap_or(word);
    let number = body.iter().take_while(|byte| byte.is_ascii_digit() || b".,:-/".contains(byte)).count();
    let (number, unit) = body.split_at_checked(number).unwrap_or_default();
    let digits = number.iter().any(u8::is_ascii_digit);
    digits && (unit.iter().all(|byte| byte.is_ascii_lowercase() || *byte == b'-') || unit.first() == Some(&b'T'))
        || word.starts_with(b"1Password")
}

/// An address of mail, or of a machine.
fn is_address(word: &[u8]) -> bool {
    let host = word.iter().position(|byte| *byte == b'@').and_then(|at| word.get(at + 1..));
    host.is_some_and(|host| {
        host.contains(&b'.') && host.iter().all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(byte))
    }) || word.starts_with(b"@")
}

/// Algorithms, encodings and standards, whose names have digits: `SHA-256`, `pbkdf2_sha512`, `NIST-800-63B`.
fn is_standard(word: &[u8]) -> bool {
    let lower = word.to_ascii_lowercase();
    STANDARDS.split_ascii_whitespace().any(|name| {
        let rest = lower.strip_prefix(name.as_bytes());
        rest.and_then(|rest| rest.first()).is_some_and(|next| !next.is_ascii_alphabetic())
    })
}

const STANDARDS: &str = "sha md argon bcrypt scrypt pbkdf base utf aes rsa rfc nist iso cve oauth otp totp hotp tls ssl x ed \
    ecdsa hs rs es ntlm crypt hmac blake md5crypt sha256crypt sha512crypt yescrypt chacha fips pci cis owasp cwe ansi \
    windows ubuntu debian python node java postgres postgresql mysql keycloak php http ipv wpa pkcs ascii des";
