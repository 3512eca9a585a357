//! Base64 as clients write it.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// Padded or not: some encoders leave the `=` out.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The bytes of a field. A data URI's head and white space, as line-wrapping encoders make it, are left out.
///
/// # Errors
/// Why there are none, as part of a sentence.
pub fn decode_base64(data: &str) -> Result<Vec<u8>, String> {
    let data = data.trim_start();
    let body = match data.strip_prefix("data:") {
        Some(rest) => rest.split_once(',').map_or(rest, |(_, body)| body),
        None => data,
    };
    let bare: Vec<u8> = body.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    if bare.is_empty() {
        return Err("it is empty".to_owned());
    }
    BASE64
        .decode(&bare)
        .map_err(|error| format!("it is not base64: {error} (of {} without white space)", bare.len()))
}
