//! The memory store: entries in and out of the forms that people keep them in, recall and budget.

mod budget;
mod entry;
mod markdown;
mod outline;
mod parse;
mod planted;
mod recall;
mod render;
mod skills;
mod standing;
mod update;

pub(crate) use budget::active_tokens;
pub use budget::tokens;
pub use entry::{Entry, EntryKind, MEMORY_SCHEMA, Memory, Place, Source, Status, Usage};
pub(crate) use parse::check;
pub use parse::{File, MemoryFormat, parse_memory_files, parse_memory_text};
pub(crate) use planted::{planted, steers};
pub use recall::{Recalled, recall};
pub use render::{RenderFormat, RenderOptions, Rendered, render};
pub use update::{reread_markdown, update_markdown};
