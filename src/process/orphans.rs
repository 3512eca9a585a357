//! Processes whose parents died before them: the system hands them to PID 1, which is broll in a container.

use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::{Pid, getpid};

use super::groups;

/// Whether orphans are handed to this process: it is PID 1, or was told to adopt them (`PR_SET_CHILD_SUBREAPER`).
pub fn adopts_orphans() -> bool {
    getpid() == Pid::from_raw(1) || nix::sys::prctl::get_child_subreaper().unwrap_or(false)
}

/// Lets orphans that have ended go, so that they do not fill the process table; gives their number.
///
/// What broll started itself is left to its [`super::Child`].
pub fn reap_orphans() -> usize {
    // Nothing is started and none of broll's own children is forgotten while the lock is held.
    let own = groups();
    ended_children()
        .into_iter()
        .filter(|pid| !own.contains(pid))
        .filter(|pid| {
            matches!(
                waitpid(Pid::from_raw(*pid), Some(WaitPidFlag::WNOHANG)),
                Ok(WaitStatus::Exited(..) | WaitStatus::Signaled(..))
            )
        })
        .count()
}

fn ended_children() -> Vec<i32> {
    let parent = getpid().as_raw();
    let entries = fs_err::read_dir("/proc").into_iter().flatten().flatten();
    entries
        .filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok())
        .filter(|pid| {
            fs_err::read(format!("/proc/{pid}/stat"))
                .is_ok_and(|stat| is_ended_child(&String::from_utf8_lossy(&stat), parent))
        })
        .collect()
}

/// State and parent are the first two fields after the last `)` of `/proc/PID/stat` (see proc(5)).
fn is_ended_child(stat: &str, parent: i32) -> bool {
    let mut fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    fields.next() == Some("Z") && fields.next().and_then(|ppid| ppid.parse().ok()) == Some(parent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_zombies_of_this_parent_count() {
        assert!(is_ended_child("42 (a) b) Z 7 7 7 0 -1", 7));
        assert!(!is_ended_child("42 (a) b) Z 8 7 7 0 -1", 7));
        assert!(!is_ended_child("42 (Z) S 7 7 7 0 -1", 7));
        assert!(!is_ended_child("", 7));
    }
}
