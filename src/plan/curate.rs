//! Tidying the store itself: secrets, planted and useless entries, contradictions, duplicates.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::confirmation::Confirmation;
use super::contradiction::Settled;
use super::irrelevance::{Standpoint, by_hand, irrelevant};
use super::merged::Merged;
use super::operation::{Operation, OperationKind, Proposal, QuarantineKind, Quarantined, Question, Risk, operation_id};
use super::rewrite::rewritten;
use super::rot::Survey;
use crate::compare::{Given, Group, Member, Profile, Relations, SURE};
use crate::config::Config;
use crate::evidence::{Evidence, Support};
use crate::finding::sentence;
use crate::memory::{Entry, Memory, planted, steers};
use crate::order::{Arrange as _, Gather as _};
use crate::redact::redact;
use crate::text::sentences;

/// What a dream would do to the entries of a store.
#[derive(Debug, Default)]
pub(crate) struct Curation {
    /// The operations; each entry is consumed by one at most.
    pub operations: Vec<Operation>,
    /// Entries that hold a secret or were planted.
    pub quarantine: Vec<Quarantined>,
    /// Entries that the sessions confirm.
    pub confirmations: Vec<Confirmation>,
    /// Contradictions that only a person can settle.
    pub questions: Vec<Question>,
    /// Ids of the entries that an operation consumes.
    pub consumed: BTreeSet<String>,
    /// Those of which people say that something changed: nothing else is done with them until that is answered.
    pub doubted: BTreeSet<String>,
}

/// An active entry with what it is compared by.
pub(crate) struct Candidate<'a> {
    /// The entry.
    pub entry: &'a Entry,
    /// Its text as it should read, with the reason; nothing if it reads so already.
    pub rewritten: Option<(String, String)>,
    /// That text read.
    pub profile: Profile,
    /// Its scope, and what part of a text it belongs to.
    pub scope: Cow<'a, str>,
}

impl<'a> Candidate<'a> {
    fn of(entry: &'a Entry, given: &Given) -> Candidate<'a> {
        let rewritten = rewritten(entry);
        let profile = Profile::of(rewritten.as_ref().map_or(&entry.text, |(text, _)| text));
        let profile = profile.with(given.vector(Some(&entry.id), &entry.text));
        Candidate { entry, rewritten, profile, scope: scope(entry) }
    }

    /// Its text as it should read.
    pub(crate) fn text(&self) -> &str {
        self.rewritten.as_ref().map_or(&self.entry.text, |(text, _)| text)
    }

    /// What it is compared as.
    pub(crate) fn member(&self) -> Member<'_> {
        Member {
            text: self.text(),
            profile: &self.profile,
            scope: &self.scope,
            when: self.entry.when.as_deref(),
            above: self.entry.place.as_ref().map(|place| (place.section.as_slice(), place.under.as_deref())),
            about: self.about(),
        }
    }

    /// What an item of an owner's list says it is about: "`a.rs`: reads".
    fn about(&self) -> Option<&str> {
        let text = self.entry.text.as_str();
        let cut = [": ", " — ", " – ", " - ", " → "].iter().filter_map(|mark| text.find(mark)).min();
        text.get(..cut.filter(|_| by_hand(self.entry))?)
    }
}

/// What an entry is compared within: a quotation, an open or done task and the answer to a question say something else
/// than the same words elsewhere.
fn scope(entry: &Entry) -> Cow<'_, str> {
    let task = ["[ ]", "[x]", "[X]"].into_iter().find(|mark| entry.text.starts_with(*mark));
    let place = entry.place.as_ref();
    let question = place
        .and_then(|place| place.under.as_deref())
        .filter(|under| under.trim_end_matches(['*', '_']).ends_with('?'));
    let quoted = place.is_some_and(|place| place.quoted).then_some(">");
    let parts: Vec<&str> = [quoted, task.filter(|_| place.is_some()), question].into_iter().flatten().collect();
    match parts.is_empty() {
        true => Cow::Borrowed(&entry.scope),
        false => Cow::Owned(format!("{}\n{}", entry.scope, parts.join("\n"))),
    }
}

/// The active entries, by id, so that the order of the store never shows.
pub(crate) fn candidates<'a>(memory: &'a Memory, given: &Given) -> Vec<Candidate<'a>> {
    read(memory.entries.iter().filter(|entry| entry.is_active()).collect(), given)
}

/// The entries that left the active set, by id.
pub(crate) fn past<'a>(memory: &'a Memory, given: &Given) -> Vec<Candidate<'a>> {
    read(memory.entries.iter().filter(|entry| !entry.is_active()).collect(), given)
}

pub(crate) fn read<'a>(mut entries: Vec<&'a Entry>, given: &Given) -> Vec<Candidate<'a>> {
    entries.arrange_by(|a, b| a.id.cmp(&b.id));
    entries.into_iter().map(|entry| Candidate::of(entry, given)).collect()
}

impl Curation {
    /// First pass: secrets are replaced, planted and useless entries leave.
    pub(crate) fn screen(candidates: &[Candidate], from: &Standpoint) -> Curation {
        let mut curation = Curation::default();
        candidates.iter().for_each(|candidate| curation.screen_entry(candidate.entry, from));
        curation
    }

    /// Last pass, over what nothing else consumes: contradictions are settled, then duplicates merged.
    pub(crate) fn tidy(&mut self, survey: &Survey, memory: &Memory, given: &Given, config: &Config) {
        self.consumed.extend(self.doubted.iter().cloned());
        let open: Vec<&Candidate> = survey.candidates.iter().collect();
        self.settle(survey, &Settled::of(memory, given));
        // First what others say more fully: once those are merged nothing more may come of it.
        self.drop_contained(survey);
        self.absorb(survey, config.duplicate_score);
        let merged = Merged::of(memory).with(&self.operations);
        self.merge(&open, &survey.relations, |ids| merged.agree(ids, given, config.duplicate_score));
        self.unite(survey, &merged, config);
        self.reword(survey.candidates);
    }

    /// Entries that stay and could read better.
    fn reword(&mut self, candidates: &[Candidate]) {
        for candidate in candidates {
            if let Some((text, why)) = &candidate.rewritten
                && !self.consumed.contains(&candidate.entry.id)
            {
                let reason = format!("The same in a way that lasts: {why}.");
                let operation = rewrite(candidate.entry, text.clone(), reason);
                self.push(Operation { risk: Risk::Medium, needs_review: true, ..operation });
            }
        }
    }

    /// Adds an operation and notes what it consumes.
    pub(crate) fn push(&mut self, operation: Operation) {
        self.consumed.extend(operation.entries.iter().cloned());
        self.operations.push(operation);
    }

    /// Ids of the entries that would leave the active set; what is only rewritten stays.
    pub(crate) fn leaving(&self) -> impl Iterator<Item = &str> {
        let leave = self.operations.iter().filter(|operation| !operation.kind.stays());
        leave.flat_map(|operation| operation.entries.iter().map(String::as_str))
    }

    /// Drops operations; what they consumed is free again.
    pub(crate) fn retain(&mut self, keep: impl Fn(&Operation) -> bool) {
        self.operations.retain(keep);
        // What depends on an operation goes with it.
        let mut before = usize::MAX;
        while before != self.operations.len() {
            before = self.operations.len();
            let ids: BTreeSet<String> = self.operations.iter().map(|operation| operation.id.clone()).gather_set();
            self.operations.retain(|operation| operation.depends_on.iter().all(|other| ids.contains(other)));
        }
        self.consumed = self.operations.iter().flat_map(|operation| operation.entries.iter().cloned()).gather_set();
    }

    /// Pinned entries stay as they are, with a note.
    fn screen_entry(&mut self, entry: &Entry, from: &Standpoint) {
        let redaction = redact(&entry.text);
        if !redaction.found.is_empty() {
            let kinds: BTreeSet<&str> = redaction.found.iter().map(|found| found.kind.as_str()).gather_set();
            let kinds = kinds.into_iter().collect::<Vec<_>>().join(", ");
            self.quarantine.push(quarantined(entry, QuarantineKind::Secret, format!("holds a secret: {kinds}")));
            if !entry.pinned && planted(entry) {
                let reason = format!("It held a secret ({kinds}) and reads like an instruction of a tool.");
                self.push(retire(entry, reason, Risk::Low));
            } else if !entry.pinned {
                self.push(rewrite(entry, redaction.text, format!("It held a secret ({kinds}).")));
            }
        } else if planted(entry) {
            let reason = "reads like an instruction and comes from a tool";
            self.quarantine.push(quarantined(entry, QuarantineKind::Instruction, reason.to_owned()));
            if !entry.pinned {
                self.push(retire(entry, format!("It {reason}."), Risk::Low));
            }
        } else if steers(entry) {
            let reason = "tells an agent to set its instructions aside, or to keep something from people";
            self.quarantine.push(quarantined(entry, QuarantineKind::Instruction, reason.to_owned()));
            if !entry.is_fixed() {
                self.push(retire(entry, format!("It {reason}, and nobody is known to have said it."), Risk::Medium));
            }
        } else if !entry.is_fixed()
            && let Some(why) = irrelevant(entry, from)
        {
            self.push(retire(entry, format!("No use any more: {}.", why.why), Risk::Medium));
        }
    }

    /// Groups in which every pair says the same become one entry.
    fn merge(&mut self, open: &[&Candidate], relations: &Relations, agree: impl Fn(&[&str]) -> bool) {
        let free = |at: usize| open.get(at).is_some_and(|candidate| !self.consumed.contains(&candidate.entry.id));
        for group in relations.groups(free) {
            let ids: Vec<&str> =
                group.members.iter().filter_map(|at| open.get(*at)).map(|member| member.entry.id.as_str()).collect();
            // Copies of the very words are one, whatever was merged into them before.
            let groups = if agree(&ids) { vec![group] } else { copies(open, &group) };
            groups.iter().filter_map(|group| merge(open, group)).for_each(|operation| self.push(operation));
        }
    }
}

/// Those of a group that say the very same words.
fn copies(open: &[&Candidate], group: &Group) -> Vec<Group> {
    let mut texts: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    for (at, member) in group.members.iter().filter_map(|at| Some((*at, open.get(*at)?))) {
        texts.entry(member.profile.exact()).or_default().push(at);
    }
    let groups = texts.into_values().filter(|members| members.len() > 1);
    groups.map(|members| Group { members, score: 1.0 }).collect()
}

fn quarantined(entry: &Entry, kind: QuarantineKind, reason: String) -> Quarantined {
    Quarantined { kind, reason, entry: Some(entry.id.clone()), evidence: None }
}

pub(crate) fn operation(
    kind: OperationKind,
    entries: Vec<String>,
    by: Option<String>,
    result: Option<Proposal>,
) -> Operation {
    let text = result.as_ref().map(|proposal| proposal.text.as_str());
    Operation {
        id: operation_id(kind, &entries, by.as_deref(), text),
        kind,
        entries,
        by,
        result,
        reason: String::new(),
        evidence: Vec::new(),
        support: Support::default(),
        effect: None,
        backtest: None,
        confidence: 1.0,
        risk: Risk::Low,
        needs_review: false,
        depends_on: Vec::new(),
    }
}

fn rewrite(entry: &Entry, text: String, reason: String) -> Operation {
    let result = Proposal { kind: entry.kind, text, scope: entry.scope.clone(), when: entry.when.clone() };
    Operation { reason, ..operation(OperationKind::Rewrite, vec![entry.id.clone()], None, Some(result)) }
}

pub(crate) fn retire(entry: &Entry, reason: String, risk: Risk) -> Operation {
    let planted = risk == Risk::Low;
    Operation {
        reason,
        risk,
        needs_review: !planted,
        confidence: if planted { 0.95 } else { 0.8 },
        evidence: entry.evidence.iter().take(1).cloned().collect(),
        ..operation(OperationKind::Retire, vec![entry.id.clone()], None, None)
    }
}

pub(crate) fn supersede(winner: &Entry, loser: &Entry, reason: String) -> Operation {
    let evidence: Vec<Evidence> = winner.evidence.iter().take(3).cloned().collect();
    Operation {
        reason: sentence(&reason),
        evidence,
        support: winner.support.clone().unwrap_or_default(),
        risk: Risk::Medium,
        needs_review: true,
        confidence: 0.8,
        ..operation(OperationKind::Supersede, vec![loser.id.clone()], Some(winner.id.clone()), None)
    }
}

fn merge(open: &[&Candidate], group: &Group) -> Option<Operation> {
    let members: Vec<&Candidate> = group.members.iter().filter_map(|at| open.get(*at).copied()).collect();
    let same_words = members.iter().zip(members.iter().skip(1)).all(|(a, b)| a.profile.same_words(&b.profile));
    let stays = |member: &&&Candidate| member.entry.is_fixed() || member.entry.is_step();
    let fixed = members.iter().find(stays).copied();
    let best = clearest(&members)?;
    let kept = fixed.unwrap_or(best);
    if !members.iter().all(|member| says_every_clause(kept, member)) {
        return None;
    }
    let consumed = members.iter().filter(|member| !stays(member)).map(|member| member.entry.id.clone());
    let entries: Vec<String> = consumed.collect();
    let stays = fixed.map(|member| member.entry.id.clone());
    let result = Proposal {
        kind: members.iter().map(|member| member.entry.kind).min().unwrap_or_default(),
        text: best.text().to_owned(),
        scope: best.entry.scope.clone(),
        when: members.iter().find_map(|member| member.entry.when.clone()),
    };
    let sure = same_words || group.score >= SURE;
    let manner = if same_words { "the same words" } else { "the same in other words" };
    let unsaid = unsaid(kept, &members);
    let lost = if unsaid.is_empty() {
        String::new()
    } else {
        format!(" Not in the wording that stays: {}.", unsaid.join(", "))
    };
    (!entries.is_empty()).then(|| Operation {
        reason: format!("{} entries say {manner}.{lost}", members.len()),
        evidence: members.iter().flat_map(|member| member.entry.evidence.iter().take(2).cloned()).collect(),
        risk: if sure { Risk::Low } else { Risk::Medium },
        needs_review: !sure,
        confidence: group.score,
        ..operation(OperationKind::Merge, entries, stays.clone(), stays.is_none().then_some(result))
    })
}

// More words than these tell a reader no more.
const SHOWN: usize = 8;

/// What entries say that the wording to keep does not: what a person should look at before two wordings become one.
fn unsaid<'a>(kept: &Candidate, members: &[&'a Candidate]) -> Vec<&'a str> {
    let mut seen = BTreeSet::new();
    let words = members.iter().flat_map(|member| kept.profile.unsaid(&member.profile));
    words.filter(|word| seen.insert(*word)).take(SHOWN).collect()
}

/// Whether a wording has something of each clause of another one: "almonds are fine" is not in "no walnuts".
fn says_every_clause(kept: &Candidate, member: &Candidate) -> bool {
    let clauses = clauses(member.text());
    let lost = |clause: &&str| {
        let said = Profile::of(clause);
        let unsaid = kept.profile.unsaid(&said).count();
        unsaid > 0 && unsaid * 2 > said.content.len()
    };
    clauses.len() < 2 || !clauses.iter().any(lost)
}

/// The sentences of a text, and the parts that are set apart in them: by semicolons, in brackets or as "(1) … (2) …".
fn clauses(text: &str) -> Vec<&str> {
    let sentences = sentences(text).into_iter().filter_map(|range| text.get(range));
    sentences.flat_map(|sentence| sentence.split("; ")).flat_map(|part| part.split(" (")).collect()
}

/// The wording to keep: from the most trusted source, the strictest, the fullest, the newest. Of what is as trusted, a
/// "must" never becomes a "should" by merging.
pub(crate) fn clearest<'a, 'b>(members: &[&'b Candidate<'a>]) -> Option<&'b Candidate<'a>> {
    let strict = |profile: &Profile| ["must", "always", "never"].iter().any(|word| profile.has(word));
    members.iter().copied().max_by(|a, b| {
        let rank =
            |c: &Candidate| (c.entry.source, strict(&c.profile), c.profile.content.len(), c.entry.created_at.clone());
        rank(a).cmp(&rank(b)).then_with(|| b.entry.id.cmp(&a.entry.id))
    })
}

#[cfg(test)]
mod tests {
    use crate::memory::Entry;
    use crate::{DreamInput, Memory, OperationKind, dream};

    fn merges(text: &str) -> crate::Result<usize> {
        let memory = crate::parse_memory_text(text, None)?;
        let plan = dream(&DreamInput { memory, now: "2026-11-08T00:00:00Z".to_owned(), ..DreamInput::default() })?;
        Ok(plan.operations.len() + plan.questions.len())
    }

    #[test]
    fn the_same_step_twice_is_done_twice() -> crate::Result<()> {
        let steps = "1. Rinse the kiln tray.\n2. Fill it.\n3. Rinse the kiln tray.\n";
        assert_eq!(merges(steps)?, 0);
        assert_eq!(merges(&format!("# One\n\n{steps}\n# Two\n\n{steps}"))?, 0);
        assert_eq!(merges("1. Set up:\n   - Rinse the kiln tray.\n   - Fill it.\n   - Rinse the kiln tray.\n")?, 0);
        assert_eq!(merges("1) Start the kiln fan.\n2) Stop the kiln fan.\n")?, 0);
        assert_eq!(merges("- Rinse the kiln tray.\n- Fill it.\n- Rinse the kiln tray.\n")?, 1);
        Ok(())
    }

    #[test]
    fn a_merge_keeps_every_sentence() -> crate::Result<()> {
        let store = |more: &str| {
            format!(
                r#"[{{"id": "a", "source": "user", "text": "Ida takes no milk and no cream in her tea."}},
                    {{"id": "b", "source": "agent", "text": "In her tea Ida takes no milk, no cream.{more}"}}]"#
            )
        };
        assert_eq!(merges(&store(""))?, 1);
        assert_eq!(merges(&store(" Honey is fine."))?, 0);
        let steps = |more: &str| {
            format!(
                r#"[{{"id": "a", "text": "Before the boat is let out check (1) the fuel tank and (2) the bilge pump."}},
                    {{"id": "b", "text": "Before the boat is let out, check (1) the fuel tank{more} and (2) the bilge pump."}}]"#
            )
        };
        assert_eq!(merges(&steps(""))?, 1);
        assert_eq!(merges(&steps(" (ask Ole for the dipstick)"))?, 0);
        Ok(())
    }

    #[test]
    fn a_merge_says_what_its_wording_does_not() -> crate::Result<()> {
        let texts = [
            "Before a release, run the full regression suite on staging and fix what fails.",
            "Run the whole regression suite on staging before each release and patiently fix failures.",
        ];
        let entries = texts.iter().enumerate().map(|(at, text)| Entry::new(format!("m{at}"), *text)).collect();
        let memory = Memory { entries, ..Memory::default() };
        let plan = dream(&DreamInput { memory, now: "2026-11-08T00:00:00Z".to_owned(), ..DreamInput::default() })?;
        let reasons: Vec<(OperationKind, &str)> =
            plan.operations.iter().map(|operation| (operation.kind, operation.reason.as_str())).collect();
        let reason = "2 entries say the same in other words. Not in the wording that stays: full, what, fails.";
        assert_eq!(reasons, [(OperationKind::Merge, reason)]);
        Ok(())
    }
}
