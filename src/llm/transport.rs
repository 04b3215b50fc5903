//! The wire under the adapters: one call of [`Transport::send`] is one HTTP attempt.

use std::error::Error as _;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::BoxStream;
use futures::{StreamExt as _, TryStreamExt as _};
use http::{HeaderMap, Method, StatusCode};
use rustls::CertificateError;

use super::endpoint::ConfigError;

/// Sends one HTTP request to a provider.
#[async_trait]
pub trait Transport: Send + Sync {
    /// Sends `request` and returns as soon as the head of the answer is there.
    ///
    /// # Errors
    /// [`TransportError`] when no answer came. An answer of any status is not an error here.
    async fn send(&self, request: Outgoing) -> Result<Incoming, TransportError>;
}

/// One attempt at a request.
#[derive(Clone)]
pub struct Outgoing {
    /// The method, nearly always POST.
    pub method: Method,
    /// The whole address.
    pub url: reqwest::Url,
    /// All headers but `content-length`; secret ones are marked sensitive.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
    /// Which attempt this is: 0 for the first.
    pub resend_count: u32,
}

impl fmt::Debug for Outgoing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Neither headers (keys) nor body (prompts): this may end up in a log.
        write!(f, "{} {} ({} bytes)", self.method, self.url.host_str().unwrap_or("?"), self.body.len())
    }
}

/// The head of an answer, and its body as it comes.
pub struct Incoming {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body; an item that is an error ends it.
    pub body: BoxStream<'static, Result<Bytes, TransportError>>,
    /// Where the reader says that it has all it wants, which may be before the body's end.
    pub read: Read,
}

/// Whether a body was read to where its reader wanted to come.
#[derive(Debug, Clone, Default)]
pub struct Read(Arc<AtomicBool>);

impl Read {
    /// It was.
    pub fn done(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it was.
    pub fn is_done(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Why no answer, or no rest of the answer, came.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct TransportError {
    /// Where it failed.
    pub fault: TransportFault,
    /// What happened, without secrets.
    pub message: String,
    /// What the user can do, where it is not the address that is to be checked.
    pub advice: Option<&'static str>,
}

/// Where a transport failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransportFault {
    /// No connection: name, address, TLS or proxy.
    Connect,
    /// Too slow.
    Timeout,
    /// The connection broke after it was made.
    Broken,
}

/// How the real transport connects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransportConfig {
    /// The longest wait for a connection.
    pub connect_timeout: Duration,
    /// A file of certificates in PEM that replaces the system's: the value of `SSL_CERT_FILE`.
    pub ca_bundle: Option<PathBuf>,
}

/// The real transport: HTTP/1.1 and 2, TLS, and the proxies that the usual variables name.
///
/// It waits for connections only; [`TimedOut`](super::TimedOut) bounds the rest.
pub struct HttpTransport {
    client: reqwest::Client,
    connect_timeout: Duration,
}

impl HttpTransport {
    /// A transport with a pool of connections of its own.
    ///
    /// # Errors
    /// [`ConfigError`] when there are no certificates to check servers with.
    pub fn new(config: &TransportConfig) -> Result<Self, ConfigError> {
        // An error says that somebody was faster, which is as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = reqwest::Client::builder()
            .connect_timeout(config.connect_timeout)
            // A redirected POST would lose its body or carry the key to a stranger.
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("zeroth/", env!("CARGO_PKG_VERSION")));
        if let Some(path) = &config.ca_bundle {
            builder = builder.tls_certs_only(certificates(path).map_err(problem)?);
        }
        let client = builder.build().map_err(|_| {
            problem("cannot set up TLS: install the system's ca-certificates, or name a bundle in SSL_CERT_FILE".into())
        })?;
        Ok(Self { client, connect_timeout: config.connect_timeout })
    }
}

#[async_trait]
impl Transport for HttpTransport {
    async fn send(&self, request: Outgoing) -> Result<Incoming, TransportError> {
        let Outgoing { method, url, headers, body, resend_count: _ } = request;
        let server = server(&url);
        let sent = self.client.request(method, url).headers(headers).body(body).send().await;
        let response = sent.map_err(|error| self.explain(&error, &server))?;
        let (status, headers) = (response.status(), response.headers().clone());
        let body = response.bytes_stream().map_err(move |error| broken(&error, &server)).boxed();
        Ok(Incoming { status, headers, body, read: Read::default() })
    }
}

impl HttpTransport {
    /// What the client's error means. Its own text may hold the whole address, so none of it is kept.
    fn explain(&self, error: &reqwest::Error, server: &str) -> TransportError {
        if !error.is_connect() {
            return broken(error, server);
        }
        let (reason, advice) = if error.is_timeout() {
            (format!("no connection within {:?}", self.connect_timeout), None)
        } else if error.is_dns() {
            ("no such host".to_owned(), None)
        } else {
            reason(error)
        };
        let message = format!("cannot connect to {server} ({reason})");
        TransportError { fault: TransportFault::Connect, message, advice }
    }
}

fn broken(error: &reqwest::Error, server: &str) -> TransportError {
    if error.is_timeout() {
        let message = format!("{server} is too slow");
        return TransportError { fault: TransportFault::Timeout, message, advice: None };
    }
    TransportError { fault: TransportFault::Broken, message: format!("the connection to {server} broke"), advice: None }
}

/// Why there is no connection, and what to do if it is not the address: the first cause that can be named.
fn reason(error: &reqwest::Error) -> (String, Option<&'static str>) {
    let mut causes = std::iter::successors(error.source(), |&cause| cause.source());
    let named = causes.find_map(|cause| cause.downcast_ref().and_then(io_reason));
    named.unwrap_or_else(|| ("refused on the way".to_owned(), None))
}

/// Errors of TLS hide inside those of the socket, at times two deep.
fn io_reason(error: &io::Error) -> Option<(String, Option<&'static str>)> {
    let Some(inner) = error.get_ref() else { return Some((error.kind().to_string(), None)) };
    let (reason, advice) = match inner.downcast_ref() {
        Some(rustls::Error::InvalidCertificate(flaw)) => match flaw {
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
                ("its certificate has expired", None)
            }
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                ("its certificate is for another host", None)
            }
            _ => {
                let advice = "name the bundle of certificates that knows it in SSL_CERT_FILE";
                ("its certificate is not trusted", Some(advice))
            }
        },
        Some(_) => ("TLS failed: does the server speak https?", None),
        None => return inner.downcast_ref().and_then(io_reason),
    };
    Some((reason.to_owned(), advice))
}

fn server(url: &reqwest::Url) -> String {
    format!("{}:{}", url.host_str().unwrap_or("?"), url.port_or_known_default().unwrap_or_default())
}

fn certificates(path: &Path) -> Result<Vec<reqwest::Certificate>, String> {
    let shown = path.display();
    let text = std::fs::read(path).map_err(|error| format!("cannot read SSL_CERT_FILE {shown}: {}", error.kind()))?;
    let certificates = reqwest::Certificate::from_pem_bundle(&text).unwrap_or_default();
    if certificates.is_empty() {
        return Err(format!("SSL_CERT_FILE {shown} holds no certificates in PEM"));
    }
    Ok(certificates)
}

fn problem(problem: String) -> ConfigError {
    ConfigError { problems: vec![problem] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bundle_without_certificates_is_named() {
        let file = tempfile::NamedTempFile::new().unwrap();
        for (path, expected) in [(file.path(), "holds no certificates"), (Path::new("/nowhere.pem"), "cannot read")] {
            let ca_bundle = Some(path.to_owned());
            let config = TransportConfig { connect_timeout: Duration::from_secs(1), ca_bundle };
            let problem = HttpTransport::new(&config).err().unwrap().to_string();
            assert!(problem.contains(expected) && problem.contains("SSL_CERT_FILE"), "{problem}");
        }
    }

    #[test]
    fn a_request_shows_neither_address_nor_key_nor_prompt() {
        let mut headers = HeaderMap::new();
        headers.insert("x-api-key", http::HeaderValue::from_static("hush"));
        let url = "https://host.example/secret?key=hush".parse().unwrap();
        let request =
            Outgoing { method: Method::POST, url, headers, body: Bytes::from_static(b"hush"), resend_count: 0 };
        assert_eq!(format!("{request:?}"), "POST host.example (4 bytes)");
    }
}
