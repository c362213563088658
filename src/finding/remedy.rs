//! What worked after a failure, and how reliably.

use std::collections::{BTreeMap, BTreeSet};

use super::cause::Occasion;
use super::way::{
    Way, form_of, holds_secret, is_code, is_given_as, names, names_a_case, options, part_of, program_in, values,
};
use crate::digest::{Caution, Change, Fix, program_of};
use crate::order::Gather as _;

/// A way out that worked in at least half of the sessions.
pub(super) struct Remedy<'a> {
    pub way: Way,
    /// The step that all took before, where values were given that are others each time: they come from there.
    pub step: Option<Way>,
    /// The fixes of that kind.
    pub fixes: Vec<&'a Fix>,
    /// What alone was changed in calls that worked as well without what this way changes.
    pub others: Vec<&'a Change>,
    /// Sessions in which it was tried.
    pub tried: usize,
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
    let tools = elsewhere.iter().filter_map(|fix| Some((Way::Tool(fix.tool.clone()?), *fix)));
    let again = again(&unchanged).filter(|_| by_itself);
    let changes = || {
        first_of_most([
            by_changes(&changed, &free).or_else(|| by_form(&changed)),
            by_part(&changed, &free),
            by_option(&changed),
        ])
    };
    let called = by_rename(&here).or_else(changes).or_else(|| by_names(&changed, occasions, &free));
    // What changed in a call says more than what came in between.
    let best = first_of_most([called, after(&here), again, commonest(tools, elsewhere.len())]);
    // What is no remedy in one session is none in the others.
    let (way, mut fixes) = best.filter(|(way, _)| {
        let against = self::fixes(occasions).filter(|fix| fix.caution.is_some());
        !against.into_iter().any(|fix| way.is_taken(fix, &free))
    })?;
    let changing = matches!(way, Way::Changes(_) | Way::Arguments(_));
    let others = here.iter().filter(|fix| changing && !way.is_taken(fix, &free));
    let others = others.filter_map(|fix| only_change(fix, &free)).collect();
    // In other sessions the same was changed along with more.
    if matches!(way, Way::Changes(_)) {
        fixes = here.into_iter().filter(|fix| way.is_taken(fix, &free)).collect();
    }
    let in_vain = |occasion: &Occasion| occasion.failure.in_vain.iter().any(|changes| way.is_in(changes, &free));
    let failed = occasions.iter().filter(|occasion| !has(&fixes, occasion.failure.fix.as_ref()) && in_vain(occasion));
    let tried = fixes.len() + failed.count();
    let steps = after(&fixes)
        .filter(|(_, shared)| matches!(way, Way::Arguments(_)) && shared.len() > 2 && shared.len() == fixes.len());
    let step = steps.map(|(step, _)| step);
    (fixes.len() * 2 >= occasions.len() && fixes.len() * 2 > tried).then_some(Remedy {
        way,
        step,
        fixes,
        others,
        tried,
    })
}

/// A way out, and the fixes that took it.
type Taken<'a> = (Way, Vec<&'a Fix>);

/// The way that most fixes took; of equally common ones the first.
fn first_of_most<'a, const N: usize>(ways: [Option<Taken<'a>>; N]) -> Option<Taken<'a>> {
    let more = |best: Taken<'a>, other: Taken<'a>| if other.1.len() > best.1.len() { other } else { best };
    ways.into_iter().flatten().reduce(more)
}

/// In how many sessions a similar call worked later, and nothing speaks against it.
pub(super) fn worked_later(occasions: &[Occasion]) -> usize {
    fixes(occasions).filter(|fix| fix.tool.is_none() && fix.caution.is_none()).count()
}

fn fixes<'a>(occasions: &[Occasion<'a>]) -> impl Iterator<Item = &'a Fix> {
    occasions.iter().filter_map(|occasion| occasion.failure.fix.as_ref())
}

/// Why most of what worked is no remedy, and in how many sessions.
pub(super) fn caution(occasions: &[Occasion]) -> Option<(Caution, usize)> {
    let mut by_kind: Vec<(Caution, usize)> = Vec::new();
    for caution in fixes(occasions).filter_map(|fix| fix.caution) {
        match by_kind.iter_mut().find(|(kind, _)| *kind == caution) {
            Some((_, times)) => *times += 1,
            None => by_kind.push((caution, 1)),
        }
    }
    let all: usize = by_kind.iter().map(|(_, times)| times).sum();
    // One person's no is enough.
    let objected = by_kind.iter().any(|(kind, _)| *kind == Caution::Objected);
    let decides = objected || all * 2 >= fixes(occasions).count();
    let most = by_kind.into_iter().max_by(|(a, x), (b, y)| x.cmp(y).then_with(|| b.cmp(a)));
    most.filter(|_| decides)
}

fn has(fixes: &[&Fix], fix: Option<&Fix>) -> bool {
    fix.is_some_and(|fix| fixes.iter().any(|known| known.evidence == fix.evidence))
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
fn by_changes<'a>(fixes: &[&'a Fix], free: &BTreeSet<&str>) -> Option<Taken<'a>> {
    // Payload too long to show says only that it was another one, and the number of one case is no rule for others.
    let told = |change: &&Change| {
        !free.contains(change.argument.as_str())
            && values(change).next().is_some()
            && !values(change).any(|value| names_a_case(value))
            && !holds_secret(change)
    };
    let single = fixes
        .iter()
        .flat_map(|fix| fix.changes.iter().filter(told).map(|change| (Way::Changes(vec![change.clone()]), *fix)));
    let (_, shared) = commonest(single, fixes.len()).filter(|(_, shared)| shared.len() >= 2)?;
    let common = |change: &&Change| told(change) && shared.iter().all(|fix| fix.changes.contains(change));
    let all: Vec<&Change> = shared.first().into_iter().flat_map(|fix| fix.changes.iter().filter(common)).collect();
    let alone =
        shared.iter().all(|fix| fix.changes.iter().all(|change| all.contains(&change) || is_aside(change, free)));
    // What else changed along with it may have been what helped.
    let enough = alone || shared.len() >= 3 && shared.len() * 3 >= fixes.len() * 2;
    let stands = enough && !all.iter().any(|change| is_disputed(change, fixes));
    stands.then(|| (Way::Changes(all.into_iter().cloned().collect()), shared))
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
fn by_form<'a>(fixes: &[&'a Fix]) -> Option<Taken<'a>> {
    let written = |fix: &'a Fix| {
        fix.changes.iter().filter_map(|change| Some(Way::Form(change.argument.clone(), form_of(change)?)))
    };
    let forms = fixes.iter().flat_map(|fix| written(fix).map(move |way| (way, *fix)));
    commonest(forms, fixes.len()).filter(|(_, shared)| shared.len() >= 2)
}

/// The change of a call in which nothing else was changed that means something.
fn only_change<'a>(fix: &'a Fix, free: &BTreeSet<&str>) -> Option<&'a Change> {
    let mut changed = fix.changes.iter().filter(|change| !free.contains(change.argument.as_str()));
    changed.next().filter(|_| changed.next().is_none())
}

/// The part of one argument, and nothing else, that at least two sessions and half of all replaced alike.
fn by_part<'a>(fixes: &[&'a Fix], free: &BTreeSet<&str>) -> Option<Taken<'a>> {
    let parts = || fixes.iter().filter_map(|fix| Some((part_of(only_change(fix, free)?)?, *fix)));
    let (way, shared) = commonest(parts(), fixes.len()).filter(|(_, shared)| shared.len() >= 2)?;
    let Way::Part(argument, from, to) = &way else { return None };
    // As many sessions changed the argument otherwise, or one changed it back.
    let of = |fix: &&&Fix| fix.changes.iter().any(|change| change.argument == *argument);
    let back = Way::Part(argument.clone(), to.clone(), from.clone());
    let disputed = fixes.iter().filter(of).count() >= shared.len() * 2 || parts().any(|(way, _)| way == back);
    (!disputed).then_some((way, shared))
}

/// The option of a command, with another value each time, that at least two sessions and half of all added.
fn by_option<'a>(fixes: &[&'a Fix]) -> Option<Taken<'a>> {
    let of = |fix: &&'a Fix| fix.changes.iter().filter(|change| !holds_secret(change));
    let added = |(change, name): (&Change, &str)| Way::Option(change.argument.clone(), name.to_owned(), String::new());
    let ways = fixes.iter().flat_map(|fix| {
        of(fix).flat_map(|change| options(change).map(move |(name, _)| (change, name))).map(|one| (added(one), *fix))
    });
    let (way, shared) = commonest(ways, fixes.len()).filter(|(_, shared)| shared.len() >= 2)?;
    let Way::Option(argument, option, _) = way else { return None };
    let given = shared.iter().flat_map(of).flat_map(options).filter(|(name, _)| *name == option);
    let values: BTreeSet<&str> = given.map(|(_, value)| value).gather_set();
    let (first, last) = (*values.first()?, *values.last()?);
    // Sorted, the first and the last share what all begin with.
    let begins: String = first.chars().zip(last.chars()).take_while(|(a, b)| a == b).map(|(a, _)| a).collect();
    let ends = |end: &&str| values.iter().all(|value| value.ends_with(end) && value.len() >= begins.len() + end.len());
    let ending = first.char_indices().filter_map(|(at, _)| first.get(at..)).find(ends).unwrap_or_default();
    (values.len() > 1).then(|| (Way::Option(argument, option, format!("{begins}…{ending}")), shared))
}

/// The argument that most of the calls that worked gave by another name.
fn by_rename<'a>(fixes: &[&'a Fix]) -> Option<Taken<'a>> {
    let ways = fixes.iter().flat_map(|fix| {
        let pairs = fix.changes.iter().flat_map(|old| fix.changes.iter().map(move |new| (old, new)));
        let renamed = pairs.filter(|(old, new)| is_given_as(old, new));
        renamed.map(|(old, new)| (Way::Renamed(old.argument.clone(), new.argument.clone()), *fix))
    });
    commonest(ways, fixes.len()).filter(|(_, shared)| shared.len() >= 2)
}

/// The arguments of which most of the calls that worked had other values.
fn by_names<'a>(fixes: &[&'a Fix], occasions: &[Occasion<'a>], free: &BTreeSet<&str>) -> Option<Taken<'a>> {
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
        names(&fix.changes, free).into_iter().filter(open).map(|name| (Way::Arguments(vec![name.to_owned()]), *fix))
    });
    let (_, shared) = commonest(single, 0)?;
    let common = |name: &&str| shared.iter().all(|fix| names(&fix.changes, free).contains(name));
    let all: Vec<&str> = shared.first().into_iter().flat_map(|fix| names(&fix.changes, free)).filter(common).collect();
    // What else changed may have been what helped.
    let alone = shared.iter().filter(|fix| names(&fix.changes, free) == all).count();
    (alone * 2 >= shared.len()).then(|| (Way::Arguments(all.into_iter().map(str::to_owned).collect()), shared))
}

/// What came in between, if most of the fixes share it: an error's advice counts where it was followed and helped. A
/// command line stands for its program where no line is common to the letter.
fn after<'a>(fixes: &[&'a Fix]) -> Option<Taken<'a>> {
    let shared = |step: fn(&'a str) -> Option<&'a str>| {
        let steps = move |fix: &&'a Fix| {
            let helped = fix.between.iter().filter(|line| !only_looks(line));
            helped.filter_map(move |line| step(line.as_str())).gather_set()
        };
        let between =
            fixes.iter().flat_map(|fix| steps(fix).into_iter().map(|step| (Way::After(step.to_owned()), *fix)));
        commonest(between, fixes.len()).filter(|(_, shared)| shared.len() >= 2)
    };
    shared(Some).or_else(|| shared(program_in))
}

/// Whether a step only shows something, or is a thought: that makes nothing work.
fn only_looks(line: &str) -> bool {
    const LOOKS: [&str; 19] = [
        "cat", "echo", "find", "git diff", "git log", "git show", "git status", "grep", "head", "less", "ls", "pwd",
        "rg", "sed", "tail", "think", "tree", "wc", "which",
    ];
    program_of(line).is_some_and(|program| LOOKS.binary_search(&program.as_str()).is_ok())
}

fn again<'a>(fixes: &[&'a Fix]) -> Option<Taken<'a>> {
    (!fixes.is_empty()).then(|| (Way::Again, fixes.to_vec()))
}

/// The way that most fixes share, if at least half of `all` do; of equally common ones the least.
fn commonest<'a>(ways: impl Iterator<Item = (Way, &'a Fix)>, all: usize) -> Option<Taken<'a>> {
    let mut by_way: BTreeMap<Way, Vec<&'a Fix>> = BTreeMap::new();
    ways.for_each(|(way, fix)| by_way.entry(way).or_default().push(fix));
    let best = by_way.into_iter().max_by(|(a, x), (b, y)| x.len().cmp(&y.len()).then_with(|| b.cmp(a)))?;
    (best.1.len() * 2 >= all).then_some(best)
}
