//! `/v1/agents/{id}/memory`: the store whole, and what a waking agent reads of it.

use lucidream::memory::reread_markdown;
use lucidream::{Memory, MemoryFormat};
use serde_json::json;
use worker::Response;

use super::{Call, agents, body, builder, path};
use crate::clock;
use crate::dream::{memory_markdown, publish};
use crate::problem::{Problem, Result};
use crate::store::{AgentRow, Cause, Event, Written, until_written};

/// `GET /v1/agents/{id}/memory[?version=]`: the store as the engine writes it.
pub(super) async fn get(call: Call, id: &str) -> Result<Response> {
    let agent = call.agent(id).await?;
    let version = match call.parameter("version").map(str::parse) {
        None => agent.memory_version,
        Some(Ok(version)) => version,
        Some(Err(_)) => return Err(Problem::argument("version", "allowed: the number of a version")),
    };
    let memory = call.bindings.store.memory(&call.caller.workspace, id, version).await?;
    let memory = memory.ok_or_else(|| Problem::NotFound { what: "memory version", id: version.to_string() })?;
    let response = builder(200, "application/json")?
        .with_header("etag", &etag(&lucidream::memory_hash(&memory)))?
        .with_header("x-memory-version", &version.to_string())?;
    Ok(response.fixed(lucidream::canonical(&memory).into_bytes()))
}

/// `GET /v1/agents/{id}/memory.md`.
pub(super) async fn markdown(call: Call, id: &str) -> Result<Response> {
    let agent = call.agent(id).await?;
    let text = memory_markdown(&call.bindings, &agent).await?;
    let response = builder(200, "text/markdown; charset=utf-8")?
        .with_header("etag", &etag(&agent.memory_hash))?
        .with_header("x-memory-version", &agent.memory_version.to_string())?;
    Ok(response.fixed(text.into_bytes()))
}

/// `PUT /v1/agents/{id}/memory`: writes the whole store.
///
/// (1) The body is parsed: 400. (2) If-Match names another memory: 412. (3) The same store again changes nothing.
/// (4) Version, entries and audit row are written in one batch; whoever is overtaken begins again at (2). (5) Published;
/// should that fail, the repairing cron does it.
pub(super) async fn put(mut call: Call, id: &str) -> Result<Response> {
    let id = path::agent_name(id)?;
    let format = format(call.header("content-type")?.as_deref());
    let expected = call.header("if-match")?;
    let text = body::text(&mut call.request).await?;
    let memory = lucidream::parse_memory_text(&text, format)?;
    let changed = until_written(async || write(&call, id, &memory, expected.as_deref()).await).await?;
    if changed && let Err(problem) = publish(&call.bindings, &call.caller.workspace, id).await {
        worker::console_error!("memory of {id} waits for the repairing cron: {problem}");
    }
    let agent = call.agent(id).await?;
    let answer = json!({
        "memory_version": agent.memory_version, "memory_hash": agent.memory_hash,
        "entries": memory.entries.len(), "changed": changed,
    });
    let response = builder(200, "application/json")?.with_header("etag", &etag(&agent.memory_hash))?;
    Ok(response.fixed(answer.to_string().into_bytes()))
}

/// Gives whether there is a new version, or `None` if overtaken.
async fn write(call: &Call, id: &str, memory: &Memory, expected: Option<&str>) -> Result<Option<bool>> {
    let (store, workspace) = (&call.bindings.store, &call.caller.workspace);
    let mut step = store.recorded_step(workspace).await?;
    let at = clock::now();
    let agent = agents::ensure(call, &mut step, id, &at).await?;
    let (version, before) = newest(call, agent.as_ref()).await?;
    // Markdown names neither ids nor what left the active set: those stay as they are known.
    let known = if memory.files.is_empty() { None } else { Some(reread_markdown(&memory.files, &before)?) };
    let memory = known.as_ref().unwrap_or(memory);
    check_match(expected, &lucidream::memory_hash(&before))?;
    if before == *memory {
        return Ok(Some(false));
    }
    step.add_memory_version(id, (version, &before), memory, Cause::Put, &at)?;
    let (actor, subject) = (&call.caller.actor, format!("agent:{id}"));
    // What a person took out is not proposed again from the same sessions.
    let gone = lucidream::deleted(&before, memory, &at);
    step.add_tombstones(id, &format!("put_{}", version + 1), &gone, &at)?;
    let detail = json!({
        "memory_version": version + 1, "memory_hash": lucidream::memory_hash(memory), "entries": memory.entries.len(),
    });
    step.record(Event { at: &at, actor, action: "memory.written", subject, detail })?;
    Ok((step.commit().await? == Written::Done).then_some(true))
}

async fn newest(call: &Call, agent: Option<&AgentRow>) -> Result<(u32, Memory)> {
    let Some(agent) = agent else { return Ok((0, Memory::default())) };
    let memory = call.bindings.store.memory(&agent.workspace_id, &agent.id, agent.memory_version).await?;
    let memory = memory.ok_or_else(|| Problem::Internal(format!("the memory of {} is gone", agent.id)))?;
    Ok((agent.memory_version, memory))
}

fn etag(hash: &str) -> String {
    format!("\"{hash}\"")
}

/// What a content type says about a memory; the engine finds out where it says nothing.
fn format(content_type: Option<&str>) -> Option<MemoryFormat> {
    match content_type?.split(';').next()?.trim() {
        "application/json" => Some(MemoryFormat::Json),
        "application/jsonl" | "application/x-ndjson" | "application/x-jsonlines" => Some(MemoryFormat::Jsonl),
        "text/markdown" => Some(MemoryFormat::Markdown),
        _ => None,
    }
}

/// `precondition_failed` if If-Match names other memories than the one found.
fn check_match(expected: Option<&str>, found: &str) -> Result<()> {
    let Some(expected) = expected else { return Ok(()) };
    let matches = |tag: &str| tag == "*" || tag.trim_start_matches("W/").trim_matches('"') == found;
    if expected.split(',').map(str::trim).any(matches) {
        return Ok(());
    }
    Err(Problem::PreconditionFailed { expected: expected.to_owned(), found: found.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_types() {
        assert_eq!(format(Some("application/json; charset=utf-8")), Some(MemoryFormat::Json));
        assert_eq!(format(Some("text/markdown")), Some(MemoryFormat::Markdown));
        assert_eq!(format(Some("application/octet-stream")), None);
        assert_eq!(format(None), None);
    }

    #[test]
    fn preconditions() {
        let ok = |expected| check_match(expected, "sha256:a").is_ok();
        assert!(ok(None) && ok(Some("*")) && ok(Some("\"sha256:a\"")) && ok(Some("\"x\", W/\"sha256:a\"")));
        assert!(!ok(Some("\"sha256:b\"")) && !ok(Some("")));
    }
}
