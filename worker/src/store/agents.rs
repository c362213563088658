//! Agents: their configuration and where their memory stands.

use lucidream::{Config, Memory};
use serde::Deserialize;

use super::{Step, Store};
use crate::problem::Result;

/// An agent, with its open dream and what is new since its last one.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct AgentRow {
    pub workspace_id: String,
    pub id: String,
    config: String,
    pub memory_version: u32,
    pub memory_hash: String,
    pub published_version: u32,
    pub last_dream_at: Option<String>,
    pub last_activity_at: Option<String>,
    pub created_at: String,
    pub dream: Option<String>,
    pub dream_state: Option<String>,
    /// Hash of the memory that the open dream is about.
    pub dream_memory: Option<String>,
    /// Transcripts that no dream has accounted for.
    pub new_transcripts: u32,
    /// Sessions in them; a transcript that is not read yet counts as one.
    pub new_sessions: u32,
    /// Those of them that are not read yet.
    pub unread: u32,
}

// Subqueries, not a grouped join: SQLite would count the new transcripts of all agents to tell those of one.
const SELECT: &str = "
    SELECT a.workspace_id, a.id, a.config, a.memory_version, a.memory_hash, a.published_version, a.last_dream_at,
           a.last_activity_at, a.created_at, d.id AS dream, d.state AS dream_state, d.memory_hash AS dream_memory,
           (SELECT COUNT(*) FROM transcripts t
            WHERE t.workspace_id = a.workspace_id AND t.agent_id = a.id AND t.dream_id IS NULL) AS new_transcripts,
           (SELECT COALESCE(SUM(COALESCE((SELECT MAX(r.sessions) FROM readings r WHERE r.workspace_id = t.workspace_id
                                          AND r.transcript = t.hash AND r.format = t.format), 1)), 0)
            FROM transcripts t
            WHERE t.workspace_id = a.workspace_id AND t.agent_id = a.id AND t.dream_id IS NULL) AS new_sessions,
           (SELECT COUNT(*) FROM transcripts t
            WHERE t.workspace_id = a.workspace_id AND t.agent_id = a.id AND t.dream_id IS NULL
              AND NOT EXISTS (SELECT 1 FROM readings r WHERE r.workspace_id = t.workspace_id AND r.transcript = t.hash
                              AND r.format = t.format)) AS unread
    FROM agents a
    LEFT JOIN dreams d ON d.workspace_id = a.workspace_id AND d.agent_id = a.id
                      AND d.state IN ('pending', 'running', 'review')";

impl AgentRow {
    /// The agent's configuration.
    pub fn config(&self) -> Result<Config> {
        Ok(Config::from_json(&self.config)?)
    }

    /// `idle`, `dreaming` or `review`.
    pub fn state(&self) -> &'static str {
        match self.dream_state.as_deref() {
            None => "idle",
            Some("review") => "review",
            Some(_) => "dreaming",
        }
    }
}

impl Store {
    /// An agent of a workspace.
    pub async fn agent(&self, workspace: &str, id: &str) -> Result<Option<AgentRow>> {
        let sql = format!("{SELECT} WHERE a.workspace_id = ? AND a.id = ?");
        self.row(&sql, &[workspace.into(), id.into()]).await
    }

    /// Agents of a workspace after an id, by id.
    pub async fn agents_after(&self, workspace: &str, id: &str, limit: u32) -> Result<Vec<AgentRow>> {
        let sql = format!("{SELECT} WHERE a.workspace_id = ? AND a.id > ? ORDER BY a.id LIMIT ?");
        self.rows(&sql, &[workspace.into(), id.into(), limit.into()]).await
    }

    /// Agents of all workspaces that have something new and at least as much of it as their schedule asks for, after
    /// one of them, by workspace and id. The rest of the schedule is [`crate::cron::due`]'s.
    pub async fn agents_with_news(&self, workspace: &str, id: &str, limit: u32) -> Result<Vec<AgentRow>> {
        let sql = format!(
            "{SELECT} WHERE (a.workspace_id, a.id) > (?, ?) AND new_transcripts > 0
               AND new_sessions >= json_extract(a.config, '$.schedule.min_new_sessions')
             ORDER BY a.workspace_id, a.id LIMIT ?"
        );
        self.rows(&sql, &[workspace.into(), id.into(), limit.into()]).await
    }

    /// Agents whose newest memory is not in KV yet.
    pub async fn unpublished_agents(&self, limit: u32) -> Result<Vec<(String, String)>> {
        #[derive(Deserialize)]
        struct Row {
            workspace_id: String,
            id: String,
        }
        let sql = "SELECT workspace_id, id FROM agents WHERE published_version <> memory_version LIMIT ?";
        let rows: Vec<Row> = self.rows(sql, &[limit.into()]).await?;
        Ok(rows.into_iter().map(|row| (row.workspace_id, row.id)).collect())
    }
}

impl Step<'_> {
    /// Adds an agent with an empty memory.
    pub fn add_agent(&mut self, id: &str, config: &Config, at: &str) -> Result<()> {
        let config = lucidream::canonical(config);
        let hash = lucidream::memory_hash(&Memory::default());
        self.write(
            "INSERT INTO agents (workspace_id, id, config, memory_version, memory_hash, published_version, created_at)
             VALUES (?, ?, ?, 0, ?, 0, ?)",
            &[self.workspace.into(), id.into(), (&config).into(), (&hash).into(), at.into()],
        )
    }

    /// Changes an agent's configuration.
    pub fn configure_agent(&mut self, id: &str, config: &Config) -> Result<()> {
        let config = lucidream::canonical(config);
        let sql = "UPDATE agents SET config = ? WHERE workspace_id = ? AND id = ?";
        self.write(sql, &[(&config).into(), self.workspace.into(), id.into()])
    }

    /// Takes down how often each entry was recalled (JSON, by the entry's id), in place of what was known.
    pub fn use_agent(&mut self, id: &str, usage: &str) -> Result<()> {
        let sql = "UPDATE agents SET usage = ? WHERE workspace_id = ? AND id = ?";
        self.write(sql, &[usage.into(), self.workspace.into(), id.into()])
    }

    /// Notes that a version of the memory is in KV, unless there is a newer one.
    pub fn published(&mut self, id: &str, version: u32) -> Result<()> {
        self.expect(
            "EXISTS (SELECT 1 FROM agents WHERE workspace_id = ? AND id = ? AND memory_version = ?)",
            &[self.workspace.into(), id.into(), version.into()],
        )?;
        let sql = "UPDATE agents SET published_version = ? WHERE workspace_id = ? AND id = ?";
        self.write(sql, &[version.into(), self.workspace.into(), id.into()])
    }
}
