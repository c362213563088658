//! Lucidream dreams for AI agents: it reads an agent's transcripts and its memory, and proposes what to change, each
//! change with its evidence. This is the engine: pure, deterministic, the same in every build.
//!
//! ```
//! use lucidream::{DreamInput, apply, approve_all, digest_transcript, dream, parse_memory_text, undo};
//!
//! let session = r#"{"id": "s1", "messages": [
//!     {"role": "user", "content": "From now on, link the ticket in every pull request."}]}"#.replace('\n', " ");
//! let memory = parse_memory_text("- Deploy on Mondays.\n- deploy on mondays\n", None)?;
//! let digests = digest_transcript(session.as_bytes(), None)?.digests;
//! let now = "2026-11-08T03:00:00Z".to_owned();
//!
//! let plan = dream(&DreamInput { memory: memory.clone(), digests, now: now.clone(), ..Default::default() })?;
//! assert!(plan.report.summary.starts_with("2 proposals from 1 session: 1 to add, 1 to merge."));
//!
//! let applied = apply(&memory, &plan, &approve_all(&plan), &now)?;
//! assert_eq!(undo(&applied.memory, &applied.inverse)?, memory);
//! # Ok::<(), lucidream::Error>(())
//! ```
//!
//! The way of the data, and the module for each step: [`transcript`] reads, [`digest`] extracts, [`dream`] finds and
//! plans ([`plan`]), [`preview`] and [`apply`] carry out what people decided ([`review`]). [`memory`] is the store,
//! [`compare()`] the judge of likeness, [`config`] every limit. Nothing here does IO, knows the time or draws lots:
//! times and settings are arguments.

mod ascii;
mod canonical;
pub mod compare;
pub mod config;
pub mod digest;
mod error;
pub mod evidence;
mod finding;
pub mod memory;
mod order;
pub mod plan;
mod redact;
pub mod review;
mod text;
mod time;
pub mod transcript;
mod triple;
pub mod trust;
#[cfg(feature = "wasm")]
pub mod wasm;

pub use canonical::{canonical, memory_hash, sha256};
pub use compare::{Comparison, EmbeddedBy, Embeddings, Relation, compare, compare_with};
pub use config::{Config, Schedule, Users};
pub use digest::{Digest, DigestedTranscript, TranscriptReader, digest, digest_transcript};
pub use error::{Error, Result};
pub use finding::{Backtest, Effect, Measure};
pub use memory::{
    Entry, EntryKind, File, Memory, MemoryFormat, Recalled, RenderFormat, RenderOptions, Rendered, Source, Status,
    parse_memory_files, parse_memory_text, recall, render, reread_markdown, update_markdown,
};
pub use plan::{DreamInput, Operation, OperationKind, Plan, TranscriptFate, dream, report_markdown, verify_plan};
pub use redact::{Found, RedactOptions, Redaction, redact, redact_with};
pub use review::{
    Applied, Decision, Inverse, Preview, Tombstone, Verdict, apply, approve_all, auto_decisions, deleted, preview, undo,
};
pub use text::{load_model, model_is_loaded};
pub use transcript::{Format, MAX_ITEM_BYTES, Reading, Session, read_transcript};

/// Version of the engine, part of every digest and every plan.
pub const ENGINE_VERSION: &str = env!("CARGO_PKG_VERSION");
