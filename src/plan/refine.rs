//! Entries that a later one says more precisely.

use super::curate::{Candidate, Curation, operation};
use super::operation::{Operation, OperationKind, Risk};
use super::rot::Survey;
use crate::compare::{Relation, refines};
use crate::order::Arrange as _;
use crate::time;

impl Curation {
    /// Merges an entry into a later one that says the same with a word or two more, none of which limits it.
    pub(crate) fn absorb(&mut self, survey: &Survey) {
        let turned = survey.relations.pairs(Relation::Subsumed, |_| true).into_iter().map(|pair| (pair.b, pair.a));
        let straight = survey.relations.pairs(Relation::Subsumes, |_| true).into_iter().map(|pair| (pair.a, pair.b));
        let mut found: Vec<(usize, usize)> = straight.chain(turned).collect();
        found.arrange();
        for (fuller, poorer) in found {
            let (Some(fuller), Some(poorer)) = (survey.candidates.get(fuller), survey.candidates.get(poorer)) else {
                continue;
            };
            let taken = [fuller, poorer].iter().any(|candidate| self.consumed.contains(&candidate.entry.id));
            if let Some(operation) = absorb(fuller, poorer).filter(|_| !taken) {
                self.push(operation);
            }
        }
    }
}

/// `poorer` goes, if `fuller` is the later and not the less trusted word.
fn absorb(fuller: &Candidate, poorer: &Candidate) -> Option<Operation> {
    let at = |candidate: &Candidate| candidate.entry.created_at.as_deref().and_then(time::millis);
    let later = at(fuller).zip(at(poorer)).is_some_and(|(fuller, poorer)| fuller >= poorer);
    let stands = later && fuller.entry.source >= poorer.entry.source && !poorer.entry.is_fixed();
    (stands && refines(&fuller.profile, &poorer.profile)).then(|| Operation {
        reason: "A later entry says the same more precisely.".to_owned(),
        evidence: fuller.entry.evidence.iter().take(3).cloned().collect(),
        risk: Risk::Medium,
        needs_review: true,
        confidence: 0.8,
        ..operation(OperationKind::Merge, vec![poorer.entry.id.clone()], Some(fuller.entry.id.clone()), None)
    })
}
