//! What a person took out of the store by hand.

use std::collections::BTreeSet;

use super::decision::{Buried, Tombstone};
use crate::memory::{Entry, Memory};
use crate::order::Gather as _;
use crate::plan::OperationKind;
use crate::redact::redact;
use crate::text::normalise;

/// The tombstones of entries that were active and are gone, or have other words: what was deleted is not proposed again
/// unless somebody asks for it later than `now`.
///
/// ```
/// use lucidream::{deleted, parse_memory_text};
/// let before = parse_memory_text("- Deploy on Mondays.\n- Ask Ana first.\n", None)?;
/// let after = parse_memory_text("- Ask Ana first.\n", None)?;
/// let gone = deleted(&before, &after, "2026-11-08T03:00:00Z");
/// assert_eq!(gone[0].text.as_deref(), Some("Deploy on Mondays."));
/// # Ok::<(), lucidream::Error>(())
/// ```
pub fn deleted(before: &Memory, after: &Memory, now: &str) -> Vec<Tombstone> {
    let texts: BTreeSet<String> = after.entries.iter().map(|entry| normalise(&entry.text)).gather_set();
    let gone = |entry: &&Entry| entry.is_active() && !texts.contains(&normalise(&entry.text));
    before.entries.iter().filter(gone).map(|entry| tombstone(entry, now)).collect()
}

fn tombstone(entry: &Entry, now: &str) -> Tombstone {
    let sessions: BTreeSet<&String> = entry.evidence.iter().map(|evidence| &evidence.session).gather_set();
    Tombstone {
        op: format!("deleted_{}", entry.id),
        kind: OperationKind::Add,
        cause: Buried::Deleted,
        entries: Vec::new(),
        text: Some(redact(&entry.text).text),
        entry_kind: Some(entry.kind),
        sessions: sessions.into_iter().cloned().collect(),
        last_seen: Some(now.to_owned()),
        rejected_at: now.to_owned(),
        reason: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_other_words_is_gone_too() {
        let before =
            Memory { entries: vec![Entry::new("m1", "Ask Ana."), Entry::new("m2", "Use A4.")], ..Memory::default() };
        let mut after = before.clone();
        after.entries[1].text = "Use A5.".to_owned();
        let texts = |gone: Vec<Tombstone>| gone.into_iter().filter_map(|one| one.text).collect::<Vec<_>>();
        assert_eq!(texts(deleted(&before, &after, "2026-11-08T03:00:00Z")), ["Use A4."]);
    }
}
