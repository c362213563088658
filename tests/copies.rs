//! The same session exported twice counts once, whatever the file, the format and the ids.
#![cfg(not(target_arch = "wasm32"))]
// A skipped test says so.
#![allow(clippy::print_stdout)]

mod beside;

use beside::{Outcome, bytes, rows, shared, text};
use lucidream::{Config, Digest, DreamInput, Plan, digest_transcript, dream};
use serde_json::{Value, json};

fn dreamt(digests: Vec<Digest>) -> Result<Plan, lucidream::Error> {
    let config = Config { max_sessions: 10_000, ..Config::default() };
    dream(&DreamInput { digests, config, now: "2026-11-09T03:00:00Z".to_owned(), ..DreamInput::default() })
}

fn digests(lines: &[Value]) -> Result<Vec<Digest>, lucidream::Error> {
    let lines: Vec<String> = lines.iter().map(Value::to_string).collect();
    Ok(digest_transcript(lines.join("\n").as_bytes(), None)?.digests)
}

fn sessions(plan: &Plan) -> u32 {
    plan.report.counts["sessions"]
}

/// A conversation of `turns` messages that are its own.
fn conversation(name: &str, turns: usize) -> Vec<Value> {
    let said = |turn: usize| {
        let role = if turn.is_multiple_of(2) { "user" } else { "assistant" };
        json!({"role": role, "content": format!("{name}: in step {turn} we look at   part {} of the plan.", turn * 7)})
    };
    (0..turns).map(said).collect()
}

#[test]
fn another_name_another_format_and_a_shorter_export_are_copies() -> Outcome {
    let whole = conversation("alpha", 14);
    let spaced: Vec<Value> = whole
        .iter()
        .map(|m| json!({"role": m["role"], "content": text(m, "content").replace(' ', "\n ").to_uppercase()}))
        .collect();
    let parts: Vec<Value> =
        whole.iter().map(|m| json!({"role": m["role"], "parts": [{"type": "text", "text": m["content"]}]})).collect();
    let mut all = digests(&[json!({"id": "whole", "messages": whole}), json!({"id": "spaced", "messages": spaced})])?;
    all.extend(digests(&[json!({"id": "begun", "messages": whole[..9]})])?);
    all.extend(digest_transcript(json!(parts).to_string().as_bytes(), None)?.digests);
    all.extend(digests(&[json!({"id": "other", "messages": conversation("beta", 14)})])?);
    let plan = dreamt(all.clone())?;
    assert_eq!(sessions(&plan), 2, "{:?}", plan.ledger.transcripts);
    let why: Vec<&str> =
        plan.ledger.transcripts.iter().flat_map(|fate| &fate.left_out).map(|left| left.why.as_str()).collect();
    assert_eq!(why.len(), 3);
    assert!(why.iter().all(|why| why.starts_with("the same session is in the dream already: `")), "{why:?}");
    all.reverse();
    assert_eq!(dreamt(all)?.plan_hash, plan.plan_hash, "the order does not matter");
    Ok(())
}

#[test]
fn sessions_that_only_resemble_each_other_are_not() -> Outcome {
    // Scripted sessions say the same each time; a fork shares half; numbers begin anew in each file.
    let short = |id: &str| json!({"id": id, "messages": conversation("daily", 4)});
    let dated = |id: &str, day: u32| json!({"id": id, "started_at": format!("2026-11-{day:02}T09:00:00Z"), "messages": conversation("weekly", 20)});
    let fork = [conversation("alpha", 10), conversation("gamma", 10)].concat();
    let lines = [
        short("a"),
        short("b"),
        dated("c", 2),
        dated("d", 9),
        json!({"id": "e", "messages": conversation("alpha", 20)}),
        json!({"id": "f", "messages": fork}),
    ];
    let mut all = digests(&lines)?;
    all.extend(digests(&[json!({"id": "a", "messages": conversation("delta", 4)})])?);
    let plan = dreamt(all)?;
    assert_eq!(sessions(&plan), 7, "{:?}", plan.ledger.transcripts);
    Ok(())
}

/// Real sessions, exported again under each of the other names that they were found under: whole, with other white
/// space, and one that stops earlier. Each is one session, and none is taken for another.
#[test]
fn exports_of_real_sessions_are_found() -> Outcome {
    let Some(file) = shared("data/a12_specstory_team/sessions.jsonl.gz") else { return Ok(()) };
    let rows = rows(&file)?;
    let mut all = digest_transcript(&bytes(&file)?, None)?.digests;
    assert_eq!(sessions(&dreamt(all.clone())?), rows.len() as u32, "no session is lost");
    let mut copies = 0;
    for row in &rows {
        let names = row.get("copies").and_then(Value::as_array).map_or(0, Vec::len);
        for copy in 1..names {
            copies += 1;
            let messages = row["messages"].as_array().cloned().unwrap_or_default();
            let kept = if copy == 2 { messages.len() * 4 / 5 } else { messages.len() };
            let respaced = |m: &Value| {
                let mut m = m.clone();
                m["content"] = json!(text(&m, "content").split_whitespace().collect::<Vec<_>>().join("\n"));
                m
            };
            let messages: Vec<Value> = messages.iter().take(kept).map(respaced).collect();
            all.extend(digests(&[json!({"id": format!("{}-{copy}", text(row, "id")), "messages": messages})])?);
        }
    }
    let plan = dreamt(all)?;
    println!("{copies} further exports of {} sessions: {} sessions dreamt", rows.len(), sessions(&plan));
    assert!(copies > 0);
    assert_eq!(sessions(&plan), rows.len() as u32);
    Ok(())
}

/// Sets in which the same task is tried again and again: every session is one of its own.
#[test]
fn no_session_of_other_sets_is_taken_for_a_copy() -> Outcome {
    for set in [
        "a1_tau_airline/sessions.jsonl",
        "a2_tau_retail_agentrx/sessions.jsonl",
        "a3_tau2_toolorchestra/retail.jsonl",
        "a7_who_and_when/sessions.jsonl",
        "a9_reflexion_hotpot/sessions.jsonl",
        "a14_luna_domains/sessions.jsonl",
        "d1_agentdojo/clean_sessions.jsonl",
        "d9_secrets/canary_sessions.jsonl.gz",
    ] {
        let Some(file) = shared(&format!("data/{set}")) else { return Ok(()) };
        let all = digest_transcript(&bytes(&file)?, None)?.digests;
        let (dreamt, of) = (sessions(&dreamt(all.clone())?), all.len());
        assert_eq!(dreamt as usize, of, "{set}");
    }
    Ok(())
}

/// What people refused is counted as they counted it.
#[test]
fn refusals_are_those_that_were_recorded() -> Outcome {
    let Some(file) = shared("data/a12_specstory_team/sessions.jsonl.gz") else { return Ok(()) };
    let mut recorded = 0;
    for row in rows(&file)? {
        let messages = row.get("messages").and_then(Value::as_array).cloned().unwrap_or_default();
        recorded += messages.iter().filter(|m| m["role"] == "tool" && m["rejected"] == true).count();
    }
    let reading = lucidream::read_transcript(&bytes(&file)?, None)?;
    let found = reading.sessions.iter().flat_map(|session| &session.turns).filter(|turn| turn.is_refusal()).count();
    println!("{found} refusals");
    assert_eq!(found, recorded);
    Ok(())
}
