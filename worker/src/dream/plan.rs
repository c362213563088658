//! The plan step: digests and memory in, one plan out, written whole or not at all.

use lucidream::{DreamInput, Plan};
use serde_json::{Value, json};

use super::review::Decided;
use super::{MemoryPoint, advance};
use crate::bindings::Bindings;
use crate::clock;
use crate::problem::{Problem, Result};
use crate::store::{DreamRow, Event, Planned, Written, until_written};

/// Plans a dream.
///
/// (1) A dream that has its plan, or is closed, needs nothing. (2) One whose transcripts are not all read waits for them.
/// (3) The engine dreams about the memory that the dream was started with; if it refuses, the dream failed and nothing
/// else changed. (4) Plan, operations, state and audit row are written in one batch, refused if another run was quicker.
pub(crate) async fn plan(bindings: &Bindings, workspace: &str, id: &str) -> Result<()> {
    let Some(dream) = bindings.store.dream(workspace, id).await? else { return Ok(()) };
    if !dream.is_running() {
        return Ok(());
    }
    if !bindings.store.unread_transcripts(workspace, id).await?.is_empty() {
        return advance(bindings, workspace, id, &dream.agent_id).await;
    }
    match lucidream::dream(&input(bindings, &dream).await?) {
        Ok(plan) => write(bindings, &dream, &plan).await,
        Err(error) => fail(bindings, workspace, id, (error.code(), &error.to_string()), "queue").await,
    }
}

/// Gives a dream up whose plan step fails every time.
pub(crate) async fn plan_is_lost(bindings: &Bindings, workspace: &str, id: &str) -> Result<()> {
    fail(bindings, workspace, id, ("plan_failed", "planning failed every time it was tried"), "queue").await
}

/// Closes a dream as failed. It has changed nothing.
pub(crate) async fn fail(
    bindings: &Bindings,
    workspace: &str,
    id: &str,
    (code, message): (&str, &str),
    actor: &str,
) -> Result<()> {
    until_written(async || {
        let mut step = bindings.store.recorded_step(workspace).await?;
        let dream = bindings.store.dream(workspace, id).await?;
        let Some(dream) = dream.filter(DreamRow::is_running) else { return Ok(Some(())) };
        let at = clock::now();
        step.give_up_dream(id, "failed", Some((code, message)), &at)?;
        let detail = json!({ "agent": dream.agent_id, "code": code });
        step.record(Event { at: &at, actor, action: "dream.failed", subject: format!("dream:{id}"), detail })?;
        Ok((step.commit().await? == Written::Done).then_some(()))
    })
    .await
}

/// All that the engine needs, as it was fixed when the dream was started.
async fn input(bindings: &Bindings, dream: &DreamRow) -> Result<DreamInput> {
    let store = &bindings.store;
    let memory = store.memory(&dream.workspace_id, &dream.agent_id, dream.memory_version).await?;
    let lost = || Problem::Internal(format!("memory version {} of {} is gone", dream.memory_version, dream.agent_id));
    Ok(DreamInput {
        embeddings: None,
        memory: memory.ok_or_else(lost)?,
        digests: store.digests(dream).await?,
        transcripts: store.fates(dream).await?,
        tombstones: store.tombstones(&dream.workspace_id, &dream.agent_id).await?,
        usage: store.usage(&dream.workspace_id, &dream.id).await?,
        agent: Some(dream.agent_id.clone()),
        now: dream.now.clone(),
        config: dream.config()?,
    })
}

async fn write(bindings: &Bindings, dream: &DreamRow, plan: &Plan) -> Result<()> {
    // A question waits for its answer as a proposal does.
    let nothing_to_do = plan.operations.is_empty() && plan.questions.is_empty();
    let result = nothing_to_do.then(|| lucidream::canonical(&nothing_to_decide(dream)));
    let report = lucidream::canonical(&plan.report);
    until_written(async || {
        let mut step = bindings.store.recorded_step(&dream.workspace_id).await?;
        let now_is = bindings.store.dream(&dream.workspace_id, &dream.id).await?;
        if !now_is.is_some_and(|dream| dream.is_running()) {
            return Ok(Some(()));
        }
        let at = clock::now();
        step.finish_dream(
            &dream.id,
            &Planned {
                state: if nothing_to_do { "completed" } else { "review" },
                engine: &plan.engine,
                plan_hash: &plan.plan_hash,
                held: plan.held,
                operations: count(plan.operations.len()),
                quarantined: count(plan.quarantine.len()),
                sessions: plan.ledger.transcripts.iter().map(|fate| fate.sessions).sum(),
                report: &report,
                result: result.as_deref(),
                at: &at,
            },
        )?;
        step.add_plan(&dream.id, plan.clone())?;
        let (subject, detail) = (format!("dream:{}", dream.id), detail(dream, plan));
        step.record(Event { at: &at, actor: "queue", action: "dream.planned", subject, detail })?;
        Ok((step.commit().await? == Written::Done).then_some(()))
    })
    .await
}

fn detail(dream: &DreamRow, plan: &Plan) -> Value {
    json!({
        "agent": dream.agent_id,
        "plan_hash": plan.plan_hash,
        "memory_hash": plan.memory_hash,
        "operations": plan.operations.len(),
        "quarantined": plan.quarantine.len(),
        "held": plan.held,
    })
}

fn nothing_to_decide(dream: &DreamRow) -> Decided {
    Decided {
        dream: dream.id.clone(),
        state: "completed".to_owned(),
        memory: MemoryPoint { memory_version: dream.memory_version, memory_hash: dream.memory_hash.clone() },
        applied: Vec::new(),
        rejected: Vec::new(),
        undecided: Vec::new(),
    }
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
