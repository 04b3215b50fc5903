//! What happens, as it happens.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use axum::http::{Request, StatusCode};
use futures::StreamExt as _;
use insta::assert_snapshot;
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use zeroth::lifecycle;
use zeroth::task::Tasks;

use crate::desk::{Answer, Desk, routes};
use crate::stage::{self, accept, call, span};

/// A client that reads one event after another.
struct Reader {
    body: BodyDataStream,
    text: String,
}

impl Reader {
    async fn open(desk: &Desk, path: &str, last: Option<&str>) -> Self {
        let mut request = Request::get(path);
        if let Some(last) = last {
            request = request.header("last-event-id", last);
        }
        let response = desk.open(request.body(Body::empty()).unwrap()).await;
        assert_eq!(response.status(), StatusCode::OK);
        Self { body: response.into_body().into_data_stream(), text: String::new() }
    }

    /// The next event as it stands; none when the stream has ended.
    async fn event(&mut self) -> Option<String> {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let (event, rest) = (event.to_owned(), rest.to_owned());
                self.text = rest;
                if !event.starts_with(':') {
                    return Some(event);
                }
            } else {
                self.text += std::str::from_utf8(&self.body.next().await?.unwrap()).unwrap();
            }
        }
    }

    /// What the next event says.
    async fn told(&mut self) -> Value {
        let event = self.event().await.unwrap();
        let data = event.lines().find_map(|line| line.strip_prefix("data: ")).unwrap();
        serde_json::from_str(data).unwrap()
    }

    /// The spans whose calls the next event tells, and its number.
    async fn calls(&mut self) -> (Vec<String>, i64) {
        let told = self.told().await;
        let calls = told["calls"].as_array().unwrap();
        let span = |call: &Value| call["span"].as_str().unwrap().trim_start_matches('0').to_owned();
        (calls.iter().map(span).collect(), told["number"].as_i64().unwrap())
    }
}

#[tokio::test]
async fn what_comes_is_told_and_what_was_there_is_not() {
    let desk = Desk::new();
    accept(&desk.traces, vec![call(1, 1, 0, 100)]).await;
    let mut reader = Reader::open(&desk, "/api/live", None).await;
    assert_snapshot!(reader.event().await.unwrap(), @r#"
    event: changes
    id: 1
    retry: 1000
    data: {"number":1,"skipped":false,"calls":[]}
    "#);
    // All that comes while nobody reads is in one event.
    for id in 2..7 {
        accept(&desk.traces, vec![call(1, id, 0, 100), span(1, id + 100, 0, 5)]).await;
    }
    let (calls, number) = reader.calls().await;
    assert_eq!((calls.join(","), number), ("2,3,4,5,6".to_owned(), 11));
    accept(&desk.traces, vec![span(1, 8, 0, 5)]).await;
    assert_eq!(reader.calls().await, (vec![], 12), "the number rises with every span");
    accept(&desk.traces, vec![call(1, 9, 0, 100)]).await;
    assert_eq!(reader.calls().await, (vec!["9".to_owned()], 13));
}

#[tokio::test]
async fn who_comes_back_misses_nothing() {
    let desk = Desk::new();
    accept(&desk.traces, vec![call(1, 1, 0, 100)]).await;
    let mut reader = Reader::open(&desk, "/api/live", None).await;
    let event = reader.event().await.unwrap();
    let last = event.lines().find_map(|line| line.strip_prefix("id: ")).unwrap();
    drop(reader);
    accept(&desk.traces, vec![call(1, 2, 0, 100)]).await;
    // The browser's memory is newer than the address that it opens again.
    let mut reader = Reader::open(&desk, "/api/live?after=0", Some(last)).await;
    assert_eq!(reader.calls().await, (vec!["2".to_owned()], 2));
    let mut reader = Reader::open(&desk, "/api/live?after=0", None).await;
    assert_eq!(reader.calls().await, (vec!["1".to_owned(), "2".to_owned()], 2));
    for strange in ["99999", "-5", "x"] {
        let mut reader = Reader::open(&desk, "/api/live?after=99999", Some(strange)).await;
        let calls = reader.calls().await;
        let expected = if strange == "-5" { vec!["1".to_owned(), "2".to_owned()] } else { vec![] };
        assert_eq!(calls, (expected, 2), "{strange}");
    }
}

#[tokio::test]
async fn who_is_too_far_behind_goes_on_later_and_learns_it() {
    let desk = Desk::new();
    accept(&desk.traces, (1..=20_050).map(|id| span(1, id, 0, 1)).collect()).await;
    accept(&desk.traces, vec![call(1, 30_000, 0, 100)]).await;
    let told = Reader::open(&desk, "/api/live?after=20", None).await.told().await;
    assert_eq!((&told["skipped"], &told["number"]), (&true.into(), &20_051.into()));
    assert_eq!(told["calls"].as_array().unwrap().len(), 1);
    let told = Reader::open(&desk, "/api/live?after=51", None).await.told().await;
    assert_eq!(told["skipped"], false);
}

#[tokio::test]
async fn many_calls_come_in_several_events() {
    let desk = Desk::new();
    accept(&desk.traces, (1..=1100).map(|id| call(1, id, 0, 1)).collect()).await;
    let mut reader = Reader::open(&desk, "/api/live?after=0", None).await;
    let mut counts = Vec::new();
    for _ in 0..3 {
        counts.push(reader.calls().await.0.len());
    }
    assert_eq!(counts, [500, 500, 100]);
}

#[tokio::test]
async fn streams_end_when_the_program_does() {
    let desk = Desk::new();
    let mut reader = Reader::open(&desk, "/api/live", None).await;
    reader.event().await.unwrap();
    desk.closing.cancel();
    assert_eq!(reader.event().await, None);
    assert_eq!(Reader::open(&desk, "/api/live", None).await.event().await, None);
}

#[tokio::test]
async fn a_server_that_ends_waits_for_no_stream() {
    let tasks = Tasks::default();
    let router = routes(Some(Arc::new(stage::in_memory())), tasks.closing());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (end, ended) = oneshot::channel::<()>();
    let ended = async move { ended.await.unwrap() };
    let served = lifecycle::serve([(listener, router)], &tasks, Duration::from_secs(3600), ended);
    let watched = async move {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(b"GET /api/live HTTP/1.1\r\nhost: localhost\r\n\r\n").await.unwrap();
        let mut text = [0; 1024];
        let mut read = 0;
        while !text[..read].ends_with(b"\n\n\r\n") {
            read += stream.read(&mut text[read..]).await.unwrap();
        }
        end.send(()).unwrap();
        let mut rest = String::new();
        stream.read_to_string(&mut rest).await.unwrap();
        rest
    };
    let (served, rest) = tokio::join!(served, watched);
    assert_eq!((served.unwrap(), rest.as_str()), (0, "0\r\n\r\n"), "the body ends as it should");
}

#[tokio::test]
async fn no_more_watch_than_may() {
    let desk = Desk::new();
    let mut watching = Vec::new();
    for _ in 0..256 {
        watching.push(Reader::open(&desk, "/api/live", None).await);
    }
    let refused = desk.get("/api/live").await;
    assert_snapshot!(refused.problem(), @"503 traces-busy: as many watch as may at once; close a page that is not looked at");
    assert_eq!(refused.header("retry-after"), "5");
    watching.pop();
    Reader::open(&desk, "/api/live", None).await;
}

#[tokio::test]
async fn nothing_on_the_way_keeps_a_stream_back() {
    let desk = Desk::new();
    let response = desk.open(Request::get("/api/live").body(Body::empty()).unwrap()).await;
    desk.closing.cancel();
    let answer = Answer::read(response).await;
    let headers = ["content-type", "cache-control", "x-accel-buffering"].map(|name| answer.header(name).to_owned());
    assert_eq!(headers, ["text/event-stream", "no-store", "no"]);
}
