//! Lucidream, the pure engine.

mod canonical;
pub mod compare;
pub mod config;
pub mod digest;
mod error;
pub mod evidence;
mod finding;
pub mod memory;
pub mod plan;
mod redact;
pub mod review;
mod text;
mod time;
pub mod transcript;
pub mod trust;
#[cfg(feature = "wasm")]
pub mod wasm;

pub use canonical::{canonical, memory_hash, sha256};
pub use compare::{Comparison, Relation, compare};
pub use config::{Config, Schedule};
pub use digest::{Digest, DigestedTranscript, digest, digest_transcript};
pub use error::{Error, Result};
pub use memory::{
    Entry, EntryKind, File, Memory, MemoryFormat, Recalled, RenderFormat, RenderOptions, Rendered, Source, Status,
    parse_memory_files, parse_memory_text, recall, render, reread_markdown, update_markdown,
};
pub use plan::{DreamInput, Operation, OperationKind, Plan, TranscriptFate, dream, report_markdown, verify_plan};
pub use redact::{Found, Redaction, redact};
pub use review::{
    Applied, Decision, Inverse, Preview, Tombstone, Verdict, apply, approve_all, auto_decisions, preview, undo,
};
pub use transcript::{Format, MAX_TRANSCRIPT_BYTES, Reading, Session, read_transcript};

/// Version of the engine, part of every digest and every plan.
pub const ENGINE_VERSION: &str = env!("CARGO_PKG_VERSION");
