//! What people refused, again and again.

use std::collections::{BTreeMap, BTreeSet};

use super::{Claim, Finding, cautious, phrase};
use crate::digest::{Digest, Intervention, InterventionKind, Step};
use crate::evidence::{Evidence, Support};
use crate::memory::EntryKind;
use crate::order::{Arrange as _, Gather as _};

/// A program and flags that it is run with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Command {
    program: String,
    flags: Vec<String>,
}

impl Command {
    /// Reads `git push --force`.
    fn of(line: &str) -> Command {
        let (flags, program): (Vec<&str>, Vec<&str>) = line.split(' ').partition(|word| word.starts_with('-'));
        Command { program: program.join(" "), flags: flags.into_iter().map(str::to_owned).collect() }
    }

    /// Whether a call's program and flags are these, or these and more flags.
    pub(super) fn is_run_by(&self, line: &str) -> bool {
        let other = Command::of(line);
        self.program == other.program && self.flags.iter().all(|flag| other.flags.contains(flag))
    }

    /// Whether a step may be this one; of its flags only all together are known.
    fn may_be(&self, step: &Step) -> bool {
        step.program.as_ref() == Some(&self.program) && self.flags.iter().all(|flag| step.flags.contains(flag))
    }

    fn shown(&self) -> String {
        std::iter::once(&self.program).chain(&self.flags).cloned().collect::<Vec<_>>().join(" ")
    }
}

type Refused<'a> = (&'a Digest, &'a Intervention);

/// Calls of one kind that were refused.
struct Habit<'a> {
    tool: &'a str,
    command: Option<Command>,
    times: Vec<Refused<'a>>,
    sessions: BTreeSet<String>,
    /// Sessions that made such calls.
    used: usize,
}

/// Calls that were refused in a third of the sessions that made them, and in at least `min_sessions`: those that run one
/// command, or else all of a tool.
pub(crate) fn refusals(digests: &[&Digest], min_sessions: u32) -> Vec<Finding> {
    let mut by_tool: BTreeMap<&str, Vec<Refused>> = BTreeMap::new();
    for digest in digests {
        for intervention in &digest.interventions {
            // How a call was made is no reason to ask before the next.
            let refused =
                intervention.kind == InterventionKind::Refusal && intervention.about.is_some() && !intervention.mended;
            if let Some(tool) = intervention.tool.as_deref().filter(|_| refused) {
                by_tool.entry(tool).or_default().push((digest, intervention));
            }
        }
    }
    let found = by_tool.into_iter().flat_map(|(tool, times)| {
        let commands = commands(tool, &times, digests, min_sessions);
        if commands.is_empty() {
            habit(tool, None, &times, digests, min_sessions).into_iter().collect()
        } else {
            commands
        }
    });
    found.map(|habit| finding(&habit)).collect()
}

/// Of each program that was refused, the flags with which it nearly always is, if any.
fn commands<'a>(tool: &'a str, times: &[Refused<'a>], digests: &[&Digest], min_sessions: u32) -> Vec<Habit<'a>> {
    let mut by_program: BTreeMap<String, Vec<Refused>> = BTreeMap::new();
    for one in times {
        if let Some(line) = &one.1.command {
            by_program.entry(Command::of(line).program).or_default().push(*one);
        }
    }
    let best = by_program.into_values().filter_map(|times| {
        let flags: BTreeSet<String> = times.iter().flat_map(|one| run(one).flags).gather_set();
        let single = flags.into_iter().map(Some).chain([None]);
        let habits = single.filter_map(|flag| {
            let with = |one: &&Refused<'a>| flag.as_ref().is_none_or(|flag| run(one).flags.contains(flag));
            let times: Vec<Refused> = times.iter().filter(with).copied().collect();
            habit(tool, Some(shared(&times)?), &times, digests, min_sessions)
        });
        // The surest, and of equally sure ones the one that says most exactly what was refused.
        habits.max_by(|a, b| {
            let sure = (a.sessions.len() * b.used).cmp(&(b.sessions.len() * a.used));
            sure.then_with(|| a.times.len().cmp(&b.times.len())).then_with(|| flags_of(a).cmp(&flags_of(b)))
        })
    });
    best.collect()
}

fn run(one: &Refused) -> Command {
    Command::of(one.1.command.as_deref().unwrap_or_default())
}

fn flags_of(habit: &Habit) -> Vec<String> {
    habit.command.as_ref().map(|command| command.flags.clone()).unwrap_or_default()
}

/// The program and the flags that all have.
fn shared(times: &[Refused]) -> Option<Command> {
    let mut command = run(times.first()?);
    command.flags.retain(|flag| times.iter().all(|one| run(one).flags.contains(flag)));
    Some(command)
}

fn habit<'a>(
    tool: &'a str,
    command: Option<Command>,
    times: &[Refused<'a>],
    digests: &[&Digest],
    min_sessions: u32,
) -> Option<Habit<'a>> {
    let is_one = |step: &&Step| step.tool == tool && command.as_ref().is_none_or(|command| command.may_be(step));
    let made = |digest: &Digest| digest.steps.kinds.iter().filter(is_one).map(|step| step.times).sum::<u32>();
    let sessions: BTreeSet<String> = times.iter().map(|(digest, _)| digest.session.clone()).gather_set();
    let used = digests.iter().filter(|digest| made(digest) > 0).count().max(sessions.len());
    // Other calls of the tool that go undisturbed are what people let pass.
    let calls: usize = digests.iter().map(|digest| made(digest) as usize).sum();
    let open = command.as_ref().is_some_and(|command| !command.flags.is_empty()) || times.len() * 3 >= calls;
    let often = sessions.len() >= min_sessions as usize && sessions.len() * 3 >= used && open;
    often.then(|| Habit { tool, command, times: times.to_vec(), sessions, used })
}

fn finding(habit: &Habit) -> Finding {
    let Habit { tool, command, times, sessions, used } = habit;
    let mut evidence: Vec<Evidence> = times
        .iter()
        .flat_map(|(_, intervention)| intervention.about.iter().chain(&intervention.said))
        .cloned()
        .collect();
    evidence.arrange_by(|a, b| a.at.cmp(&b.at).then_with(|| a.cmp(b)));
    evidence.dedup();
    let agents: BTreeSet<Option<&str>> = times.iter().map(|(digest, _)| digest.agent.as_deref()).gather_set();
    let support = Support::count(&evidence, agents.len());
    let (what, did) = match command {
        Some(command) => (format!("running `{}`", command.shown()), format!("ran `{}`", command.shown())),
        None => (format!("calling `{tool}`"), format!("called `{tool}`")),
    };
    Finding {
        kind: EntryKind::Rule,
        text: format!("Ask before {what}: people often refuse such a call."),
        when: Some(format!("calling `{tool}`")),
        reason: format!(
            "Refused {} in {} of the {used} that {did}.",
            phrase::count(times.len(), "time", "times"),
            phrase::count(sessions.len(), "session", "sessions"),
        ),
        confidence: cautious(sessions.len(), *used),
        support: Support { supporting: sessions.len() as u32, against: (used - sessions.len()) as u32, ..support },
        evidence: evidence.into_iter().take(Finding::MAX_EVIDENCE).collect(),
        sessions: sessions.clone(),
        claim: Some(Claim::Refused { tool: (*tool).to_owned(), command: command.clone() }),
        ..Finding::default()
    }
}
