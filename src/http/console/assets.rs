//! The pages: one shell that scripts fill, and what it loads. Nothing comes from anywhere else.

use axum::body::Bytes;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::http::header::VARY;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;
use rust_embed::RustEmbed;

use super::super::edge;
use super::super::error::Problem;
use super::super::file::File;
use super::super::problem::{ANY, problems};

/// Read from the folder while one works on it, and out of the binary in a release.
#[derive(RustEmbed)]
#[folder = "assets/console/"]
struct Assets;

/// The console, for people
///
/// Every path below it shows the same page, whose script looks at the path.
#[utoipa::path(
    get,
    path = "/console",
    tag = "telemetry",
    responses(
        (status = 200, description = "A page that needs nothing from anywhere else", body = String, content_type = "text/html"),
        (status = 304, description = "You have it"),
        PageProblems
    )
)]
pub(super) async fn page(headers: HeaderMap) -> Result<Response, Problem> {
    shell(&headers)
}

/// The page that all addresses of the console show.
pub(in super::super) fn shell(headers: &HeaderMap) -> Result<Response, Problem> {
    let mut response = file("index.html", headers)?;
    // At the root, others get something else.
    response.headers_mut().insert(VARY, HeaderValue::from_static("accept"));
    Ok(response)
}

/// What the page loads.
pub(super) async fn asset(path: Result<Path<String>, PathRejection>, headers: HeaderMap) -> Result<Response, Problem> {
    let Ok(Path(path)) = path else { return Err(Problem::not_found()) };
    file(&path, &headers)
}

fn file(path: &str, headers: &HeaderMap) -> Result<Response, Problem> {
    // In a folder, a path could lead out of it.
    let leads_away = path.split('/').any(|part| part.is_empty() || part.starts_with('.')) || path.contains(['\\', ':']);
    let media_type = media_type(path).filter(|_| !leads_away).ok_or_else(Problem::not_found)?;
    let found = Assets::get(path).ok_or_else(Problem::not_found)?;
    let [a, b, c, d, e, f, g, h, ..] = found.metadata.sha256_hash();
    let number = u64::from_be_bytes([a, b, c, d, e, f, g, h]);
    let mut response = File::known_by(number, media_type, Bytes::from_owner(found.data)).answer(headers);
    if media_type.starts_with("text/html") || media_type.starts_with("image/svg") {
        edge::confine(&mut response);
    }
    Ok(response)
}

/// What browsers are told that a file is; none for what is not for them.
fn media_type(path: &str) -> Option<&'static str> {
    Some(match path.rsplit_once('.')?.1 {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "webp" => "image/webp",
        "woff2" => "font/woff2",
        _ => return None,
    })
}

problems!(PageProblems: ANY);
