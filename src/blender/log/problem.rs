//! What went wrong, by the words Blender and its drivers have for it.

use serde::{Deserialize, Serialize};

/// Something that went wrong, or may have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// What kind of thing.
    pub kind: ProblemKind,
    /// Blender's words, without time, category and level.
    pub text: String,
}

/// Kinds of problems, as far apart as what can be done about them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProblemKind {
    /// The scene does not fit into the GPU's memory.
    GpuOutOfMemory,
    /// The host has no memory left.
    OutOfMemory,
    /// A kernel died on the GPU: timeout, illegal address, hardware fault. The process cannot go on with it.
    GpuCrash,
    /// `OptiX` does not work here; CUDA may.
    OptixStart,
    /// The kernels could not be compiled or loaded for this GPU.
    KernelCompile,
    /// No device of the type asked for.
    DeviceMissing,
    /// The denoiser is missing or failed.
    Denoiser,
    /// The scene has no camera.
    NoCamera,
    /// The frame could not be written.
    CannotSave,
    /// The disk, or a quota on it, is full.
    DiskFull,
    /// The file was saved by a newer Blender: it may look different.
    NewerFile,
    /// Not a .blend file, or one that this Blender cannot read.
    NotABlend,
    /// A linked .blend file, or something in it, is not there.
    MissingLibrary,
    /// An image is not there.
    MissingImage,
    /// A script inside the file was not run.
    ScriptDisabled,
    /// A driver's expression was refused or failed: what it drives stands still.
    DriverRefused,
    /// The file's colour transform is unknown here: Blender takes another one.
    ColorManagement,
    /// Blender itself crashed.
    Crash,
    /// Any other error.
    Error,
    /// Any other warning.
    Warning,
}

/// How bad Blender says it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    Error,
    Warning,
}

impl Level {
    /// Takes the level off what follows the category in 5.x.
    pub(super) fn strip(text: &str) -> (Option<Self>, &str) {
        const WORDS: &[(&str, Level)] =
            &[("FATAL ", Level::Error), ("ERROR ", Level::Error), ("WARNING ", Level::Warning)];
        strip(text, WORDS)
    }
}

/// Levels at a line's start: reports in every version, and `ERROR (bke.image): …` of 2.8 to 4.5.
const REPORTS: &[(&str, Level)] = &[
    ("Error: ", Level::Error),
    ("Warning: ", Level::Warning),
    ("ERROR ", Level::Error),
    ("FATAL ", Level::Error),
    ("WARN ", Level::Warning),
];

/// Words that must all occur, in lower case, and what they mean; the first line that fits counts.
const KNOWN: &[(&[&str], ProblemKind)] = &[
    (&["no space left on device"], ProblemKind::DiskFull),
    (&["disk quota exceeded"], ProblemKind::DiskFull),
    (&["out of gpu memory"], ProblemKind::GpuOutOfMemory),
    (&["out of gpu and shared host memory"], ProblemKind::GpuOutOfMemory),
    (&["out of device memory"], ProblemKind::GpuOutOfMemory),
    (&["out of memory in cu"], ProblemKind::GpuOutOfMemory),
    (&["out of memory in hip"], ProblemKind::GpuOutOfMemory),
    (&["cuda error", "out of memory"], ProblemKind::GpuOutOfMemory),
    (&["hip error", "out of memory"], ProblemKind::GpuOutOfMemory),
    (&["cuda_error_out_of_memory"], ProblemKind::GpuOutOfMemory),
    (&["optix_error_device_out_of_memory"], ProblemKind::GpuOutOfMemory),
    (&["error_out_of_device_memory"], ProblemKind::GpuOutOfMemory),
    (&["couldn't allocate integrator state"], ProblemKind::GpuOutOfMemory),
    (&["optix_error_host_out_of_memory"], ProblemKind::OutOfMemory),
    (&["calloc returns null"], ProblemKind::OutOfMemory),
    (&["malloc returns null"], ProblemKind::OutOfMemory),
    (&["std::bad_alloc"], ProblemKind::OutOfMemory),
    (&["cannot allocate memory"], ProblemKind::OutOfMemory),
    (&["out of memory"], ProblemKind::OutOfMemory),
    (&["launch exceeded timeout"], ProblemKind::GpuCrash),
    (&["launch failed"], ProblemKind::GpuCrash),
    (&["illegal address"], ProblemKind::GpuCrash),
    (&["illegal instruction in"], ProblemKind::GpuCrash),
    (&["misaligned address"], ProblemKind::GpuCrash),
    (&["hardware stack error"], ProblemKind::GpuCrash),
    (&["uncorrectable ecc error"], ProblemKind::GpuCrash),
    (&["cuda_error_launch_failed"], ProblemKind::GpuCrash),
    (&["cuda_error_launch_timeout"], ProblemKind::GpuCrash),
    (&["cuda_error_illegal_address"], ProblemKind::GpuCrash),
    (&["optix_error_launch_failure"], ProblemKind::GpuCrash),
    (&["optix_error_", "optixdenoiser"], ProblemKind::Denoiser),
    (&["optix_error_"], ProblemKind::OptixStart),
    (&["failed to load optix kernel"], ProblemKind::OptixStart),
    (&["optix initialization failed"], ProblemKind::OptixStart),
    (&["kernel compilation failed"], ProblemKind::KernelCompile),
    (&["failed to load cuda kernel"], ProblemKind::KernelCompile),
    (&["failed to load hip kernel"], ProblemKind::KernelCompile),
    (&["no kernel image available"], ProblemKind::KernelCompile),
    (&["unsupported ptx version"], ProblemKind::KernelCompile),
    (&["invalid ptx"], ProblemKind::KernelCompile),
    (&["nvcc compiler not found"], ProblemKind::KernelCompile),
    (&["binary kernel for this graphics card"], ProblemKind::KernelCompile),
    (&["found no cycles device"], ProblemKind::DeviceMissing),
    (&["cuew initialization failed"], ProblemKind::DeviceMissing),
    (&["hipew initialization failed"], ProblemKind::DeviceMissing),
    (&["no cuda-capable device"], ProblemKind::DeviceMissing),
    (&["openimagedenoise"], ProblemKind::Denoiser),
    (&["failed to create denoiser"], ProblemKind::Denoiser),
    (&["cannot render, no camera"], ProblemKind::NoCamera),
    (&["no camera found in scene"], ProblemKind::NoCamera),
    (&["written by newer blender"], ProblemKind::NewerFile),
    (&["not a blend file"], ProblemKind::NotABlend),
    (&["failed to read blend file"], ProblemKind::NotABlend),
    (&["cannot find lib '"], ProblemKind::MissingLibrary),
    (&["lib: ", " missing from '"], ProblemKind::MissingLibrary),
    (&["linked data-blocks are missing"], ProblemKind::MissingLibrary),
    (&["unable to open '", ".blend'"], ProblemKind::MissingLibrary),
    (&["image file '", "does not exist"], ProblemKind::MissingImage),
    (&["scripts disabled for"], ProblemKind::ScriptDisabled),
    (&["error in pydriver"], ProblemKind::DriverRefused),
    (&["bpy_driver_exec"], ProblemKind::DriverRefused),
    (&["cannot save: '"], ProblemKind::CannotSave),
    (&["couldn't create directory"], ProblemKind::CannotSave),
    (&["color management: "], ProblemKind::ColorManagement),
    (&["writing: ", ".crash.txt"], ProblemKind::Crash),
    (&["segmentation fault"], ProblemKind::Crash),
    (&["exception_access_violation"], ProblemKind::Crash),
    (&["no frames rendered, skipped"], ProblemKind::Warning),
];

/// Whether the line starts with a level, so that it can be nothing but a problem.
pub(super) fn has_level(text: &str) -> bool {
    strip(text, REPORTS).0.is_some()
}

/// Reads a problem: one of known words, or any line of a level.
pub(super) fn read(text: &str, level: Option<Level>) -> Option<Problem> {
    let (own, plain) = strip(text, REPORTS);
    let kind = match (known(text), level.or(own)) {
        (Some(kind), _) => kind,
        (None, Some(Level::Error)) => ProblemKind::Error,
        (None, Some(Level::Warning)) => ProblemKind::Warning,
        (None, None) => return None,
    };
    Some(Problem { kind, text: plain.strip_prefix("Info: ").unwrap_or(plain).trim().to_owned() })
}

/// The kind by known words alone.
pub(super) fn known(text: &str) -> Option<ProblemKind> {
    let lower = text.to_ascii_lowercase();
    KNOWN.iter().find(|(words, _)| words.iter().all(|word| lower.contains(word))).map(|(_, kind)| *kind)
}

fn strip<'a>(text: &'a str, words: &[(&str, Level)]) -> (Option<Level>, &'a str) {
    words
        .iter()
        .find_map(|(word, level)| Some((Some(*level), text.strip_prefix(word)?)))
        .unwrap_or((None, text))
}
