//! What a text can be found by again: numbers that texts have in common only if they have something in common.

use super::profile::Profile;
use crate::text::Embedding;

/// The keys of one text in one room.
#[derive(Default)]
pub(crate) struct Keys {
    /// Hash of the room. It is part of every key, so that texts of different rooms share none.
    pub room: u64,
    /// Hash of the normal form.
    pub normal: u64,
    /// Those it is filed under.
    pub own: Vec<u64>,
    /// Those that a text near to it may be filed under.
    pub near: Vec<u64>,
}

/// What a key is about, mixed into it so that a stem never meets a value.
#[derive(Clone, Copy)]
enum Sort {
    Normal,
    Stem,
    Value,
    Neighbours,
    Words,
    Letters,
    Meaning,
    Given,
}

// Of a text longer than a page, the stems and values with the lowest hashes: the same ones in a text like it.
const STEMS: usize = 64;
// Two texts that share half of their members (Jaccard .5) meet in at least one of 8 bands of 2 rows nine times in ten.
const BANDS: u64 = 8;
const ROWS: u64 = 2;
// Each table sorts vectors into 128 × 128 boxes. Two sentences with cosine .8 meet in one of 12 tables nine times in ten.
const TABLES: u64 = 12;

impl Keys {
    /// The keys of a text.
    pub(crate) fn of(room: &str, profile: &Profile) -> Keys {
        let stems = profile.content.iter().map(|stem| hash(Sort::Stem, u64::from(*stem)));
        let values = profile.values.iter().map(|value| hash(Sort::Value, text_hash(&value.text) ^ value.kind as u64));
        let mut words: Vec<u64> = stems.chain(values).collect();
        words.sort_unstable();
        words.dedup();
        // Most texts have fewer.
        let (own, near) = (Vec::with_capacity(64), Vec::with_capacity(3 * TABLES as usize));
        let mut keys = Keys { room: text_hash(room), normal: text_hash(&profile.normal), own, near };
        keys.add_bands(Sort::Words, &words);
        keys.add_bands(Sort::Letters, &profile.letters.iter().map(|letters| u64::from(*letters)).collect::<Vec<_>>());
        keys.add_meaning(Sort::Meaning, profile.embedding.components());
        keys.add_meaning(Sort::Given, profile.given.as_ref().and_then(Embedding::components));
        words.truncate(STEMS);
        // "The amber gateway": each word stands in many texts, both together in few.
        let neighbours = profile.words.windows(2).take(STEMS).filter_map(|pair| match pair {
            [a, b] => Some(hash(Sort::Neighbours, u64::from(a.stem) << 32 | u64::from(b.stem))),
            _ => None,
        });
        words.extend(neighbours);
        words.push(hash(Sort::Normal, keys.normal));
        keys.own.extend(words.into_iter().map(|word| mix(word ^ keys.room)));
        keys
    }

    /// MinHash (Broder 1997): in each band, the lowest members under two random orders.
    fn add_bands(&mut self, sort: Sort, members: &[u64]) {
        if members.is_empty() {
            return;
        }
        for band in 0..BANDS {
            let rows = (0..ROWS).fold(band, |rows, row| mix(rows ^ lowest(members, mix(band * ROWS + row))));
            self.own.push(hash(sort, rows ^ self.room));
        }
    }

    /// Cross-polytope hashing (Andoni et al. 2015): the axes that a randomly turned vector lies nearest to, one in each
    /// half of its components. A near vector has the same, or its second nearest.
    fn add_meaning(&mut self, sort: Sort, vector: Option<&[i16]>) {
        let Some(vector) = vector else { return };
        let mut turned: Vec<Lanes> = vector.iter().map(|component| [i32::from(*component); LANES]).collect();
        turned.resize(turned.len().next_power_of_two().max(2), [0; LANES]);
        turn(&mut turned, [TABLES; LANES]);
        let mut axes = turned.clone();
        for first in (0..TABLES).step_by(LANES) {
            let tables = std::array::from_fn(|lane| first + lane as u64);
            axes.copy_from_slice(&turned);
            turn(&mut axes, tables);
            let (left, right) = axes.split_at(axes.len() / 2);
            for ((table, left), right) in tables.into_iter().zip(nearest_axes(left)).zip(nearest_axes(right)) {
                let key = |x: u32, y: u32| hash(sort, self.room ^ mix(table << 56 | u64::from(x) << 28 | u64::from(y)));
                self.own.push(key(left.0, right.0));
                self.near.extend([key(left.1, right.0), key(left.0, right.1), key(left.1, right.1)]);
            }
        }
    }
}

// So many tables are made at once, each in a lane of its own: the processor does as many in the time of one.
const LANES: usize = 4;
type Lanes = [i32; LANES];

/// The lowest of some hashes in a random order. One multiplication makes an order that is random enough for hashes.
fn lowest(members: &[u64], order: u64) -> u64 {
    members.iter().map(|member| (member ^ order).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20).min().unwrap_or_default()
}

/// Random rotations of a vector, one a lane: random signs, then the Hadamard transform.
fn turn(vector: &mut [Lanes], seeds: [u64; LANES]) {
    for (block, components) in (0..).zip(vector.chunks_mut(64)) {
        let signs = seeds.map(|seed| mix(mix(seed) ^ block));
        for (half, components) in (0..).zip(components.chunks_mut(32)) {
            let signs = signs.map(|signs| (signs >> (32 * half)) as u32);
            for (at, component) in (0..32).zip(components) {
                // Without a branch: which components turn round is a matter of chance.
                *component =
                    lanewise(*component, signs, |component, signs| component * (1 - 2 * (signs >> at & 1) as i32));
            }
        }
    }
    let mut half = 1;
    while half < vector.len() {
        for block in vector.chunks_exact_mut(half * 2) {
            let (left, right) = block.split_at_mut(half);
            for (x, y) in left.iter_mut().zip(right) {
                (*x, *y) = (lanewise(*x, *y, |x, y| x + y), lanewise(*x, *y, |x, y| x - y));
            }
        }
        half *= 2;
    }
}

#[inline(always)]
fn lanewise<A: Copy, B: Copy, C>(a: [A; LANES], b: [B; LANES], of: impl Fn(A, B) -> C) -> [C; LANES] {
    let ([a0, a1, a2, a3], [b0, b1, b2, b3]) = (a, b);
    [of(a0, b0), of(a1, b1), of(a2, b2), of(a3, b3)]
}

/// In each lane the two axes that a vector lies nearest to, as twice the component plus one if it is negative.
fn nearest_axes(vector: &[Lanes]) -> [(u32, u32); LANES] {
    let none = [0; LANES];
    let (mut first, mut first_axis, mut second, mut second_axis) = (none, none, none, none);
    for (at, component) in (0u32..).zip(vector) {
        let length = component.map(i32::unsigned_abs);
        let axis = component.map(|component| at << 1 | component.cast_unsigned() >> 31);
        for lane in 0..LANES {
            let (nearest, nearer) = (length[lane] > first[lane], length[lane] > second[lane]);
            let other = if nearer { (length[lane], axis[lane]) } else { (second[lane], second_axis[lane]) };
            (second[lane], second_axis[lane]) = if nearest { (first[lane], first_axis[lane]) } else { other };
            (first[lane], first_axis[lane]) =
                if nearest { (length[lane], axis[lane]) } else { (first[lane], first_axis[lane]) };
        }
    }
    lanewise(first_axis, second_axis, |first, second| (first, second))
}

fn hash(sort: Sort, value: u64) -> u64 {
    mix(value ^ (sort as u64 + 1) << 60)
}

/// FNV-1a over bytes.
fn text_hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// SplitMix64 (Steele et al. 2014): every bit of the input changes half of the output's.
fn mix(value: u64) -> u64 {
    let mut x = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    x = (x ^ x >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ x >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ x >> 31
}

#[cfg(test)]
mod tests {
    use super::*;

    fn common(a: &str, b: &str) -> usize {
        let (a, b) = (Keys::of("agent", &Profile::of(a)), Keys::of("agent", &Profile::of(b)));
        b.own.iter().chain(&b.near).filter(|key| a.own.contains(key)).count()
    }

    #[test]
    fn near_texts_share_keys_and_strangers_do_not() {
        let text = "Restart the server before deploying a new version";
        assert!(common(text, "Before a new release is deployed, the server has to be restarted") >= 3);
        assert_eq!(common(text, "Ana likes green tea"), 0);
        assert!(common("請在部署之前重新啟動伺服器。", "請在部署之前先重新啟動伺服器。") >= 1);
    }

    #[test]
    fn rooms_share_nothing() {
        let profile = Profile::of("Deploy on port 5432.");
        let (a, b) = (Keys::of("agent", &profile), Keys::of("fleet", &profile));
        assert!(a.own.iter().chain(&a.near).all(|key| !b.own.contains(key)));
    }

    #[test]
    fn a_rotation_keeps_lengths() {
        let mut vector = [3, -4, 12, 0].map(|component| [component; LANES]);
        turn(&mut vector, [7, 8, 9, 10]);
        for lane in 0..LANES {
            assert_eq!(vector.iter().map(|x| x[lane] * x[lane]).sum::<i32>(), 4 * 169);
        }
    }
}
