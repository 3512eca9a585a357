//! The SDNA: the description of all structs that each .blend carries in its `DNA1` block (`dna_genfile.cc`).
//!
//! `SDNA`, then four tables, each aligned to 4 bytes: `NAME` member names, `TYPE` type names, `TLEN` their sizes in
//! bytes (u16), `STRC` structs as pairs of type and name numbers. Members follow each other without gaps.

use super::bytes::{Endian, until_nul};
use super::header::Header;

/// A parsed SDNA; everything in it is borrowed from the block.
pub(super) struct Sdna<'a> {
    names: Vec<&'a [u8]>,
    types: Vec<&'a [u8]>,
    /// By type number, in bytes.
    sizes: Vec<usize>,
    /// Type number and members (u16 type, u16 name each) of each struct.
    structs: Vec<(usize, &'a [u8])>,
    endian: Endian,
    pointer_size: usize,
}

/// One member of a struct.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Member<'a> {
    /// Without stars and dimensions.
    pub(super) name: &'a [u8],
    /// What it is, or points to.
    pub(super) type_name: &'a [u8],
    pub(super) is_pointer: bool,
    /// Byte offset in the struct.
    pub(super) at: usize,
    /// Bytes in all, array elements included.
    pub(super) size: usize,
}

/// Reads on through the block.
struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
    endian: Endian,
}

impl<'a> Cursor<'a> {
    fn tag(&mut self, tag: [u8; 4]) -> Option<()> {
        (self.raw(4)? == tag.as_slice()).then_some(())
    }

    fn raw(&mut self, count: usize) -> Option<&'a [u8]> {
        let bytes = self.bytes.get(self.at..self.at.checked_add(count)?)?;
        self.at += count;
        Some(bytes)
    }

    fn u16(&mut self) -> Option<usize> {
        let bytes = self.raw(2)?;
        self.endian.u16(bytes, 0).map(usize::from)
    }

    /// A count of things that take at least a byte each, so a larger one than the block is nonsense.
    fn count(&mut self) -> Option<usize> {
        let bytes = self.raw(4)?;
        let count = usize::try_from(self.endian.i32(bytes, 0)?).ok()?;
        (count <= self.bytes.len()).then_some(count)
    }

    fn texts(&mut self) -> Option<Vec<&'a [u8]>> {
        let count = self.count()?;
        let texts = (0..count).map(|_| {
            let text = until_nul(self.bytes.get(self.at..)?);
            self.raw(text.len() + 1)?;
            Some(text)
        });
        texts.collect()
    }

    /// Type number, number of members, members of 4 bytes each.
    fn struct_(&mut self) -> Option<(usize, &'a [u8])> {
        let kind = self.u16()?;
        let members = self.u16()?;
        Some((kind, self.raw(members * 4)?))
    }

    fn align(&mut self) {
        self.at = self.at.next_multiple_of(4);
    }
}

impl<'a> Sdna<'a> {
    /// `None` where the block is malformed.
    pub(super) fn parse(block: &'a [u8], header: Header) -> Option<Self> {
        let mut cursor = Cursor { bytes: block, at: 0, endian: header.endian };
        cursor.tag(*b"SDNA")?;
        cursor.tag(*b"NAME")?;
        let names = cursor.texts()?;
        cursor.align();
        cursor.tag(*b"TYPE")?;
        let types = cursor.texts()?;
        cursor.align();
        cursor.tag(*b"TLEN")?;
        let sizes = (0..types.len()).map(|_| cursor.u16()).collect::<Option<_>>()?;
        cursor.align();
        cursor.tag(*b"STRC")?;
        let count = cursor.count()?;
        let structs = (0..count).map(|_| cursor.struct_()).collect::<Option<_>>()?;
        Some(Self {
            names,
            types,
            sizes,
            structs,
            endian: header.endian,
            pointer_size: header.pointer_size(),
        })
    }

    /// The name of the struct with this number, as block heads give it.
    pub(super) fn struct_name(&self, number: u32) -> Option<&'a [u8]> {
        let (kind, _) = self.structs.get(usize::try_from(number).ok()?)?;
        self.types.get(*kind).copied()
    }

    /// All members of a struct; `None` if there is no such struct, or if its members do not add up to its size, as
    /// they always do in a good file.
    pub(super) fn members(&self, struct_name: &str) -> Option<Vec<Member<'a>>> {
        let named = |(kind, _): &&(usize, &[u8])| self.types.get(*kind) == Some(&struct_name.as_bytes());
        let (kind, raw) = self.structs.iter().find(named)?;
        let mut at = 0;
        let mut members = Vec::with_capacity(raw.len() / 4);
        for pair in raw.chunks_exact(4) {
            let member = self.member(pair, at)?;
            at += member.size;
            members.push(member);
        }
        (self.sizes.get(*kind) == Some(&at)).then_some(members)
    }

    fn member(&self, pair: &[u8], at: usize) -> Option<Member<'a>> {
        let kind = usize::from(self.endian.u16(pair, 0)?);
        let full = *self.names.get(usize::from(self.endian.u16(pair, 2)?))?;
        let is_pointer = matches!(full, [b'*' | b'(', ..]);
        let one = if is_pointer { self.pointer_size } else { *self.sizes.get(kind)? };
        let name = full.split(|byte| b"*()[".contains(byte)).find(|part| !part.is_empty())?;
        let size = one.checked_mul(elements(full)?)?;
        // Sizes are u16 in the file, so nothing larger can add up.
        u16::try_from(size).ok()?;
        Some(Member { name, type_name: self.types.get(kind)?, is_pointer, at, size })
    }
}

/// `mat[4][4]` has 16 elements, `*next` has one.
fn elements(name: &[u8]) -> Option<usize> {
    let mut dimensions = name.split(|&byte| byte == b'[').skip(1);
    dimensions.try_fold(1_usize, |product, rest| {
        let digits = rest.strip_suffix(b"]")?;
        let count: usize = std::str::from_utf8(digits).ok()?.parse().ok()?;
        product.checked_mul(count)
    })
}

#[cfg(test)]
mod tests {
    use super::elements;

    #[test]
    fn counts_array_elements() {
        for (name, count) in
            [("*next", Some(1)), ("mat[4][4]", Some(16)), ("name[66]", Some(66)), ("(*func)()", Some(1))]
        {
            assert_eq!(elements(name.as_bytes()), count);
        }
        assert_eq!(elements(b"a[x]"), None);
        assert_eq!(elements(b"a[99999999999999999999]"), None);
        assert_eq!(elements(b"a[4294967296][4294967296]"), None);
    }
}
