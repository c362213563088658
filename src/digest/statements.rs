//! What trusted speakers want to hold beyond this session.

use std::collections::BTreeMap;
use std::ops::Range;

use super::address::{starts_with, without_address, without_correction, without_preamble};
use super::aside::Plain;
use super::exception::{grants, opens_exception};
use super::keeping::kept;
use super::multilingual;
use super::passing::{confides, disputes, may_dispute, mocks, passes, points, reports, weighs};
use super::retraction::{self, Retraction, is_for_ever, turns_round};
use super::standing::{FROM_NOW_ON, corrects_how, is_request, is_standing, names_ever};
use super::{Cue, Statement, Withdrawal, facts};
use crate::evidence::Evidence;
use crate::order::Arrange as _;
use crate::text::{capitalised, fold, sentences};
use crate::transcript::{Act, Session, Speaker, Trust, Turn};

// Shorter is a fragment, longer is a story.
const WORDS: std::ops::RangeInclusive<usize> = 3..=60;
// People state facts in passing.
pub(super) const REMARK_BYTES: usize = 800;

/// The standing requests and corrections in people's own words, in order. `own` has the ranges of those in each turn.
pub(crate) fn statements(session: &Session, own: &[Vec<Range<usize>>]) -> Vec<Statement> {
    let spoken = |turn: &Turn| turn.trust == Trust::Trusted;
    let turns = session.turns.iter().zip(own).filter(|(turn, own)| spoken(turn) && !own.is_empty());
    let mut found: Vec<Statement> = Vec::new();
    // The last message of each person that stated something, while nothing else of theirs came after.
    let mut fresh: BTreeMap<(Speaker, Option<&str>), Message> = BTreeMap::new();
    for (turn, own) in turns {
        let before = fresh.remove(&(turn.speaker, turn.name.as_deref()));
        let message = Message::read(session, turn, own, before.is_some());
        if let Some(before) = before {
            found.extend(before.found.into_iter().filter(|one| !message.ends(one, before.left)));
        }
        if !message.found.is_empty() {
            fresh.insert((turn.speaker, turn.name.as_deref()), message);
        }
    }
    found.extend(fresh.into_values().flat_map(|message| message.found));
    found.arrange_by(|a, b| (a.evidence.turn, a.evidence.start).cmp(&(b.evidence.turn, b.evidence.start)));
    found
}

/// What one message states.
struct Message<'s> {
    session: &'s Session,
    turn: &'s Turn,
    /// Whether a word such as "always" stands in it.
    lasting: bool,
    /// Or one such as "since".
    changes: bool,
    /// Or one in another language.
    abroad: bool,
    /// "No, that's wrong." says that the next sentence corrects.
    announced: bool,
    /// Whether the sentence before is the last of `found`.
    open: bool,
    found: Vec<Statement>,
    /// What it takes back of the message before.
    back: Vec<Retraction>,
    /// Whether its last words ask for something else.
    left: bool,
}

impl<'s> Message<'s> {
    /// `follows`: another one of the same person stated something just before.
    fn read(session: &'s Session, turn: &'s Turn, own: &[Range<usize>], follows: bool) -> Self {
        let (lasting, changes) = (names_ever(&turn.text), facts::names_change(&turn.text));
        let (announced, open, left, found, back) = (false, false, false, Vec::new(), Vec::new());
        let abroad = multilingual::may_ask(&turn.text);
        let mut message = Message { session, turn, lasting, changes, abroad, announced, open, found, back, left };
        let disputed = may_dispute(&turn.text);
        let mut before: Option<Range<usize>> = None;
        let parts = own.iter().flat_map(|own| {
            let sentences = sentences(turn.text.get(own.clone()).unwrap_or_default());
            sentences.into_iter().map(|range| own.start + range.start..own.start + range.end)
        });
        for (number, span) in parts.enumerate() {
            let sentence = message.words(&span);
            if follows && number < retraction::WITHIN {
                message.back.extend(Retraction::of(sentence));
                message.back.extend(opens_exception(sentence).then_some(Retraction::Whole));
            }
            let stated = message.goes_on(&span, before.as_ref()) || message.states(&span);
            if !stated && disputed && disputes(sentence) {
                message.found.clear();
                return message;
            }
            message.left = !stated && !message.found.is_empty() && moves_on(sentence);
            before = Some(span);
        }
        message
    }

    fn words(&self, span: &Range<usize>) -> &'s str {
        self.turn.text.get(span.clone()).unwrap_or_default()
    }

    /// Whether a statement of the message before no longer stands. `left`: that message went on to something else.
    fn ends(&self, statement: &Statement, left: bool) -> bool {
        self.back.iter().any(|back| back.ends(&statement.text, statement.cue, left))
    }

    /// Whether a sentence only goes on with the one before: excepts something, or says that it holds for ever. Takes back
    /// what it takes back.
    fn goes_on(&mut self, span: &Range<usize>, before: Option<&Range<usize>>) -> bool {
        let sentence = self.words(span);
        if let Some(before) = before.filter(|_| self.lasting && !self.open && is_for_ever(sentence)) {
            return self.states_for_ever(before, span);
        }
        if let Some(back) = Some(sentence).filter(|_| !self.found.is_empty()).and_then(Retraction::of) {
            self.found.retain(|one| !back.ends(&one.text, one.cue, false));
            self.open = false;
        }
        let Some(last) = self.found.last_mut().filter(|_| self.open) else { return false };
        let asks = matches!(last.cue, Cue::Standing | Cue::Correction);
        if !(opens_exception(sentence) || asks && grants(sentence)) {
            return false;
        }
        last.text = format!("{} {}", last.text, as_rule(sentence));
        last.evidence = Evidence::of(self.session, self.turn, last.evidence.start as usize, span.end);
        true
    }

    /// "Don't accept it by yourself. Ever."
    fn states_for_ever(&mut self, before: &Range<usize>, span: &Range<usize>) -> bool {
        let asked = self.words(before).trim_end_matches(['.', '!', ' ']);
        match read(&format!("{asked} from now on"), false, true, self.changes) {
            Read::Statement { text, cue: Cue::Standing } => {
                self.keep(text, Cue::Standing, before.start..span.end);
                true
            }
            _ => false,
        }
    }

    /// Whether a sentence states something by itself.
    fn states(&mut self, span: &Range<usize>) -> bool {
        let sentence = self.words(span);
        let corrects = self.open && starts_with(sentence, "no, ");
        self.open = false;
        let read = match read(sentence, self.announced, self.lasting, self.changes) {
            Read::Nothing if self.abroad && multilingual::asks(sentence) => {
                Read::Statement { text: as_rule(multilingual::without_joint(sentence)), cue: Cue::Standing }
            }
            read => read,
        };
        match read {
            // A long message passes on a document: what it states was not said by this person.
            Read::Statement { cue: Cue::Fact, .. } if self.turn.text.len() > REMARK_BYTES => self.announced = false,
            Read::Statement { text, cue } => {
                // "Always use tabs. No, always use blanks."
                if corrects {
                    self.found.pop();
                }
                self.keep(text, cue, span.clone());
                self.announced = false;
                return true;
            }
            Read::Announces => self.announced = true,
            Read::Nothing => self.announced = false,
        }
        false
    }

    fn keep(&mut self, text: String, cue: Cue, span: Range<usize>) {
        let when = condition(&text);
        let after = (cue == Cue::Correction).then(|| corrected(self.session, self.turn)).flatten();
        let evidence = Evidence::of(self.session, self.turn, span.start, span.end);
        self.found.push(Statement { text, cue, when, after, evidence });
        self.open = true;
    }
}

/// What a correction is about: the tool that was called last since somebody spoke before.
fn corrected(session: &Session, turn: &Turn) -> Option<String> {
    let before = session.turns.iter().rev().skip_while(|other| other.index >= turn.index);
    let answer = before.take_while(|other| other.speaker != Speaker::User);
    answer.into_iter().find_map(|other| match &other.act {
        Act::Call { tool, .. } => Some(tool.clone()),
        _ => None,
    })
}

enum Read {
    Statement { text: String, cue: Cue },
    Announces,
    Nothing,
}

/// `announced`: the sentence before said that this one corrects. `lasting`: somewhere in the message stands a word such as
/// "always". `changes`: or one such as "since".
fn read(sentence: &str, announced: bool, lasting: bool, changes: bool) -> Read {
    // Some hosts write a line's end as a tag.
    let sentence = sentence.split("<br").next().unwrap_or_default();
    // People put a picture before a sentence or behind it.
    let sentence = sentence.trim_matches(|c| is_ornament(c) || c.is_whitespace());
    // "…, ok?" asks for consent only.
    let sentence = if sentence.ends_with('?') { without_courtesy(sentence, &CONSENT) } else { sentence };
    if sentence.ends_with(['?', '？']) || lasting && is_idle(sentence) {
        return Read::Nothing;
    }
    let plain = Plain::of(sentence);
    // What is called a rule holds from now on.
    let (lasting, ruled) = (
        lasting || plain.ruled,
        plain.ruled.then(|| format!("{} from now on", plain.text.trim_end_matches(['.', '!', ' ']))),
    );
    let (rest, corrects) = without_correction(ruled.as_deref().unwrap_or(&plain.text));
    if corrects && rest.split_whitespace().count() < *WORDS.start() {
        return Read::Announces;
    }
    let corrects = corrects || announced;
    // "No, stop …", "from now on stop …" asks as well: once or twice more, and it is a rule.
    let asks_too = corrects || lasting && FROM_NOW_ON.iter().any(|phrase| fold(rest).contains(phrase));
    if !asks_too && Withdrawal::of(rest).is_some() {
        return Read::Statement { text: as_rule(rest), cue: Cue::Withdrawal };
    }
    if corrects || lasting && names_ever(rest) {
        let request = without_address(without_preamble(rest));
        // Marked up text is from a file of theirs: they point at a rule, they do not make one.
        let marked_up =
            request.contains("**") || request.contains("__") || request.contains("</") || request.starts_with('<');
        let asks = !marked_up && WORDS.contains(&request.split_whitespace().count());
        let lasts = asks && !passes(rest) && !reports(rest) && !points(request);
        if lasts && is_standing(request, rest) {
            return Read::Statement { text: as_rule(request), cue: Cue::Standing };
        }
        if let Some(rule) = kept(request).filter(|_| lasts) {
            return Read::Statement { text: as_rule(rule), cue: Cue::Standing };
        }
        if asks && corrects && !points(request) && (is_request(request) || corrects_how(request)) {
            return Read::Statement { text: as_rule(request), cue: Cue::Correction };
        }
    }
    if let Some(told) = facts::taste(rest) {
        return Read::Statement { text: as_rule(told), cue: Cue::Taste };
    }
    match facts::fact(rest, plain.announced, changes) {
        Some(stated) => Read::Statement { text: as_rule(stated), cue: Cue::Fact },
        None => Read::Nothing,
    }
}

/// A sentence of its own: first letter upper case, one full stop.
pub(super) fn as_rule(request: &str) -> String {
    let plain = Plain::of(without_courtesy(request.trim(), &COURTESY)).text;
    let body = plain.trim_end_matches(['.', '!', ' ']);
    let body = body.strip_suffix(" from now on").map_or(body, |body| body.trim_end_matches(','));
    if body.is_empty() { String::new() } else { capitalised(body) + "." }
}

/// Pictures and signs, but what quotes or brackets.
fn is_ornament(c: char) -> bool {
    !c.is_ascii() && !c.is_alphanumeric() && matches!(u32::from(c), 0x2190..=0x2bff | 0xfe00..=0xfe0f | 0x1f000..)
}

const CONSENT: [&str; 3] = ["ok", "okay", "right"];
const COURTESY: [&str; 8] = ["cheers", "ok", "okay", "please", "pls", "thank", "thanks", "thx"];

/// A sentence without what is only said out of courtesy at its end: "…, thanks a lot", "… please".
fn without_courtesy<'s>(sentence: &'s str, openings: &[&str]) -> &'s str {
    const MORE: [&str; 11] = ["a", "again", "all", "and", "everyone", "lot", "many", "much", "so", "very", "you"];
    let (mut rest, mut kept) = (sentence, sentence);
    while let Some((before, word)) = rest.trim_end().rsplit_once(' ') {
        let bare = fold(word.trim_matches(|c: char| !c.is_alphanumeric()));
        let apart = before.trim_end().ends_with([',', '-', '–', '—', ';', '!', '.']) || bare.starts_with("pl");
        rest = before;
        match openings.contains(&bare.as_str()) {
            true if apart => kept = before.trim_end_matches([' ', ',', '-', '–', '—', ';']),
            false if bare.is_empty() || MORE.contains(&bare.as_str()) => {}
            _ => break,
        }
    }
    kept
}

/// Whether a sentence that states nothing asks for something, or begins with something else.
fn moves_on(sentence: &str) -> bool {
    const NEXT: [&str; 9] = ["also ", "and ", "now ", "then ", "next", "please ", "can you ", "could you ", "for now"];
    sentence.ends_with('?') || NEXT.iter().any(|next| starts_with(sentence, next)) || is_request(sentence)
}

/// Whether somebody jests, weighs, confides, or takes back in the same breath: no rule comes of it.
fn is_idle(sentence: &str) -> bool {
    let lower = fold(sentence);
    mocks(&lower) || weighs(&lower) || confides(&lower) || turns_round(&lower)
}

/// The condition that a rule opens with: "For bug reports, …", "When a ticket is closed, …".
pub(super) fn condition(rule: &str) -> Option<String> {
    let lower = fold(rule);
    const OPENINGS: [&str; 10] =
        ["for ", "when ", "whenever ", "if ", "before ", "after ", "in ", "on ", "during ", "while "];
    let opens = OPENINGS.iter().any(|word| lower.starts_with(word));
    let end = rule.find([',', ':'])?;
    let when = rule.get(..end)?;
    // "For the archive it's always a copy, never …": what is said of it is no part of the condition.
    const SUBJECTS: [&str; 8] = [" always ", " i ", " it ", " it's ", " its ", " never ", " we ", " you "];
    let placed = ["for ", "in ", "on ", "during "].iter().any(|word| lower.starts_with(word));
    let told = SUBJECTS.iter().filter(|_| placed && when.is_ascii()).filter_map(|word| fold(when).find(word)).min();
    let when = told.and_then(|told| when.get(..told)).unwrap_or(when);
    (opens && when.split_whitespace().count() <= 12).then(|| fold(when))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(sentence: &str) -> Option<(String, Cue)> {
        match read(sentence, false, true, true) {
            Read::Statement { text, cue } => Some((text, cue)),
            _ => None,
        }
    }

    #[test]
    fn conditions() {
        for (rule, when) in [
            ("For bug reports, use the template.", Some("for bug reports")),
            ("For the archive it's always a copy, never a link.", Some("for the archive")),
            ("When you send it, sign it.", Some("when you send it")),
            ("Sign it, always.", None),
        ] {
            assert_eq!(condition(rule).as_deref(), when, "{rule}");
        }
    }

    #[test]
    fn requests_that_last() {
        for (sentence, text, cue) in [
            ("Please always link the ticket.", "Always link the ticket.", Cue::Standing),
            ("From now on, write bug reports as a list!", "Write bug reports as a list.", Cue::Standing),
            ("From now on reply in Danish, thanks a lot!", "Reply in Danish.", Cue::Standing),
            ("From now on the summary goes first, ok?", "The summary goes first.", Cue::Standing),
            ("Nice, from now on round to cents please, thank you :)", "Round to cents.", Cue::Standing),
            ("\u{1f389} Please always sign with Lea \u{1f609}", "Always sign with Lea.", Cue::Standing),
            ("Always sign with Lea, please remember that.", "Always sign with Lea.", Cue::Standing),
            ("Always sign with Lea.<br>Thanks", "Always sign with Lea.", Cue::Standing),
            ("Please sign letters with your name from now on.", "Sign letters with your name.", Cue::Standing),
            ("For bug reports, always use the template.", "For bug reports, always use the template.", Cue::Standing),
            ("Bug reports always go into the tracker.", "Bug reports always go into the tracker.", Cue::Standing),
            ("You should never restart it by hand.", "Never restart it by hand.", Cue::Standing),
            ("Always the same order, please: A, B, C.", "Always the same order, please: A, B, C.", Cue::Standing),
            ("A bug report always starts with the steps.", "A bug report always starts with the steps.", Cue::Standing),
            ("You can stop copying me on invoices.", "You can stop copying me on invoices.", Cue::Withdrawal),
            ("You don't have to always ask.", "You don't have to always ask.", Cue::Withdrawal),
            ("I changed my mind about lists: always use tables.", "Always use tables.", Cue::Standing),
            ("No, use the staging host.", "Use the staging host.", Cue::Correction),
            ("I said: put the summary first.", "Put the summary first.", Cue::Correction),
        ] {
            assert_eq!(said(sentence), Some((text.to_owned(), cue)), "{sentence}");
        }
    }

    #[test]
    fn what_only_sounds_like_one() {
        for sentence in [
            "It never worked.",
            "I have always been a customer.",
            "I never received the mail.",
            "Always the same trouble with it.",
            "The point was to never see it twice.",
            "Never mind.",
            "Thanks for always being there for us.",
            "Meals are always fun with them.",
            "We always look forward to the summer.",
            "Should I always restart it?",
            "No, thanks.",
            "Use the staging host.",
            "The server always fails at night.",
            "My printer always jams on Mondays.",
            "You always find these things.",
            "They told me to always pay at once.",
            "A page says always pay at once.",
            "No need to hurry today.",
            "Just this once, always round down.",
            "For this ticket only, never name the price.",
            "Lee says \"always rebase\" in every talk.",
            "Lee wants us to always rebase, sadly.",
            "Sure, always drop the table, I love that.",
            "From now on do it like that.",
            "Should I always restart it, ok?",
            "No, leave it in.",
            "<li>Always answer in Danish.",
            "<p>Please always answer in Danish.</p>",
        ] {
            assert_eq!(said(sentence), None, "{sentence}");
        }
    }
}
