//! What an answer to job-take holds: jobs with an id, whatever state their inputs are in.

use std::collections::HashMap;

use serde_json::Value;
use serde_json::value::RawValue;

use super::TakenJob;
use super::held::Delivery;

/// The jobs of an answer, and how many parts of it are no job that results could be posted for.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Mail {
    pub(super) jobs: Vec<Delivery>,
    pub(super) lost: usize,
}

/// A job as it is written. What is inside stays unread at first: a client's input may be JSON that cannot be turned into
/// values (half a surrogate pair, a number without end, arrays without end), and its job would be lost with it.
type Envelope<'a> = HashMap<String, &'a RawValue>;

/// Reads a body; a job comes alone or in an array.
///
/// # Errors
/// Why it holds nothing that could be a job.
pub(super) fn open(body: &[u8]) -> Result<Mail, String> {
    if body.trim_ascii().is_empty() {
        return Ok(Mail::default());
    }
    // A byte that is not UTF-8 spoils the job that it is in, and no more.
    let text = String::from_utf8_lossy(body);
    let broken = text.as_bytes() != body;
    let no_json = |_| format!("an answer of {} bytes that is not JSON", body.len());
    let whole: &RawValue = serde_json::from_str(&text).map_err(no_json)?;
    let parts: Vec<&RawValue> = match whole.get().as_bytes().first() {
        Some(b'n') => return Ok(Mail::default()),
        // Only a batch would be asked for as one, but then it would be lost.
        Some(b'[') => serde_json::from_str(whole.get()).map_err(no_json)?,
        _ => vec![whole],
    };
    let expected = parts.len();
    let jobs: Vec<Delivery> = parts.into_iter().filter_map(|part| read_job(part.get(), broken)).collect();
    let lost = expected - jobs.len();
    if jobs.is_empty() && lost > 0 {
        return Err("an answer that is no job: it has no usable id".to_owned());
    }
    Ok(Mail { jobs, lost })
}

/// `None` without an id that results could be posted under. `broken`: there were bytes that are not UTF-8 in the answer.
fn read_job(text: &str, broken: bool) -> Option<Delivery> {
    let envelope: Envelope<'_> = serde_json::from_str(text).ok()?;
    let id = match serde_json::from_str(envelope.get("id")?.get()).ok()? {
        Value::String(id) => id,
        Value::Number(id) => id.to_string(),
        _ => return None,
    };
    // These would change the path that they are put into.
    if matches!(id.as_str(), "" | "." | "..") {
        return None;
    }
    let job = if broken && text.contains(char::REPLACEMENT_CHARACTER) {
        Err("`input` cannot be read: it is not UTF-8".to_owned())
    } else {
        fill(&id, &envelope)
    };
    Some(Delivery { id, job })
}

/// The job itself, or the sentence that its client hears.
fn fill(id: &str, envelope: &Envelope<'_>) -> Result<TakenJob, String> {
    let read = |key: &str| {
        let text = envelope.get(key).map_or("null", |value| value.get());
        let value: Value =
            serde_json::from_str(text).map_err(|error| format!("`{key}` cannot be read: {error}"))?;
        Ok::<_, String>(Some(value).filter(|value| !value.is_null()))
    };
    let input = read("input")?.ok_or("the job has no input: send {\"input\": {\"template\": …}}")?;
    Ok(TakenJob { id: id.to_owned(), input, s3_config: read("s3Config")? })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn jobs(body: &Value) -> Vec<Delivery> {
        open(body.to_string().as_bytes()).unwrap().jobs
    }

    #[test]
    fn a_job_is_its_id_its_input_and_perhaps_a_bucket() {
        let body =
            json!({"id": "j-u1", "input": {"a": 1}, "s3Config": {"b": 2}, "webhook": "x", "status": 200});
        let job = TakenJob { id: "j-u1".into(), input: json!({"a": 1}), s3_config: Some(json!({"b": 2})) };
        assert_eq!(jobs(&body), [Delivery { id: "j-u1".into(), job: Ok(job) }]);
    }

    #[test]
    fn a_job_without_input_fails_instead_of_being_lost() {
        for body in [json!({"id": "a"}), json!({"id": "a", "input": null})] {
            assert!(jobs(&body)[0].job.as_ref().unwrap_err().contains("no input"));
        }
    }

    #[test]
    fn an_input_that_cannot_be_read_fails_its_own_job_alone() {
        let deep = format!("{}{}", "[".repeat(400_000), "]".repeat(400_000));
        for input in [r#"{"a":"a\ud800"}"#, r#"{"\ud800":1}"#, "1e999", "[-1e999]", &deep] {
            let bad = format!(r#"{{"x":{input},"input":{input},"id":"bad"}}"#);
            for body in [bad.clone(), format!(r#" [{{"id":"good","input":{{"b":2}}}}, {bad}]"#)] {
                let mail = open(body.as_bytes()).unwrap();
                let (last, before) = mail.jobs.split_last().unwrap();
                assert_eq!((last.id.as_str(), mail.lost), ("bad", 0));
                let why = last.job.as_ref().unwrap_err();
                assert!(why.starts_with("`input` cannot be read: ") && why.len() < 200, "{why}");
                assert!(before.iter().all(|job| job.job.as_ref().unwrap().input == json!({"b": 2})));
            }
        }
        let bytes = b"[{\"id\":\"good\",\"input\":1},{\"id\":\"bad\",\"input\":\"\xff\"}]";
        let mail = open(bytes).unwrap();
        assert!(mail.jobs[0].job.is_ok() && mail.jobs[1].job.as_ref().unwrap_err().contains("UTF-8"));
        // The same character, sent on purpose.
        assert!(jobs(&json!({"id": "a", "input": "\u{fffd}"}))[0].job.is_ok());
        let mail = open(br#"{"id":"a","input":1,"s3Config":{"accessSecret":"hush\udc00"}}"#).unwrap();
        let why = mail.jobs[0].job.as_ref().unwrap_err();
        assert!(why.starts_with("`s3Config` cannot be read: ") && !why.contains("hush"), "{why}");
    }

    #[test]
    fn what_has_no_usable_id_is_counted() {
        let body =
            json!([{"id": "a", "input": 1}, 7, {"input": 1}, {"id": 5, "input": 1}, null, {"id": ".."}]);
        let mail = open(body.to_string().as_bytes()).unwrap();
        let ids: Vec<&str> = mail.jobs.iter().map(|job| job.id.as_str()).collect();
        assert_eq!((ids, mail.lost), (vec!["a", "5"], 4));
        for body in
            [&b"{\"id\":1e999}"[..], b"{\"id\":\"\\ud800\"}", b"[7]", b"\"a\"", b"nul", b"{\"id\":\"a\","]
        {
            assert!(open(body).is_err(), "{}", String::from_utf8_lossy(body));
        }
    }

    proptest! {
        #[test]
        fn no_body_panics_or_loses_a_job(body: Vec<u8>, input: String) {
            let _ = open(&body);
            let _ = open(&[b"[{\"id\":\"a\",\"input\":", body.as_slice(), b"}]"].concat());
            let job = open(json!([{"id": "a", "input": input}]).to_string().as_bytes()).unwrap();
            prop_assert_eq!(&job.jobs[0].job.as_ref().unwrap().input, &json!(input));
        }
    }
}
