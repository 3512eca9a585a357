//! Whether a process group still computes, read from `/proc`.

use std::time::Duration;

/// What a process group has used so far, and what it does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Usage {
    /// Processor time of all members. Members that ended count through their parents (`cutime`, `cstime`), so the sum does
    /// not fall while the leader lives. Zero when the group is gone.
    pub(super) cpu: Duration,
    /// Whether a thread of a member runs, or would if there were a processor for it (state `R`).
    pub(super) runs: bool,
    /// Whether a thread of a member waits for a disk.
    pub(super) waits_for_disk: bool,
    /// The places in the open files of all members, summed: another sum after each read and each write. A pipe has none.
    pub(super) positions: u64,
}

/// Whether there is anything to look at: not on systems other than Linux, nor in a place without `/proc`.
pub(super) fn is_seen() -> bool {
    cfg!(target_os = "linux") && fs_err::metadata("/proc/self/stat").is_ok()
}

/// Looks at all members of a process group.
#[cfg(target_os = "linux")]
pub(super) fn group_usage(group: i32) -> Usage {
    use nix::unistd::{SysconfVar, sysconf};

    let ticks_per_second = sysconf(SysconfVar::CLK_TCK).ok().flatten().unwrap_or(100).max(1);
    let (mut ticks, mut positions, mut states) = (0_u64, 0_u64, Vec::new());
    for process in numbered(std::path::Path::new("/proc")) {
        let Some(used) = stat(&process).and_then(|stat| member_ticks(&stat, group)) else { continue };
        ticks += used;
        let tasks = process.join("task");
        states.extend(numbered(&tasks).filter_map(|thread| state(&thread)));
        let files = process.join("fdinfo");
        positions = numbered(&files).filter_map(|file| position(&file)).fold(positions, u64::wrapping_add);
    }
    let cpu = Duration::from_millis(ticks.saturating_mul(1000) / ticks_per_second.unsigned_abs());
    Usage { cpu, runs: states.contains(&'R'), waits_for_disk: states.contains(&'D'), positions }
}

/// Without `/proc` nothing can be seen; a growing figure would hide that a group is still, so it stands still.
#[cfg(not(target_os = "linux"))]
pub(super) fn group_usage(_group: i32) -> Usage {
    Usage::default()
}

#[cfg(target_os = "linux")]
fn numbered(folder: &std::path::Path) -> impl Iterator<Item = std::path::PathBuf> {
    fs_err::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .filter(|entry| entry.file_name().as_encoded_bytes().iter().all(u8::is_ascii_digit))
        .map(|entry| entry.path())
}

#[cfg(target_os = "linux")]
fn stat(process: &std::path::Path) -> Option<String> {
    fs_err::read(process.join("stat")).ok().map(|stat| String::from_utf8_lossy(&stat).into_owned())
}

/// The state of a thread; `D` also for one that waits for FUSE, as which many network disks are mounted: it sleeps as if it
/// waited for nothing in particular.
#[cfg(target_os = "linux")]
fn state(thread: &std::path::Path) -> Option<char> {
    let state = fields(&stat(thread)?).first()?.chars().next()?;
    let waits = || fs_err::read_to_string(thread.join("wchan")).is_ok_and(|place| is_of_fuse(&place));
    Some(if state == 'S' && waits() { 'D' } else { state })
}

/// Whether this is where Linux waits for the answer of a FUSE server (`fs/fuse/dev.c`); compilers inline the first.
#[cfg(target_os = "linux")]
fn is_of_fuse(place: &str) -> bool {
    place == "request_wait_answer" || place.contains("fuse_")
}

/// `pos:` is the first line (see proc_pid_fdinfo(5)).
#[cfg(target_os = "linux")]
fn position(file: &std::path::Path) -> Option<u64> {
    let info = fs_err::read_to_string(file).ok()?;
    info.lines().next()?.strip_prefix("pos:")?.trim().parse().ok()
}

/// The command name in parentheses may hold spaces and parentheses, so fields are counted from the last `)`:
/// state, ppid, pgrp, …, utime is the 12th, then stime, cutime, cstime (see proc(5)).
#[cfg(target_os = "linux")]
fn fields(stat: &str) -> Vec<&str> {
    stat.rfind(')').map_or_else(Vec::new, |end| stat[end + 1..].split_whitespace().collect())
}

/// Clock ticks of one `/proc/PID/stat`, if that process is in the group.
#[cfg(target_os = "linux")]
fn member_ticks(stat: &str, group: i32) -> Option<u64> {
    let fields = fields(stat);
    if fields.get(2)?.parse::<i32>().ok()? != group {
        return None;
    }
    fields.get(11..15)?.iter().map(|field| field.parse::<u64>().ok()).sum()
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn names_with_parentheses_do_not_shift_the_fields() {
        let stat = "42 (a) b) R 1 77 77 0 -1 4194304 100 0 0 0 30 12 5 3 20 0 1 0 100 0 0";
        assert_eq!(member_ticks(stat, 77), Some(50));
        assert_eq!(member_ticks(stat, 78), None);
        assert_eq!(member_ticks("rubbish", 77), None);
        assert_eq!(fields(stat)[0], "R");
    }

    #[test]
    fn this_process_group_has_used_time() {
        let group = nix::unistd::getpgrp().as_raw();
        let before = group_usage(group).cpu;
        let mut number = 1_u64;
        while group_usage(group).cpu == before {
            (0..1_000_000).for_each(|step| number = number.wrapping_mul(step | 1));
        }
        assert_ne!(number, 3);
    }

    #[test]
    fn a_thread_that_asks_runs() {
        let group = nix::unistd::getpgrp().as_raw();
        assert!(group_usage(group).runs && !group_usage(i32::MAX).runs);
    }

    #[test]
    fn waiting_for_fuse_is_told_from_waiting_for_a_pipe() {
        assert!(is_of_fuse("request_wait_answer") && is_of_fuse("__fuse_simple_request"));
        assert!(!["pipe_read", "futex_wait_queue", "0", ""].iter().any(|place| is_of_fuse(place)));
    }

    #[test]
    fn a_read_moves_a_position() {
        use std::io::Read;

        let mut file = fs_err::File::open("/proc/self/exe").unwrap();
        let number = std::os::fd::AsRawFd::as_raw_fd(&file);
        let place = format!("/proc/self/fdinfo/{number}");
        assert_eq!(position(place.as_ref()), Some(0));
        file.read_exact(&mut [0; 10]).unwrap();
        assert_eq!(position(place.as_ref()), Some(10));
    }
}
