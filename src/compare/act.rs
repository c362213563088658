//! Who does something to whom, in the active and in the passive voice: "the worker notifies the scheduler" and "the scheduler
//! is notified by the worker" are the same words around.

use super::profile::Profile;
use super::word::{Mark, Word};
use crate::text::is_form_of_be;

/// Somebody does something to somebody.
#[derive(Debug, Clone, Copy)]
struct Act<'a> {
    agent: &'a Word,
    verb: u32,
    patient: &'a Word,
}

/// Two who do it to each other, where one text has a verb in the passive and the other one in the active voice.
pub(super) fn turned<'a>(a: &'a Profile, b: &'a Profile) -> Option<[&'a str; 2]> {
    let found = |passive: &'a Profile, active: &'a Profile| {
        let acts = actives(active);
        let turned = |act: &Act| {
            let same = |other: &&Act| other.verb == act.verb;
            let exchanged = |other: &Act| other.agent.stem == act.patient.stem && other.patient.stem == act.agent.stem;
            let mut others = acts.iter().filter(same).peekable();
            others.peek().is_some() && others.all(exchanged)
        };
        passives(passive).into_iter().find(turned).map(|act| [passive.shown(act.agent), passive.shown(act.patient)])
    };
    found(a, b).or_else(|| found(b, a))
}

/// "The scheduler is notified by the worker".
fn passives(text: &Profile) -> Vec<Act<'_>> {
    let words = &text.words;
    let act = |at: usize| {
        let (be, verb) = (words.get(at)?, words.get(at + 1)?);
        let patient = words.get(..at)?.iter().rev().find(|word| carries(word))?;
        let behind = words.get(at + 2..)?;
        let by = behind.iter().take(NEAR).position(|word| text.shown(word) == "by")?;
        let agent = behind.get(by + 1..)?.iter().find(|word| carries(word))?;
        (is_form_of_be(text.shown(be)) && carries(verb)).then_some(Act { agent, verb: verb.stem, patient })
    };
    (0..words.len()).filter_map(act).collect()
}

/// Words from a verb in the passive to its "by".
const NEAR: usize = 4;

/// "The worker notifies the scheduler": any word that carries meaning, between two others.
fn actives(text: &Profile) -> Vec<Act<'_>> {
    let words = &text.words;
    let act = |at: usize| {
        let verb = words.get(at).filter(|word| carries(word))?;
        let before = words.get(..at)?.iter().rev().find(|word| !word.is(Mark::MODAL | Mark::VERB))?;
        let behind = words.get(at + 1..)?.iter().find(|word| !is_article(text.shown(word)))?;
        (carries(before) && carries(behind)).then_some(Act { agent: before, verb: verb.stem, patient: behind })
    };
    (0..words.len()).filter_map(act).collect()
}

fn is_article(word: &str) -> bool {
    ["a", "an", "the", "our", "their", "its"].contains(&word)
}

fn carries(word: &Word) -> bool {
    !word.is(Mark::STOP | Mark::NEGATION | Mark::DIGIT)
}

#[cfg(all(test, feature = "model", not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    #[test]
    fn both_voices() {
        let exchanged = |a: &str, b: &str| {
            let (a, b) = (Profile::of(a), Profile::of(b));
            assert_eq!(turned(&a, &b).is_some(), turned(&b, &a).is_some());
            turned(&a, &b).is_some()
        };
        assert!(exchanged("The baker is called by the farmer.", "Each week the baker calls the farmer."));
        assert!(!exchanged("The baker is called by the farmer.", "Each week the farmer calls the baker."));
        assert!(exchanged("The print queue is polled by the mail queue.", "The print queue polls the mail queue."));
        assert!(!exchanged("The print queue is polled by the mail queue.", "The mail queue polls the print queue."));
        assert!(!exchanged("The baker is called by the hour.", "The farmer calls the baker."));
    }
}
