//! When something is done, as far as it can be one time or another: on which day, at what time of the day.

use crate::text::weekday;

/// Days, and times of the day, in the order in which they are named.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Occasion {
    days: Vec<String>,
    hours: Vec<String>,
}

const DAYS: [&str; 3] = ["weekday", "weekend", "workday"];
const HOURS: [&str; 9] =
    ["afternoon", "dawn", "evening", "lunchtime", "midday", "midnight", "morning", "night", "noon"];

impl Occasion {
    /// Whether a word names a day or a time of the day.
    pub(super) fn names(word: &str) -> bool {
        let one = single(word);
        is_day(one) || HOURS.contains(&one)
    }

    /// Adds what some words name; says whether they name anything.
    pub(super) fn take_in(&mut self, words: &[String]) -> bool {
        let mut named = false;
        for word in words.iter().map(|word| single(word)) {
            let of = match word {
                day if is_day(day) => &mut self.days,
                hour if HOURS.contains(&hour) => &mut self.hours,
                _ => continue,
            };
            of.push(word.to_owned());
            named = true;
        }
        named
    }

    /// Whether it is another one, and no narrower: "on Saturday morning" is not "on Friday evening", and "on Sundays" may be
    /// "in the evening".
    pub(super) fn excludes(&self, older: &Occasion) -> bool {
        let kinds = [(&self.days, &older.days), (&self.hours, &older.hours)];
        let apart = |(new, old): &(&Vec<String>, &Vec<String>)| {
            !new.is_empty() && !old.is_empty() && !new.iter().any(|one| old.contains(one))
        };
        kinds.iter().any(apart) && kinds.iter().all(|(new, old)| new.is_empty() || !old.is_empty())
    }
}

fn single(word: &str) -> &str {
    word.strip_suffix('s').unwrap_or(word)
}

fn is_day(word: &str) -> bool {
    weekday(word).is_some() || DAYS.contains(&word)
}
