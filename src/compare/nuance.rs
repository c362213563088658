//! What makes two texts differ that a comparison of their words takes for the same: a bound, a small word, a sentence more, a
//! name, who does it to whom, an order.

use super::profile::Profile;
use super::word::Mark;
use super::{act, bound, clause, name, scope};
use crate::text;

/// What the order and the small words of two texts tell apart that have everything else in common.
pub(super) fn told_otherwise(a: &Profile, b: &Profile) -> Option<String> {
    let exchanged = || {
        let found = clause::exchange(a.clauses(), b.clauses())?;
        Some(format!("{}: {}", found.how, found.words.join(" / ")))
    };
    let same_words = || a.unsaid(b).chain(b.unsaid(a)).all(scope::is_limit);
    bound::other_bound(&a.text, &b.text)
        .or_else(|| bound::other_use(&a.text, &b.text))
        .or_else(|| scope::other_scope(&a.normal, &b.normal, same_words()))
        .or_else(|| sentence_more(a, b).or_else(|| sentence_more(b, a)))
        .or_else(|| other_name(a, b))
        .or_else(|| act::turned(a, b).map(|words| format!("done by each other: {}", words.join(" / "))))
        .or_else(exchanged)
}

/// A sentence of `a` of which `b` says nothing.
fn sentence_more(a: &Profile, b: &Profile) -> Option<String> {
    let sentences = text::sentences(&a.text);
    if sentences.len() < 2 {
        return None;
    }
    let alone = |words: &[String]| words.len() > 1 && !words.iter().any(|word| b.says(text::hash(word)));
    let found = sentences.into_iter().filter_map(|range| a.text.get(range));
    // Values are judged by their kinds.
    let plain = found.filter(|sentence| !sentence.bytes().any(|byte| byte.is_ascii_digit()));
    let mut found = plain.filter(|sentence| alone(&text::content_words(sentence)));
    found.next().map(|sentence| format!("only one of them says: {}", sentence.trim_end_matches('.')))
}

/// A name in each text that the other has not, and that one may be taken for: "Kristin", "Kristen"; "EU", "UK"; or that
/// stands beside the same word: "Oslo time", "Lima time".
fn other_name(a: &Profile, b: &Profile) -> Option<String> {
    if let Some((x, y)) = opener(a, b).zip(opener(b, a)) {
        return Some(format!("different names: {x} / {y}"));
    }
    let own = |of: &Profile, other: &Profile| of.names.first_but(|name| other.says(name));
    let (first, second) = (own(a, b)?, own(b, a)?);
    let (x, y) = (a.shown_stem(first), b.shown_stem(second));
    let short = |name: &str| (1..=3).contains(&name.len());
    let beside = |behind: bool| beside(a, first, behind).is_some_and(|of| beside(b, second, behind) == Some(of));
    let apart = short(x) && short(y) || name::look_alike(x, y) || beside(true) || beside(false);
    apart.then(|| format!("different names: {x} / {y}"))
}

/// The word that a text opens with, where it says what one thing or somebody is or has, and the other text does not name it:
/// "Ana is the contact for billing".
fn opener<'a>(of: &'a Profile, other: &Profile) -> Option<&'a str> {
    let (first, next) = (of.words.first()?, of.words.get(1)?);
    let one = ["is", "was", "has", "owns", "handles", "runs"].contains(&of.shown(next));
    (one && of.names.first == Some(first.stem) && !other.says(first.stem)).then(|| of.shown(first))
}

/// The stem of the word right behind a name, or right before it.
fn beside(text: &Profile, name: u32, behind: bool) -> Option<u32> {
    let at = text.words.iter().position(|word| word.stem == name)?;
    let at = if behind { at + 1 } else { at.checked_sub(1)? };
    text.words.get(at).filter(|word| !word.is(Mark::STOP | Mark::NEGATION)).map(|word| word.stem)
}
