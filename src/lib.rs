//! Lucidream, the pure engine.

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

pub use compare::{Comparison, Relation, compare};
pub use config::{Config, Schedule};
pub use error::{Error, Result};
