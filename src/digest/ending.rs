//! How a session ended, where no label says it: by what the user said last.
//!
//! Careful: only the last message counts, only where the agent had its turn before it, and a word of doubt, a
//! question or a new request in it leaves the outcome unknown. So do thanks and praise: people are polite about an
//! attempt, and a user who was told that it is done may praise what was not done.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::ascii::Cues;
use crate::evidence::Evidence;
use crate::text::{fold, sentences};
use crate::transcript::{Act, Session, Speaker, Trust, Turn};
use crate::trust;

/// An outcome that was read from the user's last words. Derived, not a label.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Ending {
    /// Whether the user was served.
    pub success: bool,
    /// The words that show it.
    pub reason: String,
    /// The sentence that they stand in.
    pub evidence: Evidence,
}

/// What a user says of a result that serves. Neither thanks nor praise is among it: people are polite about an attempt.
const CONTENT: [&str; 19] = [
    "works now", "it works", "that works", "works great", "works fine", "works perfectly", "works well", "working now",
    "that did it", "that fixed it", "fixed it", "is fixed", "solved", "problem gone", "lgtm", "looks good",
    "all green", "exactly what i", "just what i",
];

/// What an unsatisfied user says.
const DISCONTENT: [&str; 44] = [
    "still broken", "still fails", "still failing", "still doesn't", "still does not", "still not", "still wrong",
    "still the same", "still getting", "still get the", "still an error", "doesn't work", "does not work",
    "didn't work", "did not work", "not working", "isn't working", "no longer works", "same error", "same problem",
    "same issue", "that's wrong", "that is wrong", "this is wrong", "that's not right", "not what i asked",
    "not what i wanted", "not what i meant", "you broke", "it broke", "worse than before", "made it worse", "give up",
    "gave up", "giving up", "forget it", "useless", "a waste of", "revert everything", "undo everything", "not solved",
    "not fixed", "wasn't fixed", "not resolved",
];

/// What takes the thanks back.
const DOUBTS: [&str; 12] = [
    "but", "however", "except", "although", "though", "unfortunately", "almost", "not", "isn't", "doesn't", "didn't",
    "wrong",
];

/// What a user asks for once the work is done: it accepts the work.
const ACCEPTS: [&str; 13] = [
    "commit", "push", "merge", "ship it", "deploy it", "release it", "go ahead", "have a", "bye", "you too", "thanks",
    "thank you", "perfect",
];

/// The ending of a session, if the user's last words show it.
pub(crate) fn ending(session: &Session) -> Option<Ending> {
    let spoke =
        |turn: &&Turn| turn.act == Act::Message && turn.speaker == Speaker::User && turn.trust == Trust::Trusted;
    let last = session.turns.iter().rev().find(spoke)?;
    let before = session.turns.get(..last.index as usize).unwrap_or_default();
    before.iter().any(|turn| turn.speaker == Speaker::Agent).then(|| judged(session, last))?
}

/// Every word that decides: most messages hold none of them.
static CUES: LazyLock<Cues<()>> =
    LazyLock::new(|| Cues::new(CONTENT.into_iter().chain(DISCONTENT).map(|cue| (cue, ()))));

fn judged(session: &Session, turn: &Turn) -> Option<Ending> {
    if turn.text.is_ascii() && !CUES.any(&turn.text) {
        return None;
    }
    let mut sentences_said = Vec::new();
    for own in trust::own_words(&turn.text) {
        let part = turn.text.get(own.clone()).unwrap_or_default();
        let within = sentences(part).into_iter().map(|range| own.start + range.start..own.start + range.end);
        sentences_said.extend(within.map(|range| (fold(turn.text.get(range.clone()).unwrap_or_default()), range)));
    }
    let found_in = |cues: &[&'static str], (said, range): &(String, std::ops::Range<usize>)| {
        let cue = cues.iter().find(|cue| holds(said, cue))?;
        Some((*cue, range.clone()))
    };
    let find = |cues: &[&'static str]| {
        sentences_said.iter().filter(|(said, _)| CUES.any(said)).find_map(|sentence| found_in(cues, sentence))
    };
    let ending = |success: bool, (cue, range): (&str, std::ops::Range<usize>)| Ending {
        success,
        reason: format!("the user's last message says \"{cue}\""),
        evidence: Evidence::of(session, turn, range.start, range.end),
    };
    if let Some(found) = find(&DISCONTENT) {
        return Some(ending(false, found));
    }
    let served = find(&CONTENT)?;
    let doubts = |sentence: &(String, std::ops::Range<usize>)| found_in(&DOUBTS, sentence).is_some();
    let doubtful = sentences_said.iter().any(|sentence| doubts(sentence) || sentence.0.ends_with(['?', '？']));
    let content = |said: &str| CONTENT.iter().chain(&ACCEPTS).any(|cue| holds(said, cue));
    let asks_more = sentences_said.iter().any(|(said, _)| said.split_whitespace().count() > 4 && !content(said));
    (!doubtful && !asks_more).then(|| ending(true, served))
}

/// Whether `said` holds the words of the cue as whole words.
fn holds(said: &str, cue: &str) -> bool {
    said.match_indices(cue).any(|(at, _)| {
        let free = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
        let (before, after) = (said.get(..at), said.get(at + cue.len()..));
        free(before.and_then(|text| text.chars().next_back())) && free(after.and_then(|text| text.chars().next()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transcript::read_transcript;

    fn said(words: &str) -> Option<bool> {
        let messages = serde_json::json!([
            {"role": "user", "content": "Fix the login."},
            {"role": "assistant", "content": "Done."},
            {"role": "user", "content": words},
            {"role": "assistant", "content": "All right."},
        ]);
        let reading = read_transcript(messages.to_string().as_bytes(), None).ok()?;
        ending(reading.sessions.first()?).map(|ending| ending.success)
    }

    #[test]
    fn last_words() {
        for (words, success) in [
            ("Thanks!", None),
            ("Perfect!", None),
            ("It works, commit this", Some(true)),
            ("It works now, thank you. Have a nice day!", Some(true)),
            ("Thanks, but it still fails on Safari.", Some(false)),
            ("That's not what I asked for.", Some(false)),
            ("It doesn't work.", Some(false)),
            ("Thanks. Can you also change the title?", None),
            ("Thanks, but the title is odd", None),
            ("Thanks. Now rename the table of all the users", None),
            ("Now rename the table", None),
            ("> It works now", None),
        ] {
            assert_eq!(said(words), success, "{words}");
        }
    }

    #[test]
    fn the_first_words_are_no_end() {
        let line = br#"{"id":"a","messages":[{"role":"user","content":"The login still fails."}]}"#;
        let reading = read_transcript(line, None);
        assert!(reading.is_ok_and(|reading| reading.sessions.iter().all(|session| ending(session).is_none())));
    }
}
