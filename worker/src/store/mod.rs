//! D1: rows in and out. One step of work is one [`Step`], one batch, one transaction.

mod agents;
mod audit;
mod dreams;
mod memory;
mod pieces;
mod plans;
mod transcripts;

use serde::de::DeserializeOwned;
use wasm_bindgen::JsValue;
use worker::{D1Database, D1PreparedStatement};

use crate::problem::{Problem, Result};

pub(crate) use agents::AgentRow;
pub(crate) use audit::{AuditRow, Event};
pub(crate) use dreams::{DreamRow, NewDream, Planned};
pub(crate) use memory::Cause;
pub(crate) use pieces::{Cutter, MAX_TRANSCRIPT_BYTES, Whole, get_piece, put_piece, too_large};
pub(crate) use transcripts::{NewTranscript, PendingTranscript, Reading, TranscriptRow, parse_format};

/// The schema that the migrations make and that this code reads.
pub(crate) const SCHEMA_VERSION: &str = "2";

/// D1 takes strings of up to 2,000,000 bytes; half of that leaves room for what escaping adds when a chunk is passed on.
/// <https://developers.cloudflare.com/d1/platform/limits/>
const CHUNK_BYTES: usize = 1_000_000;

/// How often a step is tried that others keep overtaking.
const ATTEMPTS: u32 = 24;

/// The database.
pub(crate) struct Store {
    d1: D1Database,
}

/// One value for a `?` of a statement. D1 has no 64-bit integers and refuses `undefined`, so there are only these.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Arg<'a> {
    Text(&'a str),
    Number(f64),
    Null,
}

impl<'a> From<&'a str> for Arg<'a> {
    fn from(text: &'a str) -> Self {
        Arg::Text(text)
    }
}

impl<'a> From<&'a String> for Arg<'a> {
    fn from(text: &'a String) -> Self {
        Arg::Text(text)
    }
}

impl From<u32> for Arg<'_> {
    fn from(number: u32) -> Self {
        Arg::Number(number.into())
    }
}

impl<'a, T: Into<Arg<'a>>> From<Option<T>> for Arg<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Arg::Null, Into::into)
    }
}

impl From<Arg<'_>> for JsValue {
    fn from(arg: Arg<'_>) -> JsValue {
        match arg {
            Arg::Text(text) => JsValue::from_str(text),
            Arg::Number(number) => JsValue::from_f64(number),
            Arg::Null => JsValue::NULL,
        }
    }
}

impl Store {
    pub fn new(d1: D1Database) -> Store {
        Store { d1 }
    }

    fn statement(&self, sql: &str, args: &[Arg<'_>]) -> Result<D1PreparedStatement> {
        let values: Vec<JsValue> = args.iter().map(|arg| JsValue::from(*arg)).collect();
        Ok(self.d1.prepare(sql).bind(&values)?)
    }

    /// All rows of a query.
    pub async fn rows<T: DeserializeOwned>(&self, sql: &str, args: &[Arg<'_>]) -> Result<Vec<T>> {
        Ok(self.statement(sql, args)?.all().await?.results()?)
    }

    /// The first row of a query.
    pub async fn row<T: DeserializeOwned>(&self, sql: &str, args: &[Arg<'_>]) -> Result<Option<T>> {
        Ok(self.rows(sql, args).await?.into_iter().next())
    }

    /// `schema_mismatch` unless the database has the schema of this code.
    pub async fn check_schema(&self) -> Result<()> {
        #[derive(serde::Deserialize)]
        struct Meta {
            value: String,
        }
        let meta: Option<Meta> = self.row("SELECT value FROM meta WHERE key = 'schema_version'", &[]).await?;
        match meta {
            Some(meta) if meta.value == SCHEMA_VERSION => Ok(()),
            other => Err(Problem::SchemaMismatch { found: other.map_or_else(|| "none".to_owned(), |meta| meta.value) }),
        }
    }

    /// A step that leaves no trace in the audit log.
    pub fn step<'s>(&'s self, workspace: &'s str) -> Step<'s> {
        Step { store: self, workspace, statements: Vec::new(), chain: None }
    }

    /// A step that records what it does. Call this before reading what the step depends on: the head of the chain is
    /// read here, and the batch is refused if anything else was recorded in the workspace since.
    pub async fn recorded_step<'s>(&'s self, workspace: &'s str) -> Result<Step<'s>> {
        let chain = Some(self.audit_head(workspace).await?);
        Ok(Step { chain, ..self.step(workspace) })
    }
}

/// The writes of one step of work: all of them or none.
pub(crate) struct Step<'s> {
    store: &'s Store,
    pub workspace: &'s str,
    statements: Vec<D1PreparedStatement>,
    chain: Option<audit::Head>,
}

/// What came of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Written {
    /// All of it is there.
    Done,
    /// None of it is: something that it expects does not hold any more. Look again.
    Overtaken,
}

impl Step<'_> {
    /// Adds one statement.
    pub fn write(&mut self, sql: &str, args: &[Arg<'_>]) -> Result<()> {
        self.statements.push(self.store.statement(sql, args)?);
        Ok(())
    }

    /// Adds a statement for many rows: `sql` reads them from `json_each(?1)`, its other arguments start at `?2`.
    /// Each row is JSON text. (100 bound values are allowed in a statement, so rows cannot be bound one by one.)
    pub fn write_rows(&mut self, sql: &str, args: &[Arg<'_>], rows: Vec<String>) -> Result<()> {
        for chunk in chunks(rows, CHUNK_BYTES) {
            let mut all = vec![Arg::Text(&chunk)];
            all.extend_from_slice(args);
            self.write(sql, &all)?;
        }
        Ok(())
    }

    /// Refuses the whole step unless the condition holds when it is written.
    pub fn expect(&mut self, condition: &str, args: &[Arg<'_>]) -> Result<()> {
        self.write(&format!("INSERT INTO unmet (precondition) SELECT 'unmet' WHERE NOT ({condition})"), args)
    }

    /// Writes all of it, or nothing.
    pub async fn commit(self) -> Result<Written> {
        match self.store.d1.batch(self.statements).await.map_err(Problem::from) {
            Ok(_) => Ok(Written::Done),
            Err(Problem::Internal(message)) if message.contains("constraint failed") => Ok(Written::Overtaken),
            Err(problem) => Err(problem),
        }
    }
}

/// Runs a step until it is written. `once` looks at the state, decides, commits, and gives `None` if it was overtaken.
///
/// `busy` after too many attempts.
pub(crate) async fn until_written<T>(mut once: impl AsyncFnMut() -> Result<Option<T>>) -> Result<T> {
    for attempt in 0..ATTEMPTS {
        if let Some(answer) = once().await? {
            return Ok(answer);
        }
        // Jitter, or those who collided once collide again.
        let millis = js_sys::Math::random() * f64::from(10 * (attempt.min(9) + 1));
        worker::Delay::from(std::time::Duration::from_millis(millis as u64)).await;
    }
    Err(Problem::Busy)
}

/// JSON arrays of at most `limit` bytes each; a row that is longer stands alone.
fn chunks(rows: Vec<String>, limit: usize) -> Vec<String> {
    let mut chunks: Vec<String> = Vec::new();
    for row in rows {
        match chunks.last_mut() {
            Some(chunk) if chunk.len() + row.len() + 2 <= limit => {
                chunk.push(',');
                chunk.push_str(&row);
            }
            _ => chunks.push(format!("[{row}")),
        }
    }
    chunks.iter_mut().for_each(|chunk| chunk.push(']'));
    chunks
}

/// Slices of a text that are at most `limit` bytes long and end at characters.
fn slices(text: &str, limit: usize) -> Vec<&str> {
    let mut slices = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let mut end = limit.min(rest.len());
        while !rest.is_char_boundary(end) {
            end -= 1;
        }
        let (slice, after) = rest.split_at(end);
        slices.push(slice);
        rest = after;
    }
    slices
}

/// The parts of a long text as rows `{part, body}` for [`Step::write_rows`]. JSON escapes at most double plain JSON text.
fn part_rows(text: &str) -> Vec<String> {
    let row = |(part, body): (usize, &str)| serde_json::json!({ "part": part, "body": body }).to_string();
    slices(text, CHUNK_BYTES / 2).into_iter().enumerate().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_packed_into_arrays() {
        let rows = |lengths: &[usize]| lengths.iter().map(|n| "7".repeat(*n)).collect::<Vec<_>>();
        let packed = |lengths: &[usize]| chunks(rows(lengths), 10);
        assert_eq!(packed(&[]), Vec::<String>::new());
        assert_eq!(packed(&[1, 2, 3]), ["[7,77,777]"]);
        assert_eq!(packed(&[1, 2, 4]), ["[7,77]", "[7777]"]);
        assert_eq!(packed(&[30, 1]), [format!("[{}]", "7".repeat(30)), "[7]".to_owned()]);
    }

    #[test]
    fn texts_are_cut_at_characters() {
        assert_eq!(slices("aéb", 2), ["a", "é", "b"]);
        assert_eq!(slices("", 2), Vec::<&str>::new());
        assert_eq!(slices("abcd", 3).concat(), "abcd");
    }
}
