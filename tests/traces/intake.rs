//! What comes over HTTP: kept in each encoding, and answered in the sender's own.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::http::Request;
use opentelemetry_proto::tonic::collector::trace::v1::{ExportTraceServiceRequest, ExportTraceServiceResponse};
use prost::Message as _;
use serde_json::{Value, json};
use tower::ServiceExt as _;
use zeroth::traces::{CallQuery, Config, Intake, Place, Traces};

use crate::stage::{self, batch, call, config, hand, in_memory, open};

struct Answer {
    status: u16,
    media_type: String,
    retry: bool,
    body: Vec<u8>,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

type Headers<'a> = &'a [(&'a str, &'a str)];

async fn send(traces: &Arc<Traces>, headers: Headers<'_>, body: Vec<u8>) -> Answer {
    let mut request = Request::post("/v1/traces");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let router = stage::intake(traces);
    let answer = router.oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
    let header = |name| answer.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
    let (status, retry) = (answer.status().as_u16(), header("retry-after").is_some());
    let media_type = header("content-type").unwrap_or_default();
    Answer { status, media_type, retry, body: to_bytes(answer.into_body(), usize::MAX).await.unwrap().to_vec() }
}

fn request() -> ExportTraceServiceRequest {
    ExportTraceServiceRequest { resource_spans: batch("bot", vec![call(1, 1, 0, 10)]).spans }
}

pub(crate) fn packed(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write as _;
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

#[tokio::test]
async fn a_batch_is_kept_in_each_encoding_and_answered_in_its_own() {
    let protobuf = request().encode_to_vec();
    let json_text = serde_json::to_vec(&request()).unwrap();
    let cases: [(Headers, Vec<u8>); 4] = [
        (&[("content-type", "application/x-protobuf")], protobuf.clone()),
        (&[("content-type", "application/x-protobuf"), ("content-encoding", "gzip")], packed(&protobuf)),
        (&[("content-type", "application/json; charset=utf-8")], json_text.clone()),
        (&[("content-type", "application/json"), ("content-encoding", "gzip")], packed(&json_text)),
    ];
    for (headers, body) in cases {
        let traces = Arc::new(in_memory());
        let answer = send(&traces, headers, body).await;
        assert_eq!((answer.status, &*answer.media_type), (200, headers[0].1.split(';').next().unwrap()), "{headers:?}");
        match headers[0].1 {
            "application/x-protobuf" => {
                let told = ExportTraceServiceResponse::decode(&*answer.body).unwrap();
                assert_eq!(told.partial_success, None);
            }
            _ => assert_eq!(answer.json()["partialSuccess"], Value::Null),
        }
        assert_eq!(traces.calls(CallQuery::default()).await.unwrap().total.calls, 1, "{headers:?}");
    }
}

#[tokio::test]
async fn what_cannot_be_kept_is_refused_with_a_reason_and_not_asked_for_again() {
    let traces = Arc::new(in_memory());
    let cases: [(Headers, Vec<u8>, u16, &str); 4] = [
        (&[("content-type", "text/plain")], b"hello".to_vec(), 415, "the media type is \"text/plain\""),
        (
            &[("content-type", "application/json"), ("content-encoding", "zstd")],
            b"{}".to_vec(),
            415,
            "the content encoding is \"zstd\"; send gzip or none",
        ),
        (&[("content-type", "application/json")], b"{".to_vec(), 400, "this is not an OTLP trace export request"),
        (
            &[("content-type", "application/json"), ("content-encoding", "gzip")],
            b"no gzip".to_vec(),
            400,
            "this is not a gzip stream",
        ),
    ];
    for (headers, body, status, why) in cases {
        let answer = send(&traces, headers, body).await;
        assert_eq!((answer.status, answer.retry), (status, false), "{headers:?}");
        assert!(answer.json()["message"].as_str().unwrap().starts_with(why), "{}", answer.json());
    }
    let small = Config { intake: Intake { max_bytes: 100, ..Intake::default() }, ..config(Place::Memory) };
    let small = Arc::new(open(small, hand()));
    let answer = send(&small, &[("content-type", "application/x-protobuf")], vec![0; 101]).await;
    assert_eq!(answer.status, 413);
    assert_eq!(send(&traces, &[("content-type", "application/json")], json!({}).to_string().into()).await.status, 200);
}

#[tokio::test]
async fn when_there_is_no_room_senders_are_asked_to_come_again() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("traces.db");
    let full = Config { queue_bytes: 10, ..config(Place::File(file.clone())) };
    let traces = Arc::new(open(full, hand()));
    // While somebody else writes, what was let in waits for its commit.
    let other = rusqlite::Connection::open(&file).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let headers = [("content-type", "application/x-protobuf")];
    let first = send(&traces, &headers, request().encode_to_vec());
    let second = async {
        let answer = send(&traces, &headers, request().encode_to_vec()).await;
        other.execute_batch("COMMIT").unwrap();
        answer
    };
    let (first, second) = tokio::join!(first, second);
    assert_eq!((first.status, first.retry), (200, false));
    assert_eq!((second.status, second.retry), (503, true));
}
