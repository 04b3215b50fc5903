//! How many bytes of an event stream the parser reads in a second: `cargo bench --bench sse`.
//!
//! Streams as the two providers send them, once in pieces as a socket gives them and once byte by byte.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark that cannot go on has failed, it prints, and it measures real time"
)]

use std::hint::black_box;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use zeroth::llm::sse::Parser;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Tokens in one answer.
const TOKENS: usize = 2_000;
/// How long each number is measured.
const MEASURED: Duration = Duration::from_secs(1);

fn main() {
    println!("{:<12} {:>10} {:>14} {:>14}", "stream", "piece", "MB/s", "events/s");
    for (name, stream) in [("anthropic", anthropic()), ("openai", openai())] {
        for piece in [16 * 1024, 1] {
            let (bytes, events) = measure(stream.as_bytes(), piece);
            println!("{name:<12} {piece:>10} {:>14.0} {events:>14.0}", bytes / 1e6);
        }
    }
}

/// Bytes and events a second, in the best of five rounds.
fn measure(stream: &[u8], piece: usize) -> (f64, f64) {
    let rounds = (0..5).map(|_| {
        let (mut bytes, mut events) = (0, 0);
        let started = Instant::now();
        while started.elapsed() < MEASURED / 5 {
            let mut parser = Parser::new(1 << 20);
            for piece in stream.chunks(piece) {
                events += black_box(parser.push(black_box(piece)).unwrap()).len();
            }
            bytes += stream.len();
        }
        let seconds = started.elapsed().as_secs_f64();
        (bytes as f64 / seconds, events as f64 / seconds)
    });
    rounds.fold((0.0, 0.0), |best, round| if round.0 > best.0 { round } else { best })
}

/// Words of the lengths that tokens have, some of them outside ASCII.
fn tokens() -> impl Iterator<Item = &'static str> {
    [" the", " hatch", "ing", " opens", ",", " and", " Zo\u{eb}", " sees", " a", " dragon", ".\n"]
        .into_iter()
        .cycle()
        .take(TOKENS)
}

fn anthropic() -> String {
    let named = |event: Value| format!("event: {}\ndata: {event}\n\n", event["type"].as_str().unwrap());
    let usage = json!({"input_tokens": 1825, "cache_read_input_tokens": 1024, "output_tokens": 1});
    let message = json!({"id": "msg_01", "type": "message", "role": "assistant", "content": [], "usage": usage});
    let text = |token| {
        let delta = json!({"type": "text_delta", "text": token});
        named(json!({"type": "content_block_delta", "index": 0, "delta": delta}))
    };
    [named(json!({"type": "message_start", "message": message}))]
        .into_iter()
        .chain(tokens().map(text))
        .chain([named(json!({"type": "message_stop"}))])
        .collect()
}

fn openai() -> String {
    let chunk = |token| {
        let choice = json!({"index": 0, "delta": {"content": token}, "logprobs": null, "finish_reason": null});
        let chunk = json!({
            "id": "chatcmpl-AbCdEfGhIjKlMnOpQrStUvWxYz012",
            "object": "chat.completion.chunk",
            "created": 1_795_200_000,
            "model": "gpt-4o-mini-2024-07-18",
            "service_tier": "default",
            "system_fingerprint": "fp_0123456789",
            "choices": [choice],
            "usage": null,
            "obfuscation": "aB3dEfG",
        });
        format!("data: {chunk}\n\n")
    };
    tokens().map(chunk).chain(["data: [DONE]\n\n".to_owned()]).collect()
}
