//! Dates: ISO, in words, months, quarters, weekdays.

use super::{Value, ValueKind};
use crate::text::calendar::{self, month, weekday, without_ordinal};

/// A date at the beginning of `ahead`, and how many tokens it takes.
pub(super) fn read(ahead: &[&str]) -> Option<(Value, usize)> {
    let token = *ahead.first()?;
    let of = |text: String, taken| Some((Value::new(ValueKind::Date, text), taken));
    if let Some(date) = iso(token) {
        return of(date, 1);
    }
    if let Some(day) = plain_weekday(token).or_else(|| short_weekday(ahead)) {
        return of(day.to_owned(), 1);
    }
    if let Some(first) = range(ahead) {
        return of(first, 1);
    }
    if let Some(quarter @ ("q1" | "q2" | "q3" | "q4")) = ahead.first().copied() {
        return match ahead.get(1).and_then(|word| year(word)) {
            Some(year) => of(format!("{year}-{quarter}"), 2),
            None => of(quarter.to_owned(), 1),
        };
    }
    in_words(ahead).and_then(|(date, taken)| of(date, taken))
}

/// `March 1st 2026`, `1 March`, `the 1st of March`, `March 2026`.
fn in_words(ahead: &[&str]) -> Option<(String, usize)> {
    let article = usize::from(ahead.first() == Some(&"the"));
    let tokens = ahead.get(article..)?;
    let (first, second) = (tokens.first()?, tokens.get(1)?);
    let of = usize::from(*second == "of");
    let behind = tokens.get(1 + of)?;
    let day_first = ordinal(first).zip(month(behind)).map(|(day, month)| (month, day, 2 + of));
    let month_first = month(first).zip(ordinal(second)).map(|(month, day)| (month, day, 2)).filter(|_| article == 0);
    if let Some((month, day, taken)) = day_first.or(month_first) {
        return Some(match tokens.get(taken).and_then(|word| year(word)) {
            Some(year) => (format!("{year}-{month:02}-{day:02}"), article + taken + 1),
            None => (format!("{month:02}-{day:02}"), article + taken),
        });
    }
    let (month, year) = month(first).zip(year(second)).filter(|_| article == 0)?;
    Some((format!("{year}-{month:02}"), 2))
}

/// `2026-03-01`, also with slashes. A time behind the date makes it another value; only a midnight in UTC does not.
fn iso(token: &str) -> Option<String> {
    let date = token.get(..10)?;
    let shape = date.bytes().enumerate().all(|(at, b)| match at {
        4 | 7 => b == b'-' || b == b'/',
        _ => b.is_ascii_digit(),
    });
    let rest = token.get(10..).unwrap_or_default();
    let whole = if rest.is_empty() || rest.starts_with("t00:00") { date } else { token };
    shape.then(|| if whole.len() == 10 { whole.replace('/', "-") } else { whole.to_owned() })
}

fn year(word: &str) -> Option<&str> {
    (word.len() == 4 && word.bytes().all(|b| b.is_ascii_digit()) && word.starts_with(['1', '2'])).then_some(word)
}

fn plain_weekday(token: &str) -> Option<&'static str> {
    weekday(token.strip_suffix('s').unwrap_or(token))
}

/// "Mon"; what is also a word ("sat", "sun") only beside another one.
fn short_weekday(ahead: &[&str]) -> Option<&'static str> {
    let beside = || {
        let next = ahead.get(1).copied().unwrap_or_default();
        let behind = if ["and", "or", "to"].contains(&next) { ahead.get(2).copied().unwrap_or_default() } else { next };
        plain_weekday(behind).or_else(|| calendar::short_weekday(behind)).is_some()
    };
    let day = calendar::short_weekday(ahead.first()?)?;
    (!matches!(day, "saturday" | "sunday") || beside()).then_some(day)
}

/// The first day of "4 to 6 June".
fn range(ahead: &[&str]) -> Option<String> {
    let [first, "to" | "until" | "through" | "and", last, name, ..] = ahead else { return None };
    let (day, month) = (ordinal(first)?, month(name).filter(|_| ordinal(last).is_some())?);
    Some(format!("{month:02}-{day:02}"))
}

fn ordinal(token: &str) -> Option<u32> {
    without_ordinal(token).parse().ok().filter(|day| (1..=31).contains(day))
}
