//! A text of a store, with where it stands there.

use super::word::{self, Mark};
use super::{Comparison, Profile, Relation, SURE, relate};
use crate::text::fold;

/// A text of a store.
pub(crate) struct Member<'a> {
    /// The text itself.
    pub text: &'a str,
    /// What it is compared by.
    pub profile: &'a Profile,
    /// Texts of different scopes have nothing to do with each other.
    pub scope: &'a str,
    /// The condition it holds under. Texts with different ones are not compared.
    pub when: Option<&'a str>,
    /// The headings and the bullet that it stands under, where it does: "8 by default" below one heading is not
    /// "8 by default" below another.
    pub above: Option<Above<'a>>,
    /// What it says it is about, where it is an item of a list that does: "`a.rs`: reads" and "`b.rs`: reads" are two.
    pub about: Option<&'a str>,
}

/// Headings, the outermost first, and a bullet.
pub(super) type Above<'a> = (&'a [String], Option<&'a str>);

/// What copies of a text have in common: scope, condition, place and the text itself.
pub(super) type Key<'a> = (&'a str, Option<&'a str>, Option<Above<'a>>, &'a str);

// So many words stand for themselves below whatever heading; what a list consists of does not leave it.
const SENTENCE: usize = 6;

impl<'a> Member<'a> {
    pub(super) fn key(&self) -> Key<'a> {
        (self.scope, self.when, self.above.filter(|_| !self.stands_alone()), self.text)
    }

    pub(crate) fn is_comparable(&self, other: &Member) -> bool {
        let conditions = self.when.is_none() || other.when.is_none() || self.when == other.when;
        self.scope == other.scope
            && conditions
            && (self.is_beside(other) || self.stands_alone() && other.stands_alone())
    }

    /// How the two stand to each other, if they have more than a topic in common. Of texts below different headings only
    /// that they surely say the same is told: what one of them adds or denies may be due to where it stands.
    pub(crate) fn relate(&self, other: &Member, duplicate_score: f64) -> Option<Comparison> {
        let found = relate(self.profile, other.profile, duplicate_score)?;
        let sure = found.verdict == Relation::Duplicate && found.score >= SURE;
        (sure || self.is_beside(other)).then_some(found)
    }

    /// Whether both stand under the same headings, as far as that is known, and are not about two things.
    fn is_beside(&self, other: &Member) -> bool {
        let about = self.about.is_some() && other.about.is_some() && self.about != other.about;
        !about && (self.above.is_none() || other.above.is_none() || self.above == other.above)
    }

    /// Whether it says the same below whatever heading: a whole sentence, and nothing above it says when or that not.
    fn stands_alone(&self) -> bool {
        // "`a.rs`: reads" is an item of a list of files, and each list wants it.
        let names = self.about.is_some_and(|about| about.starts_with('`'));
        let governed = self
            .above
            .is_some_and(|(headings, under)| headings.last().map(String::as_str).into_iter().chain(under).any(governs));
        let item = self.above.is_some_and(|(_, under)| under.is_some()) && !self.text.trim_end().ends_with('.');
        self.profile.content.len() >= SENTENCE && !names && !governed && !item
    }
}

/// Whether what stands below a caption depends on it: "Before a release:", "Do not:", "Anti-patterns", "Add a command:".
fn governs(caption: &str) -> bool {
    const TURNS: &[&str] = &["anti", "avoid", "bad", "deprecated", "wrong"];
    let folded = fold(caption);
    let (_, words) = word::read(&folded);
    words.first().is_some_and(|word| word.is(Mark::IMPERATIVE))
        || words.iter().any(|word| word.is(Mark::CIRCUMSTANCE | Mark::CONDITION | Mark::EXCEPTION | Mark::NEGATION))
        || folded.split(|c: char| !c.is_alphanumeric()).any(|word| TURNS.contains(&word))
}

#[cfg(all(test, feature = "model"))]
mod tests {
    use super::*;

    type Standing<'a> = (&'a str, Option<&'a str>, &'a str);

    fn verdict((heading, under, text): Standing, (other_heading, other_under, other): Standing) -> Option<Relation> {
        let (profile, other_profile) = (Profile::of(text), Profile::of(other));
        let (headings, others) = ([heading.to_owned()], [other_heading.to_owned()]);
        let member = |text, profile, headings, under| {
            let above: Option<Above> = Some((headings, under));
            Member { text, profile, scope: "agent", when: None, above, about: None }
        };
        let (a, b) = (member(text, &profile, &headings, under), member(other, &other_profile, &others, other_under));
        a.relate(&b, 0.6).filter(|_| a.is_comparable(&b)).map(|found| found.verdict)
    }

    #[test]
    fn below_other_headings_only_what_surely_says_the_same() {
        let one = "Each new command must come with a page in the `manual/` folder.";
        let same = "Each new command must come with pages in `manual/` folder.";
        assert_eq!(verdict(("Manual", None, one), ("Style", None, same)), Some(Relation::Duplicate));
        let captioned = verdict(("Manual", Some("**Who writes it**:"), one), ("Style", Some("**Pages:**"), same));
        assert_eq!(captioned, Some(Relation::Duplicate));
        let other = "Each new command must come with a page in the `guide/` folder.";
        assert!(verdict(("Manual", None, one), ("Manual", None, other)).is_some());
        assert_eq!(verdict(("Manual", None, one), ("Style", None, other)), None);
    }

    #[test]
    fn what_a_caption_governs_stays_below_it() {
        let text = "Each new command comes with a page in the `manual/` folder.";
        for above in ["Before a release", "Anti-patterns", "Do not"] {
            assert_eq!(verdict(("Manual", None, text), (above, None, text)), None, "{above}");
        }
        assert_eq!(verdict(("Manual", Some("Add a command:"), text), ("Style", None, text)), None);
        let item = "commands, pages, figures, tables, indexes, covers";
        assert_eq!(verdict(("Manual", Some("Parts"), item), ("Style", Some("Layers"), item)), None);
    }
}
