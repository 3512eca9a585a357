//! What to do about an error, said to someone who sent a request: they have fields, not flags, and no shell on the worker.

use crate::encode::Encoder;
use crate::error::{Error, Kind};
use crate::request::Device;

/// What to do, for the sender of a request to an endpoint that renders on processors too, or does not.
pub(super) fn advice(error: &Error, allow_cpu: bool) -> String {
    by_code(error.code(), allow_cpu).map_or_else(|| translate(error), str::to_owned)
}

/// Where the sender can do something else than the person at the machine.
fn by_code(code: &str, allow_cpu: bool) -> Option<&'static str> {
    Some(match code {
        "no_gpu" if allow_cpu => {
            r#"use an endpoint that has one; "device": "cpu" with "encoder": "libx264" renders on the processor, slowly"#
        }
        "no_gpu" => {
            "use an endpoint that has one; whoever runs this one can allow the processor with BROLL_ALLOW_CPU=1"
        }
        "stalled" => {
            "send the same request again; if it ends like this once more, render a shorter part of the template to find the frame that hangs"
        }
        "gpu_crashed" => "send the same request again: the GPU that failed should not get it twice",
        "disk_full" | "frame_not_saved" => {
            "ask for fewer or smaller frames, or give the endpoint's workers a larger disk, then send the same request again"
        }
        "newer_file" => {
            "save the file from a Blender that is no newer than the endpoint's, or have the endpoint's Blender replaced"
        }
        "no_permission" | "not_found" | "io" => OPERATOR,
        _ => return None,
    })
}

const OPERATOR: &str =
    "this is for whoever runs the endpoint: the command broll doctor in its container says more";

/// Shell wording and what stands for it in a request, longest first.
const PHRASES: [(&str, &str); 8] = [
    ("run the same command again", "send the same request again"),
    ("correct the input and run the command again", "correct the request and send it again"),
    (", or see `broll doctor`", ""),
    (" (see `broll doctor`)", ""),
    (
        "run `broll setup` for the managed ffmpeg, or name another in BROLL_FFMPEG",
        "have the endpoint's ffmpeg replaced",
    ),
    (
        "update the driver, or install an older ffmpeg and name it in BROLL_FFMPEG",
        "have the endpoint's driver updated, or its ffmpeg replaced by an older one",
    ),
    ("choose another name with -o", "choose another name"),
    ("--set", "\"parameters\""),
];

fn translate(error: &Error) -> String {
    // What a machine lacks can be mended there alone, unless a request can do without it.
    let telling = [
        "nvenc_no_driver",
        "nvenc_driver_too_old",
        "nvenc_no_hardware",
        "encoder_unusable",
        "no_denoiser",
        "no_delivery",
        "bad_bucket",
    ];
    if error.kind() == Kind::Environment && !telling.contains(&error.code()) {
        return OPERATOR.to_owned();
    }
    reworded(error.hint_text())
}

fn reworded(hint: &str) -> String {
    let text = PHRASES.iter().fold(hint.to_owned(), |text, (shell, request)| text.replace(shell, request));
    // Whatever else is to be run is run on the machine.
    if text.contains("`broll ") { OPERATOR.to_owned() } else { fields(&text) }
}

/// Flags become fields: `--encoder libx264` is `"encoder": "libx264"`, `--resolution` is `"resolution"`.
fn fields(text: &str) -> String {
    let mut out = String::new();
    let mut words = text.split_inclusive(' ').peekable();
    while let Some(word) = words.next() {
        let Some(at) = word.find("--") else {
            out.push_str(word);
            continue;
        };
        let (before, flag) = word.split_at(at);
        let name: String = flag[2..].chars().take_while(|c| c.is_ascii_lowercase() || *c == '-').collect();
        let rest = &flag[2 + name.len()..];
        out.push_str(before);
        if name == "cpu" {
            out.push_str(r#""device": "cpu" with "encoder": "libx264""#);
        } else {
            out.push_str(&format!("\"{}\"", name.replace('-', "_")));
            if let Some(value) = words.peek().and_then(|next| value(next)).filter(|_| rest == " ") {
                let next = words.next().unwrap_or_default();
                out.push_str(&format!(": \"{value}\"{}", &next[value.len()..]));
                continue;
            }
        }
        out.push_str(rest);
    }
    out
}

/// The name of a device or an encoder that a word begins with.
fn value(word: &str) -> Option<&'static str> {
    let names = Encoder::ALL.map(Encoder::name);
    let known = word.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
    names.into_iter().chain(Device::NAMES).find(|name| *name == known)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn flags_become_fields() {
        for (shell, request) in [
            ("add --encoder prores_ks (the clip), or", r#"add "encoder": "prores_ks" (the clip), or"#),
            ("x (--encoder libx264 encodes)", r#"x ("encoder": "libx264" encodes)"#),
            ("use L4, or --encoder libx264", r#"use L4, or "encoder": "libx264""#),
            (
                "try another --encoder or another --resolution",
                r#"try another "encoder" or another "resolution""#,
            ),
            ("try --device cuda, which", r#"try "device": "cuda", which"#),
            ("choose one with --camera: A, B", r#"choose one with "camera": A, B"#),
            ("raise --stall-timeout; kept", r#"raise "stall_timeout"; kept"#),
            ("lower --resolution, use", r#"lower "resolution", use"#),
            ("--cpu renders", r#""device": "cpu" with "encoder": "libx264" renders"#),
            ("leave --set out", r#"leave "parameters" out"#),
            ("a -- b --", "a \"\" b \"\""),
        ] {
            assert_eq!(reworded(shell), request);
        }
    }

    #[test]
    fn advice_follows_code_and_kind() {
        let no_gpu = Error::environment("no_gpu", "x").hint("run `broll doctor`; --cpu renders");
        assert!(advice(&no_gpu, true).contains("\"device\": \"cpu\""));
        assert!(advice(&no_gpu, false).contains("BROLL_ALLOW_CPU=1"));
        assert_eq!(advice(&Error::environment("no_blender", "x").hint("run `broll setup`"), true), OPERATOR);
        let nvenc = Error::environment("nvenc_no_hardware", "x").hint("use an L4, or --encoder libx264");
        assert_eq!(advice(&nvenc, true), r#"use an L4, or "encoder": "libx264""#);
        assert_eq!(
            advice(&Error::bad_input("bad_value", "x"), true),
            "correct the request and send it again"
        );
        assert!(advice(&Error::tool("x", "x"), true).starts_with("send the same request again"));
    }

    /// Every text between quotes in the code that makes a clip, tests left out.
    fn literals() -> Vec<String> {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let rooms = [
            "request",
            "template",
            "template/parameter",
            "render",
            "blender",
            "blender/driver",
            "encode",
            "toolchain",
        ];
        let files = rooms.iter().flat_map(|room| fs_err::read_dir(source.join(room)).unwrap().flatten());
        let paths = files.map(|file| file.path()).chain([source.join("error.rs")]);
        let code = paths.filter(|path| {
            // These two are about a library at hand, which a worker does not change.
            let apart = ["install.rs", "manifest_check.rs"].iter().any(|name| path.ends_with(name));
            !apart && path.extension().is_some_and(|extension| extension == "rs" || extension == "py")
        });
        let mut found = Vec::new();
        for path in code {
            let text = fs_err::read_to_string(&path).unwrap();
            let text = text.split("#[cfg(test)]").next().unwrap();
            for line in text.lines().filter(|line| !line.trim_start().starts_with("//")) {
                found.extend(line.split('"').skip(1).step_by(2).map(str::to_owned));
            }
        }
        found
    }

    #[test]
    fn no_hint_in_use_speaks_of_a_shell() {
        let shell = |text: &str| {
            text.contains(" --")
                || text.contains("`broll ")
                || text.contains("same command")
                || text.contains("the command again")
        };
        let (mut seen, mut left) = (0, Vec::new());
        for text in literals() {
            seen += usize::from(shell(&text));
            if shell(&reworded(&text)) {
                left.push(text);
            }
        }
        assert!(seen > 25, "only {seen} hints were found: has the code moved?");
        assert!(left.is_empty(), "not fit for a request: {left:#?}");
    }
}
