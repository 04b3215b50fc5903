//! Requests per second, when answers take no time.

use std::time::Duration;

use tokio::time::Instant;

use super::client::{Connection, post};
use super::server::Server;

/// Connections at a time.
const CALLERS: usize = 16;
/// How long each kind is asked for.
const TIME: Duration = Duration::from_secs(5);

pub(crate) async fn measure() {
    println!("\nrequests per second, {CALLERS} connections, instant answers\n");
    let said = r#""messages": [{"role": "user", "content": "Where is the bridge, and who is there?"}]"#;
    let kinds = [
        ("/v1/chat/completions", format!(r#"{{"model": "gpt-4o-mini", {said}}}"#), "whole"),
        ("/v1/chat/completions", format!(r#"{{"model": "gpt-4o-mini", "stream": true, {said}}}"#), "streamed"),
        ("/v1/messages", format!(r#"{{"model": "claude-sonnet-4-6", "max_tokens": 500, {said}}}"#), "whole"),
        (
            "/v1/messages",
            format!(r#"{{"model": "claude-sonnet-4-6", "max_tokens": 500, "stream": true, {said}}}"#),
            "streamed",
        ),
        (
            "/v1/embeddings",
            r#"{"model": "text-embedding-3-small", "input": "The lamp is lit.", "encoding_format": "base64"}"#
                .to_owned(),
            "whole",
        ),
    ];
    let server = Server::start("instant").await;
    for (path, body, kind) in kinds {
        let request = post(path, &body);
        let before = server.processor();
        let callers = (0..CALLERS).map(|_| ask(&server, &request));
        let counts: Vec<usize> = futures::future::join_all(callers).await;
        let after = server.processor();
        let count = counts.iter().sum::<usize>() as f64;
        println!(
            "{path:22} {kind:9} {:7.0}/s   {:5.0} µs of the server's processor time each",
            count / TIME.as_secs_f64(),
            (after.0 - before.0) / count * 1e6,
        );
    }
    println!("resident memory of the server: {:.0} MB", server.resident());
}

async fn ask(server: &Server, request: &[u8]) -> usize {
    let mut connection = Connection::open(server.address).await;
    let end = Instant::now() + TIME;
    let mut count = 0;
    while Instant::now() < end {
        connection.ask(request).await;
        count += 1;
    }
    count
}
