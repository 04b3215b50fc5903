//! The critical path of a trace: the chain of spans without which it would have ended sooner.
//!
//! As Jaeger and CRISP (Zhang et al., USENIX ATC 2022) find it: from the end of the root back to the child that ended last
//! before, through it in the same way to its begin, from there to the child that ended last before that, and so on. What no
//! child explains is the span's own time. A child that ends after its parent was not waited for.

use crate::traces::TraceSpan;

use super::tree::Tree;

/// How much clocks may differ: a child that ends so much later than its parent was still waited for. In nanoseconds, and at
/// most this share of the root's time.
const SLACK: i64 = 1_000_000;
const SLACK_SHARE: i64 = 100;

/// A span of the critical path.
#[derive(Debug, Clone, PartialEq)]
pub struct PathStep {
    /// Its place among the spans.
    pub place: usize,
    /// Seconds of the path that are its own, and no child's.
    pub seconds: f64,
}

/// A stretch of a span that is being walked backwards.
struct Walk {
    place: usize,
    begin: i64,
    /// From here on it is explained.
    at: i64,
    /// Of its children, the last to end comes first; these were looked at.
    looked_at: usize,
    own: i64,
    depth: usize,
}

impl Tree<'_> {
    /// The critical path of the longest root, in the order in which its spans begin; none when there are no spans. Its own
    /// times add up to the root's.
    pub fn critical_path(&self) -> Vec<PathStep> {
        let Some(root) = self.roots().min_by_key(|place| {
            let span = &self.spans[*place];
            (-length(span), span.at, *place)
        }) else {
            return Vec::new();
        };
        let slack = SLACK.min(length(&self.spans[root]) / SLACK_SHARE);
        let (begin, end) = stretch(&self.spans[root]);
        let mut children = self.children.clone();
        for children in &mut children {
            children.sort_by_key(|child| std::cmp::Reverse((stretch(&self.spans[*child]).1, *child)));
        }
        let mut walks = vec![Walk { place: root, begin, at: end, looked_at: 0, own: 0, depth: 0 }];
        let mut path = Vec::new();
        while let Some(walk) = walks.last_mut() {
            if let Some(inner) = walk.back(self.spans, &children[walk.place], slack) {
                walks.push(inner);
            } else if let Some(mut walk) = walks.pop() {
                walk.own += walk.at - walk.begin;
                path.push((walk.begin, walk.depth, PathStep { place: walk.place, seconds: walk.own as f64 / 1e9 }));
            }
        }
        path.sort_by_key(|(begin, depth, _)| (*begin, *depth));
        path.into_iter().map(|(_, _, step)| step).collect()
    }
}

impl Walk {
    /// Goes back to the child that ended last before; none when there is no further one.
    fn back(&mut self, spans: &[TraceSpan], children: &[usize], slack: i64) -> Option<Self> {
        while let Some(child) = children.get(self.looked_at) {
            self.looked_at += 1;
            let (begin, end) = stretch(&spans[*child]);
            let (begin, clipped) = (begin.max(self.begin), end.min(self.at));
            if end <= self.at.saturating_add(slack) && begin < clipped {
                self.own += self.at - clipped;
                self.at = begin;
                return Some(Self { place: *child, begin, at: clipped, looked_at: 0, own: 0, depth: self.depth + 1 });
            }
        }
        None
    }
}

/// When a span began and ended, in nanoseconds.
fn stretch(span: &TraceSpan) -> (i64, i64) {
    let begin = span.at.saturating_mul(1000);
    (begin, begin.saturating_add(length(span)))
}

fn length(span: &TraceSpan) -> i64 {
    // What is no number or too large becomes 0 or the largest.
    (span.duration.max(0.0) * 1e9).round() as i64
}
