//! Which sessions are comparable: those of one task, or whose opening requests ask for the same kind of thing.

use std::collections::{BTreeMap, BTreeSet};

use crate::digest::Digest;
use crate::order::Gather as _;
use crate::text::{Embedding, bare, fold};

// Requests that differ in a name or a number reach it, other requests to the same agent do not.
const SAME_REQUEST: f32 = 0.85;
// Keeps the work linear in the number of sessions.
const MAX_CLUSTERS: usize = 400;
// What most openings share is a form, and says nothing about the request.
const FORM_FROM: usize = 8;

/// For each digest the number of its stratum. Strata of one session compare nothing.
pub(super) fn strata(digests: &[&Digest]) -> Vec<usize> {
    let mut by_task: BTreeMap<&str, usize> = BTreeMap::new();
    for task in digests.iter().filter_map(|digest| digest.task.as_deref()) {
        *by_task.entry(task).or_default() += 1;
    }
    let shared = |digest: &Digest| -> Option<String> {
        digest.task.clone().filter(|task| by_task.get(task.as_str()).is_some_and(|n| *n > 1))
    };
    let alone: Vec<&Digest> = digests.iter().filter(|digest| shared(digest).is_none()).copied().collect();
    let clusters = clusters(&alone);
    let mut numbers: BTreeMap<String, usize> = BTreeMap::new();
    let mut key = |digest: &Digest| {
        let opening = digest.opening.as_deref().unwrap_or_default();
        let name = match (shared(digest), clusters.get(opening)) {
            (Some(task), _) => format!("task {task}"),
            (None, Some(cluster)) => format!("like {cluster}"),
            (None, None) => format!("only {}", digest.session),
        };
        let next = numbers.len();
        *numbers.entry(name).or_insert(next)
    };
    digests.iter().map(|digest| key(digest)).collect()
}

/// The cluster of each opening: the first one, in the order of their texts, that it is like.
fn clusters<'a>(digests: &[&'a Digest]) -> BTreeMap<&'a str, usize> {
    let openings: BTreeSet<&str> = digests.iter().filter_map(|digest| digest.opening.as_deref()).gather_set();
    let form = form(&openings);
    let mut leaders: Vec<Embedding> = Vec::new();
    let mut found = BTreeMap::new();
    for opening in openings {
        let own: Vec<String> = words(opening).filter(|word| !form.contains(word)).collect();
        let embedding = Embedding::of(&own.join(" "));
        let near = leaders.iter().position(|leader| leader.cosine(&embedding) >= SAME_REQUEST);
        let cluster = near.unwrap_or_else(|| {
            if leaders.len() < MAX_CLUSTERS {
                leaders.push(embedding);
            }
            leaders.len() - 1
        });
        if near.is_some() || leaders.len() < MAX_CLUSTERS {
            found.insert(opening, cluster);
        }
    }
    found
}

fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split_whitespace().map(|word| fold(bare(word)))
}

/// The words that stand in more than half of the openings.
fn form(openings: &BTreeSet<&str>) -> BTreeSet<String> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for opening in openings {
        let distinct: BTreeSet<String> = words(opening).gather_set();
        distinct.into_iter().for_each(|word| *counts.entry(word).or_default() += 1);
    }
    let often = |n: &usize| openings.len() >= FORM_FROM && *n * 2 > openings.len();
    counts.into_iter().filter(|(_, n)| often(n)).map(|(word, _)| word).gather_set()
}
