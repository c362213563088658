//! Calls that were made again although nothing had changed: the loops of a session.
//!
//! Reading something a second time, much later, is no loop: a call counts if the same one stands among the two before
//! it, or if it is the third of its kind at least.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::steps::changes_something;
use crate::evidence::Evidence;
use crate::transcript::{Act, Session};

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

/// The repetitions of a session, one a tool, in the order in which they begin. A call that changes something makes all
/// calls before it worth repeating, and so does an export that kept no arguments.
pub(crate) fn repeats(session: &Session) -> Vec<Repeat> {
    let mut found: Vec<Repeat> = Vec::new();
    // Calls of one tool begin alike: most are told apart by their lengths.
    let mut before: BTreeMap<(usize, &str), Before<'_>> = BTreeMap::new();
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
        let now = Before { answer: &answer.text, number, times: 1 };
        let known = before.entry((turn.text.len(), &turn.text)).or_insert(Before { times: 0, ..now });
        let again = known.times > 0 && known.answer == now.answer;
        let close = number - known.number <= NEAR;
        *known = Before { times: if again { known.times + 1 } else { 1 }, ..now };
        if again && (close || known.times >= THIRD) {
            match found.iter_mut().find(|repeat| repeat.tool == *tool) {
                Some(repeat) => repeat.times += 1,
                None => {
                    let evidence = Evidence::of(session, turn, 0, turn.text.len());
                    found.push(Repeat { tool: tool.clone(), times: 1, evidence });
                }
            }
        }
    }
    found
}

/// Whether an argument says what was asked for; exports leave empty or shortened ones.
fn is_told(value: &serde_json::Value) -> bool {
    match value {
        serde_json::Value::String(text) => !text.is_empty() && !text.ends_with('…'),
        serde_json::Value::Null | serde_json::Value::Bool(_) => false,
        _ => true,
    }
}
