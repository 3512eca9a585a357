//! On what terms jobs are carried out here; the environment of a container sets them.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::error::Result;
use crate::worker::fetch::FetchRules;

/// Reads an environment variable; an empty one counts as unset.
pub type Env = dyn Fn(&str) -> Option<String> + Send + Sync;

/// What a shop does and does not do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// Whether a request may ask for the processor.
    pub allow_cpu: bool,
    /// Largest answer that carries its clip, in bytes of JSON.
    pub inline_limit: u64,
    /// Where a network volume is mounted, if one is.
    pub volume: Option<PathBuf>,
    /// A library folder that is searched before all others.
    pub library: Option<PathBuf>,
    /// Library folders beside those that `broll render` has.
    pub folders: Vec<PathBuf>,
    /// For `template_url`.
    pub fetch: FetchRules,
    /// A Blender that is silent and idle for so long is given up.
    pub stall_timeout: Duration,
}

/// Below the 10 MiB that the platform takes of a result, with room for what else is in it.
const INLINE_LIMIT: u64 = 8 << 20;
/// Where RunPod mounts the network volume of a serverless worker.
const VOLUME: &str = "/runpod-volume";
/// Where pods, and images made from them, keep their work.
const WORKSPACE: &str = "/workspace/templates";

impl Default for Terms {
    fn default() -> Self {
        Self {
            allow_cpu: false,
            inline_limit: INLINE_LIMIT,
            volume: None,
            library: None,
            folders: vec![WORKSPACE.into(), Path::new(VOLUME).join("templates")],
            fetch: FetchRules::default(),
            stall_timeout: crate::process::STALL,
        }
    }
}

impl Terms {
    /// Those of a container: `BROLL_ALLOW_CPU`, the rules of [`FetchRules::from_env`], and the volume if it is there.
    ///
    /// # Errors
    /// `bad_config` for a variable that cannot be read.
    pub fn from_env(env: &Env) -> Result<Self> {
        Ok(Self {
            allow_cpu: env("BROLL_ALLOW_CPU").is_some_and(|text| is_yes(&text)),
            volume: Some(PathBuf::from(VOLUME)).filter(|volume| volume.is_dir()),
            fetch: FetchRules::from_env(env)?,
            ..Self::default()
        })
    }
}

/// The words for yes that the official SDK takes.
pub(in crate::worker) fn is_yes(text: &str) -> bool {
    matches!(text.trim().to_ascii_lowercase().as_str(), "1" | "true" | "yes")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_processor_is_allowed_by_yes_alone() {
        let allows = |value: Option<&str>| {
            let value = value.map(str::to_owned);
            let env = move |name: &str| value.clone().filter(|_| name == "BROLL_ALLOW_CPU");
            Terms::from_env(&env).unwrap().allow_cpu
        };
        assert!(["1", "true", "Yes "].into_iter().all(|yes| allows(Some(yes))));
        assert!(!["0", "false", "no", "2"].into_iter().any(|no| allows(Some(no))) && !allows(None));
    }

    #[test]
    fn a_variable_that_cannot_be_read_is_an_error() {
        let env = |name: &str| (name == "RUNPOD_MAX_DOWNLOAD_BYTES").then(|| "1 GB".to_owned());
        assert_eq!(Terms::from_env(&env).unwrap_err().code(), "bad_config");
    }
}
