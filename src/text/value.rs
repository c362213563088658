//! Typed values: what two texts must agree on before they can mean the same.

mod date;
mod number;
mod quantity;
mod shape;

use super::{environment, fold, stem};
use crate::order::Arrange as _;

/// A value with its kind, in a form in which equal values are equal texts.
#[derive(Debug, Clone)]
pub(crate) struct Value {
    /// What kind of value it is.
    pub kind: ValueKind,
    /// Canonical form: what is compared.
    pub text: Box<str>,
    /// As it stands in the text: what is shown.
    pub shown: Box<str>,
    /// The stem before it, `port` of "port 5432": what the value is of. Empty at the beginning of a text.
    pub role: Box<str>,
}

impl Value {
    fn new(kind: ValueKind, text: impl Into<Box<str>>) -> Value {
        let text = text.into();
        Value { kind, shown: text.clone(), text, role: "".into() }
    }

    fn key(&self) -> (ValueKind, &str) {
        (self.kind, &self.text)
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Value) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Value {}

impl PartialOrd for Value {
    fn partial_cmp(&self, other: &Value) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Value {
    fn cmp(&self, other: &Value) -> std::cmp::Ordering {
        self.key().cmp(&other.key())
    }
}

/// The kinds of values that the guard tells apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ValueKind {
    Number,
    Percent,
    Money,
    Duration,
    Size,
    Weight,
    Length,
    Date,
    Time,
    Version,
    Address,
    Port,
    Url,
    Mail,
    Path,
    Flag,
    Code,
    Quote,
    Hash,
    Identifier,
    Environment,
}

impl ValueKind {
    /// The word that a reason uses.
    pub(crate) fn name(self) -> &'static str {
        match self {
            ValueKind::Number => "number",
            ValueKind::Percent => "percentage",
            ValueKind::Money => "amount",
            ValueKind::Duration => "duration",
            ValueKind::Size => "size",
            ValueKind::Weight => "weight",
            ValueKind::Length => "length",
            ValueKind::Date => "date",
            ValueKind::Time => "time",
            ValueKind::Version => "version",
            ValueKind::Address => "address",
            ValueKind::Port => "port",
            ValueKind::Url => "URL",
            ValueKind::Mail => "mail address",
            ValueKind::Path => "path",
            ValueKind::Flag => "flag",
            ValueKind::Code => "code",
            ValueKind::Quote => "quoted text",
            ValueKind::Hash => "hash",
            ValueKind::Identifier => "identifier",
            ValueKind::Environment => "environment",
        }
    }

    /// Whether it says when, how often or how long.
    pub(crate) fn is_time(self) -> bool {
        matches!(self, ValueKind::Date | ValueKind::Time | ValueKind::Duration)
    }

    /// Whether it says what a text is about rather than what it says of it.
    pub(crate) fn is_subject(self) -> bool {
        self == ValueKind::Environment
    }
}

/// The values of a text, sorted. Case and white space do not matter.
pub(crate) fn values(text: &str) -> Vec<Value> {
    let mut found = frame(text).0;
    found.arrange();
    found
}

/// The number that a word is, in figures: "1,500", "fifteen", "1.5k".
pub(crate) fn as_number(word: &str) -> Option<String> {
    number::read(&[word]).map(|(number, _)| number)
}

/// The values of a text in order, and its frame: the folded words around them. "after 60 minutes" and "after 1 hour"
/// have one frame, so likeness does not depend on how a value is written.
pub(crate) fn frame(text: &str) -> (Vec<Value>, String) {
    let folded = fold(text);
    let mut found = Vec::new();
    let mut frame = String::with_capacity(folded.len());
    let rest = quoted(&folded, &mut found);
    let tokens: Vec<&str> = rest.split_whitespace().map(trim).filter(|token| !token.is_empty()).collect();
    let mut at = 0;
    while let Some(ahead) = tokens.get(at..).filter(|ahead| !ahead.is_empty()) {
        let before = tokens.get(..at).unwrap_or_default();
        let (value, taken) = read(before, ahead);
        let source = ahead.get(..taken).unwrap_or_default().join(" ");
        match value {
            Some(mut value) => {
                value.role = role(before).into();
                value.shown = source.into();
                found.push(value);
            }
            None => frame.extend([source.as_str(), " "]),
        }
        at += taken;
    }
    (found, frame)
}

fn role<'a>(before: &[&'a str]) -> &'a str {
    let skipped = |token: &&&str| matches!(**token, "is" | "are" | "of" | "the" | "a" | "an" | "=" | "to" | "was");
    before.iter().rev().find(|token| !skipped(token)).map(|token| stem(token)).unwrap_or_default()
}

/// Takes `code` spans and short quotes out of the text as values of their own; what is in them is read as one.
fn quoted(text: &str, found: &mut Vec<Value>) -> String {
    let mut rest = String::with_capacity(text.len());
    let mut parts = text.split('`');
    rest.push_str(parts.next().unwrap_or_default());
    while let (Some(inside), Some(outside)) = (parts.next(), parts.next()) {
        let inside = inside.split_whitespace().collect::<Vec<_>>().join(" ");
        // A single word in backticks is the same value without them.
        if inside.contains(' ') || shape::read(trim(&inside)).is_none() && !inside.is_empty() {
            found.push(Value::new(ValueKind::Code, inside));
        } else {
            rest.push_str(&inside);
        }
        rest.push_str(outside);
    }
    literals(&rest, found)
}

// Longer quotes are speech, which people quote in part and differently.
const LITERAL_WORDS: usize = 3;

/// Reads short texts in double quotes, `"needs-info"`, as values.
fn literals(text: &str, found: &mut Vec<Value>) -> String {
    let mut rest = String::with_capacity(text.len());
    let is_quote = |c: char| matches!(c, '"' | '“' | '”');
    let mut parts = text.split(is_quote);
    rest.push_str(parts.next().unwrap_or_default());
    while let Some(inside) = parts.next() {
        let Some(outside) = parts.next() else {
            rest.extend([" ", inside]);
            break;
        };
        let words: Vec<&str> = inside.split_whitespace().map(trim).filter(|word| !word.is_empty()).collect();
        let speech = inside.trim_end().ends_with([',', '.', '!', '?', ':']);
        if (1..=LITERAL_WORDS).contains(&words.len()) && !speech {
            found.push(Value::new(ValueKind::Quote, words.join(" ")));
        }
        // Whether somebody puts the words in quotes or not, they say the same.
        rest.extend([" ", inside, " "]);
        rest.push_str(outside);
    }
    rest
}

fn trim(token: &str) -> &str {
    token
        .trim_start_matches(['(', '[', '{', '"', '\'', '<', '“', '‘', '*'])
        .trim_end_matches([',', ';', ':', '!', '?', ')', ']', '}', '"', '\'', '>', '”', '’', '*'])
        .trim_end_matches('.')
}

/// Reads the value that `ahead` begins with, if any; says how many tokens were taken, one at least.
fn read(before: &[&str], ahead: &[&str]) -> (Option<Value>, usize) {
    if ahead.first().is_some_and(|token| opens_nothing(token)) { (None, 1) } else { looked_up(before, ahead) }
}

/// Whether a token is a word that no value begins with, as most are.
fn opens_nothing(token: &str) -> bool {
    const OPENINGS: &[&str] = &[
        "a", "an", "annually", "apr", "april", "aug", "august", "chf", "daily", "dec", "december", "dev",
        "development", "dollar", "dollars", "each", "eight", "eighteen", "eighty", "eleven", "eur", "euro", "euros",
        "every", "feb", "february", "fifteen", "fifty", "five", "forty", "four", "fourteen", "francs", "fri", "friday",
        "fridays", "gbp", "half", "hourly", "jan", "january", "jpy", "jul", "july", "jun", "june", "local",
        "localhost", "locally", "mar", "march", "may", "midnight", "mon", "monday", "mondays", "monthly", "nine",
        "nineteen", "ninety", "noon", "nov", "november", "oct", "october", "one", "per", "pounds", "prod",
        "production", "qa", "sat", "saturday", "saturdays", "sep", "sept", "september", "seven", "seventeen",
        "seventy", "six", "sixteen", "sixty", "stage", "staging", "sun", "sunday", "sundays", "ten", "test", "testing",
        "the", "thirteen", "thirty", "three", "thu", "thur", "thurs", "thursday", "thursdays", "tue", "tues",
        "tuesday", "tuesdays", "twelve", "twenty", "twice", "two", "usd", "wed", "wednesday", "wednesdays", "weekly",
        "yearly", "yen", "zero",
    ];
    token.bytes().all(|byte| byte.is_ascii_lowercase()) && OPENINGS.binary_search(&token).is_err()
}

fn looked_up(before: &[&str], ahead: &[&str]) -> (Option<Value>, usize) {
    let last = before.last().copied().unwrap_or_default();
    let token = ahead.first().copied().unwrap_or_default();
    if let Some((value, taken)) = date::read(ahead).or_else(|| quantity::read(last, ahead)) {
        return (Some(value), taken);
    }
    let next = ahead.get(1).copied().unwrap_or_default();
    let environment = environment::in_sentence(last, token, next).map(|name| Value::new(ValueKind::Environment, name));
    (environment.or_else(|| shape::read(token)), 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(ValueKind, String)> {
        values(text).into_iter().map(|value| (value.kind, value.text.into())).collect()
    }

    #[test]
    fn kinds() {
        for (text, kind, value) in [
            ("on port 5432.", ValueKind::Port, "5432"),
            ("keep 1,500 rows", ValueKind::Number, "1500"),
            ("about 1.5k rows", ValueKind::Number, "1500"),
            ("two retries", ValueKind::Number, "2"),
            ("twenty-five retries", ValueKind::Number, "25"),
            ("three hundred and five rows", ValueKind::Number, "305"),
            ("a dozen retries", ValueKind::Number, "12"),
            ("2 million rows", ValueKind::Number, "2000000"),
            ("wait 90 seconds", ValueKind::Duration, "90000"),
            ("wait 1.5min", ValueKind::Duration, "90000"),
            ("wait 1 h 30 min", ValueKind::Duration, "5400000"),
            ("wait 1h30m", ValueKind::Duration, "5400000"),
            ("half an hour", ValueKind::Duration, "1800000"),
            ("an hour", ValueKind::Duration, "3600000"),
            ("a 30-day trial", ValueKind::Duration, "2592000000"),
            ("for two years", ValueKind::Duration, "24 months"),
            ("limit 512MB", ValueKind::Size, "512000000"),
            ("40% faster", ValueKind::Percent, "40"),
            ("40 per cent faster", ValueKind::Percent, "40"),
            ("costs $12.50", ValueKind::Money, "12.5 usd"),
            ("costs 12.5 dollars", ValueKind::Money, "12.5 usd"),
            ("costs eur 2m", ValueKind::Money, "2000000 eur"),
            ("costs $2 million", ValueKind::Money, "2000000 usd"),
            ("since 2026-11-02", ValueKind::Date, "2026-11-02"),
            ("on March 1st", ValueKind::Date, "03-01"),
            ("on the 1st of March", ValueKind::Date, "03-01"),
            ("on 1 March 2026", ValueKind::Date, "2026-03-01"),
            ("on March 1st, 2026", ValueKind::Date, "2026-03-01"),
            ("in March 2026", ValueKind::Date, "2026-03"),
            ("in Q3 2026", ValueKind::Date, "2026-q3"),
            ("in #tier2", ValueKind::Identifier, "#tier2"),
            ("on db.corp.internal", ValueKind::Address, "db.corp.internal"),
            ("on Mondays", ValueKind::Date, "monday"),
            ("at 14:30", ValueKind::Time, "14:30"),
            ("at 2:30 pm", ValueKind::Time, "14:30"),
            ("at 9am", ValueKind::Time, "09:00"),
            ("at noon", ValueKind::Time, "12:00"),
            ("Python 3.10", ValueKind::Version, "3.10"),
            ("v1.2.3-rc1", ValueKind::Version, "1.2.3-rc1"),
            ("from 10.0.0.7:8080", ValueKind::Address, "10.0.0.7:8080"),
            ("from fe80::1", ValueKind::Address, "fe80::1"),
            ("see https://example.org/a/", ValueKind::Url, "https://example.org/a"),
            ("mail ops@example.org", ValueKind::Mail, "ops@example.org"),
            ("edit /etc/hosts", ValueKind::Path, "/etc/hosts"),
            ("edit src/main.rs", ValueKind::Path, "src/main.rs"),
            ("pass --force", ValueKind::Flag, "--force"),
            ("run `make all`", ValueKind::Code, "make all"),
            ("label it \"needs info\"", ValueKind::Quote, "needs info"),
            ("user report_old", ValueKind::Code, "report_old"),
            ("commit 9f86d081884c", ValueKind::Hash, "9f86d081884c"),
            ("ticket SUP-1042", ValueKind::Identifier, "sup-1042"),
            ("in prod", ValueKind::Environment, "production"),
        ] {
            assert_eq!(read(text), [(kind, value.to_owned())], "{text}");
        }
    }

    #[cfg(feature = "model")]
    #[test]
    fn what_opens_nothing_is_no_value_in_any_company() {
        let mut passed = 0;
        for word in crate::text::vocabulary().filter(|word| opens_nothing(word)) {
            passed += 1;
            for before in ["in", "the", "port"] {
                for (next, last) in [
                    ("of", "march"),
                    ("1st", "2026"),
                    ("5", "million"),
                    ("server", "per"),
                    ("pm", "hours"),
                    ("hour", "and"),
                ] {
                    let (found, taken) = looked_up(&[before], &[word, next, last]);
                    assert!(found.is_none() && taken == 1, "{before} {word} {next} {last}");
                }
            }
        }
        assert!(passed > 15_000, "{passed}");
    }

    #[test]
    fn ordinary_words_are_no_values() {
        assert_eq!(read("Please be kind and/or patient - always. May I march on, no one minds a second thought?"), []);
    }

    #[test]
    fn backticks_do_not_change_a_value() {
        assert_eq!(read("use `report_old`"), read("use report_old"));
    }

    #[test]
    fn a_value_knows_what_it_is_of() {
        let (found, frame) = frame("The retry limit is 5.");
        assert_eq!((&*found[0].role, &*found[0].shown, frame.as_str()), ("limit", "5", "the retry limit is "));
    }
}
