//! Plain requests about how things are done: "use …", "keep … to …", "no … please". Said once they are for the work at hand;
//! whether people keep making them only many sessions show.

use std::ops::Range;

use memchr::memmem;

use super::address::{starts_with, without_address, without_correction};
use super::aside::Plain;
use super::facts::is_case;
use super::passing::{confides, mocks, passes};
use super::statements::{as_rule, condition};
use super::{Cue, Digest, Statement};
use crate::evidence::Evidence;
use crate::text::{fold, is_imperative, sentences};
use crate::transcript::{Act, Session, Speaker, Trust, Turn};

/// Longer messages bring work or pass something on.
const REMARK_BYTES: usize = 500;
/// Words of a request.
const WORDS: std::ops::RangeInclusive<usize> = 2..=24;
/// The end of an answer, in which an agent asks what it wants to know.
const CLOSING_BYTES: usize = 400;

/// The requests about how things are done in the users' own words, in order. `own` has the ranges of those in each turn.
/// `known` was understood already.
pub(super) fn requests(session: &Session, own: &[Vec<Range<usize>>], known: &[Statement]) -> Vec<Statement> {
    let mut found: Vec<Statement> = Vec::new();
    let (mut opened, mut acted) = (false, false);
    for (turn, own) in session.turns.iter().zip(own) {
        acted |= turn.speaker == Speaker::Agent;
        if turn.act != Act::Message || turn.speaker != Speaker::User {
            continue;
        }
        // A session opens with the work itself, and so does its first message. How to do it is said there or once it is done.
        let opening = !std::mem::replace(&mut opened, true);
        if !(opening || acted)
            || turn.trust != Trust::Trusted
            || turn.text.len() > REMARK_BYTES
            || answers(session, turn)
        {
            continue;
        }
        let spans = own.iter().flat_map(|own| {
            let sentences = sentences(turn.text.get(own.clone()).unwrap_or_default());
            sentences.into_iter().map(|range| own.start + range.start..own.start + range.end)
        });
        for span in spans.skip(usize::from(opening)) {
            let evidence = Evidence::of(session, turn, span.start, span.end);
            let plain = Plain::of(turn.text.get(span).unwrap_or_default()).text;
            let overlaps = |one: &Statement| {
                one.evidence.turn == evidence.turn
                    && one.evidence.start < evidence.end
                    && evidence.start < one.evidence.end
            };
            let Some(request) = request(session, &plain).filter(|_| !known.iter().any(overlaps)) else { continue };
            for asked in [Some(request), ruled_out(request)].into_iter().flatten() {
                let (text, evidence) = (as_rule(asked), evidence.clone());
                // A single word asks for nothing without its "please".
                let text = if text.contains(' ') { text } else { format!("{}.", asked.trim_end_matches(is_mark)) };
                found.push(Statement { when: condition(&text), text, cue: Cue::Request, after: None, evidence });
            }
        }
    }
    found.truncate(Digest::MAX_REQUESTS);
    found
}

/// Whether the agent had asked for something last: what somebody answers is about the work at hand.
fn answers(session: &Session, turn: &Turn) -> bool {
    let before = session.turns.get(..turn.index as usize).unwrap_or_default().iter().rev();
    let mut answer = before.take_while(|other| other.speaker != Speaker::User);
    answer.find(|other| other.act == Act::Message && other.speaker == Speaker::Agent).is_some_and(|asked| {
        let from = asked.text.len().saturating_sub(CLOSING_BYTES);
        asked.text.as_bytes().iter().skip(from).any(|byte| *byte == b'?')
    })
}

/// What a sentence asks for, if it is how to do things, whatever is being done.
fn request<'s>(session: &Session, sentence: &'s str) -> Option<&'s str> {
    let (rest, _) = without_correction(sentence);
    wish(sentence, rest).or_else(|| form(session, without_address(rest)).filter(|_| !passes(sentence)))
}

fn wish<'s>(sentence: &str, rest: &'s str) -> Option<&'s str> {
    const POLITE: [&str; 3] = ["can you ", "could you ", "would you "];
    let polite = POLITE.iter().find(|polite| starts_with(rest, polite)).and_then(|polite| rest.get(polite.len()..));
    let rest = polite.map_or(rest, |rest| rest.trim_end_matches('?'));
    if rest.ends_with(['?', '？', ':']) || !WORDS.contains(&rest.split_whitespace().count()) {
        return None;
    }
    let (shown, asked) = asked(without_address(rest))?;
    let lower = fold(asked);
    let idle = || passes(sentence) || mocks(&lower) || confides(&lower);
    (!is_at_hand(&lower) && !idle()).then_some(shown)
}

/// What a request rules out in a further clause: "plain functions, no lambdas" asks for two things.
fn ruled_out(request: &str) -> Option<&str> {
    let clause = request.split(',').skip(1).map(str::trim).find(|clause| clause.starts_with("no "))?;
    is_thing(&bare_words(clause).skip(1).collect::<Vec<_>>(), 1).then_some(clause)
}

/// The form in which somebody wants what is at hand, whatever that is: "can I have it as a list?", "as CSV again", "csv
/// please" where files end so. What they say in further clauses comes along.
fn form<'s>(session: &Session, sentence: &'s str) -> Option<&'s str> {
    // Nothing is said with them but that something is to be handed over.
    const HANDING: [&str; 34] = [
        "can", "could", "do", "export", "get", "give", "have", "i", "i'd", "it", "like", "make", "may", "me", "need",
        "print", "render", "save", "send", "share", "show", "that", "the", "them", "these", "this", "those", "to",
        "us", "want", "we", "will", "would", "you",
    ];
    const SOFTLY: [&str; 6] = ["again", "instead", "please", "pls", "though", "too"];
    let is_soft = |word: &str| SOFTLY.contains(&&*fold(word.trim_matches(is_mark)));
    let mut clauses = sentence.split(',');
    let mut rest = clauses.next()?.trim_end_matches(is_mark);
    let mut softly = clauses.next().is_some_and(is_soft);
    while let Some((before, _)) = rest.rsplit_once(' ').filter(|(_, last)| is_soft(last)) {
        (rest, softly) = (before.trim_end_matches(is_mark), true);
    }
    let words: Vec<&str> = rest.split(' ').collect();
    let mark = words.iter().position(|word| ["as", "in"].contains(&&*fold(word)));
    let (handing, manner) = words.split_at(mark.unwrap_or_default());
    let at_hand = |place: usize| place > 0 && ["the", "that", "this"].contains(&words[place - 1]);
    let handed = |(place, word): (usize, &&str)| HANDING.binary_search(&&*fold(word)).is_ok() || at_hand(place);
    let named = |word: &str| word.chars().filter(|c| c.is_uppercase()).count() > 1 || ends_files(session, word);
    let several = |word: &str| is_plural(word) && word != "always" && is_thing(&[word], 1);
    let is_form = match *manner {
        [form] => softly && named(form),
        [mark, "a" | "an", form] => mark.ends_with('s') && is_thing(&[form], 1),
        [_, form] => mark.is_some() && (named(form) || several(form)),
        _ => false,
    };
    let asks = softly || sentence.ends_with('?');
    let shown = sentence.get(rest.len() - manner.join(" ").len()..);
    // What a question asks for is no question.
    shown.filter(|_| asks && is_form && handing.iter().enumerate().all(handed)).map(|shown| shown.trim_end_matches('?'))
}

/// Whether files that a session speaks of end with a word.
fn ends_files(session: &Session, word: &str) -> bool {
    let ending = format!(".{}", fold(word));
    let named = |turn: &Turn| {
        let ends =
            |at: usize| !turn.text.get(at + ending.len()..).is_some_and(|rest| rest.starts_with(char::is_alphanumeric));
        memmem::find_iter(turn.text.as_bytes(), ending.as_bytes()).any(ends)
    };
    word.bytes().all(|byte| byte.is_ascii_alphanumeric()) && session.turns.iter().any(named)
}

fn is_mark(c: char) -> bool {
    c.is_ascii_punctuation() || c == ' '
}

/// From where a sentence asks, to be shown and without its condition: "that works, but keep to one file" asks in its
/// second clause, and so does "for letters, keep to one page".
fn asked(sentence: &str) -> Option<(&str, &str)> {
    const CONDITIONS: [&str; 7] = ["for ", "when ", "whenever ", "if ", "in ", "before ", "after "];
    let limited = CONDITIONS.iter().any(|word| starts_with(sentence, word));
    let marks = sentence.match_indices([',', ';', '\u{2013}', '\u{2014}']);
    let begins = std::iter::once(0).chain(marks.map(|(at, mark)| at + mark.len()));
    let mut clauses = begins.filter_map(|from| Some(without_address(sentence.get(from..)?.trim_start())));
    let asked = clauses.find(|asked| is_how(&fold(asked)))?;
    Some((if limited { sentence } else { asked }, asked))
}

/// Whether a request, in lower case, tells a manner and not a piece of work.
fn is_how(lower: &str) -> bool {
    // These ask for a manner by themselves, whatever follows.
    const MANNER: [&str; 16] = [
        "avoid", "format", "indent", "keep", "limit", "omit", "phrase", "prefer", "put", "round", "skip", "sort",
        "spell", "stick", "use", "wrap",
    ];
    // Other verbs do so where one of these says when, or in the place of what.
    const MARKS: [&str; 7] = ["before", "each", "every", "first", "instead", "rather", "without"];
    const WITHIN: [&str; 4] = ["as", "in", "like", "with"];
    // What is not to be felt is no work: "don't worry".
    const INWARD: [&str; 17] = [
        "believe", "bother", "care", "feel", "get", "have", "hesitate", "know", "like", "mind", "need", "panic", "see",
        "think", "understand", "want", "worry",
    ];
    let clause: Vec<&str> = bare_words(lower.split([',', ';', ':']).next().unwrap_or_default()).collect();
    let within = |rest: &[&str]| rest.iter().any(|word| WITHIN.contains(word));
    match *clause.as_slice() {
        ["no", ref what @ ..] => is_thing(what, 1),
        ["don't" | "dont", act, ..] | ["do", "not", act, ..] => !INWARD.contains(&act),
        ["keep", on, ..] if on.ends_with("ing") => false,
        ["leave", "out" | "off", _, ..] => true,
        [act, _, ..] if MANNER.contains(&act) => true,
        ["always" | "do" | "never" | "not" | "only", ..] => is_bare(&clause, lower),
        // "Write headings in …" tells it of all headings, and so does "give me all times in …".
        [act, next, ref rest @ ..] if is_imperative(act) => {
            let things =
                clause.iter().skip(1).skip_while(|word| matches!(**word, "me" | "us" | "all" | "the")).copied();
            let mut manner = things.clone().skip(1).skip_while(|word| !WITHIN.contains(word)).skip(1);
            bare_words(lower).any(|word| MARKS.contains(&word))
                || !rest.is_empty() && WITHIN.contains(&next)
                || is_plural(next) && within(rest)
                || things.clone().next().is_some_and(is_plural)
                    && manner.next().is_some_and(|word| !is_determiner(word))
        }
        [..] => is_bare(&clause, lower),
    }
}

/// "In the folder" is a place, "in euros" a manner.
fn is_determiner(word: &str) -> bool {
    matches!(word, "a" | "an" | "our" | "that" | "the" | "their" | "this" | "your")
}

fn is_plural(word: &str) -> bool {
    word.len() > 3 && word.ends_with('s') && !word.ends_with("ss")
}

/// "Named exports, please": a thing or a manner alone, and a word that asks.
fn is_bare(clause: &[&str], lower: &str) -> bool {
    let asks = |last: &&&str| matches!(**last, "please" | "pls");
    let behind = |rest: &str| matches!(rest.trim_matches(['.', '!', ' ']), "please" | "pls" | "always");
    let least = if lower.contains(", not ") || lower.contains(", no ") { 1 } else { 2 };
    match clause.split_last() {
        Some((last, thing)) if asks(&last) => is_thing(thing, least),
        _ => lower.split([',', ';']).skip(1).any(behind) && is_thing(clause, least),
    }
}

/// Whether words name a thing: there is no verb in them, and none of what people say to be polite.
fn is_thing(words: &[&str], least: usize) -> bool {
    const OTHER: [&str; 60] = [
        "am", "and", "are", "be", "been", "but", "bye", "can", "changes", "clue", "could", "did", "does", "doubt",
        "fine", "further", "go", "good", "got", "great", "had", "has", "have", "hello", "hi", "how", "hurry", "idea",
        "is", "issue", "let", "let's", "longer", "man", "matter", "more", "need", "needed", "ok", "okay", "one",
        "other", "problem", "problems", "proceed", "rush", "should", "so", "sure", "thank", "thanks", "there", "was",
        "way", "what", "will", "worries", "would", "yes", "you",
    ];
    (least..=8).contains(&words.len())
        && !matches!(words.first(), Some(&("a" | "an" | "the")))
        && !words.iter().any(|word| OTHER.contains(word))
}

/// Whether a request is about what is at hand: something that was named before, one of several, a case, or what belongs to
/// the person.
fn is_at_hand(lower: &str) -> bool {
    const OWN: [&str; 8] = ["i", "i'd", "i'll", "i'm", "me", "mine", "my", "myself"];
    const POINTERS: [&str; 15] = [
        "he", "her", "him", "his", "it", "its", "she", "that", "their", "them", "these", "they", "this", "those",
        "your",
    ];
    // "In this repo" is where people are, every day.
    const PLACES: [&str; 9] =
        ["app", "codebase", "company", "monorepo", "package", "project", "repo", "repository", "workspace"];
    const ONE_OF: [&str; 12] = [
        "first", "second", "third", "fourth", "former", "last", "latter", "next", "original", "other", "previous",
        "same",
    ];
    let clause: Vec<&str> = bare_words(lower.split([',', ';']).next().unwrap_or_default()).collect();
    let word = |at: usize| clause.get(at).copied().unwrap_or_default();
    let points = |at: usize| match word(at) {
        "this" if PLACES.contains(&word(at + 1)) => false,
        "the" => ONE_OF.contains(&word(at + 1)),
        // "One page" counts, "the blue one" points.
        "one" | "ones" => at + 1 == clause.len(),
        // "Give me …" is "give …".
        "me" if at == 1 && is_imperative(word(0)) => false,
        word => POINTERS.contains(&word) || OWN.contains(&word),
    };
    let of_case = |word: &str| is_case(word) || word.contains(['$', '€', '£', '@', '#', '[', '{']);
    (0..clause.len()).any(points) || lower.split_whitespace().any(of_case) || lower.contains("://")
}

fn bare_words(text: &str) -> impl Iterator<Item = &str> {
    let bare = text.split_whitespace().map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()));
    bare.filter(|word| !word.is_empty())
}
