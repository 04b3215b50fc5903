//! The Zeroth command.

fn main() {}
