//! Which sessions a dream is about: each once, the newest first, up to the limit.

use std::collections::BTreeMap;

use super::operation::LeftOut;
use crate::digest::{Digest, same_session};

/// The sessions of a dream, and those that it leaves out.
pub(crate) struct Chosen<'a> {
    /// Newest first.
    pub digests: Vec<&'a Digest>,
    /// By transcript.
    pub left_out: BTreeMap<&'a str, Vec<LeftOut>>,
}

/// Chooses at most `most` sessions, whatever the order of `digests`.
pub(crate) fn choose(digests: &[Digest], most: u32) -> Chosen<'_> {
    let mut chosen = Chosen { digests: Vec::new(), left_out: BTreeMap::new() };
    let (mut originals, copies) = without_copies(digests);
    for (copy, original) in copies {
        let why =
            format!("the same session is in the dream already: `{}` of {}", original.session, original.transcript);
        chosen.leave_out(copy, why);
    }
    originals.sort_by(|a, b| b.ended_at.cmp(&a.ended_at).then_with(|| name(a).cmp(&name(b))));
    for (digest, place) in originals.into_iter().zip(0..) {
        if place < most {
            chosen.digests.push(digest);
        } else {
            chosen.leave_out(digest, format!("older than the newest {most} sessions"));
        }
    }
    chosen
}

impl<'a> Chosen<'a> {
    fn leave_out(&mut self, digest: &'a Digest, why: String) {
        let left = LeftOut { session: digest.session.clone(), why };
        self.left_out.entry(&digest.transcript).or_default().push(left);
    }
}

/// Makes an order total.
fn name(digest: &Digest) -> (&str, &str) {
    (&digest.session, &digest.transcript)
}

type Copies<'a> = Vec<(&'a Digest, &'a Digest)>;

/// The fullest export of each session, and the other ones, each with the one that stands for it.
fn without_copies(digests: &[Digest]) -> (Vec<&Digest>, Copies<'_>) {
    let mut sorted: Vec<&Digest> = digests.iter().collect();
    sorted.sort_by(|a, b| b.counts.turns.cmp(&a.counts.turns).then_with(|| name(a).cmp(&name(b))));
    let mut originals: Vec<&Digest> = Vec::new();
    let mut copies = Vec::new();
    let (mut by_id, mut by_message) = (BTreeMap::<&str, Vec<usize>>::new(), BTreeMap::<u32, Vec<usize>>::new());
    for digest in sorted {
        let named = by_id.get(digest.session.as_str()).into_iter().flatten();
        let opened = digest.fingerprint.opening.iter().filter_map(|hash| by_message.get(hash)).flatten();
        let like = named.chain(opened).filter_map(|at| originals.get(*at).copied());
        if let Some(original) = like.into_iter().find(|original| same_session(original, digest)) {
            copies.push((digest, original));
            continue;
        }
        by_id.entry(&digest.session).or_default().push(originals.len());
        for hash in &digest.fingerprint.opening {
            by_message.entry(*hash).or_default().push(originals.len());
        }
        originals.push(digest);
    }
    (originals, copies)
}
