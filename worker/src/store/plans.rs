//! Plans and what is decided about them. A plan is stored in parts and served to the byte.

use lucidream::plan::ReadFate;
use lucidream::{Decision, Digest, ENGINE_VERSION, Inverse, Operation, Plan, Tombstone, TranscriptFate};
use serde::Deserialize;
use serde_json::json;

use super::{Arg, DreamRow, Step, Store, part_rows};
use crate::problem::{Problem, Result};

#[derive(Deserialize)]
struct Body {
    body: String,
}

#[derive(Deserialize)]
struct DigestRow {
    transcript: String,
    position: u32,
    body: String,
}

#[derive(Deserialize)]
struct FateRow {
    transcript: String,
    state: String,
    skipped: String,
    error_code: Option<String>,
    error_message: Option<String>,
}

/// Digests read in one query: 3 kB each as a rule, 150 kB at most.
const PAGE: u32 = 100;

impl Store {
    async fn bodies(&self, sql: &str, workspace: &str, dream: &str) -> Result<Vec<String>> {
        let rows: Vec<Body> = self.rows(sql, &[workspace.into(), dream.into()]).await?;
        Ok(rows.into_iter().map(|row| row.body).collect())
    }

    /// A dream's plan, checked against its hash. `None` while there is none.
    pub async fn plan(&self, workspace: &str, dream: &str) -> Result<Option<Plan>> {
        let sql = "SELECT body FROM plan_parts WHERE workspace_id = ? AND dream_id = ? ORDER BY part";
        let parts = self.bodies(sql, workspace, dream).await?;
        if parts.is_empty() {
            return Ok(None);
        }
        let mut plan: Plan = serde_json::from_str(&parts.concat())?;
        let sql = "SELECT body FROM operations WHERE workspace_id = ? AND dream_id = ? ORDER BY position";
        for body in self.bodies(sql, workspace, dream).await? {
            plan.operations.push(serde_json::from_str(&body)?);
        }
        lucidream::verify_plan(&plan).map_err(|error| Problem::Internal(format!("stored plan of {dream}: {error}")))?;
        Ok(Some(plan))
    }

    /// The digests that a dream is made of.
    pub async fn digests(&self, dream: &DreamRow) -> Result<Vec<Digest>> {
        // The plus keeps SQLite from ranging over the digests of all transcripts instead of looking each transcript's up.
        let sql = "
            SELECT g.transcript, g.position, g.body
            FROM dreams d
            CROSS JOIN json_each(d.transcripts) j
            CROSS JOIN transcripts t ON t.workspace_id = d.workspace_id AND t.agent_id = d.agent_id AND t.hash = j.value
            JOIN digests g ON g.workspace_id = t.workspace_id AND g.transcript = t.hash AND g.format = t.format
                          AND g.engine = ?
            WHERE d.workspace_id = ? AND d.id = ? AND (+g.transcript, +g.position) > (?, ?)
            ORDER BY g.transcript, g.position LIMIT ?";
        let mut digests = Vec::new();
        let mut last = (String::new(), 0_u32);
        loop {
            let (transcript, position) = &last;
            let (workspace, id) = (&dream.workspace_id, &dream.id);
            let args: [Arg<'_>; 6] = [
                ENGINE_VERSION.into(),
                workspace.into(),
                id.into(),
                transcript.into(),
                (*position).into(),
                PAGE.into(),
            ];
            let rows: Vec<DigestRow> = self.rows(sql, &args).await?;
            let Some(end) = rows.last() else { return Ok(digests) };
            last = (end.transcript.clone(), end.position);
            for row in &rows {
                digests.push(serde_json::from_str(&row.body)?);
            }
        }
    }

    /// What became of the transcripts that gave no digest, and of the new ones that did not fit.
    pub async fn fates(&self, dream: &DreamRow) -> Result<Vec<TranscriptFate>> {
        let sql = "
            SELECT t.hash AS transcript, r.state, r.skipped, r.error_code, r.error_message
            FROM dreams d
            CROSS JOIN json_each(d.transcripts) j
            CROSS JOIN transcripts t ON t.workspace_id = d.workspace_id AND t.agent_id = d.agent_id AND t.hash = j.value
            JOIN readings r ON r.workspace_id = t.workspace_id AND r.transcript = t.hash AND r.format = t.format
                           AND r.engine = ?3
            WHERE d.workspace_id = ?1 AND d.id = ?2 AND r.sessions = 0
            UNION ALL
            SELECT j.value, 'left_out', '', NULL, NULL
            FROM dreams d JOIN json_each(d.left_out) j WHERE d.workspace_id = ?1 AND d.id = ?2";
        let rows: Vec<FateRow> =
            self.rows(sql, &[(&dream.workspace_id).into(), (&dream.id).into(), ENGINE_VERSION.into()]).await?;
        Ok(rows.into_iter().map(FateRow::fate).collect())
    }

    /// All rejections about an agent's memory.
    pub async fn tombstones(&self, workspace: &str, agent: &str) -> Result<Vec<Tombstone>> {
        let sql =
            "SELECT body FROM tombstones WHERE workspace_id = ? AND agent_id = ? ORDER BY created_at, dream_id, op";
        let bodies = self.bodies(sql, workspace, agent).await?;
        bodies.iter().map(|body| Ok(serde_json::from_str(body)?)).collect()
    }

    /// What undoes a dream, if anything was applied.
    pub async fn inverse(&self, workspace: &str, dream: &str) -> Result<Option<Inverse>> {
        let sql = "SELECT body FROM inverses WHERE workspace_id = ? AND dream_id = ? ORDER BY part";
        let parts = self.bodies(sql, workspace, dream).await?;
        if parts.is_empty() { Ok(None) } else { Ok(Some(serde_json::from_str(&parts.concat())?)) }
    }
}

impl FateRow {
    fn fate(self) -> TranscriptFate {
        let (fate, why) = match self.state.as_str() {
            "left_out" => (ReadFate::Skipped, "over max_sessions, and older than those that were read".to_owned()),
            "failed" => {
                let code = self.error_code.unwrap_or_default();
                (ReadFate::Failed, format!("{code}: {}", self.error_message.unwrap_or_default()))
            }
            _ => (ReadFate::Skipped, format!("no session in it; passed over: {}", self.skipped)),
        };
        TranscriptFate { id: self.transcript, fate, why: Some(why), sessions: 0, left_out: Vec::new() }
    }
}

impl Step<'_> {
    /// Adds a dream's plan.
    pub fn add_plan(&mut self, dream: &str, mut plan: Plan) -> Result<()> {
        let args = [self.workspace.into(), dream.into()];
        let operations = std::mem::take(&mut plan.operations);
        self.write_rows(
            "INSERT INTO plan_parts (workspace_id, dream_id, part, body)
             SELECT ?2, ?3, value ->> 'part', value ->> 'body' FROM json_each(?1)",
            &args,
            part_rows(&lucidream::canonical(&plan)),
        )?;
        let row = |(position, operation): (usize, &Operation)| {
            let (id, kind, body) = (&operation.id, operation.kind, lucidream::canonical(operation));
            json!({ "op": id, "position": position, "kind": kind, "body": body }).to_string()
        };
        self.write_rows(
            "INSERT INTO operations (workspace_id, dream_id, op, position, kind, body)
             SELECT ?2, ?3, value ->> 'op', value ->> 'position', value ->> 'kind', value ->> 'body' FROM json_each(?1)",
            &args,
            operations.iter().enumerate().map(row).collect(),
        )
    }

    /// Adds what a person said about each operation.
    pub fn add_decisions(&mut self, dream: &str, decisions: &[Decision], actor: &str, at: &str) -> Result<()> {
        self.write_rows(
            "INSERT INTO decisions (workspace_id, dream_id, op, decision, text, reason, actor, decided_at)
             SELECT ?2, ?3, value ->> 'op', value ->> 'decision', value ->> 'text', value ->> 'reason', ?4, ?5
             FROM json_each(?1)",
            &[self.workspace.into(), dream.into(), actor.into(), at.into()],
            decisions.iter().map(lucidream::canonical).collect(),
        )
    }

    /// Adds what must not be proposed again.
    /// `cause` is the dream in which that was decided, or the writing of the memory that deleted entries.
    pub fn add_tombstones(&mut self, agent: &str, cause: &str, tombstones: &[Tombstone], at: &str) -> Result<()> {
        let row =
            |tombstone: &Tombstone| json!({ "op": tombstone.op, "body": lucidream::canonical(tombstone) }).to_string();
        self.write_rows(
            "INSERT INTO tombstones (workspace_id, agent_id, dream_id, op, body, created_at)
             SELECT ?2, ?3, ?4, value ->> 'op', value ->> 'body', ?5 FROM json_each(?1)",
            &[self.workspace.into(), agent.into(), cause.into(), at.into()],
            tombstones.iter().map(row).collect(),
        )
    }

    /// Adds what undoes the dream.
    pub fn add_inverse(&mut self, dream: &str, inverse: &Inverse) -> Result<()> {
        self.write_rows(
            "INSERT INTO inverses (workspace_id, dream_id, part, body)
             SELECT ?2, ?3, value ->> 'part', value ->> 'body' FROM json_each(?1)",
            &[self.workspace.into(), dream.into()],
            part_rows(&lucidream::canonical(inverse)),
        )
    }
}
