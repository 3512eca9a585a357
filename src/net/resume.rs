//! How far a download is, and whether an answer goes on where the last one broke off. Pure.

/// What is known of a file that comes down.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Resume {
    have: u64,
    total: Option<u64>,
    etag: Option<String>,
}

impl Resume {
    /// A whole answer begins.
    pub(crate) fn begins(&mut self, total: Option<u64>, etag: Option<&str>) {
        *self = Self { have: 0, total, etag: etag.map(str::to_owned) };
    }

    /// So many bytes more are here.
    pub(crate) fn took(&mut self, bytes: u64) {
        self.have += bytes;
    }

    /// Bytes that are here.
    pub(crate) fn have(&self) -> u64 {
        self.have
    }

    /// Bytes in all, where that is known.
    pub(crate) fn total(&self) -> Option<u64> {
        self.total
    }

    /// Bytes that are known to be missing.
    pub(crate) fn missing(&self) -> Option<u64> {
        self.total.and_then(|total| total.checked_sub(self.have)).filter(|missing| *missing > 0)
    }

    /// What to ask for: the rest, where it can be told later that it is the rest of the same file.
    pub(crate) fn headers(&self) -> Vec<(&'static str, String)> {
        if self.have == 0 || (self.total.is_none() && self.etag.is_none()) {
            return Vec::new();
        }
        let mut headers = vec![("Range", format!("bytes={}-", self.have))];
        // RFC 9110, 13.1.5: a weak tag does not promise the same bytes.
        headers.extend(self.etag.clone().filter(|tag| tag.starts_with('"')).map(|tag| ("If-Range", tag)));
        headers
    }

    /// Whether a partial answer with these headers goes on with the same file at the right place.
    pub(crate) fn goes_on(&mut self, header: &dyn Fn(&str) -> Option<String>) -> bool {
        let range = header("content-range").and_then(|range| parse_range(&range));
        let Some((first, total)) = range else { return false };
        let same_tag = self.etag.as_ref().zip(header("etag")).is_none_or(|(old, new)| *old == new);
        let same_total = self.total.zip(total).is_none_or(|(old, new)| old == new);
        if self.have == 0 || first != self.have || !same_tag || !same_total {
            return false;
        }
        self.total = self.total.or(total);
        true
    }
}

/// First byte and length of the whole, of `bytes 5-9/10` or `bytes 5-9/*`.
fn parse_range(text: &str) -> Option<(u64, Option<u64>)> {
    let (range, total) = text.trim().strip_prefix("bytes ")?.split_once('/')?;
    let first = range.trim().split_once('-')?.0.trim().parse().ok()?;
    let total = total.trim();
    if total == "*" { Some((first, None)) } else { Some((first, Some(total.parse().ok()?))) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn goes_on(resume: &Resume, headers: &[(&str, &str)]) -> bool {
        let header =
            |name: &str| headers.iter().find(|(own, _)| *own == name).map(|(_, value)| (*value).to_owned());
        resume.clone().goes_on(&header)
    }

    #[test]
    fn the_rest_is_asked_for_only_where_it_can_be_known() {
        let mut resume = Resume::default();
        resume.begins(Some(100), Some("\"a\""));
        assert_eq!(resume.headers(), []);
        resume.took(40);
        assert_eq!(resume.missing(), Some(60));
        let wanted = [("Range", "bytes=40-".to_owned()), ("If-Range", "\"a\"".to_owned())];
        assert_eq!(resume.headers(), wanted);
        resume.begins(Some(100), Some("W/\"a\""));
        resume.took(40);
        assert_eq!(resume.headers(), [("Range", "bytes=40-".to_owned())]);
        resume.begins(None, None);
        resume.took(40);
        assert_eq!((resume.headers(), resume.missing()), (Vec::new(), None));
    }

    #[test]
    fn only_the_rest_of_the_same_file_goes_on() {
        let mut resume = Resume::default();
        resume.begins(Some(100), Some("\"a\""));
        resume.took(40);
        let range = |text| [("content-range", text)];
        assert!(goes_on(&resume, &range("bytes 40-99/100")));
        assert!(goes_on(&resume, &range("bytes 40-99/*")));
        assert!(goes_on(&resume, &[("content-range", "bytes 40-99/100"), ("etag", "\"a\"")]));
        assert!(!goes_on(&resume, &[("content-range", "bytes 40-99/100"), ("etag", "\"b\"")]));
        for wrong in
            ["bytes 39-99/100", "bytes 40-99/101", "bytes */100", "lines 40-99/100", "bytes 40-99/x", ""]
        {
            assert!(!goes_on(&resume, &range(wrong)), "{wrong}");
        }
        assert!(!goes_on(&resume, &[]));
        assert!(!goes_on(&Resume::default(), &range("bytes 0-99/100")));
    }
}
