//! What a dream finds in small made-up weeks, and what it does not: one file a week in `tests/cases/findings`.
//!
//! A session is a list of lines: `anna: …` and `agent: …` speak, `call Tool {…}` calls, and the line behind it says how
//! that went: `ok …`, `fails …` or `refused`; `says …` where nothing but its words tells. `somebody: …` has no name, and
//! `developer: …` wrote the agent. A line may name the session's agent, project or day: `by night-shift`, `in web`,
//! `on 2025-03-01`, `on a day` that nobody knows.
#![cfg(not(target_arch = "wasm32"))]

use std::path::Path;

use lucidream::{
    Config, Digest, DreamInput, Memory, Operation, Plan, apply, approve_all, digest_transcript, dream,
    parse_memory_text,
};
use serde_json::{Value, json};

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

/// The envelope of the n-th session; each is a day later.
fn envelope(n: usize, lines: &[String]) -> Outcome<Value> {
    let mut messages: Vec<Value> = Vec::new();
    let (mut agent, mut project, mut day) = ("helper", Value::Null, format!("2026-11-{:02}", n + 1));
    for (at, line) in lines.iter().enumerate() {
        let time = (day != "a day").then(|| format!("{day}T10:{at:02}:00Z"));
        let (head, rest) = line.split_once(' ').unwrap_or((line, ""));
        let id = format!("c{}", messages.len());
        match head {
            "by" => agent = rest,
            "in" => project = rest.into(),
            "on" => day = rest.to_owned(),
            "call" => {
                let (tool, arguments) = rest.split_once(' ').unwrap_or((rest, "{}"));
                let arguments: Value = serde_json::from_str(arguments)?;
                let call = json!({"id": id, "name": tool, "arguments": arguments});
                messages.push(json!({"role": "assistant", "content": "", "tool_calls": [call], "at": time}));
            }
            "ok" | "fails" | "refused" | "says" => {
                let last = messages.last().map(|call| call["tool_calls"][0]["id"].clone()).unwrap_or_default();
                messages.push(json!({
                    "role": "tool", "tool_call_id": last, "content": rest, "at": time,
                    "is_error": (head != "says").then_some(head != "ok"), "rejected": head == "refused"
                }));
            }
            "somebody:" => messages.push(json!({"role": "user", "content": rest, "at": time})),
            "developer:" => messages.push(json!({"role": "developer", "content": rest, "at": time})),
            "agent:" => messages.push(json!({"role": "assistant", "content": rest, "at": time})),
            name => {
                let name = name.trim_end_matches(':');
                messages.push(json!({"role": "user", "name": name, "content": rest, "at": time}));
            }
        }
    }
    Ok(json!({"id": format!("s{n}"), "agent": agent, "project": project, "messages": messages}))
}

fn digests(case: &Value) -> Outcome<Vec<Digest>> {
    let sessions: Vec<Vec<String>> = serde_json::from_value(case["sessions"].clone())?;
    let mut lines = String::new();
    for (n, session) in sessions.iter().enumerate() {
        lines.push_str(&format!("{}\n", envelope(n, session)?));
    }
    Ok(digest_transcript(lines.as_bytes(), None)?.digests)
}

fn memory(case: &Value) -> Outcome<Memory> {
    if let Some(markdown) = case["memory"].as_str() {
        return Ok(parse_memory_text(markdown, None)?);
    }
    let lines: Vec<Value> = serde_json::from_value(case["memory"].clone()).unwrap_or_default();
    if lines.is_empty() {
        return Ok(Memory::default());
    }
    let text: Vec<String> = lines.iter().map(Value::to_string).collect();
    Ok(parse_memory_text(&text.join("\n"), None)?)
}

fn config(case: &Value) -> Outcome<Config> {
    Ok(if case["config"].is_null() { Config::default() } else { Config::from_json(&case["config"].to_string())? })
}

fn dreamt(digests: Vec<Digest>, case: &Value) -> Outcome<Plan> {
    let (memory, now) = (memory(case)?, "2026-12-01T03:00:00Z".to_owned());
    Ok(dream(&DreamInput { digests, memory, config: config(case)?, now, ..DreamInput::default() })?)
}

/// A second dream over the same sessions, once everything that the first one proposed was approved, and who said what is
/// stored then, so far as the case tells.
fn again(digests: Vec<Digest>, case: &Value, plan: &Plan) -> Outcome<Plan> {
    let applied = apply(&memory(case)?, plan, &approve_all(plan), "2026-12-01T03:00:00Z")?;
    for (text, source) in case["sources"].as_object().into_iter().flatten() {
        let stored = applied.memory.entries.iter().find(|entry| entry.text == *text);
        assert_eq!(json!(stored.map(|entry| entry.source)), *source, "{text}");
    }
    let (memory, tombstones, now) = (applied.memory, applied.tombstones, "2026-12-02T03:00:00Z".to_owned());
    Ok(dream(&DreamInput { digests, memory, tombstones, config: config(case)?, now, ..DreamInput::default() })?)
}

fn text_of(operation: &Operation) -> String {
    let result = operation.result.as_ref().map(|result| result.text.clone());
    result.unwrap_or_else(|| format!("{:?} of {:?} by {:?}", operation.kind, operation.entries, operation.by))
}

/// What is compared of an operation: as much of it as the case tells.
fn told(operation: &Operation, wanted: &Value) -> Value {
    let result = operation.result.as_ref();
    let all = json!({
        "kind": result.map(|result| result.kind),
        "text": result.map(|result| result.text.as_str()).unwrap_or_default(),
        "when": result.and_then(|result| result.when.as_deref()),
        "scope": result.map(|result| result.scope.as_str()),
        "reason": operation.reason,
        "sessions": operation.support.sessions,
        "speakers": operation.support.speakers,
        "takes_the_place_of": operation.entries,
        "waits": operation.needs_review,
        "cites": operation.evidence.iter().map(|evidence| evidence.quote.as_str()).collect::<Vec<_>>(),
    });
    let keys: Vec<&String> = wanted.as_object().into_iter().flat_map(|fields| fields.keys()).collect();
    keys.into_iter().map(|key| (key.clone(), all[key.as_str()].clone())).collect::<serde_json::Map<_, _>>().into()
}

/// Where a plan is not what the case tells.
fn violations(case: &Value, plan: &Plan) -> Vec<String> {
    let wanted: Vec<Value> = case["found"].as_array().cloned().unwrap_or_default();
    let text = |op: &Operation| op.result.as_ref().map(|result| result.text.clone()).unwrap_or_default();
    let mut wrong = Vec::new();
    for finding in &wanted {
        let worded = plan.operations.iter().filter(|op| finding["text"] == text(op).as_str());
        let found: Vec<Value> = worded.map(|op| told(op, finding)).collect();
        match found.first() {
            Some(_) if found.contains(finding) => {}
            Some(found) => wrong.push(format!("{found} instead of {finding}")),
            None => wrong.push(format!("{} is not found", finding["text"])),
        }
    }
    let more =
        plan.operations.iter().map(text).filter(|text| !wanted.iter().any(|found| found["text"] == text.as_str()));
    wrong.extend(more.map(|text| format!("nobody asked for: {text}")));
    let confirmed: Vec<&str> = plan.confirmations.iter().map(|confirmation| confirmation.entry.as_str()).collect();
    let known: Vec<&str> = case["confirmed"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    if confirmed != known {
        wrong.push(format!("confirmed {confirmed:?} instead of {known:?}"));
    }
    let asked: Vec<Value> = plan.questions.iter().map(|question| question.entries.clone().into()).collect();
    if asked != case["asked"].as_array().cloned().unwrap_or_default() {
        wrong.push(format!("asks about {asked:?}"));
    }
    for part in case["mentioned"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        if !plan.report.associations.iter().any(|told| told.contains(part)) {
            wrong.push(format!("{part} is not mentioned in {:?}", plan.report.associations));
        }
    }
    wrong
}

/// What is wrong with what dreams make of a case.
fn wrong(case: &Value) -> Outcome<Vec<String>> {
    let sessions = digests(case)?;
    let plan = dreamt(sessions.clone(), case)?;
    let mut wrong = violations(case, &plan);
    // Neither the order of the sessions nor one that comes twice changes anything.
    let turned: Vec<Digest> = sessions.iter().rev().chain(sessions.first()).cloned().collect();
    if dreamt(turned, case)?.operations != plan.operations {
        wrong.push("another order of the sessions changes it".to_owned());
    }
    let again = again(sessions, case, &plan)?;
    wrong.extend(again.operations.iter().map(|more| format!("the second dream: {}", text_of(more))));
    Ok(wrong)
}

#[test]
fn weeks() -> Outcome<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/findings");
    let mut files: Vec<_> = std::fs::read_dir(folder)?.map(|file| Ok(file?.path())).collect::<Outcome<_>>()?;
    files.sort();
    let mut all: Vec<String> = Vec::new();
    for file in &files {
        let name = file.file_stem().unwrap_or_default().to_string_lossy();
        let case: Value = serde_json::from_slice(&std::fs::read(file)?)?;
        all.extend(wrong(&case)?.into_iter().map(|violation| format!("{name}: {violation}")));
    }
    assert!(all.is_empty() && files.len() >= 15, "{} weeks\n{}", files.len(), all.join("\n"));
    Ok(())
}

/// What people said in one session each behind some work, or whole sessions: `tests/cases/requests.jsonl`, a case a line.
/// `found` is the preference that is made of it, if any.
#[test]
fn requests_that_come_again() -> Outcome<()> {
    const WORK: [&str; 4] =
        ["Write the report on the boiler.", "Plan the move.", "Tidy the list of suppliers.", "Draft the letter."];
    let mut all: Vec<String> = Vec::new();
    for line in include_str!("cases/requests.jsonl").lines() {
        let case: Value = serde_json::from_str(line)?;
        let said = case["said"].as_array().ok_or("nothing is said")?.iter().zip(WORK.iter().cycle());
        let session = |(said, work): (&Value, &&str)| match said.as_str() {
            Some(said) => json!([format!("mia: {work}"), "agent: That is done.", format!("mia: {said}")]),
            None => said.clone(),
        };
        let sessions: Vec<Value> = said.map(session).collect();
        let found: Vec<Value> =
            case["found"].as_str().map(|text| json!({"kind": "preference", "text": text})).into_iter().collect();
        let week = json!({"sessions": sessions, "found": found});
        all.extend(wrong(&week)?.into_iter().map(|violation| format!("{}: {violation}", case["about"])));
    }
    assert!(all.is_empty(), "{}", all.join("\n"));
    Ok(())
}
