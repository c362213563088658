//! What was passed over, counted by kind, so that a reader of the report can see that nothing vanished.

use std::collections::BTreeMap;

use super::Skipped;

/// Counts items passed over. Each kind and detail is one row; the row keeps its first position.
#[derive(Debug, Default)]
pub(crate) struct Skips {
    rows: BTreeMap<(&'static str, String), (u32, u32)>,
}

/// Rows beyond this share one row per kind: a hostile file may name a new type in every line.
const MAX_ROWS: usize = 64;

impl Skips {
    /// Notes one item at `position`.
    pub(crate) fn note(&mut self, kind: &'static str, detail: &str, position: u32) {
        let detail: String = detail.chars().take(120).collect();
        let known = self.rows.contains_key(&(kind, detail.clone()));
        let detail = if known || self.rows.len() < MAX_ROWS { detail } else { "others".to_owned() };
        self.rows.entry((kind, detail)).or_insert((position, 0)).1 += 1;
    }

    /// Notes a line that is not JSON. All of them are one row with the parser's first message:
    /// the messages differ by column, not by cause.
    pub(crate) fn broken(&mut self, problem: &str, position: u32) {
        match self.rows.iter_mut().find(|((kind, _), _)| *kind == "broken_line") {
            Some((_, (_, count))) => *count += 1,
            None => self.note("broken_line", problem, position),
        }
    }

    /// The first broken line's message, if any line was broken.
    pub(crate) fn first_problem(&self) -> Option<&str> {
        self.rows.keys().find(|(kind, _)| *kind == "broken_line").map(|(_, detail)| detail.as_str())
    }

    /// Whether nothing was passed over.
    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Whether anything of that kind was passed over.
    pub(crate) fn has(&self, kind: &str) -> bool {
        self.rows.keys().any(|(known, _)| *known == kind)
    }

    pub(crate) fn into_rows(self) -> Vec<Skipped> {
        let row = |((kind, detail), (first, count)): ((&str, String), (u32, u32))| Skipped {
            kind: kind.to_owned(),
            detail,
            first,
            count,
        };
        self.rows.into_iter().map(row).collect()
    }
}
