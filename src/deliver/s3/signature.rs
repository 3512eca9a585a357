//! AWS Signature Version 4 in the `Authorization` header, over the SHA-256 of the body. Pure.

use std::time::SystemTime;

use reqwest::Url;
use rusty_s3::Credentials;
use sha2::{Digest, Sha256};

use crate::paths::hex;

/// SHA-256 of no bytes.
pub(super) const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// What is signed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Signed<'a> {
    pub(super) method: &'a str,
    /// Its query from [`query`].
    pub(super) url: &'a Url,
    /// SHA-256 of the body, in hexadecimal.
    pub(super) content: &'a str,
    pub(super) region: &'a str,
    pub(super) time: SystemTime,
}

/// The values of the headers `x-amz-date` and `authorization`.
pub(super) fn sign(what: Signed<'_>, credentials: &Credentials) -> (String, String) {
    let Signed { method, url, content, region, time } = what;
    // 2013-05-24T00:00:00Z as S3 wants it: 20130524T000000Z.
    let date = humantime::format_rfc3339_seconds(time).to_string().replace(['-', ':'], "");
    let day = &date[..8];
    let host = match url.port() {
        Some(port) => format!("{}:{port}", url.host_str().unwrap_or_default()),
        None => url.host_str().unwrap_or_default().to_owned(),
    };
    let (path, query) = (url.path(), url.query().unwrap_or_default());
    let names = "host;x-amz-content-sha256;x-amz-date";
    let canonical = format!(
        "{method}\n{path}\n{query}\nhost:{host}\nx-amz-content-sha256:{content}\nx-amz-date:{date}\n\n{names}\n{content}"
    );
    let scope = format!("{day}/{region}/s3/aws4_request");
    let text = format!("AWS4-HMAC-SHA256\n{date}\n{scope}\n{}", hex(&Sha256::digest(canonical)));
    let start = format!("AWS4{}", credentials.secret()).into_bytes();
    let key = [day, region, "s3", "aws4_request"].iter().fold(start, |key, part| hmac(&key, part.as_bytes()));
    let signature = hex(&hmac(&key, text.as_bytes()));
    let credential = credentials.key();
    let header = format!(
        "AWS4-HMAC-SHA256 Credential={credential}/{scope}, SignedHeaders={names}, Signature={signature}"
    );
    (date, header)
}

/// A query in the one spelling that can be signed: sorted, and with everything encoded but letters, digits and `-._~`.
pub(super) fn query(pairs: &[(&str, &str)]) -> String {
    let encode = |text: &str| -> String {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        text.bytes()
            .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
            .collect()
    };
    let mut pairs: Vec<_> =
        pairs.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
    pairs.sort();
    pairs.join("&")
}

/// HMAC-SHA256 (RFC 2104).
fn hmac(key: &[u8], message: &[u8]) -> Vec<u8> {
    let mut block = [0; 64];
    if key.len() > block.len() {
        block[..32].copy_from_slice(&Sha256::digest(key));
    } else {
        block[..key.len()].copy_from_slice(key);
    }
    let padded = |pad: u8| block.map(|byte| byte ^ pad);
    let inner = Sha256::new().chain_update(padded(0x36)).chain_update(message).finalize();
    Sha256::new().chain_update(padded(0x5c)).chain_update(inner).finalize().to_vec()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// The examples in AWS' description of signatures in the `Authorization` header.
    #[test]
    fn aws_own_examples() {
        let credentials =
            Credentials::new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
        let examples = [
            (query(&[("lifecycle", "")]), "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"),
            (
                query(&[("prefix", "J"), ("max-keys", "2")]),
                "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
            ),
        ];
        for (query, signature) in examples {
            let url = format!("https://examplebucket.s3.amazonaws.com/?{query}").parse().unwrap();
            let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_369_353_600);
            let what = Signed { method: "GET", url: &url, content: EMPTY, region: "us-east-1", time };
            let (date, header) = sign(what, &credentials);
            assert_eq!(date, "20130524T000000Z");
            assert!(header.ends_with(&format!("Signature={signature}")), "{header}");
        }
    }

    /// RFC 4231, test cases 2 and 6.
    #[test]
    fn the_rfcs_own_examples() {
        assert_eq!(
            hex(&hmac(b"Jefe", b"what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
        assert_eq!(
            hex(&hmac(&[0xaa; 131], b"Test Using Larger Than Block-Size Key - Hash Key First")),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        );
    }

    #[test]
    fn a_query_is_sorted_and_encoded() {
        let query = query(&[("uploadId", "a+b/c=~ä"), ("partNumber", "1")]);
        assert_eq!(query, "partNumber=1&uploadId=a%2Bb%2Fc%3D~%C3%A4");
        let url: Url = format!("http://h/?{query}").parse().unwrap();
        assert_eq!(url.query(), Some(query.as_str()));
    }
}
