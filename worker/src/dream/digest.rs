//! The digest step: one transcript, as often as the queue likes, digested once.

use lucidream::{Config, DigestedTranscript};
use serde_json::json;

use super::{lease, reader, send_plan};
use crate::bindings::Bindings;
use crate::clock;
use crate::problem::Result;
use crate::store::{Reading, TranscriptRow, get_whole};

/// Which transcript, and for which dream if for one.
pub(crate) struct DigestJob<'a> {
    pub workspace: &'a str,
    pub agent: &'a str,
    pub transcript: &'a str,
    pub dream: Option<&'a str>,
}

/// Digests a transcript.
///
/// (1) The configuration is the dream's, or the agent's before any dream; nothing is left to do for a dream that is closed.
/// (2) Unless that reader has read it already, the transcript is put together from its pieces and digested; digests, or the
/// engine's refusal, are written in one batch. (3) If it was the last one that its dream waited for, the dream goes on.
pub(crate) async fn digest(bindings: &Bindings, job: &DigestJob<'_>) -> Result<()> {
    let Some(config) = config(bindings, job).await? else { return Ok(()) };
    let Some(row) = bindings.store.transcript(job.workspace, job.agent, job.transcript).await? else { return Ok(()) };
    let reader = reader(&config);
    if !bindings.store.is_read(job.workspace, job.agent, (&row.hash, &row.format), &reader).await? {
        let bytes = get_whole(&bindings.kv, &row.hash, &row.pieces()?, row.bytes).await?;
        let digested = lucidream::digest_transcript(&bytes, row.format(), &config);
        write(bindings, job, &row, &reader, digested).await?;
    }
    go_on(bindings, job).await
}

/// Gives a transcript up whose digest step fails every time: the dream goes on without it.
pub(crate) async fn digest_is_lost(bindings: &Bindings, job: &DigestJob<'_>) -> Result<()> {
    let Some(config) = config(bindings, job).await? else { return Ok(()) };
    let Some(row) = bindings.store.transcript(job.workspace, job.agent, job.transcript).await? else { return Ok(()) };
    let message = "reading it failed every time it was tried; it is kept, and the next engine version tries again";
    let reading = Reading {
        found_format: None,
        skipped: "[]".to_owned(),
        digests: Vec::new(),
        error: Some(("digest_failed", message.to_owned())),
        ..reading(job, &row, &reader(&config), &clock::now())
    };
    commit(bindings, job, &reading).await?;
    go_on(bindings, job).await
}

/// The configuration to read with; `None` if nobody waits for this any more.
async fn config(bindings: &Bindings, job: &DigestJob<'_>) -> Result<Option<Config>> {
    match job.dream {
        None => {
            let agent = bindings.store.agent(job.workspace, job.agent).await?;
            agent.map(|agent| agent.config()).transpose()
        }
        Some(id) => {
            let dream = bindings.store.dream(job.workspace, id).await?;
            dream.filter(|dream| dream.is_running()).map(|dream| dream.config()).transpose()
        }
    }
}

async fn write(
    bindings: &Bindings,
    job: &DigestJob<'_>,
    row: &TranscriptRow,
    reader: &str,
    digested: lucidream::Result<DigestedTranscript>,
) -> Result<()> {
    let now = clock::now();
    let blank = reading(job, row, reader, &now);
    let reading = match digested {
        Ok(digested) => Reading {
            found_format: json!(digested.format).as_str().map(str::to_owned),
            skipped: lucidream::canonical(&digested.skipped),
            digests: digested.digests,
            ..blank
        },
        Err(error) => Reading { error: Some((error.code(), error.to_string())), ..blank },
    };
    commit(bindings, job, &reading).await
}

fn reading<'a>(job: &'a DigestJob<'_>, row: &'a TranscriptRow, reader: &'a str, at: &'a str) -> Reading<'a> {
    Reading {
        agent: job.agent,
        transcript: &row.hash,
        format: &row.format,
        reader,
        found_format: None,
        skipped: "[]".to_owned(),
        digests: Vec::new(),
        error: None,
        at,
    }
}

async fn commit(bindings: &Bindings, job: &DigestJob<'_>, reading: &Reading<'_>) -> Result<()> {
    let mut step = bindings.store.step(job.workspace);
    step.add_reading(reading)?;
    if let Some(dream) = job.dream {
        step.keep_dream(dream, reading.at, &lease())?;
    }
    step.commit().await?;
    Ok(())
}

/// Several that end at once may each find themselves the last one; planning twice gives one plan.
async fn go_on(bindings: &Bindings, job: &DigestJob<'_>) -> Result<()> {
    let Some(dream) = job.dream else { return Ok(()) };
    if bindings.store.unread_transcripts(job.workspace, dream).await?.is_empty() {
        send_plan(bindings, job.workspace, dream).await?;
    }
    Ok(())
}
