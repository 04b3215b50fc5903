//! What every store promises, tried on each of them, and what each promises alone.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod places;
mod postgres;
mod sqlite;
mod story;
