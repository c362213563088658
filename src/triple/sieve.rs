//! Telling off most places of a text, sixteen at once.
//!
//! The quads are put into eight buckets. A table for each place in a quad gives for a byte the buckets that have it
//! there; where the four tables agree on no bucket, none of the quads stands (as in Teddy of Hyperscan; Wang et al.,
//! "Hyperscan: A Fast Multi-pattern Regex Matcher for Modern CPUs", NSDI 2019).

use std::arch::wasm32::{
    i8x16_bitmask, i8x16_ne, i8x16_shuffle, i8x16_splat, i8x16_sub, i8x16_swizzle, u8x16_splat, v128, v128_and, v128_or,
};

use super::{FREQUENT, Quad, rank};
use crate::ascii::lanes::{padded, sixteen};

/// For each place in a quad, the buckets by the folded byte, in four rows: from 0x20, 0x30, 0x60 and 0x70 on.
#[derive(Debug)]
pub(super) struct Sieve([[v128; 4]; 4]);

/// The folded bytes that quads of a bucket have at their four places: a bit for each, in the order of the rows.
type Bucket = [u64; 4];

/// A text that is looked through.
pub(super) struct Walk<'t> {
    text: &'t [u8],
    blocks: std::slice::Iter<'t, [u8; 16]>,
    /// What is behind the blocks, filled up.
    tail: Option<[u8; 16]>,
    /// Where the next block begins.
    at: usize,
    /// Where in the last one quads may end that were not looked at, a bit for each.
    left: u16,
    /// What the tables for the first three places gave for the block before.
    before: [v128; 3],
}

impl<'t> Walk<'t> {
    pub(super) fn over(text: &'t [u8]) -> Self {
        let (blocks, tail) = text.as_chunks::<16>();
        // A quad may begin before the text.
        Walk { text, blocks: blocks.iter(), tail: padded(tail), at: 0, left: 0, before: [u8x16_splat(0xff); 3] }
    }
}

impl Sieve {
    pub(super) fn new<'q>(quads: impl Iterator<Item = &'q Quad>) -> Self {
        let mut buckets = [[0; 4]; 8];
        let mut quads: Vec<Bucket> = quads.map(folded).collect();
        // Those that fit most texts first: what comes later joins where it makes the least difference.
        quads.sort_unstable_by_key(|quad| (weight(quad), *quad));
        for quad in quads.iter().rev() {
            let more = |bucket: &&mut Bucket| weight(&joined(bucket, quad)) - weight(bucket);
            if let Some(bucket) = buckets.iter_mut().min_by_key(more) {
                *bucket = joined(bucket, quad);
            }
        }
        let has =
            |bucket: &Bucket, place: usize, byte: usize| bucket.get(place).is_some_and(|set| set >> byte & 1 == 1);
        let of = |place: usize, byte: usize| {
            buckets.iter().zip(0..).fold(0, |all, (bucket, bit)| all | u8::from(has(bucket, place, byte)) << bit)
        };
        let row = |place: usize, row: usize| sixteen(&std::array::from_fn(|byte| of(place, 16 * row + byte)));
        Sieve(std::array::from_fn(|place| std::array::from_fn(|number| row(place, number))))
    }

    /// The next place of which `of` knows the triple that a quad may end with, and what it gives for that.
    #[inline(always)]
    pub(super) fn next(&self, walk: &mut Walk<'_>, of: impl Fn(&[u8; 3]) -> Option<u16>) -> Option<(usize, u16)> {
        let [mut a_before, mut b_before, mut c_before] = walk.before;
        let (mut at, mut left) = (walk.at, walk.left);
        loop {
            while left != 0 {
                let place = (at + left.trailing_zeros() as usize).checked_sub(16 + 2);
                left &= left - 1;
                let triple = place.and_then(|place| walk.text.get(place..)?.first_chunk());
                if let Some(found) = place.zip(triple.and_then(&of)) {
                    (walk.at, walk.left, walk.before) = (at, left, [a_before, b_before, c_before]);
                    return Some(found);
                }
            }
            let bytes = walk.blocks.next().map(sixteen).or_else(|| Some(sixteen(&walk.tail.take()?)))?;
            let [a, b, c, d] = self.look_up(bytes);
            let a_back = i8x16_shuffle::<13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28>(a_before, a);
            let b_back = i8x16_shuffle::<14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29>(b_before, b);
            let c_back = i8x16_shuffle::<15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30>(c_before, c);
            (a_before, b_before, c_before) = (a, b, c);
            let all = v128_and(v128_and(a_back, b_back), v128_and(c_back, d));
            (at, left) = (at + 16, i8x16_bitmask(i8x16_ne(all, i8x16_splat(0))));
        }
    }

    /// The buckets that have the bytes at each of the places.
    #[inline(always)]
    fn look_up(&self, bytes: v128) -> [v128; 4] {
        // Letters of either case are one; what is not ASCII is taken for what it is not, which the set tells.
        let folded = v128_or(v128_and(bytes, u8x16_splat(0x7f)), u8x16_splat(0x20));
        // Beyond its row an index gives nothing.
        let rows = [0x20, 0x30, 0x60, 0x70].map(|from| i8x16_sub(folded, u8x16_splat(from)));
        let [low, digits, letters, high] = rows;
        self.0.map(|[p, q, r, s]| {
            let signs = v128_or(i8x16_swizzle(p, low), i8x16_swizzle(q, digits));
            v128_or(signs, v128_or(i8x16_swizzle(r, letters), i8x16_swizzle(s, high)))
        })
    }
}

fn folded(quad: &Quad) -> Bucket {
    let bit = |byte: &u8| 1 << (byte & 0x1f | (byte & 0x40) >> 1);
    let set = |bytes: &[u8]| bytes.iter().fold(0, |set, byte| set | bit(byte));
    let [b, c] = quad.middle;
    [set(&quad.first), bit(&b), bit(&c), set(&quad.last)]
}

fn joined(a: &Bucket, b: &Bucket) -> Bucket {
    std::array::from_fn(|place| a.get(place).unwrap_or(&0) | b.get(place).unwrap_or(&0))
}

/// How many places of ordinary text a bucket lets pass, by the ranks of its bytes.
fn weight(bucket: &Bucket) -> u64 {
    let of = |byte: u8| {
        let byte = byte & 0x1f | 0x20 | (byte & 0x20) << 1;
        let common = (FREQUENT.len() + 1 - rank(byte)) as u64;
        common * common
    };
    let sum = |set: &u64| (0..64).filter(|byte| set >> byte & 1 == 1).map(of).sum::<u64>();
    bucket.iter().map(sum).product()
}
