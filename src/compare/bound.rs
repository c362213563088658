//! Bounds: "at least 5" and "at most 5" have the same value.

use crate::text;

/// On which side of a number what is spoken of lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bound {
    /// More than it.
    Above,
    /// It or more.
    From,
    /// It or less.
    UpTo,
    /// Less than it.
    Below,
}

const BEFORE: &[(Bound, &[&str])] = &[
    (Bound::From, &["at least", "no less than", "no fewer than", "minimum", "minimum of", "from", "since", "starting"]),
    (
        Bound::UpTo,
        &["at most", "up to", "no more than", "no later than", "maximum", "maximum of", "within", "until", "till"],
    ),
    (
        Bound::Above,
        &[
            "more than", "greater than", "larger than", "bigger than", "heavier than", "higher than", "longer than",
            "wider than", "over", "above", "exceed", "exceeds", "exceeding", "beyond", "after", "once",
        ],
    ),
    (
        Bound::Below,
        &[
            "less than", "fewer than", "smaller than", "lower than", "shorter than", "under", "below", "before",
            "nearly", "almost",
        ],
    ),
];
const BEHIND: &[(Bound, &[&str])] = &[
    (Bound::From, &["or more", "or later", "or newer", "or higher", "or above"]),
    (Bound::UpTo, &["or less", "or fewer", "or earlier", "or older", "or lower", "or below"]),
];
/// A number that both texts have, each on another side.
pub(super) fn other_bound(a: &str, b: &str) -> Option<String> {
    let (a, b) = (bounds(a), bounds(b));
    let once = |of: &[(String, Bound)], number: &str| {
        let mut found = of.iter().filter(|(other, _)| other == number);
        found.next().map(|(_, bound)| *bound).filter(|_| found.next().is_none())
    };
    a.iter().find_map(|(number, _)| {
        let (x, y) = (once(&a, number)?, once(&b, number)?);
        (x != y).then(|| format!("different bounds: {} {number} / {} {number}", x.name(), y.name()))
    })
}

/// Whether what the two texts say lies on the two sides of one number: "up to 5" and "above 5" leave no gap and no overlap.
pub(crate) fn complementary(a: &str, b: &str) -> bool {
    let (a, b) = (bounds(a), bounds(b));
    let beside =
        |x: Bound, y: Bound| matches!((x, y), (Bound::Above, Bound::UpTo | Bound::Below) | (Bound::From, Bound::Below));
    a.iter().any(|(number, x)| b.iter().any(|(other, y)| number == other && (beside(*x, *y) || beside(*y, *x))))
}

/// Whether a text may set a limit that another one sets in other words.
pub(crate) fn sets_limit(text: &str) -> bool {
    Limit::of(text).is_some()
}

/// Another limit that two texts set to the same thing and that is all they say: "never put more than 120 lines in a wave",
/// "a wave has at most 150 lines"; "keep lines under 120 characters", "the maximum line length is 150".
pub(crate) fn other_limit(a: &str, b: &str) -> bool {
    let Some((a, b)) = Limit::of(a).zip(Limit::of(b)) else { return false };
    let of_one_kind = a.upper == b.upper && (a.unit == b.unit || a.unit.is_empty() || b.unit.is_empty());
    let adds = |a: &Limit, b: &Limit| a.things().any(|thing| !b.words.contains(thing));
    let shares = a.things().any(|thing| b.things().any(|other| thing == other));
    a.number != b.number && of_one_kind && shares && !adds(&a, &b) && !adds(&b, &a)
}

/// How a number is used that both texts have: "cut by 40" and "cut to 40", "15 % off" and "15 % of"; or what it is counted
/// per: "per month" and "per year".
pub(super) fn other_use(a: &str, b: &str) -> Option<String> {
    let (a, b) = (folded(a), folded(b));
    let (a, b) = (split(&a), split(&b));
    let (used_a, used_b) = (uses(&a), uses(&b));
    let other = used_a.iter().find_map(|(number, x)| {
        let mut same = used_b.iter().filter(|(other, _)| other == number).map(|(_, y)| *y);
        let y = same.next().filter(|_| same.next().is_none())?;
        // What is said in one of them alone matters only if it makes another number of it.
        let told = [*x, y].contains(&MORE) || !x.is_empty() && !y.is_empty();
        let [x, y] = [*x, y].map(|used| if used.is_empty() { "plain" } else { used });
        (told && x != y).then(|| format!("different use of {number}: {x} / {y}"))
    });
    other.or_else(|| {
        let (per_a, per_b) = (rates(&a), rates(&b));
        let (x, y) = (per_a.first()?, per_b.first()?);
        let apart = !per_a.iter().any(|unit| per_b.contains(unit));
        apart.then(|| format!("different rates: per {x} / per {y}"))
    })
}

/// The numbers behind "by" and "to", those before "off" and "of", and those that come on top: "12 more", "another 12".
fn uses(words: &[&str]) -> Vec<(String, &'static str)> {
    let word = |at: Option<usize>| at.and_then(|at| words.get(at)).copied().unwrap_or_default();
    let one_of = |known: &[&'static str], word: &str| known.iter().find(|known| **known == word).copied();
    let used = |(at, here): (usize, &&str)| {
        let number = number(here)?;
        let behind = if ["percent", "%"].contains(&word(Some(at + 1))) { at + 2 } else { at + 1 };
        let before = word(at.checked_sub(1));
        let more = ["another", "additional"].contains(&before)
            || ["more", "additional", "extra", "further"].contains(&word(Some(at + 1)));
        let way = if more { Some(MORE) } else { one_of(&["by", "to"], before) };
        Some((number, way.or_else(|| one_of(&["off", "of"], word(Some(behind)))).unwrap_or_default()))
    };
    words.iter().enumerate().filter_map(used).collect()
}

const MORE: &str = "more";

/// The times that something is counted per: "45 dollars a month".
fn rates<'a>(words: &[&'a str]) -> Vec<&'a str> {
    const TIMES: [&str; 8] = ["second", "minute", "hour", "day", "week", "month", "quarter", "year"];
    let rate = |pair: &[&'a str]| match pair {
        ["per", time] if TIMES.contains(time) => Some(*time),
        _ => None,
    };
    words.windows(2).filter_map(rate).collect()
}

/// The only number in a clause, where it limits something.
struct Limit {
    upper: bool,
    number: String,
    /// Stem of the word behind it.
    unit: String,
    /// Stems of the words, but for those that tell how it is limited and what is not to be done.
    words: Vec<String>,
}

impl Limit {
    fn of(text: &str) -> Option<Limit> {
        const MOST: [&str; 7] = ["cap", "capped", "limit", "limited", "limits", "max", "maximum"];
        const LEAST: [&str; 2] = ["min", "minimum"];
        const ACTING: [&str; 6] = ["always", "cannot", "must", "never", "not", "should"];
        let folded = folded(text.split([';', '(']).next()?.split(", ").next()?);
        let words = split(&folded);
        let mut numbers = words.iter().enumerate().filter_map(|(at, word)| Some((at, number(word)?)));
        let ((at, number), None) = (numbers.next()?, numbers.next()) else { return None };
        let has = |list: &[&str]| words.iter().any(|word| list.contains(word));
        let upper = match bound(&words, at) {
            Some(Bound::UpTo | Bound::Below) => true,
            Some(Bound::From) => false,
            None if has(&MOST) || has(&LEAST) => has(&MOST),
            _ => return None,
        };
        let unit = words.get(at + 1).filter(|unit| !text::is_stop_word(unit)).copied().unwrap_or_default();
        // "Never put more than …"
        let acts = |at: usize| at.checked_sub(1).and_then(|at| words.get(at)).is_some_and(|word| ACTING.contains(word));
        let is_light = |word: &str| LIMITING.contains(&word) || text::is_stop_word(word);
        let said = words.iter().enumerate().filter(|(other, word)| *other != at && !acts(*other) && !is_light(word));
        let words = said.map(|(_, word)| text::stem(word).to_owned()).collect();
        Some(Limit { upper, number, unit: text::stem(unit).to_owned(), words })
    }

    /// What is limited.
    fn things(&self) -> impl Iterator<Item = &String> {
        self.words.iter().filter(|word| **word != self.unit)
    }
}

const LIMITING: &[&str] = &[
    "above", "allowed", "always", "below", "beyond", "bigger", "can", "cannot", "cap", "capped", "count", "depth",
    "exceed", "exceeds", "fewer", "greater", "heavier", "height", "higher", "keep", "larger", "least", "length",
    "less", "limit", "limited", "limits", "long", "longer", "lower", "max", "maximum", "may", "min", "minimum", "more",
    "most", "must", "never", "no", "not", "number", "over", "put", "shorter", "should", "size", "smaller", "take",
    "takes", "tall", "than", "under", "up", "weight", "wide", "wider", "width", "within",
];

fn bounds(text: &str) -> Vec<(String, Bound)> {
    let folded = folded(text);
    let words = split(&folded);
    let bound = |(at, word): (usize, &&str)| Some((number(word)?, bound(&words, at)?));
    words.iter().enumerate().filter_map(bound).collect()
}

fn folded(text: &str) -> String {
    text::fold(text).replace('\'', "")
}

fn split(folded: &str) -> Vec<&str> {
    folded.split_whitespace().map(text::bare).filter(|word| !word.is_empty()).collect()
}

/// A number in figures, with what stands right behind it: "15", "30th", "128mb"; or "half".
fn number(word: &str) -> Option<String> {
    let figures = || word.starts_with(|c: char| c.is_ascii_digit()).then(|| word.replace(',', ""));
    if word == "half" { Some(word.to_owned()) } else { text::as_number(word).or_else(figures) }
}

/// The side that a cue tells of.
fn told(cues: &[(Bound, &[&str])], words: &str) -> Option<Bound> {
    cues.iter().find(|(_, written)| written.contains(&words)).map(|(bound, _)| *bound)
}

fn bound(words: &[&str], at: usize) -> Option<Bound> {
    let ahead = words.get(at + 1..).unwrap_or_default();
    let behind = (1..=3).find_map(|skip| told(BEHIND, &ahead.get(skip - 1..skip + 1)?.join(" ")));
    let leads = words.get(..at).unwrap_or_default();
    let written = |count: usize| leads.get(leads.len().checked_sub(count)?..).map(|words| words.join(" "));
    let cue = [3, 2, 1].into_iter().find_map(|count| Some((told(BEFORE, &written(count)?)?, count)));
    let before = cue.map(|(bound, count)| {
        let from = leads.len().saturating_sub(count + 4);
        let denied = leads.get(from..leads.len() - count).unwrap_or_default();
        let negated =
            denied.iter().any(|word| matches!(*word, "not" | "never" | "cannot" | "cant" | "mustnt" | "dont"));
        if negated { bound.turned() } else { bound }
    });
    behind.or(before)
}

impl Bound {
    fn name(self) -> &'static str {
        match self {
            Bound::Above => "above",
            Bound::From => "from",
            Bound::UpTo => "up to",
            Bound::Below => "below",
        }
    }

    /// "Not more than 5" is "5 or less".
    fn turned(self) -> Bound {
        match self {
            Bound::Above => Bound::UpTo,
            Bound::From => Bound::Below,
            Bound::UpTo => Bound::Above,
            Bound::Below => Bound::From,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_of_one_thing() {
        for (a, b) in [
            ("Keep lines under 120 characters.", "Maximum line length is 150."),
            ("Never put more than 120 lines in a wave.", "A wave may have at most 150 lines."),
            ("A wave should never be bigger than 120 lines, the carts are full.", "Waves: 150 lines max."),
            ("Never spend more than 40 EUR on a dinner.", "The limit for dinners is 60 EUR."),
            ("Passwords have at least 12 characters.", "The minimum password length is 8."),
        ] {
            assert!(other_limit(a, b) && other_limit(b, a), "{a}");
        }
        for (a, b) in [
            ("Keep titles under 60 characters.", "Maximum line length is 150."),
            ("Keep Python lines under 120 characters.", "Maximum line length is 150."),
            ("A wave has at most 120 lines.", "A wave has at least 20 lines."),
            ("A wave has at most 120 lines.", "A page has at most 150 lines."),
            ("A wave has at most 120 lines.", "A wave has at most 40 pallets."),
            ("A wave has at most 120 lines.", "A wave has 150 lines."),
            ("A wave has at most 120 lines.", "The maximum for waves is 120."),
            ("Deploy before 9:00.", "Deploy from 9 to 17."),
        ] {
            assert!(!other_limit(a, b), "{a} / {b}");
        }
    }
}
