//! Words that mean the same and words that mean the opposite.
//!
//! `synonyms.txt` has a group in each line, `antonyms.txt` a pair; build.rs makes sorted tables of both. They were
//! picked by hand from WordNet 3.0 (usual senses only) and from what agents write about.

/// Written by build.rs.
struct Table {
    /// Pairs of hashes of stems as u64, sorted.
    pairs: &'static [u8],
    /// A bit for each stem that has a pair, at the lowest bits of its hash.
    filter: &'static [u8; 1024],
}

static SYNONYMS: Table = Table {
    pairs: include_bytes!(concat!(env!("OUT_DIR"), "/synonyms.table")),
    filter: include_bytes!(concat!(env!("OUT_DIR"), "/synonyms.filter")),
};
static ANTONYMS: Table = Table {
    pairs: include_bytes!(concat!(env!("OUT_DIR"), "/antonyms.table")),
    filter: include_bytes!(concat!(env!("OUT_DIR"), "/antonyms.filter")),
};

/// Whether two stems, by their hashes, mean the same.
pub(crate) fn synonyms(a: u32, b: u32) -> bool {
    a == b || SYNONYMS.has(a, b)
}

/// Whether a stem may have synonyms at all.
pub(crate) fn has_synonyms(stem: u32) -> bool {
    SYNONYMS.may_have(stem)
}

/// Whether a stem may have antonyms at all.
pub(crate) fn has_antonyms(stem: u32) -> bool {
    ANTONYMS.may_have(stem)
}

/// Whether two stems, by their hashes, mean the opposite.
pub(crate) fn antonyms(a: u32, b: u32) -> bool {
    ANTONYMS.has(a, b)
}

impl Table {
    #[inline]
    fn has(&self, a: u32, b: u32) -> bool {
        self.may_have(a) && self.may_have(b) && self.find(a, b)
    }

    #[inline]
    fn may_have(&self, stem: u32) -> bool {
        let bit = stem % 8192;
        self.filter.get((bit / 8) as usize).is_some_and(|byte| byte >> (bit % 8) & 1 == 1)
    }

    fn find(&self, a: u32, b: u32) -> bool {
        let wanted = u64::from(a.min(b)) << 32 | u64::from(a.max(b));
        let (pairs, _) = self.pairs.as_chunks::<8>();
        pairs.binary_search_by(|pair| u64::from_le_bytes(*pair).cmp(&wanted)).is_ok()
    }
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
