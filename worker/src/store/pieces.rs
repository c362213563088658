//! Raw transcripts in KV: cut into pieces under their hashes, so that no upload is held in memory whole.

use sha2::{Digest as _, Sha256};
use worker::kv::KvStore;

use crate::problem::{Problem, Result};

/// Bytes of a piece. KV takes 25 MiB; smaller pieces keep the memory of an upload small (128 MB for all requests of an
/// isolate). <https://developers.cloudflare.com/kv/platform/limits/>
pub(crate) const PIECE_BYTES: usize = 4 * 1024 * 1024;

/// Bytes of a transcript. The engine would read any; a request carries at most 100 MB, and this takes about a second of the
/// 30 that a queue's consumer has. <https://developers.cloudflare.com/workers/platform/limits/>
pub(crate) const MAX_TRANSCRIPT_BYTES: usize = 64 * 1024 * 1024;

/// Cuts a stream of bytes into pieces and hashes the whole on the way.
pub(crate) struct Cutter {
    whole: Sha256,
    bytes: usize,
    pieces: Vec<String>,
    current: Vec<u8>,
}

/// A stream that ended.
pub(crate) struct Whole {
    /// `sha256:…` of all bytes.
    pub hash: String,
    /// How many.
    pub bytes: usize,
    /// `sha256:…` of each piece in order, `last` included.
    pub pieces: Vec<String>,
    /// The last piece, not stored yet: whether it has to be is known only now.
    pub last: Vec<u8>,
}

impl Cutter {
    pub fn new() -> Cutter {
        Cutter { whole: Sha256::new(), bytes: 0, pieces: Vec::new(), current: Vec::new() }
    }

    /// Takes bytes; gives the pieces that are full and followed by more, each with its hash.
    ///
    /// `transcript_too_large` as soon as there are more than a transcript may have.
    pub fn push(&mut self, mut bytes: &[u8]) -> Result<Vec<(String, Vec<u8>)>> {
        self.bytes += bytes.len();
        if self.bytes > MAX_TRANSCRIPT_BYTES {
            return Err(too_large(self.bytes));
        }
        self.whole.update(bytes);
        let mut full = Vec::new();
        while self.current.len() + bytes.len() > PIECE_BYTES {
            let (head, rest) = bytes.split_at(PIECE_BYTES - self.current.len());
            self.current.extend_from_slice(head);
            let hash = lucidream::sha256(&self.current);
            self.pieces.push(hash.clone());
            full.push((hash, std::mem::take(&mut self.current)));
            bytes = rest;
        }
        self.current.extend_from_slice(bytes);
        Ok(full)
    }

    /// Ends the stream. `empty_transcript` if nothing came.
    pub fn finish(mut self) -> Result<Whole> {
        if self.bytes == 0 {
            return Err(lucidream::Error::EmptyTranscript { bytes: 0 }.into());
        }
        self.pieces.push(lucidream::sha256(&self.current));
        let digest = self.whole.finalize();
        let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Whole { hash: format!("sha256:{hex}"), bytes: self.bytes, pieces: self.pieces, last: self.current })
    }
}

/// `transcript_too_large`, with what is allowed.
pub(crate) fn too_large(bytes: usize) -> Problem {
    lucidream::Error::TranscriptTooLarge { what: "the transcript", bytes, limit: MAX_TRANSCRIPT_BYTES }.into()
}

/// Stores a piece under its hash. The same piece again changes nothing.
pub(crate) async fn put_piece(kv: &KvStore, hash: &str, bytes: &[u8]) -> Result<()> {
    Ok(kv.put_bytes(&key(hash), bytes)?.execute().await?)
}

/// A piece. KV may take a minute to show at one place what was written at another, so a missing one is worth a retry.
pub(crate) async fn get_piece(kv: &KvStore, hash: &str) -> Result<Vec<u8>> {
    kv.get(&key(hash)).bytes().await?.ok_or_else(|| Problem::Internal(format!("piece {hash} is not in KV (yet)")))
}

fn key(hash: &str) -> String {
    format!("piece:{hash}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(chunks: &[&[u8]]) -> Result<(Vec<Vec<u8>>, Whole)> {
        let mut cutter = Cutter::new();
        let mut pieces = Vec::new();
        for chunk in chunks {
            pieces.extend(cutter.push(chunk)?.into_iter().map(|(_, piece)| piece));
        }
        Ok((pieces, cutter.finish()?))
    }

    #[test]
    fn pieces_add_up_however_the_stream_is_chunked() {
        let bytes: Vec<u8> = (0..PIECE_BYTES * 2 + 5).map(|i| (i % 251) as u8).collect();
        for chunk in [1_000_003, PIECE_BYTES, bytes.len()] {
            let chunks: Vec<&[u8]> = bytes.chunks(chunk).collect();
            let (mut pieces, whole) = cut(&chunks).expect("small enough");
            pieces.push(whole.last);
            assert_eq!(pieces.iter().map(Vec::len).collect::<Vec<_>>(), [PIECE_BYTES, PIECE_BYTES, 5]);
            assert_eq!(whole.pieces, pieces.iter().map(|piece| lucidream::sha256(piece)).collect::<Vec<_>>());
            assert_eq!((whole.hash, whole.bytes), (lucidream::sha256(&bytes), bytes.len()));
            assert_eq!(pieces.concat(), bytes);
        }
    }

    #[test]
    fn a_full_last_piece_is_held_back() {
        let (pieces, whole) = cut(&[&vec![7; PIECE_BYTES]]).expect("small enough");
        assert_eq!((pieces.len(), whole.last.len(), whole.pieces.len()), (0, PIECE_BYTES, 1));
    }

    #[test]
    fn limits() {
        assert_eq!(cut(&[b""]).map_err(|p| p.code()).err(), Some("empty_transcript"));
        let chunk = vec![0; PIECE_BYTES];
        let most: Vec<&[u8]> = (0..MAX_TRANSCRIPT_BYTES / PIECE_BYTES).map(|_| chunk.as_slice()).collect();
        assert!(cut(&most).is_ok());
        let over = [most, vec![b"x".as_slice()]].concat();
        assert_eq!(cut(&over).map_err(|p| p.code()).err(), Some("transcript_too_large"));
    }
}
