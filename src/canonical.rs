//! The canonical form (RFC 8785) and the hashes over it: same in, same bytes out.

use serde::Serialize;
use serde_json::{Number, Value};
use sha2::{Digest as _, Sha256};

use crate::memory::{Entry, Memory};
use crate::order::Arrange as _;

/// The canonical JSON text (RFC 8785) of a value. `plan.json` is written in this form.
///
/// ```
/// assert_eq!(lucidream::canonical(&serde_json::json!({"b": 1.0, "a": [2]})), r#"{"a":[2],"b":1}"#);
/// ```
pub fn canonical<T: Serialize>(value: &T) -> String {
    // Only a map with keys that are not strings can fail. No wire shape has one.
    rewritten(&serde_json::to_string(value).unwrap_or_default())
}

/// JSON text in its canonical form. By way of the text, so that the types are compiled for one way of writing only.
fn rewritten(json: &str) -> String {
    // Nested deeper than JSON is read: as it is, which depends on the value alone too.
    serde_json::from_str(json).map_or_else(|_| json.to_owned(), |value| written(&value, json.len()))
}

/// The canonical JSON text of an object without one of its fields.
pub(crate) fn canonical_without<T: Serialize>(value: &T, field: &str) -> String {
    let json = serde_json::to_string(value).unwrap_or_default();
    let mut value: Value = serde_json::from_str(&json).unwrap_or_default();
    if let Some(fields) = value.as_object_mut() {
        fields.remove(field);
    }
    written(&value, json.len())
}

fn written(value: &Value, length: usize) -> String {
    let mut out = String::with_capacity(length);
    write(value, &mut out, |number, out| match number.as_f64() {
        Some(number) => out.push_str(&decimal(number)),
        None => out.push_str("null"),
    });
    out
}

/// Writes a value in the order and with the escapes of RFC 8785, its numbers by `number`.
pub(crate) fn write(value: &Value, out: &mut String, number: fn(&Number, &mut String)) {
    match value {
        Value::Array(items) => {
            out.push('[');
            for (position, item) in items.iter().enumerate() {
                if position > 0 {
                    out.push(',');
                }
                write(item, out, number);
            }
            out.push(']');
        }
        Value::Object(map) => {
            // They are in the order of UTF-8; that of UTF-16, which the RFC wants, is another one from U+E000 on.
            if map.keys().any(|key| key.bytes().any(|byte| byte >= 0xee)) {
                let mut pairs: Vec<_> = map.iter().collect();
                pairs.arrange_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
                write_pairs(&mut pairs.into_iter(), out, number);
            } else {
                write_pairs(&mut map.iter(), out, number);
            }
        }
        Value::String(text) => write_text(text, out),
        Value::Number(value) => number(value, out),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Null => out.push_str("null"),
    }
}

fn write_pairs(pairs: &mut dyn Iterator<Item = (&String, &Value)>, out: &mut String, number: fn(&Number, &mut String)) {
    out.push('{');
    for (position, (key, item)) in pairs.enumerate() {
        if position > 0 {
            out.push(',');
        }
        write_text(key, out);
        out.push(':');
        write(item, out, number);
    }
    out.push('}');
}

fn write_text(text: &str, out: &mut String) {
    out.push('"');
    let mut rest = text;
    loop {
        let (plain, special) = rest.split_at_checked(plain_length(rest.as_bytes())).unwrap_or((rest, ""));
        out.push_str(plain);
        let Some(byte) = special.bytes().next() else { break };
        match byte {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            0x08 => out.push_str("\\b"),
            b'\t' => out.push_str("\\t"),
            b'\n' => out.push_str("\\n"),
            0x0c => out.push_str("\\f"),
            b'\r' => out.push_str("\\r"),
            _ => out.push_str(&format!("\\u{byte:04x}")),
        }
        rest = special.get(1..).unwrap_or_default();
    }
    out.push('"');
}

/// How many bytes there are before the first quote, backslash or control character. Eight at a time: see Mycroft's test
/// for a zero byte (Warren, Hacker's Delight, 6-1); what it takes for one wrongly stands behind a right one.
#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
pub(crate) fn plain_length(text: &[u8]) -> usize {
    const ONES: u64 = u64::MAX / 255;
    let below = |word: u64, limit: u64| word.wrapping_sub(ONES * limit) & !word;
    let (words, rest) = text.as_chunks::<8>();
    for (number, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let is = |byte: u8| below(word ^ (ONES * u64::from(byte)), 1);
        let found = below(word, 0x20) | is(b'"') | is(b'\\');
        let found = found & ONES << 7;
        if found != 0 {
            return 8 * number + found.trailing_zeros() as usize / 8;
        }
    }
    8 * words.len() + rest.iter().position(is_special).unwrap_or(rest.len())
}

/// The same, sixteen bytes at a time.
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
#[inline(always)]
pub(crate) fn plain_length(text: &[u8]) -> usize {
    let (blocks, rest) = text.as_chunks::<16>();
    for (number, block) in blocks.iter().enumerate() {
        let found = crate::ascii::lanes::special(block);
        if found != 0 {
            return 16 * number + found.trailing_zeros() as usize;
        }
    }
    16 * blocks.len() + rest.iter().position(is_special).unwrap_or(rest.len())
}

fn is_special(byte: &u8) -> bool {
    *byte < 0x20 || matches!(byte, b'"' | b'\\')
}

/// A number as ECMAScript writes it (Number::toString): the fewest digits that read back as the same double.
fn decimal(number: f64) -> String {
    const WHOLE: f64 = 9_007_199_254_740_992.0;
    if number.abs() < WHOLE && number == number.trunc() {
        // Also turns -0 into 0.
        return (number as i64).to_string();
    }
    let shortest = format!("{number:e}");
    // Where two numbers of that many digits are as near, ECMAScript takes the even one and Rust the larger one.
    let behind_point =
        shortest.bytes().take_while(|byte| *byte != b'e').filter(u8::is_ascii_digit).count().saturating_sub(1);
    let even = format!("{number:.behind_point$e}");
    let shown = if even.parse() == Ok(number) { even } else { shortest };
    let (mantissa, exponent) = shown.split_once('e').unwrap_or((&shown, "0"));
    let (sign, mantissa) = mantissa.strip_prefix('-').map_or(("", mantissa), |rest| ("-", rest));
    let digits = mantissa.replace('.', "");
    let exponent: i32 = exponent.parse().unwrap_or_default();
    let zeros = |count: i32| "0".repeat(usize::try_from(count).unwrap_or_default());
    let behind = exponent + 1 - digits.len() as i32;
    match exponent {
        _ if (0..21).contains(&exponent) && behind >= 0 => format!("{sign}{digits}{}", zeros(behind)),
        0..21 => {
            let (whole, fraction) = digits.split_at_checked(exponent as usize + 1).unwrap_or((&digits, ""));
            format!("{sign}{whole}.{fraction}")
        }
        -6..0 => format!("{sign}0.{}{digits}", zeros(-exponent - 1)),
        _ => format!("{sign}{mantissa}e{exponent:+}"),
    }
}

/// `sha256:` and the hexadecimal SHA-256 of some bytes: the id of a transcript.
pub fn sha256(bytes: &[u8]) -> String {
    format!("sha256:{}", hex(&Sha256::digest(bytes)))
}

/// Hash of a memory's content. The order of its entries does not matter.
pub fn memory_hash(memory: &Memory) -> String {
    let mut entries: Vec<&Entry> = memory.entries.iter().collect();
    entries.arrange_by(|a, b| a.id.cmp(&b.id));
    let mut hasher = Sha256::new();
    hasher.update(format!("{}\n{}\n", memory.schema, memory.version));
    for entry in entries {
        hasher.update(canonical(entry));
        hasher.update("\n");
    }
    format!("sha256:{}", hex(&hasher.finalize()))
}

/// The first `length` hexadecimal digits of a value's hash: ids that are derived from content.
pub(crate) fn short_hash<T: Serialize>(value: &T, length: usize) -> String {
    let mut digits = hex(&Sha256::digest(canonical(value)));
    digits.truncate(length);
    digits
}

/// Bytes in hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect()
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_as_in_the_rfc() {
        // RFC 8785, appendix B.
        for (bits, shown) in [
            (0x0000_0000_0000_0000, "0"),
            (0x8000_0000_0000_0000, "0"),
            (0x0000_0000_0000_0001, "5e-324"),
            (0x8000_0000_0000_0001, "-5e-324"),
            (0x7fef_ffff_ffff_ffff, "1.7976931348623157e+308"),
            (0x4340_0000_0000_0000, "9007199254740992"),
            (0xc340_0000_0000_0000, "-9007199254740992"),
            (0x4430_0000_0000_0000, "295147905179352830000"),
            (0x44b5_2d02_c7e1_4af5, "9.999999999999997e+22"),
            (0x44b5_2d02_c7e1_4af6, "1e+23"),
            (0x444b_1ae4_d6e2_ef4e, "999999999999999700000"),
            (0x444b_1ae4_d6e2_ef50, "1e+21"),
            (0x3eb0_c6f7_a0b5_ed8c, "9.999999999999997e-7"),
            (0x3eb0_c6f7_a0b5_ed8d, "0.000001"),
            (0x41b3_de43_5555_5553, "333333333.3333332"),
            (0xbecb_f647_612f_3696, "-0.0000033333333333333333"),
            (0xc318_b6fa_4c96_b7b1, "-1739146396020204.2"),
        ] {
            assert_eq!(decimal(f64::from_bits(bits)), shown);
        }
    }

    #[test]
    fn keys_in_the_order_of_utf_16() {
        let value: Value = serde_json::from_str("{\"\u{fb33}\":1,\"\u{1f600}\":2,\"\u{20ac}\":3,\"1\":\"\\u000f\\n\"}")
            .expect("it is JSON");
        assert_eq!(canonical(&value), "{\"1\":\"\\u000f\\n\",\"\u{20ac}\":3,\"\u{1f600}\":2,\"\u{fb33}\":1}");
    }

    #[test]
    fn plain_bytes() {
        let text = "abcdefgh\u{e9}ijklmn\"";
        for start in 0..9 {
            assert_eq!(plain_length(&text.as_bytes()[start..]), text.len() - 1 - start);
        }
        assert_eq!(plain_length(b"\x1f"), 0);
        assert_eq!(plain_length("é\u{7f} !#[]".as_bytes()), 8);
    }

    proptest! {
        #[test]
        fn numbers_read_back(number in proptest::num::f64::NORMAL | proptest::num::f64::SUBNORMAL) {
            prop_assert_eq!(decimal(number).parse::<f64>().expect("it is a number"), number);
        }

        #[test]
        fn as_another_program_writes_it(number: f64, text: String, whole: i64) {
            let value = serde_json::json!({ "n": [number, whole], text.clone(): { "a": text, "\u{e000}": null, "😀": true } });
            prop_assert_eq!(canonical(&value), serde_json_canonicalizer::to_string(&value).expect("it is finite"));
        }
    }
}
