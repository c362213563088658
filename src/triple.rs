//! Finding some literals in long texts by triples of neighbouring bytes.
//!
//! Of each literal, two neighbouring triples are kept in a set, so that a look at every second place of a text is
//! enough, without regard to case: nearly every place of ordinary text is told off by it. Where there are instructions
//! for sixteen bytes at once (`sieve`), they look at every place, and the set is asked for what they leave.

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod sieve;

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
use sieve::Sieve;

/// One bit for each hash of three bytes.
const SET_BITS: u32 = 16;
const SET_WORDS: usize = 1 << (SET_BITS - 6);

/// Four bytes of a literal in a row, of which the first or the last one may be any of some.
#[derive(Debug, Clone)]
pub(crate) struct Quad {
    /// Where in the literal they begin; before it at -1.
    pub at: i8,
    pub first: Vec<u8>,
    pub middle: [u8; 2],
    pub last: Vec<u8>,
}

/// The first four bytes of a literal, by which most chance hits are told off in one comparison: a text fits if its
/// bytes are the first number once the bits of the second are set.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Head(u32, u32);

impl Head {
    /// The head of a literal of three bytes or more; `exact`: if its case counts.
    pub(crate) fn of(literal: &[u8], exact: bool) -> Head {
        let mut bits = [0xff; 4];
        let mut ignored = [0xff; 4];
        for ((bit, any), byte) in bits.iter_mut().zip(&mut ignored).zip(literal) {
            let case = if exact { 0 } else { 0x20 };
            (*bit, *any) = (*byte | case, case);
        }
        Head(u32::from_le_bytes(bits), u32::from_le_bytes(ignored))
    }

    #[inline(always)]
    fn fits(self, text: &[u8; 4]) -> bool {
        u32::from_le_bytes(*text) | self.1 == self.0
    }
}

/// The triples of some literals.
#[derive(Debug)]
pub(crate) struct Triples {
    set: Box<[u64; SET_WORDS]>,
    /// Hashes with the literals' numbers and where in them the triples begin, in order.
    triples: Vec<(u16, u16, i8)>,
    /// Where in them those of a word of the set begin.
    first: Vec<u32>,
    /// By the literals' numbers; those without one are not told off.
    heads: Vec<Head>,
    #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
    sieve: Sieve,
}

impl Triples {
    /// Of each literal its number and a quad: two triples whose places follow on each other, so that one of them begins
    /// at an even place of any text.
    pub(crate) fn new(quads: impl IntoIterator<Item = (u16, Quad)>, heads: Vec<Head>) -> Self {
        let quads: Vec<(u16, Quad)> = quads.into_iter().collect();
        let mut triples: Vec<_> = quads.iter().flat_map(|(number, quad)| triples(*number, quad)).collect();
        triples.sort_unstable();
        triples.dedup();
        let mut set = Box::new([0; SET_WORDS]);
        for (hash, ..) in &triples {
            if let Some(word) = set.get_mut(usize::from(*hash >> 6)) {
                *word |= 1 << (hash & 63);
            }
        }
        let first = (0..SET_WORDS).map(|word| triples.partition_point(|(hash, ..)| usize::from(*hash >> 6) < word));
        let first = first.map(|at| u32::try_from(at).unwrap_or(u32::MAX)).collect();
        #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
        let sieve = Sieve::new(quads.iter().map(|(_, quad)| quad));
        Triples {
            set,
            triples,
            first,
            heads,
            #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
            sieve,
        }
    }

    /// Calls `hit` with the number of each literal that may stand in the text, and where it would begin.
    pub(crate) fn each(&self, text: &[u8], mut hit: impl FnMut(u16, usize)) {
        self.places(text, |at, hash| {
            let first = self.first.get(usize::from(hash >> 6)).map_or(0, |first| *first as usize);
            let near = self.triples.get(first..).unwrap_or_default().iter();
            for (_, number, offset) in near.skip_while(|(other, ..)| *other < hash).take_while(|(o, ..)| *o == hash) {
                let Some(start) = at.checked_add_signed(-isize::from(*offset)) else { continue };
                let near = text.get(start..).and_then(|rest| rest.first_chunk());
                let head = self.heads.get(usize::from(*number));
                if near.zip(head).is_none_or(|(near, head)| head.fits(near)) {
                    hit(*number, start);
                }
            }
        });
    }

    /// Calls `found` with the places of triples whose hashes are in the set.
    #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
    #[inline(always)]
    fn places(&self, text: &[u8], mut found: impl FnMut(usize, u16)) {
        let mut walk = sieve::Walk::over(text);
        while let Some((at, hash)) = self.next(&mut walk) {
            found(at, hash);
        }
    }

    /// The next of those places. A function of its own: within the large ones that look, its tables would not be kept
    /// at hand.
    #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
    #[inline(never)]
    fn next(&self, walk: &mut sieve::Walk<'_>) -> Option<(usize, u16)> {
        self.sieve.next(walk, |triple| Some(hash_of(triple)).filter(|hash| self.has(*hash) == 1))
    }

    #[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
    #[inline(always)]
    fn places(&self, text: &[u8], mut found: impl FnMut(usize, u16)) {
        let (blocks, _) = text.as_chunks::<16>();
        // Each block needs four bytes of the next one.
        let whole = text.len().saturating_sub(4) / 16;
        for (number, block) in blocks.iter().enumerate().take(whole) {
            let at = 16 * number;
            let next =
                text.get(at + 16..).and_then(|rest| rest.first_chunk()).map_or(0, |next| u32::from_le_bytes(*next));
            let hashes = hashes(block, next);
            // Sixteen bytes share a branch.
            if hashes.iter().fold(0, |any, hash| any | self.has(*hash)) == 1 {
                for (step, hash) in hashes.iter().enumerate().filter(|(_, hash)| self.has(**hash) == 1) {
                    found(at + 2 * step, *hash);
                }
            }
        }
        let rest = text.get(16 * whole..).unwrap_or_default();
        for (step, three) in rest.windows(3).enumerate().step_by(2) {
            let hash = three.first_chunk().map_or(0, hash_of);
            if self.has(hash) == 1 {
                found(16 * whole + step, hash);
            }
        }
    }

    #[inline(always)]
    fn has(&self, hash: u16) -> u64 {
        self.set.get(usize::from(hash >> 6)).map_or(0, |word| word >> (hash & 63) & 1)
    }
}

/// The hashes of a quad's triples with the literal's number and where in it they begin. Where every place is looked at,
/// the second one is enough.
fn triples(number: u16, quad: &Quad) -> Vec<(u16, u16, i8)> {
    let [b, c] = quad.middle;
    let first = quad.first.iter().map(|a| (hash_of(&[*a, b, c]), number, quad.at));
    let first = first.filter(|_| !cfg!(all(target_arch = "wasm32", target_feature = "simd128")));
    first.chain(quad.last.iter().map(|d| (hash_of(&[b, c, *d]), number, quad.at + 1))).collect()
}

/// The quad of a literal of three bytes or more whose triples are the rarest. One of three bytes is itself the second
/// of them, behind any byte.
pub(crate) fn rarest(literal: &[u8]) -> Option<Quad> {
    if let [a, b, c] = literal {
        return Some(Quad { at: -1, first: (0..=u8::MAX).collect(), middle: [*a, *b], last: vec![*c] });
    }
    let (at, quad) = literal.windows(4).enumerate().rev().max_by_key(|(_, quad)| rarity(quad))?;
    let [a, b, c, d] = *quad.first_chunk()?;
    Some(Quad { at: i8::try_from(at).ok()?, first: vec![a], middle: [b, c], last: vec![d] })
}

/// The bytes of English and code from the most to the least frequent; what is not among them is rarer still.
const FREQUENT: &[u8] = b" etaoinsrlcdumphgf-_/.bywvkxqjz";

fn rank(byte: u8) -> usize {
    FREQUENT.iter().position(|other| *other == byte.to_ascii_lowercase()).unwrap_or(FREQUENT.len())
}

/// How rare the less rare of the two triples is. One byte three times is a line in ordinary text.
fn rarity(quad: &[u8]) -> usize {
    let of = |triple: &[u8]| match triple {
        [a, b, c] if a == b && b == c => 0,
        triple => triple.iter().map(|byte| rank(*byte)).sum(),
    };
    quad.windows(3).map(of).min().unwrap_or(0)
}

/// Letters of either case have the same hash.
fn hash_of(bytes: &[u8; 3]) -> u16 {
    let [a, b, c] = *bytes;
    hash(u32::from_le_bytes([a, b, c, 0]))
}

/// Multiplicative hashing (Knuth, The Art of Computer Programming 3, 6.4) of the three lower bytes.
fn hash(triple: u32) -> u16 {
    hash_of_folded(triple | 0x2020_2020)
}

// Always inlined: the module for JavaScript is compiled for size, where a call would be left for each place of a text.
#[inline(always)]
fn hash_of_folded(triple: u32) -> u16 {
    ((triple & 0x00FF_FFFF).wrapping_mul(0x9E37_79B1) >> (32 - SET_BITS)) as u16
}

/// The hashes at the eight even places of a block.
#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
#[inline(always)]
fn hashes(block: &[u8; 16], next: u32) -> [u16; 8] {
    const FOLDED: u64 = 0x2020_2020_2020_2020;
    let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = *block;
    let one = u64::from_le_bytes([a, b, c, d, e, f, g, h]) | FOLDED;
    let two = u64::from_le_bytes([e, f, g, h, i, j, k, l]) | FOLDED;
    let three = u64::from_le_bytes([i, j, k, l, m, n, o, p]) | FOLDED;
    let four = u64::from(u32::from_le_bytes([m, n, o, p])) | u64::from(next) << 32 | FOLDED;
    [
        hash_of_folded(one as u32),
        hash_of_folded((one >> 16) as u32),
        hash_of_folded((one >> 32) as u32),
        hash_of_folded((two >> 16) as u32),
        hash_of_folded(three as u32),
        hash_of_folded((three >> 16) as u32),
        hash_of_folded((three >> 32) as u32),
        hash_of_folded((four >> 16) as u32),
    ]
}
