//! Entries that another one says more precisely.

use super::curate::{Candidate, Curation, operation};
use super::operation::{Operation, OperationKind, Risk};
use super::rot::Survey;
use crate::compare::{Pair, Relation, dates, refines};
use crate::order::Arrange as _;
use crate::time;

impl Curation {
    /// Merges an entry into a later one that says the same with a word or two more, none of which limits it, and into
    /// one that tells the same and when it was.
    pub(crate) fn absorb(&mut self, survey: &Survey, duplicate_score: f64) {
        let mut found = survey.relations.pairs(Relation::Subsumes, |_| true);
        found.extend(survey.relations.pairs(Relation::Subsumed, |_| true));
        let places = |pair: &Pair| match pair.comparison.verdict {
            Relation::Subsumes => (pair.a, pair.b),
            _ => (pair.b, pair.a),
        };
        found.arrange_by_key(places);
        for pair in found {
            let (fuller, poorer) = places(&pair);
            let (Some(fuller), Some(poorer)) = (survey.candidates.get(fuller), survey.candidates.get(poorer)) else {
                continue;
            };
            let taken = [fuller, poorer].iter().any(|candidate| self.consumed.contains(&candidate.entry.id));
            let alike = pair.comparison.score >= duplicate_score;
            if let Some(operation) = absorb(fuller, poorer, alike).filter(|_| !taken) {
                self.push(operation);
            }
        }
    }
}

/// `poorer` goes, if `fuller` is not the less trusted word, and the later one unless all that it adds is when.
fn absorb(fuller: &Candidate, poorer: &Candidate, alike: bool) -> Option<Operation> {
    let at = |candidate: &Candidate| candidate.entry.created_at.as_deref().and_then(time::millis);
    let later = at(fuller).zip(at(poorer)).is_some_and(|(fuller, poorer)| fuller >= poorer);
    let stands = fuller.entry.source >= poorer.entry.source && !poorer.entry.is_fixed();
    let precise = later && refines(&fuller.profile, &poorer.profile);
    let dated = alike && dates(&fuller.profile, &poorer.profile);
    let reason =
        if precise { "A later entry says the same more precisely." } else { "Another entry says the same, and when." };
    (stands && (precise || dated)).then(|| Operation {
        reason: reason.to_owned(),
        evidence: fuller.entry.evidence.iter().take(3).cloned().collect(),
        risk: Risk::Medium,
        needs_review: true,
        confidence: 0.8,
        ..operation(OperationKind::Merge, vec![poorer.entry.id.clone()], Some(fuller.entry.id.clone()), None)
    })
}
