//! Builds that cannot be: each says why and what to do, and leaves Blender's folder as it was.

use std::process::Command;

use crate::common::{Answer, GpuMachine, TINY, ptxas};

#[track_caller]
fn refused(machine: &GpuMachine, args: &[&str], exit: i32, code: &str) -> Answer {
    let before = machine.files();
    let answer = machine.kernels(&[&["build"], args].concat()).fails(exit, code);
    assert_eq!(machine.files(), before, "something was left behind");
    answer
}

#[test]
fn without_a_gpu_an_architecture_must_be_named() {
    let machine = GpuMachine::new();
    machine.program("nvidia-smi", "echo 'No devices were found'; exit 6");
    refused(&machine, &[], 3, "no_nvidia_gpu").says(&["--arch sm_90", "No devices were found"]);
    for wrong in ["h100", "sm_", "sm_90a", "9", "sm_90000", ""] {
        refused(&machine, &["--arch", wrong], 1, "bad_arch").says(&["sm_90"]);
    }
    refused(&machine, &["--arch", "sm_91"], 1, "bad_arch").says(&["sm_91", "knows sm_50", "sm_120"]);
    refused(&machine, &["--arch", "sm_70"], 3, "no_ptx").says(&["only compute_75"]);
}

#[test]
fn ptx_that_does_not_compile_shows_what_ptxas_says() {
    let machine = GpuMachine::new();
    machine.ships(&TINY.replace("ret;", "retreat;"));
    refused(&machine, &["--arch", "90", "80"], 4, "ptxas_failed")
        .says(&["ended with exit code 255", "retreat"]);
    fs_err::write(machine.folder().join("kernel_compute_75.ptx.zst"), "no zstd").unwrap();
    refused(&machine, &["--arch", "90"], 3, "bad_ptx").says(&["kernel_compute_75.ptx.zst"]);
}

#[test]
fn a_ptxas_is_tried_before_it_is_trusted() {
    let mut machine = GpuMachine::new();
    fs_err::remove_file(machine.stage.work("bin/ptxas")).unwrap();
    machine.program("ptxas", "exit 1");
    refused(&machine, &["--arch", "90"], 3, "ptxas_unfit").says(&["exit code 1", "setup --kernels"]);
    // The next one is taken.
    let toolkit = machine.stage.work("cuda");
    fs_err::create_dir_all(toolkit.join("bin")).unwrap();
    fs_err::os::unix::fs::symlink(ptxas(), toolkit.join("bin/ptxas")).unwrap();
    machine.stage.variable("CUDA_HOME", &toolkit);
    machine.kernels(&["build", "--arch", "90"]).succeeds();
    machine.ships(&TINY.replace("8.1", "99.0"));
    refused(&machine, &["--arch", "90"], 3, "ptxas_unfit").says(&["Unsupported .version 99.0"]);
}

#[test]
fn a_driver_that_would_not_load_the_kernel_is_told_before() {
    let machine = GpuMachine::new();
    machine.gpus(&["0, NVIDIA A100-SXM4-40GB, 470.57.02, 8.0, 40960"]);
    refused(&machine, &[], 3, "ptxas_unfit").says(&["drivers of CUDA 12", "of CUDA 11"]);
    // For another machine it does.
    machine.kernels(&["build", "--arch", "90"]).succeeds();
}

#[test]
fn without_ptxas_it_says_how_to_get_one() {
    let mut machine = GpuMachine::new();
    machine.stage.variable("PATH", machine.stage.work("bin"));
    fs_err::remove_file(machine.stage.work("bin/ptxas")).unwrap();
    // Blender itself is started with this PATH; `python3` may be a script that needs more of it.
    for (tool, ask) in
        [("env", "command -v env"), ("python3", "python3 -c 'import sys; print(sys.executable)'")]
    {
        let found = Command::new("sh").args(["-c", ask]).output().unwrap();
        let path = String::from_utf8(found.stdout).unwrap();
        fs_err::os::unix::fs::symlink(path.trim(), machine.stage.work("bin").join(tool)).unwrap();
    }
    let answer = machine.kernels(&["build", "--arch", "90"]);
    if std::path::Path::new("/usr/local/cuda/bin/ptxas").exists() {
        answer.succeeds();
    } else {
        answer.fails(3, "no_ptxas").says(&["broll setup --kernels", "CUDA_HOME"]);
    }
}

#[test]
fn a_folder_that_is_read_only_is_told_before_minutes_are_spent() {
    let machine = GpuMachine::new();
    let broll = machine.stage.command(&["kernels", "build", "--arch", "90", "--json"]);
    let mut command = Command::new("unshare");
    let read_only = "mount --bind \"$0\" \"$0\" && mount -o remount,ro,bind \"$0\" && exec \"$@\"";
    command.args(["--user", "--map-root-user", "--mount", "sh", "-c", read_only]).arg(machine.folder());
    command.arg(broll.get_program()).args(broll.get_args());
    command.current_dir(broll.get_current_dir().expect("a folder")).env_clear();
    command.envs(broll.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let before = machine.files();
    Answer::of(command.output().expect("unshare runs")).fails(3, "read_only_blender").says(&[
        "Read-only file system",
        "broll kernels build --arch sm_90",
        "unset BROLL_BLENDER",
        "broll setup",
    ]);
    assert_eq!(machine.files(), before);
}

#[test]
fn a_blender_without_its_folder_is_told_apart_from_one_without_kernels() {
    let machine = GpuMachine::new();
    fs_err::remove_dir_all(machine.folder()).unwrap();
    machine.kernels(&["list"]).succeeds();
    machine.kernels(&["build", "--arch", "90"]).fails(3, "no_ptx").says(&["no PTX at all"]);
    fs_err::remove_dir_all(machine.stage.work("blender/4.2")).unwrap();
    machine.kernels(&["list"]).fails(3, "no_kernel_folder").says(&["wrapper", "broll setup"]);
}
