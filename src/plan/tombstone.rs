//! A rejection is remembered: the same proposal does not come back from the same evidence, in whatever words.

use std::collections::{BTreeMap, BTreeSet};

use super::operation::{Operation, OperationKind};
use crate::compare::{Profile, Relation, compare_profiles, covers};
use crate::config::Config;
use crate::memory::{Entry, EntryKind};
use crate::order::{Arrange as _, Gather as _};
use crate::redact::redact;
use crate::review::{Buried, Tombstone, written_id};
use crate::text::normalise;
use crate::time;

/// The entries of a store by their ids.
type Entries<'a> = BTreeMap<&'a str, &'a Entry>;

/// How an operation stands to what was rejected, undone or deleted before.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Nobody said no to it.
    Open,
    /// Somebody did, and nothing new speaks for it.
    Buried,
    /// Somebody did, but enough has come up since; a sentence for the reason.
    Again(String),
}

/// Before the id of an operation that a person carried out with other words.
const MODIFIED: &str = "modified_";

/// The texts of some entries, normalised and sorted: ids may change, texts tell. Without their secrets: a tombstone
/// outlives them.
fn texts_of(ids: &[String], entries: &Entries) -> Vec<String> {
    let consumed = ids.iter().filter_map(|id| entries.get(id.as_str()));
    let mut texts: Vec<String> = consumed.map(|entry| words_of(entry)).collect();
    texts.arrange();
    texts
}

fn words_of(entry: &Entry) -> String {
    normalise(&redact(&entry.text).text)
}

/// The tombstone of an operation.
pub(crate) fn bury(
    operation: &Operation,
    entries: &Entries,
    now: &str,
    cause: Buried,
    reason: Option<String>,
) -> Tombstone {
    let sessions: BTreeSet<&String> = operation.evidence.iter().map(|evidence| &evidence.session).gather_set();
    let op = operation.id.clone();
    Tombstone {
        // Undoing the same operation leaves another tombstone of it.
        op: if cause == Buried::Modified { format!("{MODIFIED}{op}") } else { op },
        kind: operation.kind,
        cause,
        entries: texts_of(&operation.entries, entries),
        text: operation.result.as_ref().map(|result| result.text.clone()),
        entry_kind: operation.result.as_ref().map(|result| result.kind),
        sessions: sessions.into_iter().cloned().collect(),
        last_seen: operation.support.last_seen.clone(),
        rejected_at: now.to_owned(),
        reason,
    }
}

/// How an operation stands to the tombstones.
///
/// It comes again once sessions that the rejection did not know speak for it: as many as it had then, or as many as any
/// finding of its kind needs.
pub(crate) fn standing(
    operation: &Operation,
    tombstones: &[Tombstone],
    entries: &Entries,
    config: &Config,
) -> Standing {
    if tombstones.is_empty() {
        return Standing::Open;
    }
    let proposal = Proposed::of(operation, entries);
    if tombstones.iter().any(|tombstone| proposal.denies(tombstone, entries)) {
        return Standing::Buried;
    }
    let mut again = None;
    for tombstone in tombstones.iter().filter(|tombstone| proposal.is(tombstone)) {
        let new = new_sessions(operation, tombstone);
        if new < needed(operation, tombstone, config) {
            return Standing::Buried;
        }
        again = Some((new, tombstone)).max(again);
    }
    again.map_or(Standing::Open, |(new, tombstone)| Standing::Again(said_since(new, tombstone)))
}

/// Whether a question was put before and answered with "both stand", or a person kept each of its entries.
pub(crate) fn answered(ids: &[String], tombstones: &[Tombstone], entries: &Entries) -> bool {
    let texts = texts_of(ids, entries);
    tombstones.iter().any(|tombstone| leaves_both(tombstone) && tombstone.entries == texts)
        || texts.iter().all(|text| tombstones.iter().any(|tombstone| keeps(tombstone, text)))
}

/// Whether a tombstone is a question that a person left open.
fn leaves_both(tombstone: &Tombstone) -> bool {
    tombstone.op.starts_with("q_")
}

/// Whether a tombstone says that a person kept an entry that was to retire.
fn keeps(tombstone: &Tombstone, text: &String) -> bool {
    tombstone.kind == OperationKind::Retire && std::slice::from_ref(text) == tombstone.entries
}

fn said_since(new: usize, tombstone: &Tombstone) -> String {
    let day = tombstone.rejected_at.get(..10).unwrap_or(&tombstone.rejected_at);
    let sessions = if new == 1 { "one new session speaks".to_owned() } else { format!("{new} new sessions speak") };
    let cause = match tombstone.cause {
        Buried::Rejected => "rejected",
        Buried::Undone => "undone",
        Buried::Deleted => "deleted by hand",
        Buried::Modified => "written in other words",
    };
    format!("It was {cause} on {day}; {sessions} for it that nobody knew then.")
}

/// Sessions of an operation's evidence that spoke after what the tombstone knew.
fn new_sessions(operation: &Operation, tombstone: &Tombstone) -> usize {
    let known: BTreeSet<&String> = tombstone.sessions.iter().gather_set();
    let seen = tombstone.last_seen.as_deref().and_then(time::millis);
    let new = operation.evidence.iter().filter(|evidence| {
        let at = evidence.at.as_deref().and_then(time::millis);
        let later = at.zip(seen).map_or(tombstone.cause != Buried::Deleted, |(at, seen)| at > seen);
        later && !known.contains(&evidence.session)
    });
    new.map(|evidence| &evidence.session).gather_set().len()
}

fn needed(operation: &Operation, tombstone: &Tombstone, config: &Config) -> usize {
    let rule = operation.result.as_ref().is_some_and(|result| result.kind == EntryKind::Rule);
    let most = if rule { config.min_sessions_mistake } else { config.min_sessions_preference };
    tombstone.sessions.len().min(most as usize).max(1)
}

/// What an operation would do, ready to be compared.
struct Proposed<'a> {
    operation: &'a Operation,
    entries: Vec<String>,
    text: Option<Profile>,
}

impl Proposed<'_> {
    fn of<'a>(operation: &'a Operation, entries: &Entries) -> Proposed<'a> {
        let text = operation.result.as_ref().map(|result| Profile::of(&result.text));
        Proposed { operation, entries: texts_of(&operation.entries, entries), text }
    }

    /// Whether the operation would take back what a person decided, in another way than it was proposed then.
    fn denies(&self, tombstone: &Tombstone, entries: &Entries) -> bool {
        self.overrules(tombstone, entries) || self.unwrites(tombstone, entries)
    }

    /// Whether an entry that a person kept would give way to another that stood beside it already.
    fn overrules(&self, tombstone: &Tombstone, entries: &Entries) -> bool {
        let Some(by) = self.operation.by.as_ref().and_then(|id| entries.get(id.as_str())) else { return false };
        let at = |time: &str| time::millis(time);
        let later = by.created_at.as_deref().and_then(at) > at(&tombstone.rejected_at);
        let stands = words_of(by);
        let kept = |text: &String| {
            keeps(tombstone, text)
                || leaves_both(tombstone) && [text, &stands].iter().all(|text| tombstone.entries.contains(text))
        };
        self.operation.kind == OperationKind::Supersede && !later && self.entries.iter().any(kept)
    }

    /// Whether the words that a person put in the place of these, and that stand, would get them beside or above them.
    fn unwrites(&self, tombstone: &Tombstone, entries: &Entries) -> bool {
        let Some(op) = tombstone.op.strip_prefix(MODIFIED) else { return false };
        let (Some(proposal), Some(proposed)) = (&self.text, &tombstone.text) else { return false };
        let own = written_id(op);
        let stands = entries.get(own.as_str()).is_some_and(|entry| entry.is_active());
        let above = || self.operation.entries.contains(&own) && same(proposal, &Profile::of(proposed));
        stands && (*proposal.normal == *normalise(proposed) || above())
    }

    /// Whether a tombstone is about the same.
    fn is(&self, tombstone: &Tombstone) -> bool {
        if self.operation.id == tombstone.op {
            return true;
        }
        let written = |kind: OperationKind| matches!(kind, OperationKind::Add | OperationKind::Supersede);
        let same_kind = self.operation.kind == tombstone.kind
            // A new text is the same proposal whether or not an older one stands in its way by now.
            || self.text.is_some() && written(self.operation.kind) && written(tombstone.kind);
        let free = self.text.is_some()
            // Where a person wrote other words, those are what stands in the way now.
            && (self.entries.is_empty() || tombstone.entries.is_empty() || tombstone.cause == Buried::Modified);
        same_kind && (free || alike(&self.entries, &tombstone.entries)) && self.same_text(tombstone)
    }

    fn same_text(&self, tombstone: &Tombstone) -> bool {
        match (&self.text, &tombstone.text) {
            (Some(text), Some(rejected)) => same(text, &Profile::of(rejected)),
            (None, None) => true,
            _ => false,
        }
    }
}

/// Whether two sorted lists of texts say the same, one by one.
fn alike(texts: &[String], others: &[String]) -> bool {
    texts == others
        || texts.len() == others.len()
            && texts.iter().zip(others).all(|(a, b)| a == b || same(&Profile::of(a), &Profile::of(b)))
}

fn same(text: &Profile, rejected: &Profile) -> bool {
    let verdict = compare_profiles(text, rejected, 0.75).verdict;
    matches!(verdict, Relation::Duplicate | Relation::Subsumes | Relation::Subsumed) || covers(rejected, text)
}

#[cfg(all(test, feature = "model"))]
mod tests {
    use crate::error::Result;
    use crate::review::{Applied, Decision, Tombstone, Verdict, apply};
    use crate::{Digest, DreamInput, Entry, Memory, Plan, digest_transcript, dream};

    const NOW: &str = "2026-11-08T00:00:00Z";

    fn digests(said: &str, days: &[u32]) -> Result<Vec<Digest>> {
        let session = |day: &u32| {
            let at = format!("2026-10-{day:02}T09:00:00Z");
            format!(
                r#"{{"id":"s{day}","agent":"a","started_at":"{at}","ended_at":"{at}","messages":[{{"role":"user","content":"{said}","at":"{at}"}}]}}"#
            )
        };
        let lines: Vec<String> = days.iter().map(session).collect();
        Ok(digest_transcript(lines.join("\n").as_bytes(), None)?.digests)
    }

    fn dreamt(memory: &Memory, digests: &[Digest], tombstones: &[Tombstone]) -> Result<Plan> {
        let (memory, digests, tombstones) = (memory.clone(), digests.to_vec(), tombstones.to_vec());
        dream(&DreamInput { memory, digests, tombstones, now: NOW.to_owned(), ..DreamInput::default() })
    }

    /// All operations of a plan decided alike.
    fn decided(memory: &Memory, plan: &Plan, decision: Verdict, text: Option<&str>) -> Result<Applied> {
        let text = text.map(str::to_owned);
        let one = |op: &String| Decision { op: op.clone(), decision, text: text.clone(), reason: None };
        let decisions: Vec<Decision> = plan.operations.iter().map(|operation| one(&operation.id)).collect();
        apply(memory, plan, &decisions, NOW)
    }

    #[test]
    fn what_a_person_worded_otherwise_does_not_come_back() -> Result<()> {
        let said = "From now on always deploy from the release branch, never from a laptop.";
        let before = digests(said, &[1])?;
        for own in ["Laptops never deploy.", "Deploys: see the runbook.", "Always deploy from a laptop."] {
            let plan = dreamt(&Memory::default(), &before, &[])?;
            assert_eq!(plan.operations.len(), 1);
            let applied = decided(&Memory::default(), &plan, Verdict::Modify, Some(own))?;
            let later = digests(said, &[1, 20])?;
            for sessions in [&before, &later] {
                let again = dreamt(&applied.memory, sessions, &applied.tombstones)?;
                assert_eq!(again.operations, [], "{own}");
            }
        }
        Ok(())
    }

    #[test]
    fn what_a_person_kept_gives_way_to_nothing_that_stood_there() -> Result<()> {
        let entry = |id: &str, text: &str, day: &str| Entry {
            created_at: Some(format!("2026-{day}T00:00:00Z")),
            ..Entry::new(id, text)
        };
        let old = entry("m1", "The backup server stands in Leeds.", "09-01");
        let back = entry("m2", "No longer true: The backup server stands in Leeds.", "10-01");
        let memory = Memory { entries: vec![old, back], ..Memory::default() };
        let plan = dreamt(&memory, &[], &[])?;
        assert_eq!(plan.operations.len(), 2);
        let kept = decided(&memory, &plan, Verdict::Reject, None)?;
        let again = dreamt(&memory, &[], &kept.tombstones)?;
        assert_eq!((&again.operations[..], &again.questions[..]), (&[][..], &[][..]));
        let undone = decided(&memory, &plan, Verdict::Approve, None)?.inverse.tombstones;
        assert_eq!(dreamt(&memory, &[], &undone)?.operations, []);
        Ok(())
    }

    #[test]
    fn what_stands_by_both_answers_goes_on_standing() -> Result<()> {
        let mut memory =
            crate::parse_memory_text("- The depot closes at 21:00.\n- The depot closes at 22:00.\n", None)?;
        memory.entries.iter_mut().for_each(|entry| entry.place = None);
        let plan = dreamt(&memory, &[], &[])?;
        let decision =
            Decision { op: plan.questions[0].id.clone(), decision: Verdict::Reject, text: None, reason: None };
        let tombstones = apply(&memory, &plan, &[decision], NOW)?.tombstones;
        // Times that turn up later decide nothing that a person has decided.
        for (entry, day) in memory.entries.iter_mut().zip(["01", "02"]) {
            entry.created_at = Some(format!("2026-01-{day}T00:00:00Z"));
        }
        let again = dreamt(&memory, &[], &tombstones)?;
        assert_eq!((again.operations.len(), again.questions.len()), (0, 0));
        Ok(())
    }
}
