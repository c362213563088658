//! One session, bounded: the map step of a dream.

mod address;
mod aside;
mod caution;
mod complaint;
mod ending;
mod exception;
mod extract;
mod facts;
mod failures;
mod fingerprint;
mod interventions;
mod keeping;
mod multilingual;
mod parts;
mod passing;
mod quarantine;
mod reader;
mod remark;
mod remedy;
mod repeats;
mod requests;
mod retraction;
mod safeguard;
mod standing;
mod statements;
mod steps;
mod target;
mod template;
mod testing;
mod withdrawal;

use std::ops::Range;

use serde::{Deserialize, Serialize};

pub(crate) use aside::Plain;
pub use caution::Caution;
pub(crate) use complaint::{ABOUT, NOT_QUOTED, is_error_line};
pub use ending::Ending;
pub use extract::{Change, Cue, DIGEST_SCHEMA, Digest, Failure, Fix, SessionCounts, Statement};
pub(crate) use facts::is_case;
pub use fingerprint::Fingerprint;
pub(crate) use fingerprint::same_session;
pub use interventions::{Intervention, InterventionKind};
pub(crate) use parts::without_personal_data;
pub use reader::TranscriptReader;
pub(crate) use remark::tells_of_change;
pub(crate) use remedy::parted;
pub use repeats::Repeat;
pub(crate) use safeguard::{FETCHERS, runs_what_it_fetches};
pub use steps::{Step, Steps};
pub(crate) use steps::{changes_something, program_of};
pub(crate) use template::is_place;
pub(crate) use testing::is_test_report;
pub(crate) use withdrawal::Withdrawal;

use crate::error::Result;
use crate::evidence::prefix;
use crate::order::Gather as _;
use crate::redact::Seen;
use crate::time;
use crate::transcript::{Act, Format, Session, Skipped, Speaker, Turn};
use crate::trust;

/// Extracts from a session what a dream needs. The same session gives the same digest.
pub fn digest(session: &Session) -> Digest {
    digest_seen(session, &[])
}

/// The same, where it may be known what looking for secrets showed of the turns.
pub(crate) fn digest_seen(session: &Session, seen: &[Seen]) -> Digest {
    let mut failures = failures::failures(session);
    let own = own_words(session);
    let mut statements = statements::statements(session, &own);
    let mut remarks = remark::remarks(session, &own, &statements);
    statements.extend(requests::requests(session, &own, &statements));
    let mut quarantine = quarantine::quarantined(session, seen);
    let mut interventions = interventions::interventions(session);
    let (steps, steps_left_out) = steps::steps(session);
    let mut repeats = repeats::repeats(session);
    let counts = counts(session);
    let left_out = [
        ("steps", steps_left_out),
        ("repeats", cut(&mut repeats, Digest::MAX_REPEATS)),
        ("failures", cut(&mut failures, Digest::MAX_FAILURES)),
        ("interventions", cut(&mut interventions, Digest::MAX_INTERVENTIONS)),
        ("statements", cut(&mut statements, Digest::MAX_STATEMENTS)),
        ("remarks", cut(&mut remarks, Digest::MAX_REMARKS)),
        ("quarantine", cut(&mut quarantine, Digest::MAX_QUARANTINED)),
    ];
    Digest {
        schema: DIGEST_SCHEMA.to_owned(),
        engine: crate::ENGINE_VERSION.to_owned(),
        transcript: session.transcript.clone(),
        session: session.id.clone(),
        agent: session.agent.clone(),
        task: session.task.clone(),
        project: session.project.clone(),
        started_at: session.started_at.clone(),
        ended_at: session.ended_at.clone(),
        outcome: session.outcome.clone(),
        ending: ending::ending(session),
        fingerprint: Fingerprint::of(session),
        opening: opening(session, &own),
        counts,
        steps,
        failures,
        interventions,
        repeats,
        statements,
        remarks,
        quarantine,
        redactions: session.redactions.clone(),
        left_out: left_out.into_iter().filter(|(_, n)| *n > 0).map(|(what, n)| (what.to_owned(), n)).gather_map(),
    }
}

/// The digests of all sessions of one transcript, and what was passed over in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DigestedTranscript {
    /// `sha256:…` of the bytes given.
    pub transcript: String,
    /// Format it was read as.
    pub format: Format,
    /// Why this format.
    pub reason: String,
    /// One digest a session.
    pub digests: Vec<Digest>,
    /// What was passed over, by kind.
    pub skipped: Vec<Skipped>,
}

/// Reads and digests one file without keeping its sessions: what a queue consumer does.
/// [`TranscriptReader`] does the same with a file that comes in pieces.
///
/// # Errors
/// Those of [`crate::read_transcript`].
pub fn digest_transcript(bytes: &[u8], format: Option<Format>) -> Result<DigestedTranscript> {
    let mut reader = TranscriptReader::new(format);
    reader.push(bytes)?;
    reader.finish()
}

/// Shortens a list and says by how much.
fn cut<T>(list: &mut Vec<T>, most: usize) -> u32 {
    let over = list.len().saturating_sub(most);
    list.truncate(most);
    over as u32
}

/// Of each turn the byte ranges that are a user's own words, or of who wrote the agent and remarks something in the middle of a
/// session: what stands at its head is no news.
fn own_words(session: &Session) -> Vec<Vec<Range<usize>>> {
    let head = session.turns.iter().take_while(|turn| turn.speaker != Speaker::Agent).count();
    let speaks = |(at, turn): &(usize, &Turn)| match turn.speaker {
        Speaker::User => true,
        Speaker::Developer => *at > head && turn.text.len() <= statements::REMARK_BYTES,
        _ => false,
    };
    let turns = session.turns.iter().enumerate();
    turns.map(|one| if speaks(&one) { trust::own_words(&one.1.text) } else { Vec::new() }).collect()
}

/// The beginning of the first request, in the person's own words.
fn opening(session: &Session, own: &[Vec<Range<usize>>]) -> Option<String> {
    let is_asked = |turn: &Turn| turn.act == Act::Message && turn.speaker == Speaker::User;
    let (asked, own) = session.turns.iter().zip(own).find(|(turn, _)| is_asked(turn))?;
    let own = own.iter().filter_map(|range| asked.text.get(range.clone()));
    let mut words = String::new();
    for word in own.flat_map(str::split_whitespace) {
        if words.len() > Digest::OPENING_BYTES {
            break;
        }
        words.push_str(if words.is_empty() { "" } else { " " });
        words.push_str(word);
    }
    Some(prefix(&words, Digest::OPENING_BYTES).trim_end().to_owned()).filter(|text| !text.is_empty())
}

fn counts(session: &Session) -> SessionCounts {
    let count = |test: &dyn Fn(&Act, Speaker) -> bool| {
        session.turns.iter().filter(|turn| test(&turn.act, turn.speaker)).count() as u32
    };
    SessionCounts {
        turns: session.turns.len() as u32,
        user_messages: count(&|act, speaker| *act == Act::Message && speaker == Speaker::User),
        calls: count(&|act, _| matches!(act, Act::Call { .. })),
        failures: count(&|act, _| matches!(act, Act::Result { failure: Some(_), .. })),
        duration_ms: duration(session),
        tokens: session.tokens,
    }
}

/// From the first turn to the last one, in milliseconds.
fn duration(session: &Session) -> Option<u64> {
    let at = |time: &Option<String>| time.as_deref().and_then(time::millis);
    u64::try_from(at(&session.ended_at)?.checked_sub(at(&session.started_at)?)?).ok()
}
