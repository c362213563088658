//! Sentences: the unit in which people state things.

use std::borrow::Cow;
use std::ops::Range;

use super::word::{bare, fold, is_stop_word};

/// Byte ranges of the sentences of a text, without the white space and bullets around them.
///
/// A line break ends a sentence, as does `.`, `!` or `?` before white space, except after the common
/// abbreviations. Dots inside numbers, names and paths do not.
pub(crate) fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    for (at, byte) in text.bytes().enumerate() {
        // What may end a sentence, or the first byte of what may.
        if !matches!(byte, b'\n' | b'\r' | b'.' | b'!' | b'?' | 0xe3 | 0xef) {
            continue;
        }
        let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) else { continue };
        let end = at + c.len_utf8();
        if ends_sentence(text, at, end, c) {
            push(text, start, end, &mut found);
            start = end;
        }
    }
    push(text, start, text.len(), &mut found);
    found
}

/// A text without what stands in it between two quotation marks: the words of somebody or something else.
pub(crate) fn unquoted(text: &str) -> Cow<'_, str> {
    let parts: Vec<&str> = text.split('"').collect();
    // An odd mark is an inch.
    if parts.len() == 1 || parts.len().is_multiple_of(2) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(parts.into_iter().step_by(2).collect::<Vec<_>>().join(" "))
}

fn ends_sentence(text: &str, at: usize, end: usize, c: char) -> bool {
    match c {
        '\n' | '\r' | '。' | '！' | '？' => true,
        '!' | '?' => before_space(text, end),
        '.' => {
            before_space(text, end)
                && !abbreviation(text.get(..at).unwrap_or_default(), text.get(end..).unwrap_or_default())
        }
        _ => false,
    }
}

fn before_space(text: &str, end: usize) -> bool {
    text.get(end..).and_then(|rest| rest.chars().next()).is_none_or(|next| next.is_whitespace())
}

fn abbreviation(before: &str, behind: &str) -> bool {
    const SHORT: [&str; 20] = [
        "Dr", "Fr", "Hr", "Mme", "Mr", "Mrs", "Ms", "No", "Nr", "Prof", "St", "approx", "bzw", "ca", "cf", "e.g",
        "etc", "i.e", "vs", "z.B",
    ];
    let word = before.rsplit(|c: char| c.is_whitespace() || c == '(').next().unwrap_or_default();
    let next = behind.split_whitespace().next().unwrap_or_default();
    // "A. Noir", but "plan B. Then …"
    let initial = || {
        word.len() == 1
            && word.starts_with(|c: char| c.is_ascii_uppercase())
            && next.starts_with(char::is_uppercase)
            && !is_stop_word(&fold(bare(next)))
    };
    let street = || word.ends_with("str") && next.starts_with(|c: char| c.is_ascii_digit());
    SHORT.contains(&word) || initial() || street()
}

fn push(text: &str, start: usize, end: usize, found: &mut Vec<Range<usize>>) {
    let span = text.get(start..end).unwrap_or_default();
    let body = span.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '-' | '*' | '•' | '#'));
    // `#crates` names a channel, "# Crates" is a heading.
    let named = span.strip_suffix(body).is_some_and(|marks| marks.ends_with('#') && !marks.ends_with("##"));
    let body = span.get(span.len() - body.len() - usize::from(named)..).unwrap_or_default();
    let trimmed = body.trim_end();
    if trimmed.chars().any(char::is_alphanumeric) {
        let from = end - body.len();
        found.push(from..from + trimmed.len());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn split() {
        let text = "Use v1.2.3, e.g. today. Never touch /etc/hosts!\n- Ask Dr. Who?  ";
        let found: Vec<&str> = sentences(text).into_iter().map(|range| &text[range]).collect();
        assert_eq!(found, ["Use v1.2.3, e.g. today.", "Never touch /etc/hosts!", "Ask Dr. Who?"]);
    }

    #[test]
    fn names_keep_their_mark() {
        let text = "- #crates is closed.\n# Crates\n#crates again";
        let found: Vec<&str> = sentences(text).into_iter().map(|range| &text[range]).collect();
        assert_eq!(found, ["#crates is closed.", "Crates", "#crates again"]);
    }

    #[test]
    fn what_is_not_quoted() {
        assert_eq!(unquoted("It fails with \"no room\". Wait."), "It fails with  . Wait.");
        assert_eq!(unquoted("A 3\" pipe"), "A 3\" pipe");
    }

    #[test]
    fn nothing_in_it() {
        assert!(sentences(" \n --- \n?!").is_empty());
    }
}
