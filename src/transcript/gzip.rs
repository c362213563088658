//! Unpacking gzip that comes in pieces, members one behind the other included.

use std::io::Write;

use flate2::write::MultiGzDecoder;

use crate::{Error, Result};

/// How gzip begins.
pub(crate) const MAGIC: [u8; 2] = [0x1f, 0x8b];

/// Bytes unpacked at once. Deflate gives up to 1032 for one, so this bounds what they take.
const STEP: usize = 4 * 1024;

/// How many bytes one packed byte may give, beyond [`FREE`]. Transcripts are 4 to 40 times as long as packed; a file made
/// to take long to read claims to be a thousand times as long.
const MOST_RATIO: usize = 200;

/// Bytes that any file may give.
const FREE: usize = 64 * 1024 * 1024;

/// A packed file being read.
pub(crate) struct Gzip {
    decoder: MultiGzDecoder<Vec<u8>>,
    packed: usize,
    unpacked: usize,
    broken: Option<String>,
}

impl Gzip {
    pub(crate) fn new() -> Self {
        Gzip { decoder: MultiGzDecoder::new(Vec::new()), packed: 0, unpacked: 0, broken: None }
    }

    /// Unpacks the next bytes. What stands behind a broken place is lost.
    ///
    /// # Errors
    /// `transcript_too_large` for a file that gives more than any transcript would; those of `give`.
    pub(crate) fn push(&mut self, bytes: &[u8], give: &mut dyn FnMut(&[u8]) -> Result<()>) -> Result<()> {
        for step in bytes.chunks(STEP) {
            if self.broken.is_some() {
                return Ok(());
            }
            self.packed += step.len();
            if let Err(error) = self.decoder.write_all(step) {
                self.broken = Some(error.to_string());
            }
            self.hand_on(give)?;
        }
        Ok(())
    }

    /// Ends the file; says what is wrong with it, if anything is.
    pub(crate) fn finish(mut self, give: &mut dyn FnMut(&[u8]) -> Result<()>) -> Result<Option<String>> {
        if self.broken.is_none()
            && let Err(error) = self.decoder.try_finish()
        {
            self.broken = Some(error.to_string());
        }
        self.hand_on(give)?;
        Ok(self.broken)
    }

    fn hand_on(&mut self, give: &mut dyn FnMut(&[u8]) -> Result<()>) -> Result<()> {
        let unpacked = std::mem::take(self.decoder.get_mut());
        self.unpacked += unpacked.len();
        let limit = self.packed.saturating_mul(MOST_RATIO).saturating_add(FREE);
        if self.unpacked > limit {
            return Err(Error::TranscriptTooLarge { what: "the unpacked transcript", bytes: self.unpacked, limit });
        }
        give(&unpacked)?;
        *self.decoder.get_mut() = unpacked;
        self.decoder.get_mut().clear();
        Ok(())
    }
}
