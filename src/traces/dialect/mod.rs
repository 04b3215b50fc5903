//! Dialects: the words in which programs tell of their model calls, read into [`Call`].
//!
//! A span is shown to every dialect in turn, and each fills only what those before it left open, since programs mix them. The
//! order is by how exactly a dialect's names are defined:
//!
//! 1. GenAI as it is now: one meaning for each name, totals that include their parts. What others add to it is compatibility.
//! 2. GenAI as it was: the same names, with older ones for what was renamed.
//! 3. Traceloop: GenAI's names for the calls, its own for what stands around them.
//! 4. OpenInference: names of its own for everything, of which `input.value` says again what messages say better.
//! 5. Langfuse: JSON in texts, whose shape is the application's choice.
//! 6. The AI SDK: names of its own beside GenAI's older ones.
//! 7. Claude Code: bare names, that mean something only on its own spans.
//!
//! What was done is only guessed (a model is named, so it was a call) when none of them says it.

mod attributes;
mod claude_code;
mod context;
mod draft;
mod evaluation;
mod failure;
mod genai;
mod genai_old;
mod json;
mod langfuse;
mod limit;
mod list;
mod log;
mod message;
mod openinference;
mod part;
mod provider;
mod traceloop;
mod vercel;

use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::trace::v1::Span;

use super::call::Call;
use attributes::Attributes;
use draft::{Draft, Told, fill};

pub use context::{SpanContextInfo, read_context};
pub(super) use log::event_of;
pub use log::{LogCall, LogEvent, SpanRef, read_log};

/// The call that a span tells of; none when it is no LLM span. `resource` and `scope` are the resource's attributes and the
/// scope's name.
pub fn read_span(span: &Span, resource: &[KeyValue], scope: &str) -> Option<Call> {
    let told = Told { attributes: Attributes::new(&span.attributes), name: &span.name, scope, span: Some(span) };
    if !concerns_a_model(&told) {
        return None;
    }
    let mut draft = Draft::default();
    tell(&told, &mut draft);
    genai_old::guess(&told, &mut draft);
    draft.dialect()?;
    fill(&mut draft.call.error, || failure::read(&told));
    context::place(&mut draft.call, context::of(&told.attributes, &Attributes::new(resource)));
    draft.finish()
}

/// Shows what is told to every dialect.
fn tell(told: &Told, draft: &mut Draft) {
    for read in [
        genai::read,
        genai_old::read,
        traceloop::read,
        openinference::read,
        langfuse::read,
        vercel::read,
        claude_code::read,
    ] {
        read(told, draft);
    }
}

/// Whether any dialect may have something to say: most spans are HTTP's and databases'.
fn concerns_a_model(told: &Told) -> bool {
    const PREFIXES: [&str; 8] =
        ["gen_ai.", "llm.", "openinference.", "traceloop.", "langfuse.", "ai.", "operation.", "embedding."];
    told.name.starts_with("claude_code.")
        || claude_code::is_its_scope(told.scope)
        || PREFIXES.iter().any(|prefix| told.attributes.has_any(prefix))
}
