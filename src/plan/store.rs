//! How findings stand to the store: what it knows already, what says otherwise, and for whom they hold.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use super::coexistence::both_hold;
use super::curate::Candidate;
use super::news::{May, News};
use crate::compare::{
    Extent, Given, Index, Profile, Relation, compare_profiles, covers, departed, gives_up, leaves_out, other_limit,
    overtakes, sets_limit,
};
use crate::config::{Config, Users};
use crate::digest::Digest;
use crate::evidence::Evidence;
use crate::finding::{Claim, Finding, Reach, Request, Stance, names_a_choice};
use crate::memory::{Entry, Memory, Source, Status};
use crate::order::Arrange as _;
use crate::redact::holds_placeholder;
use crate::text::ValueKind;
use crate::time;
use crate::transcript::Speaker;

/// How a finding stands to the store.
pub(crate) enum Place<'a> {
    /// The store says so already, in this entry, or said otherwise later than the finding.
    Known(Option<&'a Entry>),
    /// Nothing in the store says so.
    New(New),
    /// Entries that stay say otherwise.
    Disputed(Vec<String>),
    /// Of these entries only a part is no longer so.
    Partly(Vec<String>),
}

impl Default for Place<'_> {
    fn default() -> Self {
        Place::New(New::default())
    }
}

/// What says otherwise than a finding that the store does not know.
#[derive(Default)]
pub(crate) struct New {
    /// Entries that give way to it.
    pub against: Vec<String>,
    /// Whether nobody knows since when one of those holds.
    pub undated: bool,
    /// Entries that stay, as nobody knows when the finding was said.
    pub beside: Vec<String>,
}

/// Which of two was said later: an entry or a finding.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    EntryLater,
    FindingLater,
    /// The entry has no time.
    Undated,
    /// The finding has none.
    Unknown,
}

/// What the store says, what it said once, and for whom.
pub(crate) struct Store<'a> {
    active: Shelf<'a>,
    past: Shelf<'a>,
    given: &'a Given,
    now: i64,
    reach: Reach,
    home: Home<'a>,
}

/// Where the store belongs.
enum Home<'a> {
    /// It tells by scopes what holds where.
    Anywhere,
    /// It is the Markdown of one project: the one that most sessions are about, if any is.
    Project(Option<&'a str>),
}

/// Entries, and where to find those that a text may be about.
struct Shelf<'a> {
    entries: Vec<&'a Candidate<'a>>,
    index: Index<'a>,
    /// Those that name a language or a time zone, or set a limit: in other words, for all one knows.
    choices: OnceCell<Vec<usize>>,
}

impl<'a> Shelf<'a> {
    /// Those entries that a finding of this agent can concern.
    fn of(candidates: &'a [Candidate<'a>]) -> Shelf<'a> {
        let ours = |candidate: &&Candidate| {
            matches!(candidate.entry.scope.split(':').next(), Some("agent" | "fleet" | "user" | "project"))
        };
        let entries: Vec<&Candidate> = candidates.iter().filter(ours).collect();
        let index = Index::of(entries.iter().map(|candidate| &candidate.profile));
        Shelf { entries, index, choices: OnceCell::new() }
    }

    fn near(&self, text: &str, profile: &Profile) -> impl Iterator<Item = &'a Candidate<'a>> {
        self.places(text, profile).into_iter().filter_map(|at| self.entries.get(at).copied())
    }

    fn places(&self, text: &str, profile: &Profile) -> Vec<usize> {
        let mut near = self.index.near(profile);
        let is_choice = |text: &str| names_a_choice(text) || sets_limit(text);
        if is_choice(text) {
            let choices = |(at, one): (usize, &&Candidate)| is_choice(one.text()).then_some(at);
            near.extend(self.choices.get_or_init(|| self.entries.iter().enumerate().filter_map(choices).collect()));
            near.arrange();
            near.dedup();
        }
        near
    }
}

impl<'a> Store<'a> {
    pub(crate) fn of(
        memory: &Memory,
        digests: &[&'a Digest],
        (active, past): (&'a [Candidate<'a>], &'a [Candidate<'a>]),
        (given, now, reach): (&'a Given, i64, Reach),
    ) -> Store<'a> {
        let markdown = !memory.files.is_empty() || memory.entries.iter().any(|entry| entry.place.is_some());
        let home = if markdown { Home::Project(most_worked_on(digests)) } else { Home::Anywhere };
        Store { active: Shelf::of(active), past: Shelf::of(past), given, now, reach, home }
    }

    /// A finding with the scope that it has here; nothing where it is no matter of this store.
    pub(crate) fn taken<'f>(&self, finding: &'f Finding) -> Option<Cow<'f, Finding>> {
        if let (Home::Project(home), Some(scope)) = (&self.home, finding.scope.as_deref())
            && let Some(project) = scope.strip_prefix("project:")
        {
            // A file of several projects is where people look up how things are in each of them.
            let shared = home.is_none() && matches!(finding.claim, Some(Claim::Said { fact: true, .. }));
            let ours = *home == Some(project) || shared;
            return ours.then(|| Cow::Owned(Finding { scope: None, ..finding.clone() }));
        }
        let Some(own) = only_speaker(finding).filter(|_| finding.scope.is_none()) else {
            return Some(Cow::Borrowed(finding));
        };
        let own = Some(format!("user:{own}"));
        let profile = self.profile(finding);
        let asked = Asked::of(finding, &profile);
        let mut theirs = asked
            .candidates(&finding.text, &self.active)
            .filter(|candidate| Some(&candidate.entry.scope) == own.as_ref());
        let meets = |candidate: &Candidate| asked.contradicts(candidate).is_some() || asked.is_said_by(candidate);
        Some(if theirs.any(meets) {
            Cow::Owned(Finding { scope: own, ..finding.clone() })
        } else {
            Cow::Borrowed(finding)
        })
    }

    fn profile(&self, finding: &Finding) -> Profile {
        Profile::of(&finding.text).with(self.given.vector(None, &finding.text))
    }

    pub(crate) fn place(&self, finding: &Finding, leaving: &BTreeSet<String>) -> Place<'a> {
        let profile = self.profile(finding);
        // A wish of one person's own is no matter of another's, nor what holds in one project of another.
        let concerns = |entry: &Entry| is_general(&entry.scope) || finding.scope.as_ref() == Some(&entry.scope);
        let said_at = finding.support.last_seen.as_deref().and_then(time::millis);
        let newer = |at: Option<&str>| at.and_then(time::millis).zip(said_at).is_some_and(|(at, said)| at > said);
        // What was retired or superseded after the finding's last occasion does not come back.
        let mut past = self
            .past
            .near(&finding.text, &profile)
            .filter(|past| concerns(past.entry) && newer(past.entry.invalid_at.as_deref()));
        if past.any(|past| covers(&past.profile, &profile)) {
            return Place::Known(None);
        }
        let (mut new, mut disputed, mut partly) = (New::default(), Vec::new(), Vec::new());
        let asked = Asked::of(finding, &profile);
        let candidates = asked.candidates(&finding.text, &self.active);
        // An entry that leaves, be it planted or outdated, neither knows a finding nor speaks against it.
        for candidate in candidates.filter(|c| concerns(c.entry) && !leaving.contains(&c.entry.id)) {
            let entry = candidate.entry;
            if let Some(extent) = asked.contradicts(candidate) {
                let order = self.order(candidate, said_at.or_else(|| self.told_by(&profile)));
                // However late a tool speaks, it does not silence a person.
                if order == Order::EntryLater && entry.source != Source::Tool {
                    return Place::Known(None);
                }
                match (gives_way(entry, finding, self.reach), order) {
                    (Some(false), _) => disputed.push(entry.id.clone()),
                    (None, _) => {}
                    (Some(true), _) if extent == Extent::Part => partly.push(entry.id.clone()),
                    (Some(true), Order::Unknown) => new.beside.push(entry.id.clone()),
                    (Some(true), _) => {
                        new.undated |= order == Order::Undated;
                        new.against.push(entry.id.clone());
                    }
                }
            } else if asked.is_said_by(candidate) {
                return Place::Known(Some(entry));
            }
        }
        // What was replaced in the finding may be what the entry says.
        let contradicted =
            !(new.against.is_empty() && new.beside.is_empty() && disputed.is_empty() && partly.is_empty());
        match () {
            () if contradicted && holds_placeholder(&finding.text) => Place::Known(None),
            () if !disputed.is_empty() => Place::Disputed(disputed),
            () if new.against.is_empty() && !partly.is_empty() => Place::Partly(partly),
            () => Place::New(new),
        }
    }

    /// The entries that tell of what somebody says has changed since.
    pub(crate) fn touched(&self, remark: &Finding, news: &News<'a>, leaving: &BTreeSet<String>) -> Vec<&'a Entry> {
        let said_at = remark.support.last_seen.as_deref().and_then(time::millis);
        let ended = |entry: &Entry| entry.invalid_at.as_deref().and_then(time::millis);
        news.touched(remark, |candidate| {
            let entry = candidate.entry;
            let concerns = is_general(&entry.scope) || remark.scope.as_ref() == Some(&entry.scope);
            let earlier = matches!(self.order(candidate, said_at), Order::FindingLater | Order::Undated);
            match () {
                () if !concerns => May::Not,
                // What is merged stands in another one, and was not asked about.
                () if entry.status == Status::Superseded
                    && ended(entry).zip(said_at).is_some_and(|(at, said)| at > said) =>
                {
                    May::Settle
                }
                () if entry.is_active() && earlier && !leaving.contains(&entry.id) => May::Change,
                () => May::Not,
            }
        })
    }

    /// All of them, and what the store said once.
    pub(crate) fn all(&self) -> impl Iterator<Item = &'a Candidate<'a>> {
        self.entries().chain(self.past.entries.iter().copied())
    }

    /// The entries that findings of this agent can concern.
    pub(crate) fn entries(&self) -> impl Iterator<Item = &'a Candidate<'a>> {
        self.active.entries.iter().copied()
    }

    /// Which of an entry and a finding was said later.
    fn order(&self, candidate: &Candidate, said_at: Option<i64>) -> Order {
        let created = candidate.entry.created_at.as_deref().and_then(time::millis);
        match (created.or_else(|| self.told_by(&candidate.profile)), said_at) {
            (_, None) => Order::Unknown,
            (None, Some(_)) => Order::Undated,
            (Some(entry), Some(said)) if entry > said => Order::EntryLater,
            (Some(_), Some(_)) => Order::FindingLater,
        }
    }

    /// The last day before now that a text names: it was not written before that.
    fn told_by(&self, profile: &Profile) -> Option<i64> {
        let days = profile.values.iter().filter(|value| value.kind == ValueKind::Date);
        let at = days.filter_map(|day| time::millis(&format!("{}T00:00:00Z", day.text)));
        at.filter(|at| *at <= self.now).max()
    }
}

/// For whom it holds what people say: as set, or else as the store tells.
pub(crate) fn reach(memory: &Memory, config: &Config) -> Reach {
    match config.users {
        Some(Users::Customers) => Reach::Customer,
        None if is_governed(memory) => Reach::Own,
        Some(Users::Team) | None => Reach::All,
    }
}

/// Whether only who wrote the agent said so far what holds for everybody: then what one person says holds for that person.
/// Where those who talk with an agent set its rules too, they go on doing so.
fn is_governed(memory: &Memory) -> bool {
    let by_hand = |entry: &&Entry| entry.is_active() && entry.evidence.is_empty() && is_general(&entry.scope);
    let said = |source: Source| memory.entries.iter().filter(by_hand).any(|entry| entry.source == source);
    said(Source::Developer) && !said(Source::User)
}

/// Whether something holds for everybody that the agent works for.
pub(crate) fn is_general(scope: &str) -> bool {
    !["user:", "project:"].iter().any(|own| scope.starts_with(own))
}

/// Whether an entry gives way to a finding that says otherwise; nothing where both hold, as the finding is about less.
fn gives_way(entry: &Entry, finding: &Finding, reach: Reach) -> Option<bool> {
    // Nobody who talks with an agent overrules who wrote it, not even for themselves, and no customer what holds for all.
    let ruled = entry.source == Source::Developer || reach == Reach::Customer && is_general(&entry.scope);
    let outranked = ruled && is_said_by_users(finding);
    // What is so in one project is so: the entry that says otherwise was about that project, wherever it is kept.
    let of_the_world = matches!(finding.claim, Some(Claim::Said { fact: true, .. }));
    let own = |scope: &String| *scope != entry.scope && !(of_the_world && scope.starts_with("project:"));
    let narrower = finding.scope.as_ref().is_some_and(own);
    match () {
        () if outranked => Some(false),
        () if narrower => None,
        () => Some(!entry.is_fixed() && entry.scope != "fleet"),
    }
}

/// Whether it is what people say who talk with the agent, not who wrote it.
pub(crate) fn is_said_by_users(finding: &Finding) -> bool {
    let written = |one: &Evidence| one.speaker.wrote_the_agent();
    matches!(finding.claim, Some(Claim::Said { .. })) && !finding.evidence.iter().any(written)
}

/// The only one who said it, where they have a name.
fn only_speaker(finding: &Finding) -> Option<&str> {
    let people = matches!(finding.claim, Some(Claim::Said { .. })) && finding.support.speakers == 1;
    let last = finding.evidence.last().filter(|evidence| people && evidence.speaker == Speaker::User);
    last.and_then(|evidence| evidence.name.as_deref())
}

/// The project of more than half of the sessions that name one.
fn most_worked_on<'a>(digests: &[&'a Digest]) -> Option<&'a str> {
    let mut sessions: BTreeMap<&str, usize> = BTreeMap::new();
    for project in digests.iter().filter_map(|digest| digest.project.as_deref()) {
        *sessions.entry(project).or_default() += 1;
    }
    let all: usize = sessions.values().sum();
    sessions.into_iter().find(|(_, of)| of * 2 > all).map(|(project, _)| project)
}

/// What a finding says, ready to be held against entries.
struct Asked<'a> {
    profile: &'a Profile,
    /// Where people ask for it: then an exception from an entry neither contradicts nor confirms it.
    request: Option<Request<'static>>,
    /// Where they state a fact, its clauses each by itself.
    clauses: Vec<Profile>,
}

impl<'a> Asked<'a> {
    fn of(finding: &Finding, profile: &'a Profile) -> Asked<'a> {
        let said = finding.evidence.last().map(|evidence| evidence.quote.as_str()).unwrap_or_default();
        let by_people = matches!(finding.claim, Some(Claim::Said { fact: false, .. }));
        let stated = matches!(finding.claim, Some(Claim::Said { fact: true, .. }));
        let clauses =
            if stated { clauses(&finding.text).iter().map(|clause| Profile::of(clause)).collect() } else { Vec::new() };
        Asked { profile, request: by_people.then(|| Request::of(&finding.text, said)), clauses }
    }

    /// The entries that it may be about.
    fn candidates<'e>(&self, text: &str, shelf: &Shelf<'e>) -> impl Iterator<Item = &'e Candidate<'e>> {
        let mut near = shelf.places(text, self.profile);
        for clause in &self.clauses {
            near.extend(shelf.index.near(clause));
            if let Some(gone) = departed(clause) {
                let named = |(at, one): (usize, &&Candidate)| one.profile.names.has(gone).then_some(at);
                near.extend(shelf.entries.iter().enumerate().filter_map(named));
            }
        }
        near.arrange();
        near.dedup();
        near.into_iter().filter_map(|at| shelf.entries.get(at).copied()).collect::<Vec<_>>().into_iter()
    }

    /// How much of an entry says otherwise.
    fn contradicts(&self, candidate: &Candidate) -> Option<Extent> {
        let entry = &candidate.profile;
        let conflict = |said: &Profile| {
            let found = compare_profiles(entry, said, 1.0);
            other_limit(&said.text, &entry.text)
                || found.verdict == Relation::Conflict && !both_hold(entry, said, &found.reasons)
        };
        let overtaken = |said: &Profile| {
            if departed(said).is_some_and(|gone| entry.names.has(gone)) {
                return Some(Extent::Part);
            }
            let (reach, reason) = overtakes(said, self.profile, entry)?;
            (!both_hold(entry, said, &[reason])).then_some(reach)
        };
        let whole = match &self.request {
            _ if self.has_the_words_of(candidate) => return None,
            Some(request) => request.stance(&Request::kept(candidate.text(), entry)) == Stance::Otherwise,
            None => conflict(self.profile) || self.clauses.iter().any(conflict),
        };
        let given_up = || gives_up(self.profile, entry).filter(|_| !self.clauses.is_empty()).map(|(reach, _)| reach);
        let clauses = || self.clauses.iter().filter_map(overtaken).max().or_else(given_up);
        let barred = |request: &Request| request.bars(&Request::kept(candidate.text(), entry)).then_some(Extent::Part);
        let extent = if whole { Some(Extent::Whole) } else { self.request.as_ref().and_then(barred).or_else(clauses) };
        // "It is read at 7:30 now" says nothing of the second of two times.
        let part = !self.clauses.is_empty() && leaves_out(self.profile, entry);
        extent.map(|extent| if part { Extent::Part } else { extent })
    }

    /// Whether an entry says all of this.
    fn is_said_by(&self, candidate: &Candidate) -> bool {
        match &self.request {
            _ if self.has_the_words_of(candidate) => true,
            Some(request) => request.is_covered_by(&Request::kept(candidate.text(), &candidate.profile)),
            None => covers(&candidate.profile, self.profile),
        }
    }

    /// A secret that was replaced keeps the rest of two texts apart, but what is there to the letter is not added again.
    fn has_the_words_of(&self, candidate: &Candidate) -> bool {
        self.profile.same_words(&candidate.profile)
    }
}

/// A statement, and each clause of it that can be read by itself: "staging has moved, it is at x now, the old host is gone".
pub(crate) fn clauses(text: &str) -> Vec<String> {
    const VERBS: [&str; 7] = ["has", "have", "is", "are", "moved", "changed", "was"];
    let words = text.split_whitespace();
    let subject: Vec<&str> = words.take_while(|word| !VERBS.contains(word)).collect();
    let whole = text.trim_end_matches('.');
    let mut found = vec![whole.to_owned()];
    // "6 weeks now, not 4", "6 weeks instead of 4" says 6 weeks.
    let set_against =
        |part: &'_ str| [" not ", " instead of "].iter().find_map(|mark| Some(part.split_once(mark)?.0.len()));
    let parts = whole.split([',', ';']).flat_map(|part| {
        let chosen = set_against(part).and_then(|end| part.get(..end));
        std::iter::once(part).chain(part.split(" and ")).chain(chosen)
    });
    for part in parts.map(str::trim).filter(|part| part.contains(' ') && !part.starts_with("not ")) {
        let referring = ["it is ", "it's ", "it has "].iter().find_map(|opening| part.strip_prefix(opening));
        found.push(referring.map_or_else(|| part.to_owned(), |told| format!("{} is {told}", subject.join(" "))));
    }
    found.dedup();
    found
}
