//! A bzip2 file as one stream: its members one after the other, other bytes after them told apart.

use bzip2::bufread::BzDecoder;
use std::io::{BufRead, Read, Result};

pub struct Bzip2Reader<R: BufRead> {
    /// `None` only while one member's decoder makes room for the next one's.
    decoder: Option<BzDecoder<R>>,
    /// Bytes that are no member stand after the last one.
    pub has_garbage: bool,
    is_at_end: bool,
}

impl<R: BufRead> Bzip2Reader<R> {
    pub fn new(inner: R) -> Self {
        Bzip2Reader { decoder: Some(BzDecoder::new(inner)), has_garbage: false, is_at_end: false }
    }
}

impl<R: BufRead> Read for Bzip2Reader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        while !self.is_at_end && !buffer.is_empty() {
            let Some(decoder) = &mut self.decoder else { break };
            let count = decoder.read(buffer)?;
            if count > 0 {
                return Ok(count);
            }
            let Some(decoder) = self.decoder.take() else { break };
            let mut inner = decoder.into_inner();
            let rest = inner.fill_buf()?;
            if rest.starts_with(b"B") {
                self.decoder = Some(BzDecoder::new(inner));
                continue;
            }
            self.has_garbage = !rest.is_empty();
            self.is_at_end = true;
        }
        Ok(0)
    }
}
