//! What a turn costs, and what observing it adds: `cargo bench`.
//!
//! Turns go through the real router with the instant simulator, in three programs that differ only in their telemetry.
//! They run in turns in one go, each in a process of its own, because machines are noisy and logging is per process.
//! Then the release binary is started and loaded over HTTP, for the time to the first answer and the memory.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark that cannot go on has failed, and it prints"
)]

mod latency;
mod process;

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().find_map(|argument| argument.strip_prefix("--child=")) {
        Some(mode) => latency::child(mode),
        None => {
            latency::compare();
            process::measure();
        }
    }
    ExitCode::SUCCESS
}
