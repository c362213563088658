//! What people state without a word that says how long it holds. Nothing new comes of it; it is held against what the store
//! says, where it shows that something changed.

use std::ops::Range;
use std::sync::LazyLock;

use super::address::{without_address, without_correction};
use super::aside::Plain;
use super::facts::{
    ASKS, CHANGES, PASSING, PERSONS, changed, is_case, is_quoting, names_something, of_oneself, plain_words, states,
};
use super::passing::{confides, disputes, mocks, passes, speaks_for_others, weighs};
use super::statements::{REMARK_BYTES, as_rule};
use super::{Cue, Statement};
use crate::ascii::Cues;
use crate::evidence::Evidence;
use crate::text::{fold, is_imperative, sentences};
use crate::transcript::{Session, Speaker, Trust};

/// The remarks in the users' own words, in order: what is not among the `statements` already. `own` has the ranges of
/// those words in each turn.
pub(super) fn remarks(session: &Session, own: &[Vec<Range<usize>>], statements: &[Statement]) -> Vec<Statement> {
    let mut found = Vec::new();
    for (turn, own) in session.turns.iter().zip(own) {
        // A long message passes on a document.
        let spoken = turn.speaker == Speaker::User && turn.trust == Trust::Trusted && turn.text.len() <= REMARK_BYTES;
        if !spoken || disputes(&turn.text) {
            continue;
        }
        let spans = own.iter().flat_map(|own| {
            let within = sentences(turn.text.get(own.clone()).unwrap_or_default());
            within.into_iter().map(|range| own.start + range.start..own.start + range.end)
        });
        let known = |span: &Range<usize>| {
            let told = statements.iter().map(|said| &said.evidence).filter(|told| told.turn == turn.index);
            told.into_iter().any(|told| (told.start as usize) < span.end && span.start < told.end as usize)
        };
        for span in spans.filter(|span| !known(span)) {
            let plain = Plain::of(turn.text.get(span.clone()).unwrap_or_default());
            let fact = remark(&plain.text).map(|told| (told, Cue::Fact));
            let Some((told, cue)) = fact.or_else(|| Some((news(&plain.text)?, Cue::News))) else { continue };
            let evidence = Evidence::of(session, turn, span.start, span.end);
            found.push(Statement { text: as_rule(told), cue, when: None, after: None, evidence });
        }
    }
    found
}

// Shorter is a fragment, longer is a story.
const WORDS: std::ops::RangeInclusive<usize> = 4..=32;

/// What a sentence states of the world: how a thing is, or how it is done there. No question, no wish, no plan, no guess, no
/// hearsay, nothing of the speaker's own.
fn remark(sentence: &str) -> Option<&str> {
    let whole = without_address(without_correction(sentence).0);
    if sentence.ends_with(['?', '？']) {
        return None;
    }
    // What follows from it, how it was, and what the speaker thinks of it are other matters.
    const ASIDES: [&str; 7] = [", because ", ", i ", ", in case ", ", so ", ", thank", ", was ", " so "];
    let lower = fold(whole);
    let end = ASIDES.iter().filter_map(|aside| lower.find(aside)).min().filter(|_| lower.len() == whole.len());
    let main = end.and_then(|end| Some((whole.get(..end)?, sentence.strip_suffix(whole.get(end..)?)?)));
    let parts = [Some((whole, sentence)), main].into_iter().flatten();
    parts.into_iter().find(|(told, sentence)| tells(told, sentence)).map(|(told, _)| told)
}

/// Whether `told` does, which stands behind an address at the end of `sentence`.
fn tells(told: &str, sentence: &str) -> bool {
    const LATELY: [&str; 3] = [" from today", " since today", " since yesterday"];
    let plain = LATELY.iter().fold(told.to_owned(), |plain, when| plain.replace(when, ""));
    if is_quoting(&plain) || plain.split_whitespace().any(is_case) {
        return false;
    }
    let asks = |word: &String| ASKS.contains(&word.as_str());
    let asked: Vec<String> = plain_words(sentence).collect();
    let words: Vec<String> = plain_words(&plain).collect();
    let among = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    let Some(first) = words.first() else { return false };
    // "They renamed it" needs no more than "it was renamed".
    let they = first == "they" && words.get(1).is_some_and(|verb| CHANGES.contains(&verb.as_str()));
    let goes_on = PERSONS.contains(&first.as_str()) && !matches!(first.as_str(), "a" | "an") && !they;
    let lower = fold(told);
    let idle = || mocks(&lower) || weighs(&lower) || confides(&lower) || passes(told) || speaks_for_others(&lower);
    let unsettled = goes_on || among(&PASSING) || among(&UNSETTLED) || asked.iter().any(asks) || of_oneself(&asked);
    let states = || states(&words) || among(&["left", "prefer"]) || changed(&words) || names_something(&plain);
    WORDS.contains(&words.len()) && !unsettled && states() && !idle()
}

/// A sentence with a clause that tells of a change, in whatever words: "we're all on x now", "our contract with y ended".
fn news(sentence: &str) -> Option<&str> {
    let told = without_address(without_correction(sentence).0);
    let lower = fold(told);
    let idle = || mocks(&lower) || confides(&lower) || passes(told) || speaks_for_others(&lower);
    let asks = sentence.ends_with(['?', '？']) || is_quoting(told);
    let fits = (3..=*WORDS.end()).contains(&told.split_whitespace().count());
    (fits && !asks && tells_of_change(told) && !idle()).then_some(told)
}

const CUES: [&str; 25] = [
    "anymore", "archived", "cancelled", "changed", "dead", "died", "dropped", "ended", "expired", "gone", "longer",
    "left", "lowered", "now", "quit", "raised", "resigned", "since", "stopped", "depuis", "jetzt", "maintenant",
    "mehr", "desde", "seit",
];
const PHRASES: [&str; 4] = ["any more", "is back ", "taken over ", "took over "];

/// Words without which nothing tells of a change: most sentences have none.
static CHANGING: LazyLock<Cues<()>> =
    LazyLock::new(|| Cues::new(CUES.into_iter().chain(CHANGES).chain(PHRASES).map(|word| (word, ()))));

/// Whether a clause of a statement tells that something is no longer as it was.
pub(crate) fn tells_of_change(told: &str) -> bool {
    // What is yet to come, what is only supposed, and what the speaker or the agent did just now.
    const OPEN: [&str; 24] = [
        "agent", "can", "cant", "could", "going", "gonna", "hope", "if", "lets", "maybe", "might", "my", "perhaps",
        "please", "should", "soon", "supposed", "tomorrow", "will", "wish", "would", "you", "youre", "your",
    ];
    const SPEAKER: [&str; 3] = ["i", "im", "ive"];
    let changes = |clause: &str| {
        let words: Vec<String> = plain_words(&clause.replace("since yesterday", "since")).collect();
        let among = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
        let first = words.iter().find(|word| !matches!(word.as_str(), "and" | "now" | "ok" | "so" | "then"));
        let asks = words.len() < 3 || first.is_some_and(|first| is_imperative(first));
        let lower = fold(clause);
        let phrase = PHRASES.iter().any(|phrase| lower.contains(phrase));
        // What is in trouble just now is another matter.
        // "Coverage dropped under 80" is of one run.
        let fell = words.windows(2).any(|pair| match pair {
            [fell, to] => fell == "dropped" && matches!(to.as_str(), "below" | "by" | "from" | "to" | "under"),
            _ => false,
        });
        let troubled = fell || among(&PASSING) || among(&["working"]);
        !troubled && (phrase || (among(&CUES) || among(&CHANGES)) && !among(&SPEAKER)) && !among(&OPEN) && !asks
    };
    CHANGING.stands_in(told) && told.split([',', ';']).any(changes)
}

/// Words of what is not so, not yet or no more, or only supposed.
const UNSETTLED: [&str; 34] = [
    "assume", "assumes", "assuming", "before", "believe", "formerly", "going", "gonna", "guess", "had", "hope", "if",
    "imagine", "later", "likely", "might", "next", "plan", "planned", "planning", "plans", "previously", "probably",
    "soon", "suppose", "supposed", "think", "unless", "used", "was", "were", "will", "wish", "wonder",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remarks_tell_of_the_world() {
        for sentence in [
            "The start of a shift is exclusive.",
            "Right, the kiln runs at 980 degrees.",
            "So the mirror is on version 4 from today, the archive included.",
            "Ola left in May.",
            "In reports prefer meters over feet.",
            "Limit letters to 2 pages.",
            "We need 3 signatures for a contract.",
            "They renamed #losses last week.",
            "We moved off the paper lists of Kestrel.",
            "Of course, bread comes from Kern & Sohn these days.",
        ] {
            assert!(remark(sentence).is_some(), "{sentence}");
        }
        for (sentence, told) in [
            ("Right, the handover is on Wednesdays now, I keep forgetting.", "the handover is on Wednesdays now"),
            ("Ah, the import runs at 2:30 now, was 1:00 before.", "the import runs at 2:30 now"),
            ("Lea owns the parcels, so if one comes it goes to her.", "Lea owns the parcels"),
        ] {
            assert_eq!(remark(sentence), Some(told));
        }
        for sentence in [
            "Oh right, our Holm contract ended on Friday.",
            "we're all on Kestrel 10 now",
            "the paper still has May, the fair is in June since last year",
            "It's Ana Lorca since this month, Mr. Rui retired.",
        ] {
            assert!(news(sentence).is_some(), "{sentence}");
        }
        for sentence in [
            "I moved it to the hall.",
            "Now put the crates in the hall.",
            "Our contract will be over now.",
            "did our contract end now?",
            "Tom says our contract ended.",
            "for this week we moved to hall B",
        ] {
            assert!(news(sentence).is_none(), "{sentence}");
        }
        for sentence in [
            "Is the start of a shift exclusive?",
            "Maybe the kiln runs at 980 degrees.",
            "If the kiln runs at 980 degrees, it melts.",
            "The kiln will run at 980 degrees.",
            "Tomorrow the kiln runs at 980 degrees.",
            "Ola says the kiln runs at 980 degrees.",
            "The kiln was at 980 degrees before the repair.",
            "My kiln runs at 980 degrees.",
            "It runs at 980 degrees.",
            "For this test the kiln runs at 980 degrees.",
            "The order is at 12 Hill Road, number 1234567.",
            "The kiln runs at 980 degrees again.",
            "Please make the kiln 980 degrees hot.",
            "We should run the kiln at 980 degrees.",
            "Let's say the kiln is at 980 degrees.",
            "I think the kiln runs at 980 degrees.",
            "We plan to run the kiln at 980 degrees.",
        ] {
            assert!(remark(sentence).is_none(), "{sentence}");
        }
    }
}
