//! What lies in the folder from which a Blender loads its kernels.

use std::path::{Path, PathBuf};

use super::Arch;
use super::mark::Mark;
use crate::blender::{Program, Version};
use crate::toolchain::identify::{bpy_folder, version_folder};

/// The first Blender that also takes the kernel of an older minor of the same major; those before take only the kernel
/// of exactly this architecture (`CUDADevice::compile_kernel` in the builds of 4.2, 4.5, 5.0 and 5.2).
const TAKES_OLDER_MINORS: Version = Version(5, 2, 0);

/// Who made a kernel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Maker {
    /// It came with Blender, or at least not from broll.
    Blender,
    /// `broll kernels build`, with this version of ptxas.
    Broll(String),
    /// The same, but from the PTX of another Blender than the one that is here now.
    OtherBlender(String),
}

/// What a GPU finds when Blender starts on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// A kernel of Blender's own.
    Ready,
    /// A kernel that broll built.
    Built,
    /// A kernel that broll built from the PTX of another Blender: it may crash or draw something else.
    Stale,
    /// None: the driver compiles for minutes before the first frame.
    Missing,
}

/// The Cycles kernels of one Blender for NVIDIA GPUs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kernels {
    folder: PathBuf,
    version: Version,
    compiled: Vec<(Arch, Maker)>,
    ptx: Vec<Arch>,
}

impl Kernels {
    /// Those of a Blender, if its files lie where they do in Blender's own builds.
    pub fn of(program: &Program) -> Option<Self> {
        let beside = match program {
            // Through links: /usr/local/bin/blender usually points into the folder with everything else.
            Program::Executable(path) => fs_err::canonicalize(path).ok()?.parent()?.to_owned(),
            Program::Module(python) => bpy_folder(python)?,
        };
        let version = version_folder(&beside)?;
        let resources = beside.join(format!("{}.{}", version.0, version.1));
        Some(Self::read(&resources.join("scripts/addons_core/cycles/lib"), version))
    }

    /// Reads a folder; one that is not there holds nothing.
    pub fn read(folder: &Path, version: Version) -> Self {
        let entries = fs_err::read_dir(folder).into_iter().flatten().flatten();
        let names: Vec<String> = entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
        let all = |start: &str, end: &str| {
            let mut archs: Vec<Arch> = names.iter().filter_map(|name| named(name, start, end)).collect();
            archs.sort_unstable();
            archs
        };
        let compiled = all("kernel_sm_", ".cubin.zst").into_iter().map(|arch| (arch, maker(folder, arch)));
        Self {
            compiled: compiled.collect(),
            ptx: all("kernel_compute_", ".ptx.zst"),
            folder: folder.to_owned(),
            version,
        }
    }

    /// Where they lie.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The compiled ones with who made them, oldest architecture first.
    pub fn compiled(&self) -> &[(Arch, Maker)] {
        &self.compiled
    }

    /// The virtual architectures of its PTX, which a compiler makes kernels from.
    pub fn ptx(&self) -> &[Arch] {
        &self.ptx
    }

    /// The PTX that Blender would give the driver for a GPU, by architecture and file: the nearest one below.
    pub fn ptx_for(&self, arch: Arch) -> Option<(Arch, PathBuf)> {
        let nearest = self.ptx.iter().rev().find(|ptx| **ptx <= arch)?;
        Some((*nearest, self.folder.join(format!("kernel_compute_{}.ptx.zst", nearest.0))))
    }

    /// What a GPU of this architecture finds.
    pub fn state(&self, arch: Arch) -> State {
        let minors = if self.version >= TAKES_OLDER_MINORS { usize::MAX } else { 1 };
        let taken = arch.and_older_minors().take(minors).find_map(|arch| self.maker(arch));
        match taken {
            None => State::Missing,
            Some(Maker::Blender) => State::Ready,
            Some(Maker::Broll(_)) => State::Built,
            Some(Maker::OtherBlender(_)) => State::Stale,
        }
    }

    /// Who made the kernel of exactly this architecture, if there is one.
    pub fn maker(&self, arch: Arch) -> Option<&Maker> {
        self.compiled.iter().find(|(compiled, _)| *compiled == arch).map(|(_, maker)| maker)
    }
}

/// Where Blender looks for a kernel.
pub(super) fn kernel_path(folder: &Path, arch: Arch) -> PathBuf {
    folder.join(format!("kernel_{arch}.cubin.zst"))
}

fn named(file: &str, start: &str, end: &str) -> Option<Arch> {
    let digits = file.strip_prefix(start)?.strip_suffix(end)?;
    digits.starts_with(|first: char| first.is_ascii_digit()).then(|| digits.parse().ok()).flatten()
}

fn maker(folder: &Path, arch: Arch) -> Maker {
    match Mark::read(folder, arch).filter(|mark| mark.is_of(&kernel_path(folder, arch))) {
        None => Maker::Blender,
        Some(mark) if mark.is_fresh(folder) => Maker::Broll(mark.ptxas),
        Some(mark) => Maker::OtherBlender(mark.ptxas),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::toolchain::kernels::mark::{digest, path};

    fn folder(names: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for name in names {
            fs_err::write(folder.path().join(name), name).unwrap();
        }
        folder
    }

    fn archs(kernels: &Kernels) -> Vec<u32> {
        kernels.compiled().iter().map(|(arch, _)| arch.0).collect()
    }

    #[test]
    fn kernels_are_found_by_name() {
        let folder = folder(&[
            "kernel_sm_89.cubin.zst",
            "kernel_sm_120.cubin.zst",
            "kernel_compute_75.ptx.zst",
            "kernel_sm_x.cubin.zst",
            "kernel_sm_sm_90.cubin.zst",
            "kernel_sm_30.cubin",
            "kernel_optix.ptx.zst",
        ]);
        let kernels = Kernels::read(folder.path(), Version(4, 2, 0));
        assert_eq!((archs(&kernels), kernels.ptx()), (vec![89, 120], &[Arch(75)][..]));
        let none = Kernels::read(&folder.path().join("none"), Version(4, 2, 0));
        assert!(none.compiled().is_empty() && none.state(Arch(89)) == State::Missing);
    }

    #[test]
    fn an_older_minor_serves_from_5_2_on_only() {
        let folder = folder(&["kernel_sm_75.cubin.zst", "kernel_sm_86.cubin.zst", "kernel_sm_120.cubin.zst"]);
        let state = |version, arch| Kernels::read(folder.path(), version).state(Arch(arch));
        let (old, new) = (Version(5, 0, 1), Version(5, 2, 0));
        for (arch, before, since) in [
            (86, State::Ready, State::Ready),
            (89, State::Missing, State::Ready),
            (121, State::Missing, State::Ready),
            (80, State::Missing, State::Missing),
            (90, State::Missing, State::Missing),
            (72, State::Missing, State::Missing),
        ] {
            assert_eq!((state(old, arch), state(new, arch)), (before, since), "{arch}");
        }
    }

    #[test]
    fn the_nearest_ptx_below_is_taken() {
        let folder =
            folder(&["kernel_compute_50.ptx.zst", "kernel_compute_75.ptx.zst", "kernel_compute_100.ptx.zst"]);
        let kernels = Kernels::read(folder.path(), Version(4, 2, 0));
        let of = |arch| kernels.ptx_for(Arch(arch)).map(|(ptx, _)| ptx.0);
        assert_eq!(
            (of(90), of(75), of(70), of(120), of(37)),
            (Some(75), Some(75), Some(50), Some(100), None)
        );
    }

    #[test]
    fn a_kernel_that_broll_built_is_known_until_something_changes() {
        let folder = folder(&["kernel_sm_90.cubin.zst", "kernel_compute_75.ptx.zst"]);
        let mark = Mark {
            ptxas: "12.8.93".into(),
            ptx: "kernel_compute_75.ptx.zst".into(),
            ptx_sha256: digest(b"kernel_compute_75.ptx.zst"),
            kernel_sha256: digest(b"kernel_sm_90.cubin.zst"),
            broll: "1".into(),
        };
        fs_err::write(path(folder.path(), Arch(90)), serde_json::to_vec(&mark).unwrap()).unwrap();
        let state = || Kernels::read(folder.path(), Version(4, 2, 0)).state(Arch(90));
        assert_eq!(state(), State::Built);
        fs_err::write(folder.path().join("kernel_compute_75.ptx.zst"), "updated").unwrap();
        assert_eq!(state(), State::Stale);
        fs_err::write(folder.path().join("kernel_sm_90.cubin.zst"), "came with the update").unwrap();
        assert_eq!(state(), State::Ready);
    }
}
