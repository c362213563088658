//! The verb "be", alone and in the passive.

/// Whether a word is a form of "be".
pub(crate) fn is_form_of_be(word: &str) -> bool {
    const BE: [&str; 8] = ["am", "are", "be", "been", "being", "is", "was", "were"];
    BE.contains(&word)
}

/// Whether a participle behind a word tells what is done to something: "is sent", "gets sent".
pub(crate) fn makes_passive(word: &str) -> bool {
    is_form_of_be(word) || ["get", "gets", "getting", "got"].contains(&word)
}
