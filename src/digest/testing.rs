//! Reports of test runners: that a test fails while the agent works on the code is no mistake of the call.

use std::sync::LazyLock;

use crate::ascii::Cues;
use crate::text::bare;

// Such lines are short.
const LONGEST: usize = 200;

/// Whether an output reports on tests that ran.
pub(crate) fn is_test_report(text: &str) -> bool {
    static ANY: LazyLock<Cues<()>> =
        LazyLock::new(|| Cues::new(["fail", "not ok ", "passed", "passing", "test"].map(|word| (word, ()))));
    ANY.stands_in(text) && text.lines().any(is_tally)
}

/// Whether a line tells how many tests passed or failed, or which one: `(3 tests | 1 failed)`, `Tests: 1 failed`,
/// `--- FAIL: TestX`, `not ok 4 - x`, `test a::b ... FAILED`.
pub(super) fn is_tally(line: &str) -> bool {
    const OPENINGS: [&str; 8] = [
        "--- fail: ", "not ok ", "test result: ", "test suites:", "tests run:", "tests:", "test files ",
        "failed (failures=",
    ];
    // Most lines are told off before anything is written for them: without a number nothing is counted.
    let line = line.trim();
    let opens = line.bytes().next().is_some_and(|byte| matches!(byte.to_ascii_lowercase(), b'-' | b'f' | b'n' | b't'));
    if line.len() > LONGEST || !opens && !line.bytes().any(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let lower = line.to_ascii_lowercase();
    let named = lower.starts_with("test ") && lower.ends_with("... failed");
    named || OPENINGS.iter().any(|opening| lower.starts_with(opening)) || counts(&lower)
}

/// `2 failed, 3 passed`, `3 examples, 1 failure`. "Step 3 failed" counts nothing, "3 failed attempts" no tests.
fn counts(line: &str) -> bool {
    const COUNTED: [&str; 6] = ["failed", "failing", "failure", "failures", "passed", "passing"];
    const TESTS: [&str; 6] = ["examples", "passed", "specs", "suites", "test", "tests"];
    let words: Vec<&str> = line.split_whitespace().filter(|word| word.contains(char::is_alphanumeric)).collect();
    let is_number = |word: &&str| word.trim_start_matches(['(', '[', '=']).bytes().all(|byte| byte.is_ascii_digit());
    let is_any = |word: &&str, known: &[&str]| known.contains(&bare(word));
    let ends = |at: usize| match (words.get(at), words.get(at + 1)) {
        (Some(what), next) => what.ends_with([',', ';', ')', ']']) || next.is_none_or(|next| *next == "in"),
        _ => false,
    };
    let whole =
        ends(1) && words.first().is_some_and(is_number) && words.get(1).is_some_and(|what| is_any(what, &COUNTED));
    let pair = |pair: &[&str]| matches!(pair, [number, what] if is_number(number) && is_any(what, &COUNTED) && !what.ends_with(':'));
    whole || words.iter().any(|word| is_any(word, &TESTS)) && words.windows(2).any(pair)
}

/// Whether a line only says what a test expected: `AssertionError: expected 3 to be 4`.
pub(super) fn is_assertion(line: &str) -> bool {
    let lower = line.trim().to_ascii_lowercase();
    let opens =
        ["expected", "received", "actual", "got ", "failed ", "fail "].iter().any(|word| lower.starts_with(word));
    opens || ["assert", "expect("].iter().any(|word| lower.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_test_runners_say() {
        for text in [
            "> src/a.test.ts (4 tests | 2 failed)",
            "Tests:       1 failed, 8 passed, 9 total",
            "=== 2 failed, 3 passed in 0.12s ===",
            "test shelf::opens ... FAILED\n",
            "test result: FAILED. 3 passed; 1 failed; 0 ignored",
            "--- FAIL: TestShelf (0.00s)",
            "not ok 4 - opens the shelf",
            "3 examples, 1 failure",
            "FAILED (failures=1)",
        ] {
            assert!(is_test_report(text), "{text}");
        }
        for text in [
            "Failed to open the shelf",
            "exit code 1",
            "error: no test named x",
            "5 files changed",
            "step 3 failed",
            "bind on 0.0.0.0:81 failed: taken",
            "",
        ] {
            assert!(!is_test_report(text), "{text}");
        }
        assert!(is_assertion("  AssertionError: expected 3 to be 4"));
        assert!(!is_assertion("Error: the browser is missing"));
    }
}
