//! Carrying out what people decide: decisions, undo, cancel. Each is one batch, and the same request again the same answer.

use lucidream::{Decision, Memory, Plan, Verdict};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{MemoryPoint, find, publish};
use crate::bindings::Bindings;
use crate::clock;
use crate::problem::{Problem, Result};
use crate::store::{Cause, DreamRow, Event, Written, until_written};

/// The body of `POST /v1/dreams/{id}/decisions`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Decisions {
    /// The plan that they are about.
    pub plan_hash: String,
    /// At most one for each operation.
    pub decisions: Vec<Decision>,
}

/// The answer to decisions.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Decided {
    pub dream: String,
    pub state: String,
    #[serde(flatten)]
    pub memory: MemoryPoint,
    pub applied: Vec<String>,
    pub rejected: Vec<String>,
    pub undecided: Vec<String>,
}

/// The answer to an undo.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Undone {
    pub dream: String,
    #[serde(flatten)]
    pub memory: MemoryPoint,
    pub undone_at: String,
}

/// Who asks, about which dream.
pub(crate) struct Request<'a> {
    pub workspace: &'a str,
    pub dream: &'a str,
    pub actor: &'a str,
    pub idempotency_key: Option<&'a str>,
}

/// Applies decisions to the memory.
///
/// (1) Decisions that were carried out before give the answer of then; others on a completed dream are `dream_closed`.
/// (2) The engine applies them; a memory written meanwhile is `stale_plan`. (3) Memory version, decisions, tombstones,
/// inverse, state and audit row are written in one batch; whoever is overtaken looks again. (4) The memory is published;
/// should that fail, the repairing cron does it.
pub(crate) async fn decide(bindings: &Bindings, request: &Request<'_>, mut body: Decisions) -> Result<Decided> {
    body.decisions.sort_by(|a, b| a.op.cmp(&b.op));
    body.decisions.dedup();
    let hash = lucidream::sha256(lucidream::canonical(&body).as_bytes());
    let (decided, agent) = until_written(async || {
        let step = bindings.store.recorded_step(request.workspace).await?;
        let dream = find(bindings, request.workspace, request.dream).await?;
        if let Some(decided) = decided_before(&dream, request, &hash)? {
            return Ok(Some((decided, dream.agent_id)));
        }
        let (plan, memory) = plan_and_memory(bindings, &dream).await?;
        if body.plan_hash != plan.plan_hash {
            return Err(Problem::OtherPlan { expected: plan.plan_hash, found: body.plan_hash.clone() });
        }
        let decided = apply(step, request, &dream, (&plan, &memory), (&body.decisions, &hash)).await?;
        Ok(decided.map(|decided| (decided, dream.agent_id)))
    })
    .await?;
    publish_or_log(bindings, request.workspace, &agent).await;
    Ok(decided)
}

/// The answer of before, if these decisions were carried out before.
fn decided_before(dream: &DreamRow, request: &Request<'_>, hash: &str) -> Result<Option<Decided>> {
    match (dream.state.as_str(), &dream.decision_hash, &dream.result) {
        ("review", _, _) => Ok(None),
        ("completed", Some(before), Some(result)) if before == hash => Ok(Some(serde_json::from_str(result)?)),
        ("completed", ..) if request.idempotency_key.is_some_and(|key| dream.decision_key.as_deref() == Some(key)) => {
            Err(Problem::IdempotencyKeyReused)
        }
        _ => Err(Problem::DreamClosed {
            state: dream.state.clone(),
            allowed: "decisions are taken while it is in review, and the same ones again any time",
        }),
    }
}

async fn plan_and_memory(bindings: &Bindings, dream: &DreamRow) -> Result<(Plan, Memory)> {
    let store = &bindings.store;
    let plan = store.plan(&dream.workspace_id, &dream.id).await?;
    let memory = store.memory(&dream.workspace_id, &dream.agent_id, dream.current_version).await?;
    plan.zip(memory).ok_or_else(|| Problem::Internal(format!("plan or memory of {} is gone", dream.id)))
}

async fn apply(
    mut step: crate::store::Step<'_>,
    request: &Request<'_>,
    dream: &DreamRow,
    (plan, memory): (&Plan, &Memory),
    (decisions, hash): (&[Decision], &str),
) -> Result<Option<Decided>> {
    let at = clock::now();
    let applied = lucidream::apply(memory, plan, decisions, &at)?;
    let changed = applied.memory != *memory;
    let decided = Decided {
        dream: dream.id.clone(),
        state: "completed".to_owned(),
        memory: MemoryPoint {
            memory_version: dream.current_version + u32::from(changed),
            memory_hash: lucidream::memory_hash(&applied.memory),
        },
        rejected: rejected(decisions),
        undecided: undecided(plan, decisions),
        applied: applied.applied,
    };
    if changed {
        let cause = Cause::Dream(&dream.id);
        step.add_memory_version(&dream.agent_id, (dream.current_version, memory), &applied.memory, cause, &at)?;
        step.add_inverse(&dream.id, &applied.inverse)?;
    }
    step.add_decisions(&dream.id, decisions, request.actor, &at)?;
    step.add_tombstones(&dream.agent_id, &dream.id, &applied.tombstones, &at)?;
    step.decide_dream(&dream.id, (request.idempotency_key, hash), &lucidream::canonical(&decided), &at)?;
    let detail = json!({
        "agent": dream.agent_id, "plan_hash": plan.plan_hash, "applied": decided.applied.len(),
        "rejected": decided.rejected.len(), "undecided": decided.undecided.len(),
        "memory_version": decided.memory.memory_version, "memory_hash": decided.memory.memory_hash,
    });
    step.record(event(request, &at, "dream.decided", detail))?;
    Ok((step.commit().await? == Written::Done).then_some(decided))
}

fn rejected(decisions: &[Decision]) -> Vec<String> {
    decisions.iter().filter(|one| one.decision == Verdict::Reject).map(|one| one.op.clone()).collect()
}

fn undecided(plan: &Plan, decisions: &[Decision]) -> Vec<String> {
    let decided = |op: &str| decisions.iter().any(|decision| decision.op == op);
    plan.operations.iter().map(|operation| &operation.id).filter(|op| !decided(op)).cloned().collect()
}

/// Brings the memory from before a dream back.
///
/// (1) A dream that was undone before gives the answer of then. (2) The engine undoes; a memory written meanwhile is
/// `stale_inverse`. (3) One batch, as in [`decide`]. (4) Published.
pub(crate) async fn undo(bindings: &Bindings, request: &Request<'_>) -> Result<Undone> {
    let (undone, agent) = until_written(async || {
        let step = bindings.store.recorded_step(request.workspace).await?;
        let dream = find(bindings, request.workspace, request.dream).await?;
        if let Some(result) = &dream.undo_result {
            return Ok(Some((serde_json::from_str(result)?, dream.agent_id)));
        }
        let undone = take_back(bindings, step, request, &dream).await?;
        Ok(undone.map(|undone| (undone, dream.agent_id)))
    })
    .await?;
    publish_or_log(bindings, request.workspace, &agent).await;
    Ok(undone)
}

async fn take_back(
    bindings: &Bindings,
    mut step: crate::store::Step<'_>,
    request: &Request<'_>,
    dream: &DreamRow,
) -> Result<Option<Undone>> {
    let nothing =
        || Problem::DreamClosed { state: dream.state.clone(), allowed: "only what was applied can be undone" };
    let inverse = bindings.store.inverse(request.workspace, &dream.id).await?.ok_or_else(nothing)?;
    let memory = bindings.store.memory(request.workspace, &dream.agent_id, dream.current_version).await?;
    let memory = memory.ok_or_else(|| Problem::Internal(format!("the memory of {} is gone", dream.agent_id)))?;
    let before = lucidream::undo(&memory, &inverse)?;
    let at = clock::now();
    let point = MemoryPoint { memory_version: dream.current_version + 1, memory_hash: lucidream::memory_hash(&before) };
    let detail =
        json!({ "agent": dream.agent_id, "memory_version": point.memory_version, "memory_hash": point.memory_hash });
    let undone = Undone { dream: dream.id.clone(), memory: point, undone_at: at.clone() };
    let cause = Cause::Undo(&dream.id);
    step.add_memory_version(&dream.agent_id, (dream.current_version, &memory), &before, cause, &at)?;
    // What was undone is not proposed again from the same evidence.
    step.add_tombstones(&dream.agent_id, &dream.id, &inverse.tombstones, &at)?;
    step.undo_dream(&dream.id, &lucidream::canonical(&undone), &at)?;
    step.record(event(request, &at, "dream.undone", detail))?;
    Ok((step.commit().await? == Written::Done).then_some(undone))
}

/// Closes an open dream without carrying anything out. Again: nothing more.
pub(crate) async fn cancel(bindings: &Bindings, request: &Request<'_>) -> Result<()> {
    until_written(async || {
        let mut step = bindings.store.recorded_step(request.workspace).await?;
        let dream = find(bindings, request.workspace, request.dream).await?;
        match dream.state.as_str() {
            "canceled" => return Ok(Some(())),
            "completed" | "failed" => {
                return Err(Problem::DreamClosed { state: dream.state, allowed: "only an open dream can be canceled" });
            }
            _ => {}
        }
        let at = clock::now();
        step.give_up_dream(&dream.id, "canceled", None, &at)?;
        step.record(event(request, &at, "dream.canceled", json!({ "agent": dream.agent_id })))?;
        Ok((step.commit().await? == Written::Done).then_some(()))
    })
    .await
}

fn event<'a>(request: &Request<'a>, at: &'a str, action: &'a str, detail: serde_json::Value) -> Event<'a> {
    Event { at, actor: request.actor, action, subject: format!("dream:{}", request.dream), detail }
}

/// What is decided stays decided, whether KV takes the new memory now or at the next repair.
async fn publish_or_log(bindings: &Bindings, workspace: &str, agent: &str) {
    if let Err(problem) = publish(bindings, workspace, agent).await {
        worker::console_error!("memory of {agent} waits for the repairing cron: {problem}");
    }
}
