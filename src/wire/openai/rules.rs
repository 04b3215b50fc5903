//! What OpenAI's API refuses, by model.

use super::super::body::Fields;
use super::super::names::Gpt;
use super::super::refusal::{Reason, Refusal};

/// Checks the parameters that only some models take.
pub(super) fn check(gpt: Option<Gpt>, fields: &Fields, model: &str) -> Result<(), Refusal> {
    sampling(gpt, fields, model)?;
    if !gpt.is_some_and(Gpt::reasons) {
        return Ok(());
    }
    if fields.get("max_tokens").is_some() {
        let message = "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' \
                       instead.";
        return Err(Refusal::about("max_tokens", Reason::Unsupported, message));
    }
    if fields.get("stop").is_some() { Err(unsupported("stop", model)) } else { Ok(()) }
}

/// Checks the parameters of chance.
pub(in super::super) fn sampling(gpt: Option<Gpt>, fields: &Fields, model: &str) -> Result<(), Refusal> {
    for (name, most) in [("temperature", 2.0), ("top_p", 1.0)] {
        let Some(value) = fields.get(name) else { continue };
        if !value.as_f64().is_some_and(|number| (0.0..=most).contains(&number)) {
            return Err(Refusal::field(name, &format!("Input should be a number from 0 to {most}")));
        }
        // Whoever does not think may be given chance.
        let effort = fields.get("reasoning_effort").or_else(|| fields.get("reasoning")?.get("effort"));
        let thinks = gpt.is_some_and(Gpt::reasons) && effort.is_none_or(|effort| effort != "none");
        if thinks && value.as_f64() != Some(1.0) {
            return Err(unsupported(name, model));
        }
    }
    Ok(())
}

fn unsupported(name: &str, model: &str) -> Refusal {
    let message = format!("Unsupported parameter: '{name}' is not supported with {model}.");
    Refusal::about(name, Reason::Unsupported, message)
}
