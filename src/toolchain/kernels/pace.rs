//! How much of the machine a build takes, and for how long: ptxas itself tells nothing on its way.

use std::path::Path;
use std::time::Duration;

/// How kernels are compiled side by side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Crew {
    /// Compilers at one time.
    pub(super) at_once: usize,
    /// Threads of each.
    pub(super) threads: usize,
    /// What all of it should take.
    pub(super) expected: Duration,
}

/// Bytes of the PTX on which the figures below were measured, that of Blender 4.2.
const PTX: f64 = 25_965_979.0;
/// Seconds that one compiler spends in parts that no second core helps, and in those that all cores share. From
/// 194 s on 2 cores and 126 s on 16.
const ALONE: f64 = 116.0;
const SHARED: f64 = 155.0;
/// Bytes of memory that one thread of a compiler takes: 2.4 GB were measured with one, 4.8 GB with two.
const MEMORY: u64 = 2_500_000_000;

impl Crew {
    /// For so many kernels from PTX of so many bytes. A compiler for each comes before threads for one, which share only a
    /// part of the work; both as far as cores and memory go. Memory that is not known is taken for plenty.
    pub(super) fn new(kernels: usize, ptx: u64, cores: usize, memory: Option<u64>) -> Self {
        let size = ptx as f64 / PTX;
        let need = (MEMORY as f64 * size) as u64;
        let fit = memory.map_or(usize::MAX, |free| usize::try_from(free / need.max(1)).unwrap_or(usize::MAX));
        let at_once = kernels.min(cores).min(fit).max(1);
        let threads = cores.div_ceil(at_once).min(fit / at_once).max(1);
        let rounds = kernels.div_ceil(at_once) as f64;
        let one = ALONE + SHARED / threads as f64;
        let seconds = size * (rounds * one).max(kernels as f64 * (ALONE + SHARED) / cores as f64);
        Self { at_once, threads, expected: Duration::try_from_secs_f64(seconds).unwrap_or_default() }
    }
}

/// Bytes of memory that are free for this process, as far as the kernel and its control group tell.
pub(super) fn free_memory() -> Option<u64> {
    let read = |path: &str| fs_err::read_to_string(Path::new(path)).ok();
    let machine = read("/proc/meminfo").and_then(|text| available(&text));
    let number = |path: &str| read(path)?.trim().parse::<u64>().ok();
    let group = |limit: &str, used: &str| Some(number(limit)?.saturating_sub(number(used)?));
    let groups = [
        group("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current"),
        group("/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/memory/memory.usage_in_bytes"),
    ];
    groups.into_iter().chain([machine]).flatten().min()
}

fn available(meminfo: &str) -> Option<u64> {
    let line = meminfo.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    line.trim()
        .strip_suffix(" kB")?
        .trim()
        .parse::<u64>()
        .ok()
        .map(|kilobytes| kilobytes.saturating_mul(1024))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn crew(kernels: usize, cores: usize, gigabytes: u64) -> (usize, usize, u64) {
        let crew = Crew::new(kernels, PTX as u64, cores, Some(gigabytes * 1_000_000_000));
        (crew.at_once, crew.threads, crew.expected.as_secs())
    }

    #[test]
    fn one_kernel_takes_what_was_measured() {
        assert_eq!((crew(1, 2, 100), crew(1, 16, 100)), ((1, 2, 193), (1, 16, 125)));
    }

    #[test]
    fn several_share_cores_and_memory() {
        assert_eq!(crew(4, 16, 100), (4, 4, 154));
        assert_eq!(crew(4, 2, 100), (2, 1, 542));
        assert_eq!((crew(4, 16, 11).0, crew(4, 16, 11).1), (4, 1), "all fit, with a thread each");
        assert_eq!((crew(4, 16, 6).0, crew(1, 16, 11).1), (2, 4));
        assert_eq!((crew(4, 16, 1).0, crew(4, 16, 1).1), (1, 1), "one is always tried");
        assert_eq!(Crew::new(4, 0, 16, Some(0)).expected, Duration::ZERO);
        assert!(Crew::new(1, u64::MAX, 0, None).at_once == 1);
    }

    #[test]
    fn free_memory_is_read() {
        let text = "MemTotal:       24614336 kB\nMemFree:          400000 kB\nMemAvailable:   20000000 kB\n";
        assert_eq!(available(text), Some(20_480_000_000));
        assert_eq!((available(""), available("MemAvailable: lots")), (None, None));
    }
}
