//! Putting the digests of a session's parts together.

use super::{Change, Digest, Failure, Repeat, SessionCounts, cut};
use crate::evidence::Evidence;
use crate::order::Gather as _;
use crate::redact::{RedactOptions, Redactor};

/// The digest of a session of which `first` was read before `next`, whose turns begin at `base`.
/// What is said of the session as a whole is the later word.
pub(super) fn joined(first: Digest, mut next: Digest, base: u32) -> Digest {
    each_evidence(&mut next, &mut |evidence| evidence.turn += base);
    next.interventions.iter_mut().for_each(|intervention| intervention.turn += base);
    let Digest { failures, repeats, mut steps, mut interventions, mut statements, mut quarantine, .. } = first;
    let Digest { counts, mut left_out, mut remarks, .. } = first;
    // Only a part in which the user spoke can say how it ended.
    let ending = if next.counts.user_messages > 0 { next.ending.take() } else { first.ending };
    let fingerprint = first.fingerprint.followed_by(&next.fingerprint);
    interventions.append(&mut next.interventions);
    let mut repeats = with_repeats(repeats, std::mem::take(&mut next.repeats));
    let steps_over = steps.append(std::mem::take(&mut next.steps), base);
    let mut failures = with_failures(failures, next.failures);
    statements.append(&mut next.statements);
    remarks.append(&mut next.remarks);
    quarantine.append(&mut next.quarantine);
    let over = [
        ("steps", steps_over),
        ("repeats", cut(&mut repeats, Digest::MAX_REPEATS)),
        ("failures", cut(&mut failures, Digest::MAX_FAILURES)),
        ("interventions", cut(&mut interventions, Digest::MAX_INTERVENTIONS)),
        ("statements", cut(&mut statements, Digest::MAX_STATEMENTS)),
        ("remarks", cut(&mut remarks, Digest::MAX_REMARKS)),
        ("quarantine", cut(&mut quarantine, Digest::MAX_QUARANTINED)),
    ];
    let over = over.into_iter().filter(|(_, over)| *over > 0).map(|(what, over)| (what.to_owned(), over));
    for (what, count) in std::mem::take(&mut next.left_out).into_iter().chain(over) {
        *left_out.entry(what).or_default() += count;
    }
    let opening = first.opening.or(next.opening);
    let counts = sum(&counts, &next.counts);
    Digest {
        opening,
        ending,
        fingerprint,
        steps,
        failures,
        interventions,
        repeats,
        statements,
        remarks,
        quarantine,
        left_out,
        counts,
        ..next
    }
}

fn with_failures(mut failures: Vec<Failure>, next: Vec<Failure>) -> Vec<Failure> {
    for failure in next {
        let same = |known: &&mut Failure| known.tool == failure.tool && known.template == failure.template;
        match failures.iter_mut().find(same) {
            Some(known) => {
                known.times += failure.times;
                known.echoes += failure.echoes;
            }
            None => failures.push(failure),
        }
    }
    failures
}

fn with_repeats(mut repeats: Vec<Repeat>, next: Vec<Repeat>) -> Vec<Repeat> {
    for repeat in next {
        match repeats.iter_mut().find(|known| known.tool == repeat.tool) {
            Some(known) => known.times += repeat.times,
            None => repeats.push(repeat),
        }
    }
    repeats
}

fn sum(first: &SessionCounts, next: &SessionCounts) -> SessionCounts {
    SessionCounts {
        turns: first.turns + next.turns,
        user_messages: first.user_messages + next.user_messages,
        calls: first.calls + next.calls,
        failures: first.failures + next.failures,
        // Known of the whole, at the end.
        duration_ms: next.duration_ms,
        tokens: next.tokens,
    }
}

/// Tells all evidence what was known at the end only, and takes out the secrets that only later parts showed to be such.
pub(super) fn ended(mut digest: Digest, redactor: Option<Redactor>) -> Digest {
    let (transcript, session) = (digest.transcript.clone(), digest.session.clone());
    let at = digest.ended_at.clone().or_else(|| digest.started_at.clone());
    each_evidence(&mut digest, &mut |evidence| {
        evidence.transcript.clone_from(&transcript);
        evidence.session.clone_from(&session);
        evidence.at = evidence.at.take().or_else(|| at.clone());
    });
    if let Some(redactor) = redactor.filter(|redactor| !redactor.counts().is_empty()) {
        each_text(&mut digest, &mut |text| redactor.replace_in(text));
    }
    digest
}

/// The digest without the personal data that people and tools put into words: see [`crate::RedactOptions::personal`].
/// The same value has the same placeholder in all of a session. Names of sessions, agents and tasks stay, for they
/// tell what belongs together.
pub(crate) fn without_personal_data(mut digest: Digest) -> Digest {
    let mut redactor = Redactor::with(RedactOptions { personal: true });
    each_text(&mut digest, &mut |text| {
        redactor.learn(text);
    });
    each_text(&mut digest, &mut |text| redactor.replace_in(text));
    digest
}

/// All evidence of a digest. A field that is added has to say here whether it holds some.
fn each_evidence(digest: &mut Digest, see: &mut dyn FnMut(&mut Evidence)) {
    let Digest { ending, failures, interventions, repeats, statements, remarks, quarantine, .. } = digest;
    ending.iter_mut().for_each(|ending| see(&mut ending.evidence));
    for intervention in interventions {
        intervention.about.iter_mut().chain(&mut intervention.said).for_each(&mut *see);
    }
    repeats.iter_mut().for_each(|repeat| see(&mut repeat.evidence));
    for failure in failures {
        see(&mut failure.evidence);
        failure.fix.iter_mut().for_each(|fix| see(&mut fix.evidence));
    }
    statements.iter_mut().chain(remarks).for_each(|statement| see(&mut statement.evidence));
    quarantine.iter_mut().filter_map(|quarantined| quarantined.evidence.as_mut()).for_each(see);
}

/// All text of a digest that was taken from turns.
fn each_text(digest: &mut Digest, see: &mut dyn FnMut(&mut String)) {
    for failure in &mut digest.failures {
        see(&mut failure.template);
        see(&mut failure.message);
        see(&mut failure.judged);
        let changes = failure.fix.iter_mut().flat_map(|fix| &mut fix.changes);
        each_change(changes.chain(failure.in_vain.iter_mut().flatten()), see);
        failure.fix.iter_mut().flat_map(|fix| &mut fix.between).for_each(&mut *see);
        let arguments = std::mem::take(&mut failure.arguments);
        let replaced = arguments.into_iter().map(|(mut name, mut value)| {
            see(&mut name);
            see(&mut value);
            (name, value)
        });
        failure.arguments = replaced.gather_map();
    }
    for step in &mut digest.steps.kinds {
        see(&mut step.quote);
        step.program.iter_mut().for_each(&mut *see);
    }
    digest.opening.iter_mut().for_each(&mut *see);
    for statement in digest.statements.iter_mut().chain(&mut digest.remarks) {
        see(&mut statement.text);
        statement.when.iter_mut().for_each(&mut *see);
    }
    each_evidence(digest, &mut |evidence| see(&mut evidence.quote));
}

fn each_change<'a>(changes: impl Iterator<Item = &'a mut Change>, see: &mut dyn FnMut(&mut String)) {
    changes.flat_map(|change| change.from.iter_mut().chain(&mut change.to)).for_each(see);
}
