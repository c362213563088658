//! The audit log: a chain in which each row carries the hash of the one before.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Arg, Step, Store};
use crate::problem::{Problem, Result};

/// Where a workspace's chain stands.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Head {
    seq: u32,
    hash: String,
}

/// Something to record.
pub(crate) struct Event<'a> {
    pub at: &'a str,
    pub actor: &'a str,
    pub action: &'a str,
    pub subject: String,
    pub detail: Value,
}

/// One row as it is read back.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct AuditRow {
    pub seq: u32,
    pub at: String,
    pub actor: String,
    pub action: String,
    pub subject: String,
    pub detail: String,
    pub prev_hash: String,
    pub hash: String,
}

/// What a row's hash is over.
#[derive(Serialize)]
struct Hashed<'a> {
    workspace_id: &'a str,
    seq: u32,
    at: &'a str,
    actor: &'a str,
    action: &'a str,
    subject: &'a str,
    detail: &'a Value,
    prev_hash: &'a str,
}

impl Head {
    fn after(&self, workspace: &str, event: &Event<'_>) -> Head {
        let seq = self.seq + 1;
        let hashed = Hashed {
            workspace_id: workspace,
            seq,
            at: event.at,
            actor: event.actor,
            action: event.action,
            subject: &event.subject,
            detail: &event.detail,
            prev_hash: &self.hash,
        };
        Head { seq, hash: lucidream::sha256(lucidream::canonical(&hashed).as_bytes()) }
    }
}

impl Store {
    pub(super) async fn audit_head(&self, workspace: &str) -> Result<Head> {
        let sql = "SELECT seq, hash FROM audit WHERE workspace_id = ? ORDER BY seq DESC LIMIT 1";
        Ok(self.row(sql, &[workspace.into()]).await?.unwrap_or_default())
    }

    /// Rows after a sequence number, oldest first.
    pub async fn audit_after(&self, workspace: &str, seq: u32, limit: u32) -> Result<Vec<AuditRow>> {
        let sql = "SELECT seq, at, actor, action, subject, detail, prev_hash, hash FROM audit
                   WHERE workspace_id = ? AND seq > ? ORDER BY seq LIMIT ?";
        self.rows(sql, &[workspace.into(), seq.into(), limit.into()]).await
    }
}

impl Step<'_> {
    /// Records an event in the same batch as what it is about. Only in a step from [`Store::recorded_step`].
    pub fn record(&mut self, event: Event<'_>) -> Result<()> {
        let head = self.chain.take().ok_or_else(|| Problem::Internal("this step has no audit chain".to_owned()))?;
        let next = head.after(self.workspace, &event);
        let detail = lucidream::canonical(&event.detail);
        let args: [Arg<'_>; 9] = [
            self.workspace.into(),
            next.seq.into(),
            event.at.into(),
            event.actor.into(),
            event.action.into(),
            (&event.subject).into(),
            (&detail).into(),
            (&head.hash).into(),
            (&next.hash).into(),
        ];
        self.write(
            "INSERT INTO audit (workspace_id, seq, at, actor, action, subject, detail, prev_hash, hash)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            &args,
        )?;
        self.chain = Some(next);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_hash_hangs_on_the_one_before() {
        let event = |detail| Event { at: "t", actor: "cron", action: "a", subject: "s".to_owned(), detail };
        let first = Head::default().after("w", &event(Value::Null));
        let second = first.after("w", &event(Value::Null));
        assert_eq!((first.seq, second.seq), (1, 2));
        assert_ne!(first.hash, second.hash);
        assert_ne!(first.hash, Head::default().after("v", &event(Value::Null)).hash);
        assert_eq!(
            first.hash,
            lucidream::sha256(
                br#"{"action":"a","actor":"cron","at":"t","detail":null,"prev_hash":"","seq":1,"subject":"s","workspace_id":"w"}"#
            )
        );
    }
}
