//! A store that its owner keeps as Markdown: changing the entries and nothing else, and knowing them again.
//!
//! Markdown carries neither ids nor entries that left the active set. Whoever writes the files keeps the whole store
//! beside them, and brings the two together when the owner has edited the files in between.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::markdown::{self, Block, blocks};
use super::render::{heading, line};
use super::{Entry, EntryKind, File, Memory, parse_memory_files};
use crate::error::Result;
use crate::order::{Arrange as _, Gather as _};

/// The files of `before` with the entries of `after`.
///
/// Lines of entries that did not change, headings, code, tables and order stay as they are. A changed text takes the place
/// of the old one, as does a new entry that an old one gave way to. The lines of an entry that left otherwise go, and
/// other new entries go below the heading of their kind: in the file itself if it is the only one and has no path,
/// otherwise in a file for the kind.
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
    let old: BTreeSet<&str> = active(before).map(|entry| entry.id.as_str()).gather_set();
    let heirs = Heirs::of(after);
    let own_words = heirs.in_own_words(before);
    let mut placed: BTreeSet<&str> = BTreeSet::new();
    let now: BTreeMap<&str, &Entry> = active(after).map(|entry| (entry.id.as_str(), entry)).gather_map();
    let mut files: Vec<File> = files.to_vec();
    files.arrange_by(|a, b| a.path.cmp(&b.path));
    for file in &mut files {
        file.content = edited(&file.content, |block| match known.take(&block.text) {
            Some(entry) => match now.get(entry.id.as_str()) {
                Some(entry) => Some(line(entry)),
                None => {
                    let heir = heirs.of_entry(&entry.id).filter(|heir| !old.contains(heir.id.as_str()))?;
                    // Words that stand in the file already stay where they are.
                    let here = !own_words.contains(heir.id.as_str()) || line(entry) == line(heir);
                    (here && placed.insert(&heir.id)).then(|| line(heir))
                }
            },
            None => Some(block.text.clone()),
        });
    }
    let mut added: BTreeMap<EntryKind, String> = BTreeMap::new();
    for entry in active(after).filter(|entry| !old.contains(entry.id.as_str()) && !placed.contains(entry.id.as_str())) {
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
    let again = |entry: Entry| match known.take(&entry.text) {
        Some(known) => Entry { place: entry.place, ..known.clone() },
        None => entry,
    };
    let mut entries: Vec<Entry> = read.entries.into_iter().map(again).collect();
    let taken: BTreeSet<String> = entries.iter().map(|entry| entry.id.clone()).gather_set();
    let inactive = kept.entries.iter().filter(|entry| !entry.is_active() && !taken.contains(&entry.id));
    entries.extend(inactive.cloned());
    Ok(Memory { entries, files: read.files, ..kept.clone() })
}

/// What became of the entries that gave way to others.
struct Heirs<'a>(BTreeMap<&'a str, &'a Entry>);

impl<'a> Heirs<'a> {
    fn of(memory: &'a Memory) -> Heirs<'a> {
        Heirs(memory.by_id())
    }

    /// Ids of those whose very words stood in the files before.
    fn in_own_words(&self, before: &'a Memory) -> BTreeSet<&'a str> {
        let written = active(before).filter(|entry| entry.place.is_some());
        let heirs = written.filter_map(|entry| self.of_entry(&entry.id).filter(|heir| line(heir) == line(entry)));
        heirs.map(|heir| heir.id.as_str()).gather_set()
    }

    /// The active entry at the end of the chain of those that took an entry's place.
    fn of_entry(&self, id: &str) -> Option<&'a Entry> {
        let mut entry = *self.0.get(id)?;
        // A chain is no longer than the store, whatever a hand has written into it.
        for _ in 0..self.0.len() {
            match &entry.replaced_by {
                _ if entry.is_active() => return Some(entry),
                Some(next) => entry = self.0.get(next.as_str())?,
                None => return None,
            }
        }
        None
    }
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
    let blank = |at: usize| lines.get(at).is_none_or(|line| line.trim().is_empty());
    let goes_on = |at: usize| lines.get(at).is_some_and(|line| markdown::goes_on(line));
    let numbered = |at: usize| {
        lines.get(at).is_some_and(|line| markdown::words_from(line, true) > markdown::words_from(line, false))
    };
    let underlines = |at: usize| lines.get(at).is_some_and(|line| markdown::underlines(line));
    let mut out = String::with_capacity(text.len());
    let (mut next, mut listed) = (0, false);
    for block in blocks(text) {
        let (start, end) = (block.lines.start, block.lines.end);
        out.extend(lines.get(next..start).into_iter().flatten().copied());
        let own = lines.get(start..end).unwrap_or_default().concat();
        let said = says(&block);
        let stays = said.is_some();
        // An underline goes with what it stood under: by itself it would begin a paragraph.
        let end = if said.is_none() && underlines(end) { end + 1 } else { end };
        next = end;
        match said {
            Some(text) => out.push_str(&reworded(&own, &text)),
            // One empty line between what is left, not two.
            None if start.checked_sub(1).is_none_or(blank) && blank(end) => next = (end + 1).min(lines.len()),
            // What it stood between must not become one paragraph; any number goes on a list.
            None if start > 0 && !blank(start - 1) && goes_on(end) && !(listed && numbered(end)) => out.push('\n'),
            None => {}
        }
        listed = if stays { block.bullet } else { listed };
        // A rule that comes to be the first line would open front matter.
        if out.is_empty() && lines.get(next).is_some_and(|line| markdown::opens_front_matter(line)) {
            out.push('\n');
        }
    }
    out.extend(lines.get(next..).into_iter().flatten().copied());
    out
}

/// The lines of a block with other words; those that stay keep their line breaks, indentation and marks.
fn reworded(own: &str, text: &str) -> String {
    let (pieces, tail) = pieces(own);
    let words: Vec<&str> = text.split_whitespace().collect();
    let same = pieces.iter().zip(&words).take_while(|((_, old), new)| old == *new).count();
    let room = pieces.len().min(words.len()) - same;
    let kept = pieces.iter().rev().zip(words.iter().rev()).take(room).take_while(|((_, old), new)| old == *new).count();
    let mut out = String::with_capacity(own.len() + text.len());
    let whole =
        |out: &mut String, part: &[(String, &str)]| part.iter().for_each(|(gap, word)| *out += &(gap.clone() + word));
    whole(&mut out, pieces.get(..same).unwrap_or_default());
    for (at, word) in words.get(same..words.len() - kept).unwrap_or_default().iter().enumerate() {
        let gap = if at == 0 { pieces.get(same).map_or(" ", |(gap, _)| gap) } else { " " };
        out.extend([gap, word]);
    }
    whole(&mut out, pieces.get(pieces.len() - kept..).unwrap_or_default());
    out + &tail
}

/// The words of a block's lines, each with what stands before it, and what stands behind the last.
fn pieces(own: &str) -> (Vec<(String, &str)>, String) {
    let mut pieces = Vec::new();
    let mut gap = String::new();
    let body = own.trim_end();
    for (at, line) in body.split_inclusive('\n').enumerate() {
        let (before, words) = line.split_at(markdown::words_from(line, at == 0));
        gap.push_str(before);
        for piece in words.split_inclusive(char::is_whitespace) {
            let word = piece.trim_end();
            if word.is_empty() {
                gap.push_str(piece);
            } else {
                pieces.push((std::mem::take(&mut gap), word));
                gap.push_str(piece.get(word.len()..).unwrap_or_default());
            }
        }
    }
    (pieces, gap + own.get(body.len()..).unwrap_or_default())
}

/// Puts bullets below a heading, which is made where there is none.
fn append(files: &mut Vec<File>, heading: &str, bullets: &str) {
    let single = matches!(files.as_slice(), [file] if file.path.is_empty());
    let path = if single { String::new() } else { format!("{}.md", heading.to_lowercase()) };
    let Some(file) = files.iter_mut().find(|file| file.path == path) else {
        files.push(File { path, content: format!("# {heading}\n\n{bullets}") });
        return;
    };
    let place = markdown::section(&file.content, heading);
    let end =
        place.map_or(file.content.len(), |(line, _)| file.content.split_inclusive('\n').take(line).map(str::len).sum());
    let (above, below) = file.content.split_at(end);
    let gap = if above.is_empty() || above.ends_with('\n') { "" } else { "\n" };
    // What is added must not end up inside of code that the owner never closed.
    let closing = markdown::unclosed(above).map(|mark| mark + "\n").unwrap_or_default();
    let title = match place {
        Some((_, true)) => String::new(),
        Some((_, false)) => "\n".to_owned(),
        None if above.is_empty() => format!("# {heading}\n\n"),
        None => format!("\n## {heading}\n\n"),
    };
    let added = format!("{gap}{closing}{title}{bullets}");
    let windows = above.split_inclusive('\n').next().is_some_and(|line| line.ends_with("\r\n"));
    let added = if windows { added.replace('\n', "\r\n") } else { added };
    file.content = format!("{above}{added}{below}");
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
        for content in ["", "plain", "1.\t\n:a", "- a\n\n\n- b", RULES, "1. one\n2. two\n", "| a |\n|---|\n"] {
            assert_eq!(changed(content, |_| ()), content);
        }
    }

    #[test]
    fn what_left_the_active_set_goes_with_all_its_lines() {
        let left = changed(RULES, |memory| memory.entries[0].status = Status::Retired);
        assert_eq!(left, RULES.replace("* Ask Ana.\r\n  Every time.\r\n", ""));
    }

    #[test]
    fn an_underline_goes_with_its_words() {
        let left = changed("- a\n\t* b\n===\n\t* c\n", |memory| memory.entries[1].status = Status::Retired);
        assert_eq!(left, "- a\n\t* c\n");
    }

    #[test]
    fn a_rule_never_becomes_front_matter() {
        let left = changed("1. a\n---\n> b\n---\n", |memory| memory.entries[0].status = Status::Retired);
        assert_eq!(left, "\n---\n> b\n---\n");
    }

    #[test]
    fn a_new_text_keeps_its_place_and_mark() {
        let rewritten = changed(RULES, |memory| memory.entries[1].text = "Be\nclear.".to_owned());
        assert_eq!(rewritten, RULES.replace("* Be brief.\r\n", "* Be clear.\r\n"));
    }

    #[test]
    fn a_new_entry_goes_below_the_heading_of_its_kind() {
        let rule = Entry { kind: EntryKind::Rule, scope: "user:eva".to_owned(), ..Entry::new("x", "Use UTC.") };
        let added = changed(RULES, |memory| memory.entries.push(rule.clone()));
        assert_eq!(added, RULES.replace("brief.\r\n", "brief.\r\n- Use UTC. (user:eva)\r\n"));
        assert_eq!(changed("", |memory| memory.entries.push(rule.clone())), "# Rules\n\n- Use UTC. (user:eva)\n");
        assert_eq!(
            changed("- a", |memory| memory.entries.push(rule.clone())),
            "- a\n\n## Rules\n\n- Use UTC. (user:eva)\n"
        );
    }

    #[test]
    fn what_gave_way_leaves_its_place() {
        let merged = changed("- Ask Ana.\n- Be brief.\n- ask ana\n", |memory| {
            for at in [0, 2] {
                memory.entries[at].status = Status::Merged;
                memory.entries[at].replaced_by = Some("x".to_owned());
            }
            memory.entries.push(Entry::new("x", "Ask Ana."));
        });
        assert_eq!(merged, "- Ask Ana.\n- Be brief.\n");
    }

    #[test]
    fn a_numbered_list_stays_one() {
        let list = "# Rules\n\n1. Ask Ana.\n2. Be brief.\n3. ask ana\n4. Use UTC.\n";
        let merged = changed(list, |memory| {
            for at in [0, 2] {
                memory.entries[at].status = Status::Merged;
                memory.entries[at].replaced_by = Some("x".to_owned());
            }
            memory.entries.push(Entry::new("x", "ask ana"));
        });
        assert_eq!(merged, "# Rules\n\n2. Be brief.\n3. ask ana\n4. Use UTC.\n");
        let left = changed(list, |memory| memory.entries[2].status = Status::Retired);
        assert_eq!(left, list.replace("3. ask ana\n", ""));
        let left = changed("Text.\n1. a\n2. b\n", |memory| memory.entries[1].status = Status::Retired);
        assert_eq!(left, "Text.\n\n2. b\n");
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
