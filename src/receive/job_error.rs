//! The best sentence in the `error` of a failed job.

use serde_json::{Map, Value};

/// Characters of an error that are shown.
const LONGEST: usize = 2000;
/// Where errors of many workers keep their sentence, the best first.
const MESSAGES: [&str; 6] = ["error_message", "message", "error", "detail", "details", "msg"];
/// Where they keep its kind.
const KINDS: [&str; 2] = ["error_type", "type"];

/// What a person should read of the `error` of a failed job: a sentence, JSON in a string as the official worker makes
/// it (`error_type`, `error_message`, `error_traceback`), or an object of another worker. Tracebacks are left out.
pub fn job_error(error: &Value) -> String {
    let text = sentence(error, 3).unwrap_or_else(|| "the worker gave no reason".to_owned());
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// `depth`: errors are wrapped in errors, but not for ever.
fn sentence(error: &Value, depth: u32) -> Option<String> {
    let text = match error {
        Value::Null => return None,
        Value::String(text) => of_text(text, depth)?,
        Value::Object(fields) => of_object(fields, depth).unwrap_or_else(|| error.to_string()),
        Value::Array(parts) if depth > 0 => {
            parts.iter().filter_map(|part| sentence(part, depth - 1)).collect::<Vec<_>>().join("; ")
        }
        other => other.to_string(),
    };
    Some(text).filter(|text| !text.is_empty())
}

fn of_text(text: &str, depth: u32) -> Option<String> {
    let text = text.trim();
    if depth > 0
        && text.starts_with(['{', '['])
        && let Ok(inner) = serde_json::from_str::<Value>(text)
    {
        return sentence(&inner, depth - 1);
    }
    // `handler: MESSAGE \ntraceback: …`, as the official worker tells it of a generator.
    let text = text.split("\ntraceback:").next().unwrap_or(text).trim();
    if text.starts_with("Traceback (most recent call last)") {
        return text.lines().rfind(|line| !line.trim().is_empty()).map(|line| line.trim().to_owned());
    }
    (!text.is_empty()).then(|| text.to_owned())
}

fn of_object(fields: &Map<String, Value>, depth: u32) -> Option<String> {
    let depth = depth.checked_sub(1)?;
    let first = |names: &[&str]| names.iter().find_map(|name| sentence(fields.get(*name)?, depth));
    let (message, kind) = (first(&MESSAGES), first(&KINDS).map(|kind| class(&kind).to_owned()));
    match (message, kind) {
        (Some(message), Some(kind)) if !message.starts_with(&kind) => Some(format!("{kind}: {message}")),
        (Some(message), _) => Some(message),
        (None, kind) => kind,
    }
}

/// `ValueError` of `<class 'ValueError'>`.
fn class(text: &str) -> &str {
    text.strip_prefix("<class '").and_then(|rest| rest.strip_suffix("'>")).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_sentence_is_found_in_every_form() {
        let sdk = json!({
            "error_type": "<class 'ValueError'>", "error_message": "no template named x",
            "error_traceback": "Traceback (most recent call last):\n  File …", "hostname": "h", "worker_id": "w",
        });
        for (error, wanted) in [
            (json!("no template is named x"), "no template is named x"),
            (sdk.clone(), "ValueError: no template named x"),
            (json!(sdk.to_string()), "ValueError: no template named x"),
            (json!("handler: out of memory \ntraceback: Traceback (most …"), "handler: out of memory"),
            (json!("Traceback (most recent call last):\n  File \"x\"\nKeyError: 'a'\n"), "KeyError: 'a'"),
            (json!({"error": {"message": "inner"}}), "inner"),
            (json!({"error_type": "KeyError", "error_message": "KeyError: 'a'"}), "KeyError: 'a'"),
            (json!({"code": 7}), r#"{"code":7}"#),
            (json!(["a", "b"]), "a; b"),
            (json!(""), "the worker gave no reason"),
            (Value::Null, "the worker gave no reason"),
            (json!("{ no JSON"), "{ no JSON"),
        ] {
            assert_eq!(job_error(&error), wanted, "{error}");
        }
    }

    #[test]
    fn it_is_never_endless() {
        assert_eq!(job_error(&json!("é".repeat(9000))).chars().count(), LONGEST + 1);
        let deep = (0..50).fold(json!("x"), |inner, _| json!({"error": inner}));
        assert!(job_error(&deep).len() <= LONGEST + 3);
    }
}
