//! The canonical form (RFC 8785) and the hashes over it: same in, same bytes out.

use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::memory::{Entry, Memory};

/// The canonical JSON text (RFC 8785) of a value. `plan.json` is written in this form.
///
/// ```
/// assert_eq!(lucidream::canonical(&serde_json::json!({"b": 1.0, "a": [2]})), r#"{"a":[2],"b":1}"#);
/// ```
pub fn canonical<T: Serialize>(value: &T) -> String {
    // Only a non-finite float or a map with keys that are not strings can fail. No wire shape has either.
    serde_json_canonicalizer::to_string(value).unwrap_or_default()
}

/// `sha256:` and the hexadecimal SHA-256 of some bytes: the id of a transcript.
pub fn sha256(bytes: &[u8]) -> String {
    format!("sha256:{}", hex(&Sha256::digest(bytes)))
}

/// Hash of a memory's content. The order of its entries does not matter.
pub fn memory_hash(memory: &Memory) -> String {
    let mut entries: Vec<&Entry> = memory.entries.iter().collect();
    entries.sort_by(|a, b| a.id.cmp(&b.id));
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
