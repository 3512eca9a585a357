//! The Blender in use, and the devices it sees.

use super::{Check, Status};
use crate::blender::{Hello, Program};
use crate::config::Config;
use crate::error::{Error, Kind};
use crate::paths::{Paths, display};
use crate::request::{Backend, Device};
use crate::toolchain::blender::{FoundBlender, find};
use crate::toolchain::hello::hello;
use crate::toolchain::identify::bpy_folder;
use crate::toolchain::kernels::Kernels;
use crate::toolchain::libraries;

/// What is known of Blender.
pub(super) struct Look {
    pub(super) check: Check,
    pub(super) works: bool,
    /// Its Cycles kernels for NVIDIA.
    pub(super) kernels: Option<Kernels>,
    devices: Vec<(Backend, Result<Vec<String>, Error>)>,
}

const NAME: &str = "Blender";

pub(super) fn look(config: &Config, paths: &Paths) -> Look {
    let found = match find(config, paths) {
        Ok(found) => found,
        Err(error) => {
            return Look {
                check: Check::error(NAME, &error),
                works: false,
                kernels: None,
                devices: Vec::new(),
            };
        }
    };
    let kernels = Kernels::of(&found.program);
    let ask = |backends: &[Backend]| hello(paths, &found.program, found.version, backends);
    let (answer, devices) = match ask(&Backend::PREFERRED) {
        Ok(hello) => {
            let devices = Backend::PREFERRED.map(|backend| (backend, Ok(names(&hello, backend)))).into();
            (Ok(hello), devices)
        }
        // One bad driver can take Blender down: which one?
        Err(error) if error.code() == "blender_failed" => match ask(&[]) {
            Ok(hello) => {
                let each = |backend| (backend, ask(&[backend]).map(|hello| names(&hello, backend)));
                (Ok(hello), Backend::PREFERRED.map(each).into())
            }
            Err(error) => (Err(error), Vec::new()),
        },
        Err(error) => (Err(error), Vec::new()),
    };
    let check = match &answer {
        Ok(hello) if hello.cycles => Check::ok(NAME, describe(&found, &hello.version_string)),
        Ok(hello) => Check::failed(
            NAME,
            format!("{}, built without Cycles", describe(&found, &hello.version_string)),
            "run `broll setup` for the managed one, or name another in BROLL_BLENDER",
        ),
        Err(error) => failure(&found, error),
    };
    Look { works: check.status == Status::Ok, check, kernels, devices }
}

fn describe(found: &FoundBlender, version: &str) -> String {
    format!("{version} ({}) {}", found.origin, display(found.program.path()))
}

/// The loader names the first missing library; `ldd` names all.
fn failure(found: &FoundBlender, error: &Error) -> Check {
    let binary = match &found.program {
        Program::Module(python) => bpy_folder(python).map(|folder| folder.join("__init__.so")),
        Program::Executable(path) => Some(path.clone()),
    };
    let missing = binary.map(|binary| libraries::missing(&binary)).unwrap_or_default();
    match libraries::require(&missing) {
        Err(all) if error.kind() != Kind::Interrupted => Check::error(NAME, &all)
            .fix(format!("{}, or `broll setup --system-packages`", libraries::advice(&missing))),
        _ => Check::error(NAME, error),
    }
}

fn names(hello: &Hello, backend: Backend) -> Vec<String> {
    hello.device_names(backend.cycles_name())
}

impl Look {
    /// The row of devices, judged by what is wanted; none where Blender does not answer.
    pub(super) fn backends(&self, wanted: Device, driver_has_gpus: bool) -> Option<Check> {
        if !self.works {
            return None;
        }
        let name = "GPU backends";
        let seen: Vec<String> =
            self.devices.iter().filter_map(|(backend, found)| tell(*backend, found)).collect();
        let has = |backend: &Backend| {
            self.devices
                .iter()
                .any(|(each, found)| each == backend && found.as_ref().is_ok_and(|names| !names.is_empty()))
        };
        let found = if seen.is_empty() {
            "no device for OptiX, CUDA, HIP, oneAPI or Metal".to_owned()
        } else {
            seen.join("; ")
        };
        if wanted == Device::Cpu {
            return Some(Check::info(name, found));
        }
        if wanted.backends().iter().any(has) {
            return Some(Check::ok(name, found));
        }
        let fix = if driver_has_gpus {
            "Blender cannot reach the GPU; in a container set NVIDIA_DRIVER_CAPABILITIES=compute,utility,graphics,video"
        } else if let Device::Gpu(_) = wanted {
            "run `broll config set device auto`, or use a machine with such a GPU"
        } else {
            "use a machine with a GPU (docker: --gpus all), or --cpu"
        };
        Some(Check::failed(name, found, fix))
    }
}

fn tell(backend: Backend, found: &Result<Vec<String>, Error>) -> Option<String> {
    let label = backend.label();
    match found {
        Ok(names) if names.is_empty() => None,
        Ok(names) => Some(format!("{label}: {}", counted(names))),
        Err(_) => Some(format!("{label}: its driver takes Blender down")),
    }
}

/// `4 × NVIDIA H200` for four of the same name.
fn counted(names: &[String]) -> String {
    let mut kinds: Vec<(&str, usize)> = Vec::new();
    for name in names {
        match kinds.iter_mut().find(|(kind, _)| kind == name) {
            Some((_, count)) => *count += 1,
            None => kinds.push((name, 1)),
        }
    }
    let one = |(name, count): &(&str, usize)| {
        if *count == 1 { (*name).to_owned() } else { format!("{count} × {name}") }
    };
    kinds.iter().map(one).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(devices: Vec<(Backend, Result<Vec<String>, Error>)>) -> Look {
        Look { check: Check::ok(NAME, ""), works: true, kernels: None, devices }
    }

    #[test]
    fn devices_are_judged_by_what_is_wanted() {
        let four = vec!["NVIDIA H200".to_owned(); 4];
        let crash = Error::environment("blender_failed", "x");
        let seen = look(vec![
            (Backend::Optix, Ok(Vec::new())),
            (Backend::Cuda, Ok(four)),
            (Backend::Hip, Err(crash)),
        ]);
        let auto = seen.backends(Device::Auto, true).unwrap();
        assert_eq!(
            (auto.status, auto.found.as_str()),
            (Status::Ok, "CUDA: 4 × NVIDIA H200; HIP: its driver takes Blender down")
        );
        assert_eq!(seen.backends(Device::Gpu(Backend::Optix), true).unwrap().status, Status::Failed);
        let none = look(vec![(Backend::Cuda, Ok(Vec::new()))]);
        assert!(none.backends(Device::Auto, false).unwrap().fix.unwrap().contains("--cpu"));
        assert!(
            none.backends(Device::Auto, true).unwrap().fix.unwrap().contains("NVIDIA_DRIVER_CAPABILITIES")
        );
        assert_eq!(none.backends(Device::Cpu, false).unwrap().status, Status::Info);
    }
}
