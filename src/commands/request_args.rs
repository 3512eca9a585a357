//! The flags that say what is asked of a clip, shared by the commands that ask for one.

use clap::builder::PossibleValuesParser;
use serde_json::{Map, Value};

use crate::encode::Encoder;
use crate::request::{Device, Fps, Quality, RenderRequest};
use crate::ui::ProgressMode;

/// How progress is shown, as a flag.
#[derive(Debug, Default, clap::Args)]
pub struct ProgressArgs {
    /// How to show progress: auto, plain, json or off
    #[arg(hide_possible_values = true, help_heading = "This run", long, value_name = "MODE", default_value = "auto", value_parser = PossibleValuesParser::new(ProgressMode::NAMES))]
    progress: String,
}

impl ProgressArgs {
    /// The mode.
    pub fn mode(&self) -> ProgressMode {
        // The parser lets only known names through.
        self.progress.parse().unwrap_or_default()
    }
}

/// The request, as flags.
#[derive(Debug, Default, clap::Args)]
#[command(next_help_heading = "The clip")]
pub struct RequestArgs {
    /// Length in seconds, from one frame to 3600 [default: the template's, else 8]
    #[arg(long, value_name = "SECONDS", allow_hyphen_values = true, value_parser = seconds)]
    pub duration: Option<f64>,

    /// Width and height, even numbers from 16 to 8192 [default: the template's, else 1920x1080]
    #[arg(long, value_name = "WxH", allow_hyphen_values = true, value_parser = resolution)]
    pub resolution: Option<[i64; 2]>,

    /// Cycles samples per pixel, 1 to 65536 [default: the template's, else 128]
    #[arg(long, value_name = "N", allow_hyphen_values = true, value_parser = whole)]
    pub samples: Option<i64>,

    /// Frames per second, 1 to 240, such as 30 or 30000/1001 [default: the template's, else 30]
    #[arg(long, value_name = "N|N/D", allow_hyphen_values = true)]
    pub fps: Option<Fps>,

    /// Frames of the template, inclusive, in its own numbering; instead of --duration
    #[arg(long, value_name = "FIRST..LAST", allow_hyphen_values = true, value_parser = range, conflicts_with = "duration")]
    pub frames: Option<[i64; 2]>,

    /// Set a parameter of the template; may be repeated
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = assignment)]
    pub set: Vec<(String, String)>,

    /// What to render on: auto, optix, cuda, hip, oneapi, metal or cpu [default: auto, which never takes the CPU]
    #[arg(hide_possible_values = true, long, value_name = "DEVICE", value_parser = PossibleValuesParser::new(Device::NAMES))]
    pub device: Option<String>,

    /// What encodes: h264_nvenc, hevc_nvenc, av1_nvenc, libx264, libx265 or prores_ks [default: h264_nvenc]
    #[arg(hide_possible_values = true, long, value_name = "ENCODER", value_parser = PossibleValuesParser::new(Encoder::ALL.map(Encoder::name)))]
    pub encoder: Option<String>,

    /// Short for --device cpu --encoder libx264
    #[arg(long, conflicts_with = "device")]
    pub cpu: bool,

    /// Encoder quality: draft, good or master [default: good]
    #[arg(hide_possible_values = true, long, value_name = "QUALITY", value_parser = PossibleValuesParser::new(Quality::NAMES))]
    pub quality: Option<String>,

    /// Cycles seed, 0 to 2147483647 [default: 0]
    #[arg(long, value_name = "N", allow_hyphen_values = true, value_parser = whole)]
    pub seed: Option<i64>,

    /// Denoise with OpenImageDenoise (the default)
    #[arg(long, overrides_with = "no_denoise")]
    pub denoise: bool,

    /// Do not denoise
    #[arg(long)]
    pub no_denoise: bool,

    /// Render the background transparent; needs --encoder prores_ks
    #[arg(long)]
    pub transparent: bool,

    /// Scene to render [default: the file's active one]
    #[arg(long, value_name = "NAME")]
    pub scene: Option<String>,

    /// Camera to render through [default: the scene's]
    #[arg(long, value_name = "NAME")]
    pub camera: Option<String>,
}

impl RequestArgs {
    /// The request that these flags make.
    pub fn request(&self) -> RenderRequest {
        // The parsers above let only known names through.
        let known = |name: &Option<String>| name.clone();
        let switch = |on: bool, off: bool| if on { Some(true) } else { off.then_some(false) };
        RenderRequest {
            duration: self.duration,
            resolution: self.resolution,
            samples: self.samples,
            fps: self.fps,
            frames: self.frames,
            parameters: self
                .set
                .iter()
                .map(|(name, value)| (name.clone(), Value::from(value.as_str())))
                .collect::<Map<_, _>>(),
            device: if self.cpu {
                Some(Device::Cpu)
            } else {
                known(&self.device).and_then(|name| name.parse().ok())
            },
            encoder: known(&self.encoder)
                .and_then(|name| name.parse().ok())
                .or(self.cpu.then_some(Encoder::Libx264)),
            seed: self.seed,
            denoise: switch(self.denoise, self.no_denoise),
            quality: known(&self.quality).and_then(|name| name.parse().ok()),
            transparent: self.transparent.then_some(true),
            scene: self.scene.clone(),
            camera: self.camera.clone(),
            ..RenderRequest::default()
        }
    }
}

fn seconds(text: &str) -> Result<f64, String> {
    text.parse().map_err(|_| "duration must be a number of seconds, from one frame to 3600".to_owned())
}

fn whole(text: &str) -> Result<i64, String> {
    text.parse().map_err(|_| "it must be a whole number in the range that --help names".to_owned())
}

fn resolution(text: &str) -> Result<[i64; 2], String> {
    pair(text, "x").ok_or_else(|| {
        "resolution must be WIDTHxHEIGHT, even numbers from 16 to 8192, such as 1920x1080".to_owned()
    })
}

fn range(text: &str) -> Result<[i64; 2], String> {
    pair(text, "..").ok_or_else(|| "frames must be FIRST..LAST, both 0 to 1048574, such as 1..240".to_owned())
}

fn pair(text: &str, separator: &str) -> Option<[i64; 2]> {
    let (left, right) = text.split_once(separator)?;
    Some([left.parse().ok()?, right.parse().ok()?])
}

fn assignment(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("a parameter is set as NAME=VALUE".to_owned()),
    }
}
