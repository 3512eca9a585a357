use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;
use serde_json::json;

use super::*;

fn read(pieces: &[&[u8]]) -> Result<(Value, Vec<u8>)> {
    let (mut text, mut clip) = (JsonText::new(0), Vec::new());
    for piece in pieces {
        text.push(piece, &mut clip)?;
    }
    Ok((text.finish()?, clip))
}

fn clip(length: usize) -> Vec<u8> {
    let start = b"\0\0\0\x14ftypisom\0\0\x02\0isom".iter().copied();
    start.chain((0..length).map(|number| (number * 7 % 251) as u8)).collect()
}

fn base64(length: usize) -> String {
    STANDARD.encode(clip(length))
}

/// The text with every symbol that JSON writers are known to escape in one of their ways.
fn escaped(text: &str) -> String {
    let symbols = text.chars().enumerate().map(|(at, c)| match (c, at % 3) {
        ('/', 0 | 1) => r"\/".to_owned(),
        ('=', _) => r"\u003d".to_owned(),
        ('+', 0) => r"\u002B".to_owned(),
        _ if at % 76 == 75 => format!("{c}\\r\\n"),
        _ if at % 76 == 20 => format!("{c}\n"),
        _ => c.to_string(),
    });
    symbols.collect()
}

#[test]
fn order_and_nesting_do_not_matter() {
    let text = base64(1000);
    for document in [
        json!({"id": "a", "status": "COMPLETED", "output": {"video_base64": text, "sha256": "x"}}),
        json!({"output": {"template": "AAAA", "a": [1, {"data:": null}], "video_base64": text}, "id": "\"\\"}),
        json!([[{"x": text}]]),
        json!(text),
        json!(format!("data:video/mp4;base64,{text}")),
    ] {
        let (value, found) = read(&[document.to_string().as_bytes()]).unwrap();
        assert_eq!(found, clip(1000));
        let prefixed = document.to_string().replace(&format!("data:video/mp4;base64,{text}"), CLIP_JSON);
        assert_eq!(value.to_string(), prefixed.replace(&text, CLIP_JSON));
    }
}

#[test]
fn escapes_and_raw_line_breaks_are_part_of_base64() {
    let document = format!("{{\"v\": \" \\n{}\"}}", escaped(&base64(5000)));
    assert!(document.contains(r"\u003d") && document.contains(r"\/"));
    assert_eq!(read(&[document.as_bytes()]).unwrap(), (json!({"v": CLIP}), clip(5000)));
}

#[test]
fn long_strings_are_cut_and_everything_behind_them_is_kept() {
    let long = format!("{}\\n\\u00e9", "xé\\\"".repeat(50_000));
    let document =
        format!("{{\"input\": \"{long}\", \"v\": \"{}\", \"last\": \"{long}\", \"n\": 1}}", base64(10));
    let (value, found) = read(&[document.as_bytes()]).unwrap();
    assert_eq!((found, &value["v"], &value["n"]), (clip(10), &json!(CLIP), &json!(1)));
    for field in ["input", "last"] {
        assert!((STRING / 2..=STRING).contains(&value[field].as_str().unwrap().len()));
    }
}

#[test]
fn a_string_is_never_cut_inside_a_character() {
    for shift in 0..14 {
        let long = format!("{}{}", "x".repeat(shift), "\\ud83d\\ude00é".repeat(10_000));
        let (value, _) = read(&[format!("[\"{long}\"]").as_bytes()]).unwrap();
        assert!(value[0].as_str().unwrap().len() > STRING / 4);
    }
}

#[test]
fn a_second_clip_and_a_cut_one_are_told_with_their_places() {
    let text = base64(10);
    let error = read(&[format!("[\"{text}\", \"{text}\"]").as_bytes()]).unwrap_err().to_string();
    assert!(error.contains(&format!("byte 2, another at byte {}", text.len() + 6)), "{error}");
    let error = read(&[format!("[\"{text}").as_bytes()]).unwrap_err();
    assert_eq!(error.code(), "truncated");
    assert!(error.to_string().contains(&format!("byte {}, inside the video", text.len() + 2)), "{error}");
    let error =
        read(&[format!("{{\"v\":\"{}\\q{text}\"}}", &text[..20]).as_bytes()]).unwrap_err().to_string();
    assert!(error.contains("byte 26: this byte is '\\\\'"), "{error}");
}

#[test]
fn hostile_text_is_an_error_or_a_document() {
    for text in ["\"", "\"\\", "\"\\u", "\"\\uD83D\\uDE00\"", "{]", "\\", "\"\\u00zz\"", "[[[", "\0", "nul"] {
        let _ = read(&[text.as_bytes()]);
    }
    let deep = "[".repeat(200_000);
    assert!(read(&[deep.as_bytes()]).unwrap_err().to_string().contains("recursion"));
}

proptest! {
    #[test]
    fn any_split_gives_the_same(cuts in proptest::collection::vec(any::<prop::sample::Index>(), 0..40), length in 0_usize..400) {
        let text = format!(
            "{{\"status\":\"COMPLETED\",\"error\":\"\\\\\\u00e9\\\"x\",\"output\":{{\"k\":\"AAAA\",\"video_base64\":\"{}\",\"é\":[\"\",1]}}}}",
            escaped(&base64(length))
        );
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(text.len() + 1)).collect();
        cuts.extend([0, text.len()]);
        cuts.sort_unstable();
        let pieces: Vec<&[u8]> = cuts.windows(2).map(|cut| &text.as_bytes()[cut[0]..cut[1]]).collect();
        let whole = read(&[text.as_bytes()]).unwrap();
        prop_assert_eq!(&whole.1, &clip(length));
        prop_assert_eq!(read(&pieces).unwrap(), whole);
    }

    #[test]
    fn nothing_panics(text: Vec<u8>, quoted: String) {
        let _ = read(&[&text]);
        let _ = read(&[&b"{\"a\":\""[..], quoted.as_bytes(), b"\"}"]);
    }
}
