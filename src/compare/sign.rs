//! Signs that say something: "≥ 5" and "≤ 5", "C++" and "C", a question and its answer.

use super::profile::Profile;

/// What stands in a text besides its words and says something.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Signs {
    /// "≥", "+".
    said: Box<str>,
    /// "✅".
    pictures: Box<str>,
    /// Whether it asks.
    asks: bool,
}

impl Signs {
    pub(super) fn of(text: &str) -> Signs {
        let picture = |c: &char| matches!(c, '\u{2600}'..='\u{27bf}' | '\u{1f000}'..='\u{1faff}');
        let pictures: String = if text.is_ascii() { String::new() } else { text.chars().filter(picture).collect() };
        Signs { said: said(text).into(), pictures: pictures.into(), asks: text.trim_end().ends_with('?') }
    }
}

/// How two texts differ in their signs. Who writes of a sign in words, or adds a picture, says no more.
pub(super) fn other_signs(a: &Profile, b: &Profile) -> Option<String> {
    let (x, y) = (&a.signs, &b.signs);
    let both = |x: &str, y: &str| x != y && !x.is_empty() && !y.is_empty();
    let shown = |signs: &str| if signs.is_empty() { "none".to_owned() } else { signs.to_owned() };
    if both(&x.said, &y.said) || x.said != y.said && a.normal == b.normal {
        return Some(format!("different signs: {} / {}", shown(&x.said), shown(&y.said)));
    }
    if both(&x.pictures, &y.pictures) {
        return Some(format!("different signs: {} / {}", x.pictures, y.pictures));
    }
    (x.asks != y.asks).then(|| "one of them asks".to_owned())
}

/// "≥ 5", "5 - 3", "C++", "B-", "a → b". Signs of ordinary punctuation are left out: whoever writes "db-2" in quotes or a
/// list with dashes says no more.
fn said(text: &str) -> String {
    if !text.bytes().any(|byte| !byte.is_ascii() || b"!#+-<=>".contains(&byte)) {
        return String::new();
    }
    let letters: Vec<char> = text.trim().chars().collect();
    let at = |place: Option<usize>| place.and_then(|place| letters.get(place)).copied().unwrap_or(' ');
    let says = |(place, c): (usize, &char)| {
        let (before, after) = (at(place.checked_sub(1)), at(Some(place + 1)));
        match c {
            '=' | '<' | '±' | '×' | '÷' | '\u{2190}'..='\u{22ff}' => true,
            // A quotation begins with one.
            '>' => place > 0 && before != '\n',
            '!' => after == '=',
            '#' => before.is_alphabetic() && !after.is_alphanumeric(),
            '+' | '-' => {
                let behind = (before.is_alphanumeric() || before == *c) && !after.is_alphanumeric() && after != '>';
                let sum = before == ' ' && after == ' ' && at(place.checked_sub(2)).is_ascii_digit();
                behind || sum || *c == '-' && before == ' ' && after.is_ascii_digit()
            }
            _ => false,
        }
    };
    letters.iter().enumerate().filter(|found| says(*found)).map(|(_, c)| c).collect()
}
