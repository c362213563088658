//! Which languages a text can be in, as far as comparing is concerned.

use super::word::is_sign;
use crate::text;

/// What the sentence model knows of a text decides what it is compared by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Language {
    /// The sentence model knows it.
    English,
    /// Another language with letters: its character n-grams have to do.
    Letters,
    /// A script without spaces between words: single signs and pairs of them.
    Signs,
}

impl Language {
    /// Another script, or more function words of other European languages than English ones.
    pub(crate) fn of(frame: &str) -> Language {
        let letters = frame.chars().filter(|c| c.is_alphabetic()).count();
        let signs = frame.chars().filter(|c| is_sign(*c)).count();
        let latin = frame.chars().filter(char::is_ascii_alphabetic).count();
        if signs * 2 > letters {
            return Language::Signs;
        }
        let (mut english, mut other) = (0, 0);
        for word in frame.split(' ') {
            english += usize::from(text::is_stop_word(word));
            other += usize::from(WORDS.binary_search(&word).is_ok());
        }
        if latin * 2 < letters || other > english { Language::Letters } else { Language::English }
    }
}

// Function words of other languages. Those that English has too ("die", "in", "so") are not among them.
const WORDS: &[&str] = &[
    "auf", "aus", "avec", "che", "con", "da", "dans", "das", "de", "dei", "dem", "den", "der", "des", "det", "di",
    "du", "een", "ein", "eine", "einem", "einen", "einer", "el", "elle", "en", "est", "et", "het", "ich", "il", "ist",
    "la", "las", "le", "les", "los", "mit", "nicht", "och", "para", "por", "pour", "que", "qui", "se", "sich", "sie",
    "sind", "son", "sont", "su", "sur", "um", "uma", "un", "una", "und", "une", "uno", "van", "von", "wird", "y", "zu",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages() {
        for (text, language) in [
            ("the server is restarted every night", Language::English),
            ("deploy mondays", Language::English),
            ("der server wird jede nacht neu gestartet", Language::Letters),
            ("le serveur est redemarre chaque nuit", Language::Letters),
            ("сервер перезапускается каждую ночь", Language::Letters),
            ("サーバーは毎晩再起動する", Language::Signs),
        ] {
            assert_eq!(Language::of(text), language, "{text}");
        }
        assert!(WORDS.is_sorted());
    }
}
