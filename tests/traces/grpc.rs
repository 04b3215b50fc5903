//! What comes over gRPC: kept as over HTTP, and answered in gRPC's words.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use axum::Router;
use axum::body::{Body, HttpBody as _};
use axum::http::Request;
use opentelemetry::trace::{SpanContext, SpanId, SpanKind, Status, TraceFlags, TraceId, TraceState};
use opentelemetry::{InstrumentationScope, KeyValue};
use opentelemetry_otlp::{Compression, SpanExporter, WithExportConfig as _, WithTonicConfig as _};
use opentelemetry_proto::tonic::collector::trace::v1::{ExportTraceServiceRequest, ExportTraceServiceResponse};
use opentelemetry_sdk::trace::{SpanData, SpanEvents, SpanExporter as _, SpanLinks};
use proptest::prelude::*;
use prost::Message as _;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;
use zeroth::http::{Config as Http, Receiver};
use zeroth::traces::{CallQuery, Config, Intake, Place, Traces};

use crate::intake::packed;
use crate::stage::{self, NOON, batch, call, config, hand, in_memory, open, span};

const TRACES: &str = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";

#[derive(Debug)]
struct Answer {
    http: u16,
    /// From the trailers, or from the headers where there is nothing else.
    status: Option<u8>,
    why: String,
    details: Option<String>,
    body: Vec<u8>,
}

async fn send(router: Router, path: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Answer {
    let mut request = Request::post(path).header("te", "trailers");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let answer = router.oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
    let (head, mut frames) = answer.into_parts();
    let (mut body, mut trailers) = (Vec::new(), head.headers);
    while let Some(frame) = std::future::poll_fn(|poller| std::pin::Pin::new(&mut frames).poll_frame(poller)).await {
        match frame.unwrap().into_data() {
            Ok(data) => body.extend(data),
            Err(frame) => trailers.extend(frame.into_trailers().unwrap()),
        }
    }
    let text = |name: &str| trailers.get(name).map(|value| value.to_str().unwrap().to_owned());
    Answer {
        http: head.status.as_u16(),
        status: text("grpc-status").map(|code| code.parse().unwrap()),
        why: text("grpc-message").unwrap_or_default(),
        details: text("grpc-status-details-bin"),
        body,
    }
}

async fn export(traces: &Arc<Traces>, headers: &[(&str, &str)], body: Vec<u8>) -> Answer {
    let headers = [&[("content-type", "application/grpc")], headers].concat();
    send(stage::intake(traces), TRACES, &headers, body).await
}

fn framed(flag: u8, message: &[u8]) -> Vec<u8> {
    [&[flag], &u32::try_from(message.len()).unwrap().to_be_bytes()[..], message].concat()
}

fn request() -> Vec<u8> {
    ExportTraceServiceRequest { resource_spans: batch("bot", vec![call(1, 1, 0, 10)]).spans }.encode_to_vec()
}

/// Names and values.
type Headers<'a> = &'a [(&'a str, &'a str)];

#[tokio::test]
async fn a_call_is_kept_packed_or_not() {
    let cases: [(Headers<'_>, Vec<u8>); 3] = [
        (&[], framed(0, &request())),
        (&[("grpc-encoding", "gzip")], framed(1, &packed(&request()))),
        (&[("grpc-encoding", "gzip")], framed(0, &request())),
    ];
    for (headers, body) in cases {
        let traces = Arc::new(in_memory());
        let answer = export(&traces, headers, body).await;
        assert_eq!((answer.http, answer.status), (200, Some(0)), "{answer:?}");
        let told = ExportTraceServiceResponse::decode(&answer.body[5..]).unwrap();
        assert_eq!((&answer.body[..5], told.partial_success), (&[0, 0, 0, 0, 0][..], None));
        assert_eq!(traces.calls(CallQuery::default()).await.unwrap().total.calls, 1);
    }
}

#[tokio::test]
async fn what_is_kept_in_part_says_so() {
    let mut broken = span(1, 2, 0, 1);
    broken.trace_id.clear();
    let request = ExportTraceServiceRequest { resource_spans: batch("bot", vec![call(1, 1, 0, 10), broken]).spans };
    let answer = export(&Arc::new(in_memory()), &[], framed(0, &request.encode_to_vec())).await;
    let told = ExportTraceServiceResponse::decode(&answer.body[5..]).unwrap().partial_success.unwrap();
    assert_eq!((answer.status, told.rejected_spans), (Some(0), 1));
    assert!(told.error_message.contains("trace id"), "{told:?}");
}

#[tokio::test]
async fn what_cannot_be_read_is_refused_and_not_asked_for_again() {
    let small = Config { intake: Intake { max_bytes: 1000, ..Intake::default() }, ..config(Place::Memory) };
    let traces = Arc::new(open(small, hand()));
    let cases: [(Headers<'_>, Vec<u8>, u8, &str); 9] = [
        (&[], Vec::new(), 13, "there is no message"),
        (&[], vec![0, 0, 0, 0, 9, 1], 13, "there is not one whole message"),
        (&[], [framed(0, b""), framed(0, b"")].concat(), 13, "there is not one whole message"),
        (&[], framed(7, b""), 13, "the flag before the message is neither 0 nor 1"),
        (&[], framed(1, b""), 12, "messages may be packed with gzip only"),
        (&[("grpc-encoding", "zstd")], framed(1, b""), 12, "messages may be packed with gzip only"),
        (&[("grpc-encoding", "gzip")], framed(1, b"no gzip"), 3, "this is not a gzip stream"),
        (&[], framed(0, b"\xff\xff"), 3, "this is not an OTLP trace export request"),
        // Packed it is small.
        (
            &[("grpc-encoding", "gzip")],
            framed(1, &packed(&vec![0; 100_000])),
            8,
            "the message is larger than 1000 bytes",
        ),
    ];
    for (headers, body, status, why) in cases {
        let answer = export(&traces, headers, body).await;
        assert_eq!((answer.http, answer.status, &answer.details), (200, Some(status), &None), "{answer:?}");
        assert!(answer.why.starts_with(why), "{answer:?}");
    }
    let large = export(&traces, &[], framed(0, &vec![0; 5000])).await;
    assert_eq!((large.status, large.details), (Some(8), None));
    let plain = send(stage::intake(&traces), TRACES, &[("content-type", "text/plain")], vec![]).await;
    assert_eq!((plain.http, plain.status), (415, None));
}

#[tokio::test]
async fn when_there_is_no_room_it_is_said_when_to_come_again() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("traces.db");
    let traces = Arc::new(open(Config { queue_bytes: 10, ..config(Place::File(file.clone())) }, hand()));
    // While somebody else writes, what was let in waits for its commit.
    let other = rusqlite::Connection::open(&file).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let second = async {
        let answer = export(&traces, &[], framed(0, &request())).await;
        other.execute_batch("COMMIT").unwrap();
        answer
    };
    let (first, second) = tokio::join!(export(&traces, &[], framed(0, &request())), second);
    assert_eq!((first.status, second.status), (Some(0), Some(14)));
    let details = base64::Engine::decode(&base64::engine::general_purpose::STANDARD_NO_PAD, second.details.unwrap());
    let text = String::from_utf8_lossy(&details.unwrap()).into_owned();
    assert!(text.contains("type.googleapis.com/google.rpc.RetryInfo"), "{text}");
}

/// A receiver on a free port.
async fn receive(traces: &Arc<Traces>, token: Option<&str>) -> String {
    let receiver = Receiver { setting: "ZEROTH_OTLP_GRPC", host: None, port: 0 };
    let settings = Http { token: token.map(Into::into), ..Http::default() };
    let listener: TcpListener = receiver.bind(&settings).await.unwrap();
    let address = listener.local_addr().unwrap();
    let serving = axum::serve(listener, receiver.router(&settings, Arc::clone(traces), CancellationToken::new()));
    #[expect(clippy::disallowed_methods, reason = "it ends with the test's runtime")]
    drop(tokio::spawn(async move { serving.await.unwrap() }));
    format!("http://{address}")
}

fn sdk(address: &str, token: Option<&str>) -> SpanExporter {
    let mut metadata = opentelemetry_otlp::tonic_types::metadata::MetadataMap::new();
    if let Some(token) = token {
        metadata.insert("authorization", format!("Bearer {token}").parse().unwrap());
    }
    let exporter = SpanExporter::builder().with_tonic().with_endpoint(address).with_timeout(Duration::from_secs(10));
    exporter.with_compression(Compression::Gzip).with_metadata(metadata).build().unwrap()
}

fn finished() -> SpanData {
    let start = SystemTime::UNIX_EPOCH + Duration::from_secs(NOON);
    let state = TraceState::default();
    SpanData {
        span_context: SpanContext::new(TraceId::from(7), SpanId::from(9), TraceFlags::SAMPLED, false, state),
        parent_span_id: SpanId::INVALID,
        parent_span_is_remote: false,
        span_kind: SpanKind::Client,
        name: "chat sim-1".into(),
        start_time: start,
        end_time: start + Duration::from_secs(1),
        attributes: vec![
            KeyValue::new("gen_ai.operation.name", "chat"),
            KeyValue::new("gen_ai.request.model", "sim-1"),
            KeyValue::new("gen_ai.conversation.id", "over gRPC"),
        ],
        dropped_attributes_count: 0,
        events: SpanEvents::default(),
        links: SpanLinks::default(),
        status: Status::Unset,
        instrumentation_scope: InstrumentationScope::builder("test").build(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_sdk_sends_over_a_real_connection() {
    let traces = Arc::new(in_memory());
    let address = receive(&traces, None).await;
    sdk(&address, None).export(vec![finished()]).await.unwrap();
    let calls = traces.calls(CallQuery::default()).await.unwrap().calls;
    assert_eq!(calls[0].conversation.as_deref(), Some("over gRPC"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_sdk_needs_the_token_where_there_is_one() {
    let traces = Arc::new(in_memory());
    let token = "correct-horse-battery-staple";
    let address = receive(&traces, Some(token)).await;
    let refused = sdk(&address, None).export(vec![finished()]).await.unwrap_err().to_string();
    assert!(refused.contains("Unauthenticated"), "{refused}");
    sdk(&address, Some(token)).export(vec![finished()]).await.unwrap();
    assert_eq!(traces.calls(CallQuery::default()).await.unwrap().total.calls, 1);
}

#[tokio::test]
async fn a_receiver_has_nothing_but_telemetry() {
    let traces = Arc::new(in_memory());
    let receiver = Receiver { setting: "ZEROTH_OTLP_HTTP", host: None, port: 0 };
    let routes = || receiver.router(&Http::default(), Arc::clone(&traces), CancellationToken::new());
    let grpc = [("content-type", "application/grpc")];
    let profiles = "/opentelemetry.proto.collector.profiles.v1development.ProfilesService/Export";
    assert_eq!(send(routes(), profiles, &grpc, framed(0, b"")).await.status, Some(12));
    assert_eq!(send(routes(), "/play", &[], vec![]).await.http, 404);
    assert_eq!(send(routes(), "/v1/traces", &[("content-type", "application/json")], b"{}".to_vec()).await.http, 200);
    let rebound = [("content-type", "application/json"), ("host", "evil.example:4318")];
    assert_eq!(send(routes(), "/v1/traces", &rebound, b"{}".to_vec()).await.http, 421);
    let taken = receiver.bind(&Http::default()).await.unwrap();
    let port = taken.local_addr().unwrap().port();
    let error = Receiver { port, ..receiver.clone() }.bind(&Http::default()).await.unwrap_err().to_string();
    assert!(error.starts_with(&format!("ZEROTH_OTLP_HTTP: cannot listen on 127.0.0.1:{port}: ")), "{error}");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_have_a_status(
        body in prop_oneof![
            prop::collection::vec(any::<u8>(), 0..300),
            (0..3_u8, prop::collection::vec(any::<u8>(), 0..300)).prop_map(|(flag, message)| framed(flag, &message)),
            (0..request().len(), any::<u8>()).prop_map(|(place, byte)| {
                let mut message = request();
                message[place] = byte;
                framed(0, &message)
            }),
        ],
        encoding in prop_oneof![Just("gzip"), Just("identity"), Just("zstd")],
        path in 0..3_usize,
    ) {
        let paths = ["trace.v1.TraceService", "logs.v1.LogsService", "metrics.v1.MetricsService"];
        let path = format!("/opentelemetry.proto.collector.{}/Export", paths[path]);
        let answer = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
            let headers = [("content-type", "application/grpc+proto"), ("grpc-encoding", encoding)];
            send(stage::intake(&Arc::new(in_memory())), &path, &headers, body).await
        });
        prop_assert_eq!(answer.http, 200);
        prop_assert!(answer.status.is_some_and(|status| [0, 3, 8, 12, 13].contains(&status)), "{:?}", answer);
    }
}
