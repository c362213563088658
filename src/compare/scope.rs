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
    &["every new", "each new", "all new", "any new"],
    &["tried to", "tries to", "try to", "trying to", "attempted to", "attempts to", "attempting to"],
    FAILURES,
    &[
        "dont know", "do not know", "doesnt know", "does not know", "not known", "unknown", "unclear", "not sure",
        "unsure", "no idea",
    ],
    NEEDLESS,
    &["yet to", "not yet", "outstanding", "still has to", "still have to"],
];
const EXCEPTIONS: &[&str] = &[
    "except", "excepting", "excluding", "unless", "apart from", "aside from", "other than", "but for", "any time but",
    "nobody but", "nothing but", "no one but", "everybody but", "everyone but", "everything but", "all but",
    "save for", "außer", "ausser", "ausgenommen", "excepto", "salvo", "sauf", "hormis", "tranne", "behalve", "exceto",
];
const PLANS: &[&str] = &[
    "want to", "wants to", "wanted to", "plan to", "plans to", "planned to", "planning to", "intend to", "intends to",
    "intended to", "considering", "considers", "thinking about", "thinking of", "hope to", "hopes to", "hoping to",
    "would like to",
];

const FAILURES: &[&str] = &["fail to", "fails to", "failed to", "failing to", "unable to"];
const NEEDLESS: &[&str] = &[
    "dont have to", "doesnt have to", "didnt have to", "do not have to", "does not have to", "did not have to",
    "need not", "neednt", "dont need", "doesnt need", "do not need", "does not need", "no need", "not required",
    "not necessary", "isnt necessary", "arent necessary", "unnecessary", "not mandatory", "not obliged", "not needed",
    "isnt needed", "arent needed", "isnt required", "arent required", "optional",
];

/// Words of which one text has those of the one side only, and the other text those of the other.
const OPPOSED: &[(&[&str], &[&str])] = &[
    (&["until", "till", "up to"], &["since", "from", "starting"]),
    (&["while", "whenever", "during"], &["until", "till"]),
    (&["too"], &["enough"]),
    (&["out of"], &["in", "into"]),
    (&["new"], &["existing", "old"]),
    (&["both", "all"], &["either", "or", "any of"]),
    (&["both"], &["one", "one of"]),
    (&["before"], &["afterwards", "afterward"]),
    (&["begins", "starts", "began", "started"], &["until", "ends", "expires", "ended", "expired"]),
    (&["utc", "gmt"], &["local time"]),
    (&["will", "going to", "about to"], &["was", "were", "had", "did", "already", "has been", "have been"]),
    (&["must", "has to", "have to", "had to", "mandatory", "obliged to"], &["optional", "optionally", "free to"]),
    (&["always", "without exception"], &["usually", "often", "mostly", "sometimes", "normally", "generally"]),
    (
        &["nobody but", "no one but", "nothing but", "none but"],
        &["everybody but", "everyone but", "everything but", "all but"],
    ),
    (&["including", "inklusive"], &["excluding", "except", "everything but", "all but", "exklusive"]),
    (&["because"], &["although", "though", "despite"]),
    (&["during", "inside", "within"], &["outside"]),
    (&["each", "per", "every", "apiece"], &["in total", "combined", "altogether", "overall", "together"]),
    (&["next"], &["nearest"]),
    (
        &["brought forward", "moved forward", "moved up", "pulled forward"],
        &["put back", "pushed back", "moved back", "postponed"],
    ),
];

/// In texts that have every other word in common these limit what is said, or turn it.
const LIMITS: &[&str] = &[
    "alleen", "almost", "another", "enough", "even", "few", "just", "many", "merely", "might", "nearly", "nur",
    "occasionally", "often", "only", "other", "out", "partly", "seulement", "several", "solo", "soltanto", "some",
    "sometimes", "too", "uniquement", "usually", "whether", "will", "would",
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
    let close = || {
        let small = || limited(&a, &b).map(only).or_else(|| turned(&a, &b)).or_else(|| a.turned_on(&b));
        same_words.then(small).flatten()
    };
    let other = opposed(&a, &b).or_else(|| demanded(&a, &b)).or_else(|| listed(&a, &b)).or_else(|| who_alone(&a, &b));
    let other = other.or_else(|| left_out(&a, &b).or_else(|| left_out(&b, &a)));
    kind.or(other).or_else(habit).or_else(to_come).or_else(close)
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

/// What one text demands and the other only allows.
fn demanded(a: &Said, b: &Said) -> Option<String> {
    const DEMANDS: &[&str] = &["must", "has to", "have to", "had to"];
    // "Only admins may" is "it must be an admin", and "nobody may" denies.
    let plain = |text: &Said| !text.denies() && text.any(&["only", "unless", "except"]).is_none();
    let sides = |a: &Said, b: &Said| {
        let lone = a.possible().is_none() && b.any(DEMANDS).is_none() && plain(a) && plain(b);
        a.any(DEMANDS).zip(b.possible()).filter(|_| lone)
    };
    let (x, y) = sides(a, b).or_else(|| sides(b, a).map(|(x, y)| (y, x)))?;
    Some(format!("opposites: {x} / {y}"))
}

/// Two things of which one text wants both and the other one of them: "the lint and the test", "the lint or the test".
fn listed(a: &Said, b: &Said) -> Option<String> {
    // "No tests or docs" is "no tests and no docs", and what this or that can do, both can.
    let able = |text: &Said| text.possible().is_some() || text.has("able");
    if a.denies() || b.denies() || able(a) && able(b) {
        return None;
    }
    const AND: &[&str] = &["and", "und", "y", "e", "et", "en"];
    const OR: &[&str] = &["or", "oder", "o", "u", "ou", "of"];
    let (all_a, all_b, any_a, any_b) = (a.joined(AND), b.joined(AND), a.joined(OR), b.joined(OR));
    let holds = |list: &[[&str; 2]], pair: &[&str; 2]| list.iter().any(|[x, y]| pair == &[*x, *y] || pair == &[*y, *x]);
    let other = |all: &[[&str; 2]], any: &[[&str; 2]], of: &[[&str; 2]]| {
        all.iter().any(|pair| holds(any, pair) && !holds(of, pair))
    };
    (other(&all_a, &any_b, &all_b) || other(&all_b, &any_a, &all_a)).then(|| "opposites: and / or".to_owned())
}

/// What one text does without and the other with: "without asking", "after asking".
fn left_out(a: &Said, b: &Said) -> Option<String> {
    // What does not work without it works with it.
    if a.words().into_iter().any(text::denies) || b.has("without") {
        return None;
    }
    let (without, with) = (a.words(), b.words());
    let gone = without.windows(2).filter_map(|pair| if let ["without", what] = pair { Some(*what) } else { None });
    let mut kept = gone.filter(|what| {
        let done = |pair: &[&str]| matches!(pair, ["after" | "with" | "by" | "upon", other] if other == what);
        !text::is_stop_word(what) && with.windows(2).any(done)
    });
    kept.next().map(|what| format!("only one of them says: without {what}"))
}

/// "Only admins can deploy to production": who alone may is another thing than what alone they may.
fn who_alone(a: &Said, b: &Said) -> Option<String> {
    const ONLY: [&str; 4] = ["only", "nur", "solo", "alleen"];
    let who = |text: &Said| matches!(text.words().as_slice(), [only, next, ..] if ONLY.contains(only) && !text::is_imperative(next));
    let what = |text: &Said| {
        let words = text.words();
        let at = words.iter().position(|word| ONLY.contains(word)).filter(|at| *at > 0);
        at.is_some_and(|at| words.get(at - 1) != Some(&"the") && words.get(at + 1) != Some(&"by"))
    };
    let differ = who(a) && what(b) || who(b) && what(a);
    differ.then(|| "only is said of another word".to_owned())
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
    let only = |text: &Said, other: &Said| text.denies() && text.has("unless") && other.has("only");
    kind == EXCEPTIONS && (only(a, b) || only(b, a))
        || kind == PLANS && (a.has("will") || b.has("will"))
        || kind == FAILURES && (a.denies() || b.denies())
        || kind == NEEDLESS && (needless(a) || needless(b))
}

/// "Works without", "no keys are necessary".
fn needless(text: &Said) -> bool {
    text.has("without") || text.denies() && text.any(&["necessary", "needed", "need", "required"]).is_some()
}

/// A normalised text between spaces, so that words are found whole.
struct Said(String);

impl Said {
    fn of(normal: &str) -> Said {
        // "Together with" is "with".
        Said(format!(" {normal} ").replace(" together with ", " with "))
    }

    fn has(&self, words: &str) -> bool {
        let mut found = self.0.match_indices(words);
        found.any(|(at, _)| {
            let before = at.checked_sub(1).and_then(|at| self.0.as_bytes().get(at));
            before == Some(&b' ') && self.0.as_bytes().get(at + words.len()) == Some(&b' ')
        })
    }

    fn denies(&self) -> bool {
        self.words().into_iter().any(text::is_denial)
    }

    /// The words before and behind each word that joins, without articles and the like.
    fn joined(&self, by: &[&str]) -> Vec<[&str; 2]> {
        let words = self.words();
        let carries = |word: &&&str| !text::is_stop_word(word);
        let around = |(at, word): (usize, &&str)| {
            let (before, behind) = (words.get(..at)?, words.get(at + 1..)?);
            let beside = [before.iter().rev().find(carries)?, behind.iter().find(carries)?];
            by.contains(word).then(|| beside.map(|word| text::stem(word)))
        };
        words.iter().enumerate().filter_map(around).collect()
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

    /// "We pay them", "they pay us": who does it is done to.
    fn turned_on(&self, other: &Said) -> Option<String> {
        const PERSONS: [[&str; 2]; 4] = [["we", "us"], ["they", "them"], ["i", "me"], ["he", "him"]];
        let lone = |a: &Said, b: &Said, word: &str| a.has(word) && !b.has(word);
        // "Ask us" is "we have to be asked".
        let passive = |said: &Said| said.words().into_iter().any(text::is_form_of_be);
        let [subject, object] =
            PERSONS.into_iter().filter(|_| passive(self) == passive(other)).find(|[subject, object]| {
                lone(self, other, subject) && lone(other, self, object)
                    || lone(other, self, subject) && lone(self, other, object)
            })?;
        Some(format!("changed places: {subject} / {object}"))
    }

    fn words(&self) -> Vec<&str> {
        self.0.split_whitespace().collect()
    }

    /// "Used to run", but not "is used to run".
    fn tells_a_habit(&self) -> bool {
        let used = |words: &[&str]| matches!(words, [before, "used", "to"] if !text::makes_passive(before));
        self.has("used to") && self.words().windows(3).any(used)
    }

    /// A word that this text says will be, and another one says was: "will move", "moved".
    fn to_come(&self, other: &Said) -> Option<String> {
        if !self.has("will") || other.has("will") {
            return None;
        }
        // "It was moved" tells what is over, "it is moved" does not.
        let over = |before: &str| matches!(before, "was" | "were" | "got") || !text::makes_passive(before);
        let done = |word: &str| {
            let past = |pair: &[&str]| matches!(pair, [before, verb] if verb.ends_with("ed") && text::stem(verb) == text::stem(word) && over(before));
            other.words().windows(2).any(past)
        };
        let words = self.words();
        let will = words.windows(2).filter_map(|pair| if let ["will", word] = pair { Some(*word) } else { None });
        let mut found = will.filter(|word| !word.ends_with("ed") && done(word));
        found.next().map(str::to_owned)
    }
}
