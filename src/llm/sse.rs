//! Server-Sent Events: bytes in, events out, however the network cuts them.
//!
//! One parser for all providers, after the HTML standard's chapter 9.2 ("Server-sent events"). Public, so that the
//! fuzzer in `fuzz/` and the benchmark in `benches/sse/` reach it.
//!
//! ```
//! use zeroth::llm::sse::Parser;
//!
//! let mut parser = Parser::new(1024);
//! assert!(parser.push(b"event: ping\ndata: {\"a\"").unwrap().is_empty());
//! let events = parser.push(b": 1}\r\n\r\n").unwrap();
//! assert_eq!((events[0].name.as_str(), events[0].data.as_str()), ("ping", r#"{"a": 1}"#));
//! ```

use std::borrow::Cow;
use std::time::Duration;

/// Turns the bytes of one event stream into events.
///
/// Lines are gathered as bytes and decoded when they are whole, so a cut inside a character or between CR and LF does
/// no harm. An event that the stream does not finish with an empty line is never handed out.
#[derive(Debug)]
pub struct Parser {
    limit: usize,
    line: Vec<u8>,
    /// The last byte was a CR: a LF right after it belongs to the same line end.
    after_cr: bool,
    /// No line has ended yet: the next one may begin with a byte order mark.
    at_start: bool,
    name: String,
    data: Option<String>,
    id: Option<String>,
    retry: Option<Duration>,
}

/// One event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The `event` field, or `message` without one.
    pub name: String,
    /// The `data` lines, joined by LF.
    pub data: String,
    /// The last `id` that the stream has given, in this event or before.
    pub id: Option<String>,
    /// The last `retry` that the stream has given.
    pub retry: Option<Duration>,
}

/// An event or a line is longer than the parser's limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an event is longer than {limit} bytes")]
pub struct TooLong {
    limit: usize,
}

impl Parser {
    /// A parser at the start of a stream, for events of at most `limit` bytes.
    pub fn new(limit: usize) -> Self {
        Self {
            limit,
            line: Vec::new(),
            after_cr: false,
            at_start: true,
            name: String::new(),
            data: None,
            id: None,
            retry: None,
        }
    }

    /// Reads the next bytes of the stream; gives the events that they complete.
    ///
    /// # Errors
    /// [`TooLong`]; the rest of the stream makes no sense then.
    pub fn push(&mut self, bytes: &[u8]) -> Result<Vec<Event>, TooLong> {
        let mut events = Vec::new();
        let Some(first) = bytes.first() else { return Ok(events) };
        let second_half = std::mem::take(&mut self.after_cr) && *first == b'\n';
        let mut rest = &bytes[usize::from(second_half)..];
        while let Some(end) = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')) {
            let line = &rest[..end];
            self.check(line)?;
            events.extend(self.end_of_line(line));
            let (is_cr, next) = (rest[end] == b'\r', rest.get(end + 1));
            self.after_cr = is_cr && next.is_none();
            rest = &rest[end + 1 + usize::from(is_cr && next == Some(&b'\n'))..];
        }
        self.check(rest)?;
        self.line.extend_from_slice(rest);
        Ok(events)
    }

    fn check(&self, more: &[u8]) -> Result<(), TooLong> {
        let length = self.line.len() + more.len() + self.data.as_ref().map_or(0, String::len);
        if length > self.limit { Err(TooLong { limit: self.limit }) } else { Ok(()) }
    }

    /// `end` ends the line; most lines lie in one piece and need not be gathered.
    fn end_of_line(&mut self, end: &[u8]) -> Option<Event> {
        if self.line.is_empty() {
            return self.whole_line(end);
        }
        let mut line = std::mem::take(&mut self.line);
        line.extend_from_slice(end);
        let event = self.whole_line(&line);
        line.clear();
        self.line = line;
        event
    }

    fn whole_line(&mut self, line: &[u8]) -> Option<Event> {
        // The strict reader is several times faster than the lossy one, and nearly always enough.
        let line = str::from_utf8(line).map_or_else(|_| String::from_utf8_lossy(line), Cow::Borrowed);
        let mark = std::mem::take(&mut self.at_start).then_some('\u{feff}');
        let line = mark.and_then(|mark| line.strip_prefix(mark)).unwrap_or(&line);
        if line.is_empty() {
            return self.end_of_event();
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        self.field(field, value.strip_prefix(' ').unwrap_or(value));
        None
    }

    fn field(&mut self, field: &str, value: &str) {
        match field {
            "event" => value.clone_into(&mut self.name),
            "data" => match &mut self.data {
                None => self.data = Some(value.to_owned()),
                Some(data) => {
                    data.push('\n');
                    data.push_str(value);
                }
            },
            "id" if !value.contains('\0') => self.id = Some(value.to_owned()),
            "retry" if value.bytes().all(|byte| byte.is_ascii_digit()) => {
                self.retry = value.parse().ok().map(Duration::from_millis).or(self.retry);
            }
            // A comment (an empty name) or a field from the future.
            _ => {}
        }
    }

    fn end_of_event(&mut self) -> Option<Event> {
        let name = std::mem::take(&mut self.name);
        let data = self.data.take()?;
        let name = if name.is_empty() { "message".to_owned() } else { name };
        Some(Event { name, data, id: self.id.clone(), retry: self.retry })
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    fn events(stream: &str) -> Vec<Event> {
        Parser::new(1024).push(stream.as_bytes()).unwrap()
    }

    fn pairs(stream: &str) -> Vec<(String, String)> {
        events(stream).into_iter().map(|event| (event.name, event.data)).collect()
    }

    fn pair(name: &str, data: &str) -> (String, String) {
        (name.to_owned(), data.to_owned())
    }

    #[test]
    fn every_line_end_is_a_line_end() {
        let expected = [pair("ping", "1"), pair("message", "2")];
        for end in ["\n", "\r\n", "\r"] {
            let stream = "event: ping\ndata: 1\n\ndata: 2\n\n".replace('\n', end);
            assert_eq!(pairs(&stream), expected, "{end:?}");
        }
        assert_eq!(pairs("event: ping\r\ndata: 1\n\rdata: 2\r\r\n"), expected, "mixed");
    }

    #[test]
    fn fields_are_read_as_the_standard_says() {
        let cases = [
            ("data: a\ndata: b\ndata:\n\n", vec![pair("message", "a\nb\n")]),
            ("data:  two spaces\n\n", vec![pair("message", " two spaces")]),
            ("data:none\n\n", vec![pair("message", "none")]),
            ("data\n\n", vec![pair("message", "")]),
            ("data: a:b\n\n", vec![pair("message", "a:b")]),
            (": keep-alive\n\ndata: x\n: between\n\n", vec![pair("message", "x")]),
            ("event: lost\n\ndata: x\n\n", vec![pair("message", "x")]),
            ("future: 1\ndata: x\n\n", vec![pair("message", "x")]),
            ("\u{feff}data: x\n\n", vec![pair("message", "x")]),
            ("data: x\n\n\u{feff}data: y\n\n", vec![pair("message", "x")]),
            ("data: unfinished\n", vec![]),
            ("data: unfinished", vec![]),
        ];
        for (stream, expected) in cases {
            assert_eq!(pairs(stream), expected, "{stream:?}");
        }
    }

    #[test]
    fn id_and_retry_last_until_they_change() {
        let events = events("id: 7\nretry: 250\ndata: a\n\nid: 8\0\nretry: soon\ndata: b\n\n");
        assert_eq!(events.len(), 2);
        for event in events {
            assert_eq!((event.id.as_deref(), event.retry), (Some("7"), Some(Duration::from_millis(250))));
        }
    }

    #[test]
    fn an_endless_event_is_an_error() {
        let mut one_line = Parser::new(64);
        assert_eq!(one_line.push(&[b'x'; 65]), Err(TooLong { limit: 64 }));
        let mut many_lines = Parser::new(64);
        assert!((0..64).any(|_| many_lines.push(b"data: 0123456789\n").is_err()));
        let mut many_events = Parser::new(64);
        assert!((0..64).all(|_| many_events.push(b"data: 0123456789\n\n").is_ok()), "each event has its own bound");
    }

    const STREAM: &str = "\u{feff}event: one\r\ndata: d\u{e9}j\u{e0} vu \u{1f409}\r\n\r\n\
        : ping\n\nid: 1\rdata: a\rdata: b\r\rdata: 3\n\n";

    proptest! {
        #[test]
        fn any_split_gives_the_same_events(cuts in vec(0..STREAM.len(), 0..12)) {
            let mut cuts = cuts;
            cuts.sort_unstable();
            let mut parser = Parser::new(1024);
            let mut parts = Vec::new();
            let mut from = 0;
            for to in cuts.into_iter().chain([STREAM.len()]) {
                parts.extend(parser.push(&STREAM.as_bytes()[from..to]).unwrap());
                from = to;
            }
            prop_assert_eq!(parts, events(STREAM));
        }

        #[test]
        fn any_stream_may_be_cut_anywhere(stream in "(event: ?|data|: |[a-c:\u{e9}]|\n|\r|\u{feff}){0,40}", cuts in vec(0..64_usize, 0..8)) {
            let bytes = stream.as_bytes();
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(bytes.len())).chain([bytes.len()]).collect();
            cuts.sort_unstable();
            let mut parser = Parser::new(1024);
            let mut from = 0;
            let mut parts = Vec::new();
            for to in cuts {
                parts.extend(parser.push(&bytes[from..to]).unwrap());
                from = to;
            }
            prop_assert_eq!(parts, events(&stream));
        }

        #[test]
        fn any_bytes_are_read_without_panic(chunks in vec(vec(any::<u8>(), 0..64), 0..16)) {
            let mut parser = Parser::new(128);
            for chunk in chunks {
                if parser.push(&chunk).is_err() {
                    break;
                }
            }
        }
    }
}
