//! Numbers that open something, where they are named as such: PINs, the codes of doors, recovery codes, and the codes by
//! which a card is verified, with the number of the card beside them.

use std::sync::LazyLock;

use super::anchor::{Beside, Literal, Sign};
use super::{Span, personal};
use crate::ascii::{Prefixes, Set};

/// A sort of code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Code {
    /// Of a card: three or four digits.
    Card,
    /// Four to eight digits.
    Pin,
    /// Digits and letters in groups.
    Recovery,
}

const NAMES: &[(&str, Code)] = &[
    ("cvc", Code::Card),
    ("cvv", Code::Card),
    ("security code", Code::Card),
    ("card verification", Code::Card),
    ("prüfnummer", Code::Card),
    ("kartenprüf", Code::Card),
    ("cryptogramme", Code::Card),
    ("código de seguridad", Code::Card),
    ("codice di sicurezza", Code::Card),
    ("code de sécurité", Code::Card),
    ("pin", Code::Pin),
    ("door code", Code::Pin),
    ("gate code", Code::Pin),
    ("access code", Code::Pin),
    ("alarm code", Code::Pin),
    ("zugangscode", Code::Pin),
    ("türcode", Code::Pin),
    ("recovery code", Code::Recovery),
    ("backup code", Code::Recovery),
];

static TABLE: LazyLock<Prefixes<Code>> = LazyLock::new(|| Prefixes::new(NAMES.iter().copied()));

/// What codes are called.
pub(super) fn literals() -> impl Iterator<Item = Literal> {
    NAMES.iter().map(|(name, code)| Literal {
        text: (*name).to_owned(),
        exact: false,
        sign: if *code == Code::Card { Sign::Card } else { Sign::Here },
        beside: Beside::Behind(Set::of(b"\t -:=\"'2(")),
    })
}

/// Bytes behind a name in which its code is looked for.
const REACH: usize = 64;

/// The code behind the name that begins at `at`.
pub(super) fn at(text: &[u8], at: usize) -> Option<Span> {
    let (code, name_end) = named(text, at)?;
    let tail = text.get(name_end..text.len().min(name_end + REACH))?;
    let from = tail.iter().position(u8::is_ascii_digit).filter(|_| code != Code::Recovery);
    let from = from.or_else(|| Some(value_of_recovery(tail)).filter(|_| code == Code::Recovery).flatten())?;
    let tie = Tie::of(tail.get(..from)?)?;
    let start = name_end + from;
    let value = text.get(start..)?;
    let length = value.iter().take(41).take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'-').count();
    let dashes = value.get(..length)?.iter().rev().take_while(|byte| **byte == b'-').count();
    let value = value.get(..length - dashes)?;
    let open = matches!(
        text.get(start + value.len()..),
        Some([b'.' | b':' | b',', b'0'..=b'9', ..] | [b'%' | b'/' | b'_', ..])
    );
    let numeric = value.iter().all(u8::is_ascii_digit);
    let fits = match code {
        Code::Card => numeric && matches!(value.len(), 3 | 4),
        Code::Pin => numeric && (4..=8).contains(&value.len()) && is_noun(text, at, name_end, tie, value.len()),
        Code::Recovery => is_recovery(value),
    };
    let kind = match code {
        Code::Card => "card-code",
        Code::Pin => "pin",
        Code::Recovery => "secret",
    };
    (fits && !open).then_some(Span { kind, start, end: start + value.len() })
}

/// The name that begins at `at`, and where it ends.
fn named(text: &[u8], at: usize) -> Option<(Code, usize)> {
    let before = at.checked_sub(1).and_then(|before| text.get(before));
    let capital = text.get(at).is_some_and(u8::is_ascii_uppercase) && before.is_some_and(u8::is_ascii_lowercase);
    if before.is_some_and(|byte| byte.is_ascii_alphanumeric() || !byte.is_ascii()) && !capital {
        return None;
    }
    let lower = text.get(at..text.len().min(at + 24))?.to_ascii_lowercase();
    let (name, code) = TABLE.of(&lower).max_by_key(|(name, _)| name.len())?;
    let rest = lower.get(name.len()..)?;
    const ENDS: [&[u8]; 11] =
        [b" code", b"-code", b"code", b" number", b"-nummer", b"nummer", b"ziffer", b" value", b"s", b"2", b" nummer"];
    let more = ENDS.into_iter().find(|end| rest.starts_with(end)).map_or(0, <[u8]>::len);
    let closed = rest.get(more).is_none_or(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_');
    closed.then_some((code, at + name.len() + more))
}

/// How a code is tied to its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tie {
    /// It stands right behind.
    Beside,
    /// A sign or a verb is between.
    Said,
    /// What the code is set to.
    Set,
}

impl Tie {
    /// What stands between a name and its code: signs only, or words of the same sentence up to a verb.
    fn of(between: &[u8]) -> Option<Tie> {
        let between = String::from_utf8_lossy(between).to_lowercase();
        let said = between.trim_end_matches([' ', '\t', '"', '\'', '`', '\\', '#', '(']);
        if said.contains(['\n', ';', '!', '{', '}', '[', ']']) || said.contains(". ") {
            return None;
        }
        let last = said.rsplit([' ', '\'']).next().unwrap_or_default();
        match last.trim_matches(['"', '\'']) {
            "" => Some(Tie::Beside),
            ":" | "=" | "is" | "was" | "ist" | "lautet" | "est" | "es" | "é" | "è" | "now" | "jetzt" | "#" => {
                Some(Tie::Said)
            }
            "to" | "auf" | "à" | "op" => Some(Tie::Set),
            word if word.ends_with([':', '=']) => Some(Tie::Said),
            _ => None,
        }
    }
}

/// Words before `pin` that make it a number and no verb.
const OWNERS: &str = "my your his her our their its the a an new old same current default with door gate alarm lock card sim \
    phone bank debit credit room voicemail keypad safe app meine deine die der neue mit le mon code el mi il";

/// Whether `pin` is a number that opens something: not the verb, not a pin of a chip, not the code of a place in India.
fn is_noun(text: &[u8], at: usize, end: usize, tie: Tie, length: usize) -> bool {
    let name = text.get(at..end).unwrap_or_default();
    if !name.get(..3).is_some_and(|word| word.eq_ignore_ascii_case(b"pin")) {
        return true;
    }
    let postal = length == 6 && name.len() > 3;
    let before = text.get(at.saturating_sub(24)..at).unwrap_or_default().to_ascii_lowercase();
    let word = before.trim_ascii_end().rsplit(|byte| !byte.is_ascii_alphanumeric()).next().unwrap_or_default();
    let owned = OWNERS.split_ascii_whitespace().any(|owner| owner.as_bytes() == word);
    let board = matches!(word, b"gpio" | b"to" | b"and" | b"chip" | b"header");
    !postal && !board && (tie == Tie::Said || owned || name.starts_with(b"PIN"))
}

/// Where a code of letters, digits and dashes begins.
fn value_of_recovery(tail: &[u8]) -> Option<usize> {
    let word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'-';
    let starts = |at: &usize| *at == 0 || !tail.get(at - 1).is_some_and(word);
    (0..tail.len()).filter(starts).find(|at| {
        let rest = tail.get(*at..).unwrap_or_default();
        is_recovery(rest.get(..rest.iter().take_while(|byte| word(byte)).count()).unwrap_or_default())
    })
}

fn is_recovery(value: &[u8]) -> bool {
    let digits = value.iter().filter(|byte| byte.is_ascii_digit()).count();
    let letters = value.iter().any(u8::is_ascii_alphabetic);
    let groups: Vec<usize> = value.split(|byte| *byte == b'-').map(<[u8]>::len).collect();
    (8..=40).contains(&value.len()) && digits >= 2 && (letters || digits >= 8) && groups != [4, 2, 2]
}

/// Bytes between the number of a card and the name of its code.
pub(super) const NEAR: usize = 100;

/// The number of a card that begins at `at`, if its code is named near by: both together are enough to pay with.
pub(super) fn card(text: &[u8], at: usize) -> Option<Span> {
    let span = personal::card(text, at)?;
    let names = at.saturating_sub(NEAR)..text.len().min(at + NEAR + 1);
    let mut codes = names.filter_map(|name| named(text, name));
    codes.any(|(code, _)| code == Code::Card).then_some(span)
}

/// The places where the number of a card may begin, near the name of its code.
pub(super) fn cards(text: &[u8], name: usize, places: &mut Vec<usize>) {
    let near = name.saturating_sub(NEAR)..text.len().min(name + NEAR + 1);
    let digit = |at: usize| text.get(at).is_some_and(u8::is_ascii_digit);
    places.extend(near.filter(|at| digit(*at) && !at.checked_sub(1).is_some_and(digit)));
}

/// The kind of code that `value` is as the field `name` of structured data.
pub(super) fn field(name: &str, value: &str) -> Option<&'static str> {
    let numeric = value.bytes().all(|byte| byte.is_ascii_digit());
    match field_code(name)? {
        Code::Card => (numeric && matches!(value.len(), 3 | 4)).then_some("card-code"),
        _ => (numeric && (4..=8).contains(&value.len())).then_some("pin"),
    }
}

/// Whether a field of that name holds the code of a card.
pub(super) fn is_card_code(name: &str) -> bool {
    field_code(name) == Some(Code::Card)
}

/// Whether a text is the number of a card and nothing else.
pub(super) fn is_card(text: &str) -> bool {
    personal::card(text.as_bytes(), 0).is_some_and(|span| span.end == text.len())
}

/// Whether a field of that name may hold a code.
pub(super) fn names_code(name: &str) -> bool {
    field_code(name).is_some()
}

fn field_code(name: &str) -> Option<Code> {
    let lower: String = name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    let card = ["cvc", "cvv", "cvc2", "cvv2", "securitycode"].iter().any(|word| lower.ends_with(word));
    let parted = name.len() > 3 && (name.ends_with("_pin") || name.ends_with("-pin") || name.ends_with("Pin"));
    match card {
        true => Some(Code::Card),
        false => (lower == "pin" || parted).then_some(Code::Pin),
    }
}
