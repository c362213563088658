//! Memories: every version can be read back to the byte.

use lucidream::memory::File;
use lucidream::{Entry, Memory};
use serde::Deserialize;
use serde_json::json;
use std::collections::BTreeMap;

use super::{Step, Store, part_rows};
use crate::problem::Result;

/// Why a version was written.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Cause<'a> {
    /// Somebody wrote the whole store.
    Put,
    /// A dream's decisions were applied.
    Dream(&'a str),
    /// A dream was undone.
    Undo(&'a str),
}

impl<'a> Cause<'a> {
    fn name(self) -> &'static str {
        match self {
            Cause::Put => "put",
            Cause::Dream(_) => "dream",
            Cause::Undo(_) => "undo",
        }
    }

    fn dream(self) -> Option<&'a str> {
        match self {
            Cause::Put => None,
            Cause::Dream(dream) | Cause::Undo(dream) => Some(dream),
        }
    }
}

#[derive(Deserialize)]
struct VersionRow {
    schema: String,
    counter: u32,
}

#[derive(Deserialize)]
struct EntryRow {
    position: u32,
    body: String,
}

/// Entries read in one query: 100 kB each at most by default, so a page stays far below what D1 returns at once.
const PAGE: u32 = 200;

impl Store {
    /// A version of an agent's memory. Version 0 is the empty store; `None` for one that was never written.
    pub async fn memory(&self, workspace: &str, agent: &str, version: u32) -> Result<Option<Memory>> {
        if version == 0 {
            return Ok(Some(Memory::default()));
        }
        let sql = "SELECT schema, counter FROM memory_versions WHERE workspace_id = ? AND agent_id = ? AND version = ?";
        let head: Option<VersionRow> = self.row(sql, &[workspace.into(), agent.into(), version.into()]).await?;
        let Some(head) = head else { return Ok(None) };
        let entries = self.entries(workspace, agent, version).await?;
        let files = self.files(workspace, agent, version).await?;
        Ok(Some(Memory { schema: head.schema, version: head.counter, entries, files }))
    }

    /// The owner's files as they stood at a version: those that were written last until then.
    async fn files(&self, workspace: &str, agent: &str, version: u32) -> Result<Vec<File>> {
        #[derive(Deserialize)]
        struct Part {
            body: String,
        }
        let sql = "SELECT body FROM memory_files WHERE workspace_id = ?1 AND agent_id = ?2 AND version =
                     (SELECT MAX(version) FROM memory_files WHERE workspace_id = ?1 AND agent_id = ?2 AND version <= ?3)
                   ORDER BY part";
        let parts: Vec<Part> = self.rows(sql, &[workspace.into(), agent.into(), version.into()]).await?;
        let json: String = parts.into_iter().map(|part| part.body).collect();
        if json.is_empty() { Ok(Vec::new()) } else { Ok(serde_json::from_str(&json)?) }
    }

    async fn entries(&self, workspace: &str, agent: &str, version: u32) -> Result<Vec<Entry>> {
        let sql = "SELECT position, body FROM memory_entries
                   WHERE workspace_id = ?1 AND agent_id = ?2 AND from_version <= ?3
                     AND (to_version IS NULL OR to_version > ?3) AND position >= ?4
                   ORDER BY position LIMIT ?5";
        let mut entries = Vec::new();
        let mut next = 0;
        loop {
            let args = [workspace.into(), agent.into(), version.into(), next.into(), PAGE.into()];
            let rows: Vec<EntryRow> = self.rows(sql, &args).await?;
            let Some(last) = rows.last() else { return Ok(entries) };
            next = last.position + 1;
            for row in &rows {
                entries.push(serde_json::from_str(&row.body)?);
            }
        }
    }
}

impl Step<'_> {
    /// Writes the version after `before`; refused if that is not the newest any more.
    pub fn add_memory_version(
        &mut self,
        agent: &str,
        (version, before): (u32, &Memory),
        after: &Memory,
        cause: Cause<'_>,
        at: &str,
    ) -> Result<()> {
        let next = version + 1;
        let hash = lucidream::memory_hash(after);
        self.expect(
            "EXISTS (SELECT 1 FROM agents WHERE workspace_id = ? AND id = ? AND memory_version = ?)",
            &[self.workspace.into(), agent.into(), version.into()],
        )?;
        self.write(
            "INSERT INTO memory_versions (workspace_id, agent_id, version, schema, counter, hash, cause, dream_id, created_at)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            &[
                self.workspace.into(),
                agent.into(),
                next.into(),
                (&after.schema).into(),
                after.version.into(),
                (&hash).into(),
                cause.name().into(),
                cause.dream().into(),
                at.into(),
            ],
        )?;
        let change = Change::between(&before.entries, &after.entries);
        self.write_rows(
            "UPDATE memory_entries SET to_version = ?4 WHERE workspace_id = ?2 AND agent_id = ?3 AND to_version IS NULL
             AND entry_id IN (SELECT value FROM json_each(?1))",
            &[self.workspace.into(), agent.into(), next.into()],
            change.closed.iter().map(|id| json!(id).to_string()).collect(),
        )?;
        let row = |(position, entry): &(usize, &Entry)| {
            json!({ "id": entry.id, "position": position, "body": lucidream::canonical(entry) }).to_string()
        };
        self.write_rows(
            "INSERT INTO memory_entries (workspace_id, agent_id, entry_id, from_version, position, body)
             SELECT ?2, ?3, value ->> 'id', ?4, value ->> 'position', value ->> 'body' FROM json_each(?1)",
            &[self.workspace.into(), agent.into(), next.into()],
            change.opened.iter().map(row).collect(),
        )?;
        if before.files != after.files {
            self.write_rows(
                "INSERT INTO memory_files (workspace_id, agent_id, version, part, body)
                 SELECT ?2, ?3, ?4, value ->> 'part', value ->> 'body' FROM json_each(?1)",
                &[self.workspace.into(), agent.into(), next.into()],
                part_rows(&lucidream::canonical(&after.files)),
            )?;
        }
        let sql = "UPDATE agents SET memory_version = ?, memory_hash = ? WHERE workspace_id = ? AND id = ?";
        self.write(sql, &[next.into(), (&hash).into(), self.workspace.into(), agent.into()])
    }
}

/// What differs between two versions: entries whose row ends, and rows that begin.
#[derive(Debug, PartialEq)]
struct Change<'a> {
    closed: Vec<&'a str>,
    opened: Vec<(usize, &'a Entry)>,
}

impl<'a> Change<'a> {
    fn between(before: &'a [Entry], after: &'a [Entry]) -> Change<'a> {
        let place = |entries: &'a [Entry]| -> BTreeMap<&'a str, (usize, &'a Entry)> {
            entries.iter().enumerate().map(|(position, entry)| (entry.id.as_str(), (position, entry))).collect()
        };
        let (was, is) = (place(before), place(after));
        Change {
            closed: was.iter().filter(|(id, row)| is.get(*id) != Some(row)).map(|(id, _)| *id).collect(),
            opened: is.iter().filter(|(id, row)| was.get(*id) != Some(row)).map(|(_, row)| *row).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_changed_is_written() {
        let entry = Entry::new;
        let before = [entry("a", "one"), entry("b", "two"), entry("c", "three")];
        let after = [entry("a", "one"), entry("b", "other"), entry("d", "four")];
        let change = Change::between(&before, &after);
        assert_eq!(change.closed, ["b", "c"]);
        assert_eq!(change.opened, [(1, &after[1]), (2, &after[2])]);
    }

    #[test]
    fn an_entry_that_moved_is_written_at_its_new_place() {
        let before = [Entry::new("a", "one"), Entry::new("b", "two")];
        let after = [Entry::new("b", "two")];
        let change = Change::between(&before, &after);
        assert_eq!((change.closed, change.opened), (vec!["a", "b"], vec![(0, &after[0])]));
    }
}
