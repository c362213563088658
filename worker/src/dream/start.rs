//! Starting a dream: what it is about is fixed in its row, so that every run of it gives the same plan.

use serde_json::json;

use super::{LEASE_MINUTES, advance};
use crate::bindings::Bindings;
use crate::clock;
use crate::problem::{Problem, Result};
use crate::store::{AgentRow, DreamRow, Event, NewDream, Written, until_written};

/// New transcripts that a dream's ledger names although they did not fit. With 74 bytes a hash this stays below D1's
/// 2 MB a value; what is older still waits for the next dream.
const MAX_LEFT_OUT: u32 = 20_000;

/// Who starts a dream of which agent, when.
pub(crate) struct Start<'a> {
    pub workspace: &'a str,
    pub agent: &'a str,
    /// `cron` or `hand`.
    pub cause: &'a str,
    pub actor: &'a str,
    pub now: &'a str,
    pub idempotency_key: Option<&'a str>,
}

/// Starts a dream.
///
/// (1) The same Idempotency-Key gives the dream that it started before. (2) An open dream is `dream_open`, unless it waits
/// for review on a memory that is no more: then it is canceled. (3) The newest transcripts, at most `max_sessions`, the
/// time, the memory and the configuration are written into the row, with the audit row, in one batch. (4) Its first
/// messages are sent; should that fail, the repairing cron sends them when the lease runs out.
pub(crate) async fn start(bindings: &Bindings, start: &Start<'_>) -> Result<DreamRow> {
    let dream = until_written(async || written(bindings, start).await).await?;
    if dream.is_running() && dream.attempts == 0 {
        let sent = advance(bindings, start.workspace, &dream.id, &dream.agent_id).await;
        if let Err(problem) = sent {
            worker::console_error!("dream {} waits for its lease: {problem}", dream.id);
        }
    }
    Ok(dream)
}

async fn written(bindings: &Bindings, start: &Start<'_>) -> Result<Option<DreamRow>> {
    let store = &bindings.store;
    let mut step = store.recorded_step(start.workspace).await?;
    if let Some(key) = start.idempotency_key
        && let Some(dream) = store.dream_of_key(start.workspace, start.agent, key).await?
    {
        return Ok(Some(dream));
    }
    let agent = store
        .agent(start.workspace, start.agent)
        .await?
        .ok_or_else(|| Problem::NotFound { what: "agent", id: start.agent.to_owned() })?;
    if let Some(stale) = replaceable(&agent)? {
        let why = "the memory was written meanwhile, and a new dream began";
        step.give_up_dream(stale, "canceled", Some(("stale_plan", why)), start.now)?;
        step.record(event(start, "dream.canceled", stale, json!({ "agent": agent.id, "why": why })))?;
    }
    let config = agent.config()?;
    let chosen = store.newest_transcripts(start.workspace, &agent.id, config.max_sessions).await?;
    let new = store.new_transcripts(start.workspace, &agent.id, MAX_LEFT_OUT).await?;
    let left_out = without(new, &chosen);
    let id = id(start);
    step.add_dream(&NewDream {
        id: &id,
        agent: &agent.id,
        cause: start.cause,
        now: start.now,
        config: &config,
        memory: (agent.memory_version, &agent.memory_hash),
        transcripts: &chosen,
        left_out: &left_out,
        idempotency_key: start.idempotency_key,
        lease_until: &clock::minutes_after(start.now, LEASE_MINUTES),
    })?;
    let detail = json!({
        "agent": agent.id, "cause": start.cause, "memory_hash": agent.memory_hash,
        "transcripts": chosen.len(), "left_out": left_out.len(),
    });
    step.record(event(start, "dream.started", &id, detail))?;
    match step.commit().await? {
        Written::Done => store.dream(start.workspace, &id).await,
        Written::Overtaken => Ok(None),
    }
}

fn event<'a>(start: &Start<'a>, action: &'a str, dream: &str, detail: serde_json::Value) -> Event<'a> {
    Event { at: start.now, actor: start.actor, action, subject: format!("dream:{dream}"), detail }
}

/// The open dream that a new one may take the place of; `dream_open` if there is one that must be closed first.
fn replaceable(agent: &AgentRow) -> Result<Option<&str>> {
    match (&agent.dream, &agent.dream_state, &agent.dream_memory) {
        (Some(dream), Some(state), Some(memory)) => {
            if state == "review" && *memory != agent.memory_hash {
                return Ok(Some(dream));
            }
            Err(Problem::DreamOpen { dream: dream.clone(), state: state.clone() })
        }
        _ => Ok(None),
    }
}

/// Derived from what makes the dream the one it is: an agent starts one dream at a time.
fn id(start: &Start<'_>) -> String {
    let hash = lucidream::sha256(lucidream::canonical(&json!([start.workspace, start.agent, start.now])).as_bytes());
    format!("dream_{}", hash.get("sha256:".len().."sha256:".len() + 20).unwrap_or(&hash))
}

fn without(hashes: Vec<String>, chosen: &[String]) -> Vec<String> {
    let chosen: std::collections::BTreeSet<&String> = chosen.iter().collect();
    hashes.into_iter().filter(|hash| !chosen.contains(hash)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_left_out() {
        let hashes = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        assert_eq!(without(hashes(&["c", "b", "a"]), &hashes(&["c", "x"])), hashes(&["b", "a"]));
    }

    #[test]
    fn ids_are_derived() {
        let start =
            |agent, now| id(&Start { workspace: "w", agent, cause: "hand", actor: "a", now, idempotency_key: None });
        assert_eq!(start("a", "t"), start("a", "t"));
        assert_ne!(start("a", "t"), start("b", "t"));
        assert_ne!(start("a", "t"), start("a", "u"));
    }
}
