//! Small rewordings that leave the meaning as it is, as they come about when the same thing is noted twice.

/// All rewordings of a text that apply to it.
pub fn rewordings(text: &str) -> Vec<String> {
    let body = text.trim_end_matches('.');
    let found = [
        Some(format!("Note that {}.", lowered(body))),
        Some(format!("Remember: {text}")),
        Some(format!("{body}, as we said.")),
        without_articles(text),
        exchanged(text, ARTICLES),
        exchanged(text, WORDS),
        misspelt(text),
        front(body),
    ];
    found.into_iter().flatten().filter(|other| other != text).collect()
}

const ARTICLES: &[(&str, &str)] = &[(" the ", " a "), (" a ", " the "), ("The ", "Our "), ("A ", "The ")];
const WORDS: &[(&str, &str)] = &[
    (" is ", " was "),
    (" are ", " were "),
    (" has to ", " must "),
    (" must ", " should "),
    (" not ", " never "),
    ("Use ", "Please use "),
    (" large", " big"),
    (" starts", " begins"),
    (" is ", " is currently "),
    (" every ", " each "),
    (" shows ", " displays "),
    (" said ", " stated "),
    (" before ", " prior to "),
];

fn lowered(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

fn without_articles(text: &str) -> Option<String> {
    let kept: Vec<&str> = text.split(' ').filter(|word| !matches!(*word, "the" | "a" | "an" | "The" | "A")).collect();
    (kept.len() >= 3).then(|| kept.join(" "))
}

fn exchanged(text: &str, words: &[(&str, &str)]) -> Option<String> {
    words.iter().find(|(word, _)| text.contains(word)).map(|(word, other)| text.replacen(word, other, 1))
}

/// Two letters within the longest word change places.
fn misspelt(text: &str) -> Option<String> {
    let longest = text.split(' ').max_by_key(|word| word.len()).filter(|word| word.is_ascii() && word.len() > 6)?;
    let (start, end) = longest.split_at(longest.len() / 2);
    let mut middle: Vec<char> = start.chars().rev().take(2).collect();
    let kept = start.get(..start.len() - middle.len())?;
    middle.dedup();
    Some(text.replacen(longest, &format!("{kept}{}{end}", middle.into_iter().collect::<String>()), 1))
}

/// What stands behind a preposition comes first: "On Mondays the portal is slow".
fn front(body: &str) -> Option<String> {
    let (rest, end) = [" in the ", " on the ", " by the ", " at the ", " after ", " before ", " during "]
        .iter()
        .find_map(|preposition| body.rfind(preposition).and_then(|at| body.split_at_checked(at)))?;
    let mut letters = end.trim_start().chars();
    let first: String = letters.next()?.to_uppercase().chain(letters).collect();
    Some(format!("{first}, {}.", lowered(rest)))
}
