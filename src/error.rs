//! Every way the engine can refuse, with one stable code each.

/// What went wrong. Branch on [`Error::code`], never on the text.
///
/// The same code reaches JavaScript as `error.code` and HTTP as the `code` of a problem document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A configuration field has a value outside of what is allowed.
    #[error("config field `{field}` is {value}, allowed: {allowed}")]
    InvalidConfig {
        /// Name of the field, dotted for nested ones.
        field: &'static str,
        /// The value given.
        value: String,
        /// What would have been accepted.
        allowed: &'static str,
    },
    /// An argument of a call has the wrong shape.
    #[error("{argument} is not valid: {problem}")]
    InvalidArgument {
        /// Name of the argument.
        argument: &'static str,
        /// What is wrong with it and what is allowed.
        problem: String,
    },
    /// A time is not RFC 3339.
    #[error("{field} is `{value}`, allowed: an RFC 3339 time such as 2026-11-02T03:00:00Z")]
    InvalidTimestamp {
        /// Name of the field.
        field: &'static str,
        /// The value given.
        value: String,
    },
    /// The format was not given and the content fits none that is known.
    #[error("the transcript's format is not known ({reason}); allowed: {allowed}")]
    UnknownFormat {
        /// What was looked at.
        reason: String,
        /// The names that `format` accepts.
        allowed: String,
    },
    /// The transcript has no content.
    #[error("the transcript is empty: no session in {bytes} bytes")]
    EmptyTranscript {
        /// Length of the input.
        bytes: usize,
    },
    /// The transcript is longer than one read accepts.
    #[error("{what} has {bytes} bytes, allowed: at most {limit}")]
    TranscriptTooLarge {
        /// What is too long: the whole transcript, or a part that cannot be read piece by piece.
        what: &'static str,
        /// Length of the input.
        bytes: usize,
        /// The limit in force.
        limit: usize,
    },
    /// The transcript cannot be parsed at all.
    #[error("the transcript cannot be read as {format}: {problem}")]
    InvalidTranscript {
        /// Format it was read as.
        format: &'static str,
        /// Where and why.
        problem: String,
    },
    /// The memory store cannot be parsed.
    #[error("the memory cannot be read: {problem}")]
    InvalidMemory {
        /// Where and why.
        problem: String,
    },
    /// Two entries of one store share an id.
    #[error("the memory has two entries with the id `{id}`; ids are unique")]
    DuplicateEntry {
        /// The id.
        id: String,
    },
    /// The store or an entry is over its limit.
    #[error("the memory is too large: {what} is {value}, allowed: at most {limit}")]
    MemoryTooLarge {
        /// What was measured.
        what: String,
        /// Its size.
        value: usize,
        /// The limit in force.
        limit: usize,
    },
    /// The bytes are not the sentence model that the engine was made with.
    #[error("the sentence model cannot be used: {problem}")]
    InvalidModel {
        /// What does not fit.
        problem: String,
    },
    /// The embeddings that a host gave cannot be used.
    #[error("the embeddings cannot be used: {problem}")]
    InvalidEmbeddings {
        /// Which vector, what is wrong with it and what is allowed.
        problem: String,
    },
    /// Something has to be compared, and the sentence model is not in the program and was not loaded.
    #[error("the sentence model is not loaded: load it before texts are compared")]
    ModelNotLoaded,
    /// The plan is not one that this engine wrote: wrong schema, or its hash does not fit its content.
    #[error("the plan is not valid: {problem}")]
    InvalidPlan {
        /// What does not fit.
        problem: String,
    },
    /// The memory has changed since the plan was made.
    #[error("the plan was made for memory {expected}, this memory is {found}; dream again")]
    StalePlan {
        /// `memory_hash` of the plan.
        expected: String,
        /// Hash of the memory given.
        found: String,
    },
    /// The inverse belongs to another memory.
    #[error("the inverse undoes memory {expected}, this memory is {found}")]
    StaleInverse {
        /// Hash of the memory that the inverse starts from.
        expected: String,
        /// Hash of the memory given.
        found: String,
    },
    /// A decision does not fit the plan.
    #[error("the decision on `{op}` is not valid: {problem}")]
    InvalidDecision {
        /// Id of the operation.
        op: String,
        /// What does not fit and what is allowed.
        problem: String,
    },
    /// The ledger of a plan does not balance: a bug, reported instead of a plan.
    #[error("the ledger does not balance: {problem}")]
    UnbalancedLedger {
        /// The first entry or transcript that is unaccounted for.
        problem: String,
    },
}

impl Error {
    /// The stable code of this failure, the same in Rust, JavaScript and HTTP.
    ///
    /// ```
    /// let error = lucidream::parse_memory_text("{", None).unwrap_err();
    /// assert_eq!(error.code(), "invalid_memory");
    /// ```
    pub fn code(&self) -> &'static str {
        match self {
            Error::InvalidConfig { .. } => "invalid_config",
            Error::InvalidArgument { .. } => "invalid_argument",
            Error::InvalidTimestamp { .. } => "invalid_timestamp",
            Error::UnknownFormat { .. } => "unknown_format",
            Error::EmptyTranscript { .. } => "empty_transcript",
            Error::TranscriptTooLarge { .. } => "transcript_too_large",
            Error::InvalidTranscript { .. } => "invalid_transcript",
            Error::InvalidMemory { .. } => "invalid_memory",
            Error::DuplicateEntry { .. } => "duplicate_entry",
            Error::MemoryTooLarge { .. } => "memory_too_large",
            Error::InvalidModel { .. } => "invalid_model",
            Error::InvalidEmbeddings { .. } => "invalid_embeddings",
            Error::ModelNotLoaded => "model_not_loaded",
            Error::InvalidPlan { .. } => "invalid_plan",
            Error::StalePlan { .. } => "stale_plan",
            Error::StaleInverse { .. } => "stale_inverse",
            Error::InvalidDecision { .. } => "invalid_decision",
            Error::UnbalancedLedger { .. } => "unbalanced_ledger",
        }
    }
}

/// What every fallible call of the engine returns.
pub type Result<T> = std::result::Result<T, Error>;
