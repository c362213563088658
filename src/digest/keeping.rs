//! What people ask to be kept in mind without saying "always": notes for the memory itself, what holds every time, and
//! what is used here.

use super::address::starts_with;
use crate::text::{bare, fold, is_imperative};

/// Words without one of which nothing here is kept; [`kept`] says whether they ask for it.
pub(super) const KEEPING: [&str; 29] = [
    "next time", "claude.md", "agents.md", "gemini.md", "project memory", "your memory", "long-term memory",
    "memory file", "keep in mind", "unless explicitly", "unless i ", "unless told", "unless asked",
    "unless instructed", "unless they are explicitly", "unless you are explicitly", "every time", "each time",
    "at each", "after each", "before each", "after every", "before every", "whenever", "we use ", "we're using ",
    "we are using ", "our convention", "the convention",
];

// What only names a file or a moment tells no rule.
const LEAST_WORDS: usize = 4;

/// The part of a sentence that asks for something to be kept; `request` is the sentence without its address.
pub(super) fn kept(request: &str) -> Option<&str> {
    if let Some(rule) = for_next_time(request).filter(|rule| rule.split_whitespace().count() >= LEAST_WORDS) {
        return Some(rule);
    }
    let request = without_praise(request);
    let lower = fold(request);
    // Folding may change lengths; then the places found in it would be others.
    let noted = noted(request, &lower).filter(|_| lower.len() == request.len());
    let whole = || (recurs(&lower) || excepts(&lower) || is_convention(&lower)).then_some(request);
    noted.or_else(whole).filter(|rule| rule.split_whitespace().count() >= LEAST_WORDS)
}

/// "Next time ask me before you …": a wish that came too late. What it points at was there this time.
fn for_next_time(request: &str) -> Option<&str> {
    const POINTERS: [&str; 15] = [
        "he", "her", "him", "his", "it", "its", "one", "she", "that", "their", "them", "there", "these", "this",
        "those",
    ];
    // "Whoa, next time …".
    let exclaimed = request.split_once(", ").filter(|(cry, _)| !cry.contains(' ')).map(|(_, rest)| rest);
    let opens = |part: &&str| starts_with(part, "next time");
    let rest = [Some(request), exclaimed].into_iter().flatten().find(opens)?.get("next time".len()..)?;
    let rest = rest.trim_start_matches([',', ':', ' ']);
    let rest = rest.strip_prefix("please ").unwrap_or(rest);
    let points = fold(rest).split_whitespace().any(|word| POINTERS.contains(&bare(word)));
    (opens_with_request(&fold(rest)) && !points).then_some(rest)
}

/// "Very good, and please stop …": the request begins behind "please".
fn without_praise(request: &str) -> &str {
    let parts = request.split_once(" please ");
    parts.filter(|(before, _)| before.split_whitespace().count() <= 4).map_or(request, |(_, rest)| rest)
}

/// "Update CLAUDE.md to keep the logs out": what is to stand there. "No comments in listings (note it in project memory)":
/// what stands before the request to note it.
fn noted<'a>(request: &'a str, lower: &str) -> Option<&'a str> {
    const MEMORY: [&str; 7] =
        ["claude.md", "agents.md", "gemini.md", "project memory", "your memory", "long-term memory", "memory file"];
    let named = MEMORY.iter().filter_map(|name| lower.rfind(name).map(|at| at + name.len())).max()?;
    if let Some(aside) =
        lower.find('(').filter(|open| *open < named && asks_to_note(lower.get(open + 1..).unwrap_or_default()))
    {
        let rule = request.get(..aside)?;
        let end = [" -- ", " – ", " — "].iter().filter_map(|dash| rule.find(dash)).min().unwrap_or(rule.len());
        return rule.get(..end).map(str::trim).filter(|rule| opens_with_request(&fold(rule)));
    }
    if !asks_to_note(lower) {
        return None;
    }
    let rest = request.get(named..)?;
    let rule = [" to ", " that ", ": "].iter().filter_map(|mark| rest.find(mark).map(|at| at + mark.len())).min()?;
    let rule = rest.get(rule..)?.trim();
    // "Update it to prevent this" needs the sentence before.
    let points = fold(rule).split_whitespace().any(|word| matches!(word.trim_matches(','), "this" | "these"));
    (!points && rule.split_whitespace().count() >= LEAST_WORDS + 2).then_some(rule)
}

fn asks_to_note(lower: &str) -> bool {
    const NOTES: [&str; 9] = ["add", "make", "note", "put", "record", "remember", "save", "update", "write"];
    let mut words = lower.split_whitespace().map(bare);
    words.find(|word| !matches!(*word, "please" | "also" | "and" | "then")).is_some_and(|word| NOTES.contains(&word))
}

/// "Stop at each stable point", "whenever a ticket is closed, tell me": a request for every time.
fn recurs(lower: &str) -> bool {
    const EVERY: [&str; 8] = [
        "every time", "each time", "at each ", "after each ", "before each ", "after every ", "before every ",
        "whenever ",
    ];
    let mut clauses = lower.split(", ");
    let first = clauses.next().unwrap_or_default();
    let opens = EVERY.iter().any(|mark| first.starts_with(mark.trim_start_matches("at ")));
    let asking = if opens { clauses.next().unwrap_or_default() } else { first };
    EVERY.iter().any(|mark| lower.contains(mark)) && opens_with_request(asking)
}

/// "Do not touch the logs unless I ask for it": what may not be done by itself.
fn excepts(lower: &str) -> bool {
    const EXCEPT: [&str; 7] = [
        "unless explicitly", "unless i ", "unless told", "unless asked", "unless instructed",
        "unless they are explicitly", "unless you are explicitly",
    ];
    let forbids = [" should not ", " shouldn't ", " must not ", " may not "].iter().any(|mark| lower.contains(mark));
    EXCEPT.iter().any(|mark| lower.contains(mark)) && (forbids || opens_with_request(lower))
}

/// "We use click, not argparse".
fn is_convention(lower: &str) -> bool {
    const OPENINGS: [&str; 5] = ["we use ", "we're using ", "we are using ", "our convention ", "the convention "];
    const NOT: [&str; 4] = [" not ", " instead of ", " rather than ", " never "];
    OPENINGS.iter().any(|opening| lower.starts_with(opening)) && NOT.iter().any(|mark| lower.contains(mark))
}

/// Whether one of its clauses opens with a verb in the imperative.
fn opens_with_request(lower: &str) -> bool {
    const MORE: [&str; 4] = ["do", "don't", "never", "stop"];
    let clauses = lower.split([',', ';']).map(str::trim);
    let firsts = clauses.filter_map(|clause| {
        let clause = clause.trim_start_matches("please ").trim_start_matches("and ").trim_start_matches("please ");
        clause.split_whitespace().next()
    });
    firsts.into_iter().any(|word| is_imperative(word) || MORE.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_to_be_kept() {
        for (request, rule) in [
            (
                "update CLAUDE.md and AGENTS.md to keep the build logs out of every review",
                "keep the build logs out of every review",
            ),
            (
                "add a note to project memory that the staging keys rotate on Mondays",
                "the staging keys rotate on Mondays",
            ),
            (
                "don't number the headings -- they move (make a note in project memory, please)",
                "don't number the headings",
            ),
            ("stop at each milestone and let me look", "stop at each milestone and let me look"),
            ("very good, and please stop at each milestone", "stop at each milestone"),
            ("whenever a ticket is closed, tell the customer", "whenever a ticket is closed, tell the customer"),
            (
                "you shouldn't read that folder unless explicitly told to",
                "you shouldn't read that folder unless explicitly told to",
            ),
            ("we use pnpm here, not npm", "we use pnpm here, not npm"),
        ] {
            assert_eq!(kept(request), Some(rule));
        }
    }

    #[test]
    fn what_is_not() {
        for request in [
            "update CLAUDE.md",
            "update CLAUDE.md to prevent this kind of trouble from now",
            "I read it in CLAUDE.md that tests come first",
            "it fails every time after the restart",
            "we use the same car",
            "we're using it now",
            "I will not go unless I am invited",
            "working from phase 1 to phase 5, stopping at each phase to review, test and ship",
        ] {
            assert_eq!(kept(request), None, "{request}");
        }
    }
}
