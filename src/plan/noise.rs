//! What says nothing: small talk, half sentences, raw output.

use serde_json::Value;

use crate::digest::{is_error_line, is_test_report};
use crate::text::{fold, is_question_word, is_unspaced, opens_condition, values, words};
use crate::time;

/// Thanks, and praise with them, told or said, and nothing besides: "works now, thanks!!", "Ola said thanks".
pub(super) fn thanks(text: &str) -> Option<String> {
    Courtesy::of(text).filter(Courtesy::thanks).map(|_| "small talk".to_owned())
}

/// The same, greetings, praise and other words of courtesy.
pub(super) fn small_talk(text: &str) -> Option<String> {
    Courtesy::of(text).filter(|said| said.thanks() || said.opens()).map(|_| "small talk".to_owned())
}

/// Words that only fill up thanks, a greeting, praise or a wish.
struct Courtesy {
    words: Vec<String>,
    /// Whether it is told that somebody said them.
    told: bool,
}

const THANKS: &[&str] = &["danke", "gracias", "merci", "thank", "thanked", "thanks", "thx", "ty"];

impl Courtesy {
    /// A text that has no other words, but for who said them and what the thanks are for.
    fn of(text: &str) -> Option<Courtesy> {
        const TOLD: &[&str] = &["said", "thanked", "wished"];
        // What takes more words says more.
        const LONGEST: usize = 12;
        let lower = fold(text);
        let reason =
            lower.split_once(" for ").filter(|(before, reason)| has(&words(before), THANKS) && is_plain(reason));
        let mut said = words(reason.map_or(&lower, |(before, _)| before));
        // "The user said thanks": who did stands before it.
        let told = said.iter().take(4).position(|word| TOLD.contains(&word.as_str()));
        let said = said.split_off(told.unwrap_or_default());
        (said.len() <= LONGEST && said.iter().all(|word| fills(word)))
            .then_some(Courtesy { words: said, told: told.is_some() })
    }

    fn thanks(&self) -> bool {
        has(&self.words, THANKS) || self.told && has(&self.words, &["hello", "hi", "wished"])
    }

    /// Whether it opens with something of the kind.
    fn opens(&self) -> bool {
        const KEYS: &[&str] = &[
            "alright", "amazing", "awesome", "brilliant", "bye", "cheers", "cool", "excellent", "fantastic", "good",
            "great", "haha", "happy", "hello", "hi", "lgtm", "lol", "lovely", "nice", "noted", "ok", "okay", "perfect",
            "sure", "understood", "welcome", "wonderful",
        ];
        const PHRASES: &[&str] =
            &["got it ", "makes sense ", "no problem ", "no worries ", "on it ", "well done ", "will do "];
        let said = self.words.join(" ") + " ";
        let first = self.words.get(..2).unwrap_or(&self.words);
        !self.told && (has(first, KEYS) || PHRASES.iter().any(|phrase| said.starts_with(phrase)))
    }
}

fn has(spoken: &[String], list: &[&str]) -> bool {
    spoken.iter().any(|word| list.contains(&word.as_str()))
}

/// Whether it is what somebody is thanked for: a few words, no clause of its own.
fn is_plain(reason: &str) -> bool {
    const JOINS: &[&str] = &["and", "but", "from", "that", "when", "which", "who"];
    const LONGEST: usize = 7;
    let spoken = words(reason);
    let marked = reason.trim_end_matches(['.', '!']).contains([',', ';', ':', '.', '!', '?', '(']);
    spoken.len() <= LONGEST && !marked && !has(&spoken, JOINS) && values(reason).is_empty()
}

/// Whether a word only fills up thanks, a greeting or a wish.
fn fills(word: &str) -> bool {
    const FILLING: &[&str] = &[
        "a", "again", "agent", "all", "alright", "am", "amazing", "and", "are", "assistant", "awesome", "both",
        "brilliant", "bye", "cheers", "christmas", "cool", "danke", "day", "days", "do", "done", "easter", "evening",
        "everybody", "everyone", "excellent", "fantastic", "fine", "fixed", "folks", "friday", "good", "got",
        "gracias", "great", "guys", "haha", "happy", "have", "hello", "help", "helped", "helpful", "helping", "hi",
        "holidays", "i", "in", "is", "it", "its", "job", "lgtm", "lol", "looks", "lot", "lots", "lovely", "luck",
        "makes", "many", "me", "merci", "mood", "morning", "much", "my", "nice", "night", "no", "noted", "now", "of",
        "ok", "okay", "on", "one", "perfect", "problem", "quick", "really", "s", "said", "says", "see", "seemed",
        "sense", "so", "sounds", "summer", "super", "sure", "team", "thank", "thanked", "thanks", "that", "thats",
        "the", "there", "this", "thx", "time", "to", "today", "ty", "understood", "us", "very", "was", "weather",
        "week", "weekend", "welcome", "well", "will", "winter", "wish", "wished", "wishes", "wonderful", "work",
        "worked", "works", "worries", "you", "your",
    ];
    FILLING.binary_search(&word).is_ok()
}

const FRAGMENT_WORDS: usize = 8;

/// Half a sentence: it breaks off, or is a word or two that say nothing alone.
pub(super) fn fragment(text: &str) -> Option<String> {
    let body = text.trim();
    // Where words are not parted, a sentence counts as one.
    if body.contains(is_unspaced) {
        return None;
    }
    let spoken = words(body);
    let last = spoken.last().map(String::as_str).unwrap_or_default();
    let open_end =
        matches!(last, "and" | "or" | "the" | "a" | "an" | "to" | "of" | "because" | "but" | "which" | "with" | "if");
    let breaks_off = body.ends_with(',')
        || body.ends_with("...")
        || body.ends_with('…')
        || open_end && !body.ends_with(['.', '!', '`', '"']);
    // A long line that breaks off was wrapped, and one that names a value may be all that is said of it.
    let short = || spoken.len() <= FRAGMENT_WORDS && values(body).is_empty();
    (breaks_off && short() || spoken.len() == 1 || lacks_an_end(body, &spoken)).then(|| "half a sentence".to_owned())
}

/// Half a sentence that a person left in their file: its last word asks for another one.
pub(super) fn open_end(text: &str) -> Option<String> {
    let body = text.trim();
    lacks_an_end(body, &words(body)).then(|| "half a sentence".to_owned())
}

/// "The importer needs", "If the customer says they", "When the drawer is". What is a caption, or asks, may end so.
fn lacks_an_end(body: &str, spoken: &[String]) -> bool {
    const ENDS: &[&str] = &["and", "because", "he", "needs", "requires", "she", "than", "the", "they", "we"];
    const VERBS: &[&str] =
        &["are", "can", "could", "had", "has", "have", "is", "may", "should", "was", "were", "will", "would"];
    let is = |list: &[&str], word: Option<&String>| word.is_some_and(|word| list.contains(&word.as_str()));
    let asks = spoken.iter().any(|word| is_question_word(word));
    // "Leave it as it is."
    let begun = spoken.first().is_some_and(|word| opens_condition(word)) && !body.contains(',');
    (3..=FRAGMENT_WORDS).contains(&spoken.len())
        && (is(ENDS, spoken.last()) || begun && is(VERBS, spoken.last()))
        && !asks
        && body.ends_with(char::is_alphanumeric)
        && values(body).is_empty()
}

/// A stack trace of Python, on however many lines, and nothing said of it.
pub(super) fn trace(text: &str) -> Option<String> {
    let body = text.trim();
    let named = body.contains("Error") || body.contains("Exception");
    (body.starts_with("Traceback (most recent call last)") && body.contains("File \"") && named)
        .then(|| "raw output, not a statement".to_owned())
}

// Words before a dump.
const DUMP_NAME: usize = 3;

/// Raw output: a log line, an error, a stack trace, a JSON dump, the report of a test run.
pub(super) fn raw_output(text: &str) -> Option<String> {
    let body = text.trim();
    // `mail_send result: {…}`: what stands before it names it.
    let dumped = body.find(['{', '[']).and_then(|at| body.split_at_checked(at));
    let named = |before: &str| before.split_whitespace().count() <= DUMP_NAME && !before.trim_end().ends_with('`');
    let dump = dumped.is_some_and(|(before, dump)| {
        named(before) && serde_json::from_str::<Value>(dump).is_ok_and(|value| value.is_object() || before.is_empty())
    });
    let tested = body.contains('\n') && is_test_report(body);
    let trace = body.starts_with("Traceback (most recent call last)") || body.contains("\n    at ");
    let levels = ["INFO", "DEBUG", "WARN", "ERROR", "TRACE"];
    let stamped = body
        .split_whitespace()
        .next()
        .is_some_and(|token| token.len() >= 10 && time::millis(token.get(..10).unwrap_or_default()).is_some());
    let log = stamped
        && body
            .split_whitespace()
            .take(7)
            .any(|token| levels.contains(&token.trim_matches(|c: char| !c.is_alphabetic())));
    (dump || trace || log || tested || is_error_line(body)).then(|| "raw output, not a statement".to_owned())
}
