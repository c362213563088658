//! Paths and names in them.

use percent_encoding::percent_decode_str;

use crate::problem::{Problem, Result};

/// The segments of a path, decoded.
pub(super) fn segments(path: &str) -> Result<Vec<String>> {
    let decode = |segment: &str| {
        let text = percent_decode_str(segment).decode_utf8();
        text.map(String::from).map_err(|_| Problem::argument("path", "it is not UTF-8 when decoded"))
    };
    path.split('/').filter(|segment| !segment.is_empty()).map(decode).collect()
}

/// An agent's name that a client chose.
pub(super) fn agent_name(name: &str) -> Result<&str> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "._:@-".contains(c);
    if (1..=128).contains(&name.len()) && name.chars().all(allowed) {
        return Ok(name);
    }
    Err(Problem::argument("agent", format!("`{name}` is not a name; allowed: 1 to 128 of A-Z a-z 0-9 . _ : @ -")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_are_decoded_once() {
        let of = |path| segments(path).ok();
        assert_eq!(of("/v1/agents/a%40b/"), Some(vec!["v1".to_owned(), "agents".to_owned(), "a@b".to_owned()]));
        assert_eq!(
            of("/v1/transcripts/sha256%3Aab%252F"),
            Some(vec!["v1".into(), "transcripts".into(), "sha256:ab%2F".into()])
        );
        assert_eq!(of("/%ff"), None);
        assert_eq!(of("/"), Some(vec![]));
    }

    #[test]
    fn names() {
        for name in ["a", "support-engineer", "tier2@example.com", "a:b.c_d"] {
            assert!(agent_name(name).is_ok(), "{name}");
        }
        for name in ["", "a b", "a/b", "é", "a\u{0}", &"a".repeat(129)] {
            assert_eq!(agent_name(name).map_err(|p| p.code()), Err("invalid_argument"), "{name}");
        }
    }
}
