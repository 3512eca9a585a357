//! An estimate as people and scripts see it. Pure.

use serde_json::{Value, json};

use crate::config::Prices;
use crate::config::prices::LIST;
use crate::estimate::{
    Forecast, Here, Offer, Rate, Spread, Survey, about_bytes, about_dollars, about_time, dollars, per_second,
    time,
};
use crate::render::RenderJob;
use crate::ui::{Table, fmt, wrap};

/// Columns of a line, on a terminal or not.
const WIDTH: usize = 78;

/// What is known of the configured endpoint.
pub(super) struct There {
    /// How long it takes there, or why that cannot be told.
    pub(super) forecast: Result<Forecast, String>,
    /// What a second costs there.
    pub(super) rate: Option<Rate>,
    /// What it costs there.
    pub(super) usd: Option<Spread>,
}

/// Everything that is shown.
pub(super) struct View<'a> {
    pub(super) job: &'a RenderJob,
    pub(super) survey: &'a Survey,
    pub(super) there: There,
    pub(super) offers: Vec<Offer>,
    pub(super) prices: &'a Prices,
    pub(super) worker_seconds: (f64, f64),
    pub(super) here: &'a Here,
}

impl View<'_> {
    pub(super) fn json(&self) -> Value {
        let (survey, settings) = (self.survey, &self.job.settings);
        let (low, high) = survey.clip_bytes.unzip();
        let (start, idle) = self.worker_seconds;
        json!({
            "template": self.job.name,
            "frames": survey.work.frames,
            "duration": survey.duration,
            "fps": settings.fps,
            "resolution": settings.resolution,
            "samples": settings.samples,
            "scouts": survey.scouts,
            "here": {
                "device": survey.device,
                "devices": survey.lanes.devices,
                "startup_seconds": survey.pace.startup,
                "first_frame_extra_seconds": survey.pace.first_extra,
                "frame_seconds": survey.pace.frame,
                "seconds": survey.seconds,
                "frames_in_store": survey.in_store,
                "left_seconds": survey.left_seconds,
                "host_memory_bytes": survey.host_memory,
                "device_memory_bytes": survey.device_memory,
            },
            "clip_bytes": {"low": low, "high": high},
            "endpoint": {
                "seconds": self.there.forecast.as_ref().ok().map(|forecast| forecast.seconds),
                "usd": self.there.usd,
                "usd_per_second": self.there.rate.as_ref().map(|rate| rate.usd_per_second),
                "worker_start_seconds": start,
                "worker_idle_seconds": idle,
            },
            "gpus": self.offers,
            "rests_on": self.grounds(),
            "warnings": survey.warnings,
        })
    }

    pub(super) fn text(&self) -> String {
        let mut lines = vec![self.headline(), String::new()];
        lines.extend(self.here());
        lines.push(String::new());
        lines.extend(self.endpoint());
        lines.push(String::new());
        lines.push("What this rests on:".to_owned());
        for ground in self.grounds() {
            let mut dash = "  - ";
            for line in wrap(&ground, WIDTH - dash.len(), usize::MAX) {
                lines.push(format!("{dash}{line}"));
                dash = "    ";
            }
        }
        lines.join("\n")
    }

    fn headline(&self) -> String {
        let settings = &self.job.settings;
        let [width, height] = settings.resolution;
        format!(
            "{}: {} ({}), {width}x{height}, {}, {}",
            self.job.name,
            fmt::count(self.survey.work.frames, "frame"),
            fmt::seconds(self.survey.duration),
            fmt::count(settings.samples, "sample"),
            settings.encoder
        )
    }

    fn here(&self) -> Vec<String> {
        let (survey, pace) = (self.survey, &self.survey.pace);
        let mut lines = vec![format!("Here, on {}: {}", self.device(), about_time(survey.seconds))];
        // Three frames of hundreds are not worth a line.
        if survey.left_seconds.mean < survey.seconds.mean * 0.95 {
            let left = about_time(survey.left_seconds);
            lines.push(format!(
                "  left       {left}: {} rendered already",
                fmt::count(survey.in_store, "frame")
            ));
        }
        lines.push(format!(
            "  start      {}, and {} more for the first frame",
            fmt::seconds(pace.startup),
            fmt::seconds(pace.first_extra)
        ));
        lines.push(format!("  a frame    {}", about_time(pace.frame)));
        let memory = [(survey.host_memory, "in Blender"), (survey.device_memory, "on the device")];
        let memory: Vec<String> = memory
            .into_iter()
            .filter_map(|(bytes, place)| Some(format!("{} {place}", fmt::bytes(bytes?))))
            .collect();
        if !memory.is_empty() {
            lines.push(format!("  memory     {}", memory.join(", ")));
        }
        if let Some((low, high)) = survey.clip_bytes {
            lines.push(format!("  clip size  {}", about_bytes(low, high)));
        }
        lines
    }

    fn endpoint(&self) -> Vec<String> {
        let mut lines = Vec::new();
        match &self.there.forecast {
            Ok(forecast) => {
                lines.push(format!("At your endpoint: {}", about_time(forecast.seconds)));
                let price = match (self.there.usd, &self.there.rate) {
                    (Some(usd), Some(rate)) => {
                        format!("{} at ${} a second", about_dollars(usd), per_second(rate.usd_per_second))
                    }
                    _ => "not known: give --rate, or set rate_per_second or endpoint_gpu".to_owned(),
                };
                lines.push(format!("  price      {price}"));
            }
            Err(_) => lines.push("At your endpoint: not known, see below".to_owned()),
        }
        if self.offers.is_empty() {
            lines.push("On the GPUs of the price table: not known, see below".to_owned());
            return lines;
        }
        let mut table = Table::new(&["GPU", "PER HOUR", "ABOUT", "PRICE"]).right(1);
        for offer in &self.offers {
            let per_hour = fmt::dollars(offer.usd_per_hour);
            table.row(vec![offer.gpu.clone(), per_hour, time(offer.seconds), dollars(offer.usd)]);
        }
        lines.push(String::new());
        lines.extend(table.to_string().lines().map(str::to_owned));
        lines
    }

    /// What the numbers rest on, and what they leave out; one sentence each.
    fn grounds(&self) -> Vec<String> {
        let scouts = &self.survey.scouts;
        let reused = scouts.iter().filter(|scout| scout.reused).count();
        let number = |count: usize| fmt::count(u32::try_from(count).unwrap_or(u32::MAX), "frame");
        let mut grounds = vec![match (scouts.len() - reused, reused) {
            (new, 0) => format!("{} rendered at these settings just now", number(new)),
            (0, old) => format!("{} that earlier runs rendered at these settings", number(old)),
            (new, old) => {
                format!("{} rendered just now, and {old} by earlier runs, at these settings", number(new))
            }
        }];
        grounds.push("they are kept for 14 days: `broll render` with the same flags reuses them".to_owned());
        if scouts.iter().filter(|scout| !scout.first && scout.seconds.is_some()).count() == 0 {
            grounds.push("no frame but a first one was timed, which is slower than the others: more --scouts tell more".to_owned());
        }
        if self.survey.lanes.gain > 1.0 {
            grounds.push(format!(
                "several sessions on each GPU, {:.2} times as fast as one",
                self.survey.lanes.gain
            ));
        }
        grounds.push("encoding goes on beside rendering and is not counted; what is cached makes later runs start sooner".to_owned());
        grounds.push(match &self.there.forecast {
            Ok(forecast) => format!("at your endpoint: {}", forecast.basis),
            Err(why) => format!("no time at your endpoint: {why}"),
        });
        if let (Some(rate), true) = (&self.there.rate, self.there.usd.is_some()) {
            grounds.push(format!("its price a second: {}", rate.from));
        }
        let unfit: Vec<&str> =
            self.offers.iter().filter(|offer| offer.lacks_nvenc).map(|offer| &*offer.gpu).collect();
        if self.job.settings.encoder.is_nvenc() && !unfit.is_empty() {
            grounds.push(format!("no NVENC on {}: they need --encoder libx264", unfit.join(", ")));
        }
        let (start, idle) = self.worker_seconds;
        if self.offers.is_empty() {
            grounds.push(self.no_offers());
        } else {
            grounds.push(format!(
                "on GPUs: frames scaled from {} by relative speed, one session on one GPU",
                self.device()
            ));
            grounds.push(format!("prices: {LIST}, where config.toml says nothing; check yours"));
        }
        if self.there.usd.is_some() || !self.offers.is_empty() {
            grounds.push(format!(
                "{} of a worker's start and {} of its idle time are in every price (worker_start_seconds, worker_idle_seconds)",
                fmt::seconds(start),
                fmt::seconds(idle)
            ));
        }
        grounds
    }

    /// Why no GPU of the table can be compared.
    fn no_offers(&self) -> String {
        let speeds = self.prices.gpus().iter().filter(|gpu| gpu.speed.is_some()).count();
        let device = self.device();
        match self.here {
            Here::Unknown if self.survey.device.backend == "cpu" => format!(
                "no time on GPUs: {device} is a processor, and from one to a GPU nothing can be scaled unless local_speed and prices.GPU.speed say how fast they are"
            ),
            Here::Unknown => {
                format!("no time on GPUs: {device} is not in the price table, and local_speed is not set")
            }
            Here::Gpu(_) | Here::Speed(..) if speeds == 0 => {
                "no time on other GPUs: prices.GPU.speed does not say how fast any is".to_owned()
            }
            Here::Gpu(_) | Here::Speed(..) => {
                format!("no time on other GPUs: prices do not say how fast they are beside {device}")
            }
        }
    }

    fn device(&self) -> String {
        let device = &self.survey.device;
        let name = device.names.first().unwrap_or(&device.backend);
        match self.survey.lanes.devices {
            1 => name.clone(),
            several => format!("{several} × {name}"),
        }
    }
}
