//! Entries whose every word stands in another one.

use super::curate::{Candidate, Curation, retire};
use super::operation::Risk;
use super::rot::Survey;
use crate::compare::Relation;
use crate::text::{normalise, sentences};

impl Curation {
    /// Retires an entry that is, word for word, a sentence of another one that stays. Saying more in other words is not
    /// enough: what looks like an addition is as often an exception.
    pub(crate) fn drop_contained(&mut self, survey: &Survey) {
        let contained =
            [Relation::Subsumes, Relation::Subsumed].map(|verdict| survey.relations.pairs(verdict, |_| true));
        for pair in contained.iter().flatten() {
            let (Some(a), Some(b)) = (survey.candidates.get(pair.a), survey.candidates.get(pair.b)) else { continue };
            let (whole, part) = match pair.comparison.verdict {
                Relation::Subsumes => (a, b),
                Relation::Subsumed => (b, a),
                _ => continue,
            };
            let taken = [whole, part].iter().any(|candidate| self.consumed.contains(&candidate.entry.id));
            if !taken && !part.entry.is_fixed() && !part.entry.is_step() && has_sentence(whole, part) {
                let mut operation =
                    retire(part.entry, format!("{} says every word of it.", whole.entry.id), Risk::Medium);
                operation.by = Some(whole.entry.id.clone());
                self.push(operation);
            }
        }
    }
}

fn has_sentence(whole: &Candidate, part: &Candidate) -> bool {
    let holds = whole.entry.when == part.entry.when && whole.entry.source >= part.entry.source;
    let text = whole.entry.text.as_str();
    let same =
        |range: std::ops::Range<usize>| text.get(range).is_some_and(|said| *normalise(said) == *part.profile.normal);
    holds && sentences(text).into_iter().any(same)
}
