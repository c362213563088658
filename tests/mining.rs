//! What mining finds, and does not find, in the published data beside the checkout; each test skips where it is absent.
#![cfg(not(target_arch = "wasm32"))]

use std::collections::BTreeMap;
use std::error::Error;
use std::path::{Path, PathBuf};

use lucidream::{Digest, DreamInput, Plan, digest_transcript, dream};
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

/// What a plan says of effects and associations.
fn claims(plan: &Plan) -> Vec<String> {
    let effects = plan.operations.iter().filter(|operation| operation.effect.is_some());
    let texts = effects.filter_map(|operation| operation.result.as_ref()).map(|result| result.text.clone());
    texts.chain(plan.report.associations.iter().cloned()).collect()
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
        let claims = claims(&plan(set(&path)?)?);
        println!("{name}: {claims:#?}");
        if name.starts_with("a1") {
            assert_eq!(claims, Vec::<String>::new());
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
