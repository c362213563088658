//! Reading from a tool's text that its call failed, for results that carry no flag.
//!
//! Tools return files and pages that *talk about* errors, so each rule looks at how the text begins or ends,
//! or at a whole short line; never for a word anywhere.

/// Why the text reads as a failure, in words; `None` where it does not.
pub(crate) fn reason(text: &str) -> Option<String> {
    let text = text.trim();
    if text.starts_with('{') {
        return json_error(text);
    }
    let first = text.lines().next().unwrap_or_default().trim();
    exit_code(first)
        .or_else(|| leading_error(first))
        .or_else(|| http_status(first))
        .or_else(|| traceback(text))
        .or_else(|| short_complaint(text))
}

/// `Exit code 2`, `exit status 1`, `Process exited with code 127`, `Command failed with exit code 1`.
fn exit_code(first: &str) -> Option<String> {
    let lower = first.get(..first.len().min(160)).unwrap_or(first).to_ascii_lowercase();
    let marks = ["exit code", "exit status", "exited with code", "returned non-zero exit status", "exit_code"];
    let (_, after) = marks.iter().find_map(|mark| lower.split_once(mark))?;
    let digits: String =
        after.trim_start_matches([' ', ':', '=', '"']).chars().take_while(char::is_ascii_digit).collect();
    let code: u32 = digits.parse().ok()?;
    (code != 0).then(|| format!("exit code {code}"))
}

const LEADING: [&str; 12] = [
    "error", "fatal", "failed", "failure", "exception", "panic", "uncaught exception", "unhandled exception",
    "tool execution failed", "invalid request", "access denied", "permission denied",
];

/// The text begins with the name of a failure, followed by a colon or an end: `Error: …`, `ValueError: …`,
/// `fatal: …`, `<error>`, `[ERROR] …`, `npm ERR! …`.
fn leading_error(first: &str) -> Option<String> {
    let bare = first.trim_start_matches(['[', '<', '*', '❌', '✗', ' ']);
    let lower = bare.get(..bare.len().min(120)).unwrap_or(bare).to_ascii_lowercase();
    for word in LEADING {
        let Some(after) = lower.strip_prefix(word) else { continue };
        let shown = after.is_empty() || after.starts_with([':', ']', '>', '!', '[', '(']) || after.starts_with(" -");
        let told = ["error ", "failed to ", "failure "].iter().any(|verb| lower.starts_with(verb)) && first.len() < 400;
        if shown || told {
            return Some(format!("starts with \"{}\"", bare.get(..word.len()).unwrap_or(word)));
        }
    }
    let name = lower.split([':', ' ']).next().unwrap_or_default();
    let class = name.len() > 5 && (name.ends_with("error") || name.ends_with("exception"));
    if class && lower.get(name.len()..).is_some_and(|after| after.starts_with(':')) {
        return Some(format!("starts with \"{}\"", bare.get(..name.len()).unwrap_or(name)));
    }
    ["npm err!", "traceback (most recent call last)", "thread 'main' panicked"]
        .iter()
        .find(|mark| lower.starts_with(*mark))
        .map(|mark| format!("starts with \"{mark}\""))
}

/// `HTTP/1.1 404 Not Found`, `HTTP 503`, `404 Not Found`, `status code 500`, `Request failed with status 401`.
fn http_status(first: &str) -> Option<String> {
    if first.len() > 200 {
        return None;
    }
    let lower = first.to_ascii_lowercase();
    let marks = ["status code ", "status code: ", "status: ", "failed with status ", "http error ", "http "];
    let after = if let Some(rest) = lower.strip_prefix("http/") {
        rest.split_once(' ').map(|(_, rest)| rest)
    } else {
        marks.iter().find_map(|mark| lower.split_once(mark)).map(|(_, rest)| rest)
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

/// A Python traceback that the text ends with, so that one inside of a listing does not count.
fn traceback(text: &str) -> Option<String> {
    let (_, trace) = text.rsplit_once("Traceback (most recent call last)")?;
    let last = trace.lines().rev().find(|line| !line.trim().is_empty())?;
    let name = last.split([':', ' ']).next().unwrap_or_default();
    let class = name.rsplit('.').next().unwrap_or_default();
    (class.ends_with("Error") || class.ends_with("Exception") || class == "KeyboardInterrupt")
        .then(|| format!("traceback ends in {class}"))
}

const COMPLAINTS: [(&str, &str); 12] = [
    ("command not found", "command not found"),
    ("no such file or directory", "no such file"),
    ("permission denied", "permission denied"),
    ("operation not permitted", "permission denied"),
    ("connection refused", "connection refused"),
    ("connection reset", "connection reset"),
    ("could not resolve host", "host not found"),
    ("timed out", "timeout"),
    ("timeout exceeded", "timeout"),
    ("deadline exceeded", "timeout"),
    ("not authenticated", "not authenticated"),
    ("authentication failed", "not authenticated"),
];

/// A shell's or client's complaint where it is all that came back: at most three short lines.
fn short_complaint(text: &str) -> Option<String> {
    if text.len() > 400 || text.lines().count() > 3 {
        return None;
    }
    let lower = text.to_ascii_lowercase();
    COMPLAINTS.iter().find(|(mark, _)| lower.contains(mark)).map(|(_, reason)| (*reason).to_owned())
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
