//! Reads what is said in a request, in the forms that both vendors share.

use std::sync::Arc;

use serde_json::Value;

use crate::llm::{ChatRequest, Component, Message, Role, Schema};

use super::refusal::Refusal;

/// Instructions and messages.
#[derive(Debug, Default)]
pub(super) struct Conversation {
    instructions: Vec<String>,
    messages: Vec<Message>,
}

impl Conversation {
    /// Adds instructions that stand apart from the messages.
    pub(super) fn instruct(&mut self, system: &Value) -> Result<(), Refusal> {
        self.instructions.push(text(system, "system")?);
        Ok(())
    }

    /// Adds messages in their order; instructions among them join the others.
    pub(super) fn hear(&mut self, messages: &Value) -> Result<(), Refusal> {
        let list = messages.as_array().ok_or_else(|| Refusal::field("messages", "Input should be a valid array"))?;
        if list.is_empty() {
            return Err(Refusal::field("messages", "at least one message is required"));
        }
        for (index, message) in list.iter().enumerate() {
            let field = |name: &str| format!("messages.{index}.{name}");
            let role = message["role"].as_str().ok_or_else(|| Refusal::field(field("role"), "Field required"))?;
            let said = match &message["content"] {
                // An assistant that only called tools said nothing.
                Value::Null if role == "assistant" => String::new(),
                content => text(content, &field("content"))?,
            };
            let role = match role {
                "system" | "developer" => {
                    self.instructions.push(said);
                    continue;
                }
                "assistant" => Role::Assistant,
                "user" | "tool" | "function" => Role::User,
                _ => return Err(Refusal::field(field("role"), "Input should be 'system', 'user' or 'assistant'")),
            };
            self.messages.push(Message { role, text: said });
        }
        Ok(())
    }

    /// A request without limit and seed, not to be streamed, for an answer that fits `schema` if there is one.
    pub(super) fn request(self, schema: Option<&Value>) -> ChatRequest {
        let form = |value: &Value| Arc::new(Schema { name: "answer".to_owned(), value: value.clone() });
        // It is asked from outside; the simulator takes no notice of the component.
        let asked = ChatRequest::new(Component::Dialogue, self.instructions.join("\n\n"), self.messages, u32::MAX);
        ChatRequest { schema: schema.map(form), ..asked }
    }
}

/// A string, or the text among the parts of an array. Pictures and calls of tools are there to be seen by others.
fn text(content: &Value, field: &str) -> Result<String, Refusal> {
    match content {
        Value::String(text) => Ok(text.clone()),
        Value::Array(parts) => {
            let texts: Result<Vec<String>, Refusal> = parts
                .iter()
                .enumerate()
                .filter_map(|(index, part)| part_text(part, &format!("{field}.{index}")))
                .collect();
            Ok(texts?.join("\n\n"))
        }
        Value::Null => Err(Refusal::field(field, "Field required")),
        _ => Err(Refusal::field(field, "Input should be a valid string or array")),
    }
}

fn part_text(part: &Value, field: &str) -> Option<Result<String, Refusal>> {
    match part["type"].as_str() {
        Some("text" | "input_text" | "output_text") => {
            let missing = || Refusal::field(format!("{field}.text"), "Field required");
            Some(part["text"].as_str().map(str::to_owned).ok_or_else(missing))
        }
        Some("tool_result") if !part["content"].is_null() => Some(text(&part["content"], &format!("{field}.content"))),
        Some(_) => None,
        None => Some(Err(Refusal::field(format!("{field}.type"), "Field required"))),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn instructions_and_parts_are_found_wherever_they_stand() {
        let mut heard = Conversation::default();
        heard.instruct(&json!([{"type": "text", "text": "Be brief."}])).unwrap();
        let picture = json!({"type": "image_url", "image_url": {"url": "data:"}});
        let result = json!({"type": "tool_result", "tool_use_id": "t", "content": [{"type": "text", "text": "42"}]});
        heard
            .hear(&json!([
                {"role": "developer", "content": "Be kind."},
                {"role": "user", "content": [{"type": "text", "text": "one"}, picture, {"type": "text", "text": "two"}]},
                {"role": "assistant", "content": null, "tool_calls": []},
                {"role": "user", "content": [result]},
                {"role": "tool", "content": "43"},
            ]))
            .unwrap();
        let request = heard.request(None);
        assert_eq!(request.system, "Be brief.\n\nBe kind.");
        let said: Vec<_> = request.messages.iter().map(|message| (message.role, message.text.as_str())).collect();
        let user = Role::User;
        assert_eq!(said, [(user, "one\n\ntwo"), (Role::Assistant, ""), (user, "42"), (user, "43")]);
    }

    #[test]
    fn what_is_wrong_is_named_by_its_place() {
        let cases = [
            (json!("hi"), "messages: Input should be a valid array"),
            (json!([]), "messages: at least one message is required"),
            (json!(["hi"]), "messages.0.role: Field required"),
            (json!([{"role": "user"}]), "messages.0.content: Field required"),
            (
                json!([{"role": "king", "content": "x"}]),
                "messages.0.role: Input should be 'system', 'user' or 'assistant'",
            ),
            (json!([{"role": "user", "content": 1}]), "messages.0.content: Input should be a valid string or array"),
            (json!([{"role": "user", "content": [{"text": "x"}]}]), "messages.0.content.0.type: Field required"),
            (json!([{"role": "user", "content": [{"type": "text"}]}]), "messages.0.content.0.text: Field required"),
        ];
        for (messages, expected) in cases {
            assert_eq!(Conversation::default().hear(&messages).unwrap_err().message, expected);
        }
    }
}
