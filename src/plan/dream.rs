//! The dream itself: digests and memory in, plan out. It never writes.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::choice::{Chosen, choose};
use super::confirmation::Confirmation;
use super::curate::{Candidate, Curation, candidates, past};
use super::gate::{Gate, passes, recall};
use super::irrelevance::Standpoint;
use super::ledger;
use super::news::{News, is_news_only};
use super::operation::{
    Operation, OperationKind, PLAN_SCHEMA, Plan, Proposal, Quarantined, Question, ReadFate, Report, Risk,
    TranscriptFate, operation_id,
};
use super::promote::{promotion, scope};
use super::report;
use super::rot::Survey;
use super::store::{New, Place, Store, is_said_by_users, reach};
use super::tombstone::{Standing, answered, standing};
use super::undermined::undermined;
use crate::canonical::memory_hash;
use crate::compare::{Embeddings, Given};
use crate::config::Config;
use crate::digest::{Digest, without_personal_data};
use crate::error::{Error, Result};
use crate::finding::{Backtest, Finding, Findings, Reach, Setting, find};
use crate::memory::{self, Entry, EntryKind, Memory, Usage};
use crate::order::{Arrange as _, Gather as _};
use crate::redact::holds_placeholder;
use crate::review::{Tombstone, carry_out};
use crate::text::{model_is_loaded, rules_out, words};
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
    /// Vectors of a host's own model, which texts are then compared by.
    #[serde(default)]
    pub embeddings: Option<Embeddings>,
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
/// `invalid_config`, `invalid_timestamp`, `invalid_argument`, `duplicate_entry`, `memory_too_large`, `model_not_loaded`,
/// `invalid_embeddings`;
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
    if !model_is_loaded() {
        return Err(Error::ModelNotLoaded);
    }
    let hidden: Vec<Digest>;
    let digests = if input.config.redact_personal {
        hidden = input.digests.iter().cloned().map(without_personal_data).collect();
        &hidden
    } else {
        &input.digests
    };
    let chosen = choose(digests, input.config.max_sessions);
    let given = Given::of(input.embeddings.as_ref())?;
    let candidates = candidates(&input.memory, &given);
    let entries = input.memory.by_id();
    let from = Standpoint { now, usage: &input.usage, half_life_days: input.config.half_life_days };
    let survey = Survey::of(&candidates, &from, &input.config);
    let open = |operation: &Operation| said_before(operation, input, &entries) != Standing::Buried;
    let mut curation = Curation::screen(&candidates, &from);
    curation.take_back(&candidates, &input.memory);
    curation.retain(open);
    // What people say now goes before what the store says against itself.
    let stored: Vec<&str> = candidates.iter().map(Candidate::text).collect();
    let reach = reach(&input.memory, &input.config);
    let setting = Setting { stored: &stored, reach };
    let Findings { findings, remarks, associations, withdrawn } = find(&chosen.digests, setting, &input.config);
    // Whoever kept an entry after somebody took it back knew of that, whatever was given as the reason then.
    let kept = |operation: &Operation| {
        let since = |tombstone: &Tombstone| time::millis(&tombstone.rejected_at) > last_seen(operation);
        input.tombstones.iter().any(|tombstone| tombstone.op == operation.id && since(tombstone))
    };
    curation.withdraw(&candidates, (&withdrawn, reach), |operation| open(operation) && !kept(operation));
    let gate = Gate::of(&chosen.digests, &input.config);
    let (findings, remarks) = (&*findings, &*remarks);
    let mined = Mined { findings, remarks, digests: &chosen.digests, gate: &gate, given: &given, now, reach };
    let Learnt { known, left_out } = learn(input, &mined, &candidates, &entries, &mut curation);
    let associations = associations.into_iter().chain(left_out).collect();
    curation.update_likings(&input.memory);
    curation.tidy(&survey, &input.memory, &given, &input.config);
    curation.retain(open);
    let seen = Seen { survey, from: &from, entries: &entries, known, associations, given };
    finish(input, chosen, curation, seen)
}

fn last_seen(operation: &Operation) -> Option<i64> {
    operation.support.last_seen.as_deref().and_then(time::millis)
}

/// What the sessions show, and how it is held against them.
struct Mined<'a> {
    findings: &'a [Finding],
    remarks: &'a [Finding],
    digests: &'a [&'a Digest],
    gate: &'a Gate<'a>,
    given: &'a Given,
    now: i64,
    reach: Reach,
}

/// What became of findings that are no operations.
#[derive(Default)]
struct Learnt {
    /// How many the store knew already.
    known: u32,
    /// What was left out, in sentences.
    left_out: Vec<String>,
}

/// Turns findings into operations.
fn learn(
    input: &DreamInput,
    mined: &Mined,
    candidates: &[Candidate],
    entries: &BTreeMap<&str, &Entry>,
    curation: &mut Curation,
) -> Learnt {
    let mut learnt = Learnt::default();
    if mined.findings.is_empty() && mined.remarks.is_empty() {
        return learnt;
    }
    let past = past(&input.memory, mined.given);
    let store = Store::of(&input.memory, mined.digests, (candidates, &past), (mined.given, mined.now, mined.reach));
    let news = News::of(mined.findings.iter().chain(mined.remarks), store.all());
    let mut leaving: BTreeSet<String> = curation.leaving().map(str::to_owned).gather_set();
    for finding in mined.findings {
        let Some(finding) = &store.taken(finding) else {
            let place = finding.scope.as_deref().unwrap_or_default();
            learnt.left_out.push(format!("Said in {place}, so it does not go into this memory: {}", finding.text));
            continue;
        };
        let asked = undermined(finding, mined.digests, store.entries());
        let before = curation.operations.len();
        let place = store.place(finding, &leaving);
        let is_new = matches!(place, Place::New(_));
        match place {
            Place::Known(entry) => {
                learnt.known += 1;
                let free = entry.filter(|entry| !entry.is_fixed() && !curation.consumed.contains(&entry.id));
                let promoted = free.and_then(|entry| promotion(entry, finding, mined.digests, &input.config));
                let open = |operation: &Operation| said_before(operation, input, entries) != Standing::Buried;
                match promoted.filter(open) {
                    Some(operation) => curation.push(operation),
                    None => curation.confirmations.extend(free.and_then(|entry| Confirmation::of(entry, finding))),
                }
            }
            Place::New(mut place) => {
                // What another operation takes out already stands in nobody's way.
                place.against.retain(|id| !curation.consumed.contains(id));
                let alone = place.against.is_empty() && place.beside.is_empty();
                // What holds instead of an entry is no second one beside it.
                let touched = if alone { store.touched(finding, &news, &leaving) } else { Vec::new() };
                if !touched.is_empty() {
                    doubt(input, entries, curation, (finding, &touched));
                    continue;
                }
                leaving.extend(adopt(input, mined, entries, curation, (finding, place)));
            }
            Place::Disputed(against) => curation.questions.push(stays(finding, &against, entries)),
            Place::Partly(against) => {
                curation.questions.push(partly(finding, &against, entries));
                // What people want stands by itself, whatever becomes of the entry.
                if finding.kind == EntryKind::Preference {
                    adopt(input, mined, entries, curation, (finding, New::default()));
                }
            }
        }
        // A rule that was rejected undermines nothing.
        if !is_new || curation.operations.len() > before {
            curation.questions.extend(asked);
        }
    }
    let heard = Heard { store: &store, news: &news, leaving };
    heard.hold_against(input, mined, entries, curation);
    learnt
}

/// What people state in passing, and what it is held against.
struct Heard<'s, 'a> {
    store: &'s Store<'a>,
    news: &'s News<'a>,
    leaving: BTreeSet<String>,
}

impl Heard<'_, '_> {
    /// Of what was said of an entry in passing the latest counts, be it that it still holds.
    fn hold_against(
        mut self,
        input: &DreamInput,
        mined: &Mined,
        entries: &BTreeMap<&str, &Entry>,
        curation: &mut Curation,
    ) {
        // How things are, or what was done, says nothing against what people wish for or forbid.
        let forbids = |entry: &Entry| words(&entry.text).iter().any(|word| rules_out(word));
        let is_wish = |id: &String| {
            entries.get(id.as_str()).is_some_and(|entry| entry.kind == EntryKind::Preference || forbids(entry))
        };
        for remark in mined.remarks {
            let Some(remark) = &self.store.taken(remark) else { continue };
            let place = if is_news_only(remark) { Place::default() } else { self.store.place(remark, &self.leaving) };
            match place {
                Place::New(New { against, .. }) | Place::Disputed(against) | Place::Partly(against)
                    if remark.kind == EntryKind::Fact && against.iter().any(is_wish) => {}
                Place::Known(entry) => self.leaving.extend(entry.map(|entry| entry.id.clone())),
                Place::New(place) if place.against.iter().any(|id| curation.consumed.contains(id)) => {}
                Place::New(place) if place.against.is_empty() => {
                    let touched = self.store.touched(remark, self.news, &self.leaving);
                    self.leaving.extend(touched.iter().map(|entry| entry.id.clone()));
                    doubt(input, entries, curation, (remark, &touched));
                }
                Place::New(place) => self.leaving.extend(adopt(input, mined, entries, curation, (remark, place))),
                Place::Disputed(against) => {
                    curation.questions.push(stays(remark, &against, entries));
                    self.leaving.extend(against);
                }
                Place::Partly(against) => {
                    curation.questions.push(partly(remark, &against, entries));
                    self.leaving.extend(against);
                }
            }
        }
    }
}

/// Proposes what a finding says, unless it was rejected before. Gives the ids of what it takes the place of.
fn adopt(
    input: &DreamInput,
    mined: &Mined,
    entries: &BTreeMap<&str, &Entry>,
    curation: &mut Curation,
    (finding, place): (&Finding, New),
) -> Vec<String> {
    // What is so in one project, and is known elsewhere as well, is corrected where it is known.
    let known = place.against.first().and_then(|id| entries.get(id.as_str())).map(|entry| entry.scope.clone());
    let known = known.filter(|_| finding.scope.as_ref().is_some_and(|scope| scope.starts_with("project:")));
    let fleet = || scope(finding, mined.digests, &input.config);
    let scope = known.or_else(|| finding.scope.clone()).unwrap_or_else(fleet);
    let mut operation = propose(finding, place, scope, mined.gate.backtest(finding));
    // What a customer asks for may cost others something.
    if mined.reach == Reach::Customer && is_said_by_users(finding) {
        operation = Operation { risk: Risk::High, needs_review: true, ..operation };
    }
    let standing = said_before(&operation, input, entries);
    if let Standing::Again(note) = &standing {
        operation.reason = format!("{} {note}", operation.reason);
    }
    if standing == Standing::Buried {
        return Vec::new();
    }
    let gone = operation.entries.clone();
    curation.push(operation);
    gone
}

fn stays(finding: &Finding, against: &[String], entries: &BTreeMap<&str, &Entry>) -> Question {
    asked(
        against,
        entries,
        format!("it stays where it is, but people say otherwise: {}{}", finding.text, told_by(finding)),
    )
}

fn partly(finding: &Finding, against: &[String], entries: &BTreeMap<&str, &Entry>) -> Question {
    let reason = format!("a part of it is no longer so, people say: {}{}", finding.text, told_by(finding));
    let against: Vec<&Entry> = against.iter().filter_map(|id| entries.get(id.as_str()).copied()).collect();
    Question::instead(&against, &finding.text, reason)
}

/// Asks about entries of which people say that something changed, unless that was answered: then nothing holds them back.
fn doubt(
    input: &DreamInput,
    entries: &BTreeMap<&str, &Entry>,
    curation: &mut Curation,
    (finding, touched): (&Finding, &[&Entry]),
) {
    let mut ids: Vec<String> = touched.iter().map(|entry| entry.id.clone()).collect();
    ids.arrange();
    if !touched.is_empty() && !answered(&ids, &input.tombstones, entries) {
        let reason = format!("people say that something changed: {}{}", finding.text, told_by(finding));
        curation.questions.push(Question::instead(touched, &finding.text, reason));
        curation.doubted.extend(ids);
    }
}

/// Who said it last, and where.
fn told_by(finding: &Finding) -> String {
    let Some(last) = finding.evidence.last() else { return String::new() };
    let who = last.name.as_ref().map(|name| format!("{name}, ")).unwrap_or_default();
    format!(" ({who}session {})", last.session)
}

fn asked(against: &[String], entries: &BTreeMap<&str, &Entry>, reason: String) -> Question {
    let against: Vec<&Entry> = against.iter().filter_map(|id| entries.get(id.as_str()).copied()).collect();
    Question::about(&against, reason)
}

fn said_before(operation: &Operation, input: &DreamInput, entries: &BTreeMap<&str, &Entry>) -> Standing {
    standing(operation, &input.tombstones, entries, &input.config)
}

fn propose(finding: &Finding, place: New, scope: String, backtest: Option<Backtest>) -> Operation {
    let New { against: entries, undated, beside } = place;
    let kind = if entries.is_empty() { OperationKind::Add } else { OperationKind::Supersede };
    let thin = finding.support.sessions < 3;
    // What takes the place of an entry is for a person to see, and so is what has a gap or is contradicted.
    let free = kind == OperationKind::Add && beside.is_empty();
    let auto = free && passes(finding, backtest) && !holds_placeholder(&finding.text);
    let told = &finding.reason;
    let reason = match kind {
        OperationKind::Supersede if undated => {
            format!("{told} The memory says otherwise; since when, it does not say.")
        }
        OperationKind::Supersede => format!("{told} The memory says otherwise, from an earlier time."),
        _ if !beside.is_empty() => {
            let named = beside.join(", ");
            format!("{told} The memory says otherwise in {named}; when this was said is not known, so that stays.")
        }
        _ => told.clone(),
    };
    // Two people's same wish is one each.
    let own = finding.scope.as_ref().map(|scope| format!("{scope}: {}", finding.text));
    Operation {
        id: operation_id(kind, &entries, None, own.as_ref().or(Some(&finding.text)).map(String::as_str)),
        kind,
        entries,
        by: None,
        result: Some(Proposal { kind: finding.kind, text: finding.text.clone(), scope, when: finding.when.clone() }),
        reason,
        evidence: finding.evidence.clone(),
        support: finding.support.clone(),
        effect: finding.effect.clone(),
        confidence: finding.confidence,
        backtest,
        risk: match () {
            () if auto => Risk::Low,
            () if thin && finding.kind == EntryKind::Rule => Risk::High,
            () => Risk::Medium,
        },
        needs_review: !auto,
        depends_on: Vec::new(),
    }
}

/// What the dream saw of the store.
struct Seen<'a> {
    survey: Survey<'a>,
    from: &'a Standpoint<'a>,
    entries: &'a BTreeMap<&'a str, &'a Entry>,
    known: u32,
    associations: Vec<String>,
    given: Given,
}

fn finish(input: &DreamInput, chosen: Chosen, curation: Curation, seen: Seen) -> Result<Plan> {
    let mut operations = curation.operations;
    operations.arrange_by(|a, b| (a.kind, &a.id).cmp(&(b.kind, &b.id)));
    operations.dedup_by(|a, b| a.id == b.id);
    let transcripts = fates(input, &chosen);
    let ledger = ledger::balance(&input.memory, &operations, transcripts)?;
    let mut quarantine: Vec<Quarantined> = curation.quarantine;
    quarantine.extend(chosen.digests.iter().flat_map(|digest| digest.quarantine.iter().cloned()));
    quarantine.arrange();
    quarantine.truncate(MAX_QUARANTINED);
    let mut confirmations = curation.confirmations;
    // Of several findings that one entry covers the best supported one.
    confirmations.arrange_by(|a, b| {
        (&a.entry, b.support.sessions, &a.evidence).cmp(&(&b.entry, a.support.sessions, &b.evidence))
    });
    confirmations.dedup_by(|a, b| a.entry == b.entry);
    // One question at a time: an entry that an operation takes is asked about when that is decided.
    let mut questions = curation.questions;
    let free = |question: &Question| !question.entries.iter().any(|id| curation.consumed.contains(id));
    questions.retain(|question| free(question) && !answered(&question.entries, &input.tombstones, seen.entries));
    questions.arrange();
    questions.dedup_by(|a, b| a.id == b.id);
    let held = ledger::over_cap(&input.memory, &operations, input.config.loss_cap);
    let asked = questions.len();
    let counts = report::counts(&chosen.digests, &operations, &ledger, quarantine.len(), asked, seen.known);
    let after = carry_out(&input.memory, &operations, None);
    let candidates = seen.survey.candidates;
    let report = report::report(&after, counts, held, (seen.survey, seen.from, &seen.given));
    let recall = recall(&input.memory, &after, &chosen.digests, candidates);
    let report = Report { associations: seen.associations, recall, ..report };
    let mut plan = Plan {
        schema: PLAN_SCHEMA.to_owned(),
        engine: crate::ENGINE_VERSION.to_owned(),
        plan_hash: String::new(),
        memory_hash: memory_hash(&input.memory),
        agent: input.agent.clone(),
        now: input.now.clone(),
        config: input.config.clone(),
        embeddings: seen.given.by(),
        held,
        operations,
        ledger,
        quarantine,
        confirmations,
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
        input.transcripts.iter().map(|fate| (fate.id.clone(), fate.clone())).gather_map();
    for digest in &input.digests {
        let id = digest.transcript.as_str();
        let sessions = used.get(id).copied().unwrap_or_default();
        let mut left_out = chosen.left_out.get(id).cloned().unwrap_or_default();
        left_out.arrange();
        let fate = if sessions > 0 { ReadFate::Read } else { ReadFate::Skipped };
        let why = (sessions == 0).then(|| left_out.first().map(|left| left.why.clone()).unwrap_or_default());
        fates.insert(id.to_owned(), TranscriptFate { id: id.to_owned(), fate, why, sessions, left_out });
    }
    fates.into_values().collect()
}
