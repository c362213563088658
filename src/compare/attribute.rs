//! Statements of an attribute: "Music I like: jazz" has a label before the colon and a value behind it.

use super::lexicon::{antonyms, synonyms};
use super::profile::shared;
use super::word::{self, Mark};
use crate::text;

/// A label and what is said of it.
#[derive(Debug, Clone)]
pub(crate) struct Attribute {
    /// Stems of its words in their order.
    label: Box<[u32]>,
    /// Stems of the words of the value, sorted, each once.
    value: Box<[u32]>,
}

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
        let label = stems(label);
        let mut value = stems(value);
        value.sort_unstable();
        value.dedup();
        (!label.is_empty() && !value.is_empty()).then(|| Attribute { label: label.into(), value: value.into() })
    }

    /// Whether both are about the same thing: the labels begin alike.
    fn is_like(&self, other: &Attribute) -> bool {
        self.label.first().zip(other.label.first()).is_some_and(|(a, b)| synonyms(*a, *b))
    }

    /// Whether this says the same of the same attribute as `other`, and more.
    pub(crate) fn narrows(&self, other: &Attribute) -> bool {
        self.is_like(other)
            && self.label == other.label
            && self.value.len() > other.value.len()
            && shared(&self.value, &other.value) == other.value.len()
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
        let both = shared(&self.value, &other.value);
        let whole = both == self.value.len().min(other.value.len());
        self.is_like(other) && (whole || both > 1) && opposite()
    }
}

fn stems(text: &str) -> Vec<u32> {
    let (_, words) = word::read(&text::fold(text));
    words.iter().filter(|word| !word.is(Mark::STOP)).map(|word| word.stem).collect()
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
}
