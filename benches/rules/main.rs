//! A whole scenario without a model: `cargo bench --bench rules`.
//!
//! Every command is read from its text, obeyed, told plainly, journalled and stored as JSON, as a turn does it; only the
//! model's words are missing. Each game has its own seed. The promise is less than a millisecond for the silent relay.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark that cannot go on has failed, it prints, and it reads the clock"
)]

use std::time::{Duration, Instant};

use zeroth::content::Content;
use zeroth::game::rules::Seeded;
use zeroth::game::scenario::{Command, Pace, Pack, State, narration, play, start};
use zeroth::id::{CountingIds, Ids, SessionId};
use zeroth::prompt;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const GAMES: u64 = 2_000;
/// The longest that a whole game may take, at the median.
const PROMISE: Duration = Duration::from_millis(1);

/// What a game took, besides time.
#[derive(Default)]
struct Played {
    commands: u32,
    largest_state: usize,
    turns: usize,
    largest_turn: usize,
}

fn game(pack: &Pack, session: SessionId, seed: u64, pace: Pace) -> Played {
    let (mut state, mut dice) = (start(pack, session, pace).state, Seeded::new(seed));
    let mut played = Played::default();
    for turn in 0.. {
        let suggestions = state.pending(pack).suggestions();
        let Some(input) = suggestions.get(turn % suggestions.len().max(1)) else { break };
        let step = play(pack, &state, &Command::read(input, None), &mut dice);
        let told = narration(&step.facts);
        let entry = serde_json::to_string(&state.entry(pack, &step, input, &told)).unwrap();
        let stored = serde_json::to_string(&step.state).unwrap();
        played.commands += 1;
        played.largest_state = played.largest_state.max(stored.len());
        played.turns += entry.len();
        played.largest_turn = played.largest_turn.max(entry.len());
        state = serde_json::from_str::<State>(&stored).unwrap();
    }
    assert!(state.is_complete(), "a game has an end");
    played
}

fn main() {
    let content = Content::default();
    let session = CountingIds::default().session();
    for name in content.folders("scenarios") {
        for pace in [Pace::Automatic, Pace::Rounds] {
            let pack = prompt::scenario(&content, &name).unwrap();
            let (mut times, mut all) = (Vec::new(), Played::default());
            for seed in 0..GAMES {
                let started = Instant::now();
                let played = std::hint::black_box(game(&pack, session, seed, pace));
                times.push(started.elapsed());
                all.commands += played.commands;
                all.largest_state = all.largest_state.max(played.largest_state);
                all.turns += played.turns;
                all.largest_turn = all.largest_turn.max(played.largest_turn);
            }
            times.sort();
            let at = |part: usize| times[times.len() * part / 100].as_nanos() as f64 / 1e3;
            println!(
                "{name}, {pace:?}: median {:.0} µs, p99 {:.0} µs a game of {:.1} commands; state at most {} bytes, turn {:.0} bytes \
                 on average and at most {}",
                at(50),
                at(99),
                f64::from(all.commands) / GAMES as f64,
                all.largest_state,
                all.turns as f64 / f64::from(all.commands),
                all.largest_turn,
            );
            assert!(times[times.len() / 2] < PROMISE, "{name} takes longer than {PROMISE:?}");
        }
    }
    let started = Instant::now();
    let rounds = 200;
    for _ in 0..rounds {
        std::hint::black_box(prompt::scenario(&content, "silent-relay").unwrap());
    }
    println!(
        "silent-relay read and checked in {:.0} µs",
        started.elapsed().as_nanos() as f64 / 1e3 / f64::from(rounds)
    );
}
