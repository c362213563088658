//! `/v1/agents`: who dreams, how, and where they stand.

use std::collections::BTreeMap;

use lucidream::Config;
use lucidream::memory::Usage;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use worker::Response;

use super::page::Page;
use super::{Call, body, path};
use crate::clock;
use crate::problem::{Problem, Result};
use crate::store::{AgentRow, Event, Written, until_written};

/// An agent on the wire.
#[derive(Serialize)]
struct Agent {
    id: String,
    state: &'static str,
    /// The open dream.
    dream: Option<String>,
    config: Config,
    memory_version: u32,
    memory_hash: String,
    published_version: u32,
    new_transcripts: u32,
    new_sessions: u32,
    unread: u32,
    last_dream_at: Option<String>,
    last_activity_at: Option<String>,
    created_at: String,
}

impl Agent {
    fn of(row: AgentRow) -> Result<Agent> {
        Ok(Agent {
            state: row.state(),
            config: row.config()?,
            id: row.id,
            dream: row.dream,
            memory_version: row.memory_version,
            memory_hash: row.memory_hash,
            published_version: row.published_version,
            new_transcripts: row.new_transcripts,
            new_sessions: row.new_sessions,
            unread: row.unread,
            last_dream_at: row.last_dream_at,
            last_activity_at: row.last_activity_at,
            created_at: row.created_at,
        })
    }
}

/// The body of `PUT /v1/agents/{id}`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// The engine's configuration; what is absent takes its default.
    #[serde(default = "empty")]
    config: Value,
}

fn empty() -> Value {
    json!({})
}

/// `GET /v1/agents`: by name.
pub(super) async fn list(call: Call) -> Result<Response> {
    let page = Page::of(&call)?;
    let (after, _) = page.start(("", ""));
    let rows = call.bindings.store.agents_after(&call.caller.workspace, after, page.fetch()).await?;
    let agents = rows.into_iter().map(Agent::of).collect::<Result<Vec<_>>>()?;
    super::json(200, &page.list(agents, |agent| (agent.id.clone(), String::new()), |agent| agent))
}

/// `GET /v1/agents/{id}`.
pub(super) async fn get(call: Call, id: &str) -> Result<Response> {
    super::json(200, &Agent::of(call.agent(id).await?)?)
}

/// `PUT /v1/agents/{id}`: makes the agent, or changes its configuration.
///
/// (1) Name and configuration are checked: 400. (2) The same configuration again changes nothing. (3) Agent and audit row
/// are written in one batch.
pub(super) async fn put(mut call: Call, id: &str) -> Result<Response> {
    let id = path::agent_name(id)?;
    let settings: Settings = body::json(&mut call.request).await?;
    let config = Config::from_json(&settings.config.to_string())?;
    let (store, caller) = (&call.bindings.store, &call.caller);
    until_written(async || {
        let mut step = store.recorded_step(&caller.workspace).await?;
        let at = clock::now();
        let action = match store.agent(&caller.workspace, id).await? {
            Some(agent) if agent.config()? == config => return Ok(Some(())),
            Some(_) => {
                step.configure_agent(id, &config)?;
                "agent.configured"
            }
            None => {
                step.add_agent(id, &config, &at)?;
                "agent.created"
            }
        };
        let detail = json!({ "config": config });
        step.record(Event { at: &at, actor: &caller.actor, action, subject: format!("agent:{id}"), detail })?;
        Ok((step.commit().await? == Written::Done).then_some(()))
    })
    .await?;
    super::json(200, &Agent::of(call.agent(id).await?)?)
}

/// Bytes of recall counts: D1 takes strings of up to 2,000,000. <https://developers.cloudflare.com/d1/platform/limits/>
const USAGE_BYTES: usize = 1_900_000;

/// `PUT /v1/agents/{id}/usage`: how often each entry of the memory was recalled, `{"<entry id>": {"recalls": 3,
/// "last_recalled_at": "…"}}`, in place of what was told before. Dreams that start from now on count with it.
pub(super) async fn usage(mut call: Call, id: &str) -> Result<Response> {
    let usage: BTreeMap<String, Usage> = body::json(&mut call.request).await?;
    let text = lucidream::canonical(&usage);
    if text.len() > USAGE_BYTES {
        return Err(Problem::BodyTooLarge { limit: USAGE_BYTES });
    }
    call.agent(id).await?;
    let (store, caller) = (&call.bindings.store, &call.caller);
    until_written(async || {
        let mut step = store.recorded_step(&caller.workspace).await?;
        let at = clock::now();
        step.use_agent(id, &text)?;
        let (subject, detail) = (format!("agent:{id}"), json!({ "entries": usage.len() }));
        step.record(Event { at: &at, actor: &caller.actor, action: "usage.written", subject, detail })?;
        Ok((step.commit().await? == Written::Done).then_some(()))
    })
    .await?;
    super::json(200, &json!({ "entries": usage.len() }))
}

/// Adds the agent to a step if this is the first that is heard of it.
pub(super) async fn ensure(
    call: &Call,
    step: &mut crate::store::Step<'_>,
    id: &str,
    at: &str,
) -> Result<Option<AgentRow>> {
    let found = call.bindings.store.agent(&call.caller.workspace, id).await?;
    if found.is_none() {
        step.add_agent(id, &Config::default(), at)?;
        let (actor, subject) = (&call.caller.actor, format!("agent:{id}"));
        step.record(Event {
            at,
            actor,
            action: "agent.created",
            subject,
            detail: json!({ "config": Config::default() }),
        })?;
    }
    Ok(found)
}

impl Call {
    /// `not_found` unless the workspace has the agent.
    pub(super) async fn agent(&self, id: &str) -> Result<AgentRow> {
        let agent = self.bindings.store.agent(&self.caller.workspace, id).await?;
        agent.ok_or_else(|| Problem::NotFound { what: "agent", id: id.to_owned() })
    }
}
