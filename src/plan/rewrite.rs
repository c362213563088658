//! The same said in a way that lasts: dates that only made sense on the day of writing are made absolute ("yesterday" is
//! useless a year later), and what an agent wrote loses its preambles. Never a value.

use super::irrelevance::by_hand;
use crate::memory::{Entry, EntryKind, Source};
use crate::text::{fold, is_imperative, values, words};
use crate::time;

const DAY: i64 = 86_400_000;

/// An entry's text as it should read, and why, if that is another one than now.
pub(crate) fn rewritten(entry: &Entry) -> Option<(String, String)> {
    if entry.pinned {
        return None;
    }
    let spared = matches!(entry.source, Source::User | Source::Developer) || by_hand(entry);
    let plain = plain(&entry.text).filter(|_| !spared);
    // The preamble goes first: "please note" would make a request of a statement.
    let dated = absolute(entry, plain.as_deref().unwrap_or(&entry.text));
    match (dated, plain) {
        (Some((text, dates)), Some(_)) => Some((text, format!("{dates}; the preamble says nothing"))),
        (None, Some(plain)) => Some((plain, "the preamble says nothing".to_owned())),
        (dated, None) => dated,
    }
}

/// A text without the preamble that language models like to begin with.
fn plain(text: &str) -> Option<String> {
    const PREAMBLES: &[&str] = &[
        "please note that ",
        "note that ",
        "it is important to note that ",
        "it's important to note that ",
        "it is important to remember that ",
        "it is worth noting that ",
        "it should be noted that ",
        "keep in mind that ",
        "please keep in mind that ",
        "remember that ",
        "as mentioned before, ",
        "as mentioned earlier, ",
        "as previously mentioned, ",
    ];
    let preamble = |text: &str| {
        let lower = text.to_ascii_lowercase();
        PREAMBLES.iter().find(|preamble| lower.starts_with(**preamble)).map(|preamble| preamble.len())
    };
    let mut rest = text;
    while let Some(length) = preamble(rest) {
        rest = rest.get(length..)?.trim_start();
    }
    let mut letters = rest.chars();
    let first = letters.next()?.to_uppercase();
    let same = || values(rest) == values(text);
    (rest.len() < text.len() && same() && words(rest).len() >= 3).then(|| first.chain(letters).collect())
}

/// A text with its relative dates made absolute, and what was replaced by what; nothing if there is none, or if it is not
/// sure that the text speaks of the day of writing.
fn absolute(entry: &Entry, text: &str) -> Option<(String, String)> {
    let written = entry.created_at.as_deref().and_then(time::millis)?;
    if matches!(entry.kind, EntryKind::Rule | EntryKind::Preference | EntryKind::Workflow) || general(text) {
        return None;
    }
    let mut out = String::with_capacity(text.len() + 16);
    let mut replaced = Vec::new();
    let mut rest = text;
    while let Some((at, cue)) = next(rest) {
        let (before, found) = rest.split_at(at);
        let said = found.get(..cue.length).unwrap_or_default();
        let date = cue.written(written);
        replaced.push(format!("\"{said}\" is {date}"));
        out.extend([before, &date]);
        rest = found.get(cue.length..).unwrap_or_default();
    }
    (!replaced.is_empty()).then(|| (out + rest, replaced.join(", ")))
}

/// What holds on any day: "send yesterday's figures every morning".
fn general(text: &str) -> bool {
    const GENERAL: &[&str] = &[
        "always", "any", "can", "could", "daily", "each", "every", "if", "may", "must", "never", "often", "please",
        "should", "sometimes", "usually", "weekly", "when", "whenever", "would",
    ];
    let said = words(text);
    said.iter().any(|word| GENERAL.binary_search(&word.as_str()).is_ok())
        || said.first().is_some_and(|word| is_imperative(word))
        || text.contains(['`', '"', '“', '?'])
}

/// A relative date: where it leads, and how exactly.
struct Cue {
    length: usize,
    days: i64,
    unit: Unit,
}

enum Unit {
    Day,
    Week,
}

impl Cue {
    fn written(&self, from: i64) -> String {
        let date = time::rfc3339(from + self.days * DAY);
        let date = date.get(..10).unwrap_or_default();
        match self.unit {
            Unit::Day => format!("on {date}"),
            Unit::Week => format!("around {date}"),
        }
    }
}

/// The first relative date of a text.
fn next(text: &str) -> Option<(usize, Cue)> {
    let lower = fold(text);
    // Folding may change lengths outside of ASCII; places would not fit any more.
    if lower.len() != text.len() {
        return None;
    }
    let fixed = [
        ("yesterday", -1, Unit::Day),
        ("tomorrow", 1, Unit::Day),
        ("last week", -7, Unit::Week),
        ("next week", 7, Unit::Week),
    ];
    let found = fixed.into_iter().filter_map(|(words, days, unit)| {
        let at = whole_words(&lower, words)?;
        Some((at, Cue { length: words.len(), days, unit }))
    });
    found.chain(ago(&lower)).min_by_key(|(at, _)| *at)
}

/// "three days ago", "2 weeks ago", "a week ago".
fn ago(lower: &str) -> Option<(usize, Cue)> {
    const NUMBERS: &[&str] = &["a", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
    for (unit, days) in [("days ago", 1), ("day ago", 1), ("weeks ago", 7), ("week ago", 7)] {
        let Some(at) = whole_words(lower, unit) else { continue };
        let before = lower.get(..at)?.trim_end();
        let number = before.rsplit(' ').next()?;
        let count = NUMBERS.iter().position(|word| *word == number).map(|at| at.max(1) as i64);
        let Some(count) = count.or_else(|| number.parse().ok().filter(|count| (1..=60).contains(count))) else {
            continue;
        };
        let start = before.len() - number.len();
        let unit_of = if days == 1 { Unit::Day } else { Unit::Week };
        return Some((start, Cue { length: at + unit.len() - start, days: -count * days, unit: unit_of }));
    }
    None
}

/// Where some words stand as such: not as a part of others, and not with a genitive.
fn whole_words(text: &str, words: &str) -> Option<usize> {
    let part = |c: char| c.is_alphanumeric() || matches!(c, '\'' | '’' | '-');
    text.match_indices(words).map(|(at, _)| at).find(|at| {
        let before = text.get(..*at).unwrap_or_default();
        let after = text.get(at + words.len()..).unwrap_or_default();
        // "since yesterday", "before tomorrow": what stands there is a date, "on" would not fit.
        let governed = ["since ", "before ", "until ", "till ", "by ", "after ", "from ", "for ", "the ", "of "];
        !before.ends_with(part) && !after.starts_with(part) && !governed.iter().any(|word| before.ends_with(word))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<String> {
        let entry = Entry { created_at: Some("2026-03-05T09:00:00Z".to_owned()), ..Entry::new("m", text) };
        rewritten(&entry).map(|(text, _)| text)
    }

    #[test]
    fn dates_of_the_day_of_writing() {
        for (text, expected) in [
            ("Anna moved to Lyon yesterday.", "Anna moved to Lyon on 2026-03-04."),
            (
                "The host moved two days ago, the mail moves tomorrow.",
                "The host moved on 2026-03-03, the mail moves on 2026-03-06.",
            ),
            ("The trial ended last week", "The trial ended around 2026-02-26"),
            ("Bo left 3 weeks ago.", "Bo left around 2026-02-12."),
        ] {
            assert_eq!(read(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn preambles_go_and_values_stay() {
        let text = "Please note that the port is 5432.";
        assert_eq!(read(text).as_deref(), Some("The port is 5432."));
        let said = Entry { source: Source::User, ..Entry::new("m", text) };
        assert_eq!(rewritten(&said), None);
    }

    #[test]
    fn what_holds_on_any_day_stays() {
        for text in [
            "Send yesterday's figures at nine.",
            "Every morning Anna reads what came in yesterday.",
            "The plan is from yesterday.",
            "Ask what happened yesterday",
            "The film is called \"yesterday\".",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
