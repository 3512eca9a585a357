//! From a request to a verified clip: the exact job, the frames' store, the sessions that fill it, and the
//! encoder that empties it.

mod assets;
mod clip_file;
mod crew;
mod digest;
mod doubling;
mod floor;
mod frame_store;
mod job;
mod keeper;
pub(crate) mod lock;
mod pipeline;
mod png;
mod queue;
mod refusals;
mod resident;
mod scout;
mod seat;
mod shoot;
mod stage;
mod starting;
mod studio;
mod timeline;
mod warm;

pub use clip_file::{Held, PartFile, clip_path, place, probe};
pub use crew::Drawn;
pub use digest::of_file as sha256_of_file;
pub use doubling::second_session_gain;
pub use frame_store::{FrameStore, forget_frames};
pub use job::{RenderJob, check_version, read_blend};
pub use keeper::Keeper;
pub(crate) use pipeline::session_options;
pub use pipeline::{Options, render};
pub use resident::Resident;
pub use scout::{Scouted, Scouting, evenly, scout};
pub use seat::GpuWish;
pub use studio::Studio;
pub use timeline::Timeline;
pub use warm::{Warmed, Warmth};
