//! How far text goes on without anything special.

/// Bytes looked at together: a fixed block without an early exit is what compilers turn into vector instructions.
const BLOCK: usize = 64;

/// The length of the run at the start of `text` that holds no byte that `stops`.
pub(super) fn run(text: &[u8], stops: impl Fn(u8) -> bool) -> usize {
    let clean = text
        .chunks_exact(BLOCK)
        .take_while(|block| !block.iter().fold(false, |found, &byte| found | stops(byte)))
        .count();
    let start = clean * BLOCK;
    let rest = &text[start..];
    start + rest.iter().position(|&byte| stops(byte)).unwrap_or(rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_ends_where_a_plain_search_ends(text in proptest::collection::vec(0_u8..8, 0..300), stop in 0_u8..9) {
            let plain = text.iter().position(|&byte| byte == stop).unwrap_or(text.len());
            prop_assert_eq!(run(&text, |byte| byte == stop), plain);
        }
    }
}
