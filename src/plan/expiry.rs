//! What held until a day, or was to be on one, and is over now.

use super::irrelevance::is_general;
use crate::memory::Entry;
use crate::text::{ValueKind, bare, month, sentences, values, without_ordinal, words};
use crate::time;

/// Why an entry, in lower case, holds no more, if a day that it names is past.
pub(super) fn over(lower: &str, entry: &Entry, now: i64) -> Option<String> {
    expired(lower, entry, now)
        .or_else(|| span_over(lower, entry, now))
        .or_else(|| occasion_over(lower, entry, now))
        .or_else(|| plan_over(lower, entry, now))
}

/// When an entry was written, in milliseconds.
pub(super) fn written(entry: &Entry) -> Option<i64> {
    entry.created_at.as_deref().and_then(time::millis)
}

/// `… until 2026-10-01.` or `Until 1 October 2026, …`, with the day past: what is said besides, or of the past, goes on
/// being true.
fn expired(lower: &str, entry: &Entry, now: i64) -> Option<String> {
    let tokens: Vec<&str> = lower.split_whitespace().collect();
    let (date, day) = tokens.iter().enumerate().find_map(|(at, word)| {
        let ends = matches!(*word, "until" | "till" | "through" | "expires" | "ends");
        let (behind, date, day) = dated_at(tokens.get(at + 1..).filter(|_| ends)?, since(lower, entry))?;
        let begins = |word: &&str| ["a", "all", "an", "no", "our", "the", "there", "we", "you"].contains(word);
        let opens = at == 0
            && (tokens.get(behind).is_some_and(|word| word.ends_with(','))
                || tokens.get(behind + 1).is_some_and(begins));
        let rest = tokens.get(at + 1 + behind..).unwrap_or_default();
        (opens || rest.is_empty() || is_absent(lower) && stands_in(rest)).then_some((date, day))
    })?;
    let written = written(entry);
    let told_later = written.is_some_and(|written| written > day + DAY);
    let alone = sentences(lower).len() == 1;
    (day + DAY <= now && alone && !told_later && !is_past(lower))
        .then(|| format!("it held until {date}, which is past"))
}

const DAY: i64 = 86_400_000;

/// From when on to look for a day without a year, where it is one: that of somebody's absence. What is closed from November
/// to March is so in each year, and so are the holidays of a school.
fn since(lower: &str, entry: &Entry) -> Option<i64> {
    const AWAY: &[&str] = &["absent", "away", "holiday", "leave", "ooo", "sabbatical", "sick", "vacation"];
    let said = words(lower);
    let away = said.iter().any(|word| AWAY.contains(&word.as_str()));
    written(entry).filter(|_| away && !recurs(&said))
}

/// Whether something is said of every time.
fn recurs(said: &[String]) -> bool {
    const OFTEN: &[&str] =
        &["annual", "annually", "bank", "birthday", "each", "national", "public", "school", "yearly"];
    said.iter().any(|word| is_general(word) || OFTEN.contains(&word.as_str()))
}

/// What somebody or something is for a while only.
fn is_absent(lower: &str) -> bool {
    const ABSENT: &[&str] = &[
        "absent", "away", "closed", "closure", "freeze", "frozen", "holiday", "holidays", "leave", "maintenance",
        "sabbatical", "sick", "unavailable", "vacation",
    ];
    words(lower).iter().any(|word| ABSENT.contains(&word.as_str()))
}

/// Whether the rest of a sentence only says who does it meanwhile: nothing of it holds after that.
fn stands_in(rest: &[&str]) -> bool {
    const MEANWHILE: &[&str] = &[
        "covers", "deputises", "deputizes", "looks after", "stands in", "steps in", "substitutes", "takes care of",
        "takes over",
    ];
    const LATER: &[&str] = &["after", "afterwards", "later", "thereafter"];
    let said = rest.join(" ");
    // "Looks after" is no later time.
    let spoken = words(&said.replace("looks after", "looks"));
    MEANWHILE.iter().any(|cue| said.contains(cue)) && !spoken.iter().any(|word| LATER.contains(&word.as_str()))
}

/// A freeze, a closure, a leave from one day to another that is past: "no releases from 2026-08-03 to 2026-08-21", "on leave
/// from 3 to 21 August 2026".
fn span_over(lower: &str, entry: &Entry, now: i64) -> Option<String> {
    let apart = lower.replace('–', " – ");
    let tokens: Vec<&str> = apart.split_whitespace().flat_map(days_apart).collect();
    let since = since(lower, entry);
    let (start, end, (taken, date, day)) = tokens.iter().enumerate().find_map(|(at, word)| {
        let joins = matches!(*word, "to" | "until" | "till" | "through" | "-" | "–");
        let to = dated_at(tokens.get(at + 1..).filter(|_| joins)?, since)?;
        let before = (1..=at.min(4)).find_map(|count| {
            let said = tokens.get(at - count..at)?;
            let day = dated_at(said, since).filter(|(taken, ..)| *taken == count).map(|(_, _, day)| day);
            // "3 to 21 August". Without a year the first day may be over when the entry is written.
            let begins = count == 1 && is_day(said.first()?);
            (begins || day.is_some_and(|day| since.is_some() || day <= to.2)).then_some(at - count)
        })?;
        Some((before, at + 1, to))
    })?;
    let rest = tokens.get(end + taken..).unwrap_or_default();
    let ends = rest.is_empty() || stands_in(rest);
    let said = tokens.get(..start)?;
    let passes = is_absent(lower) || banned(said) || is_occasion(said);
    (ends && day + DAY <= now && passes && sentences(lower).len() == 1 && !is_past(lower))
        .then(|| format!("it held until {date}, which is past"))
}

/// "No merges …"
fn banned(said: &[&str]) -> bool {
    said.windows(2).any(|pair| matches!(pair, ["no", what] if what.ends_with('s')))
}

/// "3-21" as the two days and what joins them.
fn days_apart(token: &str) -> Vec<&str> {
    match token.split_once('-').filter(|(first, last)| is_day(first) && is_day(last)) {
        Some((first, last)) => vec![first, "-", last],
        None => vec![token],
    }
}

/// Whether a word is the number of a day in a month.
fn is_day(word: &str) -> bool {
    without_ordinal(word).parse().is_ok_and(|day: u32| (1..=31).contains(&day))
}

/// What people meet for, or do on a day.
const OCCASIONS: &[&str] = &[
    "appointment", "call", "conference", "dinner", "downtime", "drinks", "excursion", "fair", "flight", "interview",
    "lunch", "maintenance", "meeting", "offsite", "party", "reception", "trip", "visit", "webinar", "workshop",
];

fn is_occasion(said: &[&str]) -> bool {
    said.iter().any(|word| OCCASIONS.contains(word))
}

/// A dinner, a call, a maintenance window noted for a day that is past: it says nothing of what came of it.
fn occasion_over(lower: &str, entry: &Entry, now: i64) -> Option<String> {
    const TOLD: &[&str] = &["are", "has", "is", "takes"];
    let spoken = words(lower);
    // "Scheduled maintenance", "database maintenance".
    let opens = spoken.iter().take(2).any(|word| OCCASIONS.contains(&word.as_str()));
    let tells = spoken.iter().any(|word| TOLD.contains(&word.as_str())) || is_past(lower) || recurs(&spoken);
    if !opens || tells || sentences(lower).len() != 1 {
        return None;
    }
    let written = written(entry);
    let mut dates = values(lower).into_iter().filter(|value| value.kind == ValueKind::Date);
    let (_, day) = day_of(&dates.next()?.text, written).filter(|_| dates.next().is_none())?;
    (written.is_none_or(|written| written <= day + DAY) && day + DAY <= now).then(|| was_for(day))
}

fn was_for(day: i64) -> String {
    format!("it was for {}, which is past", time::rfc3339(day).get(..10).unwrap_or_default())
}

/// What was planned for a day that is past, or is on it: "the upgrade is planned for 30 June 2026", "the party is on 3 July
/// 2026 at the lake". It says nothing of what came of it.
fn plan_over(lower: &str, entry: &Entry, now: i64) -> Option<String> {
    const PLANNED: &[&str] = &["arranged", "booked", "due", "foreseen", "planned", "scheduled", "set", "slated"];
    const OFF: &[&str] = &["down", "off", "out"];
    const PLACES: &[&str] = &["at", "between", "from", "in", "with"];
    const PLACE_WORDS: usize = 6;
    let tokens: Vec<&str> = lower.split_whitespace().collect();
    let said = words(lower);
    let written = written(entry);
    let (rest, day) = tokens.iter().enumerate().find_map(|(at, word)| {
        let behind = tokens.get(at + 1..).filter(|_| matches!(*word, "for" | "on"))?;
        let before = *tokens.get(at.checked_sub(1)?)?;
        let planned = PLANNED.contains(&before);
        let first = *behind.first()?;
        // "On since 3 October", "on from 3 October" say that it goes on.
        let dated = first.starts_with(|c: char| c.is_ascii_digit()) || first == "the" || month(first).is_some();
        let occasion = is_occasion(tokens.get(..at)?);
        // "Ola is out on 3 October", "no releases on 3 October 2026".
        let away = *word == "on" && (OFF.contains(&before) || is_absent(before) || banned(tokens.get(..at)?));
        // Taxes are due on 31 May in each year, and a meeting has one day.
        let once = planned && before != "due" || occasion || OFF.contains(&before);
        let (taken, _, day) = dated_at(behind, written.filter(|_| once).or(since(lower, entry)))?;
        let rest = behind.get(taken..)?;
        // "Dinner on 12 October is at 19:30."
        let told = rest.strip_prefix(&["is"]).filter(|_| occasion);
        let is_on = *word == "on" && (matches!(before, "are" | "is" | "place") || told.is_some());
        if !dated || !planned && !is_on && !away {
            return None;
        }
        // "The API is on 2026-06-24" may tell of its version.
        let sure =
            planned || away || written.is_some() || behind.get(..taken)?.iter().any(|word| month(bare(word)).is_some());
        Some((told.unwrap_or(rest), day)).filter(|_| sure)
    })?;
    let begins = |word: &&str| PLACES.contains(word) || word.starts_with(|c: char| c.is_ascii_digit());
    let place = || rest.first().is_some_and(begins) && rest.len() <= PLACE_WORDS;
    let ends = rest.is_empty() || place() && !rest.iter().any(|word| word.ends_with([',', ';']));
    let tells = !ends || is_past(lower) || recurs(&said) || sentences(lower).len() != 1;
    (!tells && written.is_none_or(|written| written <= day + DAY) && day + DAY <= now).then(|| was_for(day))
}

/// The date that some words begin with, in as few of them as say it: how many, as it is written, its first millisecond.
/// One without a year is the first such day `since` a time.
fn dated_at(words: &[&str], since: Option<i64>) -> Option<(usize, Box<str>, i64)> {
    let read = |count: usize| {
        let said = words.get(..count)?.join(" ");
        values(&said).into_iter().find(|value| value.kind == ValueKind::Date).map(|value| value.text)
    };
    let counts = || 1..=words.len().min(4);
    let whole = counts().find_map(|count| {
        let date = read(count)?;
        let day = time::millis(&date)?;
        Some((count, date, day))
    });
    let next = |count: usize| {
        let (date, day) = day_of(&read(count)?, since)?;
        Some((count, date, day))
    };
    whole.or_else(|| counts().find_map(next))
}

/// A date and its first millisecond; of one without a year that of the first such day `since` a time.
fn day_of(date: &str, since: Option<i64>) -> Option<(Box<str>, i64)> {
    if let Some(day) = time::millis(date) {
        return Some((date.into(), day));
    }
    let year = time::rfc3339(since?).get(..4)?.parse::<u32>().ok()?;
    let mut days = (year..year + 2).filter_map(|year| time::millis(&format!("{year}-{date}")));
    let day = days.find(|day| since.is_some_and(|since| *day + DAY > since))?;
    Some((time::rfc3339(day).get(..10)?.into(), day))
}

/// Whether a sentence tells how it was: "ran until", "was open until".
fn is_past(lower: &str) -> bool {
    const PAST: &[&str] = &[
        "came", "did", "got", "had", "held", "kept", "led", "left", "made", "ran", "stood", "took", "was", "went",
        "were",
    ];
    const PRESENT: &[&str] = &["are", "be", "been", "being", "has", "have", "is", "keep", "keeps", "remains", "stays"];
    let said = words(lower);
    let participle =
        |at: usize| at.checked_sub(1).and_then(|at| said.get(at)).is_some_and(|word| PRESENT.contains(&word.as_str()));
    let tells = |(at, word): (usize, &String)| {
        PAST.contains(&word.as_str()) || word.len() > 4 && word.ends_with("ed") && at > 0 && !participle(at)
    };
    said.iter().enumerate().any(tells)
}
