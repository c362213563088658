//! Secrets that only their name gives away: `password=…`, `"api_key": "…"`, `--token …`, `the key is …`.
//!
//! After gitleaks' generic rule: a name with one of a few words, an operator, a value that looks random. How
//! random it has to look depends on how much the name says.

use memchr::memmem;

use super::name::{self, Name, rank};
use super::shape::{
    SHORTEST_RANDOM, contains, ends_word, is_code, is_hash, is_path, is_placeholder, is_random, is_reference,
    is_time_uuid, is_word, mixed, repeats, variety,
};
use super::{Span, token};

/// The secret that a name ending at `name_end` is given by the operator at `operator`
/// (`:` `=` `=>` `:=` `||` `>` `,` or a blank).
pub(super) fn at(text: &[u8], name_end: usize, operator: usize) -> Option<Span> {
    let name_end = back_over(text, name_end, 5, |byte| b" \t\n\r\"'`\\])?|".contains(&byte));
    // Most operators of ordinary text fall here: rulers, arrows, what stands behind a blank line.
    if !text.get(..name_end)?.last().is_some_and(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(byte)) {
        return None;
    }
    let value = Value::behind(text, operator)?;
    let tagged = text.get(value.end..).is_some_and(|rest| rest.starts_with(b"</"));
    // What is listed, compared or on the next line belongs to the name less surely than what is assigned.
    let loose = value.on_next_line || (!tagged && matches!(text.get(operator), Some(b',' | b'>' | b'|')));
    // The notation of npm's configuration, in which also `npm_xxx` and UUIDs of any version are tokens.
    if text.get(..name_end)?.ends_with(b"/:_authToken")
        && matches!(value.text.first(), Some(byte) if byte.is_ascii_alphanumeric())
    {
        return Some(Span { kind: "npm-token", start: value.start, end: value.end });
    }
    let (name, said) = name_before(text, name_end, value.text.len() >= SHORTEST_RANDOM)?;
    let kind = judge(if loose { name.min(Name::Provider) } else { name }, said, &value)?;
    Some(token::at(text, value.start).unwrap_or(Span { kind, start: value.start, end: value.end }))
}

/// The kind of secret that `value` is as the field `name` of structured data.
pub(super) fn field(name: &str, value: &str) -> Option<&'static str> {
    let said = name.as_bytes();
    let name = rank(said)?;
    let (text, end) = (value.as_bytes(), value.len());
    judge(
        name,
        said,
        &Value {
            text,
            start: 0,
            end,
            quoted: true,
            on_next_line: false,
            variable: false,
            queried: false,
            is_call: false,
        },
    )
}

/// Whether a field of that name may hold a secret.
pub(super) fn names_secret(name: &str) -> bool {
    rank(name.as_bytes()).is_some()
}

/// Bytes before an operator in which its name is looked for.
pub(super) const LOOK_BACK: usize = 40;

/// What the name before an operator says: its last two words (`api key`), or less surely one further off
/// (`Discord key of the bot: …`, only where `far`), or the name beside a field that is called `value`.
fn name_before(text: &[u8], end: usize, far: bool) -> Option<(Name, &[u8])> {
    let named = |byte: u8| byte.is_ascii_alphanumeric() || !byte.is_ascii() || b"_-. \t".contains(&byte);
    let start = back_over(text, end, LOOK_BACK, named);
    let name = text.get(start..end)?;
    // `?pass=…` is the field of a form; elsewhere `pass` is the word of test runners.
    let asked =
        start.checked_sub(1).and_then(|before| text.get(before)).is_some_and(|byte| matches!(byte, b'?' | b'&'));
    if asked && name == b"pass" {
        return Some((Name::Password, name));
    }
    // A name does not reach over the end of a sentence.
    let name = name.windows(2).rposition(|pair| pair == b". ").and_then(|at| name.get(at + 2..)).unwrap_or(name);
    let mut blanks = name.iter().enumerate().rev().filter(|(_, byte)| matches!(byte, b' ' | b'\t'));
    let near = blanks.nth(1).and_then(|(at, _)| name.get(at..)).unwrap_or(name);
    let near = name::phrase_at_end(name).unwrap_or_else(|| behind_value(unnumbered(near)));
    if near.eq_ignore_ascii_case(b"value") || near.ends_with(b" value") {
        return named_beside(text.get(start.saturating_sub(80)..start)?);
    }
    let far = || Some((rank(name).filter(|_| far)?.min(Name::Provider), name));
    rank(near).map(|name| (name, near)).or_else(far)
}

/// The last word of a name, if the one before it is a value: `token=… api_key=…`.
fn behind_value(name: &[u8]) -> &[u8] {
    let name = name.trim_ascii();
    let words = name.iter().rposition(|byte| matches!(byte, b' ' | b'\t')).map(|at| name.split_at(at));
    match words {
        Some((value, last)) if value.len() >= SHORTEST_RANDOM && is_random(value.trim_ascii()) => last.trim_ascii(),
        _ => name,
    }
}

/// `Unseal Key 1` is a key.
fn unnumbered(name: &[u8]) -> &[u8] {
    let digits = name.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    match name.get(..name.len() - digits) {
        Some([before @ .., b' ']) if (1..=2).contains(&digits) => before,
        _ => name,
    }
}

/// `API_KEY` in `"name": "API_KEY", "value": …`, `<add key="API_KEY" value=…` and `- name: API_KEY`.
fn named_beside(before: &[u8]) -> Option<(Name, &[u8])> {
    let after = [b"name".as_slice(), b"key"].into_iter().find_map(|word| {
        let fresh = |at: &usize| *at == 0 || !before.get(at - 1).is_some_and(|byte| is_in_name(*byte));
        let ends =
            (0..before.len()).rev().filter(|at| before.get(*at..).is_some_and(|rest| begins(rest, word))).filter(fresh);
        let mut rests = ends.filter_map(|at| before.get(at + word.len()..));
        rests.find(|rest| matches!(rest, [b'"' | b'\'' | b'=' | b':' | b'\\', ..]))
    })?;
    let named = after.trim_ascii_start().iter().position(u8::is_ascii_alphanumeric).and_then(|at| after.get(at..))?;
    let length = named.iter().take_while(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(byte)).count();
    let named = named.get(..length)?;
    Some((rank(named)?, named))
}

fn is_in_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_-.".contains(&byte)
}

fn begins(text: &[u8], word: &[u8]) -> bool {
    text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
}

pub(super) fn back_over(text: &[u8], end: usize, most: usize, skip: impl Fn(u8) -> bool) -> usize {
    let before = text.get(end.saturating_sub(most)..end).unwrap_or_default();
    end - before.iter().rev().take_while(|byte| skip(**byte)).count()
}

/// What is assigned.
pub(super) struct Value<'t> {
    text: &'t [u8],
    start: usize,
    end: usize,
    quoted: bool,
    on_next_line: bool,
    /// What an environment variable is set to.
    variable: bool,
    /// What a field in the query of an address is set to.
    queried: bool,
    /// Followed by `(` or `[`: code that gets the value from elsewhere.
    is_call: bool,
}

impl<'t> Value<'t> {
    /// The longest value looked at; beyond it is a file or an image.
    pub(super) const LONGEST: usize = 256;

    fn behind(text: &'t [u8], operator: usize) -> Option<Self> {
        let rest = text.get(operator..)?;
        let skipped = rest.iter().take(10).take_while(|byte| b":=>?|,~ \t\r\n".contains(byte)).count();
        let on_next_line = rest.get(..skipped)?.contains(&b'\n');
        let mut start = operator + skipped;
        // `Authorization: Bearer …`: the scheme is no part of the secret.
        for scheme in [b"bearer ".as_slice(), b"basic ", b"token ", b"apikey ", b"digest "] {
            if text.get(start..start + scheme.len()).is_some_and(|said| said.eq_ignore_ascii_case(scheme)) {
                start += scheme.len();
            }
        }
        start += text.get(start..)?.iter().take(2).take_while(|byte| **byte == b'\\').count();
        let quote = text.get(start).copied().filter(|byte| b"\"'`".contains(byte));
        // Doubled quotes, and a line or an `=` behind the quote, as in templates.
        let opening = text.get(start..)?.iter().take(5).take_while(|byte| b"\"'`=\r\n\t ".contains(byte)).count();
        start += if quote.is_some() { opening } else { 0 };
        let inner = text.get(..start)?.iter().rev().take(opening).copied().find(|byte| b"\"'`".contains(byte));
        let escaped = text.get(start.wrapping_sub(opening + 1)) == Some(&b'\\');
        let rest = text.get(start..)?;
        // A quote that is not closed is none.
        let quote = quote.and(inner).filter(|quote| quoted_length(rest, *quote, escaped).is_some());
        let assigns = text.get(operator) == Some(&b'=') && quote.is_none() && !on_next_line;
        let variable = assigns && is_variable(text.get(..operator)?);
        let ends = |byte: u8| {
            if variable { byte.is_ascii_whitespace() || b"\"'`".contains(&byte) } else { ends_value(byte) }
        };
        let mut length = match quote {
            Some(quote) => quoted_length(rest, quote, escaped)?,
            None => rest.iter().take(Self::LONGEST + 1).take_while(|byte| !ends(**byte)).count(),
        };
        if variable {
            // In JSON inside of JSON the line ends with an escape.
            let escapes =
                [b"\\n", b"\\r", b"\\t"].iter().filter_map(|escape| memmem::find(rest.get(..length)?, *escape));
            length = escapes.min().unwrap_or(length);
        } else if quote.is_none() && rest.get(length) == Some(&b'&') {
            // `a=b&c=d` is a query; without a second `=` the `&` belongs to the value.
            let word = rest.iter().take(Self::LONGEST).take_while(|byte| !b" \t\r\n\"'`<>\\".contains(byte)).count();
            let query = rest.get(length..word).is_some_and(|tail| tail.contains(&b'='));
            length = if query { length } else { word };
        }
        if quote.is_none() && !variable && ends_sentence(rest.get(length..)?) {
            length -= rest.get(..length)?.iter().rev().take_while(|byte| **byte == b'.').count();
        }
        if !(4..=Self::LONGEST).contains(&length) {
            return None;
        }
        let end = start + length;
        let is_call = quote.is_none() && !variable && matches!(text.get(end), Some(b'(' | b'['));
        Some(Value {
            text: text.get(start..end)?,
            start,
            end,
            quoted: quote.is_some(),
            on_next_line,
            variable,
            queried: assigns && is_queried(text.get(..operator)?),
            is_call,
        })
    }
}

/// Whether what follows a value leaves its last dot a full stop.
fn ends_sentence(rest: &[u8]) -> bool {
    rest.first().is_none_or(|byte| byte.is_ascii_whitespace() || b"\"'`)".contains(byte))
}

/// Whether what stands before a `=` is a field in the query of an address: `?auth_token`.
fn is_queried(before: &[u8]) -> bool {
    let length =
        before.iter().rev().take(40).take_while(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(byte)).count();
    let (before, name) = before.split_at_checked(before.len() - length).unwrap_or_default();
    // Pages are numbered by tokens, too.
    let pages = PAGERS.iter().any(|word| name.get(..word.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(word)));
    matches!(before, [.., b'?' | b'&']) && !pages
}

const PAGERS: [&[u8]; 5] = [b"next", b"page", b"prev", b"continu", b"sync"];

/// Whether a line before its `=` sets an environment variable: `DB_PASSWORD` or `export DB_PASSWORD`. What follows
/// may then hold any character but white space.
fn is_variable(before: &[u8]) -> bool {
    let upper = |byte: &&u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || **byte == b'_';
    let length = before.iter().rev().take(60).take_while(upper).count();
    let (head, name) = before.split_at_checked(before.len() - length).unwrap_or_default();
    name.first().is_some_and(u8::is_ascii_uppercase)
        && (head.last().is_none_or(|byte| byte.is_ascii_whitespace() || b"\"'`".contains(byte))
            || head.ends_with(b"\\n"))
}

/// In a query `&` begins the next field.
pub(super) fn ends_value(byte: u8) -> bool {
    ends_word(byte) || byte == b'&'
}

/// Length of what stands before the closing quote, on the same line. In text that is quoted itself (`\"`), the
/// backslash of the closing quote ends it; else a backslash takes the next character with it.
fn quoted_length(text: &[u8], quote: u8, escaped: bool) -> Option<usize> {
    let mut at = 0;
    while at <= Value::LONGEST {
        match text.get(at)? {
            b'\n' | b'\r' => return None,
            b'\\' if escaped => return Some(at),
            b'\\' => at += 2,
            byte if *byte == quote => return Some(at),
            _ => at += 1,
        }
    }
    None
}

/// The kind of secret, if the value is one under a name that says so much.
fn judge(name: Name, said: &[u8], value: &Value<'_>) -> Option<&'static str> {
    let text = value.text;
    if text.len() < 4 || value.is_call || text.contains(&b' ') || is_placeholder(text) {
        return None;
    }
    let kind = if name == Name::Password { "password" } else { "secret" };
    if name::fits(said, text) {
        return Some(kind);
    }
    let number = text.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.');
    if number && name::is_ambiguous(said)
        || repeats(text)
        || is_time_uuid(text)
        || name != Name::Password && is_reference(text)
    {
        return None;
    }
    let plain = text.iter().all(u8::is_ascii_alphabetic);
    let digits = text.iter().any(u8::is_ascii_digit);
    let secret = match name {
        // A translated label (`"password": "Passwort"`) is no password.
        Name::Password if value.quoted || value.variable => !(plain && contains(&text.to_ascii_lowercase(), b"passw")),
        Name::Password => !plain && !is_path(text) && (digits || !is_word(text)),
        Name::Token => text.len() >= 8 && variety(text) >= 6 && mixed(text) && (value.queried || !is_code(text)),
        Name::Provider => text.len() >= SHORTEST_RANDOM && is_random(text),
        Name::Key => text.len() >= 20 && is_random(text) && !is_hash(text),
    };
    secret.then_some(kind)
}
