//! What every request to a vendor's path passes before it is answered: its key, its version, its body, and what goes
//! wrong with it on purpose.

use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method};
use axum::middleware::Next;
use axum::response::Response;
use serde_json::Value;

use crate::llm::fault::Fault;
use crate::llm::{digest, mix};

use super::auth::{self, Caller};
use super::body::Fields;
use super::disguise;
use super::faults::{self, HEADER};
use super::journal::Record;
use super::limits::{Holder, Standing};
use super::names::{Claude, Gpt};
use super::refusal::{Reason, Refusal};
use super::server::{Content, Simulator};
use super::vendor::Vendor;

/// The longest that a request is left without an answer on purpose.
const FOR_EVER: Duration = Duration::from_secs(10 * 60);

/// The longest name of a model, faults included: limits are kept by it.
const LONGEST_NAME: usize = 1024;

/// A request that was let in.
pub(super) struct Ticket {
    pub(super) holder: Holder,
    pub(super) version: Version,
    pub(super) request_id: String,
    pub(super) fields: Fields,
    /// Stands for everything that was asked: the same request, the same number.
    pub(super) digest: u64,
    pub(super) faults: Vec<Fault>,
    pub(super) record: Arc<Record>,
}

/// The versions of Anthropic's API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Version {
    Of2023,
    Of2026,
}

/// Names one request, in a header of its answer and in the body of an error.
#[derive(Debug, Clone)]
pub(super) struct RequestId(pub(super) String);

impl Ticket {
    /// A name for an answer, such as `msg_…`.
    pub(super) fn name(&self, kind: &str) -> String {
        format!("{kind}{:016x}{:016x}", self.digest, mix(self.digest, 1))
    }

    pub(super) fn model(&self) -> &str {
        &self.holder.model
    }

    pub(super) const fn caller(&self) -> Caller {
        self.holder.caller
    }
}

/// Lets a request in, and its answer out.
pub(super) async fn admit(
    State(simulator): State<Arc<Simulator>>,
    Extension(vendor): Extension<Vendor>,
    Extension(RequestId(request_id)): Extension<RequestId>,
    Extension(record): Extension<Arc<Record>>,
    request: Request,
    next: Next,
) -> Result<Response, Refusal> {
    let (mut parts, body) = request.into_parts();
    let caller = auth::caller(vendor, &parts.headers, simulator.config.key.as_ref())?;
    let version = version(vendor, &parts.headers)?;
    let (mut fields, digest) = match parts.method {
        Method::POST => Fields::read(body).await?,
        _ => (Fields::default(), digest(0, parts.uri.path())),
    };
    let named = fields.get("model").and_then(Value::as_str).unwrap_or_default().to_owned();
    if named.len() > LONGEST_NAME {
        return Err(Refusal::field("model", &format!("String should have at most {LONGEST_NAME} bytes")));
    }
    let (model, suffix) = faults::split(&named);
    fields.rename(model);
    let streamed = fields.get("stream").and_then(Value::as_bool).unwrap_or(false);
    record.read((!model.is_empty()).then_some(model), streamed);
    if simulator.config.journal_content == Content::Kept {
        simulator.journal.keep(&record, fields.text());
    }
    let wished = parts.headers.get(HEADER).map(|wish| wish.to_str().unwrap_or("?"));
    let faults = simulator.faults.draw(wished, suffix)?;
    record.faults(&faults);
    let holder = Holder { vendor, caller, model: model.to_owned() };
    let standing = |now| (!holder.model.is_empty()).then(|| simulator.limits.standing(&holder, now));
    let standing = standing(record.started());
    let answer = match befall(&faults, vendor, model).await {
        Some(Ok(page)) => page,
        Some(Err(refusal)) => return Ok(refused(refusal, standing)),
        None => {
            let ticket = Ticket { holder, version, request_id, fields, digest, faults: faults.clone(), record };
            parts.extensions.insert(Arc::new(ticket));
            next.run(Request::from_parts(parts, Body::empty())).await
        }
    };
    Ok(with(standing, disguise::put_on(answer, &faults)))
}

/// Answers with a refusal that shows in the limits, if it is about them.
fn refused(refusal: Refusal, standing: Option<Standing>) -> Response {
    let standing = refusal.wait.map_or(standing, |wait| standing.map(|standing| standing.spent(wait)));
    with(standing, axum::response::IntoResponse::into_response(refusal))
}

/// Notes the limits for the head of the answer, unless the handler did.
fn with(standing: Option<Standing>, mut response: Response) -> Response {
    if let (Some(standing), None) = (standing, response.extensions().get::<Standing>()) {
        response.extensions_mut().insert(standing);
    }
    response
}

/// What goes wrong before anything is answered: it takes its time, and may end in a page or an error.
async fn befall(faults: &[Fault], vendor: Vendor, model: &str) -> Option<Result<Response, Refusal>> {
    for fault in faults {
        match fault {
            Fault::Latency(time) => tokio::time::sleep(*time).await,
            Fault::Timeout => tokio::time::sleep(FOR_EVER).await,
            _ => {}
        }
    }
    faults.iter().find_map(|fault| match fault {
        Fault::Html => Some(Ok(disguise::page())),
        _ => refusal(*fault, vendor, model).map(Err),
    })
}

/// The error that a fault is answered with, if it is.
fn refusal(fault: Fault, vendor: Vendor, model: &str) -> Option<Refusal> {
    let (reason, anthropic, openai) = match fault {
        Fault::Unauthorized => (Reason::Unauthorized, "invalid x-api-key", "Incorrect API key provided."),
        Fault::RateLimited(_) => (
            Reason::RateLimited,
            "This request would exceed your organization's rate limit.",
            "Rate limit reached in organization zeroth on requests per min. Please try again later.",
        ),
        Fault::InternalError => (
            Reason::Internal,
            "Internal server error",
            "The server had an error while processing your request. Sorry about that!",
        ),
        Fault::Unavailable => (Reason::Unavailable, "Service unavailable", "The service is temporarily unavailable."),
        Fault::Overloaded => (Reason::Overloaded, "Overloaded", "The server is overloaded. Please try again later."),
        Fault::Timeout => (Reason::TimedOut, "Request timed out", "The request timed out."),
        Fault::Status(status) => (Reason::Status(status), "A fault that was asked for", "A fault that was asked for"),
        Fault::ContextOverflow => {
            let limit = context(vendor, model);
            return Some(too_long(vendor, limit + limit / 8 + 7, limit));
        }
        _ => return None,
    };
    let wait = if let Fault::RateLimited(wait) = fault { Some(wait) } else { None };
    let message = if vendor == Vendor::Anthropic { anthropic } else { openai };
    Some(Refusal { wait, ..Refusal::new(reason, message) })
}

/// How many tokens the model reads.
pub(super) fn context(vendor: Vendor, model: &str) -> u64 {
    match vendor {
        Vendor::Anthropic => Claude::read(model).map_or(1_000_000, Claude::context),
        Vendor::OpenAi => Gpt::read(model).map_or(1_047_576, Gpt::context),
    }
}

/// The prompt has more tokens than the model reads.
pub(super) fn too_long(vendor: Vendor, tokens: u64, limit: u64) -> Refusal {
    match vendor {
        Vendor::Anthropic => {
            Refusal::new(Reason::ContextOverflow, format!("prompt is too long: {tokens} tokens > {limit} maximum"))
        }
        Vendor::OpenAi => {
            let message = format!(
                "This model's maximum context length is {limit} tokens. However, your messages resulted in {tokens} tokens. \
                 Please reduce the length of the messages."
            );
            Refusal::about("messages", Reason::ContextOverflow, message)
        }
    }
}

fn version(vendor: Vendor, headers: &HeaderMap) -> Result<Version, Refusal> {
    if vendor == Vendor::OpenAi {
        return Ok(Version::Of2023);
    }
    match headers.get("anthropic-version").map(|version| version.to_str().unwrap_or("?")) {
        Some("2023-06-01") => Ok(Version::Of2023),
        Some("2026-10-21") => Ok(Version::Of2026),
        Some(other) => {
            Err(Refusal::new(Reason::Invalid, format!("anthropic-version: \"{other}\" is not a valid version")))
        }
        None => Err(Refusal::new(Reason::Invalid, "anthropic-version: header is required")),
    }
}
