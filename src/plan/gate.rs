//! The gate: what earlier sessions teach is held against later ones, and what the memory answers is compared.

use std::borrow::Cow;

use super::curate::Candidate;
use crate::compare::Profile;
use crate::config::Config;
use crate::digest::Digest;
use crate::evidence::Evidence;
use crate::finding::{Backtest, Claim, Finding, Later, Setting, find};
use crate::memory::{Entry, Memory};
use crate::order::Arrange as _;
use crate::text::Embedding;
use crate::transcript::Trust;

/// Sessions of each part; fewer test nothing.
const LEAST: usize = 5;
/// Sessions that speak for what auto mode may add.
const SUPPORT: u32 = 3;

/// Sessions split by time.
pub(crate) struct Gate<'a> {
    /// What the earlier sessions show by themselves.
    earlier: Vec<(Claim, Profile)>,
    later: Later<'a>,
}

impl<'a> Gate<'a> {
    /// Mines the earlier three fifths of the sessions. Without times, or with too few sessions, nothing can be tested.
    pub(crate) fn of(digests: &[&'a Digest], config: &Config) -> Gate<'a> {
        let mut timed: Vec<&Digest> = digests.iter().filter(|digest| digest.ended_at.is_some()).copied().collect();
        timed.arrange_by(|a, b| (&a.ended_at, &a.session).cmp(&(&b.ended_at, &b.session)));
        let cut = timed.len() * 3 / 5;
        if cut < LEAST || timed.len() - cut < LEAST {
            return Gate { earlier: Vec::new(), later: Later::default() };
        }
        let later = timed.split_off(cut);
        let found = find(&timed, Setting::default(), config).findings.into_iter();
        let claims = found.filter_map(|finding| Some((finding.claim?, Profile::of(&finding.text))));
        Gate { earlier: claims.collect(), later: Later::of(later) }
    }

    /// How a finding does on the later sessions, if the earlier ones show it by themselves.
    pub(crate) fn backtest(&self, finding: &Finding) -> Option<Backtest> {
        let claim = finding.claim.as_ref().filter(|_| !self.earlier.is_empty())?;
        let profile = Profile::of(&finding.text);
        let known = self.earlier.iter().find(|(earlier, said)| claim.same(earlier, [&profile, said]));
        known.and_then(|(earlier, said)| self.later.backtest(earlier, said))
    }
}

/// Whether auto mode may add a finding: later sessions bear it out, enough sessions speak for it, and everything it
/// rests on was said by people, or measured in what the agent did.
pub(crate) fn passes(finding: &Finding, backtest: Option<Backtest>) -> bool {
    let least = if finding.effect.is_some() { Trust::Derived } else { Trust::Trusted };
    // What nobody called a rule is for a person to see.
    let meant = !matches!(finding.claim, Some(Claim::Said { meant: false, .. }));
    let trusted = |evidence: &Evidence| evidence.trust >= least;
    meant
        && backtest.is_some_and(Backtest::passes)
        && finding.support.sessions >= SUPPORT
        && !finding.evidence.is_empty()
        && finding.evidence.iter().all(trusted)
}

// Each question is held against every entry; the answer does not get better with more of either.
const QUESTIONS: usize = 60;
const COMPARISONS: usize = 400_000;
/// Entries that an agent reads for a request.
const ANSWERS: usize = 5;

/// Share of questions that a memory still answers as before, before and after a plan. The questions are the openings of
/// the newest sessions, which should find what they found before or what took its place, and the entries' own texts.
pub(crate) fn recall(
    before: &Memory,
    after: &Memory,
    digests: &[&Digest],
    candidates: &[Candidate],
) -> Option<[f64; 2]> {
    let (old, new) = (Shelf::of(before, candidates), Shelf::of(after, candidates));
    let questions = questions(before, digests, old.entries.len().max(new.entries.len()));
    let mut hits = [0.0, 0.0];
    let mut asked = 0.0;
    for (question, wanted) in &questions {
        let meaning = Embedding::of(question);
        let Some(wanted) = wanted.or_else(|| old.best(&meaning, 1).first().copied()) else { continue };
        asked += 1.0;
        hits[0] += f64::from(u8::from(old.best(&meaning, ANSWERS).iter().any(|entry| entry.id == wanted.id)));
        // What left by intent is no loss; what took its place has to be found instead.
        let heir = heir(wanted, after);
        let found = heir.is_none_or(|heir| new.best(&meaning, ANSWERS).iter().any(|entry| entry.id == heir.id));
        hits[1] += f64::from(u8::from(found));
    }
    (asked > 0.0).then(|| hits.map(|hits| crate::compare::round(hits / asked)))
}

/// The active entries with their meanings.
struct Shelf<'a> {
    entries: Vec<(&'a Entry, Cow<'a, Embedding>)>,
}

impl<'a> Shelf<'a> {
    /// The candidates, which are in the order of their ids, know the meanings of most.
    fn of(memory: &'a Memory, candidates: &'a [Candidate]) -> Shelf<'a> {
        let known = |entry: &Entry| {
            let place = candidates.binary_search_by(|candidate| candidate.entry.id.cmp(&entry.id)).ok()?;
            candidates.get(place).filter(|candidate| candidate.text() == entry.text)?.profile.whole()
        };
        let meaning =
            |entry: &Entry| known(entry).map_or_else(|| Cow::Owned(Embedding::of(&entry.text)), Cow::Borrowed);
        let active = memory.entries.iter().filter(|entry| entry.is_active());
        Shelf { entries: active.map(|entry| (entry, meaning(entry))).collect() }
    }

    fn best(&self, meaning: &Embedding, k: usize) -> Vec<&'a Entry> {
        let mut best: Vec<(f32, &Entry)> = Vec::with_capacity(k + 1);
        for (entry, own) in &self.entries {
            let cosine = own.cosine(meaning);
            let ahead = |(other, first): &(f32, &Entry)| cosine.total_cmp(other).then_with(|| first.id.cmp(&entry.id));
            let at = best.partition_point(|other| ahead(other).is_lt());
            if at < k {
                best.insert(at, (cosine, entry));
                best.truncate(k);
            }
        }
        best.into_iter().map(|(_, entry)| entry).collect()
    }
}

/// What to ask, and the entry that should answer where it is known.
fn questions<'a>(before: &'a Memory, digests: &'a [&Digest], entries: usize) -> Vec<(&'a str, Option<&'a Entry>)> {
    let most = QUESTIONS.min(COMPARISONS / entries.max(1)).max(1);
    let mut newest: Vec<&&Digest> = digests.iter().collect();
    newest.arrange_by(|a, b| b.ended_at.cmp(&a.ended_at).then_with(|| a.session.cmp(&b.session)));
    let openings = newest.into_iter().filter_map(|digest| digest.opening.as_deref()).map(|opening| (opening, None));
    let mut active: Vec<&Entry> = before.entries.iter().filter(|entry| entry.is_active()).collect();
    active.arrange_by(|a, b| a.id.cmp(&b.id));
    let every = active.len().div_ceil(most).max(1);
    let own = active.into_iter().step_by(every).map(|entry| (entry.text.as_str(), Some(entry)));
    openings.take(most).chain(own).collect()
}

/// The entry itself if it stays, or what took its place.
fn heir<'a>(entry: &Entry, after: &'a Memory) -> Option<&'a Entry> {
    let mut id = entry.id.as_str();
    for _ in 0..after.entries.len() {
        let now = after.entries.iter().find(|entry| entry.id == id)?;
        match &now.replaced_by {
            _ if now.is_active() => return Some(now),
            Some(next) => id = next,
            None => return None,
        }
    }
    None
}
