//! What worked after a failure, and how reliably.

use std::collections::{BTreeMap, BTreeSet};

use super::cause::Occasion;
use super::form::Form;
use crate::digest::{Caution, Change, Fix, is_case, program_of};
use crate::order::Gather as _;

/// A way out that worked in at least half of the sessions.
pub(super) struct Remedy<'a> {
    pub way: Way<'a>,
    /// The fixes of that kind.
    pub fixes: Vec<&'a Fix>,
    /// Sessions in which it was tried.
    pub tried: usize,
}

/// What was different in the call that worked.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Way<'a> {
    /// These changes, to the letter.
    Changes(Vec<&'a Change>),
    /// The value of this argument, written in this form.
    Form(&'a str, Form),
    /// The value of the first argument, given by the name of the second.
    Renamed(&'a str, &'a str),
    /// Other values of these arguments.
    Arguments(Vec<&'a str>),
    /// This, before the call.
    After(&'a str),
    /// A call of this other tool.
    Tool(&'a str),
    /// Nothing.
    Again,
}

/// The commonest way out, if it is one: found in half of the sessions, and in more than half of those that tried it.
pub(super) fn remedy<'a>(occasions: &[Occasion<'a>]) -> Option<Remedy<'a>> {
    commonest_way(occasions, true)
}

/// The commonest way out of a failure that does not go away by itself: the same call working later teaches nothing,
/// what came before it may.
pub(super) fn lesson<'a>(occasions: &[Occasion<'a>]) -> Option<Remedy<'a>> {
    commonest_way(occasions, false)
}

fn commonest_way<'a>(occasions: &[Occasion<'a>], by_itself: bool) -> Option<Remedy<'a>> {
    let free = free(occasions);
    let fixes: Vec<&Fix> = fixes(occasions).filter(|fix| fix.caution.is_none()).collect();
    let (elsewhere, here): (Vec<&Fix>, Vec<&Fix>) = fixes.into_iter().partition(|fix| fix.tool.is_some());
    let same = |fix: &&Fix| fix.changes.iter().all(|change| free.contains(change.argument.as_str()));
    let (unchanged, changed): (Vec<&Fix>, Vec<&Fix>) = here.iter().copied().partition(same);
    let tools = elsewhere.iter().filter_map(|fix| Some((Way::Tool(fix.tool.as_deref()?), *fix)));
    let again = again(&unchanged).filter(|_| by_itself);
    let changes = || by_changes(&changed, &free).or_else(|| by_form(&changed));
    let called = by_rename(&here).or_else(changes).or_else(|| by_names(&changed, occasions, &free));
    let ways = [called, after(&here), again, commonest(tools, elsewhere.len())];
    // Of equally common ones the first: what changed in a call says more than what came in between.
    let mut best: Option<(Way, Vec<&Fix>)> = None;
    for (way, fixes) in ways.into_iter().flatten() {
        if best.as_ref().is_none_or(|(_, most)| fixes.len() > most.len()) {
            best = Some((way, fixes));
        }
    }
    // What is no remedy in one session is none in the others.
    let (way, fixes) =
        best.filter(|(way, _)| !self::fixes(occasions).any(|fix| fix.caution.is_some() && takes(fix, way, &free)))?;
    let failed =
        occasions.iter().filter(|occasion| !has(&fixes, occasion.failure.fix.as_ref()) && vain(&way, occasion, &free));
    let tried = fixes.len() + failed.count();
    (fixes.len() * 2 >= occasions.len() && fixes.len() * 2 > tried).then_some(Remedy { way, fixes, tried })
}

fn fixes<'a>(occasions: &[Occasion<'a>]) -> impl Iterator<Item = &'a Fix> {
    occasions.iter().filter_map(|occasion| occasion.failure.fix.as_ref())
}

/// Why most of what worked is no remedy, and in how many sessions.
pub(super) fn caution(occasions: &[Occasion]) -> Option<(Caution, usize)> {
    let mut by_kind: BTreeMap<Caution, usize> = BTreeMap::new();
    fixes(occasions).filter_map(|fix| fix.caution).for_each(|caution| *by_kind.entry(caution).or_default() += 1);
    let all: usize = by_kind.values().sum();
    // One person's no is enough.
    let decides = by_kind.contains_key(&Caution::Objected) || all * 2 >= fixes(occasions).count();
    let most = by_kind.into_iter().max_by(|(a, x), (b, y)| x.cmp(y).then_with(|| b.cmp(a)));
    most.filter(|_| decides)
}

/// Whether a fix goes this way.
fn takes(fix: &Fix, way: &Way, free: &BTreeSet<&str>) -> bool {
    let changed = |name: &&str| fix.changes.iter().any(|change| change.argument == **name);
    match way {
        Way::Changes(wanted) => wanted.iter().all(|change| fix.changes.contains(change)),
        Way::Form(argument, form) => fix.changes.iter().any(|change| is_written(change, argument, form)),
        Way::Renamed(from, to) => is_renamed(&fix.changes, from, to),
        Way::Arguments(wanted) => wanted.iter().all(changed),
        Way::After(step) => fix.between.iter().any(|line| is_step(line, step)),
        Way::Tool(tool) => fix.tool.as_deref() == Some(tool),
        Way::Again => fix.tool.is_none() && names(&fix.changes, free).is_empty(),
    }
}

fn has(fixes: &[&Fix], fix: Option<&Fix>) -> bool {
    fix.is_some_and(|fix| fixes.iter().any(|known| known.evidence == fix.evidence))
}

/// Whether a session tried this way in vain.
fn vain(way: &Way, occasion: &Occasion, free: &BTreeSet<&str>) -> bool {
    occasion.failure.in_vain.iter().any(|changes| match way {
        Way::Changes(wanted) => wanted.iter().all(|change| changes.contains(change)),
        Way::Form(argument, form) => changes.iter().any(|change| is_written(change, argument, form)),
        Way::Renamed(from, to) => is_renamed(changes, from, to),
        Way::Arguments(wanted) => wanted.iter().all(|name| names(changes, free).contains(name)),
        Way::Again => names(changes, free).is_empty(),
        Way::After(_) | Way::Tool(_) => false,
    })
}

/// Whether a change writes an argument in this form.
pub(super) fn is_written(change: &Change, argument: &str, form: &Form) -> bool {
    change.argument == argument && form_of(change).as_ref() == Some(form)
}

fn form_of(change: &Change) -> Option<Form> {
    let (from, to) = change.from.as_deref().zip(change.to.as_deref())?;
    Form::of(from, to).filter(|_| !is_code(&change.argument) && !holds_secret(change))
}

fn values(change: &Change) -> impl Iterator<Item = &String> {
    change.from.iter().chain(&change.to)
}

/// What stands for a secret says nothing about the next one.
fn holds_secret(change: &Change) -> bool {
    values(change).any(|value| value.contains("[REDACTED"))
}

/// Arguments in which the agent writes what it likes, such as the `description` of a command: several words, beside a
/// command or others in most calls; and those of which every call has its own, such as a number of the request. Another
/// value in one of them is no cause, and hides none.
fn free<'a>(occasions: &[Occasion<'a>]) -> BTreeSet<&'a str> {
    let mut written: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for failure in occasions.iter().map(|occasion| occasion.failure) {
        for (name, value) in failure.arguments.iter().filter(|(name, _)| !is_code(name)) {
            written.entry(name).or_default().push(value);
        }
        for change in failure.fix.iter().flat_map(|fix| &fix.changes) {
            if let Some(to) = change.to.as_deref() {
                written.entry(&change.argument).or_default().push(to);
            }
        }
    }
    let runs = |name: &String| matches!(name.as_str(), "command" | "cmd" | "script" | "code");
    let beside_code = occasions.iter().any(|occasion| occasion.failure.arguments.keys().any(runs));
    let is_free = |values: &Vec<&str>| {
        let worded = values.iter().filter(|value| is_worded(value)).count();
        let distinct: BTreeSet<&str> = values.iter().copied().gather_set();
        let own = || values.len() >= OWN_VALUES && distinct.len() == values.len() && of_one_shape(values);
        worded * 2 >= values.len() && (beside_code || distinct.len() * 2 > values.len()) || own()
    };
    written.into_iter().filter(|(name, values)| !is_code(name) && is_free(values)).map(|(name, _)| name).gather_set()
}

// Fewer may differ by chance.
const OWN_VALUES: usize = 6;

/// Whether values differ in their letters and digits only.
fn of_one_shape(values: &[&str]) -> bool {
    let shape = |value: &str| -> String {
        let mask = |c: char| {
            if c.is_numeric() {
                '0'
            } else if c.is_alphabetic() {
                'a'
            } else {
                c
            }
        };
        value.chars().map(mask).collect()
    };
    let first = values.first().map(|value| shape(value));
    values.iter().all(|value| Some(shape(value)) == first)
}

/// Whether a value is put in words: two at least, most of them of letters only.
fn is_worded(value: &str) -> bool {
    let all = value.split_whitespace().count();
    let plain = value.split_whitespace().filter(|word| word.chars().all(char::is_alphabetic)).count();
    all >= 2 && plain >= 2 && plain * 2 > all
}

/// The changes, to the letter, that at least two sessions and half of all agree on.
fn by_changes<'a>(fixes: &[&'a Fix], free: &BTreeSet<&str>) -> Option<(Way<'a>, Vec<&'a Fix>)> {
    // Payload too long to show says only that it was another one, and the number of one case is no rule for others.
    let told = |change: &&Change| {
        !free.contains(change.argument.as_str())
            && values(change).next().is_some()
            && !values(change).any(|value| names_a_case(value))
            && !holds_secret(change)
    };
    let single =
        fixes.iter().flat_map(|fix| fix.changes.iter().filter(told).map(|change| (Way::Changes(vec![change]), *fix)));
    let (_, shared) = commonest(single, fixes.len()).filter(|(_, shared)| shared.len() >= 2)?;
    let common = |change: &&Change| told(change) && shared.iter().all(|fix| fix.changes.contains(change));
    let all: Vec<&Change> = shared.first().into_iter().flat_map(|fix| fix.changes.iter().filter(common)).collect();
    let alone =
        shared.iter().all(|fix| fix.changes.iter().all(|change| all.contains(&change) || is_aside(change, free)));
    // What else changed along with it may have been what helped.
    let enough = alone || shared.len() >= 3 && shared.len() * 3 >= fixes.len() * 2;
    (enough && !all.iter().any(|change| is_disputed(change, fixes))).then_some((Way::Changes(all), shared))
}

fn is_aside(change: &Change, free: &BTreeSet<&str>) -> bool {
    free.contains(change.argument.as_str()) || values(change).any(|value| names_a_case(value))
}

/// Whether as many sessions changed the argument otherwise, or one changed it back.
fn is_disputed(change: &Change, fixes: &[&Fix]) -> bool {
    let of = fixes.iter().flat_map(|fix| &fix.changes).filter(|other| other.argument == change.argument);
    let (same, others): (Vec<&Change>, Vec<&Change>) = of.partition(|other| *other == change);
    let back = |other: &&Change| other.from.is_some() && other.from == change.to && other.to == change.from;
    same.len() <= others.len() || others.iter().any(back)
}

/// The way of writing one argument that at least two sessions and half of all agree on.
fn by_form<'a>(fixes: &[&'a Fix]) -> Option<(Way<'a>, Vec<&'a Fix>)> {
    let written =
        |fix: &'a Fix| fix.changes.iter().filter_map(|change| Some(Way::Form(&change.argument, form_of(change)?)));
    let forms = fixes.iter().flat_map(|fix| written(fix).map(move |way| (way, *fix)));
    commonest(forms, fixes.len()).filter(|(_, shared)| shared.len() >= 2)
}

/// The argument that most of the calls that worked gave by another name.
fn by_rename<'a>(fixes: &[&'a Fix]) -> Option<(Way<'a>, Vec<&'a Fix>)> {
    let ways = fixes.iter().flat_map(|fix| {
        let pairs = fix.changes.iter().flat_map(|old| fix.changes.iter().map(move |new| (old, new)));
        let renamed = pairs.filter(|(old, new)| is_given_as(old, new));
        renamed.map(|(old, new)| (Way::Renamed(&old.argument, &new.argument), *fix))
    });
    commonest(ways, fixes.len()).filter(|(_, shared)| shared.len() >= 2)
}

/// Whether the value that was left out of one argument was given in another one.
fn is_given_as(old: &Change, new: &Change) -> bool {
    old.from.is_some() && old.to.is_none() && new.from.is_none() && old.from == new.to
}

/// Whether changes give the value of one argument by the name of another.
pub(super) fn is_renamed(changes: &[Change], from: &str, to: &str) -> bool {
    let of = |name: &str| changes.iter().find(|change| change.argument == name);
    of(from).zip(of(to)).is_some_and(|(old, new)| is_given_as(old, new))
}

/// The arguments of which most of the calls that worked had other values.
fn by_names<'a>(
    fixes: &[&'a Fix],
    occasions: &[Occasion<'a>],
    free: &BTreeSet<&str>,
) -> Option<(Way<'a>, Vec<&'a Fix>)> {
    // Another command that worked says nothing; another value beside arguments that stayed does, and one more.
    let given =
        |occasion: &Occasion| occasion.failure.arguments.keys().filter(|name| !free.contains(name.as_str())).count();
    let given = occasions.iter().map(given).max().unwrap_or_default();
    let stays = |fix: &Fix| {
        let added = fix.changes.iter().all(|change| change.from.is_none());
        added || names(&fix.changes, free).len() < given.max(1)
    };
    let telling = |fix: &&&'a Fix| stays(fix) && !fix.changes.iter().any(holds_secret);
    let open = |name: &&str| !is_code(name);
    let single = fixes.iter().filter(telling).flat_map(|fix| {
        names(&fix.changes, free).into_iter().filter(open).map(|name| (Way::Arguments(vec![name]), *fix))
    });
    let (_, shared) = commonest(single, 0)?;
    let common = |name: &&str| shared.iter().all(|fix| names(&fix.changes, free).contains(name));
    let all: Vec<&str> = shared.first().into_iter().flat_map(|fix| names(&fix.changes, free)).filter(common).collect();
    // What else changed may have been what helped.
    let alone = shared.iter().filter(|fix| names(&fix.changes, free) == all).count();
    (alone * 2 >= shared.len()).then_some((Way::Arguments(all), shared))
}

fn names<'a>(changes: &'a [Change], free: &BTreeSet<&str>) -> Vec<&'a str> {
    changes.iter().map(|change| change.argument.as_str()).filter(|name| !free.contains(name)).collect()
}

/// Whether an argument holds a piece of code: of two of them, only the words that differ mean something.
pub(super) fn is_code(argument: &str) -> bool {
    matches!(argument, "command" | "cmd" | "script" | "sql" | "query" | "code" | "raw" | "input")
}

/// What came in between, if most of the fixes share it: an error's advice counts where it was followed and helped. A
/// command line stands for its program where no line is common to the letter.
fn after<'a>(fixes: &[&'a Fix]) -> Option<(Way<'a>, Vec<&'a Fix>)> {
    let shared = |step: fn(&'a str) -> Option<&'a str>| {
        let steps = move |fix: &&'a Fix| {
            let helped = fix.between.iter().filter(|line| !only_looks(line));
            helped.filter_map(move |line| step(line.as_str())).gather_set()
        };
        let between = fixes.iter().flat_map(|fix| steps(fix).into_iter().map(|step| (Way::After(step), *fix)));
        commonest(between, fixes.len()).filter(|(_, shared)| shared.len() >= 2)
    };
    shared(Some).or_else(|| shared(program_in))
}

/// Whether a command line only shows something: that makes nothing work.
fn only_looks(line: &str) -> bool {
    const LOOKS: [&str; 18] = [
        "cat", "echo", "find", "git diff", "git log", "git show", "git status", "grep", "head", "less", "ls", "pwd",
        "rg", "sed", "tail", "tree", "wc", "which",
    ];
    program_of(line).is_some_and(|program| LOOKS.binary_search(&program.as_str()).is_ok())
}

/// The program that a command line runs, where it stands in it as it is called.
fn program_in(line: &str) -> Option<&str> {
    let program = program_of(line).filter(|_| line.contains(' '))?;
    line.find(&program).and_then(|at| line.get(at..at + program.len()))
}

/// Whether a step that came before is the one that a way out names.
pub(super) fn is_step(line: &str, named: &str) -> bool {
    line == named || program_in(line) == Some(named)
}

fn again<'a>(fixes: &[&'a Fix]) -> Option<(Way<'a>, Vec<&'a Fix>)> {
    (!fixes.is_empty()).then(|| (Way::Again, fixes.to_vec()))
}

/// The way that most fixes share, if at least half of `all` do; of equally common ones the least.
fn commonest<'a>(ways: impl Iterator<Item = (Way<'a>, &'a Fix)>, all: usize) -> Option<(Way<'a>, Vec<&'a Fix>)> {
    let mut by_way: BTreeMap<Way<'a>, Vec<&'a Fix>> = BTreeMap::new();
    ways.for_each(|(way, fix)| by_way.entry(way).or_default().push(fix));
    let best = by_way.into_iter().max_by(|(a, x), (b, y)| x.len().cmp(&y.len()).then_with(|| b.cmp(a)))?;
    (best.1.len() * 2 >= all).then_some(best)
}

/// Whether a value holds the number of one order, ticket or account; an address is not of one case.
pub(super) fn names_a_case(value: &str) -> bool {
    value.split_whitespace().any(|word| !word.contains(['.', ':', '/']) && is_case(word))
}
