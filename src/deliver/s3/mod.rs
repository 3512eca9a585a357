//! S3 and what speaks like it: whose bucket it is (`settings`, `place`), how requests are signed (`signature`) and what
//! is sent (`upload`, `multipart`); refusals become sentences in `refusal`.
//!
//! Requests carry their signature in a header and not in the URL, since RunPod's own S3 knows no presigned requests and
//! since the SHA-256 of what is sent is signed too: a clip that changed on its way is refused. The link that is given back
//! is presigned.

mod multipart;
mod place;
mod refusal;
mod settings;
mod signature;
mod upload;

pub(super) use settings::Store;
