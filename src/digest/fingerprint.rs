//! Telling that two exports are of the same session: by what was said in it, whatever the file, the format and the ids.

use serde::{Deserialize, Serialize};

use super::Digest;
use crate::order::Gather as _;
use crate::time;
use crate::transcript::{Act, Session, Speaker, Turn};

/// A bounded trace of what people and the agent said, in which white space, case and punctuation do not count, nor
/// what stands far behind in a long message. Of the hashes of all messages the smallest are a fair sample
/// (bottom-k, Broder, "On the resemblance and containment of documents", 1997); the first ones show a session that
/// was exported again when it had gone on.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Fingerprint {
    /// Hashes of the first messages, in order; at most [`Fingerprint::OPENING`].
    pub opening: Vec<u32>,
    /// The smallest hashes of all messages, sorted; at most [`Fingerprint::SAMPLE`].
    pub sample: Vec<u32>,
}

/// Letters and digits of a message that count. Exports cut long messages.
const LETTERS: usize = 160;
/// A message with fewer letters and digits says the same in many sessions.
const FEWEST_LETTERS: usize = 8;
/// So many messages in common are no chance, whatever the ids.
const ENOUGH: usize = 8;
/// Fewer messages need the same beginning to the second; more, the same day.
const NEAR_MS: u64 = 1_000;
const DAY_MS: u64 = 86_400_000;

impl Fingerprint {
    /// Messages in the opening.
    pub const OPENING: usize = 16;
    /// Messages in the sample.
    pub const SAMPLE: usize = 32;

    /// The fingerprint of a session.
    pub(crate) fn of(session: &Session) -> Fingerprint {
        let mut fingerprint = Fingerprint::default();
        session.turns.iter().for_each(|turn| fingerprint.see(turn));
        fingerprint
    }

    /// Takes in the next turn.
    pub(crate) fn see(&mut self, turn: &Turn) {
        if turn.act != Act::Message || !matches!(turn.speaker, Speaker::User | Speaker::Agent) {
            return;
        }
        let Some(hash) = said(&turn.text) else { return };
        if self.opening.len() < Self::OPENING && !self.opening.contains(&hash) {
            self.opening.push(hash);
        }
        if let Err(at) = self.sample.binary_search(&hash) {
            self.sample.insert(at, hash);
            self.sample.truncate(Self::SAMPLE);
        }
    }

    /// The fingerprint of a session of which `self` came before `next`.
    pub(crate) fn followed_by(mut self, next: &Fingerprint) -> Fingerprint {
        for hash in &next.opening {
            if self.opening.len() < Self::OPENING && !self.opening.contains(hash) {
                self.opening.push(*hash);
            }
        }
        self.sample.extend(&next.sample);
        self.sample.sort_unstable();
        self.sample.dedup();
        self.sample.truncate(Self::SAMPLE);
        self
    }

    fn is_whole(&self) -> bool {
        self.sample.len() < Self::SAMPLE
    }

    /// How many opening messages the shorter one shares, of how many.
    fn shared_opening(&self, other: &Fingerprint) -> (usize, usize) {
        let shared = self.opening.iter().filter(|hash| other.opening.contains(hash)).count();
        (shared, self.opening.len().min(other.opening.len()))
    }

    /// How many of the sampled messages that both could hold are in both, of how many.
    fn shared_sample(&self, other: &Fingerprint) -> (usize, usize) {
        let reach = |fingerprint: &Fingerprint| match fingerprint.sample.last() {
            Some(last) if !fingerprint.is_whole() => *last,
            _ => u32::MAX,
        };
        let reach = reach(self).min(reach(other));
        let within = |sample: &[u32]| sample.iter().filter(|hash| **hash <= reach).copied().gather_set();
        let (a, b) = (within(&self.sample), within(&other.sample));
        (a.intersection(&b).count(), a.len().min(b.len()))
    }
}

/// Whether two digests are of one session. Ids settle it only where the contents do not speak against it: some
/// recorders number sessions anew in each file.
pub(crate) fn same_session(a: &Digest, b: &Digest) -> bool {
    let (shared, of) = a.fingerprint.shared_opening(&b.fingerprint);
    if a.session == b.session {
        return shared > 0 || of == 0;
    }
    if a.fingerprint == Fingerprint::default() && b.fingerprint == a.fingerprint {
        // Nothing was said: only the same calls at the same times are one session.
        return a.started_at.is_some()
            && (&a.started_at, &a.ended_at, &a.counts) == (&b.started_at, &b.ended_at, &b.counts);
    }
    let (sampled, of_sample) = a.fingerprint.shared_sample(&b.fingerprint);
    let mostly = |part: usize, whole: usize| part * 5 >= whole * 4;
    if of == 0 || !mostly(shared, of) || !mostly(sampled, of_sample) {
        return false;
    }
    let begun = |digest: &Digest| digest.started_at.as_deref().and_then(time::millis);
    match (begun(a), begun(b)) {
        (Some(a), Some(b)) => a.abs_diff(b) <= if shared >= ENOUGH { DAY_MS } else { NEAR_MS },
        _ => shared >= ENOUGH,
    }
}

/// A hash of the first letters and digits of a message; none where there are too few. FNV-1a.
fn said(text: &str) -> Option<u32> {
    let (mut hash, mut letters) = (0xcbf2_9ce4_8422_2325_u64, 0);
    let add = |hash: &mut u64, byte: u8| *hash = (*hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    let mut bytes = [0; 4];
    // By bytes: nearly all characters are ASCII, and their case is a bit.
    for (at, byte) in text.bytes().enumerate() {
        if letters == LETTERS {
            break;
        }
        if byte.is_ascii() {
            if byte.is_ascii_alphanumeric() {
                letters += 1;
                add(&mut hash, byte.to_ascii_lowercase());
            }
            continue;
        }
        let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) else { continue };
        for c in c.to_lowercase().take(if c.is_alphanumeric() { LETTERS - letters } else { 0 }) {
            letters += 1;
            c.encode_utf8(&mut bytes).bytes().for_each(|byte| add(&mut hash, byte));
        }
    }
    (letters >= FEWEST_LETTERS).then_some((hash ^ (hash >> 32)) as u32)
}
