//! What a text is compared by, read once.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::hint::black_box;

use super::attribute::Attribute;
use super::attribution::Said;
use super::clause::Clauses;
use super::language::Language;
use super::lexicon::{has_antonyms, has_synonyms, synonyms};
use super::name::Names;
use super::preamble::Body;
use super::sign::Signs;
use super::word::{self, Mark, Word};
use crate::order::Arrange as _;
use crate::text::{self, Embedding, Value, ValueKind};

/// A text with everything that comparing needs. Words are numbers (hashes of their stems): a store of 100,000 entries
/// is compared without touching a string, except where a reason has to be shown.
#[derive(Debug, Clone)]
pub(crate) struct Profile {
    /// The text in one spelling, with countries named that are words without capitals.
    pub text: Box<str>,
    /// The text as it is where it has any of those.
    unnamed: Option<Box<str>>,
    /// Whether nothing in it is in small letters.
    shouted: bool,
    /// Equal for texts that differ in case, punctuation and white space only.
    pub normal: Box<str>,
    /// The same with accents, where it has any.
    accented: Option<Box<str>>,
    /// Its signs that say something.
    pub signs: Signs,
    /// The words around the values, folded, as `words` points into them.
    frame: Box<str>,
    /// The words around the values in order.
    pub words: Box<[Word]>,
    /// Stems of those that carry meaning, sorted, each once.
    pub content: Box<[u32]>,
    /// How much each of `content` says: seldom words say more.
    pub weights: Box<[u8]>,
    /// Typed values in order of their kinds and forms.
    pub values: Box<[Value]>,
    /// Stands for the order of the values.
    pub sequence: u32,
    /// Hashes of the character n-grams of the words, sorted, each once: trigrams, and in scripts without spaces single
    /// signs and pairs of them.
    pub letters: Box<[u32]>,
    /// The sentence model's vector.
    pub embedding: Embedding,
    /// The vector of the text with its values, where it has any.
    whole: Option<Embedding>,
    /// The vector of a host's model.
    pub given: Option<Embedding>,
    /// Stems of the content words that stand in the scope of a negation, sorted.
    pub negated: Box<[u32]>,
    /// The word that the first negation stands behind, verbs aside: of whom or what something is denied.
    pub denied_of: Option<u32>,
    /// How many words of it turn a statement into its opposite.
    pub negations: usize,
    /// Whether a negation would have an exception: "never … before …".
    pub excepted: bool,
    /// Whether it says when something holds: "… only after …" is the same in the positive.
    pub conditional: bool,
    /// Whether a secret was replaced in it: nobody can tell any more whether two of them were the same.
    pub redacted: bool,
    /// The marks of all its words.
    pub marks: Mark,
    /// Whether any of its words may have an opposite.
    pub opposable: bool,
    /// What it can be compared by.
    pub language: Language,
    /// Whether it takes a whole statement back: "No longer true: …".
    pub retracts: bool,
    /// Values that the text says hold no more: "not to #a any more", "instead of 5432".
    pub withdrawn: Box<[Value]>,
    /// The names in it.
    pub names: Names,
    /// What it states, if that is all: "music I like: jazz".
    pub attribute: Option<Attribute>,
    clauses: OnceCell<Box<Clauses>>,
    meanings: OnceCell<Box<[Cow<'static, Embedding>]>>,
    /// Whether it denies nothing, takes nothing back and states no attribute, as most texts.
    pub plain: bool,
    /// What it says without who said it, where it tells who.
    pub said: Option<Box<Said>>,
    /// What follows a long opening with a colon.
    pub body: Option<Box<Body>>,
}

impl Profile {
    pub(crate) fn of(text: &str) -> Profile {
        let bare = Profile::bare(text);
        let said = if bare.marks.is(Mark::REPORT) { Said::of(text).map(Box::new) } else { None };
        Profile { said, body: Body::of(text).map(Box::new), ..bare }
    }

    /// The same of a text that is not looked through for who said it.
    pub(super) fn bare(text: &str) -> Profile {
        let text = &*text::in_one_spelling(text);
        let named = text::with_countries(text);
        let unnamed = matches!(named, Cow::Owned(_)).then(|| text.into());
        let text = &*named;
        let normal = text::normalise(text);
        let (mut values, frame) = text::frame(text);
        let sequence = sequence(&values);
        values.arrange();
        // A text that is nothing but values is compared as it stands.
        let frame = if frame.chars().any(char::is_alphanumeric) { frame } else { normal.clone() };
        let (frame, mut words) = word::read(&frame);
        let (embedding, weights) = meaning(&frame, &mut words);
        let (content, weights) = content(&words, &weights);
        // A negation may stand in what was taken out as a value.
        let negates = |words: &[Word]| words.iter().any(|word| word.is(Mark::NEGATION));
        let whole = !text.contains(['`', '"', '“', '”']);
        let denies = !whole || negates(&words) || values.iter().any(|value| negates(&word::read(&value.shown).1));
        let (mut negated, denied_of) = if denies { negated(text) } else { (Vec::new(), None) };
        negated.retain(|stem| content.binary_search(stem).is_ok());
        let marks = words.iter().fold(Mark::NONE, |marks, word| marks | word.marks);
        let (retracts, withdrawn, attribute) = (retracts(&normal), withdrawn(text), Attribute::of(text));
        let denies = marks.is(Mark::NEGATION) || !negated.is_empty();
        Profile {
            accented: (!text.is_ascii()).then(|| text::with_accents(text).into()),
            signs: Signs::of(text),
            clauses: OnceCell::new(),
            meanings: OnceCell::new(),
            plain: !denies && !retracts && withdrawn.is_empty() && attribute.is_none(),
            negations: words.iter().filter(|word| word.is(Mark::NEGATION)).count(),
            excepted: marks.is(Mark::EXCEPTION),
            conditional: marks.is(Mark::CONDITION),
            redacted: text.contains("[REDACTED:"),
            opposable: words.iter().any(|word| has_antonyms(word.stem)),
            marks,
            language: Language::of(&frame),
            retracts,
            withdrawn: withdrawn.into(),
            attribute,
            names: Names::of(text),
            said: None,
            body: None,
            letters: letters(&frame).into(),
            embedding,
            whole: (!values.is_empty()).then(|| Embedding::of(text)),
            given: None,
            negated: negated.into(),
            denied_of,
            shouted: !text.contains(char::is_lowercase),
            unnamed,
            text: text.into(),
            normal: normal.into(),
            frame: frame.into(),
            words: words.into(),
            sequence,
            content: content.into(),
            weights: weights.into(),
            values: values.into(),
        }
    }

    /// Has the processor fetch what comparing looks at first. A store does not fit its caches: of many texts at once it takes
    /// hardly longer than of one.
    pub(crate) fn fetch(&self) {
        let value = self.values.first().and_then(|value| value.text.as_bytes().first().copied());
        black_box((self.plain, self.words.first().copied(), self.content.first().copied(), value));
    }

    /// The same with the vector of a host's model.
    pub(crate) fn with(self, given: Option<&Embedding>) -> Profile {
        Profile { given: given.cloned(), ..self }
    }

    /// How near two texts are by the host's model where it knows both, else by the engine's, 0 to 1.
    pub(crate) fn nearness(&self, other: &Profile) -> f64 {
        self.cosine(other, &self.embedding, &other.embedding)
    }

    /// The same of the texts with their values.
    pub(crate) fn whole_nearness(&self, other: &Profile) -> f64 {
        let (own, its) = (self.whole.as_ref(), other.whole.as_ref());
        self.cosine(other, own.unwrap_or(&self.embedding), its.unwrap_or(&other.embedding))
    }

    /// The sentence model's vector of the text with its values, where it has any.
    pub(crate) fn whole(&self) -> Option<&Embedding> {
        self.whole.as_ref()
    }

    fn cosine(&self, other: &Profile, own: &Embedding, its: &Embedding) -> f64 {
        let cosine = match (&self.given, &other.given) {
            (Some(a), Some(b)) => a.cosine(b),
            _ => own.cosine(its),
        };
        f64::from(cosine).max(0.0)
    }

    /// The words with the sentence model's vectors of them, made when they are first asked for.
    pub(crate) fn meanings(&self) -> impl Iterator<Item = (&Word, &Embedding)> {
        let meaning = |word: &Word| match word.piece.and_then(Embedding::of_piece) {
            Some(known) => Cow::Borrowed(known),
            None => Cow::Owned(Embedding::of(self.shown(word))),
        };
        let meanings = self.meanings.get_or_init(|| self.words.iter().map(meaning).collect());
        self.words.iter().zip(meanings.iter().map(Cow::as_ref))
    }

    /// Two texts in capitals, where only one of them is and "US" would be told from "us" in the other alone.
    pub(super) fn in_one_case(&self, other: &Profile) -> Option<(Profile, Profile)> {
        let differ = self.shouted != other.shouted && (self.unnamed.is_some() || other.unnamed.is_some());
        let shouted = |profile: &Profile| {
            let text = profile.unnamed.as_deref().unwrap_or(&profile.text).to_uppercase();
            Profile::of(&text).with(profile.given.as_ref())
        };
        differ.then(|| (shouted(self), shouted(other)))
    }

    /// Whether two texts are the same but for case, white space and punctuation that says nothing.
    pub(crate) fn same_words(&self, other: &Profile) -> bool {
        self.exact() == other.exact()
    }

    /// Equal for texts of the same words.
    pub(crate) fn exact(&self) -> (&str, &Signs) {
        (self.accented.as_deref().unwrap_or(&self.normal), &self.signs)
    }

    /// How its words hang together, read when it is first asked for.
    pub(super) fn clauses(&self) -> &Clauses {
        self.clauses.get_or_init(|| Box::new(Clauses::of(&self.text)))
    }

    /// How a word stands in the text.
    pub(crate) fn shown(&self, word: &Word) -> &str {
        word.in_text(&self.frame)
    }

    /// How a stem stands in the text, where it stands first.
    pub(crate) fn shown_stem(&self, stem: u32) -> &str {
        self.first(stem).map(|word| self.shown(word)).unwrap_or_default()
    }

    /// The first word with a stem.
    pub(crate) fn first(&self, stem: u32) -> Option<&Word> {
        self.words.iter().find(|word| word.stem == stem)
    }

    /// Whether a word stands in the text as it is.
    pub(crate) fn has(&self, word: &str) -> bool {
        self.words.iter().any(|other| self.shown(other) == word)
    }

    /// Whether the text has a word, as such or in a synonym.
    pub(crate) fn says(&self, stem: u32) -> bool {
        self.content.binary_search(&stem).is_ok()
            || has_synonyms(stem) && self.content.iter().any(|other| synonyms(stem, *other))
    }

    /// The words of another text that carry meaning and that this one has neither as such nor in a synonym.
    pub(crate) fn unsaid<'a>(&self, other: &'a Profile) -> impl Iterator<Item = &'a str> {
        let own = other.words.iter().filter(|word| carries(word) && !self.says(word.stem));
        own.map(|word| other.shown(word))
    }

    /// Likeness of two texts by meaning, words and letters, 0 to 1.
    pub(crate) fn likeness(&self, other: &Profile) -> f64 {
        let cosine = self.nearness(other);
        let letters = dice(&self.letters, &other.letters);
        let given = self.given.is_some() && other.given.is_some();
        if cosine == 0.0 || !given && self.language.max(other.language) > Language::English {
            // Other languages: the model knows few of the words, the letters have to do.
            return letters;
        }
        0.5 * cosine + 0.25 * letters + 0.25 * jaccard(&self.content, &other.content)
    }
}

/// The sentence model's vector, and how much each word says. Notes which words are pieces of the model's vocabulary.
fn meaning(frame: &str, words: &mut [Word]) -> (Embedding, Vec<u8>) {
    let texts = words.iter().map(|word| word.in_text(frame));
    // The model reads nothing but ASCII in a text; a word by itself may be one of other letters that it knows.
    if !frame.is_ascii() {
        return (Embedding::of(frame), texts.map(text::weight).collect());
    }
    let (embedding, weighed) = text::weigh(texts);
    words.iter_mut().zip(&weighed).for_each(|(word, (_, piece))| word.piece = *piece);
    (embedding, weighed.into_iter().map(|(weight, _)| weight).collect())
}

fn content(words: &[Word], weights: &[u8]) -> (Vec<u32>, Vec<u8>) {
    let carrying = words.iter().zip(weights).filter(|(word, _)| carries(word));
    let mut found: Vec<u64> = carrying.map(|(word, weight)| u64::from(word.stem) << 8 | u64::from(*weight)).collect();
    found.sort_unstable();
    found.dedup_by_key(|found| *found >> 8);
    found.into_iter().map(|found| ((found >> 8) as u32, found as u8)).unzip()
}

/// Whether a word means something by itself. "When" and "during" say as little as "in": what a circumstance is stands
/// behind them. "Unless" turns it round.
fn carries(word: &Word) -> bool {
    !word.is(Mark::STOP) && (!word.is(Mark::CIRCUMSTANCE) || word.is(Mark::EXCEPTION))
}

/// The content words behind a negation, up to the end of its clause, and the word that the first one stands behind.
fn negated(text: &str) -> (Vec<u32>, Option<u32>) {
    let (mut found, mut denied_of) = (Vec::new(), None);
    for clause in text.split([',', ';', ':', '.', '!', '?', '(', ')', '，', '。', '、']) {
        let (_, words) = word::read(&text::fold(clause));
        if let Some(at) = words.iter().position(|word| word.is(Mark::NEGATION)) {
            // "No import is running" denies what follows; in Japanese the negation comes last.
            let follows = words.get(at + 1..).unwrap_or_default();
            let leads = words.get(..at).unwrap_or_default();
            let scope = if follows.is_empty() { leads } else { follows };
            denied_of = denied_of.or(leads.iter().rev().find(|word| !word.is(Mark::VERB)).map(|word| word.stem));
            found.extend(scope.iter().filter(|word| !word.is(Mark::STOP | Mark::END)).map(|word| word.stem));
        }
    }
    found.sort_unstable();
    found.dedup();
    (found, denied_of)
}

/// What stands for the order of a text's values. When something is may be said anywhere: "at 02:00 every night" is "every
/// night at 02:00". So dates, times and durations are in an order of their own each.
fn sequence(values: &[Value]) -> u32 {
    let mut orders = [0_u32; 4];
    // A quoted word stands among the words as well.
    for value in values.iter().filter(|value| value.kind != ValueKind::Quote || value.text.contains(' ')) {
        let order = match value.kind {
            ValueKind::Date => 1,
            ValueKind::Time => 2,
            ValueKind::Duration => 3,
            _ => 0,
        };
        if let Some(hash) = orders.get_mut(order) {
            *hash = hash.rotate_left(5) ^ text::hash(&value.text);
        }
    }
    orders.iter().fold(0, |sum: u32, hash| sum.wrapping_mul(0x0100_0193).wrapping_add(*hash))
}

/// Whether a text opens by taking back what follows.
fn retracts(normal: &str) -> bool {
    const OPENINGS: &[&str] = &[
        "no longer true", "no longer valid", "no longer holds", "not true any more", "not true anymore", "outdated",
        "obsolete", "retracted", "forget that", "disregard", "correction", "strike that", "scratch that",
    ];
    OPENINGS.iter().any(|opening| normal.starts_with(opening))
}

/// The values behind "no longer", "instead of", "rather than", up to the end of their clause, and those right behind "not":
/// "must not be more than 5" takes no 5 back.
fn withdrawn(text: &str) -> Vec<Value> {
    const CUES: &[&str] = &["instead of ", "rather than ", "no longer "];
    const NEAR: usize = 3;
    let folded = text::fold(text);
    let mut found = Vec::new();
    if !CUES.iter().any(|cue| folded.contains(cue)) && !folded.contains("not ") {
        return found;
    }
    for clause in folded.split([',', ';']) {
        let padded = format!(" {}", clause.trim());
        if let Some(cut) = CUES.iter().filter_map(|cue| padded.find(cue).map(|at| at + cue.len())).min() {
            found.extend(text::values(padded.get(cut..).unwrap_or_default()));
        } else if let Some((_, denied)) = padded.split_once(" not ") {
            let near: Vec<&str> = denied.split_whitespace().take(NEAR).collect();
            found.extend(text::values(&near.join(" ")));
        }
    }
    // "not part of the weekly backup" says nothing of the week.
    found.retain(|value| value.kind != ValueKind::Duration || !value.shown.ends_with("ly"));
    found.arrange();
    found
}

fn letters(frame: &str) -> Vec<u32> {
    let mut padded = vec![' '];
    padded.extend(frame.chars());
    padded.push(' ');
    let mut hashes: Vec<u32> =
        padded.windows(3).filter(|window| !window.iter().copied().any(word::is_sign)).map(hash).collect();
    for pair in padded.windows(2).filter(|pair| pair.first().copied().is_some_and(word::is_sign)) {
        hashes.extend([hash(pair), hash(pair.get(..1).unwrap_or_default())]);
    }
    hashes.sort_unstable();
    hashes.dedup();
    hashes
}

// FNV-1a over code points: a fixed hash, so that every build agrees.
fn hash(letters: &[char]) -> u32 {
    letters.iter().fold(0x811c_9dc5, |hash: u32, c| (hash ^ u32::from(*c)).wrapping_mul(0x0100_0193))
}

/// How many topic words two texts share, and what share of the shorter one's that is. Words that only say whether,
/// when or how strongly do not count.
pub(crate) fn overlap(a: &Profile, b: &Profile) -> (usize, f64) {
    let topic = |profile: &Profile| -> Vec<u32> {
        let strength = Mark::NEGATION | Mark::EXCEPTION | Mark::CONDITION | Mark::MODAL | Mark::STOP;
        let mut stems: Vec<u32> =
            profile.words.iter().filter(|word| !word.is(strength)).map(|word| word.stem).collect();
        stems.sort_unstable();
        stems.dedup();
        stems
    };
    let (a, b) = (topic(a), topic(b));
    let both = shared(&a, &b);
    let shorter = a.len().min(b.len());
    (both, if shorter == 0 { 0.0 } else { both as f64 / shorter as f64 })
}

/// Shared members of two sorted sets, twice, over all members of both.
pub(crate) fn dice(a: &[u32], b: &[u32]) -> f64 {
    if a.is_empty() && b.is_empty() { 0.0 } else { 2.0 * shared(a, b) as f64 / (a.len() + b.len()) as f64 }
}

pub(crate) fn jaccard(a: &[u32], b: &[u32]) -> f64 {
    let both = shared(a, b);
    let all = a.len() + b.len() - both;
    if all == 0 { 0.0 } else { both as f64 / all as f64 }
}

/// How many members two sorted sets share.
pub(crate) fn shared(a: &[u32], b: &[u32]) -> usize {
    let (mut i, mut j, mut count) = (0, 0, 0);
    // A plain loop without branches on the members: which set goes on is a matter of chance.
    while let (Some(x), Some(y)) = (a.get(i), b.get(j)) {
        count += usize::from(x == y);
        i += usize::from(x <= y);
        j += usize::from(y <= x);
    }
    count
}
