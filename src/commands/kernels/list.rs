//! `broll kernels list`.

use serde_json::{Value, json};

use crate::commands::Context;
use crate::error::Result;
use crate::paths::display;
use crate::toolchain::blender::FoundBlender;
use crate::toolchain::gpu::{self, Gpu};
use crate::toolchain::kernels::{
    Arch, Kernels, Maker, Ptxas, State, compact, examine, kernels_of, ptxas_candidates,
};
use crate::ui::Table;

/// Answers.
pub(super) fn list(context: &Context, found: &FoundBlender) -> Result<()> {
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
