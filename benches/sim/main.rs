//! How much `zeroth sim` bears: `cargo bench --bench sim`.
//!
//! The release binary is started on a free port and asked over plain connections, by a client that reads bytes and
//! understands little, on the same cores. Two numbers: requests per second, whole and streamed, when answers take no
//! time; and how many streams of fifty tokens per second it holds at once. Arguments after `--` are numbers of streams.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark that cannot go on has failed, and it prints"
)]

mod client;
mod requests;
mod server;
mod streams;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let asked: Vec<usize> = std::env::args().skip(1).filter_map(|argument| argument.parse().ok()).collect();
    let counts = if asked.is_empty() { vec![500, 1000, 2000, 3000, 5000] } else { asked.clone() };
    if asked.is_empty() {
        runtime.block_on(requests::measure());
    }
    runtime.block_on(streams::measure(&counts));
}
