//! RFC 3339 times as milliseconds, and back. The engine has no clock: every time comes from outside.

const DAY: i64 = 86_400_000;

/// Milliseconds since 1970 of an RFC 3339 time or date (`2026-11-02`, taken as midnight UTC).
pub(crate) fn millis(text: &str) -> Option<i64> {
    if let Some(millis) = common(text.as_bytes()) {
        return Some(millis);
    }
    let text = text.trim();
    let (date, rest) = match text.split_once(['T', 't', ' ']) {
        Some((date, rest)) => (date, rest),
        None => (text, "00:00:00Z"),
    };
    let mut parts = date.split('-');
    let year: i64 = digits(parts.next()?, 4)?;
    let month: i64 = digits(parts.next()?, 2)?;
    let day: i64 = digits(parts.next()?, 2)?;
    if parts.next().is_some() || !(1..=12).contains(&month) || day < 1 || day > days_in(year, month) {
        return None;
    }
    Some(days_from_civil(year, month, day) * DAY + time_of_day(rest)?)
}

/// A time in the forms that nearly all recorders write, `2026-11-02T03:00:00Z` with milliseconds or without: each line
/// has one.
fn common(text: &[u8]) -> Option<i64> {
    let [y, e, a, r, b'-', m, o, b'-', d, b, b'T' | b' ', h, i, b':', n, u, b':', s, t, fraction @ ..] = text else {
        return None;
    };
    let number = |digits: &[&u8]| {
        digits
            .iter()
            .try_fold(0, |number, digit| digit.is_ascii_digit().then(|| number * 10 + i64::from(**digit - b'0')))
    };
    let (year, month, day) = (number(&[y, e, a, r])?, number(&[m, o])?, number(&[d, b])?);
    let (hour, minute, second) = (number(&[h, i])?, number(&[n, u])?, number(&[s, t])?);
    let ms = match fraction {
        [b'Z'] => 0,
        [b'.', c, f, g, b'Z'] => number(&[c, f, g])?,
        _ => return None,
    };
    let exists = (1..=12).contains(&month) && (1..=days_in(year, month)).contains(&day);
    let ms = hour * 3_600_000 + minute * 60_000 + second * 1000 + ms;
    (exists && hour <= 23 && minute <= 59 && second <= 60).then(|| days_from_civil(year, month, day) * DAY + ms)
}

/// RFC 3339 in UTC with milliseconds, the one form that the engine writes.
pub(crate) fn rfc3339(millis: i64) -> String {
    let (year, month, day) = civil_from_days(millis.div_euclid(DAY));
    let ms = millis.rem_euclid(DAY);
    let (hour, minute, second) = (ms / 3_600_000, ms / 60_000 % 60, ms / 1000 % 60);
    if !(0..10_000).contains(&year) {
        return format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{:03}Z", ms % 1000);
    }
    // Each turn has a time, and the machinery of `format!` takes as long as reading the turn.
    let mut text = *b"0000-00-00T00:00:00.000Z";
    let parts =
        [(year / 100, 0), (year, 2), (month, 5), (day, 8), (hour, 11), (minute, 14), (second, 17), (ms / 10, 20)];
    for (number, at) in parts {
        if let Some([tens, ones]) = text.get_mut(at..at + 2) {
            (*tens, *ones) = (b'0' + (number / 10 % 10) as u8, b'0' + (number % 10) as u8);
        }
    }
    if let Some(last) = text.get_mut(22) {
        *last = b'0' + (ms % 10) as u8;
    }
    String::from_utf8_lossy(&text).into_owned()
}

/// Days between two times, never negative.
pub(crate) fn days_between(from: i64, to: i64) -> f64 {
    (to.saturating_sub(from)).max(0) as f64 / DAY as f64
}

fn digits(text: &str, width: usize) -> Option<i64> {
    (text.len() == width && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
}

fn time_of_day(text: &str) -> Option<i64> {
    let zone_at = text.find(['Z', 'z', '+', '-'])?;
    let (clock, zone) = text.split_at_checked(zone_at)?;
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, ""));
    let mut parts = clock.split(':');
    let hour = digits(parts.next()?, 2)?;
    let minute = digits(parts.next()?, 2)?;
    let second = digits(parts.next()?, 2)?;
    if parts.next().is_some() || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let mut ms = 0;
    for (digit, weight) in fraction.bytes().zip([100, 10, 1]) {
        ms += i64::from(digit.checked_sub(b'0').filter(|d| *d < 10)?) * weight;
    }
    Some(hour * 3_600_000 + minute * 60_000 + second * 1000 + ms - offset(zone)?)
}

fn offset(zone: &str) -> Option<i64> {
    if matches!(zone, "Z" | "z") {
        return Some(0);
    }
    let sign = if zone.starts_with('-') { -1 } else { 1 };
    let (hour, minute) = zone.get(1..)?.split_once(':')?;
    let (hour, minute) = (digits(hour, 2)?, digits(minute, 2)?);
    (hour < 24 && minute < 60).then_some(sign * (hour * 3_600_000 + minute * 60_000))
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

// Both directions: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_index = (5 * day_of_year + 2) / 153;
    let month = if month_index < 10 { month_index + 3 } else { month_index - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day_of_year - (153 * month_index + 2) / 5 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways() {
        for text in ["1970-01-01T00:00:00.000Z", "2024-02-29T23:59:59.999Z", "2026-11-02T03:00:00.000Z"] {
            assert_eq!(millis(text).map(rfc3339).as_deref(), Some(text));
        }
    }

    #[test]
    fn offsets_dates_and_fractions() {
        assert_eq!(millis("2026-11-02T05:00:00+02:00"), millis("2026-11-02T03:00:00Z"));
        assert_eq!(millis("2026-11-02"), millis("2026-11-02T00:00:00Z"));
        assert_eq!(millis("2026-11-02T03:00:00.5Z").map(|ms| ms % 1000), Some(500));
    }

    #[test]
    fn refused() {
        for text in ["", "2026", "2026-13-01", "2026-02-29", "2026-11-02T03:00:00", "2026-11-02T3:00:00Z", "é-é-é"] {
            assert_eq!(millis(text), None, "{text}");
        }
    }
}
