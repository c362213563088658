//! A person's part: decisions, their preview, applying them, undoing them.

mod decision;

pub use decision::{Applied, Change, Decision, Inverse, Preview, Tombstone, Verdict, Warning};
