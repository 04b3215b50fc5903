//! Which of two media types a client would rather have.

use axum::http::HeaderMap;
use axum::http::header::ACCEPT;

/// Whether the client would rather have `special` than `usual`: wildcards ask for neither, and of two that are equally
/// welcome the first counts.
pub(super) fn prefers(headers: &HeaderMap, special: &str, usual: &str) -> bool {
    let accepted = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
    let mut best = (0.0, false);
    for range in accepted.flat_map(|ranges| ranges.split(',')) {
        let mut parts = range.split(';').map(|part| part.trim().to_ascii_lowercase());
        let is_special = match parts.next() {
            Some(named) if named == special => true,
            Some(named) if named == usual => false,
            _ => continue,
        };
        let quality = parts.find_map(|part| part.strip_prefix("q=").map(|q| q.trim().parse().unwrap_or(0.0)));
        let quality = quality.unwrap_or(1.0);
        if quality > best.0 {
            best = (quality, is_special);
        }
    }
    best.1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_is_wanted_when_it_is_the_most_welcome() {
        let cases = [
            ("text/event-stream", true),
            ("Text/Event-Stream; charset=utf-8", true),
            ("text/event-stream;q=0.5, */*", true),
            ("text/html, text/event-stream;q=0.9", true),
            ("text/event-stream, application/json", true),
            ("application/json;q=0.5, text/event-stream;q=0.8", true),
            ("application/json, text/event-stream", false),
            ("application/json, text/event-stream;q=0.9", false),
            ("text/event-stream;q=0", false),
            ("text/event-stream;q=lots", false),
            ("*/*", false),
            ("text/*", false),
            ("", false),
        ];
        for (accept, wanted) in cases {
            let headers = HeaderMap::from_iter([(ACCEPT, accept.parse().unwrap())]);
            assert_eq!(prefers(&headers, "text/event-stream", "application/json"), wanted, "{accept}");
        }
        assert!(!prefers(&HeaderMap::new(), "text/event-stream", "application/json"));
    }
}
