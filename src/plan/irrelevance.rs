//! What is of no use to an agent any more, and why.

use std::collections::BTreeMap;

use super::noise::{fragment, open_end, praise, raw_output, small_talk, thanks, trace};
use crate::memory::{Entry, Source, Usage};
use crate::text::{ValueKind, fold, sentences, unquoted, values, words};
use crate::time;

/// From where a store is looked at: the time, and what is known of how it is used.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Standpoint<'a> {
    /// Milliseconds since 1970.
    pub now: i64,
    /// How often each entry was recalled; empty where nobody counts.
    pub usage: &'a BTreeMap<String, Usage>,
    /// Days after which an entry that nobody recalled is worth half.
    pub half_life_days: u32,
}

/// Why an entry should leave the active set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Irrelevant {
    /// It did hold once; otherwise it never was worth keeping.
    pub stale: bool,
    /// The reason, as the end of a sentence.
    pub why: String,
}

/// Why an entry should leave the active set, if it should.
pub(crate) fn irrelevant(entry: &Entry, from: &Standpoint) -> Option<Irrelevant> {
    let lower = fold(&entry.text);
    let over = expired(&lower, entry, from.now)
        .or_else(|| span_over(&lower, from.now))
        .or_else(|| occasion_over(&lower, entry, from.now));
    let over = over.map(|why| Irrelevant { stale: true, why });
    if over.is_some() {
        return over;
    }
    if by_hand(entry) {
        // Only what the text itself proves.
        let useless = thanks(&lower).or_else(|| open_end(&entry.text)).or_else(|| trace(&entry.text));
        return useless.map(|why| Irrelevant { stale: false, why });
    }
    let useless = small_talk(&lower)
        .or_else(|| thanks(&lower))
        .or_else(|| praise(&entry.text))
        .or_else(|| away(&lower, entry, from.now))
        .or_else(|| fragment(&entry.text))
        .or_else(|| raw_output(&entry.text))
        .or_else(|| transient(&lower, entry, from.now))
        .or_else(|| outside(entry, from.now))
        .map(|why| Irrelevant { stale: false, why });
    useless.or_else(|| unused(entry, from).map(|why| Irrelevant { stale: true, why }))
}

/// Whether a person wrote an entry into their own file: they get the benefit of the doubt.
pub(crate) fn by_hand(entry: &Entry) -> bool {
    entry.place.is_some() && entry.support.is_none() && entry.evidence.is_empty()
}

/// What belongs to one session, when that is over.
fn outside(entry: &Entry, now: i64) -> Option<String> {
    let (kind, name) = entry.scope.split_once(':').filter(|(kind, _)| matches!(*kind, "session" | "run" | "task"))?;
    let written = entry.created_at.as_deref().and_then(time::millis)?;
    (time::days_between(written, now) >= TRANSIENT_DAYS)
        .then(|| format!("it is outside the scope of the memory: it belongs to the {kind} {name}, which is over"))
}

// Worth of an entry in recalls and sessions, halved with each half-life since it was used last.
const WORTH_KEEPING: f64 = 0.25;

/// Not recalled for long, while others were, and with little that speaks for it.
fn unused(entry: &Entry, from: &Standpoint) -> Option<String> {
    if from.usage.is_empty() || entry.source == Source::Developer {
        return None;
    }
    let used = from.usage.get(&entry.id);
    let at = |time: Option<&String>| time.and_then(|time| time::millis(time));
    let seen = entry.support.as_ref().and_then(|support| at(support.last_seen.as_ref()));
    let last = at(used.and_then(|used| used.last_recalled_at.as_ref())).max(seen).max(at(entry.created_at.as_ref()))?;
    let days = time::days_between(last, from.now);
    let sessions = entry.support.as_ref().map_or(0, |support| support.sessions);
    let worth = f64::from(1 + sessions + used.map_or(0, |used| used.recalls));
    let left = worth * libm::exp2(-days / f64::from(from.half_life_days));
    (left < WORTH_KEEPING).then(|| {
        let recalls = used.map_or(0, |used| used.recalls);
        format!("nobody has used it for {days:.0} days, and little speaks for it (recalled {recalls} times)")
    })
}

/// `… until 2026-10-01.` or `Until 1 October 2026, …`, with the day past: what is said besides, or of the past, goes on
/// being true.
fn expired(lower: &str, entry: &Entry, now: i64) -> Option<String> {
    let tokens: Vec<&str> = lower.split_whitespace().collect();
    let (date, day) = tokens.iter().enumerate().find_map(|(at, word)| {
        let ends = matches!(*word, "until" | "till" | "through" | "expires" | "ends");
        let (behind, date, day) = dated_at(tokens.get(at + 1..).filter(|_| ends)?)?;
        let begins = |word: &&str| ["a", "all", "an", "no", "our", "the", "there", "we", "you"].contains(word);
        let opens = at == 0
            && (tokens.get(behind).is_some_and(|word| word.ends_with(','))
                || tokens.get(behind + 1).is_some_and(begins));
        let rest = tokens.get(at + 1 + behind..).unwrap_or_default();
        (opens || rest.is_empty() || is_absent(lower) && stands_in(rest)).then_some((date, day))
    })?;
    let written = entry.created_at.as_deref().and_then(time::millis);
    let told_later = written.is_some_and(|written| written > day + DAY);
    let alone = sentences(lower).len() == 1;
    (day + DAY <= now && alone && !told_later && !is_past(lower))
        .then(|| format!("it held until {date}, which is past"))
}

const DAY: i64 = 86_400_000;

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

/// A freeze, a closure, a leave from one day to another that is past: "no releases from 2026-08-03 to 2026-08-21".
fn span_over(lower: &str, now: i64) -> Option<String> {
    let tokens: Vec<&str> = lower.split_whitespace().collect();
    let (start, end, (taken, date, day)) = tokens.iter().enumerate().find_map(|(at, word)| {
        let joins = matches!(*word, "to" | "until" | "till" | "through" | "-" | "–");
        let to = dated_at(tokens.get(at + 1..).filter(|_| joins)?)?;
        let before = (1..=at.min(4)).find_map(|count| {
            let said = tokens.get(at - count..at)?;
            dated_at(said).filter(|(taken, ..)| *taken == count).map(|(_, _, day)| (at - count, day))
        })?;
        (before.1 <= to.2).then_some((before.0, at + 1, to))
    })?;
    let rest = tokens.get(end + taken..).unwrap_or_default();
    let ends = rest.is_empty() || stands_in(rest);
    let said = tokens.get(..start)?;
    let banned = said.windows(2).any(|pair| matches!(pair, ["no", what] if what.ends_with('s')));
    (ends && day + DAY <= now && (is_absent(lower) || banned) && sentences(lower).len() == 1 && !is_past(lower))
        .then(|| format!("it held until {date}, which is past"))
}

/// A dinner, a call, a flight noted for a day that is past: it says nothing of what came of it.
fn occasion_over(lower: &str, entry: &Entry, now: i64) -> Option<String> {
    const OCCASIONS: &[&str] =
        &["appointment", "call", "dinner", "drinks", "interview", "lunch", "meeting", "reception", "webinar"];
    const TOLD: &[&str] = &["are", "has", "is", "takes"];
    let spoken = words(lower);
    let opens = spoken.first().is_some_and(|word| OCCASIONS.contains(&word.as_str()));
    let tells = spoken.iter().any(|word| TOLD.contains(&word.as_str())) || is_past(lower);
    let written = entry.created_at.as_deref().and_then(time::millis)?;
    if !opens || tells || sentences(lower).len() != 1 {
        return None;
    }
    let mut dates = values(lower).into_iter().filter(|value| value.kind == ValueKind::Date);
    let day = time::millis(&dates.next()?.text).filter(|_| dates.next().is_none())?;
    (written <= day && day + DAY <= now)
        .then(|| format!("it was for {}, which is past", time::rfc3339(day).get(..10).unwrap_or_default()))
}

/// Where somebody was for some days: "in Lisbon this week, back on Friday".
fn away(lower: &str, entry: &Entry, now: i64) -> Option<String> {
    const BACK: &[&str] = &["back on ", "back in ", "away ", "out of office ", "on vacation ", "on leave "];
    const WHEN: &[&str] = &["this week", "today", "tomorrow", "until monday", "until friday"];
    let padded = format!("{lower} ");
    let written = entry.created_at.as_deref().and_then(time::millis)?;
    let said = BACK.iter().any(|cue| padded.contains(cue)) && !words(lower).iter().any(|word| is_general(word));
    let when = WHEN.iter().find(|cue| said && padded.contains(*cue))?;
    const WEEK: f64 = 7.0;
    (time::days_between(written, now) >= WEEK).then(|| {
        let day = time::rfc3339(written);
        format!("a passing state (\"{when}\") noted on {}", day.get(..10).unwrap_or_default())
    })
}

/// The date that some words begin with, in as few of them as say it: how many, as it is written, its first millisecond.
fn dated_at(words: &[&str]) -> Option<(usize, Box<str>, i64)> {
    (1..=words.len().min(4)).find_map(|count| {
        let said = words.get(..count)?.join(" ");
        let date = values(&said).into_iter().find(|value| value.kind == ValueKind::Date)?.text;
        let day = time::millis(&date)?;
        Some((count, date, day))
    })
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

// A state that was worth noting is over after this long.
const TRANSIENT_DAYS: f64 = 3.0;

/// What was true at the moment of writing only.
fn transient(lower: &str, entry: &Entry, now: i64) -> Option<String> {
    // "Currently", "today" and the like are no cue: people say them of what lasts for years.
    const CUES: &[Phrase] = &[
        ("right", "now"),
        ("at", "the moment"),
        ("just", "now"),
        ("in", "progress"),
        ("still", "running"),
        ("waiting", "for "),
        ("this", "morning"),
        ("this", "afternoon"),
        ("this", "session"),
        ("for", "the moment"),
        ("slow", "today"),
        ("down", "today"),
        ("flaky", "today"),
        ("broken", "today"),
        ("offline", "today"),
        ("unavailable", "today"),
        ("unstable", "today"),
    ];
    // An error that a rule quotes passes, the rule does not.
    let padded = format!("{} ", unquoted(lower));
    let (first, rest) = phrase(&padded, CUES)?;
    if words(lower).iter().any(|word| is_general(word)) {
        return None;
    }
    let written = entry.created_at.as_deref().and_then(time::millis)?;
    (time::days_between(written, now) >= TRANSIENT_DAYS).then(|| {
        format!(
            "a passing state (\"{first} {}\") noted on {}",
            rest.trim(),
            time::rfc3339(written).get(..10).unwrap_or_default()
        )
    })
}

/// "Check whether an import is still running" is about every import.
fn is_general(word: &str) -> bool {
    const GENERAL: &[&str] =
        &["whether", "if", "when", "whenever", "before", "check", "every", "always", "never", "while"];
    GENERAL.contains(&word)
}

/// The words of a phrase before and behind its first space.
type Phrase = (&'static str, &'static str);

/// The first one of some phrases that stands in a text. They are looked for around its spaces, all of them at once.
fn phrase(text: &str, phrases: &[Phrase]) -> Option<Phrase> {
    let stands = |(first, rest): &Phrase, at: usize| {
        text.get(..at).is_some_and(|before| before.ends_with(first))
            && text.get(at + 1..).is_some_and(|behind| behind.starts_with(rest))
    };
    let places = text.bytes().enumerate().filter(|(_, byte)| *byte == b' ').map(|(at, _)| at);
    let found = places.filter_map(|at| phrases.iter().position(|phrase| stands(phrase, at))).min();
    found.and_then(|at| phrases.get(at)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(text: &str) -> Option<String> {
        let entry = Entry { created_at: Some("2026-10-01T00:00:00Z".to_owned()), ..Entry::new("m", text) };
        let now = time::millis("2026-11-08").unwrap_or_default();
        let found = irrelevant(&entry, &Standpoint { now, usage: &BTreeMap::new(), half_life_days: 30 });
        found.map(|found| found.why)
    }

    #[test]
    fn of_no_use() {
        for text in [
            "The feature freeze holds until 2026-10-20.",
            "Until 20 October 2026, releases need a second review.",
            "Until 20 October 2026 the west gate is closed.",
            "The west gate is closed until 20 October 2026",
            "Thank you so much for the quick help with the invoices",
            "Ola said thanks and good night.",
            "The customer wished the team a nice weekend.",
            "Ola said thanks and wished everybody a nice evening.",
            "OK, thanks!",
            "Currently waiting for the nightly export.",
            "Thanks a lot!",
            "The export job fails because",
            "The importer needs",
            "If the shipper says they",
            "thx!",
            "works now, thanks!!",
            "Thanks a lot, that was super helpful!",
            "When the loading drawer is",
            "mail_send result: {\"status\": \"sent\", \"id\": \"m-1\"}",
            "collected 12 items\n\n12 passed in 0.40s",
            "The gateway is flaky today",
            "Ola is in Gent this week, back on Monday.",
            "Dinner with the auditors on 8 October 2026 at the harbour, table for 4.",
            "Code freeze: no merges from 2026-10-05 to 2026-10-09.",
            "Ola is on vacation until 2026-10-20, Bo stands in for invoices.",
            "Ola is on vacation until 2026-10-20, Bo looks after `ledger/`.",
            "{\"status\": 200}",
            "2026-10-01T10:00:00Z ERROR pool exhausted",
        ] {
            assert!(judged(text).is_some(), "{text}");
        }
    }

    #[test]
    fn what_is_not_used_leaves_unless_much_speaks_for_it() {
        let of = |recalls, days: &str| Usage { recalls, last_recalled_at: Some(format!("2026-{days}T00:00:00Z")) };
        let usage = BTreeMap::from([("m".to_owned(), of(1, "09-01")), ("n".to_owned(), of(40, "09-01"))]);
        let now = time::millis("2026-12-08").unwrap_or_default();
        let judged = |id: &str, usage| {
            let entry = Entry { created_at: Some("2026-08-01".to_owned()), ..Entry::new(id, "Ana leads the team.") };
            irrelevant(&entry, &Standpoint { now, usage, half_life_days: 30 }).map(|found| found.stale)
        };
        assert_eq!([judged("m", &usage), judged("n", &usage), judged("other", &usage)], [Some(true), None, Some(true)]);
        assert_eq!(judged("m", &BTreeMap::new()), None);
    }

    #[test]
    fn of_use() {
        for text in [
            "The licence holds until 2027-01-01.",
            "Invoices from 2025-01-01 to 2025-06-30 are in the old archive.",
            "Ola is on vacation until 2026-10-20, after that she leads the team.",
            "Code freeze: no merges from 2026-12-05 to 2026-12-09.",
            "Ask what the importer needs",
            "Dinner with the auditors on 8 October 2026 was cancelled.",
            "Say thanks in the first line of each mail.",
            "Tickets bought until 2026-10-20 keep the old price.",
            "The pilot ran until 20 October 2026 and goes on with twelve sites.",
            "The depot stood in Graz until 20 September 2026.",
            "The freeze holds until 2026-10-20. Hotfixes always need two reviews.",
            "Thanks to Ola, the export runs offline.",
            "Ola said thanks and wants invoices as PDF from now on.",
            "OK means approved for the buyers.",
            "OK for Ola to refund up to 20 EUR.",
            "OK for Ola to refund.",
            "The customer wished for a dark theme.",
            "Cheers is the bar where the team meets.",
            "部署前必须先运行全部测试。",
            "経費は月末までに申請します",
            "ประชุมทุกวันจันทร์",
            "The nightly export starts at 02:00.",
            "Say thanks before closing a ticket.",
            "Jon is currently learning Go.",
            "Restart the pool with `pool restart`.",
            "Use tabs",
            "Thanks to Ola, that was fixed for good.",
            "Thanks, next time please ask first.",
            "Thanks to the new index, exports are fast.",
            "Thanks, it starts at the harbour from Ola's key.",
            "If the drawer is open, leave it as it is",
            "Send `{\"status\": \"sent\"}` when it is done.",
            "The body of a reply: [\"ok\"]",
            "12 passed in 0.40s is how long it may take.",
            "**`eager`** (default): the cache is filled before and",
        ] {
            assert_eq!(judged(text), None, "{text}");
        }
    }
}
