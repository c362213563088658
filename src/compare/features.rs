//! What the classifier sees of two texts: numbers between 0 and 1, the same in either order.

use super::alignment::leftover;
use super::guard::Difference;
use super::profile::{Profile, dice, jaccard};

/// Names of the features, in their order.
pub const FEATURES: [&str; FEATURE_COUNT] =
    ["cosine", "letters", "words", "covered", "left", "length", "values_differ", "values_added", "words_differ"];

/// How many there are.
pub const FEATURE_COUNT: usize = 9;

// Left-over words weigh about 100 each; ten of them are as different as it gets.
const MUCH: f64 = 1_000.0;
// Texts with this many contradicting or added values are as different as it gets.
const MANY: f64 = 4.0;

/// Measures two texts.
///
/// `cosine` of the sentence model; `letters` and `words` are the shared character n-grams and stems; `covered` is the
/// share, by weight, of a text's words that the other has too, as such or in a synonym, for the text with the smaller
/// share; `left` the weight of those that the other has not, for the text with more; `length` the ratio of the lengths;
/// `values_differ` and `values_added` count kinds of values that contradict and values that only one text has;
/// `words_differ` says whether the guard found something else that keeps the texts apart.
pub(crate) fn features(a: &Profile, b: &Profile, difference: &Difference) -> [f64; FEATURE_COUNT] {
    let (left_a, left_b) = (leftover(a, b), leftover(b, a));
    let added = difference.only_a.len() + difference.only_b.len();
    let many = |count: usize| (count as f64 / MANY).min(1.0);
    [
        a.nearness(b),
        dice(&a.letters, &b.letters),
        jaccard(&a.content, &b.content),
        left_a.covered().min(left_b.covered()),
        (f64::from(left_a.weight.max(left_b.weight)) / MUCH).min(1.0),
        ratio(a.words.len(), b.words.len()),
        many(difference.kinds),
        many(added),
        if difference.keeps_apart() && difference.kinds == 0 { 1.0 } else { 0.0 },
    ]
}

fn ratio(a: usize, b: usize) -> f64 {
    if a == b { 1.0 } else { a.min(b) as f64 / a.max(b) as f64 }
}
