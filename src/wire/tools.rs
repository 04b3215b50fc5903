//! Tools: with those that may be called nothing happens, one that has to be called is.

use serde_json::{Value, json};

use super::body::Fields;
use super::names::Claude;
use super::refusal::{Reason, Refusal};

/// The tool that has to be called.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Forced {
    pub(super) name: String,
    /// What its arguments are like.
    pub(super) schema: Value,
}

impl Forced {
    /// As Anthropic's `tool_choice` says.
    pub(super) fn anthropic(fields: &Fields) -> Result<Option<Self>, Refusal> {
        let Some(choice) = fields.get("tool_choice") else { return Ok(None) };
        let wanted = match choice["type"].as_str() {
            Some("auto" | "none") => return Ok(None),
            Some("any") => None,
            Some("tool") => {
                Some(choice["name"].as_str().ok_or_else(|| Refusal::field("tool_choice.name", "Field required"))?)
            }
            _ => return Err(Refusal::field("tool_choice.type", "Input should be 'auto', 'any', 'tool' or 'none'")),
        };
        let model = fields.model()?;
        if Claude::read(&model).is_some_and(|claude| !claude.can_be_forced()) {
            return Err(Refusal::field("tool_choice", "forced tool use is not supported for this model"));
        }
        let tools = fields.get("tools").and_then(Value::as_array).into_iter().flatten();
        let tools = tools.map(|tool| (tool["name"].as_str().unwrap_or_default(), &tool["input_schema"]));
        Self::choose(tools, wanted).map(Some)
    }

    /// As OpenAI's `tool_choice` says.
    pub(super) fn openai(fields: &Fields) -> Result<Option<Self>, Refusal> {
        let wanted = match fields.get("tool_choice") {
            None => return Ok(None),
            Some(Value::String(choice)) => match choice.as_str() {
                "auto" | "none" => return Ok(None),
                "required" => None,
                _ => return Err(Refusal::field("tool_choice", "Input should be 'none', 'auto' or 'required'")),
            },
            // In the Responses API the name stands outside.
            Some(choice) => {
                let name = choice["function"]["name"].as_str().or_else(|| choice["name"].as_str());
                Some(name.ok_or_else(|| Refusal::field("tool_choice.function.name", "Field required"))?)
            }
        };
        let tools = fields.get("tools").and_then(Value::as_array).into_iter().flatten();
        let tools = tools.map(|tool| if tool["function"].is_object() { &tool["function"] } else { tool });
        Self::choose(tools.map(|tool| (tool["name"].as_str().unwrap_or_default(), &tool["parameters"])), wanted)
            .map(Some)
    }

    fn choose<'a>(
        mut tools: impl Iterator<Item = (&'a str, &'a Value)>,
        wanted: Option<&str>,
    ) -> Result<Self, Refusal> {
        let found = tools.find(|(name, _)| !name.is_empty() && wanted.is_none_or(|wanted| wanted == *name));
        let missing = || match wanted {
            Some(name) => format!("Tool '{name}' not found in provided tools"),
            None => "tool_choice may only be specified while providing tools".to_owned(),
        };
        let (name, schema) = found.ok_or_else(|| Refusal::about("tool_choice", Reason::Invalid, missing()))?;
        let schema = if schema.is_object() { schema.clone() } else { json!({ "type": "object", "properties": {} }) };
        Ok(Self { name: name.to_owned(), schema })
    }
}
