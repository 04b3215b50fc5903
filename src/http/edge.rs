//! What every request and every answer passes.

use std::any::Any;

use axum::extract::Request;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HOST, ORIGIN, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::error::{Kind, Problem};
use super::problem::Occurrence;

const TRACE_ID: HeaderName = HeaderName::from_static("x-trace-id");
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Writes the body of a problem, names the trace, and sets what holds for all answers.
pub(super) async fn finish(request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let occurrence = Occurrence::of(&parts);
    let mut response = next.run(Request::from_parts(parts, body)).await;
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        response = problem.complete(response, &occurrence);
    }
    let headers = response.headers_mut();
    if let Some(id) = occurrence.trace_id.and_then(|id| HeaderValue::try_from(id.to_string()).ok()) {
        headers.insert(TRACE_ID, id);
    }
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Turns away what a browser sends on behalf of another site: a turn costs money, and `POST /games` needs no body that
/// a media type could be asked of.
pub(super) async fn same_origin(request: Request, next: Next) -> Response {
    if request.method().is_safe() || !from_elsewhere(request.headers()) {
        return next.run(request).await;
    }
    Problem::new(Kind::CROSS_SITE, "the headers Sec-Fetch-Site or Origin say that a page of another site asks")
        .into_response()
}

fn from_elsewhere(headers: &HeaderMap) -> bool {
    match headers.get(SEC_FETCH_SITE) {
        Some(site) => site == "cross-site" || site == "same-site",
        // Older browsers name only the site that asks.
        None => headers.get(ORIGIN).is_some_and(|origin| !is_of(origin, headers.get(HOST))),
    }
}

/// Whether a page of `origin` is a page of `host`.
fn is_of(origin: &HeaderValue, host: Option<&HeaderValue>) -> bool {
    let (Ok(origin), Some(Ok(host))) = (origin.to_str(), host.map(HeaderValue::to_str)) else { return false };
    origin.split_once("://").is_some_and(|(_, site)| site.eq_ignore_ascii_case(host))
}

/// What a page may do: only what it is made of, and calls to where it came from. No script or style stands in one, and no
/// address leaves with whoever follows a link.
pub(super) fn confine(page: &mut Response) {
    let headers = page.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
}

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; \
                      base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// A handler that panicked is our mistake, and what it said is for the log.
pub(super) fn panicked(_payload: Box<dyn Any + Send>) -> Response {
    Problem::internal().into_response()
}
