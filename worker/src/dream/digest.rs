//! The digest step: one transcript, as often as the queue likes, digested once.

use lucidream::{DigestedTranscript, TranscriptReader};
use serde_json::json;

use super::{lease, send_plan};
use crate::bindings::Bindings;
use crate::clock;
use crate::problem::{Problem, Result};
use crate::store::{Reading, TranscriptRow, Written, get_piece};

/// Which transcript, and for which dream if for one.
pub(crate) struct DigestJob<'a> {
    pub workspace: &'a str,
    pub agent: &'a str,
    pub transcript: &'a str,
    pub dream: Option<&'a str>,
}

/// Digests a transcript.
///
/// (1) Unless this engine version has read it already, the transcript is digested piece by piece;
/// digests, or the engine's refusal, are written in one batch. (2) If it was the last one that its dream waited for, the
/// dream goes on.
pub(crate) async fn digest(bindings: &Bindings, job: &DigestJob<'_>) -> Result<()> {
    let Some(row) = bindings.store.transcript(job.workspace, job.agent, job.transcript).await? else { return Ok(()) };
    if !bindings.store.is_read(job.workspace, &row.hash, &row.format).await? {
        let digested = read(bindings, &row).await?;
        commit(bindings, job, reading(&row, digested, &clock::now())).await?;
    }
    go_on(bindings, job).await
}

/// Reads a transcript from its pieces, of which one at a time is in memory. Each is checked by its hash, which stands for that
/// of the whole: the row was written with both. The outer error is the platform's, the inner one
/// the engine's word on the transcript.
async fn read(bindings: &Bindings, row: &TranscriptRow) -> Result<lucidream::Result<DigestedTranscript>> {
    let mut reader = TranscriptReader::without_hash(row.format());
    for hash in row.pieces()? {
        let piece = get_piece(&bindings.kv, &hash).await?;
        if lucidream::sha256(&piece) != hash {
            return Err(Problem::Internal(format!("what KV has under piece {hash} is something else")));
        }
        if let Err(error) = reader.push(&piece) {
            return Ok(Err(error));
        }
    }
    Ok(reader.finish_as(row.hash.clone()))
}

/// Gives a transcript up whose digest step fails every time: the dream goes on without it.
pub(crate) async fn digest_is_lost(bindings: &Bindings, job: &DigestJob<'_>) -> Result<()> {
    let Some(row) = bindings.store.transcript(job.workspace, job.agent, job.transcript).await? else { return Ok(()) };
    let why = "reading it failed every time it was tried; it is kept, and the next engine version tries again";
    let at = clock::now();
    commit(bindings, job, Reading { error: Some(("digest_failed", why.to_owned())), ..unread(&row, &at) }).await?;
    go_on(bindings, job).await
}

fn reading<'a>(row: &'a TranscriptRow, digested: lucidream::Result<DigestedTranscript>, at: &'a str) -> Reading<'a> {
    match digested {
        Ok(digested) => Reading {
            found_format: json!(digested.format).as_str().map(str::to_owned),
            skipped: lucidream::canonical(&digested.skipped),
            digests: digested.digests,
            ..unread(row, at)
        },
        Err(error) => Reading { error: Some((error.code(), error.to_string())), ..unread(row, at) },
    }
}

fn unread<'a>(row: &'a TranscriptRow, at: &'a str) -> Reading<'a> {
    Reading {
        transcript: &row.hash,
        format: &row.format,
        found_format: None,
        skipped: "[]".to_owned(),
        digests: Vec::new(),
        error: None,
        at,
    }
}

async fn commit(bindings: &Bindings, job: &DigestJob<'_>, reading: Reading<'_>) -> Result<()> {
    let mut step = bindings.store.step(job.workspace);
    step.add_reading(&reading)?;
    if let Some(dream) = job.dream {
        step.keep_dream(dream, reading.at, &lease())?;
    }
    match step.commit().await? {
        Written::Done => Ok(()),
        Written::Overtaken => Err(Problem::Internal(format!("the reading of {} was refused", job.transcript))),
    }
}

/// Several that end at once may each find themselves the last one; planning twice gives one plan.
async fn go_on(bindings: &Bindings, job: &DigestJob<'_>) -> Result<()> {
    let Some(dream) = job.dream else { return Ok(()) };
    if bindings.store.unread_transcripts(job.workspace, dream).await?.is_empty() {
        send_plan(bindings, job.workspace, dream).await?;
    }
    Ok(())
}
