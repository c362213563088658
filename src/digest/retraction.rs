//! What takes back or corrects what the same person has only just said: "scrap that", "sorry, wrong channel", "make that
//! 45", "only for this trip". What was said then stands no more; what they meant instead has to be a rule by itself.

use super::Cue;
use super::address::starts_with;
use super::passing::passes;
use crate::text::{content_words, fold, words};

/// A second thought about what was said a moment ago.
pub(super) enum Retraction {
    /// All of it.
    Whole,
    /// A value in it.
    Value(Vec<String>),
    /// What it says of this.
    Topic(Vec<String>),
    /// A fact about this that was no news: "no, it is still 20".
    News(Vec<String>),
}

/// People come to it within so many sentences.
pub(super) const WITHIN: usize = 3;

// Longer is about something else.
const MOST_WORDS: usize = 30;

impl Retraction {
    /// The second thought that a sentence is.
    pub(super) fn of(sentence: &str) -> Option<Retraction> {
        if sentence.ends_with(['?', '？']) {
            return None;
        }
        let lower = fold(sentence).replace(['\'', '’'], "");
        let (bare, Opening { turns, denies }) = without_opening(lower.trim_end_matches(['.', '!', ' ', ')']));
        if bare.split_whitespace().count() > MOST_WORDS {
            return None;
        }
        let denies = turns || denies;
        if takes_back(bare) || limits(bare) || denies && leaves(bare) {
            return Some(Retraction::Whole);
        }
        if denies && STAYS.iter().any(|word| words(bare).iter().any(|said| said == word)) {
            return Some(Retraction::News(content_words(bare)));
        }
        if let Some(meant) = meant(bare, turns) {
            let values = values(meant);
            return Some(if values.is_empty() { Retraction::Whole } else { Retraction::Value(values) });
        }
        let otherwise = || words(bare).iter().any(|word| OTHERWISE.contains(&word.as_str()));
        (turns && otherwise()).then(|| Retraction::Topic(content_words(bare)))
    }

    /// Whether a statement of a moment ago no longer stands. `left`: the message that made it went on to something else.
    pub(super) fn ends(&self, statement: &str, cue: Cue, left: bool) -> bool {
        match self {
            Retraction::News(topic) => {
                let about = || content_words(statement).iter().any(|word| topic.contains(word));
                cue == Cue::Fact
                    && !left
                    && (topic.iter().any(|word| word.bytes().all(|b| b.is_ascii_digit())) || about())
            }
            Retraction::Whole => !left,
            Retraction::Value(values) => {
                let said = self::values(statement);
                !said.is_empty() && values.iter().any(|value| !said.contains(value))
            }
            Retraction::Topic(topic) => content_words(statement).iter().any(|word| topic.contains(word)),
        }
    }
}

/// Without one of these even "actually, …" only adds to what was said.
const OTHERWISE: [&str; 10] =
    ["always", "better", "dont", "instead", "never", "no", "not", "only", "rather", "without"];

/// What leads up to a second thought.
#[derive(Default)]
struct Opening {
    /// Whether it was a turn such as "actually" or "wait".
    turns: bool,
    /// Whether there was a "no".
    denies: bool,
}

/// Cuts what leads up to it; says what it was.
fn without_opening(lower: &str) -> (&str, Opening) {
    const FILLERS: [&str; 26] = [
        "i mean ", "i mean, ", "hm ", "hm, ", "hmm ", "hmm, ", "oh ", "oh, ", "ah ", "ah, ", "uh, ", "ok ", "ok, ",
        "okay, ", "well, ", "and ", "but ", "please ", "sorry ", "sorry, ", "oops, ", "argh, ", "lol ", "haha ", "no ",
        "no, ",
    ];
    const TURNS: [&str; 8] =
        ["actually ", "actually, ", "wait, ", "no wait, ", "or rather ", "or rather, ", "or better ", "or better, "];
    let (mut rest, mut opening) = (lower.trim_start(), Opening::default());
    loop {
        let turn = TURNS.iter().find_map(|opening| rest.strip_prefix(opening));
        let cut = turn.or_else(|| FILLERS.iter().find_map(|opening| rest.strip_prefix(opening)));
        let Some(cut) = cut else { return (rest, opening) };
        opening.turns |= turn.is_some();
        opening.denies |= rest.starts_with("no");
        rest = cut.trim_start();
    }
}

/// What is said of a thing that did not change after all.
const STAYS: [&str; 6] = ["remain", "remains", "stay", "stays", "still", "unchanged"];

/// "Leave it in", "keep it as it is".
fn leaves(bare: &str) -> bool {
    const AS_IT_IS: [&str; 6] = ["alone", "as", "in", "like", "on", "there"];
    let said = words(bare);
    let said: Vec<&str> = said.iter().map(String::as_str).collect();
    match said.as_slice() {
        ["leave" | "keep", "it" | "that" | "them" | "those", rest @ ..] => {
            rest.len() <= 4 && rest.first().is_none_or(|word| AS_IT_IS.contains(word))
        }
        _ => false,
    }
}

/// "Scrap that", "forget what I said", "I was joking".
fn takes_back(bare: &str) -> bool {
    const WORDS: [&str; 20] = [
        "scrap that", "scratch that", "strike that", "forget that", "forget it", "ignore that", "ignore me",
        "disregard that", "cancel that", "never mind", "nevermind", "forget what i said", "forget what i just said",
        "ignore what i said", "ignore what i wrote", "disregard what i said", "ignore my last message",
        "disregard my last message", "i changed my mind", "i misspoke",
    ];
    const SAID: [&str; 13] = [
        "i take that back", "i take it back", "on second thought", "just kidding", "only kidding", "was kidding",
        "im kidding", "was joking", "was only joking", "was a joke", "i didnt mean that", "i didnt mean it",
        "not from now on",
    ];
    const PLACES: [&str; 9] = ["channel", "chat", "conversation", "group", "person", "room", "tab", "thread", "window"];
    let ends = |after: &str| {
        let after = after.strip_prefix(" please").or_else(|| after.strip_prefix(" again")).unwrap_or(after);
        after.is_empty()
            || after.starts_with([',', '.', ';', ':', '!'])
            || after.starts_with(" -")
            || after.starts_with(" –")
    };
    let said = words(bare);
    let wrong = |pair: &[String]| matches!(pair, [a, b] if a == "wrong" && PLACES.contains(&b.as_str()));
    let short = said.len() <= 6;
    WORDS.iter().any(|phrase| bare.strip_prefix(phrase).is_some_and(ends))
        || SAID.iter().any(|phrase| bare.contains(phrase))
        || short && said.windows(2).any(wrong)
        || bare.starts_with("not always")
        || is_laughter(&said)
        || short && matches!(bare, "jk" | "kidding" | "my mistake" | "my bad")
        || short && bare.starts_with("that was") && (bare.contains("mistake") || bare.contains("nonsense"))
}

/// "Haha", and nothing else.
fn is_laughter(said: &[String]) -> bool {
    !said.is_empty()
        && said.iter().all(|word| matches!(word.as_str(), "lol" | "haha" | "hahaha" | "hehe" | "rofl" | "lmao"))
}

/// "Only for this trip", "just today", "for this test only": not "just skip it today", which leaves the rule as it is.
fn limits(bare: &str) -> bool {
    const ONLY: [&str; 14] = [
        "only for ", "only in this ", "only now", "only on this ", "only once", "only this ", "only today",
        "only until ", "just for ", "just once", "just this ", "just today", "just until ", "this time only",
    ];
    let only = ONLY.iter().any(|opening| bare.starts_with(opening));
    let at_end = || (bare.starts_with("for this ") || bare.starts_with("in this ")) && bare.contains(" only");
    bare.split_whitespace().count() <= 9 && (only || at_end()) && (passes(bare) || bare.contains("once"))
}

/// "I meant the last row", "make that 45": what stands there instead. `turns`: behind a "wait".
fn meant(bare: &str, turns: bool) -> Option<&str> {
    if let Some(before) = bare.strip_suffix(" i meant") {
        return Some(before);
    }
    const PHRASES: [&str; 4] = ["i meant ", "make that ", "correction: ", "make it "];
    const NO_VALUE: [&str; 14] = [
        "to", "it", "what", "that", "well", "default", "standard", "rule", "habit", "clear", "happen", "sure", "work",
        "the default",
    ];
    let phrase = PHRASES.iter().find(|phrase| bare.starts_with(**phrase))?;
    let rest = bare.strip_prefix(phrase)?;
    let words: Vec<&str> = rest.split_whitespace().collect();
    let first = words.first()?;
    let about =
        NO_VALUE.contains(first) || words.iter().take(3).any(|word| matches!(*word, "default" | "rule" | "habit"));
    // "Make it shorter" is the next request.
    let valued = *phrase != "make it " || turns || !values(rest).is_empty();
    (!about && valued).then_some(rest)
}

/// The numbers in a text.
fn values(text: &str) -> Vec<String> {
    words(text).into_iter().filter(|word| word.bytes().any(|byte| byte.is_ascii_digit())).collect()
}

/// Whether a sentence takes back in its second half what it says in its first: "always sort it, no wait, …".
pub(super) fn turns_round(lower: &str) -> bool {
    const TURNS: [&str; 14] = [
        "scrap that", "scratch that", "no wait", "wait no", "wait, no", "on second thought", "i meant ", "make that ",
        "just kidding", "only kidding", " jk", "kidding,", "forget that,", "or rather ",
    ];
    TURNS.iter().any(|turn| lower.contains(turn))
}

/// Whether a sentence only says for how long the one before it holds: "Ever.", "Every time!"
pub(super) fn is_for_ever(sentence: &str) -> bool {
    const EVER: [&str; 10] = [
        "always", "each time", "ever", "ever again", "every single time", "every time", "from now on", "never ever",
        "not ever", "not once",
    ];
    let bare = sentence.trim_end_matches(['.', '!', ' ']);
    EVER.iter().any(|ever| bare.len() == ever.len() && starts_with(bare, ever))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ends(said: &str, statement: &str) -> bool {
        ends_one(said, statement, Cue::Standing)
    }

    fn ends_one(said: &str, text: &str, cue: Cue) -> bool {
        Retraction::of(said).is_some_and(|back| back.ends(text, cue, false))
    }

    #[test]
    fn news_that_were_none() {
        let fact = "The fee for berths is 20 EUR now.";
        for said in [
            "no wait, it is still 30", "Hm no, it stays at 30.", "No, the fee stays as it was.", "no, leave it in",
            "scratch that",
        ] {
            assert!(ends_one(said, fact, Cue::Fact), "{said}");
        }
        for said in ["No, it is still broken.", "It is still 30 outside.", "No, keep it short.", "Leave it in."] {
            assert!(!ends_one(said, fact, Cue::Fact), "{said}");
        }
        assert!(!ends_one("No, there are still 3 left.", "Always number the list.", Cue::Standing));
    }

    #[test]
    fn second_thoughts() {
        for (said, statement) in [
            ("Scratch that, the list is fine.", "Always number the list."),
            ("hmm no, forget it", "Always number the list."),
            ("Actually no, forget that, two columns are fine.", "Always use one column."),
            ("Sorry, wrong window!", "Never ring Lea."),
            ("lol I was only joking", "Never ring Lea."),
            ("only for this trip", "Always ring Lea."),
            ("No wait, not from now on, just for this order.", "Always ring Lea."),
            ("Sorry, I meant the back door.", "Never use the front door."),
            ("make that 20", "Always wait 10 minutes."),
            ("Actually, ring Ole instead.", "Always ring Lea."),
            ("That was a mistake.", "Always ring Lea."),
            ("for this test only", "Always ring Lea."),
            ("I mean only for this order.", "Always ring Lea."),
            ("Hmm, on second thought, better not.", "Always ring Lea."),
            ("Not always, only when it is urgent.", "Always ring Lea."),
            ("sorry, 20 I meant", "Always wait 10 minutes."),
            ("I mean only for this order.", "Always ring Lea."),
            ("Hmm, on second thought, better not.", "Always ring Lea."),
            ("Not always, only when it is urgent.", "Always ring Lea."),
            ("sorry, 20 I meant", "Always wait 10 minutes."),
            ("haha", "Always ring Lea."),
        ] {
            assert!(ends(said, statement), "{said} | {statement}");
        }
    }

    #[test]
    fn what_is_none() {
        for (said, statement) in [
            ("Ignore that warning.", "Always number the list."),
            ("Never mind the warnings.", "Always number the list."),
            ("I mean it!", "Never ring Lea."),
            ("I meant to tell you before.", "Never ring Lea."),
            ("Make that the default.", "Always number the list."),
            ("Make it shorter.", "Always number the list."),
            ("make that 20", "Always ring Lea."),
            ("Make it 10 minutes.", "Always wait 10 minutes."),
            ("Only the last page is missing.", "Always number the list."),
            ("Actually, the weather is fine.", "Always number the list."),
            ("Is that a joke, or was it a mistake?", "Always number the list."),
            ("No, the other file.", "Always number the list."),
            ("Just skip it today.", "Always number the list."),
            ("For this file use dashes.", "Always number the list."),
            ("Wait for the list to be ready.", "Always number the list."),
            ("Actually the list is long.", "Always number the list."),
            ("Forget what I said about tables.", "Always number the list."),
        ] {
            assert!(!ends(said, statement), "{said} | {statement}");
        }
    }

    #[test]
    fn for_ever() {
        assert!(
            is_for_ever("Ever.")
                && is_for_ever("every time!")
                && !is_for_ever("Everyone.")
                && !is_for_ever("Always ask.")
        );
    }
}
