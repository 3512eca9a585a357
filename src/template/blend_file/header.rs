//! The header: who wrote the file, and how its block heads look.

use super::bytes::Endian;
use super::error::BlendError;
use super::sniff;
use super::version::BlendVersion;

/// The longest header: 17 bytes, `BLENDER17-01v0500`.
pub(super) const MAX_LEN: usize = 17;
const MAGIC: &[u8] = b"BLENDER";

/// How a file writes the head of a block (`BHead4`, `SmallBHead8`, `LargeBHead8` in `BLO_core_bhead.hh`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum HeadForm {
    /// 20 bytes: code, i32 length, u32 address, i32 SDNA index, i32 count. 32-bit Blender.
    Small4,
    /// 24 bytes: the same with a u64 address.
    Small8,
    /// 32 bytes: code, i32 SDNA index, u64 address, i64 length, i64 count. Blender 5.0 and later.
    Large8,
}

/// What the first bytes say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Header {
    pub(super) version: BlendVersion,
    pub(super) endian: Endian,
    pub(super) form: HeadForm,
}

impl Header {
    /// Bytes of a pointer inside the file's structs.
    pub(super) const fn pointer_size(self) -> usize {
        match self.form {
            HeadForm::Small4 => 4,
            HeadForm::Small8 | HeadForm::Large8 => 8,
        }
    }

    /// Parses the start of a file (at least [`MAX_LEN`] bytes, or fewer if it has no more); also tells the length of
    /// the header.
    pub(super) fn parse(bytes: &[u8]) -> Result<(Self, usize), BlendError> {
        let Some(rest) = bytes.strip_prefix(MAGIC) else {
            return Err(if MAGIC.starts_with(bytes) { cut(bytes) } else { sniff::not_a_blend(bytes) });
        };
        match rest {
            [] => Err(cut(bytes)),
            [b'-' | b'_', ..] => legacy(bytes, rest),
            [b'0'..=b'9', ..] => sized(bytes, rest),
            _ => Err(unknown(bytes)),
        }
    }
}

/// `BLENDER`, `-` or `_` for 8- or 4-byte pointers, `v` or `V` for little or big endian, three digits.
fn legacy(bytes: &[u8], rest: &[u8]) -> Result<(Header, usize), BlendError> {
    let [pointer, order, digits @ ..] = rest else { return Err(cut(bytes)) };
    let form = if *pointer == b'-' { HeadForm::Small8 } else { HeadForm::Small4 };
    let endian = match order {
        b'v' => Endian::Little,
        b'V' => Endian::Big,
        _ => return Err(unknown(bytes)),
    };
    let version = version(bytes, digits.get(..3))?;
    Ok((Header { version, endian, form }, 12))
}

/// `BLENDER`, two digits of header length, `-`, two digits of format version, `v`, four digits of Blender version.
fn sized(bytes: &[u8], rest: &[u8]) -> Result<(Header, usize), BlendError> {
    const KNOWN: &[u8] = b"17-01v";
    let Some(digits) = rest.strip_prefix(KNOWN) else {
        return Err(if KNOWN.starts_with(rest) { cut(bytes) } else { unknown(bytes) });
    };
    let version = version(bytes, digits.get(..4))?;
    Ok((Header { version, endian: Endian::Little, form: HeadForm::Large8 }, MAX_LEN))
}

fn version(bytes: &[u8], digits: Option<&[u8]>) -> Result<BlendVersion, BlendError> {
    let digits = digits.ok_or_else(|| cut(bytes))?;
    if !digits.iter().all(u8::is_ascii_digit) {
        return Err(unknown(bytes));
    }
    let number = digits.iter().fold(0, |number: u16, digit| number * 10 + u16::from(digit - b'0'));
    Ok(BlendVersion::from_number(number))
}

fn cut(bytes: &[u8]) -> BlendError {
    BlendError::Truncated { at: bytes.len() as u64, reading: "the header" }
}

fn unknown(bytes: &[u8]) -> BlendError {
    let header = bytes.get(..MAX_LEN).unwrap_or(bytes);
    BlendError::UnsupportedFormat { what: format!("its header is `{}`", header.escape_ascii()) }
}

#[cfg(test)]
mod tests {
    use super::{BlendError, Endian, HeadForm, Header};

    #[test]
    fn knows_each_form() {
        let parse = |text: &str| {
            Header::parse(text.as_bytes()).map(|(h, len)| (h.version.to_string(), h.endian, h.form, len))
        };
        assert_eq!(parse("BLENDER-v402REND").unwrap(), ("4.2".into(), Endian::Little, HeadForm::Small8, 12));
        assert_eq!(parse("BLENDER_V249REND").unwrap(), ("2.49".into(), Endian::Big, HeadForm::Small4, 12));
        assert_eq!(parse("BLENDER-v500REND").unwrap(), ("5.0".into(), Endian::Little, HeadForm::Small8, 12));
        assert_eq!(parse("BLENDER17-01v0502").unwrap(), ("5.2".into(), Endian::Little, HeadForm::Large8, 17));
    }

    #[test]
    fn each_cut_is_truncated() {
        for text in ["BLENDER17-01v0502", "BLENDER-v402"] {
            for len in 0..text.len() {
                let err = Header::parse(&text.as_bytes()[..len]).unwrap_err();
                assert!(matches!(err, BlendError::Truncated { at, .. } if at == len as u64), "{len}: {err}");
            }
        }
    }

    #[test]
    fn newer_forms_are_unsupported() {
        for text in
            ["BLENDER17-02v0600", "BLENDER18-01v06000", "BLENDERXv402....", "BLENDER-x402", "BLENDER-v4b2"]
        {
            let err = Header::parse(text.as_bytes()).unwrap_err();
            assert!(matches!(err, BlendError::UnsupportedFormat { .. }), "{text}: {err}");
        }
    }
}
