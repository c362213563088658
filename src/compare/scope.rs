//! Small words that decide what a statement covers: "only", "unless", "most", "used to", "might". Two texts that share every
//! word that carries meaning do not say the same if one of them alone has such a word.

use crate::text;

/// Words of a kind. A text with one of them and a text with none do not say the same, however each is worded.
const KINDS: &[&[&str]] = &[
    EXCEPTIONS,
    &["even if", "whether or not", "regardless", "no matter", "in any case", "irrespective"],
    &["most", "mostly", "majority", "nearly all", "almost all", "nearly always", "almost always"],
    &["not all", "not every", "not always", "not everyone"],
    &["hardly", "barely", "rarely", "seldom", "scarcely"],
    &["either"],
    &["every other", "every second"],
    &["formerly", "previously", "in the past"],
    PLANS,
    &[
        "might", "perhaps", "maybe", "possibly", "probably", "suspect", "suspects", "suspected", "believe", "believes",
        "guess", "apparently", "presumably", "seems", "seem", "likely",
    ],
    &["would have", "could have", "should have"],
    &["yet to", "not yet", "outstanding", "still has to", "still have to"],
];
const EXCEPTIONS: &[&str] = &[
    "except", "excepting", "excluding", "unless", "apart from", "aside from", "other than", "but for", "any time but",
    "nobody but", "nothing but", "no one but", "save for",
];
const PLANS: &[&str] = &[
    "want to", "wants to", "wanted to", "plan to", "plans to", "planned to", "planning to", "intend to", "intends to",
    "intended to", "considering", "considers", "thinking about", "thinking of", "hope to", "hopes to", "hoping to",
    "would like to",
];

/// Words of which one text has those of the one side only, and the other text those of the other.
const OPPOSED: &[(&[&str], &[&str])] = &[
    (&["until", "till", "up to"], &["since", "from", "starting"]),
    (&["while", "whenever", "during"], &["until", "till"]),
    (&["too"], &["enough"]),
    (&["out of"], &["in", "into"]),
    (&["new"], &["existing", "old"]),
    (&["both", "all"], &["either", "or", "any of"]),
    (&["will"], &["was", "were", "had", "did"]),
];

/// In texts that have every other word in common these limit what is said, or turn it.
const LIMITS: &[&str] = &[
    "almost", "another", "enough", "even", "few", "just", "many", "merely", "might", "nearly", "occasionally", "often",
    "only", "other", "out", "partly", "several", "some", "sometimes", "too", "usually", "whether", "will", "would",
];
const POSSIBLE: &[&str] = &["can", "could", "may"];
/// One of these in the place of another turns a text that is the same else.
const WAYS: &[(&str, &[&str])] = &[
    ("to", &["from"]),
    ("into", &["from", "out"]),
    ("onto", &["from", "off"]),
    ("in", &["out"]),
    ("on", &["off"]),
    ("by", &["for", "to", "without"]),
    ("for", &["against", "from"]),
    ("with", &["without", "against"]),
    ("over", &["under"]),
    ("up", &["down"]),
    ("until", &["while", "since", "from"]),
    ("through", &["around"]),
];

/// Whether a word only limits what is said.
pub(super) fn is_limit(word: &str) -> bool {
    LIMITS.contains(&word) || POSSIBLE.contains(&word)
}

/// What only one of two normalised texts says of how far it holds; `same_words` if they have every other word that carries
/// meaning in common.
pub(super) fn other_scope(a: &str, b: &str, same_words: bool) -> Option<String> {
    let (a, b) = (Said::of(a), Said::of(b));
    let only = |which: &str| format!("only one of them says: {which}");
    let kind = KINDS.iter().filter(|kind| !excused(kind, &a, &b)).find_map(|kind| match (a.any(kind), b.any(kind)) {
        (Some(word), None) | (None, Some(word)) => Some(only(word)),
        _ => None,
    });
    let habit = || (a.tells_a_habit() != b.tells_a_habit()).then(|| only("used to"));
    let to_come = || {
        a.to_come(&b)
            .or_else(|| b.to_come(&a))
            .map(|word| format!("one of them expects what the other tells as done: {word}"))
    };
    let close = || if same_words { limited(&a, &b).map(only).or_else(|| turned(&a, &b)) } else { None };
    kind.or_else(|| opposed(&a, &b)).or_else(habit).or_else(to_come).or_else(close)
}

fn opposed(a: &Said, b: &Said) -> Option<String> {
    let (x, y) = OPPOSED.iter().find_map(|(these, those)| {
        let sides = |a: &Said, b: &Said| {
            let lone = a.any(those).is_none() && b.any(these).is_none();
            a.any(these).zip(b.any(those)).filter(|_| lone)
        };
        sides(a, b).or_else(|| sides(b, a).map(|(x, y)| (y, x)))
    })?;
    Some(format!("opposites: {x} / {y}"))
}

fn limited(a: &Said, b: &Said) -> Option<&'static str> {
    // "May fail" is not "fails", and "can be moved" is "may be moved".
    let limit = LIMITS.iter().find(|word| a.has(word) != b.has(word)).copied();
    limit.or_else(|| a.possible().xor(b.possible()))
}

fn turned(a: &Said, b: &Said) -> Option<String> {
    let lone = |a: &Said, b: &Said, word: &str| a.has(word) && !b.has(word);
    WAYS.iter().find_map(|(way, others)| {
        let other =
            others.iter().find(|other| lone(a, b, way) && lone(b, a, other) || lone(b, a, way) && lone(a, b, other))?;
        Some(format!("opposites: {way} / {other}"))
    })
}

/// "Don't, unless …" is "only if …", and what will be may have been planned.
fn excused(kind: &[&str], a: &Said, b: &Said) -> bool {
    let denies = |text: &Said| ["not", "dont", "never", "no", "cant", "cannot"].iter().any(|word| text.has(word));
    let only = |text: &Said, other: &Said| denies(text) && text.has("unless") && other.has("only");
    kind == EXCEPTIONS && (only(a, b) || only(b, a)) || kind == PLANS && (a.has("will") || b.has("will"))
}

/// A normalised text between spaces, so that words are found whole.
struct Said(String);

impl Said {
    fn of(normal: &str) -> Said {
        Said(format!(" {normal} "))
    }

    fn has(&self, words: &str) -> bool {
        let mut found = self.0.match_indices(words);
        found.any(|(at, _)| {
            let before = at.checked_sub(1).and_then(|at| self.0.as_bytes().get(at));
            before == Some(&b' ') && self.0.as_bytes().get(at + words.len()) == Some(&b' ')
        })
    }

    fn any(&self, list: &[&'static str]) -> Option<&'static str> {
        list.iter().find(|words| self.has(words)).copied()
    }

    fn possible(&self) -> Option<&'static str> {
        const DATES: &[&str] = &["by", "early", "in", "last", "late", "next", "of", "since", "this", "until"];
        let words = self.words();
        let dated = |word: Option<&&str>| word.is_some_and(|word| word.starts_with(|c: char| c.is_ascii_digit()));
        let before = |at: usize| at.checked_sub(1).and_then(|at| words.get(at));
        // "12 May", "in May".
        let month = |at: usize| {
            dated(words.get(at + 1)) || dated(before(at)) || before(at).is_some_and(|word| DATES.contains(word))
        };
        let modal = |(at, word): (usize, &&str)| {
            let modal = POSSIBLE.iter().find(|modal| *modal == word)?;
            (*modal != "may" || !month(at)).then_some(*modal)
        };
        words.iter().enumerate().find_map(modal)
    }

    fn words(&self) -> Vec<&str> {
        self.0.split_whitespace().collect()
    }

    /// "Used to run", but not "is used to run".
    fn tells_a_habit(&self) -> bool {
        const PASSIVE: &[&str] = &["are", "be", "been", "being", "get", "gets", "is", "was", "were"];
        let used = |words: &[&str]| matches!(words, [before, "used", "to"] if !PASSIVE.contains(before));
        self.has("used to") && self.words().windows(3).any(used)
    }

    /// A word that this text says will be, and another one says was: "will move", "moved".
    fn to_come(&self, other: &Said) -> Option<String> {
        const PASSIVE: &[&str] = &["are", "be", "been", "being", "get", "gets", "is"];
        if !self.has("will") || other.has("will") {
            return None;
        }
        let done = |word: &str| {
            let past = |pair: &[&str]| matches!(pair, [before, verb] if verb.ends_with("ed") && text::stem(verb) == text::stem(word) && !PASSIVE.contains(before));
            other.words().windows(2).any(past)
        };
        let words = self.words();
        let will = words.windows(2).filter_map(|pair| if let ["will", word] = pair { Some(*word) } else { None });
        let mut found = will.filter(|word| !word.ends_with("ed") && done(word));
        found.next().map(str::to_owned)
    }
}
