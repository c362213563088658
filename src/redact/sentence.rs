//! Passwords in sentences: `the password for X is …`, `das Passwort vom Router lautet …`, `changed from … to …`, `… is the
//! root password`.
//!
//! In prose most words behind `password` are none, so a word has to look like one, and the more so the looser the
//! sentence ties it to the name. English, German, French, Spanish, Italian, Dutch and Portuguese. A single word of
//! letters only stays, but for a passphrase of several.

use super::look::{Looks, MARKS, looks};
use super::name::password_at_end;
use super::shape::ends_word;
use super::{MARK, Span};

/// Bytes before and behind a name in which its value may stand.
const BEFORE: usize = 64;
const BEHIND: usize = 96;

/// The places around the name at `start..end` where [`at`] may find its value: the blanks before words with digits or
/// marks, and around `passphrase` all.
pub(super) fn places(text: &[u8], start: usize, end: usize, places: &mut Vec<usize>) {
    let name = text.get(start..end).unwrap_or_default();
    if name.ends_with(b"pass") && !has_login(text.get(start.saturating_sub(BEFORE)..start).unwrap_or_default()) {
        return;
    }
    let phrase = name.eq_ignore_ascii_case(PHRASE);
    // A value of the longest kind may stand before the words that lead to its name.
    let (from, to) = (start.saturating_sub(BEFORE + LONGEST + 2), text.len().min(end + BEHIND));
    let near = text.get(from..to).unwrap_or_default();
    let blanks = near.iter().zip(from..).filter(|(byte, _)| **byte == b' ').map(|(_, at)| at);
    places.extend(blanks.filter(|at| phrase || is_worth(text, *at)));
}

/// Words before `pass` in the same clause, without which that is the word of test runners.
const LOGINS: &str = "user username login as";

fn has_login(before: &[u8]) -> bool {
    let mut words = before.rsplit(|byte| !byte.is_ascii_alphanumeric());
    words.any(|word| LOGINS.split_ascii_whitespace().any(|login| word.eq_ignore_ascii_case(login.as_bytes())))
}

/// Whether the word behind a blank has a digit or a mark in it.
fn is_worth(text: &[u8], blank: usize) -> bool {
    let word = text.get(blank + 1..).unwrap_or_default().iter().take(LONGEST);
    let mut word = word.take_while(|byte| !byte.is_ascii_whitespace()).skip(1);
    word.any(|byte| byte.is_ascii_digit() || MARKS.contains(byte))
}

/// The name of a password that has several words.
const PHRASE: &[u8] = b"passphrase";

/// A word, or what stands in quotes, behind a blank.
struct Value {
    start: usize,
    end: usize,
    quoted: bool,
    /// How much it looks like a password; `None` for a phrase.
    looks: Option<Looks>,
}

impl Value {
    fn at(text: &[u8], blank: usize) -> Option<Self> {
        let quote = text.get(blank + 1).copied().filter(|byte| matches!(byte, b'"' | b'\'' | b'`'));
        let start = blank + 1 + usize::from(quote.is_some());
        let rest = text.get(start..text.len().min(start + LONGEST))?;
        let length = match quote {
            Some(quote) => rest.iter().position(|byte| *byte == quote || *byte == b'\n')?,
            None => rest.iter().take_while(|byte| !ends_word(**byte)).count(),
        };
        let value = rest.get(..length)?;
        let word = match quote {
            Some(_) => value,
            None => value.get(..value.iter().rposition(|byte| !b".:?!".contains(byte))? + 1)?,
        };
        let found = |length, looks| Some(Value { start, end: start + length, quoted: quote.is_some(), looks });
        if let Some(looks) = Some(word).filter(|word| !word.contains(&b' ')).and_then(looks) {
            return found(word.len(), Some(looks));
        }
        let (phrase, fewest) = if quote.is_some() { (value, 3) } else { (sentence_end(rest), 4) };
        is_phrase(phrase, fewest).then(|| found(phrase.len(), None)).flatten()
    }
}

const LONGEST: usize = 128;

fn sentence_end(text: &[u8]) -> &[u8] {
    let end = text.iter().position(|byte| b".,;:!?\n\r\"'`()".contains(byte)).unwrap_or(text.len());
    text.get(..end).unwrap_or_default()
}

/// Words of sentences that are not drawn by lot.
const PLAIN: &str = "the a an is are was be been to of for in on at it not and or with your you my our this that must should \
    can will has have had from by as too very still now same wrong required missing empty invalid please enter type contact \
    one only never always both long short longer than more most when where who why how does did set new old here there";

/// Whether a text is nothing but words drawn by lot, as a passphrase: `correct horse battery staple`.
fn is_phrase(text: &[u8], fewest: usize) -> bool {
    let mut words = text.split(|byte| *byte == b' ');
    let drawn = |word: &[u8]| {
        let letters = word.len() >= 3 && word.iter().all(u8::is_ascii_lowercase);
        letters
            && !word.ends_with(b"ed")
            && !word.ends_with(b"ing")
            && !PLAIN.split_ascii_whitespace().any(|plain| plain.as_bytes() == word)
    };
    text.iter().filter(|byte| **byte == b' ').count() + 1 >= fewest && words.all(drawn)
}

/// The password behind the blank at `blank`, if a sentence says that it is one.
pub(super) fn at(text: &[u8], blank: usize) -> Option<Span> {
    let before = text.get(blank.saturating_sub(BEHIND)..blank)?;
    let phrase = || {
        let near = text.get(blank.saturating_sub(BEHIND)..text.len().min(blank + LONGEST + BEFORE)).unwrap_or_default();
        near.windows(PHRASE.len()).any(|word| word.eq_ignore_ascii_case(PHRASE))
    };
    if !is_worth(text, blank) && !phrase() {
        return None;
    }
    let value = Value::at(text, blank)?;
    let line = before.iter().rposition(|byte| *byte == b'\n').and_then(|at| before.get(at + 1..)).unwrap_or(before);
    let clause = String::from_utf8_lossy(line).to_lowercase();
    let clause = clause.rfind(". ").and_then(|at| clause.get(at + 2..)).unwrap_or(&clause).trim_end();
    let behind = text.get(value.end + usize::from(value.quoted)..text.len().min(value.end + BEFORE))?;
    let fits = match value.looks {
        Some(looks) => {
            let needed = if value.quoted { Looks::Fair } else { Looks::Strong };
            tie(clause, value.quoted).is_some_and(|needed| looks >= needed) || looks >= needed && follows(behind)
        }
        None => {
            clause.contains("passphrase") && tie(clause, true) == Some(Looks::Fair)
                || value.quoted
                    && behind.windows(PHRASE.len()).any(|word| word.eq_ignore_ascii_case(PHRASE))
                    && follows(behind)
        }
    };
    fits.then_some(Span { kind: "password", start: value.start, end: value.end })
}

/// Verbs between a name and its value, and words that may stand behind them.
const VERBS: &str = "is was ist war lautet lautete heißt est était c'est es era é è sera it's remains bleibt →";
const ADVERBS: &str = "now still currently again jetzt nun wieder ahora agora maintenant nu adesso ora";

/// Words before the old or the new value of a name.
const CHANGES: &str = "to from into as auf von als à a por para naar van in";

/// Words between two values of one name.
const OTHERS: &str = "always not or and now nor but use oder und nicht statt sondern immer jetzt ou et pas o y e en";

/// Words that may follow the name of a password that is meant itself; `password policy` is something else.
const FOLLOWS: &str = "for of to on in at from with is was has i we you they that which here now will changed set reset rotated \
    updated moved switched remains vom von für der des zum zur im am beim ist lautet wurde auf pour du de des est a été del \
    della dello di do da dos das para van voor op en het por es ha";

/// Words before a colon behind which something else follows.
const LABELS: &str = "user username account host login email mail server id name ticket order url link error note see benutzer \
    konto utilisateur usuario";

fn holds(words: &str, word: &str) -> bool {
    words.split_ascii_whitespace().any(|known| known == word)
}

/// How much a word has to look like a password behind these words; `None` where they say nothing of one.
fn tie(clause: &str, quoted: bool) -> Option<Looks> {
    let asked = clause.trim_end_matches('?').trim_end();
    if let Some(start) = password_at_end(asked.as_bytes()) {
        // `password` stands before all kinds of words, `passphrase` does not.
        let common = asked.get(start..) == Some("password") || clause != asked;
        return Some(if quoted {
            Looks::Fair
        } else if common {
            Looks::Strong
        } else {
            Looks::Numbered
        });
    }
    let (rest, last) = cut(clause);
    let word = last.trim_end_matches(':');
    let (verb_rest, verb) = if holds(ADVERBS, word) { cut(rest) } else { (rest, word) };
    if holds(VERBS, &verb.replace('’', "'")) {
        return names(verb_rest).then_some(Looks::Fair);
    }
    if word == "by" && rest.contains("identified") {
        return quoted.then_some(Looks::Fair);
    }
    if word == "pass" {
        let user = cut(cut(rest).0).1;
        return holds(LOGINS, user.trim_end_matches(':')).then_some(Looks::Numbered);
    }
    let loose = last.ends_with(':') && !holds(LABELS, word) || holds(CHANGES, word);
    (loose && names(rest) || holds(OTHERS, word) && beside_value(rest)).then_some(Looks::Strong)
}

/// The words before the last one, and the last one.
fn cut(words: &str) -> (&str, &str) {
    let words = words.trim_end();
    words.rsplit_once(' ').unwrap_or(("", words))
}

/// Whether a clause speaks of a password itself.
fn names(clause: &str) -> bool {
    name_end(clause).is_some_and(|end| goes_on(clause.get(end..).unwrap_or_default()))
}

/// Whether what follows a name leaves it a password.
fn goes_on(rest: &str) -> bool {
    let next = rest.trim_start();
    let word = next.split([' ', ',']).next().unwrap_or_default();
    next.is_empty() || next.starts_with([',', '(', ')', '.', '"', '\'', '`', ';']) || holds(FOLLOWS, word)
}

/// Whether the name of a password has a value beside it.
fn beside_value(clause: &str) -> bool {
    let rest = name_end(clause).and_then(|end| clause.get(end..)).unwrap_or_default();
    let value = rest.trim_start_matches([' ', '"', '\'', '`']);
    let word = value.split([' ', ',', '"', '\'', '`']).next().unwrap_or_default();
    value.as_bytes().starts_with(&MARK.to_ascii_lowercase()) || looks(word.as_bytes()).is_some()
}

/// Where the last name of a password in a clause ends.
fn name_end(clause: &str) -> Option<usize> {
    let bytes = clause.as_bytes();
    let ends = (1..=bytes.len()).rev();
    let mut ends =
        ends.filter(|end| bytes.get(*end).is_none_or(|next| !(next.is_ascii_alphanumeric() || b"_-".contains(next))));
    ends.find(|end| bytes.get(..*end).is_some_and(|words| password_at_end(words).is_some()))
}

/// What stands between a value and the name behind it: `… is the root password`, `… (the old password)`.
const LINKS: &[&str] = &[
    " is the ", " is our ", " is my ", " is your ", " as the ", " as ", " (the ", " (", " ist das ", " als ",
    " est le ", " comme ", " es la ", " como ", " è la ",
];

/// Whether what stands behind a value says that it is a password.
fn follows(behind: &[u8]) -> bool {
    let line = behind.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let behind = String::from_utf8_lossy(line).to_lowercase();
    let rests = LINKS.iter().filter_map(|link| behind.strip_prefix(link));
    rests.into_iter().any(|rest| {
        let ends =
            rest.char_indices().filter(|(_, char)| !char.is_alphanumeric()).map(|(at, _)| at).chain([rest.len()]);
        let name = ends.take(4).find(|end| password_at_end(rest.get(..*end).unwrap_or_default().as_bytes()).is_some());
        name.is_some_and(|end| goes_on(rest.get(end..).unwrap_or_default()))
    })
}
