//! The words of a profile: numbers with marks, so that comparing touches no strings.

use std::ops::BitOr;

use crate::text;

/// One word of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Word {
    start: u32,
    length: u16,
    marks: Mark,
    /// Hash of its stem.
    pub stem: u32,
}

/// What the guard has to know about a word; a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mark(u16);

impl Mark {
    /// Says little about what a text is about.
    pub(crate) const STOP: Mark = Mark(1);
    /// Turns a statement into its opposite.
    pub(crate) const NEGATION: Mark = Mark(2);
    /// Opens an exception: "before", "unless".
    pub(crate) const EXCEPTION: Mark = Mark(4);
    /// Opens a condition: "after", "only", "once".
    pub(crate) const CONDITION: Mark = Mark(8);
    /// Says how strongly: "must", "always".
    pub(crate) const MODAL: Mark = Mark(16);
    /// Opens when or where a statement holds: "in", "for", "when".
    pub(crate) const CIRCUMSTANCE: Mark = Mark(32);
    /// A finite verb that commonly stands behind the subject.
    pub(crate) const VERB: Mark = Mark(64);
    /// Opens a request.
    pub(crate) const IMPERATIVE: Mark = Mark(128);
    /// Holds a digit.
    pub(crate) const DIGIT: Mark = Mark(256);
    /// Says that a statement is the newer one: "now", "currently".
    pub(crate) const TIME: Mark = Mark(512);
    /// Ends a negation: "any more".
    pub(crate) const END: Mark = Mark(1024);
    /// Joins equals: "and", "or", "is".
    pub(crate) const JOIN: Mark = Mark(2048);
    /// Many may hold at once: "likes", "owns".
    pub(crate) const PLURAL: Mark = Mark(4096);

    /// Speaks of a man.
    pub(crate) const HE: Mark = Mark(8192);
    /// Speaks of a woman.
    pub(crate) const SHE: Mark = Mark(16384);

    fn of(word: &str) -> Mark {
        let lists: [(Mark, &[&str]); 9] = [
            (Mark::NEGATION, NEGATIONS),
            (Mark::EXCEPTION, EXCEPTIONS),
            (Mark::CONDITION, CONDITIONS),
            (Mark::MODAL, MODALS),
            (Mark::CIRCUMSTANCE, CIRCUMSTANCES),
            (Mark::VERB, VERBS),
            (Mark::TIME, TIMES),
            (Mark::END, ENDS),
            (Mark::PLURAL, PLURALS),
        ];
        let listed = lists.iter().filter(|(_, list)| list.binary_search(&word).is_ok());
        let mut marks = listed.fold(Mark(0), |marks, (mark, _)| marks | *mark);
        for (mark, holds) in [
            (Mark::STOP, text::is_stop_word(word)),
            (Mark::IMPERATIVE, text::is_imperative(word)),
            (Mark::HE, HE.binary_search(&word).is_ok()),
            (Mark::SHE, SHE.binary_search(&word).is_ok()),
            (Mark::DIGIT, word.bytes().any(|b| b.is_ascii_digit())),
            (Mark::JOIN, matches!(word, "and" | "are" | "is" | "nor" | "or" | "plus" | "was" | "were" | "with")),
        ] {
            marks = if holds { marks | mark } else { marks };
        }
        marks
    }
}

impl BitOr for Mark {
    type Output = Mark;

    fn bitor(self, other: Mark) -> Mark {
        Mark(self.0 | other.0)
    }
}

const NEGATIONS: &[&str] = &[
    "aint", "arent", "aucun", "aucune", "avoid", "banned", "cannot", "cant", "couldnt", "didnt", "disallowed",
    "doesnt", "dont", "forbid", "forbidden", "hasnt", "havent", "instead", "isnt", "jamais", "jamas", "kein", "keine",
    "keinem", "keinen", "keiner", "mustnt", "neither", "never", "nicht", "nie", "niemals", "ningun", "ninguna", "no",
    "nobody", "none", "nor", "not", "nothing", "nunca", "pas", "prohibited", "rather", "shouldnt", "stop", "stopped",
    "wasnt", "werent", "without", "wont", "wouldnt", "不", "未", "沒", "没", "無",
];
const EXCEPTIONS: &[&str] = &["before", "except", "unless", "until", "without"];
const CONDITIONS: &[&str] = &["after", "first", "once", "only", "until", "wait", "whether"];
const MODALS: &[&str] = &["always", "must", "should"];
const CIRCUMSTANCES: &[&str] = &["during", "for", "if", "in", "of", "on", "unless", "when", "whenever", "within"];
const VERBS: &[&str] = &[
    "are", "can", "do", "does", "has", "have", "is", "likes", "must", "needs", "prefers", "runs", "should", "use",
    "uses", "wants", "was", "were", "will", "works",
];
const TIMES: &[&str] = &["any", "currently", "longer", "more", "new", "now", "since"];
const ENDS: &[&str] = &["any", "anymore", "longer", "more"];
const PLURALS: &[&str] = &[
    "attended", "bought", "dislike", "dislikes", "enjoy", "enjoys", "hate", "hates", "includes", "knows", "like",
    "liked", "likes", "love", "loves", "owns", "plays", "read", "speaks", "visited", "watched",
];
const HE: &[&str] = &[
    "boy", "boyfriend", "boys", "brother", "brothers", "dad", "father", "gentleman", "gentlemen", "grandfather",
    "grandson", "he", "him", "himself", "his", "husband", "man", "men", "nephew", "son", "sons", "uncle",
];
const SHE: &[&str] = &[
    "aunt", "daughter", "daughters", "girl", "girlfriend", "girls", "granddaughter", "grandmother", "her", "hers",
    "herself", "ladies", "lady", "mom", "mother", "mum", "niece", "she", "sister", "sisters", "wife", "woman", "women",
];

impl Word {
    pub(crate) fn is(&self, mark: Mark) -> bool {
        self.marks.0 & mark.0 != 0
    }

    pub(crate) fn in_text<'a>(&self, frame: &'a str) -> &'a str {
        let start = self.start as usize;
        frame.get(start..start + usize::from(self.length)).unwrap_or_default()
    }
}

/// The words of a folded text, and that text with one space between them. Apostrophes inside words are dropped, and
/// in scripts without spaces each sign is a word.
pub(crate) fn read(folded: &str) -> (String, Vec<Word>) {
    let mut frame = String::with_capacity(folded.len());
    let mut spans: Vec<(usize, usize)> = Vec::new();
    let mut open = None;
    let mut before_sign = false;
    for c in folded.chars().filter(|c| *c != '\'') {
        if !c.is_alphanumeric() {
            close(&frame, &mut open, &mut spans);
            continue;
        }
        let sign = is_sign(c);
        if sign || before_sign {
            close(&frame, &mut open, &mut spans);
        }
        before_sign = sign;
        if open.is_none() {
            // Between signs there are no spaces: their n-grams run on.
            let joined = sign && frame.chars().next_back().is_some_and(is_sign);
            if !frame.is_empty() && !joined {
                frame.push(' ');
            }
            open = Some(frame.len());
        }
        frame.push(c);
    }
    close(&frame, &mut open, &mut spans);
    let words = spans.into_iter().filter_map(|(start, end)| word(&frame, start, end)).collect();
    (frame, words)
}

fn close(frame: &str, open: &mut Option<usize>, spans: &mut Vec<(usize, usize)>) {
    if let Some(start) = open.take() {
        spans.push((start, frame.len()));
    }
}

fn word(frame: &str, start: usize, end: usize) -> Option<Word> {
    let text = frame.get(start..end)?;
    // A word beyond 65,535 bytes is no word: it is shown cut off, but compared whole.
    let length = u16::try_from(text.len()).unwrap_or(u16::MAX);
    Some(Word { start: u32::try_from(start).ok()?, length, marks: Mark::of(text), stem: text::hash(text::stem(text)) })
}

/// Han, Hiragana and Katakana: scripts without spaces between words.
pub(crate) fn is_sign(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_can_be_searched() {
        for list in [NEGATIONS, EXCEPTIONS, CONDITIONS, MODALS, CIRCUMSTANCES, VERBS, TIMES, ENDS, PLURALS, HE, SHE] {
            assert!(list.is_sorted(), "{list:?}");
        }
    }
}
