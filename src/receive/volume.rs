//! A clip on a volume: a `file://` link is a path where the worker ran, which may be this machine.

use std::io::Read;

use super::Order;
use super::decoder::Sink;
use super::intake::PIECE;
use super::landing::Landing;
use crate::error::{Error, Result};
use crate::net::Url;
use crate::paths::display;

/// Copies the file that the link names.
///
/// # Errors
/// `on_volume` (exit 5) when it is not here; those of the file system.
pub(super) fn copy(url: &Url, landing: &mut Landing<'_>, order: &Order<'_>) -> Result<()> {
    let path = url.to_file_path().ok().filter(|path| path.is_file());
    let Some(path) = path else {
        let there = url.to_file_path().map_or_else(|()| url.path().to_owned(), |path| display(&path));
        let key = there.trim_start_matches("/runpod-volume/").trim_start_matches("/workspace/");
        return Err(Error::remote("on_volume", "the video lies on the endpoint's network volume")
            .because(format!("there it is {there}, and there is no such file here"))
            .hint(format!(
                "copy it with an S3 client: s3://VOLUME_ID/{} at https://s3api-DATACENTER.runpod.io/, or let the worker deliver to S3",
                key.trim_start_matches('/')
            )));
    };
    let mut file = fs_err::File::open(&path)?;
    let mut buffer = vec![0; PIECE];
    loop {
        order.cancel.check()?;
        match file.read(&mut buffer)? {
            0 => return Ok(()),
            count => landing.write(&buffer[..count])?,
        }
    }
}
