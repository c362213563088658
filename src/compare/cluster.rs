//! Pairs and groups of texts that say the same.

use super::{Comparison, Profile, Relation, compare_profiles};

/// Two texts, by position, and how they stand to each other. `a < b`.
#[derive(Debug, Clone)]
pub(crate) struct Pair {
    /// Position of the first.
    pub a: usize,
    /// Position of the second.
    pub b: usize,
    /// Their comparison.
    pub comparison: Comparison,
}

/// All pairs that are duplicates or in conflict or contain one another, of those that `comparable` lets through.
///
/// Quadratic in the number of texts, with a cheap test first: a store of 2,000 entries takes half a second.
pub(crate) fn pairs(
    profiles: &[&Profile],
    duplicate_score: f64,
    comparable: impl Fn(usize, usize) -> bool,
) -> Vec<Pair> {
    let mut found = Vec::new();
    for (b, second) in profiles.iter().enumerate() {
        for (a, first) in profiles.iter().enumerate().take(b) {
            if !comparable(a, b) || !worth_comparing(first, second) {
                continue;
            }
            let comparison = compare_profiles(first, second, duplicate_score);
            if !matches!(comparison.verdict, Relation::Related | Relation::Distinct) {
                found.push(Pair { a, b, comparison });
            }
        }
    }
    found
}

// Every verdict that matters needs either a near meaning or the words of one text within the other.
fn worth_comparing(a: &Profile, b: &Profile) -> bool {
    a.embedding.cosine(&b.embedding) >= 0.4 || {
        let shorter = a.content.len().min(b.content.len());
        a.normal == b.normal || shorter > 0 && super::profile::shared(&a.content, &b.content) * 2 >= shorter
    }
}

/// Groups of duplicates. Two groups join only if every pair across them is a duplicate, so there is no chain
/// through a middle (complete linkage); the most alike pairs join first.
pub(crate) fn clusters(count: usize, pairs: &[Pair]) -> Vec<Vec<usize>> {
    let mut duplicates: Vec<&Pair> = pairs.iter().filter(|p| p.comparison.verdict == Relation::Duplicate).collect();
    let linked: std::collections::BTreeSet<(usize, usize)> = duplicates.iter().map(|pair| (pair.a, pair.b)).collect();
    duplicates.sort_by(|x, y| y.comparison.score.total_cmp(&x.comparison.score).then((x.a, x.b).cmp(&(y.a, y.b))));
    let mut group_of: Vec<usize> = (0..count).collect();
    let mut groups: Vec<Vec<usize>> = (0..count).map(|at| vec![at]).collect();
    for pair in duplicates {
        let (Some(&x), Some(&y)) = (group_of.get(pair.a), group_of.get(pair.b)) else { continue };
        if x == y || !all_linked(&groups, x, y, &linked) {
            continue;
        }
        let moved = groups.get_mut(y).map(std::mem::take).unwrap_or_default();
        for member in &moved {
            if let Some(group) = group_of.get_mut(*member) {
                *group = x;
            }
        }
        if let Some(group) = groups.get_mut(x) {
            group.extend(moved);
            group.sort_unstable();
        }
    }
    groups.retain(|group| group.len() > 1);
    groups
}

fn all_linked(groups: &[Vec<usize>], x: usize, y: usize, linked: &std::collections::BTreeSet<(usize, usize)>) -> bool {
    let members = |group: usize| groups.get(group).into_iter().flatten();
    members(x).all(|a| members(y).all(|b| linked.contains(&(*a.min(b), *a.max(b)))))
}
