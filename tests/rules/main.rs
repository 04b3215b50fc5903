//! The rules of the game, played through their public side: stories with scripted dice, and properties with seeded ones.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod chance;
mod solo;
mod table;
mod packs;
mod relay;
mod fights;
mod discoveries;
mod wild;
