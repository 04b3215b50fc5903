//! What the outer ring records: one trace for a turn, whatever becomes of it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "../common/models.rs"]
mod models;
#[expect(dead_code, reason = "other tests use the rest of it")]
#[path = "../common/otlp.rs"]
mod otlp;
#[path = "../common/table.rs"]
mod table;
#[path = "../common/trace.rs"]
mod trace;

mod adventures;
mod budget;
mod content;
mod detours;
mod embed;
mod endings;
mod export;
mod fights;
mod kept;
mod lingering;
mod master;
mod names;
mod provider;
mod relay;
mod scenario;
mod solo;
mod stage;
mod store;
mod turn;
