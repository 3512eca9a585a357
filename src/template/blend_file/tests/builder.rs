//! Small .blend files built byte by byte, in each form that Blender ever wrote.

use super::super::bytes::Endian;
use super::super::header::HeadForm;

pub(super) const FORMS: [(HeadForm, Endian); 5] = [
    (HeadForm::Small4, Endian::Little),
    (HeadForm::Small4, Endian::Big),
    (HeadForm::Small8, Endian::Little),
    (HeadForm::Small8, Endian::Big),
    (HeadForm::Large8, Endian::Little),
];

/// SDNA number of `Scene` in [`Builder::dna`].
const SCENE: u32 = 2;

pub(super) struct Builder {
    form: HeadForm,
    endian: Endian,
    pub(super) bytes: Vec<u8>,
}

impl Builder {
    /// A header that tells version 2.79, or 5.0 in the form that came with it.
    pub(super) fn new(form: HeadForm, endian: Endian) -> Self {
        let header = match (form, endian) {
            (HeadForm::Small4, Endian::Little) => "BLENDER_v279",
            (HeadForm::Small4, Endian::Big) => "BLENDER_V279",
            (HeadForm::Small8, Endian::Little) => "BLENDER-v279",
            (HeadForm::Small8, Endian::Big) => "BLENDER-V279",
            (HeadForm::Large8, _) => "BLENDER17-01v0500",
        };
        Self { form, endian, bytes: header.into() }
    }

    pub(super) fn int(&self, value: i32) -> [u8; 4] {
        match self.endian {
            Endian::Little => value.to_le_bytes(),
            Endian::Big => value.to_be_bytes(),
        }
    }

    fn short(&self, value: i16) -> [u8; 2] {
        match self.endian {
            Endian::Little => value.to_le_bytes(),
            Endian::Big => value.to_be_bytes(),
        }
    }

    fn long(&self, value: i64) -> [u8; 8] {
        match self.endian {
            Endian::Little => value.to_le_bytes(),
            Endian::Big => value.to_be_bytes(),
        }
    }

    fn pointer(&self, address: u32) -> Vec<u8> {
        match self.form {
            HeadForm::Small4 => self.int(address.cast_signed()).to_vec(),
            _ => self.long(address.into()).to_vec(),
        }
    }

    pub(super) fn block(self, code: [u8; 4], data: &[u8]) -> Self {
        self.block_at(code, 0, 0, data)
    }

    fn block_at(mut self, code: [u8; 4], address: u32, sdna: u32, data: &[u8]) -> Self {
        let (len, sdna, old) =
            (i32::try_from(data.len()).unwrap(), self.int(sdna.cast_signed()), self.pointer(address));
        let head: Vec<u8> = match self.form {
            HeadForm::Large8 => [&sdna[..], &old, &self.long(len.into()), &self.long(1)].concat(),
            _ => [&self.int(len)[..], &old, &sdna, &self.int(1)].concat(),
        };
        self.bytes.extend([&code, head.as_slice(), data].concat());
        self
    }

    pub(super) fn rend(self, start: i32, end: i32, scene: &str) -> Self {
        let mut data = [self.int(start), self.int(end)].concat();
        data.extend(scene.as_bytes());
        data.resize(8 + if self.form == HeadForm::Large8 { 256 } else { 64 }, 0);
        self.block(*b"REND", &data)
    }

    /// Tells the address of the current scene; `salt` stands for the commit of the build.
    pub(super) fn glob(self, current: u32, salt: &str) -> Self {
        let mut data = self.pointer(current);
        data.resize(40, 0);
        data.extend(salt.as_bytes());
        data.resize(96, 0);
        self.block(*b"GLOB", &data)
    }

    /// A scene of 300/7 frames per second and 640 by 360 pixels, frames 3 to 5.
    pub(super) fn scene(self, address: u32, name: &str) -> Self {
        let mut data = self.pointer(0);
        let mut id = [b"SC", name.as_bytes()].concat();
        id.resize(24, 0);
        data.extend(id);
        data.extend([self.int(3), self.int(5), self.int(640), self.int(360)].concat());
        data.extend([self.short(300), self.short(0)].concat());
        data.extend(self.int(7.0_f32.to_bits().cast_signed()));
        data.extend(*b"CYCLES\0\0");
        self.block_at(*b"SC\0\0", address, SCENE, &data)
    }

    /// What stands for another file's scene.
    pub(super) fn linked(self, address: u32, name: &str) -> Self {
        let data = [&self.pointer(0)[..], b"SC", name.as_bytes(), &[0; 24]].concat();
        self.block_at(*b"ID\0\0", address, 0, &data)
    }

    pub(super) fn dna(self) -> Self {
        let names =
            "*next name[24] id r sfra efra xsch ysch frs_sec pad frs_sec_base engine[8] *curscene bytes[92]";
        let names: Vec<&str> = names.split(' ').collect();
        let pointer = self.pointer(0).len();
        let scene = pointer + 24 + 32;
        // Types and their sizes.
        let types =
            [("char", 1), ("short", 2), ("int", 4), ("float", 4), ("ID", pointer + 24), ("RenderData", 32)];
        let types = [&types[..], &[("Scene", scene), ("FileGlobal", pointer + 92)]].concat();
        // Structs: members as type and name.
        let render = [(2, 4), (2, 5), (2, 6), (2, 7), (1, 8), (1, 9), (3, 10), (0, 11)];
        let structs: [(i16, &[(i16, i16)]); 4] =
            [(4, &[(4, 0), (0, 1)]), (5, &render), (6, &[(4, 2), (5, 3)]), (7, &[(6, 12), (0, 13)])];
        let mut data = b"SDNANAME".to_vec();
        self.texts(&mut data, &names);
        data.extend(b"TYPE");
        self.texts(&mut data, &types.iter().map(|(name, _)| *name).collect::<Vec<_>>());
        data.extend(b"TLEN");
        data.extend(types.iter().flat_map(|(_, size)| self.short(i16::try_from(*size).unwrap())));
        data.extend(b"STRC");
        data.extend(self.int(4));
        for (kind, members) in structs {
            data.extend([self.short(kind), self.short(i16::try_from(members.len()).unwrap())].concat());
            data.extend(
                members.iter().flat_map(|(kind, name)| [self.short(*kind), self.short(*name)].concat()),
            );
        }
        self.block(*b"DNA1", &data)
    }

    fn texts(&self, data: &mut Vec<u8>, texts: &[&str]) {
        data.extend(self.int(i32::try_from(texts.len()).unwrap()));
        data.extend(texts.iter().flat_map(|text| [text.as_bytes(), &[0]].concat()));
        data.resize(data.len().next_multiple_of(4), 0);
    }

    pub(super) fn end(self) -> Vec<u8> {
        self.block(*b"ENDB", &[]).bytes
    }
}
