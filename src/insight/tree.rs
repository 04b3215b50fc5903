//! The spans of a trace as a forest, whatever their parents say.

use std::collections::HashMap;

use crate::traces::TraceSpan;

/// The spans of a trace, each below the one that it belongs to. One whose parent is not there is a root. Where spans name
/// each other as parents, the one that began first is the root of them.
#[derive(Debug)]
pub struct Tree<'a> {
    pub(super) spans: &'a [TraceSpan],
    pub(super) parents: Vec<Option<usize>>,
    pub(super) children: Vec<Vec<usize>>,
}

impl<'a> Tree<'a> {
    /// The forest of `spans`. Of several with one id, the first is the parent of those that name it.
    pub fn of(spans: &'a [TraceSpan]) -> Self {
        let mut places = HashMap::new();
        for (place, span) in spans.iter().enumerate() {
            places.entry(span.span.as_str()).or_insert(place);
        }
        let parent = |span: &TraceSpan| places.get(span.parent.as_deref()?).copied();
        let mut parents: Vec<Option<usize>> = spans.iter().map(parent).collect();
        break_circles(spans, &mut parents);
        let mut children = vec![Vec::new(); spans.len()];
        for (place, parent) in parents.iter().enumerate() {
            if let Some(parent) = parent {
                children[*parent].push(place);
            }
        }
        Self { spans, parents, children }
    }

    /// The spans that belong to no other that is here, by their places.
    pub fn roots(&self) -> impl Iterator<Item = usize> {
        self.parents.iter().enumerate().filter(|(_, parent)| parent.is_none()).map(|(place, _)| place)
    }

    /// All places, each after its parent's.
    pub(super) fn downwards(&self) -> Vec<usize> {
        let mut order: Vec<usize> = self.roots().collect();
        let mut next = 0;
        while let Some(place) = order.get(next) {
            order.extend(&self.children[*place]);
            next += 1;
        }
        order
    }
}

/// Follows every span upwards, and lets go of one parent in each circle.
fn break_circles(spans: &[TraceSpan], parents: &mut [Option<usize>]) {
    /// Nobody came by here.
    const NEW: usize = usize::MAX;
    // By which walk each span was seen first.
    let mut seen = vec![NEW; spans.len()];
    for walk in 0..spans.len() {
        let mut at = Some(walk);
        while let Some(place) = at.filter(|place| seen[*place] == NEW) {
            seen[place] = walk;
            at = parents[place];
        }
        let Some(start) = at.filter(|place| seen[*place] == walk) else { continue };
        let mut first = start;
        let mut place = start;
        while let Some(next) = parents[place].filter(|next| *next != start) {
            place = next;
            if (spans[place].at, place) < (spans[first].at, first) {
                first = place;
            }
        }
        parents[first] = None;
    }
}
