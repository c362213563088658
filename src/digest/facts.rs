//! What people state about the world around the agent, and about themselves.

use std::sync::LazyLock;

use super::address::without_address;
use crate::ascii::{Cues, begins};
use crate::text::{bare, fold, is_form_of_be, is_imperative, month, weekday, without_ordinal};

// Shorter is a remark, longer is a story.
const WORDS: std::ops::RangeInclusive<usize> = 5..=32;
const OWN_WORDS: std::ops::RangeInclusive<usize> = 3..=40;

/// What is left of a sentence that states something lasting about the environment: it says since when or that it
/// changed (or is `announced` as information), it is about a thing, and it names a value or a name. `changes`: whether
/// the message [`names_change`].
pub(super) fn fact(stated: &str, announced: bool, changes: bool) -> Option<&str> {
    if !(announced || changes && names_change(stated)) {
        return None;
    }
    let (rest, dated) = match behind_time(stated) {
        Some(rest) => (rest, true),
        None => (stated, false),
    };
    // From what costs little to what costs more: few sentences come far.
    let one_case = || rest.contains(['$', ';', '(']) || rest.split_whitespace().any(is_case);
    if stated.ends_with(['?', '？']) || is_quoting(rest) || one_case() {
        return None;
    }
    let count = rest.split_whitespace().filter(|word| word.contains(char::is_alphanumeric)).count();
    if rest.is_ascii() && !WORDS.contains(&count) {
        return None;
    }
    let words: Vec<String> = plain_words(rest).collect();
    let first = words.first()?;
    let told = || words.iter().any(|word| ASKS.contains(&word.as_str()) || PASSING.contains(&word.as_str()));
    let about_people = || PERSONS.contains(&first.as_str()) || is_imperative(first) || of_oneself(&words);
    let lasting = || announced || dated || since(rest) || changed(&words);
    let fits = WORDS.contains(&words.len()) && !told() && !about_people() && !is_state(&words) && lasting();
    let fits = fits && !is_of_a_number(&words);
    (fits && states(&words) && names_something(rest)).then(|| without_interjection(stated))
}

/// "Ah, the quota is 100 GB now" without its "ah".
fn without_interjection(stated: &str) -> &str {
    let told = without_address(stated);
    let cut = stated.get(..stated.len() - told.len()).unwrap_or_default();
    if [", ", ": "].iter().any(|mark| cut.ends_with(mark)) { told } else { stated }
}

/// What a person likes or cannot stand, in a sentence about themselves: no wish for the moment.
pub(super) fn taste(sentence: &str) -> Option<&str> {
    // Most sentences are told off by how they begin, so what is asked for behind it is looked for last.
    tells_of_oneself(sentence).then(|| without_request(sentence)).flatten().filter(|told| tells_of_oneself(told))
}

/// Cuts what is asked for because of it: "…, so please tell the kitchen". Nothing where that is about a thing at hand, for
/// then the rest is a figure of speech: "i'm allergic to mocks so please write that one without".
fn without_request(sentence: &str) -> Option<&str> {
    const ASKING: [&str; 12] = [
        ", so please ", " so please ", ", please ", " please ", ", can we ", ", can you ", ", could we ",
        ", could you ", " so can we ", " so can you ", " so could we ", " so could you ",
    ];
    let Some((at, asking)) = ASKING.iter().filter_map(|mark| Some((sentence.find(mark)?, mark))).min() else {
        return Some(sentence);
    };
    let asked = sentence.get(at + asking.len()..)?;
    let at_hand = plain_words(asked).any(|word| matches!(word.as_str(), "this" | "that" | "these" | "those"));
    (!at_hand && asking.ends_with("please ")).then(|| sentence.get(..at)).flatten()
}

fn tells_of_oneself(sentence: &str) -> bool {
    let sentence = without_cause(sentence);
    // Most sentences are told off by their first letter.
    if !sentence
        .trim_start_matches(|c: char| !c.is_alphanumeric())
        .starts_with(|c: char| !c.is_ascii() || c.eq_ignore_ascii_case(&'i'))
    {
        return false;
    }
    if !matches!(plain_words(sentence).next().as_deref(), Some("i" | "im" | "ive")) {
        return false;
    }
    let words: Vec<String> = plain_words(sentence).collect();
    let of_self = words.get(1..).unwrap_or_default();
    let of_self: Vec<&str> = of_self.iter().map(String::as_str).filter(|word| !ADVERBS.contains(word)).collect();
    let now = words.iter().any(|word| NOW.contains(&word.as_str()) || is_value(word));
    OWN_WORDS.contains(&words.len())
        && !is_quoting(sentence)
        && !now
        && !points_at_something(&of_self)
        && tells_taste(&of_self)
}

/// "Due to a bad back, I avoid …": what a taste comes from.
fn without_cause(sentence: &str) -> &str {
    const CAUSES: [&str; 4] = ["due to ", "because of ", "as a ", "as an "];
    let own = CAUSES.iter().find(|cause| begins(sentence, cause)).and_then(|_| sentence.split_once(", "));
    own.map(|(_, rest)| rest).filter(|rest| rest.starts_with("I ") || rest.starts_with("I'")).unwrap_or(sentence)
}

/// A number of one case; "the 1950s", "the 20th century" and "MP3s" are kinds of things.
fn is_value(word: &str) -> bool {
    let digits = word.chars().filter(char::is_ascii_digit).count();
    let number = word.strip_suffix('s').unwrap_or_else(|| without_ordinal(word));
    digits > 0 && (number.len() == word.len() || !number.ends_with(|c: char| c.is_ascii_digit()))
}

/// "I dislike the second one", "I don't like that": a thing at hand, no kind of thing.
fn points_at_something(words: &[&str]) -> bool {
    const QUALITIES: [&str; 22] = [
        "color", "colour", "concept", "design", "feel", "feeling", "idea", "look", "noise", "practice", "scent",
        "sight", "smell", "sound", "style", "taste", "texture", "thought", "touch", "trend", "use", "way",
    ];
    words.iter().enumerate().take(4).any(|(at, word)| match *word {
        "them" => true,
        // "I find it hard to …"
        "it" => words.first() != Some(&"find"),
        // "… games that have levels"
        "that" => {
            let points =
                |before: &&str| [LIKES.as_slice(), &HABITS, &BEFORE_THINGS].iter().any(|list| list.contains(before));
            at == 0 || words.get(at - 1).is_some_and(points)
        }
        // "the smell of rain", "the long-sleeved style"
        "the" => {
            let next = words.get(at + 1..words.len().min(at + 6)).unwrap_or_default();
            !next.iter().any(|word| QUALITIES.contains(word))
        }
        _ => false,
    })
}

/// Behind these, "that" points.
const BEFORE_THINGS: [&str; 12] =
    ["about", "at", "for", "from", "in", "like", "of", "on", "stand", "to", "with", "within"];

const LIKES: [&str; 15] = [
    "dislike", "hate", "detest", "despise", "loathe", "avoid", "prefer", "refuse", "exclusively", "favor", "favour",
    "abhor", "shun", "prioritize", "prioritise",
];

const HABITS: [&str; 17] = [
    "like", "enjoy", "eat", "drink", "watch", "trust", "tolerate", "consume", "read", "use", "believe", "support",
    "wear", "feel", "buy", "listen", "follow",
];

fn tells_taste(words: &[&str]) -> bool {
    const STATES: [&str; 14] = [
        "allergic", "averse", "intolerant", "uncomfortable", "opposed", "skeptical", "sceptical", "vegan",
        "vegetarian", "committed", "scared", "afraid", "interested", "sensitive",
    ];
    const HAS: [&str; 14] = [
        "aversion", "preference", "dislike", "allergy", "phobia", "distaste", "intolerance", "objection", "interest",
        "fear", "sensitivity", "sensitive", "anxiety", "condition",
    ];
    const FEELS: [&str; 18] = [
        "ineffective", "boring", "annoying", "overwhelming", "uncomfortable", "distracting", "tedious", "frustrating",
        "stressful", "difficult", "hard", "unsettling", "distressing", "disorienting", "unappealing", "disturbing",
        "unpleasant", "off-putting",
    ];
    let near = |list: &[&str], reach: usize| words.iter().take(reach).any(|word| list.contains(word));
    match words {
        // Nobody is allergic to people.
        ["allergic", "to", what @ ..]
            if what.iter().any(|word| matches!(*word, "people" | "anyone" | "everyone" | "meetings" | "nothing")) =>
        {
            false
        }
        ["only" | "never", habit, ..] | ["will", "only" | "never", habit, ..] => HABITS.contains(habit),
        ["cant" | "cannot", verb, ..] => matches!(*verb, "stand" | "tolerate" | "handle" | "bear" | "eat" | "drink"),
        ["dont", verb, ..] | ["do", "not", verb, ..] => HABITS.contains(verb),
        ["have", ..] => near(&HAS, 6),
        ["am", "not", ..] | ["not", ..] => not_for_me(words),
        ["find", ..] => near(&FEELS, words.len()),
        ["learn" | "work", "best", ..] | ["try", "to", "avoid", ..] => true,
        ["follow", ..] => near(&["diet"], 8),
        [first, ..] => LIKES.contains(first) || near(&STATES, 4),
        [] => false,
    }
}

/// "… not a fan of", "… not into", "… not comfortable with".
fn not_for_me(words: &[&str]) -> bool {
    let rest: Vec<&str> = words.iter().copied().filter(|word| !matches!(*word, "am" | "not" | "a")).collect();
    matches!(rest.as_slice(), ["fan" | "into", ..] | ["comfortable", "with", ..])
}

const ADVERBS: [&str; 21] = [
    "strongly", "really", "absolutely", "generally", "usually", "also", "personally", "strictly", "deeply", "highly",
    "very", "firmly", "truly", "particularly", "typically", "just", "much", "greatly", "always", "steadfastly",
    "completely",
];

/// Words of a wish for the moment, or of the past.
const NOW: [&str; 13] = [
    "this", "now", "today", "instead", "you", "your", "tonight", "refund", "tomorrow", "moment", "was", "used", "were",
];

/// Words without punctuation, folded; apostrophes are dropped.
pub(super) fn plain_words(text: &str) -> impl Iterator<Item = String> {
    let trim = |word: &str| fold(bare(word)).replace(['\'', '’'], "");
    text.split_whitespace().map(trim).filter(|word| !word.is_empty())
}

pub(super) fn is_quoting(text: &str) -> bool {
    let doubled = |pair: &[u8]| pair == b"**";
    text.contains(['"', '“', '\n', '<', '|'])
        || text.as_bytes().windows(2).any(doubled)
        || memchr::memchr(b'`', text.as_bytes()).is_some() && text.contains("```")
}

/// Requests and rules are told apart elsewhere.
pub(super) const ASKS: [&str; 9] = ["please", "always", "never", "should", "must", "could", "would", "lets", "shall"];

/// Words of trouble and of passing states.
pub(super) const PASSING: [&str; 48] = [
    "again", "apparently", "asked", "broken", "cannot", "cant", "complained", "complains", "crashed", "crashes",
    "currently", "done", "down", "error", "errors", "fail", "failed", "failing", "fails", "finished", "fixed", "hang",
    "hanging", "hangs", "issue", "maybe", "meeting", "merged", "moment", "offline", "passed", "passes", "passing",
    "perhaps", "problem", "ready", "says", "seems", "slow", "still", "stuck", "supposedly", "today", "tomorrow",
    "tonight", "waiting", "waits", "yesterday",
];

/// "1.16.0 is live", "Lea is on the train": how something is just now, or where somebody is for a while.
fn is_state(words: &[String]) -> bool {
    const STATES: [&str; 24] = [
        "already", "available", "away", "back", "busy", "closed", "deployed", "finally", "green", "here", "just",
        "live", "now", "off", "on", "online", "open", "out", "red", "released", "running", "shipped", "there", "up",
    ];
    // Where people are for a while.
    const AWAY: [&str; 17] = [
        "boat", "break", "bus", "call", "car", "ferry", "holiday", "leave", "lunch", "phone", "plane", "road", "taxi",
        "train", "tram", "vacation", "way",
    ];
    let Some(at) = words.iter().rposition(|word| is_form_of_be(word)) else { return false };
    let said = || words.iter().skip(at + 1).map(String::as_str);
    let place: Vec<&str> = said().filter(|word| !matches!(*word, "a" | "the")).take(2).collect();
    said().all(|word| STATES.contains(&word))
        || matches!(place.as_slice(), ["at" | "in" | "on", away] if AWAY.contains(away))
}

/// Openings with which a sentence is about people, or goes on with something.
pub(super) const PERSONS: [&str; 44] = [
    "a", "an", "and", "as", "because", "but", "customer", "even", "he", "her", "here", "hey", "hi", "his", "how", "id",
    "if", "ill", "it", "its", "no", "now", "oh", "ok", "okay", "once", "second", "separately", "she", "since", "so",
    "sorry", "thanks", "that", "their", "there", "they", "this", "unfortunately", "user", "well", "when", "yes", "you",
];

/// Whether a speaker tells of themselves, of you, or of what "we" are doing; "we use x now" is about the environment.
pub(super) fn of_oneself(words: &[String]) -> bool {
    const ONESELF: [&str; 15] =
        ["i", "id", "ill", "im", "ive", "me", "my", "mine", "you", "your", "youre", "us", "were", "weve", "well"];
    let we = words.iter().position(|word| word == "we");
    let uses = |at: usize| {
        let tells = |verb: &str| CHANGES.contains(&verb) || matches!(verb, "host" | "need") || is_imperative(verb);
        words.get(at + 1).is_some_and(|verb| tells(verb))
    };
    // "We're" and "were" are one word here; only the first opens a sentence.
    let own = |(at, word): (usize, &String)| match word.as_str() {
        "were" | "well" => at == 0,
        word => ONESELF.contains(&word),
    };
    words.iter().enumerate().any(own) || we.is_some_and(|at| !uses(at))
}

/// An identifier of one case: an order, a ticket, an account of one customer.
pub(crate) fn is_case(word: &str) -> bool {
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    let letters = word.chars().any(char::is_alphabetic);
    digits >= 6 || letters && digits >= 5
}

/// "since the migration", "since October", "as of version 3": not since this morning, and not "since I saw it".
fn since(sentence: &str) -> bool {
    const PASSES: [&str; 15] = [
        "a", "an", "hours", "i", "im", "it", "last", "midnight", "minutes", "noon", "some", "that", "then", "they",
        "this",
    ];
    let passes = |first: &str| PASSES.contains(&first) || weekday(first).is_some();
    let tokens: Vec<&str> = sentence.split_whitespace().collect();
    let opens = |at: usize| match tokens.get(at..at + 2) {
        Some(["since", _]) => Some(at + 1),
        Some(["as", "of"]) => Some(at + 2),
        _ => None,
    };
    (1..tokens.len()).filter_map(opens).any(|from| {
        // The time reaches to the end of its clause, and a comma before it would mean "because".
        let reason = tokens.get(from.saturating_sub(2)).is_some_and(|before| before.ends_with(','));
        let rest = tokens.get(from..).unwrap_or_default();
        let end = rest.iter().position(|token| token.ends_with([',', '.', ';', ':', ')'])).unwrap_or(rest.len());
        let time: Vec<String> = rest.iter().take(end + 1).flat_map(|token| plain_words(token)).collect();
        let first = time.first().map(String::as_str).unwrap_or_default();
        let period = first == "last" && matches!(time.get(1).map(String::as_str), Some("week" | "month" | "year"));
        let lasting = period || !first.is_empty() && !passes(first) && !first.contains(':');
        !reason && time.len() <= 4 && lasting && !states(&time)
    })
}

/// What is stated behind "since 1 November", "as of version 3", "since the move": a time, not a reason.
fn behind_time(sentence: &str) -> Option<&str> {
    const EVENTS: [&str; 12] = [
        "change", "cutover", "launch", "merger", "migration", "move", "relaunch", "release", "reorganisation",
        "switch", "update", "upgrade",
    ];
    let opening = ["since ", "as of "].into_iter().find(|opening| begins(sentence, opening))?;
    let after = sentence.get(opening.len()..)?;
    let rest = match after.strip_prefix("the ") {
        Some(event) => {
            let (named, rest) = event.split_once(' ')?;
            EVENTS.contains(&named.trim_end_matches(',')).then_some(rest)?
        }
        None => behind_date(after)?,
    };
    // "Since the move is done, …" gives a reason.
    let rest =
        ["last night ", "last week ", "last month "].iter().find_map(|when| rest.strip_prefix(when)).unwrap_or(rest);
    let first = plain_words(rest).next()?;
    let verb = ["was", "is", "has", "had", "went", "did", "are"].contains(&first.as_str());
    (!verb).then_some(rest)
}

/// What stands behind a date: "1 November", "March 2026,", "2026-03-01", "version 3".
fn behind_date(text: &str) -> Option<&str> {
    let is_date = |word: &str| {
        let bare = fold(word.trim_end_matches([',', '.', ':']));
        let ordinal = without_ordinal(&bare);
        let number = !ordinal.is_empty() && ordinal.len() <= 4 && ordinal.bytes().all(|byte| byte.is_ascii_digit());
        let iso = bare.len() == 10 && bare.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
        number || iso || month(&bare).is_some() || bare == "version"
    };
    let (mut rest, mut parts) = (text, 0);
    while let Some((word, next)) = rest.split_once(' ').filter(|(word, _)| is_date(word) && parts < 3) {
        (rest, parts) = (next, parts + 1);
        if word.ends_with(',') {
            break;
        }
    }
    (parts > 0).then_some(rest)
}

pub(super) const CHANGES: [&str; 11] = [
    "deprecated", "discontinued", "migrated", "moved", "renamed", "replaced", "retired", "switched", "decommissioned",
    "upgraded", "shut",
];

static SINCE: LazyLock<Cues<()>> = LazyLock::new(|| {
    let words = CHANGES.into_iter().chain(["since", "as of", "now", "longer", "more"]);
    Cues::new(words.map(|word| (word, ())))
});

/// Whether a text has a word without which it neither says since when something holds nor that it changed.
pub(super) fn names_change(text: &str) -> bool {
    !text.is_ascii() || SINCE.any(text)
}

/// "… now", "no longer …", "was switched off", "moved to".
pub(super) fn changed(words: &[String]) -> bool {
    const BE: [&str; 6] = ["was", "were", "is", "are", "has", "have"];
    let pair = |a: &str, b: &str| words.windows(2).any(|pair| matches!(pair, [x, y] if x == a && y == b));
    let passive = words.windows(2).any(|pair| match pair {
        [x, y] => BE.contains(&x.as_str()) && CHANGES.contains(&y.as_str()),
        _ => false,
    });
    let at_end = |word: &&String| word.as_str() == "now";
    let now = words.last().filter(at_end).is_some() || pair("is", "now") || pair("are", "now");
    now || passive || pair("no", "longer") || pair("any", "more") || pair("been", "moved")
}

const VERBS: [&str; 36] = [
    "accepts", "are", "begins", "belong", "belongs", "costs", "expires", "goes", "has", "have", "is", "listens",
    "live", "lives", "means", "moved", "named", "needs", "owns", "replaces", "requires", "run", "runs", "sits",
    "stands", "start", "starts", "supports", "switched", "takes", "use", "uses", "was", "were", "hosts", "serves",
];

/// Whether there is a verb that states how something is.
pub(super) fn states(words: &[String]) -> bool {
    words.iter().skip(1).any(|word| VERBS.contains(&word.as_str()))
}

/// "v3 is gone", "the old version was retired": of what, only those know who were there.
fn is_of_a_number(words: &[String]) -> bool {
    const BARE: [&str; 12] =
        ["and", "new", "newer", "number", "old", "older", "one", "release", "releases", "the", "version", "versions"];
    let counts = |word: &str| word.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let bare = |word: &String| BARE.contains(&word.as_str()) || counts(word.strip_prefix('v').unwrap_or(word));
    words.iter().take_while(|word| !VERBS.contains(&word.as_str())).all(bare)
}

/// Whether a text names something that can be looked up: a value, an identifier, a name.
pub(super) fn names_something(text: &str) -> bool {
    let value = |word: &str| {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric() && !"#@/_`".contains(c));
        bare.bytes().any(|b| b.is_ascii_digit()) || bare.contains(['_', '/', '@', '#', '`']) || is_host(bare)
    };
    // "stage.acme.example", "notes.txt"
    fn is_host(bare: &str) -> bool {
        bare.contains('.') && bare.split('.').all(|part| part.len() > 1)
    }
    let name = |word: &str| word.starts_with(char::is_uppercase) && word.len() > 1;
    let mut words = text.split_whitespace();
    let first = words.next().unwrap_or_default();
    value(first) || words.any(|word| value(word) || name(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest::Plain;

    #[test]
    fn facts_last() {
        for (sentence, stated) in [
            (
                "The report runs at 04:15 UTC now, no longer at 03:00.",
                "The report runs at 04:15 UTC now, no longer at 03:00.",
            ),
            (
                "By the way, the mirror is kept on disk-9 since the move.",
                "the mirror is kept on disk-9 since the move.",
            ),
            ("FYI: staging listens on port 6432.", "staging listens on port 6432."),
            ("Staging listens on port 6432, in case you wondered.", "Staging listens on port 6432"),
            ("Version 3 of the pooler was retired in May.", "Version 3 of the pooler was retired in May."),
            ("4 shelves are reserved since the move to B-2.", "4 shelves are reserved since the move to B-2."),
            ("FYI: the repo nord/tides is private now.", "the repo nord/tides is private now."),
            ("FYI: the depot of Nord Freight is closed on Mondays.", "the depot of Nord Freight is closed on Mondays."),
            ("The account svc_new is retired now.", "The account svc_new is retired now."),
            ("The account svc_old was switched off in May.", "The account svc_old was switched off in May."),
            ("We use port 6432 of the pooler since May.", "We use port 6432 of the pooler since May."),
            ("Acme Rail runs on cluster eu-2 since last week.", "Acme Rail runs on cluster eu-2 since last week."),
            ("FYI: since 1 May the fee for berths is 65 EUR.", "since 1 May the fee for berths is 65 EUR."),
            ("Since the move the archive listens on port 7432.", "Since the move the archive listens on port 7432."),
        ] {
            let plain = Plain::of(sentence);
            assert_eq!(fact(&plain.text, plain.announced, true), Some(stated));
        }
        for sentence in [
            "Acme Rail cannot save orders since this morning.",
            "v3 is gone since the move.",
            "2.14 and 2.15 were retired in May.",
            "The old version was replaced by 4.2 in May.",
            "The archive apparently listens on port 6432 since the move.",
            "TCK-1 waits since yesterday, they asked twice.",
            "It works for them now.",
            "Since the 10x zoom is $300, that is over the limit.",
            "Since the move is done, the archive has 20 shelves.",
            "Since 3 of them failed, the run needs 20 minutes.",
            "The order is now locked, since the item 1573035764 was changed.",
            "Matching needs no sync for v2, since sync is after the fact.",
            "I don't have the ID 12 with me right now.",
            "We are now at Phase 4, the integration.",
            "Their contact is in a meeting until 3.",
            "The tests of v2 are failing now.",
            "Is the report at 04:15 UTC now?",
            "By the way, the coffee is good.",
            "FYI, 2.14.0 of the engine is live.",
            "FYI: Lea is on the ferry to Nord Island.",
            "FYI, the pump P-7 is back up.",
            "Please run it at 04:15 from now on.",
            "No webhooks since yesterday at Acme, see TCK-2.",
        ] {
            let plain = Plain::of(sentence);
            assert_eq!(fact(&plain.text, plain.announced, true), None, "{sentence}");
        }
    }

    #[test]
    fn tastes_are_no_wishes_for_the_moment() {
        for sentence in [
            "I strongly prefer lessons with a teacher in the room.",
            "I don't enjoy crowded places at all.",
            "I'm allergic to nuts and seeds.",
            "I have a strong aversion to long meetings.",
            "I can't stand loud music at work.",
            "I avoid hotels that have no stairs.",
            "I dislike the smell of fresh paint.",
            "I only listen to songs from the 1970s.",
            "Due to a bad knee, I avoid steep paths.",
            "I find it hard to read small print.",
            "I learn best by doing.",
            "I am not comfortable with heights.",
        ] {
            assert!(taste(sentence) == Some(sentence), "{sentence}");
        }
        for sentence in [
            "I don't want to change this order.",
            "I prefer the flight that leaves at 8.",
            "I only need one of the items.",
            "I don't like that at all.",
            "I prefer trains within that time.",
            "I dislike the second version of it.",
            "You prefer short answers, I think.",
            "I read the report of the customer.",
            "I'm allergic to spreadsheets so please write that one as a text.",
            "I am allergic to forms, can we do without.",
            "I'm allergic to people who shout.",
        ] {
            assert!(taste(sentence).is_none(), "{sentence}");
        }
        assert_eq!(taste("I'm allergic to lupins, so please tell the kitchen."), Some("I'm allergic to lupins"));
    }
}
