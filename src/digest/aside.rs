//! What people say around a statement and that says nothing of it: "just so you know, …", "… though, …", "…, by the way".

use std::borrow::Cow;

use super::address::starts_with;
use crate::text::{bare, fold};

/// A sentence without what is said around it.
pub(crate) struct Plain<'s> {
    pub text: Cow<'s, str>,
    /// Whether that tells of something to be known, so that what it tells holds for longer.
    pub announced: bool,
    /// Whether it calls the rest a rule: "that's a rule for us anyway".
    pub ruled: bool,
}

// Clauses of their own that tell of something to be known.
const TELLING: [&str; 18] = [
    "for the record", "for your information", "fyi", "good to know", "heads up", "in case you did not know",
    "in case you didn't know", "in case you were wondering", "in case you wondered", "just for your information",
    "just fyi", "just so you are aware", "just so you know", "just so you're aware", "quick fyi", "quick heads up",
    "quick note", "so you know",
];
// Those that only join it to what was said or known before.
const JOINING: [&str; 28] = [
    "actually", "anyway", "as mentioned before", "as mentioned earlier", "as previously mentioned", "as you know",
    "as you may know", "before i forget", "btw", "by the way", "don't forget", "for context", "however",
    "i forgot to mention", "in case it helps", "in case that helps", "incidentally", "oh", "on a side note",
    "one more thing", "one thing", "please note", "please remember", "remember", "side note", "though", "turns out",
    "you know",
];
// With "that" behind them they open a sentence.
const OPENING: [&str; 15] = [
    "be aware", "bear in mind", "don't forget", "it is important to note", "it is important to remember",
    "it is worth noting", "it should be noted", "it turns out", "it's important to note", "keep in mind", "note",
    "please keep in mind", "please note", "please remember", "remember",
];
// What needs no comma at the end of a clause.
const PARTICLES: [&str; 5] = [" btw", " by the way", " fyi", " just fyi", " though"];
// Nor do these at its beginning.
const LEADING: [&str; 6] = ["btw", "by the way", "fyi", "it turns out", "just fyi", "turns out"];
const MARKS: [&str; 7] = [", ", ": ", "; ", " - ", " – ", " — ", " ("];

// Longer is no statement.
const LONGEST: usize = 800;

impl<'s> Plain<'s> {
    fn whole(sentence: &'s str) -> Plain<'s> {
        Plain { text: Cow::Borrowed(sentence), announced: false, ruled: false }
    }

    pub(crate) fn of(sentence: &'s str) -> Plain<'s> {
        if sentence.len() > LONGEST {
            return Plain::whole(sentence);
        }
        let (mut announced, mut ruled, mut inside, mut listed) = (false, false, false, false);
        let mut text = String::new();
        let mut clauses = clauses(sentence).peekable();
        let mut mark = Some("");
        while let Some((before, clause)) = clauses.next() {
            let ends = before.is_empty() || clauses.peek().is_none();
            // "Avoid filler words: basically, actually."
            listed |= before == ": " && !text.is_empty();
            let (said, tells, rules) = if listed { (Some(clause), false, false) } else { stripped(clause, ends) };
            (announced, ruled) = (announced || tells, ruled || rules);
            let Some(said) = said else {
                // "The kiln, by the way, is hot."
                inside = (2..=3).contains(&text.split_whitespace().count());
                continue;
            };
            text.push_str(mark.unwrap_or(if inside { " " } else { before }));
            text.push_str(said);
            (mark, inside) = (None, false);
        }
        // What stands around nothing is all there is.
        if text.is_empty() {
            return Plain::whole(sentence);
        }
        let cut = text.len() < sentence.len();
        let text = if cut { Cow::Owned(text) } else { Cow::Borrowed(sentence) };
        match opening(&text) {
            None => Plain { text, announced, ruled },
            Some((from, tells)) => {
                let text = Cow::Owned(text.get(from..).unwrap_or_default().to_owned());
                Plain { text, announced: announced || tells, ruled }
            }
        }
    }
}

/// What a clause says, if anything, and whether what goes with it tells of something to be known, or of a rule. `ends`:
/// it is the first or the last of its sentence.
fn stripped(clause: &str, ends: bool) -> (Option<&str>, bool, bool) {
    let said = fold(bare(clause));
    // A question, or a word that is drawn out, is meant in some way.
    if clause.contains('?') || clause.ends_with("..") || clause.ends_with('…') {
        return (Some(clause), false, false);
    }
    let (tells, rules) = (is_any(&said, &TELLING), ends && is_rule(&said));
    if tells || rules || is_any(said.strip_suffix(" that").unwrap_or(&said), &JOINING) {
        return (None, tells, rules);
    }
    let end = clause.trim_end_matches(|c: char| !c.is_alphanumeric()).len();
    let particle = PARTICLES.iter().find(|particle| said.ends_with(*particle));
    match particle
        .and_then(|particle| Some((clause.get(..end.checked_sub(particle.len())?)?, particle.ends_with("fyi"))))
    {
        // "Also fyi: …"
        Some((body, tells)) => (Some(body).filter(|body| body.contains(' ')), tells, false),
        None => (Some(clause), false, false),
    }
}

/// Its clauses, each with the mark before it.
fn clauses(sentence: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = Some(("", sentence));
    std::iter::from_fn(move || {
        let (mark, text) = rest?;
        let next = MARKS.iter().filter_map(|mark| Some((text.find(mark)?, *mark))).min();
        rest = next.and_then(|(at, mark)| Some((mark, text.get(at + mark.len()..)?)));
        Some((mark, next.and_then(|(at, _)| text.get(..at)).unwrap_or(text)))
    })
}

fn is_any(said: &str, known: &[&str]) -> bool {
    known.binary_search(&said).is_ok()
}

/// "That's a rule for us anyway", "house rule".
fn is_rule(said: &str) -> bool {
    const OURS: [&str; 9] = ["as", "general", "here", "house", "our", "ours", "standing", "team", "us"];
    const RULE: [&str; 5] = ["convention", "policy", "practice", "rule", "rules"];
    const AROUND: [&str; 17] = [
        "a", "also", "an", "anyway", "by", "for", "is", "it", "it's", "just", "of", "that", "that's", "the", "this",
        "way", "with",
    ];
    let has = |list: &[&str]| said.split(' ').any(|word| list.contains(&word));
    let known = |word: &str| OURS.contains(&word) || RULE.contains(&word) || AROUND.contains(&word);
    has(&RULE) && has(&OURS) && said.split(' ').all(known)
}

/// Where a sentence goes on behind "note that" or "FYI", and whether that tells of something to be known.
fn opening(text: &str) -> Option<(usize, bool)> {
    let behind = |opening: &str, joint: &str| {
        let rest = text.get(opening.len()..).filter(|_| starts_with(text, opening))?;
        rest.starts_with(joint).then(|| (opening.len() + joint.len(), opening.ends_with("fyi")))
    };
    let told = OPENING.iter().find_map(|opening| behind(opening, " that "));
    told.or_else(|| LEADING.iter().find_map(|opening| behind(opening, " ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_around_it() {
        for (sentence, text, announced, ruled) in [
            ("Just so you know, the kiln is hot.", "the kiln is hot.", true, false),
            ("The kiln is hot, just FYI.", "The kiln is hot", true, false),
            ("The kiln is hot fyi", "The kiln is hot", true, false),
            ("The kiln is hot (just so you know).", "The kiln is hot", true, false),
            ("Oh, by the way: the kiln is hot.", "the kiln is hot.", false, false),
            ("The kiln is hot though, wear gloves.", "The kiln is hot, wear gloves.", false, false),
            ("The kiln, by the way, is hot.", "The kiln is hot.", false, false),
            ("Also FYI: the kiln is hot.", "the kiln is hot.", true, false),
            ("FYI the kiln is hot.", "the kiln is hot.", true, false),
            ("Always close it, please remember that.", "Always close it", false, false),
            ("Keep in mind that the kiln is hot.", "the kiln is hot.", false, false),
            ("That's a rule for us anyway, wear gloves.", "wear gloves.", false, true),
            ("Wear gloves, that's our rule.", "Wear gloves", false, true),
        ] {
            let plain = Plain::of(sentence);
            assert_eq!((&*plain.text, plain.announced, plain.ruled), (text, announced, ruled), "{sentence}");
        }
        for sentence in [
            "By the way.",
            "That's a rule for us anyway.",
            "Is the kiln hot, by the way?",
            "Fire it anyway.",
            "Avoid filler words: basically, actually.",
            "The kiln is hot, as far as I know.",
            "The rule: every pot needs a lid.",
            "That's not a rule here, wear gloves.",
            "Keep in mind what is hot.",
            "The kiln is hot, anyway...",
        ] {
            let plain = Plain::of(sentence);
            assert_eq!((&*plain.text, plain.announced, plain.ruled), (sentence, false, false));
        }
    }

    #[test]
    fn the_words_are_sorted() {
        assert!(TELLING.is_sorted() && JOINING.is_sorted());
    }
}
