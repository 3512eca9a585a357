//! `broll kernels`: Blender's kernels for NVIDIA GPUs.

use std::cell::RefCell;

use serde_json::{Value, json};

use super::Context;
use crate::error::{Error, Result};
use crate::paths::display;
use crate::toolchain::blender::{FoundBlender, find};
use crate::toolchain::gpu::{self, Gpu};
use crate::toolchain::kernels::{
    Arch, Built, Kept, Kernels, Maker, Order, Outcome, Ptxas, State, Told, build, compact, examine,
    kernels_of, listed, ptxas_candidates,
};
use crate::ui::fmt;
use crate::ui::{Table, Timer, Ui};

/// What to do with the kernels.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// List the kernels that Blender has and what this machine's GPUs find
    ///
    /// A GPU whose kernel is missing has its driver compile for minutes before the first frame.
    List,
    /// Compile the kernels that this machine's GPUs lack
    ///
    /// Compiles Blender's own PTX with NVIDIA's ptxas and puts the kernel where Blender loads it. ptxas is looked for on
    /// the PATH, in CUDA_HOME, CUDA_PATH and /usr/local/cuda*; `broll setup --kernels` installs one. A kernel takes about
    /// 3 minutes on 2 cores, 2 minutes on 16. Kernels that came with Blender are never replaced.
    Build(BuildArgs),
}

/// Arguments of `broll kernels build`.
#[derive(Debug, clap::Args)]
pub struct BuildArgs {
    /// Build for this architecture, such as sm_90, whatever GPUs there are; may be repeated
    #[arg(long = "arch", value_name = "sm_NN", num_args = 1..)]
    pub archs: Vec<String>,

    /// Build anew what broll built before
    #[arg(long)]
    pub force: bool,
}

/// Runs `broll kernels …`.
///
/// # Errors
/// Those of finding Blender, and of [`build`].
pub fn run(context: &Context, command: Command) -> Result<()> {
    let found = || find(&context.config, &context.paths);
    match command {
        Command::List => list(context, &found()?),
        Command::Build(args) => {
            let order = Order { archs: read(&args.archs)?, force: args.force };
            make(context, &found()?, &order)
        }
    }
}

fn list(context: &Context, found: &FoundBlender) -> Result<()> {
    let kernels = kernels_of(found)?;
    let gpus = gpu::list();
    // The one that would be asked first; whether it can do what is missing shows when it is tried.
    let ptxas = ptxas_candidates(&context.paths).iter().find_map(|path| examine(path).ok());
    if context.ui.json {
        return context.ui.answer_json(&as_json(found, &kernels, &gpus, ptxas.as_ref()));
    }
    context.ui.answer(&shown(found, &kernels, &gpus, ptxas.as_ref()))
}

fn shown(
    found: &FoundBlender,
    kernels: &Kernels,
    gpus: &Result<Vec<Gpu>, String>,
    ptxas: Option<&Ptxas>,
) -> String {
    let of = |wanted: fn(&Maker) -> bool| {
        let archs = kernels.compiled().iter().filter(|(_, maker)| wanted(maker)).map(|(arch, _)| *arch);
        Some(compact(&archs.collect::<Vec<_>>())).filter(|text| !text.is_empty())
    };
    let ptx: Vec<String> = kernels.ptx().iter().map(|arch| virtual_name(*arch)).collect();
    let none = || "none".to_owned();
    let mut lines = vec![
        format!("Blender {} ({})", found.version_string, found.origin),
        format!("folder   {}", display(kernels.folder())),
        format!("shipped  {}", of(|maker| *maker == Maker::Blender).unwrap_or_else(none)),
    ];
    lines.extend(of(|maker| matches!(maker, Maker::Broll(_))).map(|archs| format!("built    {archs}")));
    lines.extend(of(|maker| matches!(maker, Maker::OtherBlender(_))).map(|archs| {
        format!("stale    {archs}: built from another Blender's code, `broll kernels build` builds them anew")
    }));
    lines.push(format!("PTX      {}", if ptx.is_empty() { none() } else { ptx.join(", ") }));
    lines.push(ptxas.map_or_else(
        || "ptxas    none: `broll setup --kernels` installs it".to_owned(),
        |ptxas| format!("ptxas    {}  {}", ptxas.version, display(&ptxas.path)),
    ));
    lines.push(String::new());
    lines.push(match gpus {
        Ok(gpus) if gpus.is_empty() => "no NVIDIA GPU: nvidia-smi lists none".to_owned(),
        Ok(gpus) => table(kernels, gpus),
        Err(why) => format!("no NVIDIA GPU: {why}"),
    });
    lines.join("\n")
}

fn table(kernels: &Kernels, gpus: &[Gpu]) -> String {
    let mut table = Table::new(&["GPU", "NAME", "ARCH", "KERNEL"]).right(0);
    for gpu in gpus {
        let arch = gpu.compute_capability.map(Arch::of);
        let (arch, state) = match arch {
            Some(arch) => (arch.to_string(), in_words(kernels.state(arch))),
            None => ("-".to_owned(), "unknown (the driver does not tell the architecture)"),
        };
        table.row(vec![gpu.index.to_string(), gpu.name.clone(), arch, state.to_owned()]);
    }
    table.to_string()
}

fn in_words(state: State) -> &'static str {
    match state {
        State::Ready => "ready",
        State::Built => "built by broll",
        State::Stale => "stale (run `broll kernels build`)",
        State::Missing => "missing (first frame compiles for minutes)",
    }
}

fn as_json(
    found: &FoundBlender,
    kernels: &Kernels,
    gpus: &Result<Vec<Gpu>, String>,
    ptxas: Option<&Ptxas>,
) -> Value {
    let compiled: Vec<Value> = kernels
        .compiled()
        .iter()
        .map(|(arch, maker)| {
            let (maker, ptxas, stale) = match maker {
                Maker::Blender => ("blender", None, false),
                Maker::Broll(ptxas) => ("broll", Some(ptxas), false),
                Maker::OtherBlender(ptxas) => ("broll", Some(ptxas), true),
            };
            json!({"arch": arch.to_string(), "maker": maker, "ptxas": ptxas, "stale": stale})
        })
        .collect();
    let cards: Vec<Value> = gpus
        .iter()
        .flatten()
        .map(|gpu| {
            let arch = gpu.compute_capability.map(Arch::of);
            let state = arch.map(|arch| match kernels.state(arch) {
                State::Ready => "ready",
                State::Built => "built",
                State::Stale => "stale",
                State::Missing => "missing",
            });
            json!({"index": gpu.index, "name": gpu.name, "arch": arch.map(|arch| arch.to_string()), "kernel": state})
        })
        .collect();
    json!({
        "blender": {"version": found.version_string, "path": found.program.path().to_string_lossy()},
        "folder": kernels.folder().to_string_lossy(),
        "kernels": compiled,
        "ptx": kernels.ptx().iter().map(|arch| virtual_name(*arch)).collect::<Vec<_>>(),
        "gpus": cards,
        "no_gpus": gpus.as_ref().err(),
        "ptxas": ptxas.map(|ptxas| json!({"version": ptxas.version, "path": ptxas.path.to_string_lossy()})),
    })
}

fn virtual_name(arch: Arch) -> String {
    format!("compute_{}", arch.0)
}

fn make(context: &Context, found: &FoundBlender, order: &Order) -> Result<()> {
    let timer = RefCell::new(None::<Timer>);
    let done = build(found, &context.paths, order, &|told| tell(&context.ui, &timer, &told));
    drop(timer);
    let done = done?;
    if context.ui.json {
        return context.ui.answer_json(&answer_json(&done));
    }
    context.ui.answer(&answer(&done, order))
}

fn read(archs: &[String]) -> Result<Vec<Arch>> {
    let all = archs.iter().flat_map(|text| text.split(',')).map(|text| {
        text.trim().parse().map_err(|reason: String| {
            Error::bad_input("bad_arch", format!("{text:?} is no architecture: {reason}"))
                .hint("A100: sm_80, H100 and H200: sm_90, B200: sm_100, RTX 50: sm_120; `broll kernels list` tells this machine's")
        })
    });
    all.collect()
}

fn tell(ui: &Ui, timer: &RefCell<Option<Timer>>, told: &Told<'_>) {
    match told {
        Told::Waits => ui.status("waiting for another `broll kernels build`"),
        Told::Begins { archs, ptxas, expected } => {
            let message = format!("compiling {} with ptxas {}", listed(archs), ptxas.version);
            *timer.borrow_mut() = Some(ui.timer(&message, *expected));
        }
        Told::Done(built) => ui.status(&format!("{} took {}", built.arch, fmt::seconds(built.seconds))),
    }
}

fn answer(done: &Outcome, order: &Order) -> String {
    let mut lines: Vec<String> = done.built.iter().map(built_line).collect();
    if done.built.is_empty() && order.archs.is_empty() {
        lines.push("nothing is missing: every GPU here finds its kernel".to_owned());
    }
    lines.extend(done.kept.iter().map(|(arch, kept)| match kept {
        Kept::Blender => format!("{arch}  came with Blender"),
        Kept::Broll => format!("{arch}  was built before; --force builds it anew"),
    }));
    lines.join("\n")
}

fn built_line(built: &Built) -> String {
    format!("{}  {} ({})", built.arch, display(&built.path), fmt::bytes(built.bytes))
}

fn answer_json(done: &Outcome) -> Value {
    let built: Vec<Value> = done
        .built
        .iter()
        .map(|built| {
            let seconds = (built.seconds * 1000.0).round() / 1000.0;
            json!({"arch": built.arch.to_string(), "path": built.path.to_string_lossy(), "bytes": built.bytes, "seconds": seconds})
        })
        .collect();
    let kept: Vec<Value> = done
        .kept
        .iter()
        .map(|(arch, kept)| {
            let maker = if *kept == Kept::Blender { "blender" } else { "broll" };
            json!({"arch": arch.to_string(), "maker": maker})
        })
        .collect();
    json!({"built": built, "kept": kept})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn architectures_are_read_alone_and_as_a_list() {
        let read = |words: &[&str]| read(&words.iter().map(|&word| word.to_owned()).collect::<Vec<_>>());
        assert_eq!(read(&["sm_90,80", "120"]).unwrap(), [90, 80, 120].map(Arch));
        for wrong in ["h100", "", "90,", "sm_90a"] {
            let error = read(&[wrong]).unwrap_err();
            assert!(error.code() == "bad_arch" && error.hint_text().contains("sm_90"), "{wrong}");
        }
    }

    #[test]
    fn an_answer_says_what_is_new_and_what_was_there() {
        let built = Built {
            arch: Arch(90),
            path: "/b/kernel_sm_90.cubin.zst".into(),
            bytes: 4_300_000,
            seconds: 193.0,
        };
        let done =
            Outcome { built: vec![built], kept: vec![(Arch(89), Kept::Blender), (Arch(80), Kept::Broll)] };
        let order = Order::default();
        assert_eq!(
            answer(&done, &order),
            "sm_90  /b/kernel_sm_90.cubin.zst (4.3 MB)\nsm_89  came with Blender\nsm_80  was built before; --force builds it anew"
        );
        let nothing = Outcome { built: Vec::new(), kept: vec![(Arch(89), Kept::Blender)] };
        assert!(answer(&nothing, &order).starts_with("nothing is missing"));
    }
}
