//! Telling off most places of a text, sixteen at once.
//!
//! The quads are put into buckets, eight to a table. A table for each place in a quad gives for a byte the buckets that
//! have it there; where the four tables agree on no bucket, none of the quads stands (as in Teddy of Hyperscan; Wang et
//! al., "Hyperscan: A Fast Multi-pattern Regex Matcher for Modern CPUs", NSDI 2019). Of a byte only the five lower bits
//! count, so that two rows of sixteen are a table: letters of either case are one, and signs are taken for letters.

use std::arch::wasm32::{
    i8x16_bitmask, i8x16_ne, i8x16_shuffle, i8x16_splat, i8x16_sub, i8x16_swizzle, u8x16_splat, v128, v128_and, v128_or,
};

use super::{FREQUENT, Quad, rank};
use crate::ascii::lanes::{padded, sixteen};

/// For each place in a quad, eight buckets by the lower bits of the byte, in two rows.
type Tables = [[v128; 2]; 4];

/// More quads than this need sixteen buckets, or they let too much pass.
const FEW: usize = 100;

#[derive(Debug)]
pub(super) struct Sieve {
    first: Tables,
    /// Of eight buckets more.
    second: Option<Tables>,
}

/// What the tables for the first three places gave for a block.
type Before = [v128; 3];

/// The lower bits of the bytes that quads of a bucket have at their four places: a bit for each.
type Bucket = [u32; 4];

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
    /// Of the block before, for either tables.
    before: [Before; 2],
}

impl<'t> Walk<'t> {
    pub(super) fn over(text: &'t [u8]) -> Self {
        let (blocks, tail) = text.as_chunks::<16>();
        // A quad may begin before the text.
        Walk { text, blocks: blocks.iter(), tail: padded(tail), at: 0, left: 0, before: [[u8x16_splat(0xff); 3]; 2] }
    }
}

impl Sieve {
    pub(super) fn new<'q>(quads: impl Iterator<Item = &'q Quad>) -> Self {
        let mut quads: Vec<Bucket> = quads.map(lower_bits).collect();
        // Those that fit most texts first: what comes later joins where it makes the least difference.
        let common = std::array::from_fn(common);
        let weight = |bucket: &Bucket| weight(bucket, &common);
        quads.sort_unstable_by_key(|quad| (weight(quad), *quad));
        let mut buckets = vec![[0; 4]; if quads.len() > FEW { 16 } else { 8 }];
        for quad in quads.iter().rev() {
            let more = |bucket: &&mut Bucket| weight(&joined(bucket, quad)) - weight(bucket);
            if let Some(bucket) = buckets.iter_mut().min_by_key(more) {
                *bucket = joined(bucket, quad);
            }
        }
        let (first, second) = buckets.split_at(8);
        Sieve { first: tables(first), second: (!second.is_empty()).then(|| tables(second)) }
    }

    /// The next place of which `of` knows the triple that a quad may end with, and what it gives for that.
    #[inline(always)]
    pub(super) fn next(&self, walk: &mut Walk<'_>, of: impl Fn(&[u8; 3]) -> Option<u16>) -> Option<(usize, u16)> {
        // Two loops, so that what is needed in each is at hand.
        match &self.second {
            None => next(walk, of, |bytes, [before, _]| agreed(&self.first, bytes, before)),
            Some(second) => {
                next(walk, of, |bytes, [one, two]| v128_or(agreed(&self.first, bytes, one), agreed(second, bytes, two)))
            }
        }
    }
}

#[inline(always)]
fn next(
    walk: &mut Walk<'_>,
    of: impl Fn(&[u8; 3]) -> Option<u16>,
    agreed: impl Fn(v128, &mut [Before; 2]) -> v128,
) -> Option<(usize, u16)> {
    let mut before = walk.before;
    let (mut at, mut left) = (walk.at, walk.left);
    loop {
        while left != 0 {
            let place = (at + left.trailing_zeros() as usize).checked_sub(16 + 2);
            left &= left - 1;
            let triple = place.and_then(|place| walk.text.get(place..)?.first_chunk());
            if let Some(found) = place.zip(triple.and_then(&of)) {
                (walk.at, walk.left, walk.before) = (at, left, before);
                return Some(found);
            }
        }
        let bytes = walk.blocks.next().map(sixteen).or_else(|| Some(sixteen(&walk.tail.take()?)))?;
        let any = agreed(bytes, &mut before);
        (at, left) = (at + 16, i8x16_bitmask(i8x16_ne(any, i8x16_splat(0))));
    }
}

/// The buckets that have all of the bytes before and at each place.
#[inline(always)]
fn agreed([a, b, c, d]: &Tables, bytes: v128, before: &mut Before) -> v128 {
    let low = v128_and(bytes, u8x16_splat(0x1f));
    // Beyond its row an index gives nothing.
    let high = i8x16_sub(low, u8x16_splat(16));
    let look_up = |[p, q]: &[v128; 2]| v128_or(i8x16_swizzle(*p, low), i8x16_swizzle(*q, high));
    let (a, b, c, d) = (look_up(a), look_up(b), look_up(c), look_up(d));
    let [a_before, b_before, c_before] = *before;
    *before = [a, b, c];
    let a = i8x16_shuffle::<13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28>(a_before, a);
    let b = i8x16_shuffle::<14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29>(b_before, b);
    let c = i8x16_shuffle::<15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30>(c_before, c);
    v128_and(v128_and(a, b), v128_and(c, d))
}

/// The tables of eight buckets.
fn tables(buckets: &[Bucket]) -> Tables {
    let has = |bucket: &Bucket, place: usize, byte: usize| bucket.get(place).is_some_and(|set| set >> byte & 1 == 1);
    let of = |place: usize, byte: usize| {
        buckets.iter().zip(0..).fold(0, |all, (bucket, bit)| all | u8::from(has(bucket, place, byte)) << bit)
    };
    let row = |place: usize, row: usize| sixteen(&std::array::from_fn(|byte| of(place, 16 * row + byte)));
    std::array::from_fn(|place| std::array::from_fn(|number| row(place, number)))
}

fn lower_bits(quad: &Quad) -> Bucket {
    let bit = |byte: &u8| 1 << (byte & 0x1f);
    let set = |bytes: &[u8]| bytes.iter().fold(0, |set, byte| set | bit(byte));
    let [b, c] = quad.middle;
    [set(&quad.first), bit(&b), bit(&c), set(&quad.last)]
}

fn joined(a: &Bucket, b: &Bucket) -> Bucket {
    std::array::from_fn(|place| a.get(place).unwrap_or(&0) | b.get(place).unwrap_or(&0))
}

/// How often bytes with those lower bits stand in ordinary text, by their ranks.
fn common(bits: usize) -> u64 {
    let of = |byte: usize| u8::try_from(byte).map_or(0, |byte| (FREQUENT.len() + 1 - rank(byte)) as u64);
    of(bits | 0x20).pow(2) + of(bits | 0x60).pow(2)
}

/// How many places of ordinary text a bucket lets pass.
fn weight(bucket: &Bucket, common: &[u64; 32]) -> u64 {
    let sum =
        |set: &u32| common.iter().enumerate().filter(|(bits, _)| set >> bits & 1 == 1).map(|(_, of)| of).sum::<u64>();
    bucket.iter().map(sum).product()
}
