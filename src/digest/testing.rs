//! Reports of test runners: that a test fails while the agent works on the code is no mistake of the call.

/// Whether an output reports on tests that ran.
pub(super) fn is_test_report(text: &str) -> bool {
    text.lines().any(is_tally)
}

/// Whether a line tells how many tests passed or failed, or which one: `(3 tests | 1 failed)`, `Tests: 1 failed`,
/// `--- FAIL: TestX`, `not ok 4 - x`, `test a::b ... FAILED`.
pub(super) fn is_tally(line: &str) -> bool {
    const COUNTED: [&str; 6] = ["failed", "failing", "failure", "failures", "passed", "passing"];
    const TESTS: [&str; 6] = ["examples", "passed", "specs", "suites", "test", "tests"];
    const OPENINGS: [&str; 8] = [
        "--- fail: ", "not ok ", "test result: ", "test suites:", "tests run:", "tests:", "test files ",
        "failed (failures=",
    ];
    let lower = line.trim().to_ascii_lowercase();
    let opens = OPENINGS.iter().any(|opening| lower.starts_with(opening));
    let named = lower.starts_with("test ") && lower.ends_with("... failed");
    let words: Vec<&str> = lower.split_whitespace().collect();
    let bare = |word: &&str| word.trim_matches(|c: char| !c.is_alphanumeric()).to_owned();
    let is_number = |word: &str| {
        let number = word.trim_start_matches(['(', '[', '=']);
        !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
    };
    let pair = words.windows(2).position(|pair| match pair {
        [number, what] => is_number(number) && COUNTED.contains(&bare(what).as_str()) && !what.ends_with(':'),
        _ => false,
    });
    // "step 3 failed" counts nothing.
    let of_tests = || words.iter().any(|word| TESTS.contains(&bare(word).as_str()));
    let first = || words.iter().position(|word| word.contains(char::is_alphanumeric));
    let counted = pair.is_some_and(|at| first() == Some(at) || of_tests());
    opens || named || counted
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
