//! Small scanners: each takes a value off the front of a text and hands back the rest.

use std::str::FromStr;
use std::time::Duration;

/// Decimal digits.
pub(super) fn number<T: FromStr>(text: &str) -> Option<(T, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at_checked(end)?;
    Some((digits.parse().ok()?, rest))
}

/// Decimal digits, perhaps after a minus.
pub(super) fn signed(text: &str) -> Option<(i32, &str)> {
    match text.strip_prefix('-') {
        Some(digits) => number::<i32>(digits).map(|(n, rest)| (-n, rest)),
        None => number(text),
    }
}

/// `MM:SS`, `MM:SS.cc`, `HH:MM:SS.cc`.
pub(super) fn duration(text: &str) -> Option<(Duration, &str)> {
    let (first, rest) = number::<u64>(text)?;
    let (second, mut rest) = number::<u64>(rest.strip_prefix(':')?)?;
    let mut seconds = first.checked_mul(60)?.checked_add(second)?;
    if let Some((third, after)) = rest.strip_prefix(':').and_then(number::<u64>) {
        seconds = seconds.checked_mul(60)?.checked_add(third)?;
        rest = after;
    }
    let (nanos, rest) = fraction(rest, 9);
    Some((Duration::new(seconds, u32::try_from(nanos).ok()?), rest))
}

/// `10.41M` or `1450M`, in bytes; K and G are understood too.
pub(super) fn size(text: &str) -> Option<(u64, &str)> {
    let (whole, rest) = number::<u64>(text)?;
    let (millionths, rest) = fraction(rest, 6);
    let mut chars = rest.chars();
    let unit: u64 = match chars.next()? {
        'K' => 1 << 10,
        'M' => 1 << 20,
        'G' => 1 << 30,
        _ => return None,
    };
    let bytes = whole.checked_mul(unit)?.checked_add(millionths * unit / 1_000_000)?;
    Some((bytes, chars.as_str()))
}

/// `1/300` or `1 / 4`.
pub(super) fn ratio<'a>(text: &'a str, slash: &str) -> Option<((u32, u32), &'a str)> {
    let (done, rest) = number(text)?;
    let (of, rest) = number(rest.strip_prefix(slash)?)?;
    Some(((done, of), rest))
}

/// Takes `label` and at most one space after it, as 5.x writes it.
pub(super) fn label<'a>(text: &'a str, label: &str) -> Option<&'a str> {
    let rest = text.strip_prefix(label)?;
    Some(rest.strip_prefix(' ').unwrap_or(rest))
}

/// The first place where `needle` stands and `read` understands the text from there on.
pub(super) fn find<'a, T>(
    text: &'a str,
    needle: &str,
    read: impl Fn(&'a str) -> Option<T>,
) -> Option<(usize, T)> {
    text.match_indices(needle).find_map(|(at, _)| Some((at, read(text.get(at..)?)?)))
}

/// An optional `.ddd` as a whole number of `10^-places`; further digits are dropped.
fn fraction(text: &str, places: u32) -> (u64, &str) {
    let Some(digits) = text.strip_prefix('.') else { return (0, text) };
    let mut value = 0;
    let mut scale = 10_u64.pow(places);
    let mut rest = digits;
    while let Some(digit) = rest.bytes().next().filter(u8::is_ascii_digit) {
        scale /= 10;
        value += u64::from(digit - b'0') * scale;
        rest = rest.get(1..).unwrap_or_default();
    }
    (value, rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        let read = |text| duration(text).map(|(d, rest)| (d.as_millis(), rest));
        assert_eq!(read("00:00.46 |"), Some((460, " |")));
        assert_eq!(read("01:43.73"), Some((103_730, "")));
        assert_eq!(read("02:01:43.7)"), Some((7_303_700, ")")));
        assert_eq!(read("125:10:00.00"), Some((450_600_000, "")));
        assert_eq!(read("01:02"), Some((62_000, "")));
        assert_eq!(read("12.5"), None);
        assert_eq!(read("99999999999999999999:00"), None);
        assert_eq!(read("18446744073709551615:00"), None);
    }

    #[test]
    fn sizes() {
        assert_eq!(size("1450M |"), Some((1450 << 20, " |")));
        assert_eq!(size("10.50M"), Some((11_010_048, "")));
        assert_eq!(size("0.00M,"), Some((0, ",")));
        assert_eq!(size("2G"), Some((2 << 30, "")));
        assert_eq!(size("12"), None);
        assert_eq!(size("18446744073709551615M"), None);
    }

    #[test]
    fn numbers() {
        assert_eq!(signed("-5 Mem"), Some((-5, " Mem")));
        assert_eq!(signed("--5"), None);
        assert_eq!(ratio("3/4H", "/"), Some(((3, 4), "H")));
        assert_eq!(ratio("3 / 4", "/"), None);
        assert_eq!(ratio("3/99999999999", "/"), None);
    }
}
