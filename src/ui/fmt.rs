//! Durations, sizes and counts as people read them.

use std::time::Duration;

/// `1.9 s`, `45 s`, `4m 10s`, `1h 02m`.
pub fn duration(time: Duration) -> String {
    let tenths = (time.as_millis() + 50) / 100;
    if tenths < 100 {
        return format!("{}.{} s", tenths / 10, tenths % 10);
    }
    let seconds = (time.as_millis() + 500) / 1000;
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, s) => format!("{s} s"),
        (0, m, s) => format!("{m}m {s:02}s"),
        (h, m, _) => format!("{h}h {m:02}m"),
    }
}

/// Seconds from a JSON field or an event; nonsense becomes zero.
pub fn seconds(seconds: f64) -> String {
    duration(Duration::try_from_secs_f64(seconds).unwrap_or_default())
}

/// `00:03:12`, of the same width below a hundred hours.
pub fn clock(time: Duration) -> String {
    let s = time.as_secs();
    format!("{:02}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60)
}

/// `999 B`, `12.3 MB`, `482 MB`: decimal, three digits.
pub fn bytes(count: u64) -> String {
    if count < 1000 {
        return format!("{count} B");
    }
    let mut value = count as f64 / 1000.0;
    let mut units = ["kB", "MB", "GB", "TB", "PB", "EB"].into_iter();
    let mut unit = units.next().unwrap_or_default();
    // 999.95 would be printed with four digits.
    while value >= 999.5 {
        let Some(next) = units.next() else { break };
        (value, unit) = (value / 1000.0, next);
    }
    if value < 99.95 { format!("{value:.1} {unit}") } else { format!("{value:.0} {unit}") }
}

/// How long ago something was, in one unit: `40s`, `3m`, `2h`, `5d`.
pub fn age(time: Duration) -> String {
    match time.as_secs() {
        s @ 0..60 => format!("{s}s"),
        s @ 60..3600 => format!("{}m", s / 60),
        s @ 3600..172_800 => format!("{}h", s / 3600),
        s => format!("{}d", s / 86_400),
    }
}

/// US dollars: `$0.0031`, `$1.24`.
pub fn dollars(amount: f64) -> String {
    if amount < 0.1 { format!("${amount:.4}") } else { format!("${amount:.2}") }
}

/// `1 frame`, `240 frames`.
pub fn count(number: u32, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn durations_get_coarser() {
        for (millis, text) in [
            (0, "0.0 s"),
            (1_940, "1.9 s"),
            (9_949, "9.9 s"),
            (9_950, "10 s"),
            (59_499, "59 s"),
            (59_500, "1m 00s"),
            (250_000, "4m 10s"),
            (3_599_500, "1h 00m"),
            (3_720_000, "1h 02m"),
            (400_000_000, "111h 06m"),
        ] {
            assert_eq!(duration(Duration::from_millis(millis)), text);
        }
        assert_eq!(
            (seconds(f64::NAN), seconds(-1.0), seconds(312.4)),
            ("0.0 s".into(), "0.0 s".into(), "5m 12s".into())
        );
        assert_eq!(clock(Duration::from_secs(192)), "00:03:12");
        assert_eq!(clock(Duration::MAX).len(), 22);
    }

    #[test]
    fn sizes_have_three_digits() {
        for (size, text) in [
            (0, "0 B"),
            (999, "999 B"),
            (1_000, "1.0 kB"),
            (12_345_678, "12.3 MB"),
            (99_949_999, "99.9 MB"),
            (99_950_000, "100 MB"),
            (999_499_999, "999 MB"),
            (999_500_000, "1.0 GB"),
            (u64::MAX, "18.4 EB"),
        ] {
            assert_eq!(bytes(size), text);
        }
        assert_eq!((count(1, "frame"), count(0, "frame")), ("1 frame".into(), "0 frames".into()));
    }

    #[test]
    fn ages_have_one_unit_and_prices_two_or_four_places() {
        let ages = [
            (0, "0s"),
            (59, "59s"),
            (60, "1m"),
            (3599, "59m"),
            (7200, "2h"),
            (172_799, "47h"),
            (432_000, "5d"),
        ];
        for (seconds, text) in ages {
            assert_eq!(age(Duration::from_secs(seconds)), text);
        }
        assert_eq!((dollars(0.0031), dollars(1.239)), ("$0.0031".into(), "$1.24".into()));
    }

    proptest! {
        #[test]
        fn nothing_is_too_long(millis: u64, size: u64, s: f64) {
            prop_assert!(bytes(size).len() <= 7);
            prop_assert!(!duration(Duration::from_millis(millis)).is_empty());
            prop_assert!(!seconds(s).is_empty());
        }
    }
}
