//! Sums of products of small integers, exact in any order.
//!
//! The compiler finds the instructions for many at once by itself where it optimises for speed. The module for browsers is
//! optimised for size; there they are named.

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod lanes {
    use std::arch::wasm32::{
        i16x8_extend_high_i8x16, i16x8_extend_low_i8x16, i32x4_add, i32x4_dot_i16x8, i32x4_extract_lane, i32x4_splat,
        u64x2, v128,
    };

    pub(super) fn words(a: &[i16], b: &[i16]) -> i32 {
        let ((a, rest_a), (b, rest_b)) = (a.as_chunks::<8>(), b.as_chunks::<8>());
        let pairs = a.iter().zip(b);
        let sum = pairs.fold(i32x4_splat(0), |sum, (x, y)| i32x4_add(sum, i32x4_dot_i16x8(eight(x), eight(y))));
        total(sum) + super::plain(rest_a, rest_b)
    }

    pub(super) fn bytes(a: &[i8], b: &[i8]) -> i32 {
        let ((a, rest_a), (b, rest_b)) = (a.as_chunks::<16>(), b.as_chunks::<16>());
        let sum = a.iter().zip(b).fold(i32x4_splat(0), |sum, (x, y)| {
            let (x, y) = (sixteen(x), sixteen(y));
            let low = i32x4_dot_i16x8(i16x8_extend_low_i8x16(x), i16x8_extend_low_i8x16(y));
            let high = i32x4_dot_i16x8(i16x8_extend_high_i8x16(x), i16x8_extend_high_i8x16(y));
            i32x4_add(sum, i32x4_add(low, high))
        });
        total(sum) + super::plain(rest_a, rest_b)
    }

    // Written so that each half becomes one load, once it stands where it is used.
    #[inline(always)]
    fn eight([a, b, c, d, e, f, g, h]: &[i16; 8]) -> v128 {
        let half = |[a, b, c, d]: [&i16; 4]| {
            let at = |x: &i16, bits: u32| u64::from(x.cast_unsigned()) << bits;
            at(a, 0) | at(b, 16) | at(c, 32) | at(d, 48)
        };
        u64x2(half([a, b, c, d]), half([e, f, g, h]))
    }

    #[inline(always)]
    fn sixteen(x: &[i8; 16]) -> v128 {
        let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = x.map(i8::cast_unsigned);
        u64x2(u64::from_le_bytes([a, b, c, d, e, f, g, h]), u64::from_le_bytes([i, j, k, l, m, n, o, p]))
    }

    fn total(sum: v128) -> i32 {
        let (a, b) = (i32x4_extract_lane::<0>(sum), i32x4_extract_lane::<1>(sum));
        a + b + i32x4_extract_lane::<2>(sum) + i32x4_extract_lane::<3>(sum)
    }
}

fn plain<T: Copy + Into<i32>>(a: &[T], b: &[T]) -> i32 {
    a.iter().zip(b).map(|(x, y)| (*x).into() * (*y).into()).sum()
}

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
mod lanes {
    pub(super) use super::{plain as words, plain as bytes};
}

/// Of two vectors of equal length.
pub(crate) fn dot(a: &[i16], b: &[i16]) -> i32 {
    lanes::words(a, b)
}

/// Of two coarse vectors of equal length.
pub(crate) fn coarse_dot(a: &[i8], b: &[i8]) -> i32 {
    lanes::bytes(a, b)
}
