//! Spans that are not a person's own words and read like an instruction.

use std::ops::Range;

use crate::evidence::Evidence;
use crate::plan::{QuarantineKind, Quarantined};
use crate::redact::Seen;
use crate::text::normalise;
use crate::transcript::{Act, Session, Speaker, Trust, Turn};
use crate::trust;

/// Sentences from outside that are remembered, to know them again when the agent repeats them.
const MOST_KNOWN: usize = 64;

/// What reads like an instruction in the output of tools, in what people pass on, and where the agent repeats it. Turns of
/// which was seen that nothing does are passed over.
pub(crate) fn quarantined(session: &Session, seen: &[Seen]) -> Vec<Quarantined> {
    let mut found = Vec::new();
    let mut known: Vec<String> = Vec::new();
    let seen = seen.iter().map(Some).chain(std::iter::repeat(None));
    for (turn, _) in session.turns.iter().zip(seen).filter(|(_, seen)| *seen != Some(&Seen::Nothing)) {
        let reason = match (turn.trust, turn.speaker) {
            (Trust::Untrusted, Speaker::Tool) => "reads like an instruction inside the output of a tool",
            (Trust::Untrusted, _) => "reads like an instruction inside what the host passed on",
            (Trust::Trusted, Speaker::User) => "reads like an instruction inside what a person passed on",
            (Trust::Derived, Speaker::Agent) if turn.act == Act::Message => {
                "the agent repeats what reads like an instruction and comes from outside"
            }
            _ => continue,
        };
        for span in attempts(turn, &known) {
            let said = normalise(turn.text.get(span.clone()).unwrap_or_default());
            if known.len() < MOST_KNOWN && !known.contains(&said) {
                known.push(said);
            }
            found.push(held(session, turn, span, reason));
        }
    }
    found
}

fn held(session: &Session, turn: &Turn, span: Range<usize>, reason: &str) -> Quarantined {
    let evidence = Evidence::of(session, turn, span.start, span.end);
    // Passing something on makes it no more trusted than it was.
    let evidence = Evidence { quote: String::new(), trust: Trust::Untrusted, ..evidence };
    Quarantined { kind: QuarantineKind::Instruction, reason: reason.to_owned(), entry: None, evidence: Some(evidence) }
}

/// The spans of a turn that read like an instruction and are not its speaker's own.
fn attempts(turn: &Turn, known: &[String]) -> Vec<Range<usize>> {
    if turn.trust == Trust::Derived && known.is_empty() {
        return Vec::new();
    }
    let spans = trust::instructions(&turn.text);
    if spans.is_empty() {
        return spans;
    }
    match turn.trust {
        Trust::Untrusted => spans,
        Trust::Trusted => {
            let own = trust::own_words(&turn.text);
            let within = |span: &Range<usize>| own.iter().any(|own| own.start < span.end && span.start < own.end);
            spans.into_iter().filter(|span| !within(span)).collect()
        }
        Trust::Derived => {
            let repeats = |span: &Range<usize>| {
                let said = normalise(turn.text.get(span.clone()).unwrap_or_default());
                known.iter().any(|known| said.contains(known.as_str()) || known.contains(said.as_str()))
            };
            spans.into_iter().filter(repeats).collect()
        }
    }
}
