//! A table at which `silent-relay` is played by the real rules, with dice that fall as they are told.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use zeroth::clock::Clock as _;
use zeroth::content::Content;
use zeroth::game::Message as Words;
use zeroth::game::journal::DiceRoll;
use zeroth::game::rules::Scripted;
use zeroth::game::scenario::{self, Command, Fact, Pace, Pack, narration};
use zeroth::id::{Ids as _, RunId, SessionId};
use zeroth::llm::{ChatRequest, Component, Lineage, Message, Model, Role};
use zeroth::observe::{ObservedAdventure, ObservedMaster, ObservedStore};
use zeroth::play::{
    Adventure, Again, Beginning, Call, Classified, Facts, Master, Nature, Occasion, Offer, Order, PlayError, Played,
    Stage as GameStage, Standing, Teller, Words as Deltas, World,
};
use zeroth::prompt::Intent;
use zeroth::store::{Document, Expected, Kind, MemoryStore, NewTurn, Session, Store};

use crate::stage::{Manner, Speaker, Stage, database, limits, order};

/// A table at which the relay is played.
pub(crate) struct Relay {
    pub(crate) stage: Stage,
    pub(crate) game: Arc<dyn Adventure>,
    pub(crate) session: SessionId,
    pub(crate) speaker: Arc<Speaker>,
    pub(crate) dice: Arc<Mutex<Scripted>>,
}

impl Relay {
    pub(crate) async fn new(manner: Manner, pace: Pace) -> Self {
        let (stage, speaker) = (Stage::new(), Speaker::new(manner));
        let (telemetry, dice) = (stage.pipeline.telemetry(), Arc::<Mutex<Scripted>>::default());
        let model = stage.model(&speaker);
        let ids = stage.ids.clone();
        let master = ScriptedMaster { model: model.clone(), ids: ids.clone() };
        let game = ScriptedRelay {
            pack: Arc::new(zeroth::prompt::scenario(&Content::default(), "silent-relay").unwrap()),
            pace,
            state: Mutex::default(),
            dice: dice.clone(),
            model,
            master: Arc::new(ObservedMaster::new(Arc::new(master), telemetry.clone())),
            store: Arc::new(ObservedStore::new(Arc::new(MemoryStore::new(limits())), &database(), telemetry.clone())),
            clock: stage.clock.clone(),
            ids,
        };
        let game: Arc<dyn Adventure> = Arc::new(ObservedAdventure::new(Arc::new(game), telemetry, "Game Master"));
        let session = game.start(Beginning::default()).await.unwrap().session;
        Self { stage, game, session, speaker, dice }
    }

    /// Orders something; exactly these dice fall.
    pub(crate) async fn order(&self, text: &str, falls: &[u8]) -> Played {
        *self.dice.lock().unwrap() = Scripted::new(falls.iter().copied());
        let played = order(&*self.game, self.session, text).await;
        assert_eq!(self.dice.lock().unwrap().left(), 0, "{:?}", played.log);
        played
    }

    /// Goes to the core without a mishap, unrecorded.
    pub(crate) async fn at_the_core(manner: Manner, pace: Pace) -> Self {
        let relay = Self::new(manner, pace).await;
        for fall in [15, 11, 8, 8, 11, 8, 11, 10] {
            relay.order("/roll", &[fall]).await;
        }
        relay.stage.recorder.clear();
        relay
    }
}

struct ScriptedRelay {
    pack: Arc<Pack>,
    pace: Pace,
    state: Mutex<Option<scenario::State>>,
    dice: Arc<Mutex<Scripted>>,
    model: Arc<dyn Model>,
    master: Arc<dyn Master>,
    store: Arc<dyn Store>,
    clock: Arc<zeroth::clock::SteppingClock>,
    ids: Arc<zeroth::id::CountingIds>,
}

impl ScriptedRelay {
    fn standing(&self, state: &scenario::State) -> Arc<Standing> {
        let world = World::Scenario { state: Box::new(state.clone()), pack: self.pack.clone() };
        let session = state.session_id;
        Arc::new(Standing {
            session,
            name: "silent-relay".to_owned(),
            number: state.turn_number,
            world,
            turns: Vec::new(),
            questions: Vec::new(),
        })
    }

    async fn narrate(&self, step: &scenario::Step, lineage: Lineage) -> Option<Call> {
        let run = self.ids.run();
        let request = ChatRequest {
            lineage: Lineage { run: Some(run), ..lineage },
            ..request(Component::StorytellerScenario, &narration(&step.facts))
        };
        let reply = self.model.chat(&request, &mut |_| {}).await.ok()?;
        Some(Call { component: request.component, run, reply, error: None })
    }

    fn played(&self, before: &scenario::State, step: &scenario::Step, nature: Nature) -> Played {
        Played {
            standing: self.standing(&step.state),
            nature,
            narrative: narration(&step.facts),
            teller: Teller::Game,
            log: step.log(),
            rolls: step.facts.iter().flat_map(Fact::rolls).map(DiceRoll::from).collect(),
            facts: Facts::Scenario(step.facts.clone()),
            settled: (self.clock.now(), self.clock.now()),
            scene: Some(before.scene.clone()),
            calls: Vec::new(),
            trace_id: None,
        }
    }
}

fn request(component: Component, text: &str) -> ChatRequest {
    ChatRequest::new(component, "", vec![Message { role: Role::User, text: text.to_owned() }], 100)
}

#[async_trait]
impl Adventure for ScriptedRelay {
    fn kind(&self) -> Kind {
        Kind::Scenario
    }

    fn offers(&self) -> Vec<Offer> {
        Vec::new()
    }

    async fn start(&self, _: Beginning) -> Result<Arc<Standing>, PlayError> {
        let state = scenario::start(&self.pack, self.ids.session(), self.pace).state;
        let (document, now) = (Document::of(1, &state)?, self.clock.now());
        self.store.create(Session::new(state.session_id, Kind::Scenario, "silent-relay", document, now)).await?;
        let standing = self.standing(&state);
        *self.state.lock().unwrap() = Some(state);
        Ok(standing)
    }

    async fn look(&self, _: SessionId) -> Result<Arc<Standing>, PlayError> {
        Ok(self.standing(self.state.lock().unwrap().as_ref().unwrap()))
    }

    async fn play(&self, order: Order, deltas: &mut Deltas<'_>) -> Result<Played, PlayError> {
        let kept = self.store.load(order.session, 0).await?.turn_number;
        let before = self.state.lock().unwrap().clone().unwrap();
        let stage = GameStage { scene: before.scene.clone(), outcome: before.outcome };
        self.master.stands(&stage);
        let command = Command::read(&order.text, order.approach.as_deref());
        let (mut lineage, mut calls) = (Lineage::default(), Vec::new());
        if let Command::Said(text) = &command {
            let occasion = Occasion {
                session: order.session,
                team: &order.team,
                attempt: 0,
                heard: false,
                pack: &self.pack,
                state: &before,
                recent: &[],
            };
            let classified = self.master.classify(&occasion, text).await;
            lineage.parents.extend(classified.call.iter().map(|call| call.run));
            calls.extend(classified.call);
            if classified.intent == Intent::Question {
                let answer = self.master.answer(&occasion, text, &lineage.parents, deltas).await?;
                let nothing = scenario::Step { state: before.clone(), facts: Vec::new(), spent: false };
                let played = self.played(&before, &nothing, Nature::Question);
                return Ok(Played {
                    teller: Teller::Model,
                    calls: calls.into_iter().chain([answer]).collect(),
                    ..played
                });
            }
        }
        let step = scenario::play(&self.pack, &before, &command, &mut *self.dice.lock().unwrap());
        self.master.stands(&GameStage { outcome: step.state.outcome, ..stage });
        let nature = match step.facts.first() {
            _ if step.spent => Nature::Turn,
            Some(Fact::Ruled(_)) => Nature::Ruling,
            Some(Fact::Chosen { .. } | Fact::StoodUp) => Nature::Choice,
            _ => Nature::Prompt,
        };
        let mut played = self.played(&before, &step, nature);
        if nature == Nature::Turn {
            let told = self.narrate(&step, lineage).await;
            played.teller = Teller::Stopgap(zeroth::llm::ErrorKind::Unavailable);
            if let Some(call) = told {
                played.teller = Teller::Model;
                calls.push(call);
            }
        }
        played.calls = calls;
        if nature.is_kept() {
            let turn = NewTurn::new(Words::new(&order.text, 500)?, played.narrative.clone(), self.clock.now());
            self.store.append_turn(order.session, Expected::After(kept), turn).await?;
            *self.state.lock().unwrap() = Some(step.state);
        }
        Ok(played)
    }

    async fn again(&self, _: SessionId) -> Result<Again, PlayError> {
        Err(PlayError::NothingToUndo)
    }

    async fn undo(&self, _: SessionId) -> Result<(Again, Arc<Standing>), PlayError> {
        Err(PlayError::NothingToUndo)
    }

    async fn end(&self, session: SessionId) -> Result<Arc<Standing>, PlayError> {
        self.store.delete(session).await?;
        self.look(session).await
    }

    async fn leave(&self, _: SessionId) {}
}

struct ScriptedMaster {
    model: Arc<dyn Model>,
    ids: Arc<zeroth::id::CountingIds>,
}

impl ScriptedMaster {
    async fn ask(&self, component: Component, text: &str, parents: &[RunId]) -> Result<Call, PlayError> {
        let run = self.ids.run();
        let lineage = Lineage { run: Some(run), parents: parents.to_vec() };
        let reply = self.model.chat(&ChatRequest { lineage, ..request(component, text) }, &mut |_| {}).await?;
        Ok(Call { component, run, reply, error: None })
    }
}

#[async_trait]
impl Master for ScriptedMaster {
    async fn classify(&self, _: &Occasion<'_>, input: &str) -> Classified {
        match self.ask(Component::Classifier, input, &[]).await {
            Ok(call) => {
                let intent = if call.reply.text == "QUESTION" { Intent::Question } else { Intent::Action };
                Classified { intent, call: Some(call), error: None }
            }
            Err(error) => Classified { intent: Intent::Action, call: None, error: Some(error) },
        }
    }

    async fn answer(
        &self,
        _: &Occasion<'_>,
        question: &str,
        parents: &[RunId],
        _: &mut Deltas<'_>,
    ) -> Result<Call, PlayError> {
        self.ask(Component::GmQa, question, parents).await
    }
}
