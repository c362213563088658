//! Who comes first in a text. "Ana relieves Ben" and "Ben relieves Ana" have the same words.

use crate::text;

/// The capitalised words of a text that can be the names of somebody.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Names {
    /// The word that opens the text, if it stands alone: "Ana helps", not "Ana and Ben help".
    pub first: Option<u32>,
    /// Those that open no sentence, where any word is capitalised.
    inside: Box<[u32]>,
}

impl Names {
    /// None if most words are capitalised: a headline.
    pub(crate) fn of(text: &str) -> Names {
        let words: Vec<&str> = text.split_whitespace().collect();
        let (mut first, mut inside) = (None, Vec::new());
        let mut opens = true;
        for (at, word) in words.iter().enumerate() {
            if let Some(stem) = capitalised(word) {
                match at {
                    0 => first = Some(stem).filter(|_| !words.get(1).is_some_and(|next| JOINS.contains(next))),
                    _ if !opens => inside.push(stem),
                    _ => {}
                }
            }
            opens = word.ends_with(['.', '!', '?', ':', '"']) && !TITLES.contains(word);
        }
        if inside.len() * 2 > words.len() { Names::default() } else { Names { first, inside: inside.into() } }
    }

    /// The first name inside a text that `known` does not hold for.
    pub(crate) fn first_but(&self, known: impl Fn(u32) -> bool) -> Option<u32> {
        self.inside.iter().copied().find(|name| !known(*name))
    }

    /// Whether a word stands as a name, wherever it does.
    pub(crate) fn has(&self, stem: u32) -> bool {
        self.first == Some(stem) || self.inside.contains(&stem)
    }

    /// A name that a text has and another one does not say.
    pub(crate) fn unknown(&self, said: impl Fn(u32) -> bool) -> Option<u32> {
        self.first.into_iter().chain(self.inside.iter().copied()).find(|name| !said(*name))
    }

    /// Who opens each text, where each has the other's too: who does something in one has it done in the other.
    pub(crate) fn turned(&self, other: &Names) -> Option<(u32, u32)> {
        let (x, y) = (self.first?, other.first?);
        (x != y && other.inside.contains(&x) && self.inside.contains(&y)).then_some((x, y))
    }
}

/// Whether two names are written nearly alike: they begin and end alike, and few letters differ. "Norway's" and "Norwegian"
/// differ in their endings, which belong to one name.
pub(crate) fn look_alike(x: &str, y: &str) -> bool {
    const BEGIN: usize = 2;
    let ends = |name: &str| name.strip_suffix('s').unwrap_or(name).chars().next_back();
    let begin = x.bytes().zip(y.bytes()).take_while(|(x, y)| x == y).count();
    let end = x.bytes().rev().zip(y.bytes().rev()).take_while(|(x, y)| x == y).count();
    let differ = x.len().max(y.len()).saturating_sub(begin + end);
    x != y && begin >= BEGIN && (1..=2).contains(&differ) && ends(x) == ends(y)
}

// What follows opens no sentence.
const TITLES: &[&str] = &["Dr.", "Mr.", "Mrs.", "Ms.", "Prof.", "St."];
const JOINS: &[&str] = &["and", "or", "&"];

/// The stem of a word that is written with a capital letter.
fn capitalised(word: &str) -> Option<u32> {
    let bare = text::bare(word);
    let bare = bare.strip_suffix("'s").or_else(|| bare.strip_suffix("’s")).unwrap_or(bare);
    let folded = text::fold(bare);
    let names = bare.len() > 1 && bare.starts_with(char::is_uppercase) && !text::is_stop_word(&folded);
    names.then(|| text::hash(text::stem(&folded)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_comes_first() {
        let turned = |a: &str, b: &str| Names::of(a).turned(&Names::of(b)).is_some();
        assert!(turned("Ana is always there to help Ben.", "Ben would help Ana."));
        assert!(turned("Ana's plan was read by Ben.", "Ben's plan was read by Ana."));
        assert!(!turned("Ana and Ben review the plan.", "Ben and Ana review the plan."));
        assert!(!turned("In Oslo, Ana met the team.", "Ana met the team in Oslo."));
        assert!(!turned("Ask Ana first.", "Ana has to be asked first."));
        let name = text::hash(text::stem("rui"));
        assert!(Names::of("Since May Mr. Rui is retired.").has(name));
    }
}
