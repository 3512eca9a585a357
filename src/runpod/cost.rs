//! What a job costs, as far as that can be told from here.

/// US dollars for `execution_ms` milliseconds at a worker of `rate` dollars a second. Started seconds are paid whole; a
/// worker's start and its idle time are paid too, but are not known here: the bill is not lower than this.
pub fn estimate(execution_ms: u64, rate: f64) -> f64 {
    execution_ms.div_ceil(1000) as f64 * rate
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn started_seconds_are_paid_whole() {
        for (millis, seconds) in [(0, 0.0), (1, 1.0), (1000, 1.0), (1001, 2.0), (3_600_000, 3600.0)] {
            assert_eq!(estimate(millis, 0.5), seconds * 0.5);
        }
    }
}
