//! What `wrangler.toml` binds, by name.

use worker::{Env, Queue, kv::KvStore};

use crate::problem::Result;
use crate::store::Store;

/// The outside world of one invocation. Never kept across invocations: the runtime cancels what crosses them.
pub(crate) struct Bindings {
    /// D1, the truth.
    pub store: Store,
    /// Raw transcripts and published memories.
    pub kv: KvStore,
    /// One message for each transcript to digest.
    pub digest_queue: Queue,
    /// One message for each dream to plan.
    pub plan_queue: Queue,
}

impl Bindings {
    /// Reads the bindings. One that is missing is a fault of the deployment and fails every request.
    pub fn of(env: &Env) -> Result<Bindings> {
        Ok(Bindings {
            store: Store::new(env.d1("DB")?),
            kv: env.kv("KV")?,
            digest_queue: env.queue("DIGEST_QUEUE")?,
            plan_queue: env.queue("PLAN_QUEUE")?,
        })
    }
}
