//! Building kernels: nothing is put in place before it is whole and checked.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use super::compile::{Job, ptx_path};
use super::mark::{Mark, digest};
use super::pace::{Crew, free_memory};
use super::plan::{Kept, Order, Plan, plan};
use super::ptx::{self, Header};
use super::side_by_side::make_all;
use super::{Arch, Kernels, Ptxas, place, ptxas};
use crate::error::{Error, Result};
use crate::interrupt::{self, Cancel};
use crate::paths::{Paths, display};
use crate::toolchain::blender::FoundBlender;
use crate::toolchain::gpu::{self, Gpu};
use crate::toolchain::lock::lock;

/// What a build tells on its way.
#[derive(Debug)]
pub enum Told<'a> {
    /// Another build is at work on this machine.
    Waits,
    /// The compilers start.
    Begins {
        /// What is built.
        archs: &'a [Arch],
        /// What compiles.
        ptxas: &'a Ptxas,
        /// What all of it should take.
        expected: Duration,
    },
    /// A kernel is in place.
    Done(&'a Built),
}

/// A kernel in its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Built {
    /// Its architecture.
    pub arch: Arch,
    /// Where it lies.
    pub path: PathBuf,
    /// Its size in bytes.
    pub bytes: u64,
    /// What it took.
    pub seconds: f64,
}

/// What a build did.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Outcome {
    /// Kernels that are new.
    pub built: Vec<Built>,
    /// Kernels that need not be built, and why.
    pub kept: Vec<(Arch, Kept)>,
}

/// Folders that begin so belong to a build that runs, or that died.
const WORKSHOP: &str = ".build-";

/// Builds what is asked for.
///
/// # Errors
/// `no_kernel_folder`, `no_nvidia_gpu`, `no_ptx`, `read_only_blender`, `no_ptxas`, `ptxas_unfit` (exit 3), `bad_arch`
/// (exit 1), `ptxas_failed` (exit 4), `interrupted`.
pub fn build(found: &FoundBlender, paths: &Paths, order: &Order, tell: &dyn Fn(Told<'_>)) -> Result<Outcome> {
    let gpus = gpu::list();
    let decide = || plan(order, &kernels_of(found)?, &gpus);
    let first = decide()?;
    if first.build.is_empty() {
        return Ok(Outcome { built: Vec::new(), kept: first.kept });
    }
    let kernels = kernels_of(found)?;
    place::check_writable(found, kernels.folder(), &first.build)?;
    let home = paths.cache.join("kernels");
    fs_err::create_dir_all(&home)?;
    let _lock = lock(&home, &mut || tell(Told::Waits))?;
    sweep(&home);
    // Whoever was waited for may have built the same, unless it is to be built anew.
    let plan = if order.force { first } else { decide()? };
    if plan.build.is_empty() {
        return Ok(Outcome { built: Vec::new(), kept: plan.kept });
    }
    let workshop = tempfile::Builder::new().prefix(WORKSHOP).tempdir_in(&home)?;
    let built = work(&kernels, &plan, paths, &gpus, workshop.path(), tell)?;
    Ok(Outcome { built, kept: plan.kept })
}

/// The kernels of a Blender.
///
/// # Errors
/// `no_kernel_folder` (exit 3) where they are not where Blender's own builds have them.
pub fn kernels_of(found: &FoundBlender) -> Result<Kernels> {
    Kernels::of(&found.program).ok_or_else(|| {
        let program = display(found.program.path());
        Error::environment(
            "no_kernel_folder",
            format!("the Blender at {program} has its kernels in no place that broll knows"),
        )
        .because("there is no folder such as 4.2/scripts/addons_core/cycles/lib beside it")
        .hint("name Blender's own executable rather than a wrapper in BROLL_BLENDER, or run `broll setup`")
    })
}

/// One kind of PTX, unpacked.
struct Source {
    file: PathBuf,
    sha256: String,
    header: Header,
    bytes: u64,
}

fn work(
    kernels: &Kernels,
    plan: &Plan,
    paths: &Paths,
    gpus: &Result<Vec<Gpu>, String>,
    workshop: &Path,
    tell: &dyn Fn(Told<'_>),
) -> Result<Vec<Built>> {
    let sources = unpack(kernels, &plan.build, workshop)?;
    let source = |arch: Arch| {
        let nearest =
            kernels.ptx_for(arch).and_then(|(ptx, _)| sources.get(&ptx).map(|source| (ptx, source)));
        nearest.ok_or_else(|| Error::bug("no_source", format!("no PTX was unpacked for {arch}")))
    };
    let mut wanted = Vec::new();
    for arch in &plan.build {
        wanted.push((*arch, source(*arch)?.1.header.clone()));
    }
    let ptxas =
        ptxas::choose(&ptxas::candidates(paths), &wanted, newest_release(&plan.build, gpus), workshop)?;
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let largest = sources.values().map(|source| source.bytes).max().unwrap_or(0);
    let crew = Crew::new(plan.build.len(), largest, cores, free_memory());
    tell(Told::Begins { archs: &plan.build, ptxas: &ptxas, expected: crew.expected });
    let make = |arch: Arch, cancel: &Cancel| -> Result<Built> {
        let began = Instant::now();
        let (virtual_arch, source) = source(arch)?;
        let file = ptx_path(workshop, virtual_arch);
        let job = Job { ptxas: &ptxas, arch, ptx: &file, threads: crew.threads, workshop };
        let kernel = job.run(cancel)?;
        let mark = Mark {
            ptxas: ptxas.version.clone(),
            ptx: source.file.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            ptx_sha256: source.sha256.clone(),
            kernel_sha256: digest(&kernel),
            broll: env!("CARGO_PKG_VERSION").to_owned(),
        };
        let path = place::put(kernels.folder(), arch, &kernel, &mark)?;
        Ok(Built { arch, path, bytes: kernel.len() as u64, seconds: began.elapsed().as_secs_f64() })
    };
    make_all(&plan.build, crew.at_once, &make, tell)
}

/// Each PTX that is needed, once.
fn unpack(kernels: &Kernels, archs: &[Arch], workshop: &Path) -> Result<BTreeMap<Arch, Source>> {
    let mut sources = BTreeMap::new();
    for (virtual_arch, file) in archs.iter().filter_map(|arch| kernels.ptx_for(*arch)) {
        if sources.contains_key(&virtual_arch) {
            continue;
        }
        interrupt::check()?;
        let sha256 = digest(&fs_err::read(&file)?);
        let (header, bytes) = ptx::unpack(&file, &ptx_path(workshop, virtual_arch))?;
        sources.insert(virtual_arch, Source { file, sha256, header, bytes });
    }
    Ok(sources)
}

/// What the driver here loads, where a kernel is built for this machine; other machines are not known.
fn newest_release(archs: &[Arch], gpus: &Result<Vec<Gpu>, String>) -> Option<u32> {
    let here = gpus
        .iter()
        .flatten()
        .find(|gpu| gpu.compute_capability.is_some_and(|of| archs.contains(&Arch::of(of))))?;
    ptxas::newest_release_of(&here.driver)
}

/// Removes what builds that were killed left. Only under the lock.
fn sweep(home: &Path) {
    for entry in fs_err::read_dir(home).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with(WORKSHOP) {
            // What cannot be removed now is tried again by the next build.
            let _ = fs_err::remove_dir_all(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_dead_build_left_is_swept() {
        let root = tempfile::tempdir().unwrap();
        fs_err::create_dir(root.path().join(".build-x")).unwrap();
        fs_err::write(root.path().join(".lock"), "").unwrap();
        sweep(root.path());
        assert_eq!(fs_err::read_dir(root.path()).unwrap().count(), 1);
    }
}
