//! The active entries in the form in which an agent or a person reads them.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde::{Deserialize, Serialize};

use super::budget::choose;
use super::outline::Outline;
use super::skills::skills;
use super::{Entry, EntryKind, File, Memory, Usage, parse_memory_files, tokens, update_markdown};
use crate::canonical::canonical;
use crate::order::Gather as _;

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
    /// Active entries as Agent Skills, `<name>/SKILL.md`: one for each condition that entries hold under (`when`), and one
    /// for each kind of those that always hold.
    Skills,
}

/// How to render.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RenderOptions {
    /// The form.
    pub format: RenderFormat,
    /// Tokens that the whole text may take (see [`tokens`]). What does not fit is left out whole, never cut: pinned entries
    /// go in first, then what somebody's health depends on, then bans, then by the sessions and recalls that speak for
    /// them, then the latest; passing states go last. A bullet comes with the one above it. Not for `json` and `jsonl`.
    #[serde(default)]
    pub token_budget: Option<u32>,
    /// How often each entry was recalled, by its id; where there is a budget.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub usage: BTreeMap<String, Usage>,
}

impl RenderOptions {
    /// Everything, in one form.
    pub fn whole(format: RenderFormat) -> RenderOptions {
        RenderOptions { format, token_budget: None, usage: BTreeMap::new() }
    }
}

/// A store rendered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Rendered {
    /// One file, or several for a directory.
    pub files: Vec<File>,
    /// Tokens that the text takes; of `json` and `jsonl` those of the active entries.
    pub tokens: u32,
    /// Ids of the active entries that did not fit. They stay in the store.
    pub left_out: Vec<String>,
}

/// Renders a store.
///
/// One that was read from Markdown goes back into its owner's own files: what did not change keeps its bytes. A store in
/// JSON, or one of several files rendered as one, becomes bullets below a heading for each kind. Skills are always new files.
///
/// ```
/// use lucidream::{RenderFormat, RenderOptions, parse_memory_text, render};
/// let rules = "House rules\n===\n\nKept for **all**.\n* Deploy on Mondays.";
/// let options = RenderOptions::whole(RenderFormat::Markdown);
/// assert_eq!(render(&parse_memory_text(rules, None)?, &options).files[0].content, rules);
///
/// let memory = parse_memory_text(r#"[{"id": "m1", "text": "Deploy on Mondays."}]"#, None)?;
/// assert_eq!(render(&memory, &options).files[0].content, "# Memory\n\n## Notes\n\n- Deploy on Mondays.\n");
/// # Ok::<(), lucidream::Error>(())
/// ```
pub fn render(memory: &Memory, options: &RenderOptions) -> Rendered {
    let (path, title) = match options.format {
        RenderFormat::Json => return whole(memory, "memory.json", canonical(memory)),
        RenderFormat::Jsonl => {
            let lines: String = memory.entries.iter().map(|entry| canonical(entry) + "\n").collect();
            return whole(memory, "memory.jsonl", lines);
        }
        RenderFormat::Markdown => ("memory.md", "# Memory"),
        RenderFormat::ClaudeMd => ("CLAUDE.md", "# Memory"),
        RenderFormat::AgentsMd => ("AGENTS.md", "# Memory"),
        RenderFormat::MemoryDir => ("", ""),
        RenderFormat::Skills => return counted(skills(memory, options)),
    };
    counted(in_place(memory, options, path).unwrap_or_else(|| generic(memory, options, path, title)))
}

fn counted((files, left_out): (Vec<File>, Vec<String>)) -> Rendered {
    Rendered { tokens: files.iter().map(|file| tokens(&file.content)).sum(), files, left_out }
}

fn whole(memory: &Memory, path: &str, content: String) -> Rendered {
    let files = vec![File { path: path.to_owned(), content }];
    Rendered { files, tokens: super::active_tokens(memory), left_out: Vec::new() }
}

/// Bullets below a heading for each kind, in one file or in a file for each kind.
fn generic(memory: &Memory, options: &RenderOptions, path: &str, title: &str) -> (Vec<File>, Vec<String>) {
    let budget = options.token_budget.map(|budget| budget.saturating_sub(tokens(title)));
    let cost = |entry: &Entry, first: bool| {
        let title = if first { format!("\n## {}\n\n", heading(entry.kind)) } else { String::new() };
        // Below another bullet it is indented.
        let indent = if entry.place.as_ref().is_some_and(|place| place.under.is_some()) { "  " } else { "" };
        format!("{title}{indent}- {}\n", line(entry))
    };
    let (chosen, left_out) = choose(memory, &options.usage, budget, &|entry| heading(entry.kind).to_owned(), &cost);
    let sections = sections(&chosen);
    if path.is_empty() {
        return (sections.iter().map(|(heading, body)| directory_file(heading, body)).collect(), left_out);
    }
    let body: String = sections.iter().map(|(heading, body)| format!("\n## {heading}\n\n{body}")).collect();
    (vec![File { path: path.to_owned(), content: format!("{title}\n{body}") }], left_out)
}

/// The owner's own files with the chosen entries in them, where the store came from such and the form can hold them: one
/// file for one path, as many as there are for a directory.
fn in_place(memory: &Memory, options: &RenderOptions, path: &str) -> Option<(Vec<File>, Vec<String>)> {
    let directory = path.is_empty();
    let mut files = memory.files.clone();
    match files.as_mut_slice() {
        [file] if !directory => file.path.clear(),
        [file] if file.path.is_empty() => return None,
        [] => return None,
        _ if !directory => return None,
        _ => {}
    }
    let before = as_read(&files, memory)?;
    let holding = |chosen: &[&Entry]| {
        let left = memory.entries.iter().filter(|entry| !entry.is_active());
        let entries = chosen.iter().copied().chain(left).cloned().collect();
        let after = Memory { entries, ..Memory::default() };
        update_markdown(&files, &before, &after)
    };
    // The frame stays whole; one that leaves no room for entries is not worth keeping.
    let budget = match options.token_budget {
        Some(budget) => Some(
            budget.checked_sub(holding(&[]).iter().map(|file| tokens(&file.content)).sum()).filter(|room| *room > 0)?,
        ),
        None => None,
    };
    // What has no place yet may need a heading.
    let cost = |entry: &Entry, _| match entry.place {
        Some(_) => format!("\n- {}\n", line(entry)),
        None => format!("\n## {}\n\n- {}\n", heading(entry.kind), line(entry)),
    };
    let (chosen, left_out) = choose(memory, &options.usage, budget, &|_| String::new(), &cost);
    let mut files = holding(&chosen);
    if let ([file], [original]) = (files.as_mut_slice(), memory.files.as_slice()) {
        file.path = if original.path.is_empty() { path.to_owned() } else { original.path.clone() };
    }
    Some((files, left_out))
}

/// The entries that the files held, under the ids that the store knows them by.
fn as_read(files: &[File], memory: &Memory) -> Option<Memory> {
    let mut before = parse_memory_files(files).ok()?;
    let ids: BTreeSet<&str> = memory.entries.iter().map(|entry| entry.id.as_str()).gather_set();
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

fn sections(entries: &[&Entry]) -> Vec<(&'static str, String)> {
    let mut by_kind: BTreeMap<EntryKind, String> = BTreeMap::new();
    let outline = Outline::of(entries);
    for (at, entry) in entries.iter().enumerate() {
        let body = by_kind.entry(entry.kind).or_default();
        let above = outline.chain(at).into_iter().filter(|above| *above != at);
        let depth = above.filter(|above| entries.get(*above).is_some_and(|above| above.kind == entry.kind)).count();
        body.push_str(&format!("{}- {}\n", "  ".repeat(depth), line(entry)));
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
