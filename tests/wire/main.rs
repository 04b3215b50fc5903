//! The simulator behind its wire formats: our own adapters, raw bytes, errors, and the parts it plays in a load test.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod adapters;
mod admin;
mod cache;
mod embeddings;
mod faults;
mod keys;
mod limits;
mod parts;
mod raw;
mod refusals;
mod responses;
mod schema;
mod served;
mod stub;
