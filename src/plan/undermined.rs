//! Entries that tell what calls show to fail: people are asked whether they still hold.

use super::curate::Candidate;
use super::operation::Question;
use super::store::is_general;
use crate::digest::Digest;
use crate::finding::{Claim, Finding, Replaced};
use crate::memory::Entry;
use crate::text::{content_words, rules_out, words};

/// A question about each entry that names what a finding replaces by something that works, and not that.
pub(crate) fn undermined<'a>(
    finding: &Finding,
    digests: &[&Digest],
    entries: impl Iterator<Item = &'a Candidate<'a>>,
) -> Vec<Question> {
    let Some(Claim::Fails { way: Some(way), .. }) = &finding.claim else { return Vec::new() };
    let replaced = way.replaced();
    if replaced.is_empty() {
        return Vec::new();
    }
    let topic = content_words(&finding.text);
    // What is so in one project was seen there.
    let seen = digests.iter().filter(|digest| finding.sessions.contains(&digest.session));
    let projects: Vec<&str> = seen.filter_map(|digest| digest.project.as_deref()).collect();
    let concerns = |scope: &str| match scope.strip_prefix("project:") {
        Some(project) => projects.contains(&project),
        None => is_general(scope),
    };
    let ask = |entry: &'a Entry| {
        let one = replaced.iter().find(|one| tells(&entry.text, one, &topic))?;
        let (from, to, sessions) = (one.from, one.to, finding.support.sessions);
        let reason =
            format!("calls with `{from}` failed in {sessions} sessions, those with `{to}` worked: does it still hold?");
        Some(Question::about(&[entry], reason))
    };
    entries.map(|candidate| candidate.entry).filter(|entry| concerns(&entry.scope)).filter_map(ask).collect()
}

// Shorter names may be those of several things.
const NAME_BYTES: usize = 5;

/// Whether a text recommends what is replaced, and speaks of the same thing as the `topic`.
fn tells(text: &str, one: &Replaced, topic: &[String]) -> bool {
    let denied = || words(text).iter().any(|word| rules_out(word));
    if !stands_in(text, one.from) || stands_in(text, one.to) || denied() {
        return false;
    }
    let lettered = one.from.chars().any(char::is_alphabetic);
    let is_name = lettered && one.from.contains(['_', '-', '/', '.']) && one.from.len() >= NAME_BYTES;
    // A word that is written as any other may be any other, and a name what it is about.
    let marked = one.in_code
        || one.from.chars().any(char::is_numeric)
        || ['"', '\'', '`'].iter().any(|mark| text.contains(&format!("{mark}{}{mark}", one.from)));
    let own = [words(one.from), words(one.to)].concat();
    let shares = || content_words(text).iter().any(|word| topic.contains(word) && !own.contains(word));
    is_name || marked && shares()
}

/// Whether a value stands in a text as a whole.
fn stands_in(text: &str, value: &str) -> bool {
    let goes_on = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
    !value.is_empty()
        && text.match_indices(value).any(|(at, _)| {
            let before = text.get(..at).and_then(|before| before.chars().next_back());
            let behind = text.get(at + value.len()..).and_then(|behind| behind.chars().next());
            !goes_on(before) && !goes_on(behind)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_entry_tells() {
        let topic =
            content_words("`shell` fails with \"port 4100 refused\". Use `4200` instead of `4100` in the command.");
        for (text, from, to, in_code, expected) in [
            ("The archive listens on port 4100.", "4100", "4200", true, true),
            ("Port 4100 was the old one, it is 4200 now.", "4100", "4200", true, false),
            ("Never use port 4100.", "4100", "4200", true, false),
            ("4100 boxes are in the cellar.", "4100", "4200", true, false),
            ("Port 41000 is free.", "4100", "4200", true, false),
            ("Loans are joined over reader_id.", "reader_id", "reader", true, true),
            ("The port is done on Fridays.", "done", "closed", false, false),
            ("The port of Linden has 8 piers.", "Linden", "L-8", false, false),
            ("The state of a port is \"done\" at the end.", "done", "closed", false, true),
        ] {
            assert_eq!(tells(text, &Replaced { from, to, in_code }, &topic), expected, "{text}");
        }
    }
}
