//! What says nothing: small talk, half sentences, raw output.

use serde_json::Value;

use crate::digest::{is_error_line, is_test_report};
use crate::text::{bare, is_imperative, is_question_word, is_unspaced, opens_condition, values, words};
use crate::time;

const THANKS: &[&str] = &["danke", "gracias", "merci", "thanks", "thx", "ty"];

/// Thanks and no more, with what they are for in a word or two: "thx!", "works now, thanks!!".
pub(super) fn thanks(lower: &str) -> Option<String> {
    let spoken = words(lower);
    let thanks = |word: &String| THANKS.contains(&word.as_str());
    let only = spoken.iter().all(|word| thanks(word) || fills(word));
    (only && spoken.len() <= 6 && spoken.iter().any(thanks)).then(|| "small talk".to_owned())
}

/// Thanks, greetings and wishes, told or said, and nothing besides.
pub(super) fn small_talk(lower: &str) -> Option<String> {
    const PHRASES: &[&str] = &[
        "thanks", "thank you", "good morning", "good night", "hello", "hi there", "have a nice", "have a great", "lol",
        "haha", "ok", "okay", "great job", "well done", "you're welcome", "no problem", "sounds good", "nice weather",
        "how are you", "happy friday", "cheers", "will do", "got it", "understood", "noted", "sure", "alright",
        "on it", "makes sense", "no worries",
    ];
    const TOLD: &[&str] = &["said thanks", "said thank you", "said hello", "wished"];
    let body = bare(lower);
    let behind = |phrase: &&'static str| {
        let rest = body.strip_prefix(*phrase)?;
        (!rest.starts_with(|c: char| c.is_alphanumeric())).then_some((*phrase, rest))
    };
    let said = PHRASES.iter().filter_map(behind).any(|(phrase, rest)| says_nothing(phrase, rest));
    // "The user said thanks": who did stands before it.
    let told = TOLD.iter().filter_map(|phrase| Some((*phrase, body.split_once(*phrase)?)));
    let told = told.into_iter().any(|(phrase, (who, rest))| words(who).len() <= 3 && says_nothing(phrase, rest));
    (said || told).then(|| "small talk".to_owned())
}

/// Thanks that go on to praise: "thanks a lot, that was super helpful!"
pub(super) fn praise(text: &str) -> Option<String> {
    const LONGEST: usize = 10;
    const PRAISED: &[&str] = &["it", "that", "this", "you"];
    const ASKING: &[&str] = &["always", "but", "from", "must", "need", "never", "next", "please", "should", "want"];
    let (thanks, praise) = text.split_once([',', '!', '.'])?;
    let (thanks, spoken) = (words(thanks), words(praise));
    let is = |list: &[&str], word: &String| list.contains(&word.as_str());
    let thanked = thanks.iter().any(|word| is(THANKS, word) || word == "thank");
    let only = thanked && thanks.iter().all(|word| is(THANKS, word) || word == "thank" || fills(word));
    let praises = spoken.first().is_some_and(|word| is(PRAISED, word)) && spoken.len() <= LONGEST;
    let named = || praise.split_whitespace().skip(1).any(|word| word.starts_with(char::is_uppercase));
    let asks = || spoken.iter().any(|word| is_imperative(word) || is(ASKING, word));
    (only && praises && values(praise).is_empty() && !named() && !asks()).then(|| "small talk".to_owned())
}

/// Whether what stands behind a greeting only fills it up: "a lot", "to the team", or what the thanks are for.
fn says_nothing(phrase: &str, rest: &str) -> bool {
    const SHORT: usize = 8;
    let spoken = words(rest);
    // What follows a clause mark, joins or limits is a statement of its own.
    let joins = |word: &String| matches!(word.as_str(), "and" | "but" | "from" | "that" | "when" | "which" | "who");
    let clause = || rest.contains([',', ';', ':', '.', '!', '?', '(']) || spoken.iter().any(joins);
    let more = spoken.iter().position(|word| word == "for" || !fills(word));
    let reason = more
        .and_then(|at| spoken.get(at..))
        .is_some_and(|more| more.first().is_some_and(|word| word == "for") && more.len() <= SHORT);
    spoken.iter().all(|word| fills(word)) || phrase.contains("thank") && reason && !clause() && values(rest).is_empty()
}

/// Whether a word only fills up thanks, a greeting or a wish.
fn fills(word: &str) -> bool {
    const FILLING: &[&str] = &[
        "a", "again", "agent", "all", "alright", "am", "and", "are", "assistant", "awesome", "bye", "cool", "day",
        "days", "do", "done", "evening", "everybody", "everyone", "fine", "fixed", "folks", "for", "good", "got",
        "great", "guys", "happy", "have", "hello", "help", "helping", "hi", "i", "in", "is", "it", "job", "lot",
        "lots", "luck", "makes", "many", "me", "mood", "morning", "much", "my", "nice", "night", "no", "noted", "now",
        "of", "ok", "okay", "on", "one", "perfect", "problem", "quick", "s", "see", "seemed", "sense", "so", "sounds",
        "super", "sure", "team", "thank", "thanks", "that", "the", "there", "this", "time", "to", "today",
        "understood", "us", "very", "weather", "week", "weekend", "welcome", "well", "will", "wish", "wished", "work",
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
