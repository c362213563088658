//! The memory store: entries in and out of the forms that people keep them in, recall and budget.

mod entry;

pub use entry::{Entry, EntryKind, MEMORY_SCHEMA, Memory, Source, Status};
