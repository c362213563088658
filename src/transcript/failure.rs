//! Reading from a tool's text that its call failed, for results that carry no flag.
//!
//! Tools return files and pages that *talk about* errors, so each rule looks at how the text begins or ends,
//! or at a whole short line; never for a word anywhere.

use std::sync::LazyLock;

use memchr::memmem;

use crate::ascii::Cues;

/// Why the text reads as a failure, in words; `None` where it does not.
pub(crate) fn reason(text: &str) -> Option<String> {
    let text = text.trim();
    if text.starts_with('{') {
        return json_error(text);
    }
    if let Some(code) = framed(text) {
        return (code != 0).then(|| format!("exit code {code}"));
    }
    let first = text.lines().next().unwrap_or_default().trim();
    exit_code(first)
        .or_else(|| last_word(text))
        .or_else(|| leading_error(first))
        .or_else(|| program_error(text, first))
        .or_else(|| http_status(first))
        .or_else(|| traceback(text))
        .or_else(|| bare_timeout(text))
        .or_else(|| short_complaint(text))
}

const EXITS: [&str; 5] = ["exit code", "exit status", "exited with code", "returned non-zero exit status", "exit_code"];

// One look for all marks of a rule: results are many, and few hold any.
static CODES: LazyLock<Cues<()>> = LazyLock::new(|| Cues::new(EXITS.map(|mark| (mark, ()))));
static STATUS: LazyLock<Cues<()>> =
    LazyLock::new(|| Cues::new(STATUSES.into_iter().chain(["http/"]).map(|mark| (mark, ()))));
static SHELL: LazyLock<Cues<()>> = LazyLock::new(|| Cues::new(COMPLAINTS.map(|(mark, ..)| (mark, ()))));

/// `Exit code 2`, `exit status 1`, `Process exited with code 127`, `Command failed with exit code 1`.
fn exit_code(first: &str) -> Option<String> {
    let near = first.get(..first.len().min(160)).unwrap_or(first);
    if !CODES.stands_in(near) {
        return None;
    }
    let (code, rest) = code_in(near)?;
    // "Exit code 2 means a wrong option" explains.
    let explains =
        ["means", "mean", "is", "stands", "indicates"].contains(&rest.split_whitespace().next().unwrap_or(""));
    (code != 0 && !explains).then(|| format!("exit code {code}"))
}

/// The code that a line tells, and what stands behind it.
fn code_in(line: &str) -> Option<(u32, String)> {
    let lower = line.to_ascii_lowercase();
    let (_, after) = EXITS.iter().find_map(|mark| lower.split_once(mark))?;
    let after = after.trim_start_matches([' ', ':', '=', '"']);
    let end = after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len());
    let (digits, rest) = after.split_at_checked(end)?;
    Some((digits.parse().ok()?, rest.to_owned()))
}

// Lines that a host writes over an output.
const FRAME_LINES: usize = 8;

/// The code in the frame that some hosts put over what a program wrote: `Chunk ID: …`, `Wall time: …`,
/// `Process exited with code 1`, `Output:`.
fn framed(text: &str) -> Option<u32> {
    let mut lines = text.lines().take(FRAME_LINES);
    let first = lines.next().filter(|first| first.split_once(": ").is_some_and(|(name, _)| is_label(name)))?;
    let frame: Vec<&str> = std::iter::once(first).chain(lines).take_while(|line| line.trim() != "Output:").collect();
    let closed = text.lines().nth(frame.len()).is_some_and(|line| line.trim() == "Output:");
    let tells = |line: &&str| CODES.stands_in(line).then(|| code_in(line)).flatten();
    frame.iter().find_map(tells).map(|(code, _)| code).filter(|_| closed)
}

/// `Wall time`: one to three words.
fn is_label(name: &str) -> bool {
    name.split(' ').count() <= 3 && name.starts_with(|c: char| c.is_ascii_uppercase()) && !name.contains(['/', '.'])
}

/// A last line that tells a code and nothing else: `exit code 2`, `[exit status 1]`.
fn last_word(text: &str) -> Option<String> {
    let (_, last) = text.rsplit_once('\n')?;
    let last = last.trim().trim_matches(['[', ']', '(', ')', '.']);
    if last.len() > 50 || !CODES.stands_in(last) {
        return None;
    }
    let lower = last.to_ascii_lowercase();
    let opens =
        ["exit", "process exited", "command exited", "command failed", "exited"].iter().any(|o| lower.starts_with(o));
    let (code, rest) = code_in(last)?;
    (opens && code != 0 && rest.trim().is_empty()).then(|| format!("exit code {code}"))
}

// A longer output is a log, in which many programs speak.
const ERROR_LINES: usize = 5;

/// `psql: error: …`: a program that names itself and stops.
fn program_error(text: &str, first: &str) -> Option<String> {
    let (name, rest) = first.split_once(": ")?;
    let named = name.len() <= 20
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_.".contains(&byte));
    let lower = rest.get(..rest.len().min(12)).unwrap_or(rest).to_ascii_lowercase();
    let errs = ["error: ", "fatal: ", "fatal error"].iter().any(|word| lower.starts_with(word));
    (named && errs && text.lines().count() <= ERROR_LINES).then(|| format!("starts with \"{name}: error\""))
}

/// What tools are called that bring one thing which has to be there. A search may find nothing, and a file may be empty.
const BRINGERS: [&str; 6] = ["get", "fetch", "retrieve", "lookup", "load", "describe"];

/// Why nothing is a failure of a tool that was asked to bring something.
pub(crate) fn nothing(tool: &str, text: &str) -> Option<String> {
    let verb = tool.split(|c: char| !c.is_ascii_lowercase()).next().unwrap_or_default();
    (is_nothing(text) && BRINGERS.contains(&verb)).then(|| "nothing came back".to_owned())
}

/// Whether a tool gave nothing: no text, or the word of its language for that.
pub(crate) fn is_nothing(text: &str) -> bool {
    matches!(text.trim(), "" | "null" | "None" | "undefined" | "nil")
}

const LEADING: [&str; 16] = [
    "error", "fatal", "failed", "failure", "exception", "panic", "uncaught exception", "unhandled exception",
    "tool execution failed", "invalid request", "access denied", "permission denied", "fehler", "erreur", "errore",
    "エラー",
];

/// How a tool begins that could not do what it was asked.
const REFUSALS: [&str; 9] = [
    "could not ", "couldn't ", "cannot ", "can't ", "unable to ", "no such ", "tool_use_error", "interrupted by user",
    "request interrupted by user",
];

/// The text begins with the name of a failure, followed by a colon or an end: `Error: …`, `ValueError: …`,
/// `fatal: …`, `<error>`, `[ERROR] …`, `npm ERR! …`.
fn leading_error(first: &str) -> Option<String> {
    let bare = first.trim_start_matches(['[', '<', '*', '❌', '✗', ' ']);
    let lower = bare.get(..bare.len().min(120)).unwrap_or(bare).to_ascii_lowercase();
    for word in LEADING {
        let Some(after) = lower.strip_prefix(word) else { continue };
        let shown = after.is_empty()
            || after.starts_with([':', '：', ']', '>', '!', '[', '('])
            || [" -", " :"].iter().any(|mark| after.starts_with(mark));
        let told = ["error ", "failed to ", "failure "].iter().any(|verb| lower.starts_with(verb))
            && first.len() < 400
            && !explains(after);
        if shown || told {
            return Some(format!("starts with \"{}\"", bare.get(..word.len()).unwrap_or(word)));
        }
    }
    if let Some(refusal) = REFUSALS.into_iter().find(|refusal| lower.starts_with(refusal) && first.len() < 400) {
        return Some(format!("starts with \"{}\"", bare.get(..refusal.len()).unwrap_or(refusal).trim_end()));
    }
    let name = lower.split([':', ' ']).next().unwrap_or_default();
    // A name, not the end of a line of code such as `log.error('Error: …')` in a listing.
    let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'));
    let class = plain && name.len() > 5 && (name.ends_with("error") || name.ends_with("exception"));
    if class && lower.get(name.len()..).is_some_and(|after| after.starts_with(':')) {
        return Some(format!("starts with \"{}\"", bare.get(..name.len()).unwrap_or(name)));
    }
    ["npm ERR!", TRACEBACK, "thread 'main' panicked"]
        .into_iter()
        .find(|mark| bare.starts_with(mark))
        .map(|mark| format!("starts with \"{mark}\""))
}

/// "Error 400 means …", "Error codes and what they mean": a page about errors. What failed comes behind a colon.
fn explains(after: &str) -> bool {
    const VERBS: [&str; 12] =
        ["and", "appears", "are", "codes", "handling", "indicates", "is", "mean", "means", "messages", "occurs", "was"];
    let told = after.split(':').next().unwrap_or_default();
    told.split_whitespace().take(3).any(|word| VERBS.binary_search(&word).is_ok())
}

/// `HTTP/1.1 404 Not Found`, `HTTP 503`, `404 Not Found`, `status code 500`, `Request failed with status 401`.
fn http_status(first: &str) -> Option<String> {
    if let Some(code) = named_status(first) {
        return Some(format!("HTTP status {code}"));
    }
    if first.len() > 200 || !(first.starts_with(['4', '5']) || STATUS.stands_in(first)) {
        return None;
    }
    let lower = first.to_ascii_lowercase();
    let after = if let Some(rest) = lower.strip_prefix("http/") {
        rest.split_once(' ').map(|(_, rest)| rest)
    } else {
        STATUSES.iter().find_map(|mark| lower.split_once(mark)).map(|(_, rest)| rest)
    };
    let named = STATUS_NAMES.iter().find(|(code, name)| {
        lower.strip_prefix(code).is_some_and(|rest| rest.trim_start_matches([' ', ':']).starts_with(name))
    });
    let code = match (after, named) {
        (_, Some((code, _))) => (*code).to_owned(),
        (Some(rest), None) => rest.chars().take_while(char::is_ascii_digit).collect(),
        (None, None) => return None,
    };
    (code.len() == 3 && code.starts_with(['4', '5'])).then(|| format!("HTTP status {code}"))
}

/// `409 VERSION_MISMATCH`: a status with the name of an error in capitals. "500 EUR" is an amount.
fn named_status(first: &str) -> Option<&str> {
    let (code, rest) = first.split_once(' ').filter(|(code, _)| code.len() == 3 && code.starts_with(['4', '5']))?;
    let name = rest.split([' ', ':', ',', '.']).next().unwrap_or_default();
    let number: u16 = code.parse().ok()?;
    let known = (400..=451).contains(&number) || (500..=511).contains(&number);
    let parts = name.split('_').filter(|part| part.len() >= 2).count();
    let capitals = name.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_' || byte.is_ascii_digit());
    (known && capitals && (parts >= 2 || name.len() >= 8)).then_some(code)
}

const STATUSES: [&str; 6] =
    ["status code ", "status code: ", "status: ", "failed with status ", "http error ", "http "];

const STATUS_NAMES: [(&str, &str); 10] = [
    ("400", "bad request"),
    ("401", "unauthorized"),
    ("403", "forbidden"),
    ("404", "not found"),
    ("409", "conflict"),
    ("422", "unprocessable"),
    ("429", "too many requests"),
    ("500", "internal server error"),
    ("502", "bad gateway"),
    ("503", "service unavailable"),
];

const TRACEBACK: &str = "Traceback (most recent call last)";

/// A Python traceback that the text ends with, so that one inside of a listing does not count.
fn traceback(text: &str) -> Option<String> {
    // Found at once or not at all, unlike by std's search in long texts.
    memmem::find(text.as_bytes(), TRACEBACK.as_bytes())?;
    let (_, trace) = text.rsplit_once(TRACEBACK)?;
    let last = trace.lines().rev().find(|line| !line.trim().is_empty())?;
    let name = last.split([':', ' ']).next().unwrap_or_default();
    let class = name.rsplit('.').next().unwrap_or_default();
    (class.ends_with("Error") || class.ends_with("Exception") || class == "KeyboardInterrupt")
        .then(|| format!("traceback ends in {class}"))
}

/// `upstream request timeout after 30s`: a line of few words in which nothing is told of a timeout but that it came.
fn bare_timeout(text: &str) -> Option<String> {
    const WAITED_FOR: [&str; 10] =
        ["connect", "connection", "gateway", "network", "query", "read", "request", "response", "socket", "upstream"];
    const TELLING: [&str; 8] = ["a", "default", "is", "no", "set", "the", "to", "with"];
    if text.len() > 100 || text.contains('\n') || memmem::find(text.as_bytes(), b"imeout").is_none() {
        return None;
    }
    let lower = text.to_ascii_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let at = words.iter().position(|word| *word == "timeout").filter(|at| (1..=4).contains(at))?;
    let of_a_call = words.get(at - 1).is_some_and(|word| WAITED_FOR.binary_search(word).is_ok());
    let ends = words.get(at + 1).is_none_or(|next| matches!(*next, "after" | "exceeded" | "reached"));
    let plain = !words.iter().any(|word| TELLING.binary_search(word).is_ok());
    (of_a_call && ends && plain).then(|| "timeout".to_owned())
}

/// What shells and clients say, and whether it counts anywhere in a line: otherwise it has to begin the line
/// or stand behind a colon, as in `bash: ./x: Permission denied`.
const COMPLAINTS: [(&str, &str, bool); 13] = [
    ("command not found", "command not found", false),
    ("no such file or directory", "no such file", false),
    ("permission denied", "permission denied", false),
    ("operation not permitted", "permission denied", false),
    ("connection refused", "connection refused", false),
    ("econnrefused", "connection refused", true),
    ("connection reset", "connection reset", false),
    ("could not resolve host", "host not found", true),
    ("timed out", "timeout", true),
    ("timeout exceeded", "timeout", true),
    ("deadline exceeded", "timeout", true),
    ("not authenticated", "not authenticated", false),
    ("authentication failed", "not authenticated", false),
];

/// A shell's or client's complaint where it is all that came back: at most three short lines.
fn short_complaint(text: &str) -> Option<String> {
    if text.len() > 400 || text.lines().count() > 3 || !SHELL.stands_in(text) {
        return None;
    }
    let lower = text.to_ascii_lowercase();
    let fits = |mark: &str, anywhere: bool| {
        let behind = |line: &str| line.split_once(mark).map(|(before, _)| before.trim_end().to_owned());
        lower.lines().filter_map(behind).any(|before| anywhere || before.is_empty() || before.ends_with(':'))
    };
    COMPLAINTS.iter().find(|(mark, _, anywhere)| fits(mark, *anywhere)).map(|(_, reason, _)| (*reason).to_owned())
}

/// An object that says so itself: a non-empty top-level `error` or `errors`, `isError`/`is_error: true`,
/// `success`/`ok: false`, `status: "error"`, an exit code or HTTP status.
fn json_error(text: &str) -> Option<String> {
    use super::json::Json;
    let object = Json::item(text).ok()?;
    for key in ["error", "errors"] {
        match object.get(key) {
            None | Some(Json::Null | Json::Bool(false)) => {}
            Some(Json::Text(said)) if said.is_empty() => {}
            Some(Json::List(said)) if said.is_empty() => {}
            Some(Json::Object(said)) if said.is_empty() => {}
            Some(Json::Number(count)) if count.as_f64() == Some(0.0) => {}
            Some(_) => return Some(format!("\"{key}\" in the result")),
        }
    }
    for (key, bad) in [("is_error", true), ("isError", true), ("success", false), ("ok", false)] {
        if object.flag(key) == Some(bad) {
            return Some(format!("\"{key}\": {bad} in the result"));
        }
    }
    if let Some(status @ ("error" | "failed" | "failure")) = object.text("status") {
        return Some(format!("\"status\": \"{status}\" in the result"));
    }
    let number = |key: &str| match object.get(key) {
        Some(Json::Number(number)) => number.as_i64(),
        _ => None,
    };
    if let Some(code) = ["exit_code", "exitCode", "returncode"].into_iter().find_map(number).filter(|code| *code != 0) {
        return Some(format!("exit code {code}"));
    }
    let status = ["status", "statusCode", "status_code"].into_iter().find_map(number);
    status.filter(|code| (400..600).contains(code)).map(|code| format!("HTTP status {code}"))
}

#[cfg(test)]
mod tests {
    use super::{nothing, reason};

    #[test]
    fn failures() {
        for (text, expected) in [
            ("Error: not authenticated", "starts with \"Error\""),
            ("error[E0425]: cannot find value", "starts with \"error\""),
            ("ValueError: x", "starts with \"ValueError\""),
            ("fatal: not a git repository", "starts with \"fatal\""),
            ("Exit code 2\nls: no such file", "exit code 2"),
            ("Command failed with exit status 127", "exit code 127"),
            ("<tool_use_error>File does not exist.</tool_use_error>", "starts with \"tool_use_error\""),
            ("Could not find [Antic]. Similar: ['ANTIC']", "starts with \"Could not\""),
            (
                "running\nTraceback (most recent call last):\n  File \"a\"\nKeyError: 'x'\n",
                "traceback ends in KeyError",
            ),
            ("HTTP/1.1 404 Not Found\n\n<html>", "HTTP status 404"),
            ("Request failed with status code 503", "HTTP status 503"),
            ("429 Too Many Requests", "HTTP status 429"),
            ("zsh: command not found: pnpm", "command not found"),
            ("bash: ./x.sh: Permission denied", "permission denied"),
            ("Command timed out after 2m 0.0s", "timeout"),
            ("{\"error\":\"no such order\"}", "\"error\" in the result"),
            ("{\"error\":null,\"exit_code\":1}", "exit code 1"),
            ("{\"statusCode\":500}", "HTTP status 500"),
            ("{\"success\":false}", "\"success\": false in the result"),
            ("Error 409: the name is taken", "starts with \"Error\""),
            ("Error executing tool find_book: no such book", "starts with \"Error\""),
            ("Fehler: kein Zugriff", "starts with \"Fehler\""),
            ("Erreur : fichier introuvable", "starts with \"Erreur\""),
            ("gateway timeout after 60 s", "timeout"),
            ("Upstream timeout", "timeout"),
            (
                "Chunk ID: 7f\nWall time: 0.2 seconds\nProcess exited with code 3\nOutput:\nno such branch",
                "exit code 3",
            ),
            ("Exit code: 1\nWall time: 0.2 seconds\nOutput:\nx", "exit code 1"),
            ("sqlplus: cannot start\nexit code 2", "exit code 2"),
            ("no rows\n[exit status 4]", "exit code 4"),
            ("mongosh: error: no host", "starts with \"mongosh: error\""),
            ("412 ETAG_MISMATCH: read it again", "HTTP status 412"),
            ("422 UNPROCESSABLE", "HTTP status 422"),
        ] {
            assert_eq!(reason(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn nothing_where_something_was_asked_for() {
        for (tool, text, expected) in [
            ("get_order", "null", true),
            ("getOrder", " ", true),
            ("fetch", "None", true),
            ("get_order", "{}", false),
            ("get_order", "no order", false),
            ("search_orders", "", false),
            ("getaway_plan", "", false),
            ("bash", "", false),
        ] {
            assert_eq!(nothing(tool, text).is_some(), expected, "{tool} {text}");
        }
    }

    #[test]
    fn texts_about_failures() {
        for text in [
            "",
            "Exit code 0\ndone",
            "Chunk ID: 7f\nProcess exited with code 0\nOutput:\nerror: is what the page is about",
            "500 EUR per night",
            "404 items",
            "a table of codes\nexit code 2 means a usage error",
            "src/error.rs:12: pub enum Error {",
            "1\timport { ErrorBoundary } from './errors'\n2\t// Error: shown to users",
            "Errors are values in Go.",
            "[main 1b07bd5] Revert \"Improve handling for permission denied cases\"",
            "def f():\n    try:\n        g()\n    except ValueError:\n        pass",
            "The log held \"Traceback (most recent call last)\" once, long ago.\nAll is well now.",
            "{\"error\":null,\"data\":[1]}",
            "{\"errors\":[],\"ok\":true,\"status\":200}",
            "{\"items\":[{\"error\":\"inner\"}]}",
            "404 pages were indexed",
            "1\tlog.error('Error: shown to users')",
            "Listening on http://localhost:5000",
            "4 passed, 0 failed",
            "Error 409 means that the name is taken. Choose another one.",
            "Error codes of the shelf service",
            "Failure is not an option, he said.",
            "timeout after which the job is retried",
            "Session timeout",
            "Set the connection timeout after the upgrade",
        ] {
            assert_eq!(reason(text), None, "{text}");
        }
    }
}
