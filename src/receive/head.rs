//! Is this text the base64 of a clip? Its first sixteen symbols tell.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use super::magic;

/// The longest `data:…;base64,` that is looked at.
const LONGEST_PREFIX: usize = 512;
/// Symbols of base64 that hold [`magic::ENOUGH`] bytes.
const SYMBOLS: usize = 16;

/// The start of a text, gathered until it is clear what it is.
#[derive(Debug, Default)]
pub(super) struct Head {
    /// Each byte of the text with its offset in the input.
    text: Vec<(u8, u64)>,
    /// Index behind a `data:…;base64,`, once that is there.
    prefix: usize,
}

/// What a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// More of it is needed.
    Open,
    /// Base64 of a clip.
    Clip,
    /// Anything else.
    Other,
}

impl Head {
    /// Takes the next byte of the text.
    pub(super) fn push(&mut self, byte: u8, offset: u64) -> Verdict {
        if self.text.is_empty() && byte <= b' ' {
            return Verdict::Open;
        }
        self.text.push((byte, offset));
        if self.prefix == 0 && self.text[0].0.eq_ignore_ascii_case(&b'd') {
            return self.data_uri(byte);
        }
        self.base64()
    }

    /// `data:[type][;parameters];base64,`. Base64 itself may begin with a `d`, but not that of a clip.
    fn data_uri(&mut self, byte: u8) -> Verdict {
        let known = b"data:";
        let same = self.text.iter().zip(known).all(|((byte, _), known)| byte.eq_ignore_ascii_case(known));
        if !same || self.text.len() > LONGEST_PREFIX {
            return Verdict::Other;
        }
        if byte != b',' {
            return Verdict::Open;
        }
        let text: Vec<u8> = self.text.iter().map(|(byte, _)| byte.to_ascii_lowercase()).collect();
        if !text.ends_with(b";base64,") {
            return Verdict::Other;
        }
        self.prefix = self.text.len();
        Verdict::Open
    }

    fn base64(&self) -> Verdict {
        let symbols: Vec<u8> = self.base64_text().map(|(byte, _)| byte).filter(|byte| *byte > b' ').collect();
        let fits = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
        if !symbols.iter().all(fits) {
            return Verdict::Other;
        }
        // A text of nothing but space behind its prefix must not be gathered for ever.
        if symbols.len() < SYMBOLS {
            return if self.text.len() > 2 * LONGEST_PREFIX { Verdict::Other } else { Verdict::Open };
        }
        match STANDARD_NO_PAD.decode(symbols) {
            Ok(bytes) if magic::is_clip(&bytes) => Verdict::Clip,
            _ => Verdict::Other,
        }
    }

    /// The gathered text behind its prefix.
    pub(super) fn base64_text(&self) -> impl Iterator<Item = (u8, u64)> + '_ {
        self.text[self.prefix..].iter().copied()
    }
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::STANDARD;

    use super::*;

    fn verdict(text: &str) -> (Verdict, usize) {
        let mut head = Head::default();
        for (at, byte) in text.bytes().enumerate() {
            let verdict = head.push(byte, at as u64);
            if verdict != Verdict::Open {
                return (verdict, at + 1);
            }
        }
        (Verdict::Open, text.len())
    }

    #[test]
    fn sixteen_symbols_tell_a_clip() {
        let text = STANDARD.encode(b"\0\0\0\x20ftypisom\0\0\x02\0");
        assert_eq!(verdict(&text), (Verdict::Clip, 16));
        assert_eq!(verdict(&format!(" \n{}\r\n{}", &text[..7], &text[7..])), (Verdict::Clip, 20));
        let uri = "Data:video/mp4;codecs=\"avc1.64\";base64,";
        assert_eq!(verdict(&format!("{uri}{text}")), (Verdict::Clip, uri.len() + 16));
        assert_eq!(verdict(&text[..15]).0, Verdict::Open);
    }

    #[test]
    fn other_text_is_told_as_early_as_possible() {
        assert_eq!(verdict("ai_cpu"), (Verdict::Other, 3));
        assert_eq!(verdict("COMPLETED\u{e9}"), (Verdict::Other, 10));
        assert_eq!(verdict("data:text/plain,x").0, Verdict::Other);
        assert_eq!(verdict("dark"), (Verdict::Other, 3));
        assert_eq!(verdict(&STANDARD.encode(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")), (Verdict::Other, 16));
        assert_eq!(verdict(&format!("data:{}", "x".repeat(9999))), (Verdict::Other, LONGEST_PREFIX + 1));
        assert_eq!(verdict(&format!("AAAA{}", " ".repeat(9999))).0, Verdict::Other);
    }
}
