//! What is offered at the cursor.

use super::asked::{Asked, What};
use super::{Candidate, files};
use crate::template::{Library, Manifest, Origin, Parameter, Type, is_path};

/// Templates whose manifests are read for what they show.
const DESCRIBED: usize = 200;

/// Endings of the pictures and typefaces that a parameter may be set to.
const IMAGES: [&str; 9] = [".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".exr", ".hdr", ".bmp"];
const FONTS: [&str; 5] = [".ttf", ".otf", ".ttc", ".pfb", ".woff2"];

/// Everything that fits what is typed; `jobs` are ids with what they were asked for.
pub(super) fn candidates(
    asked: &Asked,
    library: &Library,
    jobs: impl Fn() -> Vec<(String, String)>,
) -> Vec<Candidate> {
    let all = match asked.what {
        What::TemplateOrFile => {
            let mut all = templates(&asked.typed, library, |_| true);
            // Folders stand in the way of names until a path is what is wanted.
            let is_path = asked.typed.contains('/') || all.is_empty();
            let files = files::beginning_with(&asked.typed, &[".blend"]);
            all.extend(files.into_iter().filter(|file| is_path || !file.open));
            all
        }
        What::Template => templates(&asked.typed, library, |origin| matches!(origin, Origin::Folder(_))),
        What::Job => jobs().into_iter().map(|(id, template)| Candidate::new(id, template)).collect(),
        What::Parameter => {
            manifest(asked, library).map_or_else(Vec::new, |manifest| parameters(asked, &manifest))
        }
    };
    all.into_iter().filter(|candidate| candidate.value.starts_with(&asked.typed)).collect()
}

fn templates(typed: &str, library: &Library, wanted: impl Fn(&Origin) -> bool) -> Vec<Candidate> {
    let mut names = library.names();
    names.retain(|name, origin| name.starts_with(typed) && wanted(origin));
    let described = names.len() <= DESCRIBED;
    let about = |name: &str| library.manifest(name).ok().flatten().map(|manifest| manifest.description);
    let one = |name: String| {
        let help = if described { about(&name).unwrap_or_default() } else { String::new() };
        Candidate::new(name, help)
    };
    names.into_keys().map(one).collect()
}

fn manifest(asked: &Asked, library: &Library) -> Option<Manifest> {
    let name = asked.template.as_deref().filter(|name| !is_path(name.as_ref()))?;
    library.manifest(name).ok().flatten()
}

fn parameters(asked: &Asked, manifest: &Manifest) -> Vec<Candidate> {
    if let Some((name, typed)) = asked.typed.split_once('=') {
        let values = manifest.parameters.get(name).map(|parameter| values(parameter, typed));
        let whole = |found: Candidate| Candidate { value: format!("{name}={}", found.value), ..found };
        return values.unwrap_or_default().into_iter().map(whole).collect();
    }
    let free = manifest.parameters.iter().filter(|(name, _)| !asked.set.contains(name));
    free.map(|(name, parameter)| Candidate::new(format!("{name}="), parameter.summary()).open()).collect()
}

fn values(parameter: &Parameter, typed: &str) -> Vec<Candidate> {
    match parameter.kind {
        Type::Boolean => ["true", "false"].map(|value| Candidate::new(value, "")).to_vec(),
        Type::Choice => parameter.choices.iter().map(|choice| Candidate::new(choice, "")).collect(),
        Type::Image => files(typed, &IMAGES),
        Type::Font => files(typed, &FONTS),
        _ => Vec::new(),
    }
}

/// `@` and the path of a file.
fn files(typed: &str, endings: &[&str]) -> Vec<Candidate> {
    let path = typed.strip_prefix('@').unwrap_or_default();
    let found = files::beginning_with(path, endings).into_iter();
    found.map(|found| Candidate { value: format!("@{}", found.value), ..found }).collect()
}
