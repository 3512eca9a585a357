//! NVIDIA GPUs as their driver tells them.

use std::process::Command;
use std::time::Duration;

use serde::Serialize;

use crate::process;
use crate::request::{Backend, Device};

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

/// The GPUs that a render on `device` may take and that can be told apart: only NVIDIA's can, and their driver is asked only
/// where they may be meant. None where it does not answer.
pub fn meant_by(device: Device) -> Vec<Gpu> {
    match device {
        Device::Auto | Device::Gpu(Backend::Optix | Backend::Cuda) => list().unwrap_or_default(),
        Device::Gpu(_) | Device::Cpu => Vec::new(),
    }
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
}
