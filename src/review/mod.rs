//! A person's part: decisions, their preview, applying them, undoing them.

mod apply;
mod decision;

pub(crate) use apply::carry_out;
pub use apply::{apply, approve_all, auto_decisions, preview, undo};
pub use decision::{Applied, Change, Decision, Inverse, Preview, Tombstone, Verdict, Warning};
