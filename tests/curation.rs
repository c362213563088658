//! What a dream does to real stores, through `dream` and `apply`, where the data lies beside the checkout.
#![cfg(not(target_arch = "wasm32"))]
// A skipped test says so, and the others tell their figures.
#![allow(clippy::print_stdout)]

mod beside;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use beside::{Outcome, rows, shared, text};
use lucidream::{
    Decision, DreamInput, Entry, Memory, Plan, RenderFormat, RenderOptions, Source, Status, Verdict, apply,
    approve_all, digest_transcript, dream, parse_memory_text, recall, render, report_markdown,
};
use serde_json::Value;

const NOW: &str = "2026-11-22T00:00:00Z";

/// The plan for a store and the store after all of it.
fn dreamt(memory: &Memory) -> lucidream::Result<(Plan, Memory)> {
    let plan = dream(&DreamInput { memory: memory.clone(), now: NOW.to_owned(), ..DreamInput::default() })?;
    let after = apply(memory, &plan, &approve_all(&plan), NOW)?.memory;
    let again = dream(&DreamInput { memory: after.clone(), now: NOW.to_owned(), ..DreamInput::default() })?;
    assert_eq!(again.operations, [], "a second dream proposes something");
    Ok((plan, after))
}

fn rendered(memory: &Memory) -> String {
    let options = RenderOptions::whole(RenderFormat::Markdown);
    render(memory, &options).files.into_iter().map(|file| file.content).collect()
}

/// The words of a text that name a thing of a program, and its numbers.
fn names_and_numbers(text: &str) -> BTreeSet<String> {
    let word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.');
    let runs = text.split(|c: char| !word(c)).map(|run| run.trim_matches('.'));
    let matters = |run: &&str| run.contains(['_', '.']) || run.bytes().any(|byte| byte.is_ascii_digit());
    runs.filter(|run| !run.is_empty()).filter(matters).map(str::to_owned).collect()
}

fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// What people doubt waits for the answer, and no longer than that.
#[test]
fn a_doubt_that_is_answered_holds_nothing_back() -> Outcome {
    let said = r#"{"id":"s1","started_at":"2026-11-18T08:00:00Z","messages":[
        {"role":"user","content":"Which lease?"},{"role":"assistant","content":"The third."},
        {"role":"user","content":"We are fine with one signature, the two-signature rule died with the audit."}]}"#;
    let digests = digest_transcript(said.replace('\n', " ").as_bytes(), None)?.digests;
    let stored = [
        r#"{"id":"m1","text":"Leases need one signature.","created_at":"2026-09-01T00:00:00Z","source":"user"}"#,
        r#"{"id":"m2","text":"Leases need two signatures.","created_at":"2026-10-01T00:00:00Z","source":"user"}"#,
    ];
    let memory = parse_memory_text(&stored.join("\n"), None)?;
    let input = DreamInput { memory: memory.clone(), digests, now: NOW.to_owned(), ..DreamInput::default() };
    let plan = dream(&input)?;
    assert_eq!((plan.operations.len(), plan.questions.len()), (0, 1), "{}", report_markdown(&plan, &memory));
    let stands = Decision { op: plan.questions[0].id.clone(), decision: Verdict::Reject, text: None, reason: None };
    let applied = apply(&memory, &plan, &[stands], NOW)?;
    let plan = dream(&DreamInput { memory: applied.memory, tombstones: applied.tombstones, ..input })?;
    assert_eq!((plan.operations.len(), plan.questions.len()), (1, 0), "{}", report_markdown(&plan, &memory));
    Ok(())
}

/// Playbooks: no entry stands twice, and whatever they name is still named.
#[test]
fn playbooks_lose_copies_and_nothing_else() -> Outcome {
    let Some(folder) = shared("data/b7_ace_playbooks") else { return Ok(()) };
    let mut files: Vec<_> =
        std::fs::read_dir(folder)?.map(|file| file.map(|file| file.path())).collect::<Result<_, _>>()?;
    files.retain(|path| path.extension().is_some_and(|ending| ending == "txt"));
    files.sort();
    assert!(!files.is_empty());
    let (mut entries, mut copies, mut tokens) = (0, 0, (0, 0));
    for path in files {
        let before = std::fs::read_to_string(&path)?;
        let memory = parse_memory_text(&before, None)?;
        let (plan, after) = dreamt(&memory)?;
        let page = rendered(&after);
        let active: Vec<String> = after.entries.iter().filter(|e| e.is_active()).map(|e| folded(&e.text)).collect();
        let distinct: BTreeSet<&String> = active.iter().collect();
        assert_eq!(active.len(), distinct.len(), "{} has an entry twice", path.display());
        // Labels of items that left, such as [shr-00012], are no names.
        let label = |name: &String| before.contains(&format!("-{name}]"));
        let lost: Vec<String> =
            names_and_numbers(&before).difference(&names_and_numbers(&page)).filter(|n| !label(n)).cloned().collect();
        assert_eq!(lost, Vec::<String>::new(), "{}", path.display());
        let known: BTreeSet<String> = memory.entries.iter().map(|entry| folded(&entry.text)).collect();
        copies += memory.entries.len() - known.len();
        entries += memory.entries.len();
        tokens = (tokens.0 + plan.report.tokens_before, tokens.1 + plan.report.tokens_after);
    }
    println!("{entries} entries, {copies} exact copies, none left; tokens {} → {}", tokens.0, tokens.1);
    Ok(())
}

/// Files that people keep: what a dream proposes for each revision. Read these before you believe a change of the rules.
#[test]
fn files_that_people_keep_are_hardly_touched() -> Outcome {
    let Some(path) = shared("data/b8_agents_md_history/revisions.jsonl.gz") else { return Ok(()) };
    let (mut entries, mut operations) = (0, BTreeMap::new());
    for (at, revision) in rows(&path)?.iter().enumerate().filter(|(at, _)| at % 5 == 0) {
        let memory = parse_memory_text(text(revision, "text"), Some(lucidream::MemoryFormat::Markdown))?;
        let (plan, _) = dreamt(&memory)?;
        let texts: BTreeMap<&str, &str> = memory.entries.iter().map(|e| (e.id.as_str(), e.text.as_str())).collect();
        for operation in plan.operations {
            let of: Vec<&str> = operation.entries.iter().filter_map(|id| texts.get(id.as_str()).copied()).collect();
            operations.entry(format!("{:?} {} — {}", operation.kind, of.join(" | "), operation.reason)).or_insert(at);
        }
        entries += memory.entries.len();
    }
    for operation in operations.keys() {
        println!("{operation}");
    }
    println!("{} different operations on {entries} entries", operations.len());
    assert!(operations.len() * 100 <= entries, "a dream touches more than one entry in a hundred");
    Ok(())
}

/// Preferences that were taken back leave with what took them back; of those that changed the later one stands.
#[test]
fn preferences_that_changed_give_way() -> Outcome {
    let Some(path) = shared("data/b6_halumem_updates/preference_updates.jsonl") else { return Ok(()) };
    let said = |row: &Value, side: &str| {
        let at = row["changed_index"].as_u64().unwrap_or_default() as usize;
        let one = row[side].as_array().and_then(|list| list.get(at).or(list.last())).cloned().unwrap_or_default();
        format!("{}: {}", text(&one, "type_description"), text(&one, "specific_item"))
    };
    let mut stores: BTreeMap<String, (Memory, Vec<(bool, String)>)> = BTreeMap::new();
    for (at, row) in rows(&path)?.iter().enumerate() {
        let (memory, old) = stores.entry(text(row, "persona").to_owned()).or_default();
        let gone = text(row, "direction") == "Delete";
        let before = said(row, "before");
        let after = match gone {
            true => format!("No longer true: {before}. {}", text(row, "reason")),
            false => said(row, "after"),
        };
        if memory.entries.iter().any(|entry| entry.text == before) || before == after {
            continue;
        }
        let mut add = |id: String, text: String, day: String| {
            memory.entries.push(Entry { source: Source::User, created_at: Some(day), ..Entry::new(id, text) });
        };
        add(format!("old{at}"), before, format!("2026-01-{:02}", 1 + at % 28));
        add(format!("new{at}"), after, format!("2026-06-{:02}", 1 + at % 28));
        old.push((gone, format!("old{at}")));
    }
    let mut found = BTreeMap::from([(true, (0, 0)), (false, (0, 0))]);
    for (memory, old) in stores.values() {
        let (_, after) = dreamt(memory)?;
        for (gone, id) in old {
            let left =
                after.entries.iter().any(|e| e.id == *id && matches!(e.status, Status::Superseded | Status::Retired));
            let count = found.entry(*gone).or_default();
            *count = (count.0 + u32::from(left), count.1 + 1);
        }
    }
    println!("taken back and gone: {:?}, changed and superseded: {:?}", found[&true], found[&false]);
    assert!(found[&true].0 * 100 >= found[&true].1 * 95, "{found:?}");
    assert!(found[&false].0 * 100 >= found[&false].1 * 85, "{found:?}");
    Ok(())
}

/// `1:56 pm on 8 May, 2023` as a day.
fn day(text: &str) -> Option<String> {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let mut parts = text.split(" on ").nth(1)?.split([' ', ',']).filter(|part| !part.is_empty());
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    let month = MONTHS.iter().position(|name| month.starts_with(name))? + 1;
    Some(format!("{year}-{month:02}-{day:0>2}"))
}

/// The observations of a conversation as a store, with the turns that each comes from.
fn observations(sample: &Value) -> (Memory, BTreeMap<String, Vec<String>>) {
    let (mut memory, mut turns) = (Memory::default(), BTreeMap::new());
    for (session, people) in sample["observation"].as_object().into_iter().flatten() {
        let session = session.trim_end_matches("_observation");
        let created_at = day(text(&sample["conversation"], &format!("{session}_date_time")));
        for said in
            people.as_object().into_iter().flat_map(|people| people.values()).filter_map(Value::as_array).flatten()
        {
            let id = format!("o{}", memory.entries.len());
            let from = match &said[1] {
                Value::String(turn) => vec![turn.clone()],
                list => list.as_array().into_iter().flatten().filter_map(|t| t.as_str().map(str::to_owned)).collect(),
            };
            turns.insert(id.clone(), from);
            let said = said[0].as_str().unwrap_or_default();
            memory.entries.push(Entry {
                source: Source::Agent,
                created_at: created_at.clone(),
                ..Entry::new(id, said)
            });
        }
    }
    (memory, turns)
}

/// The turns that each active entry stands for: its own and those of the entries it took the place of.
fn standing_for(memory: &Memory, turns: &BTreeMap<String, Vec<String>>) -> BTreeMap<String, Vec<String>> {
    let mut all: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for entry in &memory.entries {
        let mut last = entry;
        while let Some(next) = last.replaced_by.as_ref().filter(|_| last.status == Status::Merged) {
            let Some(found) = memory.entries.iter().find(|other| other.id == *next) else { break };
            last = found;
        }
        all.entry(last.id.clone()).or_default().extend(turns.get(&entry.id).cloned().unwrap_or_default());
    }
    all
}

/// Share of a question's evidence among what is recalled within a budget of words.
fn found(
    memory: &Memory,
    turns: &BTreeMap<String, Vec<String>>,
    question: &str,
    evidence: &[&str],
    budgets: [usize; 2],
) -> [f64; 2] {
    let recalled = recall(memory, question, 200);
    budgets.map(|budget| {
        let mut words = 0;
        let fits = recalled.iter().take_while(|one| {
            words += one.text.split_whitespace().count();
            words <= budget
        });
        let known: BTreeSet<&String> = fits.filter_map(|one| turns.get(&one.id)).flatten().collect();
        let hits = evidence.iter().filter(|turn| known.iter().any(|known| known == *turn)).count();
        hits as f64 / evidence.len() as f64
    })
}

/// Conversations: what a dream leaves answers as many questions within the same budget of words, from fewer words.
#[test]
fn a_dreamt_memory_answers_as_well() -> Outcome {
    let Some(path) = shared("data/b1_locomo/locomo10.json") else { return Ok(()) };
    let samples: Value = serde_json::from_slice(&std::fs::read(&path)?)?;
    let questions = rows(Path::new(&path.with_file_name("qa_normalised.jsonl")))?;
    let (mut asked, mut sums, mut words) = (0.0, [[0.0; 2]; 2], [0, 0]);
    for sample in samples.as_array().into_iter().flatten() {
        let (memory, turns) = observations(sample);
        let (_, after) = dreamt(&memory)?;
        let stores = [(&memory, standing_for(&memory, &turns)), (&after, standing_for(&after, &turns))];
        for (sum, (store, _)) in words.iter_mut().zip(&stores) {
            let active = store.entries.iter().filter(|entry| entry.is_active());
            *sum += active.map(|entry| entry.text.split_whitespace().count()).sum::<usize>();
        }
        let ours = questions.iter().filter(|row| row["sample"] == sample["sample_id"] && row["category"] != 5);
        for row in ours {
            let evidence: Vec<&str> =
                row["evidence"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            if evidence.is_empty() {
                continue;
            }
            asked += 1.0;
            for (sum, (store, turns)) in sums.iter_mut().zip(&stores) {
                let shares = found(store, turns, text(row, "q"), &evidence, [250, 500]);
                *sum = [sum[0] + shares[0], sum[1] + shares[1]];
            }
        }
    }
    let shares = sums.map(|sum| sum.map(|sum| sum / asked));
    println!("{asked} questions; at 250 and 500 words {shares:.3?}; words {words:?}");
    assert!(shares[1][0] >= shares[0][0] - 0.005 && shares[1][1] >= shares[0][1] - 0.005, "{shares:?}");
    assert!(words[1] <= words[0]);
    Ok(())
}
