//! What the completion scripts ask, and what bash makes of the answer. That bash is there is not taken for granted.

use std::path::Path;
use std::process::Command;

use crate::env::Env;

const MANIFEST: &str = r#"description = "A logo"
[parameters.finish]
type = "choice"
help = "What it is made of"
default = "glass"
choices = ["glass", "brushed metal", "it's $5"]
target = 'objects["A"].x'
[parameters.logo]
type = "image"
target = 'images["L"]'
[parameters.spin]
type = "boolean"
default = true
target = 'objects["A"].x'
"#;

/// A folder with a template, another that is broken, pictures, and a job in the journal's place.
fn env() -> Env {
    let env = Env::new();
    let put = |name: &str, text: &str| {
        let path = env.path("here").join(name);
        fs_err::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs_err::write(path, text).expect("a file");
    };
    put("templates/emblem.blend", "");
    put("templates/emblem.toml", MANIFEST);
    put("templates/broken.blend", "");
    put("templates/broken.toml", "[parameters.x]\ntype = 'lava'\n");
    put("pics/a b.png", "");
    put("pics/notes.txt", "");
    put("my clip.blend", "");
    env
}

/// The candidates for a line, and whether the place is broll's.
fn asked(env: &Env, shell: &str, line: &str) -> (Vec<String>, bool) {
    let breaks = " \t\n\"'@><=;|&(:";
    let output = env.run(&["complete", shell, "--breaks", breaks, "--", line]);
    assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{line}");
    let text = String::from_utf8(output.stdout).expect("text");
    (text.lines().map(str::to_owned).collect(), output.status.success())
}

#[test]
fn what_only_broll_knows_is_offered() {
    let env = env();
    for (line, offered) in [
        (
            "broll render ",
            &[
                "abstract_flow",
                "ai_cpu_activation",
                "broken",
                "data_globe",
                "emblem",
                "logo_sting",
                "title_reveal",
                "my clip.blend",
            ][..],
        ),
        ("broll render ./", &["./my clip.blend", "./pics/", "./templates/"]),
        ("broll submit em", &["emblem\tA logo"]),
        ("broll templates remove ", &["broken", "emblem\tA logo"]),
        ("broll render emblem --set ", &["finish=\tWhat it is made of", "logo=", "spin="]),
        ("broll render emblem --set spin=true --set s", &[]),
        ("broll render emblem --set finish=", &["finish=glass", "finish=brushed metal", "finish=it's $5"]),
        ("broll render emblem --set 'finish=br", &["finish=brushed metal"]),
        ("broll submit --cpu emblem --set=spin=", &["--set=spin=true", "--set=spin=false"]),
        ("broll render emblem --set logo=@pi", &["logo=@pics/"]),
        ("broll render emblem --set logo=@pics/", &["logo=@pics/a b.png"]),
        ("broll render broken --set ", &[]),
        ("broll render nowhere --set ", &[]),
        ("broll render ./x.blend --set ", &[]),
        ("broll jobs watch ", &[]),
    ] {
        let (found, mine) = asked(&env, "zsh", line);
        let found: Vec<String> = match line {
            "broll render " => {
                found.iter().map(|found| found.split('\t').next().expect("a name").to_owned()).collect()
            }
            _ => found,
        };
        assert_eq!(
            (found.as_slice(), mine),
            (&offered.iter().map(ToString::to_string).collect::<Vec<_>>()[..], true),
            "{line}"
        );
    }
    for line in
        ["broll ", "broll render --dev", "broll render -o ", "broll frobnicate ", "broll render emblem x"]
    {
        assert_eq!(asked(&env, "zsh", line), (Vec::new(), false), "{line}");
    }
}

#[test]
fn no_home_no_configuration_and_no_text_are_no_matter() {
    let env = env();
    fs_err::create_dir_all(env.path("home/config")).expect("a folder");
    fs_err::write(env.path("home/config/config.toml"), "this is = no configuration").expect("a file");
    assert_eq!(asked(&env, "fish", "broll render em").0, ["emblem\tA logo"]);
    let mut command = Command::new(env!("CARGO_BIN_EXE_broll"));
    let output =
        command.args(["complete", "bash", "--", "broll render "]).env_clear().output().expect("broll runs");
    assert!(output.stderr.is_empty());
    use std::os::unix::ffi::OsStrExt;
    let strange = std::ffi::OsStr::from_bytes(b"broll render \xff\xfe");
    let output = env.command(&["complete", "bash", "--"]).arg(strange).output().expect("broll runs");
    assert!(output.stderr.is_empty() && output.status.success());
}

/// What the script puts on the line in a real bash, where there is one.
fn bash(env: &Env, line: &str) -> Option<String> {
    let bash = ["/bin/bash", "/usr/bin/bash", "/usr/local/bin/bash"]
        .into_iter()
        .find(|path| Path::new(path).exists())?;
    let script = r#"
        source <("$BROLL" completions bash)
        COMP_WORDBREAKS=$' \t\n"\'@><=;|&(:'
        COMP_LINE="$1" COMP_POINT=${#1} COMP_WORDS=($1) COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        COMP_WORDS[0]="$BROLL"
        _broll "$BROLL" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
        printf '%s\n' "${COMPREPLY[@]}"
    "#;
    let mut command = Command::new(bash);
    command.args(["--norc", "--noprofile", "-c", script, "bash", line]).env_clear();
    let folder = |name: &str| env.path("home").join(name);
    let command = command
        .current_dir(env.path("here"))
        .env("BROLL", env!("CARGO_BIN_EXE_broll"))
        .env("HOME", env.path("home"));
    for name in ["CONFIG", "DATA", "CACHE", "STATE"] {
        command.env(format!("BROLL_{name}_DIR"), folder(&name.to_lowercase()));
    }
    let output = command.output().expect("bash runs");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{line}");
    Some(String::from_utf8(output.stdout).expect("text").trim_end().to_owned())
}

#[test]
fn bash_gets_words_for_its_line_and_completes_the_rest_by_itself() {
    let env = env();
    for (line, reply) in [
        ("broll render em", "emblem"),
        ("broll render emblem --set f", "finish="),
        ("broll render emblem --set finish=br", "brushed\\ metal"),
        ("broll render emblem --set finish=it", "it\\'s\\ \\$5"),
        ("broll render emblem --set \"finish=it", "finish=it's \\$5"),
        ("broll render emblem --set logo=@pics/", "@pics/a\\ b.png"),
        ("broll render --dev", "--device"),
        ("broll templ", "templates"),
    ] {
        if let Some(told) = bash(&env, line) {
            assert_eq!(told, reply, "{line}");
        }
    }
}
