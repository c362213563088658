//! Why what made a call work is no remedy all the same.

use std::cell::OnceCell;

use memchr::memmem;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::safeguard::{gets_past, loosens};
use super::steps::command_line;
use super::target::{Target, host};
use crate::text::{sentences, words};
use crate::transcript::{Act, Session, Speaker, Trust, Turn};
use crate::trust;

/// Why the call that worked is no remedy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Caution {
    /// It got past a safeguard.
    Safeguard,
    /// What is new in it came from the output of a tool that instructs, or is a host that only such output named.
    Suggested,
    /// It went somewhere else than was asked for.
    Elsewhere,
    /// A person objected to it afterwards.
    Objected,
}

// Shorter words occur in any text.
const WORD_BYTES: usize = 4;
// An objection is to what was just done.
const CALLS_BEFORE_OBJECTION: usize = 3;

// More words than these are a text that is written, not a call that is changed.
const NEW_WORDS: usize = 40;

/// Judges the calls of one session that worked.
pub(super) struct Judge<'s> {
    session: &'s Session,
    /// Outputs of tools that instruct: looked for once, and only where a failure was mended.
    instructing: OnceCell<Vec<&'s Turn>>,
}

impl<'s> Judge<'s> {
    pub(super) fn of(session: &'s Session) -> Judge<'s> {
        Judge { session, instructing: OnceCell::new() }
    }

    /// Why a call that worked, as it is or because of the `steps` before it, is no remedy for the one that failed.
    pub(super) fn caution(&self, failing: &Turn, working: &Turn, steps: &[&Turn]) -> Option<Caution> {
        let before = line(failing);
        let (before, after) = (before.as_str(), line(working));
        // Where the call itself is the same, what came in between made it work.
        let helped: &[&Turn] = if before == after { steps } else { &[] };
        let new = new_words(before, &after);
        let brought = |step: &&Turn| self.brought_in(step, &new_words(before, &line(step)));
        match () {
            () if is_past(failing, working) || helped.iter().any(|step| is_past(failing, step)) => {
                Some(Caution::Safeguard)
            }
            () if self.brought_in(working, &new) || helped.iter().any(brought) => Some(Caution::Suggested),
            () if self.goes_elsewhere(failing, working) => Some(Caution::Elsewhere),
            () => self.is_objected(working, &new).then_some(Caution::Objected),
        }
    }

    /// Whether a step that came in between may be named as what helped.
    pub(super) fn is_harmless(&self, failing: &Turn, step: &Turn) -> bool {
        !is_past(failing, step) && !self.brought_in(step, &new_words(&line(failing), &line(step)))
    }

    fn earlier(&self, call: &Turn) -> &'s [Turn] {
        self.session.turns.get(..call.index as usize).unwrap_or_default()
    }

    /// Whether a person, or who set the agent up, said something before a call in their own words.
    fn told(&self, call: &Turn, what: &str) -> bool {
        self.earlier(call).iter().any(|turn| says(turn, what))
    }

    /// Whether one of the words of a call came in with the output of a tool: a host that was first named there, or
    /// anything out of an output that instructs.
    fn brought_in(&self, call: &Turn, new: &[&str]) -> bool {
        let first_returned = |host: &str| {
            let first = self.earlier(call).iter().find(|turn| has(&turn.text, host));
            first.is_some_and(|turn| turn.trust == Trust::Untrusted)
        };
        let instructs = |word: &str| {
            let instructing = self.instructing.get_or_init(|| instructing(self.session));
            instructing.iter().any(|turn| turn.index < call.index && has(&turn.text, word))
        };
        new.iter().take(NEW_WORDS).any(|word| {
            host(word).is_some_and(|host| first_returned(&host) && !self.told(call, &host))
                || word.len() >= WORD_BYTES && instructs(word) && !self.told(call, word)
        })
    }

    /// Whether a call goes to another place than the failing one, which nobody asked for. A place that does not exist was
    /// not meant, unless a person named it.
    fn goes_elsewhere(&self, failing: &Turn, working: &Turn) -> bool {
        let error = match &failing.act {
            Act::Call { result: Some(at), .. } => {
                self.session.turns.get(*at as usize).map(|turn| turn.text.to_lowercase())
            }
            _ => None,
        };
        let absent = |what: &String| error.as_deref().is_some_and(|error| has(error, what) && denies(error));
        let (here, there) = (target(failing), target(working));
        here.instead(&there).into_iter().any(|(new, left)| {
            let meant = new.iter().all(|new| self.told(working, new));
            let void = left.iter().any(absent) && !left.iter().any(|left| self.told(working, left));
            !meant && !void
        })
    }

    /// Whether the next that a person says objects to a call: in the sentence that names something new in it or at the head of
    /// the next one, or at once and plainly.
    fn is_objected(&self, working: &Turn, new: &[&str]) -> bool {
        let later = || self.session.turns.iter().skip(working.index as usize + 1);
        let Some(next) = later().find(|turn| is_spoken(turn) && turn.speaker == Speaker::User) else { return false };
        let own = trust::own_words(&next.text).into_iter().filter_map(|own| next.text.get(own));
        let said: Vec<Vec<String>> =
            own.flat_map(|own| sentences(own).into_iter().filter_map(|range| own.get(range))).map(words).collect();
        let new: Vec<Vec<String>> = new.iter().take(NEW_WORDS).map(|new| words(new)).collect();
        let names = |said: &[String]| {
            new.iter().any(|name| !name.is_empty() && said.windows(name.len()).any(|window| window == name.as_slice()))
        };
        let objects = |at: usize, sentence: &[String]| {
            let next = || said.get(at + 1).is_some_and(|next| opens_with_no(next));
            says_no(sentence) || next()
        };
        let named = said.iter().enumerate().any(|(at, sentence)| names(sentence) && objects(at, sentence));
        let said = said.concat();
        let calls =
            later().take_while(|turn| turn.index < next.index).filter(|turn| matches!(turn.act, Act::Call { .. }));
        // "Should I send it?" "No, I will" says no to that.
        let before = self.session.turns.iter().take(next.index as usize).rev().find(|turn| turn.act == Act::Message);
        let answers = before.is_some_and(|turn| turn.speaker == Speaker::Agent && offers(&turn.text));
        named || !answers && calls.count() <= CALLS_BEFORE_OBJECTION && opens_with_no(&said)
    }
}

fn instructing(session: &Session) -> Vec<&Turn> {
    let returned = session.turns.iter().filter(|turn| turn.trust == Trust::Untrusted);
    returned.filter(|turn| !trust::instructions(&turn.text).is_empty()).collect()
}

/// Whether a call gets past a safeguard that the one before it did not get past.
fn is_past(before: &Turn, call: &Turn) -> bool {
    let (Act::Call { arguments: from, .. }, Act::Call { tool, arguments: to, .. }) = (&before.act, &call.act) else {
        return false;
    };
    if command_line(tool, to).is_some() && gets_past(&line(before), &line(call)) {
        return true;
    }
    let fields = to.as_object().into_iter().flatten().filter(|(name, value)| from.get(name.as_str()) != Some(*value));
    fields.into_iter().any(|(name, value)| match value {
        Value::Bool(_) | Value::Number(_) => loosens(name, Some(&value.to_string())),
        Value::String(text) if text.len() <= 40 => loosens(name, Some(text)) || is_flag(text) && loosens(text, None),
        Value::Array(items) => {
            items.iter().filter_map(Value::as_str).any(|item| is_flag(item) && gets_past(&line(before), item))
        }
        _ => false,
    })
}

fn is_flag(text: &str) -> bool {
    text.starts_with('-') && !text.contains(char::is_whitespace)
}

/// What a call runs, or else all that it is given.
fn line(call: &Turn) -> String {
    let Act::Call { tool, arguments, .. } = &call.act else { return String::new() };
    if let Some(line) = command_line(tool, arguments) {
        return line.into_owned();
    }
    let mut texts = Vec::new();
    texts_of(arguments, &mut texts);
    texts.join(" ")
}

fn texts_of<'a>(value: &'a Value, texts: &mut Vec<&'a str>) {
    match value {
        Value::String(text) => texts.push(text),
        Value::Array(items) => items.iter().for_each(|item| texts_of(item, texts)),
        Value::Object(fields) => fields.values().for_each(|field| texts_of(field, texts)),
        _ => {}
    }
}

fn new_words<'a>(before: &str, after: &'a str) -> Vec<&'a str> {
    let known: Vec<&str> = before.split_whitespace().collect();
    let new = after.split_whitespace().filter(|word| !known.contains(word));
    new.map(|word| word.trim_matches(['"', '\'', '`', '(', ')', ',', ';'])).filter(|word| word.len() > 1).collect()
}

fn has(text: &str, what: &str) -> bool {
    memmem::find(text.as_bytes(), what.as_bytes()).is_some()
}

fn is_spoken(turn: &Turn) -> bool {
    turn.trust == Trust::Trusted && turn.act == Act::Message
}

fn says(turn: &Turn, what: &str) -> bool {
    let within = |text: &str| has(&text.to_lowercase(), &what.to_lowercase());
    if !is_spoken(turn) || !within(&turn.text) {
        return false;
    }
    turn.speaker != Speaker::User
        || trust::own_words(&turn.text).into_iter().any(|own| turn.text.get(own).is_some_and(within))
}

/// Whether an error says that something is not there at all.
fn denies(error: &str) -> bool {
    const ABSENT: [&str; 8] = [
        "could not resolve", "does not exist", "doesn't exist", "invalid", "no such", "not found", "not known",
        "unknown",
    ];
    ABSENT.iter().any(|absent| error.contains(absent))
}

fn target(call: &Turn) -> Target {
    let Act::Call { tool, arguments, .. } = &call.act else { return Target::default() };
    if let Some(line) = command_line(tool, arguments) {
        return Target::of_line(&line);
    }
    let mut target = Target::default();
    for (name, value) in arguments.as_object().into_iter().flatten() {
        if let Some(value) = value.as_str() {
            target.add(name, value);
        }
    }
    target
}

/// Words of objection. Sorted.
const NO: [&str; 26] = [
    "again", "bad", "cheating", "didnt", "dont", "falsch", "instead", "jamais", "kein", "keine", "nein", "never",
    "nicht", "nie", "niemals", "no", "nope", "not", "nunca", "pas", "revert", "stop", "stopp", "undo", "why", "wrong",
];

/// Whether an agent closes with what it could do next: a "no" is to that.
fn offers(text: &str) -> bool {
    const OFFERS: [&str; 7] = ["i can ", "i could ", "i would ", "i'd ", "let me know", "shall i ", "want me to "];
    let last = sentences(text).pop().and_then(|range| text.get(range)).unwrap_or_default();
    let lower = last.to_lowercase();
    lower.ends_with('?') || OFFERS.iter().any(|offer| lower.contains(offer))
}

/// Whether a sentence denies something; "you don't have to" leaves it open.
fn says_no(sentence: &[String]) -> bool {
    let open = |at: usize| {
        matches!(
            sentence.get(at + 1).map(String::as_str),
            Some("bother" | "have" | "hesitate" | "mind" | "need" | "worry")
        )
    };
    sentence.iter().enumerate().any(|(at, word)| is_no(word) && !open(at))
}

fn is_no(word: &str) -> bool {
    NO.binary_search(&word).is_ok()
}

/// Whether somebody says no to what was done. "No, I meant the other customer" corrects something else.
fn opens_with_no(said: &[String]) -> bool {
    const SHORT: usize = 6;
    const PLAIN: [&str; 11] =
        ["dont", "falsch", "nein", "never", "no", "nope", "revert", "stop", "stopp", "undo", "wrong"];
    let word = |at: usize| said.get(at).map(String::as_str).unwrap_or_default();
    let kind = matches!(word(1), "problem" | "worries" | "need" | "rush" | "more" | "further");
    let objects = said.len() <= SHORT || said.iter().skip(1).any(|word| is_no(word));
    PLAIN.binary_search(&word(0)).is_ok() && !(word(0) == "no" && kind) && objects
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_opens_with_an_objection() {
        for (text, expected) in [
            ("no!! fix the lint", true),
            ("Nein, so nicht", true),
            ("don't do that", true),
            ("no problem, thanks", false),
            ("nice, thanks", false),
            ("now the other one", false),
            ("No, I meant the other reader, the one on the left.", false),
            ("No, that is the live shelf, which you should not touch.", true),
            ("", false),
        ] {
            assert_eq!(opens_with_no(&words(text)), expected, "{text}");
        }
        assert!(NO.is_sorted());
    }
}
