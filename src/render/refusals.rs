//! What a Blender that cannot, does not or no longer renders is called.

use std::path::Path;

use crate::blender::{Fault, Hello, Session, Version};
use crate::error::{Error, Result};
use crate::paths::display;
use crate::request::{Backend, Device};

/// Refuses a Blender that cannot render broll's clips.
pub(super) fn check_hello(hello: &Hello, path: &Path) -> Result<()> {
    let broken = |code, message: String| {
        Err(Error::environment(code, message)
            .hint("run `broll setup` for the managed Blender 4.2 LTS, or name another in BROLL_BLENDER"))
    };
    if hello.version < Version::OLDEST {
        return broken(
            "blender_too_old",
            format!("{} is Blender {}, and broll needs 4.2 or newer", display(path), hello.version_string),
        );
    }
    if !hello.cycles {
        return broken("no_cycles", format!("{} was built without Cycles", display(path)));
    }
    Ok(())
}

/// No device of the kind that was asked for.
pub(super) fn no_gpu(device: Device) -> Error {
    let message = match device {
        Device::Gpu(backend) => format!("Blender finds no {} device", backend.label()),
        _ => "Blender finds no GPU to render on".to_owned(),
    };
    let asked: Vec<&str> = device.backends().into_iter().map(Backend::label).collect();
    Error::environment("no_gpu", message)
        .because(format!("no device for {}", asked.join(", ")))
        .hint("run `broll doctor` to see why; --cpu renders on the processor, slowly")
}

/// An answer of the driver that is meant for people.
pub(super) fn refusal(code: &str, message: &str, hint: Option<&str>) -> Error {
    let error = match code {
        "no_device" => Error::environment("no_gpu", message),
        "no_denoiser" => Error::environment("no_denoiser", message),
        "no_opengl" => Error::environment("no_opengl", message),
        "damaged_blend" => Error::bad_input("damaged_blend", message),
        "no_scene" => Error::bad_input("no_scene", message),
        "no_view_layer" => Error::bad_input("no_view_layer", message),
        "no_camera" => Error::bad_input("no_camera", message),
        "no_such_camera" => Error::bad_input("no_such_camera", message),
        "bad_parameter" => Error::bad_input("bad_parameter", message),
        "bad_target" => Error::bad_input("bad_target", message),
        _ => Error::tool("blender_failed", message),
    };
    match hint {
        Some(hint) => error.hint(hint),
        None => error,
    }
}

/// A failure of Blender's, with its last lines and where the rest is.
pub(super) fn failure(session: &Session, fault: &Fault, code: &'static str, what: &str, hint: &str) -> Error {
    let mut error = Error::tool(code, what).because(fault.describe());
    let lines = session.last_lines();
    if !lines.is_empty() {
        error = error.because(format!("Blender's last lines:\n{lines}"));
    }
    error.because(format!("its whole log is {}", display(session.log_path()))).hint(hint)
}

/// The .blend, or a file it uses, was replaced while it was being rendered.
pub(super) fn template_changed(file: &Path) -> Error {
    Error::bad_input("template_changed", format!("{} changed while it was rendered", display(file)))
        .because("the file, or one that it uses, is no longer the one the first frames were made from")
        .hint("run the same command again once nothing writes to it: its frames are kept apart by content")
}
