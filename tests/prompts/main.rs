//! What models are asked in games for one player, and what the simulator answers: from real packs, through the real prompts.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod injection;
mod scenario;
mod size;
mod solo;
mod table;
