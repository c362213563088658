//! The dream itself: digests and memory in, plan out. It never writes.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::curate::{Candidate, Curation, candidates};
use super::irrelevance::Standpoint;
use super::ledger;
use super::operation::{
    LeftOut, Operation, OperationKind, PLAN_SCHEMA, Plan, Proposal, Quarantined, Question, ReadFate, Report, Risk,
    TranscriptFate, operation_id,
};
use super::promote::{promotion, scope};
use super::report;
use super::rot::Survey;
use super::tombstone::{Standing, answered, standing};
use crate::canonical::memory_hash;
use crate::compare::{Profile, Relation, compare_profiles, covers};
use crate::config::Config;
use crate::digest::Digest;
use crate::error::{Error, Result};
use crate::finding::{Finding, mistakes, preferences};
use crate::memory::{self, Entry, EntryKind, Memory, Source, Usage};
use crate::review::Tombstone;
use crate::time;

/// What a dream is given. Times, seeds and settings are arguments: the engine has none of its own.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct DreamInput {
    /// The store as it is.
    #[serde(default)]
    pub memory: Memory,
    /// One digest a session, in any order.
    #[serde(default)]
    pub digests: Vec<Digest>,
    /// Transcripts that gave no digest, with the reason; the others are known from the digests.
    #[serde(default)]
    pub transcripts: Vec<TranscriptFate>,
    /// What was rejected before.
    #[serde(default)]
    pub tombstones: Vec<Tombstone>,
    /// How often each entry was recalled, by its id. Entries that nobody uses are retired only where this is known.
    #[serde(default)]
    pub usage: BTreeMap<String, Usage>,
    /// The agent whose memory it is.
    #[serde(default)]
    pub agent: Option<String>,
    /// RFC 3339 time of the dream.
    pub now: String,
    /// Settings.
    #[serde(default)]
    pub config: Config,
}

// A reviewer reads the first ones; a hostile transcript must not fill the plan.
const MAX_QUARANTINED: usize = 200;

/// Dreams: proposes what to change in a memory, with reasons and evidence.
///
/// The order of entries, digests, transcripts and tombstones never changes the plan.
///
/// # Errors
/// `invalid_config`, `invalid_timestamp`, `invalid_argument`, `duplicate_entry`, `memory_too_large`;
/// `unbalanced_ledger` instead of a plan that would lose something.
///
/// ```
/// use lucidream::{DreamInput, dream, parse_memory_text};
/// let memory = parse_memory_text("- Deploy on Mondays.\n- deploy on mondays\n", None)?;
/// let now = "2026-11-08T03:00:00Z".to_owned();
/// let plan = dream(&DreamInput { memory, now, ..Default::default() })?;
/// assert_eq!(plan.operations[0].reason, "2 entries say the same words.");
/// # Ok::<(), lucidream::Error>(())
/// ```
pub fn dream(input: &DreamInput) -> Result<Plan> {
    input.config.validate()?;
    let now =
        time::millis(&input.now).ok_or_else(|| Error::InvalidTimestamp { field: "now", value: input.now.clone() })?;
    memory::check(&input.memory, &input.config)?;
    let chosen = choose(&input.digests, input.config.max_sessions);
    let from = Standpoint { now, usage: &input.usage, half_life_days: input.config.half_life_days };
    let survey = Survey::of(candidates(&input.memory), &input.config);
    let open = |operation: &Operation| said_before(operation, input) != Standing::Buried;
    let mut curation = Curation::screen(&survey.candidates, &from);
    curation.take_back(&survey.candidates, &input.memory);
    curation.retain(open);
    // What people say now goes before what the store says against itself.
    let known = learn(input, &chosen.digests, &survey.candidates, &mut curation);
    curation.tidy(&survey);
    curation.retain(open);
    finish(input, chosen, curation, known, (&survey, &from))
}

/// The sessions of a dream, and those that it leaves out.
struct Chosen<'a> {
    digests: Vec<&'a Digest>,
    left_out: BTreeMap<&'a str, Vec<LeftOut>>,
}

/// Each session once, newest first, up to the limit.
fn choose(digests: &[Digest], most: u32) -> Chosen<'_> {
    let mut sorted: Vec<&Digest> = digests.iter().collect();
    // The fullest export of a session comes first; the hash makes the order total.
    sorted.sort_by(|a, b| {
        let newest = b.ended_at.cmp(&a.ended_at);
        newest
            .then_with(|| a.session.cmp(&b.session))
            .then(b.counts.turns.cmp(&a.counts.turns))
            .then_with(|| a.transcript.cmp(&b.transcript))
    });
    let mut fullest: BTreeMap<&str, &Digest> = BTreeMap::new();
    for digest in &sorted {
        let best = fullest.entry(&digest.session).or_insert(digest);
        if digest.counts.turns > best.counts.turns {
            *best = digest;
        }
    }
    let mut chosen = Chosen { digests: Vec::new(), left_out: BTreeMap::new() };
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    for digest in sorted {
        let copy = fullest.get(digest.session.as_str()).is_none_or(|best| best.transcript != digest.transcript)
            || !seen.insert(&digest.session);
        let why = match copy {
            true => "the same session is in the dream already".to_owned(),
            false if chosen.digests.len() >= most as usize => format!("older than the newest {most} sessions"),
            false => {
                chosen.digests.push(digest);
                continue;
            }
        };
        chosen.left_out.entry(&digest.transcript).or_default().push(LeftOut { session: digest.session.clone(), why });
    }
    chosen
}

/// Turns findings into operations; gives how many the store knew already.
fn learn(input: &DreamInput, digests: &[&Digest], candidates: &[Candidate], curation: &mut Curation) -> u32 {
    let mut findings = mistakes(digests, input.config.min_sessions_mistake);
    findings.extend(preferences(digests, input.config.min_sessions_preference));
    let mut known = 0;
    for finding in findings {
        // An entry that leaves, be it planted or outdated, neither knows a finding nor speaks against it.
        let gone: BTreeSet<&str> = curation.leaving().collect();
        let staying = candidates.iter().filter(|candidate| !gone.contains(candidate.entry.id.as_str()));
        match place(&finding, staying, &input.memory) {
            Place::Known(entry) => {
                known += 1;
                let promoted = entry.filter(|entry| !curation.consumed.contains(&entry.id));
                let promoted = promoted.and_then(|entry| promotion(entry, &finding, digests, &input.config));
                let open = |operation: &Operation| said_before(operation, input) != Standing::Buried;
                if let Some(operation) = promoted.filter(open) {
                    curation.push(operation);
                }
            }
            Place::New(mut entries) => {
                // What another operation takes out already stands in nobody's way.
                entries.retain(|id| !curation.consumed.contains(id));
                let mut operation = propose(&finding, entries, scope(&finding, digests, &input.config));
                match said_before(&operation, input) {
                    Standing::Open => curation.push(operation),
                    Standing::Buried => {}
                    Standing::Again(note) => {
                        operation.reason = format!("{} {note}", operation.reason);
                        curation.push(operation);
                    }
                }
            }
            Place::Disputed(entries) => {
                let reason = format!("it stays where it is, but people say otherwise: {}", finding.text);
                let known = input.memory.entries.iter().filter(|entry| entries.contains(&entry.id));
                curation.questions.push(Question::about(&known.collect::<Vec<_>>(), reason));
            }
        }
    }
    known
}

fn said_before(operation: &Operation, input: &DreamInput) -> Standing {
    standing(operation, &input.tombstones, &input.memory, &input.config)
}

/// How a finding stands to the store.
enum Place<'a> {
    /// The store says so already, in this entry, or said so later than the finding.
    Known(Option<&'a Entry>),
    /// Nothing in the store says so; these entries say otherwise.
    New(Vec<String>),
    /// An entry that stays says otherwise.
    Disputed(Vec<String>),
}

fn place<'a>(finding: &Finding, staying: impl Iterator<Item = &'a Candidate<'a>>, memory: &Memory) -> Place<'a> {
    let profile = Profile::of(&finding.text);
    let said_at = finding.support.last_seen.as_deref().and_then(time::millis);
    let newer = |at: Option<&str>| at.and_then(time::millis).zip(said_at).is_some_and(|(at, said)| at > said);
    // What was retired or superseded after the finding's last occasion does not come back.
    let gone = memory.entries.iter().filter(|entry| !entry.is_active() && newer(entry.invalid_at.as_deref()));
    if gone.into_iter().any(|entry| covers(&Profile::of(&entry.text), &profile)) {
        return Place::Known(None);
    }
    let mut against: Vec<&Entry> = Vec::new();
    for candidate in staying.filter(|candidate| matches!(candidate.entry.scope.as_str(), "agent" | "fleet")) {
        let conflict = compare_profiles(&candidate.profile, &profile, 1.0).verdict == Relation::Conflict;
        // However late a tool speaks, it does not silence a person.
        let later = newer(candidate.entry.created_at.as_deref()) && candidate.entry.source != Source::Tool;
        match (conflict, later) {
            (true, true) => return Place::Known(None),
            (true, false) => against.push(candidate.entry),
            (false, _) if covers(&candidate.profile, &profile) => return Place::Known(Some(candidate.entry)),
            (false, _) => {}
        }
    }
    let ids = |entries: &[&Entry]| entries.iter().map(|entry| entry.id.clone()).collect();
    match against.iter().any(|entry| entry.is_fixed()) {
        true => Place::Disputed(ids(&against)),
        false => Place::New(ids(&against)),
    }
}

fn propose(finding: &Finding, entries: Vec<String>, scope: String) -> Operation {
    let kind = if entries.is_empty() { OperationKind::Add } else { OperationKind::Supersede };
    let thin = finding.support.sessions < 3;
    let reason = match kind {
        OperationKind::Supersede => format!("{} The memory says otherwise, from an earlier time.", finding.reason),
        _ => finding.reason.clone(),
    };
    Operation {
        id: operation_id(kind, &entries, None, Some(&finding.text)),
        kind,
        entries,
        by: None,
        result: Some(Proposal { kind: finding.kind, text: finding.text.clone(), scope, when: finding.when.clone() }),
        reason,
        evidence: finding.evidence.clone(),
        support: finding.support.clone(),
        confidence: finding.confidence,
        risk: if thin && finding.kind == EntryKind::Rule { Risk::High } else { Risk::Medium },
        needs_review: true,
        depends_on: Vec::new(),
    }
}

fn finish(
    input: &DreamInput,
    chosen: Chosen,
    curation: Curation,
    known: u32,
    seen: (&Survey, &Standpoint),
) -> Result<Plan> {
    let mut operations = curation.operations;
    operations.sort_by(|a, b| (a.kind, &a.id).cmp(&(b.kind, &b.id)));
    operations.dedup_by(|a, b| a.id == b.id);
    let transcripts = fates(input, &chosen);
    let ledger = ledger::balance(&input.memory, &operations, transcripts)?;
    let mut quarantine: Vec<Quarantined> = curation.quarantine;
    quarantine.extend(chosen.digests.iter().flat_map(|digest| digest.quarantine.iter().cloned()));
    quarantine.sort();
    quarantine.truncate(MAX_QUARANTINED);
    // One question at a time: an entry that an operation takes is asked about when that is decided.
    let mut questions = curation.questions;
    let free = |question: &Question| !question.entries.iter().any(|id| curation.consumed.contains(id));
    questions.retain(|question| free(question) && !answered(&question.entries, &input.tombstones, &input.memory));
    questions.sort();
    questions.dedup_by(|a, b| a.id == b.id);
    let held = ledger::over_cap(&input.memory, &operations, input.config.loss_cap);
    let counts = report::counts(&chosen.digests, &operations, &ledger, quarantine.len(), known);
    let report: Report = report::report(&input.memory, &operations, counts, held, &input.config, seen);
    let mut plan = Plan {
        schema: PLAN_SCHEMA.to_owned(),
        engine: crate::ENGINE_VERSION.to_owned(),
        plan_hash: String::new(),
        memory_hash: memory_hash(&input.memory),
        agent: input.agent.clone(),
        now: input.now.clone(),
        config: input.config.clone(),
        held,
        operations,
        ledger,
        quarantine,
        questions,
        report,
    };
    plan.plan_hash = super::plan_hash(&plan);
    Ok(plan)
}

/// One fate a transcript: read if any of its sessions is in the dream.
fn fates(input: &DreamInput, chosen: &Chosen) -> Vec<TranscriptFate> {
    let mut used: BTreeMap<&str, u32> = BTreeMap::new();
    for digest in &chosen.digests {
        *used.entry(&digest.transcript).or_default() += 1;
    }
    let mut fates: BTreeMap<String, TranscriptFate> =
        input.transcripts.iter().map(|fate| (fate.id.clone(), fate.clone())).collect();
    for digest in &input.digests {
        let id = digest.transcript.as_str();
        let sessions = used.get(id).copied().unwrap_or_default();
        let mut left_out = chosen.left_out.get(id).cloned().unwrap_or_default();
        left_out.sort();
        let fate = if sessions > 0 { ReadFate::Read } else { ReadFate::Skipped };
        let why = (sessions == 0).then(|| left_out.first().map(|left| left.why.clone()).unwrap_or_default());
        fates.insert(id.to_owned(), TranscriptFate { id: id.to_owned(), fate, why, sessions, left_out });
    }
    fates.into_values().collect()
}
