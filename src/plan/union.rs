//! Entries that begin with the same statement and go on differently: one entry with all that they say, in their words.

use std::collections::BTreeSet;

use super::curate::{Candidate, Curation, clearest, operation};
use super::irrelevance::by_hand;
use super::merged::Merged;
use super::operation::{Operation, OperationKind, Proposal, Risk};
use super::rot::Survey;
use crate::compare::{Member, Profile, Relation, Relations, compare_profiles};
use crate::config::Config;
use crate::order::{Arrange as _, Gather as _};
use crate::text::sentences;

/// An entry cut into its clauses.
struct Clauses<'a> {
    at: usize,
    candidate: &'a Candidate<'a>,
    clauses: Vec<(&'a str, Profile)>,
}

impl<'a> Clauses<'a> {
    /// Sentences and what semicolons part. Commas are no place to cut: what follows them rarely stands alone.
    fn of(at: usize, candidate: &'a Candidate<'a>) -> Option<Clauses<'a>> {
        let text = candidate.text();
        let parts = sentences(text).into_iter().filter_map(|range| text.get(range)).flat_map(|part| part.split("; "));
        let parts: Vec<&str> = parts.map(str::trim).filter(|part| !part.is_empty()).collect();
        (parts.len() > 1).then(|| {
            let clauses = parts.into_iter().map(|part| (part, Profile::of(part))).collect();
            Clauses { at, candidate, clauses }
        })
    }

    fn first(&self) -> Option<Member<'_>> {
        let (text, profile) = self.clauses.first()?;
        Some(Member { text, profile, ..self.candidate.member() })
    }
}

impl Curation {
    /// Merges entries of which each says something that the others do not, where they open with the same statement and no
    /// clause of one contradicts one of another.
    ///
    /// Left alone are entries that stand in some relation to a third one that stays, those that stand for others already,
    /// which a second dream would join to more and more, and what was mined: it has to read tomorrow as it reads today.
    pub(crate) fn unite(&mut self, survey: &Survey, merged: &Merged, config: &Config) {
        let related = self.related(survey);
        let open = survey.candidates.iter().enumerate().filter(|(at, candidate)| {
            let entry = candidate.entry;
            let own = entry.support.is_none() && !entry.is_fixed() && !by_hand(entry) && !merged.is_heir(&entry.id);
            own && !related.contains(at) && !self.consumed.contains(&entry.id)
        });
        let cut: Vec<Clauses> = open.filter_map(|(at, candidate)| Clauses::of(at, candidate)).collect();
        if cut.len() < 2 {
            return;
        }
        let firsts = Relations::of(cut.iter().filter_map(Clauses::first).collect(), config.duplicate_score);
        for group in firsts.groups(|_| true) {
            let members: Vec<&Clauses> = group.members.iter().filter_map(|at| cut.get(*at)).collect();
            if let Some(operation) = united(members, config.duplicate_score) {
                self.push(operation);
            }
        }
    }

    /// Positions of the entries that say the same as another one that stays, contradict or contain it.
    fn related(&self, survey: &Survey) -> BTreeSet<usize> {
        let verdicts = [Relation::Duplicate, Relation::Conflict, Relation::Subsumes, Relation::Subsumed];
        let leaving: BTreeSet<&str> = self.leaving().gather_set();
        let staying = survey.told(|entry| !leaving.contains(entry.id.as_str()));
        let stays = |at: usize| staying.get(at).copied().unwrap_or_default();
        let pairs = verdicts.into_iter().flat_map(|verdict| survey.relations.pairs(verdict, stays));
        pairs.flat_map(|pair| [pair.a, pair.b]).gather_set()
    }
}

fn united(members: Vec<&Clauses>, duplicate_score: f64) -> Option<Operation> {
    let candidates: Vec<&Candidate> = members.iter().map(|member| member.candidate).collect();
    let best = clearest(&candidates)?;
    let (mut joined, others): (Vec<&Clauses>, Vec<&Clauses>) =
        members.into_iter().partition(|member| member.candidate.entry.id == best.entry.id);
    let mut said: Vec<&(&str, Profile)> = joined.first()?.clauses.iter().collect();
    let mut text = best.text().trim_end().to_owned();
    for other in others {
        let more = beyond(&said, other, duplicate_score)?;
        for clause in more {
            text = appended(&text, clause.0);
            said.push(clause);
        }
        joined.push(other);
    }
    joined.arrange_by_key(|member| member.at);
    let entries: Vec<String> = joined.iter().map(|member| member.candidate.entry.id.clone()).collect();
    let grown = text.len() > best.text().trim_end().len();
    let result = Proposal {
        kind: joined.iter().map(|member| member.candidate.entry.kind).min().unwrap_or_default(),
        text,
        scope: best.entry.scope.clone(),
        when: joined.iter().find_map(|member| member.candidate.entry.when.clone()),
    };
    (grown && entries.len() > 1).then(|| Operation {
        reason: format!("{} entries begin with the same and go on differently: one says all of it.", entries.len()),
        evidence: joined.iter().flat_map(|m| m.candidate.entry.evidence.iter().take(2).cloned()).collect(),
        risk: Risk::Medium,
        needs_review: true,
        confidence: 0.8,
        ..operation(OperationKind::Merge, entries, None, Some(result))
    })
}

/// A text with one more clause; what does not begin like a sentence goes on behind a semicolon.
fn appended(text: &str, clause: &str) -> String {
    if clause.starts_with(char::is_lowercase) {
        return format!("{}; {clause}", text.trim_end_matches('.'));
    }
    let gap = if text.ends_with(['.', '!', '?']) { " " } else { ". " };
    format!("{text}{gap}{clause}")
}

/// The clauses that an entry adds to what is said; nothing if one of them speaks against it.
fn beyond<'a>(
    said: &[&(&str, Profile)],
    other: &'a Clauses<'a>,
    duplicate_score: f64,
) -> Option<Vec<&'a (&'a str, Profile)>> {
    let mut more = Vec::new();
    for clause in &other.clauses {
        let verdicts = said.iter().map(|(_, known)| compare_profiles(known, &clause.1, duplicate_score).verdict);
        let verdicts: BTreeSet<Relation> = verdicts.gather_set();
        if verdicts.contains(&Relation::Conflict) {
            return None;
        }
        if !verdicts.contains(&Relation::Duplicate) {
            more.push(clause);
        }
    }
    Some(more)
}

#[cfg(test)]
mod tests {
    use crate::memory::Entry;
    use crate::{DreamInput, Memory, OperationKind, dream};

    fn merged(texts: &[&str]) -> Vec<String> {
        let entries = texts.iter().enumerate().map(|(at, text)| Entry::new(format!("m{at}"), *text)).collect();
        let memory = Memory { entries, ..Memory::default() };
        let plan = dream(&DreamInput { memory, now: "2026-11-08T00:00:00Z".to_owned(), ..DreamInput::default() });
        let operations = plan.map(|plan| plan.operations).unwrap_or_default();
        let merges = operations.into_iter().filter(|operation| operation.kind == OperationKind::Merge);
        merges.filter_map(|operation| operation.result).map(|result| result.text).collect()
    }

    #[test]
    fn what_both_add_is_kept() {
        assert_eq!(
            merged(&[
                "Post the weekly figures on Monday. The chart goes into the appendix.",
                "Post the weekly figures on Monday; copy the sales team in Oslo"
            ]),
            ["Post the weekly figures on Monday; copy the sales team in Oslo. The chart goes into the appendix."]
        );
    }

    #[test]
    fn what_contradicts_stays_apart() {
        let contradicting = [
            "Post the weekly figures on Monday. The chart goes into the appendix.",
            "Post the weekly figures on Monday. The chart never goes into the appendix.",
        ];
        assert_eq!(merged(&contradicting), Vec::<String>::new());
        let different = ["Post the weekly figures on Monday. Use A4.", "Post the weekly figures on Friday. Use blue."];
        assert_eq!(merged(&different), Vec::<String>::new());
    }
}
