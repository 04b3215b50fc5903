//! A turn of a solo game, in order: load, prompt, model, read, rules, keep.

use std::sync::Arc;

use async_trait::async_trait;

use crate::game::Message;
use crate::game::character::Player;
use crate::game::journal::Entry;
use crate::game::solo::{self, Fact, Opening, Reply, Step, prompt_view};
use crate::id::{RunId, SessionId};
use crate::llm::{ChatRequest, Delta, Lineage, Model};
use crate::prompt::{Narrative, Prompts, read_solo, repair};
use crate::store::Kind;

use super::adventure::{Adventure, Beginning, Call, Facts, Nature, Offer, Order, Played, Teller};
use super::catalogue::Catalogue;
use super::chronicle::{Chapter, Chronicle, Kept};
use super::config::AdventureConfig;
use super::error::PlayError;
use super::port::{Again, Words};
use super::race::Tries;
use super::record::{Position, Record};
use super::standing::{Standing, World};

/// What solo games are made of.
pub struct SoloEngine {
    /// Who tells the story.
    pub model: Arc<dyn Model>,
    /// How requests are worded.
    pub prompts: Arc<Prompts>,
    /// Which games there are.
    pub games: Catalogue<(Arc<Opening>, Player)>,
    /// Where they are kept.
    pub chronicle: Chronicle,
    /// What bounds them.
    pub config: AdventureConfig,
}

type SoloChapter = Chapter<solo::State>;

#[async_trait]
impl Adventure for SoloEngine {
    fn kind(&self) -> Kind {
        Kind::Solo
    }

    fn offers(&self) -> Vec<Offer> {
        self.games.offers(|(opening, _)| (opening.title.clone(), opening.description.clone()))
    }

    async fn start(&self, beginning: Beginning) -> Result<Arc<Standing>, PlayError> {
        let name = beginning.name.as_deref().unwrap_or(&self.config.solo);
        let game = self.games.fresh(name)?;
        let (opening, player) = &*game;
        let state = |id| solo::State::new(id, opening, player.clone());
        self.look(self.chronicle.begin(Kind::Solo, name, state).await?).await
    }

    async fn look(&self, session: SessionId) -> Result<Arc<Standing>, PlayError> {
        let chapter: SoloChapter = self.chronicle.read(session, Kind::Solo, None).await?;
        let opening = self.opening(&chapter)?;
        let (number, state) = (chapter.session.turn_number, chapter.position.state.clone());
        Ok(Arc::new(standing(&chapter, opening, state, number, None)))
    }

    async fn play(&self, order: Order, deltas: &mut Words<'_>) -> Result<Played, PlayError> {
        let mut tries = Tries::from(&order);
        loop {
            let played = self.turn(&order, deltas).await;
            if !tries.go_on(&played) {
                return played;
            }
        }
    }

    async fn again(&self, session: SessionId) -> Result<Again, PlayError> {
        self.chronicle.again(session, Kind::Solo).await
    }

    async fn undo(&self, session: SessionId) -> Result<(Again, Arc<Standing>), PlayError> {
        let undone = self.chronicle.undo(session, Kind::Solo).await?;
        Ok((undone, self.look(session).await?))
    }

    async fn end(&self, session: SessionId) -> Result<Arc<Standing>, PlayError> {
        let _turn = self.chronicle.enter(session, std::time::Duration::ZERO).await?;
        let standing = self.look(session).await?;
        self.chronicle.store.delete(session).await?;
        Ok(standing)
    }

    async fn leave(&self, _session: SessionId) {}
}

/// What the storyteller said.
struct Told {
    /// The reply, when it could be read.
    reply: Option<Reply>,
    /// What is told when it could not.
    text: String,
    calls: Vec<Call>,
}

impl SoloEngine {
    fn opening(&self, chapter: &SoloChapter) -> Result<Arc<Opening>, PlayError> {
        Ok(Arc::clone(&self.games.get(&chapter.session.campaign)?.0))
    }

    async fn turn(&self, order: &Order, deltas: &mut Words<'_>) -> Result<Played, PlayError> {
        let message = Message::new(&order.text, self.config.input_limit)?;
        let _turn = self.chronicle.enter(order.session, order.wait).await?;
        let chapter: SoloChapter = self.chronicle.read(order.session, Kind::Solo, order.replaces).await?;
        let opening = self.opening(&chapter)?;
        let mut told = self.tell(&chapter, &opening, &message, order, deltas).await?;
        let mut dice = chapter.position.dice;
        let from = self.chronicle.clock.now();
        let Step { state, entry, facts } = match told.reply.take() {
            Some(reply) => solo::play(&chapter.position.state, &message, &reply, &mut dice),
            None => solo::play_plain(&chapter.position.state, &message, &told.text),
        };
        let settled = (from, self.chronicle.clock.now());
        let log: Vec<String> = facts.iter().filter_map(line).collect();
        let after = Position { state, dice };
        let kept = Kept { message, narrative: &entry.narrative, record: record(&entry, &facts, &log), after: &after };
        let number = self.chronicle.keep(&chapter, kept).await?;
        Ok(Played {
            nature: Nature::Turn,
            narrative: entry.narrative.clone(),
            teller: Teller::Model,
            log,
            rolls: entry.dice_rolls.clone(),
            facts: Facts::Solo(facts),
            settled,
            scene: None,
            calls: told.calls,
            standing: Arc::new(standing(&chapter, opening, after.state, number, Some(entry))),
            trace_id: None,
        })
    }

    /// Asks the storyteller, once more when the answer cannot be read. What the player has heard stands.
    async fn tell(
        &self,
        chapter: &SoloChapter,
        opening: &Opening,
        message: &Message,
        order: &Order,
        deltas: &mut Words<'_>,
    ) -> Result<Told, PlayError> {
        let run = self.chronicle.ids.run();
        let request = self.request(chapter, opening, message, order, run)?;
        let mut narrative = Narrative::new();
        let mut words = |delta: Delta<'_>| {
            let new = delta.text().map(|piece| narrative.push(piece)).unwrap_or_default();
            if !new.is_empty() {
                deltas(&new);
            }
        };
        let first = self.model.chat(&request, &mut words).await?;
        let mut calls = vec![Call::new(&request, run, first.clone())];
        let mut reply = match read_solo(&first.text) {
            Ok(reply) => Some(reply),
            Err(problem) => self.mend(repair(&request, &first.text, &problem), run, &mut calls).await,
        };
        if let Some(reply) = reply.as_mut().filter(|_| narrative.is_complete()) {
            narrative.told().clone_into(&mut reply.narrative);
        }
        let text = if narrative.is_complete() { narrative.told().to_owned() } else { first.text };
        let whole = reply.as_ref().map_or(&text, |reply| &reply.narrative);
        match whole.strip_prefix(narrative.told()) {
            Some("") => {}
            Some(rest) => deltas(rest),
            // Only half of another answer was heard: this one begins anew.
            None => deltas(&format!("\n\n{whole}")),
        }
        Ok(Told { reply, text, calls })
    }

    /// The answer to the second try; a failure of that one is no failure of the turn.
    async fn mend(&self, mut request: ChatRequest, first: RunId, calls: &mut Vec<Call>) -> Option<Reply> {
        let run = self.chronicle.ids.run();
        request.lineage = Lineage { run: Some(run), parents: vec![first] };
        match self.model.chat(&request, &mut |_| {}).await {
            Ok(second) => {
                let reply = read_solo(&second.text).ok();
                calls.push(Call::new(&request, run, second));
                reply
            }
            Err(error) => {
                calls.push(Call::failed(&request, run, self.model.descriptor(), &error));
                None
            }
        }
    }

    fn request(
        &self,
        chapter: &SoloChapter,
        opening: &Opening,
        message: &Message,
        order: &Order,
        run: RunId,
    ) -> Result<ChatRequest, PlayError> {
        let entries = chapter.remembered();
        let view = prompt_view(&chapter.position.state, entries.iter());
        let mut request = self.prompts.storyteller_single(opening, &view, message.as_str())?;
        request.conversation = Some(order.session.to_string());
        request.seed = (order.attempt > 0).then_some(u64::from(order.attempt));
        request.stream = self.config.stream;
        request.heard = order.heard;
        request.team = order.team.clone();
        request.lineage.run = Some(run);
        Ok(request)
    }
}

fn record(entry: &Entry, facts: &[Fact], log: &[String]) -> Record {
    let rolls = facts.iter().filter_map(|fact| if let Fact::Rolled { roll } = fact { Some(roll) } else { None });
    Record {
        turn_number: entry.turn_number,
        state_delta: entry.state_delta.clone(),
        ..Record::of(Nature::Turn).with(&rolls.collect::<Vec<_>>(), log)
    }
}

fn standing(
    chapter: &SoloChapter,
    opening: Arc<Opening>,
    state: solo::State,
    number: u64,
    entry: Option<Entry>,
) -> Standing {
    let mut turns = chapter.entries();
    turns.extend(entry);
    let world = World::Solo { state: Box::new(state), opening };
    let (session, name) = (chapter.session.id, chapter.session.campaign.clone());
    Standing { session, name, number, world, turns, questions: chapter.questions() }
}

fn line(fact: &Fact) -> Option<String> {
    match fact {
        Fact::Rolled { roll } => Some(roll.line()),
        Fact::Hurt { hp, max_hp, .. } => Some(format!("HP {hp} of {max_hp}")),
        Fact::RejectedTrigger(_) | Fact::RejectedDelta(_) => None,
    }
}
