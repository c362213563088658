//! Lucidream on Cloudflare Workers.
//!
//! Platform words only: this crate loads, asks the engine, and stores what it says. The way of a dream:
//!
//! - [`http`] takes transcripts, memory and decisions in, and gives plans out;
//! - [`cron`] finds agents that are due and starts their dreams, and takes up again what was cut off;
//! - [`queue`] delivers the steps: [`dream::digest`] for each transcript, then [`dream::plan`] once;
//! - [`dream::review`] carries out what people decide;
//! - [`store`] is D1, the truth: one step of work is one batch, which is one transaction.
//!
//! Every step can be cut off between any two writes, delivered twice or run twice at once: each starts by looking at
//! what is already there, and each batch names what it expects to find ([`store::Step`]).

mod bindings;
mod clock;
mod cron;
mod dream;
mod http;
mod keys;
mod problem;
mod queue;
mod store;

use worker::{Context, Env, MessageBatch, Request, Response, ScheduleContext, ScheduledEvent, event};

/// Answers a request. Never an `Err`: workers-rs would answer with a bare 500.
#[event(fetch)]
async fn fetch(request: Request, env: Env, _context: Context) -> worker::Result<Response> {
    http::answer(request, &env).await
}

/// Runs on a cron schedule.
#[event(scheduled)]
async fn scheduled(event: ScheduledEvent, env: Env, _context: ScheduleContext) {
    cron::run(&event, &env).await;
}

/// Handles queue messages. Always `Ok`: workers-rs turns an `Err` into a panic, which ends everything in the isolate.
#[event(queue)]
async fn queue(batch: MessageBatch<String>, env: Env, _context: Context) -> worker::Result<()> {
    queue::receive(&batch, &env).await;
    Ok(())
}
