//! Numbers with what stands around them: unit, currency, the word `port` or `version`.

use super::number::{self, scaled};
use super::{Value, ValueKind};

/// A quantity at the beginning of `ahead`, and how many tokens it takes; `before` is the word in front of it.
pub(super) fn read(before: &str, ahead: &[&str]) -> Option<(Value, usize)> {
    hour_of_day(ahead)
        .or_else(|| clock(ahead))
        .or_else(|| money(ahead))
        .or_else(|| single(ahead))
        .or_else(|| compound(ahead))
        .or_else(|| plain(before, ahead))
}

/// `2:30 pm`, `9am`, `noon`: the time in 24 hours.
fn clock(ahead: &[&str]) -> Option<(Value, usize)> {
    let token = ahead.first()?;
    let of = |hour: u32, minute: &str, taken| Some((Value::new(ValueKind::Time, format!("{hour:02}:{minute}")), taken));
    match *token {
        "noon" => return of(12, "00", 1),
        "midnight" => return of(0, "00", 1),
        _ => {}
    }
    let joined = ["am", "pm"].into_iter().find_map(|half| Some((token.strip_suffix(half)?, half, 1)));
    let next = ahead.get(1).copied().unwrap_or_default();
    let apart = matches!(next, "am" | "pm" | "a.m" | "p.m").then_some((*token, next, 2));
    let (time, half, taken) = joined.or(apart)?;
    let (hour, minute) = time.split_once(':').unwrap_or((time, "00"));
    let hour: u32 = hour.parse().ok().filter(|hour| (1..=12).contains(hour))?;
    let minute = (minute.len() == 2 && minute.bytes().all(|b| b.is_ascii_digit())).then_some(minute)?;
    of(hour % 12 + if half.starts_with('p') { 12 } else { 0 }, minute, taken)
}

/// `ten in the morning`: the time in 24 hours.
fn hour_of_day(ahead: &[&str]) -> Option<(Value, usize)> {
    let [hour, "in", "the", part, ..] = ahead else { return None };
    let hour: u32 = number::read(&[*hour])?.0.parse().ok().filter(|hour| (1..=12).contains(hour))?;
    let later = match *part {
        "morning" => 0,
        "afternoon" | "evening" => 12,
        _ => return None,
    };
    Some((Value::new(ValueKind::Time, format!("{:02}:00", hour % 12 + later)), 4))
}

/// `$12.50`, `12.50 dollars`, `EUR 2m`, `$2 million`.
fn money(ahead: &[&str]) -> Option<(Value, usize)> {
    const SIGNS: [(char, &str); 4] = [('$', "usd"), ('€', "eur"), ('£', "gbp"), ('¥', "jpy")];
    let token = ahead.first()?;
    let signed = SIGNS.into_iter().find_map(|(sign, name)| Some((token.strip_prefix(sign)?, name, 0)));
    let trailing = SIGNS.into_iter().find_map(|(sign, name)| Some((token.strip_suffix(sign)?, name, 0)));
    let named = currency(token).zip(ahead.get(1)).map(|(name, amount)| (*amount, name, 1));
    if let Some((amount, name, at)) = signed.or(trailing).or(named) {
        let million = amount.strip_suffix('m').and_then(number::figures).and_then(|n| scaled(&n, 1_000_000));
        let (amount, taken) = match million {
            Some(amount) => (amount, 1),
            None => {
                // "$53.7-million" and "$53.7 million".
                let mut words: Vec<&str> = amount.split('-').collect();
                words.extend(ahead.get(at + 1..).unwrap_or_default().iter().take(1));
                let (read, taken) = number::read(&words)?;
                (read, if amount.contains('-') { 1 } else { taken })
            }
        };
        return Some((amount_of(&amount, name)?, at + taken));
    }
    let (amount, taken) = number::read(ahead)?;
    let name = currency(ahead.get(taken)?)?;
    Some((amount_of(&amount, name)?, taken + 1))
}

fn amount_of(amount: &str, currency: &str) -> Option<Value> {
    // "1.500 EUR" are fifteen hundred in half of Europe: it stays as it is written.
    let grouped = amount.split_once('.').is_some_and(|(_, decimals)| decimals.len() == 3);
    let amount = if grouped { amount.to_owned() } else { scaled(amount, 1)? };
    Some(Value::new(ValueKind::Money, format!("{amount} {currency}")))
}

fn currency(word: &str) -> Option<&'static str> {
    Some(match word {
        "dollar" | "dollars" | "usd" => "usd",
        "euro" | "euros" | "eur" => "eur",
        "pounds" | "gbp" => "gbp",
        "yen" | "jpy" => "jpy",
        "francs" | "chf" => "chf",
        _ => return None,
    })
}

/// `an hour`, `every day`, `half an hour`, `daily`: one of a unit, or half of it.
fn single(ahead: &[&str]) -> Option<(Value, usize)> {
    let one = |unit: &str, factor: u64| {
        let (kind, text) = with_unit("1", unit).filter(|(kind, _)| *kind == ValueKind::Duration)?;
        let (amount, months) = text.split_once(' ').unwrap_or((&text, ""));
        let amount = amount.parse::<u64>().ok().filter(|amount| amount % factor == 0)? / factor;
        let text = if months.is_empty() { amount.to_string() } else { format!("{amount} {months}") };
        Some(Value::new(kind, text))
    };
    let often = match *ahead.first()? {
        "hourly" => Some("hour"),
        "daily" => Some("day"),
        "weekly" => Some("week"),
        "monthly" => Some("month"),
        "yearly" | "annually" => Some("year"),
        _ => None,
    };
    if let Some(unit) = often {
        return Some((one(unit, 1)?, 1));
    }
    match ahead {
        ["half", "a" | "an", unit, ..] => Some((one(unit, 2)?, 3)),
        ["an", "hour", "and", "a", "half", ..] => Some((Value::new(ValueKind::Duration, "5400000"), 5)),
        ["half", "of", ..] => Some((Value::new(ValueKind::Percent, "50"), 1)),
        ["a" | "one", "quarter", "of", ..] => Some((Value::new(ValueKind::Percent, "25"), 2)),
        // "a second thought", "a minute detail" and "a day" in passing are no lengths of time.
        ["an", "hour", ..] => Some((one("hour", 1)?, 2)),
        ["per" | "every" | "each", unit, ..] if unit.len() > 2 && !unit.ends_with('s') => Some((one(unit, 1)?, 2)),
        _ => None,
    }
}

/// `1h30m`, `1 h 30 min`: two lengths of time in a row are one.
fn compound(ahead: &[&str]) -> Option<(Value, usize)> {
    let (first, taken) = measured(ahead)?;
    let of = |text: &str| text.parse::<u64>().ok();
    let rest = ahead.get(taken..).unwrap_or_default();
    let rest_at = usize::from(rest.first() == Some(&"and"));
    let second = measured(rest.get(rest_at..).unwrap_or_default()).filter(|(second, _)| {
        first.kind == ValueKind::Duration && second.kind == ValueKind::Duration && of(&second.text) < of(&first.text)
    });
    match second.and_then(|(second, more)| Some((of(&first.text)?.checked_add(of(&second.text)?)?, more))) {
        Some((sum, more)) => Some((Value::new(ValueKind::Duration, sum.to_string()), taken + rest_at + more)),
        None => Some((first, taken)),
    }
}

/// A number and its unit, in one token or two: `90s`, `512 MB`, `30-day`, `1h30m`, `40 per cent`.
fn measured(ahead: &[&str]) -> Option<(Value, usize)> {
    let token = ahead.first()?;
    let of = |(kind, text): (ValueKind, String), taken| Some((Value::new(kind, text), taken));
    if let Some(percent) = token.strip_suffix('%').and_then(number::figures) {
        return of((ValueKind::Percent, scaled(&percent, 1)?), 1);
    }
    if let Some((amount, taken)) = number::read(ahead) {
        let unit = ahead.get(taken).copied().unwrap_or_default();
        if (unit, ahead.get(taken + 1).copied()) == ("per", Some("cent")) {
            return of((ValueKind::Percent, scaled(&amount, 1)?), taken + 2);
        }
        return of(with_unit(&amount, unit)?, taken + 1);
    }
    // "30-day", "nine-year-old".
    let mut parts = token.split('-');
    if let (Some(amount), Some(unit)) = (parts.next(), parts.next()) {
        return of(with_unit(&number::read(&[amount])?.0, unit)?, 1);
    }
    let split = token.find(|c: char| c.is_alphabetic())?;
    let (amount, unit) = (number::figures(token.get(..split)?)?, token.get(split..)?);
    if let Some(found) = with_unit(&amount, if unit == "m" { "min" } else { unit }) {
        return of(found, 1);
    }
    let hours: u64 = amount.parse().ok()?;
    let minutes: u64 = unit.strip_prefix('h')?.trim_end_matches("min").trim_end_matches('m').parse().ok()?;
    of((ValueKind::Duration, hours.checked_mul(60)?.checked_add(minutes)?.checked_mul(60_000)?.to_string()), 1)
}

/// A bare number, or what the word before it makes of it.
fn plain(before: &str, ahead: &[&str]) -> Option<(Value, usize)> {
    if ahead.first() == Some(&"twice") {
        return Some((Value::new(ValueKind::Number, "2"), 1));
    }
    let (number, taken) = number::read(ahead)?;
    if let Some(times) = ahead.get(taken).filter(|next| **next == "times" && number == "2") {
        return Some((Value::new(ValueKind::Number, "2"), taken + usize::from(!times.is_empty())));
    }
    // "no one", "the other one", "one of them", "one another": a pronoun.
    if ahead.first() == Some(&"one") && taken == 1 {
        let next = ahead.get(1).copied().unwrap_or_default();
        let pronoun = matches!(before, "no" | "any" | "every" | "some" | "this" | "that" | "the" | "which" | "other");
        let counts = next.len() > 3 && !matches!(next, "another" | "minds" | "that" | "should" | "must" | "else");
        if pronoun || !counts {
            return None;
        }
    }
    let dotted = number.contains('.');
    let kind = match before {
        "port" | "ports" => ValueKind::Port,
        "version" | "release" | "v" => ValueKind::Version,
        _ if dotted && !before.is_empty() => ValueKind::Version,
        _ => ValueKind::Number,
    };
    Some((Value::new(kind, number), taken))
}

/// A number with its unit in one base unit (milliseconds, months, bytes), so that 1 h and 60 min are equal.
pub(super) fn with_unit(number: &str, unit: &str) -> Option<(ValueKind, String)> {
    let (kind, factor): (ValueKind, u64) = match unit {
        "ms" | "millisecond" | "milliseconds" => (ValueKind::Duration, 1),
        "s" | "sec" | "secs" | "second" | "seconds" => (ValueKind::Duration, 1_000),
        "min" | "mins" | "minute" | "minutes" => (ValueKind::Duration, 60_000),
        "h" | "hr" | "hrs" | "hour" | "hours" => (ValueKind::Duration, 3_600_000),
        "day" | "days" | "d" | "night" | "nights" => (ValueKind::Duration, 86_400_000),
        "week" | "weeks" => (ValueKind::Duration, 604_800_000),
        // A month has no fixed number of days.
        "month" | "months" => return Some((ValueKind::Duration, format!("{} months", scaled(number, 1)?))),
        "year" | "years" => return Some((ValueKind::Duration, format!("{} months", scaled(number, 12)?))),
        "b" | "byte" | "bytes" => (ValueKind::Size, 1),
        "kb" => (ValueKind::Size, 1_000),
        "kib" => (ValueKind::Size, 1_024),
        "mb" | "megabytes" => (ValueKind::Size, 1_000_000),
        "mib" => (ValueKind::Size, 1_048_576),
        "gb" | "gigabytes" => (ValueKind::Size, 1_000_000_000),
        "gib" => (ValueKind::Size, 1_073_741_824),
        "tb" | "terabytes" => (ValueKind::Size, 1_000_000_000_000),
        "mg" => (ValueKind::Weight, 1),
        "gram" | "grams" => (ValueKind::Weight, 1_000),
        "kg" | "kilo" | "kilos" | "kilogram" | "kilograms" => (ValueKind::Weight, 1_000_000),
        "mm" | "millimeters" | "millimetres" => (ValueKind::Length, 1),
        "cm" | "centimeters" | "centimetres" => (ValueKind::Length, 10),
        "meter" | "meters" | "metre" | "metres" => (ValueKind::Length, 1_000),
        "km" | "kilometer" | "kilometers" | "kilometre" | "kilometres" => (ValueKind::Length, 1_000_000),
        "percent" | "pct" | "%" => (ValueKind::Percent, 1),
        _ => return None,
    };
    scaled(number, factor).map(|text| (kind, text))
}
