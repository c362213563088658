//! How the words of a text hang together: what stands in one clause, behind which preposition, and what comes first.
//!
//! "The EU topic has 24 partitions, the US one has 12" and "the US topic has 24, the EU one 12" have the same words: likeness
//! cannot tell them apart, and no single word differs. This is no parser. Each rule takes the words that stand once in each
//! of two texts, and looks for two of them that changed places; where the grammar is unclear it finds nothing.

use super::word::{self, Mark, Word};
use crate::order::Arrange as _;
use crate::text;

/// A word that carries meaning, and where it stands.
#[derive(Debug, Clone)]
struct Place {
    stem: u32,
    shown: Box<str>,
    /// The clause, or the first of several that make one list: "Wed, Fri and Mon".
    clause: usize,
    /// The phrase: what articles, prepositions and other small words part.
    phrase: usize,
    /// Whether a small word ends the phrase behind it.
    last: bool,
    /// The preposition that its phrase stands behind, as a hash; 0 for none.
    behind: u32,
    /// Whether that is one that belongs to the word before it.
    governed: bool,
    /// Whether that leads there or away from there.
    way: Way,
    /// Whether its clause says on what condition something holds.
    conditional: bool,
    /// When its clause takes place, as far as the text says: smaller is earlier.
    time: usize,
}

/// Where a preposition leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Neither,
    There,
    Away,
}

/// A text laid out in clauses.
#[derive(Debug, Clone, Default)]
pub(super) struct Clauses {
    /// Words that stand in the text once, in order of their stems.
    places: Vec<Place>,
    /// Stems of the words in clauses that deny nothing, sorted.
    affirmed: Vec<u32>,
    /// Clauses that deny something.
    denying: Vec<usize>,
    /// Whether the text says what comes first.
    ordered: bool,
}

/// Two texts differ in what is told of these words, and how.
pub(super) struct Exchange<'a> {
    pub how: &'static str,
    pub words: [&'a str; 2],
}

const OPENERS: &[&str] = &[
    "after", "and", "because", "before", "but", "if", "once", "since", "so", "then", "though", "unless", "until",
    "when", "whenever", "whereas", "which", "while", "who",
];
/// What they open comes before what stands in front of them.
const EARLIER: &[&str] = &["after", "because", "once", "since"];
const ORDERS: &[&str] = &[
    "after", "afterwards", "because", "before", "consequence", "finally", "first", "hence", "made", "makes", "next",
    "once", "so", "then", "therefore",
];
const PREPOSITIONS: &[&str] = &[
    "about", "above", "after", "against", "ahead", "as", "at", "before", "behind", "below", "by", "during", "for",
    "from", "in", "into", "only", "on", "onto", "over", "through", "to", "toward", "towards", "under", "until", "via",
    "with",
];
// Beyond this the beginning tells enough.
const MOST: usize = 96;
// Times in a sentence lie between its place and the next one's.
const SENTENCE: usize = 10_000;

impl Clauses {
    pub(super) fn of(text: &str) -> Clauses {
        let folded = text::fold(text);
        let mut layout = Layout::default();
        for (fragment, opens) in fragments(&folded) {
            layout.fragment(fragment, opens);
        }
        layout.laid_out()
    }

    /// The words that stand once in each text, with both places.
    fn common<'a>(&'a self, other: &'a Clauses) -> Vec<(&'a Place, &'a Place)> {
        let there = |place: &'a Place| {
            let at = other.places.binary_search_by_key(&place.stem, |place| place.stem).ok()?;
            Some((place, other.places.get(at)?))
        };
        self.places.iter().filter_map(there).collect()
    }

    /// Whether a word stands in a clause that denies nothing.
    pub(super) fn affirm(&self, stem: u32) -> bool {
        self.affirmed.binary_search(&stem).is_ok()
    }

    fn denies(&self, place: &Place) -> bool {
        self.denying.contains(&place.clause)
    }
}

/// What two texts tell of each other's words, if they differ in that.
pub(super) fn exchange<'a>(a: &'a Clauses, b: &'a Clauses) -> Option<Exchange<'a>> {
    let common = a.common(b);
    let found = |how: &'static str, words: Option<[&'a str; 2]>| words.map(|words| Exchange { how, words });
    found("told of each other", other_partner(&common))
        .or_else(|| found("changed places", other_preposition(&common)))
        .or_else(|| found("to and from", other_way(&common)))
        .or_else(|| found("done by each other", other_phrase(&common)))
        .or_else(|| found("each denies another", other_denial(a, b, &common)))
        .or_else(|| found("on condition of each other", other_condition(&common)))
        .or_else(|| found("in another order", if a.ordered && b.ordered { other_order(&common) } else { None }))
}

/// Whether some words of a text, that another one has not, say under what circumstances, for whom or of which part it holds:
/// "for resellers", "express shipping".
pub(super) fn limits(clauses: &Clauses, words: &[u32]) -> bool {
    let circumstances = ["at", "during", "for", "in", "on", "with"].map(text::hash);
    let names = |place: &Place| {
        let beside = |other: &&Place| other.phrase == place.phrase && !words.contains(&other.stem);
        circumstances.contains(&place.behind) || clauses.places.iter().any(|other| beside(&other))
    };
    clauses.places.iter().filter(|place| words.contains(&place.stem)).any(names)
}

/// Whether both texts say what comes first, and say the same of it.
pub(super) fn have_one_order(a: &Clauses, b: &Clauses) -> bool {
    let common = a.common(b);
    let agrees = |(xa, xb): &(&Place, &Place)| common.iter().any(|(ya, yb)| xa.time < ya.time && xb.time < yb.time);
    a.ordered && b.ordered && common.iter().any(agrees) && other_order(&common).is_none()
}

type Common<'a> = [(&'a Place, &'a Place)];

/// Two words of one clause of which the other text tells each together with a word of another clause, and those the other
/// way round: the clauses of the two texts cross.
fn other_partner<'a>(common: &Common<'a>) -> Option<[&'a str; 2]> {
    let mut cells: Vec<(usize, usize, &'a str)> = Vec::new();
    for (a, b) in common {
        if !cells.iter().any(|(in_a, in_b, _)| (*in_a, *in_b) == (a.clause, b.clause)) {
            cells.push((a.clause, b.clause, &a.shown));
        }
    }
    let has = |a: usize, b: usize| cells.iter().any(|(in_a, in_b, _)| (*in_a, *in_b) == (a, b));
    cells.iter().find_map(|(p, r, x)| {
        let across = cells.iter().filter(|(q, s, _)| q != p && s != r);
        let mut crossed = across.filter(|(q, s, _)| has(*p, *s) && has(*q, *r));
        crossed.next().map(|(_, _, y)| [*x, *y])
    })
}

/// Of a preposition each text has another word behind it. Much may go on behind "to" and "by": behind those the two words
/// have to take each other's place.
fn other_preposition<'a>(common: &Common<'a>) -> Option<[&'a str; 2]> {
    common.iter().filter(|(a, b)| a.behind != 0 && a.behind != b.behind).find_map(|(x, xb)| {
        let kept = common.iter().any(|(a, b)| a.behind == x.behind && b.behind == x.behind);
        let exchanged = |(y, yb): &&(&Place, &Place)| yb.behind == x.behind && (!x.governed || y.behind == xb.behind);
        let (y, _) = common.iter().filter(|_| !kept).find(exchanged)?;
        Some([&*x.shown, &*y.shown])
    })
}

/// A word that something leads to in one text, and away from in the other.
fn other_way<'a>(common: &Common<'a>) -> Option<[&'a str; 2]> {
    let ways = |(a, b): &&(&Place, &Place)| matches!((a.way, b.way), (Way::There, Way::Away) | (Way::Away, Way::There));
    common.iter().find(ways).map(|(a, b)| [&*a.shown, &*b.shown])
}

/// A word, mostly a verb, that each text has in one phrase with another one: "the auth service calls the profile service".
fn other_phrase<'a>(common: &Common<'a>) -> Option<[&'a str; 2]> {
    common.iter().filter(|(a, b)| a.last && b.last).find_map(|(xa, xb)| {
        let (left, _) = common.iter().find(|(a, b)| a.phrase == xa.phrase && b.phrase != xb.phrase)?;
        let (joined, _) = common.iter().find(|(a, b)| a.phrase != xa.phrase && b.phrase == xb.phrase)?;
        Some([&*left.shown, &*joined.shown])
    })
}

fn other_denial<'a>(a: &Clauses, b: &Clauses, common: &Common<'a>) -> Option<[&'a str; 2]> {
    let (x, _) = common.iter().find(|(x, y)| a.denies(x) && !b.denies(y))?;
    let (y, _) = common.iter().find(|(x, y)| !a.denies(x) && b.denies(y))?;
    Some([&*x.shown, &*y.shown])
}

/// "Pay when it was sent", "send when it was paid".
fn other_condition<'a>(common: &Common<'a>) -> Option<[&'a str; 2]> {
    let (x, _) = common.iter().find(|(a, b)| a.conditional && !b.conditional)?;
    let (y, _) = common.iter().find(|(a, b)| !a.conditional && b.conditional)?;
    Some([&*x.shown, &*y.shown])
}

fn other_order<'a>(common: &Common<'a>) -> Option<[&'a str; 2]> {
    // A circumstance may be told anywhere: "in the gateway repo, always …".
    let orders = ["after", "before", "until"].map(text::hash);
    let free = |place: &Place| place.behind == 0 || orders.contains(&place.behind);
    let steps: Vec<_> = common.iter().filter(|(a, b)| free(a) && free(b)).collect();
    steps.iter().find_map(|(xa, xb)| {
        let (ya, _) = steps.iter().find(|(ya, yb)| xa.time < ya.time && xb.time > yb.time)?;
        Some([&*xa.shown, &*ya.shown])
    })
}

/// A text that is being laid out.
#[derive(Default)]
struct Layout {
    laid_out: Clauses,
    clauses: usize,
    phrases: usize,
    sentences: usize,
    /// The clause that a list goes on with, and when that takes place.
    list: usize,
    time: usize,
}

impl Layout {
    /// Leaves the words that stand in the text once.
    fn laid_out(self) -> Clauses {
        let Clauses { mut places, denying, ordered, .. } = self.laid_out;
        let affirms = |place: &&Place| !denying.contains(&place.clause);
        let mut affirmed: Vec<u32> = places.iter().filter(affirms).map(|place| place.stem).collect();
        affirmed.sort_unstable();
        places.arrange_by_key(|place| place.stem);
        let alone = |at: usize| {
            let stem = |at: Option<usize>| at.and_then(|at| places.get(at)).map(|place| place.stem);
            stem(Some(at)) != stem(at.checked_sub(1)) && stem(Some(at)) != stem(Some(at + 1))
        };
        let once: Vec<bool> = (0..places.len()).map(alone).collect();
        let mut once = once.into_iter();
        places.retain(|_| once.next() == Some(true));
        Clauses { places, affirmed, denying, ordered }
    }

    /// Adds what stands between two marks; `opens` a sentence or not.
    fn fragment(&mut self, fragment: &str, opens: bool) {
        let (frame, words) = word::read(fragment);
        let words: Vec<(&Word, &str)> = words.iter().map(|word| (word, word.in_text(&frame))).collect();
        let mut rest = words.as_slice();
        let mut first = opens;
        while !rest.is_empty() && self.laid_out.places.len() < MOST {
            let parts = |at: &usize| {
                let opener = rest.get(*at).is_some_and(|(_, text)| OPENERS.contains(text));
                // "Not because of the price" is one.
                let denied = at.checked_sub(1).and_then(|at| rest.get(at)).is_some_and(|(_, text)| *text == "not");
                opener && !denied && !rest.get(*at..).is_some_and(lists)
            };
            let (clause, others) = rest.split_at((1..rest.len()).find(parts).unwrap_or(rest.len()));
            self.clause(clause, first);
            (first, rest) = (false, others);
        }
    }

    fn clause(&mut self, words: &[(&Word, &str)], first: bool) {
        let head = words.first().map(|(_, text)| *text).unwrap_or_default();
        self.sentences += usize::from(first);
        let time = self.time_of(words, head, first);
        let last = words.len().saturating_sub(1);
        let orders = |(at, (_, text)): (usize, &(&Word, &str))| {
            // "The first request" says nothing of an order.
            ORDERS.contains(text) && (*text != "first" || at == 0 || at == last)
        };
        self.laid_out.ordered |= words.iter().enumerate().any(orders);
        let carrying = words.iter().filter(|(word, text)| carries(word, text)).count();
        let denies = words.iter().any(|(word, _)| word.is(Mark::NEGATION));
        let joins =
            carrying < 2 && !first && !denies && !EARLIER.contains(&head) && !["before", "then"].contains(&head);
        if !joins {
            self.list = self.clauses;
        }
        (self.time, self.clauses) = (time, self.clauses + 1);
        if denies {
            self.laid_out.denying.push(self.list);
        }
        self.phrases(words, time);
    }

    fn time_of(&self, words: &[(&Word, &str)], head: &str, first: bool) -> usize {
        let time = self.sentences * SENTENCE + self.clauses * 4;
        // "Shut down after a deploy is slow": the clause goes on behind the circumstance. "After that" points back.
        let has = |forms: &[&str]| words.iter().any(|(_, text)| forms.contains(text));
        let goes_on = head == "after" && has(&["is", "are", "was", "were"]) && !has(&["been"]);
        let points = words.len() == 2 && has(&["that", "this", "which", "it"]);
        match head {
            "before" if first => time + SENTENCE / 2,
            _ if !first && !goes_on && !points && EARLIER.contains(&head) => self.time.saturating_sub(1),
            _ => time,
        }
    }

    fn phrases(&mut self, words: &[(&Word, &str)], time: usize) {
        let (mut behind, mut governed, mut way, mut against, mut head) = (0, false, Way::Neither, false, 0);
        self.phrases += 1;
        let opening = words.first().map(|(_, text)| *text).filter(|text| OPENERS.contains(text));
        let conditional = opening.is_some_and(|opening| ["if", "when", "whenever"].contains(&opening));
        for (at, (word, text)) in words.iter().enumerate() {
            // "…, not the price". What a verb denies can be told in many ways.
            let set_against = text::CONTRASTS.contains(text)
                || text::LACKS.contains(text)
                || *text == "not"
                    && (at == 0 || at == 1 && opening.is_some_and(|opening| ["and", "but"].contains(&opening)));
            against |= set_against;
            behind = match *text {
                _ if set_against => text::hash("not"),
                _ if against && (word.is(Mark::STOP) || PREPOSITIONS.contains(text)) => behind,
                // "Requested by" and "approved by" have each their own.
                "by" | "to" => head ^ text::hash(text),
                _ if PREPOSITIONS.contains(text) => text::hash(text),
                "be" | "been" => 0,
                _ if word.is(Mark::VERB | Mark::MODAL) => 0,
                _ => behind,
            };
            governed = !against && (["by", "to"].contains(text) || governed && !PREPOSITIONS.contains(text));
            let led = at.checked_sub(1).and_then(|at| words.get(at)).map(|(_, text)| *text);
            way = match *text {
                // "Due to" gives a cause.
                "to" if led.is_some_and(|led| ["according", "due", "owing", "thanks"].contains(&led)) => Way::Neither,
                "to" | "into" | "onto" | "towards" => Way::There,
                "from" | "off" => Way::Away,
                _ if behind == 0 || PREPOSITIONS.contains(text) => Way::Neither,
                _ => way,
            };
            head = if word.is(Mark::STOP) { head } else { word.stem };
            if carries(word, text) && !(at == 0 && opening.is_some()) {
                let shown = (*text).into();
                let (clause, phrase) = (self.list, self.phrases);
                self.laid_out.places.push(Place {
                    stem: word.stem,
                    shown,
                    clause,
                    phrase,
                    last: false,
                    behind,
                    governed,
                    way,
                    conditional,
                    time,
                });
                continue;
            }
            let before = self.laid_out.places.last_mut().filter(|place| place.phrase == self.phrases && *text != "by");
            if let Some(before) = before {
                before.last = true;
            }
            self.phrases += 1;
        }
    }
}

fn carries(word: &Word, text: &str) -> bool {
    !word.is(Mark::STOP | Mark::NEGATION) && !PREPOSITIONS.contains(&text)
}

/// Whether what "and" opens is a further member of a list, not a clause.
fn lists(words: &[(&Word, &str)]) -> bool {
    let Some(((_, "and"), rest)) = words.split_first() else { return false };
    let clause = rest.iter().take_while(|(_, text)| !OPENERS.contains(text));
    let states = Mark::VERB | Mark::IMPERATIVE | Mark::PLURAL | Mark::MODAL | Mark::NEGATION;
    !clause.clone().any(|(word, text)| word.is(states) || PREPOSITIONS.contains(text))
}

/// The parts of a text between its marks, and whether each opens a sentence.
fn fragments(text: &str) -> Vec<(&str, bool)> {
    let mut found = Vec::new();
    let (mut start, mut opens) = (0, true);
    let mut signs = text.char_indices().peekable();
    while let Some((at, c)) = signs.next() {
        let apart = signs.peek().is_none_or(|(_, next)| next.is_whitespace() || matches!(next, '"' | '”' | '\''));
        let stop = c == '.' && !abbreviates(text.get(start..at).unwrap_or_default());
        let ends = apart && (stop || matches!(c, '!' | '?' | ';' | ':'));
        if ends || c == ',' && apart || matches!(c, '(' | ')' | '—' | '–') {
            found.push((text.get(start..at).unwrap_or_default(), opens));
            (start, opens) = (at + c.len_utf8(), ends);
        }
    }
    found.push((text.get(start..).unwrap_or_default(), opens));
    found.retain(|(fragment, _)| fragment.chars().any(char::is_alphanumeric));
    found
}

/// Whether a stop behind a text belongs to its last word: "Mr.", "U.S.".
fn abbreviates(text: &str) -> bool {
    const SHORT: &[&str] =
        &["co", "corp", "dr", "etc", "gen", "gov", "inc", "jr", "ltd", "mr", "mrs", "ms", "rep", "sen", "st", "vs"];
    let last = text.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    SHORT.contains(&last) || last.len() == 1 && last.chars().all(char::is_alphabetic)
}
