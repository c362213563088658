//! What the classifier sees of two texts: numbers between 0 and 1, the same in either order.

use super::alignment::{leftover, order, said};
use super::guard::Difference;
use super::profile::{Profile, dice, jaccard};

/// Names of the features, in their order.
pub const FEATURES: [&str; FEATURE_COUNT] = [
    "cosine", "whole", "letters", "words", "covered", "both_covered", "akin", "order", "left", "common", "length",
    "short", "values_differ", "values_added", "words_differ",
];

/// How many there are.
pub const FEATURE_COUNT: usize = 15;

// Left-over words weigh about 100 each; ten of them are as different as it gets.
const MUCH: f64 = 1_000.0;
// Texts with this many contradicting or added values are as different as it gets.
const MANY: f64 = 4.0;

// Words are looked at one by one only in texts that are nearer than this.
const FAR: f64 = 0.4;
// Two texts of this many content words together are short.
const FEW: f64 = 10.0;

/// Measures two texts.
///
/// `cosine` of the sentence model, of the words around the values and of the `whole` texts; `letters` and `words` are the
/// shared character n-grams and stems; `covered` is the share, by weight, of a text's words that the other has too, as
/// such or in a synonym, for the text with the smaller share, and `both_covered` for the other one; `akin` is the same as
/// `covered` where a word that is used alike counts in part; `order` is the share of words in the same order; `left` the
/// weight of those that the other has not, for the text with more; `common` grows with the weight of what both say, half
/// way at ten words: two texts that share that much by chance are rare; `length` the ratio of the lengths, and `short`
/// says how short they are;
/// `values_differ` and `values_added` count kinds of values that contradict and values that only one text has;
/// `words_differ` says whether the guard found something else that keeps the texts apart.
pub(crate) fn features(a: &Profile, b: &Profile, difference: &Difference) -> [f64; FEATURE_COUNT] {
    let mut features = outline(a, b, difference);
    if is_open(&features) {
        features[AKIN] = said(&a.content, a, b).min(said(&b.content, b, a));
    }
    features
}

const COVERED: usize = 4;
/// The place of `akin`, the one that takes most of the time: it looks at every pair of words.
pub(super) const AKIN: usize = 6;

/// Whether `akin` is not yet known from the others.
pub(super) fn is_open(outline: &[f64; FEATURE_COUNT]) -> bool {
    outline[AKIN] > outline[COVERED]
}

/// The features with an upper bound for `akin`.
pub(super) fn outline(a: &Profile, b: &Profile, difference: &Difference) -> [f64; FEATURE_COUNT] {
    let (left_a, left_b) = (leftover(a, b), leftover(b, a));
    let added = difference.only_a.len() + difference.only_b.len();
    let many = |count: usize| (count as f64 / MANY).min(1.0);
    let cosine = a.nearness(b);
    let (least, most) = sorted(left_a.covered(), left_b.covered());
    let akin = if cosine < FAR { least } else { 1.0 };
    [
        cosine,
        a.whole_nearness(b),
        dice(&a.letters, &b.letters),
        jaccard(&a.content, &b.content),
        least,
        most,
        akin,
        order(&a.words, &b.words),
        (f64::from(left_a.weight.max(left_b.weight)) / MUCH).min(1.0),
        much(left_a.common().min(left_b.common())),
        ratio(a.words.len(), b.words.len()),
        1.0 / (1.0 + (a.content.len() + b.content.len()) as f64 / FEW),
        many(difference.kinds),
        many(added),
        if difference.keeps_apart() && difference.kinds == 0 { 1.0 } else { 0.0 },
    ]
}

/// 0 to 1, half way at [`MUCH`].
fn much(weight: u32) -> f64 {
    f64::from(weight) / (f64::from(weight) + MUCH)
}

fn sorted(a: f64, b: f64) -> (f64, f64) {
    if a < b { (a, b) } else { (b, a) }
}

fn ratio(a: usize, b: usize) -> f64 {
    if a == b { 1.0 } else { a.min(b) as f64 / a.max(b) as f64 }
}
