//! What the name of a field says about its value.

use std::sync::LazyLock;

use super::anchor::{Beside, Literal, Sign};
use super::provider::SHAPES;
use super::token::Shape;
use crate::ascii::{Prefixes, Set};

/// How much a name says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Name {
    /// Just a key: its value can be many things.
    Key,
    /// The name of a provider: so can its.
    Provider,
    /// A token, secret or API key.
    Token,
    /// A password.
    Password,
}

const PASSWORDS: &[&str] = &[
    "password", "passwd", "passphrase", "passwort", "passcode", "pwd", "userpass", "mot de passe", "kennwort",
    "wachtwoord", "contraseña", "contrasena", "palavra-passe", "wifi key", "wlan key",
];

/// Names of passwords that are so only as whole words: parts of others mean something else.
const WHOLE_PASSWORDS: &[&str] = &["pw", "clave", "senha"];

const TOKENS: &str = "token secret apikey api_key api-key api.key accesskey access_key access-key accountkey account_key \
    privatekey private_key private-key credential authorization auth_key authkey storage_key encryption_key signing_key";

/// Providers whose keys are known by this name beside them and are not of one of [`super::provider::SHAPES`].
const PROVIDERS: &str = "contribsys gocardless kraken mailchimp mailgun mapbox sonar squarespace sumologic telegram \
    yandex";

/// The names of providers.
fn providers() -> impl Iterator<Item = &'static str> {
    let words =
        [PROVIDERS].into_iter().chain(SHAPES.iter().map(|(names, _)| *names)).flat_map(str::split_ascii_whitespace);
    words.filter(|word| !word.contains("key") && !GENERAL.contains(word))
}

/// Words of shapes that are no providers by themselves.
const GENERAL: &[&str] = &["aws", "linear", "xray", "iam", "cloud", "sumo", "sl_api", "sl-api", "slapi"];

/// Last words of names that hold something about a secret and not the secret; `h1` is the digest in Go's `go.sum`.
const ABOUT: &str = "id ids name names file path dir url uri endpoint host length len size count limit type hash sha sha1 \
    sha256 digest checksum etag version expiry expires ttl usage prefix suffix format field column label hint policy status \
    index pair board tokens h1";

static WORDS: LazyLock<Prefixes<Name>> = LazyLock::new(|| {
    let passwords = PASSWORDS.iter().map(|word| (*word, Name::Password));
    let tokens = TOKENS.split_ascii_whitespace().map(|word| (word, Name::Token));
    Prefixes::new(passwords.chain(tokens).chain(providers().map(|word| (word, Name::Provider))))
});

/// The literals without one of which a name says nothing.
pub(super) fn literals() -> impl Iterator<Item = Literal> {
    let literal = |text: &str, sign, behind| Literal {
        text: text.to_owned(),
        exact: false,
        sign,
        beside: Beside::Behind(behind),
    };
    let within = PASSWORDS.iter().copied().chain(TOKENS.split_ascii_whitespace()).chain(providers());
    let end = Set::of(b"\t\n\r -/:-@[-`{-~");
    let sign = |word: &str| if PASSWORDS.contains(&word) { Sign::Password } else { Sign::Name };
    let whole = WHOLE_PASSWORDS.iter().map(move |word| literal(word, Sign::PasswordEnd, end));
    let whole = whole.chain(SAID.iter().map(move |word| literal(word, Sign::Said, end)));
    within
        .map(move |word| literal(word, sign(word), Set::of(b"\t\n\r -~")))
        .chain(whole)
        .chain(LAST_WORDS.iter().map(move |word| literal(word, Sign::NameEnd, end)))
}

/// What [`by_last_word`] looks for, and the field beside which a name stands.
const LAST_WORDS: &[&str] = &["_pass", "-pass", ".pass", "?pass", "&pass", "auth", "creds", "sig", "key", "value"];

/// Whether `value` has a shape of the keys of a provider that `name` holds.
pub(super) fn fits(name: &[u8], value: &[u8]) -> bool {
    let lower = name.to_ascii_lowercase();
    let named = |word: &str| lower.windows(word.len()).any(|part| part == word.as_bytes());
    SHAPED.iter().any(|(names, shape)| names.split_ascii_whitespace().any(named) && shape.fits(value))
}

static SHAPED: LazyLock<Vec<(&str, Shape)>> =
    LazyLock::new(|| SHAPES.iter().map(|(names, shape)| (*names, Shape::new(shape))).collect());

/// Bytes of a name that are looked at, from its end.
const LONGEST: usize = 48;

/// What a name such as `DB_PASSWORD` or `x-api-key` says; `None` for names that say nothing.
pub(super) fn rank(name: &[u8]) -> Option<Name> {
    let mut buffer = [0; LONGEST];
    let tail = name.get(name.len().saturating_sub(LONGEST)..)?.trim_ascii();
    let lower = buffer.get_mut(..tail.len())?;
    lower.copy_from_slice(tail);
    lower.make_ascii_lowercase();
    let last = lower.rsplit(|byte| b"_-. ".contains(byte)).find(|word| !word.is_empty())?;
    let known =
        (0..lower.len()).flat_map(|at| WORDS.of(lower.get(at..).unwrap_or_default())).map(|(_, rank)| rank).max();
    let trimmed = lower.iter().rposition(|byte| !b"_-. ".contains(byte)).and_then(|end| lower.get(..=end))?;
    let word = trimmed.rsplit(|byte| *byte == b' ').next()?;
    let composed = word.len() > last.len() && word.first().is_some_and(u8::is_ascii_alphabetic);
    let known = known.or_else(|| by_last_word(last, composed))?;
    if [b"client_id".as_slice(), b"client-id", b"access_id", b"api_id"].iter().any(|id| lower.ends_with(id)) {
        // gitleaks counts the ids of API clients too, where they look random.
        return Some(known.min(Name::Provider));
    }
    // The address of a provider's service may be its key: gitleaks counts Sidekiq's.
    let address = known == Name::Provider && matches!(last, b"url" | b"uri");
    let about = !address && ABOUT.split_ascii_whitespace().any(|word| word.as_bytes() == last);
    (!about && !lower.windows(6).any(|word| word == b"public")).then_some(known)
}

/// The name of several words that some words end in.
pub(super) fn phrase_at_end(words: &[u8]) -> Option<&[u8]> {
    let words = words.trim_ascii_end();
    let mut phrases = PASSWORDS.iter().filter(|phrase| phrase.contains(' '));
    phrases.find_map(|phrase| {
        let end = words.get(words.len().checked_sub(phrase.len())?..)?;
        end.eq_ignore_ascii_case(phrase.as_bytes()).then_some(end)
    })
}

fn ends_with(words: &[u8], end: &str) -> bool {
    let found = words.len().checked_sub(end.len()).and_then(|from| words.get(from..));
    found.is_some_and(|found| found.eq_ignore_ascii_case(end.as_bytes()))
}

/// Whether some words end in the name of a password and nothing more: where the name begins.
pub(super) fn password_at_end(words: &[u8]) -> Option<usize> {
    let ends = |name: &&&str| ends_with(words, name);
    if let Some(name) = PASSWORDS.iter().filter(ends).max_by_key(|name| name.len()) {
        return Some(words.len() - name.len());
    }
    let start = words.len() - WHOLE_PASSWORDS.iter().find(ends)?.len();
    let begins = |before: &u8| before.is_ascii() && !before.is_ascii_alphanumeric();
    let fresh = start.checked_sub(1).and_then(|before| words.get(before)).is_none_or(begins);
    fresh.then_some(start)
}

/// Words of sentences that announce a password and name no field.
const SAID: &[&str] = &[" pass", "identified"];

/// Whether a name is such a short word that other things are called so, too: numbers are none of its values.
pub(super) fn is_ambiguous(name: &[u8]) -> bool {
    let last = name.trim_ascii().rsplit(|byte| b"_-. ".contains(byte)).next().unwrap_or_default();
    WHOLE_PASSWORDS.iter().any(|word| last.eq_ignore_ascii_case(word.as_bytes()))
}

/// Keys of services, which in sentences are secrets and in code may be anything.
const KEYS: &[&str] = &["routing key", "integration key", "license key", "service key"];

/// How much a name says right before its value, as in `the API key 4f…`: only if it ends in what the value is.
pub(super) fn said_before(words: &[u8]) -> Option<Name> {
    const WHOLE: &[&str] = &["key", "secret", "token"];
    if KEYS.iter().any(|key| ends_with(words, key)) {
        return Some(Name::Token);
    }
    let last = words.rsplit(|byte| b"_-. ".contains(byte)).find(|word| !word.is_empty())?.to_ascii_lowercase();
    // Of words as of one name: `API key` is `API_key`. But `tests pass` is nothing.
    let joined: Vec<u8> = words.iter().map(|byte| if *byte == b' ' { b'_' } else { *byte }).collect();
    let known = rank(words).max(rank(&joined).filter(|_| last != b"pass"))?;
    let password = PASSWORDS.iter().any(|word| word.as_bytes().ends_with(&last) && last.len() > 2);
    let ends = password || WHOLE.iter().chain(LAST_WORDS).any(|word| last.ends_with(word.as_bytes()));
    (ends && known >= Name::Token).then_some(known)
}

/// Words that say something only where a name ends in them. `pass` alone is the word of test runners.
fn by_last_word(last: &[u8], composed: bool) -> Option<Name> {
    match last {
        b"pass" if composed => Some(Name::Password),
        _ if WHOLE_PASSWORDS.iter().any(|word| word.as_bytes() == last) => Some(Name::Password),
        b"auth" | b"creds" | b"sig" => Some(Name::Token),
        _ if last.ends_with(b"key") => Some(Name::Key),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks() {
        for (name, expected) in [
            ("DB_PASSWORD", Some(Name::Password)),
            ("mysql-pass", Some(Name::Password)),
            ("X-Api-Key", Some(Name::Token)),
            ("clientSecret", Some(Name::Token)),
            ("adafruit_io", Some(Name::Provider)),
            ("key", Some(Name::Key)),
            ("PASS", None),
            ("--- PASS", None),
            ("password_hash", None),
            ("aws_access_key_id", None),
            ("public_key", None),
            ("max_tokens", None),
            ("LOOKER_CLIENT_ID", Some(Name::Provider)),
            ("client_id", None),
            ("author", None),
            ("", None),
        ] {
            assert_eq!(rank(name.as_bytes()), expected, "{name}");
        }
    }
}
