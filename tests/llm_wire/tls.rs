//! Servers that speak TLS, over HTTP/1.1 and HTTP/2, with a certificate that nobody has signed but themselves.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::serve::Listener;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use zeroth::llm::{ErrorKind, HttpTransport, ModelError, OpenAi, Transport, TransportConfig};

use super::cassette::Cassette;
use super::server::Server;
use super::{ask, openai, transport};

/// A listener that makes each connection a safe one; who does not trust it is gone.
pub(crate) struct Tls {
    listener: TcpListener,
    acceptor: TlsAcceptor,
}

impl Tls {
    /// On a free port, for these protocols.
    pub(crate) async fn bind(protocols: &[&str]) -> Self {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder =
            rustls::ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        let certificate = CertificateDer::from_pem_file(file("cert.pem")).unwrap();
        let key = PrivateKeyDer::from_pem_file(file("key.pem")).unwrap();
        let mut config = builder.with_no_client_auth().with_single_cert(vec![certificate], key).unwrap();
        config.alpn_protocols = protocols.iter().map(|protocol| protocol.as_bytes().to_vec()).collect();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self { listener, acceptor: TlsAcceptor::from(Arc::new(config)) }
    }
}

impl Listener for Tls {
    type Io = TlsStream<TcpStream>;
    type Addr = std::net::SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            let (connection, address) = Listener::accept(&mut self.listener).await;
            if let Ok(safe) = self.acceptor.accept(connection).await {
                return (safe, address);
            }
        }
    }

    fn local_addr(&self) -> std::io::Result<Self::Addr> {
        self.listener.local_addr()
    }
}

/// A file of the server's identity.
pub(crate) fn file(name: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests/llm_wire/tls", name].iter().collect()
}

fn trusting() -> Arc<dyn Transport> {
    let config = TransportConfig { connect_timeout: Duration::from_secs(10), ca_bundle: Some(file("cert.pem")) };
    Arc::new(HttpTransport::new(&config).unwrap())
}

fn answer() -> Cassette {
    let body =
        "data: {\"choices\":[{\"delta\":{\"content\":\"Hello\"},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";
    Cassette::events(body)
}

async fn play(
    cassette: Cassette,
    protocol: &str,
    transport: Arc<dyn Transport>,
) -> (Result<String, ModelError>, String) {
    let server = Server::listening_on(Tls::bind(&[protocol]).await, cassette).await;
    let base_url = server.base_url.replace("http://", "https://");
    let (outcome, heard) = ask(&OpenAi::new(openai::config(&base_url), transport).unwrap(), true).await;
    (outcome.map(|reply| reply.text), heard)
}

#[tokio::test]
async fn a_certificate_that_nobody_knows_needs_the_bundle() {
    let error = play(answer(), "http/1.1", transport()).await.0.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unreachable);
    let advice = "(its certificate is not trusted): name the bundle of certificates that knows it in SSL_CERT_FILE";
    assert!(error.message.starts_with("cannot connect to 127.0.0.1:") && error.message.ends_with(advice), "{error}");
    assert_eq!(play(answer(), "http/1.1", trusting()).await.0, Ok("Hello".to_owned()));
}

#[tokio::test]
async fn a_certificate_for_another_host_is_told_from_one_that_is_unknown() {
    let server = Server::listening_on(Tls::bind(&["http/1.1"]).await, answer()).await;
    // An address that leads to the same place, and is not in the certificate.
    let base_url = server.base_url.replace("http://127.0.0.1", "https://0.0.0.0");
    let error = ask(&OpenAi::new(openai::config(&base_url), trusting()).unwrap(), true).await.0.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unreachable);
    let advice = "(its certificate is for another host): check OPENAI_BASE_URL, the proxy or the network";
    assert!(error.message.ends_with(advice), "{error}");
}

#[tokio::test]
async fn a_stream_of_http_2_that_is_reset_is_truncated() {
    assert_eq!(play(answer(), "h2", trusting()).await.0, Ok("Hello".to_owned()));
    let half = Cassette::events("data: {\"choices\":[{\"delta\":{\"content\":\"Hello\"}}]}\n\n").reset();
    let (outcome, _) = play(half, "h2", trusting()).await;
    assert_eq!(outcome.unwrap_err().kind, ErrorKind::Truncated);
}
