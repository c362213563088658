//! From findings and comparisons to a plan that a careful person would sign.

mod operation;

pub use operation::{
    EntryFate, Fate, Ledger, LeftOut, Operation, OperationKind, PLAN_SCHEMA, Plan, Proposal, QuarantineKind,
    Quarantined, Question, ReadFate, Report, Risk, TranscriptFate,
};
