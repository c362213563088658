//! What trusted speakers want to hold beyond this session.

use std::ops::Range;
use std::sync::LazyLock;

use super::keeping::{KEEPING, kept};
use super::multilingual;
use super::passing::{disputes, may_dispute, mocks, passes, points, reports, unquoted};
use super::{Cue, Statement, Withdrawal, facts};
use crate::ascii::{Cues, Set, begins_word};
use crate::evidence::Evidence;
use crate::text::{fold, is_imperative, sentences};
use crate::transcript::{Act, Session, Speaker, Trust, Turn};

// Shorter is a fragment, longer is a story.
const WORDS: std::ops::RangeInclusive<usize> = 3..=60;
// People state facts in passing.
const REMARK_BYTES: usize = 800;

/// The standing requests and corrections in the users' own words, in order. `own` has the ranges of those in each turn.
pub(crate) fn statements(session: &Session, own: &[Vec<Range<usize>>]) -> Vec<Statement> {
    let spoken = |turn: &Turn| turn.speaker == Speaker::User && turn.trust == Trust::Trusted;
    let turns = session.turns.iter().zip(own).filter(|(turn, _)| spoken(turn));
    turns.flat_map(|(turn, own)| of_turn(session, turn, own)).collect()
}

fn of_turn(session: &Session, turn: &Turn, own: &[Range<usize>]) -> Vec<Statement> {
    let mut found: Vec<Statement> = Vec::new();
    // "No, that's wrong." says that the next sentence corrects.
    let mut announced = false;
    // Whether the sentence before is the last of `found`.
    let mut open = false;
    let lasting = names_ever(&turn.text);
    let changes = facts::names_change(&turn.text);
    let disputed = may_dispute(&turn.text);
    let abroad = multilingual::may_ask(&turn.text);
    for own in own {
        let part = turn.text.get(own.clone()).unwrap_or_default();
        for range in sentences(part) {
            let sentence = part.get(range.clone()).unwrap_or_default();
            let (start, end) = (own.start + range.start, own.start + range.end);
            if let Some(last) = found.last_mut().filter(|_| open && opens_exception(sentence)) {
                last.text = format!("{} {}", last.text, as_rule(sentence));
                last.evidence = Evidence::of(session, turn, last.evidence.start as usize, end);
                continue;
            }
            open = false;
            let read = match read(sentence, announced, lasting, changes) {
                Read::Nothing if abroad && multilingual::asks(sentence) => {
                    Read::Statement { text: as_rule(sentence), cue: Cue::Standing }
                }
                read => read,
            };
            match read {
                // A long message passes on a document: what it states was not said by this person.
                Read::Statement { cue: Cue::Fact, .. } if turn.text.len() > REMARK_BYTES => announced = false,
                Read::Statement { text, cue } => {
                    let when = condition(&text);
                    let after = (cue == Cue::Correction).then(|| corrected(session, turn)).flatten();
                    found.push(Statement { text, cue, when, after, evidence: Evidence::of(session, turn, start, end) });
                    (announced, open) = (false, true);
                }
                Read::Announces => announced = true,
                Read::Nothing if disputed && disputes(sentence) => return Vec::new(),
                Read::Nothing => announced = false,
            }
        }
    }
    found
}

/// "Except for …", said of the sentence before.
fn opens_exception(sentence: &str) -> bool {
    const OPENINGS: [&str; 9] = [
        "except ", "exception: ", "the exception is ", "the one exception is ", "the only exception is ",
        "only exception: ", "one exception: ", "unless ", "but not ",
    ];
    OPENINGS.iter().any(|opening| starts_with(sentence, opening)) && !sentence.ends_with(['?', '？'])
}

/// What a correction is about: the tool that was called last since somebody spoke before.
fn corrected(session: &Session, turn: &Turn) -> Option<String> {
    let before = session.turns.iter().rev().skip_while(|other| other.index >= turn.index);
    let answer = before.take_while(|other| other.speaker != Speaker::User);
    answer.into_iter().find_map(|other| match &other.act {
        Act::Call { tool, .. } => Some(tool.clone()),
        _ => None,
    })
}

enum Read {
    Statement { text: String, cue: Cue },
    Announces,
    Nothing,
}

/// `announced`: the sentence before said that this one corrects. `lasting`: somewhere in the message stands a word such as
/// "always". `changes`: or one such as "since".
fn read(sentence: &str, announced: bool, lasting: bool, changes: bool) -> Read {
    if sentence.ends_with(['?', '？']) || lasting && mocks(sentence) {
        return Read::Nothing;
    }
    let (rest, corrects) = without_correction(sentence);
    if corrects && rest.split_whitespace().count() < *WORDS.start() {
        return Read::Announces;
    }
    let corrects = corrects || announced;
    // "No, stop …", "from now on stop …" asks as well: once or twice more, and it is a rule.
    let asks_too = corrects || lasting && FROM_NOW_ON.iter().any(|phrase| fold(rest).contains(phrase));
    if !asks_too && Withdrawal::of(rest).is_some() {
        return Read::Statement { text: as_rule(rest), cue: Cue::Withdrawal };
    }
    if corrects || lasting && names_ever(rest) {
        let request = without_address(without_preamble(rest));
        // Marked up text is from a file of theirs: they point at a rule, they do not make one.
        let marked_up = request.contains("**") || request.contains("__") || request.contains("</");
        let asks = !marked_up && WORDS.contains(&request.split_whitespace().count());
        let lasts = asks && !passes(rest) && !reports(rest) && !points(request);
        if lasts && is_standing(request, rest) {
            return Read::Statement { text: as_rule(request), cue: Cue::Standing };
        }
        if let Some(rule) = kept(request).filter(|_| lasts) {
            return Read::Statement { text: as_rule(rule), cue: Cue::Standing };
        }
        if asks && corrects && is_request(request) {
            return Read::Statement { text: as_rule(request), cue: Cue::Correction };
        }
    }
    if facts::taste(rest) {
        return Read::Statement { text: as_rule(rest), cue: Cue::Taste };
    }
    match facts::fact(rest, changes) {
        Some(stated) => Read::Statement { text: as_rule(stated), cue: Cue::Fact },
        None => Read::Nothing,
    }
}

/// Cuts what only says that a correction follows; says whether there was such a thing.
fn without_correction(sentence: &str) -> (&str, bool) {
    const OPENINGS: &[&str] = &[
        "no, ", "no - ", "no: ", "no. ", "nope, ", "again, ", "again: ", "i said it before: ", "i said before: ",
        "i said that before: ", "as i keep saying, ", "as i keep saying: ", "i said: ", "i said, ", "i said ",
        "i told you: ", "i told you to ", "i told you ", "as i said, ", "as i said: ", "like i said, ",
        "as mentioned, ", "that's wrong", "that is wrong", "that's not right", "that's not what i asked",
        "not like that", "not like this", "once more: ", "i already said ", "i asked you to ", "i keep saying: ",
        "i keep saying ",
    ];
    static LETTERS: LazyLock<Set> = LazyLock::new(|| first_letters(OPENINGS));
    let mut rest = sentence;
    let mut corrects = false;
    if !opens_with(sentence, *LETTERS) {
        return (sentence, false);
    }
    while let Some(cut) = OPENINGS.iter().find(|opening| starts_with(rest, opening)) {
        rest = rest.get(cut.len()..).unwrap_or_default().trim_start_matches([' ', ',', ':', '-', '–', '—', '.', '!']);
        corrects = true;
    }
    (rest, corrects)
}

/// Cuts what leads up to a reminder: "sorry to interrupt, but I wanted to remind you to …", "I changed my mind about it: …".
fn without_preamble(sentence: &str) -> &str {
    const CHANGES: [&str; 5] = [
        "i changed my mind", "i've changed my mind", "i have changed my mind", "we changed our mind", "change of plan",
    ];
    if CHANGES.iter().any(|change| starts_with(sentence, change)) {
        let cut = [": ", ", "].iter().find_map(|mark| sentence.find(mark).map(|at| at + mark.len()));
        return cut.and_then(|at| sentence.get(at..)).unwrap_or(sentence);
    }
    const REMINDERS: [&str; 3] = ["remind you to ", "remind you that ", "remind you: "];
    let end = |reminder: &&str| sentence.find(*reminder).map(|at| at + reminder.len());
    REMINDERS.iter().find_map(end).and_then(|at| sentence.get(at..)).unwrap_or(sentence)
}

/// Cuts greetings, thanks and "please" from the front: what is left is the request.
fn without_address(sentence: &str) -> &str {
    const ADDRESS: &[&str] = &[
        "please ", "pls ", "and ", "but ", "so ", "then ", "also ", "also, ", "hey, ", "hi, ", "hello, ", "ok, ",
        "okay, ", "thanks, ", "thanks - ", "thank you, ", "by the way, ", "btw, ", "one more thing: ", "one thing: ",
        "note: ", "reminder: ", "remember: ", "remember to ", "remember, ", "just ", "oh, ", "well, ", "quick note: ",
        "change of plan: ", "change of plan, ", "from now on, ", "from now on: ", "from now on ", "going forward, ",
        "going forward ", "in the future, ", "in future, ", "in future ", "for future reference, ", "for the future: ",
        "as a rule, ", "i want you to ", "i'd like you to ", "i need you to ", "you should ", "you must ",
        "you need to ", "you have to ", "you can ", "we should ", "make sure to ", "make sure you ", "be sure to ",
    ];
    let mut rest = sentence;
    while let Some(cut) = ADDRESS.iter().find(|address| starts_with(rest, address)) {
        rest = rest.get(cut.len()..).unwrap_or_default().trim_start();
    }
    rest
}

fn first_letters(openings: &[&str]) -> Set {
    let letters: Vec<u8> = openings.iter().filter_map(|opening| opening.bytes().next()).collect();
    Set::of_each(&letters)
}

fn opens_with(text: &str, letters: Set) -> bool {
    text.bytes().next().is_some_and(|byte| letters.has(byte.to_ascii_lowercase()))
}

fn starts_with(text: &str, opening: &str) -> bool {
    // Most texts are told off by their first letter, so nothing is written for them.
    let begins = text.bytes().next().is_some_and(|byte| Some(byte.to_ascii_lowercase()) == opening.bytes().next());
    begins
        && text.get(..opening.len()).is_some_and(|start| match start.is_ascii() {
            true => start.eq_ignore_ascii_case(opening),
            false => fold(start) == *opening,
        })
}

/// How people say that something holds from now on.
static EVER: LazyLock<Cues<()>> = LazyLock::new(|| {
    let words = ["always", "never", "ever"].into_iter().chain(FROM_NOW_ON).chain(KEEPING);
    Cues::new(words.map(|word| (word, ())))
});

const FROM_NOW_ON: [&str; 6] =
    ["from now on", "going forward", "in the future,", "in future,", "for future reference", "as a rule,"];

/// Whether a text has a word without which [`is_standing`] is never true.
fn names_ever(text: &str) -> bool {
    let (bytes, mut named) = (text.as_bytes(), false);
    EVER.each(bytes, |at, ()| named |= begins_word(bytes, at));
    named
}

/// Whether a sentence is meant to hold from now on. `whole` still has its "from now on".
fn is_standing(request: &str, whole: &str) -> bool {
    let (lower, folded) = (fold(&unquoted(request)), fold(&unquoted(whole)));
    if FROM_NOW_ON.iter().any(|phrase| folded.contains(phrase)) {
        return is_request(request) || lower.contains(" should ") || lower.contains(" must ");
    }
    if ["don't ever ", "do not ever "].iter().any(|phrase| lower.starts_with(phrase)) {
        return true;
    }
    let ever = lower.contains("always") || lower.contains("never");
    ever && clauses(&lower).any(|clause| asks_for_ever(clause, lower.contains("please")))
}

/// The clauses of a sentence: "when a ticket is closed, always …" asks in its second.
fn clauses(lower: &str) -> impl Iterator<Item = &str> {
    lower.split([',', ';', ':']).map(|clause| without_address(clause.trim()))
}

/// `always …` or `never …` as a request: at the head of its clause, or said of what has to be.
fn asks_for_ever(clause: &str, polite: bool) -> bool {
    // "never mind", "it never worked", "as always": idiom and report, not request.
    const REPORTS: &[&str] = &[
        "been", "did", "does", "ends", "fails", "felt", "gets", "got", "had", "happened", "happens", "has", "heard",
        "here", "knew", "known", "liked", "mind", "received", "said", "saw", "seemed", "seems", "the", "thought",
        "told", "was", "were", "worked", "works",
    ];
    const HEARSAY: [&str; 10] =
        ["says", "said", "told", "claims", "writes", "wrote", "reads", "reminds", "reminded", "nudge"];
    let words: Vec<&str> = clause.split_whitespace().collect();
    let Some(at) = words.iter().position(|word| matches!(*word, "always" | "never")) else { return false };
    let next = words.get(at + 1).map(|word| word.trim_matches(|c: char| !c.is_alphanumeric())).unwrap_or_default();
    // "Always the same order, please" asks; "always the same trouble" reports.
    if at == 0 && next == "the" {
        return polite;
    }
    if next.is_empty() || REPORTS.binary_search(&next).is_ok() {
        return false;
    }
    let before = words.get(..at).unwrap_or_default();
    let last = before.last().copied().unwrap_or_default();
    let wants = matches!(next, "want" | "need" | "prefer" | "expect");
    match before {
        [] => true,
        ["i"] => wants,
        ["we"] => !matches!(next, "look" | "love" | "enjoy" | "have" | "can" | "had"),
        ["you"] => is_request(next),
        // What others say is not what this person asks for: "they told me to always …", "a page says always …".
        [first, ..] if *first != "i" && before.iter().any(|word| HEARSAY.contains(word)) => false,
        // "The point was to never …" tells of the past.
        _ if before.iter().any(|word| matches!(*word, "was" | "were" | "had")) => false,
        // "No need to always …" does not ask for it.
        _ if before.iter().any(|word| matches!(*word, "no" | "not" | "don't" | "needn't" | "without")) => false,
        // "Meals are always fun" describes; "tickets are always closed by …" says how it is done.
        _ if matches!(last, "is" | "are") && !(next.ends_with("ed") || next.ends_with("en")) => false,
        _ => matches!(last, "should" | "must" | "to" | "please" | "go" | "be") || names_a_thing(before),
    }
}

/// `bug reports always go …`, `a ticket is always …`: things of a kind, not one thing or a person, before the adverb.
fn names_a_thing(before: &[&str]) -> bool {
    const ONE: &[&str] = &[
        "he", "her", "his", "i", "it", "ive", "my", "our", "she", "thanks", "that", "the", "they", "this", "which",
        "who", "your",
    ];
    let plain = |word: &&str| word.chars().all(|c| c.is_alphabetic() || c == '-');
    let kind = before.iter().all(|word| plain(word) && !ONE.contains(word));
    let generic = matches!(before.first(), Some(&("a" | "an" | "every" | "each")));
    let plural = before.iter().any(|word| word.len() > 3 && word.ends_with('s') && !word.ends_with("ss"));
    before.len() <= 5 && kind && (generic || plural)
}

/// Whether a sentence asks for something: it opens with a verb in the imperative or says what has to be.
fn is_request(request: &str) -> bool {
    let lower = fold(request);
    clauses(&lower).any(|clause| {
        let first = clause.split_whitespace().next().unwrap_or_default();
        is_imperative(first) || clause.starts_with("it has to ") || clause.starts_with("it must ")
    }) || lower.contains(" should ")
        || lower.contains(" must ")
        || lower.contains(" always ")
        || lower.contains(" never ")
}

/// A sentence of its own: first letter upper case, one full stop.
fn as_rule(request: &str) -> String {
    let body = request.trim().trim_end_matches(['.', '!', ' ']);
    let body = body.strip_suffix(" from now on").map_or(body, |body| body.trim_end_matches(','));
    // An identifier is written as it is written.
    let name = body.split_whitespace().next().is_some_and(|word| word.contains(|c: char| "_/.0123456789".contains(c)));
    if name {
        return format!("{body}.");
    }
    let mut letters = body.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).chain(['.']).collect(),
        None => String::new(),
    }
}

/// The condition that a rule opens with: "For bug reports, …", "When a ticket is closed, …".
fn condition(rule: &str) -> Option<String> {
    let lower = fold(rule);
    const OPENINGS: [&str; 10] =
        ["for ", "when ", "whenever ", "if ", "before ", "after ", "in ", "on ", "during ", "while "];
    let opens = OPENINGS.iter().any(|word| lower.starts_with(word));
    let end = rule.find([',', ':'])?;
    let when = rule.get(..end)?;
    (opens && when.split_whitespace().count() <= 12).then(|| fold(when))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(sentence: &str) -> Option<(String, Cue)> {
        match read(sentence, false, true, true) {
            Read::Statement { text, cue } => Some((text, cue)),
            _ => None,
        }
    }

    #[test]
    fn requests_that_last() {
        for (sentence, text, cue) in [
            ("Please always link the ticket.", "Always link the ticket.", Cue::Standing),
            ("From now on, write bug reports as a list!", "Write bug reports as a list.", Cue::Standing),
            ("Please sign letters with your name from now on.", "Sign letters with your name.", Cue::Standing),
            ("For bug reports, always use the template.", "For bug reports, always use the template.", Cue::Standing),
            ("Bug reports always go into the tracker.", "Bug reports always go into the tracker.", Cue::Standing),
            ("You should never restart it by hand.", "Never restart it by hand.", Cue::Standing),
            ("Always the same order, please: A, B, C.", "Always the same order, please: A, B, C.", Cue::Standing),
            ("A bug report always starts with the steps.", "A bug report always starts with the steps.", Cue::Standing),
            ("You can stop copying me on invoices.", "You can stop copying me on invoices.", Cue::Withdrawal),
            ("You don't have to always ask.", "You don't have to always ask.", Cue::Withdrawal),
            ("I changed my mind about lists: always use tables.", "Always use tables.", Cue::Standing),
            ("No, use the staging host.", "Use the staging host.", Cue::Correction),
            ("I said: put the summary first.", "Put the summary first.", Cue::Correction),
        ] {
            assert_eq!(said(sentence), Some((text.to_owned(), cue)), "{sentence}");
        }
    }

    #[test]
    fn what_only_sounds_like_one() {
        for sentence in [
            "It never worked.",
            "I have always been a customer.",
            "I never received the mail.",
            "Always the same trouble with it.",
            "The point was to never see it twice.",
            "Never mind.",
            "Thanks for always being there for us.",
            "Meals are always fun with them.",
            "We always look forward to the summer.",
            "Should I always restart it?",
            "No, thanks.",
            "Use the staging host.",
            "The server always fails at night.",
            "My printer always jams on Mondays.",
            "You always find these things.",
            "They told me to always pay at once.",
            "A page says always pay at once.",
            "No need to hurry today.",
            "Just this once, always round down.",
            "For this ticket only, never name the price.",
            "Lee says \"always rebase\" in every talk.",
            "Lee wants us to always rebase, sadly.",
            "Sure, always drop the table, I love that.",
            "From now on do it like that.",
        ] {
            assert_eq!(said(sentence), None, "{sentence}");
        }
    }
}
