//! Redaction: what has to go, what has to stay, and that doing it twice changes nothing.

use std::path::Path;

use lucidream::{RedactOptions, redact, redact_with};
use proptest::prelude::*;
use serde_json::Value;

type Outcome = Result<(), Box<dyn std::error::Error>>;

fn case(name: &str) -> Result<String, std::io::Error> {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/redact").join(name))
}

/// The samples are written with a `·` inside, so that secret scanners leave the repository alone.
#[test]
fn secrets_go() -> Outcome {
    let rows = case("secrets.jsonl")?;
    let mut wrong = Vec::new();
    for row in rows.lines() {
        let row: Value = serde_json::from_str(row)?;
        let text = row.get("text").and_then(Value::as_str).unwrap_or_default().replace('·', "");
        let expected = row.get("redacted").and_then(Value::as_str).unwrap_or_default();
        let redaction = redact(&text);
        if redaction.text != expected {
            wrong.push(format!("{text}\n  gives    {}\n  expected {expected}", redaction.text));
        }
        check(&text);
    }
    assert!(rows.lines().count() > 40 && wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(())
}

#[test]
fn personal_data_goes_where_it_is_asked_for() -> Outcome {
    let personal = RedactOptions { personal: true };
    let rows = case("personal.jsonl")?;
    let mut wrong = Vec::new();
    for row in rows.lines() {
        let row: Value = serde_json::from_str(row)?;
        let text = row.get("text").and_then(Value::as_str).unwrap_or_default();
        let expected = row.get("redacted").and_then(Value::as_str).unwrap_or_default();
        let redacted = redact_with(text, &personal).text;
        if redacted != expected {
            wrong.push(format!("{text}\n  gives    {redacted}\n  expected {expected}"));
        }
        assert_eq!(redact_with(&redacted, &personal).text, redacted, "a second time changes {text:?}");
        assert!(
            redact(text).found.iter().all(|found| !["email", "phone", "card-number", "iban"].contains(&&*found.kind))
        );
    }
    assert!(rows.lines().count() > 10 && wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(())
}

/// Ways to write that a name has a value.
const NOTATIONS: &[&str] = &[
    "NAME=VALUE",
    "export NAME='VALUE'",
    "NAME: VALUE",
    "NAME: \"VALUE\"",
    "{\"NAME\": \"VALUE\"}",
    "\"{\\\"NAME\\\":\\\"VALUE\\\"}\"",
    "NAME := `VALUE`",
    "const NAME = 'VALUE';",
    "config['NAME'] = \"VALUE\"",
    "'NAME' => 'VALUE',",
    "<NAME>VALUE</NAME>",
    "<add key=\"NAME\" value=\"VALUE\" />",
    "- name: NAME\n  value: VALUE",
    "cli --NAME VALUE run",
    "curl 'https://x.example/?NAME=VALUE&page=2'",
];

/// A value of random letters and digits, of the lengths of keys.
fn random_value() -> impl Strategy<Value = String> {
    // Not shrunk: what is left of a value then repeats itself like a sample.
    "[a-z]{3}[0-9][A-Z]{2}[0-9][a-zA-Z0-9]{14,40}".no_shrink()
}

#[test]
fn what_is_no_secret_stays() -> Outcome {
    for line in case("harmless.txt")?.lines() {
        assert_eq!(redact(line).text, line);
    }
    Ok(())
}

/// Spans lie in the original, in order, around what was replaced; a second time nothing is found.
fn check(text: &str) {
    let redaction = redact(text);
    let mut rebuilt = String::new();
    let (mut from, mut rest) = (0, redaction.text.as_str());
    for found in &redaction.found {
        assert!(from <= found.start && found.start < found.end, "{found:?}");
        let kept = text.get(from..found.start).unwrap_or_default();
        rebuilt.push_str(kept);
        rest = rest.get(kept.len()..).unwrap_or_default();
        let placeholder = rest.get(..=rest.find(']').unwrap_or_default()).unwrap_or_default();
        assert!(placeholder.starts_with(&format!("[REDACTED:{}:", found.kind)), "{placeholder} for {found:?}");
        rebuilt.push_str(placeholder);
        rest = rest.get(placeholder.len()..).unwrap_or_default();
        from = found.end;
    }
    rebuilt.push_str(text.get(from..).unwrap_or_default());
    assert_eq!(rebuilt, redaction.text);
    assert_eq!(redact(&redaction.text).text, redaction.text, "a second time changes {text:?}");
}

/// The first value ends like a word for a password, and still names nothing.
#[test]
fn a_value_is_no_part_of_the_next_name() {
    let text = redact("api_key=rxm0YL814s75dBp5K2X0KXpDVPwD api_key=ejp1DA5K2tI5d4pNyuE40KofaBVO").text;
    assert_eq!(text, "api_key=[REDACTED:secret:1] api_key=[REDACTED:secret:2]");
}

/// Words of samples that came about by chance.
#[test]
fn a_random_value_is_no_sample() {
    for value in ["nil3HU29XqKji69rcty45oL6P41q9RE3", "mmh0GS1bIi3fAKEY8B19HQchEmwL29eeQkToNj"] {
        assert_eq!(redact(&format!("api_key={value}")).text, "api_key=[REDACTED:secret:1]");
    }
    for value in ["nil", "none", "fake-4Kd82hQ1mZx90PqL", "your4Kd82hQ1mZx90PqLkey"] {
        assert!(redact(&format!("api_key={value}")).found.is_empty(), "{value}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn a_named_secret_goes_in_every_notation(value in random_value()) {
        for notation in NOTATIONS {
            for name in ["api_key", "DB_PASSWORD", "auth-token", "clientSecret"] {
                let text = notation.replace("NAME", name).replace("VALUE", &value);
                let redacted = redact(&text).text;
                prop_assert!(!redacted.contains(&value), "{text}");
                prop_assert_eq!(&redact(&redacted).text, &redacted);
            }
        }
    }

    #[test]
    fn equal_values_have_equal_placeholders(one in random_value(), other in random_value()) {
        let text = redact(&format!("api_key={one} api_key={other} then {one}")).text;
        let (second, third) = if one == other { (1, 1) } else { (2, 1) };
        let expected =
            format!("api_key=[REDACTED:secret:1] api_key=[REDACTED:secret:{second}] then [REDACTED:secret:{third}]");
        prop_assert_eq!(text, expected);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_text_is_redacted_once(text in "(?s).{0,200}") {
        check(&text);
    }

    /// Pieces that the rules look for, in any order.
    #[test]
    fn rules_side_by_side_are_redacted_once(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..12)) {
        check(&pieces.concat());
    }
}

const PIECES: &[&str] = &[
    "password",
    "=",
    ":",
    " ",
    "\"",
    "'",
    "\n",
    "token",
    "key",
    " is ",
    "://",
    "@",
    "user:",
    "Bearer ",
    "Basic ",
    "Cookie: ",
    "sid=",
    "; ",
    "-----BEGIN PRIVATE KEY-----",
    "-----END PRIVATE KEY-----",
    "q7Vt2LmZx9Kd4Rw8",
    "hunter2",
    "ghp_",
    "aB3dE5gH7jK9mN1pQ3sT5vX7zA9cD1fG3hJ5",
    "Q~",
    ".atlasv1.",
    "[REDACTED:password:1]",
    "[REDACTED:",
    "]",
    "--",
    "-u ",
    "&",
    "=>",
    ",",
    "\\",
    "\\n",
    "{",
    "}",
    "eyJhbGciOiJIUzI1NiIsInR5cCI6",
    ".",
    "é",
    "value",
    "name",
    "Set-",
    "12345678",
    "mysql -u root ",
    " -p",
    "| base64 -d",
    "echo ",
    "YW5uYTpnYXJ0ZW41Nw==",
    "pw",
    "passphrase",
    " changed from ",
    " to ",
    "Garten-Zaun-57",
    " / ",
    ":5432:",
    "@db",
    "4111111111111111",
    " cvc ",
    "123",
    "PIN ",
    "日本",
];

/// Texts built to make each rule look far ahead: with quadratic work this would take hours.
#[test]
fn hostile_texts_end() {
    let begin = "-----BEGIN PRIVATE KEY-----".repeat(4_000);
    let names = "password".repeat(20_000);
    let urls = "://a:".repeat(30_000);
    let equals = "=".repeat(200_000);
    let cookies = "Cookie: ".repeat(20_000);
    let words = "a".repeat(1_000_000);
    let hex = "0123456789abcdef".repeat(50_000);
    let commands = "mysql -p ".repeat(20_000);
    let sentences = "password is 1 ".repeat(20_000);
    let codes = "cvc 4111111111111111 ".repeat(10_000);
    let encoded = "echo | base64 -d ".repeat(20_000);
    let keys = "LS0tLS1CRUdJTiBFQyBQUklWQVRFIEtFWS0tLS0tCk1IY0N".repeat(5_000);
    let pairs = "a:b1@".repeat(40_000);
    for text in [begin, names, urls, equals, cookies, words, hex, commands, sentences, codes, encoded, keys, pairs] {
        check(&text);
    }
}
