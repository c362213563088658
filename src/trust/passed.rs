//! What a person only passes on in a message: mail, chats, logs, what the page says, a text to be worked on.

use std::sync::LazyLock;

use memchr::memmem;

use crate::ascii::{begins, is_any};

/// Verbs with which people hand on what others say. Sorted.
const SAYING: [&str; 17] = [
    "answered", "answers", "asks", "claims", "prints", "reads", "replied", "replies", "returns", "said", "says",
    "shows", "stated", "states", "writes", "wrote", "yells",
];

/// How people announce what they pass on.
const ANNOUNCING: [&str; 11] = [
    "here is", "here's", "here are", "this is", "below is", "i got", "we got", "i received", "we received",
    "forwarding", "pasting",
];

/// What they pass on.
const PASSED_ON: [&str; 21] = [
    "answer", "article", "comment", "content", "contents", "document", "email", "error", "issue", "letter", "log",
    "logs", "mail", "message", "output", "page", "readme", "reply", "response", "text", "ticket",
];

/// Where people paste from.
const SOURCES: [&str; 15] = [
    "chat", "discord", "forum", "github", "gitlab", "inbox", "jira", "linear", "reddit", "slack", "stackoverflow",
    "teams", "thread", "twitter", "whatsapp",
];

/// How somebody else's words are announced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Handing {
    /// "The page says:".
    Says,
    /// "Here is the mail:", "this issue:".
    Gives,
    /// "Translate to German:", "write a notice:": the text is to be worked on.
    Asks,
}

/// The byte behind "the page says:" in a line, from where on it is somebody else's; nothing where a person says
/// "I said:".
pub(super) fn reported(line: &str) -> Option<(usize, Handing)> {
    let bytes = line.as_bytes();
    let ends = memchr::memchr_iter(b':', bytes).map(|at| at + 1);
    // "The ticket says the following. …"
    let following = FOLLOWING.find_iter(bytes).map(|at| at + FOLLOWING.needle().len());
    let mut spoken = ends
        .chain(following)
        .filter(|end| line.get(*end..).is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace)));
    spoken.find_map(|end| {
        // Pasted data has thousands of colons in a line; people announce in a few words.
        let mut from = end.saturating_sub(ANNOUNCEMENT);
        while !line.is_char_boundary(from) {
            from += 1;
        }
        let near = line.get(from..end - 1).unwrap_or_default();
        let sentence = near.rsplit(['.', '!', '?', ';']).next().unwrap_or_default();
        hands_on(sentence, end == line.len()).map(|handing| (end, handing))
    })
}

static FOLLOWING: LazyLock<memmem::Finder> = LazyLock::new(|| memmem::Finder::new("following."));

/// Bytes that an announcement has at most.
const ANNOUNCEMENT: usize = 200;

/// `last`: nothing follows in its line.
fn hands_on(sentence: &str, last: bool) -> Option<Handing> {
    // Nearly all that stands before a colon is told off by its last word, and by how it begins.
    let end = sentence.split_whitespace().next_back().unwrap_or_default();
    let announced = ANNOUNCING.iter().any(|opening| begins(sentence.trim_start(), opening));
    let says = is_any(end, &SAYING) || is_any(end, &["me", "us"]);
    let this = || memmem::find(sentence.as_bytes(), b"this").is_some() || sentence.contains("following");
    let sourced = is_any(end, &SOURCES);
    let sent = last && memmem::find(sentence.as_bytes(), b" from ").is_some();
    let names = last && (sourced || this());
    let shown = is_any(end, &["this", "these", "following"]);
    if !(says || announced || names || sourced || shown || sent || works_on(sentence)) {
        return None;
    }
    let sentence = sentence.to_ascii_lowercase();
    let words: Vec<&str> = sentence.split_whitespace().collect();
    if works_on(&sentence) && !keeps(&words) {
        return Some(Handing::Asks);
    }
    let [.., before, end] = words.as_slice() else { return None };
    if last && finds_this(&words) {
        return Some(Handing::Gives);
    }
    if shown && shows(&words) {
        return Some(if last { Handing::Gives } else { Handing::Says });
    }
    if !last && sourced && found_there(&words) {
        return Some(Handing::Says);
    }
    if sent && words.len() <= 5 && matches!(words.as_slice(), [what, "from", ..] if is_sent(what)) {
        return Some(Handing::Gives);
    }
    let says = match *end {
        "me" | "us" => matches!(*before, "told" | "tells" | "wrote" | "writes" | "asked"),
        end => SAYING.binary_search(&end).is_ok() && !matches!(*before, "i" | "we" | "already" | "just"),
    };
    let thing = || words.iter().any(|word| PASSED_ON.contains(word));
    let gives = announced && thing() || names && (SOURCES.contains(end) || points_at_thing(&words));
    if says { Some(Handing::Says) } else { gives.then_some(Handing::Gives) }
}

/// "The old wiki has this", "notice 12 says the following": not what "we have".
fn shows(words: &[&str]) -> bool {
    const HOLDING: [&str; 14] = [
        "contains", "contained", "found", "gives", "has", "had", "lists", "reads", "recommends", "said", "saw", "says",
        "shows", "states",
    ];
    let words = words.strip_suffix(&["following"]).map_or(words, |rest| rest.strip_suffix(&["the"]).unwrap_or(rest));
    let words = words.strip_suffix(&["this"]).or_else(|| words.strip_suffix(&["these"])).unwrap_or(words);
    match words {
        [.., who, verb] => {
            let own = matches!(*who, "i" | "we" | "you" | "already" | "just");
            HOLDING.contains(verb) && (!own || matches!(*verb, "found" | "saw"))
        }
        _ => false,
    }
}

/// "I found this in the manual".
fn finds_this(words: &[&str]) -> bool {
    let finds = |pair: &[&str]| matches!(pair, ["copied" | "found" | "pasted" | "read" | "saw", "this" | "these"]);
    words.windows(2).any(finds)
}

/// "I read on reddit", "Ulf on slack"; not "bug reports in jira".
fn found_there(words: &[&str]) -> bool {
    const FINDING: [&str; 6] = ["found", "got", "heard", "read", "saw", "seen"];
    let [before @ .., preposition, _] = words else { return false };
    let one = matches!(before, [name] if !name.ends_with('s'));
    matches!(*preposition, "on" | "in" | "via" | "from") && (one || before.iter().any(|word| FINDING.contains(word)))
}

/// "Mail from Ulf", "slack from Ulf".
fn is_sent(what: &str) -> bool {
    SOURCES.contains(&what) || PASSED_ON.contains(&what)
}

/// "This issue", "the following mail".
fn points_at_thing(words: &[&str]) -> bool {
    words.windows(2).any(|pair| matches!(pair, ["this" | "following", thing] if PASSED_ON.contains(thing)))
}

/// Whether a sentence asks for work on a text, or for a text with these words.
fn works_on(sentence: &str) -> bool {
    const VERBS: [&str; 12] = [
        "compose", "draft", "paraphrase", "polish", "proofread", "rephrase", "reword", "rewrite", "shorten",
        "summarise", "summarize", "translate",
    ];
    // "Add a comment above the loop: …"
    const PLACING: [&str; 8] = ["add", "change", "display", "insert", "print", "put", "set", "show"];
    const TEXTS: [&str; 14] = [
        "banner", "caption", "comment", "description", "disclaimer", "docstring", "footer", "header", "heading",
        "headline", "label", "placeholder", "title", "tooltip",
    ];
    const POLITE: [&str; 9] = ["please", "can", "could", "would", "you", "now", "then", "and", "also"];
    let mut words = sentence.split_whitespace().skip_while(|word| is_any(word.trim_end_matches(','), &POLITE));
    let first = words.next().unwrap_or_default();
    is_any(first, &VERBS)
        || is_any(first, &PLACING) && words.clone().take(5).any(|word| is_any(word, &TEXTS))
        || is_any(first, &["write", "make"])
            && words.next().is_some_and(|word| is_any(word, &["a", "an", "him", "her", "me", "the", "them", "us"]))
}

/// Whether what is to be written is to be kept in mind.
fn keeps(words: &[&str]) -> bool {
    const KEPT: [&str; 13] = [
        "agents.md", "claude.md", "convention", "conventions", "down", "gemini.md", "guideline", "guidelines",
        "instructions", "memory", "note", "rule", "rules",
    ];
    words.iter().any(|word| KEPT.contains(word))
}

/// "Ulf wrote me this, what do I answer?": what follows is his, in the line and below. The byte behind it.
pub(super) fn hands_this_on(line: &str) -> Option<usize> {
    const GIVING: [&str; 10] =
        ["wrote", "sent", "posted", "forwarded", "mailed", "emailed", "texted", "messaged", "got", "received"];
    memmem::find(line.as_bytes(), b"this")?;
    let end = line.find("? ").map_or(line.len(), |at| at + 1);
    let asked = line.get(..end).filter(|asked| asked.len() <= ANNOUNCEMENT)?;
    let lower = asked.to_ascii_lowercase();
    let words: Vec<&str> = lower.split_whitespace().map(|word| word.trim_matches([',', '.', '?', '!'])).collect();
    let gives = words.iter().enumerate().any(|(at, word)| {
        GIVING.contains(word) && words.get(at + 1..).is_some_and(|next| next.iter().take(4).any(|word| *word == "this"))
    });
    gives.then_some(end)
}

/// "Hi Mara,": a line that greets and nothing more.
pub(super) fn greets(line: &str) -> bool {
    const GREETINGS: [&str; 12] =
        ["hi", "hello", "dear", "hey", "hallo", "liebe", "lieber", "sehr", "bonjour", "chers", "hola", "buenos"];
    if line.len() > 60 || !line.ends_with([',', '!']) {
        return false;
    }
    let first = line.split([' ', ',']).next().unwrap_or_default();
    let words = line.split_whitespace().count();
    words <= 5 && is_any(first, &GREETINGS)
}

/// The head of a message in a chat: "Ulf  10:32 AM", "[10:32] Ulf: …".
fn heads_chat(line: &str) -> bool {
    let stamped = line.strip_prefix('[').and_then(|rest| rest.split_once("] "));
    if let Some((time, said)) = stamped {
        let speaker = said.split_once(": ").is_some_and(|(name, _)| name.split_whitespace().count() <= 3);
        return is_time(time) && speaker;
    }
    if line.len() > 60 || !line.bytes().last().is_some_and(|last| last.is_ascii_digit() || b"mM".contains(&last)) {
        return false;
    }
    let line = ["AM", "PM", "am", "pm"].iter().find_map(|half| line.strip_suffix(half)).unwrap_or(line).trim_end();
    let Some((name, time)) = line.rsplit_once(' ') else { return false };
    let short = name.split_whitespace().count() <= 3;
    is_time(time) && short && name.split_whitespace().all(|word| word.starts_with(char::is_uppercase))
}

fn is_time(text: &str) -> bool {
    let mut parts = text.split(':');
    let two = |part: &str| matches!(part.len(), 1 | 2) && part.bytes().all(|byte| byte.is_ascii_digit());
    text.contains(':') && parts.all(two)
}

/// The line after which everything is somebody else's mail.
pub(super) fn passes_on(line: &str, after: &[(usize, &str)]) -> bool {
    let first = line.bytes().next().map(|byte| byte.to_ascii_lowercase());
    let starts = |opening: &str| begins(line, opening);
    let dashes = || memchr::memchr(b'-', line.as_bytes()).is_some() && memmem::find(line.as_bytes(), b"---").is_some();
    if starts("begin forwarded message") || starts("fwd:") || starts("fw:") || dashes() && is_divider(line) {
        return true;
    }
    if heads_chat(line) {
        return true;
    }
    // Nearly all lines are told off by their first letter: it is that of none of the openings below.
    if !first.is_some_and(|first| b"oaleifvdsbtgcrmpk*\xc3".contains(&first)) {
        return false;
    }
    let wrote = ["wrote:", "schrieb:", "a écrit :", "a écrit:", "escribió:", "ha scritto:"];
    let attributed = ["on ", "am ", "le ", "el ", "il "].into_iter().any(starts);
    if attributed && wrote.iter().any(|ending| line.to_ascii_lowercase().ends_with(ending)) {
        // Replies between quoted lines are the person's own, so only an attribution without `>` below passes on all.
        let quoted = after.iter().map(|(_, line)| line.trim()).find(|line| !line.is_empty());
        return !quoted.is_some_and(|line| line.starts_with('>'));
    }
    let header = header(line);
    header.is_some()
        && after.iter().take(4).filter_map(|(_, line)| self::header(line.trim())).any(|other| Some(other) != header)
}

/// Which header of a mail a line is: the same number for its name in each language.
fn header(line: &str) -> Option<usize> {
    const HEADERS: [&[&str]; 6] = [
        &["from:", "*from:*", "von:", "de :", "de:", "da:"],
        &["subject:", "*subject:*", "betreff:", "objet :", "objet:", "asunto:", "oggetto:"],
        &["to:", "*to:*", "an:", "a:", "à :", "para:"],
        &["date:", "*date:*", "sent:", "*sent:*", "gesendet:", "datum:", "fecha:"],
        &["cc:", "bcc:", "kopie:"],
        &["reply-to:", "message-id:"],
    ];
    HEADERS.iter().position(|names| names.iter().any(|name| begins(line, name)))
}

/// The line that mail programs put above what they pass on.
fn is_divider(line: &str) -> bool {
    let lower = line.to_ascii_lowercase();
    ["original message---", "forwarded message---", "weitergeleitete nachricht ---", "ursprüngliche nachricht---"]
        .iter()
        .any(|divider| lower.contains(divider))
}

/// A line of a log, a stack trace or a shell.
pub(super) fn is_log(line: &str) -> bool {
    let bare = line.trim_start_matches(['[', '(']);
    let stamp = bare.as_bytes();
    // The first letters of all that follows.
    if !stamp.first().is_some_and(|first| first.is_ascii_digit() || b"EWIDFTCaenN$".contains(first)) {
        return false;
    }
    let dated = stamp.len() > 10
        && stamp.iter().take(4).all(u8::is_ascii_digit)
        && stamp.get(4) == Some(&b'-')
        && stamp.get(5).is_some_and(u8::is_ascii_digit)
        && (stamp.get(10) == Some(&b'T')
            || bare.get(10..).is_some_and(|rest| rest.trim_start().starts_with(|c: char| c.is_ascii_digit())));
    let levels = ["ERROR ", "ERROR:", "WARN ", "WARNING:", "INFO ", "INFO:", "DEBUG ", "DEBUG:", "FATAL ", "TRACE "];
    let frames = [
        "at ",
        "File \"",
        "Traceback (most recent call last)",
        "Caused by:",
        "npm ERR!",
        "npm warn ",
        "npm WARN ",
        "npm notice ",
        "npm error ",
        "$ ",
        "error[E",
    ];
    let frame = frames.iter().any(|mark| line.starts_with(mark))
        && (!line.starts_with("at ") || line.contains(':') && line.ends_with(')'));
    dated || frame || levels.iter().any(|level| bare.starts_with(level))
}
