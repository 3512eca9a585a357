//! What a client asks for: the body of `/run` and `/runsync`, and the `wait` of a query.

use std::time::Duration;

use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::net::Url;

/// Longest `executionTimeout` and `ttl`, in milliseconds: 7 days, as on RunPod.
const LONGEST: u64 = 7 * 24 * 3600 * 1000;

/// A job as it is asked for. No `Debug`: `s3Config` and the webhook hold secrets.
pub(super) struct Order {
    /// `{"input": …, "s3Config": …}`, both as the client wrote them.
    pub(super) job: String,
    pub(super) webhook: Option<String>,
    /// Milliseconds.
    pub(super) execution_timeout: Option<u64>,
    /// Milliseconds.
    pub(super) ttl: Option<u64>,
}

/// Keys beside these are ignored, as on RunPod.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    // Not turned into values here: ten million empty arrays fit into one body.
    #[serde(borrow)]
    input: Option<&'a RawValue>,
    #[serde(borrow)]
    s3_config: Option<&'a RawValue>,
    webhook: Option<String>,
    policy: Option<Map<String, Value>>,
}

impl Order {
    /// Reads a body.
    ///
    /// # Errors
    /// One sentence that says what is wrong with it.
    pub(super) fn parse(body: &[u8]) -> Result<Self, String> {
        if first(body) != Some(b'{') {
            return Err("the body must be a JSON object with an `input`".to_owned());
        }
        let body: Body<'_> =
            serde_json::from_slice(body).map_err(|error| format!("the body cannot be read: {error}"))?;
        let input = body.input.ok_or("`input` is missing")?.get();
        if first(input.as_bytes()) != Some(b'{') {
            return Err("`input` must be a JSON object".to_owned());
        }
        let s3_config = body.s3_config.map_or("null", RawValue::get);
        let policy = body.policy.unwrap_or_default();
        Ok(Self {
            job: format!(r#"{{"input":{input},"s3Config":{s3_config}}}"#),
            webhook: webhook(body.webhook)?,
            execution_timeout: milliseconds(&policy, "executionTimeout")?,
            ttl: milliseconds(&policy, "ttl")?,
        })
    }
}

fn first(text: &[u8]) -> Option<u8> {
    text.iter().copied().find(|byte| !byte.is_ascii_whitespace())
}

fn webhook(url: Option<String>) -> Result<Option<String>, String> {
    let Some(url) = url.filter(|url| !url.is_empty()) else { return Ok(None) };
    match Url::parse(&url) {
        Ok(parsed) if ["http", "https"].contains(&parsed.scheme()) => Ok(Some(url)),
        _ => Err("`webhook` must be a URL that starts with https:// or http://".to_owned()),
    }
}

fn milliseconds(policy: &Map<String, Value>, name: &str) -> Result<Option<u64>, String> {
    match policy.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => match value.as_u64() {
            Some(time) if time > 0 => Ok(Some(time.min(LONGEST))),
            _ => Err(format!("`policy.{name}` must be a whole number of milliseconds above 0")),
        },
    }
}

/// The `wait` of a query, in milliseconds from 1000 to 300000; what lies outside is moved inside, as clients do.
///
/// # Errors
/// One sentence.
pub(super) fn wait(query: Option<&str>, default: Duration) -> Result<Duration, String> {
    let pairs = query.unwrap_or_default().split('&').filter_map(|pair| pair.split_once('='));
    let Some((_, text)) = pairs.into_iter().find(|(name, _)| *name == "wait") else { return Ok(default) };
    let wait = text.parse::<u64>().map_err(|_| "`wait` must be a whole number of milliseconds".to_owned())?;
    Ok(Duration::from_millis(wait.clamp(1_000, 300_000)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_body_is_read_and_its_input_stays_as_it_was() {
        let body = br#" {"input": {"b": 1.50, "a": "\u00fc"}, "webhook": "https://h.example/x?k=1", "new": [],
            "policy": {"executionTimeout": 60000, "ttl": 99999999999, "lowPriority": true}, "s3Config": {"accessId": "i"}}"#;
        let order = Order::parse(body).unwrap();
        assert_eq!(order.job, r#"{"input":{"b": 1.50, "a": "\u00fc"},"s3Config":{"accessId": "i"}}"#);
        assert_eq!(order.webhook.as_deref(), Some("https://h.example/x?k=1"));
        assert_eq!((order.execution_timeout, order.ttl), (Some(60_000), Some(LONGEST)));
        let bare = Order::parse(br#"{"input":{},"webhook":null,"policy":null,"s3Config":null}"#).unwrap();
        assert_eq!((bare.job.as_str(), bare.webhook), (r#"{"input":{},"s3Config":null}"#, None));
    }

    #[test]
    fn what_is_no_job_is_refused_with_its_reason() {
        for (body, why) in [
            (&b""[..], "must be a JSON object"),
            (b"[{}]", "must be a JSON object"),
            (b"null", "must be a JSON object"),
            (b"{", "cannot be read"),
            (b"{\"input\":{}} x", "cannot be read"),
            (b"{\"input\":{\"a\":\"\xff\"}}", "cannot be read"),
            (b"{\"input\":{},\"input\":{}}", "cannot be read"),
            (b"{}", "`input` is missing"),
            (b"{\"input\":null}", "`input` is missing"),
            (b"{\"input\":[1]}", "`input` must be"),
            (b"{\"input\":\"{}\"}", "`input` must be"),
            (b"{\"input\":{},\"webhook\":\"ftp://a\"}", "`webhook` must be"),
            (b"{\"input\":{},\"webhook\":7}", "cannot be read"),
            (b"{\"input\":{},\"policy\":[5000]}", "cannot be read"),
            (b"{\"input\":{},\"policy\":{\"ttl\":-1}}", "`policy.ttl` must be"),
            (b"{\"input\":{},\"policy\":{\"executionTimeout\":\"1\"}}", "`policy.executionTimeout` must be"),
        ] {
            let error = Order::parse(body).err().unwrap();
            assert!(error.contains(why), "{error} for {:?}", String::from_utf8_lossy(body));
        }
    }

    #[test]
    fn depth_is_no_danger() {
        let deep = format!(r#"{{"input":{{"a":{}{}}}}}"#, "[".repeat(400_000), "]".repeat(400_000));
        assert!(Order::parse(deep.as_bytes()).is_ok());
    }

    #[test]
    fn waits_are_kept_within_bounds() {
        let default = Duration::from_secs(90);
        let wait = |query| wait(query, default);
        assert_eq!((wait(None), wait(Some("a=1&b"))), (Ok(default), Ok(default)));
        assert_eq!(wait(Some("x=1&wait=2500")), Ok(Duration::from_millis(2500)));
        assert_eq!(wait(Some("wait=0")), Ok(Duration::from_secs(1)));
        assert_eq!(wait(Some("wait=99999999")), Ok(Duration::from_secs(300)));
        assert!(wait(Some("wait=-1")).is_err() && wait(Some("wait=")).is_err());
    }

    proptest! {
        #[test]
        fn no_body_panics(body: Vec<u8>) {
            let _ = Order::parse(&body);
            let _ = Order::parse(&[b"{\"input\":{", body.as_slice(), b"}}"].concat());
        }
    }
}
