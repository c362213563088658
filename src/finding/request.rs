//! How two requests stand to each other: the same once more, the opposite, or two that hold side by side.

use std::borrow::Cow;

use super::occasion::Occasion;
use super::sides::Sides;
use crate::compare::{Comparison, Profile, Relation, agree, compare_profiles, covers, denies, other_limit};
use crate::text::{content_words, is_denial, is_imperative, is_stop_word, stem, words};

/// What somebody asks for, ready to be held against other requests.
#[derive(Debug, Clone)]
pub(crate) struct Request<'a> {
    profile: Cow<'a, Profile>,
    words: Vec<String>,
    /// The same with a mark behind each clause.
    clauses: Vec<String>,
    /// What it wants and what it forbids.
    sides: Sides,
    /// Stems of the names in it.
    names: Vec<String>,
    /// Whether it says that the speaker changed their mind.
    revises: bool,
    /// Whether it says that it holds beside something else.
    adds: bool,
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
        let revises = CHANGES.iter().any(|change| lower.contains(change));
        let adds = words(said).iter().any(|word| ADDING.contains(&word.as_str()));
        Request { revises, adds, ..Request::read(Cow::Owned(Profile::of(&core)), &core) }
    }

    /// What an entry asks for; `profile` is that of its text.
    pub(crate) fn kept(text: &str, profile: &'a Profile) -> Request<'a> {
        let core = core(text);
        let profile = if core == text { Cow::Borrowed(profile) } else { Cow::Owned(Profile::of(&core)) };
        Request::read(profile, &core)
    }

    fn read(profile: Cow<'a, Profile>, core: &str) -> Request<'a> {
        let parts = core.split([',', ';', ':']);
        let clauses = parts.flat_map(|part| words(part).into_iter().chain([END.to_owned()])).collect();
        Request {
            profile,
            words: words(core),
            clauses,
            sides: Sides::of(core),
            names: names(core),
            revises: false,
            adds: false,
        }
    }

    /// What it is compared by.
    pub(crate) fn profile(&self) -> &Profile {
        &self.profile
    }

    /// How this request, the newer one, stands to an older one.
    pub(crate) fn stance(&self, older: &Request) -> Stance {
        if self.moves(older) {
            return Stance::Otherwise;
        }
        if self.limited_beside(older) || older.limited_beside(self) {
            return Stance::Beside;
        }
        if self.opposes(older) {
            // What speaks of somebody by name is an exception from what speaks of nobody, and more than what one says goes on.
            let beside = self.names_alone(older) || older.names_alone(self);
            return if beside { Stance::Beside } else { Stance::Otherwise };
        }
        let same =
            (agree(&self.profile, &older.profile) || self.speaks_alike(older)) && !self.sides.crosses(&older.sides);
        if same { Stance::Same } else { Stance::Beside }
    }

    /// Whether both cannot hold. That one of them denies something is not enough: it has to be the same act on the same
    /// thing. "Never log names" and "always log ids" hold side by side.
    fn opposes(&self, older: &Request) -> bool {
        let (a, b) = (&*self.profile, &*older.profile);
        let one_matter = || a.likeness(b) >= ONE_MATTER;
        let of_one_mind = (a.negations > 0) == (b.negations > 0);
        (self.revises && of_one_mind || widens(&self.words, &older.words)) && one_matter()
            || self.speaks_otherwise(older)
            || self.turns_round(older)
            || self.excludes(older)
            || other_limit(&a.text, &b.text)
    }

    /// Whether it wants the same thing at another time, and not at that time too.
    fn moves(&self, older: &Request) -> bool {
        let nothing_more = |of: &Request, by: &Request| {
            of.profile
                .unsaid(&by.profile)
                .all(|word| Sides::is_light(word) || Occasion::names(word) || word == "before")
        };
        self.sides.moves(&older.sides)
            && older.profile.negations == 0
            && (self.sides.moves_expressly(&older.sides) || nothing_more(self, older) && nothing_more(older, self))
            && !self.adds
    }

    /// Whether one of them forbids just what the other asks for, or what one wants is what the other rules out.
    fn turns_round(&self, older: &Request) -> bool {
        let (a, b) = (&*self.profile, &*older.profile);
        let one_act = self.adds_nothing_to(older) && older.adds_nothing_to(self) && self.sides.reaches_as(&older.sides);
        one_act && (denies(a, b) || denies(b, a) || self.sides.crosses(&older.sides))
            || self.replaces(older)
            || older.replaces(self)
    }

    /// Whether it sets something against what the other one asks for: "call Lea about claims, not Leo".
    fn replaces(&self, other: &Request) -> bool {
        other.profile.negations == 0
            && other.adds_nothing_to(self)
            && denies(&self.profile, &other.profile)
            && self.sides.set_against(&other.sides)
    }

    /// Whether the other one has all of its words and values, but for those that only say how firmly.
    fn adds_nothing_to(&self, other: &Request) -> bool {
        let known = |value: &str| other.profile.values.iter().any(|theirs| &*theirs.text == value);
        // "No emojis" is "never use emojis".
        let light = |word: &str| word == "use" || Sides::is_light(word);
        other.profile.unsaid(&self.profile).all(light) && self.profile.values.iter().all(|value| known(&value.text))
    }

    /// Whether it rules out altogether what an older one chooses for something: "no foil", "use foil for the boxes".
    pub(crate) fn bars(&self, older: &Request) -> bool {
        let chosen = older.words.split_first().filter(|(verb, _)| CHOOSING.contains(&verb.as_str()));
        let what = chosen.and_then(|(_, rest)| rest.split(|word| is_stop_word(word)).find(|what| !what.is_empty()));
        let what = what.filter(|_| older.profile.negations == 0);
        what.is_some_and(|what| self.sides.rules_out_just(what)) && !self.limited_beside(older)
    }

    /// Whether they differ in a value or a choice. A text that only denies differs in neither.
    fn excludes(&self, older: &Request) -> bool {
        let Comparison { verdict, reasons, .. } = compare_profiles(&self.profile, &older.profile, 1.0);
        let denied = || reasons.iter().any(|reason| reason == "one of them is negated");
        let chosen = || !reasons.iter().any(|reason| reason.starts_with("one slot differs")) || !self.is_done_to(older);
        verdict == Relation::Conflict && !denied() && chosen()
    }

    /// Whether two that differ in one place name there what something is done to: "run the linter", "run the tests". Of
    /// what one uses or prefers there is one.
    fn is_done_to(&self, other: &Request) -> bool {
        const ARTICLES: [&str; 8] = ["a", "all", "an", "any", "each", "every", "our", "the"];
        let both = self.words.iter().zip(&other.words).take_while(|(word, its)| word == its);
        let mut before: Vec<&str> = both.map(|(word, _)| word.as_str()).collect();
        before.retain(|word| !ARTICLES.contains(word));
        let opens = before.len() == 1;
        before.last().is_some_and(|verb| (opens || is_imperative(verb)) && !CHOOSING.contains(verb))
    }

    /// Whether all that this one says is said by an older one, and the other way round nothing else.
    pub(crate) fn is_covered_by(&self, older: &Request) -> bool {
        let (said, kept) = (&*self.profile, &*older.profile);
        let own = |of: &Profile, other: &Profile| other.unsaid(of).any(|word| !is_imperative(word));
        let same = |verdict| matches!(verdict, Relation::Duplicate | Relation::Subsumed);
        let alike = || !(own(said, kept) && own(kept, said)) && said.negations == kept.negations;
        self.stance(older) == Stance::Same
            && covers(kept, said)
            && (alike() || same(compare_profiles(said, kept, 0.6).verdict))
    }

    /// Whether it alone names somebody or something, and does not set them against what the other one says: "not Ana".
    fn names_alone(&self, other: &Request) -> bool {
        const AGAINST: [&str; 5] = ["not", "instead", "rather", "longer", "never"];
        let known = |name: &String, other: &Request| other.words.iter().any(|word| stem(word) == name);
        self.names.iter().any(|name| !known(name, other))
            && other.names.iter().all(|name| known(name, self))
            && !self.words.iter().any(|word| AGAINST.contains(&word.as_str()))
    }

    /// Whether it holds under a condition, or for somebody, that the other one does not name: "for bug reports", "on
    /// weekends", "only for Acme".
    fn limited_beside(&self, other: &Request) -> bool {
        let known: Vec<&str> = other.words.iter().map(|word| stem(word)).collect();
        let unknown = |word: &String| !is_stop_word(word) && !known.contains(&stem(word));
        let mut at = 0;
        while let Some((skip, opening)) = self.clauses.get(at..).and_then(|rest| {
            rest.iter().enumerate().find(|(_, word)| OPENINGS.contains(&word.as_str()) || word.as_str() == "on")
        }) {
            let follows = self.clauses.get(at + skip + 1..).unwrap_or_default();
            let opens = |word: &str| OPENINGS.contains(&word) || word == END;
            let reach = follows.iter().take(REACH).take_while(|word| !opens(word));
            let lasts = reach.clone().any(|word| UNITS.contains(&stem(word)));
            let counts = |word: &str| lasts && word.starts_with(|c: char| c.is_ascii_digit());
            let mut named = reach.filter(|word| unknown(word) && !counts(word));
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

    /// Whether two that are about the same name a language each, or a time zone, and not the same: "timestamps in Oslo
    /// time", "always give times in UTC".
    fn speaks_otherwise(&self, older: &Request) -> bool {
        let ((one, rest), (other, its_rest)) = (self.by_language(), older.by_language());
        let tongues = one.len() == 1 && other.len() == 1 && one != other && rest == its_rest;
        let zones = || self.by_zone().zip(older.by_zone()).is_some_and(|(a, b)| a.0 != b.0 && a.1 == b.1);
        self.profile.negations == 0 && older.profile.negations == 0 && (tongues || zones())
    }

    /// Whether two name the same time zone and speak of nothing but times: "times in UTC", "UTC please".
    fn speaks_alike(&self, other: &Request) -> bool {
        self.by_zone().is_some_and(|(zone, rest)| rest.is_empty() && other.by_zone() == Some((zone, rest)))
    }

    /// The words that carry meaning, without a verb that asks: those that name a language, and the rest.
    fn by_language(&self) -> (Vec<&str>, Vec<&str>) {
        let verb = self.words.first().filter(|word| is_imperative(word));
        let carrying = self.words.iter().skip(usize::from(verb.is_some())).map(String::as_str);
        carrying.filter(|word| !is_stop_word(word)).partition(|word| LANGUAGES.contains(word))
    }

    /// The time zone that a request names, if it names one, and what else it speaks of but times, before it denies anything.
    fn by_zone(&self) -> Option<(&str, Vec<&str>)> {
        let verb = self.words.first().filter(|word| is_imperative(word));
        let said = self.words.iter().take_while(|word| !is_denial(word)).map(String::as_str);
        let said: Vec<&str> = said.skip(usize::from(verb.is_some())).collect();
        let named = |word: &str| self.names.iter().any(|name| name == stem(word)) || word == "local";
        let place = said.windows(2).find(|pair| pair[1] == "time" && named(pair[0])).map(|pair| pair[0]);
        let zone = place.or_else(|| said.iter().copied().find(|word| ZONES.contains(word)))?;
        let other = |word: &&str| !is_stop_word(word) && *word != zone && !TIMES.contains(word) && *word != "all";
        Some((zone, said.into_iter().filter(other).collect()))
    }
}

const CHOOSING: [&str; 6] = ["choose", "pick", "prefer", "switch", "take", "use"];

// Two requests that are no more alike than this are about two matters.
const ONE_MATTER: f64 = 0.5;

const ADDING: [&str; 5] = ["additionally", "also", "both", "too", "well"];

/// Words that open a condition or name whom a rule is for.
const OPENINGS: [&str; 8] = ["for", "when", "whenever", "if", "during", "unless", "except", "while"];
const END: &str = ",";
// Words of a condition that tell which it is.
const REACH: usize = 4;
// "For 30 days" says how long, not in which case.
const UNITS: [&str; 7] = ["day", "hour", "minute", "month", "second", "week", "year"];
const DAYS: [&str; 12] = [
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "weekend", "weekday", "holiday",
    "night", "workday",
];

const LANGUAGES: [&str; 20] = [
    "arabic", "chinese", "czech", "danish", "dutch", "english", "finnish", "french", "german", "greek", "hindi",
    "italian", "japanese", "korean", "norwegian", "polish", "portuguese", "russian", "spanish", "swedish",
];

/// Whether a text may name a language or a time zone: such texts exclude each other however little else they share.
pub(crate) fn names_a_choice(text: &str) -> bool {
    let named =
        |word: &String| [LANGUAGES.as_slice(), &ZONES, &TIMES].iter().any(|choices| choices.contains(&word.as_str()));
    words(text).iter().any(named)
}

const ZONES: [&str; 22] = [
    "aest", "bst", "cdt", "cest", "cet", "cst", "edt", "eest", "eet", "est", "gmt", "hst", "ist", "jst", "mdt", "msk",
    "mst", "pdt", "pst", "utc", "wet", "zulu",
];
const TIMES: [&str; 7] = ["time", "times", "timestamp", "timestamps", "timezone", "zone", "clock"];

/// The stems of words with a capital letter that no sentence begins with.
fn names(text: &str) -> Vec<String> {
    let mut opens = true;
    let name = |word: &str| {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        let named = !opens && bare.starts_with(char::is_uppercase) && bare != "I" && !bare.starts_with("I'");
        opens = word.ends_with(['.', '!', '?', ':']);
        named.then(|| words(bare).first().map(|word| stem(word).to_owned())).flatten()
    };
    text.split_whitespace().filter_map(name).collect()
}

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
    const SAID: [&str; 4] = ["always", "please", "pls", "here"];
    let spoken = |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric()).to_ascii_lowercase();
    let mut left = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        let dropped = SAID.contains(&spoken(word).as_str());
        match (dropped, word.chars().last().filter(|last| ",;:.".contains(*last))) {
            (true, Some(mark)) if !left.is_empty() => left.push(mark),
            (true, _) => {}
            (false, _) => {
                left.push_str(if left.is_empty() { "" } else { " " });
                left.push_str(word);
            }
        }
    }
    // "Not always" is another thing.
    let weakened = ["not always", "nearly always", "almost always"].iter().any(|weak| text.contains(weak));
    if weakened || left == text || content_words(&left).is_empty() {
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
            ("Always grant Nord Freight 30 days.", "Always grant customers 10 days.", Stance::Beside),
            ("Always call Lea about claims, not Leo.", "Call Leo about claims.", Stance::Otherwise),
            ("Reply in Dutch.", "Always reply in Danish.", Stance::Otherwise),
            ("Please always answer in Dutch.", "Reply in Danish.", Stance::Otherwise),
            ("Always answer in Dutch.", "Write release notes in Danish.", Stance::Beside),
            ("Please always give times in UTC.", "Timestamps in Oslo time.", Stance::Otherwise),
            ("Always show times in Lisbon time.", "Use CET for times.", Stance::Otherwise),
            ("Always give times in UTC.", "Log the time of each call in CET.", Stance::Beside),
            ("Always ship in time.", "Give times in UTC.", Stance::Beside),
            ("Always salt the walnut cakes.", "Never salt the almond cakes.", Stance::Beside),
            ("Always paint doors in the yard first.", "Never paint doors in the hall.", Stance::Beside),
            ("Always paint the doors.", "Never paint the doors in the hall.", Stance::Beside),
            ("Never ship parcels by night.", "Ship the parcels to Nord Freight.", Stance::Beside),
            ("Never ship without a label on the box.", "Ship from the depot.", Stance::Beside),
            ("Never seal a crate by force.", "Seal a crate with tape.", Stance::Beside),
            ("In your own garden, always burn the leaves.", "Do not burn leaves in `park`.", Stance::Beside),
            ("Always burn leaves in `garden`.", "Never burn leaves in `park`.", Stance::Beside),
            ("Always weigh the crates.", "Count the crates.", Stance::Beside),
            ("Send the crate lists in the evening.", "Crate lists are sent in the morning.", Stance::Otherwise),
            (
                "Send crate lists the evening before, not in the morning.",
                "Crate lists are sent in the morning.",
                Stance::Otherwise,
            ),
            (
                "Always weigh the crates on Saturday mornings.",
                "Weigh the crates on Friday evenings.",
                Stance::Otherwise,
            ),
            (
                "I want the crates on Monday, not on Friday.",
                "Ole wants the weekly crates collected on Friday.",
                Stance::Otherwise,
            ),
            (
                "I want the milk on Monday, not on Friday.",
                "Ole wants the weekly crates collected on Friday.",
                Stance::Beside,
            ),
            ("Always weigh the crates on Sundays.", "Weigh the crates in the evening.", Stance::Beside),
            ("Also weigh the crates in the evening.", "Weigh the crates in the morning.", Stance::Beside),
            ("Always weigh the barrels in the evening.", "Weigh the crates in the morning.", Stance::Beside),
            ("Count the crates in the evening.", "Weigh the crates in the morning.", Stance::Beside),
            ("Review the crate list in the evening.", "Send the crate list in the morning.", Stance::Beside),
            ("Never weigh the crates in the evening.", "Weigh the crates in the morning.", Stance::Beside),
            ("Weigh the crates on Mondays.", "Never weigh the crates on Fridays.", Stance::Beside),
            ("UTC, not our local time.", "Give me the times in UTC.", Stance::Same),
            ("Always weigh the crates before loading.", "Weigh the barrels before loading.", Stance::Beside),
            (
                "From now on ring the depot, never write a note to it.",
                "Write a note to the depot, never ring it.",
                Stance::Otherwise,
            ),
            ("Never weigh the crates.", "Please weigh all the crates.", Stance::Otherwise),
            ("Always use foil.", "No foil.", Stance::Otherwise),
            ("Always keep the crates for 90 days.", "Keep the crates for 30 days.", Stance::Otherwise),
            ("Never keep the crates for 90 days.", "Keep the crates for 30 days.", Stance::Beside),
            ("Always weigh the crates.", "Do not weigh the crates any more.", Stance::Otherwise),
            ("Seal crates with wax instead of tape.", "Always seal crates with tape.", Stance::Otherwise),
            ("Always seal crates with tape.", "Seal crates with wax, never with tape.", Stance::Otherwise),
        ] {
            assert_eq!(stance(newer, older), wanted, "{newer} | {older}");
        }
    }

    #[test]
    fn what_is_said_again() {
        let again = |said: &str, kept: &str| Request::of(said, said).is_covered_by(&Request::of(kept, kept));
        assert!(again("Please always answer with the page number.", "Answer with the page number."));
        assert!(!again("Never write raw loops, iterators only.", "Write iterators only."));
        assert!(!again("Always use bun here to build the new pages.", "Use deno to build the pages."));
    }

    #[test]
    fn cores() {
        assert_eq!(core("Please always use tabs."), "Use tabs.");
        assert_eq!(core("Reports always go to Lea."), "Reports go to Lea.");
        assert_eq!(core("Sort it please, always by name."), "Sort it, by name.");
        assert_eq!(core("This is not always so."), "This is not always so.");
    }
}
