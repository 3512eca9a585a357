//! Pictures to look at before paying: frames read from PNG, tiled into a contact sheet with their numbers, and looked over
//! for what usually goes wrong. Also the still of a template. Nothing here prints.

mod contact;
mod font;
mod look;
mod palette;
mod picture;
mod png;
mod still;

pub use contact::{Tile, contact_sheet, tile_size};
pub use look::{Look, findings};
pub use picture::Picture;
pub use still::{render_still, small};
