//! `/v1/dreams`: what was dreamt, what is proposed, and what people decide.

use serde::Serialize;
use serde_json::value::RawValue;
use worker::Response;

use super::page::Page;
use super::transcripts::Refusal;
use super::{Call, body, builder};
use crate::clock;
use crate::dream::{self, Decisions};
use crate::problem::{Problem, Result};
use crate::store::DreamRow;

/// A dream on the wire.
#[derive(Serialize)]
struct Dream {
    id: String,
    agent: String,
    state: String,
    cause: String,
    now: String,
    memory_version: u32,
    memory_hash: String,
    /// Whether the agent has another memory now.
    stale: bool,
    engine: Option<String>,
    plan_hash: Option<String>,
    held: Option<bool>,
    operations: Option<u32>,
    quarantined: Option<u32>,
    sessions: Option<u32>,
    report: Option<Box<RawValue>>,
    transcripts: Transcripts,
    error: Option<Refusal>,
    created_at: String,
    started_at: Option<String>,
    finished_at: Option<String>,
    decided_at: Option<String>,
    undone_at: Option<String>,
    /// The answer that the decisions got.
    result: Option<Box<RawValue>>,
}

/// What a dream reads.
#[derive(Serialize)]
struct Transcripts {
    total: u32,
    /// Counted when one dream is asked for; `null` in lists.
    digested: Option<u32>,
    failed: Option<u32>,
    left_out: u32,
}

impl Dream {
    fn of(row: DreamRow) -> Result<Dream> {
        let raw = |json: Option<String>| json.map(RawValue::from_string).transpose();
        Ok(Dream {
            stale: row.is_stale(),
            id: row.id,
            agent: row.agent_id,
            state: row.state,
            cause: row.cause,
            now: row.now,
            memory_version: row.memory_version,
            memory_hash: row.memory_hash,
            engine: row.engine,
            plan_hash: row.plan_hash,
            held: row.held.map(|held| held == 1),
            operations: row.operations,
            quarantined: row.quarantined,
            sessions: row.sessions,
            report: raw(row.report)?,
            transcripts: Transcripts { total: row.total, digested: None, failed: None, left_out: row.left_out },
            error: Refusal::of(row.error_code, row.error_message),
            created_at: row.created_at,
            started_at: row.started_at,
            finished_at: row.finished_at,
            decided_at: row.decided_at,
            undone_at: row.undone_at,
            result: raw(row.result)?,
        })
    }
}

/// States that `?state=` accepts.
const STATES: [&str; 6] = ["pending", "running", "review", "completed", "failed", "canceled"];

/// `GET /v1/dreams[?state=]` and `GET /v1/agents/{id}/dreams[?state=]`: newest first.
pub(super) async fn list(call: Call, agent: Option<&str>) -> Result<Response> {
    let page = Page::of(&call)?;
    let state = call.parameter("state");
    if state.is_some_and(|state| !STATES.contains(&state)) {
        return Err(Problem::argument("state", format!("allowed: {}", STATES.join(", "))));
    }
    if let Some(id) = agent {
        call.agent(id).await?;
    }
    let (store, workspace) = (&call.bindings.store, &call.caller.workspace);
    let newest = page.start(("9999", ""));
    let rows = store.dreams_before(workspace, (agent, state), newest, page.fetch()).await?;
    let dreams = rows.into_iter().map(Dream::of).collect::<Result<Vec<_>>>()?;
    super::json(200, &page.list(dreams, |dream| (dream.created_at.clone(), dream.id.clone()), |dream| dream))
}

/// `GET /v1/dreams/{id}`.
pub(super) async fn get(call: Call, id: &str) -> Result<Response> {
    let row = dream::find(&call.bindings, &call.caller.workspace, id).await?;
    one(&call, 200, row).await
}

async fn one(call: &Call, status: u16, row: DreamRow) -> Result<Response> {
    let progress = call.bindings.store.progress(&row.workspace_id, &row.id).await?;
    let mut dream = Dream::of(row)?;
    dream.transcripts.digested = Some(progress.digested);
    dream.transcripts.failed = Some(progress.failed);
    super::json(status, &dream)
}

/// `POST /v1/agents/{id}/dreams`: starts a dream now. 202; 409 while another is open.
pub(super) async fn start(call: Call, id: &str) -> Result<Response> {
    let (key, now) = (call.idempotency_key()?, clock::now());
    let caller = &call.caller;
    let start = dream::Start {
        workspace: &caller.workspace,
        agent: id,
        cause: "hand",
        actor: &caller.actor,
        now: &now,
        idempotency_key: key.as_deref(),
    };
    let row = dream::start(&call.bindings, &start).await?;
    one(&call, 202, row).await
}

/// `GET /v1/dreams/{id}/plan`: canonical JSON, the bytes that the engine would write.
pub(super) async fn plan(call: Call, id: &str) -> Result<Response> {
    dream::find(&call.bindings, &call.caller.workspace, id).await?;
    let plan = call.bindings.store.plan(&call.caller.workspace, id).await?;
    let plan = plan.ok_or_else(|| Problem::NotFound { what: "plan of dream", id: id.to_owned() })?;
    let response = builder(200, "application/json")?.with_header("etag", &format!("\"{}\"", plan.plan_hash))?;
    Ok(response.fixed(lucidream::canonical(&plan).into_bytes()))
}

/// `POST /v1/dreams/{id}/decisions`: see [`dream::decide`].
pub(super) async fn decide(mut call: Call, id: &str) -> Result<Response> {
    let decisions: Decisions = body::json(&mut call.request).await?;
    let key = call.idempotency_key()?;
    super::json(200, &dream::decide(&call.bindings, &request(&call, id, key.as_deref()), decisions).await?)
}

/// `POST /v1/dreams/{id}/undo`: see [`dream::undo`].
pub(super) async fn undo(call: Call, id: &str) -> Result<Response> {
    super::json(200, &dream::undo(&call.bindings, &request(&call, id, None)).await?)
}

/// `POST /v1/dreams/{id}/cancel`: see [`dream::cancel`].
pub(super) async fn cancel(call: Call, id: &str) -> Result<Response> {
    dream::cancel(&call.bindings, &request(&call, id, None)).await?;
    get(call, id).await
}

fn request<'a>(call: &'a Call, dream: &'a str, idempotency_key: Option<&'a str>) -> dream::Request<'a> {
    dream::Request { workspace: &call.caller.workspace, dream, actor: &call.caller.actor, idempotency_key }
}
