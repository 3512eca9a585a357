//! Base64 to bytes, piece by piece, with the offset of what does not belong there.

use base64::DecodeError;
use base64::engine::Engine as _;
use base64::engine::general_purpose::PAD_INDIFFERENT;
use base64::engine::simd::Simd;

use super::scan;
use crate::error::{Error, Result};

/// Takes the bytes of a clip.
pub(super) trait Sink {
    /// Takes the next bytes.
    ///
    /// # Errors
    /// Those of the place they go to; also for bytes that are no clip.
    fn write(&mut self, bytes: &[u8]) -> Result<()>;
}

/// Decodes base64 of the standard alphabet. White space anywhere is left out; padding at the end may be missing, since
/// whether a clip is whole is told by the clip.
pub(super) struct Decoder {
    engine: Simd,
    /// Symbols that wait for their block to be full.
    symbols: Vec<u8>,
    /// Where in the input each run of them begins: the index of its first symbol, and the offset.
    runs: Vec<(usize, u64)>,
    bytes: Vec<u8>,
    written: u64,
}

/// Symbols that are decoded together, whole groups of four.
const BLOCK: usize = 128 * 1024;

impl Decoder {
    pub(super) fn new() -> Self {
        Self {
            engine: Simd::standard(PAD_INDIFFERENT),
            symbols: Vec::with_capacity(BLOCK),
            runs: Vec::new(),
            bytes: vec![0; BLOCK / 4 * 3],
            written: 0,
        }
    }

    /// Whole bytes that came so far.
    pub(super) fn bytes(&self) -> u64 {
        self.written + self.symbols.len() as u64 / 4 * 3
    }

    /// Takes text that begins at `offset` of the input.
    ///
    /// # Errors
    /// `bad_base64` with the offset of the first byte that does not belong there; those of `sink`.
    pub(super) fn push(&mut self, text: &[u8], offset: u64, sink: &mut dyn Sink) -> Result<()> {
        let mut at = 0;
        while at < text.len() {
            let length = scan::run(&text[at..], |byte| byte <= b' ');
            self.push_run(&text[at..at + length], offset + at as u64, sink)?;
            at += length;
            at += text[at..].iter().take_while(|&&byte| byte <= b' ').count();
        }
        Ok(())
    }

    fn push_run(&mut self, mut run: &[u8], mut offset: u64, sink: &mut dyn Sink) -> Result<()> {
        while !run.is_empty() {
            if self.symbols.len() == BLOCK {
                // More follows, so this is not where padding may be.
                if self.symbols.ends_with(b"=") {
                    return Err(self.refuse(&DecodeError::InvalidByte(BLOCK - 1, b'=')));
                }
                self.flush(sink)?;
            }
            let count = run.len().min(BLOCK - self.symbols.len());
            if self
                .runs
                .last()
                .is_none_or(|&(index, start)| start + (self.symbols.len() - index) as u64 != offset)
            {
                self.runs.push((self.symbols.len(), offset));
            }
            self.symbols.extend_from_slice(&run[..count]);
            run = &run[count..];
            offset += count as u64;
        }
        Ok(())
    }

    /// Takes the end of the text.
    ///
    /// # Errors
    /// As for [`Self::push`].
    pub(super) fn finish(&mut self, sink: &mut dyn Sink) -> Result<()> {
        self.flush(sink)
    }

    fn flush(&mut self, sink: &mut dyn Sink) -> Result<()> {
        let count = match self.engine.decode_slice_unchecked(&self.symbols, &mut self.bytes) {
            Ok(count) => count,
            Err(error) => return Err(self.refuse(&error)),
        };
        self.symbols.clear();
        self.runs.clear();
        self.written += count as u64;
        sink.write(&self.bytes[..count])
    }

    fn refuse(&self, error: &DecodeError) -> Error {
        let (index, what) = match *error {
            DecodeError::InvalidByte(index, b'=') => (index, "is padding with more behind it".to_owned()),
            DecodeError::InvalidByte(index, byte) => (index, format!("is '{}'", byte.escape_ascii())),
            DecodeError::InvalidLastSymbol { offset, .. } => {
                (offset, "cannot be the last one, so something is missing behind it".to_owned())
            }
            DecodeError::InvalidLength(_) | DecodeError::InvalidPadding => {
                let last = self.symbols.len().saturating_sub(1);
                (last, "is the first of a group of four whose others are missing".to_owned())
            }
        };
        let run = self.runs.partition_point(|&(first, _)| first <= index).saturating_sub(1);
        let offset = self.runs.get(run).map_or(0, |&(first, start)| start + (index - first) as u64);
        Error::bad_input("bad_base64", format!("the video's base64 is broken at byte {offset}"))
            .because(format!("this byte {what}"))
            .hint("the text was cut or changed on its way: save the whole answer again, as it comes")
    }
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::STANDARD;
    use proptest::prelude::*;

    use super::*;

    impl Sink for Vec<u8> {
        fn write(&mut self, bytes: &[u8]) -> Result<()> {
            self.extend_from_slice(bytes);
            Ok(())
        }
    }

    fn decode(pieces: &[&[u8]]) -> Result<Vec<u8>> {
        let (mut decoder, mut bytes, mut offset) = (Decoder::new(), Vec::new(), 0);
        for piece in pieces {
            decoder.push(piece, offset, &mut bytes)?;
            offset += piece.len() as u64;
        }
        decoder.finish(&mut bytes)?;
        assert_eq!(decoder.bytes(), bytes.len() as u64);
        Ok(bytes)
    }

    fn message(text: &[u8]) -> String {
        decode(&[text]).unwrap_err().to_string()
    }

    #[test]
    fn what_is_no_base64_is_told_with_its_offset() {
        assert!(message(b"QUJD\r\nQU-D").contains("byte 8: this byte is '-'"));
        assert!(message(b"QU\xffD").contains(r"byte 2: this byte is '\xff'"));
        assert!(message(b"QUI=\n QUJD").contains("byte 3: this byte is padding"));
        assert!(message(b"QUJD Q").contains("byte 5: this byte is the first of a group"));
        assert!(message(b"QUJDQUJ").contains("byte 6: this byte cannot be the last"));
        assert_eq!(decode(&[b"QUI", b"\n"]).unwrap(), b"AB");
        assert_eq!(decode(&[]).unwrap(), b"");
    }

    #[test]
    fn offsets_hold_across_blocks() {
        let mut text = vec![b'A'; BLOCK];
        text[BLOCK - 1] = b'=';
        assert_eq!(decode(&[&text]).unwrap().len(), BLOCK / 4 * 3 - 1);
        text.push(b'A');
        assert!(message(&text).contains(&format!("byte {}: this byte is padding", BLOCK - 1)));
        let mut lines: Vec<u8> =
            vec![b'A'; BLOCK + 400].chunks(76).flat_map(|line| [line, b"\n"].concat()).collect();
        let wrong = lines.len() - 5;
        lines[wrong] = b'*';
        assert!(message(&lines).contains(&format!("byte {wrong}: this byte is '*'")));
    }

    proptest! {
        #[test]
        fn any_split_and_any_white_space_give_the_same(
            bytes: Vec<u8>,
            splits: Vec<prop::sample::Index>,
            spaces: Vec<prop::sample::Index>,
        ) {
            let mut text = STANDARD.encode(&bytes).into_bytes();
            for space in spaces {
                text.insert(space.index(text.len() + 1), b"\n\t \r"[space.index(4)]);
            }
            let mut cuts: Vec<usize> = splits.iter().map(|split| split.index(text.len() + 1)).collect();
            cuts.extend([0, text.len()]);
            cuts.sort_unstable();
            let pieces: Vec<&[u8]> = cuts.windows(2).map(|cut| &text[cut[0]..cut[1]]).collect();
            prop_assert_eq!(decode(&pieces).unwrap(), bytes);
        }
    }
}
