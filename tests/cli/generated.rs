//! What is generated from the command line is fresh, and what is written about it is true.

use crate::env::Env;

fn repository(path: &str) -> String {
    let path = format!("{}/{path}", env!("CARGO_MANIFEST_DIR"));
    fs_err::read_to_string(path).expect("a file of the repository")
}

#[test]
fn completions_are_fresh() {
    let env = Env::new();
    let files = [
        ("bash", "broll.bash"),
        ("zsh", "_broll"),
        ("fish", "broll.fish"),
        ("elvish", "broll.elv"),
        ("powershell", "_broll.ps1"),
    ];
    for (shell, file) in files {
        let script = String::from_utf8(env.run(&["completions", shell]).stdout).expect("text");
        assert!(script.len() > 1000, "{shell} has no completions");
        assert_eq!(
            script,
            repository(&format!("completions/{file}")),
            "completions/{file} is stale: run make generated"
        );
    }
}

#[test]
fn man_pages_are_fresh() {
    let env = Env::new();
    let folder = env.path("man");
    assert!(env.run(&["man", folder.to_str().expect("text")]).status.success());
    let pages = |folder: &std::path::Path| {
        let entries =
            fs_err::read_dir(folder).expect("man pages").map(|entry| entry.expect("a page").file_name());
        entries.collect::<std::collections::BTreeSet<_>>()
    };
    let kept = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("man");
    let names = pages(&folder);
    assert!(names.contains("broll-render.1".as_ref() as &std::ffi::OsStr), "{names:?}");
    assert_eq!(names, pages(&kept), "man/ is stale: run make generated");
    for name in names {
        let (fresh, kept) =
            (fs_err::read_to_string(folder.join(&name)), fs_err::read_to_string(kept.join(&name)));
        assert_eq!(fresh.expect("a page"), kept.expect("a page"), "{name:?} is stale: run make generated");
    }
}

#[test]
fn the_readme_names_every_command_flag_and_exit_code() {
    let env = Env::new();
    let readme = repository("README.md");
    let help = String::from_utf8(env.run(&["render", "--help"]).stdout).expect("text");
    for flag in help.split_whitespace().filter(|word| word.starts_with("--")) {
        let flag = flag.trim_end_matches([',', '.', ';', ']', ')', ':']);
        assert!(readme.contains(flag), "the README does not name {flag}");
    }
    for exit in [1, 2, 3, 4, 6, 70, 130] {
        assert!(readme.contains(&format!("| {exit} |")), "the README does not name exit code {exit}");
    }
}

#[test]
fn help_fits_its_width() {
    let env = Env::new();
    for args in
        [&["--help"][..], &["render", "--help"], &["templates", "add", "--help"], &["setup", "--help"]]
    {
        let mut command = env.command(args);
        let output = command.env("COLUMNS", "80").output().expect("broll runs");
        let help = String::from_utf8(output.stdout).expect("text");
        for line in help.lines() {
            assert!(line.chars().count() <= 100, "{args:?}: {line}");
        }
    }
}
