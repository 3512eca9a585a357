//! NVIDIA's compiler of GPU code: finding one that can do what is asked, by trying it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::Arch;
use super::arch::listed;
use super::ptx::Header;
use crate::error::{Error, Result};
use crate::interrupt;
use crate::paths::{Paths, display, env};
use crate::process;
use crate::toolchain::{executables, managed, on_path};

/// Where CUDA's own installers put toolkits, as `cuda` and `cuda-12.8`.
const TOOLKITS: &str = "/usr/local";
/// Time for a version, a list or an empty kernel.
const LIMIT: Duration = Duration::from_secs(30);

/// A ptxas that answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ptxas {
    /// The executable.
    pub path: PathBuf,
    /// Its version, such as `12.8.93`.
    pub version: String,
    /// The real architectures it compiles for, oldest first.
    pub archs: Vec<Arch>,
    /// Whether it can optimize with several threads (CUDA 12.1 and newer).
    pub splits: bool,
}

/// Every ptxas of this machine: on the PATH, in CUDA, then the one of `broll setup --kernels`.
pub fn candidates(paths: &Paths) -> Vec<PathBuf> {
    let mut found = on_path(Path::new("ptxas"));
    let named = ["CUDA_HOME", "CUDA_PATH"].into_iter().filter_map(|name| env(name).map(PathBuf::from));
    let folders = named.chain(toolkits(Path::new(TOOLKITS))).map(|toolkit| toolkit.join("bin"));
    found.extend(executables(Path::new("ptxas"), folders));
    found.extend(managed::managed_ptxas(paths));
    let mut seen = Vec::new();
    found.retain(|path| {
        let real = fs_err::canonicalize(path).unwrap_or_else(|_| path.clone());
        let new = !seen.contains(&real);
        seen.push(real);
        new
    });
    found
}

/// `cuda` first, which is the one that was chosen for the machine; then the others, newest first.
fn toolkits(folder: &Path) -> Vec<PathBuf> {
    let entries = fs_err::read_dir(folder).into_iter().flatten().flatten();
    // A name without numbers comes last.
    let mut numbered: Vec<(Option<Vec<u32>>, PathBuf)> = entries
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let version = name.strip_prefix("cuda-")?.split('.').map(|part| part.parse().ok()).collect();
            Some((version, entry.path()))
        })
        .collect();
    numbered.sort_by(|one, other| other.cmp(one));
    std::iter::once(folder.join("cuda")).chain(numbered.into_iter().map(|(_, path)| path)).collect()
}

/// Asks a ptxas who it is.
///
/// # Errors
/// Why it will not do, in one clause.
pub fn examine(path: &Path) -> Result<Ptxas, String> {
    let ask = |flag: &str| {
        let run = process::capture(Command::new(path).arg(flag), LIMIT).map_err(|error| error.to_string())?;
        if run.status.success() {
            return Ok(run.stdout);
        }
        Err(format!("`{flag}` ended with {}", process::describe(Some(run.status))))
    };
    let version = parse_version(&ask("--version")?).ok_or("it does not tell its version")?;
    let help = ask("--help")?;
    let archs = parse_archs(&help);
    if archs.is_empty() {
        return Err("it does not tell what it compiles for".to_owned());
    }
    Ok(Ptxas { path: path.to_owned(), version, archs, splits: help.contains("--split-compile") })
}

/// The first candidate that compiles a kernel with this header for all of these architectures, proved with an empty one
/// in `workshop`.
///
/// # Errors
/// `no_ptxas`, `ptxas_unfit` (exit 3), `bad_arch` (exit 1) when none knows an architecture, `interrupted`.
pub(super) fn choose(
    candidates: &[PathBuf],
    wanted: &[(Arch, Header)],
    newest_release: Option<u32>,
    workshop: &Path,
) -> Result<Ptxas> {
    if candidates.is_empty() {
        return Err(Error::environment("no_ptxas", "no ptxas was found")
            .because("there is none on the PATH, in CUDA_HOME, CUDA_PATH or /usr/local/cuda*, nor from `broll setup --kernels`")
            .hint("run `broll setup --kernels`, which installs just that"));
    }
    let (mut reasons, mut known) = (Vec::new(), Vec::new());
    for path in candidates {
        interrupt::check()?;
        let fit = examine(path).and_then(|ptxas| {
            known.push(ptxas.clone());
            fits(&ptxas, wanted, newest_release)?;
            for (arch, header) in wanted {
                try_out(&ptxas, *arch, header, workshop)?;
            }
            Ok(ptxas)
        });
        match fit {
            Ok(ptxas) => return Ok(ptxas),
            Err(reason) => reasons.push(format!("{}: {reason}", display(path))),
        }
    }
    interrupt::check()?;
    let unknown = wanted
        .iter()
        .find(|(arch, _)| !known.is_empty() && known.iter().all(|ptxas| !ptxas.archs.contains(arch)));
    let error = match unknown {
        Some((arch, _)) => Error::bad_input("bad_arch", format!("no ptxas here knows {arch}")).hint(
            "name one that it knows; for a newer GPU install a newer CUDA toolkit and put its ptxas on the PATH",
        ),
        None => Error::environment("ptxas_unfit", "no ptxas here can compile Blender's kernels")
            .hint("run `broll setup --kernels` for ptxas 12.8"),
    };
    Err(reasons.into_iter().fold(error, Error::because))
}

/// What can be told without running it.
fn fits(ptxas: &Ptxas, wanted: &[(Arch, Header)], newest_release: Option<u32>) -> Result<(), String> {
    let unknown: Vec<Arch> =
        wanted.iter().map(|(arch, _)| *arch).filter(|arch| !ptxas.archs.contains(arch)).collect();
    if !unknown.is_empty() {
        return Err(format!("ptxas {} knows {}", ptxas.version, listed(&ptxas.archs)));
    }
    let release = ptxas.version.split('.').next().and_then(|major| major.parse::<u32>().ok());
    match (release, newest_release) {
        (Some(release), Some(newest)) if release > newest => Err(format!(
            "ptxas {} makes kernels for drivers of CUDA {release}, and the one here is of CUDA {newest}",
            ptxas.version
        )),
        _ => Ok(()),
    }
}

/// Compiles an empty kernel; an old ptxas does not read the PTX of a new Blender.
fn try_out(ptxas: &Ptxas, arch: Arch, header: &Header, workshop: &Path) -> Result<(), String> {
    let source = workshop.join("probe.ptx");
    fs_err::write(&source, header.empty_kernel()).map_err(|error| error.to_string())?;
    let mut command = Command::new(&ptxas.path);
    command.arg(format!("-arch={arch}")).arg(&source).arg("-o").arg(workshop.join("probe.cubin"));
    let run = process::capture(&mut command, LIMIT).map_err(|error| error.to_string())?;
    if run.status.success() {
        return Ok(());
    }
    let said = run.stderr.lines().chain(run.stdout.lines()).find(|line| line.contains("fatal"));
    let said = said.and_then(|line| line.split_once(": ")).map(|(_, reason)| reason.trim());
    Err(said.map_or_else(
        || process::describe(Some(run.status)),
        |said| format!("ptxas {}: {said}", ptxas.version),
    ))
}

/// The newest release of CUDA whose compiled kernels a driver loads, from the driver's branch.
///
/// After the table of minimum drivers for minor version compatibility in NVIDIA's guide "CUDA Compatibility"; a branch
/// newer than the table says nothing.
pub(super) fn newest_release_of(driver: &str) -> Option<u32> {
    match driver.split('.').next()?.parse::<u32>().ok()? {
        580.. => None,
        525..580 => Some(12),
        450..525 => Some(11),
        0..450 => Some(10),
    }
}

/// Reads `Cuda compilation tools, release 12.8, V12.8.93`.
fn parse_version(output: &str) -> Option<String> {
    let version = output
        .lines()
        .find_map(|line| line.split_once(", V").filter(|(tools, _)| tools.contains("release")))?
        .1;
    let version = version.trim();
    version.starts_with(|first: char| first.is_ascii_digit()).then(|| version.to_owned())
}

/// The plain names in the list of `--gpu-name`; those with a letter behind (`sm_90a`) are other kernels, which Blender
/// does not look for.
fn parse_archs(help: &str) -> Vec<Arch> {
    let mut archs: Vec<Arch> = help
        .split('\'')
        .filter(|word| word.starts_with("sm_"))
        .filter_map(|word| word.parse().ok())
        .collect();
    archs.sort_unstable();
    archs.dedup();
    archs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_answers_are_read() {
        let version = "ptxas: NVIDIA (R) Ptx optimizing assembler\nCopyright (c) 2005-2025 NVIDIA Corporation\nCuda compilation tools, release 12.8, V12.8.93\nBuild cuda_12.8.r12.8/compiler.35583870_0\n";
        assert_eq!(parse_version(version).as_deref(), Some("12.8.93"));
        assert_eq!((parse_version("gcc 12, V"), parse_version("")), (None, None));
        let help = "        Allowed values for this option:  'compute_100','lto_90a','sm_100','sm_100a',\n        'sm_80','sm_90',\n        'sm_90a'.\n        Default value:  'sm_52'.";
        assert_eq!(parse_archs(help), [52, 80, 90, 100].map(Arch));
    }

    #[test]
    fn a_kernel_of_a_release_that_the_driver_does_not_load_is_not_made() {
        let ptxas =
            Ptxas { path: "p".into(), version: "13.0.48".into(), archs: vec![Arch(90)], splits: true };
        let wanted = [(Arch(90), Header::parse(".version 7.4\n.target sm_75\n").unwrap())];
        let with = |driver: &str| fits(&ptxas, &wanted, newest_release_of(driver));
        assert!(with("570.124.06").unwrap_err().contains("CUDA 12"));
        assert!(with("580.95.05").is_ok() && with("700.1").is_ok() && with("unknown").is_ok());
        assert!(fits(&ptxas, &[(Arch(80), wanted[0].1.clone())], None).unwrap_err().contains("knows sm_90"));
    }

    #[test]
    fn the_toolkit_that_was_chosen_comes_first_and_newer_ones_before_older() {
        let root = tempfile::tempdir().unwrap();
        for name in ["cuda", "cuda-9.2", "cuda-12.8", "cuda-13", "cuda-x", "other"] {
            fs_err::create_dir(root.path().join(name)).unwrap();
        }
        let names: Vec<_> = toolkits(root.path())
            .iter()
            .map(|path| path.file_name().unwrap().to_str().unwrap().to_owned())
            .collect();
        assert_eq!(names, ["cuda", "cuda-13", "cuda-12.8", "cuda-9.2", "cuda-x"]);
    }

    #[test]
    fn nothing_and_nonsense_are_told_apart() {
        let root = tempfile::tempdir().unwrap();
        let wanted = [(Arch(90), Header::parse(".version 7.4\n.target sm_75\n").unwrap())];
        let none = choose(&[], &wanted, None, root.path()).unwrap_err();
        assert!(none.code() == "no_ptxas" && none.hint_text().contains("setup --kernels"));
        let gone = choose(&[root.path().join("gone")], &wanted, None, root.path()).unwrap_err();
        assert_eq!((gone.code(), gone.kind().exit_code()), ("ptxas_unfit", 3));
    }
}
