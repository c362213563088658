//! What is of no use to an agent any more, and why.

use std::collections::BTreeMap;

use super::expiry::{over, written};
use super::noise::{fragment, open_end, raw_output, small_talk, thanks, trace};
use crate::memory::{Entry, Source, Usage};
use crate::text::{fold, unquoted, words};
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
    let over = over(&lower, entry, from.now).map(|why| Irrelevant { stale: true, why });
    if over.is_some() {
        return over;
    }
    if by_hand(entry) {
        // Only what the text itself proves.
        let useless = thanks(&entry.text).or_else(|| open_end(&entry.text)).or_else(|| trace(&entry.text));
        return useless.map(|why| Irrelevant { stale: false, why });
    }
    let useless = small_talk(&entry.text)
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
    let written = written(entry)?;
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

/// Where somebody was for some days: "in Lisbon this week, back on Friday".
fn away(lower: &str, entry: &Entry, now: i64) -> Option<String> {
    const BACK: &[&str] = &["back on ", "back in ", "away ", "out of office ", "on vacation ", "on leave "];
    const WHEN: &[&str] = &["this week", "today", "tomorrow", "until monday", "until friday"];
    let padded = format!("{lower} ");
    let written = written(entry)?;
    let said = BACK.iter().any(|cue| padded.contains(cue)) && !words(lower).iter().any(|word| is_general(word));
    let when = WHEN.iter().find(|cue| said && padded.contains(*cue))?;
    const WEEK: f64 = 7.0;
    (time::days_between(written, now) >= WEEK).then(|| {
        let day = time::rfc3339(written);
        format!("a passing state (\"{when}\") noted on {}", day.get(..10).unwrap_or_default())
    })
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
    let written = written(entry)?;
    (time::days_between(written, now) >= TRANSIENT_DAYS).then(|| {
        format!(
            "a passing state (\"{first} {}\") noted on {}",
            rest.trim(),
            time::rfc3339(written).get(..10).unwrap_or_default()
        )
    })
}

/// "Check whether an import is still running" is about every import.
pub(super) fn is_general(word: &str) -> bool {
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
            "Thanks, that looks great!",
            "Looks good to me!",
            "Great, thanks a lot for the quick fix!",
            "That was super helpful, thanks!",
            "Nice work everyone!",
            "The user thanked the agent.",
            "Ola wished everybody happy holidays",
            "Maintenance window on 14 October 22:00–23:00",
            "Scheduled maintenance: 2026-10-14 22:00-23:00 UTC.",
            "Ola is out on 14 October 2026.",
            "Ola is away on 14 October.",
            "The mill is closed on 2026-10-14.",
            "The press is down for maintenance on 14 October 2026 from 9:00 to 11:00.",
            "No deliveries on 14 October 2026.",
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
            "Error: context deadline exceeded",
            "ok thanks, will do!",
            "Got it, no problem!",
            "Ola is on holiday from 3 to 21 October 2026.",
            "Ola is on holiday from 3 to 21 October.",
            "Ola is on holiday 3–21 October",
            "Ola: leave 3-21 October 2026",
            "Bo is on leave until 20 October.",
            "Bo is away from 28 September to 9 October.",
            "The trip to Gent is from 22 to 29 October 2026.",
            "The move of the archive to 4.2 is planned for 30 October 2026.",
            "The audit is scheduled for 30 October",
            "The rollout is due on 2026-10-30.",
            "The summer party is on 3 October 2026 at the lake.",
            "The next workshop takes place on 14 October.",
            "Dinner on 12 October is at 19:30 at the harbour.",
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
            "Errors are logged as JSON",
            "Error: context deadline exceeded means that the proxy sleeps",
            "Sure is the bar where the team meets.",
            "Will do lists stand in the wiki.",
            "Ola is on holiday from 3 to 21 December.",
            "The pool is closed from 1 to 20 October.",
            "School holidays are from 3 to 21 October.",
            "Ola takes a holiday from 3 to 21 October every year.",
            "Ola was on holiday from 3 to 21 October 2026.",
            "Ola is on leave since 3 October.",
            "Ola is on leave from 3 October 2026 on.",
            "The range is from 3 to 21 October 2026.",
            "The audit is planned for 30 November 2026.",
            "The audit was planned for 30 October 2026.",
            "The audit is planned for 30 October 2026 and needs the key of the archive.",
            "If the audit is planned for 30 October 2026, the key is with Ola.",
            "Taxes are due on 31 October.",
            "Ola's birthday is on 4 October.",
            "Ola's birthday party is on 4 October.",
            "The ledger is on 2026-09-24 of the API.",
            "The ledger is on 2026-09-24.",
            "The flag is on since 3 October 2026.",
            "The flag is on from 3 October 2026.",
            "The contract ended on 30 September 2026.",
            "Dinner on 12 October is cancelled.",
            "The rate on 12 October is at 1.08.",
            "The audit is planned for 30 October 2026. Ola has the key.",
            "Invoices from 2025-01-01 to 2025-06-30 are in the old archive.",
            "Ola is on vacation until 2026-10-20, after that she leads the team.",
            "Code freeze: no merges from 2026-12-05 to 2026-12-09.",
            "Ask what the importer needs",
            "Dinner with the auditors on 8 October 2026 was cancelled.",
            "Say thanks in the first line of each mail.",
            "Looks good means approved.",
            "Great defaults: tabs, 100 columns.",
            "Time is a problem.",
            "The gauge said OK.",
            "Maintenance window: Sundays 02:00–04:00.",
            "Annual maintenance on 14 October.",
            "Maintenance on 14 October 2026 moved the archive to the mill.",
            "Maintenance on 14 October: the key is with Ola.",
            "The press was down on 14 October 2026 because the belt tore.",
            "The mill is closed on 25 October.",
            "The mill is closed on 25 December 2026.",
            "Ola is out on Fridays.",
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
