//! What somebody states of a thing that a text already tells of, otherwise and in other words. [`super::compare`] asks
//! whether two texts say the same, so it needs them alike as a whole; this asks only whether what the text says is what the
//! statement says otherwise, whatever that adds.

use super::alignment::opposites;
use super::bound::other_bound;
use super::guard::own_stems;
use super::profile::{Profile, shared};
use super::word::{self, Mark, Word};
use crate::text::{self, Value, ValueKind};

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
/// differs. `whole` is what it is a clause of: what that says as well is the text's and its own.
pub(crate) fn overtakes(said: &Profile, whole: &Profile, text: &Profile) -> Option<(Extent, String)> {
    let denies = |profile: &Profile| profile.negations > 0 || !profile.negated.is_empty() || profile.retracts;
    if denies(text) {
        return None;
    }
    if let Some(found) = chooses(said, text) {
        return Some(found);
    }
    if denies(said) || is_elsewhere(said, text) {
        return None;
    }
    let both = shared(&said.content, &text.content);
    let known = both + text.values.iter().filter(|value| said.values.contains(value)).count();
    let about = known * ABOUT.1 >= (known + own_stems(said, text).len()) * ABOUT.0;
    if !about || known == 0 {
        return None;
    }
    let mut own: Vec<&Word> = own_stems(text, said).into_iter().filter_map(|stem| text.first(stem)).collect();
    own.retain(|word| !whole.says(word.stem));
    let rest = |but: &dyn Fn(&Word) -> bool| own.iter().any(|word| !is_light(text, word) && !but(word));
    if let Some((x, y, only)) = other_value(said, text) {
        // What is said of nothing else, and is new, is news of that thing, whatever more the text tells of it.
        let news = || {
            let mut others = own_stems(said, text).into_iter().filter_map(|stem| said.first(stem));
            is_new(said) && others.all(|word| is_light(said, word))
        };
        let reach = if only && !rest(&|_| false) { Some(Extent::Whole) } else { news().then_some(Extent::Part) };
        return reach.map(|reach| (reach, format!("different {}: {} / {}", y.kind.name(), y.shown, x.shown)));
    }
    if let Some((x, y)) = opposites(said, text).filter(|_| both > 1) {
        let only = own_stems(said, text).into_iter().all(|stem| stem == x.stem);
        let reach = if rest(&|word| word.stem == y.stem) { Extent::Part } else { Extent::Whole };
        return only.then(|| (reach, format!("opposites: {} / {}", text.shown(y), said.shown(x))));
    }
    let (x, y) = holder(said, text).zip(holder(text, said))?;
    let named = |word: &Word| text.names.has(word.stem);
    let moved = both > 1 && (is_new(said) || said.has("owns")) && !rest(&named);
    moved.then(|| (Extent::Whole, format!("different names: {} / {}", text.shown_stem(y), said.shown_stem(x))))
}

/// The name of who holds what a text tells of, where another one does not say it: only one does, while much else is so of one
/// thing and of another.
fn holder(text: &Profile, other: &Profile) -> Option<u32> {
    const HOLDING: [&str; 10] =
        ["charge", "contact", "handles", "leads", "looks", "maintains", "manages", "owner", "owns", "responsible"];
    // What opens the text goes there or comes from there, and holds nothing.
    const HELD: [&str; 6] = ["belong", "belongs", "come", "comes", "go", "goes"];
    let has = |verbs: &[&str]| verbs.iter().any(|verb| text.has(verb));
    let known = |name| other.says(name);
    match () {
        () if has(&HOLDING) => text.names.unknown(known),
        () if has(&HELD) => text.names.first_but(known),
        () => None,
    }
}

/// Whether a text says that it is the newer one: "now", "these days".
fn is_new(said: &Profile) -> bool {
    ["currently", "new", "now", "nowadays", "since"].iter().any(|word| said.has(word))
        || said.normal.contains("these days")
}

/// Whether a statement says that something is over which a text tells of, and what: "they renamed #a", "we moved off x",
/// "not in x any more", "… to Lea and not to Leo". Where it says what is instead, and the text no more, it takes the place of
/// the text.
pub(crate) fn gives_up(said: &Profile, text: &Profile) -> Option<(Extent, String)> {
    let gone = given_up(&said.text).into_iter().find(|gone| gone.is_told_by(text))?;
    let of_it = |stem: u32| gone.stems.contains(&stem);
    let shared = said.content.iter().filter(|stem| !of_it(**stem) && text.says(**stem)).count();
    if text.negations > 0 || text.retracts || shared < gone.shared || is_elsewhere(said, text) {
        return None;
    }
    let left = own_stems(text, said).into_iter().filter_map(|stem| text.first(stem));
    let alone = left.filter(|word| !is_light(text, word) && !of_it(word.stem)).count() == 0;
    let instead = own_stems(said, text).into_iter().any(|stem| said.names.has(stem))
        || said.values.iter().any(|value| !text.values.contains(value));
    let reach = if alone && instead && shared > 0 { Extent::Whole } else { Extent::Part };
    Some((reach, format!("one of them says no more: {}", gone.shown)))
}

/// What a clause says is over.
struct Gone {
    stems: Vec<u32>,
    values: Vec<Value>,
    shown: String,
    /// So many words more have to be shared for it to be about the same.
    shared: usize,
}

impl Gone {
    fn of(words: &str, shared: usize) -> Gone {
        const SMALL: Mark = Mark::STOP.with(Mark::END).with(Mark::TIME).with(Mark::NEGATION);
        const WHEN: [&str; 3] = ["ago", "already", "recently"];
        let (mut values, frame) = text::frame(words);
        // "We dropped it two weeks ago."
        values.retain(|value| !value.kind.is_time());
        let (frame, read) = word::read(&frame);
        let says = |word: &&Word| !word.is(SMALL) && !WHEN.contains(&word.in_text(&frame));
        let stems = read.iter().filter(says).map(|word| word.stem).collect();
        Gone { stems, values, shown: words.trim().to_owned(), shared }
    }

    fn is_told_by(&self, text: &Profile) -> bool {
        !(self.stems.is_empty() && self.values.is_empty())
            && self.stems.iter().all(|stem| text.says(*stem))
            && self.values.iter().all(|value| text.values.contains(value))
    }
}

fn given_up(said: &str) -> Vec<Gone> {
    const LEAVING: [&str; 11] = [
        "canceled ", "ditched ", "dropped ", "got rid of ", "instead of ", "moved away from ", "moved off ",
        "no longer ", "no longer use ", "renamed ", "stopped using ",
    ];
    const BEHIND: [&str; 6] = [" for ", " in ", " last ", " now", " to ", " with "];
    const ENDS: [&str; 2] = [" anymore", " any more"];
    let folded = text::fold(said);
    let mut gone = Vec::new();
    for clause in folded.split([',', ';', '.']).map(str::trim) {
        let cut = |words: &'_ str| {
            let end = BEHIND.iter().filter_map(|mark| words.find(mark)).min().unwrap_or(words.len());
            words.get(..end).unwrap_or_default().to_owned()
        };
        for leaving in LEAVING {
            gone.extend(clause.split_once(leaving).map(|(_, rest)| Gone::of(&cut(rest), 0)));
        }
        if let Some((over, _)) = ENDS.iter().find_map(|end| clause.split_once(end)) {
            let denial = over.split_whitespace().position(text::rules_out).unwrap_or_default();
            let words: Vec<&str> = over.split_whitespace().collect();
            let (before, behind) = words.split_at(denial);
            gone.push(Gone::of(&behind.join(" "), 0));
            gone.push(Gone::of(&before.join(" "), 1));
        } else if let Some(denied) =
            clause.strip_prefix("not ").or_else(|| clause.split_once(" and not ").map(|(_, denied)| denied))
        {
            gone.push(Gone::of(denied, 2));
        }
    }
    gone
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

/// Whether they are about two environments, or the two sides of a number: "over 10 kg", "up to 10 kg".
fn is_elsewhere(said: &Profile, text: &Profile) -> bool {
    places(said) != places(text) || other_bound(&said.text, &text.text).is_some()
}

/// Environments: what holds in one of them says nothing of another.
pub(super) fn places(text: &Profile) -> Vec<&str> {
    let found = text.values.iter().filter(|value| value.kind == ValueKind::Environment);
    found.map(|value| &*value.text).collect()
}

/// Whether a word only says that or how much something is.
pub(super) fn is_light(text: &Profile, word: &Word) -> bool {
    const BOUNDS: [&str; 26] = [
        "allowed", "belong", "belongs", "cost", "costs", "go", "goes", "kept", "least", "limit", "limited", "live",
        "lives", "may", "maximum", "minimum", "most", "open", "opens", "pay", "run", "served", "set", "sits", "stands",
        "up",
    ];
    word.is(Mark::VERB | Mark::MODAL) || BOUNDS.contains(&text.shown(word))
}

/// The value that a statement has for one of the text, that one, and whether the text has no other that is not said. What
/// the statement adds may say when, and nothing else.
fn other_value<'a>(said: &'a Profile, text: &'a Profile) -> Option<(&'a Value, &'a Value, bool)> {
    let address = |kind: ValueKind| matches!(kind, ValueKind::Address | ValueKind::Url);
    let like = |one: &Value, other: &Value| one.kind == other.kind || address(one.kind) && address(other.kind);
    let gone: Vec<&Value> = text.values.iter().filter(|value| !said.values.contains(value)).collect();
    let added: Vec<&Value> = said.values.iter().filter(|value| !text.values.contains(value)).collect();
    let mut pairs = added.iter().flat_map(|new| gone.iter().map(move |old| (*new, *old))).filter(|(x, y)| like(x, y));
    let ((new, old), None) = (pairs.next()?, pairs.next()) else { return None };
    let mut others = added.iter().filter(|other| !std::ptr::eq(**other, new));
    others.all(|other| other.kind.is_time()).then_some((new, old, gone.len() == 1))
}

#[cfg(all(test, feature = "model"))]
mod tests {
    use super::*;

    fn reach(said: &str, text: &str) -> Option<Extent> {
        let said = Profile::of(said);
        overtakes(&said, &said, &Profile::of(text)).map(|(reach, _)| reach)
    }

    #[test]
    fn what_is_over() {
        for (said, text, reach) in [
            (
                "They renamed #crates-old last week, so write to #crates-new.",
                "Losses are told in #crates-old.",
                Some(Extent::Part),
            ),
            (
                "We keep the lists in `lists.ods`, not in the binder anymore.",
                "Lists are kept in the binder.",
                Some(Extent::Whole),
            ),
            ("We moved off Kestrel in spring.", "Routes are planned with Kestrel.", Some(Extent::Part)),
            ("Lea owns the parcels, so they go to her and not to Leo.", "Parcels go to Leo.", Some(Extent::Whole)),
            ("The kiln is in the hall now instead of the yard.", "The oven is in the shed.", None),
            ("Send the letter to Lea and not to Leo.", "Claims go to Leo.", None),
        ] {
            let found = gives_up(&Profile::of(said), &Profile::of(text)).map(|(reach, _)| reach);
            assert_eq!(found, reach, "{said}");
        }
    }

    #[test]
    fn what_changed() {
        for (said, text) in [
            ("The mirror is on version 4.2 from today", "The mirror runs on version 4.1."),
            ("Parcel labels: limit printing to 8 MB", "Parcel labels may be up to 5 MB."),
            ("In reports prefer meters over feet", "Use feet in reports."),
            ("Ola owns billing and dispatch now", "Billing and dispatch belong to Rui Costa."),
            ("Bread comes from Kern & Sohn these days", "Bread comes from Backhaus."),
            ("The start of a shift is exclusive", "The start of the shift is inclusive."),
        ] {
            assert_eq!(reach(said, text), Some(Extent::Whole), "{said}");
        }
        for (said, text) in [
            ("The handover is on Wednesdays now", "The weekly handover is on Mondays at 09:00."),
            ("The import runs at 02:30 now", "The import of crates runs each night at 01:00."),
        ] {
            assert_eq!(reach(said, text), Some(Extent::Part), "{said}");
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
            ("Bread comes from Kern & Sohn now", "Milk comes from Kern & Sohn."),
            ("Coffee orders go to Lea now", "Paper orders go to Lea."),
            ("Crates over 10 kg go with Kern now", "Crates up to 10 kg go with Holm."),
            ("The meat import runs at 02:30 now", "The import of crates runs each night at 01:00."),
            ("1000 more crates of lamps", "Low stock means under 20 crates."),
            ("The import runs at 02:30", "The import of crates runs each night at 01:00."),
        ] {
            assert_eq!(reach(said, text), None, "{said}");
        }
    }
}
