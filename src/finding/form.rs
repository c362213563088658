//! Values that are the same but for the way they are written: `48213` and `LM-048213`.

/// What the second of two ways to write a value has that the first has not.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Form {
    /// This in front of it, and zeros up to so many digits; no digits where none were filled up.
    Before(String, usize),
    /// This behind it.
    Behind(String),
    /// Not this in front of it.
    NotBefore(String),
    /// Not this behind it.
    NotBehind(String),
    /// Capital letters.
    Capitals,
    /// Small letters.
    Small,
}

// Longer ones are another value rather than another form.
const MARK_BYTES: usize = 20;

impl Form {
    /// How `to` is written, if it is `from` in another form.
    pub(super) fn of(from: &str, to: &str) -> Option<Form> {
        if from == to || from.len() < 2 || to.len() < 2 {
            return None;
        }
        match () {
            () if to == from.to_uppercase() => Some(Form::Capitals),
            () if to == from.to_lowercase() => Some(Form::Small),
            () => added(from, to).or_else(|| match added(to, from)? {
                Form::Before(mark, 0) => Some(Form::NotBefore(mark)),
                Form::Behind(mark) => Some(Form::NotBehind(mark)),
                _ => None,
            }),
        }
    }

    /// What to do with the value of an argument.
    pub(super) fn told(&self, argument: &str) -> String {
        match self {
            Form::Before(mark, 0) => format!("Write `{argument}` with `{mark}` in front of it."),
            Form::Before(mark, digits) if mark.is_empty() => {
                format!("Write `{argument}` with zeros in front of it, {digits} digits in all.")
            }
            Form::Before(mark, digits) => {
                format!("Write `{argument}` with `{mark}` and zeros in front of it, {digits} digits in all.")
            }
            Form::Behind(mark) => format!("Write `{argument}` with `{mark}` behind it."),
            Form::NotBefore(mark) => format!("Write `{argument}` without `{mark}` in front of it."),
            Form::NotBehind(mark) => format!("Write `{argument}` without `{mark}` behind it."),
            Form::Capitals => format!("Write `{argument}` in capital letters."),
            Form::Small => format!("Write `{argument}` in small letters."),
        }
    }
}

/// What the longer of two values has in front of the other one or behind it.
fn added(short: &str, long: &str) -> Option<Form> {
    if let Some(before) = long.strip_suffix(short) {
        let is_number = short.bytes().all(|byte| byte.is_ascii_digit());
        let mark = if is_number { before.trim_end_matches('0') } else { before };
        let digits = if mark.len() < before.len() { before.len() - mark.len() + short.len() } else { 0 };
        let fits =
            mark.is_empty() && digits > 0 || is_mark(mark) && parts(mark.chars().next_back(), short.chars().next());
        return fits.then(|| Form::Before(mark.to_owned(), digits));
    }
    let mark = long.strip_prefix(short)?;
    (is_mark(mark) && parts(short.chars().next_back(), mark.chars().next())).then(|| Form::Behind(mark.to_owned()))
}

fn is_mark(text: &str) -> bool {
    !text.is_empty() && text.len() <= MARK_BYTES && !text.contains(char::is_whitespace)
}

/// Whether something new begins between two characters: in `beta` it is not `a` that was put behind `bet`.
fn parts(before: Option<char>, behind: Option<char>) -> bool {
    let kind = |c: char| (c.is_alphabetic(), c.is_numeric());
    before.zip(behind).is_some_and(|(a, b)| kind(a) != kind(b) || !a.is_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_in_another_form() {
        for (from, to, told) in [
            ("7311", "B-007311", "Write `n` with `B-` and zeros in front of it, 6 digits in all."),
            ("7311", "B-7311", "Write `n` with `B-` in front of it."),
            ("41", "0041", "Write `n` with zeros in front of it, 4 digits in all."),
            ("plan", "plan.pdf", "Write `n` with `.pdf` behind it."),
            ("10:00", "10:00+01:00", "Write `n` with `+01:00` behind it."),
            ("#B12", "B12", "Write `n` without `#` in front of it."),
            ("a@b", "a", ""),
            ("mia@b", "mia", "Write `n` without `@b` behind it."),
            ("eur", "EUR", "Write `n` in capital letters."),
            ("OPEN", "open", "Write `n` in small letters."),
            ("bet", "beta", ""),
            ("12", "112", ""),
            ("oslo", "bergen", ""),
            ("oslo", "the town of oslo", ""),
        ] {
            assert_eq!(Form::of(from, to).map(|form| form.told("n")).unwrap_or_default(), told, "{from} {to}");
        }
    }
}
