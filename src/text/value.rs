//! Typed values: what two texts must agree on before they can mean the same.

use super::fold;

/// A value with its kind, in a form in which equal values are equal texts.
#[derive(Debug, Clone)]
pub(crate) struct Value {
    /// What kind of value it is.
    pub kind: ValueKind,
    /// Canonical form: what is compared.
    pub text: String,
    /// As it stands in the text: what is shown.
    pub shown: String,
}

impl Value {
    fn new(kind: ValueKind, text: String) -> Value {
        Value { kind, shown: text.clone(), text }
    }

    fn key(&self) -> (ValueKind, &str) {
        (self.kind, &self.text)
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Value) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Value {}

impl PartialOrd for Value {
    fn partial_cmp(&self, other: &Value) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Value {
    fn cmp(&self, other: &Value) -> std::cmp::Ordering {
        self.key().cmp(&other.key())
    }
}

/// The kinds of values that the guard tells apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ValueKind {
    Number,
    Percent,
    Money,
    Duration,
    Size,
    Date,
    Time,
    Version,
    Address,
    Url,
    Mail,
    Path,
    Flag,
    Code,
    Identifier,
    Environment,
}

impl ValueKind {
    /// The word that a reason uses.
    pub(crate) fn name(self) -> &'static str {
        match self {
            ValueKind::Number => "number",
            ValueKind::Percent => "percentage",
            ValueKind::Money => "amount",
            ValueKind::Duration => "duration",
            ValueKind::Size => "size",
            ValueKind::Date => "date",
            ValueKind::Time => "time",
            ValueKind::Version => "version",
            ValueKind::Address => "address",
            ValueKind::Url => "URL",
            ValueKind::Mail => "mail address",
            ValueKind::Path => "path",
            ValueKind::Flag => "flag",
            ValueKind::Code => "code",
            ValueKind::Identifier => "identifier",
            ValueKind::Environment => "environment",
        }
    }

    /// Whether it says what a text is about rather than what it says of it.
    pub(crate) fn is_subject(self) -> bool {
        self == ValueKind::Environment
    }
}

/// The values of a text, sorted. Case and white space do not matter.
pub(crate) fn values(text: &str) -> Vec<Value> {
    frame(text).0
}

/// The values of a text and its frame: the folded words around them. "after 60 minutes" and "after 1 hour" have one
/// frame, so likeness does not depend on how a value is written.
pub(crate) fn frame(text: &str) -> (Vec<Value>, String) {
    let folded = fold(text);
    let mut found = Vec::new();
    let mut frame = String::with_capacity(folded.len());
    let rest = quoted(&folded, &mut found);
    let tokens: Vec<&str> = rest.split_whitespace().map(trim).filter(|token| !token.is_empty()).collect();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let next = tokens.get(at + 1).copied().unwrap_or_default();
        let before = at.checked_sub(1).and_then(|i| tokens.get(i)).copied().unwrap_or_default();
        let known = found.len();
        let taken = match spoken_date(tokens.get(at..).unwrap_or_default()) {
            Some((date, taken)) => {
                found.push(date);
                taken
            }
            None => read(token, before, next, &mut found),
        };
        let source = tokens.get(at..at + taken).unwrap_or_default().join(" ");
        match found.get_mut(known) {
            Some(value) => value.shown = source,
            None => frame.extend([source.as_str(), " "]),
        }
        at += taken;
    }
    found.sort();
    (found, frame)
}

/// Takes `code` spans out of the text as values of their own; what is in them is read as one.
fn quoted(text: &str, found: &mut Vec<Value>) -> String {
    let mut rest = String::with_capacity(text.len());
    let mut parts = text.split('`');
    rest.push_str(parts.next().unwrap_or_default());
    while let (Some(inside), Some(outside)) = (parts.next(), parts.next()) {
        let inside = inside.split_whitespace().collect::<Vec<_>>().join(" ");
        // A single word in backticks is the same value without them.
        if inside.contains(' ') || classify(trim(&inside)).is_none() && !inside.is_empty() {
            found.push(Value::new(ValueKind::Code, inside));
        } else {
            rest.push_str(&inside);
        }
        rest.push_str(outside);
    }
    rest
}

fn trim(token: &str) -> &str {
    token
        .trim_start_matches(['(', '[', '{', '"', '\'', '<', '“', '‘', '*'])
        .trim_end_matches([',', ';', ':', '!', '?', ')', ']', '}', '"', '\'', '>', '”', '’', '*'])
        .trim_end_matches('.')
}

/// Reads the value at a token; says how many tokens it took.
fn read(token: &str, before: &str, next: &str, found: &mut Vec<Value>) -> usize {
    if let Some(number) = number(token) {
        let (value, taken) = quantity(number, before, next);
        found.push(value);
        return taken;
    }
    found.extend(classify(token));
    1
}

/// A date in words, with or without its year, and how many tokens it takes: `March 1st 2026`, `1 March`.
fn spoken_date(tokens: &[&str]) -> Option<(Value, usize)> {
    let (first, second) = (tokens.first()?, tokens.get(1)?);
    let (month, day) = month(first).zip(ordinal(second)).or_else(|| month(second).zip(ordinal(first)))?;
    let year = tokens.get(2).filter(|year| year.len() == 4 && year.bytes().all(|b| b.is_ascii_digit()));
    let text = match year {
        Some(year) => format!("{year}-{month:02}-{day:02}"),
        None => format!("{month:02}-{day:02}"),
    };
    Some((Value::new(ValueKind::Date, text), 2 + usize::from(year.is_some())))
}

/// A plain number with what stands around it: unit, currency, month, the word `version`.
fn quantity(number: String, before: &str, next: &str) -> (Value, usize) {
    if let Some((kind, text)) = with_unit(&number, next) {
        return (Value::new(kind, text), 2);
    }
    let is_version = matches!(before, "version" | "release" | "v") || number.contains('.') && !before.is_empty();
    let kind = if is_version && number.contains('.') { ValueKind::Version } else { ValueKind::Number };
    (Value::new(kind, number), 1)
}

/// A token that is a value by its own shape.
fn classify(token: &str) -> Option<Value> {
    let of = |kind, text: String| Some(Value::new(kind, text));
    if token.contains("://") {
        return of(ValueKind::Url, token.trim_end_matches('/').to_owned());
    }
    if token.starts_with("--") || token.len() == 2 && token.starts_with('-') {
        return of(ValueKind::Flag, token.to_owned());
    }
    if token.contains('@') && token.contains('.') && !token.starts_with('@') {
        return of(ValueKind::Mail, token.to_owned());
    }
    if is_path(token) {
        return of(ValueKind::Path, token.trim_end_matches('/').to_owned());
    }
    if let Some(day) = weekday(token) {
        return of(ValueKind::Date, day.to_owned());
    }
    if let Some(environment) = environment(token) {
        return of(ValueKind::Environment, environment.to_owned());
    }
    shaped_by_digits(token).or_else(|| {
        let joined = token.contains('_') || token.contains("::") || token.contains("()");
        // #channel and @person name one thing like an identifier does.
        let named = token.len() > 2 && token.starts_with(['#', '@']);
        match (joined, named) {
            (true, _) => of(ValueKind::Code, token.to_owned()),
            (_, true) => of(ValueKind::Identifier, token.to_owned()),
            _ => host(token),
        }
    })
}

/// A host name: three labels or more, or two with an ending that only hosts have.
fn host(token: &str) -> Option<Value> {
    let labels: Vec<&str> = token.split('.').collect();
    let named = labels.iter().all(|l| l.len() >= 2 && l.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'));
    let known =
        matches!(labels.last(), Some(&("com" | "org" | "net" | "io" | "dev" | "local" | "internal" | "example")));
    (named && (labels.len() >= 3 || labels.len() == 2 && known))
        .then(|| Value::new(ValueKind::Address, token.to_owned()))
}

fn shaped_by_digits(token: &str) -> Option<Value> {
    if !token.bytes().any(|b| b.is_ascii_digit()) {
        return None;
    }
    let of = |kind, text: &str| Some(Value::new(kind, text.to_owned()));
    if let Some(date) = iso_date(token) {
        return of(ValueKind::Date, date);
    }
    if let Some(rest) = token.strip_suffix('%').and_then(number) {
        return of(ValueKind::Percent, &rest);
    }
    if let Some(rest) = token.strip_prefix(['$', '€', '£']).and_then(number) {
        return of(ValueKind::Money, &rest);
    }
    if let Some(split) = token.find(|c: char| c.is_ascii_alphabetic())
        && let (Some(digits), unit) = (token.get(..split).and_then(number), token.get(split..).unwrap_or_default())
        && let Some((kind, text)) = with_unit(&digits, unit)
    {
        return of(kind, &text);
    }
    let body = token.strip_prefix('v').unwrap_or(token);
    let parts = body.split('.').count();
    let plain = body.starts_with(|c: char| c.is_ascii_digit());
    let dotted = body.split('.').all(|part| part.starts_with(|c: char| c.is_ascii_digit()));
    if dotted && parts == 4 && body.split(['.', ':']).all(|part| part.parse::<u16>().is_ok()) {
        return of(ValueKind::Address, body);
    }
    if plain && dotted && (parts >= 3 || body.len() < token.len()) {
        return of(ValueKind::Version, body);
    }
    if plain && body.contains(':') && body.split(':').all(|part| part.len() <= 4) {
        return of(ValueKind::Time, body);
    }
    of(ValueKind::Identifier, token)
}

/// A number in figures or in words. Grouping commas are dropped; nothing else is rounded or rewritten,
/// because 3.10 and 3.1 may be versions.
fn number(token: &str) -> Option<String> {
    const WORDS: &[&str] =
        &["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
    if let Some(value) = WORDS.iter().position(|word| *word == token) {
        return Some(value.to_string());
    }
    let digits = token.strip_prefix(['-', '+', '#']).unwrap_or(token);
    let mut dots = 0;
    for (at, c) in digits.char_indices() {
        match c {
            '0'..='9' => {}
            '.' if at > 0 && dots == 0 => dots += 1,
            ',' if at > 0
                && digits.get(at + 1..).is_some_and(|rest| rest.len() == 3 || rest.get(3..4) == Some(",")) => {}
            _ => return None,
        }
    }
    (digits.starts_with(|c: char| c.is_ascii_digit()) && !digits.ends_with('.'))
        .then(|| token.trim_start_matches(['+', '#']).replace(',', ""))
}

/// A number with its unit in one base unit (milliseconds, bytes), so that 1 h and 60 min are equal.
fn with_unit(number: &str, unit: &str) -> Option<(ValueKind, String)> {
    let (kind, factor): (ValueKind, u64) = match unit {
        "ms" | "millisecond" | "milliseconds" => (ValueKind::Duration, 1),
        "s" | "sec" | "secs" | "second" | "seconds" => (ValueKind::Duration, 1_000),
        "min" | "mins" | "minute" | "minutes" => (ValueKind::Duration, 60_000),
        "h" | "hr" | "hrs" | "hour" | "hours" => (ValueKind::Duration, 3_600_000),
        "day" | "days" => (ValueKind::Duration, 86_400_000),
        "week" | "weeks" => (ValueKind::Duration, 604_800_000),
        "b" | "byte" | "bytes" => (ValueKind::Size, 1),
        "kb" => (ValueKind::Size, 1_000),
        "kib" => (ValueKind::Size, 1_024),
        "mb" => (ValueKind::Size, 1_000_000),
        "mib" => (ValueKind::Size, 1_048_576),
        "gb" => (ValueKind::Size, 1_000_000_000),
        "gib" => (ValueKind::Size, 1_073_741_824),
        "tb" => (ValueKind::Size, 1_000_000_000_000),
        "k" => (ValueKind::Number, 1_000),
        "percent" => return Some((ValueKind::Percent, number.to_owned())),
        "dollars" | "usd" | "euros" | "eur" => return Some((ValueKind::Money, number.to_owned())),
        _ => return None,
    };
    scaled(number, factor).map(|text| (kind, text))
}

/// `number · factor` in exact decimal arithmetic, without trailing zeros after the point.
fn scaled(number: &str, factor: u64) -> Option<String> {
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

fn iso_date(token: &str) -> Option<&str> {
    let date = token.get(..10)?;
    let shape = date.bytes().enumerate().all(|(at, b)| if at == 4 || at == 7 { b == b'-' } else { b.is_ascii_digit() });
    // A time behind the date makes it another value; only a midnight in UTC does not.
    let rest = token.get(10..).unwrap_or_default();
    (shape && (rest.is_empty() || rest.starts_with("t00:00"))).then_some(date).or(shape.then_some(token))
}

fn month(word: &str) -> Option<usize> {
    const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    const FULL: [&str; 12] = [
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
        "december",
    ];
    MONTHS.iter().position(|m| *m == word).or_else(|| FULL.iter().position(|m| *m == word)).map(|at| at + 1)
}

fn weekday(token: &str) -> Option<&str> {
    let day = token.strip_suffix('s').unwrap_or(token);
    matches!(day, "monday" | "tuesday" | "wednesday" | "thursday" | "friday" | "saturday" | "sunday").then_some(day)
}

fn ordinal(token: &str) -> Option<u32> {
    let digits = ["st", "nd", "rd", "th"].iter().find_map(|end| token.strip_suffix(end)).unwrap_or(token);
    digits.parse().ok().filter(|day| (1..=31).contains(day))
}

fn is_path(token: &str) -> bool {
    let rooted =
        token.starts_with('/') || token.starts_with("~/") || token.starts_with("./") || token.starts_with("../");
    let slashes = token.matches('/').count();
    let has_letter = token.chars().any(char::is_alphabetic);
    let extension = token.rsplit_once('.').is_some_and(|(stem, end)| {
        !stem.is_empty() && (1..=5).contains(&end.len()) && end.bytes().all(|b| b.is_ascii_lowercase())
    });
    has_letter
        && (rooted && token.len() > 1 || slashes >= 2 || slashes == 1 && extension || extension && is_file(token))
}

fn is_file(token: &str) -> bool {
    const ENDINGS: &[&str] = &[
        "c", "conf", "cpp", "css", "csv", "go", "html", "ini", "java", "js", "json", "jsonl", "lock", "log", "md",
        "mjs", "pdf", "png", "py", "rb", "rs", "sh", "sql", "svg", "toml", "ts", "tsx", "txt", "xml", "yaml", "yml",
    ];
    token.rsplit_once('.').is_some_and(|(_, end)| ENDINGS.binary_search(&end).is_ok())
}

fn environment(token: &str) -> Option<&'static str> {
    Some(match token {
        "production" | "prod" => "production",
        "staging" | "stage" => "staging",
        "development" | "dev" => "development",
        "test" | "testing" | "qa" => "test",
        "local" | "locally" | "localhost" => "local",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(ValueKind, String)> {
        values(text).into_iter().map(|value| (value.kind, value.text)).collect()
    }

    #[test]
    fn kinds() {
        for (text, kind, value) in [
            ("on port 5432.", ValueKind::Number, "5432"),
            ("keep 1,500 rows", ValueKind::Number, "1500"),
            ("about 1.5k rows", ValueKind::Number, "1500"),
            ("two retries", ValueKind::Number, "2"),
            ("wait 90 seconds", ValueKind::Duration, "90000"),
            ("wait 1.5min", ValueKind::Duration, "90000"),
            ("limit 512MB", ValueKind::Size, "512000000"),
            ("40% faster", ValueKind::Percent, "40"),
            ("costs $12.50", ValueKind::Money, "12.50"),
            ("since 2026-11-02", ValueKind::Date, "2026-11-02"),
            ("on March 1st", ValueKind::Date, "03-01"),
            ("on 1 March 2026", ValueKind::Date, "2026-03-01"),
            ("on March 1st, 2026", ValueKind::Date, "2026-03-01"),
            ("in #tier2", ValueKind::Identifier, "#tier2"),
            ("on db.corp.internal", ValueKind::Address, "db.corp.internal"),
            ("on Mondays", ValueKind::Date, "monday"),
            ("at 14:30", ValueKind::Time, "14:30"),
            ("Python 3.10", ValueKind::Version, "3.10"),
            ("v1.2.3-rc1", ValueKind::Version, "1.2.3-rc1"),
            ("from 10.0.0.7:8080", ValueKind::Address, "10.0.0.7:8080"),
            ("see https://example.org/a/", ValueKind::Url, "https://example.org/a"),
            ("mail ops@example.org", ValueKind::Mail, "ops@example.org"),
            ("edit /etc/hosts", ValueKind::Path, "/etc/hosts"),
            ("edit src/main.rs", ValueKind::Path, "src/main.rs"),
            ("pass --force", ValueKind::Flag, "--force"),
            ("run `make all`", ValueKind::Code, "make all"),
            ("user report_old", ValueKind::Code, "report_old"),
            ("ticket SUP-1042", ValueKind::Identifier, "sup-1042"),
            ("in prod", ValueKind::Environment, "production"),
        ] {
            assert_eq!(read(text), [(kind, value.to_owned())], "{text}");
        }
    }

    #[test]
    fn ordinary_words_are_no_values() {
        assert_eq!(read("Please be kind and/or patient - always."), []);
    }

    #[test]
    fn backticks_do_not_change_a_value() {
        assert_eq!(read("use `report_old`"), read("use report_old"));
    }
}
