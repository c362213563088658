//! The one configuration type: every limit and default, documented and checked.

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// All that steers a dream. Part of every plan, so that a dream can be run again.
///
/// ```
/// let config = lucidream::Config { loss_cap: 1.5, ..Default::default() };
/// assert_eq!(config.validate().unwrap_err().code(), "invalid_config");
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Sessions in one dream, newest first; the rest is named in the ledger. 1 to 10,000.
    pub max_sessions: u32,
    /// Entries in a store. 1 to 1,000,000.
    pub max_entries: u32,
    /// Bytes of text in one entry. 100 to 1,000,000.
    pub max_entry_bytes: u32,
    /// Distinct sessions that a failure has to recur in to become a rule. 2 to 100.
    pub min_sessions_mistake: u32,
    /// Distinct sessions that a correction has to recur in. An explicit "always" needs one; a plain request needs one more
    /// than a correction, unless different people make it. 1 to 100.
    pub min_sessions_preference: u32,
    /// Score from which two texts that pass the guard are duplicates. 0.5 to 1.
    pub duplicate_score: f64,
    /// Share of the active entries that may leave the active set before a plan is held. 0 to 1.
    pub loss_cap: f64,
    /// Whether personal data (mail, phone, card and account numbers) is replaced in what sessions bring, before anything
    /// is found in it. Digests do not depend on it, so it can be changed without reading transcripts again.
    pub redact_personal: bool,
    /// Who talks with the agent. Where it is not said, the store tells: while only who wrote the agent set rules in it, what
    /// one person alone asks for holds for that person alone, and otherwise for all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub users: Option<Users>,
    /// Days after which an entry that nobody recalled is worth half. 1 to 3,650.
    pub half_life_days: u32,
    /// Distinct sessions that a rule needs before it holds for the fleet. 2 to 100.
    pub promote_sessions: u32,
    /// Distinct agents that those sessions come from. 2 to 100.
    pub promote_agents: u32,
    /// When an agent is due for a dream.
    pub schedule: Schedule,
}

/// Who talks with an agent, and so for whom it holds what one of them asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Users {
    /// People who work on the same: what one of them asks for holds for all of them, unless they speak of themselves.
    Team,
    /// People whom the agent serves: what one of them asks for holds for nobody else, however many ask, it takes the place
    /// of no rule for all, and it waits for a person. Of those whom no session names the report tells.
    Customers,
}

/// When an agent is due: all three hold, or somebody asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Schedule {
    /// Hours since the last dream began. 0 to 8,760.
    pub min_hours: u32,
    /// Sessions that no dream has seen. 1 to 10,000.
    pub min_new_sessions: u32,
    /// Minutes without a new transcript. 0 to 10,080.
    pub idle_minutes: u32,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            max_sessions: 100,
            max_entries: 2_000,
            max_entry_bytes: 100_000,
            min_sessions_mistake: 3,
            min_sessions_preference: 2,
            duplicate_score: 0.6,
            loss_cap: 0.25,
            redact_personal: false,
            users: None,
            half_life_days: 30,
            promote_sessions: 3,
            promote_agents: 2,
            schedule: Schedule::default(),
        }
    }
}

impl Default for Schedule {
    fn default() -> Self {
        Schedule { min_hours: 24, min_new_sessions: 5, idle_minutes: 30 }
    }
}

impl Config {
    /// Checks every field.
    ///
    /// # Errors
    /// `invalid_config` names the first field that is out of its range, its value and the range.
    pub fn validate(&self) -> Result<()> {
        within("max_sessions", self.max_sessions, 1, 10_000, "1 to 10000")?;
        within("max_entries", self.max_entries, 1, 1_000_000, "1 to 1000000")?;
        within("max_entry_bytes", self.max_entry_bytes, 100, 1_000_000, "100 to 1000000")?;
        within("min_sessions_mistake", self.min_sessions_mistake, 2, 100, "2 to 100")?;
        within("min_sessions_preference", self.min_sessions_preference, 1, 100, "1 to 100")?;
        within("duplicate_score", self.duplicate_score, 0.5, 1.0, "0.5 to 1")?;
        within("loss_cap", self.loss_cap, 0.0, 1.0, "0 to 1")?;
        within("half_life_days", self.half_life_days, 1, 3_650, "1 to 3650")?;
        within("promote_sessions", self.promote_sessions, 2, 100, "2 to 100")?;
        within("promote_agents", self.promote_agents, 2, 100, "2 to 100")?;
        within("schedule.min_hours", self.schedule.min_hours, 0, 8_760, "0 to 8760")?;
        within("schedule.min_new_sessions", self.schedule.min_new_sessions, 1, 10_000, "1 to 10000")?;
        within("schedule.idle_minutes", self.schedule.idle_minutes, 0, 10_080, "0 to 10080")
    }

    /// Reads a configuration from JSON; absent fields take their defaults.
    ///
    /// # Errors
    /// `invalid_argument` for an unknown field or a wrong type, `invalid_config` for a value out of range.
    pub fn from_json(json: &str) -> Result<Config> {
        let config: Config = serde_json::from_str(json)
            .map_err(|error| Error::InvalidArgument { argument: "config", problem: error.to_string() })?;
        config.validate().map(|()| config)
    }
}

// NaN is outside of every range: both comparisons are false.
fn within<T: PartialOrd + std::fmt::Display>(
    field: &'static str,
    value: T,
    low: T,
    high: T,
    allowed: &'static str,
) -> Result<()> {
    if value >= low && value <= high {
        return Ok(());
    }
    Err(Error::InvalidConfig { field, value: value.to_string(), allowed })
}
