//! Failures grouped by their cause.
//!
//! Templates of one tool join as in Drain (He et al., "Drain: An Online Log Parsing Approach with Fixed Depth Tree",
//! ICWS 2017): those of equal length and equal first word, if at least three quarters of their words agree place by
//! place. Drain takes messages as they come; here they are sorted first, so that their order does not matter, and one
//! that is frequent by itself joins with nothing.

use std::collections::BTreeSet;

use crate::digest::{Digest, Failure, NOT_QUOTED};
use crate::order::{Arrange as _, Gather as _};

/// One session's share in a cause.
#[derive(Clone, Copy)]
pub(super) struct Occasion<'a> {
    pub digest: &'a Digest,
    pub failure: &'a Failure,
}

/// Failures that have one cause.
pub(super) struct Cause<'a> {
    /// The tools that failed.
    pub tools: BTreeSet<&'a str>,
    /// What the messages share; `…` where they differ.
    pub template: String,
    /// One a session: the first.
    pub occasions: Vec<Occasion<'a>>,
    /// Failed calls, over all sessions.
    pub calls: u32,
    /// Calls that failed only because one of these did.
    pub echoes: u32,
    /// Where it occurred, as session and turn.
    places: BTreeSet<(&'a str, u32)>,
    seen: BTreeSet<&'a str>,
}

// Shorter messages may mean different things in different tools.
const WORDS_ACROSS_TOOLS: usize = 5;
// In shorter ones a single word can be what it is about.
const WORDS_TO_JOIN: usize = 5;

/// The causes of all failures that occur in at least `min_sessions` sessions, without lines that only go along with the
/// line of another one.
pub(super) fn causes<'a>(digests: &[&'a Digest], min_sessions: u32) -> Vec<Cause<'a>> {
    let occasions =
        || digests.iter().flat_map(|digest| digest.failures.iter().map(move |failure| Occasion { digest, failure }));
    let known: BTreeSet<(&str, &str)> =
        occasions().map(|o| (o.failure.tool.as_str(), o.failure.template.as_str())).gather_set();
    let inner: BTreeSet<(&str, &str)> =
        known.iter().map(|(tool, template)| (*tool, core(tool, template, &known))).gather_set();
    let joined = joined(&inner, &frequent(digests, &known, min_sessions));
    let keyed = occasions().filter_map(|occasion| {
        let tool = occasion.failure.tool.as_str();
        let core = core(tool, &occasion.failure.template, &known);
        let place = joined.binary_search_by(|(known, _)| known.cmp(&(tool, core))).ok()?;
        let template = joined.get(place)?.1.as_str();
        let words = template.split_whitespace().filter(|word| word.chars().all(|c| c.is_alphanumeric() || c == '.'));
        let across = words.count() >= WORDS_ACROSS_TOOLS && !template.contains('…');
        Some(((if across { "" } else { tool }, template), occasion))
    });
    let mut keyed: Vec<((&str, &str), Occasion)> = keyed.collect();
    keyed.arrange_by(|(a, _), (b, _)| a.cmp(b));
    let cause = |of_one: &[((&str, &str), Occasion<'a>)]| {
        let mut cause = Cause::new(of_one.first().map_or("", |((_, template), _)| template));
        of_one.iter().for_each(|(_, occasion)| cause.add(*occasion));
        cause
    };
    let found = keyed.chunk_by(|(a, _), (b, _)| a == b).map(cause);
    without_companions(found.filter(|cause| cause.occasions.len() >= min_sessions as usize).collect())
}

impl<'a> Cause<'a> {
    fn new(template: &str) -> Cause<'a> {
        let (tools, occasions, places, seen) = Default::default();
        Cause { tools, template: template.to_owned(), occasions, calls: 0, echoes: 0, places, seen }
    }

    fn add(&mut self, occasion: Occasion<'a>) {
        self.tools.insert(&occasion.failure.tool);
        self.calls += occasion.failure.times;
        self.echoes += occasion.failure.echoes;
        self.places.insert((&occasion.digest.session, occasion.failure.evidence.turn));
        // One session counts once, however many wrappings of one cause it saw.
        if self.seen.insert(&occasion.digest.session) {
            self.occasions.push(occasion);
        }
    }
}

impl<'a> Cause<'a> {
    fn with(mut self, other: Cause<'a>) -> Cause<'a> {
        self.calls += other.calls;
        self.echoes += other.echoes;
        self.places.extend(other.places);
        let seen = &mut self.seen;
        self.occasions.extend(other.occasions.into_iter().filter(|one| seen.insert(&one.digest.session)));
        self
    }
}

/// The words that templates share, and the templates.
type Group<'a> = (Vec<&'a str>, Vec<&'a str>);

/// The template of the cause: errors are wrapped from the left ("connecting failed: password refused"), so a
/// template that ends with another one of the same tool has its cause.
fn core<'a>(tool: &str, template: &'a str, known: &BTreeSet<(&str, &str)>) -> &'a str {
    let inner = template.match_indices(": ").filter_map(|(at, mark)| template.get(at + mark.len()..));
    inner.filter(|inner| known.contains(&(tool, *inner))).last().unwrap_or(template)
}

/// Templates that are frequent enough by themselves: they join with nothing.
fn frequent<'a>(
    digests: &[&'a Digest],
    known: &BTreeSet<(&'a str, &'a str)>,
    min_sessions: u32,
) -> BTreeSet<(&'a str, &'a str)> {
    let seen = |digest: &'a Digest| {
        let key = |failure: &'a Failure| (failure.tool.as_str(), core(&failure.tool, &failure.template, known));
        digest.failures.iter().map(move |failure| (key(failure), digest.session.as_str()))
    };
    let mut seen: Vec<((&str, &str), &str)> = digests.iter().flat_map(|digest| seen(digest)).collect();
    seen.arrange();
    seen.dedup();
    let often = seen.chunk_by(|a, b| a.0 == b.0).filter(|of_one| of_one.len() >= min_sessions as usize);
    often.filter_map(|of_one| of_one.first()).map(|(key, _)| *key).gather_set()
}

/// For each template the one that stands for all that it joins with, in order.
fn joined<'a>(
    templates: &BTreeSet<(&'a str, &'a str)>,
    frequent: &BTreeSet<(&'a str, &'a str)>,
) -> Vec<((&'a str, &'a str), String)> {
    let mut groups: Vec<(&str, Group<'a>)> = Vec::new();
    // Where those begin that are of the same tool and open with the same word.
    let mut start = 0;
    for (tool, template) in templates {
        let words: Vec<&str> = template.split_whitespace().collect();
        if words.is_empty() {
            continue;
        }
        let opens_alike = |(of, (shared, _)): &(&str, Group)| of == tool && shared.first() == words.first();
        if !groups.last().is_some_and(opens_alike) {
            start = groups.len();
        }
        let alone = frequent.contains(&(*tool, *template));
        let joins = |(_, (shared, members)): &&mut (&str, Group<'a>)| {
            alike(shared, &words) && !members.iter().any(|member| frequent.contains(&(*tool, *member)))
        };
        match groups.iter_mut().skip(start).find(joins).filter(|_| !alone) {
            Some((_, (shared, members))) => {
                shared.iter_mut().zip(&words).filter(|(a, b)| a != b).for_each(|(a, _)| *a = "…");
                members.push(template);
            }
            None => groups.push((tool, (words, vec![template]))),
        }
    }
    let mut joined = Vec::new();
    for (tool, (shared, members)) in &groups {
        let shown = filled(shared, members);
        joined.extend(members.iter().map(|member| ((*tool, *member), shown.clone())));
    }
    joined.arrange();
    joined
}

fn alike(a: &[&str], b: &[&str]) -> bool {
    let same = a.iter().zip(b).filter(|(x, y)| x == y).count();
    a.len() == b.len() && a.len() >= WORDS_TO_JOIN && same * 4 >= a.len() * 3
}

/// What the members share, with up to three short words where they differ: `command not found: pytest / python`.
fn filled(shared: &[&str], members: &[&str]) -> String {
    let at = |place: usize| -> BTreeSet<&str> {
        members.iter().filter_map(|member| member.split_whitespace().nth(place)).gather_set()
    };
    let word = |(place, word): (usize, &&str)| {
        let values = at(place);
        let short = values.len() <= 3 && values.iter().all(|value| value.len() <= 30 && !value.contains('<'));
        if *word == "…" && short { values.into_iter().collect::<Vec<_>>().join(" / ") } else { (*word).to_owned() }
    };
    shared.iter().enumerate().map(word).collect::<Vec<_>>().join(" ")
}

/// Causes with those made one whose messages differ in a single word in the same place, where the caller finds that they are
/// of one kind: "migrations pending for a" and "… for b", both mended in the same way.
pub(super) fn united<'a>(causes: Vec<Cause<'a>>, of_one_kind: impl Fn(&Cause, &Cause) -> bool) -> Vec<Cause<'a>> {
    let mut groups: Vec<Vec<Cause>> = Vec::new();
    for cause in causes {
        let joins = |other: &Cause| {
            other.tools == cause.tools && one_word_apart(&other.template, &cause.template) && of_one_kind(other, &cause)
        };
        match groups.iter_mut().find(|group| group.iter().all(joins)) {
            Some(group) => group.push(cause),
            None => groups.push(vec![cause]),
        }
    }
    groups.into_iter().filter_map(one_of).collect()
}

// In shorter messages a single word is what they are about.
const WORDS_TO_UNITE: usize = 4;

fn one_word_apart(a: &str, b: &str) -> bool {
    let (a, b): (Vec<&str>, Vec<&str>) = (a.split_whitespace().collect(), b.split_whitespace().collect());
    let apart = a.iter().zip(&b).filter(|(x, y)| x != y).count();
    a.len() == b.len() && a.len() >= WORDS_TO_UNITE && apart == 1 && a.first() == b.first()
}

/// One cause for all of a group.
fn one_of(group: Vec<Cause<'_>>) -> Option<Cause<'_>> {
    let members: Vec<String> = group.iter().map(|cause| cause.template.clone()).collect();
    let members: Vec<&str> = members.iter().map(String::as_str).collect();
    let at = |place: usize| members.iter().filter_map(move |member| member.split_whitespace().nth(place));
    let words = members.first()?.split_whitespace().enumerate();
    let shared: Vec<&str> =
        words.map(|(place, word)| if at(place).all(|other| other == word) { word } else { "…" }).collect();
    let template = filled(&shared, &members);
    group.into_iter().reduce(Cause::with).map(|cause| Cause { template, ..cause })
}

/// Drops causes that nearly always stand in the results of a more frequent one, or of one whose line comes first.
fn without_companions(causes: Vec<Cause>) -> Vec<Cause> {
    let goes_along = |cause: &Cause| {
        causes.iter().any(|other| {
            let shared = cause.places.intersection(&other.places).count();
            // What may not be told does not silence what may.
            let leads = (is_told(other), other.places.len(), first_byte(cause), &other.template)
                > (is_told(cause), cause.places.len(), first_byte(other), &cause.template);
            leads && shared * 5 >= cause.places.len() * 4
        })
    };
    let along: Vec<bool> = causes.iter().map(goes_along).collect();
    causes.into_iter().zip(along).filter(|(_, along)| !along).map(|(cause, _)| cause).collect()
}

fn is_told(cause: &Cause) -> bool {
    !cause.template.starts_with(NOT_QUOTED)
}

fn first_byte(cause: &Cause) -> u32 {
    cause.occasions.first().map_or(0, |occasion| occasion.failure.evidence.start)
}
