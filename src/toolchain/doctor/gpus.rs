//! NVIDIA GPUs, and whether their first frame waits for kernels.

use super::Check;
use crate::toolchain::gpu::Gpu;
use crate::toolchain::kernels::{Arch, Kernels, State};

/// A row for each kind of GPU; equal ones share theirs.
pub(super) fn checks(gpus: &Result<Vec<Gpu>, String>, kernels: Option<&Kernels>) -> Vec<Check> {
    let gpus = match gpus {
        Ok(gpus) if gpus.is_empty() => return vec![Check::info("NVIDIA GPUs", "nvidia-smi lists none")],
        Ok(gpus) => gpus,
        Err(why) => return vec![Check::info("NVIDIA GPUs", why.clone())],
    };
    let mut rows: Vec<Check> = Vec::new();
    let mut done: Vec<&Gpu> = Vec::new();
    for gpu in gpus {
        let same: Vec<&Gpu> = gpus.iter().filter(|other| is_same(other, gpu)).collect();
        if !done.iter().any(|other| is_same(other, gpu)) {
            rows.push(row(gpu, &same, kernels));
            done.push(gpu);
        }
    }
    rows
}

fn is_same(one: &Gpu, other: &Gpu) -> bool {
    Gpu { index: other.index, ..one.clone() } == *other
}

fn row(gpu: &Gpu, same: &[&Gpu], kernels: Option<&Kernels>) -> Check {
    let numbers: Vec<String> = same.iter().map(|gpu| gpu.index.to_string()).collect();
    let name = format!(
        "GPU {}",
        if numbers.len() > 4 {
            format!("{}–{}", numbers[0], numbers[numbers.len() - 1])
        } else {
            numbers.join(",")
        }
    );
    let memory = gpu.memory_mib.map(|mib| format!(", {} GiB", (mib + 512) / 1024)).unwrap_or_default();
    let about = format!("{}{memory}, driver {}", gpu.name, gpu.driver);
    let (Some(arch), Some(kernels)) = (gpu.compute_capability.map(Arch::of), kernels) else {
        return Check::ok(name, about);
    };
    let build = "run `broll kernels build` once";
    match kernels.state(arch) {
        State::Ready => Check::ok(name, format!("{about}, {arch} with kernel")),
        State::Built => Check::ok(name, format!("{about}, {arch} with a kernel that broll built")),
        State::Stale => {
            Check::info(name, format!("{about}, the kernel for {arch} was built from another Blender's code"))
                .fix(build)
        }
        State::Missing => {
            Check::info(name, format!("{about}, no kernel for {arch}: the first frame compiles for minutes"))
                .fix(build)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blender::Version;
    use crate::toolchain::doctor::Status;
    use crate::toolchain::gpu::parse;

    #[test]
    fn equal_gpus_share_a_row_and_a_missing_kernel_is_told() {
        let csv = "0, NVIDIA H200, 580.159, 9.0, 143771\n1, NVIDIA H200, 580.159, 9.0, 143771\n2, NVIDIA L4, 580.159, 8.9, 23034\n";
        let folder = tempfile::tempdir().unwrap();
        fs_err::write(folder.path().join("kernel_sm_89.cubin.zst"), "").unwrap();
        let kernels = Kernels::read(folder.path(), Version(4, 2, 0));
        let rows = checks(&Ok(parse(csv)), Some(&kernels));
        assert_eq!(rows.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(), ["GPU 0,1", "GPU 2"]);
        assert!(
            rows[0].found.contains("no kernel for sm_90: the first frame compiles for minutes")
                && rows[0].fix.as_deref().is_some_and(|fix| fix.contains("broll kernels build"))
        );
        assert_eq!(
            (rows[1].status, rows[1].found.as_str()),
            (Status::Ok, "NVIDIA L4, 22 GiB, driver 580.159, sm_89 with kernel")
        );
        assert_eq!(checks(&Err("there is no nvidia-smi".into()), None)[0].status, Status::Info);
    }
}
