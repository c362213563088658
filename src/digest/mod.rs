//! One session, bounded: the map step of a dream.

mod extract;

pub use extract::{Change, Cue, DIGEST_SCHEMA, Digest, Failure, Fix, SessionCounts, Statement};
