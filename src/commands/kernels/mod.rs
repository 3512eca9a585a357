//! `broll kernels`: Blender's kernels for NVIDIA GPUs.

mod build;
mod list;

use super::Context;
use crate::error::Result;
use crate::toolchain::blender::find;

/// What to do with the kernels.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// List the kernels that Blender has and what this machine's GPUs find
    ///
    /// A GPU whose kernel is missing has its driver compile for minutes before the first frame.
    List,
    /// Compile the kernels that this machine's GPUs lack
    ///
    /// Compiles Blender's own PTX with NVIDIA's ptxas and puts the kernel where Blender loads it. ptxas is looked for on
    /// the PATH, in CUDA_HOME, CUDA_PATH and /usr/local/cuda*; `broll setup --kernels` installs one. A kernel takes about
    /// 3 minutes on 2 cores, 2 minutes on 16. Kernels that came with Blender are never replaced.
    Build(build::Args),
}

/// Runs `broll kernels …`.
///
/// # Errors
/// Those of finding Blender, and of [`crate::toolchain::kernels::build`].
pub fn run(context: &Context, command: Command) -> Result<()> {
    let found = || find(&context.config, &context.paths);
    match command {
        Command::List => list::list(context, &found()?),
        Command::Build(args) => {
            let order = args.order()?;
            build::make(context, &found()?, &order)
        }
    }
}
