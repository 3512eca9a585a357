//! What a clip will take, before it is made: time here, time and price on an endpoint.
//!
//! [`survey()`] renders a few frames at the real settings; their [`Pace`] gives the time of the whole clip here, and,
//! where speeds can be compared, elsewhere ([`offers`]). [`Past`] knows what earlier jobs took at an endpoint. [`Bill`]
//! makes money of time. What is not known is not guessed: it is left out, and said so.

mod bill;
mod forecast;
mod here;
mod offers;
mod pace;
mod past;
mod saved;
mod size;
mod spread;
mod survey;
mod times;
mod words;
mod work;

pub use bill::{Bill, Rate};
pub use forecast::{Basis, Forecast};
pub use here::Here;
pub use offers::{Offer, offers};
pub use pace::{Lanes, Pace};
pub use past::Past;
pub use saved::Saved;
pub use size::clip_bytes;
pub use spread::Spread;
pub use survey::{Survey, survey};
pub use times::Scout;
pub use words::{about_bytes, about_dollars, about_time, dollars, per_second, time};
pub use work::Work;
