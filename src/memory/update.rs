//! A store that its owner keeps as Markdown: changing the entries and nothing else, and knowing them again.
//!
//! Markdown carries neither ids nor entries that left the active set. Whoever writes the files keeps the whole store
//! beside them, and brings the two together when the owner has edited the files in between.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::parse::{Block, blocks};
use super::render::{heading, line};
use super::{Entry, EntryKind, File, Memory, parse_memory_files};
use crate::error::Result;

/// The files of `before` with the entries of `after`.
///
/// Lines of entries that did not change, headings, code, tables and order stay as they are. The lines of an entry that is
/// not active any more go, a changed text takes their place, and new entries go below the heading of their kind: in the
/// file itself if it is the only one and has no path, otherwise in a file for the kind.
///
/// ```
/// use lucidream::memory::{File, update_markdown};
/// use lucidream::{Entry, parse_memory_files};
/// let file = |content: &str| vec![File { path: String::new(), content: content.to_owned() }];
/// let files = file("# House rules\n\nKept for **all**.\n\n- Ask Ana.\n- ask  Ana!\n");
/// let before = parse_memory_files(&files)?;
/// let mut after = before.clone();
/// after.entries.remove(2);
/// after.entries.push(Entry::new("op_1", "Deploy on Mondays."));
/// let changed = "# House rules\n\nKept for **all**.\n\n- Ask Ana.\n\n## Notes\n\n- Deploy on Mondays.\n";
/// assert_eq!(update_markdown(&files, &before, &after), file(changed));
/// # Ok::<(), lucidream::Error>(())
/// ```
pub fn update_markdown(files: &[File], before: &Memory, after: &Memory) -> Vec<File> {
    let mut known = Known::new(before);
    let now: BTreeMap<&str, &Entry> = active(after).map(|entry| (entry.id.as_str(), entry)).collect();
    let mut files: Vec<File> = files.to_vec();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    for file in &mut files {
        file.content = edited(&file.content, |block| match known.take(&block.text) {
            Some(entry) => now.get(entry.id.as_str()).map(|entry| line(entry)),
            None => Some(block.text.clone()),
        });
    }
    let old: BTreeSet<&str> = active(before).map(|entry| entry.id.as_str()).collect();
    let mut added: BTreeMap<EntryKind, String> = BTreeMap::new();
    for entry in active(after).filter(|entry| !old.contains(entry.id.as_str())) {
        added.entry(entry.kind).or_default().push_str(&format!("- {}\n", line(entry)));
    }
    for (kind, bullets) in added {
        append(&mut files, heading(kind), &bullets);
    }
    files
}

/// What the files say now, with what `kept` still knows of it.
///
/// An entry that reads as before is the one that `kept` has, with its id, support and evidence. Entries of `kept` that
/// are not active stay. Those that the owner took out of the files are gone.
///
/// # Errors
/// As [`parse_memory_files`].
pub fn reread_markdown(files: &[File], kept: &Memory) -> Result<Memory> {
    let read = parse_memory_files(files)?;
    let mut known = Known::new(kept);
    let mut entries: Vec<Entry> =
        read.entries.into_iter().map(|entry| known.take(&entry.text).cloned().unwrap_or(entry)).collect();
    let taken: BTreeSet<String> = entries.iter().map(|entry| entry.id.clone()).collect();
    let inactive = kept.entries.iter().filter(|entry| !entry.is_active() && !taken.contains(&entry.id));
    entries.extend(inactive.cloned());
    Ok(Memory { entries, ..kept.clone() })
}

/// The active entries of a store by how they read in Markdown; copies in the order of the store.
struct Known<'a>(BTreeMap<String, VecDeque<&'a Entry>>);

impl<'a> Known<'a> {
    fn new(memory: &'a Memory) -> Known<'a> {
        let mut known: BTreeMap<String, VecDeque<&Entry>> = BTreeMap::new();
        for entry in active(memory) {
            known.entry(line(entry)).or_default().push_back(entry);
        }
        Known(known)
    }

    fn take(&mut self, text: &str) -> Option<&'a Entry> {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        self.0.get_mut(&text)?.pop_front()
    }
}

fn active(memory: &Memory) -> impl Iterator<Item = &Entry> {
    memory.entries.iter().filter(|entry| entry.is_active())
}

/// A text with every block as `says` wants it: gone for `None`, its own lines where the words stay.
fn edited(text: &str, mut says: impl FnMut(&Block) -> Option<String>) -> String {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let mut out = String::with_capacity(text.len());
    let mut next = 0;
    for block in blocks(text) {
        out.extend(lines.get(next..block.lines.start).into_iter().flatten().copied());
        let own = lines.get(block.lines.clone()).unwrap_or_default().concat();
        match says(&block) {
            Some(text) if text == block.text.split_whitespace().collect::<Vec<_>>().join(" ") => out.push_str(&own),
            Some(text) => out.push_str(&format!("{}{text}\n", bullet(&own))),
            None => {}
        }
        next = block.lines.end;
    }
    out.extend(lines.get(next..).into_iter().flatten().copied());
    out
}

/// The indentation and mark that a block begins with; none for a paragraph.
fn bullet(own: &str) -> &str {
    let indent = own.len() - own.trim_start().len();
    let marked = own.trim_start().starts_with(['-', '*', '+']);
    own.get(..indent + if marked { 2 } else { 0 }).unwrap_or_default()
}

/// Puts bullets below a heading, which is made where there is none.
fn append(files: &mut Vec<File>, heading: &str, bullets: &str) {
    let single = matches!(files.as_slice(), [file] if file.path.is_empty());
    let path = if single { String::new() } else { format!("{}.md", heading.to_lowercase()) };
    let Some(file) = files.iter_mut().find(|file| file.path == path) else {
        files.push(File { path, content: format!("# {heading}\n\n{bullets}") });
        return;
    };
    let place = section_end(&file.content, heading);
    let (above, below) = file.content.split_at(place.unwrap_or(file.content.len()));
    let gap = if above.is_empty() || above.ends_with('\n') { "" } else { "\n" };
    let title = match place {
        Some(_) => String::new(),
        None if above.is_empty() => format!("# {heading}\n\n"),
        None => format!("\n## {heading}\n\n"),
    };
    file.content = format!("{above}{gap}{title}{bullets}{below}");
}

/// Where the last block ends that stands below a heading of this name; the end of the heading's line where it has none.
fn section_end(text: &str, heading: &str) -> Option<usize> {
    let mut end = None;
    let mut inside = false;
    let blocks = blocks(text);
    let mut offset = 0;
    for (at, line) in text.split_inclusive('\n').enumerate() {
        offset += line.len();
        let title = line
            .trim_start_matches('\u{feff}')
            .trim()
            .strip_prefix('#')
            .map(|rest| rest.trim_start_matches('#').trim());
        if let Some(title) = title {
            inside = end.is_none() && title.eq_ignore_ascii_case(heading);
        }
        if inside && (title.is_some() || blocks.iter().any(|block| block.lines.contains(&at))) {
            end = Some(offset);
        }
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::Status;

    fn file(path: &str, content: &str) -> File {
        File { path: path.to_owned(), content: content.to_owned() }
    }

    /// The store of some Markdown after `change`, and the file then.
    fn changed(content: &str, change: impl Fn(&mut Memory)) -> String {
        let files = [file("", content)];
        let before = parse_memory_files(&files).unwrap_or_default();
        let mut after = before.clone();
        change(&mut after);
        update_markdown(&files, &before, &after).into_iter().map(|file| file.content).collect()
    }

    const RULES: &str =
        "\u{feff}# Rules\r\n\r\n* Ask Ana.\r\n  Every time.\r\n* Be brief.\r\n\r\n```\n- no entry\n```\n";

    #[test]
    fn nothing_changes_nothing() {
        for content in ["", "plain", "- a\n\n\n- b", RULES, "1. one\n2. two\n", "| a |\n|---|\n"] {
            assert_eq!(changed(content, |_| ()), content);
        }
    }

    #[test]
    fn what_left_the_active_set_goes_with_all_its_lines() {
        let left = changed(RULES, |memory| memory.entries[0].status = Status::Retired);
        assert_eq!(left, RULES.replace("* Ask Ana.\r\n  Every time.\r\n", ""));
    }

    #[test]
    fn a_new_text_keeps_its_place_and_mark() {
        let rewritten = changed(RULES, |memory| memory.entries[1].text = "Be\nclear.".to_owned());
        assert_eq!(rewritten, RULES.replace("* Be brief.\r\n", "* Be clear.\n"));
    }

    #[test]
    fn a_new_entry_goes_below_the_heading_of_its_kind() {
        let rule = Entry { kind: EntryKind::Rule, scope: "user:eva".to_owned(), ..Entry::new("x", "Use UTC.") };
        let added = changed(RULES, |memory| memory.entries.push(rule.clone()));
        assert_eq!(added, RULES.replace("brief.\r\n", "brief.\r\n- Use UTC. (user:eva)\n"));
        assert_eq!(changed("", |memory| memory.entries.push(rule.clone())), "# Rules\n\n- Use UTC. (user:eva)\n");
        assert_eq!(
            changed("- a", |memory| memory.entries.push(rule.clone())),
            "- a\n\n## Rules\n\n- Use UTC. (user:eva)\n"
        );
    }

    #[test]
    fn in_a_directory_a_kind_has_its_file() {
        let files = [file("deep/b.md", "- Ask Ana.\n"), file("a.md", "- Be brief.\n")];
        let before = parse_memory_files(&files).unwrap_or_default();
        let mut after = before.clone();
        after.entries.push(Entry::new("x", "Use UTC."));
        let written = update_markdown(&files, &before, &after);
        assert_eq!(written[..2], [files[1].clone(), files[0].clone()]);
        assert_eq!(written[2], file("notes.md", "# Notes\n\n- Use UTC.\n"));
    }

    #[test]
    fn reread_knows_entries_again() {
        let before = parse_memory_files(&[file("", "- Ask Ana.\n- Be brief.\n- Old.\n")]).unwrap_or_default();
        let mut kept = Memory { version: 4, ..before.clone() };
        kept.entries[0].id = "known".to_owned();
        kept.entries[2].status = Status::Superseded;
        let read = reread_markdown(&[file("", "- New.\n- Ask   Ana.\n")], &kept).unwrap_or_default();
        let texts: Vec<(&str, &str)> = read.entries.iter().map(|e| (e.id.as_str(), e.text.as_str())).collect();
        assert_eq!((read.version, texts[1], texts[2].1, texts.len()), (4, ("known", "Ask Ana."), "Old.", 3));
    }
}
