//! `broll kernels build`.

use std::cell::RefCell;

use serde_json::{Value, json};

use crate::commands::Context;
use crate::error::{Error, Result};
use crate::paths::display;
use crate::toolchain::blender::FoundBlender;
use crate::toolchain::kernels::{Arch, Built, Kept, Order, Outcome, Told, build, listed};
use crate::ui::{Timer, Ui, fmt};

/// Arguments of `broll kernels build`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Build for this architecture, such as sm_90, whatever GPUs there are; may be repeated
    #[arg(long = "arch", value_name = "sm_NN", num_args = 1..)]
    pub archs: Vec<String>,

    /// Build anew what broll built before
    #[arg(long)]
    pub force: bool,
}

impl Args {
    /// What is asked for.
    pub(super) fn order(&self) -> Result<Order> {
        Ok(Order { archs: read(&self.archs)?, force: self.force })
    }
}

/// Builds and answers.
pub(super) fn make(context: &Context, found: &FoundBlender, order: &Order) -> Result<()> {
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
