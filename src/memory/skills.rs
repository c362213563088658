//! A store as Agent Skills: a folder for each situation, which an agent opens when it comes to it
//! (<https://agentskills.io/specification>).

use std::collections::BTreeMap;

use super::budget::choose;
use super::render::{heading, line};
use super::{Entry, EntryKind, File, Memory, RenderOptions};
use crate::text::{capitalised, opens_condition};

// The specification's limits, in characters.
const NAME: usize = 64;
const DESCRIPTION: usize = 1024;
// Room for a hyphen and a number where two conditions begin alike.
const NUMBERED: usize = 8;

/// The chosen entries as files `<name>/SKILL.md`, and the ids of those that did not fit.
pub(super) fn skills(memory: &Memory, options: &RenderOptions) -> (Vec<File>, Vec<String>) {
    let cost = |entry: &Entry, first: bool| {
        // The name may need a number.
        let head = if first { head(entry, &(slug(entry) + "-2")) } else { String::new() };
        format!("{head}- {}\n", line(entry))
    };
    let (chosen, left_out) = choose(memory, &options.usage, options.token_budget, &title, &cost);
    let mut files: BTreeMap<String, File> = BTreeMap::new();
    let mut named: BTreeMap<String, u32> = BTreeMap::new();
    for entry in chosen {
        let file = files.entry(title(entry)).or_insert_with(|| {
            let name = free(slug(entry), &mut named);
            File { path: format!("{name}/SKILL.md"), content: head(entry, &name) }
        });
        file.content.push_str(&format!("- {}\n", line(entry)));
    }
    (files.into_values().collect(), left_out)
}

/// The name, with a number where another skill has it. `named` has the highest number of each name.
fn free(slug: String, named: &mut BTreeMap<String, u32>) -> String {
    let mut number = named.get(&slug).copied().unwrap_or(0);
    let mut name = slug.clone();
    while named.contains_key(&name) {
        number += 1;
        name = format!("{slug}-{number}");
    }
    named.insert(name.clone(), 1);
    named.insert(slug, number.max(1));
    name
}

/// The front matter and the heading. JSON is YAML, so a description in quotes may hold anything.
fn head(entry: &Entry, name: &str) -> String {
    let description = serde_json::Value::from(description(entry));
    format!("---\nname: {name}\ndescription: {description}\n---\n\n# {}\n\n", title(entry))
}

/// The condition that an entry holds under, in one line; empty where it always holds. What to do then, "… never book a
/// late one", is for the entry to say.
fn condition(entry: &Entry) -> String {
    const ORDERS: &[&str] = &["always", "do", "don't", "dont", "must", "never", "please", "should"];
    let words: Vec<&str> = entry.when.iter().flat_map(|when| when.split_whitespace()).collect();
    let order = words.iter().skip(2).position(|word| ORDERS.contains(&word.to_lowercase().as_str()));
    let condition = words.get(..order.map_or(words.len(), |at| at + 2)).unwrap_or_default().join(" ");
    condition.trim_end_matches([',', ';', ':']).to_owned()
}

/// "When calling `shell`", but "for flights".
fn occasion(condition: &str) -> String {
    let first = condition.split(' ').next().unwrap_or_default().to_lowercase();
    if opens_condition(&first) { condition.to_owned() } else { format!("when {condition}") }
}

/// Entries of one title make one skill.
fn title(entry: &Entry) -> String {
    match condition(entry).as_str() {
        "" => heading(entry.kind).to_owned(),
        when => capitalised(&occasion(when)),
    }
}

/// What an agent decides by whether it opens the skill.
fn description(entry: &Entry) -> String {
    let when = condition(entry);
    let always = match entry.kind {
        _ if !when.is_empty() => {
            let occasion = occasion(&when);
            let plain = occasion.chars().filter(|c| !matches!(c, '<' | '>'));
            return "What past sessions taught. Use ".chars().chain(plain).take(DESCRIPTION).collect();
        }
        EntryKind::Rule => "Rules from past sessions that always hold. Use before any work.",
        EntryKind::Preference => "What the people this agent works for prefer. Use before any work.",
        EntryKind::Fact => "Facts about the environment. Use when looking something up.",
        EntryKind::Workflow => "Ways of working that did well. Use when planning steps.",
        EntryKind::Note => "Notes from past sessions. Use when nothing else answers.",
    };
    always.to_owned()
}

/// Small ASCII letters and digits, with single hyphens between words, as file systems and the specification want it.
fn slug(entry: &Entry) -> String {
    let title = match condition(entry).as_str() {
        "" => format!("agent {}", heading(entry.kind)),
        when => when.to_owned(),
    };
    let mut slug = String::new();
    for word in title.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()) {
        if slug.len() + 1 + word.len() > NAME - NUMBERED {
            break;
        }
        if !slug.is_empty() {
            slug.push('-');
        }
        slug.push_str(word);
    }
    if slug.is_empty() { "skill".to_owned() } else { slug.to_ascii_lowercase() }
}
