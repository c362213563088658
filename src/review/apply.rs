//! Carrying decisions out, seeing it first, and taking it back.

use std::collections::{BTreeMap, BTreeSet};

use super::decision::{Applied, Buried, Change, Decision, Inverse, Preview, Verdict, Warning};
use crate::canonical::memory_hash;
use crate::error::{Error, Result};
use crate::memory::{Entry, Memory, Source, Status, active_tokens};
use crate::order::Gather as _;
use crate::plan::tombstone::bury;
use crate::plan::{Confirmation, Operation, OperationKind, Plan, Question, ledger, verify_plan};
use crate::redact::redact;
use crate::text::values;
use crate::time;
use crate::transcript::Speaker;

/// Shows what decisions would make of a memory, without writing anything.
///
/// # Errors
/// `invalid_plan`, `stale_plan`, `invalid_decision`, `unbalanced_ledger`.
pub fn preview(memory: &Memory, plan: &Plan, decisions: &[Decision]) -> Result<Preview> {
    let decided = decide(memory, plan, decisions)?;
    let after = decided.carried_out(memory, plan, &plan.now);
    let ledger = ledger::balance(memory, &decided.operations, plan.ledger.transcripts.clone())?;
    Ok(Preview {
        diff: diff(memory, &after, &decided.operations),
        ledger,
        warnings: warnings(memory, plan, &decided),
        tokens_before: active_tokens(memory),
        tokens_after: active_tokens(&after),
        memory: after,
    })
}

/// Applies decisions: the new memory, what must not come back, and what takes it all back.
///
/// Operations without a decision are left alone. If nothing is approved the memory stays as it is.
///
/// # Errors
/// `stale_plan` if the memory is not the one the plan was made for; `invalid_plan`, `invalid_decision`,
/// `invalid_timestamp`, `unbalanced_ledger`.
pub fn apply(memory: &Memory, plan: &Plan, decisions: &[Decision], now: &str) -> Result<Applied> {
    time::millis(now).ok_or_else(|| Error::InvalidTimestamp { field: "now", value: now.to_owned() })?;
    let decided = decide(memory, plan, decisions)?;
    let ledger = ledger::balance(memory, &decided.operations, plan.ledger.transcripts.clone())?;
    let after = decided.carried_out(memory, plan, now);
    let entries = memory.by_id();
    let tombstone = |operation: &Operation, cause, reason| bury(operation, &entries, now, cause, reason);
    let rejected = decided.rejected.iter();
    let rejected = rejected.map(|(operation, reason)| tombstone(operation, Buried::Rejected, reason.clone()));
    let proposed = plan.operations.iter().filter(|operation| decided.modified.contains(&operation.id));
    let reworded = proposed.map(|operation| tombstone(operation, Buried::Modified, None));
    let undone = decided.operations.iter().map(|operation| tombstone(operation, Buried::Undone, None));
    Ok(Applied {
        tombstones: rejected.chain(reworded).collect(),
        inverse: Inverse { tombstones: undone.collect(), ..inverse(memory, &after) },
        ledger,
        applied: decided.operations.iter().map(|operation| operation.id.clone()).collect(),
        memory: after,
    })
}

/// Brings back the memory before, to the byte.
///
/// # Errors
/// `stale_inverse` if the memory is not the one that the inverse starts from.
pub fn undo(memory: &Memory, inverse: &Inverse) -> Result<Memory> {
    let stale = |expected: &str, found: String| Error::StaleInverse { expected: expected.to_owned(), found };
    let found = memory_hash(memory);
    if found != inverse.memory_hash {
        return Err(stale(&inverse.memory_hash, found));
    }
    let before: BTreeMap<&str, &Entry> = inverse.restore.iter().map(|entry| (entry.id.as_str(), entry)).gather_map();
    let removed: BTreeSet<&str> = inverse.remove.iter().map(String::as_str).gather_set();
    let kept = memory.entries.iter().filter(|entry| !removed.contains(entry.id.as_str()));
    let entries = kept.map(|entry| before.get(entry.id.as_str()).map_or(entry, |before| *before).clone()).collect();
    let restored = Memory { version: inverse.version, entries, ..memory.clone() };
    let found = memory_hash(&restored);
    if found == inverse.restores_hash { Ok(restored) } else { Err(stale(&inverse.restores_hash, found)) }
}

/// The decisions of auto mode: what needs no review; nothing at all if the plan is held.
pub fn auto_decisions(plan: &Plan) -> Vec<Decision> {
    approvals(plan.operations.iter().filter(|operation| !plan.held && !operation.needs_review))
}

/// A yes to everything.
pub fn approve_all(plan: &Plan) -> Vec<Decision> {
    approvals(plan.operations.iter())
}

fn approvals<'a>(operations: impl Iterator<Item = &'a Operation>) -> Vec<Decision> {
    let approve = |operation: &Operation| Decision {
        op: operation.id.clone(),
        decision: Verdict::Approve,
        text: None,
        reason: None,
    };
    operations.map(approve).collect()
}

/// What the decisions come to.
struct Decided {
    /// Operations to carry out, with their modified texts, in the order of the plan.
    operations: Vec<Operation>,
    /// Operations whose text a person wrote.
    modified: BTreeSet<String>,
    /// Operations to bury, with the reason given.
    rejected: Vec<(Operation, Option<String>)>,
}

impl Decided {
    /// The memory after the operations; with the first of them, what the sessions confirm is added as well.
    fn carried_out(&self, memory: &Memory, plan: &Plan, now: &str) -> Memory {
        let mut after = carry_out(memory, &self.operations, Some(now));
        if !self.operations.is_empty() {
            Confirmation::add(&plan.confirmations, &mut after);
        }
        after
    }
}

fn decide(memory: &Memory, plan: &Plan, decisions: &[Decision]) -> Result<Decided> {
    verify_plan(plan)?;
    let found = memory_hash(memory);
    if found != plan.memory_hash {
        return Err(Error::StalePlan { expected: plan.memory_hash.clone(), found });
    }
    ledger::verify(memory, plan)?;
    let by_op = by_operation(plan, decisions)?;
    let mut decided = Decided { operations: Vec::new(), modified: BTreeSet::new(), rejected: Vec::new() };
    for operation in &plan.operations {
        let Some(decision) = by_op.get(operation.id.as_str()) else { continue };
        match decision.decision {
            Verdict::Approve => decided.operations.push(operation.clone()),
            Verdict::Reject => decided.rejected.push((operation.clone(), decision.reason.clone())),
            Verdict::Modify => {
                decided.operations.push(modified(operation, decision, plan)?);
                decided.modified.insert(operation.id.clone());
            }
        }
    }
    let mut answers: Vec<Operation> = Vec::new();
    for question in &plan.questions {
        let Some((operation, decision)) = answer(question, &by_op, (memory, plan), &mut decided)? else { continue };
        let other = decided.operations.iter().find(|other| shares(&operation, other));
        if let Some(other) = other.or_else(|| answers.iter().find(|other| against(&operation, other))) {
            let problem = format!("{} takes an entry that this one takes or keeps; allowed: one of them", other.id);
            return Err(refused(decision, &problem));
        }
        answers.push(operation);
    }
    decided.operations.extend(answers);
    Ok(decided)
}

const STAYS: &str = "an entry of the question must stay as it is; allowed: reject";
const UNSAID: &str =
    "the question is answered by approving one of its choices, by `modify` with the text that holds, or rejected";

/// What was said to a question: the one entry that stands, that all do, or what holds instead.
fn answer<'a>(
    question: &Question,
    by_op: &BTreeMap<&str, &'a Decision>,
    (memory, plan): (&Memory, &Plan),
    decided: &mut Decided,
) -> Result<Option<(Operation, &'a Decision)>> {
    let whole = by_op.get(question.id.as_str());
    let mut said = None;
    match whole.map(|decision| (decision.decision, *decision)) {
        Some((verdict @ (Verdict::Approve | Verdict::Modify), decision)) => {
            let text = match (verdict, &question.said) {
                (Verdict::Modify, _) => redact(own_text(decision, plan)?).text,
                (_, Some(said)) => said.clone(),
                (_, None) => return Err(refused(decision, UNSAID)),
            };
            let operation = question.answered(&text, memory).ok_or_else(|| refused(decision, STAYS))?;
            said = Some((operation, decision));
        }
        Some((Verdict::Reject, decision)) => {
            decided.rejected.push((question.left_open(), decision.reason.clone()));
        }
        None => {}
    }
    for choice in &question.choices {
        let Some(decision) = by_op.get(choice.op.as_str()) else { continue };
        if decision.decision != Verdict::Approve {
            return Err(refused(decision, "a choice can only be approved; rejecting the question leaves both sides"));
        }
        if said.is_some() || whole.is_some() {
            let problem = format!("the question {} has two answers; allowed: one", question.id);
            return Err(refused(decision, &problem));
        }
        said = Some((question.chosen(choice, memory), *decision));
    }
    Ok(said)
}

/// Whether two operations take the same entry.
fn shares(one: &Operation, other: &Operation) -> bool {
    one.entries.iter().any(|id| other.entries.contains(id))
}

/// Whether the answers to two questions cannot both be meant: they take the same entry, or one what the other keeps.
fn against(one: &Operation, other: &Operation) -> bool {
    let takes_kept = |a: &Operation, b: &Operation| b.by.as_ref().is_some_and(|kept| a.entries.contains(kept));
    shares(one, other) || takes_kept(one, other) || takes_kept(other, one)
}

fn by_operation<'a>(plan: &Plan, decisions: &'a [Decision]) -> Result<BTreeMap<&'a str, &'a Decision>> {
    let mut known: BTreeSet<&str> = plan.operations.iter().map(|operation| operation.id.as_str()).gather_set();
    for question in &plan.questions {
        known.insert(&question.id);
        known.extend(question.choices.iter().map(|choice| choice.op.as_str()));
    }
    let mut by_op: BTreeMap<&str, &Decision> = BTreeMap::new();
    for decision in decisions {
        if !known.contains(decision.op.as_str()) {
            return Err(refused(decision, "the plan has no such operation or question"));
        }
        if by_op.insert(&decision.op, decision).is_some_and(|other| other != decision) {
            return Err(refused(decision, "there are two different decisions on it; allowed: one"));
        }
    }
    Ok(by_op)
}

fn refused(decision: &Decision, problem: &str) -> Error {
    Error::InvalidDecision { op: decision.op.clone(), problem: problem.to_owned() }
}

/// The operation with the person's own text. A secret in it is replaced like any other.
fn modified(operation: &Operation, decision: &Decision, plan: &Plan) -> Result<Operation> {
    let text = own_text(decision, plan)?;
    let Some(result) = &operation.result else {
        return Err(refused(decision, "it writes no text; allowed: approve, reject"));
    };
    let result = crate::plan::Proposal { text: redact(text).text, ..result.clone() };
    Ok(Operation { result: Some(result), ..operation.clone() })
}

/// The text that a person gives.
fn own_text<'a>(decision: &'a Decision, plan: &Plan) -> Result<&'a str> {
    let text = decision.text.as_deref().map(str::trim).unwrap_or_default();
    let most = plan.config.max_entry_bytes as usize;
    if text.is_empty() {
        return Err(refused(decision, "`modify` needs a `text` that is not empty"));
    }
    if text.len() > most {
        return Err(refused(decision, &format!("`text` has {} bytes, allowed: at most {most}", text.len())));
    }
    Ok(text)
}

/// The memory after some operations. `now` is absent where only the size matters.
pub(crate) fn carry_out(memory: &Memory, operations: &[Operation], now: Option<&str>) -> Memory {
    if operations.is_empty() {
        return memory.clone();
    }
    let consumer: BTreeMap<&str, &Operation> = operations
        .iter()
        .flat_map(|operation| operation.entries.iter().map(move |id| (id.as_str(), operation)))
        .gather_map();
    let known = memory.by_id();
    let changed = |entry: &Entry| match consumer.get(entry.id.as_str()) {
        Some(operation) => consumed(&known, entry, operation, now),
        None => entry.clone(),
    };
    let mut entries: Vec<Entry> = memory.entries.iter().map(changed).collect();
    entries.extend(operations.iter().filter_map(|operation| added(&known, operation, now)));
    Memory { version: memory.version + 1, entries, ..memory.clone() }
}

/// Id of the entry that an operation writes, where no earlier one has it.
pub(crate) fn written_id(operation: &str) -> String {
    format!("m_{}", operation.trim_start_matches("op_"))
}

/// Id of the entry that an operation writes: derived from the operation, with a number where an earlier dream
/// wrote the same and it left again.
fn new_id(known: &BTreeMap<&str, &Entry>, operation: &Operation) -> String {
    let id = written_id(&operation.id);
    let taken = |id: &str| known.contains_key(id);
    if !taken(&id) {
        return id;
    }
    let free = (2..).map(|n| format!("{id}_{n}")).find(|candidate| !taken(candidate));
    free.unwrap_or(id)
}

fn consumed(known: &BTreeMap<&str, &Entry>, entry: &Entry, operation: &Operation, now: Option<&str>) -> Entry {
    let mut entry = entry.clone();
    if operation.kind.stays() {
        if let Some(result) = &operation.result {
            entry.text.clone_from(&result.text);
            entry.scope.clone_from(&result.scope);
        }
        if operation.kind == OperationKind::Promote {
            entry.support = Some(operation.support.clone());
        }
        return entry;
    }
    entry.status = match operation.kind {
        OperationKind::Merge => Status::Merged,
        OperationKind::Supersede => Status::Superseded,
        _ => Status::Retired,
    };
    entry.replaced_by = operation.by.clone().or_else(|| operation.result.as_ref().map(|_| new_id(known, operation)));
    entry.invalid_at = now.map(str::to_owned);
    entry.why = Some(operation.reason.clone());
    entry
}

fn added(known: &BTreeMap<&str, &Entry>, operation: &Operation, now: Option<&str>) -> Option<Entry> {
    let result = operation.result.as_ref().filter(|_| !operation.kind.stays())?;
    let parts: Vec<&Entry> = operation.entries.iter().filter_map(|id| known.get(id.as_str()).copied()).collect();
    let mined = operation.kind != OperationKind::Merge;
    // Standing comes from one part: neither the date of a tool's entry nor its text may borrow a person's word.
    let trusted = parts.iter().map(|entry| entry.source).max().unwrap_or_default();
    let earliest = parts.iter().filter(|part| part.source == trusted).filter_map(|part| part.created_at.clone()).min();
    let created_at = if mined { operation.support.last_seen.clone().or(now.map(str::to_owned)) } else { earliest };
    let said_by = |test: &dyn Fn(Speaker) -> bool| operation.evidence.iter().any(|one| test(one.speaker));
    let source = match result.kind {
        crate::memory::EntryKind::Rule if mined => Source::Agent,
        _ if mined && said_by(&Speaker::wrote_the_agent) => Source::Developer,
        // What nobody said was counted in what the agent did.
        _ if mined && !operation.evidence.is_empty() && !said_by(&|speaker| speaker == Speaker::User) => Source::Agent,
        _ if mined => Source::User,
        _ => trusted,
    };
    let support =
        if mined { Some(operation.support.clone()) } else { parts.iter().find_map(|part| part.support.clone()) };
    Some(Entry {
        id: new_id(known, operation),
        kind: result.kind,
        text: result.text.clone(),
        scope: result.scope.clone(),
        source,
        when: result.when.clone(),
        created_at,
        support,
        evidence: operation.evidence.clone(),
        // It stands where the one did whose words it has.
        place: parts.iter().find(|part| part.text == result.text).or(parts.first()).and_then(|part| part.place.clone()),
        ..Entry::default()
    })
}

fn inverse(before: &Memory, after: &Memory) -> Inverse {
    let known: BTreeMap<&str, &Entry> = before.entries.iter().map(|entry| (entry.id.as_str(), entry)).gather_map();
    let changed = after.entries.iter().filter_map(|entry| known.get(entry.id.as_str()).filter(|old| **old != entry));
    Inverse {
        memory_hash: memory_hash(after),
        restores_hash: memory_hash(before),
        version: before.version,
        remove: after.entries.iter().filter(|e| !known.contains_key(e.id.as_str())).map(|e| e.id.clone()).collect(),
        restore: changed.map(|entry| (*entry).clone()).collect(),
        tombstones: Vec::new(),
    }
}

fn diff(before: &Memory, after: &Memory, operations: &[Operation]) -> Vec<Change> {
    let (before, now) = (before.by_id(), after.by_id());
    let text = |entries: &BTreeMap<&str, &Entry>, id: &str| {
        let entry = entries.get(id).filter(|entry| entry.is_active())?;
        Some(redact(&entry.text).text)
    };
    let mut added = after.entries.iter().filter(|entry| !before.contains_key(entry.id.as_str()));
    let mut changes = Vec::new();
    for operation in operations {
        let mut push = |entry: &str| {
            let (before, after) = (text(&before, entry), text(&now, entry));
            let kind = operation.kind;
            changes.push(Change { op: operation.id.clone(), entry: entry.to_owned(), kind, before, after });
        };
        operation.entries.iter().for_each(|entry| push(entry));
        // `carry_out` appends the new entries in the order of the operations.
        if operation.result.is_some()
            && !operation.kind.stays()
            && let Some(entry) = added.next()
        {
            push(&entry.id);
        }
    }
    changes
}

fn warnings(memory: &Memory, plan: &Plan, decided: &Decided) -> Vec<Warning> {
    let approved: BTreeSet<&str> = decided.operations.iter().map(|operation| operation.id.as_str()).gather_set();
    let entries = memory.by_id();
    let mut warnings = Vec::new();
    let mut warn = |op: &str, code: &str, message: String| {
        warnings.push(Warning { op: op.to_owned(), code: code.to_owned(), message });
    };
    for operation in &decided.operations {
        for other in operation.depends_on.iter().filter(|other| !approved.contains(other.as_str())) {
            warn(&operation.id, "missing_dependency", format!("It depends on {other}, which is not approved."));
        }
        if decided.modified.contains(&operation.id) {
            let new_values = new_values(&entries, plan, operation);
            if !new_values.is_empty() {
                warn(
                    &operation.id,
                    "value_changed",
                    format!("Your text has values that the proposal has not: {new_values}."),
                );
            }
        }
    }
    if ledger::over_cap(memory, &decided.operations, plan.config.loss_cap) {
        let leaving = ledger::leaving(memory, &decided.operations);
        let cap = plan.config.loss_cap * 100.0;
        warn("", "loss_cap", format!("{leaving} entries would leave the memory, more than {cap} % of it."));
    }
    warnings
}

/// Values of a person's text that stand in neither the proposal nor the entries it consumes.
fn new_values(entries: &BTreeMap<&str, &Entry>, plan: &Plan, operation: &Operation) -> String {
    let proposed = plan.operations.iter().find(|other| other.id == operation.id);
    let mut known: Vec<_> =
        proposed.and_then(|other| other.result.as_ref()).map(|r| values(&r.text)).unwrap_or_default();
    for entry in operation.entries.iter().filter_map(|id| entries.get(id.as_str())) {
        known.extend(values(&entry.text));
    }
    let text = operation.result.as_ref().map(|result| result.text.as_str()).unwrap_or_default();
    let new: Vec<String> =
        values(text).into_iter().filter(|value| !known.contains(value)).map(|v| v.shown.into()).collect();
    new.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{DreamInput, dream, parse_memory_text};

    fn asked(texts: &str) -> Result<(Memory, Plan)> {
        let memory = parse_memory_text(texts, None)?;
        let now = "2026-11-08T00:00:00Z".to_owned();
        Ok((memory.clone(), dream(&DreamInput { memory, now, ..DreamInput::default() })?))
    }

    fn said(op: &str, decision: Verdict) -> Decision {
        Decision { op: op.to_owned(), decision, text: None, reason: None }
    }

    #[test]
    fn a_question_has_one_answer() -> Result<()> {
        let (memory, plan) = asked("- The proxy listens on port 3128.\n- The proxy listens on port 3129.\n")?;
        let ops: Vec<&str> = plan.questions[0].choices.iter().map(|choice| choice.op.as_str()).collect();
        let both = ops.iter().map(|op| said(op, Verdict::Approve)).collect::<Vec<_>>();
        let with_none = [said(&plan.questions[0].id, Verdict::Reject), both[0].clone()];
        for decisions in [&both[..], &with_none] {
            let refused = preview(&memory, &plan, decisions);
            assert!(matches!(refused, Err(Error::InvalidDecision { .. })), "{refused:?}");
        }
        assert_eq!(preview(&memory, &plan, &both[..1])?.memory.by_id().values().filter(|e| e.is_active()).count(), 1);
        Ok(())
    }

    #[test]
    fn a_question_is_answered_in_own_words() -> Result<()> {
        let (memory, plan) = asked("- The proxy listens on port 3128.\n- The proxy listens on port 3129.\n")?;
        let told = "The proxy listens on port 3130.";
        let own = Decision { text: Some(told.to_owned()), ..said(&plan.questions[0].id, Verdict::Modify) };
        let applied = apply(&memory, &plan, std::slice::from_ref(&own), "2026-11-20T00:00:00Z")?;
        let active: Vec<&Entry> = applied.memory.entries.iter().filter(|entry| entry.is_active()).collect();
        assert_eq!(
            active.iter().map(|entry| (entry.text.as_str(), entry.source)).collect::<Vec<_>>(),
            [(told, Source::User)]
        );
        assert_eq!(undo(&applied.memory, &applied.inverse)?, memory);
        let choice = said(&plan.questions[0].choices[0].op, Verdict::Approve);
        let empty = Decision { text: None, ..own.clone() };
        let mut fixed = memory.clone();
        fixed.entries[0].pinned = true;
        assert!(plan.questions[0].answered(told, &fixed).is_none());
        for decisions in [&[own, choice][..], &[empty]] {
            assert!(matches!(preview(&memory, &plan, decisions), Err(Error::InvalidDecision { .. })));
        }
        let whole = [said(&plan.questions[0].id, Verdict::Approve)];
        assert!(matches!(preview(&memory, &plan, &whole), Err(Error::InvalidDecision { .. })));
        let mut offered = plan.clone();
        offered.questions[0].said = Some(told.to_owned());
        offered.plan_hash = crate::plan::plan_hash(&offered);
        assert!(preview(&memory, &offered, &whole)?.memory.entries.iter().any(|entry| entry.text == told));
        Ok(())
    }

    #[test]
    fn what_one_answer_keeps_no_other_takes() {
        let memory = Memory { entries: ["a", "b", "c", "d"].map(|id| Entry::new(id, id)).into(), ..Memory::default() };
        let known = memory.by_id();
        let answer = |keeps: &str, takes: &str| {
            let question = Question::about(&[known[keeps], known[takes]], String::new());
            question.choices.iter().find(|choice| choice.keep == keeps).map(|choice| question.chosen(choice, &memory))
        };
        let contrary = |one: Option<Operation>, other: Option<Operation>| {
            one.zip(other).map(|(one, other)| (against(&one, &other), against(&other, &one)))
        };
        assert_eq!(contrary(answer("a", "b"), answer("b", "c")), Some((true, true)));
        assert_eq!(contrary(answer("a", "b"), answer("c", "b")), Some((true, true)));
        assert_eq!(contrary(answer("a", "b"), answer("a", "c")), Some((false, false)));
        assert_eq!(contrary(answer("a", "b"), answer("c", "d")), Some((false, false)));
    }
}
