//! Every file in `cassettes/`, played by a real server to the real adapter.
//!
//! A file begins with what is odd about the answer and what must come of it, in lines that begin with `#`; then the
//! answer, as it goes over the wire; and `[the body ends]` or `[the connection breaks]`, wherever that happens. The
//! first word of its name decides who is asked: `anthropic`, or someone who speaks Chat Completions. Streams are also
//! played in pieces of one byte and of three, so that each character and each line end is cut somewhere.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use zeroth::llm::{Anthropic, ChatReply, Model, ModelError, OpenAi, OpenAiConfig, Transport, Usage};

use super::cassette::Cassette;
use super::server::Server;
use super::{anthropic, ask, openai, transport};

#[tokio::test]
async fn every_transcript_has_the_outcome_that_stands_above_it() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/llm_wire/cassettes");
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(files.len() > 100, "only {} transcripts", files.len());
    let mut wrong = Vec::new();
    let transport = transport();
    for file in files {
        let name = file.file_stem().unwrap().to_str().unwrap();
        let transcript = Transcript::read(&fs::read_to_string(&file).unwrap());
        for (how, cassette, stream) in transcript.performances() {
            let server = Server::start(cassette).await;
            let (outcome, heard) = ask(&*model(name, &server.base_url, &transport), stream).await;
            let found = match outcome {
                Ok(reply) => {
                    assert_eq!(heard, if stream { reply.text.as_str() } else { "" }, "{name} {how}");
                    told(&reply)
                }
                Err(error) => {
                    let status = Some(transcript.cassette.status().as_u16()).filter(|status| *status != 200);
                    assert_eq!(error.status, status, "{name} {how}");
                    failed(&error, &heard)
                }
            };
            let found = found.replace(&server.base_url["http://".len()..], "SERVER");
            if found != transcript.expected {
                wrong.push(format!("{name} {how}:\n{found}"));
                break;
            }
        }
    }
    assert!(wrong.is_empty(), "{} have another outcome:\n\n{}", wrong.len(), wrong.join("\n"));
}

struct Transcript {
    cassette: Cassette,
    expected: String,
    is_stream: bool,
}

impl Transcript {
    fn read(text: &str) -> Self {
        let (head, answer) = text.split_once("\n\n").unwrap();
        let (description, expected) = head.split_once("\n#\n").unwrap_or((head, ""));
        assert!(description.starts_with("# "), "begins with what is odd");
        let expected: Vec<&str> = expected.lines().map(|line| line.strip_prefix("# ").unwrap()).collect();

        let (answer, breaks) = match answer.strip_suffix("[the connection breaks]\n") {
            Some(answer) => (answer, true),
            None => (answer.strip_suffix("[the body ends]\n").expect("how it ends"), false),
        };
        let (head, body) = answer.split_once("\n\n").unwrap();
        let mut lines = head.lines();
        let status = lines.next().unwrap().strip_prefix("HTTP/1.1 ").unwrap()[..3].parse().unwrap();
        let mut body = body.as_bytes().to_vec();
        let mut headers = Vec::new();
        for (name, value) in lines.map(|line| line.split_once(": ").unwrap()) {
            if (name, value) == ("content-encoding", "gzip") {
                body = gzip(&body);
            }
            match (name, value) {
                // No headers, but what a text file cannot show.
                ("[line ends]", "mixed") => body = mixed_line_ends(&body),
                ("[begins with]", "byte order mark") => body = [b"\xef\xbb\xbf", &body[..]].concat(),
                _ => headers.push((name.to_owned(), value.to_owned())),
            }
        }
        let is_stream = headers.iter().any(|(name, value)| name == "content-type" && value == "text/event-stream");
        let cassette = Cassette::new(status, headers, body);
        let cassette = if breaks { cassette.reset() } else { cassette };
        Self { cassette, expected: expected.join("\n"), is_stream }
    }

    /// How it is sent, and whether a stream is asked for.
    fn performances(&self) -> Vec<(&'static str, Cassette, bool)> {
        let cassette = || self.cassette.clone();
        if self.is_stream {
            let pieces = |bytes| cassette().in_pieces_of(bytes);
            return vec![("at once", cassette(), true), ("by bytes", pieces(1), true), ("by threes", pieces(3), true)];
        }
        vec![("streamed", cassette(), true), ("whole", cassette(), false)]
    }
}

fn model(name: &str, base_url: &str, transport: &Arc<dyn Transport>) -> Box<dyn Model> {
    let transport = Arc::clone(transport);
    match name.split_once('-').unwrap().0 {
        "anthropic" => Box::new(Anthropic::new(anthropic::config(base_url), transport).unwrap()),
        provider => {
            let config = OpenAiConfig { provider: provider.to_owned(), ..openai::config(base_url) };
            Box::new(OpenAi::new(config, transport).unwrap())
        }
    }
}

fn told(reply: &ChatReply) -> String {
    let mut lines = vec![format!("text: {:?}", reply.text), format!("finish: {}", reply.finish.as_str())];
    lines.extend(reply.id.iter().map(|id| format!("id: {id}")));
    lines.push(format!("model: {}", reply.model));
    lines.extend(reply.service_tier.iter().map(|tier| format!("service tier: {tier}")));
    lines.extend(reply.system_fingerprint.iter().map(|print| format!("system fingerprint: {print}")));
    lines.extend(reply.usage.iter().map(tokens));
    lines.join("\n")
}

fn failed(error: &ModelError, heard: &str) -> String {
    let mut lines = vec![format!("error: {}", error.kind.as_str()), format!("message: {}", error.message)];
    lines.extend((!heard.is_empty()).then(|| format!("heard: {heard:?}")));
    lines.extend(error.retry_after.map(|wait| format!("wait: {wait:?}")));
    lines.extend(error.should_retry.map(|retry| format!("retry: {retry}")));
    lines.extend(error.usage.iter().map(tokens));
    lines.join("\n")
}

fn tokens(usage: &Usage) -> String {
    let Usage { input, output, cache_read, cache_write, cache_write_long, reasoning } = usage;
    let part = |count: &u64, what: &str| if *count > 0 { format!(", {count} {what}") } else { String::new() };
    let parts = [
        part(cache_read, "read from cache"),
        part(cache_write, "written to cache"),
        part(cache_write_long, "of them for long"),
        format!("; {output} out"),
        part(reasoning, "of them thought"),
    ];
    format!("tokens: {input} in{}", parts.concat())
}

/// The line ends LF, CR and CR LF by turns; a LF right after a CR would be one line end, not two.
fn mixed_line_ends(body: &[u8]) -> Vec<u8> {
    let mut ends = ["\n", "\r", "\r\n"].iter().cycle();
    let mut mixed = Vec::new();
    for &byte in body {
        match byte {
            b'\n' => mixed.extend_from_slice(ends.next().unwrap().as_bytes()),
            _ => mixed.push(byte),
        }
    }
    mixed
}

/// The form of gzip without its point: one block that is stored as it is.
fn gzip(body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len()).unwrap();
    let crc = body.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 & 0_u32.wrapping_sub(crc & 1)))
    });
    let mut packed = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255, 1];
    packed.extend(length.to_le_bytes());
    packed.extend((!length).to_le_bytes());
    packed.extend_from_slice(body);
    packed.extend((!crc).to_le_bytes());
    packed.extend(u32::from(length).to_le_bytes());
    packed
}
