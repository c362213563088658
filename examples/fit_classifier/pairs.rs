//! Pairs of texts out of groups.

use lucidream::compare::{FEATURE_COUNT, Language, features};

use crate::rewording::rewordings;

/// Two texts as the classifier sees them.
#[derive(Clone)]
pub struct Pair {
    /// What it sees.
    pub features: [f64; FEATURE_COUNT],
    /// As texts of what language they are compared.
    pub language: Language,
    /// Where it comes from.
    pub origin: Origin,
    /// Number of the group that the first text is from.
    pub group: usize,
}

impl Pair {
    /// Whether the guard keeps them apart by their words.
    pub fn words_differ(&self) -> bool {
        self.features.last().is_some_and(|differs| *differs > 0.0)
    }
}

/// How a pair came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Two ways to say the same, by hand.
    Paraphrase,
    /// A small rewording, by rule.
    Rewording,
    /// Near, by hand.
    Near,
    /// A text and a longer one that holds it.
    Added,
    /// About something else.
    Other,
}

impl Origin {
    /// How much all pairs of an origin weigh together. Small rewordings and strangers are easily told. A text that holds
    /// all of another is mostly recognised by rule, without a score.
    pub fn share(self) -> f64 {
        match self {
            Origin::Paraphrase => 0.6,
            Origin::Rewording => 0.2,
            Origin::Near => 0.5,
            Origin::Added => 0.1,
            Origin::Other => 0.3,
        }
    }

    /// Whether the pair says the same.
    pub fn same(self) -> bool {
        matches!(self, Origin::Paraphrase | Origin::Rewording)
    }
}

/// Texts that say the same, and texts that are near to them.
#[derive(Default)]
struct Group<'a> {
    same: Vec<&'a str>,
    near: Vec<&'a str>,
}

// What narrows or widens a statement, so that it is another one.
const ADDITIONS: [&str; 6] = [
    "and tell the team leader about it",
    "but only for new customers",
    "unless somebody objects",
    "together with older ones",
    "if the budget allows it",
    "in a second building",
];

/// All pairs: within what says the same and its rewordings; from there to what is near, to longer texts that hold it, and to the next
/// groups, which are about something else.
pub fn read(text: &str) -> Vec<Pair> {
    let groups = groups(text);
    let mut found = Vec::new();
    for (number, group) in groups.iter().enumerate() {
        for (at, a) in group.same.iter().enumerate() {
            found.extend(group.same.iter().take(at).map(|b| pair(number, a, b, Origin::Paraphrase)));
            found.extend(group.near.iter().map(|b| pair(number, a, b, Origin::Near)));
            found.extend(
                ADDITIONS
                    .iter()
                    .map(|more| pair(number, a, &format!("{} {more}.", a.trim_end_matches('.')), Origin::Added)),
            );
            found.extend(dated(number, a, group));
            found.extend(rewordings(a).iter().map(|b| pair(number, a, b, Origin::Rewording)));
        }
        let others = groups.iter().cycle().skip(number + 1).take(4).filter_map(|other| other.same.first());
        for (a, other) in group.same.iter().cycle().zip(others) {
            found.push(pair(number, a, other, Origin::Other));
            found.push(pair(number, a, &format!("{a} {other}"), Origin::Added));
        }
    }
    found
}

/// A value that both texts have, one in which they differ, and one that only one of them has.
fn dated<'a>(number: usize, a: &'a str, group: &'a Group) -> impl Iterator<Item = Pair> {
    let with = |text: &str| format!("{} since 2021.", text.trim_end_matches('.'));
    let other = |text: &str| format!("{} since 2022.", text.trim_end_matches('.'));
    group.same.iter().filter(move |b| **b != a).flat_map(move |b| {
        [
            pair(number, &with(a), &with(b), Origin::Paraphrase),
            pair(number, &with(a), &other(b), Origin::Near),
            pair(number, a, &with(b), Origin::Added),
        ]
    })
}

fn groups(text: &str) -> Vec<Group<'_>> {
    let mut found: Vec<Group> = Vec::new();
    let mut open = false;
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        match (line.split_once(' '), found.last_mut()) {
            (Some(("=", same)), Some(group)) => group.same.push(same),
            (Some(("!", near)), Some(group)) => group.near.push(near),
            _ if line.is_empty() => open = false,
            (_, Some(group)) if open => group.same.push(line),
            _ => {
                found.push(Group { same: vec![line], near: Vec::new() });
                open = true;
            }
        }
    }
    found
}

fn pair(group: usize, a: &str, b: &str, origin: Origin) -> Pair {
    let (features, language) = features(a, b);
    Pair { features, language, origin, group }
}
