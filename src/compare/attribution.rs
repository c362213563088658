//! Who says what a text says: "Marta said that …", "…, the report says". Who said a thing is a detail of it, and two
//! reports of one thing put it differently.

use super::profile::{Profile, shared};
use super::{classifier, guard};
use crate::text::{bare, fold, hash, is_stop_word, stem};

/// What a text says without who said it.
#[derive(Debug, Clone)]
pub(crate) struct Said {
    /// That alone.
    profile: Profile,
    /// Stems of the words that name who said it, sorted; none for "he said".
    by: Box<[u32]>,
}

/// Verbs of saying and what opens "according to", as they stand in reports. Sorted.
pub(super) const REPORTS: &[&str] = &[
    "according", "announced", "confirmed", "confirms", "declared", "declares", "explained", "explains", "mentioned",
    "mentions", "noted", "notes", "reported", "reports", "said", "says", "stated", "states", "told", "warned", "warns",
    "writes", "wrote",
];
// "Nobody said that …" and "if somebody says that …" are no reports.
const TURNS: &[&str] =
    &["after", "before", "how", "if", "never", "no", "nobody", "not", "unless", "until", "what", "when", "whenever"];
// They do not tell one speaker from another.
const ROLES: &[&str] = &[
    "chief", "company", "conference", "interview", "mr", "mrs", "ms", "dr", "news", "official", "officials",
    "president", "reporters", "spokesman", "spokeswoman", "statement", "today", "yesterday",
];
// A clause that says who said it is short, and what was said is a statement.
const CLAUSE: usize = 14;
// So that a text of nothing but commas is not gone through for each of them.
const CLAUSE_BYTES: usize = 200;
const SPEAKER: usize = 8;
const STATEMENT: usize = 5;
/// However alike two reports are, somebody should look at what was left aside.
const REPORTED: f64 = 0.9;

impl Said {
    /// What a text says, if it also tells who said it.
    pub(super) fn of(text: &str) -> Option<Said> {
        let text = text.trim();
        let (said, behind) = behind(text).map_or((text, None), |(said, by)| (said, Some(by)));
        let (said, before) = before(said).map_or((said, None), |(by, said)| (said, Some(by)));
        let clauses: Vec<&str> = behind.into_iter().chain(before).collect();
        if clauses.is_empty() {
            return None;
        }
        let mut by: Vec<u32> = clauses.into_iter().flat_map(speakers).collect();
        by.sort_unstable();
        by.dedup();
        Some(Said { profile: Profile::bare(said), by: by.into() })
    }
}

/// How likely two texts say the same when who said it is left aside, if `least` or more. What different people said is not
/// compared.
pub(super) fn probability_from(least: f64, a: &Profile, b: &Profile) -> Option<f64> {
    let (by_a, by_b) = (a.said.as_ref(), b.said.as_ref());
    let other_speaker =
        by_a.zip(by_b).is_some_and(|(a, b)| !a.by.is_empty() && !b.by.is_empty() && shared(&a.by, &b.by) == 0);
    if by_a.is_none() && by_b.is_none() || other_speaker {
        return None;
    }
    let (a, b) = (by_a.map_or(a, |said| &said.profile), by_b.map_or(b, |said| &said.profile));
    let difference = guard::difference(a, b);
    let score = difference.is_none().then(|| classifier::probability_from(least, a, b, &difference)).flatten();
    score.map(|score| score.min(REPORTED))
}

/// "…, Marta said on Friday": what was said, and the clause behind it.
fn behind(text: &str) -> Option<(&str, &str)> {
    let ends = text.char_indices().filter(|(_, c)| matches!(c, ',' | '"' | '”' | '?' | '!'));
    ends.map(|(at, c)| (text.get(..at).unwrap_or_default(), text.get(at + c.len_utf8()..).unwrap_or_default())).find(
        |(said, clause)| {
            let short = || clause.len() <= CLAUSE_BYTES && words(clause).nth(CLAUSE).is_none();
            let quotes = || bare(clause).contains(['"', '“', '”']);
            short() && !quotes() && is_statement(said) && tells_who(clause, SPEAKER)
        },
    )
}

/// "Marta said that …", "According to Marta, …": the clause before, and what was said.
fn before(text: &str) -> Option<(&str, &str)> {
    let (clause, said) = match words(text).next().map(|(_, word)| fold(word)).as_deref() {
        Some("according") => text.split_once(',')?,
        _ => {
            let reports = |(_, word): &(usize, &str)| is_report(word);
            let (at, verb) = words(text).take(SPEAKER + 1).skip(1).find(reports)?;
            let (clause, rest) = text.split_at_checked(at + verb.len())?;
            (clause, opened(rest)?)
        }
    };
    let short = words(clause).nth(SPEAKER + 1).is_none();
    (short && is_statement(said) && !clause.contains(['"', '“']) && tells_who(clause, SPEAKER + 1))
        .then_some((clause, said))
}

/// What follows a verb of saying behind "that", a colon or a quotation mark.
fn opened(rest: &str) -> Option<&str> {
    let rest = rest.trim_start();
    let that = rest.strip_prefix("that").filter(|said| said.starts_with(char::is_whitespace));
    that.or_else(|| rest.strip_prefix([':', '"', '“']))
        .or_else(|| rest.strip_prefix(',')?.trim_start().strip_prefix(['"', '“']))
}

fn tells_who(clause: &str, within: usize) -> bool {
    let reports = words(clause).take(within).any(|(_, word)| is_report(word));
    reports && !words(clause).any(|(_, word)| TURNS.contains(&fold(word).as_str()))
}

fn is_report(word: &str) -> bool {
    REPORTS.binary_search(&fold(word).as_str()).is_ok()
}

fn is_statement(text: &str) -> bool {
    words(text).nth(STATEMENT - 1).is_some()
}

/// Words, each with the place where it begins.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut next = 0;
    let parts = text.split_inclusive(|c: char| !c.is_alphanumeric() && c != '\'' && c != '’').map(move |part| {
        let at = next;
        next += part.len();
        (at, part.trim_end_matches(|c: char| !c.is_alphanumeric()))
    });
    parts.filter(|(_, word)| !word.is_empty())
}

fn speakers(clause: &str) -> impl Iterator<Item = u32> {
    let named = |word: &String| {
        let word = word.as_str();
        !is_stop_word(word) && !ROLES.contains(&word) && !is_report(word) && !word.ends_with("day")
    };
    words(clause).map(|(_, word)| fold(word).replace("'s", "")).filter(named).map(|word| hash(stem(&word)))
}

#[cfg(all(test, feature = "model"))]
mod tests {
    use super::*;

    fn bare(text: &str) -> Option<String> {
        Said::of(text).map(|said| said.profile.normal.into())
    }

    #[test]
    fn who_said_it_is_left_aside() {
        for text in [
            "Marta said that the night import fails on large files.",
            "The night import fails on large files, Marta wrote in the channel.",
            "According to Marta, the night import fails on large files.",
            "\"The night import fails on large files,\" said Marta, who runs it.",
        ] {
            assert_eq!(bare(text).as_deref(), Some("the night import fails on large files"), "{text}");
        }
    }

    #[test]
    fn what_is_no_report_stays_whole() {
        for text in [
            "Nobody said that the night import fails on large files.",
            "If somebody says that the import fails, restart the worker first.",
            "The night import fails on large files.",
            "Marta told us.",
        ] {
            assert_eq!(bare(text), None, "{text}");
        }
        // In the square of its length this would take minutes.
        assert_eq!(bare(&format!("Marta said so{}", ",".repeat(200_000))), None);
    }
}
