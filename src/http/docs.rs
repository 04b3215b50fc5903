//! The OpenAPI document, and a page that shows it without help from anywhere else.

use std::collections::hash_map::DefaultHasher;
use std::fmt::Write;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_NONE_MATCH, REFERRER_POLICY};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use super::error::{KINDS, Problem};
use super::server::Api;

/// What the documentation consists of, made once.
pub(super) struct Pages {
    openapi: Page,
    html: Page,
    css: Page,
    js: Page,
}

impl Pages {
    pub(super) fn new(openapi: &utoipa::openapi::OpenApi) -> Self {
        let html = include_str!("../../assets/docs.html").replace("<!-- problems -->", &problems());
        Self {
            openapi: Page::new("application/json", serde_json::to_vec_pretty(openapi).unwrap_or_default()),
            html: Page::new("text/html; charset=utf-8", html),
            css: Page::new("text/css; charset=utf-8", include_str!("../../assets/docs.css")),
            js: Page::new("text/javascript; charset=utf-8", include_str!("../../assets/docs.js")),
        }
    }
}

/// This API, described for programs
#[utoipa::path(
    get,
    path = "/openapi.json",
    tag = "documentation",
    responses((status = 200, description = "An OpenAPI 3.1 document", body = Object), (status = 304, description = "You have it"))
)]
pub(super) async fn openapi(State(api): State<Arc<Api>>, headers: HeaderMap) -> Response {
    api.pages.openapi.answer(&headers)
}

/// This API, described for people
#[utoipa::path(
    get,
    path = "/docs",
    tag = "documentation",
    responses(
        (status = 200, description = "A page that needs nothing from anywhere else", body = String, content_type = "text/html"),
        (status = 304, description = "You have it")
    )
)]
pub(super) async fn page(State(api): State<Arc<Api>>, headers: HeaderMap) -> Response {
    let mut response = api.pages.html.answer(&headers);
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    response.headers_mut().insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

/// What the documentation page loads
#[utoipa::path(
    get,
    path = "/docs/{file}",
    tag = "documentation",
    params(("file" = String, Path, description = "docs.css or docs.js", example = "docs.css")),
    responses(
        (status = 200, description = "A style sheet or a script", content((String = "text/css"), (String = "text/javascript"))),
        (status = 304, description = "You have it"),
        DocsProblems
    )
)]
pub(super) async fn asset(
    State(api): State<Arc<Api>>,
    file: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    match file.as_ref().map_or("", |Path(file)| file.as_str()) {
        "docs.css" => Ok(api.pages.css.answer(&headers)),
        "docs.js" => Ok(api.pages.js.answer(&headers)),
        _ => Err(Problem::not_found()),
    }
}

/// Only what the page itself is made of, and calls to where it came from.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// One file and how it is known again.
struct Page {
    media_type: &'static str,
    body: Bytes,
    tag: String,
}

impl Page {
    fn new(media_type: &'static str, body: impl Into<Bytes>) -> Self {
        let body = body.into();
        let mut hasher = DefaultHasher::new();
        body.hash(&mut hasher);
        Self { media_type, tag: format!("\"{:016x}\"", hasher.finish()), body }
    }

    /// The file, or word that the client has it already.
    fn answer(&self, headers: &HeaderMap) -> Response {
        let known = headers.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
        let is_known = known
            .flat_map(|tags| tags.split(','))
            .any(|tag| matches!(tag.trim(), t if t == "*" || t.trim_start_matches("W/") == self.tag));
        let common = [(ETAG, self.tag.as_str()), (CACHE_CONTROL, "no-cache")];
        if is_known {
            return (StatusCode::NOT_MODIFIED, common).into_response();
        }
        (common, [(CONTENT_TYPE, self.media_type)], self.body.clone()).into_response()
    }
}

/// The list of problems as HTML, so that a problem's `type` leads to its explanation. The texts are our own and hold
/// nothing that HTML would take for a tag.
fn problems() -> String {
    let mut html = String::new();
    for kind in KINDS {
        let (slug, status) = (kind.slug, kind.status.as_u16());
        let _ = writeln!(
            html,
            "<div id=\"problem-{slug}\"><dt><b>{status}</b> {} <a href=\"#problem-{slug}\">{slug}</a></dt><dd>{}</dd></div>",
            kind.title, kind.remedy
        );
    }
    html
}

super::problem::problems!(DocsProblems: &[super::error::Kind::NOT_FOUND]);
