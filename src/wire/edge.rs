//! What every request and every answer passes.

use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;

use super::events::Streaming;
use super::gate::RequestId;
use super::journal::{Entry, Outcome, Watch};
use super::limits::Standing;
use super::refusal::Refusal;
use super::server::Simulator;
use super::vendor::Vendor;

/// The path before what stands in front of `/v1/` was taken away.
#[derive(Debug, Clone)]
pub(super) struct FullPath(pub(super) String);

/// Whether trying again is recommended when the request fails: its header says so, and the answer's repeats it.
const SHOULD_RETRY: &str = "x-zeroth-should-retry";

/// Takes away what stands in front of `/v1/`.
pub(super) fn unprefixed(mut request: Request) -> Request {
    let path = request.uri().path().to_owned();
    if let Some(at) = path.find("/v1/").filter(|at| *at > 0) {
        let rest = request.uri().path_and_query().map_or(&path[at..], |whole| &whole.as_str()[at..]);
        if let Ok(uri) = rest.parse() {
            *request.uri_mut() = uri;
        }
    }
    request.extensions_mut().insert(FullPath(path));
    request
}

/// Gives the request an id and a record, writes the body of a refusal, and sets the headers that the vendor sets on every
/// answer.
pub(super) async fn finish(State(simulator): State<Arc<Simulator>>, mut request: Request, next: Next) -> Response {
    let path =
        request.extensions().get::<FullPath>().map_or_else(|| request.uri().path().to_owned(), |path| path.0.clone());
    let vendor = Vendor::of(&path, request.headers());
    let id = format!("req_{:032x}", simulator.services.ids.trace());
    let route = request.extensions().get::<MatchedPath>().map_or("other", |route| route.as_str()).to_owned();
    let advice = request.headers().get(SHOULD_RETRY).cloned();
    request.extensions_mut().insert(vendor);
    request.extensions_mut().insert(RequestId(id.clone()));
    if !route.starts_with("/v1/") && route != "other" {
        return worded(vendor, &id, next.run(request).await);
    }
    let entry = Entry {
        id: id.clone(),
        method: request.method().to_string(),
        path,
        retry: retry(&request),
        ..Entry::default()
    };
    let record = simulator.journal.open(vendor, route, entry);
    request.extensions_mut().insert(Arc::clone(&record));
    let watch = Watch::new(Arc::clone(&record));
    let mut response = worded(vendor, &id, next.run(request).await);
    let status = response.status();
    record.head(status.as_u16());
    if response.extensions_mut().remove::<Streaming>().is_none() {
        record.close(if status.is_success() { Outcome::Complete } else { Outcome::Failed });
    }
    let took = simulator.services.clock.ticks().saturating_sub(record.started());
    vendor.sign(response.headers_mut(), &id, took);
    if let Some(standing) = response.extensions_mut().remove::<Standing>() {
        standing.sign(vendor, response.headers_mut(), simulator.services.clock.now());
    }
    if let Some(advice) = advice.filter(|_| !status.is_success()) {
        response.headers_mut().insert(HeaderName::from_static("x-should-retry"), advice);
    }
    watch.release();
    response
}

fn worded(vendor: Vendor, id: &str, mut response: Response) -> Response {
    match response.extensions_mut().remove::<Refusal>() {
        Some(refusal) => vendor.word(&refusal, id, response),
        None => response,
    }
}

fn retry(request: &Request) -> u32 {
    let count = request.headers().get("x-stainless-retry-count").map(HeaderValue::to_str);
    count.and_then(Result::ok).and_then(|count| count.parse().ok()).unwrap_or(0)
}
