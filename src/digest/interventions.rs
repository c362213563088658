//! Where a person stepped in: stopped the agent, or refused a call.

use serde::{Deserialize, Serialize};

use super::steps::{command_line, flags_of, program_of};
use crate::evidence::Evidence;
use crate::transcript::{Act, Session, Speaker, Trust, Turn};

/// A person stopped the agent or refused what it wanted to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Intervention {
    /// What the person did.
    pub kind: InterventionKind,
    /// Tool of the call that it was about, if it was about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool: Option<String>,
    /// Of a call that runs a command line, the program and its flags: `git push --force`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
    /// The call, or else the words of the agent, that it was about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<Evidence>,
    /// What the person said next, before the agent went on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said: Option<Evidence>,
    /// Whether it was about how the call was made: the agent made the same one otherwise and the person let it pass,
    /// without a word in between.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub mended: bool,
    /// Turn in which it shows.
    pub turn: u32,
}

/// How a person stepped in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum InterventionKind {
    /// The agent was stopped in the middle of its work.
    Interruption,
    /// A call was refused and did not run.
    Refusal,
}

/// The interventions of a session, in order.
pub(crate) fn interventions(session: &Session) -> Vec<Intervention> {
    session.turns.iter().filter_map(|turn| intervention(session, turn)).collect()
}

fn intervention(session: &Session, turn: &Turn) -> Option<Intervention> {
    let kind = match () {
        () if turn.is_refusal() => InterventionKind::Refusal,
        () if turn.is_interruption() => InterventionKind::Interruption,
        () => return None,
    };
    let about = match &turn.act {
        Act::Result { call, .. } => call.and_then(|call| session.turns.get(call as usize)),
        _ => going_on(session, turn),
    };
    Some(Intervention {
        kind,
        tool: about.and_then(tool_of).or_else(|| tool_of(turn)),
        command: about.and_then(command_of),
        about: about.map(|about| Evidence::of(session, about, 0, about.text.len())),
        said: answer(session, turn).map(|said| Evidence::of(session, said, 0, said.text.len())),
        mended: about.is_some_and(|about| is_mended(session, turn, about)),
        turn: turn.index,
    })
}

/// Whether a call like the refused one passes before the person speaks again.
fn is_mended(session: &Session, refusal: &Turn, refused: &Turn) -> bool {
    let after = session.turns.iter().skip(refusal.index as usize + 1);
    // What the person says at once is why they refused.
    let answered = after.skip_while(|turn| turn.speaker != Speaker::Agent);
    let asked = |turn: &&Turn| turn.speaker == Speaker::User && turn.act == Act::Message;
    let alike = |turn: &Turn| tool_of(turn) == tool_of(refused) && command_of(turn) == command_of(refused);
    let passes = |turn: &Turn| match &turn.act {
        Act::Call { result: Some(at), .. } => session
            .turns
            .get(*at as usize)
            .is_some_and(|result| matches!(result.act, Act::Result { failure: None, .. })),
        _ => false,
    };
    let mut calls = answered.take_while(|turn| !asked(turn));
    refused.speaker == Speaker::Agent && calls.any(|turn| alike(turn) && turn.text != refused.text && passes(turn))
}

fn tool_of(turn: &Turn) -> Option<String> {
    match &turn.act {
        Act::Call { tool, .. } | Act::Result { tool, .. } => Some(tool.clone()),
        Act::Message => None,
    }
}

/// The program that a call runs, with its flags.
fn command_of(turn: &Turn) -> Option<String> {
    let Act::Call { tool, arguments, .. } = &turn.act else { return None };
    let line = command_line(tool, arguments)?;
    let program = program_of(&line)?;
    let flags = flags_of(&line, &program);
    Some(std::iter::once(program).chain(flags).collect::<Vec<_>>().join(" "))
}

/// What the agent was about when it was stopped: its last turn, if the person had not spoken since.
fn going_on<'s>(session: &'s Session, turn: &Turn) -> Option<&'s Turn> {
    let before = session.turns.get(..turn.index as usize).unwrap_or_default().iter().rev();
    before.take_while(|turn| turn.speaker != Speaker::User).find(|turn| turn.speaker == Speaker::Agent)
}

/// The person's words before the agent goes on.
fn answer<'s>(session: &'s Session, turn: &Turn) -> Option<&'s Turn> {
    let after = session.turns.iter().skip(turn.index as usize + 1);
    let mut own = after.take_while(|turn| turn.speaker != Speaker::Agent);
    own.find(|turn| turn.speaker == Speaker::User && turn.trust == Trust::Trusted && turn.act == Act::Message)
}
