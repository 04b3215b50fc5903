//! Whether a backend takes telemetry: an export of nothing, as every OTLP server must accept it.

use std::error::Error as _;

use http::StatusCode;
use http::header::{CONTENT_TYPE, TE};
use secrecy::ExposeSecret as _;

use super::config::{Otlp, Protocol};

/// A gRPC message of no bytes: not compressed, length zero.
const EMPTY_MESSAGE: [u8; 5] = [0; 5];

/// Sends an empty export of `signal` (`spans`, `metrics` or `logs`).
///
/// # Errors
/// One sentence that says what is wrong and which variable to change; never a secret.
pub async fn reach(signal: &str, otlp: &Otlp) -> Result<(), String> {
    let grpc = otlp.protocol == Protocol::Grpc;
    let url = if grpc {
        format!("{}/{}", otlp.endpoint.trim_end_matches('/'), service(signal))
    } else {
        otlp.endpoint.clone()
    };
    let (kind, body) = match otlp.protocol {
        Protocol::Grpc => ("application/grpc", EMPTY_MESSAGE.to_vec()),
        Protocol::HttpJson => ("application/json", b"{}".to_vec()),
        // A protobuf message with nothing in it has no bytes.
        Protocol::HttpProtobuf => ("application/x-protobuf", Vec::new()),
    };
    let mut request = client(grpc)?.post(url).header(CONTENT_TYPE, kind).body(body);
    if grpc {
        request = request.header(TE, "trailers");
    }
    for (name, value) in &otlp.headers {
        request = request.header(name, value.expose_secret());
    }
    let answer = request.send().await.map_err(|error| unreachable(&error, grpc))?;
    // A call that fails at once has its gRPC status in the head.
    let kind = answer.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if kind.starts_with("text/html") {
        return Err("a web page came back: check OTEL_EXPORTER_OTLP_ENDPOINT and the proxy".to_owned());
    }
    let grpc_status = answer.headers().get("grpc-status").and_then(|status| status.to_str().ok()).unwrap_or("0");
    judge(answer.status(), grpc_status)
}

/// The address without what may be secret in it: user, password and query.
pub fn public_address(address: &str) -> String {
    let Ok(url) = address.parse::<reqwest::Url>() else { return "[REDACTED]".to_owned() };
    let port = url.port().map_or_else(String::new, |port| format!(":{port}"));
    format!("{}://{}{port}{}", url.scheme(), url.host_str().unwrap_or_default(), url.path())
}

fn service(signal: &str) -> &'static str {
    match signal {
        "metrics" => "opentelemetry.proto.collector.metrics.v1.MetricsService/Export",
        "logs" => "opentelemetry.proto.collector.logs.v1.LogsService/Export",
        _ => "opentelemetry.proto.collector.trace.v1.TraceService/Export",
    }
}

fn client(grpc: bool) -> Result<reqwest::Client, String> {
    // An error says that there is a provider already, which is as well.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let builder = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
    let builder = if grpc { builder.http2_prior_knowledge() } else { builder };
    builder.build().map_err(|_| "TLS cannot be set up: install the system's ca-certificates".to_owned())
}

fn judge(status: StatusCode, grpc_status: &str) -> Result<(), String> {
    const CREDENTIALS: &str = "the credentials are rejected: check OTEL_EXPORTER_OTLP_HEADERS";
    match (status.as_u16(), grpc_status) {
        (200..=299, "0") => Ok(()),
        (401 | 403, _) | (_, "7" | "16") => Err(CREDENTIALS.to_owned()),
        (200..=299, "12") => Err("the server does not take this signal over gRPC".to_owned()),
        (200..=299, status) => Err(format!("the server answers with gRPC status {status}")),
        (404 | 405, _) => {
            Err("nothing takes telemetry there: check the path of OTEL_EXPORTER_OTLP_ENDPOINT and the protocol"
                .to_owned())
        }
        (415, _) => Err("the server does not take this format: check OTEL_EXPORTER_OTLP_PROTOCOL".to_owned()),
        (300..=399, _) => Err(format!("the server sends us elsewhere (HTTP {status}): use the address that it names")),
        _ => Err(format!("the server answers with HTTP {}", status.as_u16())),
    }
}

/// The client's own text may hold the whole address, so none of it is kept.
fn unreachable(error: &reqwest::Error, grpc: bool) -> String {
    if error.is_builder() {
        return "this is no address, or a header cannot be sent: check OTEL_EXPORTER_OTLP_ENDPOINT and _HEADERS"
            .to_owned();
    }
    if !error.is_connect() {
        let other = if grpc { "http/protobuf" } else { "grpc" };
        return format!("something else listens there: is OTEL_EXPORTER_OTLP_PROTOCOL={other} meant?");
    }
    let refused = std::iter::successors(error.source(), |&cause| cause.source())
        .filter_map(|cause| cause.downcast_ref::<std::io::Error>())
        .any(|error| error.kind() == std::io::ErrorKind::ConnectionRefused);
    if refused {
        return "nobody listens there: start the backend, or check OTEL_EXPORTER_OTLP_ENDPOINT".to_owned();
    }
    "it cannot be reached: check OTEL_EXPORTER_OTLP_ENDPOINT, the name, TLS and the network".to_owned()
}
