//! How a command to Blender can go wrong, and what kind of trouble that is.

use super::log::{LogLine, ProblemKind, parse_line};

/// Why a session gave no result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The user asked to stop.
    Interrupted,
    /// The driver answered with an error; the process lives.
    Refused {
        /// Stable name, such as `no_camera`; `blender` for Blender's own words.
        code: String,
        /// What was wrong; for `blender`, its report lines.
        message: String,
        /// What to do, when the driver knows.
        hint: Option<String>,
    },
    /// The process ended by itself.
    Died {
        /// How, in words.
        how: String,
        /// Whether something outside killed it, most often the kernel for want of memory.
        killed: bool,
    },
    /// It neither printed nor computed for this long.
    Stalled {
        /// Seconds of silence.
        seconds: u64,
    },
}

impl Fault {
    /// Whether the GPU, or its driver, failed under Blender.
    pub fn is_gpu_crash(&self, printed: &[ProblemKind]) -> bool {
        self.said().iter().chain(printed).any(|kind| *kind == ProblemKind::GpuCrash)
    }

    /// What Blender's words mean, going by those in the answer and by what it `printed` around it.
    pub fn trouble(&self, printed: &[ProblemKind]) -> Option<ProblemKind> {
        let said = self.said();
        // Only what calls for something else than trying again; notices on the way there say nothing.
        let telling = |kind: &&ProblemKind| {
            use ProblemKind as P;
            matches!(kind, P::OutOfMemory | P::GpuOutOfMemory | P::OptixStart | P::DiskFull | P::CannotSave)
        };
        said.iter().find(telling).or_else(|| printed.iter().find(telling)).copied()
    }

    /// What the answer itself says.
    fn said(&self) -> Vec<ProblemKind> {
        match self {
            Self::Refused { code, .. } if code == "disk_full" => vec![ProblemKind::DiskFull],
            Self::Refused { code, .. } if code == "not_saved" => vec![ProblemKind::CannotSave],
            Self::Refused { message, .. } => message
                .lines()
                .filter_map(|line| match parse_line(line) {
                    LogLine::Problem(problem) => Some(problem.kind),
                    _ => None,
                })
                .collect(),
            Self::Died { killed: true, .. } => vec![ProblemKind::OutOfMemory],
            _ => Vec::new(),
        }
    }

    /// One sentence for people.
    pub fn describe(&self) -> String {
        match self {
            Self::Interrupted => "interrupted".to_owned(),
            Self::Refused { message, .. } => message
                .lines()
                .map(|line| line.trim().trim_start_matches("Error: "))
                .collect::<Vec<_>>()
                .join("; "),
            Self::Died { how, killed: false } => format!("Blender ended by itself ({how})"),
            Self::Died { how, killed: true } => {
                format!("Blender was killed ({how}), most often for want of memory")
            }
            Self::Stalled { seconds } => {
                format!("Blender printed nothing and used neither processor nor GPU for {seconds} s")
            }
        }
    }
}
