//! Preferences: what trusted speakers ask for, grouped across sessions and speakers.

use std::cell::LazyCell;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use super::recurrence::{Openings, core, recurs};
use super::{Claim, Finding, Reach, Request, Stance, Withdrawn, cautious, phrase};
use crate::compare::{Index, Profile, round};
use crate::digest::{Cue, Digest, Statement};
use crate::evidence::{Evidence, Support};
use crate::memory::EntryKind;
use crate::order::{Arrange as _, Gather as _};
use crate::text::{is_imperative, words};
use crate::time;
use crate::transcript::Speaker;

/// A preference of that many people is shared.
const SHARED: u32 = 3;

/// A statement with the digest it comes from.
pub(super) struct Said<'a> {
    pub digest: &'a Digest,
    pub statement: &'a Statement,
    pub request: Request<'static>,
}

impl<'a> Said<'a> {
    /// The same with nothing but what is asked for.
    fn core(&self) -> Said<'a> {
        let request = core(self.statement);
        Said { digest: self.digest, statement: self.statement, request: Request::of(&request, &request) }
    }

    pub(super) fn profile(&self) -> &Profile {
        self.request.profile()
    }

    /// Whether somebody who talks with the agent said it, not who wrote it.
    fn is_by_user(&self) -> bool {
        self.statement.evidence.speaker == Speaker::User
    }
}

/// What people want, and what they no longer want.
pub(crate) struct Preferences {
    pub findings: Vec<Finding>,
    /// What was asked for more than once and not often enough to be new: it counts where the store says otherwise.
    pub seldom: Vec<Finding>,
    pub withdrawn: Vec<Withdrawn>,
    /// What is only told: two that cannot both hold and of which nobody knows the later one, what customers ask for.
    pub told: Vec<String>,
}

/// Preferences with enough behind them: one "always", or corrections in `min_sessions` sessions.
/// Of two that contradict each other the one that was said last stands, and a withdrawal ends what the same person asked
/// for before it.
pub(crate) fn preferences(digests: &[&Digest], min_sessions: u32, reach: Reach) -> Preferences {
    let all = said(digests, |cue| !matches!(cue, Cue::Fact | Cue::Request));
    let withdrawn: Vec<Withdrawn> = all.iter().filter_map(Withdrawn::of).collect();
    let stands =
        |said: &Said| said.statement.cue != Cue::Withdrawal && !withdrawn.iter().any(|withdrawn| withdrawn.ends(said));
    let said: Vec<Said> = all.into_iter().filter(stands).collect();
    let same = |a: &Said, b: &Said| of_one(a, b) && b.request.stance(&a.request) == Stance::Same;
    let company = Company::of(digests, reach);
    let enough: Vec<Vec<&Said>> =
        grouped(&said, same).into_iter().filter(|group| enough(group, min_sessions)).collect();
    let mut told = Vec::new();
    let groups = if reach == Reach::Customer { each_customers(enough, &mut told) } else { enough };
    let mut found: Vec<_> = groups.iter().filter_map(|group| finding(group, &company, &withdrawn)).collect();
    // What customers ask for in passing is about their case.
    let plain = said_plainly(digests).filter(|said| reach != Reach::Customer && stands(said));
    let plain: Vec<Said> = plain.collect();
    let cores: Vec<Said> = plain.iter().map(Said::core).collect();
    let openings = LazyCell::new(|| Openings::of(digests));
    let mut seldom = Vec::new();
    for group in grouped(&cores, same) {
        let tasks = recurs(&group);
        // Of one sentence that asks for two things one proposal is enough.
        let told = |said: &Said, known: &Said| same(said, known) || said.statement.evidence == known.statement.evidence;
        let known = |said: &&Said| found.iter().any(|(_, known)| told(said, known)) || openings.ask_for(said);
        if tasks == 0 || group.iter().any(known) {
            continue;
        }
        let Some((finding, best)) = finding(&group, &company, &withdrawn) else { continue };
        if tasks >= min_sessions as usize {
            let whole = plain.iter().find(|said| std::ptr::eq(said.statement, best.statement));
            found.extend(whole.map(|whole| (finding, whole)));
        } else if tasks + 1 >= min_sessions as usize && finding.support.sessions > 1 {
            seldom.push(finding);
        }
    }
    let Latest { findings, undecided } = latest(
        found,
        |(_, said)| said.profile(),
        |(newer, by), (older, of)| owner(newer, by) == owner(older, of) && excludes(by, of),
    );
    let open = |one: &Withdrawn| !said.iter().any(|said| one.is_overtaken_by(said));
    let withdrawn = withdrawn.iter().filter(|one| open(one)).cloned().collect();
    Preferences { findings, seldom, withdrawn, told: undecided.into_iter().chain(told).collect() }
}

/// What each customer says by themselves, and what who wrote the agent does. What comes from several of them, or from
/// one whom no session names, is `told` as well.
pub(super) fn each_customers<'a, 'b>(groups: Vec<Vec<&'b Said<'a>>>, told: &mut Vec<String>) -> Vec<Vec<&'b Said<'a>>> {
    let mut each = Vec::new();
    for group in groups {
        let mut by_name: BTreeMap<Option<&str>, Vec<&Said>> = BTreeMap::new();
        let (customers, others): (Vec<&Said>, Vec<&Said>) = group.into_iter().partition(|said| said.is_by_user());
        customers
            .iter()
            .for_each(|said| by_name.entry(said.statement.evidence.name.as_deref()).or_default().push(said));
        if let Some(best) = clearest(&customers).filter(|_| by_name.len() > 1 || by_name.contains_key(&None)) {
            let asked = phrase::count(sessions(&customers).len(), "session", "sessions");
            let text = &best.statement.text;
            told.push(format!("Customers said so in {asked}, which makes no rule for all: {text}"));
        }
        let named = by_name.into_iter().filter(|(name, _)| name.is_some()).map(|(_, said)| said);
        each.extend(named.chain(Some(others).filter(|others| !others.is_empty())));
    }
    each
}

/// What may be asked for again and again.
fn said_plainly<'a>(digests: &[&'a Digest]) -> impl Iterator<Item = Said<'a>> {
    said(digests, |cue| matches!(cue, Cue::Correction | Cue::Request)).into_iter()
}

/// Whether two statements may be one wish: what people tell of themselves, or want for themselves, is each one's own.
fn of_one(a: &Said, b: &Said) -> bool {
    let own = |said: &Said| said.statement.cue == Cue::Taste || speaks_of(said, MINE) || names_own_place(said);
    a.statement.evidence.name == b.statement.evidence.name || !(own(a) || own(b))
}

/// Whose wish it is, if it is one person's own.
fn owner<'a>(finding: &Finding, said: &'a Said) -> Option<&'a str> {
    let own = finding.scope.as_ref().is_some_and(|scope| scope.starts_with("user:"));
    said.statement.evidence.name.as_deref().filter(|_| own)
}

/// Whether a newer statement and an older one cannot both hold. People have many dislikes at once, but one thing that they
/// prefer.
fn excludes(newer: &Said, older: &Said) -> bool {
    let tastes = newer.statement.cue == Cue::Taste && older.statement.cue == Cue::Taste;
    let chooses = |said: &Said| words(&said.statement.text).iter().any(|word| word == "prefer");
    let turned = newer.profile().negations != older.profile().negations;
    (!tastes || turned || chooses(newer) && chooses(older)) && newer.request.stance(&older.request) == Stance::Otherwise
}

/// The statements of all digests that are made in such a way, the earliest first. What else a transcript holds changes
/// nothing in their order. What who wrote the agent says in several sessions alike is a part of it, and no news.
pub(super) fn said<'a>(digests: &[&'a Digest], wanted: impl Fn(Cue) -> bool) -> Vec<Said<'a>> {
    let statements = digests.iter().flat_map(|digest| digest.statements.iter().map(move |said| (*digest, said)));
    let written = |said: &Statement| said.evidence.speaker == Speaker::Developer;
    let mut heard: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (digest, statement) in statements.clone().filter(|(_, statement)| written(statement)) {
        heard.entry(&statement.text).or_default().insert(&digest.session);
    }
    let known = |said: &Statement| written(said) && heard.get(said.text.as_str()).is_some_and(|of| of.len() > 1);
    let mut said: Vec<Said> = statements
        .filter(|(_, statement)| wanted(statement.cue) && !known(statement))
        .map(|(digest, statement)| {
            let request = Request::of(&statement.text, &statement.evidence.quote);
            Said { digest, statement, request }
        })
        .collect();
    said.arrange_by(|a, b| order(&a.statement.evidence).cmp(&order(&b.statement.evidence)));
    said
}

/// What was said first comes first, then by the names of the sessions.
fn order(evidence: &Evidence) -> (Option<i64>, &str, u32, u32, &str) {
    let at = evidence.at.as_deref().and_then(time::millis);
    (at, &evidence.session, evidence.turn, evidence.start, &evidence.transcript)
}

/// Findings of which no two exclude each other.
pub(super) struct Latest {
    pub findings: Vec<Finding>,
    /// Those that stand in each other's way, in sentences.
    pub undecided: Vec<String>,
}

/// Without what a later finding contradicts: a later word beats an earlier one, and of two that were said nobody knows when
/// the better supported one stands, or none. The latest come first. Nothing goes unseen: what stands says what it beat.
pub(super) fn latest<T>(
    mut found: Vec<(Finding, T)>,
    profile: impl Fn(&(Finding, T)) -> &Profile,
    against: impl Fn(&(Finding, T), &(Finding, T)) -> bool,
) -> Latest {
    found.arrange_by(|(a, _), (b, _)| recency(b).cmp(&recency(a)).then_with(|| a.text.cmp(&b.text)));
    let index = Index::of(found.iter().map(&profile));
    let mut gone: BTreeSet<usize> = BTreeSet::new();
    let mut beaten: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    let mut undecided = Vec::new();
    for (at, older) in found.iter().enumerate() {
        let newer = index.near(profile(older)).into_iter().filter(|other| *other < at);
        for (other, newer) in newer.filter_map(|other| Some((other, found.get(other)?))) {
            if against(newer, older) {
                gone.insert(at);
                let (stands, went) = (&newer.0, &older.0);
                if is_undecided(stands, went) {
                    gone.insert(other);
                    undecided.push(format!(
                        "\"{}\" and \"{}\" exclude each other, and which was said later is not known: neither is proposed.",
                        stands.text, went.text
                    ));
                } else {
                    beaten.entry(other).or_default().push(format!("Said otherwise before: \"{}\"", went.text));
                }
            }
        }
    }
    let stands = found.into_iter().enumerate().filter(|(at, _)| !gone.contains(at));
    let findings = stands.map(|(at, (finding, _))| {
        let told = std::iter::once(finding.reason.clone()).chain(beaten.get(&at).cloned().unwrap_or_default());
        Finding { reason: told.collect::<Vec<_>>().join(" "), ..finding }
    });
    Latest { findings: findings.collect(), undecided }
}

/// Whether nobody can know which of two was said later, and as much speaks for one as for the other. Where the time of one
/// alone is known, that one is not the later one for it.
fn is_undecided(a: &Finding, b: &Finding) -> bool {
    let ((at, sessions, place), (other_at, other_sessions, other_place)) = (recency(a), recency(b));
    let one_session = place.zip(other_place).is_some_and(|((x, ..), (y, ..))| x == y);
    let alike = (at, sessions) == (other_at, other_sessions);
    (alike || at.is_some() != other_at.is_some()) && !one_session
}

/// The time, the number of sessions, and the place if there is only one.
pub(super) type Recency<'a> = (Option<i64>, u32, Option<(&'a str, u32, u32)>);

/// When a finding was said last, how well it is supported, and where in its session it was said.
pub(super) fn recency(finding: &Finding) -> Recency<'_> {
    let last = finding.evidence.last();
    let place = last.filter(|_| finding.sessions.len() == 1).map(|last| (last.session.as_str(), last.turn, last.start));
    (finding.support.last_seen.as_deref().and_then(time::millis), finding.support.sessions, place)
}

/// Groups around a seed: the statement that most others agree with takes all of those, and so on with the rest.
/// Nothing joins through a middle.
pub(super) fn grouped<'a, 'b>(said: &'b [Said<'a>], same: impl Fn(&Said, &Said) -> bool) -> Vec<Vec<&'b Said<'a>>> {
    let index = Index::of(said.iter().map(Said::profile));
    let near = |a: &Said| {
        let mut near: Vec<usize> = index.near(a.profile());
        near.retain(|at| said.get(*at).is_some_and(|b| same(a, b)));
        near
    };
    let agreeing: Vec<Vec<usize>> = said.iter().map(near).collect();
    let mut open = vec![true; said.len()];
    let size = |at: usize, open: &[bool]| {
        let others = agreeing.get(at).into_iter().flatten().filter(|other| **other != at);
        others.filter(|other| open.get(**other) == Some(&true)).count()
    };
    let mut seeds: BinaryHeap<(usize, Reverse<usize>)> =
        (0..said.len()).map(|at| (size(at, &open), Reverse(at))).collect();
    let mut groups = Vec::new();
    while let Some((known, Reverse(seed))) = seeds.pop() {
        let now = size(seed, &open);
        if open.get(seed) != Some(&true) {
            continue;
        }
        // Others took some of its statements meanwhile.
        if now < known {
            seeds.push((now, Reverse(seed)));
            continue;
        }
        let mut group: Vec<usize> = agreeing.get(seed).into_iter().flatten().copied().chain([seed]).collect();
        group.retain(|at| open.get(*at) == Some(&true));
        group.arrange();
        group.dedup();
        group.iter().for_each(|at| open.iter_mut().skip(*at).take(1).for_each(|open| *open = false));
        groups.push(group.into_iter().filter_map(|at| said.get(at)).collect());
    }
    groups
}

pub(super) fn sessions(group: &[&Said]) -> BTreeSet<String> {
    group.iter().map(|said| said.digest.session.clone()).gather_set()
}

/// How many agents heard it.
pub(super) fn agents(group: &[&Said]) -> usize {
    group.iter().map(|said| said.digest.agent.as_deref()).gather_set().len()
}

/// The spans, the earliest first.
pub(super) fn evidence(group: &[&Said]) -> Vec<Evidence> {
    let mut evidence: Vec<Evidence> = group.iter().map(|said| said.statement.evidence.clone()).collect();
    evidence.arrange_by(|a, b| a.at.cmp(&b.at).then_with(|| a.cmp(b)));
    evidence
}

fn enough(group: &[&Said], min_sessions: u32) -> bool {
    let once = |said: &&Said| matches!(said.statement.cue, Cue::Standing | Cue::Taste);
    group.iter().any(once) || sessions(group).len() >= min_sessions as usize
}

/// The projects that sessions are about; `None` where a session does not say.
fn projects<'a>(digests: impl Iterator<Item = &'a Digest>) -> BTreeSet<Option<&'a str>> {
    digests.map(|digest| digest.project.as_deref()).gather_set()
}

/// In whose company an agent works.
pub(super) struct Company {
    /// Whether it works on several projects.
    several: bool,
    reach: Reach,
}

impl Company {
    pub(super) fn of(digests: &[&Digest], reach: Reach) -> Company {
        Company { several: projects(digests.iter().copied()).len() > 1, reach }
    }

    /// For whom something holds that a group said, if not for all: the one who said it, or the one project that it was said
    /// in. What is wanted there need not be wanted elsewhere.
    pub(super) fn scope(&self, group: &[&Said]) -> Option<String> {
        let names = group.iter().map(|said| said.statement.evidence.name.as_deref()).gather_set();
        let person = names.first().copied().flatten().filter(|_| self.reach != Reach::All && names.len() == 1);
        let named = projects(group.iter().map(|said| said.digest));
        let project = named.first().copied().flatten().filter(|_| self.several && named.len() == 1);
        person.map(|name| format!("user:{name}")).or_else(|| project.map(|project| format!("project:{project}")))
    }
}

fn finding<'a, 'b>(
    group: &[&'a Said<'b>],
    company: &Company,
    withdrawn: &[Withdrawn],
) -> Option<(Finding, &'a Said<'b>)> {
    let best = clearest(group)?;
    let mut evidence = evidence(group);
    let objecting = withdrawn.iter().filter(|one| group.iter().any(|said| one.objects(said)));
    let objecting = objecting.map(|one| &one.evidence.session).gather_set().len() as u32;
    let support = Support { against: objecting, ..Support::count(&evidence, agents(group)) };
    evidence.truncate(Finding::MAX_EVIDENCE);
    let sessions = sessions(group);
    let lasting = group.iter().any(|said| !matches!(said.statement.cue, Cue::Correction | Cue::Request));
    let finding = Finding {
        kind: EntryKind::Preference,
        text: best.statement.text.clone(),
        when: best.statement.when.clone(),
        scope: personal(best).filter(|_| support.speakers == 1).or_else(|| company.scope(group)),
        reason: reason(&support, best.statement.cue, corrected(group).as_deref()),
        confidence: round(cautious(sessions.len(), sessions.len()).max(if lasting { 0.5 } else { 0.0 })),
        evidence,
        sessions,
        support,
        claim: Some(Claim::Said { fact: false, meant: !group.iter().any(is_plain) }),
        ..Finding::default()
    };
    Some((finding, best))
}

/// Words for the speaker, also in German, Spanish and French, where a sentence asks for something.
const MINE: &[&str] =
    &["conmigo", "me", "mein", "meine", "meinem", "meinen", "meiner", "mich", "mine", "mir", "moi", "my", "myself"];

/// What somebody says of themselves holds for them only.
fn personal(said: &Said) -> Option<String> {
    let about_them = speaks_of(said, MINE) || speaks_of(said, &["i", "im"]) || names_own_place(said);
    said.statement.evidence.name.as_ref().filter(|_| about_them).map(|name| format!("user:{name}"))
}

fn speaks_of(said: &Said, whom: &[&str]) -> bool {
    words(&said.statement.text).iter().any(|word| whom.contains(&word.as_str()))
}

/// Whether a path bears the speaker's name: `/scratch/wrobel` of `tomasz.wrobel`.
fn names_own_place(said: &Said) -> bool {
    let own = words(said.statement.evidence.name.as_deref().unwrap_or_default());
    let is_own = |part: &str| words(part).iter().any(|word| word.len() > 2 && own.contains(word));
    let paths = said.statement.text.split_whitespace().filter(|word| word.contains('/') && !word.contains("://"));
    paths.into_iter().any(|path| path.split('/').any(is_own))
}

fn is_plain(said: &&Said) -> bool {
    said.statement.cue == Cue::Request
}

/// Whether a plain request says what to do: "use metric units" is clearer than "metric units, please".
fn asks_outright(said: &Said) -> bool {
    let first = words(&said.statement.text).into_iter().next();
    is_plain(&said) && first.is_some_and(|first| is_imperative(&first))
}

/// The wording that is nearest to all others; a standing one before a correction, then the earliest.
fn clearest<'a, 'b>(group: &[&'a Said<'b>]) -> Option<&'a Said<'b>> {
    let nearness = |said: &Said| group.iter().map(|other| said.profile().likeness(other.profile())).sum::<f64>();
    // "As a CSV" is clearer than "CSV please".
    let tells = |said: &Said| said.statement.text.split(' ').count() > 2;
    let rank =
        |said: &Said| ((said.statement.cue == Cue::Standing, asks_outright(said), tells(said)), round(nearness(said)));
    group.iter().copied().reduce(|best, said| {
        let ((plainer, near), (best_plainer, best_near)) = (rank(said), rank(best));
        let better = plainer.cmp(&best_plainer).then(near.total_cmp(&best_near));
        if better == std::cmp::Ordering::Greater { said } else { best }
    })
}

/// The tool that people correct, if nearly all of them correct the same one.
fn corrected(group: &[&Said]) -> Option<String> {
    let mut times: BTreeMap<&str, usize> = BTreeMap::new();
    for tool in group.iter().filter_map(|said| said.statement.after.as_deref()) {
        *times.entry(tool).or_default() += 1;
    }
    let (tool, most) = times.iter().max_by_key(|(_, times)| **times)?;
    let all: usize = times.values().sum();
    (*most > 1 && most * 5 >= all * 4).then(|| (*tool).to_owned())
}

fn reason(support: &Support, cue: Cue, corrected: Option<&str>) -> String {
    let sessions = phrase::count(support.sessions as usize, "session", "sessions");
    let speakers = phrase::count(support.speakers as usize, "person", "people");
    let shared = if support.speakers >= SHARED { "Shared: " } else { "" };
    let manner = match cue {
        Cue::Standing => "asked for as a standing rule",
        Cue::Taste => "said of themselves",
        Cue::Request => "asked for again and again",
        _ => "corrected again and again",
    };
    let about = corrected.map(|tool| format!(", after calls of `{tool}`")).unwrap_or_default();
    let objected = match support.against {
        0 => "",
        _ => "; somebody else said since that it may stop",
    };
    phrase::sentence(&format!("{shared}{manner} by {speakers} in {sessions}{about}{objected}"))
}
