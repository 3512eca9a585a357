//! Does this ffmpeg really encode with this encoder here? One real frame tells; lists of encoders do not.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use super::ClipFormat;
use super::progress::ProgressParser;
use crate::error::Error;
use crate::interrupt::Cancel;
use crate::process;

/// Why an encoder does not work with one ffmpeg.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// NVENC: there is no NVIDIA driver.
    NoDriver,
    /// NVENC: this ffmpeg wants a newer driver.
    DriverTooOld {
        /// NVENC API this ffmpeg was built for, such as `13.1`.
        required: String,
        /// NVENC API the driver has.
        found: String,
        /// Oldest driver this ffmpeg takes, such as `610.00`.
        driver: Option<String>,
    },
    /// NVENC: the GPU has no encoder (A100, H100, H200, B200).
    NoHardware,
    /// This ffmpeg was built without the encoder.
    NotBuiltIn,
    /// ffmpeg could not be run.
    NotRunnable(String),
    /// Anything else, in ffmpeg's own words.
    Other(String),
}

/// A 4K frame takes seconds on two cores; a driver that hangs must not hang broll.
const PROBE_LIMIT: Duration = Duration::from_secs(60);

/// Encodes one frame to nowhere with the very arguments of the clip.
///
/// # Errors
/// The [`Refusal`].
pub fn probe(ffmpeg: &Path, format: &ClipFormat, cancel: &Cancel) -> Result<(), Refusal> {
    let mut command = Command::new(ffmpeg);
    let run = process::capture_fed(command.args(format.probe_args()), None, PROBE_LIMIT, cancel)
        .map_err(|error| Refusal::NotRunnable(error.to_string()))?;
    if !run.status.success() {
        return Err(classify(&run.stderr));
    }
    let mut parser = ProgressParser::default();
    match run.stdout.lines().filter_map(|line| parser.push(line)).last() {
        Some(told) if told.frames == 1 => Ok(()),
        _ => Err(Refusal::Other("it ended well and encoded nothing".to_owned())),
    }
}

/// Reads ffmpeg's complaint.
pub fn classify(stderr: &str) -> Refusal {
    let after = |line: &str, mark: &str| {
        let rest = line.split_once(mark)?.1;
        rest.split_whitespace().next().map(str::to_owned)
    };
    for line in stderr.lines() {
        if line.contains("does not support the required nvenc API version") {
            let driver =
                stderr.lines().find_map(|line| after(line, "minimum required Nvidia driver for nvenc is "));
            return Refusal::DriverTooOld {
                required: after(line, "Required: ").unwrap_or_else(|| "unknown".to_owned()),
                found: after(line, "Found: ").unwrap_or_else(|| "unknown".to_owned()),
                driver,
            };
        }
        if [
            "Cannot load libcuda",
            "Cannot load nvcuda",
            "Cannot load libnvidia-encode",
            "Cannot load nvEncodeAPI",
            "CUDA_ERROR_NO_DEVICE",
            "cuInit(0) failed",
        ]
        .iter()
        .any(|text| line.contains(text))
        {
            return Refusal::NoDriver;
        }
        if line.contains("Unknown encoder") || line.contains("Encoder not found") {
            return Refusal::NotBuiltIn;
        }
    }
    if stderr.contains("unsupported device")
        || stderr.contains("No capable devices found")
        || stderr.contains("No NVENC capable devices found")
    {
        return Refusal::NoHardware;
    }
    let mut said = stderr.lines().map(str::trim).filter(|line| !line.is_empty());
    Refusal::Other(said.next().unwrap_or("ffmpeg gave no reason").to_owned())
}

impl Refusal {
    /// The reason in one clause, without a period.
    pub fn reason(&self) -> String {
        match self {
            Self::NoDriver => "no NVIDIA driver is loaded here".to_owned(),
            Self::DriverTooOld { required, found, driver } => {
                let driver =
                    driver.as_ref().map(|driver| format!(", driver {driver} or newer")).unwrap_or_default();
                format!(
                    "the NVIDIA driver is too old for this ffmpeg: it needs NVENC API {required}{driver}; the driver has NVENC API {found}"
                )
            }
            Self::NoHardware => "the GPU has no NVENC hardware (as on A100, H100, H200 and B200)".to_owned(),
            Self::NotBuiltIn => "this ffmpeg was built without that encoder".to_owned(),
            Self::NotRunnable(why) => format!("this ffmpeg does not run: {why}"),
            Self::Other(text) => format!("ffmpeg says: {text}"),
        }
    }

    fn hint(&self, format: &ClipFormat) -> String {
        let software =
            if format.encoder.is_nvenc() { " (--encoder libx264 encodes on the processor)" } else { "" };
        match self {
            Self::NoDriver => format!(
                "install the NVIDIA driver; in a container set NVIDIA_DRIVER_CAPABILITIES=compute,utility,graphics,video{software}"
            ),
            Self::DriverTooOld { .. } => {
                format!("update the driver, or install an older ffmpeg and name it in BROLL_FFMPEG{software}")
            }
            Self::NoHardware => {
                "use a GPU with NVENC (L4, L40S, A10, T4, RTX), or --encoder libx264".to_owned()
            }
            Self::NotBuiltIn | Self::NotRunnable(_) => {
                format!("run `broll setup` for the managed ffmpeg, or name another in BROLL_FFMPEG{software}")
            }
            Self::Other(_) => {
                format!("try another --encoder or another --resolution, or see `broll doctor`{software}")
            }
        }
    }

    /// How telling this refusal is, to choose one among several ffmpegs'.
    fn rank(&self) -> u8 {
        match self {
            Self::NoHardware => 5,
            Self::DriverTooOld { .. } => 4,
            Self::NoDriver => 3,
            Self::Other(_) => 2,
            Self::NotBuiltIn => 1,
            Self::NotRunnable(_) => 0,
        }
    }
}

/// The error for an encoder that no ffmpeg candidate could use.
pub fn unusable(format: &ClipFormat, refusals: &[(String, Refusal)]) -> Error {
    let encoder = format.encoder;
    let Some((_, telling)) = refusals.iter().max_by_key(|(_, refusal)| refusal.rank()) else {
        return Error::environment("no_ffmpeg", "no ffmpeg was found")
            .because("neither BROLL_FFMPEG, the configuration, the PATH nor `broll setup` gives one")
            .hint("run `broll setup`");
    };
    let code = match telling {
        Refusal::NoDriver => "nvenc_no_driver",
        Refusal::DriverTooOld { .. } => "nvenc_driver_too_old",
        Refusal::NoHardware => "nvenc_no_hardware",
        _ => "encoder_unusable",
    };
    let error = Error::environment(code, format!("{encoder} cannot encode here")).hint(telling.hint(format));
    refusals
        .iter()
        .fold(error, |error, (ffmpeg, refusal)| error.because(format!("{ffmpeg}: {}", refusal.reason())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encode::Encoder;

    fn fixture(name: &str) -> Refusal {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/ffmpeg-logs/");
        classify(&fs_err::read_to_string(format!("{folder}{name}")).unwrap())
    }

    #[test]
    fn a_tool_that_ends_well_and_encodes_nothing_is_no_ffmpeg() {
        let format = ClipFormat {
            encoder: Encoder::Libx264,
            quality: crate::request::Quality::Good,
            fps: "24".parse().unwrap(),
            resolution: [64, 36],
            transparent: false,
        };
        let refusal = probe(Path::new("true"), &format, &Cancel::default()).unwrap_err();
        assert!(format!("{refusal:?}").contains("encoded nothing"), "{refusal:?}");
    }

    #[test]
    fn the_three_refusals_of_nvenc_are_told_apart() {
        assert_eq!(fixture("nvenc_no_driver.err"), Refusal::NoDriver);
        assert_eq!(fixture("nvenc_no_hardware.err"), Refusal::NoHardware);
        let Refusal::DriverTooOld { required, found, driver } = fixture("nvenc_driver_too_old.err") else {
            panic!("not told apart")
        };
        assert_eq!((required.as_str(), found.as_str(), driver.as_deref()), ("13.1", "13.0", Some("610.00")));
    }

    #[test]
    fn the_most_telling_refusal_gives_code_and_hint() {
        let format = ClipFormat {
            encoder: Encoder::H264Nvenc,
            quality: crate::request::Quality::Good,
            fps: "30".parse().unwrap(),
            resolution: [64, 64],
            transparent: false,
        };
        let refusals = [
            ("/a".to_owned(), fixture("nvenc_driver_too_old.err")),
            ("/b".to_owned(), fixture("nvenc_no_hardware.err")),
        ];
        let error = unusable(&format, &refusals);
        assert_eq!((error.code(), error.kind().exit_code()), ("nvenc_no_hardware", 3));
        assert!(error.causes()[0].contains("13.1") && error.causes()[0].contains("13.0"), "{error}");
        assert!(error.hint_text().contains("libx264"));
        assert_eq!(unusable(&format, &[]).code(), "no_ffmpeg");
    }

    #[test]
    fn what_is_unknown_is_quoted() {
        assert_eq!(
            classify("[x] Picture size must be at least one CTU\n"),
            Refusal::Other("[x] Picture size must be at least one CTU".into())
        );
        assert_eq!(classify("Unknown encoder 'av1_nvenc'\n"), Refusal::NotBuiltIn);
    }
}
