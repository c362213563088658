//! Request bodies, read with a limit.

use futures_util::StreamExt;
use serde::de::DeserializeOwned;
use serde_json::Value;
use worker::{ByteStream, Headers, Request};

use crate::problem::{BODY_BYTES, Problem, Result};

/// Bytes of a JSON request that carries no memory.
const JSON_BYTES: usize = 4 * 1024 * 1024;

/// Bytes that are thrown away after a body turned out too long. The runtime closes the connection on a client that is still
/// sending, which then sees a broken connection instead of the answer. A body is at most 100 to 500 MB in production.
/// <https://developers.cloudflare.com/workers/platform/limits/#request-limits>
const DRAIN_BYTES: usize = 256 * 1024 * 1024;

/// A body that is taken in as it comes.
pub(super) struct Body {
    stream: Option<ByteStream>,
    /// `Content-Length`, where the client said it.
    pub announced: Option<usize>,
    found: usize,
}

impl Body {
    /// The body of a request; one that is absent has no bytes.
    pub fn of(request: &mut Request) -> Result<Body> {
        let announced = announced(request.headers())?;
        let stream = if request.inner().body().is_some() { Some(request.stream()?) } else { None };
        Ok(Body { stream, announced, found: 0 })
    }

    /// The next bytes. A body that ends early is `incomplete_body`: the stream of an aborted upload just ends.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>> {
        let Some(stream) = &mut self.stream else { return Ok(None) };
        match stream.next().await {
            Some(bytes) => {
                let bytes = bytes.map_err(|error| Problem::argument("body", error.to_string()))?;
                self.found += bytes.len();
                Ok(Some(bytes))
            }
            None => match self.announced {
                Some(announced) if announced != self.found => {
                    Err(Problem::IncompleteBody { announced, found: self.found })
                }
                _ => Ok(None),
            },
        }
    }

    /// Throws the rest away, so that the client hears why it is refused.
    pub async fn drain(mut self) {
        let end = self.found.saturating_add(DRAIN_BYTES);
        while self.found < end && matches!(self.next().await, Ok(Some(_))) {}
    }

    /// The whole body, or `body_too_large`.
    async fn whole(mut self, limit: usize) -> Result<Vec<u8>> {
        let mut whole = Vec::new();
        while let Some(bytes) = self.next().await? {
            if whole.len() + bytes.len() > limit {
                self.drain().await;
                return Err(Problem::BodyTooLarge { limit });
            }
            whole.extend_from_slice(&bytes);
        }
        Ok(whole)
    }
}

fn announced(headers: &Headers) -> Result<Option<usize>> {
    // A compressed body is longer than announced when it is read.
    if headers.has("content-encoding")? {
        return Ok(None);
    }
    Ok(headers.get("content-length")?.and_then(|length| length.parse().ok()))
}

/// A JSON object. `invalid_argument` says where it is not what it should be.
pub(super) async fn json<T: DeserializeOwned>(request: &mut Request) -> Result<T> {
    let bytes = Body::of(request)?.whole(JSON_BYTES).await?;
    // By way of a value: serde would take a list for a struct.
    let fields: serde_json::Map<String, Value> = serde_json::from_slice(&bytes).map_err(refused)?;
    serde_json::from_value(Value::Object(fields)).map_err(refused)
}

fn refused(error: serde_json::Error) -> Problem {
    Problem::argument("body", error.to_string())
}

/// A text body.
pub(super) async fn text(request: &mut Request) -> Result<String> {
    let bytes = Body::of(request)?.whole(BODY_BYTES).await?;
    String::from_utf8(bytes).map_err(|error| Problem::argument("body", format!("not UTF-8: {error}")))
}
