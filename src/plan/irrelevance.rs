//! What is of no use to an agent any more, and why.

use crate::memory::Entry;
use crate::text::{ValueKind, fold, values, words};
use crate::time;

/// Why an entry should leave the active set, if it should.
pub(crate) fn irrelevant(entry: &Entry, now: i64) -> Option<String> {
    let lower = fold(&entry.text);
    expired(&lower, now)
        .or_else(|| small_talk(&lower))
        .or_else(|| fragment(&entry.text))
        .or_else(|| raw_output(&entry.text))
        .or_else(|| transient(&lower, entry, now))
}

/// `until 2026-10-01` or `until 1 October 2026`, with the day past.
fn expired(lower: &str, now: i64) -> Option<String> {
    let tokens: Vec<&str> = lower.split_whitespace().collect();
    tokens.iter().enumerate().find_map(|(at, word)| {
        let ends = matches!(*word, "until" | "till" | "through" | "expires" | "ends");
        let behind = tokens.get(at + 1..tokens.len().min(at + 4)).filter(|_| ends)?.join(" ");
        let date = values(&behind).into_iter().find(|value| value.kind == ValueKind::Date)?.text;
        let over = time::millis(&date)? + 86_400_000 <= now;
        over.then(|| format!("it held until {date}, which is past"))
    })
}

// A state that was worth noting is over after this long.
const TRANSIENT_DAYS: f64 = 3.0;

/// What was true at the moment of writing only.
fn transient(lower: &str, entry: &Entry, now: i64) -> Option<String> {
    // "Currently", "today" and the like are no cue: people say them of what lasts for years.
    const CUES: &[&str] = &[
        "right now", "at the moment", "just now", "in progress", "still running", "waiting for ", "this morning",
        "this afternoon", "this session", "for the moment",
    ];
    // "Check whether an import is still running" is about every import.
    const GENERAL: &[&str] =
        &["whether", "if", "when", "whenever", "before", "check", "every", "always", "never", "while"];
    if words(lower).iter().any(|word| GENERAL.contains(&word.as_str())) {
        return None;
    }
    let padded = format!("{lower} ");
    let cue = CUES.iter().find(|cue| padded.contains(*cue))?;
    let written = entry.created_at.as_deref().and_then(time::millis)?;
    (time::days_between(written, now) >= TRANSIENT_DAYS).then(|| {
        format!(
            "a passing state (\"{}\") noted on {}",
            cue.trim(),
            time::rfc3339(written).get(..10).unwrap_or_default()
        )
    })
}

fn small_talk(lower: &str) -> Option<String> {
    const PHRASES: &[&str] = &[
        "thanks", "thank you", "good morning", "good night", "hello", "hi there", "have a nice", "have a great", "lol",
        "haha", "ok", "okay", "great job", "well done", "you're welcome", "no problem", "sounds good", "nice weather",
        "how are you", "happy friday", "cheers",
    ];
    let spoken = words(lower);
    let body = lower.trim_matches(|c: char| !c.is_alphanumeric());
    let opens = PHRASES
        .iter()
        .any(|phrase| body.strip_prefix(phrase).is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric())));
    let reported = ["said thanks", "said thank you", "said hello", "wished", "a nice weekend", "a nice day"];
    let reported = reported.iter().any(|phrase| lower.contains(phrase)) && spoken.len() <= 14;
    (opens && spoken.len() <= 8 || reported).then(|| "small talk".to_owned())
}

const FRAGMENT_WORDS: usize = 8;

/// Half a sentence: it breaks off, or is a word or two that say nothing alone.
fn fragment(text: &str) -> Option<String> {
    let body = text.trim();
    let spoken = words(body);
    let last = spoken.last().map(String::as_str).unwrap_or_default();
    let open_end =
        matches!(last, "and" | "or" | "the" | "a" | "an" | "to" | "of" | "because" | "but" | "which" | "with" | "if");
    let breaks_off = body.ends_with(',')
        || body.ends_with("...")
        || body.ends_with('…')
        || open_end && !body.ends_with(['.', '!', '`', '"']);
    // A long line that breaks off was wrapped: it still says something.
    let short = spoken.len() <= FRAGMENT_WORDS;
    (breaks_off && short || spoken.len() == 1).then(|| "half a sentence".to_owned())
}

/// Raw output: a log line, a stack trace, a JSON dump.
fn raw_output(text: &str) -> Option<String> {
    let body = text.trim();
    let dump = body.starts_with(['{', '[']) && serde_json::from_str::<serde_json::Value>(body).is_ok();
    let trace = body.starts_with("Traceback (most recent call last)") || body.contains("\n    at ");
    let levels = ["INFO", "DEBUG", "WARN", "ERROR", "TRACE"];
    let stamped = body
        .split_whitespace()
        .next()
        .is_some_and(|token| token.len() >= 10 && time::millis(token.get(..10).unwrap_or_default()).is_some());
    let log = stamped
        && body
            .split_whitespace()
            .take(7)
            .any(|token| levels.contains(&token.trim_matches(|c: char| !c.is_alphabetic())));
    (dump || trace || log).then(|| "raw output, not a statement".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(text: &str) -> Option<String> {
        let entry = Entry { created_at: Some("2026-10-01T00:00:00Z".to_owned()), ..Entry::new("m", text) };
        irrelevant(&entry, time::millis("2026-11-08").unwrap_or_default())
    }

    #[test]
    fn of_no_use() {
        for text in [
            "The feature freeze holds until 2026-10-20.",
            "Currently waiting for the nightly export.",
            "Thanks a lot!",
            "The export job fails because",
            "{\"status\": 200}",
            "2026-10-01T10:00:00Z ERROR pool exhausted",
        ] {
            assert!(judged(text).is_some(), "{text}");
        }
    }

    #[test]
    fn of_use() {
        for text in [
            "The licence holds until 2027-01-01.",
            "The nightly export starts at 02:00.",
            "Say thanks before closing a ticket.",
            "Jon is currently learning Go.",
            "Restart the pool with `pool restart`.",
            "Use tabs",
        ] {
            assert_eq!(judged(text), None, "{text}");
        }
    }
}
