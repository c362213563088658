//! The memory store: entries in and out of the forms that people keep them in, recall and budget.

mod entry;
mod markdown;
mod parse;
mod recall;
mod render;
mod update;

pub use entry::{Entry, EntryKind, MEMORY_SCHEMA, Memory, Place, Source, Status};
pub(crate) use parse::check;
pub use parse::{File, MemoryFormat, parse_memory_files, parse_memory_text};
pub use recall::{Recalled, recall};
pub use render::{RenderFormat, RenderOptions, Rendered, render};
pub use update::{reread_markdown, update_markdown};

/// Tokens that a text takes, approximately: a quarter of its bytes, but at least its words.
///
/// ```
/// assert_eq!(lucidream::memory::tokens("Deploy on Mondays only."), 6);
/// ```
pub fn tokens(text: &str) -> u32 {
    let words = text.split_whitespace().count();
    u32::try_from(text.len().div_ceil(4).max(words)).unwrap_or(u32::MAX)
}

/// Tokens that the active entries take together.
pub(crate) fn active_tokens(memory: &Memory) -> u32 {
    memory.entries.iter().filter(|entry| entry.is_active()).map(|entry| tokens(&entry.text)).sum()
}
