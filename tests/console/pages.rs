//! The pages, and what they are made of.

use std::path::Path;

use axum::body::Body;
use axum::http::{Method, Request};
use insta::assert_snapshot;

use crate::desk::Desk;

#[tokio::test]
async fn every_address_of_the_console_shows_its_page() {
    let desk = Desk::new();
    let page = desk.get("/console").await;
    assert!(page.body.starts_with("<!doctype html>"), "{}", page.body);
    assert_snapshot!(["content-type", "cache-control", "content-security-policy", "referrer-policy", "x-content-type-options", "vary"].map(|name| format!("{name}: {}", page.header(name))).join("\n"), @"
    content-type: text/html; charset=utf-8
    cache-control: no-cache
    content-security-policy: default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'
    referrer-policy: no-referrer
    x-content-type-options: nosniff
    vary: accept
    ");
    for path in ["/console/", "/console/live", "/console/trace/4bf92f35?span=7", "/console/conversation?name=a%2Fb"] {
        let other = desk.get(path).await;
        assert_eq!((other.status.as_u16(), &other.body), (200, &page.body), "{path}");
    }
}

#[tokio::test]
async fn what_a_browser_has_is_not_sent_again() {
    let desk = Desk::new();
    for path in ["/console", "/assets/index.html"] {
        let tag = desk.get(path).await.header("etag").to_owned();
        assert_eq!(tag.len(), 18, "{tag}");
        let request = Request::get(path).header("if-none-match", &tag).body(Body::empty()).unwrap();
        let again = desk.send(request).await;
        assert_eq!((again.status.as_u16(), again.body.as_str(), again.header("etag")), (304, "", tag.as_str()));
    }
}

#[tokio::test]
async fn the_head_of_a_page_can_be_asked_for() {
    let desk = Desk::new();
    let request = Request::builder().method(Method::HEAD).uri("/console").body(Body::empty()).unwrap();
    let head = desk.send(request).await;
    assert_eq!((head.status.as_u16(), head.body.as_str()), (200, ""));
    assert!(head.header("content-length").parse::<u64>().unwrap() > 100);
}

#[tokio::test]
async fn no_path_leads_out_of_the_folder() {
    let desk = Desk::new();
    for path in [
        "/assets/no.js",
        "/assets/README.md",
        "/assets/../../Cargo.toml",
        "/assets/..%2f..%2fCargo.toml",
        "/assets/%2e%2e/docs.html",
        "/assets/..%5c..%5cCargo.toml",
        "/assets/%2fetc/passwd",
        "/assets//etc/passwd",
        "/assets/.git/config",
        "/assets/C:%5cwindows",
        "/assets/%00index.html",
        "/assets/%FF",
        "/assets/",
    ] {
        let answer = desk.get(path).await;
        if path == "/assets/" {
            assert_eq!(answer.status, 404);
        } else {
            assert_eq!(
                answer.problem(),
                "404 not-found: there is nothing at this path; /docs lists what there is",
                "{path}"
            );
        }
    }
}

/// Files of the folder, by their paths in it.
fn files(folder: &Path, path: &str, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap()) {
        let path = format!("{path}{}", entry.file_name().to_str().unwrap());
        if entry.path().is_dir() {
            files(&entry.path(), &format!("{path}/"), found);
        } else {
            found.push(path);
        }
    }
}

#[tokio::test]
async fn every_file_of_the_console_can_be_loaded() {
    let desk = Desk::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/console");
    let mut found = Vec::new();
    files(&folder, "", &mut found);
    for path in found.iter().filter(|path| !path.ends_with(".md")) {
        let answer = desk.get(&format!("/assets/{path}")).await;
        assert_eq!((answer.status.as_u16(), answer.header("cache-control")), (200, "no-cache"), "{path}");
        assert_eq!(answer.body.as_bytes(), std::fs::read(folder.join(path)).unwrap(), "{path}");
        let expected = match path.rsplit_once('.').unwrap().1 {
            "html" => "text/html; charset=utf-8",
            "css" => "text/css; charset=utf-8",
            "js" => "text/javascript; charset=utf-8",
            "svg" => "image/svg+xml",
            other => panic!("{other}: say here what it is"),
        };
        assert_eq!(answer.header("content-type"), expected);
    }
    assert!(found.contains(&"index.html".to_owned()));
}
