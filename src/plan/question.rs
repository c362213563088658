//! Contradictions that only a person can settle, and what their answers do.

use super::operation::{Choice, Operation, OperationKind, Proposal, Question, Risk, operation_id};
use crate::canonical::short_hash;
use crate::compare::{Profile, says_as_much};
use crate::evidence::Support;
use crate::memory::{Entry, Memory};
use crate::order::Arrange as _;

impl Question {
    /// A question about some entries; each that the others may give way to is a choice.
    pub(crate) fn about(entries: &[&Entry], reason: String) -> Question {
        let mut sorted: Vec<&Entry> = entries.to_vec();
        sorted.arrange_by(|a, b| a.id.cmp(&b.id));
        let ids: Vec<String> = sorted.iter().map(|entry| entry.id.clone()).collect();
        let gives_way = |keep: &&&Entry| sorted.iter().all(|entry| entry.id == keep.id || !entry.is_fixed());
        let choice = |keep: &&Entry| {
            let op = operation_id(OperationKind::Supersede, &others(&ids, &keep.id), Some(&keep.id), None);
            Choice { op, keep: keep.id.clone() }
        };
        let choices = if sorted.len() > 1 { sorted.iter().filter(gives_way).map(choice).collect() } else { Vec::new() };
        Question { id: format!("q_{}", short_hash(&ids, 12)), entries: ids, reason, choices, said: None }
    }

    /// The same, where people say what holds instead. Their words are offered where nothing else is lost with them, and
    /// nothing that must stay.
    pub(crate) fn instead(entries: &[&Entry], said: &str, reason: String) -> Question {
        let of = Profile::of(said);
        let takes = |entry: &&Entry| !entry.is_fixed() && says_as_much(&of, &Profile::of(&entry.text));
        let said = Some(said.to_owned()).filter(|_| entries.iter().all(takes));
        Question { said, ..Question::about(entries, reason) }
    }

    /// The operation that a choice stands for.
    pub(crate) fn chosen(&self, choice: &Choice, memory: &Memory) -> Operation {
        let stands = memory.entries.iter().find(|entry| entry.id == choice.keep);
        Operation {
            id: choice.op.clone(),
            entries: others(&self.entries, &choice.keep),
            by: Some(choice.keep.clone()),
            reason: format!("A person decided between them: {}", self.reason),
            evidence: stands.map(|entry| entry.evidence.clone()).unwrap_or_default(),
            support: stands.and_then(|entry| entry.support.clone()).unwrap_or_default(),
            ..self.left_open()
        }
    }

    /// The operation that a person's own words stand for: all of the entries give way to them. None where one must stay.
    pub(crate) fn answered(&self, text: &str, memory: &Memory) -> Option<Operation> {
        let sides: Vec<&Entry> = memory.entries.iter().filter(|entry| self.entries.contains(&entry.id)).collect();
        let first = sides.first().filter(|_| sides.iter().all(|entry| !entry.is_fixed()))?;
        let result = Proposal { kind: first.kind, text: text.to_owned(), scope: first.scope.clone(), when: None };
        Some(Operation {
            id: operation_id(OperationKind::Supersede, &self.entries, None, Some(text)),
            result: Some(result),
            reason: format!("A person said what holds: {}", self.reason),
            ..self.left_open()
        })
    }

    /// What a rejection of the question buries: that one of them should give way at all.
    pub(crate) fn left_open(&self) -> Operation {
        Operation {
            id: self.id.clone(),
            kind: OperationKind::Supersede,
            entries: self.entries.clone(),
            by: None,
            result: None,
            reason: self.reason.clone(),
            evidence: Vec::new(),
            support: Support::default(),
            effect: None,
            backtest: None,
            confidence: 1.0,
            risk: Risk::Medium,
            needs_review: true,
            depends_on: Vec::new(),
        }
    }
}

fn others(ids: &[String], keep: &str) -> Vec<String> {
    ids.iter().filter(|id| *id != keep).cloned().collect()
}
