//! Who words a game's setup: three model calls at its creation.

use std::sync::Arc;

use async_trait::async_trait;

use crate::game::{Campaign, Setup};
use crate::id::{SessionId, Team};
use crate::llm::Model;
use crate::prompt::{Prompts, Subject, read_setup};

use super::error::PlayError;

/// Words the setup of a new game.
#[async_trait]
pub trait Author: Send + Sync {
    /// Who plays, who tells the story, and what the quest is, for the game `session`; `team` pays for the calls.
    ///
    /// # Errors
    /// [`PlayError::Model`] when one of the calls failed.
    async fn setup(&self, session: SessionId, team: &Team) -> Result<Setup, PlayError>;
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

    async fn word(&self, session: SessionId, team: &Team, subject: Subject) -> Result<String, PlayError> {
        let mut request = self.prompts.game_setup(&self.campaign, subject)?;
        request.conversation = Some(session.to_string());
        request.seed = seed(session);
        request.team = team.clone();
        let reply = self.model.chat(&request, &mut |_| {}).await?;
        Ok(read_setup(&reply.text))
    }
}

/// What makes the setup of a game of one's own another one each time, and the same one for the same game.
fn seed(session: SessionId) -> Option<u64> {
    (session != SessionId::SHARED).then(|| {
        // FNV-1a: every release draws the same.
        let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        // 31 bits: as many as every provider takes.
        session.to_string().bytes().fold(0xcbf2_9ce4_8422_2325, step) & 0x7fff_ffff
    })
}

#[async_trait]
impl Author for ModelAuthor {
    async fn setup(&self, session: SessionId, team: &Team) -> Result<Setup, PlayError> {
        // All three to their end, so that a failure of one does not look like a failure of all.
        let (protagonist, storyteller, quest) = tokio::join!(
            self.word(session, team, Subject::Protagonist),
            self.word(session, team, Subject::Storyteller),
            self.word(session, team, Subject::Quest)
        );
        Ok(Setup { protagonist: protagonist?, storyteller: storyteller?, quest: quest? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_game_of_ones_own_has_a_seed_that_stays() {
        let [one, other] = ["a", "b"].map(|last| format!("0190163d-8694-739b-aea5-966c26f8ad9{last}").parse().unwrap());
        assert_eq!(seed(one), seed(one));
        assert_ne!(seed(one), seed(other));
        assert_eq!(seed(SessionId::SHARED), None);
    }
}
