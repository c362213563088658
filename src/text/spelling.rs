//! One spelling for words that are written in two: `colour` and `color` are the same word, and a memory that has both
//! has one fact twice.
//!
//! The differences are the regular ones of British and American English, as style guides list them. The American one
//! is taken. Texts are compared by it; what is kept and merged are the texts as they were written.

use std::borrow::Cow;
use std::ops::Range;

/// What a word may begin with, and what stands for it. Sorted; none begins with another. `Grey` and `Gray` are two names
/// before they are one colour.
const BEGINNINGS: &[(&str, &str)] = &[
    ("acknowledgement", "acknowledgment"),
    ("aluminium", "aluminum"),
    ("analogu", "analog"),
    ("artefact", "artifact"),
    ("calibre", "caliber"),
    ("catalogu", "catalog"),
    ("centimetre", "centimeter"),
    ("centre", "center"),
    ("defence", "defense"),
    ("dialogu", "dialog"),
    ("enrolment", "enrollment"),
    ("fibre", "fiber"),
    ("fulfilment", "fulfillment"),
    ("instalment", "installment"),
    ("jewellery", "jewelry"),
    ("judgement", "judgment"),
    ("kilometre", "kilometer"),
    ("licence", "license"),
    ("litre", "liter"),
    ("manoeuvre", "maneuver"),
    ("metre", "meter"),
    ("millimetre", "millimeter"),
    ("mould", "mold"),
    ("offence", "offense"),
    ("plough", "plow"),
    ("practise", "practice"),
    ("pretence", "pretense"),
    ("pyjama", "pajama"),
    ("sceptic", "skeptic"),
    ("skilful", "skillful"),
    ("theatre", "theater"),
];

/// A part of words that is written in two ways before certain endings.
struct Variant {
    from: &'static str,
    to: &'static str,
    endings: &'static [&'static str],
    /// Whether a word that begins so is written in two ways.
    two_ways: fn(&str) -> bool,
}

const VARIANTS: &[Variant] = &[
    Variant {
        from: "is",
        to: "iz",
        endings: &["able", "ation", "ations", "e", "ed", "er", "ers", "es", "ing"],
        // "Advise", "otherwise", "praise", "precise", "promise" have no z.
        two_ways: |before| {
            before.len() >= 3
                && !["a", "o", "u", "v", "w", "ch", "ec", "nc", "rc", "xc", "ad", "and", "ast", "ert", "pr", "sp"]
                    .iter()
                    .chain(&["dem", "prem", "prom", "surm"])
                    .any(|end| before.ends_with(end))
        },
    },
    Variant { from: "lys", to: "lyz", endings: &["e", "ed", "er", "ers", "ing"], two_ways: |before| before.len() >= 3 },
    Variant {
        from: "our",
        to: "or",
        endings: &["", "able", "ably", "al", "ed", "ful", "hood", "ing", "ite", "ites", "less", "s"],
        two_ways: |before| before.len() >= 3 && !["cont", "det", "dev", "glam", "vel"].contains(&before),
    },
    Variant {
        from: "ell",
        to: "el",
        endings: &["ed", "er", "ers", "ing"],
        two_ways: |before| {
            ["canc", "chann", "couns", "fu", "jew", "lab", "lev", "mod", "pan", "trav", "tunn"]
                .iter()
                .any(|end| before.ends_with(end))
        },
    },
    Variant {
        from: "all",
        to: "al",
        endings: &["ed", "er", "ers", "ing"],
        two_ways: |before| ["di", "equ", "initi", "sign", "tot"].contains(&before),
    },
];

/// A text that speaks of spelling means the one it writes.
const ABOUT_SPELLING: &[&str] =
    &["american", "british", "english", "name", "named", "spell", "spelled", "spelling", "spelt", "term", "word"];

/// A text with its plain words in the one spelling of the two. What may stand for itself keeps its own: parts of
/// identifiers and paths, texts with something quoted in them, texts about spelling.
pub(crate) fn in_one_spelling(text: &str) -> Cow<'_, str> {
    let respelled = |(span, word)| Some((span, respelled(word)?));
    let changes: Vec<(Range<usize>, String)> = plain_words(text).filter_map(respelled).collect();
    if changes.is_empty() || text.contains(['`', '"', '\u{201c}', '\u{201e}', '\u{ab}']) || is_about_spelling(text) {
        return Cow::Borrowed(text);
    }
    let mut out = text.to_owned();
    for (span, word) in changes.into_iter().rev() {
        out.replace_range(span, &word);
    }
    Cow::Owned(out)
}

/// A text in which "US" is told from "us" also without capitals: "the US plan" is another one than "the EU plan". Where all is
/// in capitals nobody can tell.
pub(crate) fn with_countries(text: &str) -> Cow<'_, str> {
    const COUNTRIES: &[(&str, &str)] = &[("US", "USA"), ("U.S", "USA"), ("U.S.A", "USA"), ("U.K", "UK")];
    let names = |token: &str| {
        let word = token.trim_matches(|c: char| !c.is_ascii_alphabetic());
        let (_, name) = COUNTRIES.iter().find(|(short, _)| *short == word)?;
        Some(token.replacen(word, name, 1))
    };
    let tokens = || text.split_inclusive(char::is_whitespace);
    if !text.contains("US") && !text.contains("U.")
        || !tokens().any(|token| names(token).is_some())
        || !text.contains(char::is_lowercase)
    {
        return Cow::Borrowed(text);
    }
    Cow::Owned(tokens().map(|token| names(token).unwrap_or_else(|| token.to_owned())).collect())
}

fn is_about_spelling(text: &str) -> bool {
    let words = text.split(|c: char| !c.is_alphanumeric());
    words.map(str::to_ascii_lowercase).any(|word| ABOUT_SPELLING.contains(&word.as_str()))
}

/// The words between spaces, with where they stand; signs of a sentence may be around them.
fn plain_words(text: &str) -> impl Iterator<Item = (Range<usize>, &str)> {
    let mut next = 0;
    text.split_inclusive(char::is_whitespace).filter_map(move |token| {
        let bare = token.trim_start_matches('(');
        let word = bare.trim_end_matches(|c: char| c.is_whitespace() || ".,;:!?)".contains(c));
        let start = next + token.len() - bare.len();
        next += token.len();
        word.bytes().all(|byte| byte.is_ascii_alphabetic()).then_some((start..start + word.len(), word))
    })
}

/// The other spelling of a word in letters of any case, if it has one. Its first letter stays as it is.
fn respelled(word: &str) -> Option<String> {
    let capital = word.bytes().any(|byte| byte.is_ascii_uppercase());
    let lower = if capital { Cow::Owned(word.to_ascii_lowercase()) } else { Cow::Borrowed(word) };
    let american = match &*lower {
        // Not of those that may begin a word: "programmer" is one spelling.
        "programme" => "program".to_owned(),
        "programmes" => "programs".to_owned(),
        _ => begun(&lower).or_else(|| ended(&lower))?,
    };
    Some(format!("{}{}", word.get(..1)?, american.get(1..)?))
}

fn begun(word: &str) -> Option<String> {
    let next = BEGINNINGS.partition_point(|(from, _)| *from <= word);
    let (from, to) = BEGINNINGS.get(next.checked_sub(1)?)?;
    Some(format!("{to}{}", word.strip_prefix(from)?))
}

fn ended(word: &str) -> Option<String> {
    // Most words have none of these letters behind their second one: no ending of theirs is tried.
    let mut pairs = word.as_bytes().windows(2).skip(2);
    if !pairs.any(|pair| matches!(pair, b"is" | b"ys" | b"ou" | b"el" | b"al")) {
        return None;
    }
    VARIANTS.iter().find_map(|Variant { from, to, endings, two_ways }| {
        endings.iter().find_map(|ending| {
            let before = word.strip_suffix(ending)?.strip_suffix(from).filter(|before| two_ways(before))?;
            Some(format!("{before}{to}{ending}"))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_are_told_from_words() {
        assert_eq!(with_countries("Ask us about the US plan."), "Ask us about the USA plan.");
        assert_eq!(with_countries("(U.S. only)"), "(USA. only)");
        for text in ["ASK US ABOUT IT", "ask us about the eu plan"] {
            assert_eq!(with_countries(text), text);
        }
    }

    #[test]
    fn pairs() {
        for (british, american) in [
            ("behaviours", "behaviors"),
            ("cancelled", "canceled"),
            ("colour", "color"),
            ("kilometres", "kilometers"),
            ("labelling", "labeling"),
            ("normalisation", "normalization"),
            ("organise", "organize"),
            ("parallelised", "parallelized"),
            ("programme", "program"),
            ("Cancelled", "Canceled"),
            ("signalling", "signaling"),
            ("refuelled", "refueled"),
            ("enrolments", "enrollments"),
            ("Organise the colours (or flavours).", "Organize the colors (or flavors)."),
        ] {
            assert_eq!(in_one_spelling(british), in_one_spelling(american), "{british}");
        }
    }

    #[test]
    fn beginnings_are_sorted() {
        assert!(BEGINNINGS.is_sorted_by(|(a, _), (b, _)| a < b && !b.starts_with(a)));
    }

    #[test]
    fn what_keeps_its_own() {
        for text in [
            "four hours, a tour, the rise of spelling, a course that the programmer called",
            "otherwise we advise, promise, raise, exercise, advertise and revise precise compromises",
            "it excelled and propelled, called the installer and recalled all small balls",
            "ask Jane Grey",
            "theme.colour in colours.json on branch centre-layout",
            "the colour `blue`",
            "the word colour",
        ] {
            assert_eq!(in_one_spelling(text), text);
        }
    }
}
