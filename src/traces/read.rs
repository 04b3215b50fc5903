//! Questions, and their answers. Every answer is bounded in rows and bytes by its SQL, and every question in time.
//!
//! Points in time are microseconds since 1970 (UTC), which fit the numbers of a browser; spans of time are seconds.

mod calls;
mod changes;
mod conversations;
mod errors;
mod export;
mod facets;
mod filter;
mod logs;
mod metrics;
#[cfg(test)]
mod plans;
mod ranks;
mod runs;
mod savings;
mod search;
mod series;
mod span;
mod totals;
mod trace;
mod words;

pub use calls::{CallItem, CallPage, CallQuery, Sort, TokenCounts, Total};
pub use changes::Changes;
pub use conversations::{ConversationDetail, ConversationItem, ConversationPage, ConversationQuery};
pub use errors::ErrorGroup;
pub use export::{Export, Selection};
pub use facets::{Facet, Facets};
pub use filter::{Filter, Status};
pub use logs::{LogItem, LogPage, LogQuery};
pub use metrics::{MetricName, MetricPoint, MetricSeries};
pub use runs::RunItem;
pub use series::{Bucket, Dimension, Line, SeriesQuery};
pub use span::SpanDetail;
pub use trace::{TraceDetail, TraceSpan};

/// The most rows of a page.
pub(super) const MOST: usize = 500;

fn micros(nanos: i64) -> i64 {
    nanos / 1000
}

fn seconds(nanos: i64) -> f64 {
    nanos as f64 / 1e9
}

/// Two digits for each byte.
fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The bytes of two digits each; none when it is anything else.
fn unhex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digits = text.as_bytes();
    if digits.len() != 2 * N {
        return None;
    }
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        let digit = |place: usize| char::from(pair[place]).to_digit(16);
        *byte = u8::try_from(digit(0)? * 16 + digit(1)?).ok()?;
    }
    Some(bytes)
}
