//! A turn of a solo game as a request: the view of the game, and an answer in JSON.

use std::sync::{Arc, LazyLock};

use minijinja::context;
use serde_json::{Value, json};

use crate::game::solo::{Opening, PromptView};
use crate::llm::{ChatRequest, Component, Message, Role, Schema};

use super::fence::{bare, fenced};
use super::scenario::fence;
use super::situation::{INPUT, line};
use super::solo_reply::Malformed;
use super::template::{PromptError, Prompts};

/// The most of an answer that could not be read which the model gets to see again, in characters.
const REPEATED: usize = 2000;

impl Prompts {
    /// Asks for the storyteller's answer to a turn of a solo game; [`read_solo`](super::read_solo) reads it.
    ///
    /// # Errors
    /// [`PromptError`] when the template fails on these values.
    pub fn storyteller_single(
        &self,
        opening: &Opening,
        view: &PromptView,
        input: &str,
    ) -> Result<ChatRequest, PromptError> {
        let game = context! { title => line(&opening.title, 120), description => line(&opening.description, 600) };
        let values =
            context! { game, view => shown(view).to_string(), input => fenced(input, INPUT), fence => fence() };
        let page = self.render(Component::StorytellerSingle, values)?;
        let messages = vec![Message { role: Role::User, text: page.user }];
        let request = self.request(Component::StorytellerSingle, page.system, messages);
        Ok(ChatRequest { stream: true, schema: Some(Arc::clone(&SCHEMA)), ..request })
    }
}

/// The same request again, with the answer that could not be read and what is wrong with it. Nobody hears the new one
/// until it is whole.
pub fn repair(request: &ChatRequest, reply: &str, problem: &Malformed) -> ChatRequest {
    let reply: String = reply.trim().chars().take(REPEATED).collect();
    let reply = if reply.is_empty() { "(nothing)".to_owned() } else { reply };
    let order = format!(
        "The game could not read that: {problem}. Tell the same turn again, as one JSON object with narrative, \
         state_delta and dice_triggers, and write nothing before or after it."
    );
    let mut request = ChatRequest { stream: false, ..request.clone() };
    request.messages.push(Message { role: Role::Assistant, text: reply });
    request.messages.push(Message { role: Role::User, text: order });
    request
}

/// The view without anything in its texts that could be taken for a fence token.
fn shown(view: &PromptView) -> Value {
    let mut value = serde_json::to_value(view).unwrap_or_default();
    disarm(&mut value);
    value
}

fn disarm(value: &mut Value) {
    match value {
        Value::String(text) if text.contains('<') => *text = bare(text, text.len()),
        Value::Array(items) => items.iter_mut().for_each(disarm),
        Value::Object(fields) => fields.values_mut().for_each(disarm),
        _ => {}
    }
}

static SCHEMA: LazyLock<Arc<Schema>> = LazyLock::new(|| Arc::new(Schema { name: "turn".to_owned(), value: schema() }));

/// Every property is required and no other allowed: that is what providers can promise to keep. So what may change is a
/// list of pairs, not an object with keys of its own.
fn schema() -> Value {
    let text = || json!({"type": "string"});
    let maybe = |kind: &str| json!({"type": [kind, "null"]});
    let object = |properties: Value| {
        let names: Vec<&String> = properties.as_object().into_iter().flat_map(|fields| fields.keys()).collect();
        json!({"type": "object", "required": names, "additionalProperties": false, "properties": properties})
    };
    let change = object(json!({
        "key": text(),
        "value": {"anyOf": [text(), {"type": "array", "items": text()}]},
    }));
    let trigger = object(json!({
        "roll": {"type": "string", "enum": ["d4", "d6", "d8", "d10", "d12", "d20"]},
        "skill": maybe("string"),
        "dc": maybe("integer"),
        "modifier": maybe("integer"),
    }));
    object(json!({
        "narrative": text(),
        "state_delta": {"type": "array", "items": change},
        "dice_triggers": {"type": "array", "items": trigger},
    }))
}
