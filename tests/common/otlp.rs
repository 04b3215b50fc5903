//! A backend that takes OTLP over HTTP and keeps what it got.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::post;
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::logs::v1::LogRecord;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message as _;
use tokio::net::TcpListener;

/// What came in.
#[derive(Default)]
pub(crate) struct Backend {
    traces: Mutex<Vec<ExportTraceServiceRequest>>,
    metrics: Mutex<Vec<ExportMetricsServiceRequest>>,
    logs: Mutex<Vec<ExportLogsServiceRequest>>,
    headers: Mutex<Vec<HeaderMap>>,
}

impl Backend {
    /// Starts one on a free port; returns it with its address.
    pub(crate) async fn start() -> (Arc<Self>, String) {
        let backend = Arc::<Self>::default();
        let router = Router::new()
            .route("/v1/traces", post(traces))
            .route("/v1/metrics", post(metrics))
            .route("/v1/logs", post(logs))
            .with_state(backend.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let serving = async move { axum::serve(listener, router).await.unwrap() };
        #[expect(clippy::disallowed_methods, reason = "it ends with the test's runtime")]
        drop(tokio::spawn(serving));
        (backend, format!("http://{address}"))
    }

    pub(crate) fn spans(&self) -> Vec<Span> {
        let requests = self.traces.lock().unwrap();
        let resources = requests.iter().flat_map(|request| &request.resource_spans);
        resources.flat_map(|resource| &resource.scope_spans).flat_map(|scope| scope.spans.clone()).collect()
    }

    pub(crate) fn log_records(&self) -> Vec<LogRecord> {
        let requests = self.logs.lock().unwrap();
        let resources = requests.iter().flat_map(|request| &request.resource_logs);
        resources.flat_map(|resource| &resource.scope_logs).flat_map(|scope| scope.log_records.clone()).collect()
    }

    pub(crate) fn metric_names(&self) -> Vec<String> {
        let requests = self.metrics.lock().unwrap();
        let resources = requests.iter().flat_map(|request| &request.resource_metrics);
        let scopes = resources.flat_map(|resource| &resource.scope_metrics);
        scopes.flat_map(|scope| scope.metrics.iter().map(|metric| metric.name.clone())).collect()
    }

    pub(crate) fn headers(&self) -> Vec<HeaderMap> {
        self.headers.lock().unwrap().clone()
    }
}

async fn traces(State(backend): State<Arc<Backend>>, headers: HeaderMap, body: Bytes) {
    backend.headers.lock().unwrap().push(headers);
    backend.traces.lock().unwrap().push(ExportTraceServiceRequest::decode(body).unwrap());
}

async fn metrics(State(backend): State<Arc<Backend>>, body: Bytes) {
    backend.metrics.lock().unwrap().push(ExportMetricsServiceRequest::decode(body).unwrap());
}

async fn logs(State(backend): State<Arc<Backend>>, body: Bytes) {
    backend.logs.lock().unwrap().push(ExportLogsServiceRequest::decode(body).unwrap());
}
