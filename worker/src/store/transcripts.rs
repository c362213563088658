//! Transcripts, and what the engine read in them.

use lucidream::{Digest, ENGINE_VERSION, Format};
use serde::Deserialize;
use serde_json::json;

use super::{Arg, Step, Store};
use crate::problem::Result;

/// A transcript with its newest reading.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct TranscriptRow {
    pub hash: String,
    pub bytes: u32,
    pieces: String,
    /// As the client named it; empty where the engine finds out.
    pub format: String,
    pub uploaded_at: String,
    pub dream_id: Option<String>,
    /// `digested`, `failed`, or absent while it is not read.
    pub state: Option<String>,
    pub found_format: Option<String>,
    pub sessions: Option<u32>,
    pub error_code: Option<String>,
    pub error_message: Option<String>,
}

const SELECT: &str = "
    SELECT t.hash, t.bytes, t.pieces, t.format, t.uploaded_at, t.dream_id,
           r.state, r.found_format, r.sessions, r.error_code, r.error_message
    FROM transcripts t
    LEFT JOIN readings r ON r.rowid = (
        SELECT l.rowid FROM readings l
        WHERE l.workspace_id = t.workspace_id AND l.transcript = t.hash AND l.format = t.format
        ORDER BY l.read_at DESC, l.rowid DESC LIMIT 1)";

impl TranscriptRow {
    /// Hashes of its pieces, in order.
    pub fn pieces(&self) -> Result<Vec<String>> {
        Ok(serde_json::from_str(&self.pieces)?)
    }

    /// The format to read it as, where the client named one.
    pub fn format(&self) -> Option<Format> {
        parse_format(&self.format)
    }
}

/// A format by its name on the wire.
pub(crate) fn parse_format(name: &str) -> Option<Format> {
    serde_json::from_value(json!(name)).ok()
}

/// A transcript to add.
pub(crate) struct NewTranscript<'a> {
    pub agent: &'a str,
    pub hash: &'a str,
    pub bytes: u32,
    pub pieces: &'a [String],
    pub format: &'a str,
    pub at: &'a str,
}

/// What the engine made of a transcript: digests, or why there are none.
pub(crate) struct Reading<'a> {
    pub transcript: &'a str,
    pub format: &'a str,
    pub found_format: Option<String>,
    pub skipped: String,
    pub digests: Vec<Digest>,
    pub error: Option<(&'static str, String)>,
    pub at: &'a str,
}

/// A transcript of a dream that this engine version has not read yet.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct PendingTranscript {
    pub hash: String,
}

impl Store {
    /// A transcript of an agent.
    pub async fn transcript(&self, workspace: &str, agent: &str, hash: &str) -> Result<Option<TranscriptRow>> {
        let sql = format!("{SELECT} WHERE t.workspace_id = ? AND t.agent_id = ? AND t.hash = ?");
        self.row(&sql, &[workspace.into(), agent.into(), hash.into()]).await
    }

    /// A transcript of any agent of the workspace.
    pub async fn transcript_of_any(&self, workspace: &str, hash: &str) -> Result<Option<TranscriptRow>> {
        let sql = format!("{SELECT} WHERE t.workspace_id = ? AND t.hash = ? LIMIT 1");
        self.row(&sql, &[workspace.into(), hash.into()]).await
    }

    /// An agent's transcripts, newest first, from before a time and hash on.
    pub async fn transcripts_before(
        &self,
        workspace: &str,
        agent: &str,
        (at, hash): (&str, &str),
        limit: u32,
    ) -> Result<Vec<TranscriptRow>> {
        let sql = format!(
            "{SELECT} WHERE t.workspace_id = ? AND t.agent_id = ? AND (t.uploaded_at, t.hash) < (?, ?)
             ORDER BY t.uploaded_at DESC, t.hash DESC LIMIT ?"
        );
        self.rows(&sql, &[workspace.into(), agent.into(), at.into(), hash.into(), limit.into()]).await
    }

    /// Hashes of an agent's transcripts, newest first, and whether each is new.
    pub async fn newest_transcripts(&self, workspace: &str, agent: &str, limit: u32) -> Result<Vec<String>> {
        let sql = "SELECT hash FROM transcripts WHERE workspace_id = ? AND agent_id = ?
                   ORDER BY uploaded_at DESC, hash DESC LIMIT ?";
        self.hashes(sql, &[workspace.into(), agent.into(), limit.into()]).await
    }

    /// Hashes of an agent's transcripts that no dream has accounted for, newest first.
    pub async fn new_transcripts(&self, workspace: &str, agent: &str, limit: u32) -> Result<Vec<String>> {
        let sql = "SELECT hash FROM transcripts WHERE workspace_id = ? AND agent_id = ? AND dream_id IS NULL
                   ORDER BY uploaded_at DESC, hash DESC LIMIT ?";
        self.hashes(sql, &[workspace.into(), agent.into(), limit.into()]).await
    }

    async fn hashes(&self, sql: &str, args: &[Arg<'_>]) -> Result<Vec<String>> {
        let rows: Vec<PendingTranscript> = self.rows(sql, args).await?;
        Ok(rows.into_iter().map(|row| row.hash).collect())
    }

    /// Whether this engine version has read a transcript, whatever came of it.
    pub async fn is_read(&self, workspace: &str, transcript: &str, format: &str) -> Result<bool> {
        let sql = "SELECT transcript AS hash FROM readings
                   WHERE workspace_id = ? AND transcript = ? AND format = ? AND engine = ?";
        let args = [workspace.into(), transcript.into(), format.into(), ENGINE_VERSION.into()];
        Ok(self.row::<PendingTranscript>(sql, &args).await?.is_some())
    }
}

impl Step<'_> {
    /// Adds a transcript; refused if it is there already.
    pub fn add_transcript(&mut self, new: &NewTranscript<'_>) -> Result<()> {
        let pieces = json!(new.pieces).to_string();
        self.write(
            "INSERT INTO transcripts (workspace_id, agent_id, hash, bytes, pieces, format, uploaded_at)
             VALUES (?, ?, ?, ?, ?, ?, ?)",
            &[
                self.workspace.into(),
                new.agent.into(),
                new.hash.into(),
                new.bytes.into(),
                (&pieces).into(),
                new.format.into(),
                new.at.into(),
            ],
        )?;
        let sql = "UPDATE agents SET last_activity_at = ? WHERE workspace_id = ? AND id = ?";
        self.write(sql, &[new.at.into(), self.workspace.into(), new.agent.into()])
    }

    /// Changes the format that a transcript is to be read as.
    pub fn name_format(&mut self, agent: &str, hash: &str, format: &str) -> Result<()> {
        let sql = "UPDATE transcripts SET format = ? WHERE workspace_id = ? AND agent_id = ? AND hash = ?";
        self.write(sql, &[format.into(), self.workspace.into(), agent.into(), hash.into()])
    }

    /// Adds what was read. The same reading again, however late, changes nothing.
    pub fn add_reading(&mut self, reading: &Reading<'_>) -> Result<()> {
        let key: [Arg<'_>; 4] =
            [self.workspace.into(), reading.transcript.into(), reading.format.into(), ENGINE_VERSION.into()];
        let (code, message) = reading.error.as_ref().map(|(code, message)| (*code, message)).unzip();
        let state = if reading.error.is_some() { "failed" } else { "digested" };
        let sessions = u32::try_from(reading.digests.len()).unwrap_or(u32::MAX);
        let rest: [Arg<'_>; 7] = [
            state.into(),
            reading.found_format.as_ref().into(),
            sessions.into(),
            (&reading.skipped).into(),
            code.into(),
            message.into(),
            reading.at.into(),
        ];
        self.write(
            "INSERT OR IGNORE INTO readings (workspace_id, transcript, format, engine, state, found_format, sessions,
                 skipped, error_code, error_message, read_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            &[key.as_slice(), rest.as_slice()].concat(),
        )?;
        let row = |(position, digest): (usize, &Digest)| {
            json!({ "position": position, "session": digest.session, "body": lucidream::canonical(digest) }).to_string()
        };
        self.write_rows(
            "INSERT OR IGNORE INTO digests (workspace_id, transcript, format, engine, position, session, body)
             SELECT ?2, ?3, ?4, ?5, value ->> 'position', value ->> 'session', value ->> 'body' FROM json_each(?1)",
            &key,
            reading.digests.iter().enumerate().map(row).collect(),
        )
    }
}
