//! The name that was probably meant.

/// The known name that differs least from `name`, if it is near enough to be meant.
pub(crate) fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a String>) -> Option<&'a str> {
    let (distance, best) = known.into_iter().map(|other| (distance(name, other), other)).min()?;
    (distance <= 1 + name.chars().count() / 4).then_some(best.as_str())
}

/// Levenshtein distance.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, y) in b.iter().enumerate() {
            let next = (diagonal + usize::from(x != *y)).min(row[j] + 1).min(row[j + 1] + 1);
            diagonal = std::mem::replace(&mut row[j + 1], next);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_near_is_meant() {
        let known = ["accent".to_owned(), "glow".to_owned()];
        assert_eq!(nearest("acent", &known), Some("accent"));
        assert_eq!(nearest("glwo", &known), Some("glow"));
        assert_eq!((nearest("zzzzzz", &known), nearest("a", &[])), (None, None));
    }
}
