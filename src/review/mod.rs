//! A person's part: decisions, their preview, applying them, undoing them.

mod apply;
mod decision;
mod deleted;

pub use apply::{apply, approve_all, auto_decisions, preview, undo};
pub(crate) use apply::{carry_out, written_id};
pub use decision::{Applied, Buried, Change, Decision, Inverse, Preview, Tombstone, Verdict, Warning};
pub use deleted::deleted;
