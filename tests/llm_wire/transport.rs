//! Connections that fail, and what is said about them.

use bytes::Bytes;
use tokio::net::TcpListener;
use zeroth::llm::{Anthropic, ChatRequest, Delta, ErrorKind, Model, ModelError, OpenAi, Outgoing, TransportFault};
use zeroth::task::Tasks;

use super::cassette::Cassette;
use super::server::{Anywhere, Server};
use super::{anthropic, ask, openai, request, transport};

async fn play(base_url: String) -> ModelError {
    ask(&OpenAi::new(openai::config(&base_url), transport()).unwrap(), true).await.0.unwrap_err()
}

#[tokio::test]
async fn a_refused_connection_names_the_server_and_the_setting() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let error = play(format!("http://{address}/v1?key=hush")).await;
    assert_eq!(error.kind, ErrorKind::Unreachable);
    let expected =
        format!("cannot connect to {address} (connection refused): check OPENAI_BASE_URL, the proxy or the network");
    assert_eq!(error.message, expected);
}

#[tokio::test]
async fn a_server_without_tls_is_told_from_one_that_is_down() {
    let server = Server::start(Cassette::json(200, "{}")).await;
    let error = play(server.base_url.replace("http://", "https://")).await;
    assert_eq!(error.kind, ErrorKind::Unreachable);
    assert!(error.message.contains("does the server speak https?"), "{error}");
}

#[tokio::test]
async fn a_connection_that_breaks_before_the_answer_is_unreachable_too() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(Tasks::default().spawn(async move {
        while let Ok((connection, _)) = listener.accept().await {
            drop(connection);
        }
    }));
    let error = play(format!("http://{address}")).await;
    assert_eq!(error.kind, ErrorKind::Unreachable);
    assert!(error.message.starts_with(&format!("the connection to {address} broke")), "{error}");
}

#[tokio::test]
async fn one_send_is_one_request_whatever_the_answer() {
    let server = Server::start(Cassette::json(307, "").header("location", "/elsewhere")).await;
    let answer = transport().send(outgoing(&server.base_url)).await.unwrap();
    assert_eq!(answer.status, 307);
    assert_eq!(server.request().path, "/secret?key=hush");
}

#[tokio::test]
async fn an_error_holds_nothing_of_the_address_but_host_and_port() {
    let fault = transport().send(outgoing("http://127.0.0.1:9")).await.err().unwrap();
    assert_eq!(fault.fault, TransportFault::Connect);
    assert!(!format!("{fault:?}").contains("secret") && !format!("{fault:?}").contains("hush"), "{fault:?}");
}

fn outgoing(base_url: &str) -> Outgoing {
    Outgoing {
        method: http::Method::POST,
        url: format!("{base_url}/secret?key=hush").parse().unwrap(),
        headers: http::HeaderMap::new(),
        body: Bytes::from_static(b"{}"),
        resend_count: 0,
    }
}

#[tokio::test]
async fn an_attempt_says_how_many_came_before() {
    let wire = Anywhere::new(Cassette::json(503, ""));
    let (anthropic, openai) = (anthropic::config("https://h.example"), openai::config("https://h.example"));
    let anthropic = Anthropic::new(anthropic, wire.clone()).unwrap();
    let openai = OpenAi::new(openai, wire.clone()).unwrap();
    for model in [&anthropic as &dyn Model, &openai] {
        for resend_count in [0, 3] {
            let request = ChatRequest { resend_count, ..request() };
            model.chat(&request, &mut |_: Delta<'_>| {}).await.unwrap_err();
        }
    }
    assert_eq!(wire.resends(), [0, 3, 0, 3]);
}
