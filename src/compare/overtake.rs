//! What somebody states of a thing that a text already tells of, otherwise and in other words. [`super::compare`] asks
//! whether two texts say the same, so it needs them alike as a whole; this asks only whether what the text says is what the
//! statement says otherwise, whatever that adds.

use super::alignment::opposites;
use super::guard::own_stems;
use super::profile::{Profile, shared};
use super::word::{Mark, Word};
use crate::text::{Value, ValueKind};

/// How much of a text a statement takes the place of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Extent {
    /// The text says more besides.
    Part,
    /// All that it says.
    Whole,
}

// Of what somebody states this share has to be about the thing: "5 MB" in a longer story is of something else.
const ABOUT: (usize, usize) = (2, 5);

/// Whether a statement says another value, the opposite, another choice or another holder of what a text tells; and what
/// differs.
pub(crate) fn overtakes(said: &Profile, text: &Profile) -> Option<(Extent, String)> {
    let denies = |profile: &Profile| profile.negations > 0 || !profile.negated.is_empty() || profile.retracts;
    if denies(text) {
        return None;
    }
    if let Some(found) = chooses(said, text) {
        return Some(found);
    }
    if denies(said) || places(said) != places(text) {
        return None;
    }
    let both = shared(&said.content, &text.content);
    let known = both + text.values.iter().filter(|value| said.values.contains(value)).count();
    let about = known * ABOUT.1 >= (known + own_stems(said, text).len()) * ABOUT.0;
    if !about || known == 0 {
        return None;
    }
    let own: Vec<&Word> = own_stems(text, said).into_iter().filter_map(|stem| text.first(stem)).collect();
    let rest = |but: &dyn Fn(&Word) -> bool| own.iter().any(|word| !is_light(text, word) && !but(word));
    if let Some((x, y)) = other_value(said, text) {
        let reason = || format!("different {}: {} / {}", y.kind.name(), y.shown, x.shown);
        return (!rest(&|_| false)).then(|| (Extent::Whole, reason()));
    }
    if let Some((x, y)) = opposites(said, text).filter(|_| both > 1) {
        let only = own_stems(said, text).into_iter().all(|stem| stem == x.stem);
        let reach = if rest(&|word| word.stem == y.stem) { Extent::Part } else { Extent::Whole };
        return only.then(|| (reach, format!("opposites: {} / {}", text.shown(y), said.shown(x))));
    }
    let (x, y) = said.names.unknown(|name| text.says(name)).zip(text.names.unknown(|name| said.says(name)))?;
    let named = |word: &Word| text.names.has(word.stem);
    let moved = both > 1 && said.marks.is(Mark::TIME) && holds(said) && holds(text) && !rest(&named);
    moved.then(|| (Extent::Whole, format!("different names: {} / {}", text.shown_stem(y), said.shown_stem(x))))
}

/// Whether a text tells who holds something: only one does, while much else is so of one thing and of another.
fn holds(text: &Profile) -> bool {
    const HOLDING: [&str; 14] = [
        "belong", "belongs", "charge", "contact", "go", "goes", "handles", "leads", "looks", "maintains", "manages",
        "owner", "owns", "responsible",
    ];
    HOLDING.iter().any(|word| text.has(word))
}

/// "Prefer x over y", "x instead of y", where the text has y.
fn chooses(said: &Profile, text: &Profile) -> Option<(Extent, String)> {
    const AGAINST: [&str; 3] = [" instead of ", " rather than ", " over "];
    let against = AGAINST.iter().filter(|cue| **cue != " over " || said.has("prefer"));
    let (before, behind) = against.filter_map(|cue| said.normal.split_once(cue)).next()?;
    let (chosen, other) = (before.split(' ').next_back()?, behind.split(' ').next()?);
    let names = |word: &str| text.normal.split(' ').any(|known| known == word);
    let about = text.content.iter().any(|stem| said.says(*stem) && text.shown_stem(*stem) != other);
    let own = own_stems(text, said).into_iter().filter_map(|stem| text.first(stem));
    let reach =
        if own.filter(|word| !word.is(Mark::IMPERATIVE)).count() > LOOSE { Extent::Part } else { Extent::Whole };
    (names(other) && !names(chosen) && about).then(|| (reach, format!("one slot differs: {other} / {chosen}")))
}

// What a text says with more words of its own than this is more than the choice.
const LOOSE: usize = 2;

/// Who is said to have left for good: "Ana left in May", "Ana has left the company".
pub(crate) fn departed(said: &Profile) -> Option<u32> {
    const WHEN: [&str; 5] = ["in", "last", "on", "at", "since"];
    const GROUPS: [&str; 6] = ["company", "firm", "group", "organisation", "organization", "team"];
    let words: Vec<&str> = said.normal.split(' ').take(6).collect();
    let behind = match &*words {
        [_, "left", behind @ ..] | [_, "has", "left", behind @ ..] => behind,
        _ => return None,
    };
    let gone = match behind {
        [] | ["us"] => true,
        ["the" | "our", group, ..] => GROUPS.contains(group),
        [when, ..] => WHEN.contains(when),
    };
    said.names.first.filter(|_| gone)
}

/// Environments: what holds in one of them says nothing of another.
fn places(text: &Profile) -> Vec<&str> {
    let found = text.values.iter().filter(|value| value.kind == ValueKind::Environment);
    found.map(|value| &*value.text).collect()
}

/// Whether a word only says that or how much something is.
fn is_light(text: &Profile, word: &Word) -> bool {
    const BOUNDS: [&str; 10] =
        ["allowed", "belong", "least", "limit", "limited", "may", "maximum", "minimum", "most", "up"];
    word.is(Mark::VERB | Mark::MODAL) || BOUNDS.contains(&text.shown(word))
}

/// The one value of the text, and the one that the statement has for it. What this adds may say when, and nothing else.
fn other_value<'a>(said: &'a Profile, text: &'a Profile) -> Option<(&'a Value, &'a Value)> {
    let mut gone = text.values.iter().filter(|value| !said.values.contains(value));
    let (old, None) = (gone.next()?, gone.next()) else { return None };
    let address = |kind: ValueKind| matches!(kind, ValueKind::Address | ValueKind::Url);
    let like = |value: &Value| value.kind == old.kind || address(value.kind) && address(old.kind);
    let (alike, others): (Vec<&Value>, Vec<&Value>) =
        said.values.iter().filter(|value| !text.values.contains(value)).partition(|value| like(value));
    let [new] = *alike else { return None };
    others.iter().all(|other| other.kind.is_time()).then_some((new, old))
}

#[cfg(all(test, feature = "model"))]
mod tests {
    use super::*;

    fn reach(said: &str, text: &str) -> Option<Extent> {
        overtakes(&Profile::of(said), &Profile::of(text)).map(|(reach, _)| reach)
    }

    #[test]
    fn what_changed() {
        for (said, text) in [
            ("The mirror is on version 4.2 from today", "The mirror runs on version 4.1."),
            ("Parcel labels: limit printing to 8 MB", "Parcel labels may be up to 5 MB."),
            ("In reports prefer meters over feet", "Use feet in reports."),
            ("Ola owns billing and dispatch now", "Billing and dispatch belong to Rui Costa."),
            ("The start of a shift is exclusive", "The start of the shift is inclusive."),
        ] {
            assert_eq!(reach(said, text), Some(Extent::Whole), "{said}");
        }
        let part = reach("The start of a shift is exclusive", "A shift has one driver; its start is inclusive.");
        assert_eq!(part, Some(Extent::Part));
    }

    #[test]
    fn who_left() {
        for (said, gone) in [
            ("Priya left in October.", true),
            ("Priya has left the company.", true),
            ("Priya left.", true),
            ("Priya left a note.", false),
            ("Priya left the door open.", false),
        ] {
            assert_eq!(departed(&Profile::of(said)).is_some(), gone, "{said}");
        }
    }

    #[test]
    fn what_is_another_thing() {
        for (said, text) in [
            ("The mirror is on version 4.2", "The archive runs on version 4.1."),
            ("The mirror is on version 4.2 in production", "The mirror runs on version 4.1."),
            ("Pro plans get 600 mails per day", "Free plans get 120 mails per day."),
            ("In reports prefer meters over feet", "Use meters in reports, feet on maps."),
            ("Ola owned billing and dispatch", "Billing and dispatch belong to Rui Costa."),
            ("The start of a shift is exclusive", "The start of a pause is inclusive."),
            ("The mirror has 3 disks of 4 TB", "The mirror has 2 disks."),
            ("Crates are stored for at most 30 days now", "Barrels are stored for at most 30 days."),
            ("Ola works in hall B now", "Rui works in hall B."),
            ("Kestrel routes start at dock 4 now", "Merlin routes start at dock 4."),
        ] {
            assert_eq!(reach(said, text), None, "{said}");
        }
    }
}
