//! What the worker says about itself: one line a message, JSON with the job's id on the platform.

use std::str::FromStr;

use crate::ui::sanitize;

/// How much a message matters; the platform's own names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// For whoever looks for a fault in the worker.
    Debug,
    /// What it does.
    Info,
    /// What did not go as it should.
    Warn,
    /// What failed.
    Error,
}

impl Level {
    const ALL: [Self; 4] = [Self::Debug, Self::Info, Self::Warn, Self::Error];

    /// The word in a line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Debug => "DEBUG",
            Self::Info => "INFO",
            Self::Warn => "WARN",
            Self::Error => "ERROR",
        }
    }
}

impl FromStr for Level {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|level| level.as_str().eq_ignore_ascii_case(word)).ok_or(())
    }
}

/// Characters of a message, as in the official worker; the platform cuts longer lines.
const LONGEST: usize = 4096;

/// Writes the worker's log.
pub struct WorkerLog {
    least: Option<Level>,
    json: bool,
    sink: Box<dyn Fn(&str) + Send + Sync>,
}

impl WorkerLog {
    /// A log of lines (without their line breaks) that `sink` takes. `RUNPOD_ENDPOINT_ID` makes them JSON,
    /// `RUNPOD_LOG_LEVEL` (`DEBUG`, `INFO`, `WARN`, `ERROR`, `NOTSET` for none) says which; without it `INFO` and above.
    pub fn from_env(
        env: &dyn Fn(&str) -> Option<String>,
        sink: impl Fn(&str) + Send + Sync + 'static,
    ) -> Self {
        let level = env("RUNPOD_LOG_LEVEL").or_else(|| env("RUNPOD_DEBUG_LEVEL")).unwrap_or_default();
        let least = match level.trim().to_ascii_uppercase().as_str() {
            "NOTSET" => None,
            "TRACE" => Some(Level::Debug),
            word => Some(word.parse().unwrap_or(Level::Info)),
        };
        let json = env("RUNPOD_ENDPOINT_ID").is_some_and(|id| !id.is_empty());
        Self { least, json, sink: Box::new(sink) }
    }

    /// Writes a message, about a job if it is about one.
    pub fn write(&self, level: Level, job: Option<&str>, message: &str) {
        if self.least.is_some_and(|least| level >= least) {
            (self.sink)(&line(self.json, level, job, message));
        }
    }

    /// For whoever looks for a fault in the worker.
    pub fn debug(&self, job: Option<&str>, message: &str) {
        self.write(Level::Debug, job, message);
    }

    /// What the worker does.
    pub fn info(&self, job: Option<&str>, message: &str) {
        self.write(Level::Info, job, message);
    }

    /// What did not go as it should.
    pub fn warn(&self, job: Option<&str>, message: &str) {
        self.write(Level::Warn, job, message);
    }

    /// What failed.
    pub fn error(&self, job: Option<&str>, message: &str) {
        self.write(Level::Error, job, message);
    }
}

impl std::fmt::Debug for WorkerLog {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WorkerLog")
            .field("least", &self.least)
            .field("json", &self.json)
            .finish_non_exhaustive()
    }
}

fn line(json: bool, level: Level, job: Option<&str>, message: &str) -> String {
    let message = match message.char_indices().nth(LONGEST) {
        Some((end, _)) => &format!("{} … and {} bytes more", &message[..end], message.len() - end),
        None => message,
    };
    let level = level.as_str();
    if json {
        return serde_json::json!({"requestId": job, "message": message, "level": level}).to_string();
    }
    let job = job.map(|job| format!("{} | ", sanitize(job))).unwrap_or_default();
    format!("{level:<7}| {job}{}", sanitize(message))
}

/// Something that is tried again and again: says once what is wrong, and once that it is over.
#[derive(Debug)]
pub(super) struct Trouble<'a> {
    log: &'a WorkerLog,
    what: &'static str,
    now: Option<String>,
}

impl<'a> Trouble<'a> {
    pub(super) fn new(log: &'a WorkerLog, what: &'static str) -> Self {
        Self { log, what, now: None }
    }

    /// It failed. The same words as last time are not said again.
    pub(super) fn is(&mut self, level: Level, why: &str) {
        if self.now.as_deref() != Some(why) {
            self.log.write(level, None, &format!("{}: {why}", self.what));
            self.now = Some(why.to_owned());
        }
    }

    /// It went well.
    pub(super) fn is_over(&mut self) {
        if self.now.take().is_some() {
            self.log.info(None, &format!("{}: works again", self.what));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    fn log(env: &[(&str, &str)]) -> (WorkerLog, Arc<Mutex<Vec<String>>>) {
        let lines: Arc<Mutex<Vec<String>>> = Arc::default();
        let env = |name: &str| env.iter().find(|(own, _)| *own == name).map(|(_, value)| (*value).to_owned());
        let sink = Arc::clone(&lines);
        (WorkerLog::from_env(&env, move |line| sink.lock().unwrap().push(line.to_owned())), lines)
    }

    #[test]
    fn lines_are_json_on_an_endpoint_and_plain_elsewhere() {
        let (on, lines) = log(&[("RUNPOD_ENDPOINT_ID", "ep123")]);
        on.info(Some("j-u1"), "two\nlines \"ü\"");
        on.warn(None, "x");
        assert_eq!(
            *lines.lock().unwrap(),
            [
                r#"{"requestId":"j-u1","message":"two\nlines \"ü\"","level":"INFO"}"#,
                r#"{"requestId":null,"message":"x","level":"WARN"}"#
            ]
        );
        let (off, lines) = log(&[]);
        off.error(Some("j-u1"), "two\nlines");
        assert_eq!(*lines.lock().unwrap(), [r"ERROR  | j-u1 | two\nlines"]);
    }

    #[test]
    fn levels_are_respected() {
        for (variable, level, said) in [
            ("RUNPOD_LOG_LEVEL", "debug", 4),
            ("RUNPOD_LOG_LEVEL", "", 3),
            ("RUNPOD_DEBUG_LEVEL", "WARN", 2),
            ("RUNPOD_LOG_LEVEL", "ERROR", 1),
            ("RUNPOD_LOG_LEVEL", "NOTSET", 0),
            ("RUNPOD_LOG_LEVEL", "loud", 3),
        ] {
            let (log, lines) = log(&[(variable, level)]);
            Level::ALL.into_iter().for_each(|level| log.write(level, None, "x"));
            assert_eq!(lines.lock().unwrap().len(), said, "{variable}={level}");
        }
    }

    #[test]
    fn a_long_message_is_cut() {
        let text = line(false, Level::Info, None, &"ü".repeat(2 * LONGEST));
        assert!(text.len() < 2 * LONGEST + 100 && text.ends_with("and 8192 bytes more"), "{text}");
    }

    #[test]
    fn trouble_is_told_once() {
        let (log, lines) = log(&[]);
        let mut trouble = Trouble::new(&log, "job-take");
        trouble.is_over();
        (0..50).for_each(|_| trouble.is(Level::Error, "HTTP 401"));
        trouble.is_over();
        assert_eq!(*lines.lock().unwrap(), ["ERROR  | job-take: HTTP 401", "INFO   | job-take: works again"]);
    }
}
