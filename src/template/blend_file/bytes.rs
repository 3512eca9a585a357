//! Numbers and text out of untrusted bytes: `None` where the bytes end.

/// Byte order of a file; Blender before 5.0 could also write big-endian.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Endian {
    Little,
    Big,
}

fn array<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..at.checked_add(N)?)?.try_into().ok()
}

impl Endian {
    pub(super) fn u16(self, bytes: &[u8], at: usize) -> Option<u16> {
        array(bytes, at).map(match self {
            Self::Little => u16::from_le_bytes,
            Self::Big => u16::from_be_bytes,
        })
    }

    pub(super) fn i16(self, bytes: &[u8], at: usize) -> Option<i16> {
        self.u16(bytes, at).map(u16::cast_signed)
    }

    pub(super) fn u32(self, bytes: &[u8], at: usize) -> Option<u32> {
        array(bytes, at).map(match self {
            Self::Little => u32::from_le_bytes,
            Self::Big => u32::from_be_bytes,
        })
    }

    pub(super) fn i32(self, bytes: &[u8], at: usize) -> Option<i32> {
        self.u32(bytes, at).map(u32::cast_signed)
    }

    pub(super) fn f32(self, bytes: &[u8], at: usize) -> Option<f32> {
        self.u32(bytes, at).map(f32::from_bits)
    }

    pub(super) fn u64(self, bytes: &[u8], at: usize) -> Option<u64> {
        array(bytes, at).map(match self {
            Self::Little => u64::from_le_bytes,
            Self::Big => u64::from_be_bytes,
        })
    }

    pub(super) fn i64(self, bytes: &[u8], at: usize) -> Option<i64> {
        self.u64(bytes, at).map(u64::cast_signed)
    }
}

/// The bytes before the first NUL, or all of them.
pub(super) fn until_nul(bytes: &[u8]) -> &[u8] {
    bytes.split(|&byte| byte == 0).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{Endian, until_nul};

    #[test]
    fn reads_both_orders_and_stops_at_the_end() {
        let bytes = [0, 0, 0, 24, 0xff];
        assert_eq!(Endian::Big.i32(&bytes, 0), Some(24));
        assert_eq!(Endian::Little.i16(&bytes, 2), Some(24 << 8));
        assert_eq!(Endian::Little.u32(&bytes, 2), None);
        assert_eq!(Endian::Little.u64(&bytes, usize::MAX), None);
    }

    #[test]
    fn text_ends_at_nul() {
        assert_eq!(until_nul(b"Scene\0.001"), b"Scene");
        assert_eq!(until_nul(b"Scene"), b"Scene");
        assert_eq!(until_nul(b""), b"");
    }
}
