//! Months and days of the week by their English names, folded.

const MONTHS: [&str; 12] = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
];
const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// The number of a month, 1 to 12: "march", "mar".
pub(crate) fn month(word: &str) -> Option<usize> {
    let short = word.len() == 3 || word == "sept";
    let named = |month: &&str| *month == word || short && month.starts_with(word);
    MONTHS.iter().position(named).map(|at| at + 1)
}

/// A word without what makes an ordinal of it: "1" of "1st".
pub(crate) fn without_ordinal(word: &str) -> &str {
    ["st", "nd", "rd", "th"].iter().find_map(|end| word.strip_suffix(end)).unwrap_or(word)
}

/// A day of the week, written out.
pub(crate) fn weekday(word: &str) -> Option<&'static str> {
    WEEKDAYS.into_iter().find(|day| *day == word)
}

/// The day of the week that "mon", "tues" or "thur" is short for.
pub(super) fn short_weekday(word: &str) -> Option<&'static str> {
    let short = word.len() == 3 || ["tues", "thur", "thurs"].contains(&word);
    WEEKDAYS.into_iter().find(|day| short && day.starts_with(word))
}
