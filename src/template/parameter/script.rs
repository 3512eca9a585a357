//! Scripts that Blender sets wrongly: its text objects know neither the Unicode bidirectional algorithm nor joined forms.

/// The first letter that is written from right to left. Digits are not, and the Arabic presentation forms are what a
/// text consists of that somebody else has set already.
pub(super) fn right_to_left(text: &str) -> Option<char> {
    text.chars().find(|letter| {
        matches!(
            letter,
            // Hebrew, Arabic, Syriac, Thaana, NKo, Samaritan, Mandaic, and what extends them,
            '\u{590}'..='\u{65f}' | '\u{66a}'..='\u{6ef}' | '\u{6fa}'..='\u{8ff}'
            // Hebrew presentation forms, which are in the order of reading,
            | '\u{fb1d}'..='\u{fb4f}'
            // ancient scripts and Rohingya, and Mende Kikakui, Adlam and Arabic for mathematics.
            | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}'
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_that_run_to_the_left_are_found_and_no_others() {
        for (text, letter) in
            [("שלום", 'ש'), ("News مرحبا", 'م'), ("\u{fb2a}", '\u{fb2a}'), ("\u{1e900}", '\u{1e900}')]
        {
            assert_eq!(right_to_left(text), Some(letter), "{text}");
        }
        for text in
            ["", "Hello", "Grüße", "Привет", "こんにちは", "नमस्ते", "สวัสดี", "٣٤", "🙂", "\u{fee3}\u{feae}"]
        {
            assert_eq!(right_to_left(text), None, "{text}");
        }
    }
}
