//! Every way a request can be refused: one status and one code each, the engine's own where the engine refused.

use serde_json::{Value, json};
use worker::Response;

/// What is allowed in a body that is read whole.
pub(crate) const BODY_BYTES: usize = 32 * 1024 * 1024;

/// Why a request got no answer, or a step of work did not end.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Problem {
    /// The engine refused.
    #[error(transparent)]
    Engine(#[from] lucidream::Error),
    /// No key, or none that opens anything.
    #[error("a valid API key is needed: Authorization: Bearer <key>, or x-api-key")]
    Unauthorized,
    /// The key does not hold the scope.
    #[error("this key does not hold the scope `{scope}`")]
    Forbidden { scope: &'static str },
    /// Nothing of that name in this workspace.
    #[error("there is no {what} `{id}`")]
    NotFound { what: &'static str, id: String },
    /// The path exists, the method does not.
    #[error("this path allows {allowed}")]
    MethodNotAllowed { allowed: &'static str },
    /// The body is longer than is read whole.
    #[error("the body is longer than {limit} bytes")]
    BodyTooLarge { limit: usize },
    /// The body ended before the length that was announced.
    #[error("the body ended after {found} of {announced} bytes; send it again")]
    IncompleteBody { announced: usize, found: usize },
    /// If-Match names another memory.
    #[error("the memory is {found} now, not {expected}; read it again")]
    PreconditionFailed { expected: String, found: String },
    /// The agent has a dream that is not closed.
    #[error("the agent has an open dream, `{dream}` ({state}); decide or cancel it first")]
    DreamOpen { dream: String, state: String },
    /// The dream cannot take this any more, or not yet.
    #[error("the dream is {state}; {allowed}")]
    DreamClosed { state: String, allowed: &'static str },
    /// The decisions are about another plan.
    #[error("the decisions are for plan {found}, the dream's is {expected}; read the plan again")]
    OtherPlan { expected: String, found: String },
    /// The same Idempotency-Key with another body.
    #[error("this Idempotency-Key came with another body before; use a new key for a new request")]
    IdempotencyKeyReused,
    /// Others wrote at the same time, every time.
    #[error("others are writing to this workspace at the same time; try again in a second")]
    Busy,
    /// The database has another schema than this Worker.
    #[error(
        "the database has schema {found}, this Worker needs {}; apply the migrations",
        crate::store::SCHEMA_VERSION
    )]
    SchemaMismatch { found: String },
    /// A fault of ours or of the platform. The text is logged, never shown.
    #[error("{0}")]
    Internal(String),
}

/// What every fallible step returns.
pub(crate) type Result<T> = std::result::Result<T, Problem>;

impl Problem {
    /// A refused argument, in the engine's own form.
    pub fn argument(argument: &'static str, problem: impl Into<String>) -> Problem {
        Problem::Engine(lucidream::Error::InvalidArgument { argument, problem: problem.into() })
    }

    /// The stable code, the same as in Rust and JavaScript where the engine has it.
    pub fn code(&self) -> &'static str {
        match self {
            Problem::Engine(error) => error.code(),
            Problem::Unauthorized => "unauthorized",
            Problem::Forbidden { .. } => "forbidden",
            Problem::NotFound { .. } => "not_found",
            Problem::MethodNotAllowed { .. } => "method_not_allowed",
            Problem::BodyTooLarge { .. } => "body_too_large",
            Problem::IncompleteBody { .. } => "incomplete_body",
            Problem::PreconditionFailed { .. } => "precondition_failed",
            Problem::DreamOpen { .. } => "dream_open",
            Problem::DreamClosed { .. } => "dream_closed",
            Problem::OtherPlan { .. } => "stale_plan",
            Problem::IdempotencyKeyReused => "idempotency_key_reused",
            Problem::Busy => "busy",
            Problem::SchemaMismatch { .. } => "schema_mismatch",
            Problem::Internal(_) => "internal",
        }
    }

    /// The HTTP status.
    pub fn status(&self) -> u16 {
        match self.code() {
            "unauthorized" => 401,
            "forbidden" => 403,
            "not_found" => 404,
            "method_not_allowed" => 405,
            "dream_open" | "dream_closed" | "stale_plan" | "stale_inverse" => 409,
            "precondition_failed" => 412,
            "body_too_large" | "transcript_too_large" | "memory_too_large" => 413,
            "idempotency_key_reused" => 422,
            "internal" | "unbalanced_ledger" => 500,
            "busy" | "schema_mismatch" => 503,
            _ => 400,
        }
    }

    /// The problem document (RFC 9457).
    pub fn document(&self) -> Value {
        let detail = match self {
            Problem::Internal(_) => "something went wrong here; it is in the log".to_owned(),
            other => other.to_string(),
        };
        let code = self.code();
        let mut document = json!({
            "type": format!("urn:lucidream:problem:{code}"),
            "title": code.replace('_', " "),
            "status": self.status(),
            "code": code,
            "detail": detail,
        });
        if let (Problem::DreamOpen { dream, .. }, Some(fields)) = (self, document.as_object_mut()) {
            fields.insert("dream".to_owned(), json!(dream));
        }
        document
    }

    /// The problem as a response. Faults of ours go to the log first.
    pub fn response(&self) -> worker::Result<Response> {
        if self.status() >= 500 {
            worker::console_error!("{}: {self}", self.code());
        }
        let mut builder = Response::builder()
            .with_status(self.status())
            .with_header("content-type", "application/problem+json")?
            .with_header("cache-control", "no-store")?;
        if let Some((name, value)) = self.header() {
            builder = builder.with_header(name, value)?;
        }
        Ok(builder.fixed(self.document().to_string().into_bytes()))
    }

    fn header(&self) -> Option<(&'static str, &'static str)> {
        match self {
            Problem::Unauthorized => Some(("www-authenticate", "Bearer")),
            Problem::MethodNotAllowed { allowed } => Some(("allow", allowed)),
            Problem::Busy => Some(("retry-after", "1")),
            _ => None,
        }
    }

    /// Whether trying again could end otherwise: the platform's faults pass, the engine's refusals stay.
    pub fn is_transient(&self) -> bool {
        matches!(self, Problem::Internal(_) | Problem::Busy | Problem::SchemaMismatch { .. })
    }
}

impl From<worker::Error> for Problem {
    fn from(error: worker::Error) -> Problem {
        Problem::Internal(match &error {
            // Its Display reads the cause only, and takes that for a string.
            worker::Error::D1(error) => String::from(AsRef::<js_sys::Error>::as_ref(error).message()),
            other => other.to_string(),
        })
    }
}

impl From<worker::kv::KvError> for Problem {
    fn from(error: worker::kv::KvError) -> Problem {
        Problem::Internal(error.to_string())
    }
}

/// What is stored was written by us: if it cannot be read, the fault is ours. Request bodies are checked where they are read.
impl From<serde_json::Error> for Problem {
    fn from(error: serde_json::Error) -> Problem {
        Problem::Internal(format!("stored JSON cannot be read: {error}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_engines_codes_come_through() {
        let stale = lucidream::Error::StalePlan { expected: "a".to_owned(), found: "b".to_owned() };
        let problem = Problem::from(stale);
        assert_eq!((problem.code(), problem.status()), ("stale_plan", 409));
        assert_eq!(
            problem.document()["detail"],
            json!("the plan was made for memory a, this memory is b; dream again")
        );
    }

    #[test]
    fn internals_are_not_shown() {
        let document = Problem::Internal("D1_ERROR: secrets".to_owned()).document();
        assert_eq!(document["status"], json!(500));
        assert!(!document.to_string().contains("secrets"));
    }

    #[test]
    fn an_open_dream_is_named() {
        let problem = Problem::DreamOpen { dream: "dream_1".to_owned(), state: "review".to_owned() };
        assert_eq!(problem.document()["dream"], json!("dream_1"));
    }
}
