//! Entries that contradict each other by their words and may both hold: what is said of other occasions, other
//! circumstances and other places, and what somebody can have several of. Neither of them gives way, and nobody is asked.

use std::collections::BTreeSet;

use crate::compare::{Profile, Relation, compare_profiles, complementary};
use crate::order::Gather as _;
use crate::text::{
    ValueKind, content_words, is_article, is_form_of_be, is_general, rules_out, sentences, weekday, words,
};
use crate::time;

/// Whether two texts may both hold, for all the `reasons` for which they were taken for a contradiction.
pub(crate) fn both_hold(a: &Profile, b: &Profile, reasons: &[String]) -> bool {
    let (a, b) = (Told::of(a), Told::of(b));
    // Two houses of which one has no lift.
    if reasons.iter().any(|reason| reason == NEGATED) && tells_of_another(a.profile, b.profile) {
        return true;
    }
    let [reason] = reasons else { return false };
    let Some((what, differ)) = reason.split_once(": ") else {
        return elsewhere(&a, &b) || reason == NEGATED && denied_of_another(&a, &b);
    };
    let sides = || differ.split_once(" / ");
    match what {
        "one of them says no more" => a.only_denies() && b.only_denies(),
        "opposites" => sides().is_some_and(|(x, y)| otherwise(&a, &b, x, y)),
        "one slot differs" => sides().is_some_and(|(x, y)| several(&a, &b, x, y)),
        "different date" => elsewhere(&a, &b) || spans_apart(&a, &b) || a.is_occasion() && b.is_occasion(),
        _ if what.starts_with("different ") => elsewhere(&a, &b) || a.is_instance() && b.is_instance(),
        _ => false,
    }
}

/// Whether each of two texts has a name that the other one has not, or each a value.
fn tells_of_another(a: &Profile, b: &Profile) -> bool {
    let named = |a: &Profile, b: &Profile| a.names.first_but(|name| b.says(name) || a.first(name).is_none()).is_some();
    let counted = |a: &Profile, b: &Profile| a.values.iter().any(|value| !b.values.contains(value));
    named(a, b) && named(b, a) || counted(a, b) && counted(b, a)
}

const NEGATED: &str = "one of them is negated";

// Of these there is a new one each time.
const OCCASIONS: &[&str] = &[
    "appointment", "booking", "call", "claim", "delivery", "dinner", "flight", "interview", "invoice", "lunch",
    "meeting", "order", "parcel", "payment", "purchase", "refund", "rental", "reservation", "shipment", "stay",
    "ticket", "transfer", "trip", "visit",
];
// What somebody does again on another day.
const DEEDS: &[&str] = &[
    "arrives", "attended", "attends", "booked", "bought", "called", "cancelled", "delivered", "departs", "donated",
    "flew", "flies", "fly", "goes", "leaves", "left", "meets", "met", "ordered", "paid", "played", "rebooked",
    "received", "refunded", "rented", "reserved", "sent", "shipped", "stayed", "stays", "transferred", "travelled",
    "travels", "visited", "visits", "watched", "went",
];
// What somebody has, orders or buys beside another one.
const HAVING: &[&str] =
    &["booked", "bought", "had", "has", "have", "hired", "ordered", "own", "owns", "rented", "rents", "reserved"];
const PREPOSITIONS: &[&str] = &["after", "at", "before", "during", "for", "from", "in", "on", "with"];
/// Words that turn what follows into another circumstance.
const TIMES: &[&str] = &["after", "before", "during", "outside", "until", "within"];
const ENDED: &[&str] = &["anymore", "longer", "more", "stopped"];

/// A text and its words.
struct Told<'a> {
    profile: &'a Profile,
    words: Vec<String>,
}

impl<'a> Told<'a> {
    fn of(profile: &'a Profile) -> Told<'a> {
        Told { profile, words: words(&profile.text) }
    }

    fn content(&self) -> BTreeSet<String> {
        content_words(&self.profile.text).into_iter().gather_set()
    }

    fn word(&self, at: usize) -> &str {
        self.words.get(at).map(String::as_str).unwrap_or_default()
    }

    fn before(&self, at: usize) -> &str {
        at.checked_sub(1).map(|at| self.word(at)).unwrap_or_default()
    }

    fn has_any(&self, list: &[&str]) -> bool {
        self.words.iter().any(|word| list.contains(&word.as_str()))
    }

    /// Where some words stand in it.
    fn find(&self, phrase: &str) -> Option<usize> {
        let phrase = words(phrase);
        self.words.windows(phrase.len().max(1)).position(|window| window == phrase)
    }

    /// What it says that carries meaning and that another text does not say.
    fn own(&self, other: &Told, but: &str) -> bool {
        let (known, said) = (content_words(but), other.content());
        self.content().iter().any(|word| !said.contains(word) && !known.contains(word))
    }

    /// Whether it says nothing of one occasion.
    fn is_rule(&self) -> bool {
        self.words.iter().any(|word| is_general(word))
    }

    /// Whether it tells of one occasion of many: "a flight", "flies". What has an article of its own, "the flight", is one,
    /// and so is what there is or is done every week: "the team meeting is on Mondays".
    fn is_occasion(&self) -> bool {
        let recurs = self.recurs();
        let noun = |at: usize| OCCASIONS.contains(&self.word(at)) && self.before(at) != "the" && !recurs;
        let deed = |at: usize| DEEDS.contains(&self.word(at)) && !(recurs && is_form_of_be(self.before(at)));
        (0..self.words.len()).any(|at| noun(at) || deed(at)) && !self.is_rule()
    }

    fn recurs(&self) -> bool {
        const OFTEN: &[&str] = &["annual", "daily", "monthly", "quarterly", "weekly", "yearly"];
        let each = |word: &String| word.strip_suffix('s').is_some_and(|day| weekday(day).is_some());
        self.has_any(OFTEN) || self.words.iter().any(each)
    }

    /// Whether it tells what was done once, or how one of many is called: "a booking is X", "40 EUR paid".
    fn is_instance(&self) -> bool {
        const CALLED: &[&str] = &["are", "code", "has", "id", "is", "number", "reference", "was"];
        const NEEDED: &[&str] = &["are", "be", "is"];
        let named = |at: usize| {
            OCCASIONS.contains(&self.word(at)) && self.before(at) != "the" && CALLED.contains(&self.word(at + 1))
        };
        let done = |at: usize| DEEDS.contains(&self.word(at)) && !NEEDED.contains(&self.before(at));
        let past = |at: usize| done(at) && !self.word(at).ends_with('s');
        !self.is_rule() && (0..self.words.len()).any(|at| self.identifies() && named(at) || past(at))
    }

    fn identifies(&self) -> bool {
        const NAMES: &[ValueKind] = &[ValueKind::Identifier, ValueKind::Number, ValueKind::Code, ValueKind::Hash];
        self.profile.values.iter().any(|value| NAMES.contains(&value.kind))
    }

    /// The first and the last of two or more days.
    fn span(&self) -> Option<(i64, i64)> {
        let dates = self.profile.values.iter().filter(|value| value.kind == ValueKind::Date);
        let days: BTreeSet<i64> = dates.filter_map(|date| time::millis(&date.text)).gather_set();
        Some((*days.first()?, *days.last()?)).filter(|(first, last)| first < last)
    }

    /// Whether it says what not, without saying that something ended: "by post, not by mail".
    fn only_denies(&self) -> bool {
        self.words.iter().any(|word| rules_out(word)) && !self.has_any(ENDED)
    }
}

/// Whether the texts are about other environments, or one of them about one alone.
fn elsewhere(a: &Told, b: &Told) -> bool {
    let environments = |told: &Told| -> BTreeSet<String> {
        let found = told.profile.values.iter().filter(|value| value.kind == ValueKind::Environment);
        found.map(|value| value.text.to_string()).gather_set()
    };
    environments(a) != environments(b)
}

/// Two spans of days of which one is over when the other begins: this summer's freeze and next winter's.
fn spans_apart(a: &Told, b: &Told) -> bool {
    a.span()
        .zip(b.span())
        .is_some_and(|((first, last), (other_first, other_last))| last < other_first || other_last < first)
}

/// What is denied of one thing and said of another: "under 12 / from 12", "before / after review", "on Flex / Light fares".
fn denied_of_another(a: &Told, b: &Told) -> bool {
    let (of_a, of_b) = (&a.profile.text, &b.profile.text);
    complementary(of_a, of_b) || at_other_times(a, b) || of_other_kinds(a, b) || denied_in_passing(of_a, of_b)
}

/// Whether one of two texts has several sentences, and none of them says what one of the other denies: "avoid nesting,
/// instead …" in a paragraph denies nothing of a paragraph on the same matter.
fn denied_in_passing(a: &str, b: &str) -> bool {
    let parts = |text: &str| -> Vec<Profile> {
        sentences(text).into_iter().filter_map(|range| text.get(range)).map(Profile::of).collect()
    };
    let (of_a, of_b) = (parts(a), parts(b));
    let denies = |(x, y): (&Profile, &Profile)| compare_profiles(x, y, 1.0).verdict == Relation::Conflict;
    of_a.len().max(of_b.len()) > 1 && !of_a.iter().flat_map(|x| of_b.iter().map(move |y| (x, y))).any(denies)
}

/// "Before review" and "after review".
fn at_other_times(a: &Told, b: &Told) -> bool {
    let times = |told: &Told| -> BTreeSet<(String, String)> {
        let time = |(at, word): (usize, &String)| {
            let of = (at + 1..told.words.len()).find(|at| !is_article(told.word(*at)))?;
            TIMES.contains(&word.as_str()).then(|| (told.word(of).to_owned(), word.clone()))
        };
        told.words.iter().enumerate().filter_map(time).gather_set()
    };
    let (times_a, times_b) = (times(a), times(b));
    times_a.iter().any(|(of, when)| times_b.iter().any(|(other, then)| of == other && when != then))
}

/// A word in each text that the other has not, behind a preposition and before the same noun: "on Flex fares", "on Light
/// fares".
fn of_other_kinds(a: &Told, b: &Told) -> bool {
    let carries = |said: &BTreeSet<String>, word: &str| content_words(word).iter().any(|stem| said.contains(stem));
    let kinds = |told: &Told, other: &Told| -> BTreeSet<(String, String)> {
        let (said, other) = (told.content(), other.content());
        let kind = |three: &[String]| {
            let [before, kind, noun] = three else { return None };
            let own = carries(&said, kind) && !carries(&other, kind) && !kind.starts_with(|c: char| c.is_ascii_digit());
            let placed = PREPOSITIONS.contains(&before.as_str()) && !rules_out(kind);
            (own && placed && carries(&other, noun)).then(|| (noun.clone(), kind.clone()))
        };
        told.words.windows(3).filter_map(kind).gather_set()
    };
    let (kinds_a, kinds_b) = (kinds(a, b), kinds(b, a));
    kinds_a.iter().any(|(noun, kind)| kinds_b.iter().any(|(other, of)| noun == other && kind != of))
}

/// Opposites that say under which circumstances, beside another difference: "window seats on short flights", "aisle seats
/// on long flights".
fn otherwise(a: &Told, b: &Told, x: &str, y: &str) -> bool {
    let circumstance = |told: &Told, word: &str| {
        let found = told.find(word)?;
        let before = (0..found).rev().map(|at| told.word(at)).find(|word| !is_article(word));
        Some(TIMES.contains(&word) || before.is_some_and(|before| PREPOSITIONS.contains(&before)))
    };
    let both = |x: &str, y: &str| circumstance(a, x) == Some(true) && circumstance(b, y) == Some(true);
    (both(x, y) || both(y, x)) && a.own(b, &format!("{x} {y}")) && b.own(a, &format!("{x} {y}"))
}

/// What somebody has beside another one: "has booked a hotel", "has booked a car"; "lives in", "has a flat in".
fn several(a: &Told, b: &Told, x: &str, y: &str) -> bool {
    let one_of_many = |told: &Told, phrase: &str| {
        let Some(at) = told.find(phrase) else { return false };
        matches!(told.before(at), "a" | "an") && (0..at).any(|at| HAVING.contains(&told.word(at)))
    };
    let having = |phrase: &str| {
        let mut words = phrase.split(' ');
        words.next().is_some_and(|word| HAVING.contains(&word)) && matches!(words.next(), Some("a" | "an"))
    };
    one_of_many(a, x) && one_of_many(b, y) || one_of_many(a, y) && one_of_many(b, x) || having(x) != having(y)
}

#[cfg(all(test, feature = "model"))]
mod tests {
    use super::*;
    use crate::compare;

    fn holds(a: &str, b: &str) -> bool {
        both_hold(&Profile::of(a), &Profile::of(b), &compare(a, b).reasons)
    }

    #[test]
    fn what_holds_side_by_side() {
        for (a, b) in [
            ("Olga likes strong coffee on cold mornings.", "Olga likes weak tea on hot mornings."),
            ("Rui travels to Porto on 4 May 2026.", "Rui travels to Porto on 9 June 2026."),
            (
                "Ida has an interview at the ministry on 2026-03-04.",
                "Ida has an interview at the ministry on 2026-04-11.",
            ),
            ("Rui visited the plant in Gent on 4 May 2026.", "Rui visited the plant in Gent on 9 June 2026."),
            ("Ida visits the plant on Mondays.", "Ida visits the plant on Fridays."),
            ("Ida's order is AB12CD.", "Ida's order is AB77XY."),
            ("Refund of 12 EUR paid to Rui.", "Refund of 31 EUR paid to Rui."),
            ("Ida has rented a van in Gent.", "Ida has rented a bike in Gent."),
            ("Ida works in Gent.", "Ida has a house in Gent."),
            (
                "The metrics API is at https://m.acme.example/v1.",
                "The staging metrics API is at https://m-stg.acme.example/v1.",
            ),
            ("Discounts up to 20 EUR need no approval.", "Discounts above 20 EUR need approval."),
            (
                "A code freeze holds from 2026-07-01 to 2026-07-14.",
                "A code freeze holds from 2026-12-20 to 2027-01-02.",
            ),
            ("Squashing is fine before the merge.", "Squashing is not fine after the merge."),
            ("There is a fee of 5 EUR on paper tickets.", "There is no fee on mobile tickets."),
            ("Ida wants letters by post, not weekly.", "Letters for Ida: by post, no weekly ones."),
            (
                "Sort the harvest by weight before it is stored. Avoid mixing crates, label each one instead.",
                "Sort the harvest by weight before it is stored. Write the field's name on the door.",
            ),
        ] {
            assert!(
                compare(a, b).verdict != Relation::Conflict || holds(a, b),
                "{a} / {b}: {:?}",
                compare(a, b).reasons
            );
        }
    }

    #[test]
    fn what_cannot_both_hold() {
        for (a, b) in [
            ("The importer listens on port 5432.", "The importer listens on port 6432."),
            ("The release is on 4 May 2026.", "The release is on 9 June 2026."),
            ("The crew meeting is on Mondays.", "The crew meeting is on Thursdays."),
            ("Parcels are shipped on Mondays.", "Parcels are shipped on Thursdays."),
            ("The weekly call is on Tuesday.", "The weekly call is on Friday."),
            ("The deadline for the tender is 4 May 2026.", "The deadline for the tender is 9 June 2026."),
            ("Refunds above 500 EUR need a supervisor.", "Refunds above 300 EUR need a supervisor."),
            ("Ida's card on file ends in 4418.", "Ida's card on file ends in 9920."),
            ("Ida is in the works council.", "Ida is not in the works council any more."),
            ("The dentist is Dr. Moll.", "The dentist is Dr. Haan."),
            ("Always squash before the merge.", "Never squash before the merge."),
            ("The archive is open to customers.", "The archive is closed to customers."),
            ("Ida wants to be called.", "Ida does not want to be called."),
            ("Freeze ends on 2026-07-14.", "Freeze ends on 2026-07-21."),
            (
                "Sort the harvest by weight. Never mix the crates of two fields.",
                "Sort the harvest by weight. Always mix the crates of two fields.",
            ),
        ] {
            assert!(!holds(a, b), "{a} / {b}: {:?}", compare(a, b).reasons);
        }
    }
}
