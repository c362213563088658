//! Bounds: "at least 5" and "at most 5" have the same value.

use crate::text;

/// On which side of a number what is spoken of lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bound {
    /// More than it.
    Above,
    /// It or more.
    From,
    /// It or less.
    UpTo,
    /// Less than it.
    Below,
}

const BEFORE: &[(&str, Bound)] = &[
    ("at least", Bound::From),
    ("no less than", Bound::From),
    ("no fewer than", Bound::From),
    ("minimum", Bound::From),
    ("minimum of", Bound::From),
    ("from", Bound::From),
    ("since", Bound::From),
    ("starting", Bound::From),
    ("at most", Bound::UpTo),
    ("up to", Bound::UpTo),
    ("no more than", Bound::UpTo),
    ("no later than", Bound::UpTo),
    ("maximum", Bound::UpTo),
    ("maximum of", Bound::UpTo),
    ("within", Bound::UpTo),
    ("until", Bound::UpTo),
    ("till", Bound::UpTo),
    ("more than", Bound::Above),
    ("greater than", Bound::Above),
    ("larger than", Bound::Above),
    ("higher than", Bound::Above),
    ("longer than", Bound::Above),
    ("over", Bound::Above),
    ("above", Bound::Above),
    ("exceed", Bound::Above),
    ("exceeds", Bound::Above),
    ("exceeding", Bound::Above),
    ("beyond", Bound::Above),
    ("after", Bound::Above),
    ("once", Bound::Above),
    ("less than", Bound::Below),
    ("fewer than", Bound::Below),
    ("smaller than", Bound::Below),
    ("lower than", Bound::Below),
    ("shorter than", Bound::Below),
    ("under", Bound::Below),
    ("below", Bound::Below),
    ("before", Bound::Below),
    ("nearly", Bound::Below),
    ("almost", Bound::Below),
];
const BEHIND: &[(&str, Bound)] = &[
    ("or more", Bound::From),
    ("or later", Bound::From),
    ("or newer", Bound::From),
    ("or higher", Bound::From),
    ("or above", Bound::From),
    ("or less", Bound::UpTo),
    ("or fewer", Bound::UpTo),
    ("or earlier", Bound::UpTo),
    ("or older", Bound::UpTo),
    ("or lower", Bound::UpTo),
    ("or below", Bound::UpTo),
];
// "A half" is a number too, and the small ones are written out.
const NUMBERS: &[&str] =
    &["half", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];

/// A number that both texts have, each on another side.
pub(super) fn other_bound(a: &str, b: &str) -> Option<String> {
    let (a, b) = (bounds(a), bounds(b));
    let once = |of: &[(String, Bound)], number: &str| {
        let mut found = of.iter().filter(|(other, _)| other == number);
        found.next().map(|(_, bound)| *bound).filter(|_| found.next().is_none())
    };
    a.iter().find_map(|(number, _)| {
        let (x, y) = (once(&a, number)?, once(&b, number)?);
        (x != y).then(|| format!("different bounds: {} {number} / {} {number}", x.name(), y.name()))
    })
}

fn bounds(text: &str) -> Vec<(String, Bound)> {
    let folded = text::fold(text).replace('\'', "");
    let words: Vec<&str> = folded.split_whitespace().map(trim).filter(|word| !word.is_empty()).collect();
    let bound = |(at, word): (usize, &&str)| Some((number(word)?, bound(&words, at)?));
    words.iter().enumerate().filter_map(bound).collect()
}

fn trim(word: &str) -> &str {
    word.trim_matches(|c: char| !c.is_alphanumeric())
}

/// A number as digits, or as the word it is.
fn number(word: &str) -> Option<String> {
    if let Some(at) = NUMBERS.iter().position(|number| *number == word) {
        return Some(if at == 0 { "half".to_owned() } else { at.to_string() });
    }
    word.starts_with(|c: char| c.is_ascii_digit()).then(|| word.replace(',', ""))
}

fn bound(words: &[&str], at: usize) -> Option<Bound> {
    let ahead = words.get(at + 1..).unwrap_or_default();
    let behind = (1..=3).find_map(|skip| {
        let pair = ahead.get(skip - 1..skip + 1)?.join(" ");
        BEHIND.iter().find(|(written, _)| *written == pair).map(|(_, bound)| *bound)
    });
    let leads = words.get(..at).unwrap_or_default();
    let written = |count: usize| leads.get(leads.len().checked_sub(count)?..).map(|words| words.join(" "));
    let cue = [3, 2, 1].into_iter().find_map(|count| {
        let spoken = written(count)?;
        BEFORE.iter().find(|(cue, _)| *cue == spoken).map(|(_, bound)| (*bound, count))
    });
    let before = cue.map(|(bound, count)| {
        let from = leads.len().saturating_sub(count + 4);
        let denied = leads.get(from..leads.len() - count).unwrap_or_default();
        let negated =
            denied.iter().any(|word| matches!(*word, "not" | "never" | "cannot" | "cant" | "mustnt" | "dont"));
        if negated { bound.turned() } else { bound }
    });
    behind.or(before)
}

impl Bound {
    fn name(self) -> &'static str {
        match self {
            Bound::Above => "above",
            Bound::From => "from",
            Bound::UpTo => "up to",
            Bound::Below => "below",
        }
    }

    /// "Not more than 5" is "5 or less".
    fn turned(self) -> Bound {
        match self {
            Bound::Above => Bound::UpTo,
            Bound::From => Bound::Below,
            Bound::UpTo => Bound::Above,
            Bound::Below => Bound::From,
        }
    }
}
