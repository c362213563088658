//! Sentences as vectors. Everything here is fixed-order single-precision arithmetic without fused operations, so that
//! native and wasm agree to the bit.

use std::sync::OnceLock;

use super::dot::dot;
use super::fold;
use super::model::{DIMENSION, Model};

// Unit vectors are kept as i16 at this scale: a dot product of two is at most 2^28 and fits an i32.
const ONE: f32 = 16384.0;
const WEIGHT_SCALE: f32 = 100.0;
const UNKNOWN: u8 = 200;

/// A sentence as a unit vector, or nothing where no word of it is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Embedding(Option<Box<[i16]>>);

impl Embedding {
    /// Embeds a text of any length. Without the model nothing is known.
    pub(crate) fn of(text: &str) -> Embedding {
        let Some(model) = Model::get() else { return Embedding(None) };
        let mut sum = [0f32; DIMENSION];
        let mut known = false;
        for word in fold(text).split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()) {
            known |= model.add_word(word, &mut sum).is_some();
        }
        Embedding(if known { unit(&sum) } else { None })
    }

    /// The direction of a piece of the model's vocabulary, as of a text that is nothing else. The same words make up most
    /// texts, so each is computed once.
    pub(crate) fn of_piece(piece: u16) -> Option<&'static Embedding> {
        Some(&known(piece)?.0)
    }

    /// The direction of a vector of any number of components.
    pub(crate) fn from_components(components: &[i8]) -> Embedding {
        Embedding(unit(&components.iter().map(|component| f32::from(*component)).collect::<Vec<_>>()))
    }

    /// The vector, of length 2^14.
    pub(crate) fn components(&self) -> Option<&[i16]> {
        self.0.as_deref()
    }

    /// Cosine of the angle between two sentences, -1 to 1; 0 where either is not known.
    pub(crate) fn cosine(&self, other: &Embedding) -> f32 {
        match (&self.0, &other.0) {
            (Some(a), Some(b)) => {
                // Rounding each component can push a vector just beyond length one.
                (dot(a, b) as f32 / (ONE * ONE)).clamp(-1.0, 1.0)
            }
            _ => 0.0,
        }
    }
}

/// The direction and the weight of a piece of the vocabulary.
fn known(piece: u16) -> Option<&'static (Embedding, u8)> {
    static KNOWN: OnceLock<Vec<OnceLock<(Embedding, u8)>>> = OnceLock::new();
    let model = Model::get()?;
    let known = KNOWN.get_or_init(|| (0..model.len()).map(|_| OnceLock::new()).collect());
    let compute = || {
        let mut sum = [0f32; DIMENSION];
        model.add_row(usize::from(piece), &mut sum);
        (Embedding(unit(&sum)), length(&sum))
    };
    known.get(usize::from(piece)).map(|known| known.get_or_init(compute))
}

/// The meaning of a text by its words, and how much each of them says: as [`Embedding::of`] and [`weight`] tell of texts in
/// ASCII, with each word looked up once. Beside a word's weight the piece of the vocabulary that it is, if it is one.
pub(crate) fn weigh<'a>(words: impl Iterator<Item = &'a str>) -> (Embedding, Vec<(u8, Option<u16>)>) {
    let model = Model::get();
    let mut sum = [0f32; DIMENSION];
    let mut any = false;
    let mut weights = Vec::new();
    for word in words {
        let found = model.and_then(|model| model.pieces(word).map(|pieces| (model, pieces)));
        weights.push(found.map_or((UNKNOWN, None), |(model, pieces)| {
            any = true;
            pieces.add(model, &mut sum);
            let single = pieces.single();
            let together = || {
                let mut own = [0f32; DIMENSION];
                pieces.add(model, &mut own);
                length(&own)
            };
            let weight = single.and_then(known).map_or_else(together, |(_, weight)| *weight);
            (weight, single)
        }));
    }
    (Embedding(if any { unit(&sum) } else { None }), weights)
}

/// How much a word says, 0 to 255: the length of its vector, which training made short for words that are everywhere.
/// A word that the model does not know is a name or an identifier and says a lot.
pub(crate) fn weight(word: &str) -> u8 {
    let mut sum = [0f32; DIMENSION];
    if Model::get().and_then(|model| model.add_word(word, &mut sum)).is_none() {
        return UNKNOWN;
    }
    length(&sum)
}

fn length(sum: &[f32]) -> u8 {
    (sum.iter().map(|x| x * x).sum::<f32>().sqrt() * WEIGHT_SCALE).clamp(1.0, 255.0) as u8
}

fn unit(sum: &[f32]) -> Option<Box<[i16]>> {
    let norm = sum.iter().map(|x| x * x).sum::<f32>().sqrt();
    (norm > 0.0 && norm.is_finite()).then(|| sum.iter().map(|x| nearest(x / norm * ONE)).collect())
}

/// As `round`, without the call that neither baseline x86 nor wasm can do without: a half more is exact in double
/// precision.
fn nearest(x: f32) -> i16 {
    let x = f64::from(x);
    (x + 0.5f64.copysign(x)) as i16
}

#[cfg(all(test, feature = "model"))]
mod tests {
    use super::*;

    #[test]
    fn paraphrases_are_nearer_than_strangers() {
        let base = Embedding::of("Restart the server before deploying a new version");
        let near = base.cosine(&Embedding::of("Before a new release is deployed, the server has to be restarted"));
        let far = base.cosine(&Embedding::of("The customer asked for a refund of the ticket"));
        assert!(near > far + 0.3, "{near} {far}");
        assert_eq!(base.cosine(&Embedding::of("日本語")), 0.0);
    }
}
