//! Words: what two texts are compared by.

/// Lower case without accents (Latin letters), as BERT's uncased tokeniser folds them.
pub(crate) fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut folded = String::with_capacity(text.len());
    for c in text.chars() {
        match c.is_ascii() {
            true => folded.push(c.to_ascii_lowercase()),
            false => folded.extend(c.to_lowercase().flat_map(without_accent)),
        }
    }
    folded
}

fn without_accent(c: char) -> impl Iterator<Item = char> {
    let base = match c {
        'à'..='å' | 'ā' | 'ă' | 'ą' => 'a',
        'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => 'c',
        'ď' | 'đ' => 'd',
        'è'..='ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' => 'e',
        'ì'..='ï' | 'ĩ' | 'ī' | 'į' => 'i',
        'ł' | 'ľ' => 'l',
        'ñ' | 'ń' | 'ň' => 'n',
        'ò'..='ö' | 'ø' | 'ō' | 'ő' => 'o',
        'ř' => 'r',
        'ś' | 'š' | 'ş' => 's',
        'ť' | 'ţ' => 't',
        'ù'..='ü' | 'ū' | 'ů' | 'ű' => 'u',
        'ý' | 'ÿ' => 'y',
        'ź' | 'ż' | 'ž' => 'z',
        '\u{2019}' => '\'',
        // Combining marks: what a decomposed accent leaves behind.
        '\u{0300}'..='\u{036f}' => return None.into_iter(),
        other => other,
    };
    Some(base).into_iter()
}

/// Folded, with everything but letters and digits as one space: equal for texts that differ in case,
/// punctuation and white space only.
pub(crate) fn normalise(text: &str) -> String {
    let mut normal = String::with_capacity(text.len());
    let mut apart = false;
    for c in fold(text).chars().filter(|c| *c != '\'') {
        if c.is_alphanumeric() {
            if apart && !normal.is_empty() {
                normal.push(' ');
            }
            normal.push(c);
        }
        apart = !c.is_alphanumeric();
    }
    normal
}

/// As [`normalise`], with accents.
pub(crate) fn with_accents(text: &str) -> String {
    let spoken = |c: char| if c.is_alphanumeric() { c } else { ' ' };
    let apart: String =
        text.chars().flat_map(char::to_lowercase).filter(|c| !matches!(c, '\'' | '’')).map(spoken).collect();
    apart.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The words of a text in order, folded. Apostrophes inside words are dropped (`don't` is `dont`).
pub(crate) fn words(text: &str) -> Vec<String> {
    let folded = fold(text).replace('\'', "");
    folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// A word without the marks around it.
pub(crate) fn bare(word: &str) -> &str {
    word.trim_matches(|c: char| !c.is_alphanumeric())
}

/// A text with its first letter upper case, but for a name that is written as it is: `gnomAD`, `notes.txt`, `npm`.
pub(crate) fn capitalised(text: &str) -> String {
    let first = bare(text.split_whitespace().next().unwrap_or_default());
    let named = first.contains(|c: char| c.is_uppercase() || c.is_ascii_digit() || "_/.".contains(c));
    let spoken = |c: char| !c.is_ascii_alphabetic() || "aeiouy".contains(c);
    if named || !first.contains(spoken) {
        return text.to_owned();
    }
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// The words of an identifier as they are written, some empty: `WebFetch`, `read_inbox`, `get-page`.
pub(crate) fn parts_of_name(name: &str) -> impl Iterator<Item = &str> {
    name.split(|c: char| !c.is_alphanumeric()).flat_map(|part| {
        let mut small = false;
        let mut humps = part.char_indices().filter_map(move |(at, c)| {
            let begins = c.is_uppercase() && small;
            small = c.is_lowercase();
            begins.then_some(at)
        });
        let mut start = Some(0);
        std::iter::from_fn(move || {
            let from = start?;
            start = humps.next();
            part.get(from..start.unwrap_or(part.len()))
        })
    })
}

/// The words that carry meaning, stemmed.
pub(crate) fn content_words(text: &str) -> Vec<String> {
    words(text).into_iter().filter(|word| !is_stop_word(word)).map(|word| stem(&word).to_owned()).collect()
}

/// Words that say little about what a text is about. Negations and modals are not among them.
pub(crate) fn is_stop_word(word: &str) -> bool {
    STOP_WORDS.binary_search(&word).is_ok()
}

/// Those words, sorted.
pub(crate) const STOP_WORDS: &[&str] = &[
    "a", "about", "also", "am", "an", "and", "are", "as", "at", "be", "been", "being", "but", "by", "can", "did", "do",
    "does", "for", "from", "had", "has", "have", "he", "her", "his", "i", "if", "in", "into", "is", "it", "its",
    "just", "me", "my", "of", "on", "or", "our", "please", "she", "so", "than", "that", "the", "their", "them", "then",
    "there", "these", "they", "this", "those", "to", "was", "we", "were", "which", "while", "who", "will", "with",
    "would", "you", "your",
];

/// Whether a word is an article.
pub(crate) fn is_article(word: &str) -> bool {
    ["a", "an", "the"].contains(&word)
}

/// Whether a word asks what, of whom or how something is.
pub(crate) fn is_question_word(word: &str) -> bool {
    ["how", "what", "where", "which", "who", "why"].contains(&word)
}

/// Whether a word shows that a text speaks of any time, not of one occasion. "May" is a month as well.
pub(crate) fn is_general(word: &str) -> bool {
    const GENERAL: &[&str] =
        &["always", "any", "can", "each", "every", "if", "must", "never", "per", "should", "when", "whenever"];
    GENERAL.contains(&word)
}

/// Whether a word opens when, where or on what condition something holds.
pub(crate) fn opens_condition(word: &str) -> bool {
    const OPENINGS: &[&str] = &[
        "after", "as", "at", "before", "during", "for", "if", "in", "on", "once", "until", "when", "whenever", "while",
        "with", "within",
    ];
    OPENINGS.contains(&word)
}

/// Verbs that open a request, and the words that a request opens with.
pub(crate) fn is_imperative(word: &str) -> bool {
    IMPERATIVES.binary_search(&word).is_ok()
}

/// Those verbs, sorted.
pub(crate) const IMPERATIVES: &[&str] = &[
    "add", "allow", "always", "answer", "ask", "attach", "avoid", "build", "call", "change", "check", "clean", "close",
    "copy", "create", "delete", "deny", "deploy", "disable", "do", "document", "don't", "drop", "enable", "ensure",
    "escalate", "fetch", "file", "format", "give", "include", "install", "keep", "leave", "link", "list", "log",
    "make", "mention", "merge", "move", "name", "never", "not", "only", "open", "post", "prefer", "pull", "push",
    "put", "quote", "read", "rebase", "remove", "reply", "report", "restart", "revert", "review", "run", "send", "set",
    "show", "sign", "skip", "start", "state", "stop", "switch", "tag", "tell", "test", "try", "update", "use",
    "verify", "wait", "write",
];

/// Cuts the commonest English endings: enough to bring `deploys`, `deployed`, `deploying` together.
/// A small part of Porter's algorithm (1980).
pub(crate) fn stem(word: &str) -> &str {
    let long = |rest: &str| rest.len() >= 2;
    // "on" and "http" are other words.
    if matches!(word, "one" | "https") {
        return word;
    }
    // "policies", "policy" and "replied", "reply" end alike without their last letters.
    if let Some(rest) = ["ies", "ied"].iter().find_map(|ending| word.strip_suffix(ending)).filter(|rest| rest.len() > 2)
    {
        return rest;
    }
    if let Some(rest) = word.strip_suffix('y').filter(|rest| rest.len() > 2 && !rest.ends_with(['a', 'e', 'o', 'u'])) {
        return rest;
    }
    for ending in ["ing", "ed", "es", "s"] {
        if let Some(rest) = word.strip_suffix(ending).filter(|rest| long(rest) && !rest.ends_with(ending)) {
            let rest = if ending.len() > 1 && ending != "es" { undoubled(rest) } else { rest };
            return rest.strip_suffix('e').filter(|rest| long(rest)).unwrap_or(rest);
        }
    }
    word.strip_suffix('e').filter(|rest| long(rest)).unwrap_or(word)
}

/// A fixed hash (FNV-1a), so that every build agrees.
pub(crate) fn hash(word: &str) -> u32 {
    word.bytes().fold(0x811c_9dc5, |hash: u32, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

/// `putt` of `putting` is `put`; `call` of `calling` stays.
fn undoubled(stem: &str) -> &str {
    let mut last = stem.chars().rev();
    match (last.next(), last.next()) {
        (Some(a), Some(b)) if a == b && !matches!(a, 'l' | 's' | 'z') => stem.strip_suffix(a).unwrap_or(stem),
        _ => stem,
    }
}

/// Whether a letter is of a script that puts no space between words: Thai, Lao, Burmese, Khmer, Chinese, Japanese.
pub(crate) fn is_unspaced(letter: char) -> bool {
    matches!(letter, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{2e80}'..='\u{9fff}')
        || matches!(letter, '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normalised() {
        assert_eq!(normalise("  Don't re-run\tthe CAFÉ job! "), "dont re run the cafe job");
    }

    #[test]
    fn names_keep_their_letters() {
        for (text, capital) in [
            ("every crate has a label", "Every crate has a label"),
            ("ändere nichts", "Ändere nichts"),
            ("gnomAD is mirrored", "gnomAD is mirrored"),
            ("iOS builds run at night", "iOS builds run at night"),
            ("npm ci goes first", "npm ci goes first"),
            ("notes.txt is kept", "notes.txt is kept"),
            ("my crate, too", "My crate, too"),
        ] {
            assert_eq!(capitalised(text), capital);
        }
    }

    #[test]
    fn stems() {
        for group in [
            ["deploy", "deploys", "deployed", "deploying"],
            ["use", "uses", "used", "using"],
            ["put", "puts", "put", "putting"],
            ["copy", "copies", "copied", "copy"],
        ] {
            let stems: Vec<&str> = group.iter().map(|word| stem(word)).collect();
            assert!(stems.iter().all(|s| *s == stems[0]), "{stems:?}");
        }
    }
}
