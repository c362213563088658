//! What is meant to hold from now on: "always …", "never …", "from now on …". That something always happens, or that
//! somebody never does something, only sounds like it.

use std::sync::LazyLock;

use super::address::without_address;
use super::keeping::KEEPING;
use super::passing::unquoted;
use crate::ascii::{Cues, begins_word};
use crate::text::{bare, fold, is_imperative, is_stop_word, opens_condition, weekday};

/// How people say that something holds from now on.
static EVER: LazyLock<Cues<()>> = LazyLock::new(|| {
    let words = ["always", "never", "ever"].into_iter().chain(FROM_NOW_ON).chain(KEEPING);
    Cues::new(words.map(|word| (word, ())))
});

pub(super) const FROM_NOW_ON: [&str; 6] =
    ["from now on", "going forward", "in the future,", "in future,", "for future reference", "as a rule,"];

/// Whether a text has a word without which [`is_standing`] is never true.
pub(super) fn names_ever(text: &str) -> bool {
    let (bytes, mut named) = (text.as_bytes(), false);
    EVER.each(bytes, |at, ()| named |= begins_word(bytes, at));
    named
}

/// Whether a sentence is meant to hold from now on. `whole` still has its "from now on" and its "you should".
pub(super) fn is_standing(request: &str, whole: &str) -> bool {
    let (lower, folded) = (fold(&unquoted(request)), fold(&unquoted(whole)));
    if regrets(&folded) || is_of_this_code(&lower) || is_saying(&folded) {
        return false;
    }
    if FROM_NOW_ON.iter().any(|phrase| folded.contains(phrase)) {
        return is_request(request)
            || is_order(&lower)
            || is_of_each(&lower)
            || folded.contains("please")
            || MODALS.iter().any(|modal| lower.contains(modal));
    }
    if ["don't ever ", "dont ever ", "do not ever "].iter().any(|phrase| lower.starts_with(phrase)) {
        return true;
    }
    let ever = lower.contains("always") || lower.contains("never");
    ever && asks_somewhere(&lower)
}

const MODALS: [&str; 4] = [" should ", " must ", " always ", " never "];

/// Whether a sentence asks for something: it opens with a verb in the imperative or says what has to be.
pub(super) fn is_request(request: &str) -> bool {
    let lower = fold(request);
    let opens = clauses(&lower).any(|clause| {
        let first = clause.split_whitespace().next().unwrap_or_default();
        let always = matches!(first, "always" | "never");
        !always && (is_imperative(first) || first == "dont")
            || clause.starts_with("it has to ")
            || clause.starts_with("it must ")
    });
    opens || lower.contains(" should ") || lower.contains(" must ") || asks_somewhere(&lower)
}

/// Whether it says how things are done, where the sentence before said that they were done wrong: "the summary always goes
/// there".
pub(super) fn corrects_how(request: &str) -> bool {
    const PEOPLE: [&str; 7] = ["he", "i", "she", "that", "they", "we", "you"];
    let lower = fold(request);
    let first = lower.split_whitespace().next().unwrap_or_default();
    !PEOPLE.contains(&first) && [" always ", " never "].iter().any(|ever| lower.contains(ever))
}

/// "Sort the names", "weigh every crate": what stands before an article asks, whatever the verb.
fn is_order(lower: &str) -> bool {
    const BEFORE_THINGS: [&str; 13] =
        ["a", "all", "an", "any", "each", "every", "its", "my", "our", "the", "their", "these", "your"];
    let mut words = bare_words(lower);
    let (first, next) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    !is_stop_word(first) && !is_subject(first) && BEFORE_THINGS.contains(&next)
}

/// "Every invoice needs …", "the summary goes first": what has to be, of things.
fn is_of_each(lower: &str) -> bool {
    const NEEDS: [&str; 8] = [" needs ", " need ", " has to ", " have to ", " gets ", " get ", " goes ", " go "];
    const NO_THING: [&str; 13] =
        ["he", "i", "it", "my", "she", "that", "there", "they", "things", "this", "we", "what", "you"];
    let Some(at) = NEEDS.iter().filter_map(|needs| lower.find(needs)).min() else { return false };
    let of: Vec<&str> = lower.get(..at).unwrap_or_default().split_whitespace().collect();
    let each = of.first().is_some_and(|first| matches!(*first, "every" | "each" | "all"));
    each || of.len() <= 3 && of.first().is_some_and(|first| !NO_THING.contains(first))
}

/// "We should never have bought it": nobody can follow that any more.
fn regrets(folded: &str) -> bool {
    const WISHES: [&str; 6] = ["should", "could", "would", "must", "might", "ought"];
    // "Untested" is how something is.
    let is_past = |word: &str| (word.ends_with("ed") && !word.starts_with("un")) || PASTS.binary_search(&word).is_ok();
    let words: Vec<&str> = bare_words(folded).collect();
    let had = words.windows(3).any(|near| match near {
        ["always" | "never", "have" | "ve", done] | ["have", "always" | "never", done] => is_past(done),
        _ => false,
    });
    had && words.iter().any(|word| WISHES.contains(word))
}

/// "Never trust a Tuesday", "always blame the printer": nobody can follow a mood about fate.
fn is_saying(folded: &str) -> bool {
    const MOODS: [&str; 16] = [
        "anger", "believe", "blame", "bless", "count", "curse", "doubt", "expect", "fear", "hate", "love", "rely",
        "suspect", "thank", "trust", "underestimate",
    ];
    const FATES: [&str; 18] = [
        "computer", "fate", "fortune", "gods", "gremlin", "karma", "luck", "machine", "murphy", "planet", "printer",
        "robot", "star", "technology", "universe", "unexpected", "weather", "weekend",
    ];
    let fate = |word: &str| {
        let one = word.strip_suffix('s').unwrap_or(word);
        FATES.contains(&word) || FATES.contains(&one) || weekday(one).is_some()
    };
    clauses(folded).any(|clause| {
        let mut words = bare_words(clause).skip_while(|word| !matches!(*word, "always" | "never" | "ever")).skip(1);
        let mood = words.next().is_some_and(|word| MOODS.contains(&word));
        let of: Vec<&str> = words.filter(|word| !is_stop_word(word)).collect();
        mood && matches!(*of, [of] if fate(of))
    })
}

/// "The function should always return a list", "in the loop, never …": how one piece of code at hand is to be.
fn is_of_this_code(folded: &str) -> bool {
    const PIECES: [&str; 27] = [
        "argument", "button", "callback", "class", "closure", "constructor", "dialog", "endpoint", "function",
        "getter", "handler", "iterator", "loader", "loop", "method", "param", "parameter", "parser", "query", "regex",
        "setter", "snippet", "struct", "subclass", "subquery", "variable", "wrapper",
    ];
    let words: Vec<&str> = bare_words(folded).collect();
    let piece = |at: usize| {
        let pointed = matches!(words.get(at), Some(&("the" | "this" | "that")));
        // "The parse function".
        let named = (at + 1..=at + 2).find(|named| words.get(*named).is_some_and(|word| PIECES.contains(word)));
        named.filter(|_| pointed)
    };
    let modal =
        |at: usize| matches!(words.get(at), Some(&("should" | "must" | "has" | "may" | "can" | "always" | "never")));
    let inside = |at: usize| at > 0 && matches!(words.get(at - 1), Some(&("in" | "inside" | "within")));
    (0..words.len()).any(|at| piece(at).is_some_and(|end| inside(at) || at == 0 && modal(end + 1)))
}

fn bare_words(text: &str) -> impl Iterator<Item = &str> {
    text.split_whitespace().map(bare).filter(|word| !word.is_empty())
}

/// The clauses of a sentence: "when a ticket is closed, always …" asks in its second.
fn clauses(lower: &str) -> impl Iterator<Item = &str> {
    lower.split([',', ';', ':']).map(|clause| without_address(clause.trim()))
}

fn asks_somewhere(lower: &str) -> bool {
    let polite = lower.contains("please");
    clauses(lower).enumerate().any(|(at, clause)| asks_for_ever(clause, polite, at > 0))
}

/// `always …` or `never …` as a request: at the head of its clause, or said of what has to be. `later`: another clause
/// stands before it.
fn asks_for_ever(clause: &str, polite: bool, later: bool) -> bool {
    const HEARSAY: [&str; 10] =
        ["says", "said", "told", "claims", "writes", "wrote", "reads", "reminds", "reminded", "nudge"];
    let words: Vec<&str> = clause.split_whitespace().collect();
    let Some(at) = words.iter().position(|word| matches!(*word, "always" | "never")) else { return false };
    let behind = clause.split_whitespace().skip(at + 1).map(bare);
    let again = behind.clone().next() == Some("again");
    let rest: Vec<&str> = behind.skip_while(|word| matches!(*word, "again" | "ever")).collect();
    let next = rest.first().copied().unwrap_or_default();
    // "Always the same order, please" asks; "always the same trouble" reports.
    if at == 0 && next == "the" {
        return polite;
    }
    // "Never again that hotel" sighs.
    if next.is_empty() || is_report(next) || again && !is_imperative(next) {
        return false;
    }
    let before = words.get(..at).unwrap_or_default();
    let last = before.last().copied().unwrap_or_default();
    match before {
        [] => !is_remark(&rest),
        ["i"] => matches!(next, "want" | "need" | "prefer" | "expect"),
        // "I should always fly with them" is about themselves.
        ["i", ..] if last == "should" || last == "must" => matches!(next, "be" | "get" | "have" | "receive" | "see"),
        ["we"] => !is_lament(words.get(at) == Some(&"never"), &rest),
        // What others say is not what this person asks for: "they told me to always …", "a page says always …".
        [first, ..] if *first != "i" && before.iter().any(|word| HEARSAY.contains(word)) => false,
        // "Tell Tom he must always …" is for Tom.
        ["tell" | "ask" | "remind" | "inform" | "let", ..] => false,
        // "The point was to never …" tells of the past.
        _ if before.iter().any(|word| matches!(*word, "was" | "were" | "had")) => false,
        // "No need to always …" does not ask for it.
        _ if before.iter().any(|word| matches!(*word, "no" | "not" | "don't" | "needn't" | "without")) => false,
        // "Meals are always fun" describes; "tickets are always closed by …" says how it is done.
        _ if matches!(last, "is" | "are") && !(next.ends_with("ed") || next.ends_with("en")) => false,
        // "It should always …" needs what stood before it.
        ["it" | "this" | "that" | "he" | "she" | "they" | "these" | "those", ..] if !later => false,
        [first, ..] if opens_condition(first) && is_imperative(next) && !is_subject(last) => true,
        _ => matches!(last, "should" | "must" | "to" | "please" | "go" | "be") || names_a_thing(before, next),
    }
}

/// Behind these a verb says what somebody does: "for me it always …", "when you would never …".
fn is_subject(word: &str) -> bool {
    const SUBJECTS: [&str; 20] = [
        "can", "could", "did", "do", "does", "he", "i", "it", "she", "that", "they", "this", "we", "which", "who",
        "will", "would", "you", "i'd", "you'd",
    ];
    SUBJECTS.contains(&word)
}

/// "Never mind", "it never worked", "as always": idiom and report, not request.
fn is_report(next: &str) -> bool {
    const REPORTS: [&str; 31] = [
        "been", "did", "does", "ends", "fails", "felt", "gets", "got", "had", "happened", "happens", "has", "heard",
        "here", "knew", "known", "liked", "mind", "received", "said", "saw", "seemed", "seems", "the", "thought",
        "told", "was", "were", "worked", "works", "would",
    ];
    REPORTS.binary_search(&next).is_ok()
}

/// What stands behind a bare "always" or "never" that only remarks: "never seen that", "always good to know".
fn is_remark(rest: &[&str]) -> bool {
    const HAPPENING: [&str; 30] = [
        "breaks", "comes", "complains", "costs", "crashes", "dies", "drops", "falls", "feels", "forgets", "goes",
        "hangs", "helps", "keeps", "lags", "lies", "loses", "makes", "means", "misses", "needs", "pays", "returns",
        "runs", "says", "sounds", "stays", "takes", "turns", "wants",
    ];
    const JUDGING: [&str; 29] = [
        "annoying", "bad", "best", "better", "boring", "broken", "busy", "difficult", "easier", "easy", "enough",
        "fun", "funny", "glad", "good", "great", "happy", "harder", "helpful", "interesting", "late", "lovely", "nice",
        "painful", "rude", "sad", "sorry", "too", "wrong",
    ];
    const EVENTS: [&str; 20] = [
        "challenge", "disaster", "drama", "dull", "fight", "gamble", "good", "great", "hassle", "headache", "joy",
        "mess", "mystery", "nightmare", "pain", "pleasure", "problem", "struggle", "surprise", "treat",
    ];
    // Verbs whose first form ends like a past one.
    const FIRST_FORMS: [&str; 5] = ["bleed", "embed", "exceed", "proceed", "speed"];
    match rest {
        ["something" | "someone" | "somebody" | "nothing", ..] => true,
        ["a" | "an", what, ..] => EVENTS.contains(what),
        [next, ..] => {
            let past = next.len() > 4 && next.ends_with("ed") && !FIRST_FORMS.contains(next)
                || PASTS.binary_search(next).is_ok();
            past || HAPPENING.contains(next) || JUDGING.contains(next)
        }
        [] => true,
    }
}

/// Past forms and participles that do not end in "ed"; those that are first forms too are left out. Sorted.
const PASTS: [&str; 54] = [
    "ate", "been", "begun", "bought", "broke", "broken", "brought", "built", "came", "caught", "chosen", "done",
    "drawn", "drunk", "eaten", "fallen", "felt", "flown", "forgot", "forgotten", "found", "gave", "given", "gone",
    "got", "gotten", "grown", "had", "heard", "held", "kept", "knew", "known", "lost", "made", "met", "paid", "ran",
    "said", "saw", "seen", "sent", "shown", "sold", "spent", "spoken", "stood", "taken", "thought", "told", "took",
    "understood", "went", "written",
];

/// What "we always" and "we never" do is a convention, unless it is a fault: "we never test the restore", "we always
/// forget the changelog".
fn is_lament(never: bool, rest: &[&str]) -> bool {
    // Nobody makes a rule of leaving these undone, or of doing the others.
    const VIRTUES: [&str; 30] = [
        "agree", "answer", "ask", "back", "check", "clean", "document", "find", "finish", "fix", "hear", "know",
        "learn", "listen", "manage", "measure", "monitor", "plan", "practise", "read", "reply", "review", "see",
        "talk", "test", "try", "update", "validate", "verify", "write",
    ];
    const FAULTS: [&str; 24] = [
        "break", "can", "complain", "end", "enjoy", "fail", "fall", "fight", "forget", "get", "had", "have", "hope",
        "hurry", "look", "lose", "love", "mess", "miss", "seem", "struggle", "think", "wait", "wonder",
    ];
    const CHECKS: [&str; 7] = ["tests", "test", "linter", "lint", "checks", "suite", "clippy"];
    let Some(next) = rest.first() else { return true };
    let wrong = rest.iter().any(|word| matches!(*word, "wrong" | "late" | "problem" | "somehow"));
    let runs_checks = *next == "run" && rest.iter().take(4).any(|word| CHECKS.contains(word));
    wrong || FAULTS.contains(next) || never && (VIRTUES.contains(next) || runs_checks)
}

/// `bug reports always go …`, `a ticket is always …`: things of a kind, not one thing or a person, before the adverb.
fn names_a_thing(before: &[&str], next: &str) -> bool {
    const ONE: &[&str] = &[
        "he", "her", "his", "i", "it", "ive", "my", "our", "she", "thanks", "that", "the", "they", "this", "we",
        "which", "who", "you", "your",
    ];
    const FAILING: [&str; 12] =
        ["break", "come", "complain", "crash", "die", "disappear", "fail", "freeze", "hang", "lag", "lie", "lose"];
    let plain = |word: &&str| word.chars().all(|c| c.is_alphabetic() || c == '-');
    let kind = before.iter().all(|word| plain(word) && !ONE.contains(word));
    let generic = matches!(before.first(), Some(&("a" | "an" | "every" | "each")));
    let plural = before.iter().any(|word| word.len() > 3 && word.ends_with('s') && !word.ends_with("ss"));
    before.len() <= 5 && kind && (generic || plural) && !FAILING.contains(&next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_to_hold() {
        for sentence in [
            "Always ring before you come.",
            "Never hard delete a row.",
            "Always welcome guests by name.",
            "We never lend the van to strangers.",
            "We always weigh the crates first.",
            "The report must always name the day.",
            "Never again push to the live branch.",
            "When a box is opened, it should always get a date.",
            "I should always be asked first.",
            "Never trust the weather report without asking.",
            "Never expect answers on a Sunday.",
            "Never deploy on a Friday.",
            "Always thank the reporter.",
            "If the scale is off always use the small one.",
            "You should never have admin rights by default.",
            "Every crate gets a number from now on.",
            "From now on, crates get a label.",
            "From now on sort the names.",
            "From now on: metric weights please.",
            "The van key goes on the hook from now on.",
        ] {
            assert!(is_standing(without_address(sentence), sentence), "{sentence}");
        }
    }

    #[test]
    fn what_only_sounds_like_it() {
        for sentence in [
            "You never ring before you come.",
            "You always use the wrong scale.",
            "We never test the alarm.",
            "We always forget the keys.",
            "We never run the checks.",
            "We should never have sold the van.",
            "You can always ask me.",
            "It should always be a list.",
            "The function should always give a list.",
            "In the loop, never return early.",
            "Never again that ferry.",
            "Never seen this before.",
            "Always a pleasure.",
            "Always something with the ferry!",
            "Always somebody who forgets the keys.",
            "Always breaks on Mondays.",
            "I should always take the early boat.",
            "Tell Ole he must always ring first.",
            "Boats always break in spring.",
            "Never trust a Tuesday.",
            "Well, always blame the printer.",
            "You should never rely on luck.",
            "From now on the van is yours.",
            "From now on it gets colder.",
            "From now on in the harbour the wind is strong.",
        ] {
            assert!(!is_standing(without_address(sentence), sentence), "{sentence}");
        }
    }

    #[test]
    fn the_words_are_sorted() {
        assert!(PASTS.is_sorted());
    }
}
