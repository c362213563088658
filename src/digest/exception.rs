//! What is excepted from a rule in the sentence behind it. Without it the rule would be another one.

use super::address::starts_with;
use crate::text::words;

// Longer is a story.
const MOST_WORDS: usize = 24;

/// "Except for …", said of the sentence before.
pub(super) fn opens_exception(sentence: &str) -> bool {
    const OPENINGS: [&str; 21] = [
        "except ", "exception: ", "exceptions: ", "the exception is ", "the one exception is ",
        "the only exception is ", "only exception: ", "one exception: ", "unless ", "but not ", "apart from ",
        "other than ", "not for ", "not if ", "not when ", "not in ", "not on ", "only for ", "only if ", "only when ",
        "only on ",
    ];
    OPENINGS.iter().any(|opening| starts_with(sentence, opening)) && !sentence.ends_with(['?', '？'])
}

/// "Patch versions are fine without.", "On drafts you may skip it.": leave for a part of what the rule is about.
pub(super) fn grants(sentence: &str) -> bool {
    const NOTHING_NAMED: [&str; 22] = [
        "all", "am", "but", "everything", "he", "i", "if", "im", "it", "its", "looks", "or", "she", "thanks", "that",
        "thats", "these", "they", "this", "those", "we", "what",
    ];
    const FINE: [&str; 11] = [
        "acceptable", "allowed", "alright", "excepted", "excluded", "exempt", "fine", "harmless", "ok", "okay",
        "permitted",
    ];
    const WHERE: [&str; 5] = ["at", "for", "in", "on", "with"];
    if sentence.ends_with(['?', '？']) {
        return false;
    }
    let said = words(sentence);
    let said: Vec<&str> = said.iter().map(String::as_str).collect();
    let pair = |first: &[&str], second: &[&str]| {
        said.windows(2).any(|near| matches!(near, [a, b] if first.contains(a) && second.contains(b)))
    };
    let fine = || {
        said.windows(3).any(|near| {
            matches!(near, [_, be, how] if BE.contains(be) && FINE.contains(how))
                || matches!(near, [be, _, how] if BE.contains(be) && FINE.contains(how))
        })
    };
    let leave = || pair(&["you", "we"], &["can", "may", "could", "neednt"]) || pair(&["no"], &["need"]) || fine();
    let needless = || {
        pair(&["dont", "doesnt", "neednt"], &["need", "have", "apply", "count"])
            || pair(&["need", "needs"], &["no", "none"])
    };
    match said.as_slice() {
        [] => false,
        all if all.len() > MOST_WORDS => false,
        [place, ..] if WHERE.contains(place) => leave() || needless(),
        ["you", "can" | "may", ..] => said.iter().any(|word| matches!(*word, "without" | "skip" | "though" | "anyway")),
        [first, ..] if NOTHING_NAMED.contains(first) || *first == "you" => false,
        [first, ..] => fine() || needless() || *first != "the" && may(&said),
    }
}

const BE: [&str; 5] = ["are", "be", "is", "stays", "remains"];

/// "Stage can go all at once".
fn may(said: &[&str]) -> bool {
    said.iter().take(5).skip(1).any(|word| matches!(*word, "can" | "may"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exceptions() {
        for sentence in [
            "Except on Mondays.",
            "Only for live hosts.",
            "Not for drafts.",
            "Typo fixes are fine without.",
            "Drafts are ok.",
            "The test hosts are exempt.",
            "On drafts you may skip it.",
            "For the docs there is no need.",
            "Night runs don't need it.",
            "Drafts can go out as they are.",
            "You can merge typo fixes without.",
        ] {
            assert!(opens_exception(sentence) || grants(sentence), "{sentence}");
        }
    }

    #[test]
    fn what_excepts_nothing() {
        for sentence in [
            "It is fine now.",
            "That's ok.",
            "You can start.",
            "Thanks, all fine.",
            "Are drafts ok?",
            "I need the numbers by noon.",
            "The log is in the folder.",
            "Then run it.",
            "Only the last page is missing.",
        ] {
            assert!(!opens_exception(sentence) && !grants(sentence), "{sentence}");
        }
    }
}
