//! `/v1/audit`: who did what, in a chain that anybody can check.

use serde::Serialize;
use serde_json::value::RawValue;
use worker::Response;

use super::Call;
use super::page::Page;
use crate::problem::{Problem, Result};
use crate::store::AuditRow;

/// An audit row on the wire. `hash` is the SHA-256 of the canonical JSON of the other fields and `workspace_id`.
#[derive(Serialize)]
struct Audit {
    workspace_id: String,
    seq: u32,
    at: String,
    actor: String,
    action: String,
    subject: String,
    detail: Box<RawValue>,
    prev_hash: String,
    hash: String,
}

/// `GET /v1/audit`: oldest first.
pub(super) async fn list(call: Call) -> Result<Response> {
    let page = Page::of(&call)?;
    let (after, _) = page.start(("0", ""));
    let after =
        after.parse().map_err(|_| Problem::argument("cursor", "allowed: `next` of the page before, unchanged"))?;
    let workspace = &call.caller.workspace;
    let rows = call.bindings.store.audit_after(workspace, after, page.fetch()).await?;
    let view = |row: AuditRow| -> Result<Audit> {
        Ok(Audit {
            workspace_id: workspace.clone(),
            seq: row.seq,
            at: row.at,
            actor: row.actor,
            action: row.action,
            subject: row.subject,
            detail: RawValue::from_string(row.detail)?,
            prev_hash: row.prev_hash,
            hash: row.hash,
        })
    };
    let rows = rows.into_iter().map(view).collect::<Result<Vec<_>>>()?;
    super::json(200, &page.list(rows, |row| (row.seq.to_string(), String::new()), |row| row))
}
