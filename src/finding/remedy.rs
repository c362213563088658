//! What worked after a failure, and how reliably.

use std::collections::BTreeMap;

use super::cause::Occasion;
use crate::digest::{Change, Fix, is_case, program_of};
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
    Changes(&'a [Change]),
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
    let fixes: Vec<&Fix> = occasions.iter().filter_map(|occasion| occasion.failure.fix.as_ref()).collect();
    let (elsewhere, here): (Vec<&Fix>, Vec<&Fix>) = fixes.into_iter().partition(|fix| fix.tool.is_some());
    let (unchanged, changed): (Vec<&Fix>, Vec<&Fix>) = here.iter().copied().partition(|fix| fix.changes.is_empty());
    let tools = elsewhere.iter().filter_map(|fix| Some((Way::Tool(fix.tool.as_deref()?), *fix)));
    let again = again(&unchanged).filter(|_| by_itself);
    let ways = [by_changes(&changed, occasions), after(&here), again, commonest(tools, elsewhere.len())];
    // Of equally common ones the first: what changed in a call says more than what came in between.
    let mut best: Option<(Way, Vec<&Fix>)> = None;
    for (way, fixes) in ways.into_iter().flatten() {
        if best.as_ref().is_none_or(|(_, most)| fixes.len() > most.len()) {
            best = Some((way, fixes));
        }
    }
    let (way, fixes) = best?;
    let failed =
        occasions.iter().filter(|occasion| !has(&fixes, occasion.failure.fix.as_ref()) && vain(&way, occasion));
    let tried = fixes.len() + failed.count();
    (fixes.len() * 2 >= occasions.len() && fixes.len() * 2 > tried).then_some(Remedy { way, fixes, tried })
}

fn has(fixes: &[&Fix], fix: Option<&Fix>) -> bool {
    fix.is_some_and(|fix| fixes.iter().any(|known| known.evidence == fix.evidence))
}

/// Whether a session tried this way in vain.
fn vain(way: &Way, occasion: &Occasion) -> bool {
    let names = |changes: &[Change]| changes.iter().map(|change| change.argument.clone()).collect::<Vec<_>>();
    occasion.failure.in_vain.iter().any(|changes| match way {
        Way::Changes(wanted) => changes.as_slice() == *wanted,
        Way::Arguments(wanted) => names(changes) == *wanted,
        Way::Again => changes.is_empty(),
        Way::After(_) | Way::Tool(_) => false,
    })
}

/// By the exact changes if at least two sessions and half of all agree on them, else by the names of what changed.
fn by_changes<'a>(fixes: &[&'a Fix], occasions: &[Occasion<'a>]) -> Option<(Way<'a>, Vec<&'a Fix>)> {
    // Payload too long to show says only that it was another one, and the number of one case is no rule for others.
    let told = |change: &Change| {
        let values = || change.from.iter().chain(&change.to);
        values().next().is_some() && !values().any(|value| names_a_case(value))
    };
    let told = |fix: &&&'a Fix| fix.changes.iter().all(told);
    let exact = fixes.iter().filter(told).map(|fix| (Way::Changes(fix.changes.as_slice()), *fix));
    if let Some(found) = commonest(exact, fixes.len()).filter(|(_, shared)| shared.len() >= 2) {
        return Some(found);
    }
    // Another command that worked says nothing; another value beside arguments that stayed does.
    let given = occasions.iter().map(|occasion| occasion.failure.arguments.len()).max().unwrap_or_default();
    let names = |fix: &'a Fix| fix.changes.iter().map(|change| change.argument.as_str()).collect::<Vec<_>>();
    let telling = |names: &[&str]| names.len() < given.max(1) && !names.iter().all(|name| is_code(name));
    let named = fixes.iter().map(|fix| (names(fix), *fix)).filter(|(names, _)| telling(names));
    commonest(named.map(|(names, fix)| (Way::Arguments(names), fix)), 0)
}

/// Whether an argument holds a piece of code: of two of them, only the words that differ mean something.
pub(super) fn is_code(argument: &str) -> bool {
    matches!(argument, "command" | "cmd" | "script" | "sql" | "query" | "code" | "raw" | "input")
}

/// What came in between, if most of the fixes share it: an error's advice counts where it was followed and helped. A
/// command line stands for its program where no line is common to the letter.
fn after<'a>(fixes: &[&'a Fix]) -> Option<(Way<'a>, Vec<&'a Fix>)> {
    let shared = |step: fn(&'a str) -> Option<&'a str>| {
        let steps = move |fix: &&'a Fix| fix.between.iter().filter_map(move |line| step(line.as_str())).gather_set();
        let between = fixes.iter().flat_map(|fix| steps(fix).into_iter().map(|step| (Way::After(step), *fix)));
        commonest(between, fixes.len()).filter(|(_, shared)| shared.len() >= 2)
    };
    shared(Some).or_else(|| shared(program_in))
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
