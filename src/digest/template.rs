//! Error templates: what recurring errors share once their values are masked.
//!
//! Variable parts are masked by their shape, token by token, as the preprocessing step of Drain does
//! (He et al., "Drain: An Online Log Parsing Approach with Fixed Depth Tree", ICWS 2017).

use serde_json::Value;

use crate::evidence::prefix;

// Longer lines are dumps; their beginning tells them apart well enough.
const LONGEST: usize = 240;

/// The line of an error text that says what went wrong, as a byte range of the text; nothing where none does: the
/// output of a test run or a linter is no message that recurs.
pub(crate) fn telling_line(text: &str) -> Option<std::ops::Range<usize>> {
    let trace = text.contains("Traceback (most recent call last)");
    let lines = || text.split_inclusive('\n').filter(|line| telling(line));
    // A Python traceback ends with the exception; other errors start with it.
    let line = if trace { lines().next_back() } else { lines().find(|line| complains(line)) };
    let line = line.or_else(|| lines().next().filter(|line| says_enough(line) && lines().nth(1).is_none()))?;
    let start = line.as_ptr() as usize - text.as_ptr() as usize + (line.len() - line.trim_start().len());
    let line = prefix(line.trim(), LONGEST);
    Some(start..start + line.len())
}

/// Whether a line says that something is wrong, beyond the bare word "error".
fn complains(line: &str) -> bool {
    const MARKS: &[&str] = &[
        "abort", "cannot", "can't", "conflict", "could not", "couldn't", "denied", "does not exist", "error", "exceed",
        "exception", "expired", "fail", "fatal", "forbidden", "illegal", "invalid", "missing", "must ", "no such",
        "not ", "panic", "refused", "rejected", "timed out", "timeout", "unable", "unauthorized", "unavailable",
        "undefined", "unexpected", "unknown", "unrecognized", "unsupported", "usage:",
    ];
    let lower = line.to_lowercase();
    // "Error: everything passed" is how some hosts frame any output of a command that ended with a code.
    let body = lower.trim().trim_start_matches("error:").trim_start();
    says_enough(line) && (MARKS.iter().any(|mark| body.contains(mark)) || body.starts_with(['4', '5']))
}

/// "Error: Error" names nothing.
fn says_enough(line: &str) -> bool {
    let lower = line.to_lowercase();
    let said: String = lower.trim().trim_start_matches("error:").chars().filter(|c| c.is_alphanumeric()).collect();
    said.len() >= 3 && said != "error"
}

/// A line that only frames the error does not tell it: an exit code, a fence, a tag.
fn telling(line: &str) -> bool {
    let line = untagged(line.trim());
    let code = line.to_ascii_lowercase().strip_prefix("exit code").is_some_and(|rest| rest.len() <= 5);
    line.chars().any(char::is_alphabetic) && !code && !(line.starts_with('<') && line.ends_with('>'))
}

/// What stands between one tag and its end, here or some lines on: hosts wrap errors in `<tool_use_error>`.
fn untagged(line: &str) -> &str {
    let inner = line.strip_prefix('<').and_then(|rest| {
        let (name, body) = rest.split_once('>')?;
        let opens = name.contains("error") && !body.trim().is_empty();
        body.strip_suffix(&format!("</{name}>")).or(opens.then_some(body))
    });
    inner.unwrap_or(line)
}

/// The message of an error: the line itself, or what its JSON says under `error` or `message`.
pub(crate) fn message(line: &str) -> String {
    let line = untagged(line);
    let inner = serde_json::from_str::<Value>(line).ok().and_then(|value| {
        ["error", "message", "detail"].iter().find_map(|key| match value.get(key) {
            Some(Value::String(text)) => Some(text.clone()),
            Some(Value::Object(inner)) => inner.get("message").and_then(Value::as_str).map(str::to_owned),
            _ => None,
        })
    });
    inner.unwrap_or_else(|| line.to_owned())
}

/// Masks the values of a message: equal for errors that differ in them only.
pub(crate) fn template(message: &str) -> String {
    unquoted(message).split_whitespace().map(mask).collect::<Vec<_>>().join(" ")
}

/// Puts `<text>` for what stands in quotes. An apostrophe inside a word opens none.
fn unquoted(message: &str) -> String {
    let mut out = String::with_capacity(message.len());
    let mut rest = message;
    let mut before = ' ';
    while let Some(c) = rest.chars().next() {
        let tail = rest.get(c.len_utf8()..).unwrap_or_default();
        let opens = matches!(c, '"' | '\'' | '`') && !before.is_alphanumeric();
        match tail.find(c).filter(|_| opens) {
            Some(end) => {
                out.push_str("<text>");
                rest = tail.get(end + 1..).unwrap_or_default();
            }
            None => {
                out.push(c);
                rest = tail;
            }
        }
        before = c;
    }
    out
}

fn mask(token: &str) -> String {
    let body =
        token.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '/' | '<' | '>' | '_' | '-' | '$' | '#'));
    if body.is_empty() || body == "<text>" {
        return token.to_owned();
    }
    let digits = body.bytes().any(|b| b.is_ascii_digit());
    let letters = body.chars().any(char::is_alphabetic);
    let masked = if body.contains("://") {
        "<url>"
    } else if body.contains('@') && body.contains('.') {
        "<mail>"
    } else if letters && body.contains('/') {
        "<path>"
    } else if digits && letters {
        "<id>"
    } else if digits {
        "<number>"
    } else {
        return token.to_owned();
    };
    token.replacen(body, masked, 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_masked() {
        for (text, expected) in [
            ("user \"report_old\" can't log in", "user <text> can't log in"),
            ("Error: order #W1234 not found (2 tries)", "Error: order <id> not found (<number> tries)"),
            ("open /var/log/app.log: no such file", "open <path>: no such file"),
            ("timeout after 30 s at 10:15", "timeout after <number> s at <number>"),
        ] {
            assert_eq!(template(text), expected);
        }
    }

    #[test]
    fn the_line_that_tells() {
        for (text, expected) in [
            ("Exit code 2\nls: no such file\nmore", "ls: no such file"),
            ("Traceback (most recent call last):\n  File x\nValueError: bad\n", "ValueError: bad"),
            ("  \n Error: no disk\n", "Error: no disk"),
            (
                "<tool_use_error>File does not exist.</tool_use_error>",
                "<tool_use_error>File does not exist.</tool_use_error>",
            ),
            ("collected 3 items\nFAILED test_x: not equal\n", "FAILED test_x: not equal"),
            ("gone away", "gone away"),
        ] {
            assert_eq!(telling_line(text).map(|line| &text[line]), Some(expected));
        }
        for text in [
            "42",
            "",
            "ok pkg/a 0.1s\nok pkg/b 0.2s",
            "Error: Error",
            "Error: check yaml....Passed\ncheck toml....Passed",
        ] {
            assert_eq!(telling_line(text), None, "{text}");
        }
        assert_eq!(message("<error>File does not exist.</error>"), "File does not exist.");
        assert_eq!(message(r#"{"error": {"message": "gone"}}"#), "gone");
    }
}
