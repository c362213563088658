//! Calls that were made again although nothing had changed: the loops of a session.
//!
//! Reading something a second time, much later, is no loop: a call counts if the same one stands among the two before
//! it, or if it is the third of its kind at least.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::steps::changes_something;
use crate::ascii::Cues;
use crate::evidence::Evidence;
use crate::transcript::{Act, Session, Turn};

/// A call that was made again with the same arguments and gave the same result.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Repeat {
    /// Name of the tool.
    pub tool: String,
    /// Calls in vain, over all arguments.
    pub times: u32,
    /// The first call that was in vain.
    pub evidence: Evidence,
}

const NEAR: u32 = 2;
const THIRD: u32 = 3;

/// The last time that a call was made.
#[derive(Clone, Copy)]
struct Before<'s> {
    answer: &'s str,
    number: u32,
    times: u32,
}

/// What tells one call from the others: calls of one tool begin alike, most are told apart by their lengths.
type Key<'s> = (usize, &'s str);

/// The repetitions of a session, one a tool, in the order in which they begin. A call that changes something makes all
/// calls before it worth repeating, and so does an export that kept no arguments. Who asks again until the answer is
/// another one, or while it says that there is none yet, waits for it.
pub(crate) fn repeats(session: &Session) -> Vec<Repeat> {
    let mut again: Vec<(Key<'_>, &str, &Turn)> = Vec::new();
    let mut before: BTreeMap<Key<'_>, Before<'_>> = BTreeMap::new();
    let mut waited: BTreeSet<Key<'_>> = BTreeSet::new();
    let mut changing: BTreeMap<&str, bool> = BTreeMap::new();
    let mut number = 0;
    for turn in &session.turns {
        let Act::Call { tool, arguments, result } = &turn.act else { continue };
        if *changing.entry(tool).or_insert_with(|| changes_something(tool)) {
            before.clear();
            continue;
        }
        number += 1;
        let Some(answer) = result.and_then(|at| session.turns.get(at as usize)) else { continue };
        let told = arguments.as_object().is_some_and(|fields| fields.values().any(is_told));
        if !told || answer.text.trim().is_empty() {
            continue;
        }
        let key = (turn.text.len(), turn.text.as_str());
        let now = Before { answer: &answer.text, number, times: 1 };
        let known = before.entry(key).or_insert(Before { times: 0, ..now });
        let same = known.times > 0 && known.answer == now.answer;
        if known.times > 0 && !same || same && is_pending(now.answer) {
            waited.insert(key);
        }
        let close = number - known.number <= NEAR;
        *known = Before { times: if same { known.times + 1 } else { 1 }, ..now };
        if same && (close || known.times >= THIRD) {
            again.push((key, tool, turn));
        }
    }
    let in_vain = again.into_iter().filter(|(key, ..)| !waited.contains(key));
    by_tool(session, in_vain.map(|(_, tool, turn)| (tool, turn)))
}

fn by_tool<'s>(session: &Session, in_vain: impl Iterator<Item = (&'s str, &'s Turn)>) -> Vec<Repeat> {
    let mut found: Vec<Repeat> = Vec::new();
    for (tool, turn) in in_vain {
        match found.iter_mut().find(|repeat| repeat.tool == tool) {
            Some(repeat) => repeat.times += 1,
            None => {
                let evidence = Evidence::of(session, turn, 0, turn.text.len());
                found.push(Repeat { tool: tool.to_owned(), times: 1, evidence });
            }
        }
    }
    found
}

/// Whether a short answer says that the thing is not there yet.
fn is_pending(answer: &str) -> bool {
    const STATES: [&str; 12] = [
        "building", "in progress", "in_progress", "initializing", "not ready", "pending", "processing", "provisioning",
        "queued", "running", "starting", "waiting",
    ];
    static ANY: LazyLock<Cues<()>> = LazyLock::new(|| Cues::new(STATES.map(|state| (state, ()))));
    answer.len() <= 200 && ANY.stands_in(answer)
}

/// Whether an argument says what was asked for; exports leave empty or shortened ones.
fn is_told(value: &serde_json::Value) -> bool {
    match value {
        serde_json::Value::String(text) => !text.is_empty() && !text.ends_with('…'),
        serde_json::Value::Null | serde_json::Value::Bool(_) => false,
        _ => true,
    }
}
