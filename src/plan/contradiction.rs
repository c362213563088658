//! Entries that cannot both hold: which of them stands, and when a person is asked.

use std::collections::BTreeMap;

use super::curate::{Candidate, Curation, read, supersede};
use super::irrelevance::by_hand;
use super::operation::Question;
use super::rot::Survey;
use crate::compare::{Given, Pair, Profile, compare_profiles};
use crate::memory::{Entry, Memory, Source, Status};
use crate::order::Arrange as _;
use crate::text::{ValueKind, is_form_of_be, values, words};
use crate::time;

/// What earlier dreams settled: the entries that took the place of others.
pub(crate) struct Settled<'a> {
    lost_to: BTreeMap<&'a str, Vec<&'a Entry>>,
    given: &'a Given,
}

impl<'a> Settled<'a> {
    pub(crate) fn of(memory: &'a Memory, given: &'a Given) -> Settled<'a> {
        let mut lost_to: BTreeMap<&str, Vec<&Entry>> = BTreeMap::new();
        for entry in memory.entries.iter().filter(|entry| entry.status == Status::Superseded) {
            if let Some(winner) = &entry.replaced_by {
                lost_to.entry(winner).or_default().push(entry);
            }
        }
        Settled { lost_to, given }
    }

    /// How plainly an entry contradicts what it took the place of, 0 to 1; 0 if it took no place.
    fn plainness(&self, winner: &Candidate) -> f64 {
        let lost = self.lost_to.get(winner.entry.id.as_str()).cloned().unwrap_or_default();
        let lost = read(lost, self.given);
        let score = |profile: &Profile| compare_profiles(profile, &winner.profile, 1.0).score;
        lost.iter().map(|candidate| score(&candidate.profile)).fold(0.0, f64::max)
    }
}

/// A contradiction that time, trust or support decides.
struct Decided<'a> {
    score: f64,
    winner: &'a Candidate<'a>,
    loser: &'a Candidate<'a>,
    why: String,
}

// What settled a contradiction gives way only to one that is about as plain.
const VAGUER: f64 = 0.25;

impl Curation {
    /// Contradictions: time, then trust, then support decide; else a person is asked. They are asked as well where an entry
    /// that has settled one contradiction would be overruled by a much vaguer one.
    pub(crate) fn settle(&mut self, survey: &Survey, settled: &Settled) {
        let open = survey.told(|entry| !self.consumed.contains(&entry.id));
        let free = |at: usize| open.get(at).copied().unwrap_or_default();
        let mut won: BTreeMap<&str, f64> = BTreeMap::new();
        for Decided { score, winner, loser, why } in self.decided(survey, survey.conflicts(free)) {
            if self.consumed.contains(&winner.entry.id) || self.consumed.contains(&loser.entry.id) {
                continue;
            }
            let before = won.entry(&loser.entry.id).or_insert_with(|| settled.plainness(loser));
            if score + VAGUER < *before {
                self.questions.push(Question::about(&[winner.entry, loser.entry], why));
                continue;
            }
            let plainest = won.entry(&winner.entry.id).or_insert_with(|| settled.plainness(winner));
            *plainest = plainest.max(score);
            self.push(supersede(winner.entry, loser.entry, why));
        }
    }

    /// What can be decided, the plainest first, of equal ones the latest word first; what lost overrules nobody after that.
    fn decided<'a>(&mut self, survey: &Survey<'a>, pairs: Vec<Pair>) -> Vec<Decided<'a>> {
        let mut decided: Vec<Decided> = Vec::new();
        for pair in pairs {
            let (Some(a), Some(b)) = (survey.candidates.get(pair.a), survey.candidates.get(pair.b)) else { continue };
            let differs = pair.comparison.reasons.join("; ");
            match settle(a.entry, b.entry) {
                Some((winner, _, why)) => {
                    let (winner, loser) = if winner.id == a.entry.id { (a, b) } else { (b, a) };
                    let score = pair.comparison.score;
                    decided.push(Decided { score, winner, loser, why: format!("{differs}: {why}") });
                }
                None if by_hand(a.entry) && by_hand(b.entry) && !is_plain(&pair, a.entry, b.entry) => {}
                // Steps of a procedure: it starts here what it stops there.
                None if a.entry.is_step() && b.entry.is_step() => {}
                // Two captions; what stands below them differs as it should.
                None if a.entry.is_fixed() && b.entry.is_fixed() && !a.entry.pinned && !b.entry.pinned => {}
                None => self.questions.push(Question::about(&[a.entry, b.entry], differs)),
            }
        }
        decided.arrange_by(|x, y| {
            let latest = y.winner.entry.created_at.cmp(&x.winner.entry.created_at);
            let ids = |one: &Decided<'a>| (&one.winner.entry.id, &one.loser.entry.id);
            y.score.total_cmp(&x.score).then(latest).then_with(|| ids(x).cmp(&ids(y)))
        });
        decided
    }
}

// Of what an owner wrote only statements that are alike otherwise are asked about.
const ASKED: f64 = 0.3;

/// Whether an owner is asked about two entries: not about items of one list, which are meant to differ.
fn is_plain(pair: &Pair, a: &Entry, b: &Entry) -> bool {
    let bullet = |entry: &'_ Entry| entry.place.as_ref().and_then(|place| place.under.clone());
    let listed = bullet(a).is_some() && bullet(a) == bullet(b);
    let newer = is_dated(&a.text) != is_dated(&b.text);
    let ends = ends_otherwise(&a.text, &b.text);
    !listed
        && (newer
            || !names_things(pair, FILES) && (ends || !names_things(pair, NAMES) && pair.comparison.score >= ASKED))
}

/// "Reports are sent as PDF", "reports are sent as CSV": word for word the same up to what they state.
fn ends_otherwise(a: &str, b: &str) -> bool {
    const STATED: std::ops::RangeInclusive<usize> = 1..=3;
    let (a, b) = (words(a), words(b));
    let same = a.iter().zip(&b).take_while(|(word, other)| word == other).count();
    let states = a.iter().take(same).skip(1).any(|word| is_form_of_be(word));
    states && STATED.contains(&(a.len() - same)) && STATED.contains(&(b.len() - same))
}

/// Whether a text says since when it holds: the one that does not is what held before.
fn is_dated(text: &str) -> bool {
    words(text).iter().any(|word| word == "since") && values(text).iter().any(|value| value.kind == ValueKind::Date)
}

const FILES: &[ValueKind] = &[ValueKind::Path, ValueKind::Code, ValueKind::Url, ValueKind::Flag];
const NAMES: &[ValueKind] = &[ValueKind::Identifier, ValueKind::Address];

/// Whether two texts differ in what they name: two files that an owner lists side by side are no contradiction.
fn names_things(pair: &Pair, kinds: &[ValueKind]) -> bool {
    let differs = |reason: &String, kind: &ValueKind| reason.starts_with(&format!("different {}:", kind.name()));
    pair.comparison.reasons.iter().any(|reason| kinds.iter().any(|kind| differs(reason, kind)))
}

/// Winner, loser and why, if anything decides.
pub(crate) fn settle<'a>(a: &'a Entry, b: &'a Entry) -> Option<(&'a Entry, &'a Entry, String)> {
    let order = |newer: bool| if newer { (b, a) } else { (a, b) };
    let at = |entry: &Entry| entry.created_at.as_deref().and_then(time::millis);
    let (winner, loser, why) = if let (Some(x), Some(y)) = (at(a), at(b))
        && x != y
    {
        let (winner, loser) = order(y > x);
        (winner, loser, "the newer one stands".to_owned())
    } else if a.source != b.source && a.source != Source::Unknown && b.source != Source::Unknown {
        let (winner, loser) = order(b.source > a.source);
        (winner, loser, "the more trusted source stands".to_owned())
    } else {
        let sessions = |entry: &Entry| entry.support.as_ref().map_or(0, |support| support.sessions);
        let (winner, loser) = (sessions(a) != sessions(b)).then(|| order(sessions(b) > sessions(a)))?;
        (winner, loser, "the better supported one stands".to_owned())
    };
    // A tool may not overrule a person, however late it speaks; a pinned entry gives way to nobody.
    let usurps = winner.source == Source::Tool && loser.source > Source::Unknown;
    (!usurps && !loser.is_fixed()).then_some((winner, loser, why))
}

#[cfg(all(test, feature = "model"))]
mod tests {
    use crate::error::Result;
    use crate::{DreamInput, Entry, Memory, Plan, apply, approve_all, dream, parse_memory_text};

    const NOW: &str = "2026-11-08T00:00:00Z";

    fn planned(memory: &Memory) -> Result<Plan> {
        dream(&DreamInput { memory: memory.clone(), now: NOW.to_owned(), ..DreamInput::default() })
    }

    #[test]
    fn a_vague_word_does_not_overrule_a_plain_one() -> Result<()> {
        let said = [
            ("m1", "The red crane does not lift the containers at the pier.", "2026-01-01"),
            ("m2", "The red crane lifts the containers at the pier.", "2026-02-01"),
            ("m3", "There is no crane at the pier.", "2026-03-01"),
        ];
        let entry =
            |(id, text, day): (&str, &str, &str)| Entry { created_at: Some(day.to_owned()), ..Entry::new(id, text) };
        let memory = Memory { entries: said.map(entry).into(), ..Memory::default() };
        let plan = planned(&memory)?;
        let gone: Vec<&str> = plan.operations.iter().flat_map(|one| &one.entries).map(String::as_str).collect();
        assert_eq!(gone, ["m1"]);
        assert_eq!(plan.questions.iter().map(|question| &question.entries).collect::<Vec<_>>(), [&["m2", "m3"]]);
        // What was settled is remembered.
        let after = apply(&memory, &plan, &approve_all(&plan), NOW)?.memory;
        let again = planned(&after)?;
        assert_eq!(again.operations, []);
        assert_eq!(again.questions, plan.questions);
        Ok(())
    }

    #[test]
    fn owners_are_asked_about_what_is_alike_otherwise() -> Result<()> {
        let asked = |text: &str| Ok(planned(&parse_memory_text(text, None)?)?.questions.len());
        assert_eq!(asked("- The archive listens on port 6432.\n- The archive listens on port 7432.\n")?, 1);
        assert_eq!(asked("- Reports are sent as PDF.\n- Reports are sent as CSV.\n")?, 1);
        assert_eq!(asked("- The wiki is at wiki.acme.example.\n- The wiki is at pages.acme.example.\n")?, 1);
        assert_eq!(asked("- The docs are in `docs/boats.md`.\n- The docs are in `docs/crews.md`.\n")?, 0);
        assert_eq!(asked("- Write a page test.\n- Write an index test.\n")?, 0);
        assert_eq!(asked("- Steps:\n  - Write a failing page test\n  - Write a failing index test\n")?, 0);
        Ok(())
    }
}
