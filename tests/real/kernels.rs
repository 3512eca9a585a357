//! Kernels built with the real ptxas, from PTX small enough to take milliseconds.

use std::os::unix::fs::PermissionsExt;

use nix::sys::signal::Signal;
use serde_json::Value;

use crate::common::{GpuMachine, Running, Stage, blender, gone};

const H200: &str = "0, NVIDIA H200, 580.95.05, 9.0, 143771";
const L4: &str = "1, NVIDIA L4, 580.95.05, 8.9, 23034";

/// What `kernels list` says of the GPUs.
fn states(machine: &GpuMachine) -> Vec<String> {
    let answer = machine.kernels(&["list"]).succeeds();
    let gpus = answer.json["gpus"].as_array().cloned().unwrap_or_default();
    gpus.iter()
        .map(|gpu| format!("{} {}", gpu["arch"].as_str().unwrap(), gpu["kernel"].as_str().unwrap()))
        .collect()
}

fn archs(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|kernel| kernel["arch"].as_str().unwrap()).collect()
}

#[test]
fn what_this_machine_lacks_is_built_once() {
    let machine = GpuMachine::new();
    machine.gpus(&[H200, L4]);
    assert_eq!(states(&machine), ["sm_90 missing", "sm_89 ready"]);
    let done = machine.kernels(&["build"]).succeeds();
    assert_eq!((archs(&done.json["built"]), archs(&done.json["kept"])), (vec!["sm_90"], vec!["sm_89"]));
    assert_eq!(states(&machine), ["sm_90 built", "sm_89 ready"]);
    let packed = fs_err::read(machine.kernel(90)).unwrap();
    assert_eq!(done.json["built"][0]["bytes"].as_u64(), Some(packed.len() as u64));
    let kernel = zstd::decode_all(&packed[..]).unwrap();
    assert!(kernel.starts_with(b"\x7fELF") && kernel.windows(16).any(|text| text == b"kernel_cuda_test"));
    // Whoever may read Blender's files may read this one.
    let mode = fs_err::metadata(machine.kernel(90)).unwrap().permissions().mode();
    assert_eq!(mode & 0o044, 0o044);
    let again = machine.stage.broll(&["kernels", "build"]).succeeds();
    assert!(again.json.as_str().unwrap().starts_with("nothing is missing"), "{}", again.json);
    assert!(machine.files().contains(&"kernel_sm_90.broll.json".to_owned()));
    assert_eq!(machine.files().len(), 5, "{:?}", machine.files());
}

#[test]
fn several_are_built_at_a_time_for_machines_that_are_not_here() {
    let machine = GpuMachine::new();
    let done = machine
        .kernels(&["build", "--arch", "sm_120", "sm_80", "--arch", "90,100", "--arch", "86"])
        .succeeds();
    assert_eq!(archs(&done.json["built"]), ["sm_80", "sm_90", "sm_100", "sm_120"]);
    assert_eq!(archs(&done.json["kept"]), ["sm_86"]);
    assert_eq!(fs_err::read_to_string(machine.kernel(86)).unwrap(), "Blender's own");
    let list = machine.stage.broll(&["kernels", "list"]).succeeds();
    let text = list.json.as_str().unwrap();
    for line in [
        "shipped  sm_86, sm_89",
        "built    sm_80, sm_90, sm_100, sm_120",
        "PTX      compute_75",
        "no NVIDIA GPU",
    ] {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
}

#[test]
fn builds_at_the_same_time_build_a_kernel_once() {
    let machine = GpuMachine::new();
    let answers: Vec<_> = std::thread::scope(|scope| {
        let builds: Vec<_> =
            (0..3).map(|_| scope.spawn(|| machine.kernels(&["build", "--arch", "90"]).succeeds())).collect();
        builds.into_iter().map(|build| build.join().unwrap()).collect()
    });
    let built: usize = answers.iter().map(|answer| archs(&answer.json["built"]).len()).sum();
    let compiled = answers.iter().filter(|answer| answer.stderr.contains("compiling")).count();
    assert_eq!((built, compiled), (1, 1));
}

#[test]
fn an_update_of_blender_is_noticed_and_force_builds_anew() {
    let machine = GpuMachine::new();
    machine.gpus(&[H200]);
    machine.kernels(&["build"]).succeeds();
    let first = fs_err::read(machine.kernel(90)).unwrap();
    let forced = machine.kernels(&["build", "--force"]).succeeds();
    assert_eq!(archs(&forced.json["built"]), ["sm_90"]);
    machine.ships(&crate::common::TINY.replace("kernel_cuda_test", "kernel_cuda_next"));
    assert_eq!(states(&machine), ["sm_90 stale"]);
    let update = machine.kernels(&["build"]).succeeds();
    assert_eq!(archs(&update.json["built"]), ["sm_90"]);
    assert_eq!(states(&machine), ["sm_90 built"]);
    assert_ne!(fs_err::read(machine.kernel(90)).unwrap(), first);
}

#[test]
fn a_bpy_module_shows_what_it_ships() {
    let mut stage = Stage::new("plain");
    stage.variable("BROLL_BLENDER", blender());
    let list = stage.broll(&["kernels", "list"]).succeeds();
    let text = list.json.as_str().unwrap();
    assert!(
        text.contains("shipped  sm_30 to sm_75, sm_86, sm_89\n") && text.contains("PTX      compute_75"),
        "{text}"
    );
}

/// PTX of one kernel that keeps the real ptxas busy for the better part of a minute.
fn heavy() -> String {
    use std::fmt::Write;
    let mut ptx = ".version 7.4\n.target sm_75\n.address_size 64\n.visible .entry k(.param .u64 p) {\n.reg .b64 %a;\n.reg .f32 %f<400>;\nld.param.u64 %a, [p];\n".to_owned();
    (0..400).for_each(|i| writeln!(ptx, "ld.global.f32 %f{i}, [%a+{}];", 4 * i).unwrap());
    for i in 0..60_000 {
        let (to, one, two) = (i * 7 % 400, (i * 13 + 1) % 400, (i * 29 + 2) % 400);
        writeln!(ptx, "fma.rn.f32 %f{to}, %f{one}, %f{two}, %f{to};").unwrap();
    }
    (0..400).for_each(|i| writeln!(ptx, "st.global.f32 [%a+{}], %f{i};", 4 * i).unwrap());
    ptx + "ret;\n}\n"
}

#[test]
fn ctrl_c_ends_the_compiler_and_leaves_nothing() {
    let machine = GpuMachine::new();
    machine.ships(&heavy());
    let before = machine.files();
    let mut running =
        Running::command(machine.stage.command(&["kernels", "build", "--arch", "80", "90", "--json"]));
    running.wait_for_line("compiling sm_80, sm_90 with ptxas");
    let compiler = running.child_within("sm_80.cubin");
    running.signal(Signal::SIGINT);
    running.finish().fails(130, "interrupted");
    gone(compiler);
    assert_eq!(machine.files(), before);
}

#[test]
fn what_a_killed_build_left_is_swept_by_the_next() {
    let machine = GpuMachine::new();
    machine.ships(&heavy());
    let mut running =
        Running::command(machine.stage.command(&["kernels", "build", "--arch", "90", "--json"]));
    running.wait_for_line("compiling sm_90 with ptxas");
    let compiler = running.child_within("sm_90.cubin");
    running.signal(Signal::SIGKILL);
    nix::sys::signal::kill(compiler, Signal::SIGKILL).unwrap();
    running.finish();
    assert!(machine.files().iter().any(|name| name.starts_with(".build-")), "{:?}", machine.files());
    machine.ships(crate::common::TINY);
    machine.kernels(&["build", "--arch", "90"]).succeeds();
    assert!(machine.files().iter().all(|name| !name.starts_with('.')), "{:?}", machine.files());
}
