//! Replacing secrets by placeholders that name the kind and keep equality: `[REDACTED:github-token:1]`.
//!
//! `anchor` finds the few places where a rule can apply, `scan` tries the rules there: `token` (what shows by itself what
//! it is, with the facts in `provider`), `place` (key blocks, addresses, headers, options), `command` (the options and
//! positions of well-known programs), `login` (names and passwords side by side), `base64`, `assignment` (what only its
//! name gives away), `sentence` and `said` (the same in prose: passwords, keys and tokens), `code` (PINs and the codes of
//! cards) and `manifest` (Kubernetes); `shape` and `look` say what a value and a word look like. The facts come from
//! gitleaks, detect-secrets, secretlint, the providers and the programs' manuals.
//! Hashes, UUIDs, commit ids, images and samples stay unless a name says that they are secrets. `personal` is asked only
//! where [`RedactOptions`] say so; but the number of a card goes always where its verification code is named near by,
//! for both together are enough to pay with.
//!
//! What is not covered: a password that is one word of letters only, where no notation but a sentence gives it away
//! (`the password is summer`); sentences in other languages than English, German, French, Spanish, Italian, Dutch and
//! Portuguese; a value on another line than the words that name it; options of programs that `command` does not list,
//! and passwords as items of their own in a list of arguments that is structured data, unless their own item names them;
//! pairs of name and password with other signs between them than ` / ` or `:` … `@`; what was encoded otherwise than in
//! base64, or in base64 of several layers; one-time codes.

mod anchor;
mod assignment;
mod base64;
mod code;
mod command;
mod jwt;
mod login;
mod look;
mod manifest;
mod name;
mod personal;
mod place;
mod provider;
mod said;
mod scan;
mod sentence;
mod shape;
mod token;
mod track;

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::triple::{Triples, rarest};
use scan::{MARK, Span, look, placeholder_length, scan, touches_placeholder, with_personal};
use track::Track;

use crate::order::Arrange as _;

/// A text without its secrets, and where they stood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Redaction {
    /// The text with placeholders.
    pub text: String,
    /// What was replaced, in order.
    pub found: Vec<Found>,
}

/// A secret that was replaced. The value itself is never kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Found {
    /// Kind such as `github-token`, `password`, `private-key`.
    pub kind: String,
    /// First byte in the original text.
    pub start: usize,
    /// Byte after the last in the original text.
    pub end: usize,
}

/// Replaces the secrets of a text. The same value gets the same placeholder, another value another one.
/// Doing it again changes nothing.
///
/// ```
/// let redaction = lucidream::redact("DB_PASSWORD=tr0ub4dor&3 psql shop");
/// assert_eq!(redaction.text, "DB_PASSWORD=[REDACTED:password:1] psql shop");
/// assert_eq!((redaction.found[0].start, redaction.found[0].end), (12, 23));
/// ```
pub fn redact(text: &str) -> Redaction {
    redact_with(text, &RedactOptions::default())
}

/// What is replaced besides secrets.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RedactOptions {
    /// Personal data too: addresses of mail, phone numbers, card numbers with a right checksum, IBANs.
    pub personal: bool,
}

/// [`redact()`] with options.
///
/// ```
/// let options = lucidream::RedactOptions { personal: true };
/// let redaction = lucidream::redact_with("eve@example.com wrote to eve@example.com", &options);
/// assert_eq!(redaction.text, "[REDACTED:email:1] wrote to [REDACTED:email:1]");
/// ```
pub fn redact_with(text: &str, options: &RedactOptions) -> Redaction {
    let mut redactor = Redactor::with(*options);
    let (mut shown, mut track) = (text.to_owned(), Track::default());
    // What stands beside a placeholder may show only now that it is a secret.
    for _ in 0..MOST_PASSES {
        redactor.learn(&shown);
        let spans = if redactor.known.is_empty() { Vec::new() } else { redactor.spans(&shown, Seen::Something) };
        if spans.is_empty() {
            break;
        }
        for span in spans.iter().rev() {
            track.note(span.kind, span.start..span.end, redactor.placeholder_of(&shown, span).len());
        }
        shown = redactor.write(&shown, &spans);
    }
    Redaction { text: shown, found: track.found() }
}

/// Replaces secrets over many texts that belong together, such as the turns of a session: first
/// [`Redactor::learn`] all of them, then replace. A value learned anywhere is replaced everywhere, also where
/// nothing beside it shows what it is.
#[derive(Debug, Default)]
pub(crate) struct Redactor {
    options: RedactOptions,
    known: BTreeMap<String, (&'static str, u32)>,
    numbers: BTreeMap<String, u32>,
    /// Values that are replaced wherever they stand, by their first bytes, to find them in one pass.
    heads: BTreeMap<[u8; SHORTEST_ANYWHERE], Vec<String>>,
    /// Names of fields that were seen before and say nothing: the calls of a session have few.
    plain_names: Vec<String>,
    /// What gives the heads away in a text; made anew when one was added.
    triples: OnceCell<Triples>,
}

/// What a look at a text showed: one without secrets of its own need not be looked at again for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Seen {
    /// No rule finds anything, and [`crate::trust::instructions`] does not either.
    Nothing,
    /// No secret, but words that instructions have.
    Steering,
    /// Some secret or placeholder.
    Something,
}

/// Values shorter than this are replaced only where a rule finds them: `hunter2` may be a word elsewhere.
const SHORTEST_ANYWHERE: usize = 8;

/// Names of fields that are remembered, and their bytes.
const MOST_NAMES: usize = 64;
const LONGEST_NAME: usize = 40;

/// Values with the same first bytes that are looked for everywhere. A text made up of thousands of them would
/// otherwise take time in proportion to its square; the rest is replaced where a rule finds it.
const MOST_OF_ONE_HEAD: usize = 64;

/// Passes over one text. Each ends with fewer secrets than it began with; texts made up to need more keep the rest.
const MOST_PASSES: u32 = 8;

impl Redactor {
    pub(crate) fn new() -> Self {
        Redactor::default()
    }

    pub(crate) fn with(options: RedactOptions) -> Self {
        Redactor { options, ..Redactor::default() }
    }

    fn scan(&self, text: &str) -> Vec<Span> {
        if self.options.personal { with_personal(text, scan(text)) } else { scan(text) }
    }

    /// Notes the secrets of a text, and the numbers of placeholders that it already holds.
    pub(crate) fn learn(&mut self, text: &str) -> Seen {
        let (mut found, seen) = look(text);
        if self.options.personal {
            found = with_personal(text, found);
        }
        if found.is_empty() && seen != Seen::Something {
            return seen;
        }
        self.note_placeholders(text);
        // A value that is replaced may have been glued to the beginning of another one, so look again.
        let mut shown = Cow::Borrowed(text);
        for _ in 0..MOST_PASSES {
            for span in &found {
                self.know(span.kind, shown.get(span.start..span.end).unwrap_or_default());
            }
            if found.is_empty() {
                break;
            }
            let spans = self.spans(&shown, Seen::Something);
            shown = self.write(&shown, &spans).into();
            found = self.scan(&shown);
        }
        Seen::Something
    }

    /// Notes the secrets in the texts of structured data. The name of a field counts as what a value is assigned to.
    pub(crate) fn learn_value(&mut self, value: &Value) -> Seen {
        match value {
            Value::String(text) => self.learn(text),
            Value::Array(items) => items.iter().fold(Seen::Nothing, |seen, item| seen.max(self.learn_value(item))),
            Value::Object(map) => map.iter().fold(self.learn_card(map), |seen, (name, value)| {
                let plain = self.is_plain(name);
                let name_seen = if plain { Seen::Nothing } else { self.learn_name(name) };
                let value_seen = match if plain { None } else { field_secret(name, value) } {
                    Some((kind, text)) => {
                        self.know(kind, &text);
                        Seen::Something
                    }
                    None => self.learn_value(value),
                };
                seen.max(name_seen).max(value_seen)
            }),
            _ => Seen::Nothing,
        }
    }

    /// Notes the number of a card in fields beside its code.
    fn learn_card(&mut self, map: &Map<String, Value>) -> Seen {
        let coded = |(name, value): (&String, &Value)| code::is_card_code(name) && field_secret(name, value).is_some();
        if !map.iter().any(coded) {
            return Seen::Nothing;
        }
        map.values().filter_map(Value::as_str).filter(|text| code::is_card(text)).for_each(|text| {
            self.know("card-number", text);
        });
        Seen::Something
    }

    fn is_plain(&self, name: &str) -> bool {
        self.plain_names.iter().any(|plain| plain.len() == name.len() && plain == name)
    }

    /// The same for the name of a field; those that are no secret and call for none are remembered.
    fn learn_name(&mut self, name: &str) -> Seen {
        let seen = self.learn(name);
        let plain = seen != Seen::Something && !assignment::names_secret(name) && !code::names_code(name);
        if plain && self.plain_names.len() < MOST_NAMES && name.len() <= LONGEST_NAME {
            self.plain_names.push(name.to_owned());
        }
        seen
    }

    /// Replaces what was learned, and what shows only beside a placeholder that it is the same.
    pub(crate) fn replace_in(&self, text: &mut String) {
        self.replace_in_seen(text, Seen::Something);
    }

    /// Replaces what was learned in a text that [`Redactor::learn`] has seen.
    pub(crate) fn replace_in_seen(&self, text: &mut String, seen: Seen) {
        if self.known.is_empty() || seen != Seen::Something && self.heads.is_empty() {
            return;
        }
        let mut seen = seen;
        for _ in 0..MOST_PASSES {
            let spans = self.spans(text, seen);
            if spans.is_empty() {
                return;
            }
            seen = Seen::Something;
            *text = self.write(text, &spans);
        }
    }

    /// Replaces what was learned in the texts and the field names of structured data.
    pub(crate) fn replace_in_value(&self, value: &mut Value, seen: Seen) {
        if self.known.is_empty() || seen != Seen::Something && self.heads.is_empty() {
            return;
        }
        match value {
            Value::String(text) => self.replace_in_seen(text, seen),
            Value::Array(items) => items.iter_mut().for_each(|item| self.replace_in_value(item, seen)),
            Value::Object(map) => {
                let pairs = std::mem::take(map);
                map.extend(pairs.into_iter().map(|(name, value)| self.replace_in_field(name, value, seen)));
            }
            _ => {}
        }
    }

    /// How many different secrets of each kind there are.
    pub(crate) fn counts(&self) -> BTreeMap<String, u32> {
        let mut counts = BTreeMap::new();
        for (kind, _) in self.known.values() {
            *counts.entry((*kind).to_owned()).or_default() += 1;
        }
        counts
    }

    fn replace_in_field(&self, mut name: String, mut value: Value, seen: Seen) -> (String, Value) {
        match field_secret(&name, &value).and_then(|(_, text)| self.placeholder(&text)) {
            Some(placeholder) => value = Value::String(placeholder),
            None => self.replace_in_value(&mut value, seen),
        }
        self.replace_in_seen(&mut name, seen);
        (name, value)
    }

    fn know(&mut self, kind: &'static str, value: &str) {
        if value.is_empty() || self.known.contains_key(value) {
            return;
        }
        let number = self.numbers.entry(kind.to_owned()).or_default();
        *number += 1;
        self.known.insert(value.to_owned(), (kind, *number));
        // `password: "username"` must not take the word out of every sentence.
        let word = value.bytes().all(|byte| byte.is_ascii_alphabetic());
        if let Some(head) = value.as_bytes().first_chunk().filter(|_| !word) {
            let same = self.heads.entry(*head).or_default();
            if same.len() < MOST_OF_ONE_HEAD {
                same.push(value.to_owned());
                self.triples.take();
            }
        }
    }

    /// A text that comes with placeholders keeps them, so new ones must not take their numbers.
    fn note_placeholders(&mut self, text: &str) {
        for (at, _) in text.match_indices("[REDACTED:") {
            let Some(length) = placeholder_length(text.as_bytes(), at) else { continue };
            let inside = text.get(at + MARK.len()..at + length - 1).and_then(|inside| inside.rsplit_once(':'));
            if let Some((kind, Ok(number))) = inside.map(|(kind, number)| (kind, number.parse::<u32>())) {
                let highest = self.numbers.entry(kind.to_owned()).or_default();
                *highest = number.min(1_000_000).max(*highest);
            }
        }
    }

    fn placeholder(&self, value: &str) -> Option<String> {
        self.known.get(value).map(|(kind, number)| format!("[REDACTED:{kind}:{number}]"))
    }

    /// What the rules find and where known values stand, in order and without overlap; the longer one of two wins.
    fn spans(&self, text: &str, seen: Seen) -> Vec<Span> {
        let known = |span: Span| {
            let (kind, _) = self.known.get(text.get(span.start..span.end)?)?;
            Some(Span { kind, ..span })
        };
        let found = if seen == Seen::Something { self.scan(text) } else { Vec::new() };
        let mut spans: Vec<Span> = found.into_iter().filter_map(known).collect();
        self.find_known(text.as_bytes(), &mut spans);
        spans.arrange_by(|a, b| a.start.cmp(&b.start).then(b.end.cmp(&a.end)));
        let mut end = 0;
        spans.retain(|span| {
            let fresh = span.start >= end;
            end = end.max(if fresh { span.end } else { 0 });
            fresh
        });
        spans
    }

    fn find_known(&self, text: &[u8], spans: &mut Vec<Span>) {
        if self.heads.is_empty() {
            return;
        }
        let quads = || self.heads.keys().filter_map(|head| Some((0, rarest(head)?)));
        let triples = self.triples.get_or_init(|| Triples::new(quads(), Vec::new()));
        triples.each(text, |_, at| {
            let rest = text.get(at..).unwrap_or_default();
            let Some(values) = rest.first_chunk().and_then(|head| self.heads.get(head)) else { return };
            let fits = values.iter().filter(|value| rest.starts_with(value.as_bytes())).max_by_key(|value| value.len());
            let span = |kind| Span { kind, start: at, end: at + fits.map_or(0, String::len) };
            let found = fits.and_then(|value| self.known.get(value)).map(|(kind, _)| span(*kind));
            // `password:` may have been a password; in a placeholder it is the kind.
            spans.extend(found.filter(|span| !touches_placeholder(text, span)));
        });
    }

    fn placeholder_of(&self, text: &str, span: &Span) -> String {
        text.get(span.start..span.end).and_then(|value| self.placeholder(value)).unwrap_or_default()
    }

    fn write(&self, text: &str, spans: &[Span]) -> String {
        let mut out = String::with_capacity(text.len());
        let mut from = 0;
        for span in spans {
            out.push_str(text.get(from..span.start).unwrap_or_default());
            out.push_str(&self.placeholder_of(text, span));
            from = span.end;
        }
        out.push_str(text.get(from..).unwrap_or_default());
        out
    }
}

/// Whether something was replaced in a text.
pub(crate) fn holds_placeholder(text: &str) -> bool {
    text.match_indices("[REDACTED:").any(|(at, _)| placeholder_length(text.as_bytes(), at).is_some())
}

/// What a field of structured data holds, as text, and the kind of secret that it is; numbers are some only under the
/// names of codes.
fn field_secret<'v>(name: &str, value: &'v Value) -> Option<(&'static str, Cow<'v, str>)> {
    let text = match value {
        Value::String(text) => Cow::Borrowed(text.as_str()),
        Value::Number(number) => number.as_u64()?.to_string().into(),
        _ => return None,
    };
    let kind = code::field(name, &text).or_else(|| assignment::field(name, &text).filter(|_| value.is_string()))?;
    Some((kind, text))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn redacted(mut value: Value) -> Value {
        let mut redactor = Redactor::new();
        let seen = redactor.learn_value(&value);
        redactor.replace_in_value(&mut value, seen);
        value
    }

    #[test]
    fn codes_in_fields_go_and_the_card_beside_them() {
        let fields = json!({"card": {"number": "4111111111111111", "cvc": 123}, "pin": "4711", "order": 123});
        let expected = json!({"card": {"number": "[REDACTED:card-number:1]", "cvc": "[REDACTED:card-code:1]"},
            "pin": "[REDACTED:pin:1]", "order": 123});
        assert_eq!(redacted(fields), expected);
        let plain = json!({"number": "4111111111111111", "pin": 13, "mapping": "4711"});
        assert_eq!(redacted(plain.clone()), plain);
    }
}
