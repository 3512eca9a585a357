//! One error type: what failed, why, what to do, and the exit code that scripts see.

use std::fmt;

/// What kind of thing went wrong; it fixes the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A template, a file or a value that cannot be used.
    BadInput,
    /// The command line itself is wrong.
    Usage,
    /// Blender, ffmpeg, a GPU or NVENC is missing or unfit.
    Environment,
    /// Blender or ffmpeg started and then failed.
    Tool,
    /// The endpoint refused, is out of reach, or the job failed there.
    Remote,
    /// A limit of time passed.
    TimedOut,
    /// Something broll promised did not hold.
    Bug,
    /// The user or the system asked broll to stop.
    Interrupted,
}

impl Kind {
    /// The process exit code, 1 to 130.
    pub fn exit_code(self) -> u8 {
        match self {
            Self::BadInput => 1,
            Self::Usage => 2,
            Self::Environment => 3,
            Self::Tool => 4,
            Self::Remote => 5,
            Self::TimedOut => 6,
            Self::Bug => 70,
            Self::Interrupted => 130,
        }
    }
}

/// A failure as a person reads it: a sentence, its causes, and a hint.
#[derive(Debug)]
pub struct Error {
    kind: Kind,
    code: &'static str,
    message: String,
    causes: Vec<String>,
    hint: Option<String>,
}

/// Shorthand used all over broll.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// A new failure. `code` is a stable, machine-readable name in snake case.
    pub fn new(kind: Kind, code: &'static str, message: impl Into<String>) -> Self {
        Self { kind, code, message: message.into(), causes: Vec::new(), hint: None }
    }

    /// A template, file or value that cannot be used (exit 1).
    pub fn bad_input(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Kind::BadInput, code, message)
    }

    /// Something broll needs on this machine is missing or unfit (exit 3).
    pub fn environment(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Kind::Environment, code, message)
    }

    /// Blender or ffmpeg failed (exit 4).
    pub fn tool(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Kind::Tool, code, message)
    }

    /// The endpoint or the job failed (exit 5).
    pub fn remote(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Kind::Remote, code, message)
    }

    /// A promise of broll's own that did not hold (exit 70).
    pub fn bug(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Kind::Bug, code, message)
            .hint("this is a bug in broll: please report it with the message above")
    }

    /// The user asked to stop (exit 130).
    pub fn interrupted(message: impl Into<String>) -> Self {
        Self::new(Kind::Interrupted, "interrupted", message)
    }

    /// Adds what to do about it, as one line.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds a cause below those already known.
    #[must_use]
    pub fn because(mut self, cause: impl fmt::Display) -> Self {
        self.causes.push(cause.to_string());
        self
    }

    /// Adds an error and everything beneath it as causes.
    #[must_use]
    pub fn source(mut self, source: impl Into<anyhow::Error>) -> Self {
        self.causes.extend(source.into().chain().map(ToString::to_string));
        self
    }

    /// The kind, which fixes the exit code.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The stable name for scripts.
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// What failed, in one sentence without a final period.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Why, from the nearest cause to the deepest.
    pub fn causes(&self) -> &[String] {
        &self.causes
    }

    /// What to do; every error that reaches the user has one.
    pub fn hint_text(&self) -> &str {
        self.hint.as_deref().unwrap_or(match self.kind {
            Kind::BadInput => "correct the input and run the command again",
            Kind::Usage => "run the command with --help to see how it is used",
            Kind::Environment => "run `broll doctor` to see what this machine lacks",
            Kind::Tool => "run the same command again: finished frames are kept and reused",
            Kind::Remote => "see `broll endpoint health` and `broll jobs list`",
            Kind::TimedOut => "run the same command again, or allow more time",
            Kind::Bug => "please report this with the message above",
            Kind::Interrupted => "run the same command again to continue where it stopped",
        })
    }

    /// The error as the one JSON object that `--json` promises.
    pub fn to_json(&self) -> serde_json::Value {
        serde_json::json!({"error": {
            "code": self.code,
            "message": self.message,
            "causes": self.causes,
            "hint": self.hint_text(),
            "exit": self.kind.exit_code(),
        }})
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        self.causes.iter().try_for_each(|cause| write!(f, ": {cause}"))
    }
}

impl std::error::Error for Error {}

impl From<std::io::Error> for Error {
    /// A failed file operation: a full disk, a missing permission and the rest each get their own words.
    fn from(error: std::io::Error) -> Self {
        use std::io::ErrorKind as E;
        let (kind, code, hint) = match error.kind() {
            E::StorageFull | E::QuotaExceeded => (
                Kind::Tool,
                "disk_full",
                "free some space (see `broll doctor`), then run the same command again",
            ),
            E::PermissionDenied | E::ReadOnlyFilesystem => {
                (Kind::BadInput, "no_permission", "choose a place you may write to, or fix its permissions")
            }
            E::NotFound => (Kind::BadInput, "not_found", "check the path"),
            _ => (Kind::BadInput, "io", "check the path and the disk, then run the same command again"),
        };
        Self::new(kind, code, error.to_string()).hint(hint)
    }
}
