//! The words of a call: messages in parts, tools, documents. Texts are bounded; what was cut says so at its end.

use serde::{Deserialize, Serialize};

/// What went into a call and came out of it, as far as it was captured.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Content {
    /// What the model was told beforehand, also where it came as the first messages.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub system: Vec<Part>,
    /// What went in.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub input: Vec<Message>,
    /// What came out, one message for each answer.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub output: Vec<Message>,
    /// The tools that the model could call.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tools: Vec<Tool>,
    /// The documents that were found, put in order or given.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub documents: Vec<Document>,
    /// What a tool was called with; JSON where it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub arguments: Option<String>,
    /// What a tool answered; JSON where it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<String>,
}

impl Content {
    /// Whether nothing was captured.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Takes from `other` what is missing.
    pub(super) fn fill(&mut self, other: Self) {
        fill_list(&mut self.system, other.system);
        fill_list(&mut self.input, other.input);
        fill_list(&mut self.output, other.output);
        fill_list(&mut self.tools, other.tools);
        fill_list(&mut self.documents, other.documents);
        self.arguments = self.arguments.take().or(other.arguments);
        self.result = self.result.take().or(other.result);
    }

    /// Moves the messages of the system's role that lead the input to where instructions are.
    pub(super) fn settle(&mut self) {
        let is_system = |message: &&Message| matches!(message.role.as_str(), "system" | "developer");
        let leading = self.input.iter().take_while(is_system).count();
        if self.system.is_empty() && leading > 0 {
            self.system = self.input.drain(..leading).flat_map(|message| message.parts).collect();
        }
    }
}

fn fill_list<T>(list: &mut Vec<T>, other: Vec<T>) {
    if list.is_empty() {
        *list = other;
    }
}

/// One message.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Message {
    /// `user`, `assistant`, `tool`, `system`, or another; `cut` where messages were left out.
    pub role: String,
    /// Who spoke, where it says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What was said, in order.
    pub parts: Vec<Part>,
}

/// A piece of a message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Part {
    /// Words.
    Text {
        /// The words.
        text: String,
    },
    /// The model's thoughts.
    Reasoning {
        /// The thoughts.
        text: String,
    },
    /// A tool that the model wants to use.
    ToolCall {
        /// The name of this use.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<String>,
        /// The tool.
        name: String,
        /// With what; JSON where it was.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        arguments: Option<String>,
    },
    /// What a tool answered.
    ToolResult {
        /// The name of the use.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<String>,
        /// The answer; JSON where it was.
        result: String,
    },
    /// A picture, a sound, a file: where it is, or how large it was.
    Media {
        /// `image`, `audio`, `video`, `document`.
        modality: String,
        /// Its type.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        mime: Option<String>,
        /// Where it is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        uri: Option<String>,
        /// The provider's name for it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        file_id: Option<String>,
        /// How many bytes it has; the bytes themselves are not kept.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        bytes: Option<u64>,
    },
    /// Anything else.
    Other {
        /// What it calls itself.
        kind: String,
        /// What there is of it.
        text: String,
    },
}

/// A tool that a model could call.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Tool {
    /// Its name.
    pub name: String,
    /// `function`, or a provider's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// What it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The JSON schema of its arguments.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parameters: Option<String>,
}

/// A document that was found or put in order.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Document {
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// How well it fits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score: Option<f64>,
    /// What it says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
}
