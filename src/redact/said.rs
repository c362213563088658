//! Keys and tokens in sentences, right behind their name: `the token is …`, `der Schlüssel lautet …`, `the API key 4f…`.
//!
//! Only what looks random counts here; what may be a password stands further from its name, in `sentence`.

use super::assignment::{self, LOOK_BACK, Value, back_over, ends_value};
use super::look::{Looks, looks};
use super::name::{self, Name};
use super::shape::{is_path, is_placeholder, is_random, mixed, repeats};
use super::{Span, look, token};

/// The verbs of `the token is …`, in English, French and German.
const VERBS: [&[u8]; 4] = [b" is ", b" est ", b" ist ", b" lautet "];

/// Whether a value can be told by what begins with this blank: a verb, or the value itself.
pub(super) fn may_tell(text: &[u8], at: usize) -> bool {
    let rest = text.get(at..).unwrap_or_default();
    VERBS.iter().any(|verb| rest.starts_with(verb)) || Beside::at(text, at).is_some()
}

/// The secret in `the token is …`, with `at` on the blank before `is`, and in `the API key 4f…`, with `at` on the blank
/// before the value. Prose, so only what looks random counts.
pub(super) fn told(text: &[u8], at: usize) -> Option<Span> {
    let rest = text.get(at..)?;
    let Some(verb) = VERBS.iter().find(|verb| rest.starts_with(verb)) else {
        return Beside::at(text, at)?.secret(text);
    };
    let found = assignment::at(text, at, at + verb.len() - 1)?;
    let value = text.get(found.start..found.end)?;
    let mixed = value.iter().any(u8::is_ascii_digit) && value.iter().any(u8::is_ascii_alphabetic);
    (mixed && !look::is_thing(value)).then_some(found)
}

/// A value that stands right behind a blank.
struct Beside {
    blank: usize,
    start: usize,
    end: usize,
}

impl Beside {
    /// What no word of a sentence looks like: letters and digits that take turns, or with a mark among them.
    fn at(text: &[u8], blank: usize) -> Option<Beside> {
        let quoted = usize::from(matches!(text.get(blank + 1), Some(b'"' | b'\'' | b'`')));
        let start = blank + 1 + quoted;
        let rest = text.get(start..)?;
        let length = rest.iter().take(Value::LONGEST).take_while(|byte| byte.is_ascii() && !ends_value(**byte)).count();
        let value = rest.get(..length)?;
        let tail = value.iter().rev().take_while(|byte| b".:?".contains(byte)).count();
        let value = value.get(..length - tail)?;
        let marked =
            value.len() >= SHORTEST_PASSWORD && mixed(value) && value.iter().any(|byte| b"!#$%^&*+@".contains(byte));
        (marked || value.len() >= SHORTEST_BESIDE && is_random(value) || is_turned(value)).then_some(Beside {
            blank,
            start,
            end: start + value.len(),
        })
    }

    fn secret(&self, text: &[u8]) -> Option<Span> {
        let start =
            back_over(text, self.blank, LOOK_BACK, |byte| byte.is_ascii_alphanumeric() || b"_- ".contains(&byte));
        let said = text.get(start..self.blank)?;
        // `mot de passe` has the most words.
        let words = said.iter().enumerate().rev().filter(|(_, byte)| **byte == b' ').nth(2).map_or(0, |(at, _)| at);
        let name = name::said_before(said.get(words..)?)?;
        let value = text.get(self.start..self.end)?;
        let random = value.len() >= SHORTEST_BESIDE && is_random(value) || is_turned(value);
        if is_placeholder(value) || is_path(value) || repeats(value) || !(random || name == Name::Password) {
            return None;
        }
        let kind = if name == Name::Password { "password" } else { "secret" };
        // The mark of a token may stand inside of it.
        let token = (self.start..self.end).find_map(|at| token::at(text, at));
        Some(token.unwrap_or(Span { kind, start: self.start, end: self.end }))
    }
}

/// Whether a word holds a digit right between letters, besides looking like a password: `T0ken`.
fn is_turned(value: &[u8]) -> bool {
    let turns = |three: &[u8]| matches!(three, [a, b, c] if a.is_ascii_alphabetic() && b.is_ascii_digit() && c.is_ascii_alphabetic());
    value.windows(3).any(turns) && value.len() >= SHORTEST_TURNED && looks(value) == Some(Looks::Strong)
}

const SHORTEST_TURNED: usize = 10;

/// Of fewer bytes a word behind a name is no key, or no password.
const SHORTEST_BESIDE: usize = 16;
const SHORTEST_PASSWORD: usize = 8;
