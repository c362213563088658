//! The same said in a way that lasts: dates that only made sense on the day of writing are made absolute ("yesterday" is
//! useless a year later), and what an agent wrote loses its preambles. Never a value.

use super::irrelevance::by_hand;
use crate::digest::Plain;
use crate::memory::{Entry, EntryKind, Source};
use crate::text::{capitalised, dated, values, words};
use crate::time;

/// An entry's text as it should read, and why, if that is another one than now.
pub(crate) fn rewritten(entry: &Entry) -> Option<(String, String)> {
    if entry.pinned {
        return None;
    }
    let spared = matches!(entry.source, Source::User | Source::Developer) || by_hand(entry);
    let plain = plain(&entry.text).filter(|_| !spared);
    // The preamble goes first: "please note" would make a request of a statement.
    let dated = absolute(entry, plain.as_deref().unwrap_or(&entry.text));
    match (dated, plain) {
        (Some((text, dates)), Some(_)) => Some((text, format!("{dates}; the preamble says nothing"))),
        (None, Some(plain)) => Some((plain, "the preamble says nothing".to_owned())),
        (dated, None) => dated,
    }
}

/// A text without the preamble that language models like to begin with.
fn plain(text: &str) -> Option<String> {
    let plain = Plain::of(text).text;
    // What stands in the middle says how it was meant.
    let rest = text.ends_with(&*plain).then_some(&*plain)?;
    let same = || values(rest) == values(text);
    (rest.len() < text.len() && same() && words(rest).len() >= 3).then(|| capitalised(rest))
}

/// A text with its relative dates made absolute, and what was replaced by what.
fn absolute(entry: &Entry, text: &str) -> Option<(String, String)> {
    let written = entry.created_at.as_deref().and_then(time::millis)?;
    let holds = matches!(entry.kind, EntryKind::Rule | EntryKind::Preference | EntryKind::Workflow);
    dated(text, written).filter(|_| !holds)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<String> {
        let entry = Entry { created_at: Some("2026-03-05T09:00:00Z".to_owned()), ..Entry::new("m", text) };
        rewritten(&entry).map(|(text, _)| text)
    }

    #[test]
    fn preambles_go_and_values_stay() {
        let text = "Please note that the port is 5432.";
        assert_eq!(read(text).as_deref(), Some("The port is 5432."));
        assert_eq!(read("Anna moved to Lyon yesterday.").as_deref(), Some("Anna moved to Lyon on 2026-03-04."));
        let said = Entry { source: Source::User, ..Entry::new("m", text) };
        assert_eq!(rewritten(&said), None);
    }
}
