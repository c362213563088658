//! The words of a profile: numbers with marks, so that comparing touches no strings.

use std::ops::BitOr;
use std::sync::LazyLock;

use super::attribution::REPORTS;
use crate::order::Arrange as _;
use crate::text;

/// One word of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Word {
    start: u32,
    length: u16,
    /// What the guard has to know about it.
    pub marks: Mark,
    /// Hash of its stem.
    pub stem: u32,
    /// The piece of the sentence model's vocabulary that it is, if it is one.
    pub piece: Option<u16>,
}

/// What the guard has to know about a word; a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mark(u16);

impl Mark {
    /// Nothing to know.
    pub(crate) const NONE: Mark = Mark(0);
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
    /// Tells who said something: "said", "according".
    pub(crate) const REPORT: Mark = Mark(32768);

    /// It and others.
    pub(crate) const fn with(self, other: Mark) -> Mark {
        Mark(self.0 | other.0)
    }

    /// It but for others.
    pub(crate) const fn without(self, other: Mark) -> Mark {
        Mark(self.0 & !other.0)
    }

    /// Whether it has any mark of some.
    pub(crate) fn is(self, mark: Mark) -> bool {
        self.0 & mark.0 != 0
    }

    fn of(word: &str) -> Mark {
        let listed = LISTED.binary_search_by(|(other, _)| (*other).cmp(word)).ok();
        let marks = listed.and_then(|at| LISTED.get(at)).map_or(Mark(0), |(_, marks)| *marks);
        if word.bytes().any(|b| b.is_ascii_digit()) { marks | Mark::DIGIT } else { marks }
    }
}

/// Every word that has marks, sorted: nine words in ten have none, and one search tells.
static LISTED: LazyLock<Vec<(&str, Mark)>> = LazyLock::new(|| {
    let lists: [(Mark, &[&'static str]); 17] = [
        (Mark::STOP, text::STOP_WORDS),
        (Mark::IMPERATIVE, text::IMPERATIVES),
        (Mark::HE, HE),
        (Mark::SHE, SHE),
        (Mark::JOIN, &["and", "are", "is", "nor", "or", "plus", "was", "were", "with"]),
        (Mark::NEGATION, text::DENIALS),
        (Mark::NEGATION, text::LACKS),
        (Mark::NEGATION, text::CONTRASTS),
        (Mark::EXCEPTION, EXCEPTIONS),
        (Mark::CONDITION, CONDITIONS),
        (Mark::MODAL, MODALS),
        (Mark::CIRCUMSTANCE, CIRCUMSTANCES),
        (Mark::VERB, VERBS),
        (Mark::TIME, TIMES),
        (Mark::END, ENDS),
        (Mark::PLURAL, PLURALS),
        (Mark::REPORT, REPORTS),
    ];
    let mut words: Vec<(&str, Mark)> =
        lists.iter().flat_map(|(mark, list)| list.iter().map(|word| (*word, *mark))).collect();
    words.arrange_by_key(|(word, _)| *word);
    words.dedup_by(|next, first| {
        let same = next.0 == first.0;
        first.1 = if same { first.1 | next.1 } else { first.1 };
        same
    });
    words
});

impl BitOr for Mark {
    type Output = Mark;

    fn bitor(self, other: Mark) -> Mark {
        self.with(other)
    }
}

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
    "allergic", "attended", "bought", "dislike", "dislikes", "enjoy", "enjoys", "hate", "hates", "includes", "knows",
    "like", "liked", "likes", "love", "loves", "owns", "plays", "read", "speaks", "visited", "watched",
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
        self.marks.is(mark)
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
        // "Non-operative" is one word; "non" by itself denies, in French and Italian.
        if c == '-' && open.is_some_and(|start| frame.get(start..) == Some("non")) {
            continue;
        }
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
    let mut words: Vec<Word> = spans.into_iter().filter_map(|(start, end)| word(&frame, start, end)).collect();
    for at in 0..words.len() {
        let denies = words.get(at).is_some_and(|word| word.is(Mark::NEGATION));
        if denies && is_no_denial(&frame, &words, at) {
            words.iter_mut().skip(at).take(1).for_each(|word| word.marks = word.marks.without(Mark::NEGATION));
        }
        if is_placed(&frame, &words, at) {
            words.iter_mut().skip(at).take(1).for_each(|word| word.stem = text::hash(PLACED_STEM));
        }
    }
    (frame, words)
}

/// The stem of "stored": what all those verbs count as.
const PLACED_STEM: &str = "stor";

/// Whether a word says that something is somewhere: "are stored in", "is kept at", "lives in". Of these verbs none says more
/// than another one.
fn is_placed(frame: &str, words: &[Word], at: usize) -> bool {
    // Not "placed": orders are placed where nothing is kept.
    const PLACED: &[&str] = &["held", "kept", "located", "saved", "stored"];
    const PLACES: &[&str] = &["at", "in", "inside", "on", "under"];
    const LIES: &[&str] = &["lie", "lies", "live", "lives", "reside", "resides"];
    let text = |at: Option<usize>| at.and_then(|at| words.get(at)).map_or("", |word| word.in_text(frame));
    let verb = text(Some(at));
    let placed = || PLACED.contains(&verb) && text::is_form_of_be(text(at.checked_sub(1)));
    (LIES.contains(&verb) || placed()) && PLACES.contains(&text(Some(at + 1)))
}

/// Whether a word only seems to deny: "nobody but Ana", "not only", "no less than", "would rather".
fn is_no_denial(frame: &str, words: &[Word], at: usize) -> bool {
    let text = |at: Option<usize>| at.and_then(|at| words.get(at)).map_or("", |word| word.in_text(frame));
    match (text(Some(at)), text(Some(at + 1))) {
        ("nobody" | "nothing" | "none", "but") => true,
        ("not", "only") => words.iter().skip(at).any(|word| word.in_text(frame) == "but"),
        ("no", "one") => text(Some(at + 2)) == "but",
        ("no", "earlier" | "fewer" | "later" | "less" | "more" | "sooner") => text(Some(at + 2)) == "than",
        ("rather", _) => ["would", "id", "hed", "shed", "wed", "theyd"].contains(&text(at.checked_sub(1))),
        _ => false,
    }
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
    let (marks, stem) = (Mark::of(text), text::hash(text::stem(text)));
    Some(Word { start: u32::try_from(start).ok()?, length, marks, stem, piece: None })
}

/// Han, Hiragana and Katakana: scripts without spaces between words.
pub(crate) fn is_sign(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_word_is_listed_once() {
        assert!(LISTED.is_sorted_by(|(a, _), (b, _)| a < b));
        let marks = |word| Mark::of(word);
        assert!(marks("his").is(Mark::HE) && marks("his").is(Mark::STOP) && !marks("his").is(Mark::SHE));
        assert_eq!((marks("gateway"), marks("e42")), (Mark::NONE, Mark::DIGIT));
    }
}
