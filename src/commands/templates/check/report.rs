//! What `broll templates check` answers.

use std::path::Path;

use serde_json::{Value, json};

use super::super::path;
use super::places;
use crate::blender::SceneFacts;
use crate::error::{Error, Result};
use crate::event::Warning;
use crate::paths::display;
use crate::request::{Fps, Settings};
use crate::template::blend_file::BlendFacts;
use crate::template::inspect::Findings;
use crate::template::{PlaceReport, Template};
use crate::ui::fmt;

/// A template, and what is known of it.
pub(super) struct Report<'a> {
    pub(super) template: &'a Template,
    pub(super) native: &'a BlendFacts,
    pub(super) settings: &'a Settings,
    pub(super) findings: &'a Findings,
}

impl Report<'_> {
    fn facts(&self) -> &SceneFacts {
        &self.findings.facts
    }

    fn fps(&self) -> Option<Fps> {
        Fps::of_file(self.facts().fps, self.facts().fps_base)
    }

    /// What a render would warn of.
    pub(super) fn warnings(&self) -> Vec<Warning> {
        let missing = self.facts().missing.iter().map(|file| {
            let text =
                format!("{} {:?} is missing: {}", file.what, file.name, display(Path::new(&file.path)));
            Warning::new("missing_file", text)
        });
        missing.chain(self.facts().warnings.iter().cloned()).collect()
    }

    /// Whether it renders: all of it, every parameter too.
    pub(super) fn verdict(&self) -> Result<()> {
        let name = display(Path::new(&self.template.name));
        if self.fps().is_none() {
            let rate = format!("its frame rate is {}/{}", self.facts().fps, self.facts().fps_base);
            return Err(Error::bad_input("bad_file_fps", format!("{name} cannot be rendered"))
                .because(rate)
                .hint("set a frame rate in the file's output settings and save it"));
        }
        let faults: Vec<String> = self.findings.places.iter().flat_map(PlaceReport::sentences).collect();
        if faults.is_empty() {
            return Ok(());
        }
        let error = Error::bad_input("bad_target", format!("{name} has parameters that cannot be set"))
            .hint("correct their targets and ranges in the manifest, or the names in the file");
        Err(faults.into_iter().fold(error, Error::because))
    }

    pub(super) fn pairs(&self) -> Vec<(&'static str, String)> {
        let (facts, counts) = (self.facts(), &self.findings.counts);
        let [width, height] = facts.resolution;
        let [clip_width, clip_height] = self.settings.resolution;
        let rate = self.fps().map_or_else(String::new, |fps| {
            let frames = u32::try_from(facts.frame_end.saturating_sub(facts.frame_start).saturating_add(1))
                .unwrap_or(0);
            format!(" at {fps} fps, {}", fmt::seconds(fps.seconds(frames)))
        });
        let camera = facts.camera.clone().unwrap_or_else(|| "none: the sequencer is rendered".to_owned());
        let memory = self.findings.memory_for(self.settings).map(|bytes| {
            format!("about {} at {clip_width}x{clip_height} on the CPU (an estimate)", fmt::bytes(bytes))
        });
        let declared = self.template.manifest.parameters.len();
        let broken = |name: &&String| {
            self.findings.places.iter().any(|place| place.parameter == **name && !place.faults.is_empty())
        };
        let set = declared - self.template.manifest.parameters.keys().filter(broken).count();
        vec![
            ("template", display(Path::new(&self.template.name))),
            ("file", display(&self.template.file)),
            ("saved by", format!("Blender {}", self.native.version)),
            ("opened by", format!("Blender {}", self.findings.blender)),
            ("scene", among(&facts.scene, &facts.scenes)),
            ("camera", among(&camera, &facts.cameras)),
            ("view layers", facts.view_layers.to_string()),
            ("frames", format!("{}..{}{rate}", facts.frame_start, facts.frame_end)),
            ("size", format!("{width}x{height}")),
            ("engine", facts.engine.clone()),
            ("objects", format!("{}, {} triangles", counts.objects, counts.triangles)),
            ("memory", memory.unwrap_or_default()),
            ("other files", format!("{} found, {} missing", facts.files.len(), facts.missing.len())),
            ("simulations", self.simulations()),
            (
                "parameters",
                if declared == 0 { String::new() } else { format!("{set} of {declared} can be set") },
            ),
        ]
    }

    fn simulations(&self) -> String {
        let facts = self.facts();
        let baked =
            (!facts.baked.is_empty()).then(|| format!("baked for each render: {}", facts.baked.join(", ")));
        let ordered = facts.ordered.then(|| "frames must be rendered in order".to_owned());
        baked.into_iter().chain(ordered).collect::<Vec<_>>().join("; ")
    }

    pub(super) fn to_json(&self, warnings: &[Warning]) -> Value {
        let (facts, counts) = (self.facts(), &self.findings.counts);
        json!({
            "name": display(Path::new(&self.template.name)),
            "file": path(Some(&self.template.file)),
            "renderable": true,
            "blender_version": self.native.version,
            "opened_by": self.findings.blender,
            "scene": facts.scene,
            "scenes": facts.scenes,
            "camera": facts.camera,
            "cameras": facts.cameras,
            "view_layers": facts.view_layers,
            "frames": [facts.frame_start, facts.frame_end],
            "fps": self.fps(),
            "resolution": facts.resolution,
            "engine": facts.engine,
            "objects": counts.objects,
            "triangles": counts.triangles,
            "image_bytes": counts.image_bytes,
            "scene_memory_bytes": self.findings.scene_memory,
            "estimated_memory_bytes": self.findings.memory_for(self.settings),
            "external_files": facts.files.len(),
            "missing": facts.missing,
            "baked": facts.baked,
            "ordered": facts.ordered,
            "parameters": self.template.manifest.parameters.keys().collect::<Vec<_>>(),
            "targets": places::to_json(&self.findings.places),
            "warnings": warnings,
        })
    }
}

/// The one in use, and the others there are.
fn among(used: &str, all: &[String]) -> String {
    let others: Vec<&str> = all.iter().map(String::as_str).filter(|name| *name != used).collect();
    if others.is_empty() { used.to_owned() } else { format!("{used} (also: {})", others.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_one_in_use_comes_first() {
        let all = ["A".to_owned(), "B".to_owned()];
        assert_eq!(among("B", &all), "B (also: A)");
        assert_eq!(among("A", &all[..1]), "A");
    }
}
