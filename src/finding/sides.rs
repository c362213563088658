//! What a request wants, and what it rules out: "call me, never write".

use std::collections::BTreeSet;

use super::occasion::Occasion;
use crate::order::Gather as _;
use crate::text::{CONTRASTS, is_denial, is_stop_word, stem, words};

/// Stems of the words that carry meaning, by whether the part of the request that they stand in denies something.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sides {
    wanted: BTreeSet<String>,
    ruled_out: BTreeSet<String>,
    /// What stands before the denial in its own part: "on your own branch never …".
    led_by: BTreeSet<String>,
    /// Small words that tell where to, when and how far.
    reach: BTreeSet<String>,
    /// When it wants something done, and when not.
    when: Occasion,
    not_when: Occasion,
    /// The stems of what it wants then.
    then: BTreeSet<String>,
}

// They say how firmly something holds, not what.
const FIRMLY: [&str; 23] = [
    "again", "all", "always", "any", "anymore", "anything", "definitely", "do", "does", "each", "ever", "every",
    "just", "longer", "may", "more", "must", "now", "ok", "really", "should", "simply", "strictly",
];
// Stems of words that narrow no ban: people are there every day, and forbid to use what they forbid.
const ANYWAY: [&str; 5] = ["codebas", "project", "repo", "repositor", "us"];
const REACH: [&str; 20] = [
    "after", "before", "by", "during", "except", "for", "from", "if", "in", "into", "off", "on", "only", "over", "to",
    "unless", "until", "when", "while", "with",
];

impl Sides {
    pub(super) fn of(text: &str) -> Sides {
        let mut sides = Sides::default();
        for part in parts(&text.to_lowercase().replace("from now on", "")) {
            let denial = part.iter().position(|word| is_denial(word));
            let (wanted, denied) = part.split_at(denial.unwrap_or(part.len()));
            let dated = sides.when.take_in(wanted);
            sides.not_when.take_in(denied);
            if dated {
                let carry = wanted.iter().filter(|word| !is_stop_word(word) && !Occasion::names(word));
                let asked = carry.map(|word| stem(word)).filter(|stem| !WISHING.contains(stem));
                sides.then.extend(asked.map(str::to_owned));
            }
            for (at, word) in part.iter().enumerate() {
                if REACH.contains(&word.as_str()) {
                    sides.reach.insert(word.clone());
                }
                if is_stop_word(word) || Sides::is_light(word) {
                    continue;
                }
                let side = match denial {
                    None => &mut sides.wanted,
                    Some(denial) if at < denial => &mut sides.led_by,
                    Some(_) => &mut sides.ruled_out,
                };
                side.insert(stem(word).to_owned());
            }
        }
        sides
    }

    /// Whether a word says only whether, or how firmly, something holds.
    pub(super) fn is_light(word: &str) -> bool {
        is_denial(word) || FIRMLY.contains(&word)
    }

    /// Whether each wants what the other one rules out.
    pub(super) fn crosses(&self, other: &Sides) -> bool {
        let against = |one: &Sides, other: &Sides| {
            let only_wanted = |word: &&String| one.wanted.contains(*word) && !one.ruled_out.contains(*word);
            other.ruled_out.difference(&other.wanted).any(|word| only_wanted(&word))
        };
        against(self, other) && against(other, self)
    }

    /// Whether one thing is asked for at another time than before: on another day, or at another time of the day.
    pub(super) fn moves(&self, older: &Sides) -> bool {
        self.when.excludes(&older.when)
    }

    /// Whether it says so itself: "on Saturdays, not on Fridays", and wants then nothing but what the other one speaks of.
    pub(super) fn moves_expressly(&self, older: &Sides) -> bool {
        // So much more the other one may say of the same thing: whose it is, and of what kind.
        const MORE: usize = 3;
        let named = !self.then.is_empty() && self.then.is_subset(&older.then);
        self.moves(older) && self.not_when == older.when && named && older.then.len() <= self.then.len() + MORE
    }

    /// Whether it forbids these words, and nothing narrower.
    pub(super) fn rules_out_just(&self, what: &[String]) -> bool {
        let what: BTreeSet<String> = what.iter().map(|word| stem(word).to_owned()).gather_set();
        let narrows = |word: &&String| !ANYWAY.contains(&word.as_str());
        self.led_by.is_empty() && self.ruled_out.iter().filter(narrows).eq(&what)
    }

    /// Whether both hold as far: "to main" and "from main" are two directions.
    pub(super) fn reaches_as(&self, other: &Sides) -> bool {
        self.reach == other.reach
    }

    /// Whether it has something else in the place of what another one wants, and rules out nothing more than that: a longer
    /// denial is a narrower one.
    pub(super) fn set_against(&self, other: &Sides) -> bool {
        // One or two words are an alternative, more are another matter.
        const ALTERNATIVE: usize = 2;
        let asked: BTreeSet<&String> = other.wanted.iter().gather_set();
        let own = self.wanted.iter().filter(|word| !asked.contains(word)).count();
        let shared = self.wanted.iter().any(|word| asked.contains(word));
        let no_more = self.ruled_out.iter().chain(&self.led_by).all(|word| asked.contains(word));
        shared && no_more && (1..=ALTERNATIVE).contains(&own)
    }
}

// Stems of the verbs that only say that somebody wishes for something.
const WISHING: [&str; 5] = ["expect", "lik", "need", "prefer", "want"];

/// The words of each part of a request; "instead of …" and "and not …" are parts of their own.
fn parts(text: &str) -> Vec<Vec<String>> {
    let mut parts = Vec::new();
    for clause in text.split([',', ';', ':', '.', '!', '(', ')', '\u{2013}', '\u{2014}']) {
        let spoken = words(clause);
        let opens = |at: usize, word: &str| {
            let joined = at > 0 && matches!(spoken.get(at - 1).map(String::as_str), Some("and" | "but"));
            CONTRASTS.contains(&word) || joined && is_denial(word)
        };
        let cut = spoken.iter().enumerate().position(|(at, word)| opens(at, word)).unwrap_or(spoken.len());
        let (first, rest) = spoken.split_at(cut);
        parts.push(first.to_vec());
        parts.push(rest.to_vec());
    }
    parts
}
