//! Requests that nobody called a rule and people keep making: how they want things done, whatever is done.

use std::collections::BTreeSet;

use super::preference::Said;
use crate::compare::{Profile, agree};
use crate::digest::{Cue, Digest, Statement};
use crate::order::Gather as _;
use crate::text::{fold, normalise, sentences, words};

/// What is left of a plain request when the reason, what it is set against, and the verb that says nothing are cut: people
/// say "use tabs, not blanks", "tabs please", "use tabs, as everywhere else".
pub(super) fn core(said: &Statement) -> String {
    const AGAINST: [&str; 2] = [" instead of ", " rather than "];
    // Ways to say "no …".
    const DENIALS: [&str; 3] = ["don't ", "dont ", "do not "];
    const FORBIDDING: [&str; 7] = ["avoid using ", "avoid ", "leave out ", "leave off ", "skip ", "omit ", "no "];
    const LIGHT: [&str; 10] =
        ["use ", "put ", "keep ", "add ", "include ", "write ", "give me ", "show me ", "give ", "show "];
    // A form alone: "as a list".
    const FORMS: [&str; 4] = ["as an ", "as a ", "as ", "in "];
    // "In this repo" is where people are, every day.
    const HERE: [&str; 5] = [" again", " too", " in this project", " in this repo", " in this repository"];
    let text = said.text.trim_end_matches('.');
    // Behind the comma of a condition stands what is asked for.
    let asked = if said.when.is_some() { text } else { text.split([',', ';', '(']).next().unwrap_or(text) };
    let end = AGAINST.iter().filter_map(|against| asked.find(against)).min().unwrap_or(asked.len());
    let asked = fold(asked.get(..end).unwrap_or(asked));
    let asked = HERE.iter().fold(asked.as_str(), |asked, here| asked.strip_suffix(here).unwrap_or(asked)).to_owned();
    let without = |asked: &str, openings: &[&str]| -> Option<String> {
        openings.iter().find_map(|opening| asked.strip_prefix(opening)).map(str::to_owned)
    };
    let denied = without(&asked, &DENIALS).and_then(|denied| without(&denied, &LIGHT));
    let forbidden = denied.or_else(|| without(&asked, &FORBIDDING));
    let form = || without(&asked, &FORMS).filter(|form| !form.contains(' '));
    match forbidden {
        Some(what) => format!("no {}", what.trim_start_matches("the ")),
        None => without(&asked, &LIGHT)
            .map(|what| what.trim_start_matches("the ").to_owned())
            .or_else(form)
            .unwrap_or_else(|| asked.clone()),
    }
}

/// In how many different tasks a group of statements is asked for, zero where it is no manner; one less where it may be one
/// person's only.
pub(super) fn recurs(group: &[&Said]) -> usize {
    let is_plain = |said: &&Said| said.statement.cue == Cue::Request;
    let people = group.iter().map(|said| said.statement.evidence.name.as_deref()).gather_set();
    let named = people.iter().flatten().count();
    let tasks: BTreeSet<String> = group.iter().map(|said| task(said.digest)).gather_set();
    // Whoever comes with business of their own asks for what all ask for who come with such business, unless one person
    // keeps coming.
    let comes_again = named == 1 && people.len() == 1;
    let own = group.iter().filter(|said| brings_own_business(said.digest)).count();
    let counts =
        group.iter().any(is_plain) && group.iter().any(|said| asks(said)) && (comes_again || own * 2 <= group.len());
    if counts { tasks.len() - usize::from(named < 2) } else { 0 }
}

/// "No output on start" may be a complaint, "no emojis please" is none. A single word may ask for what it names: "details
/// please" is no manner, unless others say so.
fn asks(said: &Said) -> bool {
    let quote = words(&said.statement.evidence.quote);
    let text = &said.statement.text;
    !(text.starts_with("No ") || text.ends_with(" please."))
        || text.starts_with("No ") && quote.iter().any(|word| matches!(word.as_str(), "please" | "pls"))
}

/// Whether a session opens with what somebody has or wants for themselves: "my order", "I bought".
fn brings_own_business(digest: &Digest) -> bool {
    let opening = digest.opening.as_deref().map(words).unwrap_or_default();
    opening.iter().any(|word| matches!(word.as_str(), "i" | "id" | "im" | "ive" | "my"))
}

/// What a session is about, so far as it tells: the same work done again asks for the same things.
fn task(digest: &Digest) -> String {
    let opening = || digest.opening.as_deref().map(normalise);
    digest.task.clone().or_else(opening).unwrap_or_else(|| digest.session.clone())
}

/// What sessions open with: a piece of work, and no manner.
pub(super) struct Openings(Vec<Profile>);

impl Openings {
    pub(super) fn of(digests: &[&Digest]) -> Openings {
        let first =
            |opening: &str| sentences(opening).first().and_then(|range| opening.get(range.clone())).map(normalise);
        let opened: BTreeSet<String> =
            digests.iter().filter_map(|digest| first(digest.opening.as_deref()?)).gather_set();
        Openings(opened.iter().map(|opening| Profile::of(opening)).collect())
    }

    /// Whether some session begins with just that.
    pub(super) fn ask_for(&self, said: &Said) -> bool {
        self.0.iter().any(|opening| agree(opening, said.profile()))
    }
}
