//! The texts with which a game opens.

use minijinja::context;

use crate::game::{Campaign, Setup};
use crate::llm::{ChatRequest, Component, Message, Role};

use super::ending::missing_ending;
use super::template::{PromptError, Prompts, values};

/// What a setup call describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// The player's character.
    Protagonist,
    /// The voice of the game.
    Storyteller,
    /// What the player has to do.
    Quest,
}

impl Subject {
    /// The three calls of a game's creation, in order.
    pub const ALL: [Self; 3] = [Self::Protagonist, Self::Storyteller, Self::Quest];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Protagonist => "protagonist",
            Self::Storyteller => "storyteller",
            Self::Quest => "quest",
        }
    }
}

impl Prompts {
    /// Asks for one text of a game's opening.
    ///
    /// # Errors
    /// [`PromptError`] when the template fails on this campaign.
    pub fn game_setup(&self, campaign: &Campaign, subject: Subject) -> Result<ChatRequest, PromptError> {
        let more = context! { subject => subject.as_str() };
        let page = self.render(Component::GameSetup, values(campaign, more))?;
        let messages = vec![Message { role: Role::User, text: page.user }];
        Ok(self.request(Component::GameSetup, page.system, messages))
    }
}

/// The text of a setup reply: one paragraph, whatever the model's line breaks.
pub fn read_setup(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The storyteller's first line: the quest, and whose turn it is.
pub fn opening(campaign: &Campaign, setup: &Setup) -> String {
    let ending = missing_ending(&setup.quest, campaign).unwrap_or_default();
    format!("{}{ending}", setup.quest)
}

#[cfg(test)]
mod tests {
    use super::super::campaign;
    use super::*;
    use crate::content::Content;

    #[test]
    fn the_three_requests_differ_only_in_what_is_asked() {
        let content = Content::default();
        let (prompts, campaign) = (Prompts::load(&content).unwrap(), campaign(&content, "enterprise").unwrap());
        let requests = Subject::ALL.map(|subject| prompts.game_setup(&campaign, subject).unwrap());
        for request in &requests {
            assert_eq!(request.system, requests[0].system);
            assert_eq!(request.messages.len(), 1);
            assert!(request.messages[0].text.contains("50 words or less"));
            assert_eq!((request.temperature, request.stream), (Some(1.0), false));
        }
        assert_ne!(requests[0].messages, requests[1].messages);
        assert_ne!(requests[1].messages, requests[2].messages);
    }

    #[test]
    fn a_reply_becomes_one_paragraph() {
        assert_eq!(read_setup("  Ann dives.\n\n She  is good.\n"), "Ann dives. She is good.");
    }

    #[test]
    fn the_opening_is_the_quest_and_the_turn_sentence() {
        let campaign = campaign(&Content::default(), "enterprise").unwrap();
        let setup = Setup { protagonist: String::new(), storyteller: String::new(), quest: "Find them".to_owned() };
        assert_eq!(opening(&campaign, &setup), format!("Find them. {}", campaign.turn_sentence));
    }
}
