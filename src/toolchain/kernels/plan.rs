//! Which kernels to build: what was asked for, or what this machine's GPUs lack.

use super::Arch;
use super::folder::{Kernels, Maker, State};
use crate::error::{Error, Result};
use crate::toolchain::gpu::Gpu;

/// What was asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Order {
    /// These architectures; none stands for what this machine's GPUs lack.
    pub archs: Vec<Arch>,
    /// Build anew what broll built before.
    pub force: bool,
}

/// Why a kernel is not built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// Blender has it.
    Blender,
    /// broll built it before.
    Broll,
}

/// What to do, each architecture once, oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Plan {
    pub(super) build: Vec<Arch>,
    pub(super) kept: Vec<(Arch, Kept)>,
}

/// Decides. `gpus` is the driver's answer, needed only where no architecture is named.
///
/// # Errors
/// `no_nvidia_gpu`, `no_ptx` (exit 3).
pub(super) fn plan(order: &Order, kernels: &Kernels, gpus: &Result<Vec<Gpu>, String>) -> Result<Plan> {
    let mut archs = if order.archs.is_empty() { of_machine(gpus)? } else { order.archs.clone() };
    archs.sort_unstable();
    archs.dedup();
    let mut plan = Plan::default();
    for arch in archs {
        match found(order, kernels, arch) {
            State::Ready => plan.kept.push((arch, Kept::Blender)),
            State::Built if !order.force => plan.kept.push((arch, Kept::Broll)),
            State::Built | State::Stale | State::Missing => plan.build.push(arch),
        }
    }
    if let Some(arch) = plan.build.iter().find(|arch| kernels.ptx_for(**arch).is_none()) {
        let has: Vec<String> = kernels.ptx().iter().map(|ptx| format!("compute_{}", ptx.0)).collect();
        let has =
            if has.is_empty() { "no PTX at all".to_owned() } else { format!("only {}", has.join(", ")) };
        return Err(Error::environment("no_ptx", format!("this Blender has no PTX to build a kernel for {arch} from"))
            .because(format!("in {} it has {has}", crate::paths::display(kernels.folder())))
            .hint("name a newer architecture, or use Blender's own build from blender.org or `broll setup`: some distributions leave the kernels out"));
    }
    Ok(plan)
}

/// An architecture that is named is built for itself; a GPU is content with whatever runs on it.
fn found(order: &Order, kernels: &Kernels, arch: Arch) -> State {
    if order.archs.is_empty() {
        return kernels.state(arch);
    }
    match kernels.maker(arch) {
        None => State::Missing,
        Some(Maker::Blender) => State::Ready,
        Some(Maker::Broll(_)) => State::Built,
        Some(Maker::OtherBlender(_)) => State::Stale,
    }
}

fn of_machine(gpus: &Result<Vec<Gpu>, String>) -> Result<Vec<Arch>> {
    let why = match gpus {
        Ok(gpus) => {
            let archs: Vec<Arch> =
                gpus.iter().filter_map(|gpu| gpu.compute_capability.map(Arch::of)).collect();
            if !archs.is_empty() {
                return Ok(archs);
            }
            if gpus.is_empty() {
                "nvidia-smi lists none"
            } else {
                "this driver does not tell the architecture of its GPUs"
            }
        }
        Err(why) => why,
    };
    Err(Error::environment("no_nvidia_gpu", "there is no NVIDIA GPU here to build a kernel for").because(why).hint(
        "name what to build for: `broll kernels build --arch sm_90` (A100: sm_80, H100 and H200: sm_90, B200: sm_100, RTX 50: sm_120)",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blender::Version;
    use crate::toolchain::gpu::parse;

    fn blender(files: &[&str]) -> (tempfile::TempDir, Kernels) {
        let root = tempfile::tempdir().unwrap();
        for file in files {
            fs_err::write(root.path().join(file), "").unwrap();
        }
        let kernels = Kernels::read(root.path(), Version(4, 2, 0));
        (root, kernels)
    }

    const SHIPPED: [&str; 3] =
        ["kernel_sm_86.cubin.zst", "kernel_sm_89.cubin.zst", "kernel_compute_75.ptx.zst"];

    fn order(archs: &[u32]) -> Order {
        Order { archs: archs.iter().map(|arch| Arch(*arch)).collect(), force: false }
    }

    #[test]
    fn a_machine_gets_what_its_gpus_lack() {
        let (_root, kernels) = blender(&SHIPPED);
        let gpus = Ok(parse(
            "0, H200, 580, 9.0, 1\n1, L4, 580, 8.9, 1\n2, H200, 580, 9.0, 1\n3, A100, 580, 8.0, 1\n",
        ));
        let plan = plan(&order(&[]), &kernels, &gpus).unwrap();
        assert_eq!(plan.build, [Arch(80), Arch(90)]);
        assert_eq!(plan.kept, [(Arch(89), Kept::Blender)]);
    }

    #[test]
    fn a_machine_without_gpus_is_told_to_name_one() {
        let (_root, kernels) = blender(&SHIPPED);
        for gpus in
            [Ok(Vec::new()), Err("there is no nvidia-smi".to_owned()), Ok(parse("0, Old, 390, [N/A], 1\n"))]
        {
            let error = plan(&order(&[]), &kernels, &gpus).unwrap_err();
            assert_eq!((error.code(), error.kind().exit_code()), ("no_nvidia_gpu", 3));
            assert!(error.hint_text().contains("--arch sm_90") && error.causes().len() == 1);
            assert_eq!(plan(&order(&[90, 80, 90]), &kernels, &gpus).unwrap().build, [Arch(80), Arch(90)]);
        }
    }

    #[test]
    fn blenders_own_kernels_are_never_replaced() {
        let (_root, kernels) = blender(&SHIPPED);
        let forced = Order { force: true, ..order(&[89]) };
        let plan = plan(&forced, &kernels, &Err(String::new())).unwrap();
        assert_eq!((plan.build, plan.kept), (vec![], vec![(Arch(89), Kept::Blender)]));
    }

    #[test]
    fn without_ptx_nothing_can_be_built() {
        for (files, text) in [(&SHIPPED[..], "only compute_75"), (&[], "no PTX at all")] {
            let (_root, kernels) = blender(files);
            let error = plan(&order(&[60]), &kernels, &Err(String::new())).unwrap_err();
            assert!(error.code() == "no_ptx" && error.causes()[0].contains(text), "{error}");
        }
    }
}
