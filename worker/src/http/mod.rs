//! HTTP under `/v1`: who calls, what the key opens, which handler, and every refusal as a problem document.

mod agents;
mod audit;
mod body;
mod dreams;
mod memory;
mod page;
mod path;
mod transcripts;

use serde::Serialize;
use worker::{Env, Method, Request, Response, ResponseBuilder};

use crate::bindings::Bindings;
use crate::keys::{Caller, Scope};
use crate::problem::{Problem, Result};
use crate::store::SCHEMA_VERSION;

/// A request whose key is known.
struct Call {
    bindings: Bindings,
    caller: Caller,
    request: Request,
    query: Vec<(String, String)>,
}

impl Call {
    async fn of(request: Request, env: &Env) -> Result<Call> {
        let bindings = Bindings::of(env)?;
        let caller = Caller::of(request.headers(), &bindings.store).await?;
        let query = request.url()?.query_pairs().into_owned().collect();
        Ok(Call { bindings, caller, request, query })
    }

    /// The call, if its key holds the scope.
    fn with(self, scope: Scope) -> Result<Call> {
        self.caller.may(scope)?;
        Ok(self)
    }

    /// The first value of a query parameter, if it is there and not empty.
    fn parameter(&self, name: &str) -> Option<&str> {
        let found = self.query.iter().find(|(key, value)| key == name && !value.is_empty());
        found.map(|(_, value)| value.as_str())
    }

    fn header(&self, name: &str) -> Result<Option<String>> {
        Ok(self.request.headers().get(name)?)
    }

    /// The Idempotency-Key, if there is one. At most 255 characters.
    fn idempotency_key(&self) -> Result<Option<String>> {
        let key = self.header("idempotency-key")?.filter(|key| !key.is_empty());
        if key.as_ref().is_some_and(|key| key.len() > 255) {
            return Err(Problem::argument("Idempotency-Key", "it is longer than 255 bytes"));
        }
        Ok(key)
    }
}

/// Answers a request; never fails but where the platform cannot even make a response.
pub(crate) async fn answer(request: Request, env: &Env) -> worker::Result<Response> {
    match route(request, env).await {
        Ok(response) => Ok(response),
        Err(problem) => problem.response(),
    }
}

/// (1) What is not the API's is a static asset that is not there: 404. (2) The key: 401. (3) The path: 404, its methods:
/// 405. (4) The scope, in the handler's line: 403. (5) The handler.
async fn route(request: Request, env: &Env) -> Result<Response> {
    let path = path::segments(&request.path())?;
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    match path.as_slice() {
        ["healthz"] => health(env).await,
        ["v1", path @ ..] => api(request, env, path).await,
        other => Err(nowhere(other)),
    }
}

async fn api(request: Request, env: &Env, path: &[&str]) -> Result<Response> {
    use Method::{Get, Post, Put};
    use Scope::{Admin, Ingest, Read, Review};
    let method = if request.method() == Method::Head { Get } else { request.method() };
    let call = Call::of(request, env).await?;
    match (method, path) {
        (Get, ["agents"]) => agents::list(call.with(Read)?).await,
        (Get, ["agents", id]) => agents::get(call.with(Read)?, id).await,
        (Put, ["agents", id]) => agents::put(call.with(Admin)?, id).await,
        (Get, ["agents", id, "transcripts"]) => transcripts::list(call.with(Read)?, id).await,
        (Post, ["agents", id, "transcripts"]) => transcripts::upload(call.with(Ingest)?, id).await,
        (Get, ["transcripts", hash]) => transcripts::bytes(call.with(Read)?, hash).await,
        (Get, ["agents", id, "memory"]) => memory::get(call.with(Read)?, id).await,
        (Put, ["agents", id, "memory"]) => memory::put(call.with(Review)?, id).await,
        (Get, ["agents", id, "memory.md"]) => memory::markdown(call.with(Read)?, id).await,
        (Put, ["agents", id, "usage"]) => agents::usage(call.with(Ingest)?, id).await,
        (Get, ["agents", id, "dreams"]) => dreams::list(call.with(Read)?, Some(id)).await,
        (Post, ["agents", id, "dreams"]) => dreams::start(call.with(Review)?, id).await,
        (Get, ["dreams"]) => dreams::list(call.with(Read)?, None).await,
        (Get, ["dreams", id]) => dreams::get(call.with(Read)?, id).await,
        (Get, ["dreams", id, "plan"]) => dreams::plan(call.with(Read)?, id).await,
        (Post, ["dreams", id, "decisions"]) => dreams::decide(call.with(Review)?, id).await,
        (Post, ["dreams", id, "undo"]) => dreams::undo(call.with(Review)?, id).await,
        (Post, ["dreams", id, "cancel"]) => dreams::cancel(call.with(Review)?, id).await,
        (Get, ["audit"]) => audit::list(call.with(Read)?).await,
        (_, path) => Err(allowed(path).map_or_else(|| nowhere(path), |allowed| Problem::MethodNotAllowed { allowed })),
    }
}

/// The methods of a path that exists.
fn allowed(path: &[&str]) -> Option<&'static str> {
    match path {
        ["agents" | "dreams" | "audit"] | ["transcripts" | "dreams", _] => Some("GET"),
        ["agents", _, "memory.md"] | ["dreams", _, "plan"] => Some("GET"),
        ["agents", _] | ["agents", _, "memory"] => Some("GET, PUT"),
        ["agents", _, "transcripts" | "dreams"] => Some("GET, POST"),
        ["agents", _, "usage"] => Some("PUT"),
        ["dreams", _, "decisions" | "undo" | "cancel"] => Some("POST"),
        _ => None,
    }
}

fn nowhere(path: &[&str]) -> Problem {
    Problem::NotFound { what: "page", id: path.join("/") }
}

/// Whether the Worker can work: its database is there and has the right schema.
async fn health(env: &Env) -> Result<Response> {
    Bindings::of(env)?.store.check_schema().await?;
    json(200, &serde_json::json!({ "ok": true, "engine": lucidream::ENGINE_VERSION, "schema": SCHEMA_VERSION }))
}

/// Headers of every answer. Nothing here is for caches between us and the client: it all belongs to a key.
fn builder(status: u16, content_type: &str) -> Result<ResponseBuilder> {
    Ok(Response::builder()
        .with_status(status)
        .with_header("content-type", content_type)?
        .with_header("x-content-type-options", "nosniff")?
        .with_header("cache-control", "private, no-cache")?)
}

fn json<T: Serialize>(status: u16, value: &T) -> Result<Response> {
    Ok(builder(status, "application/json")?.fixed(serde_json::to_vec(value)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_and_their_methods() {
        for (path, methods) in [
            ("agents", Some("GET")),
            ("agents/a", Some("GET, PUT")),
            ("agents/a/transcripts", Some("GET, POST")),
            ("agents/a/memory.md", Some("GET")),
            ("transcripts/sha256:0", Some("GET")),
            ("dreams/d/undo", Some("POST")),
            ("transcripts", None),
            ("dreams/d/other", None),
            ("", None),
        ] {
            let path: Vec<&str> = path.split('/').collect();
            assert_eq!(allowed(&path), methods, "{path:?}");
        }
    }
}
