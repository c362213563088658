//! API keys: who calls, and what the key opens.

use serde::Deserialize;
use worker::Headers;

use crate::problem::{Problem, Result};
use crate::store::{SCHEMA_VERSION, Store};

/// What a key can be allowed to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Scope {
    /// Hand transcripts in.
    Ingest,
    /// See everything of the workspace.
    Read,
    /// Decide about dreams and write memory.
    Review,
    /// Configure agents; holds all other scopes.
    Admin,
}

impl Scope {
    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Scope::Ingest => "ingest",
            Scope::Read => "read",
            Scope::Review => "review",
            Scope::Admin => "admin",
        }
    }
}

/// Who calls.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    /// The workspace that the key opens.
    pub workspace: String,
    /// Name for the audit log: `key:` and the start of the key's hash.
    pub actor: String,
    scopes: Vec<Scope>,
}

#[derive(Deserialize)]
struct KeyRow {
    workspace_id: String,
    scopes: String,
    schema_version: String,
}

impl Caller {
    /// Finds the caller of a request by the SHA-256 of its key.
    ///
    /// `unauthorized` for a missing, unknown or revoked key.
    pub async fn of(headers: &Headers, store: &Store) -> Result<Caller> {
        let (authorization, api_key) = (headers.get("authorization")?, headers.get("x-api-key")?);
        let key = key(authorization.as_deref(), api_key.as_deref()).ok_or(Problem::Unauthorized)?;
        let hash = lucidream::sha256(key.as_bytes());
        let hex = hash.trim_start_matches("sha256:");
        let row: KeyRow = store
            .row(
                "SELECT workspace_id, scopes, (SELECT value FROM meta WHERE key = 'schema_version') AS schema_version
                 FROM api_keys WHERE hash = ? AND revoked_at IS NULL",
                &[hex.into()],
            )
            .await?
            .ok_or(Problem::Unauthorized)?;
        if row.schema_version != SCHEMA_VERSION {
            return Err(Problem::SchemaMismatch { found: row.schema_version });
        }
        let actor = format!("key:{}", hex.get(..12).unwrap_or(hex));
        Ok(Caller { workspace: row.workspace_id, actor, scopes: serde_json::from_str(&row.scopes)? })
    }

    /// `forbidden` unless the key holds the scope.
    pub fn may(&self, scope: Scope) -> Result<()> {
        if self.scopes.contains(&scope) || self.scopes.contains(&Scope::Admin) {
            return Ok(());
        }
        Err(Problem::Forbidden { scope: scope.name() })
    }
}

/// The key in a request's headers: `Authorization: Bearer <key>` or `x-api-key: <key>`.
fn key<'h>(authorization: Option<&'h str>, api_key: Option<&'h str>) -> Option<&'h str> {
    let bearer = authorization.and_then(|value| {
        let (scheme, key) = value.trim().split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| key.trim())
    });
    bearer.or(api_key.map(str::trim)).filter(|key| !key.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_keys_are_found() {
        assert_eq!(key(Some("Bearer abc"), None), Some("abc"));
        assert_eq!(key(Some("bearer  abc "), Some("other")), Some("abc"));
        assert_eq!(key(None, Some(" abc")), Some("abc"));
        assert_eq!(key(Some("Basic abc"), Some("other")), Some("other"));
        for (authorization, api_key) in
            [(None, None), (Some("Bearer"), None), (Some("Bearer "), None), (None, Some(" "))]
        {
            assert_eq!(key(authorization, api_key), None);
        }
    }

    #[test]
    fn admin_holds_the_others() {
        let caller = |scopes| Caller { workspace: String::new(), actor: String::new(), scopes };
        assert!(caller(vec![Scope::Admin]).may(Scope::Ingest).is_ok());
        assert!(caller(vec![Scope::Read]).may(Scope::Read).is_ok());
        assert_eq!(caller(vec![Scope::Read]).may(Scope::Review).map_err(|p| p.code()), Err("forbidden"));
    }
}
