//! Where the few fields that matter lie in a file's `GLOB` and `SC` blocks.

use super::bytes::{Endian, until_nul};
use super::header::Header;
use super::sdna::{Member, Sdna};

/// An integer's place and width.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Int {
    Short(usize),
    Long(usize),
}

impl Int {
    fn of(member: &Member<'_>, base: usize) -> Option<Self> {
        match (member.type_name, member.size) {
            (b"short", 2) => Some(Self::Short(base + member.at)),
            (b"int", 4) => Some(Self::Long(base + member.at)),
            _ => None,
        }
    }

    fn read(self, data: &[u8], endian: Endian) -> Option<i32> {
        match self {
            Self::Short(at) => endian.i16(data, at).map(i32::from),
            Self::Long(at) => endian.i32(data, at),
        }
    }
}

/// Byte offsets into the data of blocks; the fields' names are those of `DNA_scene_types.h`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Layout {
    endian: Endian,
    pointer_size: usize,
    /// `FileGlobal.curscene`.
    curscene: Option<usize>,
    /// `Scene.id.name`, and its size.
    name: (usize, usize),
    /// `Scene.r.sfra` and so on.
    sfra: Option<Int>,
    efra: Option<Int>,
    frs_sec: Option<Int>,
    frs_sec_base: Option<usize>,
    xsch: Option<Int>,
    ysch: Option<Int>,
    /// And its size; Blender before 2.50 has none.
    engine: Option<(usize, usize)>,
}

impl Layout {
    /// Finds the fields in the data of a `DNA1` block; `scene` is the SDNA number that the head of an `SC` block gave.
    /// `None` where the two do not agree, or a struct does not add up.
    pub(super) fn from_dna(dna: &[u8], header: Header, scene: u32) -> Option<Self> {
        let sdna = Sdna::parse(dna, header)?;
        (sdna.struct_name(scene)? == b"Scene").then_some(())?;
        let id = find(&sdna.members("ID")?, "name", false)?;
        let members = sdna.members("Scene")?;
        let render_at = find(&members, "r", false).filter(|r| r.type_name == b"RenderData")?.at;
        find(&members, "id", false).filter(|id| id.at == 0)?;
        let render = sdna.members("RenderData")?;
        let int = |name| find(&render, name, false).and_then(|member| Int::of(&member, render_at));
        let text = |member: Member<'_>| (render_at + member.at, member.size);
        Some(Self {
            endian: header.endian,
            pointer_size: header.pointer_size(),
            curscene: sdna
                .members("FileGlobal")
                .and_then(|all| find(&all, "curscene", true))
                .map(|member| member.at),
            name: (id.at, id.size),
            sfra: int("sfra"),
            efra: int("efra"),
            frs_sec: int("frs_sec"),
            frs_sec_base: find(&render, "frs_sec_base", false)
                .filter(|member| member.type_name == b"float" && member.size == 4)
                .map(|member| render_at + member.at),
            xsch: int("xsch"),
            ysch: int("ysch"),
            engine: find(&render, "engine", false).filter(|member| member.type_name == b"char").map(text),
        })
    }

    /// Whether every field was found, as in each file since 2.50 that is not damaged.
    pub(super) const fn is_complete(&self) -> bool {
        self.curscene.is_some()
            && self.sfra.is_some()
            && self.efra.is_some()
            && self.frs_sec.is_some()
            && self.frs_sec_base.is_some()
            && self.xsch.is_some()
            && self.ysch.is_some()
            && self.engine.is_some()
    }

    /// The address of the scene that opens with the file.
    pub(super) fn current_scene(&self, glob: &[u8]) -> Option<u64> {
        let at = self.curscene?;
        let address = match self.pointer_size {
            4 => self.endian.u32(glob, at)?.into(),
            _ => self.endian.u64(glob, at)?,
        };
        (address != 0).then_some(address)
    }

    /// The scene's name, without its `SC`.
    pub(super) fn scene_name<'a>(&self, scene: &'a [u8]) -> Option<&'a [u8]> {
        text(scene, self.name)?.strip_prefix(b"SC")
    }

    /// First and last frame.
    pub(super) fn frames(&self, scene: &[u8]) -> Option<(i32, i32)> {
        Some((self.sfra?.read(scene, self.endian)?, self.efra?.read(scene, self.endian)?))
    }

    /// Width and height in pixels at 100 %.
    pub(super) fn resolution(&self, scene: &[u8]) -> Option<(u32, u32)> {
        let positive = |field: Int| {
            field.read(scene, self.endian).and_then(|n| u32::try_from(n).ok()).filter(|&n| n > 0)
        };
        Some((positive(self.xsch?)?, positive(self.ysch?)?))
    }

    /// Frames per second as a reduced fraction.
    pub(super) fn fps(&self, scene: &[u8]) -> Option<(u32, u32)> {
        let frames = self.frs_sec?.read(scene, self.endian)?;
        fps(frames, self.endian.f32(scene, self.frs_sec_base?)?)
    }

    /// `CYCLES`, `BLENDER_EEVEE` and so on.
    pub(super) fn engine(&self, scene: &[u8]) -> Option<String> {
        let name = std::str::from_utf8(text(scene, self.engine?)?).ok()?;
        (!name.is_empty()).then(|| name.to_owned())
    }
}

/// The one member of that name.
fn find<'a>(members: &[Member<'a>], name: &str, is_pointer: bool) -> Option<Member<'a>> {
    let mut named =
        members.iter().filter(|member| member.name == name.as_bytes() && member.is_pointer == is_pointer);
    named.next().filter(|_| named.next().is_none()).copied()
}

fn text(data: &[u8], (at, size): (usize, usize)) -> Option<&[u8]> {
    data.get(at..at.checked_add(size)?).map(until_nul)
}

/// Blender keeps `frames / base` with a 32-bit float as base; six decimals of it are what its user meant, so that
/// 30 / 1.001 is exactly 30000/1001.
fn fps(frames: i32, base: f32) -> Option<(u32, u32)> {
    let millionths = (f64::from(base) * 1e6).round();
    if !(1.0..=1e15).contains(&millionths) {
        return None;
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a whole number of that range"
    )]
    let base = millionths as u64;
    let frames = u64::try_from(frames).ok().filter(|&frames| frames > 0)? * 1_000_000;
    let (mut divisor, mut rest) = (frames, base);
    while rest != 0 {
        (divisor, rest) = (rest, divisor % rest);
    }
    Some((u32::try_from(frames / divisor).ok()?, u32::try_from(base / divisor).ok()?))
}

#[cfg(test)]
mod tests {
    use super::fps;

    #[test]
    fn fps_is_exact() {
        assert_eq!(fps(24, 1.0), Some((24, 1)));
        assert_eq!(fps(30, 1.001), Some((30000, 1001)));
        assert_eq!(fps(24, 1.001), Some((24000, 1001)));
        assert_eq!(fps(24000, 1001.0), Some((24000, 1001)));
        assert_eq!(fps(25, 2.0), Some((25, 2)));
    }

    #[test]
    fn fps_refuses_nonsense() {
        for (frames, base) in
            [(0, 1.0), (-24, 1.0), (24, 0.0), (24, -1.0), (24, f32::NAN), (24, f32::INFINITY)]
        {
            assert_eq!(fps(frames, base), None, "{frames} {base}");
        }
    }
}
