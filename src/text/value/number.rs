//! Numbers in figures and in words, in exact decimal arithmetic.

/// A number at the beginning of `ahead`, and how many tokens it takes: `1,500`, `1.5k`, `twenty-five`,
/// `three hundred and five`, `2 million`.
///
/// Grouping commas are dropped; nothing else is rounded or rewritten, because 3.10 and 3.1 may be versions.
pub(super) fn read(ahead: &[&str]) -> Option<(String, usize)> {
    let first = ahead.first()?;
    if let Some(figures) = figures(first) {
        return Some(match ahead.get(1).and_then(|word| magnitude(word)) {
            Some(factor) => (scaled(&figures, factor)?, 2),
            None => (figures, 1),
        });
    }
    let tail = ["bn", "k"].into_iter().find_map(|end| Some((figures(first.strip_suffix(end)?)?, magnitude(end)?)));
    if let Some((figures, factor)) = tail {
        return Some((scaled(&figures, factor)?, 1));
    }
    in_words(ahead).map(|(number, taken)| (number.to_string(), taken))
}

/// A token of figures alone, without a leading `+` or `#` and without grouping commas.
pub(super) fn figures(token: &str) -> Option<String> {
    let digits = token.strip_prefix(['-', '+', '#']).unwrap_or(token);
    let mut dots = 0;
    for (at, c) in digits.char_indices() {
        match c {
            '0'..='9' => {}
            '.' if at > 0 && dots == 0 => dots += 1,
            ',' if at > 0 && grouped(digits.get(at + 1..).unwrap_or_default()) => {}
            _ => return None,
        }
    }
    (digits.starts_with(|c: char| c.is_ascii_digit()) && !digits.ends_with('.'))
        .then(|| token.trim_start_matches(['+', '#']).replace(',', ""))
}

/// Whether three digits follow, and then a comma, a point or nothing.
fn grouped(rest: &str) -> bool {
    rest.len() == 3 || rest.get(3..4).is_some_and(|next| next == "," || next == ".")
}

fn magnitude(word: &str) -> Option<u64> {
    Some(match word {
        "hundred" => 100,
        "thousand" | "k" => 1_000,
        "million" => 1_000_000,
        "billion" | "bn" => 1_000_000_000,
        _ => return None,
    })
}

/// Sums up the words of a number.
fn in_words(ahead: &[&str]) -> Option<(u64, usize)> {
    let dozen = matches!(ahead, ["a", "dozen", ..]);
    let start = usize::from(matches!(ahead, ["a", next, ..] if magnitude(next).is_some()));
    if dozen {
        return Some((12, 2));
    }
    let (mut total, mut group, mut taken) = (0u64, u64::from(start == 1), start);
    while let Some(word) = ahead.get(taken) {
        let joins =
            *word == "and" && taken > 0 && ahead.get(taken + 1).is_some_and(|next| below_hundred(next).is_some());
        match (below_hundred(word), magnitude(word).filter(|_| taken > 0 && word.len() > 2)) {
            (Some(number), _) if taken == 0 || group % 100 == 0 || group % 10 == 0 && number < 10 => group += number,
            (None, Some(100)) => group *= 100,
            (None, Some(factor)) => {
                total += group.checked_mul(factor)?;
                group = 0;
            }
            _ if joins && (group >= 100 || total > 0) => {}
            _ => break,
        }
        taken += 1;
    }
    (taken > start).then_some((total + group, taken))
}

/// `seven`, `twenty`, `twenty-five`.
fn below_hundred(word: &str) -> Option<u64> {
    const SMALL: &[&str] = &[
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
        "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
    ];
    const TENS: &[&str] = &["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
    let at = |list: &[&str], word: &str| list.iter().position(|name| *name == word).map(|at| at as u64);
    let tens = |word: &str| at(TENS, word).map(|at| (at + 2) * 10);
    if let Some((first, second)) = word.split_once('-') {
        return Some(tens(first)? + at(SMALL.get(..10)?, second).filter(|unit| *unit > 0)?);
    }
    at(SMALL, word).or_else(|| tens(word))
}

/// `number · factor` in exact decimal arithmetic, without trailing zeros after the point.
pub(super) fn scaled(number: &str, factor: u64) -> Option<String> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits: u128 = format!("{whole}{fraction}").trim_start_matches('-').parse().ok()?;
    let product = digits.checked_mul(u128::from(factor))?;
    let power = 10u128.checked_pow(u32::try_from(fraction.len()).ok()?)?;
    let text = match product % power {
        0 => (product / power).to_string(),
        rest => {
            format!("{}.{:0width$}", product / power, rest, width = fraction.len()).trim_end_matches('0').to_owned()
        }
    };
    Some(if number.starts_with('-') { format!("-{text}") } else { text })
}
