//! What mining finds, and does not find, in the published data beside the checkout; each test skips where it is absent.
#![cfg(not(target_arch = "wasm32"))]
// A skipped test says so.
#![allow(clippy::print_stdout)]

use std::collections::BTreeMap;
use std::error::Error;
use std::path::{Path, PathBuf};

use lucidream::transcript::Act;
use lucidream::{Digest, DreamInput, Plan, Session, digest_transcript, dream, read_transcript};
use serde_json::Value;

type Outcome<T> = Result<T, Box<dyn Error>>;

fn shared(part: &str) -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let root = std::env::var_os("LUCIDREAM_SHARED").map_or_else(beside, PathBuf::from);
    let path = root.join("data").join(part);
    if !path.exists() {
        println!("skipped: {part} is not beside the checkout (LUCIDREAM_SHARED)");
        return None;
    }
    Some(path)
}

fn digests(path: &Path) -> Outcome<Vec<Digest>> {
    Ok(digest_transcript(&std::fs::read(path)?, None)?.digests)
}

/// The native session files of a5; their outcomes stand in a list beside them.
fn with_outcomes(path: &Path) -> Outcome<Vec<Digest>> {
    let mut found = Vec::new();
    for line in std::fs::read_to_string(path.join("manifest.jsonl"))?.lines() {
        let entry: Value = serde_json::from_str(line)?;
        let file = path.join(entry["file"].as_str().ok_or("a line without a file")?);
        if !file.exists() {
            continue;
        }
        for mut digest in digests(&file)? {
            let success = entry["success"].as_bool();
            digest.outcome = Some(lucidream::transcript::Outcome { success, ..Default::default() });
            found.push(digest);
        }
    }
    Ok(found)
}

const SETS: [&str; 5] = [
    "a1_tau_airline/sessions.jsonl",
    "a2_tau_retail_agentrx/sessions.jsonl",
    "a3_tau2_toolorchestra/retail.jsonl",
    "a5_claudecode_tau2_retail",
    "a9_reflexion_hotpot/sessions.jsonl",
];

fn set(path: &Path) -> Outcome<Vec<Digest>> {
    if path.is_dir() { with_outcomes(path) } else { digests(path) }
}

fn plan(digests: Vec<Digest>) -> Outcome<Plan> {
    let config = lucidream::Config { max_sessions: 10_000, ..Default::default() };
    Ok(dream(&DreamInput { digests, config, now: "2026-11-09T03:00:00Z".to_owned(), ..Default::default() })?)
}

/// What a plan says of effects.
fn effects(plan: &Plan) -> Vec<String> {
    let effects = plan.operations.iter().filter(|operation| operation.effect.is_some());
    effects.filter_map(|operation| operation.result.as_ref()).map(|result| result.text.clone()).collect()
}

/// What a plan says of effects and associations.
fn claims(plan: &Plan) -> Vec<String> {
    effects(plan).into_iter().chain(plan.report.associations.iter().cloned()).collect()
}

/// Marsaglia's xorshift: shuffles that are the same everywhere.
struct Lots(u64);

impl Lots {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n as u64) as usize
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        for at in (1..items.len()).rev() {
            items.swap(at, self.below(at + 1));
        }
    }
}

/// Only what belongs to outcomes is shuffled; a dream over digests without failures and statements is a fast one.
fn for_effects(mut digests: Vec<Digest>) -> Vec<Digest> {
    for digest in &mut digests {
        digest.failures.clear();
        digest.statements.clear();
        digest.quarantine.clear();
    }
    digests
}

/// Runs a set: 20 shuffles in a test, more with `LUCIDREAM_SHUFFLES`.
#[test]
fn shuffled_outcomes_have_no_effect() -> Outcome<()> {
    let runs: usize = std::env::var("LUCIDREAM_SHUFFLES").ok().and_then(|n| n.parse().ok()).unwrap_or(20);
    for name in SETS {
        let Some(path) = shared(name) else { continue };
        let mut lots = Lots(0x9e37_79b9_7f4a_7c15);
        let mut digests = for_effects(set(&path)?);
        let mut outcomes: Vec<_> = digests.iter().map(|digest| digest.outcome.clone()).collect();
        let mut claimed = 0;
        for _ in 0..runs {
            lots.shuffle(&mut outcomes);
            digests.iter_mut().zip(&outcomes).for_each(|(digest, outcome)| digest.outcome.clone_from(outcome));
            claimed += claims(&plan(digests.clone())?).len();
        }
        println!("{name}: {claimed} claims in {runs} shuffles");
        // 0.05 a run; of few runs one may be it.
        assert!(claimed * 20 <= runs.max(20), "{name}: {claimed} claims in {runs} shuffles");
    }
    Ok(())
}

#[test]
fn the_mix_of_tasks_is_no_effect() -> Outcome<()> {
    for name in SETS {
        let Some(path) = shared(name) else { continue };
        let plan = plan(set(&path)?)?;
        println!("{name}: {:#?}", claims(&plan));
        if name.starts_with("a1") {
            assert_eq!(effects(&plan), Vec::<String>::new());
        }
    }
    Ok(())
}

/// As many sessions as a5 has in full: each task three times, of which some skip a step and fail for it.
fn planted() -> Outcome<Vec<Digest>> {
    let mut lots = Lots(7);
    let mut lines = String::new();
    for task in 0..114 {
        for run in 0..3 {
            let lazy = lots.below(7) == 0;
            let blind = lots.below(25) == 0;
            let hard = task % 6 == 0;
            let success = !lazy && !blind && (!hard || lots.below(3) == 0);
            let mut calls = vec!["find_user_id_by_email"];
            if !blind {
                calls.push("get_order_details");
            }
            if !lazy {
                calls.push(if task % 2 == 0 { "return_order_items" } else { "modify_order_items" });
            }
            if hard {
                calls.push("transfer_to_human_agents");
            }
            let mut messages = vec![serde_json::json!({"role": "user", "content": format!("Request number {task}")})];
            for (at, name) in calls.iter().enumerate() {
                let call = serde_json::json!({"id": at.to_string(), "name": name, "arguments": {"order_id": task}});
                messages.push(serde_json::json!({"role": "assistant", "content": "", "tool_calls": [call]}));
                messages.push(serde_json::json!({"role": "tool", "tool_call_id": at.to_string(), "content": "done"}));
            }
            let (id, outcome) = (format!("s{task}-{run}"), serde_json::json!({"success": success}));
            let session = serde_json::json!({"id": id, "task": task, "outcome": outcome, "messages": messages});
            lines.push_str(&format!("{session}\n"));
        }
    }
    Ok(digest_transcript(lines.as_bytes(), None)?.digests)
}

#[test]
fn a_step_that_is_needed_is_found() -> Outcome<()> {
    let mut digests = planted()?;
    let found: BTreeMap<String, f64> = plan(digests.clone())?
        .operations
        .into_iter()
        .filter_map(|operation| Some((operation.result?.text, operation.effect?.change)))
        .collect();
    println!("{found:#?}");
    let change = |part: &str| found.iter().find(|(text, _)| text.contains(part)).map(|(_, change)| *change);
    assert!(change("no call changes").is_some_and(|change| change > 0.5), "{found:#?}");
    assert!(change("get_order_details").is_some_and(|change| change > 0.5), "{found:#?}");
    assert_eq!(change("transfer_to_human_agents"), None);
    // Without the task the openings tell which sessions are comparable.
    digests.iter_mut().for_each(|digest| digest.task = None);
    let texts = claims(&plan(digests)?).join("\n");
    assert!(texts.contains("no call changes"), "{texts}");
    Ok(())
}

/// The recurring errors that a12's description names, each with as many sessions as have it.
#[test]
fn recurring_errors_are_counted_by_sessions() -> Outcome<()> {
    const ERRORS: [&str; 7] = [
        "String to replace not found",
        "File does not exist",
        "File has been modified since read",
        "File has not been read yet",
        "not properly formatted",
        "cat: illegal option -- A",
        "exceeds maximum allowed",
    ];
    let Some(path) = shared("a12_specstory_team/sessions.jsonl.gz") else { return Ok(()) };
    let bytes = std::fs::read(&path)?;
    let sessions = read_transcript(&bytes, None)?.sessions;
    let plan = plan(digest_transcript(&bytes, None)?.digests)?;
    let fails = |session: &Session, error: &str| {
        let failed = |act: &Act| matches!(act, Act::Result { failure: Some(_), .. });
        session.turns.iter().any(|turn| failed(&turn.act) && turn.text.contains(error))
    };
    for error in ERRORS {
        let wanted = sessions.iter().filter(|session| fails(session, error)).count();
        let about = |text: &str| text.contains(&format!("\"{error}")) || text.contains(&format!(" {error}"));
        let texts = plan.operations.iter().filter(|op| op.result.as_ref().is_some_and(|result| about(&result.text)));
        let found: Vec<u32> = texts.map(|operation| operation.support.sessions).collect();
        println!("{error}: {wanted} sessions, found {found:?}");
        assert_eq!(found, if wanted >= 3 { vec![wanted as u32] } else { Vec::new() }, "{error}");
    }
    let echo = |text: &str| text.to_lowercase().contains("sibling tool call");
    assert!(!plan.operations.iter().any(|op| op.result.as_ref().is_some_and(|result| echo(&result.text))));
    Ok(())
}

#[test]
fn loops_and_failed_searches_are_found() -> Outcome<()> {
    let Some(path) = shared("a9_reflexion_hotpot/sessions.jsonl") else { return Ok(()) };
    let plan = plan(digests(&path)?)?;
    let texts: Vec<&str> = plan.operations.iter().filter_map(|op| Some(op.result.as_ref()?.text.as_str())).collect();
    assert_eq!(texts.iter().filter(|text| text.contains("Could not find")).count(), 1, "{texts:#?}");
    assert_eq!(texts.iter().filter(|text| text.contains("Do not repeat")).count(), 1, "{texts:#?}");
    Ok(())
}

/// All transcripts of the development sets, file by file.
fn transcripts() -> Outcome<Vec<PathBuf>> {
    let Some(data) = shared("README.md").and_then(|readme| readme.parent().map(Path::to_path_buf)) else {
        return Ok(Vec::new());
    };
    let mut open = vec![data];
    let mut found = Vec::new();
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            let name = path.to_string_lossy().into_owned();
            // Stores, pairs and questions are no transcripts.
            let of_sessions = ["/a", "/d1", "/d9"].iter().any(|set| name.contains(&format!("data{set}")));
            match path.is_dir() {
                true => open.push(path),
                false if of_sessions && name.contains(".jsonl") => found.push(path),
                false => {}
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Every piece of evidence stands where it says, and holds what it is cited for.
#[test]
fn evidence_is_where_it_says() -> Outcome<()> {
    let (mut cited, mut operations) = (0, 0);
    let mut sets: BTreeMap<PathBuf, Vec<PathBuf>> = BTreeMap::new();
    for path in transcripts()? {
        sets.entry(path.parent().unwrap_or(&path).to_path_buf()).or_default().push(path);
    }
    for (folder, files) in sets {
        let mut turns: BTreeMap<(String, String, u32), (String, bool)> = BTreeMap::new();
        let mut digests = Vec::new();
        for file in files {
            let bytes = std::fs::read(&file)?;
            // Lists that lie beside the transcripts are none.
            let Ok(reading) = read_transcript(&bytes, None) else { continue };
            for session in reading.sessions {
                for turn in session.turns {
                    let failed = matches!(turn.act, Act::Result { failure: Some(_), .. });
                    turns.insert((session.transcript.clone(), session.id.clone(), turn.index), (turn.text, failed));
                }
            }
            digests.extend(digest_transcript(&bytes, None)?.digests);
        }
        for operation in plan(digests)?.operations {
            operations += 1;
            let text = operation.result.as_ref().map(|result| result.text.clone()).unwrap_or_default();
            let mut said = String::new();
            for evidence in &operation.evidence {
                cited += 1;
                let place = (evidence.transcript.clone(), evidence.session.clone(), evidence.turn);
                let (whole, failed) = turns.get(&place).ok_or_else(|| format!("{folder:?}: no turn {place:?}"))?;
                let span = whole.get(evidence.start as usize..evidence.end as usize);
                let span = span.ok_or_else(|| format!("{folder:?}: no span {evidence:?}"))?;
                assert!(span.starts_with(&evidence.quote), "{folder:?}: {evidence:?} is not {span}");
                if text.contains("fails with") && evidence.speaker == lucidream::transcript::Speaker::Tool {
                    assert!(failed, "{folder:?}: {text} cites what did not fail: {span}");
                }
                said.push_str(span);
            }
            assert!(!operation.evidence.is_empty(), "{folder:?}: {text} cites nothing");
            let claims = |name: &str| operation.effect.is_none() || said.contains(name);
            assert!(text.split('`').skip(1).step_by(2).all(claims), "{folder:?}: {text} is not in {said}");
        }
    }
    println!("{cited} spans of {operations} operations");
    Ok(())
}

/// What people say of themselves is found in their own words, and small talk is not taken for it.
#[test]
fn stated_preferences_are_found() -> Outcome<()> {
    let Some(path) = shared("b4_prefeval/prefeval.jsonl") else { return Ok(()) };
    let mut lines = String::new();
    let mut wanted = Vec::new();
    for line in std::fs::read_to_string(path)?.lines() {
        let item: Value = serde_json::from_str(line)?;
        if item["kind"] != "explicit" {
            continue;
        }
        let said = [item["preference"].as_str(), item["question"].as_str()].map(Option::unwrap_or_default).join(" ");
        let id = format!("s{}", wanted.len());
        let session = serde_json::json!({"id": id, "messages": [{"role": "user", "content": said}]});
        lines.push_str(&format!("{session}\n"));
        wanted.push(id);
    }
    let digests = digest_transcript(lines.as_bytes(), None)?.digests;
    let found = digests.iter().filter(|digest| !digest.statements.is_empty()).count();
    println!("b4: {found} of {} stated preferences", wanted.len());
    assert!(found * 10 >= wanted.len() * 8, "{found} of {}", wanted.len());
    let Some(path) = shared("b1_locomo/locomo10.json") else { return Ok(()) };
    let talks: Value = serde_json::from_str(&std::fs::read_to_string(path)?)?;
    let (mut sessions, mut extracted) = (0, 0);
    for talk in talks.as_array().ok_or("no talks")? {
        for (name, turns) in talk["conversation"].as_object().ok_or("no conversation")? {
            let Some(turns) = turns.as_array().filter(|_| name.starts_with("session_")) else { continue };
            let messages: Vec<Value> = turns
                .iter()
                .map(|turn| serde_json::json!({"role": "user", "name": turn["speaker"], "content": turn["text"]}))
                .collect();
            let session = serde_json::json!({"id": name, "messages": messages}).to_string();
            sessions += 1;
            extracted += digest_transcript(session.as_bytes(), None)?.digests[0].statements.len();
        }
    }
    println!("b1: {extracted} statements in {sessions} sessions of small talk");
    assert!(extracted * 5 <= sessions, "{extracted} in {sessions}");
    Ok(())
}
