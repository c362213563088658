//! Which sessions a dream is about: each once, the newest first, up to the limit.

use std::collections::BTreeMap;

use super::operation::LeftOut;
use crate::digest::{Digest, same_session};
use crate::order::Arrange as _;

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
    originals.arrange_by(|a, b| b.ended_at.cmp(&a.ended_at).then_with(|| name(a).cmp(&name(b))));
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

/// What two exports of a session have in common: only sessions that share one are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Trait<'a> {
    Id(&'a str),
    Message(u32),
    Begun(&'a str),
}

fn traits(digest: &Digest) -> impl Iterator<Item = Trait<'_>> {
    let messages = &digest.fingerprint.opening;
    let begun = digest.started_at.as_deref().filter(|_| messages.is_empty()).map(Trait::Begun);
    std::iter::once(Trait::Id(&digest.session)).chain(messages.iter().copied().map(Trait::Message)).chain(begun)
}

type Copies<'a> = Vec<(&'a Digest, &'a Digest)>;

/// The fullest export of each session, and the other ones, each with the one that stands for it.
fn without_copies(digests: &[Digest]) -> (Vec<&Digest>, Copies<'_>) {
    let mut sorted: Vec<&Digest> = digests.iter().collect();
    sorted.arrange_by(|a, b| b.counts.turns.cmp(&a.counts.turns).then_with(|| name(a).cmp(&name(b))));
    let mut originals: Vec<&Digest> = Vec::new();
    let mut copies = Vec::new();
    let mut alike: BTreeMap<Trait, Vec<usize>> = BTreeMap::new();
    for digest in sorted {
        let like = traits(digest).filter_map(|one| alike.get(&one)).flatten();
        let like = like.filter_map(|at| originals.get(*at).copied());
        if let Some(original) = like.into_iter().find(|original| same_session(original, digest)) {
            copies.push((digest, original));
            continue;
        }
        traits(digest).for_each(|one| alike.entry(one).or_default().push(originals.len()));
        originals.push(digest);
    }
    (originals, copies)
}
