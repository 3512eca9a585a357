//! `broll`: turns Blender templates into finished B-roll clips.

use std::process::ExitCode;

fn main() -> ExitCode {
    broll::run(std::env::args_os())
}
