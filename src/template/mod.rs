//! What is drawn: .blend files with a manifest, in libraries that are searched in order.

pub mod blend_file;
mod bundled;
mod facts_cache;
pub mod inspect;
pub mod install;
mod library;
pub mod listing;
mod manifest;
mod manifest_check;
mod parameter;
mod schema;
mod trial;

pub use bundled::file as bundled_file;
pub use facts_cache::Facts;
pub use library::{Library, Origin, Template, check_name, is_path, name_from, still_of};
pub use manifest::Manifest;
pub(crate) use parameter::nearest;
pub use parameter::{
    Parameter, Target, Targets, Type, assignments, doubts, own_assignments, pack_files, redacted,
};
pub use schema::schema;
pub use trial::PlaceReport;
