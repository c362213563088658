//! Names and passwords side by side: `ops / …`, `user:password@host` without a scheme, a line of `.pgpass`.

use memchr::memchr_iter;

use super::anchor::{Beside, Literal, Sign};
use super::look::{Looks, looks};
use super::shape::{ends_word, is_placeholder};
use super::{Span, place};
use crate::ascii::Set;

/// A blank, a slash and a blank; and the port of PostgreSQL in a line of `.pgpass`.
const MARKS: &[&str] = &[" / ", ":5432:"];

/// What the rules but [`at_host`] begin with.
pub(super) fn literals() -> impl Iterator<Item = Literal> {
    MARKS.iter().map(|text| Literal {
        text: (*text).to_owned(),
        exact: true,
        sign: Sign::Here,
        beside: Beside::Before(Set::of(b"A-Za-z0-9")),
    })
}

/// The signs that [`at_host`] begins with.
pub(super) fn at_signs(text: &[u8]) -> impl Iterator<Item = usize> {
    memchr_iter(b'@', text)
}

/// Accounts that are named so on many machines.
const ACCOUNTS: &str = "admin administrator root ops sa postgres oracle superuser sysadmin operator guest";

/// Words before a pair that say it is a login.
const CONTEXT: &str = "login log logged sign signin credentials creds account user username zugang zugangsdaten anmelden \
    konto benutzer identifiants compte utilisateur acceso usuario cuenta accesso utente inloggen gebruiker acesso conta \
    as als mit with";

/// The password in `ops / …`, with `at` on the blank before the slash.
pub(super) fn pair(text: &[u8], at: usize) -> Option<Span> {
    let rest = text.get(at..)?.strip_prefix(b" / ")?;
    if !text.get(at.checked_sub(1)?).is_some_and(u8::is_ascii_alphanumeric) {
        return None;
    }
    let (start, length) = (at + 3, rest.iter().take(64).take_while(|byte| !ends_word(**byte)).count());
    let value = rest.get(..length)?;
    let value = value.get(..value.iter().rposition(|byte| !b".:?!".contains(byte))? + 1)?;
    let looks = looks(value)?;
    let line = text.get(at.saturating_sub(80)..at)?;
    let line = line.iter().rposition(|byte| *byte == b'\n').and_then(|end| line.get(end + 1..)).unwrap_or(line);
    let from =
        line.iter().rposition(|byte| byte.is_ascii_whitespace() || b"\"'`(:,".contains(byte)).map_or(0, |at| at + 1);
    let (before, user) = line.split_at_checked(from)?;
    let user = String::from_utf8_lossy(user).to_ascii_lowercase();
    let before = String::from_utf8_lossy(before).to_ascii_lowercase();
    let mut words = before.rsplit(|char: char| !char.is_alphanumeric()).filter(|word| !word.is_empty()).take(4);
    let announced = words.any(|word| CONTEXT.split_ascii_whitespace().any(|known| known == word));
    let digits = value.iter().filter(|byte| byte.is_ascii_digit()).count();
    let account = user.contains('@') || ACCOUNTS.split_ascii_whitespace().any(|known| known == user);
    let fits = !user.is_empty() && (announced || account) && (looks == Looks::Strong || account && digits >= 3);
    fits.then_some(Span { kind: "password", start, end: start + value.len() })
}

/// Words before a colon behind which an address of mail or of another kind follows.
const LABELS: &str = "mail email e-mail mailto to cc bcc from sender author user username login account contact owner by \
    reply-to sip sips xmpp npm git ssh acct id kontakt von an http https";

/// The password in `user:password@host`, with `at` on the `@`. An address behind a label (`mail:anna@…`) has no password,
/// so it has to look like one.
pub(super) fn at_host(text: &[u8], at: usize) -> Option<Span> {
    let login = |byte: &&u8| byte.is_ascii_graphic() && !b"\"'`<>()[]{},;|\\/@".contains(byte);
    let length = text.get(at.saturating_sub(80)..at)?.iter().rev().take_while(login).count();
    let said = text.get(at - length..at)?;
    let colon = said.iter().position(|byte| *byte == b':')?;
    let (user, password) = (said.get(..colon)?, said.get(colon + 1..)?);
    let named =
        (1..=32).contains(&user.len()) && user.iter().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(byte));
    let label = LABELS.split_ascii_whitespace().any(|label| user.eq_ignore_ascii_case(label.as_bytes()));
    // `://` is the business of addresses.
    let fresh =
        text.get(..at - length)?.last().is_none_or(|byte| byte.is_ascii_whitespace() || b"\"'`(=,;<|".contains(byte));
    if !named || label || !fresh || user.iter().all(u8::is_ascii_digit) || password.contains(&b':') {
        return None;
    }
    let rest = text.get(at + 1..)?;
    let host = rest.iter().take(100).take_while(|byte| byte.is_ascii_alphanumeric() || b".-".contains(byte)).count();
    let (host, behind) = rest.split_at_checked(host)?;
    let digest = host.starts_with(b"sha256") || host.starts_with(b"sha512");
    let service =
        matches!(behind, [b':', b'0'..=b'9', ..] | [b'/', ..]) || SERVERS.iter().any(|word| host.starts_with(word));
    let version =
        host.first().is_none_or(u8::is_ascii_digit) && !host.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.');
    let strong = looks(password).is_some_and(|looks| looks == Looks::Strong || service);
    let fits = host.len() >= 2 && !digest && !version && strong && !place::is_sample(password);
    fits.then_some(Span { kind: "url-password", start: at - length + colon + 1, end: at })
}

/// What the names of machines with logins begin with.
const SERVERS: [&[u8]; 8] = [b"sftp", b"ftp", b"db", b"smtp", b"imap", b"host", b"localhost", b"ssh"];

/// The password in `host:5432:database:user:password`, with `at` on the first colon.
pub(super) fn pgpass(text: &[u8], at: usize) -> Option<Span> {
    let rest = text.get(at..)?.strip_prefix(b":5432:")?;
    let host = |byte: u8| byte.is_ascii_alphanumeric() || b"._-*".contains(&byte);
    if !text.get(at.checked_sub(1)?).is_some_and(|byte| host(*byte)) {
        return None;
    }
    let line = rest.iter().take(200).take_while(|byte| !ends_word(**byte)).count();
    let mut colons = memchr_iter(b':', rest.get(..line)?);
    let (database, user) = (colons.next()?, colons.next()?);
    let password = rest.get(user + 1..line)?;
    let fits = database > 0 && user > database + 1 && password.len() >= 4 && !is_placeholder(password);
    fits.then_some(Span { kind: "password", start: at + 6 + user + 1, end: at + 6 + line })
}
