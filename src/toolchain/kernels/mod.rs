//! Blender's kernels for NVIDIA GPUs: what a Blender has, what this machine's GPUs need, and building what is missing from
//! Blender's own PTX with `ptxas`. Without a kernel the driver compiles the same PTX with one thread before the first
//! frame, on every new machine.
//!
//! [`Kernels`] reads the folder from which Blender loads them, [`Ptxas`] is the compiler, [`build`] puts a kernel in
//! place, [`Readiness`] tells before a render what it will wait for.

mod arch;
mod build;
mod cold;
mod compile;
mod cubin;
mod folder;
mod mark;
mod pace;
mod place;
mod plan;
mod ptx;
mod ptxas;
mod side_by_side;

pub use arch::{Arch, compact, listed};
pub use build::{Built, Outcome, Told, build, kernels_of};
pub use cold::Readiness;
pub use folder::{Kernels, Maker, State};
pub use plan::{Kept, Order};
pub use ptxas::{Ptxas, candidates as ptxas_candidates, examine};
