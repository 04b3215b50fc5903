//! A connection that sends a request and reads the answer without understanding more of it than where it ends.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// A connection that is kept.
pub(crate) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    pub(crate) async fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.expect("a connection; is the limit of open files high enough?");
        stream.set_nodelay(true).unwrap();
        Self { stream, buffer: vec![0; 16 * 1024] }
    }

    pub(crate) async fn send(&mut self, request: &[u8]) {
        self.stream.write_all(request).await.unwrap();
    }

    /// Reads what there is; nothing when the server has gone.
    pub(crate) async fn read(&mut self) -> &[u8] {
        let length = self.stream.read(&mut self.buffer).await.unwrap_or(0);
        &self.buffer[..length]
    }

    /// Sends a request and reads the whole answer, which ends with a length or with an empty chunk. Returns its size.
    pub(crate) async fn ask(&mut self, request: &[u8]) -> usize {
        self.send(request).await;
        let mut answer = Vec::new();
        let mut end = None;
        loop {
            let read = self.read().await;
            assert!(!read.is_empty(), "the server has gone");
            answer.extend_from_slice(read);
            if end.is_none()
                && let Some(head) = find(&answer, b"\r\n\r\n")
            {
                assert!(answer.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&answer));
                let text = String::from_utf8_lossy(&answer[..head]).to_lowercase();
                let length =
                    text.split("content-length: ").nth(1).and_then(|rest| rest.lines().next()?.parse::<usize>().ok());
                end = Some(length.map(|length| head + 4 + length));
            }
            let over = match end {
                None => false,
                Some(Some(length)) => answer.len() >= length,
                Some(None) => answer.ends_with(b"\r\n0\r\n\r\n"),
            };
            if over {
                return answer.len();
            }
        }
    }
}

/// A request to the simulator.
pub(crate) fn post(path: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "POST {path} HTTP/1.1\r\nhost: sim\r\nanthropic-version: 2023-06-01\r\ncontent-type: application/json\r\n\
         content-length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

pub(crate) fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}
