//! What a sender is told: OTLP's own answers, in the sender's own encoding.

use opentelemetry_proto::tonic::collector::logs::v1::{ExportLogsPartialSuccess, ExportLogsServiceResponse};
use opentelemetry_proto::tonic::collector::metrics::v1::{ExportMetricsPartialSuccess, ExportMetricsServiceResponse};
use opentelemetry_proto::tonic::collector::trace::v1::{ExportTracePartialSuccess, ExportTraceServiceResponse};
use prost::Message;
use serde::Serialize;

use super::super::batch::{Full, Receipt};
use super::{Encoding, Signal};

/// The answer to a message that was kept, wholly or in part: the body of a 200.
pub fn acknowledge(signal: Signal, encoding: Encoding, receipt: &Receipt) -> Vec<u8> {
    let partly = receipt.rejected > 0 || !receipt.message.is_empty();
    let rejected = i64::try_from(receipt.rejected).unwrap_or(i64::MAX);
    let error_message = receipt.message.clone();
    match signal {
        Signal::Traces => {
            let partial = ExportTracePartialSuccess { rejected_spans: rejected, error_message };
            encode(encoding, &ExportTraceServiceResponse { partial_success: partly.then_some(partial) })
        }
        Signal::Logs => {
            let partial = ExportLogsPartialSuccess { rejected_log_records: rejected, error_message };
            encode(encoding, &ExportLogsServiceResponse { partial_success: partly.then_some(partial) })
        }
        Signal::Metrics => {
            let partial = ExportMetricsPartialSuccess { rejected_data_points: rejected, error_message };
            encode(encoding, &ExportMetricsServiceResponse { partial_success: partly.then_some(partial) })
        }
    }
}

/// The answer to a message of which nothing was kept: a `google.rpc.Status`, whose code is left to the HTTP status.
pub fn refuse(encoding: Encoding, message: &str) -> Vec<u8> {
    encode(encoding, &Status { message: message.to_owned(), ..Status::default() })
}

/// The same for senders over gRPC who should come again: a `google.rpc.Status` of this code with a `RetryInfo`, which says when.
pub fn retry_later(code: i32, full: &Full) -> Vec<u8> {
    let seconds = i64::try_from(full.retry_after.as_secs()).unwrap_or(i64::MAX).max(1);
    let info = RetryInfo { delay: Some(Delay { seconds }) };
    let detail =
        Detail { type_url: "type.googleapis.com/google.rpc.RetryInfo".to_owned(), value: info.encode_to_vec() };
    Status { code, message: full.to_string(), details: vec![detail] }.encode_to_vec()
}

/// What another receiver says that it kept: as [`acknowledge`] words it, in protobuf. It does not say how much it accepted.
pub fn read_receipt(signal: Signal, answer: &[u8]) -> Receipt {
    let told = match signal {
        Signal::Traces => ExportTraceServiceResponse::decode(answer)
            .ok()
            .and_then(|answer| answer.partial_success)
            .map(|part| (part.rejected_spans, part.error_message)),
        Signal::Logs => ExportLogsServiceResponse::decode(answer)
            .ok()
            .and_then(|answer| answer.partial_success)
            .map(|part| (part.rejected_log_records, part.error_message)),
        Signal::Metrics => ExportMetricsServiceResponse::decode(answer)
            .ok()
            .and_then(|answer| answer.partial_success)
            .map(|part| (part.rejected_data_points, part.error_message)),
    };
    let (rejected, message) = told.unwrap_or_default();
    Receipt { accepted: 0, rejected: u64::try_from(rejected).unwrap_or(0), message }
}

/// Why another receiver kept nothing: as [`refuse`] words it, in protobuf; empty when it says nothing of the kind.
pub fn read_refusal(answer: &[u8]) -> String {
    let told = Status::decode(answer).map(|status| status.message).unwrap_or_default();
    told.chars().filter(|c| !c.is_control()).take(300).collect()
}

/// `google.rpc.Status`.
#[derive(Clone, PartialEq, Message, Serialize)]
struct Status {
    #[prost(int32, tag = "1")]
    #[serde(skip_serializing_if = "is_zero")]
    code: i32,
    #[prost(string, tag = "2")]
    message: String,
    #[prost(message, repeated, tag = "3")]
    #[serde(skip)]
    details: Vec<Detail>,
}

/// `google.protobuf.Any`.
#[derive(Clone, PartialEq, Message)]
struct Detail {
    #[prost(string, tag = "1")]
    type_url: String,
    #[prost(bytes = "vec", tag = "2")]
    value: Vec<u8>,
}

/// `google.rpc.RetryInfo`.
#[derive(Clone, PartialEq, Message)]
struct RetryInfo {
    #[prost(message, optional, tag = "1")]
    delay: Option<Delay>,
}

/// `google.protobuf.Duration` of whole seconds.
#[derive(Clone, PartialEq, Message)]
struct Delay {
    #[prost(int64, tag = "1")]
    seconds: i64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
const fn is_zero(code: &i32) -> bool {
    *code == 0
}

fn encode<T: Message + Serialize>(encoding: Encoding, answer: &T) -> Vec<u8> {
    match encoding {
        Encoding::Protobuf => answer.encode_to_vec(),
        Encoding::Json => serde_json::to_vec(answer).unwrap_or_default(),
    }
}
