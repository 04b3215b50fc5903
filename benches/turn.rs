//! Benchmarks of one turn.

fn main() {}
