//! Messages on their way in: bounded in time and in bytes, read beside the runtime, and no reason to wait at the end.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::{Duration, SystemTime};

use axum::body::{Body, Bytes, HttpBody};
use axum::http::{Request, Response};
use futures::future::BoxFuture;
use futures::{FutureExt as _, StreamExt as _, poll, stream};
use http_body::{Frame, SizeHint};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use prost::Message as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;
use zeroth::clock::Clock;
use zeroth::http::Config as Http;
use zeroth::lifecycle;
use zeroth::llm::PriceList;
use zeroth::task::Tasks;
use zeroth::traces::{CallQuery, Config, Place, Traces};

use crate::intake::packed;
use crate::stage::{self, batch, call, config, hand, in_memory, open, with};

const GRPC: &str = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";

/// An answer under way.
type Sent = BoxFuture<'static, Response<Body>>;

fn sent(traces: &Arc<Traces>, closing: &CancellationToken, (path, media_type): (&str, &str), body: Body) -> Sent {
    let router = zeroth::http::intake(Arc::clone(traces), &Http::default(), closing.clone());
    let request = Request::post(path).header("content-type", media_type).body(body).unwrap();
    router.oneshot(request).map(Result::unwrap).boxed()
}

fn http(traces: &Arc<Traces>, body: Body) -> Sent {
    sent(traces, &CancellationToken::new(), ("/v1/traces", "application/x-protobuf"), body)
}

/// A body that was announced and does not come.
struct Announced(u64);

impl HttpBody for Announced {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        Poll::Pending
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.0)
    }
}

/// A body of which so many bytes come, unannounced, and no more.
fn begun(bytes: usize) -> Body {
    let frame = stream::iter([Ok::<_, std::convert::Infallible>(Bytes::from(vec![0; bytes]))]);
    Body::from_stream(frame.chain(stream::pending()))
}

fn message() -> Vec<u8> {
    ExportTraceServiceRequest { resource_spans: batch("bot", vec![call(1, 1, 0, 10)]).spans }.encode_to_vec()
}

/// One that is not read where it is brought.
fn large() -> Vec<u8> {
    let span = with(call(1, 1, 0, 10), "gen_ai.input.messages", &"word ".repeat(20_000));
    ExportTraceServiceRequest { resource_spans: batch("bot", vec![span]).spans }.encode_to_vec()
}

fn outcome(answer: &Response<Body>) -> (u16, bool) {
    (answer.status().as_u16(), answer.headers().contains_key("retry-after"))
}

fn grpc_status(answer: &Response<Body>) -> Option<&str> {
    answer.headers().get("grpc-status").and_then(|status| status.to_str().ok())
}

#[tokio::test(start_paused = true)]
async fn a_message_that_does_not_come_is_given_up() {
    let traces = Arc::new(in_memory());
    let late = http(&traces, Body::new(Announced(100))).await;
    assert_eq!(outcome(&late), (408, false));
    let closing = CancellationToken::new();
    let late = sent(&traces, &closing, (GRPC, "application/grpc"), begun(20)).await;
    assert_eq!(grpc_status(&late), Some("4"));
}

#[tokio::test(start_paused = true)]
async fn there_is_room_for_so_many_bytes_on_their_way_and_no_more() {
    let traces = Arc::new(open(Config { queue_bytes: 2000, ..config(Place::Memory) }, hand()));
    for first in [Body::new(Announced(1900)), begun(1900)] {
        let mut first = http(&traces, first);
        assert!(poll!(first.as_mut()).is_pending());
        assert_eq!(outcome(&http(&traces, message().into()).await), (503, true));
        assert_eq!(outcome(&http(&traces, begun(200)).await), (503, true), "what is not announced needs room, too");
        let closing = CancellationToken::new();
        let grpc = sent(&traces, &closing, (GRPC, "application/grpc"), Body::new(Announced(200))).await;
        assert_eq!(grpc_status(&grpc), Some("14"));
        // Its sender leaves.
        drop(first);
        assert_eq!(outcome(&http(&traces, message().into()).await), (200, false));
    }
}

/// A body that counts what is taken of it.
fn counted(frames: usize, taken: &Arc<AtomicUsize>) -> Body {
    let taken = Arc::clone(taken);
    let frame = move |_| {
        taken.fetch_add(1, Ordering::Relaxed);
        Ok::<_, std::convert::Infallible>(Bytes::from(vec![0; 1000]))
    };
    Body::from_stream(stream::iter(0..frames).map(frame))
}

#[tokio::test]
async fn who_is_sent_away_may_finish_first() {
    let traces = Arc::new(open(Config { queue_bytes: 2000, ..config(Place::Memory) }, hand()));
    let mut first = http(&traces, Body::new(Announced(1900)));
    assert!(poll!(first.as_mut()).is_pending());
    let taken = Arc::default();
    assert_eq!(outcome(&http(&traces, counted(50, &taken)).await), (503, true));
    assert_eq!(taken.load(Ordering::Relaxed), 50, "a sender that is cut off does not hear when to come again");
}

#[tokio::test]
async fn what_is_announced_as_too_large_is_not_waited_for() {
    let traces = Arc::new(in_memory());
    let most = traces.intake().max_bytes as u64;
    assert_eq!(outcome(&http(&traces, Body::new(Announced(most + 1))).await), (413, false));
    assert_eq!(outcome(&http(&traces, begun(traces.intake().max_bytes + 1)).await), (413, false));
}

#[tokio::test]
async fn at_the_end_nobody_waits_for_what_is_on_its_way() {
    let (traces, closing) = (Arc::new(in_memory()), CancellationToken::new());
    let otlp = ("/v1/traces", "application/x-protobuf");
    let mut first = sent(&traces, &closing, otlp, Body::new(Announced(100)));
    assert!(poll!(first.as_mut()).is_pending());
    closing.cancel();
    assert_eq!(outcome(&first.await), (503, true));
    assert_eq!(outcome(&sent(&traces, &closing, otlp, message().into()).await), (200, false), "this one is here");
}

#[tokio::test]
async fn an_upload_under_way_does_not_hold_the_end() {
    let (traces, tasks) = (Arc::new(in_memory()), Tasks::default());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let face = (listener, zeroth::http::intake(traces, &Http::default(), tasks.closing()));
    let stuck = async {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let head = "POST /v1/traces HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
                    content-length: 1000000\r\nexpect: 100-continue\r\n\r\n";
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut told = [0; 25];
        stream.read_exact(&mut told).await.unwrap();
        assert_eq!(&told, b"HTTP/1.1 100 Continue\r\n\r\n");
        stream.write_all(b"{\"resourceSpans\": [").await.unwrap();
        stream
    };
    let (sender, receiver) = tokio::sync::oneshot::channel();
    let shutdown = stuck.map(|stream| drop(sender.send(stream)));
    let served = lifecycle::serve([face], &tasks, Duration::from_secs(3600), shutdown);
    let ended = tokio::time::timeout(Duration::from_secs(20), served).await;
    assert!(matches!(ended, Ok(Ok(0))), "{ended:?}");
    let mut answer = String::new();
    let _ = receiver.await.unwrap().read_to_string(&mut answer).await;
    assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
}

#[test]
fn large_and_packed_messages_are_read_beside_the_runtime() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().max_blocking_threads(1).build().unwrap();
    runtime.block_on(async {
        let traces = Arc::new(in_memory());
        let (go, wait) = std::sync::mpsc::channel::<()>();
        let busy = tokio::task::spawn_blocking(move || wait.recv());
        let unreadable = || Body::from(vec![0xff; 100_000]);
        let mut plain = http(&traces, unreadable());
        let router = stage::intake(&traces);
        let request = Request::post("/v1/traces").header("content-type", "application/x-protobuf");
        let request = request.header("content-encoding", "gzip").body(Body::from(packed(&[0xff; 100]))).unwrap();
        let mut packed = router.oneshot(request).boxed();
        // Nobody reads them while all threads for it are busy; the runtime goes on.
        assert!(poll!(plain.as_mut()).is_pending() && poll!(packed.as_mut()).is_pending());
        assert_eq!(http(&traces, message().into()).await.status(), 200);
        go.send(()).unwrap();
        busy.await.unwrap().unwrap();
        assert_eq!((plain.await.status().as_u16(), packed.await.unwrap().status().as_u16()), (400, 400));
    });
}

/// A clock that breaks once for whoever makes rows, when it is told to.
#[derive(Default)]
struct Trap(AtomicBool);

impl Clock for Trap {
    fn now(&self) -> SystemTime {
        let writes = std::thread::current().name() == Some("traces-writer");
        assert!(writes || !self.0.swap(false, Ordering::SeqCst), "on purpose");
        SystemTime::UNIX_EPOCH + Duration::from_secs(stage::NOON)
    }

    fn ticks(&self) -> Duration {
        Duration::ZERO
    }
}

#[tokio::test]
async fn what_breaks_the_reader_is_refused_and_not_asked_for_again() {
    let trap = Arc::new(Trap::default());
    let clock = Arc::clone(&trap) as Arc<dyn Clock>;
    let traces = Arc::new(Traces::open(config(Place::Memory), Arc::new(PriceList::built_in()), clock).unwrap());
    for body in [message(), large()] {
        trap.0.store(true, Ordering::SeqCst);
        assert_eq!(outcome(&http(&traces, body.clone().into()).await), (500, false));
        trap.0.store(true, Ordering::SeqCst);
        let framed = [&[0], &u32::try_from(body.len()).unwrap().to_be_bytes()[..], &body].concat();
        let closing = CancellationToken::new();
        let answer = sent(&traces, &closing, (GRPC, "application/grpc"), framed.into()).await;
        assert_eq!((grpc_status(&answer), outcome(&answer).1), (Some("13"), false));
        assert_eq!(outcome(&http(&traces, body.into()).await), (200, false), "it goes on");
    }
    assert_eq!(traces.calls(CallQuery::default()).await.unwrap().total.calls, 1);
}

#[tokio::test]
async fn a_panic_is_an_answer_too() {
    let breaks = stream::once(async { panic!("on purpose") }).map(|()| Ok::<_, std::convert::Infallible>(Bytes::new()));
    assert_eq!(outcome(&http(&Arc::new(in_memory()), Body::from_stream(breaks)).await), (500, false));
}
