//! Statements of an attribute: "Music I like: jazz" has a label before the colon and a value behind it.

use super::lexicon::{antonyms, synonyms};
use super::profile::shared;
use super::word::{self, Mark};
use crate::text::{self, hash, stem};

/// A label and what is said of it.
#[derive(Debug, Clone)]
pub(crate) struct Attribute {
    /// Stems of its words in their order.
    label: Box<[u32]>,
    /// Stems of the words of the value, sorted, each once.
    value: Box<[u32]>,
    /// The list, if it is one of what somebody likes or dislikes.
    taste: Option<Taste>,
}

/// What somebody likes, or does not.
#[derive(Debug, Clone)]
struct Taste {
    likes: bool,
    /// Stems of whose list it is and of what, sorted: drinks.
    topic: Box<[u32]>,
}

/// How a later statement of one list stands to an earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Change {
    /// Most of the one is in the other; both may hold.
    Restated,
    /// The later one says all of the earlier one, and more.
    Refined,
    /// The very same: nothing changes.
    Same,
    /// Once liked, now disliked, or the other way round.
    Turned,
}

const LIKES: &[&str] =
    &["enjoy", "enjoys", "favorite", "favourite", "like", "likes", "love", "loves", "prefer", "prefers"];
const DISLIKES: &[&str] = &["avoid", "avoids", "dislike", "dislikes", "hate", "hates"];
// "Note: …" labels nothing; a longer label is a sentence.
const LABEL_WORDS: std::ops::RangeInclusive<usize> = 2..=8;

impl Attribute {
    /// The attribute that a text states, if it is nothing but that.
    pub(crate) fn of(text: &str) -> Option<Attribute> {
        let (label, value) = text.split_once(": ").filter(|(_, value)| !value.contains([':', '\n']))?;
        let words = label.split_whitespace().count();
        if !LABEL_WORDS.contains(&words) || label.contains(['.', ',', ';', '`', '(', '"']) {
            return None;
        }
        let taste = Taste::of(label);
        let mut value = stems(value);
        // "Sports I like: likes swimming".
        value.retain(|word| taste.is_none() || !LIKES.iter().chain(DISLIKES).any(|verb| hash(stem(verb)) == *word));
        let (label, value) = (stems(label), each_once(value));
        (!label.is_empty() && !value.is_empty()).then(|| Attribute { label: label.into(), value, taste })
    }

    /// Whose and what list of likings it belongs to, if to one.
    pub(crate) fn list(&self) -> Option<&[u32]> {
        self.taste.as_ref().map(|taste| &*taste.topic)
    }

    /// Stems of the words of the value, sorted, each once.
    pub(crate) fn value(&self) -> &[u32] {
        &self.value
    }

    /// Whether both are about the same thing: the labels begin alike.
    fn is_like(&self, other: &Attribute) -> bool {
        self.label.first().zip(other.label.first()).is_some_and(|(a, b)| synonyms(*a, *b))
    }

    /// Whether the value has all of the other's.
    fn says_all_of(&self, other: &Attribute) -> bool {
        shared(&self.value, &other.value) == other.value.len()
    }

    /// Whether this says the same of the same attribute as `other`, and more.
    pub(crate) fn narrows(&self, other: &Attribute) -> bool {
        self.label == other.label && self.value.len() > other.value.len() && self.says_all_of(other)
    }

    /// Whether each has a value of its own for the same attribute: many may hold at once, none is another one.
    pub(crate) fn differs(&self, other: &Attribute) -> bool {
        let own = |a: &Attribute, b: &Attribute| a.value.iter().any(|x| !b.value.iter().any(|y| synonyms(*x, *y)));
        self.label == other.label && own(self, other) && own(other, self)
    }

    /// Whether the labels say the opposite of one thing: "music I like" / "music I dislike". The value of one has to be
    /// in the other's, or they have to have two words in common: who dislikes raw onions may like spring onions.
    pub(crate) fn reverses(&self, other: &Attribute) -> bool {
        let opposite = || self.label.iter().any(|a| other.label.iter().any(|b| antonyms(*a, *b)));
        let whole = self.says_all_of(other) || other.says_all_of(self);
        self.is_like(other) && (whole || shared(&self.value, &other.value) > 1) && opposite()
    }

    /// How this statement of a list of likings changes an earlier one of the same list.
    pub(crate) fn changes(&self, earlier: &Attribute) -> Option<Change> {
        let (taste, before) = (self.taste.as_ref()?, earlier.taste.as_ref()?);
        if self.value == earlier.value {
            return Some(if taste.likes == before.likes { Change::Same } else { Change::Turned });
        }
        if self.says_all_of(earlier) {
            return Some(Change::Refined);
        }
        // "Puzzle games" and "board games" in a list of games have nothing in common.
        let tells = |word: &&u32| !taste.topic.iter().any(|of| synonyms(**word, *of));
        let both = self.value.iter().filter(|word| earlier.value.binary_search(word).is_ok());
        let half = shared(&self.value, &earlier.value) * 2 >= self.value.len().min(earlier.value.len());
        (half && both.filter(tells).count() > 0).then_some(Change::Restated)
    }
}

impl Taste {
    fn of(label: &str) -> Option<Taste> {
        let words = text::words(label);
        let at = words.iter().position(|word| [LIKES, DISLIKES].iter().any(|verbs| verbs.contains(&word.as_str())))?;
        let (before, verb, after) = (words.get(..at)?, words.get(at)?, words.get(at + 1..)?);
        let negated = words.iter().any(|word| matches!(word.as_str(), "dont" | "not" | "doesnt" | "never"));
        // "Drinks I like to have" is a list of drinks, "Anna's favourite drinks" one of hers.
        let mut topic = stems(&before.join(" "));
        if topic.is_empty() || verb.starts_with("favo") {
            topic.extend(stems(&after.join(" ")));
        }
        Some(Taste { likes: LIKES.contains(&verb.as_str()) && !negated, topic: each_once(topic) })
    }
}

fn stems(text: &str) -> Vec<u32> {
    let (_, words) = word::read(&text::fold(text));
    words.iter().filter(|word| !word.is(Mark::STOP)).map(|word| word.stem).collect()
}

fn each_once(mut stems: Vec<u32>) -> Box<[u32]> {
    stems.sort_unstable();
    stems.dedup();
    stems.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Attribute {
        Attribute::of(text).unwrap_or_else(|| panic!("{text}"))
    }

    #[test]
    fn narrower_and_reversed() {
        let tea = of("Drinks I like: green tea");
        assert!(of("Drinks I like: iced green tea").narrows(&tea));
        assert!(!tea.narrows(&tea) && !of("Meals I like: green tea soup").narrows(&tea));
        assert!(of("Drinks I dislike: green tea").reverses(&tea));
        assert!(!of("Drinks I dislike: black tea").reverses(&tea));
        assert!(of("Drinks I like: black tea").differs(&tea) && !of("Drinks I like: iced green tea").differs(&tea));
        assert!(Attribute::of("Note: the tea is green").is_none());
    }

    #[test]
    fn whose_list_of_what() {
        let list = |text: &str| of(text).list().map(<[u32]>::to_vec);
        assert_eq!(list("Drinks Anna likes to have: tea"), list("Anna's favourite drinks: milk"));
        assert_ne!(list("Anna's favourite drinks: milk"), list("Anna's favourite films: westerns"));
        assert_eq!(list("Day of deployment: Friday"), None);
    }

    #[test]
    fn a_later_statement_about_the_same() {
        for (earlier, later, change) in [
            ("Trips I dislike: Boat trips", "Trips I like: Boat trips", Change::Turned),
            ("Trips I like: City walks", "Trips I like: City walks with a guide", Change::Refined),
            ("Cheese I dislike: Smoked cheese", "Cheese I like to eat: Lightly smoked cheese", Change::Refined),
            ("Shoes I like to wear: Leather boots", "Shoes I like to wear: Winter boots", Change::Restated),
            ("Favourite trees: Oaks", "Favourite trees: oaks", Change::Same),
        ] {
            assert_eq!(of(later).changes(&of(earlier)), Some(change), "{earlier} / {later}");
        }
    }

    #[test]
    fn what_holds_side_by_side() {
        for (earlier, later) in [
            ("Trees I like: Oaks", "Trees I like: Birches"),
            ("Games I like to play: Card games", "Games I like to play: Ball games"),
            ("Day of deployment: Friday", "Day of deployment: Friday night"),
        ] {
            assert_eq!(of(later).changes(&of(earlier)), None, "{earlier} / {later}");
        }
    }
}
