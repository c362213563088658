//! What leads up to a request: that it corrects, greetings, "please".

use std::sync::LazyLock;

use crate::ascii::Set;
use crate::text::fold;

/// Cuts what only says that a correction follows; says whether there was such a thing.
pub(super) fn without_correction(sentence: &str) -> (&str, bool) {
    const OPENINGS: &[&str] = &[
        "no, ", "hm, no, ", "hm, no: ", "hmm, no, ", "hmm, no: ", "hmm no, ", "wait, no, ", "wait no, ", "no wait, ",
        "no, wait, ", "no - ", "no: ", "no. ", "nope, ", "again, ", "again: ", "i said it before: ", "i said before: ",
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
pub(super) fn without_preamble(sentence: &str) -> &str {
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
pub(super) fn without_address(sentence: &str) -> &str {
    const ADDRESS: &[&str] = &[
        "please ", "pls ", "and ", "but ", "so ", "then ", "also ", "also, ", "hey, ", "hi, ", "hello, ", "ok, ",
        "okay, ", "ok ", "okay ", "oh ", "ah ", "ah, ", "hm, ", "hmm, ", "yes, ", "yeah, ", "right, ", "alright, ",
        "sorry, ", "hey ", "thx, ", "thx ", "thanks, ", "thanks - ", "thank you, ", "note: ", "reminder: ",
        "remember to ", "just ", "oh, ", "of course, ", "well, ", "wait, ", "jumping in: ", "nice, ", "perfect, ",
        "cool, ", "good, ", "let's ", "lets ", "change of plan: ", "change of plan, ", "from now on, ",
        "from now on: ", "from now on ", "going forward, ", "going forward ", "in the future, ", "in future, ",
        "in future ", "for future reference, ", "for the future: ", "general thing: ", "in general, ", "generally, ",
        "i want you to ", "i'd like you to ", "i need you to ", "you should ", "you must ", "you need to ",
        "you have to ", "we should ", "make sure to ", "make sure you ", "be sure to ",
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

pub(super) fn starts_with(text: &str, opening: &str) -> bool {
    // Most texts are told off by their first letter, so nothing is written for them.
    let begins = text.bytes().next().is_some_and(|byte| Some(byte.to_ascii_lowercase()) == opening.bytes().next());
    begins
        && text.get(..opening.len()).is_some_and(|start| match start.is_ascii() {
            true => start.eq_ignore_ascii_case(opening),
            false => fold(start) == *opening,
        })
}
