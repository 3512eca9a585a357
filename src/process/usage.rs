//! Whether a process group still computes, read from `/proc`.

use std::time::Duration;

use nix::unistd::{SysconfVar, sysconf};

/// Processor time that all members of a process group have used so far.
///
/// Members that ended count through their parents (`cutime`, `cstime`), so the sum does not fall while the
/// leader lives. Zero when the group is gone.
pub fn group_cpu_time(group: i32) -> Duration {
    let ticks_per_second = sysconf(SysconfVar::CLK_TCK).ok().flatten().unwrap_or(100).max(1);
    let entries = fs_err::read_dir("/proc").into_iter().flatten().flatten();
    let ticks: u64 = entries
        .filter(|entry| entry.file_name().as_encoded_bytes().iter().all(u8::is_ascii_digit))
        .filter_map(|entry| fs_err::read(entry.path().join("stat")).ok())
        .filter_map(|stat| member_ticks(&String::from_utf8_lossy(&stat), group))
        .sum();
    Duration::from_millis(ticks.saturating_mul(1000) / ticks_per_second.unsigned_abs())
}

/// Clock ticks of one `/proc/PID/stat`, if that process is in the group.
///
/// The command name in parentheses may hold spaces and parentheses, so fields are counted from the last `)`:
/// state, ppid, pgrp, …, utime is the 12th, then stime, cutime, cstime (see proc(5)).
fn member_ticks(stat: &str, group: i32) -> Option<u64> {
    let fields: Vec<&str> = stat.get(stat.rfind(')')? + 1..)?.split_whitespace().collect();
    if fields.get(2)?.parse::<i32>().ok()? != group {
        return None;
    }
    fields.get(11..15)?.iter().map(|field| field.parse::<u64>().ok()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_parentheses_do_not_shift_the_fields() {
        let stat = "42 (a) b) R 1 77 77 0 -1 4194304 100 0 0 0 30 12 5 3 20 0 1 0 100 0 0";
        assert_eq!(member_ticks(stat, 77), Some(50));
        assert_eq!(member_ticks(stat, 78), None);
        assert_eq!(member_ticks("rubbish", 77), None);
    }

    #[test]
    fn this_process_group_has_used_time() {
        let group = nix::unistd::getpgrp().as_raw();
        let before = group_cpu_time(group);
        let mut number = 1_u64;
        while group_cpu_time(group) == before {
            (0..1_000_000).for_each(|step| number = number.wrapping_mul(step | 1));
        }
        assert_ne!(number, 3);
    }
}
