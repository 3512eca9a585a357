//! NVIDIA GPUs as their driver tells them, and whether a Blender has Cycles kernels for them.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde::Serialize;

use super::identify::{bpy_folder, version_folder};
use crate::blender::Program;
use crate::process;

/// One NVIDIA GPU.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Gpu {
    /// Its number, as `CUDA_VISIBLE_DEVICES` counts.
    pub index: u32,
    /// Its name.
    pub name: String,
    /// Version of the driver.
    pub driver: String,
    /// Compute capability, such as (8, 9).
    pub compute_capability: Option<(u32, u32)>,
    /// Memory in MiB.
    pub memory_mib: Option<u64>,
}

impl Gpu {
    /// Whether it is one of the compute cards that NVIDIA builds without an encoder: A100 and A30 (8.0), H100 and
    /// H200 (9.0), B200 and B300 (10.0, 10.3), after NVIDIA's Video Encode and Decode support matrix.
    pub fn lacks_nvenc(&self) -> bool {
        matches!(self.compute_capability, Some((8, 0) | (9, 0) | (10, 0 | 3)))
    }
}

const FIELDS: &str = "--query-gpu=index,name,driver_version,compute_cap,memory.total";

/// Asks `nvidia-smi`.
///
/// # Errors
/// Why there is no answer, in one clause.
pub fn list() -> Result<Vec<Gpu>, String> {
    let ask = |fields: &str| {
        let mut command = Command::new("nvidia-smi");
        process::capture(command.args([fields, "--format=csv,noheader,nounits"]), Duration::from_secs(20))
    };
    let mut run = ask(FIELDS).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => "there is no nvidia-smi".to_owned(),
        _ => format!("nvidia-smi: {error}"),
    })?;
    if !run.status.success() && run.stdout.contains("compute_cap") {
        // Drivers before 2021 do not know that field.
        run = ask(&FIELDS.replace("compute_cap", "index")).map_err(|error| format!("nvidia-smi: {error}"))?;
        return Ok(parse(&run.stdout)
            .into_iter()
            .map(|gpu| Gpu { compute_capability: None, ..gpu })
            .collect());
    }
    if !run.status.success() {
        let said = run.stdout.lines().chain(run.stderr.lines()).find(|line| !line.trim().is_empty());
        return Err(format!("nvidia-smi: {}", said.unwrap_or("no answer").trim()));
    }
    Ok(parse(&run.stdout))
}

/// Reads `nvidia-smi`'s table; lines that are none are skipped.
pub fn parse(csv: &str) -> Vec<Gpu> {
    csv.lines().filter_map(parse_line).collect()
}

fn parse_line(line: &str) -> Option<Gpu> {
    let (index, rest) = line.split_once(',')?;
    // From the right: a name may hold commas.
    let mut fields = rest.rsplitn(4, ',').map(str::trim);
    let (memory, capability, driver, name) = (fields.next()?, fields.next()?, fields.next()?, fields.next()?);
    Some(Gpu {
        index: index.trim().parse().ok()?,
        name: name.to_owned(),
        driver: driver.to_owned(),
        compute_capability: parse_capability(capability),
        memory_mib: memory.parse().ok(),
    })
}

fn parse_capability(text: &str) -> Option<(u32, u32)> {
    let (major, minor) = text.split_once('.')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}

/// Where a Blender keeps its Cycles kernels.
pub fn kernel_folder(program: &Program) -> Option<PathBuf> {
    let beside = match program {
        // Through links: /usr/local/bin/blender usually points into the folder with everything else.
        Program::Executable(path) => fs_err::canonicalize(path).ok()?.parent()?.to_owned(),
        Program::Module(python) => bpy_folder(python)?,
    };
    let version = version_folder(&beside)?;
    Some(beside.join(format!("{}.{}", version.0, version.1)).join("scripts/addons_core/cycles/lib"))
}

/// The kernels in such a folder, as `89` for `kernel_sm_89.cubin.zst`.
pub fn kernels(folder: &Path) -> Vec<u32> {
    let entries = fs_err::read_dir(folder).into_iter().flatten();
    let mut found: Vec<u32> =
        entries.filter_map(|entry| kernel_number(entry.ok()?.file_name().to_str()?)).collect();
    found.sort_unstable();
    found
}

fn kernel_number(file: &str) -> Option<u32> {
    let (number, ending) = file.strip_prefix("kernel_sm_")?.split_once('.')?;
    ending.starts_with("cubin").then(|| number.parse().ok()).flatten()
}

/// Whether one of the kernels runs on a GPU: its own, or an older minor of the same major. Without one the driver
/// compiles for many minutes before the first frame.
pub fn has_kernel(kernels: &[u32], (major, minor): (u32, u32)) -> bool {
    kernels.iter().any(|kernel| kernel / 10 == major && kernel % 10 <= minor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_read() {
        let gpus = parse(
            "0, NVIDIA L40S, 580.95.05, 8.9, 46068\n1, NVIDIA A100-SXM4-40GB MIG 1g, 5gb, 470.57, [N/A], [N/A]\nNo devices were found\n",
        );
        assert_eq!(gpus.len(), 2);
        assert_eq!((gpus[0].name.as_str(), gpus[0].driver.as_str()), ("NVIDIA L40S", "580.95.05"));
        assert_eq!((gpus[0].compute_capability, gpus[0].memory_mib), (Some((8, 9)), Some(46068)));
        assert_eq!((gpus[1].index, gpus[1].name.as_str()), (1, "NVIDIA A100-SXM4-40GB MIG 1g, 5gb"));
        assert_eq!((gpus[1].compute_capability, gpus[1].memory_mib), (None, None));
    }

    #[test]
    fn a_kernel_runs_on_its_own_and_on_newer_minors() {
        let shipped = [70, 75, 86, 89];
        for (capability, runs) in [
            ((8, 9), true),
            ((8, 6), true),
            ((8, 0), false),
            ((7, 2), true),
            ((9, 0), false),
            ((12, 0), false),
        ] {
            assert_eq!(has_kernel(&shipped, capability), runs, "{capability:?}");
        }
        assert!(has_kernel(&[80], (8, 6)) && has_kernel(&[120], (12, 0)) && !has_kernel(&[], (8, 9)));
    }

    #[test]
    fn kernels_are_found_by_name() {
        let folder = tempfile::tempdir().unwrap();
        for name in [
            "kernel_sm_89.cubin.zst",
            "kernel_sm_120.cubin.zst",
            "kernel_compute_75.ptx.zst",
            "kernel_sm_x.cubin.zst",
            "kernel_sm_30.cubin",
        ] {
            fs_err::write(folder.path().join(name), "").unwrap();
        }
        assert_eq!(kernels(folder.path()), [30, 89, 120]);
        assert!(kernels(&folder.path().join("none")).is_empty());
    }
}
