//! What telemetry comes to: the shape of a trace, the chain of spans that made it take as long as it did, what each part of
//! it used, and what was new in each call of a conversation. Values in, values out.

mod path;
mod subtree;
mod thread;
mod tree;

#[cfg(test)]
mod tests;

pub use path::PathStep;
pub use subtree::Subtree;
pub use thread::{Said, Thread};
pub use tree::Tree;
