//! What a sender is told: OTLP's own answers, in the sender's own encoding.

use opentelemetry_proto::tonic::collector::logs::v1::{ExportLogsPartialSuccess, ExportLogsServiceResponse};
use opentelemetry_proto::tonic::collector::metrics::v1::{ExportMetricsPartialSuccess, ExportMetricsServiceResponse};
use opentelemetry_proto::tonic::collector::trace::v1::{ExportTracePartialSuccess, ExportTraceServiceResponse};
use prost::Message;
use serde::Serialize;

use super::super::batch::Receipt;
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
    encode(encoding, &Status { code: 0, message: message.to_owned() })
}

/// `google.rpc.Status` without details.
#[derive(Clone, PartialEq, Message, Serialize)]
struct Status {
    #[prost(int32, tag = "1")]
    #[serde(skip_serializing_if = "is_zero")]
    code: i32,
    #[prost(string, tag = "2")]
    message: String,
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
