//! Real connections: what happens when they break, and how they end.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

use zeroth::http::{Config, bind, serve};

use crate::app::App;
use crate::scripted::Step::{Say, Wait};

/// A server on a free port that ends when the app's tasks are closed.
async fn start(app: &App) -> (SocketAddr, JoinHandle<std::io::Result<()>>) {
    let listener = bind(&Config { port: 0, ..Config::default() }).await.unwrap();
    let address = listener.local_addr().unwrap();
    let closing = app.tasks.closing();
    let server = serve(listener, app.router.clone(), async move { closing.cancelled().await });
    #[expect(clippy::disallowed_methods, reason = "the server of a test belongs to nobody's shutdown")]
    let server = tokio::spawn(server);
    (address, server)
}

async fn send(address: SocketAddr, head: &str, body: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let length = body.len();
    let request = format!(
        "{head}\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    stream
}

async fn read_until(stream: &mut TcpStream, end: &str) -> String {
    let mut text = String::new();
    let mut buffer = [0; 4096];
    while !text.contains(end) {
        let count = stream.read(&mut buffer).await.unwrap();
        assert!(count > 0, "the connection ended after: {text}");
        text.push_str(std::str::from_utf8(&buffer[..count]).unwrap());
    }
    text
}

const MESSAGE: &str = r#"{"message": "On."}"#;
const STREAM: &str = "POST /play HTTP/1.1\r\naccept: text/event-stream";

#[tokio::test]
async fn a_connection_that_breaks_in_the_middle_loses_no_turn() {
    let app = App::new();
    let (address, _server) = start(&app).await;
    app.play.script([Say("The "), Wait, Say("end.")]);
    let mut stream = send(address, STREAM, MESSAGE).await;
    read_until(&mut stream, "The ").await;
    drop(stream);
    app.play.go_on();
    app.play.kept(1).await;
}

#[tokio::test]
async fn a_turn_that_runs_is_finished_before_the_server_ends() {
    let app = App::new();
    let (address, server) = start(&app).await;
    app.play.script([Say("The "), Wait, Say("end.")]);
    let mut stream = send(address, STREAM, MESSAGE).await;
    read_until(&mut stream, "The ").await;
    app.tasks.close();
    app.play.go_on();
    read_until(&mut stream, "event: turn").await;
    tokio::time::timeout(Duration::from_secs(5), server).await.unwrap().unwrap().unwrap();
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn a_body_that_is_too_large_is_answered_all_the_same() {
    let app = App::new();
    let (address, _server) = start(&app).await;
    let body = format!(r#"{{"message": "{}"}}"#, "a".repeat(100_000));
    let mut stream = send(address, "POST /play HTTP/1.1", &body).await;
    assert!(read_until(&mut stream, "\r\n").await.starts_with("HTTP/1.1 413 "));
}

#[tokio::test]
async fn a_port_that_is_taken_is_named() {
    let listener = bind(&Config { port: 0, ..Config::default() }).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let error = bind(&Config { port, ..Config::default() }).await.unwrap_err();
    assert!(error.to_string().starts_with(&format!("cannot listen on 127.0.0.1:{port}: ")), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_body_that_does_not_come_is_not_waited_for() {
    let app = App::new();
    let (address, _server) = start(&app).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    let head =
        "POST /play HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 50\r\n\r\n{";
    stream.write_all(head.as_bytes()).await.unwrap();
    assert!(read_until(&mut stream, "\r\n").await.starts_with("HTTP/1.1 408 "));
}

#[tokio::test]
async fn silent_connections_do_not_keep_the_server_from_ending() {
    let app = App::new();
    let (address, server) = start(&app).await;
    let mut idle = send(address, "POST /play HTTP/1.1", MESSAGE).await;
    read_until(&mut idle, "provider").await;
    let silent = TcpStream::connect(address).await.unwrap();
    // Connections are taken in the order in which they came, so the server knows these two when it answers this one.
    read_until(&mut send(address, "POST /play HTTP/1.1", MESSAGE).await, "provider").await;
    app.tasks.close();
    tokio::time::timeout(Duration::from_secs(5), server).await.unwrap().unwrap().unwrap();
    drop((idle, silent));
}
