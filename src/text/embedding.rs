//! The embedded sentence model: a static vector per WordPiece, summed.
//!
//! Format and training are described in `NOTICE` and ARCHITECTURE.md. Everything here is fixed-order
//! single-precision arithmetic without fused operations, so that native and wasm agree to the bit.

use super::fold;

static MODEL: &[u8] = include_bytes!("sentence-minilm128-q4.sem");
// Written by build.rs: (id u16, start u32, length u8) for each word piece, sorted by the piece.
static INDEX: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/vocabulary.index"));

/// Components of an embedding.
pub(crate) const DIMENSION: usize = 128;
const RECORD: usize = 7;
const HEADER: usize = 16;
// BERT's WordPiece gives up on longer words; they are identifiers, not language.
const LONGEST_WORD: usize = 100;
// Unit vectors are kept as i16 at this scale: a dot product of two is at most 2^28 and fits an i32.
const ONE: f32 = 16384.0;
const WEIGHT_SCALE: f32 = 100.0;

/// A sentence as a unit vector, or nothing where no word of it is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Embedding(Option<Box<[i16; DIMENSION]>>);

impl Embedding {
    /// Embeds a text of any length.
    pub(crate) fn of(text: &str) -> Embedding {
        let mut sum = [0f32; DIMENSION];
        let mut known = false;
        for word in fold(text).split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()) {
            known |= add_word(word, &mut sum);
        }
        Embedding(known.then(|| unit(&sum)).flatten())
    }

    /// Whether it stands for a text at all.
    pub(crate) fn is_known(&self) -> bool {
        self.0.is_some()
    }

    /// The vector, of length 2^14.
    pub(crate) fn components(&self) -> Option<&[i16]> {
        self.0.as_ref().map(|vector| vector.as_slice())
    }

    /// Cosine of the angle between two sentences, -1 to 1; 0 where either is not known.
    pub(crate) fn cosine(&self, other: &Embedding) -> f32 {
        match (&self.0, &other.0) {
            (Some(a), Some(b)) => {
                let dot: i32 = a.iter().zip(b.iter()).map(|(x, y)| i32::from(*x) * i32::from(*y)).sum();
                // Rounding each component can push a vector just beyond length one.
                (dot as f32 / (ONE * ONE)).clamp(-1.0, 1.0)
            }
            _ => 0.0,
        }
    }
}

/// How much a word says, 0 to 255: the length of its vector, which training made short for words that are everywhere.
/// A word that the model does not know is a name or an identifier and says a lot.
pub(crate) fn weight(word: &str) -> u8 {
    const UNKNOWN: u8 = 200;
    let mut sum = [0f32; DIMENSION];
    if !add_word(word, &mut sum) {
        return UNKNOWN;
    }
    (sum.iter().map(|x| x * x).sum::<f32>().sqrt() * WEIGHT_SCALE).clamp(1.0, 255.0) as u8
}

fn unit(sum: &[f32; DIMENSION]) -> Option<Box<[i16; DIMENSION]>> {
    let norm = sum.iter().map(|x| x * x).sum::<f32>().sqrt();
    (norm > 0.0).then(|| Box::new(sum.map(|x| (x / norm * ONE).round() as i16)))
}

/// Greedy longest-match WordPiece (Devlin et al. 2019). A word with an unknown piece is skipped whole.
fn add_word(word: &str, sum: &mut [f32; DIMENSION]) -> bool {
    if word.len() > LONGEST_WORD {
        return false;
    }
    let mut pieces = [0u16; LONGEST_WORD];
    let mut found = 0;
    let mut rest = word.as_bytes();
    while !rest.is_empty() {
        let continues = rest.len() < word.len();
        let Some((id, length)) = longest_piece(rest, continues) else { return false };
        if let Some(slot) = pieces.get_mut(found) {
            *slot = id;
        }
        found += 1;
        rest = rest.get(length..).unwrap_or_default();
    }
    for id in pieces.iter().take(found) {
        add_row(usize::from(*id), sum);
    }
    true
}

fn longest_piece(word: &[u8], continues: bool) -> Option<(u16, usize)> {
    (1..=word.len()).rev().find_map(|length| piece(word.get(..length)?, continues).map(|id| (id, length)))
}

fn piece(word: &[u8], continues: bool) -> Option<u16> {
    let prefix: &[u8] = if continues { b"##" } else { b"" };
    let (mut low, mut high) = (0, INDEX.len() / RECORD);
    while low < high {
        let middle = (low + high) / 2;
        let (id, line) = record(middle)?;
        match line.iter().cmp(prefix.iter().chain(word)) {
            std::cmp::Ordering::Equal => return Some(id),
            std::cmp::Ordering::Less => low = middle + 1,
            std::cmp::Ordering::Greater => high = middle,
        }
    }
    None
}

fn record(at: usize) -> Option<(u16, &'static [u8])> {
    match INDEX.get(at * RECORD..(at + 1) * RECORD)? {
        &[i0, i1, s0, s1, s2, s3, length] => {
            let start = u32::from_le_bytes([s0, s1, s2, s3]) as usize;
            Some((u16::from_le_bytes([i0, i1]), MODEL.get(start..start + usize::from(length))?))
        }
        _ => None,
    }
}

fn header(at: usize) -> usize {
    match MODEL.get(at..at + 4) {
        Some(&[a, b, c, d]) => u32::from_le_bytes([a, b, c, d]) as usize,
        _ => 0,
    }
}

fn add_row(id: usize, sum: &mut [f32; DIMENSION]) {
    let scales = HEADER + header(12);
    let rows = scales + header(4) * 2;
    let scale = match MODEL.get(scales + id * 2..scales + id * 2 + 2) {
        Some(&[low, high]) => half(u16::from_le_bytes([low, high])),
        _ => return,
    };
    let row = MODEL.get(rows + id * DIMENSION / 2..rows + (id + 1) * DIMENSION / 2).unwrap_or_default();
    for (pair, byte) in sum.chunks_exact_mut(2).zip(row) {
        if let [even, odd] = pair {
            *even += scale * (f32::from(byte & 15) - 8.0);
            *odd += scale * (f32::from(byte >> 4) - 8.0);
        }
    }
}

/// IEEE 754 half precision to single; exact.
fn half(bits: u16) -> f32 {
    let sign = u32::from(bits >> 15) << 31;
    let exponent = u32::from(bits >> 10) & 31;
    let fraction = u32::from(bits) & 1023;
    match exponent {
        0 => f32::from_bits(sign | 0x3f80_0000) * (fraction as f32) * f32::from_bits((127 - 24) << 23),
        31 => f32::from_bits(sign | 0x7f80_0000 | fraction << 13),
        _ => f32::from_bits(sign | (exponent + 112) << 23 | fraction << 13),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_precision() {
        assert_eq!([half(0x3c00), half(0xc000), half(0x0001), half(0x7bff)], [1.0, -2.0, 5.960_464_5e-8, 65504.0]);
    }

    #[test]
    fn pieces_are_found_in_the_sorted_vocabulary() {
        assert!(piece(b"the", false).is_some());
        assert!(piece(b"ing", true).is_some());
        assert!(piece(b"qqqqzz", false).is_none());
    }

    #[test]
    fn paraphrases_are_nearer_than_strangers() {
        let base = Embedding::of("Restart the server before deploying a new version");
        let near = base.cosine(&Embedding::of("Before a new release is deployed, the server has to be restarted"));
        let far = base.cosine(&Embedding::of("The customer asked for a refund of the ticket"));
        assert!(near > far + 0.3, "{near} {far}");
        assert_eq!(base.cosine(&Embedding::of("日本語")), 0.0);
    }
}
