//! The three requests of a scenario: what the player means, what the player wants to know, and what happened.

use minijinja::value::Serde;
use minijinja::{Value, context};

use crate::game::scenario::Fact;
use crate::llm::{ChatRequest, Component};

use super::event::{arrives, events, shows};
use super::fence::{CLOSE, OPEN, fenced};
use super::known::Known;
use super::situation::{INPUT, Situation, line, messages};
use super::template::{PromptError, Prompts};

/// What the storyteller of a scenario has to tell: settled, and not to be changed.
#[derive(Debug, Clone, Copy)]
pub struct Telling<'a> {
    /// What the player said.
    pub input: &'a str,
    /// What came of it.
    pub facts: &'a [Fact],
    /// The mechanics of it, with numbers.
    pub log: &'a [String],
}

/// The most lines of the log that a storyteller gets to see.
const MOST_LOG: usize = 16;

impl Prompts {
    /// Asks whether the player asks something or does something; [`read_intent`](super::read_intent) reads the answer.
    ///
    /// # Errors
    /// [`PromptError`] when the template fails on these values.
    pub fn classifier(&self, situation: &Situation<'_>, input: &str) -> Result<ChatRequest, PromptError> {
        let page = self.render(Component::Classifier, values(situation, context! { input => fenced(input, INPUT) }))?;
        Ok(self.request(Component::Classifier, page.system, messages(&[], 0, page.user)))
    }

    /// Asks for the game master's answer to a question, from what the player may know.
    ///
    /// # Errors
    /// [`PromptError`] when the template fails on these values.
    pub fn gm_qa(&self, situation: &Situation<'_>, question: &str) -> Result<ChatRequest, PromptError> {
        let page = self.render(Component::GmQa, values(situation, context! { input => fenced(question, INPUT) }))?;
        let request = self.request(Component::GmQa, page.system, messages(situation.recent, 3, page.user));
        Ok(ChatRequest { stream: true, ..request })
    }

    /// Asks for the story of what was settled.
    ///
    /// # Errors
    /// [`PromptError`] when the template fails on these values.
    pub fn storyteller_scenario(
        &self,
        situation: &Situation<'_>,
        telling: &Telling<'_>,
    ) -> Result<ChatRequest, PromptError> {
        let log: Vec<String> = shortened(telling.log, MOST_LOG).into_iter().map(|text| line(text, 160)).collect();
        let facts = telling.facts;
        let more = context! {
            input => fenced(telling.input, INPUT),
            events => events(facts),
            arrives => arrives(facts),
            shows => shows(facts),
            log => log,
        };
        let page = self.render(Component::StorytellerScenario, values(situation, more))?;
        let messages = messages(situation.recent, 4, page.user);
        let request = self.request(Component::StorytellerScenario, page.system, messages);
        Ok(ChatRequest { stream: true, ..request })
    }
}

/// At most `most` of the items: the first few and the last ones.
pub(super) fn shortened<T>(items: &[T], most: usize) -> Vec<&T> {
    let first = most / 3;
    let skipped = first..first + items.len().saturating_sub(most);
    items.iter().enumerate().filter(|(at, _)| !skipped.contains(at)).map(|(_, item)| item).collect()
}

fn values(situation: &Situation<'_>, more: Value) -> Value {
    let known = Known::of(situation.pack, situation.state);
    context! { known => Value::from(Serde(known)), fence => fence(), ..more }
}

pub(super) fn fence() -> Value {
    context! { open => OPEN, close => CLOSE }
}
