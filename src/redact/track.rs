//! Where what was replaced stood in the text that one began with, over several passes.

use std::ops::Range;

use super::Found;

/// What was replaced so far, in order.
#[derive(Default)]
pub(super) struct Track {
    replaced: Vec<Replaced>,
}

struct Replaced {
    kind: &'static str,
    /// In the text that one began with.
    from: Range<usize>,
    /// In the text as it is now.
    to: Range<usize>,
}

impl Track {
    /// Notes that `span` of the text as it is now becomes a placeholder of `length` bytes. Of several spans of one pass
    /// the last one comes first, so that the positions of the others stay as they are.
    pub(super) fn note(&mut self, kind: &'static str, span: Range<usize>, length: usize) {
        let touched = |one: &Replaced| one.to.end > span.start && one.to.start < span.end;
        let mut to = span.clone();
        for one in self.replaced.iter().filter(|one| touched(one)) {
            to = to.start.min(one.to.start)..to.end.max(one.to.end);
        }
        let from = self.stood(to.start)..self.stood(to.end);
        self.replaced.retain(|one| !touched(one));
        let moved = |at: usize| at + length - span.len();
        for later in self.replaced.iter_mut().filter(|one| one.to.start >= to.end) {
            later.to = moved(later.to.start)..moved(later.to.end);
        }
        let place = self.replaced.partition_point(|one| one.to.end <= to.start);
        self.replaced.insert(place, Replaced { kind, from, to: to.start..moved(to.end) });
    }

    /// Where a byte stood that is in no placeholder.
    fn stood(&self, at: usize) -> usize {
        let before = self.replaced.iter().rfind(|one| one.to.end <= at);
        before.map_or(at, |one| at - one.to.end + one.from.end)
    }

    pub(super) fn found(self) -> Vec<Found> {
        let found = |one: Replaced| Found { kind: one.kind.to_owned(), start: one.from.start, end: one.from.end };
        self.replaced.into_iter().map(found).collect()
    }
}
