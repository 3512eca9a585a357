//! One verb a file: arguments in, one call into the domain, an answer out.

mod budget;
pub mod complete;
pub mod completions;
pub mod config;
pub mod decode;
pub mod doctor;
pub mod endpoint;
pub mod estimate;
pub mod jobs;
pub mod kernels;
pub mod login;
pub mod man;
pub mod preview;
mod remote;
pub mod render;
pub mod request_args;
pub mod serve;
pub mod setup;
pub mod submit;
pub mod templates;
mod usage;
pub mod worker;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;

use crate::cli::{Cli, Command};
use crate::config::Config;
use crate::error::Result;
use crate::interrupt;
use crate::paths::Paths;
use crate::ui::Ui;

/// What every command works with.
#[derive(Debug)]
pub struct Context {
    /// Prints.
    pub ui: Ui,
    /// The folders.
    pub paths: Paths,
    /// The configuration.
    pub config: Config,
}

/// Runs broll with these arguments, the program's name first.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let args: Vec<OsString> = args.into_iter().collect();
    if args.get(1).is_some_and(|verb| verb == complete::VERB) {
        return ExitCode::from(complete::run(&args[1..]));
    }
    let cli = match Cli::try_parse_from(&args) {
        Ok(cli) => cli,
        Err(error) => return ExitCode::from(usage::answer(&error, &args)),
    };
    let ui = Ui::new(cli.json, cli.progress());
    match dispatch(cli, ui.clone()) {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            ui.error(&error);
            ExitCode::from(error.kind().exit_code())
        }
    }
}

fn dispatch(cli: Cli, ui: Ui) -> Result<u8> {
    // Neither needs a home folder nor a configuration that can be read.
    match &cli.command {
        Command::Completions(args) => return completions::run(&ui, args).map(|()| 0),
        Command::Man(args) => return man::run(&ui, args).map(|()| 0),
        _ => {}
    }
    interrupt::install();
    let paths = Paths::from_env()?;
    let config = match &cli.command {
        // The first two are how a broken file is found and mended, and the third asks nothing of it.
        Command::Doctor(_) | Command::Config(_) | Command::Setup(_) => Config::load_usable(&paths).0,
        _ => Config::load(&paths)?,
    };
    let context = Context { ui, paths, config };
    match cli.command {
        Command::Render(args) => render::run(&context, &args).map(|()| 0),
        Command::Preview(args) => preview::run(&context, &args).map(|()| 0),
        Command::Estimate(args) => estimate::run(&context, &args).map(|()| 0),
        Command::Submit(args) => submit::run(&context, &args).map(|()| 0),
        Command::Jobs(command) => jobs::run(&context, command).map(|()| 0),
        Command::Endpoint(command) => endpoint::run(&context, command).map(|()| 0),
        Command::Login(args) => login::run(&context, &args).map(|()| 0),
        Command::Decode(args) => decode::run(&context, &args).map(|()| 0),
        Command::Templates(command) => templates::run(&context, command).map(|()| 0),
        Command::Setup(args) => setup::run(&context, args).map(|()| 0),
        Command::Doctor(args) => doctor::run(&context, args),
        Command::Kernels(command) => kernels::run(&context, command).map(|()| 0),
        Command::Config(command) => config::run(&context, command).map(|()| 0),
        Command::Worker(args) => worker::run(&context, &args),
        Command::Serve(args) => serve::run(&context, &args).map(|()| 0),
        Command::Completions(_) | Command::Man(_) => Ok(0),
    }
}
