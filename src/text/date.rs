//! Relative dates: "yesterday" is useless a year later.

use super::{as_number, capitalised, fold, is_general, is_imperative, words};
use crate::time;

const DAY: i64 = 86_400_000;

/// A text with its relative dates made absolute, and what was replaced by what; nothing if there is none, or if it is not
/// sure that the text speaks of the day of writing. `written` in milliseconds since 1970.
pub(crate) fn dated(text: &str, written: i64) -> Option<(String, String)> {
    if general(text) {
        return None;
    }
    let mut out = String::with_capacity(text.len() + 16);
    let mut replaced = Vec::new();
    let mut rest = text;
    while let Some((at, cue)) = next(rest) {
        let (before, found) = rest.split_at(at);
        let said = found.get(..cue.length).unwrap_or_default();
        let date = cue.written(written, before);
        replaced.push(format!("\"{said}\" is {date}"));
        let date = match said.starts_with(char::is_uppercase) {
            true if opens_sentence(&out, before) => capitalised(&date),
            // "Her favourite song is Yesterday": a name.
            true => return None,
            false => date,
        };
        out.extend([before, &date]);
        rest = found.get(cue.length..).unwrap_or_default();
    }
    (!replaced.is_empty()).then(|| (out + rest, replaced.join(", ")))
}

/// Whether nothing of a sentence stands before a place.
fn opens_sentence(out: &str, before: &str) -> bool {
    let before = if before.trim().is_empty() { out } else { before };
    let before = before.trim_end();
    before.ends_with(['.', '!', '?', ':', '\n']) || !before.contains(char::is_alphanumeric)
}

/// What holds on any day: "send yesterday's figures every morning".
fn general(text: &str) -> bool {
    const OFTEN: [&str; 9] = ["could", "daily", "may", "often", "please", "sometimes", "usually", "weekly", "would"];
    let said = words(text);
    said.iter().any(|word| is_general(word) || OFTEN.contains(&word.as_str()))
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
    /// The date itself, behind `before`: "since" goes on standing before it.
    fn written(&self, from: i64, before: &str) -> String {
        let date = time::rfc3339(from + self.days * DAY);
        let date = date.get(..10).unwrap_or_default();
        let placed = ends_with_one_of(&fold(before), PLACED);
        match self.unit {
            Unit::Day if placed => date.to_owned(),
            Unit::Day => format!("on {date}"),
            Unit::Week => format!("around {date}"),
        }
    }
}

/// Words that a date stands behind as it is.
const PLACED: &[&str] = &["since ", "before ", "until ", "till ", "by ", "after ", "from ", "as of "];

fn ends_with_one_of(text: &str, words: &[&str]) -> bool {
    let own = |rest: &str| !rest.ends_with(char::is_alphanumeric);
    words.iter().any(|word| text.strip_suffix(word).is_some_and(own))
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
    // "Today" as such was a day of which nothing lasts.
    let begins = ["from today", "as of today"].into_iter().filter_map(|words| {
        let at = whole_words(&lower, words)? + words.len() - "today".len();
        Some((at, Cue { length: "today".len(), days: 0, unit: Unit::Day }))
    });
    found.chain(begins).chain(ago(&lower)).min_by_key(|(at, _)| *at)
}

/// "three days ago", "2 weeks ago", "a week ago".
fn ago(lower: &str) -> Option<(usize, Cue)> {
    for (unit, days) in [("days ago", 1), ("day ago", 1), ("weeks ago", 7), ("week ago", 7)] {
        let Some(at) = whole_words(lower, unit) else { continue };
        let before = lower.get(..at)?.trim_end();
        let number = before.rsplit(' ').next()?;
        let count = if number == "a" { Some(1) } else { as_number(number).and_then(|count| count.parse().ok()) };
        let Some(count) = count.filter(|count| (1..=60).contains(count)) else { continue };
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
        // "The plan is from yesterday", "for the last week": nothing that a date could take the place of.
        let governed = ends_with_one_of(before, &["from ", "for ", "the ", "of ", "called ", "named ", "titled "]);
        // "Tomorrow is her first day": what is spoken of is the day itself.
        let subject = before.trim().is_empty()
            && ["is ", "was ", "will ", "never "].iter().any(|verb| after.trim_start().starts_with(verb));
        !before.ends_with(part) && !after.starts_with(part) && !governed && !subject
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<String> {
        dated(text, time::millis("2026-03-05T09:00:00Z")?).map(|(text, _)| text)
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
            ("Mail runs on the new host since yesterday.", "Mail runs on the new host since 2026-03-04."),
            ("Yesterday Bo moved the mail host.", "On 2026-03-04 Bo moved the mail host."),
            ("Mail is down. Tomorrow Bo moves it.", "Mail is down. On 2026-03-06 Bo moves it."),
            ("Last week the trial ended.", "Around 2026-02-26 the trial ended."),
            ("Since last week mail has its own host.", "Since around 2026-02-26 mail has its own host."),
        ] {
            assert_eq!(read(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_holds_on_any_day_stays() {
        for text in [
            "Send yesterday's figures at nine.",
            "Every morning Anna reads what came in yesterday.",
            "The plan is from yesterday.",
            "Ask what happened yesterday",
            "The film is called \"yesterday\".",
            "The film is called yesterday.",
            "Bo likes the film Tomorrow.",
            "Anna's ringtone is Yesterday, and she moved to Lyon two days ago.",
            "Tomorrow is the name of the band.",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
