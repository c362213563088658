//! Sixteen bytes at once, by the instructions of WebAssembly.

use std::arch::wasm32::{i8x16_bitmask, i8x16_eq, i8x16_splat, i8x16_sub, u8x16_lt, u8x16_splat, u64x2, v128, v128_or};

/// Written so that each half becomes one load, once it stands where it is used.
#[inline(always)]
pub(crate) fn sixteen(bytes: &[u8; 16]) -> v128 {
    let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = *bytes;
    u64x2(u64::from_le_bytes([a, b, c, d, e, f, g, h]), u64::from_le_bytes([i, j, k, l, m, n, o, p]))
}

/// The end of a text that is no block, with zeros behind it.
pub(crate) fn padded(tail: &[u8]) -> Option<[u8; 16]> {
    let mut block = [0; 16];
    block.iter_mut().zip(tail).for_each(|(to, from)| *to = *from);
    (!tail.is_empty()).then_some(block)
}

/// A bit for each byte that is a letter, a digit, `_` or `-`.
#[inline(always)]
pub(crate) fn in_names(bytes: &[u8; 16]) -> u16 {
    let bytes = sixteen(bytes);
    let folded = v128_or(bytes, u8x16_splat(0x20));
    let within = |bytes, from, many| u8x16_lt(i8x16_sub(bytes, u8x16_splat(from)), u8x16_splat(many));
    let is = |byte: u8| i8x16_eq(bytes, u8x16_splat(byte));
    let letters_and_digits = v128_or(within(folded, b'a', 26), within(bytes, b'0', 10));
    i8x16_bitmask(v128_or(letters_and_digits, v128_or(is(b'_'), is(b'-'))))
}

/// A bit for each quote, backslash and control character.
#[inline(always)]
pub(crate) fn special(bytes: &[u8; 16]) -> u16 {
    let bytes = sixteen(bytes);
    let is = |byte: u8| i8x16_eq(bytes, i8x16_splat(byte.cast_signed()));
    i8x16_bitmask(v128_or(u8x16_lt(bytes, u8x16_splat(0x20)), v128_or(is(b'"'), is(b'\\'))))
}
