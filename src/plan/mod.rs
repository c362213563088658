//! From findings and comparisons to a plan that a careful person would sign.

mod choice;
mod coexistence;
mod confirmation;
mod contradiction;
mod curate;
mod dream;
mod expiry;
mod gate;
mod irrelevance;
pub(crate) mod ledger;
mod liking;
mod merged;
mod news;
mod noise;
mod operation;
mod promote;
mod question;
mod refine;
mod report;
mod retract;
mod rewrite;
mod rot;
mod store;
mod subsume;
pub(crate) mod tombstone;
mod undermined;
mod union;

pub use confirmation::Confirmation;
pub use dream::{DreamInput, dream};
pub use operation::{
    Choice, EntryFate, Fate, Ledger, LeftOut, Operation, OperationKind, PLAN_SCHEMA, Plan, Proposal, QuarantineKind,
    Quarantined, Question, ReadFate, Report, Risk, TranscriptFate,
};
pub use report::report_markdown;

use crate::canonical::{canonical_without, sha256};
use crate::error::{Error, Result};

/// The hash that a plan should carry: over its canonical form without `plan_hash`.
pub(crate) fn plan_hash(plan: &Plan) -> String {
    sha256(canonical_without(plan, "plan_hash").as_bytes())
}

/// Checks that a plan is one that an engine wrote and nobody changed.
///
/// # Errors
/// `invalid_plan` names the schema or the two hashes.
pub fn verify_plan(plan: &Plan) -> Result<()> {
    if plan.schema != PLAN_SCHEMA {
        let problem = format!("`schema` is `{}`, allowed: `{PLAN_SCHEMA}`", plan.schema);
        return Err(Error::InvalidPlan { problem });
    }
    let hash = plan_hash(plan);
    if hash == plan.plan_hash {
        return Ok(());
    }
    Err(Error::InvalidPlan { problem: format!("`plan_hash` is `{}`, its content has `{hash}`", plan.plan_hash) })
}
