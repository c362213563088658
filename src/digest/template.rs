//! Error templates: what recurring errors share once their values are masked.
//!
//! Variable parts are masked by their shape, token by token, as the preprocessing step of Drain does
//! (He et al., "Drain: An Online Log Parsing Approach with Fixed Depth Tree", ICWS 2017).

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::LazyLock;

use memchr::memmem;
use serde_json::Value;

use super::testing::{is_assertion, is_tally, is_test_report};
use crate::ascii::{Cues, begins};
use crate::evidence::prefix;

// Longer lines are dumps; their beginning tells them apart well enough.
const LONGEST: usize = 240;

// An output that complains about many things at once is a report, not a message.
const MESSAGES: usize = 3;

/// The lines of an error text that say what went wrong, as byte ranges of the text, the most telling first and each
/// template once; nothing where none does: the output of a test run or a linter is no message that recurs.
pub(crate) fn telling_lines(text: &str) -> Vec<Range<usize>> {
    let trace = memmem::find(text.as_bytes(), b"Traceback (most recent call last)").is_some();
    let tested = is_test_report(text);
    let of_tests = |line: &str| tested && (is_tally(line) || is_assertion(line));
    let telling: Vec<&str> = text.split_inclusive('\n').filter(|line| telling(line) && !of_tests(line)).collect();
    let mut templates: BTreeSet<String> = BTreeSet::new();
    let own = |line: &&str| templates.insert(template(&message(prefix(line.trim(), LONGEST))));
    // A Python traceback ends with the exception; other errors start with it.
    let mut lines: Vec<&str> = match trace {
        true => telling.last().copied().filter(|line| says_enough(line)).into_iter().collect(),
        false => telling.iter().copied().filter(|line| complains(line)).filter(own).take(MESSAGES).collect(),
    };
    if let ([], [only], false) = (lines.as_slice(), telling.as_slice(), tested)
        && says_enough(only)
    {
        lines.push(only);
    }
    lines.into_iter().map(|line| trimmed(text, line)).collect()
}

/// Where a line stands in its text, without the blanks around it, shortened.
fn trimmed(text: &str, line: &str) -> Range<usize> {
    let start = line.as_ptr() as usize - text.as_ptr() as usize + (line.len() - line.trim_start().len());
    start..start + prefix(line.trim(), LONGEST).len()
}

/// Whether a line says that something is wrong, beyond the bare word "error".
fn complains(line: &str) -> bool {
    const MARKS: [&str; 42] = [
        "err! code ", "abort", "can't", "cannot", "conflict", "could not", "couldn't", "denied", "didn't",
        "does not exist", "doesn't", "error", "exceed", "exception", "expired", "fail", "fatal", "forbidden",
        "has no ", "have no ", "illegal", "invalid", "missing", "must ", "no such", "not ", "panic", "rate limit",
        "refused", "rejected", "timed out", "timeout", "unable", "unauthorized", "unavailable", "undefined",
        "unexpected", "unknown", "unrecognized", "unsupported", "usage:", "wrong ",
    ];
    static ANY: LazyLock<Cues<()>> = LazyLock::new(|| Cues::new(MARKS.map(|mark| (mark, ()))));
    // Letters that are not ASCII may become some of a mark.
    let line_read = if line.is_ascii() { Cow::Borrowed(line) } else { Cow::Owned(line.to_lowercase()) };
    // "Error: everything passed" is how some hosts frame any output of a command that ended with a code.
    let mut body = line_read.trim();
    while let Some((_, rest)) = body.split_at_checked(6).filter(|(start, _)| start.eq_ignore_ascii_case("error:")) {
        body = rest;
    }
    let body = body.trim_start();
    // Compilers write it small, in front of their own errors only.
    let own = line.trim_start().starts_with("error: ");
    (own || body.starts_with(['4', '5']) || ANY.stands_in(body)) && says_enough(line)
}

/// Whether a line has words of its own beside values and a verdict: "Error: Error", "FAIL pkg/a 0.1s" and
/// "check yaml......Failed" name nothing that could be mended.
fn says_enough(line: &str) -> bool {
    const VERDICTS: &[&str] = &[
        "error", "errors", "exit", "fail", "failed", "failing", "failure", "failures", "fatal", "info", "ok", "passed",
        "skipped", "status", "warn", "warning",
    ];
    // One such word says it all.
    const TELLING: &[&str] = &[
        "aborted", "canceled", "cancelled", "denied", "expired", "forbidden", "invalid", "refused", "rejected",
        "timeout", "unauthorized", "unavailable", "unsupported",
    ];
    if line.as_bytes().windows(4).any(|four| four == b"....") {
        return false;
    }
    let lower = template(&message(line.trim())).to_lowercase();
    let numbers = memmem::find_iter(lower.as_bytes(), b"<number>").count();
    if numbers >= 3 && numbers * 3 >= lower.split_whitespace().count() {
        return false;
    }
    // Values stand in angles once they are masked.
    let plain = lower.split_whitespace().filter(|token| !token.contains(['<', '…']));
    let words = plain.flat_map(|token| token.split(|c: char| !c.is_alphabetic() && c != '_'));
    let own: Vec<&str> = words.filter(|word| word.len() >= 2 && VERDICTS.binary_search(word).is_err()).collect();
    let errno = line.split(|c: char| !c.is_ascii_alphanumeric()).any(is_code);
    own.len() >= 2 || errno || own.iter().any(|word| TELLING.binary_search(word).is_ok()) || !line.is_ascii()
}

/// `ENOENT`, `ETIMEDOUT`.
fn is_code(word: &str) -> bool {
    word.len() >= 5 && word.starts_with('E') && word.bytes().all(|b| b.is_ascii_uppercase()) && word != "ERROR"
}

/// A line that only frames the error does not tell it: an exit code, a fence, a tag.
fn telling(line: &str) -> bool {
    let line = untagged(line.trim());
    let code = line.len() <= 14 && begins(line, "exit code");
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

/// The message of an error: the line itself, or what its JSON says in one of the usual places.
pub(crate) fn message(line: &str) -> Cow<'_, str> {
    let line = untagged(line);
    let object = match line.trim_start().as_bytes().first() {
        Some(b'{') => serde_json::from_str::<Value>(line).ok(),
        // One line of an object that is written over many.
        Some(b'"') => serde_json::from_str(&format!("{{{}}}", line.trim_end().trim_end_matches(','))).ok(),
        _ => None,
    };
    if object.is_none()
        && let Some(headed) = headed(line)
    {
        return Cow::Owned(headed);
    }
    object.as_ref().and_then(told).map_or(Cow::Borrowed(line), Cow::Owned)
}

/// `HTTP 410 Gone {"message": "…"}`: what stands before an object, and what the object says.
fn headed(line: &str) -> Option<String> {
    let (head, object) = line.find(" {").map(|at| line.split_at(at))?;
    let said = told(&serde_json::from_str(object).ok()?)?;
    Some(format!("{}: {said}", head.trim_end_matches([':', ' '])))
}

/// Where services put what went wrong.
const PLACES: [&str; 11] = [
    "error", "errors", "message", "detail", "error_description", "error_message", "errorMessage", "reason", "msg",
    "statusText", "body",
];

/// Where hosts put what a program printed.
const OUTPUTS: [&str; 3] = ["stderr", "output", "stdout"];

/// The line of an output that complains.
fn printed(output: &Value) -> Option<String> {
    let line = output.as_str()?.lines().find(|line| complains(line))?;
    Some(prefix(line.trim(), LONGEST).to_owned())
}

/// What an object says of an error, with its HTTP status.
fn told(object: &Value) -> Option<String> {
    let number = |key: &&str| object.get(*key).and_then(Value::as_u64);
    let status =
        ["status", "statusCode", "status_code"].iter().find_map(number).filter(|code| (400..600).contains(code));
    match (status, said(object)) {
        (Some(code), Some(text)) if !text.contains(&code.to_string()) => Some(format!("{code} {text}")),
        (Some(code), None) => Some(format!("HTTP status {code}")),
        (_, said) => said,
    }
}

/// The first sentence in one of the places, or else the first word: `not_found` beside a message says less.
fn said(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty() && text.len() <= LONGEST),
        Value::Array(items) => items.first().and_then(said),
        Value::Object(fields) => {
            let texts: Vec<String> = PLACES.iter().filter_map(|place| said(fields.get(*place)?)).collect();
            let told = texts.iter().find(|text| text.contains(' ')).or(texts.first()).cloned();
            told.or_else(|| OUTPUTS.iter().find_map(|place| printed(fields.get(*place)?)))
        }
        _ => None,
    }
}

/// Masks the values of a message: equal for errors that differ in them only.
pub(crate) fn template(message: &str) -> String {
    let unquoted = unquoted(message);
    let mut tokens: Vec<Cow<'_, str>> = Vec::new();
    for token in unquoted.split_whitespace().map(mask) {
        // A list is one value, however long.
        if tokens.last().is_some_and(|last| last.ends_with(',') && is_listed(last) && is_listed(&token)) {
            tokens.pop();
        }
        tokens.push(token);
    }
    tokens.join(" ")
}

fn is_listed(token: &str) -> bool {
    let bare = token.trim_end_matches([',', '.', ';']);
    bare.starts_with('<') && bare.ends_with('>')
}

/// Puts `<text>` for what stands in quotes and `[…]` for what stands in brackets. An apostrophe inside a word opens
/// none; what a cut-off line leaves open reaches to its end.
fn unquoted(message: &str) -> String {
    let cut_off = message.len() + 4 >= LONGEST;
    let mut out = String::with_capacity(message.len());
    let mut rest = message;
    let mut before = ' ';
    loop {
        let opening = rest.bytes().position(|byte| matches!(byte, b'"' | b'\'' | b'`' | b'[')).unwrap_or(rest.len());
        let (plain, masked) = rest.split_at_checked(opening).unwrap_or((rest, ""));
        out.push_str(plain);
        let Some(c) = masked.chars().next() else { return out };
        before = plain.chars().next_back().unwrap_or(before);
        let tail = masked.get(1..).unwrap_or_default();
        let (close, mask) = if c == '[' { (']', "[…]") } else { (c, "<text>") };
        let opens = c == '[' || !before.is_alphanumeric();
        let end = if opens { closing(tail, close).or(cut_off.then_some(tail.len())) } else { None };
        match end {
            Some(end) => {
                out.push_str(mask);
                rest = tail.get(end + 1..).unwrap_or_default();
            }
            None => {
                out.push(c);
                rest = tail;
            }
        }
        before = c;
    }
}

/// Where a quote or bracket ends. A quotation mark between letters is an apostrophe, and lists may hold lists.
fn closing(text: &str, close: char) -> Option<usize> {
    if close != ']' {
        let inside = |at: usize| text.get(at + 1..).is_some_and(|rest| rest.starts_with(char::is_alphanumeric));
        return text.match_indices(close).map(|(at, _)| at).find(|at| close != '\'' || !inside(*at));
    }
    let mut open = 1;
    text.char_indices().find_map(|(at, c)| {
        open += i32::from(c == '[') - i32::from(c == ']');
        (open == 0).then_some(at)
    })
}

fn mask(token: &str) -> Cow<'_, str> {
    // Most tokens are words.
    if token.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        return Cow::Borrowed(token);
    }
    let body =
        token.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '/' | '<' | '>' | '_' | '-' | '$' | '#'));
    if body.is_empty() || body == "<text>" || token.contains('…') {
        return Cow::Borrowed(token);
    }
    let digits = body.bytes().any(|b| b.is_ascii_digit());
    let letters = body.chars().any(char::is_alphabetic);
    if is_place(token) {
        return Cow::Borrowed("<place>:");
    }
    let masked = if body.as_bytes().windows(3).any(|three| three == b"://") {
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
        return Cow::Borrowed(token);
    };
    let start = body.as_ptr() as usize - token.as_ptr() as usize;
    let (before, behind) = (token.get(..start), token.get(start + body.len()..));
    Cow::Owned([before.unwrap_or_default(), masked, behind.unwrap_or_default()].concat())
}

/// `src/a.rs:12:4:` or `(eval):1:`.
pub(crate) fn is_place(token: &str) -> bool {
    let Some((name, line)) = token.strip_suffix(':').and_then(|place| place.split_once(':')) else { return false };
    let numbers = line.split(':').all(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()));
    numbers && name.contains(char::is_alphabetic)
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
            ("main.go:11:1: not formatted", "<place>: not formatted"),
            ("timeout after 30 s at 10:15", "timeout after <number> s at <number>"),
            ("No [A b] here. Like: ['x', \"y's\", 'z']", "No […] here. Like: […]"),
            ("unknown keys 'a', 'b' and 'c'", "unknown keys <text> and <text>"),
            ("unknown keys 'a', 'd', 'b' and 'c'", "unknown keys <text> and <text>"),
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
            (
                "1) [firefox] > a.spec\n  Error: launch: Browser isn't here, or doesn't start",
                "Error: launch: Browser isn't here, or doesn't start",
            ),
            ("{\n  \"ok\": false,\n  \"reason\": \"wrong tenant\"\n}", "\"reason\": \"wrong tenant\""),
        ] {
            assert_eq!(telling_lines(text).first().map(|line| &text[line.clone()]), Some(expected));
        }
        for text in [
            "42",
            "",
            "ok pkg/a 0.1s\nok pkg/b 0.2s",
            "Error: Error",
            "Error: check yaml....Passed\ncheck toml....Passed",
            "check yaml....Passed\nruff......Failed",
            "src/a/b.py FAILED",
            "FAIL\tpkg/a\t0.2s\nFAIL",
            "2 failed, 3 passed in 0.1s",
            "Found 4 errors (3 fixed, 1 remaining).",
            "> a.test.ts (3 tests | 1 failed)\n  x adds up\nAssertionError: expected 3 to be 4",
        ] {
            assert_eq!(telling_lines(text), [], "{text}");
        }
        assert_eq!(message("<error>File does not exist.</error>"), "File does not exist.");
        for (line, expected) in [
            (r#"{"error": {"message": "gone"}}"#, "gone"),
            (r#"{"error": "not_found", "message": "no such tenant"}"#, "no such tenant"),
            (r#"{"ok": false, "reason": "wrong tenant"}"#, "wrong tenant"),
            (r#"{"status": 503, "body": "Service Unavailable"}"#, "503 Service Unavailable"),
            (r#"{"status": 404}"#, "HTTP status 404"),
            (r#"{"errors": [{"detail": "name is taken"}]}"#, "name is taken"),
            (r#"  "reason": "wrong tenant","#, "wrong tenant"),
            (r#"{"rows": 3}"#, r#"{"rows": 3}"#),
        ] {
            assert_eq!(message(line), expected);
        }
    }
}
