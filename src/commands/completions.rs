//! `broll completions`: completion scripts. Commands and flags are generated from the clap tree; for what depends on
//! the machine, such as the names of templates, the scripts ask `broll complete`.

use clap::CommandFactory;
use clap_complete::Shell;

use crate::cli::Cli;
use crate::error::Result;
use crate::ui::Ui;

/// Print a completion script for a shell.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The shell
    #[arg(value_enum)]
    pub shell: Shell,
}

/// Prints the script.
///
/// # Errors
/// Those of stdout.
pub fn run(ui: &Ui, args: &Args) -> Result<()> {
    ui.answer(script(args.shell).trim_end_matches('\n'))
}

/// The script of a shell.
pub fn script(shell: Shell) -> String {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "broll", &mut script);
    let script = String::from_utf8_lossy(&script);
    match shell {
        Shell::Bash => behind(&script) + include_str!("completions/live.bash"),
        // An autoloaded file runs what it defines in its last lines.
        Shell::Zsh => before(
            &behind(&script),
            "if [ \"$funcstack[1]\" = \"_broll\" ]",
            include_str!("completions/live.zsh"),
        ),
        Shell::Fish => script.into_owned() + include_str!("completions/live.fish"),
        Shell::Elvish => script.into_owned() + include_str!("completions/live.elv"),
        _ => {
            let head = "    $commandElements = $commandAst.CommandElements\n";
            before(
                &script,
                head,
                &format!("{}\n", include_str!("completions/live.ps1").trim_start_matches('\n')),
            )
        }
    }
}

/// The generated function under another name: one of ours takes its place and asks it last.
fn behind(script: &str) -> String {
    script.replacen("_broll() {", "_broll_static() {", 1)
}

fn before(script: &str, place: &str, more: &str) -> String {
    script.replacen(place, &format!("{more}{place}"), 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_script_asks_broll_and_keeps_what_is_generated() {
        for (shell, name, generated) in [
            (Shell::Bash, "bash", "_broll_static() {"),
            (Shell::Zsh, "zsh", "_broll_static() {"),
            (Shell::Fish, "fish", "__fish_broll_using_subcommand render"),
            (Shell::Elvish, "elvish", "cand render"),
            (Shell::PowerShell, "powershell", "$commandElements = $commandAst"),
        ] {
            let script = script(shell);
            assert_eq!(script.matches(&format!("complete {name} ")).count(), 1, "{name}");
            assert!(script.contains(generated), "{name}");
        }
        let zsh = script(Shell::Zsh);
        assert!(zsh.find("_broll() {") < zsh.find("if [ \"$funcstack[1]\""));
        assert!(zsh.starts_with("#compdef broll\n"));
    }
}
