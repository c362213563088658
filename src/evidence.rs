//! Evidence: where a claim comes from, so that a reader can open it.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::order::Gather as _;
use crate::transcript::{Act, Outside, Session, Speaker, Trust, Turn};
use crate::trust;

/// A byte span in the canonical text of one turn, with the words themselves.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Evidence {
    /// `sha256:…` of the transcript.
    pub transcript: String,
    /// Id of the session in it.
    pub session: String,
    /// Index of the turn.
    pub turn: u32,
    /// First byte of the span.
    pub start: u32,
    /// Byte after the span.
    pub end: u32,
    /// The text of the span, cut at a character when it is long; always a prefix of the span. Empty for what comes
    /// from a tool, unless it plainly is an error message: text from outside is not passed on, only the transcript
    /// shows it.
    pub quote: String,
    /// Who said it.
    pub speaker: Speaker,
    /// Name of the person, where given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// How far it may be believed.
    pub trust: Trust,
    /// Where the content comes from, if a tool brought it in from outside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outside: Option<Outside>,
    /// When it was said, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
}

/// Bytes of a quote that are kept. The span itself is always whole.
pub(crate) const QUOTE_BYTES: usize = 400;

impl Evidence {
    /// Evidence for the span `start..end` of a turn's text. The words are quoted, except those of tools, and those of
    /// the agent and its host that read like an instruction: they may be repeating a tool.
    pub(crate) fn of(session: &Session, turn: &Turn, start: usize, end: usize) -> Evidence {
        let span = turn.text.get(start..end).unwrap_or_default();
        let quoted = match turn.trust {
            Trust::Trusted => true,
            Trust::Derived => trust::instructions(span).is_empty(),
            Trust::Untrusted => false,
        };
        Evidence {
            transcript: session.transcript.clone(),
            session: session.id.clone(),
            turn: turn.index,
            start: start as u32,
            end: end as u32,
            quote: if quoted { prefix(span, QUOTE_BYTES).to_owned() } else { String::new() },
            speaker: turn.speaker,
            name: turn.name.clone(),
            trust: turn.trust,
            outside: match &turn.act {
                Act::Result { outside, .. } => *outside,
                _ => None,
            },
            at: turn.at.clone().or_else(|| session.ended_at.clone()).or_else(|| session.started_at.clone()),
        }
    }
}

impl Evidence {
    /// Evidence for the beginning of a call that an agent made.
    pub(crate) fn of_call(transcript: &str, session: &str, turn: u32, quote: &str, at: Option<&str>) -> Evidence {
        Evidence {
            transcript: transcript.to_owned(),
            session: session.to_owned(),
            turn,
            start: 0,
            end: quote.len() as u32,
            quote: quote.to_owned(),
            speaker: Speaker::Agent,
            name: None,
            trust: Trust::Derived,
            outside: None,
            at: at.map(str::to_owned),
        }
    }
}

/// The longest prefix of at most `bytes` bytes that ends at a character.
pub(crate) fn prefix(text: &str, bytes: usize) -> &str {
    let mut end = bytes.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}

/// How much speaks for a claim, counted by distinct sessions, agents and speakers.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Support {
    /// Occasions for it.
    #[serde(rename = "for")]
    pub supporting: u32,
    /// Occasions against it.
    pub against: u32,
    /// Distinct sessions.
    pub sessions: u32,
    /// Distinct agents.
    pub agents: u32,
    /// Distinct speakers.
    pub speakers: u32,
    /// Earliest occasion, where times are known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_seen: Option<String>,
    /// Latest occasion, where times are known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_seen: Option<String>,
}

impl Support {
    /// Counts evidence; `agents` is known only to the digests and comes along.
    pub(crate) fn count(evidence: &[Evidence], agents: usize) -> Support {
        let sessions: BTreeSet<&str> = evidence.iter().map(|e| e.session.as_str()).gather_set();
        let speakers: BTreeSet<(Speaker, Option<&str>)> =
            evidence.iter().map(|e| (e.speaker, e.name.as_deref())).gather_set();
        let times = || evidence.iter().filter_map(|e| e.at.clone());
        Support {
            supporting: evidence.len() as u32,
            against: 0,
            sessions: sessions.len() as u32,
            agents: agents as u32,
            speakers: speakers.len() as u32,
            first_seen: times().min(),
            last_seen: times().max(),
        }
    }
}
