//! What stands before a colon in many notes: "From the weekly review of the operations team: …". Two notes that open alike
//! are as alike as what follows, however long their opening is.

use super::profile::Profile;
use crate::text::{hash, normalise};

/// What follows an opening.
#[derive(Debug, Clone)]
pub(crate) struct Body {
    opening: u32,
    profile: Profile,
}

// A shorter opening is what a text is about: "Drinks I like: coffee". Of fewer words behind it nothing can be told.
const OPENING: usize = 6;
const BODY: usize = 3;

impl Body {
    pub(super) fn of(text: &str) -> Option<Body> {
        let (opening, body) = text.split_once(": ")?;
        let has = |text: &str, words: usize| text.split_whitespace().nth(words - 1).is_some();
        let opens = has(opening, OPENING) && has(body, BODY) && !opening.contains(['.', '\n']);
        opens.then(|| Body { opening: hash(&normalise(opening)), profile: Profile::bare(body) })
    }
}

/// The two texts to compare: what follows, where they open alike.
pub(super) fn beneath<'a>(a: &'a Profile, b: &'a Profile) -> (&'a Profile, &'a Profile) {
    match a.body.as_deref().zip(b.body.as_deref()) {
        Some((x, y)) if x.opening == y.opening => (&x.profile, &y.profile),
        _ => (a, b),
    }
}

#[cfg(all(test, feature = "model"))]
mod tests {
    use crate::{Relation, compare};

    #[test]
    fn what_follows_decides() {
        let verdict = |a: &str, b: &str| {
            let opening = "Note from the weekly review of the harbour team, for everybody on call";
            compare(&format!("{opening}: {a}"), &format!("{opening}: {b}")).verdict
        };
        assert_eq!(verdict("Klara owns the delta packer.", "Pavel owns the lotus inventory."), Relation::Distinct);
        assert_eq!(
            verdict("The mail queue is drained at 02:00.", "The mail queue is drained at 04:00."),
            Relation::Conflict
        );
        assert_eq!(
            verdict(
                "The mail queue is drained at 02:00 every night.",
                "Every night the mail queue is drained at 2:00."
            ),
            Relation::Duplicate
        );
    }
}
