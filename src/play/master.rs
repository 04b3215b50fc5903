//! The game master's two small calls, which cost the player no turn: is this a question, and what is the answer.

use std::sync::Arc;

use async_trait::async_trait;

use crate::game::scenario::{Outcome, Pack, State};
use crate::id::{Ids, RunId, SessionId, Team};
use crate::llm::{ChatRequest, Delta, Lineage, Model};
use crate::prompt::{Exchange, Intent, Prompts, Situation, read_intent};

use super::adventure::Call;
use super::error::PlayError;
use super::port::Words;

/// Judges what a player says, and answers questions.
#[async_trait]
pub trait Master: Send + Sync {
    /// Whether the player asks or acts. What goes wrong counts as acting.
    async fn classify(&self, occasion: &Occasion<'_>, input: &str) -> Classified;

    /// Answers a question; `parents` are the calls that led to it.
    ///
    /// # Errors
    /// [`PlayError::Model`] when there is no answer.
    async fn answer(
        &self,
        occasion: &Occasion<'_>,
        question: &str,
        parents: &[RunId],
        deltas: &mut Words<'_>,
    ) -> Result<Call, PlayError>;

    /// Hears where the game stands: once it is loaded, and once the rules have settled an order. It is for whoever observes;
    /// nobody else needs to listen.
    fn stands(&self, _stage: &Stage) {}
}

/// Where a game stands in its story.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    /// The id of the scene that is played.
    pub scene: String,
    /// How the game ended, if it did.
    pub outcome: Option<Outcome>,
}

/// What a game's master knows when it is asked.
#[derive(Debug, Clone, Copy)]
pub struct Occasion<'a> {
    /// The game.
    pub session: SessionId,
    /// Who pays.
    pub team: &'a Team,
    /// Which attempt at the same order it is, counted from 0.
    pub attempt: u32,
    /// Whether a person hears the pieces of the answer as they come.
    pub heard: bool,
    /// What is played.
    pub pack: &'a Pack,
    /// How it stands.
    pub state: &'a State,
    /// What was said and told before, oldest first.
    pub recent: &'a [(String, String)],
}

/// A judgement.
#[derive(Debug, Clone, PartialEq)]
pub struct Classified {
    /// What the player wants.
    pub intent: Intent,
    /// The call, if there was one.
    pub call: Option<Call>,
    /// Why it was not answered.
    pub error: Option<PlayError>,
}

/// Lets models do it.
pub struct ModelMaster {
    model: Arc<dyn Model>,
    prompts: Arc<Prompts>,
    ids: Arc<dyn Ids>,
    stream: bool,
}

impl ModelMaster {
    /// Asks `model`, for its answers in pieces if `stream` says so.
    pub fn new(model: Arc<dyn Model>, prompts: Arc<Prompts>, ids: Arc<dyn Ids>, stream: bool) -> Self {
        Self { model, prompts, ids, stream }
    }

    async fn judge(&self, occasion: &Occasion<'_>, input: &str) -> Result<Classified, PlayError> {
        let request = occasion.with_situation(|situation| self.prompts.classifier(situation, input))?;
        let (request, run) = occasion.address(request, &*self.ids, &[]);
        Ok(match self.model.chat(&request, &mut |_| {}).await {
            Ok(reply) => {
                let intent = read_intent(&reply.text);
                Classified { intent, call: Some(Call::new(&request, run, reply)), error: None }
            }
            Err(error) => {
                let call = Call::failed(&request, run, self.model.descriptor(), &error);
                Classified { intent: Intent::Action, call: Some(call), error: Some(error.into()) }
            }
        })
    }
}

#[async_trait]
impl Master for ModelMaster {
    async fn classify(&self, occasion: &Occasion<'_>, input: &str) -> Classified {
        let unasked = |error| Classified { intent: Intent::Action, call: None, error: Some(error) };
        self.judge(occasion, input).await.unwrap_or_else(unasked)
    }

    async fn answer(
        &self,
        occasion: &Occasion<'_>,
        question: &str,
        parents: &[RunId],
        deltas: &mut Words<'_>,
    ) -> Result<Call, PlayError> {
        let request = occasion.with_situation(|situation| self.prompts.gm_qa(situation, question))?;
        let (mut request, run) = occasion.address(request, &*self.ids, parents);
        request.stream = self.stream;
        let mut heard = false;
        let mut words = |delta: Delta<'_>| {
            if let Some(text) = delta.text() {
                heard = true;
                deltas(text);
            }
        };
        let reply = self.model.chat(&request, &mut words).await?;
        if !heard {
            deltas(&reply.text);
        }
        Ok(Call::new(&request, run, reply))
    }
}

impl Occasion<'_> {
    /// What a prompt gets to know of it.
    pub(super) fn with_situation<T>(&self, ask: impl FnOnce(&Situation<'_>) -> T) -> T {
        let recent = self.recent.iter().map(|(input, narrative)| Exchange { input, narrative });
        let recent: Vec<Exchange<'_>> = recent.collect();
        ask(&Situation { pack: self.pack, state: self.state, recent: &recent })
    }

    /// Says for whom the request is made, and names the call.
    pub(super) fn address(&self, mut request: ChatRequest, ids: &dyn Ids, parents: &[RunId]) -> (ChatRequest, RunId) {
        let run = ids.run();
        request.conversation = Some(self.session.to_string());
        request.seed = (self.attempt > 0).then_some(u64::from(self.attempt));
        request.heard = self.heard;
        request.team = self.team.clone();
        request.lineage = Lineage { run: Some(run), parents: parents.to_vec() };
        (request, run)
    }
}
