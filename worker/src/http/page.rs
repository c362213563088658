//! Lists in pages.

use serde::Serialize;

use super::Call;
use crate::problem::{Problem, Result};

/// Where a page begins and how long it is.
pub(super) struct Page {
    /// Items; 1 to 100.
    pub limit: u32,
    /// What the last item of the page before was sorted by: one or two values.
    pub after: Option<(String, String)>,
}

/// A page of a list.
#[derive(Serialize)]
pub(super) struct List<T> {
    pub items: Vec<T>,
    /// The cursor of the next page; `null` on the last.
    pub next: Option<String>,
}

const DEFAULT_LIMIT: u32 = 50;
const MAX_LIMIT: u32 = 100;

/// Between the two values of a cursor. Neither times, nor names, nor hashes have it.
const SEPARATOR: char = '~';

impl Page {
    /// The page that a request asks for.
    pub fn of(call: &Call) -> Result<Page> {
        Page::parse(call.parameter("limit"), call.parameter("cursor"))
    }

    fn parse(limit: Option<&str>, cursor: Option<&str>) -> Result<Page> {
        let limit = match limit.map(str::parse) {
            None => DEFAULT_LIMIT,
            Some(Ok(limit @ 1..=MAX_LIMIT)) => limit,
            Some(_) => return Err(Problem::argument("limit", format!("allowed: 1 to {MAX_LIMIT}"))),
        };
        let bad = || Problem::argument("cursor", "allowed: `next` of the page before, unchanged");
        let split = |cursor: &str| {
            let (first, second) = cursor.split_once(SEPARATOR)?;
            Some((first.to_owned(), second.to_owned()))
        };
        let after = cursor.map(|cursor| split(cursor).ok_or_else(bad)).transpose()?;
        Ok(Page { limit, after })
    }

    /// What to ask the store for: one more than the page, to know whether there is another.
    pub fn fetch(&self) -> u32 {
        self.limit + 1
    }

    /// Both values to begin after; those given where the page is the first.
    pub fn start<'a>(&'a self, first: (&'a str, &'a str)) -> (&'a str, &'a str) {
        self.after.as_ref().map_or(first, |(a, b)| (a, b))
    }

    /// Cuts what was fetched to the page. `key` gives the values that a row is sorted by.
    pub fn list<R, T>(
        &self,
        mut rows: Vec<R>,
        key: impl Fn(&R) -> (String, String),
        view: impl FnMut(R) -> T,
    ) -> List<T> {
        let length = self.limit as usize;
        let more = rows.len() > length;
        rows.truncate(length);
        let next = rows.last().filter(|_| more).map(|row| {
            let (first, second) = key(row);
            format!("{first}{SEPARATOR}{second}")
        });
        List { items: rows.into_iter().map(view).collect(), next }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_allowed() {
        let code = |limit, cursor| Page::parse(limit, cursor).err().map(|problem| problem.code());
        assert_eq!(code(None, None), None);
        assert_eq!(code(Some("100"), Some("a~b")), None);
        for (limit, cursor) in
            [(Some("0"), None), (Some("101"), None), (Some("-1"), None), (Some("x"), None), (None, Some("ab"))]
        {
            assert_eq!(code(limit, cursor), Some("invalid_argument"), "{limit:?} {cursor:?}");
        }
    }

    #[test]
    fn the_last_page_has_no_next() {
        let page = Page { limit: 2, after: None };
        let list = |rows: Vec<u32>| page.list(rows, |row| (row.to_string(), "x".to_owned()), |row| row);
        assert_eq!((list(vec![1, 2, 3]).items, list(vec![1, 2, 3]).next), (vec![1, 2], Some("2~x".to_owned())));
        assert_eq!((list(vec![1, 2]).items, list(vec![1, 2]).next), (vec![1, 2], None));
        assert_eq!(list(vec![]).next, None);
    }
}
