//! The URLs of the platform: templates with names to fill in, and what is derived from them.

use crate::net::Url;

/// A URL with names such as `$ID` in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Template(String);

impl Template {
    pub(super) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The template with each name replaced by its value. What a value puts in is not looked at again, and cannot
    /// leave its place in the URL.
    fn fill(&self, names: &[(&str, &str)]) -> String {
        let mut filled = String::with_capacity(self.0.len() + 64);
        let mut rest = self.0.as_str();
        while let Some(start) = rest.find('$') {
            let (before, from) = rest.split_at(start);
            filled.push_str(before);
            match names.iter().find(|(name, _)| from.starts_with(name)) {
                Some((name, value)) => {
                    filled.push_str(&escape(value));
                    rest = &from[name.len()..];
                }
                None => {
                    filled.push('$');
                    rest = &from[1..];
                }
            }
        }
        filled + rest
    }

    /// The URL with these names filled in and these pairs added to its query, whether it has one or not.
    ///
    /// # Errors
    /// Why it is no URL, in words.
    pub(super) fn url(&self, names: &[(&str, &str)], query: &[(&str, &str)]) -> Result<Url, String> {
        let mut url: Url = self.fill(names).parse().map_err(|error| format!("{error}"))?;
        if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
            return Err("it is not http or https".to_owned());
        }
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        Ok(url)
    }
}

/// The URL that tells which jobs to stop, from the one that gives jobs; `None` when that has no `/job-take/`.
pub(super) fn stop_url(take: &Url) -> Option<Url> {
    let (before, after) = take.path().rsplit_once("/job-take/")?;
    let path = format!("{before}/job-stop/{after}");
    let mut url = take.clone();
    url.set_path(&path);
    Some(url)
}

/// Percent-encodes everything but RFC 3986's unreserved characters.
fn escape(value: &str) -> String {
    value
        .bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(template: &str, names: &[(&str, &str)], query: &[(&str, &str)]) -> String {
        Template::new(template).url(names, query).unwrap().to_string()
    }

    /// The shapes that users' error logs show.
    #[test]
    fn the_platforms_own_templates() {
        let host = "https://api.runpod.ai/v2/ep123";
        let names = [("$RUNPOD_POD_ID", "pod42"), ("$ID", "b79f-u1")];
        assert_eq!(
            url(
                &format!("{host}/job-done/$RUNPOD_POD_ID/$ID?gpu=NVIDIA+L4"),
                &names,
                &[("isStream", "false")]
            ),
            format!("{host}/job-done/pod42/b79f-u1?gpu=NVIDIA+L4&isStream=false")
        );
        assert_eq!(
            url(
                &format!("{host}/job-take/$ID?gpu=NVIDIA+L4"),
                &[("$ID", "pod42")],
                &[("job_in_progress", "0")]
            ),
            format!("{host}/job-take/pod42?gpu=NVIDIA+L4&job_in_progress=0")
        );
        assert_eq!(
            url(
                &format!("{host}/ping/$RUNPOD_POD_ID?gpu=NVIDIA+L4"),
                &names,
                &[("job_id", "a-u1,b-u1"), ("runpod_version", "1.12.0")]
            ),
            format!("{host}/ping/pod42?gpu=NVIDIA+L4&job_id=a-u1%2Cb-u1&runpod_version=1.12.0")
        );
    }

    /// The Hub's test runner has no query, and its shell has filled in the pod already.
    #[test]
    fn templates_without_a_query() {
        let take =
            url("http://localhost:19981/v2/m/job-take/1234", &[("$ID", "1234")], &[("job_in_progress", "0")]);
        assert_eq!(take, "http://localhost:19981/v2/m/job-take/1234?job_in_progress=0");
        let done = url(
            "http://h/job-done/1234/$ID",
            &[("$RUNPOD_POD_ID", "x"), ("$ID", "0")],
            &[("isStream", "false")],
        );
        assert_eq!(done, "http://h/job-done/1234/0?isStream=false");
        assert_eq!(url("http://h/ping?", &[], &[("a", "b")]), "http://h/ping?a=b");
    }

    #[test]
    fn values_stay_in_their_place() {
        let names =
            [("$RUNPOD_GPU_TYPE_ID", "NVIDIA A40"), ("$RUNPOD_POD_ID", "$ID"), ("$ID", "../x?y#z&$ID")];
        assert_eq!(
            url("http://h/$RUNPOD_POD_ID/$ID?gpu=$RUNPOD_GPU_TYPE_ID&left=$OTHER$", &names, &[]),
            "http://h/%24ID/..%2Fx%3Fy%23z%26%24ID?gpu=NVIDIA%20A40&left=$OTHER$"
        );
    }

    #[test]
    fn the_stop_url_keeps_the_query() {
        let stop = |take: &str| stop_url(&take.parse().unwrap()).map(String::from);
        assert_eq!(
            stop("https://h/v2/job-take/job-take/pod%2042?gpu=NVIDIA+L4").unwrap(),
            "https://h/v2/job-take/job-stop/pod%2042?gpu=NVIDIA+L4"
        );
        assert_eq!(stop("https://h/v2/take/pod?x=/job-take/"), None);
    }

    #[test]
    fn what_is_no_web_address_is_refused() {
        for text in ["", "JOB_DONE_URL", "file:///etc/passwd", "ftp://h/$ID", "http://"] {
            assert!(Template::new(text).url(&[], &[]).is_err(), "{text}");
        }
    }
}
