//! What followed a failed call: the call that worked, and what was tried in vain.

use std::borrow::Cow;
use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet};

use memchr::memmem::Finder;
use serde_json::{Value, json};

use super::caution::Judge;
use super::complaint::Complaint;
use super::failures::{Told, complaints};
use super::steps::{COMMANDS, SUBCOMMANDS, changes_something, command_line, name_words, program_of};
use super::{Change, Digest, Fix};
use crate::evidence::{Evidence, prefix};
use crate::order::{Arrange as _, Gather as _};
use crate::transcript::{Act, Session, Trust, Turn};

// A success much later has another reason than what changed in the call.
const FIX_WITHIN_CALLS: usize = 12;
// Longer values are payload; they neither explain a failure nor read well in a rule.
const VALUE_BYTES: usize = 120;
const IN_VAIN: usize = 3;
// Shorter values occur in any text.
const WORD_BYTES: usize = 4;

/// The first similar call that succeeded after the failing one, the same call itself before others, or else the first
/// one of another tool or program for the same thing; and what was changed before in vain: the same error again. `told`
/// has what is known of failures already.
pub(super) fn aftermath(
    session: &Session,
    failing: &Turn,
    failure: &str,
    (told, judge): (&Told, &Judge),
) -> (Option<Fix>, Vec<Vec<Change>>) {
    let later = session.turns.iter().skip(failing.index as usize + 1);
    let calls: Vec<&Turn> = later.filter(|turn| matches!(turn.act, Act::Call { .. })).take(FIX_WITHIN_CALLS).collect();
    let mut in_vain: Vec<Vec<Change>> = Vec::new();
    let sought = LazyCell::new(|| program_run(failing));
    // What worked before the same call did was a step towards it.
    let redone = |turn: &&Turn| is_same(failing, turn) && succeeded(session, turn);
    let redone = LazyCell::new(|| calls.iter().position(redone));
    for (distance, turn) in calls.iter().enumerate().filter(|(_, turn)| similar(failing, turn, &sought)) {
        if succeeded(session, turn) {
            if redone.is_some_and(|redone| redone > distance) {
                continue;
            }
            let before = calls.get(..distance).unwrap_or_default();
            let helped: Vec<&Turn> = before.iter().copied().filter(|turn| succeeded(session, turn)).collect();
            let named: Vec<&Turn> = helped.iter().copied().filter(|step| judge.is_harmless(failing, step)).collect();
            let fix = Fix {
                between: between(&named),
                edited: helped.iter().any(|turn| edits_a_file(turn)),
                caution: judge.caution(failing, turn, &helped),
                ..fix(session, failing, turn, distance)
            };
            return (Some(fix), in_vain);
        }
        let changes = changes(failing, turn);
        if in_vain.len() < IN_VAIN && fails_with(session, turn, failure, told) && !in_vain.contains(&changes) {
            in_vain.push(changes);
        }
    }
    let error = result(session, failing).map_or("", |turn| &turn.text);
    let other = calls.iter().enumerate().filter(|(_, turn)| succeeded(session, turn)).find_map(|(distance, turn)| {
        let plain = other_way(failing, turn) || runs_through_another(failing, turn);
        let program = if plain { None } else { Some(change_of_program(failing, turn, error)?) };
        let fix = fix(session, failing, turn, distance);
        let changes = program.map_or(fix.changes, |change| vec![change]);
        Some(Fix { caution: judge.caution(failing, turn, &[]), changes, ..fix })
    });
    (other, in_vain)
}

fn fix(session: &Session, failing: &Turn, working: &Turn, distance: usize) -> Fix {
    let same = tool(failing) == tool(working);
    let evidence = Evidence::of(session, working, 0, working.text.len());
    let trust = if suggested(session, failing, working) { Trust::Untrusted } else { evidence.trust };
    Fix {
        tool: tool(working).filter(|_| !same).map(str::to_owned),
        changes: if same { changes(failing, working) } else { Vec::new() },
        between: Vec::new(),
        edited: false,
        caution: None,
        distance: distance as u32 + 1,
        evidence: Evidence { trust, ..evidence },
    }
}

fn tool(turn: &Turn) -> Option<&str> {
    called(turn).map(|(tool, _)| tool)
}

/// The tool that a call is for, and what it is given.
fn called(turn: &Turn) -> Option<(&str, &Value)> {
    match &turn.act {
        Act::Call { tool, arguments, .. } => Some((tool, arguments)),
        _ => None,
    }
}

/// The command lines of two calls of one tool.
fn lines<'a>(a: &'a Turn, b: &'a Turn) -> Option<(Cow<'a, str>, Cow<'a, str>)> {
    let ((x, p), (y, q)) = called(a).zip(called(b))?;
    command_line(x, p).zip(command_line(y, q)).filter(|_| x == y)
}

fn result<'a>(session: &'a Session, call: &Turn) -> Option<&'a Turn> {
    match &call.act {
        Act::Call { result: Some(at), .. } => session.turns.get(*at as usize),
        _ => None,
    }
}

fn succeeded(session: &Session, call: &Turn) -> bool {
    matches!(result(session, call).map(|turn| &turn.act), Some(Act::Result { failure: None, .. }))
}

fn fails_with(session: &Session, call: &Turn, failure: &str, told: &Told) -> bool {
    let Some(turn) = result(session, call) else { return false };
    let is_it = |complaints: &[Complaint]| complaints.iter().any(|complaint| complaint.template == failure);
    told.get(&turn.index).map_or_else(|| is_it(&complaints(session, turn)), |told| is_it(told))
}

/// What the last calls before the one that worked did, each once, in order. The edit of a file is no step that helps with
/// another one.
fn between(calls: &[&Turn]) -> Vec<String> {
    let mut steps: Vec<String> = Vec::new();
    let helped = calls.iter().rev().filter(|turn| !edits_a_file(turn));
    for step in helped.filter_map(|turn| step(turn)) {
        if steps.len() < Digest::MAX_STEPS && !steps.contains(&step) {
            steps.push(step);
        }
    }
    steps.reverse();
    steps
}

/// Whether a call writes into a file that it names, or applies a patch.
fn edits_a_file(call: &Turn) -> bool {
    const PLACES: [&str; 8] =
        ["file", "file_path", "filename", "filepath", "notebook_path", "patch", "path", "target_file"];
    let Some((tool, arguments)) = called(call) else { return false };
    let named = |name: &String| PLACES.binary_search(&name.as_str()).is_ok();
    let patches = |value: &Value| value.as_str().is_some_and(|text| text.starts_with("*** Begin Patch"));
    let fields = || arguments.as_object().into_iter().flatten();
    changes_something(tool) && fields().any(|(name, value)| named(name) || patches(value))
}

/// A call in short: its command line, else its tool.
fn step(call: &Turn) -> Option<String> {
    let (tool, arguments) = called(call)?;
    let line = command_line(tool, arguments).map(|line| line.trim().to_owned());
    Some(line.unwrap_or_else(|| tool.to_owned())).filter(|step| step.len() <= VALUE_BYTES)
}

/// Whether a value that was changed stands in what tools returned since the call failed: what an agent repeats from
/// there is no more trusted than it was.
fn suggested(session: &Session, failing: &Turn, working: &Turn) -> bool {
    let window = session.turns.get(failing.index as usize..working.index as usize).unwrap_or_default();
    let returned = || window.iter().filter(|turn| turn.trust == Trust::Untrusted);
    let changes = changes(failing, working);
    let stands = |value: &str| {
        let sought = Finder::new(value);
        value.len() >= WORD_BYTES && returned().any(|turn| sought.find(turn.text.as_bytes()).is_some())
    };
    // What was put in front counts by itself as well.
    changes
        .iter()
        .filter_map(|change| Some((change.to.as_deref()?, change.from.as_deref().unwrap_or_default())))
        .any(|(to, from)| stands(to) || to.strip_suffix(from).is_some_and(|new| stands(new.trim())))
}

/// Whether another tool's call does the same kind of thing to the same thing: both read or both change something, and
/// they share a value, or most of their names.
fn other_way(a: &Turn, b: &Turn) -> bool {
    let Some(((x, p), (y, q))) = called(a).zip(called(b)) else { return false };
    x != y && changes_something(x) == changes_something(y) && (shares_value(p, q) || shares_words(x, y))
}

/// Whether two names of tools share most of their words, whatever their versions.
fn shares_words(x: &str, y: &str) -> bool {
    let bare = |tool: &str| -> BTreeSet<String> {
        let unnumbered = |word: String| word.trim_end_matches(|c: char| c.is_ascii_digit()).to_owned();
        name_words(tool).into_iter().map(unnumbered).filter(|word| !word.is_empty()).gather_set()
    };
    let (x, y) = (bare(x), bare(y));
    x.intersection(&y).count() * 2 > x.len().min(y.len())
}

fn shares_value(a: &Value, b: &Value) -> bool {
    let (Some(a), Some(b)) = (a.as_object(), b.as_object()) else { return false };
    a.iter().any(|(name, value)| is_telling(value) && b.get(name) == Some(value))
}

/// Whether a value is not likely to be the same by chance.
fn is_telling(value: &Value) -> bool {
    shown(value).is_some_and(|text| text.len() >= 3 && !value.is_boolean())
}

/// Calls are similar if they are for the same tool and, where it runs commands, for the same program: `sought`.
fn similar(a: &Turn, b: &Turn, sought: &Option<String>) -> bool {
    let Some(((x, p), (y, q))) = called(a).zip(called(b)) else { return false };
    let resumes = || lines(a, b).is_some_and(|(p, q)| taken_up(&p, &q).is_some());
    x == y && shared_names(p, q) && (*sought == program_run(b) || resumes())
}

/// What is left of a chain of commands from where another line takes it up: `gh pr create` of `git push && gh pr create`.
fn taken_up<'l>(line: &'l str, by: &str) -> Option<&'l str> {
    let wanted = program(by)?;
    let mut rest = line.match_indices("&& ").filter_map(|(at, and)| line.get(at + and.len()..));
    rest.find(|rest| program(rest).as_ref() == Some(&wanted)).filter(|_| program(line) != Some(wanted))
}

/// Whether two calls do the very same, however they are described.
fn is_same(a: &Turn, b: &Turn) -> bool {
    called(a) == called(b) || lines(a, b).is_some_and(|(p, q)| p == q)
}

/// Whether two command lines run the same through different programs: `python -m pytest x` and `uv run pytest x`.
fn runs_through_another(a: &Turn, b: &Turn) -> bool {
    let Some((p, q)) = lines(a, b) else { return false };
    let (from, to): (Vec<&str>, Vec<&str>) = (p.split_whitespace().collect(), q.split_whitespace().collect());
    let Some((from, to, rest)) = parted(&from, &to) else { return false };
    // What is run is named; a file that something is done to is none.
    let named = rest.first().is_some_and(|word| word.bytes().all(|b| b.is_ascii_lowercase() || b"-_:".contains(&b)));
    named && leads(from) && leads(to) && from.first() != to.first() && [from, to].iter().any(|words| is_runner(words))
}

/// The program of a command line and the one that did the same afterwards in words of its own, `npm test x` and
/// `pnpm --filter web test x`: all words of the first line stand in the second, or half of them where the error or its name
/// points to that program.
fn change_of_program(a: &Turn, b: &Turn, error: &str) -> Option<Change> {
    let (p, q) = lines(a, b)?;
    let (runs, ran) = program_of(&p).zip(program_of(&q))?;
    let (from, to) = (runs.split(' ').next()?, ran.split(' ').next()?);
    let own = p.split_whitespace().skip_while(|word| *word != from).skip(1);
    let mut own: Vec<&str> = own.take_while(|word| !word.contains(['&', '|', ';', '>'])).collect();
    own.retain(|word| !word.starts_with('-'));
    let said = own.iter().filter(|word| q.split_whitespace().any(|other| other == **word)).count();
    let named =
        error.split(|c: char| !c.is_alphanumeric()).any(|word| word == to) || to.contains(from) || from.contains(to);
    let same = if named { said > 0 && said * 2 >= own.len() } else { said > 1 && said == own.len() };
    let both = from != to && [from, to].iter().all(|program| is_runner(&[program]));
    let argument = COMMANDS.iter().find(|name| called(a).is_some_and(|(_, given)| given.get(**name).is_some()))?;
    let change = || Change { argument: (*argument).to_owned(), from: Some(from.to_owned()), to: Some(to.to_owned()) };
    (both && same).then(change)
}

// More words are another call.
const LEADING: usize = 3;

/// Whether words may stand in front of what is run: `uv run`.
fn leads(words: &[&str]) -> bool {
    words.len() <= LEADING && !words.iter().any(|word| word.contains(['&', '|', ';', '=']))
}

fn is_runner(words: &[&str]) -> bool {
    words.first().is_some_and(|program| SUBCOMMANDS.binary_search(program).is_ok())
}

/// The words of two lines in which they differ, and those behind that are the same.
pub(crate) fn parted<'a, 'b>(
    a: &'b [&'a str],
    b: &'b [&'a str],
) -> Option<(&'b [&'a str], &'b [&'a str], &'b [&'a str])> {
    let start = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let room = a.len().min(b.len()) - start;
    let end = a.iter().rev().zip(b.iter().rev()).take(room).take_while(|(x, y)| x == y).count();
    Some((a.get(start..a.len() - end)?, b.get(start..b.len() - end)?, a.get(a.len() - end..)?))
}

fn program_run(call: &Turn) -> Option<String> {
    let (tool, arguments) = called(call)?;
    program(&command_line(tool, arguments)?)
}

/// The program that a command line starts, without its version: `python3.12` can do what `python` cannot.
fn program(line: &str) -> Option<String> {
    let program = program_of(line)?;
    let (name, rest) = program.split_once(' ').unwrap_or((&program, ""));
    let bare = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    Some(format!("{} {rest}", if bare.is_empty() { name } else { bare }))
}

fn shared_names(a: &Value, b: &Value) -> bool {
    match (a.as_object(), b.as_object()) {
        (Some(a), Some(b)) => {
            let renamed = || a.values().any(|value| is_telling(value) && b.values().any(|other| other == value));
            a.is_empty() && b.is_empty() || a.keys().any(|name| b.contains_key(name)) || renamed()
        }
        _ => true,
    }
}

/// The arguments of a call that are short enough to show.
pub(crate) fn shown_arguments(call: &Turn) -> BTreeMap<String, String> {
    let Act::Call { arguments: Value::Object(arguments), .. } = &call.act else { return BTreeMap::new() };
    let shown = arguments.iter().filter_map(|(name, value)| Some((name.clone(), shown_of(name, value)?)));
    shown.filter(|(_, value)| value.len() <= VALUE_BYTES).gather_map()
}

fn shown(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        _ => None,
    }
}

/// What differs between the arguments of two calls, in the order of the names.
fn changes(failing: &Turn, working: &Turn) -> Vec<Change> {
    let Some(((_, from), (_, to))) = called(failing).zip(called(working)) else { return Vec::new() };
    let (Some(from), Some(to)) = (from.as_object(), to.as_object()) else { return Vec::new() };
    let mut names: Vec<&String> = from.keys().chain(to.keys()).collect();
    names.arrange();
    names.dedup();
    let mut found = Vec::new();
    names.into_iter().for_each(|name| differ(name, from.get(name), to.get(name), &mut found));
    found
}

/// A value in one line; a command that is given word by word as what it runs.
fn shown_of(name: &str, value: &Value) -> Option<String> {
    let runs =
        |value: &Value| value.is_array().then(|| command_line(name, &json!({ name: value })).map(Cow::into_owned));
    shown(value).or_else(|| runs(value).flatten())
}

// More in one call is another payload.
const CHANGES: usize = 16;

/// Adds how a value differs from another, and of lists and objects where: `lines[].code`.
fn differ(name: &str, from: Option<&Value>, to: Option<&Value>, found: &mut Vec<Change>) {
    if from == to || found.len() >= CHANGES {
        return;
    }
    let shown = |value: &Value| shown_of(name, value);
    let (from, to) = match (from.and_then(shown), to.and_then(shown), from.zip(to)) {
        (Some(from), Some(to), _) => difference(&from, &to, COMMANDS.contains(&name)),
        (None, None, Some((from, to))) => {
            let before = found.len();
            match (from, to) {
                (Value::Object(from), Value::Object(to)) => from.iter().for_each(|(key, value)| {
                    differ(&format!("{name}.{key}"), Some(value), to.get(key), found);
                }),
                (Value::Array(from), Value::Array(to)) => from.iter().zip(to).for_each(|(from, to)| {
                    differ(&format!("{name}[]"), Some(from), Some(to), found);
                }),
                _ => {}
            }
            if found.len() > before {
                return;
            }
            (Some(from.to_string()), Some(to.to_string()))
        }
        (from, to, _) => (from, to),
    };
    let cut = |text: Option<String>| text.map(|text| prefix(&text, VALUE_BYTES).to_owned()).filter(|t| !t.is_empty());
    let change = Change { argument: name.to_owned(), from: cut(from), to: cut(to) };
    if !found.contains(&change) {
        found.push(change);
    }
}

/// Of two command lines, what was put in front or else the words in which they differ; other values whole.
fn difference(from: &str, to: &str, runs: bool) -> (Option<String>, Option<String>) {
    let from = if runs { taken_up(from, to).unwrap_or(from) } else { from };
    if let Some(setup) = setup(from, to) {
        return (None, Some(setup));
    }
    let (a, b): (Vec<&str>, Vec<&str>) = (from.split_whitespace().collect(), to.split_whitespace().collect());
    let (from, to, rest) = parted(&a, &b).unwrap_or_default();
    // What is run tells what stands in front of it: `uv run pytest` instead of `pytest`.
    let is_program = |words: &[&str]| leads(words) && !words.first().is_some_and(|word| word.starts_with('-'));
    let alone = from.is_empty() != to.is_empty() && is_program(from) && is_program(to);
    let before = a.len().checked_sub(from.len() + rest.len() + 1).and_then(|before| a.get(before));
    let in_front = runs && alone && before.is_none_or(|before| before.ends_with(['&', '|', ';']));
    let joined =
        |words: &[&str]| words.iter().chain(rest.first().filter(|_| in_front)).copied().collect::<Vec<_>>().join(" ");
    (Some(joined(from)), Some(joined(to)))
}

/// `source env/bin/activate &&`: what prepares the second command line and not the first. Then it made the difference,
/// whatever else of the arguments changed.
fn setup(from: &str, to: &str) -> Option<String> {
    let prepares = |part: &&str| ["source ", ". ", "export "].iter().any(|word| part.starts_with(word));
    let parts = |line: &'_ str| line.split("&&").map(|part| part.trim().to_owned()).collect::<Vec<_>>();
    let before = parts(from);
    let added: Vec<String> = parts(to).into_iter().filter(|part| prepares(&part.as_str())).collect();
    let new = !added.is_empty() && !before.iter().any(|part| prepares(&part.as_str()));
    new.then(|| format!("{} &&", added.join(" && ")))
}
