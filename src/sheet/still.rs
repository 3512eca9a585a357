//! A template's still: one frame from its middle, small in pixels and in bytes.

use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use png::ColorType;

use super::{Picture, palette, png::encode};
use crate::config::Config;
use crate::encode::Encoder;
use crate::error::{Error, Kind, Result};
use crate::event::Reporter;
use crate::interrupt::Cancel;
use crate::paths::Paths;
use crate::process::STALL;
use crate::render::{self, GpuWish, Options, RenderJob};
use crate::request::{Device, RenderRequest, Settings};
use crate::template::Template;

/// Pixels of the longer side of frames that are only looked at.
const LONGER_SIDE: u32 = 480;
/// Samples of a still at most: one small frame costs little, and it is looked at often.
const STILL_SAMPLES: u32 = 64;
/// Bytes of a still at most, as far as fewer colours help: bundled ones are inside the program.
const SMALL: usize = 60_000;
/// A still is worth no longer wait.
const LONGEST: Duration = Duration::from_secs(180);
/// A request for frames that are only looked at: 480 pixels on the longer side in the clip's own shape, no more than `samples`, and an
/// encoder that refuses nothing. `request` has the defaults beneath it; what the caller says in `own` stays.
///
/// # Errors
/// `bad_value` for what a render would refuse as well.
pub fn small(request: &RenderRequest, own: &RenderRequest, samples: u32) -> Result<RenderRequest> {
    let encoder = if request.transparent == Some(true) { Encoder::ProresKs } else { Encoder::Libx264 };
    let mut small = RenderRequest { encoder: Some(encoder), ..request.clone() };
    let asked = Settings::new(&small)?;
    if own.resolution.is_none() {
        small.resolution = Some(shrunk(asked.resolution).map(i64::from));
    }
    if own.samples.is_none() {
        small.samples = Some(asked.samples.min(samples).into());
    }
    Ok(small)
}

/// The same shape, even sides, never larger.
fn shrunk(sides: [u32; 2]) -> [u32; 2] {
    let longer = sides[0].max(sides[1]);
    if longer <= LONGER_SIDE {
        return sides;
    }
    // At most 8192 × 480; rounded to the nearest even number.
    sides.map(|side| ((side * LONGER_SIDE + longer) / (2 * longer) * 2).max(16))
}

/// Renders the still of a template with its defaults, and gives it as a small PNG. On the GPU if there is one, else on the
/// processor.
///
/// # Errors
/// As for [`render::scout`]; `still_slow` after three minutes.
pub fn render_still(
    template: &Template,
    paths: &Paths,
    config: &Config,
    reporter: &dyn Reporter,
) -> Result<Vec<u8>> {
    let request = template.manifest.defaults.clone().over(&config.render_defaults());
    let opaque = RenderRequest { transparent: Some(false), ..request };
    let mut request = small(&opaque, &RenderRequest::default(), STILL_SAMPLES)?;
    let auto = matches!(request.device, None | Some(Device::Auto));
    within(LONGEST, |cancel| match middle(&request, template, paths, config, cancel, reporter) {
        Err(error) if error.code() == "no_gpu" && auto => {
            request.device = Some(Device::Cpu);
            middle(&request, template, paths, config, cancel, reporter)
        }
        other => other,
    })
    .map(|picture| indexed(&picture))
}

/// The frame in the middle of the clip; nothing is kept of it.
fn middle(
    request: &RenderRequest,
    template: &Template,
    paths: &Paths,
    config: &Config,
    cancel: &Cancel,
    reporter: &dyn Reporter,
) -> Result<Picture> {
    let job = RenderJob::until(request, template, None, true, cancel)?;
    let options = Options {
        force: false,
        fresh: false,
        keep_frames: false,
        strict: false,
        stall_timeout: STALL,
        gpus: GpuWish::default(),
        cancel: cancel.clone(),
        resident: Arc::default(),
    };
    let pick = |timeline: &render::Timeline| render::evenly(1, timeline.count());
    let scouting = render::scout(&job, &pick, paths, config, &options, reporter)?;
    let picture = scouting.frames.first().map(|frame| Picture::read(&frame.path));
    scouting.forget();
    picture.unwrap_or_else(|| Err(Error::bug("no_frame", "a clip without a middle")))
}

/// Does `work`, whose cancel is asked to end when the time is over.
fn within<T>(time: Duration, work: impl FnOnce(&Cancel) -> Result<T>) -> Result<T> {
    let cancel = Cancel::default();
    let (done, over) = channel::<()>();
    let result = thread::scope(|scope| {
        let cancel = &cancel;
        scope.spawn(move || {
            if over.recv_timeout(time) == Err(RecvTimeoutError::Timeout) {
                cancel.cancel();
            }
        });
        let result = work(cancel);
        drop(done);
        result
    });
    match result {
        Err(error) if error.kind() == Kind::Interrupted && !crate::interrupt::requested() => {
            Err(Error::tool("still_slow", format!("one small frame takes longer than {} s", time.as_secs())))
        }
        other => other,
    }
}

/// A PNG with a palette, of as many colours as make a small file.
fn indexed(picture: &Picture) -> Vec<u8> {
    let size = [picture.width(), picture.height()];
    let with = |colours| {
        let (palette, indices) = palette::reduce(picture, colours);
        encode(size, ColorType::Indexed, Some(&palette.concat()), &indices)
    };
    let sizes = [256, 192, 128, 96, 64, 48];
    sizes.into_iter().map(with).find(|bytes| bytes.len() <= SMALL).unwrap_or_else(|| with(32))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_only_looked_at_is_small_in_its_own_shape() {
        assert_eq!(shrunk([1920, 1080]), [480, 270]);
        assert_eq!(shrunk([1080, 1920]), [270, 480]);
        assert_eq!(shrunk([8192, 8192]), [480, 480]);
        assert_eq!(shrunk([8192, 16]), [480, 16]);
        assert_eq!(shrunk([320, 180]), [320, 180]);
        assert_eq!(shrunk([2048, 858]), [480, 202]);
    }

    #[test]
    fn what_the_caller_says_stays_and_what_is_wrong_is_refused() {
        let none = RenderRequest::default();
        let usual = small(&none, &none, 16).unwrap();
        assert_eq!((usual.resolution, usual.samples), (Some([480, 270]), Some(16)));
        let own = RenderRequest {
            resolution: Some([640, 360]),
            samples: Some(200),
            transparent: Some(true),
            ..none.clone()
        };
        let asked = small(&own, &own, 16).unwrap();
        assert_eq!((asked.resolution, asked.samples), (Some([640, 360]), Some(200)));
        assert_eq!(asked.encoder, Some(Encoder::ProresKs));
        let few = RenderRequest { samples: Some(4), ..none.clone() };
        assert_eq!(small(&few, &none, 16).unwrap().samples, Some(4));
        let odd = RenderRequest { resolution: Some([1921, 1080]), ..none.clone() };
        assert_eq!(small(&odd, &none, 16).unwrap_err().code(), "bad_value");
    }

    #[test]
    fn a_still_takes_little_space_whatever_it_shows() {
        let mut seed = 1_u32;
        let mut noise = || {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 24) as u8
        };
        // Grain on a gradient, as renders have it.
        let rgba = (0..480 * 270)
            .flat_map(|at: u32| {
                let (x, y) = ((at % 480 / 4) as u8, (at / 480 / 2) as u8);
                [x.saturating_add(noise() / 64), y.saturating_add(noise() / 64), x / 2, 255]
            })
            .collect();
        let picture = Picture::new(480, 270, rgba).unwrap();
        let small = indexed(&picture);
        assert!(small.len() < 2 * SMALL && small.len() < picture.to_png().len() / 2, "{}", small.len());
        let back = Picture::from_png(&small).unwrap();
        let worst = picture.pixels().zip(back.pixels()).map(|(a, b)| a[0].abs_diff(b[0])).max();
        assert!(worst < Some(48), "{worst:?}");
    }

    #[test]
    fn work_that_is_over_in_time_is_not_disturbed() {
        assert!(!within(Duration::from_secs(60), |cancel| Ok(cancel.requested())).unwrap());
        let slow = within(Duration::ZERO, |cancel| {
            while cancel.check().is_ok() {
                thread::yield_now();
            }
            cancel.check()
        });
        assert_eq!(slow.unwrap_err().code(), "still_slow");
    }
}
