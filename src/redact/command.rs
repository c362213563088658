//! Passwords on the command line, in the options and positions where well-known programs take them: what the manual of
//! the program says, for there is no rule by which `-p` is a password here and a port there.

use std::sync::LazyLock;

use super::anchor::{Beside, Literal, Sign};
use super::shape::{contains, is_placeholder, mixed};
use super::{Span, place, placeholder_length};
use crate::ascii::{Prefixes, Set};

/// Where a program takes its password.
#[derive(Debug, Clone, Copy)]
enum Takes {
    /// As the word behind one of these options.
    Behind(&'static [&'static str]),
    /// Glued to one of these options: `-pX`.
    Glued(&'static [&'static str]),
    /// Both ways.
    Either(&'static [&'static str]),
    /// Behind the sign, in the word behind one of these options: `-U user%password`.
    Part(&'static [&'static str], u8),
    /// As the word of that number among those that are no options.
    Positional(usize),
    /// As the last word, if one of the options holds this letter: `htpasswd -b file user password`.
    Last(u8),
    /// Behind `pass:` in a word (`openssl … -passin pass:X`), or behind one of these options.
    Marked(&'static [&'static str]),
}

use Takes::{Behind, Either, Glued, Last, Marked, Part, Positional};

const P: &[&str] = &["-p"];
const CAPITAL_P: &[&str] = &["-P"];
const LOGIN: &[&str] = &["-p", "--password", "-password"];
const STORES: &[&str] = &["-storepass", "-keypass", "-srcstorepass", "-deststorepass", "-new"];

/// What a command begins with, and where its password is.
const COMMANDS: &[(&str, Takes)] = &[
    ("sshpass", Either(P)),
    ("mysql", Glued(P)),
    ("mariadb", Glued(P)),
    ("redis-cli", Behind(&["-a", "--pass"])),
    ("valkey-cli", Behind(&["-a", "--pass"])),
    ("mongo", Behind(LOGIN)),
    ("cqlsh", Behind(P)),
    ("sqlcmd", Either(CAPITAL_P)),
    ("sqlplus", Part(&[], b'/')),
    ("ldap", Behind(&["-w", "-s"])),
    ("smbclient", Part(&["-U", "--user"], b'%')),
    ("rpcclient", Part(&["-U", "--user"], b'%')),
    ("htpasswd", Last(b'b')),
    ("docker login", Either(LOGIN)),
    ("podman login", Either(LOGIN)),
    ("skopeo login", Either(LOGIN)),
    ("registry login", Either(LOGIN)),
    ("az login", Behind(LOGIN)),
    ("acr login", Behind(LOGIN)),
    ("oc login", Behind(LOGIN)),
    ("cf login", Behind(P)),
    ("vault login", Positional(0)),
    ("openssl", Marked(&["-k"])),
    ("rabbitmqctl", Positional(2)),
    ("reset-admin-password", Positional(0)),
    ("snmp", Behind(&["-c", "-A", "-X"])),
    ("keytool", Behind(STORES)),
    ("jarsigner", Behind(STORES)),
    ("unzip -", Behind(CAPITAL_P)),
    ("zip -", Behind(CAPITAL_P)),
    ("7z a", Glued(P)),
    ("7z x", Glued(P)),
    ("7za ", Glued(P)),
    ("lftp", Part(&["-u", "--user"], b',')),
    ("mosquitto_", Behind(CAPITAL_P)),
    ("ipmitool", Behind(CAPITAL_P)),
    ("evil-winrm", Behind(P)),
    ("xfreerdp", Glued(&["/p:"])),
    ("nmcli", Behind(&["password"])),
    ("wpa_passphrase", Positional(1)),
    ("net user ", Positional(1)),
    ("rclone obscure", Positional(0)),
    ("twine upload", Behind(P)),
];

static TABLE: LazyLock<Prefixes<Takes>> = LazyLock::new(|| Prefixes::new(COMMANDS.iter().copied()));

/// What the commands begin with.
pub(super) fn literals() -> impl Iterator<Item = Literal> {
    COMMANDS.iter().map(|(name, _)| Literal {
        text: (*name).to_owned(),
        exact: true,
        sign: Sign::Here,
        beside: Beside::Before(Set::default()),
    })
}

/// The first password of the command that begins at `at`. Where there are two, the next pass finds the second.
pub(super) fn at(text: &[u8], at: usize) -> Option<Span> {
    let (name, takes) = TABLE.of(text.get(at..)?).max_by_key(|(name, _)| name.len())?;
    let fresh = at.checked_sub(1).and_then(|before| text.get(before)).is_none_or(|byte| !in_word(*byte));
    if !fresh {
        return None;
    }
    let whole = name.last().is_some_and(|byte| matches!(byte, b'-' | b' '));
    // `mysqldump`, `ldapsearch`, `mosquitto_pub`: the word goes on. What ends in a dash has begun an option.
    let rest = text.get(at + name.len()..)?.iter().take(24);
    let more = if whole { 0 } else { rest.take_while(|byte| in_word(**byte)).count() };
    let from = at + name.len() + more - usize::from(name.ends_with(b"-"));
    // `/usr/bin/mysql -p…` is a command, `mysql.example.com` and `mysql://` are none.
    let closed = text.get(from).is_some_and(|byte| b" \t\"'\\".contains(byte));
    if !whole && !closed {
        return None;
    }
    let value = secret(text, takes, &words(text, from))?;
    // `sshpass -p X: no such host` is what a program says of its call.
    let said = text.get(value.start..value.end)?;
    let colon = usize::from(!value.quoted && said.ends_with(b":"));
    Some(Span { kind: "password", start: value.start, end: value.end - colon })
}

fn in_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

/// The first word that is taken as a password.
fn secret(text: &[u8], takes: Takes, words: &[Word]) -> Option<Word> {
    let said = |word: &Word| text.get(word.start..word.end).unwrap_or_default();
    let is = |word: &Word, options: &[&str]| options.iter().any(|option| option.as_bytes() == said(word));
    let plain = |word: &Word| word.quoted || !matches!(said(word), [b'-' | b'/', ..]);
    let fits = |word: &Word| is_secret(said(word));
    let pairs = || words.iter().zip(words.iter().skip(1));
    let behind = |options| pairs().filter(move |(option, _)| is(option, options)).map(|(_, word)| *word);
    let apart = |options| behind(options).find(|word| plain(word) && fits(word));
    let glued = |options: &[&str]| {
        let within = |word: &Word| {
            // `--password-stdin` is another option than `--password`.
            let short = |option: &&&str| option.len() <= 3 && said(word).starts_with(option.as_bytes());
            let option = options.iter().find(short)?;
            let from = word.start + option.len();
            let start = from + usize::from(text.get(from) == Some(&b'='));
            Some(Word { start, ..*word }).filter(|word| fits(word))
        };
        let quoted = || behind_of(pairs(), |option| is(option, options)).filter(|word| word.glued && fits(word));
        words.iter().find_map(within).or_else(quoted)
    };
    match takes {
        Behind(options) => apart(options),
        Glued(options) => glued(options),
        Either(options) => apart(options).or_else(|| glued(options)),
        Part([], sign) => words.iter().find(|word| plain(word)).and_then(|word| cut(text, *word, sign)).filter(fits),
        Part(options, sign) => behind(options).find_map(|word| cut(text, word, sign)).filter(fits),
        Positional(number) => {
            let word = words.iter().filter(|word| plain(word)).nth(number).copied();
            word.filter(|word| fits(word) && (word.quoted || mixed(said(word))) && !said(word).contains(&b'='))
        }
        Last(letter) => {
            let asked = words.iter().any(|word| matches!(said(word), [b'-', rest @ ..] if rest.contains(&letter)));
            let last = words.iter().filter(|word| plain(word)).skip(1).last();
            last.copied().filter(|word| asked && fits(word))
        }
        Marked(options) => {
            let marked = words.iter().filter(|word| said(word).starts_with(b"pass:"));
            let mut marked = marked.map(|word| Word { start: word.start + b"pass:".len(), ..*word });
            marked.find(fits).or_else(|| apart(options))
        }
    }
}

fn behind_of<'w>(mut pairs: impl Iterator<Item = (&'w Word, &'w Word)>, is: impl Fn(&Word) -> bool) -> Option<Word> {
    pairs.find(|(option, _)| is(option)).map(|(_, word)| *word)
}

/// What stands behind the sign in a word; Oracle's `user/password@service` ends at its last `@`.
fn cut(text: &[u8], word: Word, sign: u8) -> Option<Word> {
    let said = text.get(word.start..word.end)?;
    let at = said.iter().position(|byte| *byte == sign)?;
    let end = said.iter().rposition(|byte| *byte == b'@').filter(|end| sign == b'/' && *end > at);
    Some(Word { start: word.start + at + 1, end: end.map_or(word.end, |end| word.start + end), ..word })
}

/// What a program would take as a password: no variable, no sample, no port.
fn is_secret(value: &[u8]) -> bool {
    let capitals = value.iter().all(|byte| byte.is_ascii_uppercase() || *byte == b'_');
    let named = capitals && [b"PASS".as_slice(), b"PW", b"SECRET", b"TOKEN"].iter().any(|word| contains(value, word));
    let port = value.iter().all(|byte| byte.is_ascii_digit() || b":.".contains(byte))
        && (value.len() <= 5 || value.contains(&b':'));
    // The usual communities of SNMP are none either.
    let sample = matches!(value, b"public" | b"private") || is_placeholder(value) || place::is_sample(value);
    (3..=200).contains(&value.len()) && !sample && !named && !port
}

/// A word of a command, without its quotes.
#[derive(Debug, Clone, Copy)]
struct Word {
    start: usize,
    end: usize,
    quoted: bool,
    /// What stands in quotes right behind an option: `-p'…'`.
    glued: bool,
}

/// Words and bytes of a command that are looked at.
const MOST_WORDS: usize = 24;
const LONGEST: usize = 400;

/// The words of a simple command from `from` to its end: the line's, a `;`, `|` or `&`, or the quote that the whole
/// command stands in. A list such as `["mysql", "-pX"]` has the same words.
fn words(text: &[u8], from: usize) -> Vec<Word> {
    let text = text.get(..text.len().min(from + LONGEST)).unwrap_or_default();
    let (mut words, mut at) = (Vec::new(), from);
    while words.len() < MOST_WORDS {
        at += separators(text.get(at..).unwrap_or_default());
        let rest = text.get(at..).unwrap_or_default();
        if let Some(word) = quoted(text, at, false) {
            at = word.end + 1 + usize::from(rest.first() == Some(&b'\\'));
            words.push(word);
            continue;
        }
        let length = || rest.iter().take_while(|byte| !ends_word(**byte)).count();
        let length = placeholder_length(text, at).unwrap_or_else(length);
        if length == 0 {
            break;
        }
        words.push(Word { start: at, end: at + length, quoted: false, glued: false });
        at += length;
        let option = matches!(rest.get(..length), Some([b'-', _] | [.., b'=']));
        let opened = text.get(at) == Some(&b'\\');
        match quoted(text, at, true).filter(|word| option && text.get(word.start) != Some(&b' ')) {
            Some(word) => {
                at = word.end + 1 + usize::from(opened);
                words.push(word);
            }
            // The quote that the command stands in.
            None if separators(text.get(at..).unwrap_or_default()) == 0 => break,
            None => {}
        }
    }
    words
}

/// The word in quotes, escaped ones too, that begins at `at`.
fn quoted(text: &[u8], at: usize, glued: bool) -> Option<Word> {
    let escaped = usize::from(text.get(at) == Some(&b'\\'));
    let quote = *text.get(at + escaped).filter(|byte| matches!(byte, b'"' | b'\''))?;
    let start = at + escaped + 1;
    let rest = text.get(start..)?;
    let length = rest.iter().position(|byte| *byte == quote || *byte == b'\n')?;
    let closed = rest.get(length) == Some(&quote) && (escaped == 0 || rest.get(..length)?.ends_with(b"\\"));
    closed.then_some(Word { start, end: start + length - escaped, quoted: true, glued })
}

/// Bytes between two words: blanks, a line that goes on, and what stands between the items of a list.
fn separators(text: &[u8]) -> usize {
    let mut at = 0;
    loop {
        at += match text.get(at..).unwrap_or_default() {
            [b' ' | b'\t' | b',', ..] => 1,
            [b'\\', b'\n', ..] | [b'"' | b'\'', b',', ..] => 2,
            [b'\\', b'"' | b'\'', b',', ..] => 3,
            _ => return at,
        };
    }
}

fn ends_word(byte: u8) -> bool {
    byte.is_ascii_whitespace() || b"\"'`;|&)]\\".contains(&byte)
}
