//! Failed calls of a session, grouped, each with the call that worked afterwards.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::caution::Judge;
use super::complaint::{Complaint, complaint};
use super::remedy::{aftermath, shown_arguments};
use super::template::telling_lines;
use super::testing::is_test_report;
use super::{Failure, Fix};
use crate::ascii::Cues;
use crate::order::Gather as _;
use crate::transcript::{Act, Session, Turn};

// A host stops what runs beside a call that fails, before its result or after it.
const ECHO_WITHIN_TURNS: u32 = 8;

/// The complaints of the results that say what went wrong, by turn.
pub(super) type Told = BTreeMap<u32, Vec<Complaint>>;

/// The failures of a session that say what went wrong, in the order in which they first occur, one for each tool and
/// template. What only echoes another failure is counted there.
pub(crate) fn failures(session: &Session) -> Vec<Failure> {
    let failed = session.turns.iter().filter(|turn| matches!(turn.act, Act::Result { failure: Some(_), .. }));
    let (echoes, own): (Vec<&Turn>, Vec<&Turn>) = failed.partition(|turn| is_echo(&turn.text));
    let own: Vec<&Turn> = own.into_iter().filter(|turn| !is_refusal(&turn.text)).collect();
    let told: Told = own.iter().map(|turn| (turn.index, complaints(session, turn))).gather_map();
    let judge = Judge::of(session);
    let mut found: Vec<Failure> = Vec::new();
    let mut at: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for turn in own {
        let Act::Result { tool, failure: Some(judged), .. } = &turn.act else { continue };
        for complaint in told.get(&turn.index).into_iter().flatten() {
            let key = (tool.as_str(), complaint.template.as_str());
            match at.get(&key).and_then(|at| found.get_mut(*at)) {
                Some(known) => known.times += 1,
                None => {
                    let failure = failure(session, turn, (tool, judged), complaint, (&told, &judge));
                    if !is_test_report(&turn.text) || failure.fix.as_ref().is_some_and(is_lesson) {
                        at.insert(key, found.len());
                        found.push(failure);
                    }
                }
            }
        }
    }
    echoes.into_iter().for_each(|echo| fold(&mut found, echo.index));
    found
}

/// What the result of a failed call complains about, line by line.
pub(super) fn complaints(session: &Session, turn: &Turn) -> Vec<Complaint> {
    telling_lines(&turn.text).into_iter().map(|line| complaint(session, turn, line)).collect()
}

fn failure(
    session: &Session,
    turn: &Turn,
    (tool, judged): (&str, &str),
    complaint: &Complaint,
    known: (&Told, &Judge),
) -> Failure {
    let call = match &turn.act {
        Act::Result { call, .. } => call.and_then(|call| session.turns.get(call as usize)),
        _ => None,
    };
    let Complaint { message, template, evidence } = complaint.clone();
    let (fix, in_vain) = call.map(|call| aftermath(session, call, &template, known)).unwrap_or_default();
    Failure {
        tool: tool.to_owned(),
        template,
        message,
        judged: judged.to_owned(),
        times: 1,
        echoes: 0,
        arguments: call.map(shown_arguments).unwrap_or_default(),
        evidence,
        fix,
        in_vain,
    }
}

/// Whether what was done teaches something about the call. That tests pass once the code is written does not.
fn is_lesson(fix: &Fix) -> bool {
    let done = !fix.changes.is_empty() || !fix.between.is_empty();
    done && !fix.edited
}

/// Counts an echo to the failure that is nearest to it.
fn fold(found: &mut [Failure], echo: u32) {
    let distance = |failure: &Failure| failure.evidence.turn.abs_diff(echo);
    let nearest = found.iter_mut().min_by_key(|failure| distance(failure));
    if let Some(cause) = nearest.filter(|failure| distance(failure) <= ECHO_WITHIN_TURNS) {
        cause.echoes += 1;
    }
}

const BESIDE: [&str; 4] = ["sibling tool call", "parallel tool call", "previous tool call", "another tool call"];

/// Whether a failure is only the echo of another one: the host stopped what ran beside it.
fn is_echo(text: &str) -> bool {
    static ANY: LazyLock<Cues<()>> = LazyLock::new(|| Cues::new(BESIDE.map(|beside| (beside, ()))));
    if text.is_ascii() && !ANY.stands_in(text) {
        return false;
    }
    let text = text.to_lowercase();
    let stopped = ["errored", "failed", "cancel", "abort", "skipped"];
    BESIDE.iter().any(|beside| text.contains(beside)) && stopped.iter().any(|stopped| text.contains(stopped))
}

/// A person's "no" teaches nothing about the tool.
fn is_refusal(text: &str) -> bool {
    const NO: [&str; 3] =
        ["user doesn't want to proceed", "user doesn't want to take this action", "[Request interrupted by user"];
    static ANY: LazyLock<Cues<()>> = LazyLock::new(|| Cues::new(NO.map(|no| (no, ()))));
    // The cues are found in any case.
    ANY.stands_in(text) && NO.iter().any(|no| text.contains(no))
}
