//! Who words a game's setup: three model calls at its creation.

use std::sync::Arc;

use async_trait::async_trait;

use crate::game::{Campaign, Setup};
use crate::id::SessionId;
use crate::llm::Model;
use crate::prompt::{Prompts, Subject, read_setup};

use super::error::PlayError;

/// Words the setup of a new game.
#[async_trait]
pub trait Author: Send + Sync {
    /// Who plays, who tells the story, and what the quest is, for the game `session`.
    ///
    /// # Errors
    /// [`PlayError::Model`] when one of the calls failed.
    async fn setup(&self, session: SessionId) -> Result<Setup, PlayError>;
}

/// Lets a model word it.
pub struct ModelAuthor {
    model: Arc<dyn Model>,
    prompts: Arc<Prompts>,
    campaign: Arc<Campaign>,
}

impl ModelAuthor {
    /// Words setups of `campaign` by `model`.
    pub fn new(model: Arc<dyn Model>, prompts: Arc<Prompts>, campaign: Arc<Campaign>) -> Self {
        Self { model, prompts, campaign }
    }

    async fn word(&self, session: SessionId, subject: Subject) -> Result<String, PlayError> {
        let mut request = self.prompts.game_setup(&self.campaign, subject)?;
        request.conversation = Some(session.to_string());
        let reply = self.model.chat(&request, &mut |_| {}).await?;
        Ok(read_setup(&reply.text))
    }
}

#[async_trait]
impl Author for ModelAuthor {
    async fn setup(&self, session: SessionId) -> Result<Setup, PlayError> {
        // All three to their end, so that a failure of one does not look like a failure of all.
        let (protagonist, storyteller, quest) = tokio::join!(
            self.word(session, Subject::Protagonist),
            self.word(session, Subject::Storyteller),
            self.word(session, Subject::Quest)
        );
        Ok(Setup { protagonist: protagonist?, storyteller: storyteller?, quest: quest? })
    }
}
