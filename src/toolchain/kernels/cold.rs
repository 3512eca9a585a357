//! What is told before the first frame, when that frame will wait for kernels.

use super::{Arch, Kernels, State};
use crate::blender::Program;
use crate::event::Warning;
use crate::toolchain::gpu::Gpu;

/// What is known of this machine's NVIDIA GPUs and of a Blender's kernels for them.
#[derive(Debug, Clone, Default)]
pub struct Readiness {
    gpus: Vec<Gpu>,
    kernels: Option<Kernels>,
}

impl Readiness {
    /// Looks at Blender's kernels, where there are GPUs that may need them.
    pub fn of(program: &Program, gpus: Vec<Gpu>) -> Self {
        let kernels = if gpus.is_empty() { None } else { Kernels::of(program) };
        Self { gpus, kernels }
    }

    /// What to tell before a render on these devices, by the names that Cycles gives them.
    pub fn warnings(&self, devices: &[String]) -> Vec<Warning> {
        self.kernels.as_ref().map(|kernels| judge(kernels, &self.gpus, devices)).unwrap_or_default()
    }
}

fn judge(kernels: &Kernels, gpus: &[Gpu], devices: &[String]) -> Vec<Warning> {
    // A part of a GPU (MIG) has the name of the whole with more behind it.
    let used = gpus.iter().filter(|gpu| devices.iter().any(|device| device.starts_with(&gpu.name)));
    let mut warnings = Vec::new();
    for gpu in used {
        let Some(arch) = gpu.compute_capability.map(Arch::of) else { continue };
        let Some(warning) = tell(kernels.state(arch), &gpu.name, arch) else { continue };
        if !warnings.contains(&warning) {
            warnings.push(warning);
        }
    }
    warnings
}

fn tell(state: State, name: &str, arch: Arch) -> Option<Warning> {
    match state {
        State::Ready | State::Built => None,
        State::Missing => Some(Warning::new(
            "no_kernel",
            format!(
                "Blender has no kernel for the {name} ({arch}): minutes of compiling on first use; `broll kernels build` once makes it seconds"
            ),
        )),
        State::Stale => Some(Warning::new(
            "stale_kernel",
            format!(
                "the kernel for the {name} ({arch}) was built from another Blender's code and may fail or draw something else: run `broll kernels build`"
            ),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blender::Version;

    #[test]
    fn only_gpus_in_use_are_told_of_and_each_kind_once() {
        let folder = tempfile::tempdir().unwrap();
        fs_err::write(folder.path().join("kernel_sm_89.cubin.zst"), "").unwrap();
        let kernels = Kernels::read(folder.path(), Version(4, 2, 0));
        let gpus = crate::toolchain::gpu::parse(
            "0, NVIDIA H200, 580.1, 9.0, 143771\n1, NVIDIA H200, 580.1, 9.0, 143771\n2, NVIDIA L4, 580.1, 8.9, 23034\n3, NVIDIA A100-SXM4-40GB, 580.1, 8.0, 40960\n4, Old, 390.1, [N/A], 1\n",
        );
        let judge = |devices: &[&str]| {
            let devices: Vec<String> = devices.iter().map(|&name| name.to_owned()).collect();
            judge(&kernels, &gpus, &devices)
        };
        let both = judge(&["NVIDIA H200", "NVIDIA H200", "NVIDIA L4", "Old"]);
        assert_eq!(both.len(), 1, "{both:?}");
        assert!(both[0].code == "no_kernel" && both[0].message.contains("NVIDIA H200 (sm_90)"));
        assert_eq!(judge(&["NVIDIA L4"]), []);
        assert_eq!(judge(&["NVIDIA A100-SXM4-40GB MIG 1g.5gb"]).len(), 1);
        assert!(tell(State::Stale, "x", Arch(90)).is_some_and(|told| told.code == "stale_kernel"));
    }
}
