//! What the models around a model add to each call: `cargo bench --bench stack`.
//!
//! The same model is asked bare and behind ever more of them, one after the other in one run, over and over: machines are
//! noisy, so the medians of many rounds are compared. The model answers at once with a streamed answer of a usual length.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark that cannot go on has failed, it prints, and it reads the clock"
)]

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use zeroth::clock::SystemClock;
use zeroth::llm::fault::{Faulty, Switchboard};
use zeroth::llm::{
    BreakerConfig, Budgeted, Budgets, CallLimits, Ceiling, ChatReply, ChatRequest, Component, Delta, Deltas,
    Descriptor, Door, Fallback, Ledger, Limited, Member, Message, Metered, Model, ModelError, PriceList, Priced,
    Retried, RetryPolicy, Role, TimedOut, Timeouts, Usage,
};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const ROUNDS: usize = 300;
const CALLS: u32 = 100;
/// As many as a usual answer has.
const PIECES: usize = 120;

/// Says the same words at once.
struct Parrot(Descriptor);

#[async_trait]
impl Model for Parrot {
    fn descriptor(&self) -> &Descriptor {
        &self.0
    }

    async fn chat(&self, _: &ChatRequest, deltas: &mut Deltas<'_>) -> Result<ChatReply, ModelError> {
        (0..PIECES).for_each(|_| deltas(Delta::Text(" word")));
        let usage = Some(Usage { input: 900, output: PIECES as u64, ..Usage::default() });
        Ok(ChatReply { usage, ..ChatReply::new("word ".repeat(PIECES), &self.0) })
    }
}

/// A dialogue as the game sends it after some turns.
fn request() -> ChatRequest {
    let line = "I walk to the helm, look at the stars, and ask the computer what became of the crew. ".repeat(3);
    let message = |index: usize| Message {
        role: if index.is_multiple_of(2) { Role::User } else { Role::Assistant },
        text: line.clone(),
    };
    let system = "You tell a story, one scene after the other, and never act for the player. ".repeat(25);
    let mut request = ChatRequest::new(Component::Dialogue, system, (0..15).map(message).collect(), 300);
    request.conversation = Some("0190163d-8694-739b-aea5-966c26f8ad91".to_owned());
    request.stream = true;
    request
}

fn stacks() -> Vec<(&'static str, Arc<dyn Model>)> {
    let clock = Arc::new(SystemClock::start());
    let prices = Arc::new(PriceList::built_in());
    let descriptor = Descriptor { simulated: true, ..Descriptor::new("zeroth", "sim-1") };
    let bare: Arc<dyn Model> = Arc::new(Parrot(descriptor.clone()));
    let retried: Arc<dyn Model> = Arc::new(Retried::new(Arc::clone(&bare), RetryPolicy::default(), 1));
    let member = |model: &Arc<dyn Model>| Arc::new(Member::new(Arc::clone(model), BreakerConfig::default()));
    let chain =
        |model: &Arc<dyn Model>| -> Arc<dyn Model> { Arc::new(Fallback::new(member(model), vec![member(model)])) };
    let fallback = chain(&retried);
    let budgeted = |inner: &Arc<dyn Model>, budgets| -> Arc<dyn Model> {
        let ledger = Arc::new(Ledger::new(budgets, clock.clone()));
        Arc::new(Budgeted::new(Arc::clone(inner), ledger, Arc::clone(&prices), vec![descriptor.clone()]))
    };
    let ceiling = Ceiling { usd: Some(1e9), tokens: Some(u64::MAX) };
    let bounded = Budgets { session: ceiling, team: ceiling, day: ceiling };
    let long = Duration::from_secs(60);
    let faulty: Arc<dyn Model> = Arc::new(Faulty::new(Arc::clone(&bare), Arc::new(Switchboard::new(Vec::new(), 1))));
    let priced: Arc<dyn Model> = Arc::new(Priced::new(faulty, Arc::clone(&prices)));
    let timeouts = Timeouts { first_token: long, idle: long, total: long };
    let timed: Arc<dyn Model> = Arc::new(TimedOut::new(priced, timeouts));
    let limited: Arc<dyn Model> = Arc::new(Limited::new(timed, Arc::new(Door::new(CallLimits::default()))));
    let attempt: Arc<dyn Model> = Arc::new(Retried::new(limited, RetryPolicy::default(), 1));
    let whole = Arc::new(Metered::new(budgeted(&chain(&attempt), bounded), clock.clone()));
    vec![
        ("bare", bare),
        ("retry", retried),
        ("retry+fallback", Arc::clone(&fallback)),
        ("retry+fallback+budget, no ceiling", budgeted(&fallback, Budgets::default())),
        ("retry+fallback+budget, all ceilings", budgeted(&fallback, bounded)),
        ("all: also faults, prices, timeouts, limits, timing", whole),
    ]
}

async fn time(model: &dyn Model, request: &ChatRequest) -> Duration {
    let started = Instant::now();
    for _ in 0..CALLS {
        let mut heard = 0;
        let mut deltas = |delta: Delta<'_>| heard += delta.text().map_or(0, str::len);
        std::hint::black_box(model.chat(request, &mut deltas).await.unwrap());
    }
    started.elapsed() / CALLS
}

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let (stacks, request) = (stacks(), request());
        let mut times = vec![Vec::with_capacity(ROUNDS); stacks.len()];
        for _ in 0..ROUNDS {
            for ((_, model), times) in stacks.iter().zip(&mut times) {
                times.push(time(&**model, &request).await);
            }
        }
        let medians: Vec<Duration> = times
            .iter_mut()
            .map(|times| {
                times.sort();
                times[ROUNDS / 2]
            })
            .collect();
        println!("A call of {PIECES} pieces, median of {ROUNDS} rounds of {CALLS} calls:");
        for ((name, _), median) in stacks.iter().zip(&medians) {
            let added = median.saturating_sub(medians[0]).as_nanos() as f64 / 1e3;
            println!("{:8.2} µs, {added:6.2} added  {name}", median.as_nanos() as f64 / 1e3);
        }
    });
}
