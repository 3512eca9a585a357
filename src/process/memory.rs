//! How much memory child processes took.

use nix::sys::resource::{UsageWho, getrusage};

/// The most memory, in bytes, that any process had at once which this one started and waited for, and those that they
/// waited for in turn.
pub fn largest_child() -> Option<u64> {
    let peak = getrusage(UsageWho::RUSAGE_CHILDREN).ok()?.max_rss();
    // Linux counts in kibibytes, macOS in bytes.
    let unit = if cfg!(target_os = "macos") { 1 } else { 1024 };
    u64::try_from(peak).ok().filter(|peak| *peak > 0).map(|peak| peak * unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_child_that_was_waited_for_had_memory() {
        assert!(std::process::Command::new("true").status().unwrap().success());
        assert!(largest_child().is_some_and(|bytes| bytes > 100_000));
    }
}
