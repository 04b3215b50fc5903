//! The OpenAPI document, and a page that shows it without help from anywhere else.

use std::fmt::Write;
use std::sync::Arc;

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::header::{CONTENT_SECURITY_POLICY, REFERRER_POLICY};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;

use super::error::{KINDS, Problem};
use super::file::File;
use super::server::Api;

/// What the documentation consists of, made once.
pub(super) struct Pages {
    openapi: File,
    html: File,
    css: File,
    js: File,
}

impl Pages {
    pub(super) fn new(openapi: &utoipa::openapi::OpenApi) -> Self {
        let html = include_str!("../../assets/docs.html").replace("<!-- problems -->", &problems());
        Self {
            openapi: File::new("application/json", serde_json::to_vec_pretty(openapi).unwrap_or_default()),
            html: File::new("text/html; charset=utf-8", html),
            css: File::new("text/css; charset=utf-8", include_str!("../../assets/docs.css")),
            js: File::new("text/javascript; charset=utf-8", include_str!("../../assets/docs.js")),
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
