//! The active entries in the form in which an agent or a person reads them.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde::{Deserialize, Serialize};

use super::{Entry, EntryKind, File, Memory, parse_memory_files, tokens, update_markdown};
use crate::canonical::canonical;

/// The forms that a store can be written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum RenderFormat {
    /// The whole store, active or not, as canonical JSON: what `parse_memory_text` reads back unchanged.
    Json,
    /// The whole store, an entry a line.
    Jsonl,
    /// Active entries as bullets under headings, for people.
    Markdown,
    /// The same as a `CLAUDE.md`.
    ClaudeMd,
    /// The same as an `AGENTS.md`.
    AgentsMd,
    /// Active entries in a directory, a file for each kind.
    MemoryDir,
}

/// How to render.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RenderOptions {
    /// The form.
    pub format: RenderFormat,
    /// Tokens that the entries may take (see [`tokens`]). What does not fit is left out whole, the least
    /// supported and oldest first; pinned entries go in first. Not for `json` and `jsonl`.
    #[serde(default)]
    pub token_budget: Option<u32>,
}

/// A store rendered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Rendered {
    /// One file, or several for a directory.
    pub files: Vec<File>,
    /// Tokens that the entries take.
    pub tokens: u32,
    /// Ids of the active entries that did not fit. They stay in the store.
    pub left_out: Vec<String>,
}

/// Renders a store.
///
/// One that was read from Markdown goes back into its owner's own files: what did not change keeps its bytes. A store in
/// JSON, or one of several files rendered as one, becomes bullets below a heading for each kind.
///
/// ```
/// use lucidream::{RenderFormat, RenderOptions, parse_memory_text, render};
/// let rules = "House rules\n===\n\nKept for **all**.\n* Deploy on Mondays.";
/// let options = RenderOptions { format: RenderFormat::Markdown, token_budget: None };
/// assert_eq!(render(&parse_memory_text(rules, None)?, &options).files[0].content, rules);
///
/// let memory = parse_memory_text(r#"[{"id": "m1", "text": "Deploy on Mondays."}]"#, None)?;
/// assert_eq!(render(&memory, &options).files[0].content, "# Memory\n\n## Notes\n\n- Deploy on Mondays.\n");
/// # Ok::<(), lucidream::Error>(())
/// ```
pub fn render(memory: &Memory, options: &RenderOptions) -> Rendered {
    let file = |path: &str, content: String| vec![File { path: path.to_owned(), content }];
    let whole = |files| Rendered { files, tokens: super::active_tokens(memory), left_out: Vec::new() };
    let (path, title) = match options.format {
        RenderFormat::Json => return whole(file("memory.json", canonical(memory))),
        RenderFormat::Jsonl => {
            return whole(file("memory.jsonl", memory.entries.iter().map(|entry| canonical(entry) + "\n").collect()));
        }
        RenderFormat::Markdown => ("memory.md", "# Memory"),
        RenderFormat::ClaudeMd => ("CLAUDE.md", "# Memory"),
        RenderFormat::AgentsMd => ("AGENTS.md", "# Memory"),
        RenderFormat::MemoryDir => ("", ""),
    };
    let (chosen, left_out) = choose(memory, options.token_budget);
    if let Some(files) = in_place(memory, &chosen, path) {
        return Rendered { files, tokens: chosen.iter().map(|entry| tokens(&entry.text)).sum(), left_out };
    }
    let sections = sections(&chosen);
    let files = if options.format == RenderFormat::MemoryDir {
        sections.iter().map(|(heading, body)| directory_file(heading, body)).collect()
    } else {
        let body: String = sections.iter().map(|(heading, body)| format!("\n## {heading}\n\n{body}")).collect();
        file(path, format!("{title}\n{body}"))
    };
    Rendered { files, tokens: chosen.iter().map(|entry| tokens(&entry.text)).sum(), left_out }
}

/// The owner's own files with the chosen entries in them, where the store came from such and the form can hold them: one
/// file for one path, as many as there are for a directory.
fn in_place(memory: &Memory, chosen: &[&Entry], path: &str) -> Option<Vec<File>> {
    let directory = path.is_empty();
    let mut files = memory.files.clone();
    match files.as_mut_slice() {
        [file] if !directory => file.path.clear(),
        [file] if file.path.is_empty() => return None,
        [] => return None,
        _ if !directory => return None,
        _ => {}
    }
    let after = Memory { entries: chosen.iter().map(|entry| (*entry).clone()).collect(), ..Memory::default() };
    let mut files = update_markdown(&files, &as_read(&files, memory)?, &after);
    if let ([file], [original]) = (files.as_mut_slice(), memory.files.as_slice()) {
        file.path = if original.path.is_empty() { path.to_owned() } else { original.path.clone() };
    }
    Some(files)
}

/// The entries that the files held, under the ids that the store knows them by.
fn as_read(files: &[File], memory: &Memory) -> Option<Memory> {
    let mut before = parse_memory_files(files).ok()?;
    let ids: BTreeSet<&str> = memory.entries.iter().map(|entry| entry.id.as_str()).collect();
    let mut named: BTreeMap<String, VecDeque<&str>> = BTreeMap::new();
    for entry in &memory.entries {
        named.entry(line(entry)).or_default().push_back(&entry.id);
    }
    for entry in before.entries.iter_mut().filter(|entry| !ids.contains(entry.id.as_str())) {
        if let Some(id) = named.get_mut(&line(entry)).and_then(VecDeque::pop_front) {
            entry.id = id.to_owned();
        }
    }
    Some(before)
}

fn directory_file(heading: &str, body: &str) -> File {
    File { path: format!("{}.md", heading.to_lowercase()), content: format!("# {heading}\n\n{body}") }
}

/// The active entries that fit a budget, in the order of the store.
fn choose(memory: &Memory, budget: Option<u32>) -> (Vec<&Entry>, Vec<String>) {
    let active: Vec<&Entry> = memory.entries.iter().filter(|entry| entry.is_active()).collect();
    let Some(budget) = budget else { return (active, Vec::new()) };
    let mut by_value: Vec<(usize, &Entry)> = active.iter().copied().enumerate().collect();
    by_value.sort_by(|(_, a), (_, b)| worth(b).cmp(&worth(a)).then(a.id.cmp(&b.id)));
    let mut room = budget;
    let mut chosen: Vec<(usize, &Entry)> = Vec::new();
    let mut left_out = Vec::new();
    for (at, entry) in by_value {
        match room.checked_sub(tokens(&entry.text)) {
            Some(rest) => {
                room = rest;
                chosen.push((at, entry));
            }
            None => left_out.push(entry.id.clone()),
        }
    }
    chosen.sort_by_key(|(at, _)| *at);
    left_out.sort();
    (chosen.into_iter().map(|(_, entry)| entry).collect(), left_out)
}

fn worth(entry: &Entry) -> (bool, u32, Option<&str>) {
    let sessions = entry.support.as_ref().map_or(0, |support| support.sessions);
    (entry.pinned, sessions, entry.created_at.as_deref())
}

fn sections(entries: &[&Entry]) -> Vec<(&'static str, String)> {
    let mut by_kind: BTreeMap<EntryKind, String> = BTreeMap::new();
    for entry in entries {
        let body = by_kind.entry(entry.kind).or_default();
        body.push_str(&format!("- {}\n", line(entry)));
    }
    by_kind.into_iter().map(|(kind, body)| (heading(kind), body)).collect()
}

/// An entry as one line of Markdown, without the bullet.
pub(super) fn line(entry: &Entry) -> String {
    let text = entry.text.split_whitespace().collect::<Vec<_>>().join(" ");
    if entry.scope == "agent" { text } else { format!("{text} ({})", entry.scope) }
}

pub(super) fn heading(kind: EntryKind) -> &'static str {
    match kind {
        EntryKind::Rule => "Rules",
        EntryKind::Preference => "Preferences",
        EntryKind::Fact => "Facts",
        EntryKind::Workflow => "Workflows",
        EntryKind::Note => "Notes",
    }
}
