//! Secrets that only their name gives away: `password=…`, `"api_key": "…"`, `--token …`, `the key is …`.
//!
//! After gitleaks' generic rule: a name with one of a few words, an operator, a value that looks random. What
//! counts as random depends on how much the name says.

use super::{Span, token};

/// How much a name says about its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Name {
    /// A password: any value that is not a placeholder.
    Password,
    /// A token, secret or API key: a value with letters and digits.
    Token,
    /// Just a key, or the name of a provider: a value that can hardly be anything else.
    Hint,
}

const PASSWORDS: [&str; 6] = ["password", "passwd", "passphrase", "passwort", "pwd", "userpass"];
const TOKENS: [&str; 17] = [
    "token",
    "secret",
    "apikey",
    "api_key",
    "api-key",
    "api key",
    "accesskey",
    "access_key",
    "access-key",
    "accountkey",
    "account_key",
    "privatekey",
    "private_key",
    "credential",
    "authorization",
    "auth_key",
    "authkey",
];
const TOKEN_ENDINGS: [&str; 8] =
    ["auth", "creds", "signature", "sig", "sessionid", "session_id", "encryption_key", "iam_key"];

/// What gitleaks knows keys of by the provider's name alone.
const PROVIDERS: [&str; 66] = [
    "adafruit",
    "adobe",
    "airtable",
    "algolia",
    "alibaba",
    "artifactory",
    "asana",
    "atlassian",
    "beamer",
    "bintray",
    "bitbucket",
    "bittrex",
    "cloudant",
    "cloudflare",
    "codecov",
    "cohere",
    "coinbase",
    "confluence",
    "confluent",
    "contentful",
    "datadog",
    "discord",
    "dnkey",
    "droneci",
    "dropbox",
    "etsy",
    "facebook",
    "fastly",
    "finicity",
    "finnhub",
    "flickr",
    "freshbooks",
    "gitter",
    "gocardless",
    "heroku",
    "hubspot",
    "intercom",
    "jfrog",
    "jira",
    "kraken",
    "kucoin",
    "launchdarkly",
    "linkedin",
    "looker",
    "mailchimp",
    "mailgun",
    "mapbox",
    "mattermost",
    "meraki",
    "messagebird",
    "netlify",
    "newrelic",
    "nytimes",
    "okta",
    "plaid",
    "rapidapi",
    "sendbird",
    "sentry",
    "snyk",
    "sonar",
    "squarespace",
    "sumologic",
    "telegram",
    "travis",
    "twitter",
    "zendesk",
];

/// Last words of names that hold something about a secret, not the secret.
const ABOUT: [&str; 40] = [
    "id", "ids", "name", "names", "file", "path", "dir", "url", "uri", "endpoint", "host", "length", "len", "size",
    "count", "limit", "type", "hash", "sha", "sha1", "sha256", "digest", "version", "expiry", "expires", "ttl",
    "usage", "prefix", "suffix", "format", "field", "column", "label", "hint", "policy", "status", "index", "pair",
    "board", "tokens",
];

/// The secret that a name ending at `name_end` is given by the operator at `operator` (`:`, `=`, `=>`, a blank).
pub(super) fn at(text: &[u8], name_end: usize, operator: usize) -> Option<Span> {
    let value = Value::behind(text, operator)?;
    let kind = judge(name_before(text, name_end)?, &value)?;
    Some(token::at(text, value.start).unwrap_or(Span { kind, start: value.start, end: value.end }))
}

/// The secret in `the token is …`, with `at` on the blank before `is`. Prose, so only what looks random counts.
pub(super) fn told(text: &[u8], at: usize) -> Option<Span> {
    if !text.get(at..)?.starts_with(b" is ") {
        return None;
    }
    let found = self::at(text, at, at + 3)?;
    let value = text.get(found.start..found.end)?;
    (value.iter().any(u8::is_ascii_digit) && value.iter().any(u8::is_ascii_alphabetic)).then_some(found)
}

/// The name before an operator: one word or two (`api key`), behind quotes and brackets.
fn name_before(text: &[u8], end: usize) -> Option<&[u8]> {
    let end = back_over(text, end, 4, |byte| b" \t\"'`\\])".contains(&byte));
    let start = back_over(text, end, 48, |byte| byte.is_ascii_alphanumeric() || b"_-. ".contains(&byte));
    let name = text.get(start..end)?;
    let second = name.iter().rposition(|byte| *byte == b' ').unwrap_or(0);
    let first = name.get(..second)?.iter().rposition(|byte| *byte == b' ').unwrap_or(0);
    name.get(first..).filter(|name| !name.is_empty())
}

/// The kind of secret that `value` is as the field `name` of structured data.
pub(super) fn field(name: &str, value: &str) -> Option<&'static str> {
    let value = Value { text: value.as_bytes(), start: 0, end: value.len(), quoted: true, bare_word: false };
    judge(name.as_bytes(), &value)
}

fn back_over(text: &[u8], end: usize, most: usize, skip: impl Fn(u8) -> bool) -> usize {
    let before = text.get(end.saturating_sub(most)..end).unwrap_or_default();
    end - before.iter().rev().take_while(|byte| skip(**byte)).count()
}

/// What is assigned.
struct Value<'t> {
    text: &'t [u8],
    start: usize,
    end: usize,
    quoted: bool,
    /// Followed by `(` or `[`: a call or an index, so code.
    bare_word: bool,
}

impl<'t> Value<'t> {
    /// The longest value looked at; beyond it is a file or an image.
    const LONGEST: usize = 512;

    fn behind(text: &'t [u8], operator: usize) -> Option<Self> {
        let rest = text.get(operator..)?;
        let skipped = rest.iter().take(8).take_while(|byte| matches!(byte, b':' | b'=' | b'>' | b' ' | b'\t')).count();
        let mut start = operator + skipped;
        // `Authorization: Bearer …`: the scheme is no part of the secret.
        for scheme in ["bearer ", "basic ", "token ", "apikey ", "digest "] {
            let said = text.get(start..start + scheme.len()).unwrap_or_default();
            if said.eq_ignore_ascii_case(scheme.as_bytes()) {
                start += scheme.len();
            }
        }
        while text.get(start) == Some(&b'\\') {
            start += 1;
        }
        let quote = text.get(start).copied().filter(|byte| matches!(byte, b'"' | b'\'' | b'`'));
        start += usize::from(quote.is_some());
        let rest = text.get(start..)?;
        let length = rest.iter().take(Self::LONGEST + 1).take_while(|byte| !ends_value(**byte, quote)).count();
        if length == 0 || length > Self::LONGEST {
            return None;
        }
        let end = start + length;
        let bare_word = quote.is_none() && matches!(text.get(end), Some(b'(' | b'['));
        Some(Value { text: text.get(start..end)?, start, end, quoted: quote.is_some(), bare_word })
    }
}

fn ends_value(byte: u8, quote: Option<u8>) -> bool {
    match quote {
        Some(quote) => byte == quote || byte == b'\n' || byte == b'\\',
        None => byte.is_ascii_whitespace() || b"\"'`;,<>()[]{}|&\\".contains(&byte),
    }
}

fn judge(name: &[u8], value: &Value<'_>) -> Option<&'static str> {
    // Most values fall here, before the name is looked at: numbers, short words, placeholders.
    if value.text.len() < 4 || value.bare_word || value.text.starts_with(b"[REDACTED:") {
        return None;
    }
    let (rank, kind) = rank(name)?;
    if is_placeholder(value.text) {
        return None;
    }
    let letters = value.text.iter().any(u8::is_ascii_alphabetic);
    let digits = value.text.iter().any(u8::is_ascii_digit);
    let spaced = value.text.contains(&b' ');
    let secret = match rank {
        Name::Password if value.quoted => !spaced || digits,
        Name::Password => !is_code(value.text) && (digits || value.text.iter().any(|byte| !byte.is_ascii_alphabetic())),
        Name::Token => {
            !spaced && value.text.len() >= 8 && letters && digits && !is_code(value.text) && variety(value.text) >= 6
        }
        Name::Hint => {
            !spaced && value.text.len() >= 16 && letters && digits && !is_code(value.text) && variety(value.text) >= 9
        }
    };
    secret.then_some(kind)
}

fn rank(name: &[u8]) -> Option<(Name, &'static str)> {
    let name = std::str::from_utf8(name).ok()?.trim().trim_matches(['-', '.', '_']).to_ascii_lowercase();
    let last = name.rsplit(['_', '-', '.', ' ']).next().unwrap_or_default();
    if ABOUT.contains(&last) || name.contains("public") {
        return None;
    }
    let tail = name.len().saturating_sub(32);
    let tail = name.get(tail..).unwrap_or(&name);
    if PASSWORDS.iter().any(|word| tail.contains(word)) || matches!(last, "pass" | "pw") {
        return Some((Name::Password, "password"));
    }
    if TOKENS.iter().any(|word| tail.contains(word)) || TOKEN_ENDINGS.iter().any(|word| tail.ends_with(word)) {
        return Some((Name::Token, "secret"));
    }
    let hint = last == "key" || last.ends_with("key") || PROVIDERS.iter().any(|word| tail.contains(word));
    hint.then_some((Name::Hint, "secret"))
}

const PLACEHOLDERS: [&str; 24] = [
    "changeme",
    "change_me",
    "change-me",
    "example",
    "placeholder",
    "your",
    "insert",
    "dummy",
    "redacted",
    "xxxx",
    "****",
    "....",
    "todo",
    "fixme",
    "none",
    "null",
    "nil",
    "true",
    "false",
    "undefined",
    "string",
    "required",
    "optional",
    "secretkeyref",
];

/// Variables, templates, masks and samples.
fn is_placeholder(value: &[u8]) -> bool {
    if matches!(value, [b'$' | b'<' | b'{' | b'%' | b'#' | b'@', ..] | [.., b'}' | b'>']) || variety(value) < 3 {
        return true;
    }
    let lower: Vec<u8> = value.iter().take(24).map(u8::to_ascii_lowercase).collect();
    PLACEHOLDERS.iter().any(|word| lower.starts_with(word.as_bytes()))
        || [b"${".as_slice(), b"$(", b"{{", b"****", b"xxxxxx", b"XXXXXX"].iter().any(|part| contains(value, part))
}

/// Names joined by dots, paths, URLs, and words: code and prose rather than something random.
fn is_code(value: &[u8]) -> bool {
    if value.starts_with(b"http")
        || matches!(value, [b'/' | b'.' | b'~', ..])
        || contains(value, b"::")
        || contains(value, b"://")
    {
        return true;
    }
    let dotted = value.split(|byte| *byte == b'.').count() > 1
        && value
            .split(|byte| *byte == b'.')
            .all(|part| matches!(part, [first, ..] if first.is_ascii_alphabetic()) && is_word(part));
    dotted || is_word(value)
}

/// An identifier of words: no digit inside or between letters, except at its end (`sha256`, `token2`).
fn is_word(part: &[u8]) -> bool {
    let stem: &[u8] = {
        let digits = part.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
        if digits <= 3 { part.get(..part.len() - digits).unwrap_or(part) } else { part }
    };
    stem.iter().all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'-'))
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}

/// How many different bytes there are.
fn variety(value: &[u8]) -> u32 {
    let (mut low, mut high) = (0u128, 0u128);
    for byte in value {
        if *byte < 128 { low |= 1 << byte } else { high |= 1 << (byte - 128) }
    }
    low.count_ones() + high.count_ones()
}
