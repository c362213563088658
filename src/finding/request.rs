//! How two requests stand to each other: the same once more, the opposite, or two that hold side by side.

use std::borrow::Cow;

use crate::compare::{Profile, Relation, agree, compare_profiles, covers, denies};
use crate::text::{content_words, is_stop_word, stem, words};

/// What somebody asks for, ready to be held against other requests.
#[derive(Debug, Clone)]
pub(crate) struct Request<'a> {
    profile: Cow<'a, Profile>,
    words: Vec<String>,
    /// Whether it says that the speaker changed their mind.
    revises: bool,
}

/// How two requests stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stance {
    /// They ask for the same.
    Same,
    /// They cannot both hold.
    Otherwise,
    /// They hold side by side: another matter, or an exception.
    Beside,
}

impl<'a> Request<'a> {
    /// A request as it was worded; `said` is the whole sentence.
    pub(crate) fn of(text: &str, said: &str) -> Request<'static> {
        const CHANGES: [&str; 4] = ["changed my mind", "changed our mind", "change of plan", "scratch that"];
        let core = core(text);
        let lower = said.to_ascii_lowercase();
        Request {
            words: words(&core),
            profile: Cow::Owned(Profile::of(&core)),
            revises: CHANGES.iter().any(|change| lower.contains(change)),
        }
    }

    /// What an entry asks for; `profile` is that of its text.
    pub(crate) fn kept(text: &str, profile: &'a Profile) -> Request<'a> {
        let core = core(text);
        let profile = if core == text { Cow::Borrowed(profile) } else { Cow::Owned(Profile::of(&core)) };
        Request { words: words(&core), profile, revises: false }
    }

    /// What it is compared by.
    pub(crate) fn profile(&self) -> &Profile {
        &self.profile
    }

    /// How this request, the newer one, stands to an older one.
    pub(crate) fn stance(&self, older: &Request) -> Stance {
        if self.limited_beside(older) || older.limited_beside(self) {
            return Stance::Beside;
        }
        let about_one = agree(&self.profile, &older.profile);
        let conflict = || compare_profiles(&self.profile, &older.profile, 1.0).verdict == Relation::Conflict;
        let one_matter = self.profile.likeness(&older.profile) >= ONE_MATTER;
        let denied = || denies(&self.profile, &older.profile) || denies(&older.profile, &self.profile);
        if one_matter && (self.revises || widens(&self.words, &older.words) || denied()) || conflict() {
            return Stance::Otherwise;
        }
        if about_one { Stance::Same } else { Stance::Beside }
    }

    /// Whether all that this one says is said by an older one, of which more cannot be asked than it says.
    pub(crate) fn is_covered_by(&self, older: &Request) -> bool {
        self.stance(older) == Stance::Same && covers(&older.profile, &self.profile)
    }

    /// Whether it holds under a condition, or for somebody, that the other one does not name: "for bug reports", "on
    /// weekends", "only for Acme".
    fn limited_beside(&self, other: &Request) -> bool {
        let known: Vec<&str> = other.words.iter().map(|word| stem(word)).collect();
        let unknown = |word: &String| !is_stop_word(word) && !known.contains(&stem(word));
        let mut at = 0;
        while let Some((skip, opening)) = self.words.get(at..).and_then(|rest| {
            rest.iter().enumerate().find(|(_, word)| OPENINGS.contains(&word.as_str()) || word.as_str() == "on")
        }) {
            let follows = self.words.get(at + skip + 1..).unwrap_or_default();
            let reach = follows.iter().take(REACH).take_while(|word| !OPENINGS.contains(&word.as_str()));
            let mut named = reach.filter(|word| unknown(word));
            let limits = match opening.as_str() {
                "on" => named.any(|word| DAYS.contains(&stem(word))),
                _ => named.next().is_some(),
            };
            if limits {
                return true;
            }
            at += skip + 1;
        }
        false
    }
}

// Two requests that are no more alike than this are about two matters.
const ONE_MATTER: f64 = 0.5;

/// Words that open a condition or name whom a rule is for.
const OPENINGS: [&str; 9] = ["for", "when", "whenever", "if", "during", "unless", "except", "while", "as"];
// Words of a condition that tell which it is.
const REACH: usize = 4;
const DAYS: [&str; 12] = [
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "weekend", "weekday", "holiday",
    "night", "workday",
];

/// Whether one of two asks for a part only and the other for more than that: "only the tests you changed", "not only the
/// tests you changed".
fn widens(a: &[String], b: &[String]) -> bool {
    const WHOLE: [&str; 5] = ["full", "whole", "entire", "complete", "all"];
    let only = |words: &[String], not: bool| {
        words.iter().enumerate().any(|(at, word)| {
            let denied = at > 0 && words.get(at - 1).is_some_and(|before| before == "not");
            matches!(word.as_str(), "only" | "just") && denied == not
        })
    };
    let whole = |words: &[String]| !only(words, false) && words.iter().any(|word| WHOLE.contains(&word.as_str()));
    let part = |words: &[String]| only(words, false) && !only(words, true);
    let wider = |words: &[String]| only(words, true) || whole(words);
    part(a) && wider(b) || part(b) && wider(a)
}

/// A request without "always" and "please": a memory says "use tabs" where people say "please always use tabs".
fn core(text: &str) -> String {
    const SAID: [&str; 3] = ["always", "please", "pls"];
    let spoken = |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric()).to_ascii_lowercase();
    let kept: Vec<&str> = text.split_whitespace().filter(|word| !SAID.contains(&spoken(word).as_str())).collect();
    let left = kept.join(" ");
    // "Not always" is another thing.
    let weakened = ["not always", "nearly always", "almost always"].iter().any(|weak| text.contains(weak));
    if weakened || kept.len() == text.split_whitespace().count() || content_words(&left).is_empty() {
        return text.to_owned();
    }
    let mut letters = left.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(all(test, feature = "model"))]
mod tests {
    use super::*;

    fn stance(newer: &str, older: &str) -> Stance {
        Request::of(newer, newer).stance(&Request::of(older, older))
    }

    #[test]
    fn stances() {
        for (newer, older, wanted) in [
            ("Please always answer with the page number.", "Answer with the page number.", Stance::Same),
            ("Always build images with podman.", "Build images with docker.", Stance::Otherwise),
            ("Always use bun to build the pages.", "Use deno to build the pages.", Stance::Otherwise),
            ("Never squash the commits.", "Always squash the commits.", Stance::Otherwise),
            (
                "Lint the whole project, not only the files you touched.",
                "Lint only the files you touched.",
                Stance::Otherwise,
            ),
            ("Always lint the entire project.", "Lint only the touched part of the project.", Stance::Otherwise),
            ("On Sundays, always send the parcels to Lea.", "Always send the parcels to Leo.", Stance::Beside),
            ("For Nord Freight only: never name the price.", "Never name the price.", Stance::Beside),
            ("Always name the price.", "For Nord Freight, never name the price.", Stance::Beside),
        ] {
            assert_eq!(stance(newer, older), wanted, "{newer} | {older}");
        }
    }

    #[test]
    fn cores() {
        assert_eq!(core("Please always use tabs."), "Use tabs.");
        assert_eq!(core("Reports always go to Lea."), "Reports go to Lea.");
        assert_eq!(core("This is not always so."), "This is not always so.");
    }
}
