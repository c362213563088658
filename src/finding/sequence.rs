//! Frequent sequences of steps, with gaps: PrefixSpan (Pei et al., ICDE 2001), of which only closed ones are kept, those
//! that no longer one has in all the same sessions (Yan, Han and Afshar, "CloSpan", SDM 2003; Wang and Han, "BIDE",
//! ICDE 2004).

use std::collections::BTreeMap;

use crate::order::Arrange as _;

/// A sequence of items and the sessions that have it, by position.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Sequence {
    pub items: Vec<u16>,
    pub sessions: Vec<usize>,
}

/// Longer workflows are told by their parts.
pub(super) const LONGEST: usize = 4;
// A vocabulary of many frequent steps would have too many sequences to test any.
const MOST: usize = 4_000;

/// Sequences of 2 to [`LONGEST`] different items that at least `least` sessions have, closed. Shorter ones come first
/// when there are too many.
pub(super) fn sequences(sessions: &[Vec<u16>], least: usize) -> Vec<Sequence> {
    let mut found: Vec<Sequence> = Vec::new();
    let mut layer = vec![(Vec::new(), sessions.iter().enumerate().map(|(at, _)| (at, 0)).collect::<Vec<_>>())];
    for length in 1..=LONGEST {
        let mut next = Vec::new();
        for (prefix, places) in &layer {
            for (item, places) in extensions(sessions, prefix, places, least) {
                let items: Vec<u16> = prefix.iter().copied().chain([item]).collect();
                if length >= 2 {
                    found.push(Sequence { items: items.clone(), sessions: places.iter().map(|(at, _)| *at).collect() });
                }
                next.push((items, places));
            }
        }
        if found.len() + next.len() > MOST {
            break;
        }
        layer = next;
    }
    found.truncate(MOST);
    closed(found)
}

/// What a prefix can go on with: where each session's first occurrence of it ends.
fn extensions(
    sessions: &[Vec<u16>],
    prefix: &[u16],
    places: &[(usize, usize)],
    least: usize,
) -> BTreeMap<u16, Vec<(usize, usize)>> {
    let mut found: BTreeMap<u16, Vec<(usize, usize)>> = BTreeMap::new();
    for (session, from) in places {
        let rest = sessions.get(*session).and_then(|items| items.get(*from..)).unwrap_or_default();
        for (offset, item) in rest.iter().enumerate().filter(|(_, item)| !prefix.contains(item)) {
            let ends = found.entry(*item).or_default();
            if ends.last().is_none_or(|(last, _)| last != session) {
                ends.push((*session, from + offset + 1));
            }
        }
    }
    found.retain(|_, ends| ends.len() >= least);
    found
}

/// Those that no longer sequence with the same sessions contains.
fn closed(found: Vec<Sequence>) -> Vec<Sequence> {
    let mut by_sessions: BTreeMap<Vec<usize>, Vec<Vec<u16>>> = BTreeMap::new();
    for sequence in found {
        by_sessions.entry(sequence.sessions).or_default().push(sequence.items);
    }
    let kept = by_sessions.into_iter().flat_map(|(sessions, all)| {
        let open = |items: &Vec<u16>| all.iter().any(|longer| longer.len() > items.len() && within(items, longer));
        let kept: Vec<Vec<u16>> = all.iter().filter(|items| !open(items)).cloned().collect();
        kept.into_iter().map(move |items| Sequence { items, sessions: sessions.clone() })
    });
    let mut kept: Vec<Sequence> = kept.collect();
    kept.arrange();
    kept
}

/// Whether one sequence is contained in another, with gaps.
fn within(short: &[u16], long: &[u16]) -> bool {
    let mut rest = long.iter();
    short.iter().all(|item| rest.any(|other| other == item))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_are_allowed_and_only_closed_ones_stay() {
        let sessions = [vec![1, 9, 2, 3], vec![1, 2, 8, 3], vec![1, 2, 3], vec![3, 2]];
        let found = sequences(&sessions, 3);
        assert_eq!(found, [Sequence { items: vec![1, 2, 3], sessions: vec![0, 1, 2] }]);
    }

    #[test]
    fn every_sequence_counts_each_session_once() {
        let sessions = [vec![1, 2, 1, 2], vec![1, 2]];
        assert_eq!(sequences(&sessions, 2), [Sequence { items: vec![1, 2], sessions: vec![0, 1] }]);
        assert_eq!(sequences(&sessions, 3), []);
    }
}
