//! Failed calls of a session, grouped, each with the call that worked afterwards.

use std::collections::BTreeMap;

use serde_json::Value;

use super::complaint::{Complaint, complaint};
use super::template::telling_line;
use super::{Change, Digest, Failure, Fix};
use crate::evidence::{Evidence, prefix};
use crate::transcript::{Act, Session, Trust, Turn};

// A success much later has another reason than what changed in the call.
const FIX_WITHIN_CALLS: u32 = 12;
// Shorter values occur in any text.
const WORD_BYTES: usize = 4;
// Longer values are payload; they neither explain a failure nor read well in a rule.
const VALUE_BYTES: usize = 120;

/// The failures of a session that say what went wrong, in the order in which they first occur, one for each tool and template.
pub(crate) fn failures(session: &Session) -> Vec<Failure> {
    let mut found: Vec<Failure> = Vec::new();
    let mut at: BTreeMap<(String, String), usize> = BTreeMap::new();
    for turn in &session.turns {
        let Act::Result { tool, call, failure: Some(judged), .. } = &turn.act else { continue };
        if is_consequence(&turn.text) {
            continue;
        }
        let Some(span) = telling_line(&turn.text) else { continue };
        let Complaint { message, template, evidence } = complaint(session, turn, span);
        let key = (tool.clone(), template);
        if let Some(known) = at.get(&key).and_then(|at| found.get_mut(*at)) {
            known.times += 1;
            continue;
        }
        let failing = call.and_then(|call| session.turns.get(call as usize));
        at.insert(key.clone(), found.len());
        found.push(Failure {
            tool: key.0,
            template: key.1,
            message,
            judged: judged.clone(),
            times: 1,
            arguments: failing.map(shown_arguments).unwrap_or_default(),
            evidence,
            fix: failing.and_then(|failing| fix(session, failing)),
        });
    }
    found
}

/// Failures that are only the echo of another one, or a person's "no", teach nothing about the tool.
fn is_consequence(text: &str) -> bool {
    ["Sibling tool call errored", "user doesn't want to proceed", "user doesn't want to take this action"]
        .iter()
        .any(|echo| text.contains(echo))
}

/// The first similar call after the failing one that succeeded.
fn fix(session: &Session, failing: &Turn) -> Option<Fix> {
    let (mut distance, mut between) = (0, Vec::new());
    for turn in session.turns.iter().skip(failing.index as usize + 1) {
        let Act::Call { result, .. } = &turn.act else { continue };
        distance += 1;
        if distance > FIX_WITHIN_CALLS {
            return None;
        }
        if !succeeded(session, *result) {
            continue;
        }
        if similar(failing, turn) {
            let changes = changes(failing, turn);
            let evidence = Evidence::of(session, turn, 0, turn.text.len());
            let trust = if suggested(session, failing, turn, &changes) { Trust::Untrusted } else { evidence.trust };
            return Some(Fix { changes, distance, between, evidence: Evidence { trust, ..evidence } });
        }
        between.extend(step(turn).filter(|step| between.len() < Digest::MAX_STEPS && !between.contains(step)));
    }
    None
}

/// A call in short: its command line, else its tool.
fn step(call: &Turn) -> Option<String> {
    let Act::Call { tool, arguments, .. } = &call.act else { return None };
    Some(command(arguments).map_or(tool.as_str(), str::trim).to_owned()).filter(|step| step.len() <= VALUE_BYTES)
}

/// Whether a value that was changed stands in what tools returned since the call failed: what an agent repeats from
/// there is no more trusted than it was.
fn suggested(session: &Session, failing: &Turn, working: &Turn, changes: &[Change]) -> bool {
    let window = session.turns.get(failing.index as usize..working.index as usize).unwrap_or_default();
    let returned = || window.iter().filter(|turn| turn.trust == Trust::Untrusted);
    let values = changes.iter().filter_map(|change| change.to.as_deref()).filter(|value| value.len() >= WORD_BYTES);
    values.into_iter().any(|value| returned().any(|turn| turn.text.contains(value)))
}

fn succeeded(session: &Session, result: Option<u32>) -> bool {
    let turn = result.and_then(|at| session.turns.get(at as usize));
    matches!(turn.map(|turn| &turn.act), Some(Act::Result { failure: None, .. }))
}

/// Calls are similar if they are for the same tool and, where it runs commands, for the same program.
fn similar(a: &Turn, b: &Turn) -> bool {
    let (Act::Call { tool: x, arguments: p, .. }, Act::Call { tool: y, arguments: q, .. }) = (&a.act, &b.act) else {
        return false;
    };
    x == y && program(p) == program(q) && shared_names(p, q)
}

/// The command line, for the tools that have one.
fn command(arguments: &Value) -> Option<&str> {
    ["command", "cmd", "script"].iter().find_map(|name| arguments.get(name)?.as_str())
}

/// The program that a command starts.
fn program(arguments: &Value) -> Option<&str> {
    let mut words = command(arguments)?.split_whitespace().filter(|word| !word.contains('='));
    words.find(|word| !matches!(*word, "sudo" | "cd" | "env" | "time" | "&&"))
}

fn shared_names(a: &Value, b: &Value) -> bool {
    match (a.as_object(), b.as_object()) {
        (Some(a), Some(b)) => a.is_empty() && b.is_empty() || a.keys().any(|name| b.contains_key(name)),
        _ => true,
    }
}

/// The arguments of a call that are short enough to show.
fn shown_arguments(call: &Turn) -> BTreeMap<String, String> {
    let Act::Call { arguments: Value::Object(arguments), .. } = &call.act else { return BTreeMap::new() };
    let shown = arguments.iter().filter_map(|(name, value)| Some((name.clone(), shown_value(value)?)));
    shown.filter(|(_, value)| value.len() <= VALUE_BYTES).collect()
}

fn shown_value(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        _ => None,
    }
}

/// What differs between the arguments of two calls, in the order of the names.
fn changes(failing: &Turn, working: &Turn) -> Vec<Change> {
    let (Act::Call { arguments: from, .. }, Act::Call { arguments: to, .. }) = (&failing.act, &working.act) else {
        return Vec::new();
    };
    let (Some(from), Some(to)) = (from.as_object(), to.as_object()) else { return Vec::new() };
    let mut names: Vec<&String> = from.keys().chain(to.keys()).collect();
    names.sort();
    names.dedup();
    names.into_iter().filter_map(|name| change(name, from.get(name), to.get(name))).collect()
}

fn change(name: &str, from: Option<&Value>, to: Option<&Value>) -> Option<Change> {
    if from == to {
        return None;
    }
    let (from, to) = match (from.and_then(shown_value), to.and_then(shown_value)) {
        (Some(from), Some(to)) => difference(&from, &to),
        other => other,
    };
    let cut = |text: Option<String>| text.map(|text| prefix(&text, VALUE_BYTES).to_owned()).filter(|t| !t.is_empty());
    Some(Change { argument: name.to_owned(), from: cut(from), to: cut(to) })
}

/// Of two command lines, the words in which they differ; other values whole.
fn difference(from: &str, to: &str) -> (Option<String>, Option<String>) {
    let (a, b): (Vec<&str>, Vec<&str>) = (from.split_whitespace().collect(), to.split_whitespace().collect());
    let start = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let room = a.len().min(b.len()) - start;
    let end = a.iter().rev().zip(b.iter().rev()).take(room).take_while(|(x, y)| x == y).count();
    let middle = |words: &[&str]| words.get(start..words.len() - end).unwrap_or_default().join(" ");
    (Some(middle(&a)), Some(middle(&b)))
}
