//! Lucidream, the pure engine.

mod error;
mod time;
pub mod transcript;

pub use error::{Error, Result};
