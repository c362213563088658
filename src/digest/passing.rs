//! What is said for the moment only, in jest, or of what others say: it may sound like a rule and is none.

use std::sync::LazyLock;

use crate::ascii::Cues;
use crate::text::{bare, content_words, fold, opens_condition, weekday, words};

/// What "this …" is gone tomorrow.
const OCCASIONS: [&str; 46] = [
    "afternoon", "batch", "booking", "branch", "call", "case", "chat", "class", "commit", "conversation", "day",
    "demo", "deployment", "draft", "email", "evening", "experiment", "flight", "function", "incident", "issue", "job",
    "letter", "mail", "meeting", "message", "method", "month", "morning", "once", "one", "order", "pr", "release",
    "request", "round", "run", "session", "shift", "sprint", "task", "test", "ticket", "time", "trip", "week",
];

/// Whether a sentence is about this once: "just this once", "for today", "until Friday", "in this ticket".
pub(super) fn passes(sentence: &str) -> bool {
    const MOMENTS: [&str; 3] = ["today", "tonight", "tomorrow"];
    let said = words(sentence);
    let word = |at: usize| said.get(at).map(String::as_str).unwrap_or_default();
    said.iter().enumerate().any(|(at, here)| match here.as_str() {
        // "Write it in this order: …" says how.
        "this" if word(at + 1) == "order" && at > 0 && word(at - 1) == "in" => false,
        // "Since this month" is when something began.
        "this" if at > 0 && word(at - 1) == "since" => !matches!(word(at + 1), "month" | "week"),
        "this" => OCCASIONS.contains(&word(at + 1)) || word(at + 1) == "pull" && word(at + 2) == "request",
        // "As of today", "from tomorrow on" is when something begins to hold.
        here if MOMENTS.contains(&here) => at == 0 || !matches!(word(at - 1), "of" | "from" | "starting" | "since"),
        "for" => {
            matches!(word(at + 1), "now" | "once")
                || matches!((word(at + 1), word(at + 2)), ("the", "moment") | ("the", "time"))
        }
        // "Until Lea is back."
        "until" | "till" => {
            matches!(word(at + 1), "christmas" | "easter" | "next" | "noon" | "then")
                || weekday(word(at + 1)).is_some()
                || said.last().is_some_and(|last| last == "back")
        }
        "once" => at > 0 && word(at - 1) == "only",
        _ => false,
    })
}

/// Whether a sentence, in lower case, says the opposite of what it means, as far as that can be read.
pub(super) fn mocks(lower: &str) -> bool {
    const OPENINGS: [&str; 14] = [
        "oh great", "oh sure", "oh wonderful", "oh yes", "oh yeah", "yeah right", "yeah, right", "sure, ", "great, ",
        "wonderful, ", "fantastic, ", "brilliant, ", "lovely, ", "of course, ",
    ];
    const JEERS: [&str; 15] = [
        "could possibly go wrong", "could go wrong", "i love that", "what a great idea", "what a surprise",
        "and you'll see", "and youll see", "and see how fast", "would be nice", "as they say", "as the saying goes",
        "famous last words", "just my luck", "story of my life", "who would have thought",
    ];
    let bare = lower.trim_end();
    bare.ends_with("...")
        || bare.ends_with('…')
        || bare.split_whitespace().any(laughs)
        || OPENINGS.iter().any(|opening| lower.starts_with(opening))
        || JEERS.iter().any(|jeer| lower.contains(jeer))
}

/// "lol", "/s", a face that winks or laughs.
fn laughs(word: &str) -> bool {
    const LAUGHTER: [&str; 9] = ["haha", "hahaha", "hehe", "jk", "kidding", "lmao", "lol", "rofl", "xd"];
    const FACES: [&str; 8] = ["/s", ";)", ";-)", ":p", ":-p", ":d", ":-d", "^^"];
    LAUGHTER.contains(&bare(word))
        || FACES.contains(&word.trim_end_matches('.'))
        || word.contains(['😂', '🤣', '😜', '😝', '🙃', '🙄', '😏', '😉'])
}

/// Whether a sentence only weighs something, before its "always": "maybe we should always …".
pub(super) fn weighs(lower: &str) -> bool {
    const DOUBTS: [&str; 8] =
        ["maybe", "perhaps", "i guess", "i suppose", "i wonder", "not sure", "might as well", "if only"];
    let ever = ["always", "never", "from now on"].iter().filter_map(|ever| lower.find(ever)).min();
    let before = lower.get(..ever.unwrap_or_default()).unwrap_or_default();
    DOUBTS.iter().any(|doubt| before.contains(doubt)) || lower.ends_with("i guess") || lower.contains("i guess,")
}

/// Whether a sentence tells what is meant for nobody else.
pub(super) fn confides(lower: &str) -> bool {
    const CONFIDENCES: [&str; 7] = [
        "between you and me", "between ourselves", "off the record", "keep it to yourself", "keep that to yourself",
        "don't tell anyone", "dont tell anyone",
    ];
    // "Between us and the vendor" is a place.
    let us = lower.find("between us").and_then(|at| lower.get(at + "between us".len()..));
    CONFIDENCES.iter().any(|words| lower.contains(words)) || us.is_some_and(|rest| !rest.starts_with(" and "))
}

const DISPUTES: [&str; 28] = [
    "i do not agree", "i don't agree", "i dont agree", "i disagree", "we disagree", "that's silly", "that is silly",
    "that's nonsense", "that is nonsense", "that is ridiculous", "don't believe it", "dont believe it",
    "don't believe that", "dont believe that", "do not believe it", "is it legit", "is that legit", "is this legit",
    "is that true?", "is this true?", "is it true?", "is that right?", "is this right?", "that is wrong now",
    "that's wrong now", "that is outdated", "that's outdated", "this is outdated",
];

/// Whether a message has words without which none of its sentences [`disputes`]: asked of the whole, for most have none.
pub(super) fn may_dispute(text: &str) -> bool {
    const DISPUTING: [&str; 10] =
        ["agree", "silly", "nonsense", "ridiculous", "believe", "legit", "true?", "right?", "wrong now", "outdated"];
    static WORDS: LazyLock<Cues<()>> = LazyLock::new(|| Cues::new(DISPUTING.map(|word| (word, ()))));
    WORDS.stands_in(text)
}

/// Whether somebody says of what stands beside it that they do not hold with it.
pub(super) fn disputes(sentence: &str) -> bool {
    let lower = fold(sentence);
    DISPUTES.iter().any(|dispute| lower.contains(dispute))
}

const SAYING: [&str; 17] = [
    "believes", "claims", "insists", "nudge", "recommends", "reminded", "reminds", "said", "says", "suggested",
    "suggests", "thinks", "told", "wanted", "wants", "writes", "wrote",
];

/// Whether a sentence, in lower case, tells what somebody says, wants or thinks, whoever that is.
pub(super) fn speaks_for_others(lower: &str) -> bool {
    lower.split_whitespace().any(|word| SAYING.contains(&bare(word)))
}

/// Whether a sentence tells what others say or want: "Tom says …", "they want us to …".
pub(super) fn reports(sentence: &str) -> bool {
    let lower = fold(sentence);
    let said: Vec<&str> = lower.split_whitespace().map(bare).collect();
    let begins = |at: &usize| said.get(*at..).unwrap_or_default();
    let lasts = |at: &usize| matches!(begins(at), ["always" | "never" | "ever", ..] | ["from", "now", "on", ..]);
    let ever = (0..said.len()).find(lasts).unwrap_or_default();
    let hearsay = said.windows(2).skip(ever).any(|near| matches!(near, ["they", "said" | "say" | "told"]));
    let own = |at: usize| matches!(said.get(at), Some(&("i" | "we" | "ive" | "weve" | "already" | "just")));
    let speaks = |at: usize| said.get(at).is_some_and(|word| SAYING.contains(word)) && !own(at - 1);
    !said.first().is_some_and(|first| opens_condition(first)) && (hearsay || (1..ever).any(speaks))
}

/// A sentence without what stands in quotation marks.
pub(super) fn unquoted(sentence: &str) -> String {
    let mut kept = String::with_capacity(sentence.len());
    let mut until = None;
    let mut before = ' ';
    let mut letters = sentence.chars().peekable();
    while let Some(c) = letters.next() {
        let next = letters.peek().copied().unwrap_or(' ');
        match until {
            Some(close) if c == close && !(c == '\'' && next.is_alphanumeric()) => until = None,
            Some(_) => {}
            None => match closing(c).filter(|_| before.is_whitespace() && next.is_alphanumeric()) {
                Some(close) if sentence.matches([c, close]).count() > 1 => until = Some(close),
                _ => kept.push(c),
            },
        }
        before = c;
    }
    // What is never closed was no quotation.
    if until.is_some() { sentence.to_owned() } else { kept }
}

fn closing(open: char) -> Option<char> {
    match open {
        '"' => Some('"'),
        '\'' => Some('\''),
        '“' => Some('”'),
        '‘' => Some('’'),
        '„' => Some('“'),
        '«' => Some('»'),
        _ => None,
    }
}

/// Whether a request needs what stood before it: "always do it like that", "never touch that one again".
pub(super) fn points(request: &str) -> bool {
    const EMPTY: [&str; 19] = [
        "again", "alway", "ever", "go", "her", "keep", "leav", "lik", "mak", "never", "no", "not", "now", "on", "one",
        "sam", "thing", "us", "way",
    ];
    const POINTERS: [&str; 8] = ["it", "that", "this", "these", "those", "one", "so", "them"];
    let said = words(request);
    let pointing = |said: &[String]| said.iter().any(|word| POINTERS.contains(&word.as_str()));
    let empty = |clause: &str| {
        pointing(&words(clause)) && content_words(clause).iter().all(|stem| EMPTY.contains(&stem.as_str()))
    };
    // "Always do that, it is checked": what follows is the reason.
    let clause = request.split([',', ';']).next().unwrap_or(request);
    empty(request) || empty(clause) || pointing(&said) && points_at_its_object(&said) || lacks_its_object(clause)
}

/// "I always need them", "crates always need one", "always show me first": of what was said before.
fn lacks_its_object(clause: &str) -> bool {
    let said = words(clause);
    let said: Vec<&str> = said.iter().map(String::as_str).collect();
    let behind =
        |at: usize| said.get(at).is_none_or(|word| ["for", "here", "in", "on", "too", "when", "with"].contains(word));
    let needs = said.windows(2).enumerate().any(|(at, pair)| {
        let named = matches!(pair, ["need" | "needs" | "want" | "wants", "it" | "one" | "ones" | "them"]);
        named && behind(at + 2)
    });
    let ends = |rest: &[&str]| matches!(rest, [] | ["first" | "always" | "before" | "please", ..]);
    needs
        || said
            .iter()
            .position(|word| *word == "show")
            .is_some_and(|at| said.get(at + 1) == Some(&"me") && said.get(at + 2..).is_some_and(ends))
}

/// "Never touch that one again": what it forbids was named before, if anywhere.
fn points_at_its_object(said: &[String]) -> bool {
    let word = |at: usize| said.get(at).map(String::as_str).unwrap_or_default();
    let begin =
        said.iter().position(|word| !matches!(word.as_str(), "always" | "never" | "ever" | "again")).unwrap_or(0);
    // "I never want to see that ship again."
    let sighs = said.iter().enumerate().any(|(at, word)| {
        matches!(word.as_str(), "that" | "this" | "these" | "those")
            && said.iter().skip(at + 1).take(3).any(|after| after == "again")
    });
    if sighs {
        return true;
    }
    // Behind something else stands what it may mean: "when a ticket is closed, never open it again".
    if begin == 0 {
        return false;
    }
    match word(begin + 1) {
        "that" | "this" => matches!(word(begin + 2), "one" | "thing" | "stuff" | ""),
        "these" | "those" => matches!(word(begin + 2), "ones" | "things" | ""),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments() {
        for sentence in [
            "Just this once, always sort by name.",
            "For today, always ask first.",
            "For now, never push.",
            "Until Monday, always call Lee.",
            "In this ticket, never name the price.",
            "Only once, never twice.",
            "For once the tide was early, never sail without a watch.",
        ] {
            assert!(passes(sentence), "{sentence}");
        }
        for sentence in [
            "From now on list them in this order: a, b.",
            "In this project, always sort.",
            "Always run it until it passes.",
            "Once done, always say so.",
        ] {
            assert!(!passes(sentence), "{sentence}");
        }
    }

    #[test]
    fn jest_and_hearsay() {
        assert!(mocks("oh great, always drop the table.") && mocks("sure, always break it /s"));
        assert!(mocks("never test anything, what could possibly go wrong?") && !mocks("always test it."));
        assert!(reports("Lee says to always sort.") && reports("My chief wants us to always sort, sadly."));
        assert!(
            !reports("I said to always sort.")
                && !reports("Do not read it unless told to.")
                && !reports("If a customer wants a refund, always ask.")
        );
        assert!(disputes("Lee says so. I do not agree.") && !disputes("I agree."));
        assert!(DISPUTES.iter().all(|dispute| may_dispute(&format!("Well, {dispute}."))) && !may_dispute("Go on."));
    }

    #[test]
    fn quotations() {
        assert_eq!(unquoted("He wrote \"always pay\" there."), "He wrote  there.");
        assert_eq!(unquoted("He wrote 'don't ever pay' there."), "He wrote  there.");
        assert_eq!(unquoted("Don't use Lee's script."), "Don't use Lee's script.");
        assert_eq!(unquoted("A 5\" screen and \"more"), "A 5\" screen and \"more");
    }

    #[test]
    fn pointing() {
        for request in ["never touch that one again", "never use those things", "I never want to see that ship again"] {
            assert!(points(request), "{request}");
        }
        assert!(
            points("leave it in")
                && points("always use that one")
                && points("do it like that")
                && points("never do this again")
        );
        for request in [
            "always do that, the gate checks it",
            "I always need them for the index",
            "crates always need one, cards don't",
            "always show me first",
        ] {
            assert!(points(request), "{request}");
        }
        for request in
            ["always sort that list", "always sort", "crates always need one label", "always show me the plan first"]
        {
            assert!(!points(request), "{request}");
        }
    }
}
