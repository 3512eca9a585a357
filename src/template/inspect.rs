//! A template opened in Blender and tried with one tiny picture, to learn whether it renders and what it takes.

use std::path::Path;

use super::Template;
use super::trial::{self, Attempt, PlaceReport};
use crate::blender::{Assignment, Inspection, Open, SceneFacts, SessionOptions};
use crate::error::Result;
use crate::event::Silent;
use crate::render::{Keeper, Resident, Studio};
use crate::request::{Device, Settings};

/// A picture that an image parameter is tried with: 2x2 pixels of opaque grey.
const TRIAL_PICTURE: &[u8] = include_bytes!("trial.png");
/// What Blender 4.2 takes on the CPU, measured by its resident memory at 64x36 and 1920x1080: by itself, for each pixel
/// in its own and Cycles' buffers, and for each pixel in OpenImageDenoise, which works in parts from 3 GB on.
const BLENDER: u64 = 340 << 20;
const BUFFERS_PER_PIXEL: u64 = 250;
const DENOISER_PER_PIXEL: u64 = 550;
const DENOISER_MOST: u64 = 3 << 30;

/// What Blender makes of a template.
#[derive(Debug)]
pub struct Findings {
    /// Blender's version as it writes it.
    pub blender: String,
    /// The open file.
    pub facts: SceneFacts,
    /// What is in it.
    pub counts: Inspection,
    /// Most memory that Cycles held for the trial picture, in bytes.
    pub scene_memory: Option<u64>,
    /// Every place of every parameter.
    pub places: Vec<PlaceReport>,
}

impl Findings {
    /// About what a render with these settings takes on the CPU, in bytes: Blender, the scene, its images, and what a
    /// picture of this size needs.
    pub fn memory_for(&self, settings: &Settings) -> Option<u64> {
        let [width, height] = settings.resolution.map(u64::from);
        let pixels = width * height;
        let denoiser = if settings.denoise { (pixels * DENOISER_PER_PIXEL).min(DENOISER_MOST) } else { 0 };
        let scene = self.scene_memory?.saturating_add(self.counts.image_bytes);
        Some(scene.saturating_add(BLENDER + pixels * BUFFERS_PER_PIXEL + denoiser))
    }
}

/// Tries the values of every parameter, then opens the template with the defaults that fit and renders one tiny frame on
/// the CPU.
///
/// # Errors
/// What keeps it from being opened or rendered, as in a render. A value that does not fit is told in the findings.
pub fn inspect(template: &Template, settings: &Settings, options: &SessionOptions) -> Result<Findings> {
    let studio = Studio::new(&Silent);
    let (session, hello, _) = Keeper::hello(&studio, options, Device::Cpu, &Resident::default())?;
    let mut keeper = Keeper::new(&studio, options, 0, Some(session), open(template, settings));
    let folder = tempfile::tempdir()?;
    let places = try_parameters(&mut keeper, template, folder.path())?;
    let facts = keeper.open()?;
    keeper.render(0, (facts.frame_start, 0.0), &folder.path().join("frame.png"))?;
    let counts = keeper.inspect()?;
    let scene_memory = keeper.device_memory_peak();
    keeper.quit();
    Ok(Findings { blender: hello.version_string, facts, counts, scene_memory, places })
}

/// Leaves the keeper with the defaults that fit.
fn try_parameters(keeper: &mut Keeper<'_>, template: &Template, folder: &Path) -> Result<Vec<PlaceReport>> {
    let declared = &template.manifest.parameters;
    if declared.is_empty() {
        return Ok(Vec::new());
    }
    let picture = folder.join("trial.png");
    fs_err::write(&picture, TRIAL_PICTURE)?;
    let defaults = trial::defaults(declared)?;
    let first = keeper.attempt(&assignments(&defaults))?;
    let others = trial::others(declared, &first.cameras, &picture)?;
    let second = keeper.attempt(&assignments(&others))?;
    let outcome = defaults.iter().zip(first.tried).chain(others.iter().zip(second.tried));
    let outcome: Vec<_> = outcome.map(|(attempt, trial)| (attempt.clone(), trial)).collect();
    let places = trial::report(declared, &outcome);
    keeper.assign(trial::sound(&defaults, &places));
    Ok(places)
}

fn assignments(attempts: &[Attempt]) -> Vec<Assignment> {
    attempts.iter().map(|attempt| attempt.assignment.clone()).collect()
}

/// What the trial picture is rendered with.
fn open(template: &Template, settings: &Settings) -> Open {
    Open {
        scene: settings.scene.clone(),
        camera: settings.camera.clone(),
        seed: settings.seed,
        sequencer: template.manifest.sequencer,
        fps: settings.fps,
        ..Open::trial(&template.file, "CPU")
    }
}
