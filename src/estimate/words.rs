//! Estimates as people read them, rounded as far as they are uncertain. Pure.

use super::Spread;
use crate::ui::fmt;

/// `12 min, 10 to 15 min`: the lower end is rounded down and the upper end up, both to two digits at most.
pub fn time(seconds: Spread) -> String {
    // One unit for all three, that of what is expected.
    let (unit, length) = match seconds.mean {
        mean if mean < 90.0 => ("s", 1.0),
        mean if mean < 90.0 * 60.0 => ("min", 60.0),
        mean if mean < 48.0 * 3600.0 => ("h", 3600.0),
        _ => ("days", 86_400.0),
    };
    range(seconds.times(1.0 / length), number, &format!(" {unit}"))
}

/// `about 12 min, 10 to 15 min`.
pub fn about_time(seconds: Spread) -> String {
    format!("about {}", time(seconds))
}

/// `$0.24, $0.20 to $0.29`.
pub fn dollars(amount: Spread) -> String {
    range(amount, price, "")
}

/// `about $0.24, $0.20 to $0.29`.
pub fn about_dollars(amount: Spread) -> String {
    format!("about {}", dollars(amount))
}

/// `1.2 MB to 40 MB`.
pub fn about_bytes(low: u64, high: u64) -> String {
    let rounded = |bytes: u64, how: fn(f64) -> f64| fmt::bytes(two_digits(bytes as f64, how) as u64);
    let (low, high) = (rounded(low, f64::floor), rounded(high, f64::ceil));
    if low == high { low } else { format!("{low} to {high}") }
}

/// A price a second as people write it: `0.00031`, though an hour's price divided by 3600 is never quite that.
pub fn per_second(rate: f64) -> String {
    let places = (3 - rate.log10().floor() as i32).clamp(2, 12) as usize;
    format!("{rate:.places$}").trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn range(spread: Spread, text: fn(f64) -> String, unit: &str) -> String {
    let mean = text(two_digits(spread.mean, f64::round));
    let low = text(two_digits(spread.low, f64::floor));
    let high = text(two_digits(spread.high, f64::ceil));
    let range = if low == high { String::new() } else { format!(", {low} to {high}{unit}") };
    format!("{mean}{unit}{range}")
}

/// An amount of two digits that count, cents at least.
fn price(amount: f64) -> String {
    if (0.01..0.1).contains(&amount) { format!("${amount:.3}") } else { fmt::dollars(amount) }
}

/// At most two digits that are not zero; nothing below a tenth of a thousandth.
fn two_digits(value: f64, round: fn(f64) -> f64) -> f64 {
    if !value.is_finite() || value <= 0.0 {
        return 0.0;
    }
    let step = 10_f64.powi((value.log10().floor() as i32 - 1).max(-4));
    // What is a round number but for the last bit stays one.
    round((value / step * 1e6).round() / 1e6) * step
}

/// A number of at most two digits, without zeros behind its point.
fn number(value: f64) -> String {
    if value >= 9.95 || value <= 0.0 {
        return format!("{value:.0}");
    }
    let places = (1 - value.log10().floor() as i32).clamp(0, 5) as usize;
    format!("{value:.places$}").trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn spread(low: f64, mean: f64, high: f64) -> Spread {
        Spread { low, mean, high }
    }

    #[test]
    fn times_are_rounded_as_far_as_they_are_uncertain() {
        for (seconds, text) in [
            (spread(640.0, 721.0, 870.0), "about 12 min, 10 to 15 min"),
            (spread(21.4, 24.6, 29.1), "about 25 s, 21 to 30 s"),
            (spread(2.04, 2.24, 2.31), "about 2.2 s, 2 to 2.4 s"),
            (spread(231.0, 250.0, 275.0), "about 4.2 min, 3.8 to 4.6 min"),
            (spread(9000.0, 10_000.0, 12_345.0), "about 2.8 h, 2.5 to 3.5 h"),
            (spread(300_000.0, 350_000.0, 400_000.0), "about 4.1 days, 3.4 to 4.7 days"),
            (Spread::exact(30.0), "about 30 s"),
            (Spread::exact(0.0), "about 0 s"),
            (spread(0.001_96, 0.0023, 0.3), "about 0.0023 s, 0.0019 to 0.3 s"),
            (spread(0.96, 1.0, 9.99), "about 1 s, 0.96 to 10 s"),
        ] {
            assert_eq!(about_time(seconds), text);
        }
    }

    #[test]
    fn money_has_two_digits_that_count() {
        for (amount, text) in [
            (spread(0.2011, 0.2349, 0.2833), "about $0.23, $0.20 to $0.29"),
            (spread(0.0031, 0.0042, 0.0061), "about $0.0042, $0.0031 to $0.0061"),
            (spread(1.0, 12.4, 101.0), "about $12.00, $1.00 to $110.00"),
            (spread(0.0202, 0.0211, 0.0228), "about $0.021, $0.020 to $0.023"),
            (Spread::exact(0.0), "about $0.0000"),
        ] {
            assert_eq!(about_dollars(amount), text);
        }
    }

    #[test]
    fn a_price_a_second_is_short() {
        let told = [1.116 / 3600.0, 1.0, 0.5, 12.25, 1e-9].map(per_second);
        assert_eq!(told, ["0.00031", "1", "0.5", "12.25", "0.000000001"]);
    }

    #[test]
    fn sizes_are_a_range() {
        assert_eq!(about_bytes(1_234_567, 39_100_000), "1.2 MB to 40.0 MB");
        assert_eq!(about_bytes(500, 500), "500 B");
        assert_eq!(about_bytes(0, 999), "0 B to 1.0 kB");
    }

    proptest! {
        #[test]
        fn the_range_holds_what_it_should(value in 0.001_f64..1e7) {
            let (low, high) = (two_digits(value, f64::floor), two_digits(value, f64::ceil));
            prop_assert!(low <= value * 1.000_001 && high >= value * 0.999_999, "{low} {value} {high}");
            prop_assert!(high - low <= value * 0.101 + 1.1e-4, "{low} {value} {high}");
            prop_assert!(about_time(Spread::exact(value)).len() < 40);
        }
    }
}
