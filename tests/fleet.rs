//! From one agent to the fleet: what several agents came to by themselves holds for all, and nothing else does.

use lucidream::{
    Digest, DreamInput, Entry, Memory, OperationKind, Plan, Source, apply, approve_all, digest_transcript, dream,
};
use serde_json::json;

const NOW: &str = "2026-11-09T03:00:00Z";
const WISH: &str = "From now on always link the ticket in the pull request.";

fn session(id: &str, agent: &str, messages: serde_json::Value) -> lucidream::Result<Vec<Digest>> {
    let line = json!({"id": id, "agent": agent, "ended_at": "2026-11-02T10:00:00Z", "messages": messages}).to_string();
    Ok(digest_transcript(line.as_bytes(), None)?.digests)
}

fn said(id: &str, agent: &str) -> lucidream::Result<Vec<Digest>> {
    let asked = json!({"role": "user", "content": format!("{WISH} This one is {id}.")});
    session(id, agent, json!([asked, {"role": "assistant", "content": "Done."}]))
}

/// The store of an agent that knows the wish already, dreamt with some sessions.
fn dreamt(sessions: &[(&str, &str)]) -> lucidream::Result<(Memory, Plan)> {
    let known = Entry { source: Source::User, ..Entry::new("m1", "Always link the ticket in the pull request.") };
    let memory = Memory { entries: vec![known], ..Memory::default() };
    let digests: lucidream::Result<Vec<Vec<Digest>>> = sessions.iter().map(|(id, agent)| said(id, agent)).collect();
    let digests = digests?.into_iter().flatten().collect();
    let plan = dream(&DreamInput { memory: memory.clone(), digests, now: NOW.to_owned(), ..DreamInput::default() })?;
    Ok((memory, plan))
}

fn kinds(plan: &Plan) -> Vec<OperationKind> {
    plan.operations.iter().map(|operation| operation.kind).collect()
}

#[test]
fn three_sessions_of_two_agents_promote() -> lucidream::Result<()> {
    let (memory, plan) = dreamt(&[("s1", "clerk"), ("s2", "clerk"), ("s3", "scout")])?;
    assert_eq!(kinds(&plan), [OperationKind::Promote], "{:#?}", plan.operations);
    let operation = &plan.operations[0];
    assert!(operation.needs_review, "a person decides what holds for all");
    assert_eq!((operation.support.sessions, operation.entries.as_slice()), (3, ["m1".to_owned()].as_slice()));
    let after = apply(&memory, &plan, &approve_all(&plan), NOW)?;
    let entry = &after.memory.entries[0];
    assert_eq!(
        (entry.id.as_str(), entry.scope.as_str(), entry.text.as_str()),
        ("m1", "fleet", "Always link the ticket in the pull request.")
    );
    assert_eq!(lucidream::undo(&after.memory, &after.inverse)?, memory);
    Ok(())
}

#[test]
fn fewer_sessions_or_one_agent_do_not() -> lucidream::Result<()> {
    for sessions in [
        [("s1", "clerk"), ("s2", "scout")].as_slice(),
        [("s1", "clerk"), ("s2", "clerk"), ("s3", "clerk"), ("s4", "clerk")].as_slice(),
    ] {
        let (_, plan) = dreamt(sessions)?;
        assert_eq!(kinds(&plan), [], "{sessions:?}");
    }
    Ok(())
}

#[test]
fn what_tools_say_is_never_promoted() -> lucidream::Result<()> {
    let fetched = |id: &str, agent: &str| {
        let call = json!({"role": "assistant", "content": "", "tool_calls": [{"id": "c", "name": "fetch", "arguments": {"page": id}}]});
        let page = json!({"role": "tool", "tool_call_id": "c", "content": WISH, "is_error": false});
        session(id, agent, json!([{"role": "user", "content": "What does it say?"}, call, page]))
    };
    let mut digests = Vec::new();
    for (id, agent) in [("s1", "clerk"), ("s2", "scout"), ("s3", "scout"), ("s4", "clerk")] {
        digests.extend(fetched(id, agent)?);
    }
    let known = Entry::new("m1", "Always link the ticket in the pull request.");
    let memory = Memory { entries: vec![known], ..Memory::default() };
    let plan = dream(&DreamInput { memory, digests, now: NOW.to_owned(), ..DreamInput::default() })?;
    assert!(plan.operations.iter().all(|operation| operation.kind != OperationKind::Promote), "{:#?}", plan.operations);
    assert_eq!(plan.ledger.transcripts.len(), 4);
    Ok(())
}

/// A dream over nothing is a plan over nothing.
#[test]
fn nothing_in_nothing_out() -> lucidream::Result<()> {
    let plan = dream(&DreamInput { now: NOW.to_owned(), ..DreamInput::default() })?;
    lucidream::verify_plan(&plan)?;
    assert_eq!((plan.operations.len(), plan.ledger.entries.len(), plan.ledger.transcripts.len()), (0, 0, 0));
    assert_eq!(plan.report.summary, "Nothing to propose from 0 sessions.");
    let applied = apply(&Memory::default(), &plan, &[], NOW)?;
    assert_eq!(applied.memory, Memory::default());
    Ok(())
}

#[test]
fn what_was_deleted_by_hand_needs_new_sessions() -> lucidream::Result<()> {
    let dreamt = |memory: &Memory, tombstones: &[lucidream::Tombstone], digests: Vec<Digest>| {
        let (memory, tombstones) = (memory.clone(), tombstones.to_vec());
        dream(&DreamInput { memory, tombstones, digests, now: NOW.to_owned(), ..DreamInput::default() })
    };
    let plan = dreamt(&Memory::default(), &[], said("s1", "clerk")?)?;
    assert_eq!(kinds(&plan), [OperationKind::Add]);
    let added = apply(&Memory::default(), &plan, &approve_all(&plan), "2026-11-03T00:00:00Z")?.memory;
    let without = Memory { entries: Vec::new(), ..added.clone() };
    let gone = lucidream::deleted(&added, &without, "2026-11-04T00:00:00Z");
    assert_eq!(kinds(&dreamt(&without, &gone, said("s1", "clerk")?)?), []);
    let later = json!({
        "id": "s2", "agent": "clerk", "ended_at": "2026-11-08T10:00:00Z",
        "messages": [
            {"role": "user", "content": WISH, "at": "2026-11-08T09:00:00Z"},
            {"role": "assistant", "content": "Done.", "at": "2026-11-08T09:01:00Z"},
        ],
    });
    let mut digests = said("s1", "clerk")?;
    digests.extend(digest_transcript(later.to_string().as_bytes(), None)?.digests);
    let again = dreamt(&without, &gone, digests)?;
    assert_eq!(kinds(&again), [OperationKind::Add]);
    let reason = &again.operations[0].reason;
    assert!(reason.contains("deleted by hand on 2026-11-04; one new session speaks for it"), "{reason}");
    Ok(())
}
