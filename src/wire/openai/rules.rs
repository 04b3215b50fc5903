//! What OpenAI's API refuses, by model.

use serde_json::Value;

use super::super::body::Fields;
use super::super::names::Gpt;
use super::super::refusal::{Reason, Refusal};

/// Checks the parameters that only some models take.
pub(super) fn check(gpt: Option<Gpt>, fields: &Fields, model: &str) -> Result<(), Refusal> {
    let range = |name: &str, least: f64, most: f64| match fields.get(name) {
        Some(value) if !value.as_f64().is_some_and(|number| (least..=most).contains(&number)) => {
            Err(Refusal::field(name, &format!("Input should be a number from {least} to {most}")))
        }
        _ => Ok(()),
    };
    range("temperature", 0.0, 2.0)?;
    range("top_p", 0.0, 1.0)?;
    if !gpt.is_some_and(Gpt::reasons) {
        return Ok(());
    }
    if fields.get("max_tokens").is_some() {
        let message = "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' \
                       instead.";
        return Err(Refusal::about("max_tokens", Reason::Unsupported, message));
    }
    // Whoever does not think may be given chance.
    let thinks = fields.get("reasoning_effort").is_none_or(|effort| effort != "none");
    let usual = |value: &Value| value.as_f64() == Some(1.0);
    let sampling =
        ["temperature", "top_p"].into_iter().find(|name| fields.get(name).is_some_and(|value| !usual(value)));
    let refused = sampling.filter(|_| thinks).or_else(|| fields.get("stop").map(|_| "stop"));
    match refused {
        Some(name) => {
            let message = format!("Unsupported parameter: '{name}' is not supported with {model}.");
            Err(Refusal::about(name, Reason::Unsupported, message))
        }
        None => Ok(()),
    }
}
