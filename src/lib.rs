//! Lucidream, the pure engine.

mod canonical;
pub mod compare;
pub mod config;
pub mod digest;
mod error;
pub mod evidence;
pub mod memory;
pub mod plan;
pub mod review;
mod text;
mod time;
pub mod transcript;

pub use canonical::{canonical, memory_hash, sha256};
pub use compare::{Comparison, Relation, compare};
pub use config::{Config, Schedule};
pub use error::{Error, Result};
pub use memory::{
    Entry, EntryKind, File, Memory, MemoryFormat, Recalled, RenderFormat, RenderOptions, Rendered, Source, Status,
    parse_memory_files, parse_memory_text, recall, render,
};

/// Version of the engine, part of every digest and every plan.
pub const ENGINE_VERSION: &str = env!("CARGO_PKG_VERSION");
