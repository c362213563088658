//! A store after a dream with everything approved: one line an entry, with the ids of those it stands for.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;

use lucidream::{Config, DreamInput, Entry, Memory, Relation, Status, apply, approve_all, dream, parse_memory_text};
use serde_json::{Value, json};

use crate::method::{Method, Read};

/// The store that a method makes of one.
pub fn curated(method: Method, text: &str) -> Result<Vec<Value>, Box<dyn Error>> {
    let memory = parse_memory_text(text, None)?;
    if method == Method::Engine { dreamt(&memory) } else { Ok(merged(method, &memory)) }
}

fn dreamt(memory: &Memory) -> Result<Vec<Value>, Box<dyn Error>> {
    let now = memory.entries.iter().filter_map(|entry| entry.created_at.clone()).max().unwrap_or_default();
    let config = Config { max_entries: 1_000_000, ..Config::default() };
    let input = DreamInput { memory: memory.clone(), now: now.clone(), config, ..DreamInput::default() };
    let plan = dream(&input)?;
    let after = apply(memory, &plan, &approve_all(&plan), &now)?.memory;
    let before: BTreeSet<&str> = memory.entries.iter().map(|entry| entry.id.as_str()).collect();
    let by_id: BTreeMap<&str, &Entry> = after.entries.iter().map(|entry| (entry.id.as_str(), entry)).collect();
    let mut sources: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for id in &before {
        if let Some(stands) = by_id.get(id).and_then(|entry| standing(entry, &by_id)) {
            sources.entry(stands).or_default().push(id);
        }
    }
    let active = after.entries.iter().filter(|entry| entry.is_active());
    Ok(active.map(|entry| json!({"text": entry.text, "sources": sources.get(entry.id.as_str())})).collect())
}

/// The active entry that an entry is or was merged into.
fn standing<'a>(entry: &'a Entry, by_id: &BTreeMap<&str, &'a Entry>) -> Option<&'a str> {
    match entry.status {
        Status::Active => Some(&entry.id),
        Status::Merged => standing(by_id.get(entry.replaced_by.as_deref()?)?, by_id),
        _ => None,
    }
}

/// Greedy: each entry, the newest first, joins the first one kept in its scope that the method takes for a duplicate.
fn merged(method: Method, memory: &Memory) -> Vec<Value> {
    let mut entries: Vec<&Entry> = memory.entries.iter().collect();
    entries.sort_by(|a, b| b.created_at.cmp(&a.created_at).then_with(|| a.id.cmp(&b.id)));
    let mut kept: Vec<(&Entry, Read, Vec<&str>)> = Vec::new();
    for entry in entries {
        let read = method.read(&entry.text);
        let same = |(other, known, _): &&mut (&Entry, Read, Vec<&str>)| {
            other.scope == entry.scope && method.judge(known, &read).0 == Relation::Duplicate
        };
        match kept.iter_mut().find(same) {
            Some((_, _, sources)) => sources.push(&entry.id),
            None => kept.push((entry, read, vec![&entry.id])),
        }
    }
    kept.into_iter().map(|(entry, _, sources)| json!({"text": entry.text, "sources": sources})).collect()
}
