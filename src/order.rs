//! Sorting and gathering in order, by one sort for all types.
//!
//! The standard library's stable sort is compiled anew for each type it sorts, 4 kB a time, and `collect` into an ordered
//! map or set brings one along. That was a fifth of the module that browsers load. Here places are sorted, by one and the
//! same code, and the values then moved to them. For what is sorted a hundred thousand times a dream (numbers, spans) the
//! standard `sort_unstable` remains.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

/// Stable sorting of a slice.
pub(crate) trait Arrange<T> {
    /// As `sort`.
    fn arrange(&mut self)
    where
        T: Ord;

    /// As `sort_by`.
    fn arrange_by(&mut self, order: impl FnMut(&T, &T) -> Ordering);

    /// As `sort_by_key`.
    fn arrange_by_key<K: Ord>(&mut self, key: impl FnMut(&T) -> K);
}

impl<T> Arrange<T> for [T] {
    fn arrange(&mut self)
    where
        T: Ord,
    {
        self.arrange_by(T::cmp);
    }

    fn arrange_by(&mut self, mut order: impl FnMut(&T, &T) -> Ordering) {
        if self.len() < 2 {
            return;
        }
        let places = sorted(self.len(), &mut |a, b| match (self.get(a), self.get(b)) {
            (Some(a), Some(b)) => order(a, b),
            _ => Ordering::Equal,
        });
        moved(places, &mut |a, b| self.swap(a, b));
    }

    fn arrange_by_key<K: Ord>(&mut self, mut key: impl FnMut(&T) -> K) {
        self.arrange_by(|a, b| key(a).cmp(&key(b)));
    }
}

/// Gathering into ordered maps and sets.
pub(crate) trait Gather: Iterator + Sized {
    /// As `collect`.
    fn gather_set(self) -> BTreeSet<Self::Item>
    where
        Self::Item: Ord,
    {
        let mut set = BTreeSet::new();
        for item in self {
            set.insert(item);
        }
        set
    }

    /// As `collect`: of equal keys the last value stands.
    fn gather_map<K: Ord, V>(self) -> BTreeMap<K, V>
    where
        Self: Iterator<Item = (K, V)>,
    {
        let mut map = BTreeMap::new();
        for (key, value) in self {
            map.insert(key, value);
        }
        map
    }
}

impl<I: Iterator> Gather for I {}

/// The places of `count` values in their order.
#[inline(never)]
fn sorted(count: usize, order: &mut dyn FnMut(usize, usize) -> Ordering) -> Vec<usize> {
    let mut places: Vec<usize> = (0..count).collect();
    places.sort_by(|a, b| order(*a, *b));
    places
}

/// Brings each value to its place, along the cycles of the permutation.
#[inline(never)]
fn moved(mut places: Vec<usize>, swap: &mut dyn FnMut(usize, usize)) {
    for start in 0..places.len() {
        let mut at = start;
        while let Some(from) = places.get_mut(at).map(|from| std::mem::replace(from, at)).filter(|from| *from != start)
        {
            swap(at, from);
            at = from;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arranges_as_the_standard_sort_does() {
        let mut state = 1u64;
        for count in (0..70).chain([1000]) {
            let mut lot = || {
                state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
                state >> 60
            };
            let numbered: Vec<(u64, usize)> = (0..count).map(|at| (lot(), at)).collect();
            let (mut ours, mut theirs) = (numbered.clone(), numbered.clone());
            ours.arrange_by_key(|(value, _)| *value);
            theirs.sort_by_key(|(value, _)| *value);
            assert_eq!(ours, theirs);
            ours.arrange_by(|a, b| b.cmp(a));
            theirs.sort_by(|a, b| b.cmp(a));
            assert_eq!(ours, theirs);
            ours.arrange();
            assert_eq!(ours, {
                theirs.sort();
                theirs
            });
            let map: BTreeMap<u64, usize> = numbered.iter().copied().collect();
            assert_eq!(numbered.iter().copied().gather_map(), map);
            assert_eq!(numbered.iter().copied().gather_set(), numbered.into_iter().collect::<BTreeSet<_>>());
        }
    }
}
