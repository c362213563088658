//! Lucidream, the pure engine.

pub mod config;
pub mod digest;
mod error;
pub mod evidence;
pub mod memory;
pub mod plan;
pub mod review;
mod time;
pub mod transcript;

pub use config::{Config, Schedule};
pub use error::{Error, Result};
