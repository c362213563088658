//! The way of a dream: started, each transcript digested, planned once, reviewed, published.

mod digest;
mod plan;
mod publish;
mod review;
mod start;

use serde::{Deserialize, Serialize};

use crate::bindings::Bindings;
use crate::problem::{Problem, Result};
use crate::queue::{self, Message};
use crate::store::DreamRow;
use crate::{clock, store};

pub(crate) use digest::{DigestJob, digest, digest_is_lost};
pub(crate) use plan::{fail, plan, plan_is_lost};
pub(crate) use publish::{memory_markdown, publish};
pub(crate) use review::{Decisions, Request, cancel, decide, undo};
pub(crate) use start::{Start, start};

/// Minutes that a dream may go without a step being written before the repairing cron takes it up again.
pub(crate) const LEASE_MINUTES: u32 = 15;

/// How often a dream is taken up again before it is given up.
pub(crate) const MAX_ATTEMPTS: u32 = 5;

/// The memory that the answer to a write names.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct MemoryPoint {
    pub memory_version: u32,
    pub memory_hash: String,
}

/// Sends what brings a dream forward: its unread transcripts to the digest queue, or else itself to the plan queue.
/// Sending twice does no harm.
pub(crate) async fn advance(bindings: &Bindings, workspace: &str, dream: &str, agent: &str) -> Result<()> {
    let unread = bindings.store.unread_transcripts(workspace, dream).await?;
    if unread.is_empty() {
        return send_plan(bindings, workspace, dream).await;
    }
    let message = |transcript: store::PendingTranscript| Message::Digest {
        workspace: workspace.to_owned(),
        agent: agent.to_owned(),
        transcript: transcript.hash,
        dream: Some(dream.to_owned()),
    };
    queue::send(&bindings.digest_queue, unread.into_iter().map(message).collect()).await
}

async fn send_plan(bindings: &Bindings, workspace: &str, dream: &str) -> Result<()> {
    let message = Message::Plan { workspace: workspace.to_owned(), dream: dream.to_owned() };
    queue::send(&bindings.plan_queue, vec![message]).await
}

/// When a dream that is worked on now counts as abandoned.
fn lease() -> String {
    clock::minutes_after(&clock::now(), LEASE_MINUTES)
}

/// A dream of the workspace, or `not_found`.
pub(crate) async fn find(bindings: &Bindings, workspace: &str, id: &str) -> Result<DreamRow> {
    let dream = bindings.store.dream(workspace, id).await?;
    dream.ok_or_else(|| Problem::NotFound { what: "dream", id: id.to_owned() })
}
