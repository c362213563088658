//! The plan for people: counts, a sentence, a page of Markdown.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::irrelevance::Standpoint;
use super::operation::{Fate, Ledger, Operation, OperationKind, Plan, ReadFate, Report};
use super::rot::Survey;
use crate::compare::Given;
use crate::digest::Digest;
use crate::evidence::Evidence;
use crate::finding::Backtest;
use crate::memory::Memory;
use crate::order::{Arrange as _, Gather as _};
use crate::redact::redact;
use crate::transcript::Speaker;

/// Everything that the report counts, by name.
pub(crate) fn counts(
    digests: &[&Digest],
    operations: &[Operation],
    ledger: &Ledger,
    quarantined: usize,
    questions: usize,
    known: u32,
) -> BTreeMap<String, u32> {
    let mut counts: BTreeMap<String, u32> = BTreeMap::new();
    let mut add = |name: &str, n: u32| *counts.entry(name.to_owned()).or_default() += n;
    add("operations", operations.len() as u32);
    add("quarantined", quarantined as u32);
    add("questions", questions as u32);
    add("known_findings", known);
    add("sessions", digests.len() as u32);
    for digest in digests {
        add("calls", digest.counts.calls);
        add("failures", digest.counts.failures);
        add("secrets_redacted", digest.redactions.values().sum());
    }
    for operation in operations {
        add(kind_name(operation.kind), 1);
    }
    for line in &ledger.entries {
        add(fate_name(line.fate), 1);
    }
    for line in &ledger.transcripts {
        let name = match line.fate {
            ReadFate::Read => "transcripts_read",
            ReadFate::Skipped => "transcripts_skipped",
            ReadFate::Failed => "transcripts_failed",
        };
        add(name, 1);
        add("sessions_left_out", line.left_out.len() as u32);
    }
    counts
}

/// The report of a plan, with the tokens that the memory would take if everything were approved.
pub(crate) fn report(
    after: &Memory,
    counts: BTreeMap<String, u32>,
    held: bool,
    (survey, from, given): (Survey, &Standpoint, &Given),
) -> Report {
    let count = |name: &str| counts.get(name).copied().unwrap_or_default();
    let kinds = ["add", "merge", "supersede", "rewrite", "retire", "promote"];
    let parts: Vec<String> =
        kinds.into_iter().filter(|kind| count(kind) > 0).map(|kind| format!("{} to {kind}", count(kind))).collect();
    let proposals = plural(count("operations"), "proposal", "proposals");
    let sessions = plural(count("sessions"), "session", "sessions");
    let asked = plural(count("questions"), "question", "questions");
    let mut summary = match (parts.is_empty(), count("questions")) {
        (true, 0) => format!("Nothing to propose from {sessions}."),
        (true, _) => format!("{asked} to decide from {sessions}, nothing else to propose."),
        (false, 0) => format!("{proposals} from {sessions}: {}.", parts.join(", ")),
        (false, _) => format!("{proposals} from {sessions}: {}; {asked} to decide.", parts.join(", ")),
    };
    if held {
        summary.push_str(" Held: more entries would leave the memory than the loss cap allows without a person.");
    }
    let rot_before = survey.rot();
    let rot_after = survey.rot_after(after, from, given);
    Report {
        summary,
        associations: Vec::new(),
        recall: None,
        counts,
        tokens_before: rot_before.tokens,
        tokens_after: rot_after.tokens,
        rot_before: rot_before.score(),
        rot_after: rot_after.score(),
    }
}

fn plural(n: u32, one: &str, many: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {many}") }
}

fn kind_name(kind: OperationKind) -> &'static str {
    match kind {
        OperationKind::Add => "add",
        OperationKind::Merge => "merge",
        OperationKind::Supersede => "supersede",
        OperationKind::Rewrite => "rewrite",
        OperationKind::Retire => "retire",
        OperationKind::Promote => "promote",
    }
}

fn fate_name(fate: Fate) -> &'static str {
    match fate {
        Fate::Kept => "kept",
        Fate::Rewritten => "rewritten",
        Fate::Merged => "merged",
        Fate::Superseded => "superseded",
        Fate::Retired => "retired",
    }
}

// Of entries, and of quotes that come from anywhere, one line each.
const LINE_CHARS: usize = 320;
// What is signed is read whole, unless it is a document.
const RESULT_CHARS: usize = 1_500;

/// A plan as a page of Markdown: what would change and why, with the first piece of evidence of each. `memory` is the one
/// the plan was made for; of entries that it does not have only the ids are shown.
pub fn report_markdown(plan: &Plan, memory: &Memory) -> String {
    let texts: BTreeMap<&str, &str> =
        memory.entries.iter().map(|entry| (entry.id.as_str(), entry.text.as_str())).gather_map();
    let mut page = String::new();
    // Writing to a String cannot fail.
    let _ = write_page(plan, &texts, &mut page);
    inert(&page)
}

/// A page without links, images and HTML: what tools and web pages said stands in it, and an image would be fetched by
/// whoever looks at the page. None of these marks is the report's own.
fn inert(page: &str) -> String {
    let mut out = String::with_capacity(page.len());
    let mut letters = page.chars().peekable();
    while let Some(c) = letters.next() {
        let next = letters.peek().copied().unwrap_or(' ');
        let opens = match c {
            '<' => next.is_ascii_alphabetic() || matches!(next, '/' | '!' | '?'),
            ']' => matches!(next, '(' | '[' | ':'),
            _ => false,
        };
        if opens {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

fn write_page(plan: &Plan, texts: &BTreeMap<&str, &str>, page: &mut String) -> std::fmt::Result {
    let report = &plan.report;
    writeln!(page, "# Dream of {}\n", plan.now)?;
    writeln!(page, "{}\n", report.summary)?;
    let entries = plan.ledger.entries.len();
    let fates: u32 = ["kept", "rewritten", "merged", "superseded", "retired"]
        .iter()
        .filter_map(|fate| report.counts.get(*fate))
        .sum();
    writeln!(
        page,
        "- Ledger: {entries} entries, {fates} fates: {}.",
        if entries as u32 == fates { "balanced" } else { "NOT BALANCED" }
    )?;
    writeln!(page, "- Tokens: {} → {}.", report.tokens_before, report.tokens_after)?;
    if let Some([before, after]) = report.recall {
        writeln!(page, "- Recall probes answered: {:.0} % → {:.0} %.", before * 100.0, after * 100.0)?;
    }
    writeln!(page, "- Rot: {} → {} defects in a thousand tokens.", report.rot_before, report.rot_after)?;
    write_gate(plan, page)?;
    writeln!(page, "- Plan: {}", plan.plan_hash)?;
    for (kind, heading) in [
        (OperationKind::Add, "To add"),
        (OperationKind::Supersede, "To supersede"),
        (OperationKind::Merge, "To merge"),
        (OperationKind::Rewrite, "To rewrite"),
        (OperationKind::Promote, "To promote to the fleet"),
        (OperationKind::Retire, "To retire"),
    ] {
        let mut of_kind: Vec<&Operation> = plan.operations.iter().filter(|operation| operation.kind == kind).collect();
        // What most sessions speak for is read first.
        of_kind.arrange_by_key(|operation| (std::cmp::Reverse(operation.support.sessions), &operation.id));
        if !of_kind.is_empty() {
            writeln!(page, "\n## {heading} ({})\n", of_kind.len())?;
        }
        of_kind.into_iter().try_for_each(|operation| write_operation(operation, plan.held, texts, page))?;
    }
    write_rest(plan, texts, page)
}

/// How the proposals that sessions speak for did on later sessions, and what auto mode would do without a person.
fn write_gate(plan: &Plan, page: &mut String) -> std::fmt::Result {
    let operations = &plan.operations;
    let mined: Vec<&Operation> = operations.iter().filter(|operation| !operation.evidence.is_empty()).collect();
    if mined.is_empty() {
        return Ok(());
    }
    let tested = mined.iter().filter_map(|operation| operation.backtest);
    let fired: Vec<Backtest> = tested.clone().filter(|backtest| backtest.fired > 0).collect();
    let helped = fired.iter().filter(|backtest| backtest.passes()).count();
    let auto = operations.iter().filter(|operation| !operation.needs_review).count();
    let later = match fired.len() {
        0 => "none of them came up there".to_owned(),
        came_up => format!("{came_up} came up there, of which {helped} would have helped in most sessions"),
    };
    let (tested, mined) = (tested.count(), mined.len());
    write!(page, "- Gate: {tested} of {mined} mined proposals could be held against later sessions")?;
    if tested > 0 {
        write!(page, "; {later}")?;
    }
    match plan.held {
        true => writeln!(page, ". Auto mode applies nothing: the plan is held."),
        false => writeln!(page, ". Auto mode would apply {auto} of {}.", operations.len()),
    }
}

/// An entry by its id and text. A secret is still in the store at this point; it must not be in the report.
fn named(id: &str, texts: &BTreeMap<&str, &str>) -> String {
    match texts.get(id) {
        Some(text) => format!("{id}: {}", one_line(&redact(text).text)),
        None => id.to_owned(),
    }
}

fn write_operation(
    operation: &Operation,
    held: bool,
    texts: &BTreeMap<&str, &str>,
    page: &mut String,
) -> std::fmt::Result {
    let named = |id: &String| named(id, texts);
    let stays = operation.by.as_ref().filter(|_| operation.kind != OperationKind::Retire).map(named);
    let result = operation.result.as_ref().map(|result| result.text.as_str());
    let head = result.map(|text| shortened(&one_line_of(text), RESULT_CHARS)).or(stays);
    let head = head.unwrap_or_else(|| operation.entries.iter().map(named).collect::<Vec<_>>().join("; "));
    let waits = if held || operation.needs_review { "waits for a person" } else { "auto mode applies it" };
    let scope = operation.result.as_ref().map(|result| format!("scope {}, ", one_line(&result.scope)));
    writeln!(
        page,
        "- **{head}**  \n  {} ({}, {}confidence {}, {waits})",
        operation.reason,
        operation.id,
        scope.unwrap_or_default(),
        operation.confidence
    )?;
    if let Some(backtest) = operation.backtest {
        match backtest.fired {
            0 => writeln!(page, "  - held against later sessions: it did not come up there")?,
            fired => {
                let sessions = plural(fired, "session", "sessions");
                let helped = backtest.prevented;
                writeln!(
                    page,
                    "  - held against later sessions: came up in {sessions}, would have helped in {helped}"
                )?;
            }
        }
    }
    let by = operation.by.as_ref().and_then(|id| texts.get(id.as_str()).copied());
    match operation.kind {
        OperationKind::Merge => write_merged(&operation.entries, result.or(by).unwrap_or_default(), texts, page)?,
        OperationKind::Supersede => {
            operation.entries.iter().try_for_each(|entry| writeln!(page, "  - takes the place of {}", named(entry)))?;
        }
        _ => {}
    }
    for entry in operation.by.iter().filter(|_| operation.kind == OperationKind::Retire) {
        writeln!(page, "  - what stays: {}", named(entry))?;
    }
    for entry in operation.entries.iter().filter(|_| operation.kind == OperationKind::Rewrite) {
        writeln!(page, "  - was {}", named(entry))?;
    }
    if let Some(evidence) = operation.evidence.first() {
        let more = operation.evidence.len() - 1;
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let quote = match evidence.quote.as_str() {
            "" => "(not quoted: it comes from outside)".to_owned(),
            quote => one_line(quote),
        };
        let who = speaker(evidence);
        writeln!(page, "  > {quote} — {who}, session {}, turn {}{more}", evidence.session, evidence.turn)?;
    }
    Ok(())
}

/// What is merged: of entries that read as the one that stays only the ids, of the others the text from where it differs.
fn write_merged(entries: &[String], stays: &str, texts: &BTreeMap<&str, &str>, page: &mut String) -> std::fmt::Result {
    let stays = redact(&one_line_of(stays)).text;
    let mut alike: Vec<&str> = Vec::new();
    for id in entries.iter().map(String::as_str) {
        let text = texts.get(id).map(|text| redact(&one_line_of(text)).text);
        match text.as_deref().map(|text| from_difference(text, &stays)) {
            Some(None) => alike.push(id),
            Some(Some(differs)) => {
                writeln!(page, "  - takes the place of {id}: {}", shortened(&differs, LINE_CHARS))?;
            }
            None => writeln!(page, "  - takes the place of {id}")?,
        }
    }
    match alike.as_slice() {
        [] => Ok(()),
        alike => writeln!(page, "  - takes the place of {}, to the letter", alike.join(", ")),
    }
}

/// Words before the first one that differs, for the eye to find the place.
const SHOWN_BEFORE: usize = 6;

/// A text from where it differs from another one; nothing where it does not.
fn from_difference(text: &str, other: &str) -> Option<String> {
    if text == other {
        return None;
    }
    let words: Vec<&str> = text.split(' ').collect();
    let same = words.iter().zip(other.split(' ')).take_while(|(word, other)| *word == other).count();
    let hidden = same.saturating_sub(SHOWN_BEFORE);
    // Of a short text all is shown.
    if hidden == 0 || text.chars().count() <= LINE_CHARS {
        return Some(text.to_owned());
    }
    Some(format!("… {}", words.get(hidden..).unwrap_or_default().join(" ")))
}

/// Who said it: their name where there is one.
fn speaker(evidence: &Evidence) -> String {
    let kind = match evidence.speaker {
        Speaker::Developer => "developer",
        Speaker::System => "system",
        Speaker::User => "user",
        Speaker::Agent => "agent",
        Speaker::Tool => "tool",
    };
    evidence.name.as_deref().map_or_else(|| kind.to_owned(), |name| format!("{kind} {}", one_line(name)))
}

fn write_rest(plan: &Plan, texts: &BTreeMap<&str, &str>, page: &mut String) -> std::fmt::Result {
    if !plan.questions.is_empty() {
        writeln!(page, "\n## To decide ({})\n", plan.questions.len())?;
    }
    for question in &plan.questions {
        writeln!(page, "- {} ({})", one_line(&question.reason), question.id)?;
        for entry in &question.entries {
            let choice = question.choices.iter().find(|choice| choice.keep == *entry);
            let answer = match choice {
                Some(choice) => format!(" — approve {} if it holds", choice.op),
                None if question.said.is_some() => format!(
                    " — approve {0} to write those words instead, modify it to write others, reject it if it still holds",
                    question.id
                ),
                None if question.choices.is_empty() => {
                    format!(" — modify {} to write what holds instead, reject it if it still holds", question.id)
                }
                None => String::new(),
            };
            writeln!(page, "  - {}{answer}", named(entry, texts))?;
        }
    }
    if !plan.confirmations.is_empty() {
        writeln!(page, "\n## Said again ({})\n", plan.confirmations.len())?;
    }
    for confirmation in &plan.confirmations {
        let text = texts.get(confirmation.entry.as_str()).map(|text| one_line(&redact(text).text)).unwrap_or_default();
        let sessions = plural(confirmation.support.sessions, "session", "sessions");
        writeln!(page, "- {}: {text} ({sessions} more)", confirmation.entry)?;
    }
    if !plan.report.associations.is_empty() {
        writeln!(page, "\n## Seen, not shown ({})\n", plan.report.associations.len())?;
    }
    for association in &plan.report.associations {
        writeln!(page, "- {association}")?;
    }
    if !plan.quarantine.is_empty() {
        writeln!(page, "\n## Quarantine ({})\n", plan.quarantine.len())?;
    }
    let mut lines: BTreeMap<String, u32> = BTreeMap::new();
    for item in &plan.quarantine {
        let place = match (&item.entry, &item.evidence) {
            (Some(entry), _) => format!("entry {entry}"),
            (None, Some(evidence)) => format!("session {}, turn {}", evidence.session, evidence.turn),
            (None, None) => "unknown".to_owned(),
        };
        *lines.entry(format!("{place}: {}", item.reason)).or_default() += 1;
    }
    for (line, spans) in lines {
        let spans = if spans > 1 { format!(" ({spans} spans)") } else { String::new() };
        writeln!(page, "- {line}{spans}")?;
    }
    Ok(())
}

fn one_line(text: &str) -> String {
    shortened(&one_line_of(text), LINE_CHARS)
}

fn one_line_of(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn shortened(line: &str, most: usize) -> String {
    match line.char_indices().nth(most) {
        Some((cut, _)) => format!("{}…", line.get(..cut).unwrap_or_default()),
        None => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_a_text_differs() {
        let long = "word ".repeat(100);
        assert_eq!(from_difference("Use tabs.", "Use tabs."), None);
        assert_eq!(from_difference("Use tabs.", "Use tabs, please."), Some("Use tabs.".to_owned()));
        let differs = from_difference(&format!("{long}here"), &format!("{long}there"));
        assert_eq!(differs, Some(format!("… {}here", "word ".repeat(SHOWN_BEFORE))));
    }

    #[test]
    fn nothing_in_a_report_is_fetched_or_run() {
        for (said, shown) in [
            ("![x](http://a.example/y.png)", "![x\\](http://a.example/y.png)"),
            ("[x]: http://a.example", "[x\\]: http://a.example"),
            ("<img src=y> </b> <!-- z", "\\<img src=y> \\</b> \\<!-- z"),
            ("a[1] < 2, x <= y, <3", "a[1] < 2, x <= y, <3"),
        ] {
            assert_eq!(inert(said), shown);
        }
    }
}
