//! Dreams: their rows, and every change of their state.

use std::collections::BTreeMap;

use lucidream::memory::Usage;
use lucidream::{Config, ENGINE_VERSION};
use serde::Deserialize;
use serde_json::json;

use super::{PendingTranscript, Step, Store};
use crate::problem::Result;

/// A dream, with the memory that its agent has now.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct DreamRow {
    pub workspace_id: String,
    pub id: String,
    pub agent_id: String,
    pub state: String,
    pub cause: String,
    pub now: String,
    config: String,
    pub memory_version: u32,
    pub memory_hash: String,
    pub created_at: String,
    pub lease_until: String,
    pub attempts: u32,
    pub started_at: Option<String>,
    pub engine: Option<String>,
    pub plan_hash: Option<String>,
    pub held: Option<u32>,
    pub operations: Option<u32>,
    pub quarantined: Option<u32>,
    pub sessions: Option<u32>,
    pub report: Option<String>,
    pub error_code: Option<String>,
    pub error_message: Option<String>,
    pub finished_at: Option<String>,
    pub decision_key: Option<String>,
    pub decision_hash: Option<String>,
    pub result: Option<String>,
    pub decided_at: Option<String>,
    pub undo_result: Option<String>,
    pub undone_at: Option<String>,
    /// Transcripts that it reads.
    pub total: u32,
    /// New transcripts that did not fit.
    pub left_out: u32,
    /// Version of the agent's memory now.
    pub current_version: u32,
    /// Hash of the agent's memory now.
    pub current_hash: String,
}

const SELECT: &str = "
    SELECT d.workspace_id, d.id, d.agent_id, d.state, d.cause, d.now, d.config, d.memory_version, d.memory_hash,
           d.created_at, d.lease_until, d.attempts, d.started_at, d.engine, d.plan_hash, d.held, d.operations,
           d.quarantined, d.sessions, d.report, d.error_code, d.error_message, d.finished_at, d.decision_key,
           d.decision_hash, d.result, d.decided_at, d.undo_result, d.undone_at,
           json_array_length(d.transcripts) AS total, json_array_length(d.left_out) AS left_out,
           a.memory_version AS current_version, a.memory_hash AS current_hash
    FROM dreams d JOIN agents a ON a.workspace_id = d.workspace_id AND a.id = d.agent_id";

/// The reading of each of a dream's transcripts, where it is there. CROSS JOIN keeps the order: SQLite would go through all
/// transcripts of the agent, and through the dream's list for each.
const READINGS: &str = "
    FROM dreams d
    CROSS JOIN json_each(d.transcripts) j
    CROSS JOIN transcripts t ON t.workspace_id = d.workspace_id AND t.agent_id = d.agent_id AND t.hash = j.value
    LEFT JOIN readings r ON r.workspace_id = t.workspace_id AND r.transcript = t.hash AND r.format = t.format AND r.engine = ?
    WHERE d.workspace_id = ? AND d.id = ?";

impl DreamRow {
    /// The configuration that the dream was started with.
    pub fn config(&self) -> Result<Config> {
        Ok(Config::from_json(&self.config)?)
    }

    /// Whether it still works towards a plan.
    pub fn is_running(&self) -> bool {
        matches!(self.state.as_str(), "pending" | "running")
    }

    /// Whether the agent has another memory now than the one that the dream is about.
    pub fn is_stale(&self) -> bool {
        self.memory_hash != self.current_hash
    }
}

/// A dream to start.
pub(crate) struct NewDream<'a> {
    pub id: &'a str,
    pub agent: &'a str,
    pub cause: &'a str,
    pub now: &'a str,
    pub config: &'a Config,
    pub memory: (u32, &'a str),
    pub transcripts: &'a [String],
    pub left_out: &'a [String],
    pub idempotency_key: Option<&'a str>,
    pub lease_until: &'a str,
}

/// How a dream's plan came out, in short.
pub(crate) struct Planned<'a> {
    pub state: &'a str,
    pub engine: &'a str,
    pub plan_hash: &'a str,
    pub held: bool,
    pub operations: u32,
    pub quarantined: u32,
    pub sessions: u32,
    pub report: &'a str,
    pub result: Option<&'a str>,
    pub at: &'a str,
}

/// How far the reading of a dream's transcripts is.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(crate) struct Progress {
    pub digested: u32,
    pub failed: u32,
}

impl Store {
    /// A dream of a workspace.
    pub async fn dream(&self, workspace: &str, id: &str) -> Result<Option<DreamRow>> {
        let sql = format!("{SELECT} WHERE d.workspace_id = ? AND d.id = ?");
        self.row(&sql, &[workspace.into(), id.into()]).await
    }

    /// The dream that a request with this Idempotency-Key started.
    pub async fn dream_of_key(&self, workspace: &str, agent: &str, key: &str) -> Result<Option<DreamRow>> {
        let sql = format!("{SELECT} WHERE d.workspace_id = ? AND d.agent_id = ? AND d.idempotency_key = ?");
        self.row(&sql, &[workspace.into(), agent.into(), key.into()]).await
    }

    /// Dreams of a workspace, newest first, from before a time and id on; of one agent or state where given.
    pub async fn dreams_before(
        &self,
        workspace: &str,
        (agent, state): (Option<&str>, Option<&str>),
        (at, id): (&str, &str),
        limit: u32,
    ) -> Result<Vec<DreamRow>> {
        let sql = format!(
            "{SELECT} WHERE d.workspace_id = ?1 AND (?2 IS NULL OR d.agent_id = ?2) AND (?3 IS NULL OR d.state = ?3)
             AND (d.created_at, d.id) < (?4, ?5) ORDER BY d.created_at DESC, d.id DESC LIMIT ?6"
        );
        self.rows(&sql, &[workspace.into(), agent.into(), state.into(), at.into(), id.into(), limit.into()]).await
    }

    /// Dreams of all workspaces whose lease ran out.
    pub async fn abandoned_dreams(&self, now: &str, limit: u32) -> Result<Vec<DreamRow>> {
        let sql = format!("{SELECT} WHERE d.state IN ('pending', 'running') AND d.lease_until < ? LIMIT ?");
        self.rows(&sql, &[now.into(), limit.into()]).await
    }

    /// Transcripts of a dream that this engine version has not read.
    pub async fn unread_transcripts(&self, workspace: &str, dream: &str) -> Result<Vec<PendingTranscript>> {
        let sql = format!("SELECT t.hash {READINGS} AND r.transcript IS NULL");
        self.rows(&sql, &[ENGINE_VERSION.into(), workspace.into(), dream.into()]).await
    }

    /// How often each entry was recalled, as it was known when the dream started.
    pub async fn usage(&self, workspace: &str, dream: &str) -> Result<BTreeMap<String, Usage>> {
        #[derive(Deserialize)]
        struct Row {
            usage: String,
        }
        let sql = "SELECT usage FROM dreams WHERE workspace_id = ? AND id = ?";
        let row: Option<Row> = self.row(sql, &[workspace.into(), dream.into()]).await?;
        row.map_or_else(|| Ok(BTreeMap::new()), |row| Ok(serde_json::from_str(&row.usage)?))
    }

    /// How many of a dream's transcripts are digested, and how many failed.
    pub async fn progress(&self, workspace: &str, dream: &str) -> Result<Progress> {
        let sql = format!(
            "SELECT COUNT(*) FILTER (WHERE r.state = 'digested') AS digested,
                    COUNT(*) FILTER (WHERE r.state = 'failed') AS failed {READINGS}"
        );
        let progress = self.row(&sql, &[ENGINE_VERSION.into(), workspace.into(), dream.into()]).await?;
        Ok(progress.unwrap_or(Progress { digested: 0, failed: 0 }))
    }
}

impl Step<'_> {
    /// Adds a dream; refused if the agent has an open one.
    pub fn add_dream(&mut self, new: &NewDream<'_>) -> Result<()> {
        let config = lucidream::canonical(new.config);
        let (transcripts, left_out) = (json!(new.transcripts).to_string(), json!(new.left_out).to_string());
        self.write(
            "INSERT INTO dreams (workspace_id, id, agent_id, state, cause, now, config, memory_version, memory_hash,
                 transcripts, left_out, idempotency_key, created_at, lease_until, attempts, usage)
             SELECT ?1, ?2, ?3, 'pending', ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?5, ?12, 0, a.usage
             FROM agents a WHERE a.workspace_id = ?1 AND a.id = ?3",
            &[
                self.workspace.into(),
                new.id.into(),
                new.agent.into(),
                new.cause.into(),
                new.now.into(),
                (&config).into(),
                new.memory.0.into(),
                new.memory.1.into(),
                (&transcripts).into(),
                (&left_out).into(),
                new.idempotency_key.into(),
                new.lease_until.into(),
            ],
        )?;
        let sql = "UPDATE agents SET last_dream_at = ? WHERE workspace_id = ? AND id = ?";
        self.write(sql, &[new.now.into(), self.workspace.into(), new.agent.into()])
    }

    /// Refuses the step unless the dream is in one of the states (an SQL list).
    pub fn expect_dream(&mut self, dream: &str, states: &str) -> Result<()> {
        let condition =
            format!("EXISTS (SELECT 1 FROM dreams WHERE workspace_id = ? AND id = ? AND state IN {states})");
        self.expect(&condition, &[self.workspace.into(), dream.into()])
    }

    /// Notes that a dream is being worked on, if it still is.
    pub fn keep_dream(&mut self, dream: &str, at: &str, lease_until: &str) -> Result<()> {
        self.write(
            "UPDATE dreams SET state = 'running', started_at = COALESCE(started_at, ?), lease_until = ?
             WHERE workspace_id = ? AND id = ? AND state IN ('pending', 'running')",
            &[at.into(), lease_until.into(), self.workspace.into(), dream.into()],
        )
    }

    /// Takes an abandoned dream up again; refused if another did.
    pub fn retake_dream(&mut self, dream: &DreamRow, lease_until: &str) -> Result<()> {
        self.expect(
            "EXISTS (SELECT 1 FROM dreams WHERE workspace_id = ? AND id = ? AND lease_until = ? AND attempts = ?)",
            &[self.workspace.into(), (&dream.id).into(), (&dream.lease_until).into(), dream.attempts.into()],
        )?;
        let sql = "UPDATE dreams SET lease_until = ?, attempts = attempts + 1 WHERE workspace_id = ? AND id = ?";
        self.write(sql, &[lease_until.into(), self.workspace.into(), (&dream.id).into()])
    }

    /// Closes a running dream with its plan, and accounts for its transcripts.
    pub fn finish_dream(&mut self, dream: &str, planned: &Planned<'_>) -> Result<()> {
        self.expect_dream(dream, "('pending', 'running')")?;
        self.write(
            "UPDATE dreams SET state = ?1, engine = ?2, plan_hash = ?3, held = ?4, operations = ?5, quarantined = ?6,
                 sessions = ?7, report = ?8, result = ?9, started_at = COALESCE(started_at, ?10), finished_at = ?10
             WHERE workspace_id = ?11 AND id = ?12",
            &[
                planned.state.into(),
                planned.engine.into(),
                planned.plan_hash.into(),
                u32::from(planned.held).into(),
                planned.operations.into(),
                planned.quarantined.into(),
                planned.sessions.into(),
                planned.report.into(),
                planned.result.into(),
                planned.at.into(),
                self.workspace.into(),
                dream.into(),
            ],
        )?;
        self.write(
            "UPDATE transcripts SET dream_id = ?2 WHERE workspace_id = ?1 AND dream_id IS NULL
             AND agent_id = (SELECT agent_id FROM dreams WHERE workspace_id = ?1 AND id = ?2)
             AND hash IN (SELECT j.value FROM dreams d, json_each(d.transcripts) j WHERE d.workspace_id = ?1 AND d.id = ?2
                          UNION ALL
                          SELECT j.value FROM dreams d, json_each(d.left_out) j WHERE d.workspace_id = ?1 AND d.id = ?2)",
            &[self.workspace.into(), dream.into()],
        )
    }

    /// Closes an open dream without a result. Its transcripts are new again.
    pub fn give_up_dream(&mut self, dream: &str, state: &str, error: Option<(&str, &str)>, at: &str) -> Result<()> {
        let (code, message) = error.unzip();
        self.expect_dream(dream, "('pending', 'running', 'review')")?;
        self.write(
            "UPDATE dreams SET state = ?, error_code = ?, error_message = ?, finished_at = COALESCE(finished_at, ?)
             WHERE workspace_id = ? AND id = ?",
            &[state.into(), code.into(), message.into(), at.into(), self.workspace.into(), dream.into()],
        )?;
        self.write(
            "UPDATE transcripts SET dream_id = NULL WHERE workspace_id = ?1 AND dream_id = ?2
             AND agent_id = (SELECT agent_id FROM dreams WHERE workspace_id = ?1 AND id = ?2)",
            &[self.workspace.into(), dream.into()],
        )
    }

    /// Closes a dream in review with what was decided.
    pub fn decide_dream(
        &mut self,
        dream: &str,
        (key, hash): (Option<&str>, &str),
        result: &str,
        at: &str,
    ) -> Result<()> {
        self.expect_dream(dream, "('review')")?;
        self.write(
            "UPDATE dreams SET state = 'completed', decision_key = ?, decision_hash = ?, result = ?, decided_at = ?
             WHERE workspace_id = ? AND id = ?",
            &[key.into(), hash.into(), result.into(), at.into(), self.workspace.into(), dream.into()],
        )
    }

    /// Notes that a completed dream was undone; refused if it was already.
    pub fn undo_dream(&mut self, dream: &str, result: &str, at: &str) -> Result<()> {
        self.expect(
            "EXISTS (SELECT 1 FROM dreams WHERE workspace_id = ? AND id = ? AND state = 'completed' AND undone_at IS NULL)",
            &[self.workspace.into(), dream.into()],
        )?;
        let sql = "UPDATE dreams SET undo_result = ?, undone_at = ? WHERE workspace_id = ? AND id = ?";
        self.write(sql, &[result.into(), at.into(), self.workspace.into(), dream.into()])
    }
}
