//! Secrets known by the place they stand in: key blocks, addresses with a password, headers.

use memchr::memmem;

use super::anchor::{Beside, Literal, Sign};
use super::{MARK, Span, assignment, manifest, token};
use crate::ascii::Set;

/// What the rules of this module begin with, what that is a sign of, and whether the case matters.
const MARKS: &[(&str, Sign, bool)] = &[
    ("-----BEGIN", Sign::Here, true),
    ("://", Sign::Here, true),
    ("bearer ", Sign::Here, false),
    ("basic ", Sign::Here, false),
    ("cookie", Sign::NameEnd, false),
    (manifest::KIND, Sign::Manifest, true),
    ("-u ", Sign::Here, true),
    ("-u\t", Sign::Here, true),
    ("-u=", Sign::Here, true),
    ("--user", Sign::Here, true),
    ("[REDACTED:", Sign::Here, true),
];

/// See [`MARKS`]. Before `://` stands the name of a scheme, before `-u` a blank.
pub(super) fn literals() -> impl Iterator<Item = Literal> {
    let before = Set::of(b"A-Za-z0-9 \t\n\r");
    MARKS.iter().map(move |(text, sign, exact)| Literal {
        text: (*text).to_owned(),
        exact: *exact,
        sign: *sign,
        beside: Beside::Before(before),
    })
}

/// An RSA key of 16,384 bits takes 12.7 kB as PEM.
const LONGEST_KEY: usize = 16 * 1024;

/// A private key block that begins at `at`, to its end line; cut off, to the end of its base64.
pub(super) fn private_key(text: &[u8], at: usize) -> Option<Span> {
    let rest = text.get(at..)?.strip_prefix(b"-----BEGIN")?;
    let head = memmem::find(rest.get(..128.min(rest.len()))?, b"-----")?;
    memmem::find(rest.get(..head)?, b"PRIVATE KEY")?;
    let body = at + 10 + head + 5;
    let rest = text.get(body..)?;
    // To the next beginning at most, so that a thousand of them without an end do not each search the whole text.
    let near = rest.get(..LONGEST_KEY.min(rest.len()))?;
    let near = memmem::find(near, b"-----BEGIN").and_then(|at| near.get(..at)).unwrap_or(near);
    let near = memmem::find(near, MARK).and_then(|at| near.get(..at)).unwrap_or(near);
    let closed = |mark: &[u8]| memmem::find(near, mark).map(|at| at + mark.len());
    let foot = closed(b"-----END ").unwrap_or(0);
    let end = memmem::find(near.get(foot..)?, b"KEY-----").map(|at| foot + at + 8);
    let end = end.or_else(|| memmem::find(near.get(foot..)?, b"KEY BLOCK-----").map(|at| foot + at + 14));
    let base64 = || near.iter().take_while(|byte| byte.is_ascii_alphanumeric() || b"+/=\\ \n\r".contains(byte)).count();
    Some(Span { kind: "private-key", start: at, end: body + end.unwrap_or_else(base64) })
}

/// The password in `scheme://user:password@host`, with `at` on the colon of the scheme.
pub(super) fn url_password(text: &[u8], at: usize) -> Option<Span> {
    let rest = text.get(at..)?.strip_prefix(b"://")?;
    if !text.get(at.checked_sub(1)?).is_some_and(u8::is_ascii_alphanumeric) {
        return None;
    }
    let start = at + 3;
    let length =
        rest.iter().take(256).take_while(|byte| !(byte.is_ascii_whitespace() || b"/?#\"'`<>\\".contains(byte))).count();
    let login_end = rest.get(..length)?.iter().rposition(|byte| *byte == b'@')?;
    let login = rest.get(..login_end)?;
    let (from, secret) = match login.iter().position(|byte| *byte == b':') {
        Some(colon) => (colon + 1, login.get(colon + 1..)?),
        // A login without a password is a name, unless it is as long as a token.
        None if login.len() >= 20 => (0, login),
        None => return None,
    };
    let user = login.get(..from.saturating_sub(1))?;
    let shown = secret.is_empty()
        || matches!(secret, [b'$' | b'{' | b'<' | b'%' | b'*' | b'[', ..] | [.., b'}' | b']'])
        || secret.eq_ignore_ascii_case(user)
        || is_sample(secret);
    let span = Span { kind: "url-password", start: start + from, end: start + login_end };
    (!shown).then(|| token::at(text, span.start).filter(|token| token.end == span.end).unwrap_or(span))
}

/// What stands for a password in documentation; secretlint leaves these out too.
const SAMPLE_PASSWORDS: &[&str] =
    &["password", "passwd", "pass", "pwd", "mypassword", "your_password", "your-password"];

pub(super) fn is_sample(password: &[u8]) -> bool {
    SAMPLE_PASSWORDS.iter().any(|word| password.eq_ignore_ascii_case(word.as_bytes()))
}

/// `Bearer …`, `Basic …` with `at` on the first letter.
pub(super) fn authorization(text: &[u8], at: usize) -> Option<Span> {
    if !matches!(text.get(at), Some(b'B' | b'b')) || !token::starts_word(text, at) {
        return None;
    }
    let rest = text.get(at..)?;
    let scheme = ["Bearer ", "bearer ", "Basic "].into_iter().find(|scheme| rest.starts_with(scheme.as_bytes()))?;
    let start = at + scheme.len();
    let rest = rest.get(scheme.len()..)?;
    let length = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(byte)).count();
    let value = rest.get(..length)?;
    let random = length >= 16 && value.iter().any(u8::is_ascii_digit) && value.iter().any(u8::is_ascii_alphabetic);
    random.then(|| token::at(text, start).unwrap_or(Span { kind: "authorization", start, end: start + length }))
}

/// The values of a `Cookie:` or `Set-Cookie:` header, with `at` on the colon.
pub(super) fn cookie(text: &[u8], at: usize) -> Option<Span> {
    let name = text.get(at.checked_sub(6)?..at)?;
    if !name.eq_ignore_ascii_case(b"cookie") {
        return None;
    }
    let sets = text.get(at.saturating_sub(10)..at - 6).is_some_and(|before| before.eq_ignore_ascii_case(b"set-"));
    let rest = text.get(at + 1..)?;
    let blank = rest.iter().take_while(|byte| matches!(byte, b' ' | b'"' | b'\'' | b'\\')).count();
    let start = at + 1 + blank;
    let line = rest.get(blank..)?;
    // Of `Set-Cookie` only the first pair is a secret, the rest says how long and where it holds.
    let ends: &[u8] = if sets { b"\r\n\"'\\;" } else { b"\r\n\"'\\" };
    // The name of the first cookie tells a header from prose.
    let pair = line.iter().take(64).take_while(|byte| !ends.contains(byte)).position(|byte| *byte == b'=')?;
    let length = line.iter().take(4096).take_while(|byte| !ends.contains(byte)).count();
    let value = line.get(..length)?;
    (length - pair > 8 && !value.starts_with(b"[REDACTED:")).then_some(Span {
        kind: "cookie",
        start,
        end: start + length,
    })
}

/// `--token VALUE`, `-password VALUE`, `-u user:password`, with `at` on the first dash.
pub(super) fn option(text: &[u8], at: usize) -> Option<Span> {
    let rest = text.get(at..)?;
    let after_blank = at == 0 || text.get(at - 1).is_some_and(u8::is_ascii_whitespace);
    for user in [b"-u".as_slice(), b"--user"].into_iter().filter(|_| after_blank) {
        if rest.strip_prefix(user).is_some_and(|rest| matches!(rest.first(), Some(b' ' | b'\t' | b'='))) {
            return login(text, at, at + user.len() + 1);
        }
    }
    // `--` begins a word.
    let before = at.checked_sub(1).and_then(|before| text.get(before));
    if before.is_some_and(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(byte)) {
        return None;
    }
    let dashes = rest.iter().take(3).take_while(|byte| **byte == b'-').count();
    let name = rest.get(dashes..).filter(|_| dashes <= 2)?;
    let name =
        name.iter().take(40).take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')).count();
    let operator = at + dashes + name;
    // `-password X` as of Go and PowerShell; a single letter means something else in each program.
    if text.get(operator) != Some(&b' ') || dashes == 1 && name < SHORTEST_OPTION {
        return None;
    }
    // The option's own name tells, not what stands before it.
    let own = assignment::at(text.get(at + dashes..)?, name, name)?;
    let span = Span { start: own.start + at + dashes, end: own.end + at + dashes, ..own };
    (text.get(span.start) != Some(&b'-')).then_some(span)
}

/// Letters of an option behind a single dash.
const SHORTEST_OPTION: usize = 5;

/// The password of `user:password` from `from` on, behind an option at `option`; of curl also the user alone, who is
/// a key then (`-u sk_…:`).
fn login(text: &[u8], option: usize, from: usize) -> Option<Span> {
    let blank = text.get(from..)?.iter().take(8).take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let quote = text.get(from + blank).copied().filter(|byte| matches!(byte, b'"' | b'\''));
    let start = from + blank + usize::from(quote.is_some());
    let ends = |byte: &u8| quote.map_or(byte.is_ascii_whitespace() || b"\"'\\".contains(byte), |quote| *byte == quote);
    let length = text.get(start..)?.iter().take(MOST_OF_LOGIN).take_while(|byte| !ends(byte)).count();
    let said = text.get(start..start + length)?;
    let colon = said.iter().position(|byte| *byte == b':')?;
    let (user, password) = (said.get(..colon)?, said.get(colon + 1..)?);
    let before = text.get(option.saturating_sub(MOST_OF_COMMAND)..option)?;
    let curl = before.windows(4).any(|word| word == b"curl");
    if curl && password.is_empty() {
        let plain = user.len() >= 8 && !matches!(user, [b'$' | b'<' | b'{' | b'[', ..]);
        return plain.then_some(Span { kind: "password", start, end: start + colon });
    }
    let plain = password.len() >= 4 && !matches!(password, [b'$' | b'<' | b'{' | b'*' | b'[', ..]);
    // `docker run -u 1000:1000` and `user:group` are no logins.
    let random =
        password.iter().any(|byte| !byte.is_ascii_digit()) && password.iter().any(|byte| !byte.is_ascii_lowercase());
    let start = start + colon + 1;
    (plain && random).then_some(Span { kind: "password", start, end: start + password.len() })
}

/// Bytes of a login, and those before its option among which `curl` is looked for.
const MOST_OF_LOGIN: usize = 200;
const MOST_OF_COMMAND: usize = 400;
