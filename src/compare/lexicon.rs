//! Words that mean the same and words that mean the opposite.
//!
//! `synonyms.txt` has a group in each line, `antonyms.txt` a pair; build.rs makes sorted tables of both. They were
//! picked by hand from WordNet 3.0 (usual senses only) and from what agents write about.

// Written by build.rs: pairs of hashes of stems as u64, sorted.
static SYNONYMS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/synonyms.table"));
static ANTONYMS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/antonyms.table"));

/// Whether two stems, by their hashes, mean the same.
pub(crate) fn synonyms(a: u32, b: u32) -> bool {
    a == b || has(SYNONYMS, a, b)
}

/// Whether two stems, by their hashes, mean the opposite.
pub(crate) fn antonyms(a: u32, b: u32) -> bool {
    has(ANTONYMS, a, b)
}

fn has(table: &[u8], a: u32, b: u32) -> bool {
    let wanted = u64::from(a.min(b)) << 32 | u64::from(a.max(b));
    let (pairs, _) = table.as_chunks::<8>();
    pairs.binary_search_by(|pair| u64::from_le_bytes(*pair).cmp(&wanted)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{hash, stem};

    #[test]
    fn words() {
        let of = |word: &str| hash(stem(word));
        assert!(synonyms(of("removing"), of("deleted")));
        assert!(!synonyms(of("port"), of("path")));
        assert!(antonyms(of("enabled"), of("disable")));
        assert!(!antonyms(of("enabled"), of("enable")));
    }
}
