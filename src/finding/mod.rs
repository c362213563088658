//! What shows across digests: recurring mistakes with their remedies, and what people ask for.

mod cause;
mod environment;
mod mistake;
mod phrase;
mod preference;
mod remedy;
mod repetition;

use std::collections::BTreeSet;

pub(crate) use mistake::mistakes;
pub(crate) use preference::preferences;
pub(crate) use repetition::repetitions;

use crate::evidence::{Evidence, Support};
use crate::memory::EntryKind;

/// Something mined across digests.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Finding {
    /// What kind of entry it would become.
    pub kind: EntryKind,
    /// The rule, without counts: the same finding reads the same tomorrow.
    pub text: String,
    /// The condition it holds under.
    pub when: Option<String>,
    /// Counts, in a sentence.
    pub reason: String,
    /// The spans it comes from, at most [`Finding::MAX_EVIDENCE`].
    pub evidence: Vec<Evidence>,
    /// All sessions that speak for it.
    pub sessions: BTreeSet<String>,
    /// How much speaks for it.
    pub support: Support,
    /// 0 to 1.
    pub confidence: f64,
}

impl Finding {
    /// Spans shown for one finding; the counts cover all.
    pub(crate) const MAX_EVIDENCE: usize = 12;
}

/// Share of successes with two imagined failures beside them: three of three are worth 0.6, twelve of twelve 0.86.
pub(crate) fn cautious(successes: usize, tried: usize) -> f64 {
    crate::compare::round(successes as f64 / (tried as f64 + 2.0))
}
