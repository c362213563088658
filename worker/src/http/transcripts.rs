//! `/v1/agents/{id}/transcripts`: raw transcripts in, and out again so that evidence can be opened.

use futures_util::{StreamExt, stream};
use lucidream::Format;
use serde::Serialize;
use serde_json::json;
use worker::Response;

use super::body::Body;
use super::page::Page;
use super::{Call, agents, builder, path};
use crate::clock;
use crate::problem::{Problem, Result};
use crate::queue::{self, Message};
use crate::store::{
    Cutter, Event, MAX_TRANSCRIPT_BYTES, NewTranscript, TranscriptRow, Whole, Written, get_piece, parse_format,
    put_piece, too_large, until_written,
};

/// A transcript on the wire.
#[derive(Serialize)]
struct Transcript {
    id: String,
    bytes: u32,
    /// As it was read, or else as the client named it.
    format: Option<String>,
    /// `uploaded`, `digested` or `failed`.
    state: String,
    sessions: Option<u32>,
    error: Option<Refusal>,
    uploaded_at: String,
    /// The first dream that accounts for it.
    dream: Option<String>,
}

/// Why a transcript or a dream failed.
#[derive(Serialize)]
pub(super) struct Refusal {
    pub code: String,
    pub message: String,
}

impl Refusal {
    pub fn of(code: Option<String>, message: Option<String>) -> Option<Refusal> {
        code.map(|code| Refusal { code, message: message.unwrap_or_default() })
    }
}

impl From<TranscriptRow> for Transcript {
    fn from(row: TranscriptRow) -> Transcript {
        Transcript {
            id: row.hash,
            bytes: row.bytes,
            format: row.found_format.or(Some(row.format)).filter(|format| !format.is_empty()),
            state: row.state.unwrap_or_else(|| "uploaded".to_owned()),
            sessions: row.sessions,
            error: Refusal::of(row.error_code, row.error_message),
            uploaded_at: row.uploaded_at,
            dream: row.dream_id,
        }
    }
}

/// `GET /v1/agents/{id}/transcripts`: newest first.
pub(super) async fn list(call: Call, id: &str) -> Result<Response> {
    let page = Page::of(&call)?;
    call.agent(id).await?;
    let newest = page.start(("9999", ""));
    let rows = call.bindings.store.transcripts_before(&call.caller.workspace, id, newest, page.fetch()).await?;
    super::json(200, &page.list(rows, |row| (row.uploaded_at.clone(), row.hash.clone()), Transcript::from))
}

/// `POST /v1/agents/{id}/transcripts?format=`: takes a transcript in.
///
/// (1) Name and format are checked: 400. (2) The body goes to KV piece by piece while it comes; nothing more is kept
/// of one that is too long (413), and an empty one is refused (400). (3) Row and audit row are written in one batch; the same bytes again change
/// nothing. (4) It is queued to be read ahead of any dream; should that fail, the next dream reads it.
pub(super) async fn upload(mut call: Call, id: &str) -> Result<Response> {
    let id = path::agent_name(id)?;
    let format = call.parameter("format").unwrap_or_default().to_owned();
    if !format.is_empty() && parse_format(&format).is_none() {
        let known = Format::ALL.map(Format::name).join(", ");
        let problem = format!("`{format}` is none of {known}");
        return Err(Problem::argument("format", problem));
    }
    let whole = receive(&mut call).await?;
    let known = call.bindings.store.transcript(&call.caller.workspace, id, &whole.hash).await?.is_some();
    if !known && let Some(hash) = whole.pieces.last() {
        put_piece(&call.bindings.kv, hash, &whole.last).await?;
    }
    let already = write(&call, id, &whole, &format).await?;
    let message = Message::Digest {
        workspace: call.caller.workspace.clone(),
        agent: id.to_owned(),
        transcript: whole.hash.clone(),
        dream: None,
    };
    if let Err(problem) = queue::send(&call.bindings.digest_queue, vec![message]).await {
        worker::console_error!("transcript {} waits for its dream: {problem}", whole.hash);
    }
    let status = if already { 200 } else { 201 };
    super::json(status, &json!({ "id": whole.hash, "bytes": whole.bytes, "already": already }))
}

/// Takes the body in: every piece but the last is in KV afterwards.
async fn receive(call: &mut Call) -> Result<Whole> {
    let mut body = Body::of(&mut call.request)?;
    if let Some(announced) = body.announced.filter(|bytes| *bytes > MAX_TRANSCRIPT_BYTES) {
        body.drain().await;
        return Err(too_large(announced));
    }
    let mut cutter = Cutter::new();
    while let Some(bytes) = body.next().await? {
        let full = match cutter.push(&bytes) {
            Ok(full) => full,
            Err(problem) => {
                body.drain().await;
                return Err(problem);
            }
        };
        for (hash, piece) in full {
            put_piece(&call.bindings.kv, &hash, &piece).await?;
        }
    }
    cutter.finish()
}

/// Writes the row; gives whether it was there already. Another format for known bytes has them read anew.
async fn write(call: &Call, id: &str, whole: &Whole, format: &str) -> Result<bool> {
    let (store, workspace) = (&call.bindings.store, &call.caller.workspace);
    until_written(async || {
        let mut step = store.recorded_step(workspace).await?;
        let at = clock::now();
        let found = store.transcript(workspace, id, &whole.hash).await?;
        let action = match &found {
            Some(row) if format.is_empty() || row.format == format => return Ok(Some(true)),
            Some(_) => {
                step.name_format(id, &whole.hash, format)?;
                "transcript.format_named"
            }
            None => {
                agents::ensure(call, &mut step, id, &at).await?;
                let bytes = u32::try_from(whole.bytes).unwrap_or(u32::MAX);
                let (hash, pieces) = (&whole.hash, &whole.pieces);
                step.add_transcript(&NewTranscript { agent: id, hash, bytes, pieces, format, at: &at })?;
                "transcript.uploaded"
            }
        };
        let (actor, subject) = (&call.caller.actor, format!("transcript:{}", whole.hash));
        let detail = json!({ "agent": id, "bytes": whole.bytes, "format": format });
        step.record(Event { at: &at, actor, action, subject, detail })?;
        Ok((step.commit().await? == Written::Done).then_some(found.is_some()))
    })
    .await
}

/// `GET /v1/transcripts/{hash}`: the raw bytes, piece by piece.
pub(super) async fn bytes(call: Call, hash: &str) -> Result<Response> {
    let row = call.bindings.store.transcript_of_any(&call.caller.workspace, hash).await?;
    let row = row.ok_or_else(|| Problem::NotFound { what: "transcript", id: hash.to_owned() })?;
    let kv = call.bindings.kv.clone();
    let pieces = stream::iter(row.pieces()?).then(move |piece| {
        let kv = kv.clone();
        async move { get_piece(&kv, &piece).await.map_err(|problem| worker::Error::RustError(problem.to_string())) }
    });
    // Hostile text: it must be neither shown nor run as anything by a browser that is led here.
    let response = builder(200, "application/octet-stream")?
        .with_header("content-disposition", "attachment")?
        .with_header("content-security-policy", "default-src 'none'; sandbox")?
        .with_header("etag", &format!("\"{hash}\""))?;
    Ok(response.from_stream(Box::pin(pieces))?)
}
