//! What a provider's refusal means: one table for all the error formats of the Messages API, Chat Completions and the
//! servers that imitate them.

use std::time::Duration;

use http::{HeaderMap, StatusCode};
use serde_json::Value;

use super::error::{ErrorKind, ModelError};

/// What messages call the parties and the settings.
#[derive(Debug, Clone)]
pub(super) struct Names {
    pub(super) provider: String,
    pub(super) model: String,
    /// The variable that holds the address.
    pub(super) base_url: &'static str,
    /// The variable that holds the key.
    pub(super) api_key: &'static str,
    /// Whose key it looks like, if it is somebody else's.
    pub(super) stray_key: Option<&'static str>,
}

/// The failure behind an answer whose status is not a success.
pub(super) fn of_answer(names: &Names, status: StatusCode, headers: &HeaderMap, body: &[u8]) -> ModelError {
    let number = status.as_u16();
    let html = is_html(headers, body);
    let report = serde_json::from_slice(body).ok().and_then(|value| Report::read(&value));
    let kind = match &report {
        Some(report) => report.kind(number),
        // A page with one of these statuses comes from something on the way that does not know the provider.
        None if number == 404 || (html && !matches!(number, 407 | 413 | 429 | 500..)) => ErrorKind::BadResponse,
        None => by_status(number),
    };
    let id = report.as_ref().and_then(|report| report.request_id.clone()).or_else(|| request_id(headers));
    let code = report.and_then(|report| report.words.into_iter().find(|word| is_code(word)));
    let details = [Some(format!("HTTP {number}")), code, id.map(|id| format!("request {id}"))];
    let mut sentence = if html { web_page(names) } else { explanation(names, kind) };
    sentence.push_str(&format!(" ({})", details.into_iter().flatten().collect::<Vec<_>>().join(", ")));
    ModelError {
        retry_after: retry_after(headers),
        should_retry: should_retry(headers),
        ..ModelError::new(kind, sentence).with_status(number)
    }
}

/// The failure that `value` reports after a status of 200; none when it reports no failure.
pub(super) fn of_value(names: &Names, value: &Value) -> Option<ModelError> {
    let report = Report::read(value)?;
    let kind = report.kind(report.status.unwrap_or(200));
    let code = report.words.iter().find(|word| is_code(word)).map_or(String::new(), |word| format!(" ({word})"));
    Some(ModelError::new(kind, format!("{}{code}", explanation(names, kind))))
}

/// The failure behind a success that is no answer at all.
pub(super) fn of_strange_body(names: &Names, headers: &HeaderMap, body: &[u8]) -> ModelError {
    let sentence = match body.trim_ascii() {
        [] => format!("{} answered with nothing: check {} and the proxy", names.provider, names.base_url),
        _ if is_html(headers, body) => web_page(names),
        _ => explanation(names, ErrorKind::BadResponse),
    };
    ModelError::new(ErrorKind::BadResponse, sentence)
}

/// What an error body says, whatever its shape.
#[derive(Debug, Default)]
struct Report {
    /// Types and codes in lower case, the most exact first.
    words: Vec<String>,
    /// A status inside the body: the only one that a stream has.
    status: Option<u16>,
    message: String,
    request_id: Option<String>,
}

impl Report {
    fn read(value: &Value) -> Option<Self> {
        // Gemini wraps its errors in an array; some servers leave the envelope away.
        let value = value.get(0).unwrap_or(value);
        let flat = value.get("object").is_some_and(|object| object == "error");
        let error = value.get("error").filter(|error| !error.is_null()).or(flat.then_some(value))?;
        let word = |path| error.pointer(path).and_then(Value::as_str).map(str::to_ascii_lowercase);
        let paths = ["/details/error_code", "/innererror/code", "/code", "/type", "/status"];
        let code = error.get("code");
        let status = code.and_then(|code| code.as_u64().or_else(|| code.as_str()?.parse().ok()));
        let id = value.get("request_id").and_then(Value::as_str).filter(|id| is_id(id));
        Some(Self {
            words: paths.into_iter().filter_map(word).collect(),
            status: status.and_then(|code| u16::try_from(code).ok()).filter(|code| (400..600).contains(code)),
            message: word("/message").or_else(|| error.as_str().map(str::to_ascii_lowercase)).unwrap_or_default(),
            request_id: id.map(str::to_owned),
        })
    }

    fn kind(&self, status: u16) -> ErrorKind {
        self.words.iter().find_map(|word| by_word(word)).or_else(|| self.by_message(status)).unwrap_or(match status {
            // The server says so of the address, not of the model.
            404 if matches!(self.message.as_str(), "" | "not found" | "file not found" | "resource not found") => {
                ErrorKind::BadResponse
            }
            404 if self.message.starts_with("invalid url") => ErrorKind::BadResponse,
            _ => by_status(status),
        })
    }

    /// Some failures share a general type and differ only in their prose.
    fn by_message(&self, status: u16) -> Option<ErrorKind> {
        const TOO_LONG: [&str; 5] =
            ["prompt is too long", "maximum context length", "context window", "context size", "context limit"];
        const NO_MONEY: [&str; 3] = ["credit balance", "spend limit", "usage limits"];
        let says = |phrases: &[&str]| phrases.iter().any(|phrase| self.message.contains(phrase));
        match status {
            200 | 400 | 413 | 422 | 500 if says(&TOO_LONG) => Some(ErrorKind::ContextOverflow),
            200 | 400 | 403 | 429 if says(&NO_MONEY) => Some(ErrorKind::QuotaExceeded),
            400 if says(&["api key not valid"]) => Some(ErrorKind::Unauthorized),
            400 if says(&["not a valid model"]) => Some(ErrorKind::ModelNotFound),
            _ => None,
        }
    }
}

/// The meaning of a type or code that has only one, whatever the status.
fn by_word(word: &str) -> Option<ErrorKind> {
    Some(match word {
        "authentication_error" | "permission_error" | "invalid_api_key" | "unauthenticated" | "permission_denied" => {
            ErrorKind::Unauthorized
        }
        "billing_error"
        | "insufficient_quota"
        | "credit_balance_exhausted"
        | "billing_hard_limit_reached"
        | "enforced_spend_limit_reached"
        | "contract_spend_limit_reached"
        | "ramp_limit_exceeded" => ErrorKind::QuotaExceeded,
        "rate_limit_error" | "rate_limit_exceeded" | "slow_down" | "resource_exhausted" => ErrorKind::RateLimited,
        "overloaded_error" | "server_is_overloaded" | "service_unavailable_error" | "unavailable_error" => {
            ErrorKind::Unavailable
        }
        "timeout_error" | "deadline_exceeded" => ErrorKind::Timeout,
        "model_not_found" => ErrorKind::ModelNotFound,
        "context_length_exceeded" | "exceed_context_size_error" | "request_too_large" => ErrorKind::ContextOverflow,
        "content_filter" | "content_policy_violation" | "responsibleaipolicyviolation" => ErrorKind::Refused,
        _ => return None,
    })
}

fn by_status(status: u16) -> ErrorKind {
    match status {
        401 | 403 => ErrorKind::Unauthorized,
        402 => ErrorKind::QuotaExceeded,
        404 => ErrorKind::ModelNotFound,
        407 => ErrorKind::Unreachable,
        408 | 504 => ErrorKind::Timeout,
        409 | 425 => ErrorKind::Unavailable,
        413 => ErrorKind::ContextOverflow,
        429 => ErrorKind::RateLimited,
        400..500 => ErrorKind::InvalidRequest,
        // What fails after a 200 fails on the provider's side.
        200 | 500.. => ErrorKind::Unavailable,
        _ => ErrorKind::BadResponse,
    }
}

/// One sentence for people.
pub(super) fn explanation(names: &Names, kind: ErrorKind) -> String {
    let Names { provider, model, base_url, api_key, stray_key } = names;
    match kind {
        ErrorKind::Unreachable => {
            format!("{provider} cannot be reached: check {base_url}, the proxy or the network")
        }
        ErrorKind::Timeout => format!("{provider} gave up: the request took too long there"),
        ErrorKind::Unauthorized => match stray_key {
            Some(owner) => format!("{provider} rejects the key, which looks like one of {owner}: check {api_key}"),
            None => format!("{provider} rejects the key: check {api_key} and what it may use"),
        },
        ErrorKind::QuotaExceeded => format!("the {provider} account has no credit or quota left: check its billing"),
        ErrorKind::BudgetExceeded => "the budget for model calls is spent".to_owned(),
        ErrorKind::LimitReached => format!("as many calls are under way to {provider} as may be"),
        ErrorKind::RateLimited => format!("{provider} takes no more requests for now: wait, or ask for higher limits"),
        ErrorKind::Unavailable => format!("{provider} is overloaded or down: try again later"),
        ErrorKind::ModelNotFound => format!("{provider} does not know the model {model}: check ZEROTH_MODEL"),
        ErrorKind::InvalidRequest => format!("{provider} rejects the request as malformed"),
        ErrorKind::ContextOverflow => format!("the conversation is longer than {model} can read"),
        ErrorKind::Refused => format!("{model} declines to answer this"),
        ErrorKind::Empty => format!("{model} answered with no text"),
        ErrorKind::Truncated => format!("{provider} stopped in the middle of the answer"),
        ErrorKind::BadResponse => {
            format!("{provider} gave an answer that cannot be understood: check {base_url}")
        }
    }
}

fn web_page(names: &Names) -> String {
    let Names { provider, base_url, .. } = names;
    format!("a web page came back in place of an answer from {provider}: check {base_url} and the proxy")
}

/// Whether the answer is a page for people, which providers never send.
pub(super) fn is_html(headers: &HeaderMap, body: &[u8]) -> bool {
    let kind = headers.get(http::header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    kind.starts_with("text/html") || body.trim_ascii_start().starts_with(b"<")
}

/// How long the provider asks us to wait: milliseconds, seconds or a date, which counts from the provider's own clock.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    let number = |name: &str| text(name).and_then(|value| value.parse::<f64>().ok());
    let seconds = number("retry-after-ms").map(|ms| ms / 1000.0).or_else(|| number("retry-after"));
    if let Some(seconds) = seconds {
        return Duration::try_from_secs_f64(seconds).ok();
    }
    let date = |name: &str| text(name).and_then(|value| jiff::fmt::rfc2822::parse(value).ok());
    Duration::try_from(date("retry-after")?.duration_since(&date("date")?)).ok()
}

/// Whether the provider itself says that trying again makes sense.
fn should_retry(headers: &HeaderMap) -> Option<bool> {
    headers.get("x-should-retry")?.to_str().ok()?.trim().parse().ok()
}

fn request_id(headers: &HeaderMap) -> Option<String> {
    let id = headers.get("request-id").or_else(|| headers.get("x-request-id"))?.to_str().ok()?;
    is_id(id).then(|| id.to_owned())
}

/// Messages quote only what looks like an id or a code, since the rest of an answer may hold anything.
fn is_id(id: &str) -> bool {
    (1..=64).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte))
}

fn is_code(word: &str) -> bool {
    (1..=48).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn names() -> Names {
        Names {
            provider: "acme".into(),
            model: "m-1".into(),
            base_url: "ACME_BASE_URL",
            api_key: "ACME_API_KEY",
            stray_key: None,
        }
    }

    fn answer(status: u16, headers: &[(&'static str, &str)], body: &str) -> ModelError {
        let headers = headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
        of_answer(&names(), StatusCode::from_u16(status).unwrap(), &headers, body.as_bytes())
    }

    #[test]
    fn types_and_codes_decide_before_the_status_does() {
        let cases = [
            (400, json!({"type": "invalid_request_error"}), ErrorKind::InvalidRequest),
            (400, json!({"message": "prompt is too long: 9 tokens > 8 maximum"}), ErrorKind::ContextOverflow),
            (400, json!({"code": "context_length_exceeded"}), ErrorKind::ContextOverflow),
            (400, json!({"message": "Your credit balance is too low"}), ErrorKind::QuotaExceeded),
            (400, json!({"code": "content_filter", "innererror": {"code": "x"}}), ErrorKind::Refused),
            (400, json!({"code": 400, "message": "x is not a valid model ID"}), ErrorKind::ModelNotFound),
            (400, json!({"code": 400, "message": "API key not valid.", "status": "INVALID"}), ErrorKind::Unauthorized),
            (401, json!({"type": "invalid_request_error", "code": "invalid_api_key"}), ErrorKind::Unauthorized),
            (402, json!({"code": 402, "message": "no credits"}), ErrorKind::QuotaExceeded),
            (404, json!({"type": "not_found_error", "message": "model: m-1"}), ErrorKind::ModelNotFound),
            (404, json!({"type": "not_found_error", "message": "Not Found"}), ErrorKind::BadResponse),
            (404, json!({"message": "Invalid URL (POST /v1/x)"}), ErrorKind::BadResponse),
            (404, json!({"code": "404", "message": "Resource not found"}), ErrorKind::BadResponse),
            (413, json!({"type": "request_too_large"}), ErrorKind::ContextOverflow),
            (429, json!({"type": "tokens", "code": "rate_limit_exceeded"}), ErrorKind::RateLimited),
            (429, json!({"type": "insufficient_quota", "code": "insufficient_quota"}), ErrorKind::QuotaExceeded),
            (
                429,
                json!({"type": "rate_limit_error", "details": {"error_code": "enforced_spend_limit_reached"}}),
                ErrorKind::QuotaExceeded,
            ),
            (500, json!({"type": "api_error", "details": null}), ErrorKind::Unavailable),
            (503, json!({"code": 503, "type": "unavailable_error"}), ErrorKind::Unavailable),
            (504, json!({"type": "timeout_error"}), ErrorKind::Timeout),
            (529, json!({"type": "overloaded_error"}), ErrorKind::Unavailable),
            (418, json!("a sentence"), ErrorKind::InvalidRequest),
        ];
        for (status, error, kind) in cases {
            let body = json!({"error": error});
            assert_eq!(answer(status, &[], &body.to_string()).kind, kind, "{status} {body}");
        }
    }

    #[test]
    fn other_envelopes_are_opened_too() {
        let array = r#"[{"error": {"code": 429, "status": "RESOURCE_EXHAUSTED"}}]"#;
        assert_eq!(answer(429, &[], array).kind, ErrorKind::RateLimited);
        let flat = r#"{"object": "error", "type": "NotFoundError", "message": "The model `x` does not exist."}"#;
        assert_eq!(answer(404, &[], flat).kind, ErrorKind::ModelNotFound);
        assert_eq!(answer(404, &[], r#"{"detail": "Not Found"}"#).kind, ErrorKind::BadResponse);
        assert_eq!(of_value(&names(), &json!({"error": null, "id": "x"})), None);
        let inside = of_value(&names(), &json!({"error": {"code": "502", "message": "down"}})).unwrap();
        assert_eq!((inside.kind, inside.status), (ErrorKind::Unavailable, None));
    }

    #[test]
    fn a_sentence_names_the_setting_and_quotes_only_codes() {
        let body = json!({"error": {"type": "authentication_error", "message": "bad key sk-hush"}}).to_string();
        let error = answer(401, &[("request-id", "req_1")], &body);
        let sentence = "acme rejects the key: check ACME_API_KEY and what it may use \
                        (HTTP 401, authentication_error, request req_1)";
        assert_eq!(error.message, sentence);
        let page = answer(403, &[("content-type", "text/html")], "<html>blocked</html>");
        assert_eq!(page.kind, ErrorKind::BadResponse);
        assert!(page.message.contains("ACME_BASE_URL and the proxy"), "{page}");
        assert_eq!(answer(502, &[], "<html>").kind, ErrorKind::Unavailable);
    }

    #[test]
    fn the_provider_may_say_whether_to_try_again() {
        let says = |value| answer(429, &[("x-should-retry", value)], "{}").should_retry;
        assert_eq!([says("true"), says("false"), says("perhaps")], [Some(true), Some(false), None]);
    }

    #[test]
    fn the_wait_comes_as_milliseconds_seconds_or_a_date() {
        let wait = |headers: &[(&'static str, &str)]| answer(429, headers, "{}").retry_after;
        assert_eq!(wait(&[("retry-after", "20")]), Some(Duration::from_secs(20)));
        assert_eq!(wait(&[("retry-after", "1"), ("retry-after-ms", "250")]), Some(Duration::from_millis(250)));
        let date = [("date", "Fri, 20 Nov 2026 12:00:00 GMT"), ("retry-after", "Fri, 20 Nov 2026 12:01:30 GMT")];
        assert_eq!(wait(&date), Some(Duration::from_secs(90)));
        for nonsense in ["-1", "soon", "NaN", "1e300"] {
            assert_eq!(wait(&[("retry-after", nonsense)]), None, "{nonsense}");
        }
    }
}
