//! Words that deny, in the forms that [`words`](super::words) gives them: folded, without apostrophes.

/// They deny a statement, or forbid. Sorted.
pub(crate) const DENIALS: &[&str] = &[
    "aint", "arent", "aucun", "aucune", "aucuns", "avoid", "banned", "cannot", "cant", "couldnt", "didnt",
    "disallowed", "doesnt", "dont", "forbid", "forbidden", "geen", "hasnt", "havent", "isnt", "jamais", "jamas",
    "kein", "keine", "keinem", "keinen", "keiner", "mustnt", "nada", "nao", "ne", "neither", "nem", "nenhum",
    "nenhuma", "nessun", "nessuna", "nessuno", "never", "nicht", "nichts", "nie", "niemals", "niemand", "niente",
    "niet", "ningun", "ninguna", "ninguno", "no", "nobody", "non", "none", "nooit", "nor", "not", "nothing", "nunca",
    "pas", "prohibited", "rien", "shouldnt", "stop", "stopped", "tampoco", "wasnt", "weder", "werent", "wont",
    "wouldnt", "不", "未", "沒", "没", "無",
];

/// They say what there is not, in a sentence that may otherwise demand: "always build without the cache".
pub(crate) const LACKS: &[&str] = &["ohne", "sans", "sem", "senza", "sin", "without"];

/// They name what is set against something else: "yarn instead of npm".
pub(crate) const CONTRASTS: &[&str] = &["instead", "rather"];

/// Whether a word denies or forbids what is said.
pub(crate) fn denies(word: &str) -> bool {
    DENIALS.binary_search(&word).is_ok()
}

/// Whether a word denies or forbids what is said, or what stands behind it.
pub(crate) fn rules_out(word: &str) -> bool {
    denies(word) || LACKS.contains(&word)
}

/// Whether there is any denial in a word.
pub(crate) fn is_denial(word: &str) -> bool {
    rules_out(word) || CONTRASTS.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_sorted() {
        assert!(DENIALS.is_sorted());
    }
}
