//! What people no longer ask for, and whose requests that ends.

use super::preference::Said;
use crate::digest::{Cue, Withdrawal};
use crate::evidence::Evidence;
use crate::time;

/// A request that somebody took back and has not made again since.
#[derive(Debug, Clone)]
pub(crate) struct Withdrawn {
    /// What is taken back.
    pub what: Withdrawal,
    /// Where they said so.
    pub evidence: Evidence,
}

impl Withdrawn {
    /// What one statement takes back, be it a request as well: "from now on stop adding tables".
    pub(super) fn of(said: &Said) -> Option<Withdrawn> {
        let what = Withdrawal::of(&said.statement.text).filter(|_| said.statement.cue != Cue::Fact)?;
        Some(Withdrawn { what, evidence: said.statement.evidence.clone() })
    }

    /// Whether it ends an earlier request. What one person asked for another one cannot take back.
    pub(super) fn ends(&self, said: &Said) -> bool {
        self.is_by(said) && self.speaks_of(said) && before(&said.statement.evidence, &self.evidence) != Some(false)
    }

    /// Whether somebody else would have it end.
    pub(super) fn objects(&self, said: &Said) -> bool {
        !self.is_by(said) && self.speaks_of(said) && before(&said.statement.evidence, &self.evidence) != Some(false)
    }

    /// Whether the same person asked for it afresh.
    pub(super) fn is_overtaken_by(&self, said: &Said) -> bool {
        self.is_by(said) && self.speaks_of(said) && before(&self.evidence, &said.statement.evidence) == Some(true)
    }

    fn is_by(&self, said: &Said) -> bool {
        let by = |evidence: &Evidence| (evidence.speaker, evidence.name.clone());
        by(&self.evidence) == by(&said.statement.evidence)
    }

    fn speaks_of(&self, said: &Said) -> bool {
        said.statement.cue != Cue::Withdrawal && self.what.ends(&said.statement.text)
    }
}

/// Whether one thing was said before another, where that can be known.
fn before(a: &Evidence, b: &Evidence) -> Option<bool> {
    if (&a.transcript, &a.session) == (&b.transcript, &b.session) {
        return Some((a.turn, a.start) < (b.turn, b.start));
    }
    let at = |evidence: &Evidence| evidence.at.as_deref().and_then(time::millis);
    let (a, b) = (at(a)?, at(b)?);
    (a != b).then_some(a < b)
}
