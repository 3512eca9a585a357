//! The system libraries Blender is linked with: which are missing here, and which packages bring them.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::error::{Error, Result};
use crate::process;

/// Debian's and Ubuntu's packages by the library they bring.
const PACKAGES: [(&str, &str); 29] = [
    ("libX11.so.6", "libx11-6"),
    ("libXext.so.6", "libxext6"),
    ("libXrender.so.1", "libxrender1"),
    ("libXxf86vm.so.1", "libxxf86vm1"),
    ("libXfixes.so.3", "libxfixes3"),
    ("libXi.so.6", "libxi6"),
    ("libXcursor.so.1", "libxcursor1"),
    ("libXrandr.so.2", "libxrandr2"),
    ("libXinerama.so.1", "libxinerama1"),
    ("libXau.so.6", "libxau6"),
    ("libXdmcp.so.6", "libxdmcp6"),
    ("libX11-xcb.so.1", "libx11-xcb1"),
    ("libxcb.so.1", "libxcb1"),
    ("libxkbcommon.so.0", "libxkbcommon0"),
    ("libwayland-client.so.0", "libwayland-client0"),
    ("libdecor-0.so.0", "libdecor-0-0"),
    ("libSM.so.6", "libsm6"),
    ("libICE.so.6", "libice6"),
    ("libGL.so.1", "libgl1"),
    ("libGLX.so.0", "libglx0"),
    ("libGLdispatch.so.0", "libglvnd0"),
    ("libOpenGL.so.0", "libopengl0"),
    ("libEGL.so.1", "libegl1"),
    ("libgomp.so.1", "libgomp1"),
    ("libuuid.so.1", "libuuid1"),
    ("libbsd.so.0", "libbsd0"),
    ("libz.so.1", "zlib1g"),
    ("libstdc++.so.6", "libstdc++6"),
    ("libgcc_s.so.1", "libgcc-s1"),
];

/// `ldd` on bpy's 500 MB takes a second or two from a cold disk.
const LDD_LIMIT: Duration = Duration::from_secs(60);

/// Libraries that a binary needs and this machine lacks. Empty as well where there is no `ldd` to ask: the binary
/// itself then tells.
pub fn missing(binary: &Path) -> Vec<String> {
    process::capture(Command::new("ldd").arg(binary), LDD_LIMIT)
        .map(|run| parse_ldd(&run.stdout))
        .unwrap_or_default()
}

/// Reads lines such as `libXi.so.6 => not found`.
fn parse_ldd(output: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for line in output.lines() {
        if let Some((name, "not found")) =
            line.trim().split_once(" => ").map(|(name, at)| (name.trim(), at.trim()))
            && !found.iter().any(|known| known == name)
        {
            found.push(name.to_owned());
        }
    }
    found
}

/// Reads the loader's own complaint, from an executable or from Python's `ImportError`.
pub fn from_loader(text: &str) -> Vec<String> {
    let names = text.lines().filter_map(|line| {
        let (before, _) = line.split_once(": cannot open shared object file")?;
        before.rsplit([' ', ':']).next().filter(|name| name.contains(".so")).map(str::to_owned)
    });
    names.collect()
}

/// Packages for the libraries, and the libraries nobody here has a package for.
pub fn packages(libraries: &[String]) -> (Vec<&'static str>, Vec<&str>) {
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for library in libraries {
        match PACKAGES.iter().find(|(name, _)| name == library) {
            Some((_, package)) => known.push(*package),
            None => unknown.push(library.as_str()),
        }
    }
    (known, unknown)
}

/// What to do about missing libraries, as one line.
pub fn advice(libraries: &[String]) -> String {
    let (known, unknown) = packages(libraries);
    let command = super::setup::apt::command_line(&known);
    match (known.is_empty(), unknown.is_empty()) {
        (false, true) => format!("run `{command}`"),
        (false, false) => format!("run `{command}`, and install what brings {}", unknown.join(", ")),
        _ => format!("install the packages that bring {}", unknown.join(", ")),
    }
}

/// Nothing, or the error that names libraries and packages.
///
/// # Errors
/// `missing_libraries` (exit 3).
pub fn require(missing: &[String]) -> Result<()> {
    if missing.is_empty() {
        return Ok(());
    }
    let error =
        Error::environment("missing_libraries", "Blender needs system libraries that this machine lacks");
    Err(error.because(missing.join(", ")).hint(advice(missing)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LDD: &str = "\tlinux-vdso.so.1 (0x00007f98d602b000)
\tlibtbb.so.2 => /v/bpy/lib/libtbb.so.2 (0x00007f98d5fda000)
\tlibX11.so.6 => not found
\tlibXi.so.6 => not found
\tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f98b241e000)
\t/lib64/ld-linux-x86-64.so.2 (0x00007f98d602d000)
\tlibodd.so.7 => not found
\tlibX11.so.6 => not found
";

    #[test]
    fn ldd_names_each_missing_library_once() {
        assert_eq!(parse_ldd(LDD), ["libX11.so.6", "libXi.so.6", "libodd.so.7"]);
        assert!(parse_ldd("\tnot a dynamic executable\n").is_empty());
    }

    #[test]
    fn the_loader_is_understood() {
        let executable = "/opt/b/blender: error while loading shared libraries: libXi.so.6: cannot open shared object file: No such file or directory";
        let python = "Traceback (most recent call last):\nImportError: libXrender.so.1: cannot open shared object file: No such file or directory";
        assert_eq!(from_loader(executable), ["libXi.so.6"]);
        assert_eq!(from_loader(python), ["libXrender.so.1"]);
        assert!(from_loader("all is well").is_empty());
    }

    #[test]
    fn the_error_holds_the_exact_command() {
        let error = require(&parse_ldd(LDD)).unwrap_err();
        assert_eq!((error.code(), error.kind().exit_code()), ("missing_libraries", 3));
        assert!(
            error.hint_text().contains("apt-get install -y --no-install-recommends libx11-6 libxi6`"),
            "{}",
            error.hint_text()
        );
        assert!(error.hint_text().contains("libodd.so.7") && error.causes()[0].contains("libXi.so.6"));
        assert!(require(&[]).is_ok());
    }
}
