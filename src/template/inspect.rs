//! A template opened in Blender and tried with one tiny picture, to learn whether it renders and what it takes.

use std::collections::BTreeMap;

use serde_json::Map;

use super::{Template, assignments};
use crate::blender::{Assignment, Inspection, Open, SceneFacts, Session, SessionOptions};
use crate::error::{Error, Result};
use crate::event::Silent;
use crate::render::{Keeper, Resident, Studio};
use crate::request::{Device, Settings};

/// Size of the picture that is tried; the scene takes as much memory for it as for a large one.
const TRIAL: [u32; 2] = [64, 36];
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
    /// Parameters whose place in the file is not there or does not take their default, with the reason.
    pub unresolved: BTreeMap<String, String>,
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

/// Opens the template with the default of every parameter and renders one tiny frame on the CPU.
///
/// # Errors
/// What keeps it from being opened or rendered, as in a render.
pub fn inspect(template: &Template, settings: &Settings, options: &SessionOptions) -> Result<Findings> {
    let studio = Studio::new(&Silent);
    let (session, hello, _) = Keeper::hello(&studio, options, Device::Cpu, &Resident::default())?;
    let mut session = Some(session);
    let mut values = defaults(template)?;
    let mut unresolved = BTreeMap::new();
    let (mut keeper, facts) = loop {
        match opened(&studio, template, settings, options, session.take(), &values) {
            Ok(opened) => break opened,
            Err(error) => {
                let Some(name) = culprit(&error, &values) else { return Err(error) };
                values.remove(&name);
                unresolved.insert(name, error.message().to_owned());
            }
        }
    };
    let folder = tempfile::tempdir()?;
    keeper.render(0, (facts.frame_start, 0.0), &folder.path().join("frame.png"))?;
    let counts = keeper.inspect()?;
    let scene_memory = keeper.device_memory_peak();
    keeper.quit();
    Ok(Findings { blender: hello.version_string, facts, counts, scene_memory, unresolved })
}

/// What each parameter's default assigns.
fn defaults(template: &Template) -> Result<BTreeMap<String, Vec<Assignment>>> {
    let declared = &template.manifest.parameters;
    let one = |name: &String, parameter: &super::Parameter| {
        let value = Map::from_iter([(name.clone(), parameter.default.clone())]);
        Ok((name.clone(), assignments(declared, &value)?))
    };
    declared.iter().map(|(name, parameter)| one(name, parameter)).collect()
}

fn opened<'a>(
    studio: &'a Studio<'a>,
    template: &Template,
    settings: &Settings,
    options: &SessionOptions,
    session: Option<Session>,
    values: &BTreeMap<String, Vec<Assignment>>,
) -> Result<(Keeper<'a>, SceneFacts)> {
    let open = Open {
        file: template.file.clone(),
        scene: settings.scene.clone(),
        camera: settings.camera.clone(),
        backend: "CPU".to_owned(),
        resolution: TRIAL,
        samples: 1,
        seed: settings.seed,
        denoise: false,
        transparent: false,
        sequencer: template.manifest.sequencer,
        persistent: false,
        threads: None,
        fps: settings.fps,
        first: None,
        last: None,
        // Simulations are baked as far as their caches reach; the clip's length would only make that longer.
        seconds: 0.0,
        assignments: values.values().flatten().cloned().collect(),
    };
    let mut keeper = Keeper::new(studio, options, 0, session, open);
    let facts = keeper.open()?;
    Ok((keeper, facts))
}

/// The parameter that a `bad_target` is about: the driver names its place, and the longest that fits is it.
fn culprit(error: &Error, values: &BTreeMap<String, Vec<Assignment>>) -> Option<String> {
    let targets = values.iter().flat_map(|(name, all)| all.iter().map(move |one| (name, one.place.path())));
    let named = targets
        .filter(|(_, target)| error.code() == "bad_target" && error.message().contains(target.as_str()));
    named.max_by_key(|(_, target)| target.len()).map(|(name, _)| name.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blender::{Assigned, Place};

    #[test]
    fn the_longest_place_in_a_message_is_the_one_meant() {
        let assignment = |target: &str| {
            vec![Assignment { place: Place::parse(target).unwrap(), value: Assigned::Plain(1.into()) }]
        };
        let values = BTreeMap::from([
            ("a".to_owned(), assignment("objects[\"A\"].x")),
            ("b".to_owned(), assignment("objects[\"A\"].x_axis")),
        ]);
        let error = |code| Error::bad_input(code, "the template has no objects[\"A\"].x_axis: gone");
        assert_eq!(culprit(&error("bad_target"), &values).as_deref(), Some("b"));
        assert_eq!(culprit(&error("no_camera"), &values), None);
    }
}
