//! A request made exact: which file, which settings, which clip. Everything that can be refused without starting
//! Blender is refused here.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use super::clip_file::clip_path;
use super::timeline::Timeline;
use crate::blender::{Assignment, Version};
use crate::encode::ClipFormat;
use crate::error::{Error, Result};
use crate::event::Warning;
use crate::interrupt::Cancel;
use crate::paths::display;
use crate::request::{Fps, RenderRequest, Settings, Span};
use crate::template::blend_file::{self, BlendError, BlendFacts};
use crate::template::{self, Origin, Parameter, Template};

/// One clip to make.
#[derive(Debug, Clone)]
pub struct RenderJob {
    /// The template's name, fit for a screen.
    pub name: String,
    /// The .blend.
    pub file: PathBuf,
    /// What the .blend says about itself.
    pub facts: BlendFacts,
    /// Every setting, checked.
    pub settings: Settings,
    /// Render the file's sequencer.
    pub sequencer: bool,
    /// Parameter values for places in the file.
    pub assignments: Vec<Assignment>,
    /// What the user should know before anything is rendered.
    pub doubts: Vec<Warning>,
    /// Where the clip goes.
    pub output: PathBuf,
}

/// How values become assignments; whose they are decides whether they may name files.
type Assign = fn(&BTreeMap<String, Parameter>, &Map<String, Value>) -> Result<Vec<Assignment>>;

impl RenderJob {
    /// Checks a request, the defaults already beneath it, against the template and its file. It comes from whoever runs
    /// broll here: `@FILE` may stand for a file.
    ///
    /// # Errors
    /// `bad_value`, `bad_output`, `unknown_parameter`, `bad_parameter`, and those of [`read_blend`].
    pub fn new(
        request: &RenderRequest,
        template: &Template,
        output: Option<&Path>,
        force: bool,
    ) -> Result<Self> {
        Self::with(request, template, output, force, &Cancel::default(), template::own_assignments)
    }

    /// The same for a request from elsewhere, for which no file here is read, as long as nobody cancels.
    ///
    /// # Errors
    /// As for [`Self::new`], and `interrupted`.
    pub fn until(
        request: &RenderRequest,
        template: &Template,
        output: Option<&Path>,
        force: bool,
        cancel: &Cancel,
    ) -> Result<Self> {
        Self::with(request, template, output, force, cancel, template::assignments)
    }

    fn with(
        request: &RenderRequest,
        template: &Template,
        output: Option<&Path>,
        force: bool,
        cancel: &Cancel,
        assignments: Assign,
    ) -> Result<Self> {
        let settings = Settings::new(request)?;
        let assignments = assignments(&template.manifest.parameters, &settings.parameters)
            .map_err(|error| in_library_alone(error, template))?;
        let doubts = template::doubts(&template.manifest.parameters, &settings.parameters);
        let output = clip_path(output, &template.name, settings.encoder, force)?;
        let facts = read_blend_until(&template.file, cancel)?;
        let job = Self {
            name: display(Path::new(&template.name)),
            file: template.file.clone(),
            facts,
            settings,
            sequencer: template.manifest.sequencer,
            assignments,
            doubts,
            output,
        };
        job.planned()?;
        Ok(job)
    }

    /// Refuses a file that is newer than the Blender that would open it.
    ///
    /// # Errors
    /// `newer_file`, with both versions.
    pub fn check_version(&self, blender: Version) -> Result<()> {
        check_version(&self.file, &self.facts, blender)
    }

    /// The clip's frames, going by what the file says without Blender; `None` when it does not tell its rate.
    fn planned(&self) -> Result<Option<Timeline>> {
        let Some((numer, denom)) = self.facts.fps else { return Ok(None) };
        let start = i64::from(self.facts.frame_start);
        Timeline::new(self.settings.span, self.settings.fps, Fps::reduced(numer, denom), start).map(Some)
    }

    /// Frames in the clip, going by what the file says without Blender; `None` when it does not tell its rate.
    pub fn frames(&self) -> Option<u32> {
        Some(self.planned().ok()??.count())
    }

    /// What the encoder is told.
    pub fn clip_format(&self) -> ClipFormat {
        let settings = &self.settings;
        ClipFormat {
            encoder: settings.encoder,
            quality: settings.quality,
            fps: settings.fps,
            resolution: settings.resolution,
            transparent: settings.transparent,
        }
    }

    /// First and last frame when the request names them, and the length in seconds.
    pub(super) fn span(&self) -> (Option<i64>, Option<i64>, f64) {
        match self.settings.span {
            Span::Seconds(seconds) => (None, None, seconds),
            Span::Frames { first, last } => (Some(first), Some(last), 0.0),
        }
    }

    /// The resolved job, for `--dry-run`.
    pub fn to_json(&self) -> Value {
        let settings = &self.settings;
        let planned = self.planned().ok().flatten();
        json!({
            "template": self.name,
            "file": display(&self.file),
            "blend_version": self.facts.version.to_string(),
            "scene": settings.scene.as_deref().unwrap_or(&self.facts.scene),
            "camera": settings.camera,
            "first_frame": planned.map_or(i64::from(self.facts.frame_start), |line| line.first()),
            "file_fps": planned.map(|line| line.file_fps()),
            "frames": self.frames(),
            "duration": planned.map(|line| line.duration()),
            "fps": settings.fps,
            "resolution": settings.resolution,
            "samples": settings.samples,
            "seed": settings.seed,
            "denoise": settings.denoise,
            "transparent": settings.transparent,
            "device": settings.device,
            "encoder": settings.encoder,
            "quality": settings.quality,
            "parameters": template::redacted(&settings.parameters),
            "output": display(&self.output),
        })
    }
}

/// Where a path was given, a manifest beside the file does not count; who sets a parameter thinks it does.
fn in_library_alone(error: Error, template: &Template) -> Error {
    if template.origin != Origin::Path || !template.file.with_extension("toml").is_file() {
        return error;
    }
    error.because("a path is rendered without the manifest beside it, which counts in a library").hint(
        "name the template instead, with --library FOLDER, or put it into your library with `broll templates add FILE`",
    )
}

/// What a .blend says about itself, once it is known to be one and to be whole.
///
/// # Errors
/// `not_a_blend`, `truncated_blend`, `damaged_blend`, `unreadable_blend`.
pub fn read_blend(file: &Path) -> Result<BlendFacts> {
    read_blend_until(file, &Cancel::default())
}

fn read_blend_until(file: &Path, cancel: &Cancel) -> Result<BlendFacts> {
    let told = |error: BlendError| {
        let (code, hint) = match &error {
            BlendError::Io { .. } => ("unreadable_blend", "check the path and its permissions"),
            BlendError::Empty | BlendError::Truncated { .. } => {
                ("truncated_blend", "copy or download the file again, or save it again in Blender")
            }
            BlendError::NotABlend { .. } => ("not_a_blend", "give a .blend file that Blender saved"),
            BlendError::NoScene => ("no_scene", "open the file in Blender, add a scene and save it"),
            _ => ("damaged_blend", "copy or download the file again, or save it again in Blender"),
        };
        Error::bad_input(code, format!("{} cannot be rendered", display(file))).because(error).hint(hint)
    };
    // Reading that Ctrl-C ended says nothing of the file.
    let facts = blend_file::read_facts(file);
    cancel.check()?;
    let facts = facts.map_err(told)?;
    let whole = blend_file::check_whole_until(file, cancel);
    cancel.check()?;
    whole.map_err(told)?;
    Ok(facts)
}

/// Refuses a file that is newer than this Blender.
///
/// # Errors
/// `newer_file`, with both versions.
pub fn check_version(file: &Path, facts: &BlendFacts, blender: Version) -> Result<()> {
    if (u32::from(facts.version.major), u32::from(facts.version.minor)) <= (blender.0, blender.1) {
        return Ok(());
    }
    Err(Error::bad_input("newer_file", format!("{} was saved by Blender {}", display(file), facts.version))
        .because(format!("this Blender is {blender}, and an older Blender loses data of newer files"))
        .hint(format!(
            "name a Blender {} or newer in BROLL_BLENDER, or save the file from an older one",
            facts.version
        )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_not_judged_once_the_work_should_end() {
        let cancel = Cancel::deaf();
        let code = |cancel: &Cancel| read_blend_until(Path::new("no such file"), cancel).unwrap_err().code();
        assert_eq!(code(&cancel), "unreadable_blend");
        cancel.cancel();
        assert_eq!(code(&cancel), "interrupted");
    }
}
