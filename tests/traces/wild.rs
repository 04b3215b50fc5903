//! Whatever is sent, there is an answer.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use proptest::prelude::*;
use prost::Message as _;
use zeroth::traces::{self, Encoding, Intake, Malformed, Signal};

use crate::stage::{self, batch, call, span};

const LIMITS: Intake = Intake { max_bytes: 1 << 20, max_parts: 10_000 };
const SIGNALS: [Signal; 3] = [Signal::Traces, Signal::Logs, Signal::Metrics];
const ENCODINGS: [Encoding; 2] = [Encoding::Protobuf, Encoding::Json];

fn valid(encoding: Encoding) -> Vec<u8> {
    let spans = batch("game", vec![call(1, 1, 0, 100), span(1, 2, 5, 50)]).spans;
    let request = ExportTraceServiceRequest { resource_spans: spans };
    match encoding {
        Encoding::Protobuf => request.encode_to_vec(),
        Encoding::Json => serde_json::to_vec(&request).unwrap(),
    }
}

/// Reads it as everything, and keeps what can be read.
fn take(bytes: &[u8]) {
    let store = stage::in_memory();
    for (signal, encoding) in SIGNALS.into_iter().flat_map(|signal| ENCODINGS.map(|encoding| (signal, encoding))) {
        if let Ok(batch) = traces::read(signal, encoding, bytes, &LIMITS) {
            store.accept_blocking(batch).unwrap();
        }
    }
    let _ = traces::unzip(bytes, &LIMITS);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_bytes_have_an_answer(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        take(&bytes);
    }

    #[test]
    fn so_have_messages_that_were_damaged(
        json in any::<bool>(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        length in any::<prop::sample::Index>(),
    ) {
        let mut bytes = valid(if json { Encoding::Json } else { Encoding::Protobuf });
        for (place, byte) in damage {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        bytes.truncate(length.index(bytes.len()) + 1);
        take(&bytes);
    }
}

#[tokio::test]
async fn both_encodings_say_the_same() {
    let [left, right] = ENCODINGS.map(|encoding| traces::read(Signal::Traces, encoding, &valid(encoding), &LIMITS));
    assert_eq!(left.unwrap().spans, right.unwrap().spans);
}

#[test]
fn errors_name_what_is_wrong() {
    let read = |bytes: &[u8], encoding| traces::read(Signal::Logs, encoding, bytes, &LIMITS).unwrap_err().to_string();
    let told = [
        read(b"{\"resourceLogs\": 3}", Encoding::Json),
        read(b"\xff\xff", Encoding::Protobuf),
        read(&vec![b' '; 2 << 20], Encoding::Json),
        // Small on its way, large in memory.
        read(&[0x0a, 0].repeat(11_000), Encoding::Protobuf),
        read(format!("[{}]", "{},".repeat(6_000)).as_bytes(), Encoding::Json),
        Encoding::of("text/plain; charset=utf-8").unwrap_err().to_string(),
        traces::unzip(b"no gzip", &LIMITS).unwrap_err().to_string(),
    ];
    insta::assert_snapshot!(told.join("\n"), @r#"
    this is not an OTLP log export request: invalid type: integer `3`, expected a sequence at line 1 column 18
    this is not an OTLP log export request: failed to decode Protobuf message: invalid varint
    the message is larger than 1048576 bytes; send smaller batches
    the message has more than 10000 fields; send smaller batches
    the message has more than 10000 fields; send smaller batches
    the media type is "text/plain"; send application/x-protobuf or application/json
    this is not a gzip stream: unexpected end of file
    "#);
    assert_eq!(Encoding::of("Application/JSON; charset=utf-8"), Ok(Encoding::Json));
}

#[test]
fn what_is_packed_is_bounded_too() {
    let pack = |bytes: &[u8]| {
        let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
        packed.write_all(bytes).unwrap();
        packed.finish().unwrap()
    };
    assert_eq!(traces::unzip(&pack(b"words"), &LIMITS).unwrap(), b"words");
    let bomb = pack(&vec![0; 100 << 20]);
    assert_eq!(traces::unzip(&bomb, &LIMITS), Err(Malformed::TooLarge { max_bytes: 1 << 20 }));
}

#[tokio::test]
async fn what_makes_no_sense_is_rejected_and_the_rest_is_kept() {
    let traces = stage::in_memory();
    let mut nameless = call(1, 1, 0, 10);
    nameless.trace_id = vec![0; 16];
    let future = span(1, 2, 48 * 3_600_000, 1);
    let mut endless = span(1, 3, 0, 1);
    endless.end_time_unix_nano = 0;
    let receipt = stage::accept(&traces, vec![nameless, future, endless, call(1, 4, 0, 10)]).await;
    assert_eq!((receipt.accepted, receipt.rejected), (2, 2));
    assert_eq!(receipt.message, "a span has no valid trace id (16 bytes, not all zero)");
    assert_eq!(traces.health().await.unwrap().rejected, 2);
}

#[tokio::test]
async fn who_brings_too_much_is_sent_away() {
    let config = traces::Config { queue_bytes: 1, ..stage::config(traces::Place::Memory) };
    let store = stage::open(config, stage::hand());
    // What is larger than the queue gets in when it is alone; of many at once, some do not.
    let many = (1..200).map(|id| store.accept(batch("game", vec![call(id, id, 0, 10)])));
    let answers = futures::future::join_all(many).await;
    let kept = answers.iter().filter(|answer| answer.is_ok()).count() as u64;
    let full = answers.into_iter().find_map(Result::err).unwrap();
    assert_eq!(full.to_string(), "telemetry comes faster than it can be written; try again in 1 s");
    assert_eq!(store.health().await.unwrap().accepted, kept, "only what was acknowledged is kept");
    assert!(kept > 0);
    assert!(store.accept(batch("game", vec![call(900, 900, 0, 10)])).await.is_ok(), "there is room again");
}
