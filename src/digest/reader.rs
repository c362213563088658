//! Reading and digesting a transcript that comes in pieces.

use std::collections::BTreeMap;

use super::{Digest, DigestedTranscript, digest_seen, parts};
use crate::error::{Error, Result};
use crate::transcript::{Ended, Format, Part, Reader};

/// Reads and digests a file from its pieces; where they are cut makes no difference.
///
/// Memory is bounded by what is in work, not by the file: the piece, the item that it breaks off in (at most
/// [`crate::MAX_ITEM_BYTES`]), 8 MiB of text that waits to be settled, and of each session its digest and about
/// half a kilobyte. Claude Code's lines leave 8 bytes for each of their ids. OpenTelemetry's spans repeat the history, so
/// the longest one of each conversation is kept until the end.
///
/// Turns are settled after 4 MiB of their session, or when the session was silent for 4 MiB of others: a secret that
/// only later turns show to be one stays out of the digest, but a failure whose fix came only after that has none.
///
/// ```
/// let line = br#"{"id": "s1", "messages": [{"role": "user", "content": "Always indent with tabs."}]}"#;
/// let mut reader = lucidream::TranscriptReader::new(None);
/// for piece in line.chunks(10) {
///     reader.push(piece)?;
/// }
/// assert_eq!(reader.finish()?.digests[0].statements[0].text, "Always indent with tabs.");
/// # Ok::<(), lucidream::Error>(())
/// ```
#[derive(Debug)]
pub struct TranscriptReader {
    reader: Reader,
    /// What the parts of each session gave so far.
    digests: BTreeMap<u32, Digest>,
}

impl TranscriptReader {
    /// A reader for a file of that format, or of the one that its content shows.
    pub fn new(format: Option<Format>) -> Self {
        TranscriptReader { reader: Reader::new(format), digests: BTreeMap::new() }
    }

    /// A reader that does not hash: the host does that faster, and hands the hash to
    /// [`TranscriptReader::finish_as`].
    pub fn without_hash(format: Option<Format>) -> Self {
        TranscriptReader { reader: Reader::without_hash(format), digests: BTreeMap::new() }
    }

    /// Takes the next bytes.
    ///
    /// # Errors
    /// `transcript_too_large`: one JSON object of more than [`crate::MAX_ITEM_BYTES`].
    pub fn push(&mut self, bytes: &[u8]) -> Result<()> {
        let digests = &mut self.digests;
        self.reader.push(bytes, &mut |part| take(digests, part))
    }

    /// Ends the file: the digests of its sessions, and what was passed over.
    ///
    /// # Errors
    /// Those of [`crate::read_transcript`].
    pub fn finish(self) -> Result<DigestedTranscript> {
        self.ended(None)
    }

    /// Ends the file, whose `sha256:…` the caller has computed.
    ///
    /// # Errors
    /// Those of [`crate::read_transcript`], and `invalid_argument` for what is no hash.
    pub fn finish_as(self, transcript: String) -> Result<DigestedTranscript> {
        let digits = transcript.strip_prefix("sha256:").unwrap_or_default();
        if digits.len() != 64 || !digits.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f')) {
            let problem = "allowed: `sha256:` and 64 digits of lower case".to_owned();
            return Err(Error::InvalidArgument { argument: "transcript", problem });
        }
        self.ended(Some(transcript))
    }

    fn ended(self, transcript: Option<String>) -> Result<DigestedTranscript> {
        let mut digests = self.digests;
        let finished = self.reader.finish(transcript, &mut |part| take(&mut digests, part))?;
        let whole = |(number, ended): (Option<u32>, Ended)| {
            let last = digest_seen(&ended.session, &ended.seen);
            match number.and_then(|number| digests.remove(&number)) {
                Some(first) => parts::ended(parts::joined(first, last, ended.base), ended.redactor),
                None => last,
            }
        };
        Ok(DigestedTranscript {
            transcript: finished.transcript,
            format: finished.format,
            reason: finished.reason,
            digests: finished.sessions.into_iter().map(whole).collect(),
            skipped: finished.skipped,
        })
    }
}

fn take(digests: &mut BTreeMap<u32, Digest>, part: Part) {
    let next = digest_seen(&part.turns, &part.seen);
    let whole = match digests.remove(&part.session) {
        Some(first) => parts::joined(first, next, part.base),
        None => next,
    };
    digests.insert(part.session, whole);
}
