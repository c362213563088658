//! The cron schedule: repairs whenever it fires, and once a night starts the dreams of the agents that are due.

use lucidream::Schedule;
use worker::{Env, ScheduledEvent};

use crate::bindings::Bindings;
use crate::clock;
use crate::dream::{self, LEASE_MINUTES, MAX_ATTEMPTS, Start};
use crate::problem::{Problem, Result};
use crate::store::{AgentRow, DreamRow, Written};

/// The trigger that only repairs, as in `wrangler.toml`. Any other one starts dreams too.
const REPAIR: &str = "*/10 * * * *";

/// Things repaired in one run, and agents looked at in one query.
const PAGE: u32 = 100;

/// Dreams started in one run: each takes about 15 queries of the 1,000 that an invocation has.
/// <https://developers.cloudflare.com/d1/platform/limits/>. The other agents are due the next time, too.
const MAX_STARTS: usize = 50;

/// Runs the schedule. All of it may run twice at once. Its time is the scheduled one, not the clock's: two runs for the
/// same time then start the same dream.
pub(crate) async fn run(event: &ScheduledEvent, env: &Env) {
    let now = clock::at(event.schedule());
    let outcome = async {
        let bindings = Bindings::of(env)?;
        bindings.store.check_schema().await?;
        repair(&bindings, &now).await?;
        if event.cron() == REPAIR { Ok(()) } else { start_due(&bindings, &now).await }
    };
    // The return value of a scheduled handler is dropped, so the log is the only place to say it.
    if let Err(problem) = outcome.await {
        worker::console_error!("cron {} of {now}: {}: {problem}", event.cron(), problem.code());
    }
}

/// Takes up what was cut off: dreams whose lease ran out, memories that are not in KV. One that fails stops no other.
async fn repair(bindings: &Bindings, now: &str) -> Result<()> {
    for dream in bindings.store.abandoned_dreams(now, PAGE).await? {
        if let Err(problem) = take_up(bindings, &dream, now).await {
            worker::console_error!("dream {} was not taken up: {problem}", dream.id);
        }
    }
    for (workspace, agent) in bindings.store.unpublished_agents(PAGE).await? {
        if let Err(problem) = dream::publish(bindings, &workspace, &agent).await {
            worker::console_error!("memory of {agent} was not published: {problem}");
        }
    }
    Ok(())
}

async fn take_up(bindings: &Bindings, abandoned: &DreamRow, now: &str) -> Result<()> {
    let DreamRow { workspace_id, id, agent_id, attempts, .. } = abandoned;
    if *attempts >= MAX_ATTEMPTS {
        let why = ("dream_abandoned", "its steps were cut off again and again");
        return dream::fail(bindings, workspace_id, id, why, "cron").await;
    }
    let mut step = bindings.store.step(workspace_id);
    step.retake_dream(abandoned, &clock::minutes_after(now, LEASE_MINUTES))?;
    match step.commit().await? {
        Written::Done => dream::advance(bindings, workspace_id, id, agent_id).await,
        Written::Overtaken => Ok(()),
    }
}

/// Starts the dreams of all agents that are due.
async fn start_due(bindings: &Bindings, now: &str) -> Result<()> {
    let mut started = 0;
    let mut last = (String::new(), String::new());
    while started < MAX_STARTS {
        let agents = bindings.store.agents_with_news(&last.0, &last.1, PAGE).await?;
        let Some(end) = agents.last() else { return Ok(()) };
        last = (end.workspace_id.clone(), end.id.clone());
        for agent in &agents {
            if started < MAX_STARTS && start(bindings, agent, now).await {
                started += 1;
            }
        }
    }
    Ok(())
}

/// Starts an agent's dream if it is due. A fault is logged and stops no other agent.
async fn start(bindings: &Bindings, agent: &AgentRow, now: &str) -> bool {
    let outcome = async {
        if !is_due(agent, now)? {
            return Ok(false);
        }
        let AgentRow { workspace_id: workspace, id, .. } = agent;
        let start = Start { workspace, agent: id, cause: "cron", actor: "cron", now, idempotency_key: None };
        match dream::start(bindings, &start).await {
            Ok(_) => Ok(true),
            // It is reviewed first, or another run of this very cron was quicker.
            Err(Problem::DreamOpen { .. }) => Ok(false),
            Err(problem) => Err(problem),
        }
    };
    outcome.await.unwrap_or_else(|problem| {
        worker::console_error!("agent {} was not started: {problem}", agent.id);
        false
    })
}

fn is_due(agent: &AgentRow, now: &str) -> Result<bool> {
    let millis = |time: &Option<String>| time.as_deref().and_then(clock::millis);
    let now = clock::millis(now).unwrap_or_default();
    let (dream, activity) = (millis(&agent.last_dream_at), millis(&agent.last_activity_at));
    Ok(due(&agent.config()?.schedule, now, dream, activity, agent.new_sessions))
}

/// Whether an agent is due: long enough since its last dream, enough sessions, and idle. Times in milliseconds.
fn due(schedule: &Schedule, now: f64, last_dream: Option<f64>, last_activity: Option<f64>, new_sessions: u32) -> bool {
    let since = |time: Option<f64>| time.map_or(f64::INFINITY, |time| (now - time).max(0.0));
    since(last_dream) >= f64::from(schedule.min_hours) * 3_600_000.0
        && new_sessions >= schedule.min_new_sessions
        && since(last_activity) >= f64::from(schedule.idle_minutes) * 60_000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: f64 = 3_600_000.0;

    #[test]
    fn all_three_have_to_hold() {
        let schedule = Schedule::default();
        let due = |dream, activity, sessions| due(&schedule, 100.0 * HOUR, dream, activity, sessions);
        assert!(due(None, Some(99.0 * HOUR), 5));
        assert!(due(Some(76.0 * HOUR), Some(99.5 * HOUR), 5));
        assert!(!due(Some(77.0 * HOUR), Some(99.0 * HOUR), 5), "too soon");
        assert!(!due(None, Some(99.9 * HOUR), 5), "not idle");
        assert!(!due(None, Some(99.0 * HOUR), 4), "too few");
    }

    #[test]
    fn activity_after_the_scheduled_time_is_no_idleness() {
        let schedule = Schedule { idle_minutes: 0, ..Schedule::default() };
        assert!(due(&schedule, HOUR, None, Some(2.0 * HOUR), 5));
        assert!(!due(&Schedule::default(), HOUR, None, Some(2.0 * HOUR), 5));
    }
}
