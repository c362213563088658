//! Whether what somebody says has changed is what a text tells of. It asks for less than [`super::overtake`], which has to know
//! what holds instead: here a person is asked, who reads both.

use super::guard::own_stems;
use super::language::Language;
use super::overtake::{departed, gives_up, is_light, places};
use super::profile::Profile;
use super::word::{Mark, Word};
use crate::text::{self, Value, ValueKind, hash, stem};

// In sums of how much words say: a name that is written as any word says about 100, "time" and "place" 40.
const SLOT: u32 = 60;
const COMMON: u32 = 110;
/// What is said to be over is meant before what another value may be of.
const PLAIN: u32 = 1000;

/// How much of what a statement of a change speaks of is what a text tells of, by what their common words say. None where
/// nothing of the statement shows that the text may be no longer so.
pub(crate) fn touches(said: &Profile, text: &Profile) -> Option<u32> {
    // What is said of one environment says nothing of another.
    let (here, there) = (places(said), places(text));
    let elsewhere = !here.is_empty() && !there.is_empty() && !here.iter().any(|place| there.contains(place));
    if text.retracts || elsewhere {
        return None;
    }
    let weighed = text.content.iter().zip(&text.weights).filter(|(stem, _)| said.says(**stem));
    let common = weighed.filter_map(|(stem, weight)| Some((text.first(*stem)?, u32::from(*weight))));
    let (mut words, mut weight) = (0, 0);
    for (_, says) in common.filter(|(word, _)| !says_little(text, word)) {
        (words, weight) = (words + 1, weight + says);
    }
    let values = text.values.iter().filter(|value| mentions(said, value)).count();
    (words, weight) = (words + values, weight + SLOT * values as u32);
    // "12 EUR per night" is a value, "15 euros a night" one and a word.
    let told = |word: &Word| text.normal.split(' ').any(|other| other == said.shown(word));
    let own = || own_stems(said, text).into_iter().filter_map(|stem| said.first(stem));
    let named = names_another(said, text);
    let only = || own().all(|word| says_little(said, word) || told(word) || named && said.names.has(word.stem));
    let slot = slot(said, text);
    let over = is_over(said, text) || slot.is_none() && is_back(said, text) || gives_up(said, text).is_some();
    let same_thing = || words > 1 && weight >= COMMON || only();
    // With another name and another value it is of something else, unless both name one more.
    let denied = || (said.negations > 0) != (text.negations > 0) && says_as_much(said, text) && only();
    let other = || match (other_value(said, text), named) {
        (true, true) => shares_name(said, text),
        (value, name) => value || name || denied(),
    };
    // "Room 14" is another room than 12, and "version 14" of the same thing.
    let another = || slot.is_some_and(|kind| kind != ValueKind::Number || only());
    match weight >= SLOT {
        true if over => Some(weight + PLAIN),
        true if another() || same_thing() && other() => Some(weight),
        _ => None,
    }
}

/// Whether a statement can stand in the place of a text: but for one value, and one word more, it says what that says.
pub(crate) fn says_as_much(said: &Profile, text: &Profile) -> bool {
    let own = own_stems(text, said).into_iter().filter_map(|stem| text.first(stem));
    own.filter(|word| !says_little(text, word)).count() <= 1 && own_values(text, said).count() <= 1
}

/// Whether a text has more values that a statement does not have than the other way round.
pub(crate) fn leaves_out(said: &Profile, text: &Profile) -> bool {
    own_values(text, said).count() > own_values(said, text).count().max(1)
}

/// Whether a word only says how something is, since when, or that it changed.
fn says_little(text: &Profile, word: &Word) -> bool {
    const CHANGED: [&str; 25] = [
        "ago", "all", "around", "autumn", "changed", "come", "comes", "days", "fall", "last", "lowered", "month",
        "months", "moved", "nowadays", "over", "raised", "spring", "start", "summer", "switched", "upgraded", "week",
        "weekend", "year",
    ];
    const SMALL: Mark =
        Mark::TIME.with(Mark::EXCEPTION).with(Mark::CONDITION).with(Mark::CIRCUMSTANCE).with(Mark::NEGATION);
    let shown = text.shown(word);
    word.is(SMALL) || is_light(text, word) || CHANGED.contains(&shown) || text::month(shown).is_some()
}

/// Whether a statement names a thing of a text, be it without the marks that it is written with there.
fn mentions(said: &Profile, value: &Value) -> bool {
    let written = || format!(" {} ", said.normal).contains(&format!(" {} ", text::normalise(&value.shown)));
    names_a_thing(value) && (said.values.contains(value) || written())
}

/// Whether a value may be what a text is about.
fn names_a_thing(value: &Value) -> bool {
    matches!(
        value.kind,
        ValueKind::Identifier
            | ValueKind::Code
            | ValueKind::Path
            | ValueKind::Url
            | ValueKind::Address
            | ValueKind::Mail
    )
}

fn alike(a: &Value, b: &Value) -> bool {
    // "Since 1 May" says when it changed.
    let day = |value: &Value| value.kind == ValueKind::Date && value.shown.contains(|c: char| c.is_ascii_digit());
    // "The rate is 1.25" leaves out of what.
    let number = |value: &Value| matches!(value.kind, ValueKind::Number | ValueKind::Version);
    let bare = |a: &Value, b: &Value| number(a) && b.kind <= ValueKind::Length;
    !day(a) && (a.kind == b.kind || names_a_thing(a) && names_a_thing(b) || bare(a, b) || bare(b, a))
}

/// The values of a text that another one does not have.
fn own_values<'a>(text: &'a Profile, other: &'a Profile) -> impl Iterator<Item = &'a Value> {
    text.values.iter().filter(|value| !other.values.contains(value))
}

/// "pnpm 10" where the text has "pnpm 9".
fn slot(said: &Profile, text: &Profile) -> Option<ValueKind> {
    let of_a_thing = |value: &&Value| {
        let role = hash(&value.role);
        said.says(role) && said.first(role).is_some_and(|word| !says_little(said, word))
    };
    let mut new = own_values(said, text).filter(of_a_thing);
    new.find(|new| own_values(text, said).any(|old| old.kind == new.kind && old.role == new.role)).map(|new| new.kind)
}

/// A value where the text has another one; or the text's own, which is no longer so: "15 a night now, not 12".
fn other_value(said: &Profile, text: &Profile) -> bool {
    let mut new = own_values(said, text);
    new.any(|new| own_values(text, said).any(|old| alike(new, old)))
        || said.withdrawn.iter().any(|gone| text.values.contains(gone))
}

/// "Hall 4 is back in use" where the text has it out of use.
fn is_back(said: &Profile, text: &Profile) -> bool {
    const AWAY: [&str; 10] =
        ["away", "broken", "closed", "disabled", "down", "leave", "missing", "offline", "out", "unavailable"];
    const BACK: [&str; 5] = ["back", "fixed", "repaired", "reopened", "restored"];
    let has = |profile: &Profile, list: &[&str]| profile.normal.split(' ').any(|word| list.contains(&word));
    has(said, &BACK) && has(text, &AWAY) && !has(text, &BACK)
}

/// "Ana looks after it now" where the text has Rui. In German every noun looks like a name.
fn names_another(said: &Profile, text: &Profile) -> bool {
    let other = |a: &Profile, b: &Profile| a.names.first_but(|name| b.says(name) || a.first(name).is_none()).is_some();
    said.language.max(text.language) == Language::English && other(said, text) && other(text, said)
}

fn shares_name(said: &Profile, text: &Profile) -> bool {
    const TITLES: [&str; 6] = ["doctor", "dr", "mr", "mrs", "ms", "prof"];
    let common = text.words.iter().filter(|word| text.names.has(word.stem) && said.names.has(word.stem));
    common.into_iter().any(|word| !TITLES.contains(&text.shown(word)))
}

/// Whether a statement says of a name of the text, or of nothing but what the text tells of, that it is over: "our contract
/// with Kern ended", "Rui retired", "the kiln is gone", "we moved there from Kestrel".
fn is_over(said: &Profile, text: &Profile) -> bool {
    // What stands further before is about something else.
    const SUBJECT: usize = 5;
    // What these say is over does not begin again.
    const GONE: [&str; 10] = [
        "archived", "dead", "decommissioned", "deprecated", "died", "discontinued", "gone", "retired", "sold",
        "terminated",
    ];
    const OVER: [&str; 7] = ["canceled", "closed", "ended", "expired", "quit", "resigned", "stopped"];
    const WHICH: [&str; 9] =
        ["arrangement", "contract", "current", "former", "old", "policy", "requirement", "rule", "thing"];
    const LEAVES: [&str; 7] = ["changed", "migrated", "moved", "switched", "taken", "took", "upgraded"];
    let words: Vec<&str> = said.normal.split(' ').collect();
    let find = |list: &[&str]| words.iter().position(|word| list.contains(word));
    let from = || find(&LEAVES).and_then(|at| Some(at + words.get(at..)?.iter().position(|word| *word == "from")? + 1));
    let (what, for_good) = match (find(&GONE), find(&OVER), from()) {
        (Some(at), ..) => (words.get(at.saturating_sub(SUBJECT)..at), true),
        (_, Some(at), _) => (words.get(at.saturating_sub(SUBJECT)..at), false),
        (_, _, Some(at)) => (words.get(at..words.len().min(at + 3)), true),
        _ => (None, false),
    };
    let told = |word: &&&str| !text::is_stop_word(word) && !WHICH.contains(word);
    let (numbers, names): (Vec<&str>, Vec<&str>) =
        what.unwrap_or_default().iter().filter(told).partition(|word| text::as_number(word).is_some());
    let counted = |word: &&str| text.values.iter().any(|value| text::as_number(word).as_deref() == Some(&*value.text));
    let left = departed(said).is_some_and(|gone| text.names.has(gone));
    let (mut any, mut all, mut named) = (false, for_good && numbers.iter().all(counted), left);
    for stem in names.into_iter().map(|word| hash(stem(word))) {
        let known = text.says(stem);
        (any, all, named) = (true, all && known, named || known && said.names.has(stem) && text.names.has(stem));
    }
    let before = format!(" {} ", what.unwrap_or_default().join(" "));
    let ends = [" any more", " anymore", " no longer "].iter().any(|end| said.normal.contains(end));
    let thing = |value: &Value| ends || before.contains(&format!(" {} ", text::normalise(&value.shown)));
    named || any && all || text.values.iter().any(|value| mentions(said, value) && thing(value))
}

#[cfg(all(test, feature = "model"))]
mod tests {
    use super::*;

    #[test]
    fn what_changed() {
        for (said, text) in [
            ("our Holm Norway contract ended on Friday", "Parcels to Norway go with Holm, service NIGHT."),
            ("we're all on Kestrel 10 now", "We use Kestrel 9."),
            ("we're all on pnpm 10 now", "We use pnpm 9."),
            ("We moved to ENSEMBL v46 last week", "The annotation is ENSEMBL v44."),
            ("It's Ana Lorca since this month, Mr. Rui retired.", "Questions about wages go to Mr. Rui."),
            ("we moved there from Kestrel Actions last week", "The checks run on Kestrel Actions, see `.kestrel/`."),
            ("Crate counts moved to Thursdays at the start of the month", "Crate counts take place on Wednesdays."),
            ("the tests live in `apps/e2e` since September", "End-to-end tests live in `packages/e2e`."),
            ("outside groups pay 180 euros now for the hall", "The fee of the hall for outside groups is 150 euros."),
            ("the old kiln is gone", "The kiln is cleaned on Fridays."),
            ("Parking is 15 euros a night now, not 12", "Parking in the yard costs 12 EUR per night."),
            ("lunch runs until 14:30 since last week", "Lunch is served from 11:30 to 14:00."),
            ("we don't do night tours any more", "We offer night tours for 28 EUR per person."),
            ("Frau Brand has retired", "Contact at Weinhandel Sommer is Frau Brand."),
            ("the reference rate is 1.25 now", "The reference rate for the rents is 1.5 percent."),
            ("we dropped Kestrel two weeks ago", "Routes are planned with Kestrel."),
            ("we no longer use Kestrel", "Routes are planned with Kestrel."),
            ("Kestrel was cancelled in summer", "Flags live in Kestrel."),
            ("Ana has moved, her new address is Flat 4, 22 Cotham Road", "Ana lives at 7 Belmont Road, Bristol."),
            (
                "That one waits for the crane pool, which tops out at 12 cranes since last week",
                "The crane pool has 8 cranes.",
            ),
            ("FlagKestrel was cancelled in summer", "Feature flags live in FlagKestrel."),
            ("We dropped PodKestrel two weeks ago, everything is Merlin now", "Dependencies come from PodKestrel."),
            ("The gloves come from Carelane these days", "Gloves are ordered at Medishop."),
            ("Backfills go on KESTREL_XL nowadays", "Backfills run on warehouse KESTREL_L."),
            ("The reference rate is 1.25 now", "The reference interest rate for rent reductions is 1.5 percent."),
            ("Ana works on Fridays now", "Ana does not work on Fridays."),
            ("hall 4 is back in use", "Hall 4 is out of order because of the storm."),
            ("crate-a is gone", "Clusters: `test-a` for tests, `crate-a` for crates."),
            ("prod-a is gone", "Clusters: `staging-a` for staging, `prod-a` for production."),
            ("we don't use crate-compile any more", "Crates are pinned with crate-compile; run `crate-compile` then."),
            ("#kiln-alerts was archived", "Alerts go to the channel #kiln-alerts."),
            ("I've taken over the crates from Rui", "Rui owns the crates."),
            ("we're on Kestrel 1.9 since the summer", "We use Kestrel 1.7."),
            ("the state moved to crates-state-v2 over the weekend", "The state lives in the bucket `crates-state-eu`."),
        ] {
            let found = touches(&Profile::of(said), &Profile::of(text));
            assert!(found.is_some(), "{said}");
        }
    }

    #[test]
    fn what_is_of_something_else() {
        for (said, text) in [
            ("we're all on Kestrel 10 now", "Merlin 9 is used in hall B."),
            ("our Holm Norway contract ended on Friday", "Claims are kept for 3 years."),
            ("the meeting ended at 10:00", "Notes of a meeting go to the archive."),
            ("the port of the mirror is 6432 now", "The archive listens on port 5432."),
            ("I'm done, the tests pass now", "End-to-end tests live in `packages/e2e`."),
            ("she gets the write-offs every Friday now", "Write-offs above 500 GBP are signed."),
            (
                "Die Regel gilt nicht mehr, Frau Brand hat sie gestrichen.",
                "Hotels up to 120 EUR; above, ask Frau Brand.",
            ),
            ("coverage dropped under 80 with 888", "Coverage must not fall below 75 percent."),
            ("lunch runs until 14:30 since last week", "Check-in is from 15:00, check-out until 11:00."),
            ("Ana is back from the fair", "The kiln of hall 4 is out of order."),
            ("room 14 is back in use", "Rooms 21 and 22 are the family rooms."),
            ("room 14 is back in use", "Room 12 is closed."),
            ("Doctor Osei has the line 211 now", "The line of Doctor Feldt is 214."),
            ("Ana left a note", "Invoices go to the accountant."),
        ] {
            assert_eq!(touches(&Profile::of(said), &Profile::of(text)), None, "{said}");
        }
    }
}
