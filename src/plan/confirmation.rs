//! Findings that the store has already: its entry gets their support instead of a second entry beside it.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::evidence::{Evidence, Support};
use crate::finding::Finding;
use crate::memory::{Entry, Memory};
use crate::order::Gather as _;
use crate::time;

/// What the sessions of a dream say again of an entry. It is added to the entry when something of the plan is applied.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Confirmation {
    /// Id of the entry.
    pub entry: String,
    /// What is added to its support: only occasions later than those that it has.
    pub support: Support,
    /// Where it was said.
    pub evidence: Vec<Evidence>,
}

impl Confirmation {
    /// What a finding adds to an entry; nothing if the entry knows all of it. Sessions that an earlier dream counted do
    /// not count again.
    pub(crate) fn of(entry: &Entry, finding: &Finding) -> Option<Confirmation> {
        let at = |time: &Option<String>| time.as_deref().and_then(time::millis);
        let known = entry.support.as_ref().map(|support| at(&support.last_seen));
        let later = |evidence: &Evidence| match known {
            None => true,
            Some(last) => at(&evidence.at).zip(last).is_some_and(|(at, last)| at > last),
        };
        // What a session that was counted says later on is the same session still.
        let counted = entry.evidence.iter().chain(finding.evidence.iter().filter(|evidence| !later(evidence)));
        let counted: BTreeSet<&str> = counted.map(|evidence| evidence.session.as_str()).gather_set();
        let is_new = |evidence: &&Evidence| later(evidence) && !counted.contains(evidence.session.as_str());
        let evidence: Vec<Evidence> = finding.evidence.iter().filter(is_new).cloned().collect();
        if evidence.is_empty() {
            return None;
        }
        let support = match known {
            None => finding.support.clone(),
            Some(_) => Support::count(&evidence, finding.support.agents as usize),
        };
        Some(Confirmation { entry: entry.id.clone(), support, evidence })
    }

    /// Adds to the support of the entries that are still active. Their evidence stays: what was rejected of them must not
    /// come back because something else was said.
    pub(crate) fn add(confirmations: &[Confirmation], memory: &mut Memory) {
        for confirmation in confirmations {
            let same = |entry: &&mut Entry| entry.id == confirmation.entry && entry.is_active();
            if let Some(entry) = memory.entries.iter_mut().find(same) {
                let before = entry.support.take().unwrap_or_default();
                entry.support = Some(sum(before, &confirmation.support));
            }
        }
    }
}

fn sum(before: Support, more: &Support) -> Support {
    let earliest = [&before.first_seen, &more.first_seen].into_iter().flatten().min().cloned();
    Support {
        supporting: before.supporting + more.supporting,
        against: before.against + more.against,
        sessions: before.sessions + more.sessions,
        agents: before.agents.max(more.agents),
        speakers: before.speakers.max(more.speakers),
        first_seen: earliest,
        last_seen: before.last_seen.max(more.last_seen.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::EntryKind;

    fn said(session: &str, minute: u32) -> Evidence {
        let at = format!("2026-11-05T10:{minute:02}:00Z");
        Evidence { ..Evidence::of_call("sha256:0", session, minute, "Edit", Some(&at)) }
    }

    #[test]
    fn a_session_counts_once() {
        let finding = |evidence: Vec<Evidence>| Finding {
            support: Support::count(&evidence, 1),
            evidence,
            kind: EntryKind::Rule,
            text: "Read a file before editing it.".to_owned(),
            ..Finding::default()
        };
        let first = finding(vec![said("a", 1), said("b", 2)]);
        let entry = Entry { support: Some(first.support.clone()), ..Entry::new("m", &first.text) };
        // Later words of the same sessions, and one session more.
        let later = finding(vec![said("a", 1), said("b", 2), said("b", 7), said("c", 9), said("c", 10)]);
        let sessions =
            |entry: &Entry, finding: &Finding| Confirmation::of(entry, finding).map(|more| more.support.sessions);
        assert_eq!(sessions(&entry, &later), Some(1));
        assert_eq!(sessions(&Entry::new("m", &first.text), &later), Some(3));
        let known = Entry { evidence: vec![said("c", 3)], ..entry };
        assert_eq!(sessions(&known, &later), None);
    }
}
