//! From an input's bytes to a file with its name. The clips have no pictures, and there is no ffmpeg: what is checked
//! with one is in `tests/real`.

pub(super) mod clip;
mod forms;
mod refusals;
mod stage;
