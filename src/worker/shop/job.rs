//! One job, from its input to its answer.

use std::sync::Arc;

use serde_json::Value;

use super::sentence::Audience;
use super::template::called;
use super::{Shop, TakenJob, Told};
use crate::deliver::{self, Delivered, Ways};
use crate::error::{Error, Result};
use crate::event::Reporter;
use crate::interrupt::Cancel;
use crate::render::{self, GpuWish, Options, RenderJob};
use crate::request::{Device, RenderRequest, RenderResponse, Settings, Source, Stage};
use crate::template::Manifest;
use crate::ui::fmt;

impl Shop {
    pub(super) fn produce(
        &self,
        taken: &TakenJob,
        cancel: &Cancel,
        reporter: &dyn Reporter,
        told: &Told<'_>,
        audience: &mut Audience,
    ) -> Result<Value> {
        let request = RenderRequest::read(&taken.input)?;
        let source = request.source()?;
        let listed = match source {
            Source::Library(name) => Some(self.in_library(name)?),
            _ => None,
        };
        // Whatever can be refused without the file is refused before it is fetched.
        let manifest = listed.as_ref().map_or_else(Manifest::default, |template| template.manifest.clone());
        let full = request.clone().over(&manifest.defaults).over(&self.config.render_defaults());
        let settings = Settings::new(&full)?;
        self.check_device(settings.device, request.device.is_some())?;
        let ways = self.ways(&request, taken)?;
        let heard = |note| told(Stage::Preparing, note);
        let template = listed.map_or_else(|| self.brought(&source, cancel, &heard), Ok)?;
        audience.file = called(&source, &template);
        let extension = settings.encoder.extensions()[0];
        let room = self.room.open()?;
        let clip = room.path().join(format!("clip.{extension}"));
        let job = RenderJob::until(&full, &template, Some(&clip), false, cancel)?;
        let foreseen = ways.foresee(deliver::least_bytes(&job.clip_format(), job.frames().unwrap_or(1)))?;
        told(Stage::Preparing, format!("delivery: {foreseen}"));
        let options = Options {
            force: false,
            fresh: false,
            keep_frames: false,
            strict: false,
            gpus: GpuWish::default(),
            stall_timeout: self.terms.stall_timeout,
            cancel: cancel.clone(),
            resident: Arc::clone(&self.resident),
        };
        let response = render::render(&job, &self.paths, &self.config, &options, reporter)?;
        let size = response.file_size_bytes;
        told(Stage::Delivering, fmt::bytes(size));
        let sent = |bytes| {
            told(Stage::Delivering, format!("{} of {}", fmt::bytes(bytes), fmt::bytes(size)));
        };
        let delivered = ways.deliver(&clip, &taken.id, extension, cancel, &sent)?;
        cancel.check()?;
        answer(response, delivered)
    }

    /// The processor is taken where that is allowed, and nowhere by accident.
    fn check_device(&self, device: Device, asked: bool) -> Result<()> {
        if device != Device::Cpu || self.terms.allow_cpu {
            return Ok(());
        }
        let error = Error::bad_input("cpu_refused", "this endpoint does not render on the processor");
        Err(if asked {
            error.hint("leave device out to render on its GPU; whoever runs it can allow the processor with BROLL_ALLOW_CPU=1")
        } else {
            error.because("its own default device is cpu").hint(
                "give \"device\": \"auto\"; whoever runs it can set BROLL_DEVICE=auto, or BROLL_ALLOW_CPU=1",
            )
        })
    }

    fn ways(&self, request: &RenderRequest, taken: &TakenJob) -> Result<Ways> {
        let (url, s3) = (request.upload_url.as_deref(), taken.s3_config.as_ref());
        Ways::new(self.terms.inline_limit, url, s3, &|name| (self.env)(name), self.terms.volume.clone())
    }
}

/// The response as a job's output: the clip first, and no path on this machine.
fn answer(mut response: RenderResponse, delivered: Delivered) -> Result<Value> {
    response.output = None;
    match delivered {
        Delivered::Inline(base64) => response.video_base64 = Some(base64),
        Delivered::Url(url) => response.video_url = Some(url),
    }
    let value = serde_json::to_value(&response);
    value.map_err(|error| Error::bug("answer", "the answer could not be written").because(error))
}
