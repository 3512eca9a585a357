//! The bundled templates: what their scripts build is what is shipped, and broll renders it without a word.

use std::path::Path;

use serde_json::Value;

use crate::common::{Picture, Stage, clip, run_script};

mod flow;
mod globe;
mod logo;
mod title;

fn summary(file: &Path) -> Value {
    let said = run_script("tests/real/scenes/summary.py", &[file]);
    let line = said.lines().find_map(|line| line.strip_prefix("SUMMARY ")).expect("a summary");
    serde_json::from_str(line).expect("JSON")
}

#[test]
fn the_script_builds_the_template_that_is_shipped() {
    let shipped = built_as_shipped("ai_cpu_activation");
    assert!(shipped["curves"].as_array().is_some_and(|curves| curves.len() > 5));
}

/// Builds a template anew: it is what is shipped, and nothing in it comes from elsewhere.
fn built_as_shipped(name: &str) -> Value {
    let shipped = built_with(name, 0);
    assert_eq!(shipped["drivers"], 0, "the template has drivers");
    shipped
}

/// The same for one that may have drivers which run no code, and this many pictures inside.
fn built_with(name: &str, images: usize) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let rebuilt = folder.path().join("rebuilt.blend");
    run_script(&format!("templates/sources/{name}.py"), &[&rebuilt]);
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("templates/{name}.blend"));
    let (rebuilt, shipped) = (summary(&rebuilt), summary(&shipped));
    for (part, value) in shipped.as_object().expect("an object") {
        assert_eq!(&rebuilt[part], value, "{part} differ");
    }
    for empty in ["libraries", "texts", "expressions"] {
        assert_eq!(shipped[empty], 0, "the template has {empty}");
    }
    assert_eq!(shipped["images"], images);
    shipped
}

/// Frames of a transparent clip, 192x108: the frames, and what else is asked for.
fn cut_out(stage: &Stage, template: &str, frames: &str, more: &[&str]) -> Vec<Picture> {
    cut_out_of(stage, template, [192, 108], frames, more)
}

/// The same in another size.
fn cut_out_of(stage: &Stage, template: &str, size: [usize; 2], frames: &str, more: &[&str]) -> Vec<Picture> {
    let resolution = format!("{}x{}", size[0], size[1]);
    let args = [
        "--resolution",
        &resolution,
        "--samples",
        "4",
        "--fps",
        "30",
        "--transparent",
        "--encoder",
        "prores_ks",
        "--output=out.mov",
        "--force",
        "--frames",
        frames,
    ];
    stage.render_file(template.as_ref(), &[&args, more].concat()).succeeds().warns(&[]);
    clip(&stage.work("out.mov"), size)
}

/// What is covered: left, top, right, bottom; `None` where nothing is.
fn covered(picture: &Picture) -> Option<[usize; 4]> {
    let [width, height] = picture.size();
    let spots = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
    spots.filter(|&(x, y)| picture.at(x, y)[3] > 40).fold(None, |found, (x, y)| {
        let [left, top, right, bottom] = found.unwrap_or([x, y, x, y]);
        Some([left.min(x), top.min(y), right.max(x), bottom.max(y)])
    })
}

#[test]
fn it_renders_from_anywhere_without_a_warning_and_wakes_up() {
    let stage = Stage::empty("unused.blend".as_ref());
    let args = ["--resolution", "96x54", "--samples", "2", "--fps", "1", "--duration", "8"];
    let answer = stage.render_file("ai_cpu_activation".as_ref(), &args).succeeds().warns(&[]);
    assert_eq!(answer.json["frames"], 8);
    let pictures = clip(&stage.work("out.mp4"), [96, 54]);
    let light: Vec<f64> = pictures.iter().map(brightness).collect();
    assert!(light[0] > 2.0, "the first frame is black: {light:?}");
    assert!(light[7] > 1.5 * light[0], "it does not wake up: {light:?}");
}

#[test]
fn its_parameters_change_the_picture() {
    let stage = Stage::empty("unused.blend".as_ref());
    let args = ["--resolution", "96x54", "--samples", "2", "--frames", "230..230", "--fps", "30", "--force"];
    let render = |more: &[&str]| {
        stage.render_file("ai_cpu_activation".as_ref(), &[&args, more].concat()).succeeds();
        clip(&stage.work("out.mp4"), [96, 54]).remove(0)
    };
    let (usual, dark) = (render(&[]), render(&["--set", "glow=0"]));
    assert!(brightness(&dark) < 0.6 * brightness(&usual), "glow does nothing");
    let green = render(&["--set", "core_color=#00ff00"]).mean([36, 18, 60, 36]);
    assert!(green[1] > green[0], "the core is not green: {green:?}");
}

fn brightness(picture: &Picture) -> f64 {
    let [red, green, blue, _] = picture.mean([0, 0, 96, 54]);
    (red + green + blue) / 3.0
}
