//! Markdown as its owner wrote it: which of its lines are entries, and which are the frame around them.

use std::ops::Range;

/// A piece of Markdown that is an entry: a bullet or a paragraph.
#[derive(Debug)]
pub(super) struct Block {
    /// Its words, on one line and without the bullet.
    pub text: String,
    /// The lines that it stands on, from 0.
    pub lines: Range<usize>,
    /// The headings it stands below, the outermost first.
    pub section: Vec<String>,
    /// The text of the bullet that it belongs to.
    pub under: Option<String>,
    /// Whether something else belongs to it: bullets below it, or what its colon announces.
    pub leads: bool,
    /// Whether it stands in a block quotation.
    pub quoted: bool,
    /// Whether it is an item of a list.
    pub bullet: bool,
    /// Whether that list, or one that it stands in, is numbered.
    pub step: bool,
}

/// The entries of a text. Headings, code, tables, quotations of HTML, comments, rules, front matter, link definitions and
/// imports (`@path`) are the frame and no entries. Follows CommonMark as far as people's memory files go.
pub(super) fn blocks(text: &str) -> Vec<Block> {
    Scan::of(text).blocks
}

/// The line in front of which a bullet belongs that is new in a section, and whether it goes on a list: behind the
/// section's last list, else at the section's end.
pub(super) fn section(text: &str, title: &str) -> Option<(usize, bool)> {
    let scan = Scan::of(text);
    let start = scan.titles.iter().position(|(_, other)| other.eq_ignore_ascii_case(title))?;
    let from = scan.titles.get(start)?.0;
    let lines: Vec<&str> = text.lines().collect();
    let to = scan.titles.get(start + 1).map_or(lines.len(), |(line, _)| *line);
    let mut within = scan.blocks.iter().rev().filter(|block| (from..to).contains(&block.lines.start));
    if let Some(last) = within.find(|block| block.bullet || block.under.is_some())
        && last.bullet
        && !last.leads
    {
        return Some((last.lines.end, true));
    }
    let said = |at: &usize| lines.get(*at).is_some_and(|line| !line.trim().is_empty());
    Some(((from..to).rev().find(said)? + 1, false))
}

/// Whether a line is text that would go on a paragraph above it.
pub(super) fn goes_on(line: &str) -> bool {
    let body = unquoted(line).trim();
    !body.is_empty() && heading(body).is_none() && mark(body).is_none_or(|mark| !mark.interrupts)
}

/// Whether a line is the underline of a heading, or a paragraph if nothing stands above it.
pub(super) fn underlines(line: &str) -> bool {
    let body = unquoted(line).trim();
    !body.is_empty() && body.bytes().all(|byte| byte == b'=')
}

/// What ends the code or comment that a text leaves open.
pub(super) fn unclosed(text: &str) -> Option<String> {
    let scan = Scan::of(text);
    let fence = scan.fence.map(|(mark, count)| char::from(mark).to_string().repeat(count));
    fence.or(scan.comment.then(|| "-->".to_owned()))
}

/// The title of a heading and its level.
fn heading(line: &str) -> Option<(usize, &str)> {
    let body = line.trim();
    let level = body.bytes().take_while(|byte| *byte == b'#').count();
    let rest = body.get(level..)?;
    let is_heading = (1..=6).contains(&level) && (rest.is_empty() || rest.starts_with([' ', '\t']));
    is_heading.then(|| (level, rest.trim().trim_end_matches('#').trim_end()))
}

/// Where the words of a line begin: behind indentation, quotation marks and, if it opens a block, the bullet.
pub(super) fn words_from(line: &str, opens: bool) -> usize {
    let body = unquoted(line);
    let start = line.len() - body.len();
    // As a block is read: a bullet with nothing behind it is text.
    let bullet = if opens { mark(body.trim_end()).map_or(0, |mark| mark.width) } else { 0 };
    let rest = body.get(bullet..).unwrap_or_default();
    start + bullet + rest.len() - rest.trim_start().len()
}

/// Whether YAML begins with this line if it is the first one.
pub(super) fn opens_front_matter(line: &str) -> bool {
    line.trim_start_matches('\u{feff}').trim_end() == "---"
}

/// Lines of the YAML between two `---` at the very beginning.
fn front_matter(text: &str) -> usize {
    let mut lines = text.lines();
    if !lines.next().is_some_and(opens_front_matter) {
        return 0;
    }
    lines.position(|line| matches!(line.trim_end(), "---" | "...")).map_or(0, |end| end + 2)
}

#[derive(Default)]
struct Scan {
    blocks: Vec<Block>,
    /// The last block goes on if the next line is text.
    open: bool,
    fence: Option<(u8, usize)>,
    comment: bool,
    /// All headings with their lines.
    titles: Vec<(usize, String)>,
    /// Those that the next block stands below.
    headings: Vec<(usize, String)>,
    /// Bullets that a deeper line belongs to: indentation and position in `blocks`.
    bullets: Vec<(usize, usize)>,
    /// The paragraph that announces the bullets below it.
    announced: Option<usize>,
    /// The last block is an item with a label: all lines up to an empty one are part of it.
    labelled: bool,
    depth: usize,
}

impl Scan {
    fn of(text: &str) -> Scan {
        let mut scan = Scan::default();
        let skip = front_matter(text);
        for (at, line) in text.lines().enumerate().skip(skip) {
            scan.line(at, line);
        }
        scan
    }

    fn line(&mut self, at: usize, line: &str) {
        let body = unquoted(line);
        let depth = line.matches('>').count() - body.matches('>').count();
        let body = body.trim();
        if self.in_item(at, body) {
            return;
        }
        if self.in_fence(body) || self.in_comment(body) {
            return;
        }
        if body.is_empty() {
            self.open = false;
        } else if let Some((level, title)) = heading(body) {
            self.title(at, level, title);
        } else if is_rule(body) || self.open && body.bytes().all(|byte| byte == b'=') {
            self.rule(body);
        } else {
            self.open &= depth == self.depth;
            self.depth = depth;
            self.content(at, indentation(line), body);
        }
    }

    /// A labelled item has its list and its code in it.
    fn in_item(&mut self, at: usize, body: &str) -> bool {
        let named = mark(body).is_some_and(|mark| mark.label);
        let ends = body.is_empty() || named || heading(body).is_some() || is_rule(body);
        self.labelled &= !ends || self.fence.is_some();
        let Some(last) = self.blocks.last_mut().filter(|_| self.labelled) else { return false };
        if !body.is_empty() {
            last.text.push(' ');
            last.text.push_str(body);
        }
        last.lines.end = at + 1;
        last.leads = false;
        match (self.fence, fence(body)) {
            (None, Some((mark, count, _))) => self.fence = Some((mark, count)),
            (Some(opened), Some((mark, count, ""))) if mark == opened.0 && count >= opened.1 => self.fence = None,
            _ => {}
        }
        true
    }

    fn in_fence(&mut self, body: &str) -> bool {
        let run = fence(body);
        match (self.fence, run) {
            (Some(opened), Some((mark, count, rest))) if mark == opened.0 && count >= opened.1 && rest.is_empty() => {
                self.fence = None;
            }
            (Some(_), _) => {}
            (None, _) => return false,
        }
        true
    }

    fn in_comment(&mut self, body: &str) -> bool {
        let starts = !self.comment && body.starts_with("<!--");
        if !starts && !self.comment {
            return false;
        }
        self.open = false;
        self.comment = !body.contains("-->");
        true
    }

    fn title(&mut self, line: usize, level: usize, title: &str) {
        self.open = false;
        self.bullets.clear();
        self.announced = None;
        self.headings.retain(|(other, _)| *other < level);
        self.headings.push((level, title.to_owned()));
        self.titles.push((line, title.to_owned()));
    }

    /// A line of dashes: below a paragraph it makes that a heading.
    fn rule(&mut self, body: &str) {
        let paragraph = self.open && self.bullets.is_empty() && !body.contains(['*', '_', ' ']);
        match self.blocks.pop_if(|_| paragraph) {
            Some(block) => {
                let level = if body.starts_with('=') { 1 } else { 2 };
                self.title(block.lines.start, level, &block.text);
            }
            None => self.open = false,
        }
    }

    fn content(&mut self, at: usize, indent: usize, body: &str) {
        let listed = !self.bullets.is_empty();
        let mark = mark(body).filter(|mark| listed || indent < 4 && (!self.open || mark.interrupts));
        let own = body.get(mark.as_ref().map_or(0, |mark| mark.width)..).unwrap_or_default().trim();
        if let Some((kind, count, _)) = fence(own) {
            self.fence = Some((kind, count));
            return self.frame(indent);
        }
        let code = indent >= 4 && !self.open && !listed;
        if is_frame(own) || code {
            return self.frame(indent);
        }
        match (&mark, self.blocks.last_mut()) {
            (None, Some(last)) if self.open => {
                last.text.push(' ');
                last.text.push_str(own);
                last.lines.end = at + 1;
                last.leads = announces(&last.text);
            }
            _ => {
                self.begin(at, indent, own, mark.as_ref());
                self.labelled = mark.is_some_and(|mark| mark.label);
            }
        }
        self.open = true;
    }

    fn begin(&mut self, at: usize, indent: usize, text: &str, mark: Option<&Mark>) {
        let bullet = mark.is_some();
        let asked = self.asked(at, indent, text, bullet);
        let above = self.parent(indent);
        let within = above.and_then(|at| self.blocks.get(at)).is_some_and(|block| block.step);
        let under = above.or(self.announced.filter(|_| bullet)).or(asked);
        if let Some(question) = asked.and_then(|at| self.blocks.get_mut(at)) {
            question.leads = true;
        }
        if !bullet {
            self.announced = Some(self.blocks.len());
        }
        let under = under.filter(|at| self.blocks.get(*at).is_some_and(|block| block.leads));
        let under = under.and_then(|parent| self.blocks.get(parent)).map(|block| block.text.clone());
        if bullet {
            self.bullets.push((indent, self.blocks.len()));
        }
        self.blocks.push(Block {
            leads: announces(text),
            text: text.to_owned(),
            lines: at..at + 1,
            section: self.headings.iter().map(|(_, title)| title.clone()).collect(),
            under,
            quoted: self.depth > 0,
            bullet,
            step: within || mark.is_some_and(|mark| mark.number),
        });
    }

    /// The question that a line answers: the one right before it in the same list or text, or the one that its list
    /// stands below.
    fn asked(&self, at: usize, indent: usize, text: &str, bullet: bool) -> Option<usize> {
        let last = self.blocks.len().checked_sub(1)?;
        let beside = |block: &Block| {
            let level = self.bullets.last().is_none_or(|(outer, _)| *outer == indent);
            let section = block.section.iter().eq(self.headings.iter().map(|(_, title)| title));
            block.bullet == bullet && block.lines.end + 1 >= at && level && section && block.quoted == (self.depth > 0)
        };
        let right_before = self.blocks.get(last).filter(|block| beside(block)).map(|_| last);
        let is_question = |at: &usize| self.blocks.get(*at).is_some_and(|block| asks(&block.text));
        let found = right_before.filter(is_question).or_else(|| self.announced.filter(|_| bullet).filter(is_question));
        found.filter(|_| !asks(text))
    }

    fn frame(&mut self, indent: usize) {
        self.open = false;
        self.parent(indent);
    }

    /// The bullet that a line of this indentation belongs to; it leads from now on.
    fn parent(&mut self, indent: usize) -> Option<usize> {
        self.bullets.retain(|(outer, _)| *outer < indent);
        let parent = self.bullets.last().map(|(_, at)| *at)?;
        self.blocks.get_mut(parent)?.leads = true;
        Some(parent)
    }
}

/// What makes a line an item of a list.
struct Mark {
    width: usize,
    /// Whether it may follow a paragraph without an empty line: a number other than 1 is just a number there.
    interrupts: bool,
    /// Whether it is the item's own name.
    label: bool,
    /// Whether it is a number: the order of the items matters.
    number: bool,
}

fn mark(body: &str) -> Option<Mark> {
    let space = |width: usize| body.get(width..).is_some_and(|rest| rest.starts_with([' ', '\t']));
    if body.starts_with(['-', '*', '+']) && space(1) {
        return Some(Mark { width: 2, interrupts: true, label: false, number: false });
    }
    let digits = body.bytes().take_while(u8::is_ascii_digit).count();
    if (1..=9).contains(&digits) && body.get(digits..)?.starts_with(['.', ')']) && space(digits + 1) {
        let interrupts = body.get(..digits) == Some("1");
        return Some(Mark { width: digits + 2, interrupts, label: false, number: true });
    }
    // Playbooks number their items in brackets: `[shr-00012] …`.
    let label = body.strip_prefix('[')?.split_once(']')?.0;
    let named = label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
        && label.bytes().any(|byte| byte.is_ascii_digit())
        && label.bytes().any(|byte| byte.is_ascii_alphabetic());
    let mark = Mark { width: label.len() + 3, interrupts: true, label: true, number: false };
    (named && space(label.len() + 2)).then_some(mark)
}

/// A line without its indentation and quotation marks.
fn unquoted(line: &str) -> &str {
    // Editors of Windows begin a file with a byte order mark.
    line.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '>' | '\u{feff}'))
}

/// Columns before the first letter; a tab counts as four.
fn indentation(line: &str) -> usize {
    let line = line.trim_start_matches('\u{feff}');
    let line = if line.starts_with('>') { line.trim_start_matches(['>', ' ']) } else { line };
    line.chars().take_while(|c| c.is_whitespace()).map(|c| if c == '\t' { 4 } else { 1 }).sum()
}

/// The mark of a code fence, its length and what follows it.
fn fence(body: &str) -> Option<(u8, usize, &str)> {
    let kind = body.bytes().next().filter(|byte| matches!(byte, b'`' | b'~'))?;
    let count = body.bytes().take_while(|byte| *byte == kind).count();
    let rest = body.get(count..)?.trim();
    (count >= 3 && !(kind == b'`' && rest.contains('`'))).then_some((kind, count, rest))
}

fn is_rule(body: &str) -> bool {
    let marks = body.bytes().filter(|byte| !byte.is_ascii_whitespace());
    let first = body.bytes().next().unwrap_or_default();
    matches!(first, b'-' | b'*' | b'_') && marks.clone().count() >= 3 && marks.into_iter().all(|byte| byte == first)
}

/// Tables, tags, definitions of links, alerts, imports, and what has no word in it.
fn is_frame(body: &str) -> bool {
    let wordless = !body.contains(char::is_alphanumeric);
    let tag = body.ends_with('>')
        && body.strip_prefix('<').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/'))
        && !body.contains("://");
    let definition = body.starts_with('[') && body.split_once("]:").is_some_and(|(label, _)| !label.contains(' '));
    let import = body.starts_with('@') && !body.contains(char::is_whitespace);
    body.starts_with('|') || body.starts_with("[!") || wordless || tag || definition || import
}

fn asks(text: &str) -> bool {
    text.trim_end_matches(['*', '_']).ends_with('?')
}

fn announces(text: &str) -> bool {
    text.trim_end_matches(['*', '_']).ends_with(':')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<String> {
        blocks(text).into_iter().map(|block| block.text).collect()
    }

    #[test]
    fn bullets_and_paragraphs_are_entries() {
        let text = "Read this\nfirst.\n\n- one\n  more\n* two\n+ three\n1. four\n2) five\n[shr-00012] six\n\n> seven\n> more\n";
        assert_eq!(texts(text), ["Read this first.", "one more", "two", "three", "four", "five", "six", "seven more"]);
        assert_eq!(texts("It needs\n17. no less\n\n#tag and #more"), ["It needs 17. no less", "#tag and #more"]);
    }

    #[test]
    fn the_frame_is_no_entry() {
        for frame in [
            "---\nname: x\ndescription: y\n---\n",
            "\u{feff}# Title\n",
            "Title\n=====\n\nOther\n---\n",
            "````md\n```\n- no entry\n```\n````\n",
            "~~~\nx\n```\n~~~\n",
            "```sh\nnpm test",
            "| a | b |\n|---|---|\n| 1 | 2 |\n",
            "<!-- a\n- comment\n-->\n<details>\n</details>\n",
            "* * *\n___\n- - -\n",
            "@docs/style.md\n- @AGENTS.md\n",
            "[guide]: https://example.org\n",
            "    indented code\n",
            "> [!NOTE]\n",
            "- \n-\n",
        ] {
            assert_eq!(texts(frame), Vec::<String>::new(), "{frame}");
        }
    }

    #[test]
    fn a_labelled_item_is_one_entry() {
        let text = "[vc-01] Before a call:\n- read the docs\n```py\n[x-1] a\n\nb\n```\n[vc-02] Next.\n\nA paragraph.\n";
        assert_eq!(texts(text), ["Before a call: - read the docs ```py [x-1] a b ```", "Next.", "A paragraph."]);
        let under: Vec<_> =
            blocks("Before a call:\n\n- read\n- ask\n\nAfter\n- rest\n").into_iter().map(|b| b.under).collect();
        let before = Some("Before a call:".to_owned());
        assert_eq!(under, [None, before.clone(), before, None, None]);
    }

    #[test]
    fn an_answer_belongs_to_its_question() {
        let text = "- Q: Ship on Fridays?\n- A: No.\n- Why?\n- Who ships?\n- Ana.\n\nWhich ports?\n- 5432\n- 6432\n\n\
            > Is it open?\n\n## Other\nNo.\n";
        let under: Vec<_> = blocks(text).into_iter().map(|block| (block.under, block.leads, block.quoted)).collect();
        let answer = |question: &str| (Some(question.to_owned()), false, false);
        let (leads, alone) = ((None, true, false), (None, false, false));
        let expected = [
            leads.clone(),
            answer("Q: Ship on Fridays?"),
            alone.clone(),
            leads.clone(),
            answer("Who ships?"),
            leads,
            answer("Which ports?"),
            answer("Which ports?"),
            (None, false, true),
            alone,
        ];
        assert_eq!(under, expected);
    }

    #[test]
    fn an_entry_knows_its_place() {
        let text = "# A\n## B\n- outer\n\t- inner\n\n  also\n- next\n## C\n1. run:\n   ```\n   x\n   ```\nlast\n";
        let found: Vec<(String, String, Option<String>, bool)> =
            blocks(text).into_iter().map(|b| (b.section.join("/"), b.text, b.under, b.leads)).collect();
        let entry = |section: &str, text: &str, under: Option<&str>, leads| {
            (section.to_owned(), text.to_owned(), under.map(str::to_owned), leads)
        };
        let expected = [
            entry("A/B", "outer", None, true),
            entry("A/B", "inner", Some("outer"), false),
            entry("A/B", "also", Some("outer"), false),
            entry("A/B", "next", None, false),
            entry("A/C", "run:", None, true),
            entry("A/C", "last", None, false),
        ];
        assert_eq!(found, expected);
    }
}
