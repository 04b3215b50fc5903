//! What every request and every answer passes.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;

use super::refusal::Refusal;
use super::server::Services;
use super::vendor::Vendor;

/// Names one request, in a header of its answer and in the body of an error.
#[derive(Debug, Clone)]
pub(super) struct RequestId(pub(super) String);

/// Gives the request an id, writes the body of a refusal, and sets the headers that the vendor sets on every answer.
pub(super) async fn finish(State(services): State<Arc<Services>>, mut request: Request, next: Next) -> Response {
    let started = services.clock.ticks();
    let vendor = Vendor::of(&request);
    let id = format!("req_{:032x}", services.ids.trace());
    request.extensions_mut().insert(vendor);
    request.extensions_mut().insert(RequestId(id.clone()));
    let mut response = next.run(request).await;
    if let Some(refusal) = response.extensions_mut().remove::<Refusal>() {
        response = vendor.word(&refusal, &id, response);
    }
    let took = services.clock.ticks().saturating_sub(started);
    vendor.sign(response.headers_mut(), &id, took);
    response
}
