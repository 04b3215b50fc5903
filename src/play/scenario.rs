//! What comes of an order in a scenario: load, judge, rules, storyteller, keep.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;

use crate::game::journal::{DiceRoll, Entry};
use crate::game::rules::{Roll, Seeded};
use crate::game::scenario::{self, Command, Fact, Pack, Pending, Ruling, State, Step, narration, shown};
use crate::game::{Message, MessageError};
use crate::id::{RunId, SessionId};
use crate::llm::{Delta, ErrorKind, Model};
use crate::prompt::{Intent, PromptError, Prompts, Telling};
use crate::store::Kind;

use super::adventure::{Adventure, Beginning, Call, Facts, Nature, Offer, Order, Played, Teller};
use super::catalogue::Catalogue;
use super::chronicle::{Chapter, Chronicle, Kept};
use super::config::AdventureConfig;
use super::error::PlayError;
use super::master::{Master, Occasion, Stage};
use super::port::{Again, Words};
use super::race::Tries;
use super::record::{Position, Record};
use super::standing::{Standing, World};

/// What comes of deeds that are no orders.
const NOT_YET: &str = "Nothing comes of that by itself.";
/// The most characters of an approach's name.
const MOST_APPROACH: usize = 64;
/// How many of the last exchanges the models see.
const RECENT: usize = 6;

/// What scenarios are made of.
pub struct ScenarioEngine {
    /// Who tells the story.
    pub model: Arc<dyn Model>,
    /// Who judges and answers what is said.
    pub master: Arc<dyn Master>,
    /// How requests are worded.
    pub prompts: Arc<Prompts>,
    /// Which packs there are.
    pub packs: Catalogue<Pack>,
    /// Where games are kept.
    pub chronicle: Chronicle,
    /// What bounds them.
    pub config: AdventureConfig,
}

type ScenarioChapter = Chapter<State>;

/// An order under way.
struct Scene<'a> {
    order: &'a Order,
    message: Message,
    chapter: ScenarioChapter,
    pack: Arc<Pack>,
    recent: Vec<(String, String)>,
}

/// What the rules made of it.
struct Settled {
    step: Step,
    dice: Seeded,
    times: (SystemTime, SystemTime),
}

/// Why the storyteller told nothing.
struct Untold {
    kind: ErrorKind,
    call: Option<Call>,
}

impl From<PromptError> for Untold {
    fn from(_: PromptError) -> Self {
        Self { kind: ErrorKind::InvalidRequest, call: None }
    }
}

/// What is told of it.
struct Told {
    narrative: String,
    teller: Teller,
    calls: Vec<Call>,
}

#[async_trait]
impl Adventure for ScenarioEngine {
    fn kind(&self) -> Kind {
        Kind::Scenario
    }

    fn offers(&self) -> Vec<Offer> {
        self.packs.offers(|pack| (pack.title.clone(), pack.description.clone()))
    }

    async fn start(&self, beginning: Beginning) -> Result<Arc<Standing>, PlayError> {
        let name = beginning.name.unwrap_or_default();
        let pack = self.packs.fresh(&name)?;
        let state = |id| scenario::start(&pack, id, beginning.pace).state;
        self.look(self.chronicle.begin(Kind::Scenario, &name, state).await?).await
    }

    async fn look(&self, session: SessionId) -> Result<Arc<Standing>, PlayError> {
        let chapter: ScenarioChapter = self.chronicle.read(session, Kind::Scenario, None).await?;
        let pack = self.packs.get(&chapter.session.campaign)?;
        let state = chapter.position.state.clone();
        Ok(Arc::new(standing(&chapter, pack, state, chapter.session.turn_number, None)))
    }

    async fn play(&self, order: Order, deltas: &mut Words<'_>) -> Result<Played, PlayError> {
        let mut tries = Tries::from(&order);
        loop {
            let played = self.obey(&order, deltas).await;
            if !tries.go_on(&played) {
                return played;
            }
        }
    }

    async fn again(&self, session: SessionId) -> Result<Again, PlayError> {
        self.chronicle.again(session, Kind::Scenario).await
    }

    async fn undo(&self, session: SessionId) -> Result<(Again, Arc<Standing>), PlayError> {
        let undone = self.chronicle.undo(session, Kind::Scenario).await?;
        Ok((undone, self.look(session).await?))
    }

    async fn end(&self, session: SessionId) -> Result<Arc<Standing>, PlayError> {
        let _turn = self.chronicle.enter(session, Duration::ZERO).await?;
        let standing = self.look(session).await?;
        self.chronicle.store.delete(session).await?;
        Ok(standing)
    }

    async fn leave(&self, _session: SessionId) {}
}

impl ScenarioEngine {
    async fn obey(&self, order: &Order, deltas: &mut Words<'_>) -> Result<Played, PlayError> {
        let message = self.message(order)?;
        let _turn = self.chronicle.enter(order.session, order.wait).await?;
        let chapter: ScenarioChapter = self.chronicle.read(order.session, Kind::Scenario, order.replaces).await?;
        self.master.stands(&stage(&chapter.position.state, &chapter.position.state));
        let pack = self.packs.get(&chapter.session.campaign)?;
        let recent = chapter.exchanges(RECENT);
        let scene = Scene { order, message, chapter, pack, recent };
        let command = Command::read(scene.order.text.trim(), order.approach.as_deref());
        let settled = self.settle(&scene, &command);
        self.master.stands(&stage(&scene.chapter.position.state, &settled.step.state));
        match settled.step.ruling() {
            Some(ruling @ (Ruling::Finished { .. } | Ruling::PackChanged)) => Err(PlayError::Ruled(ruling.clone())),
            Some(ruling @ Ruling::UnknownApproach { .. }) if scene.names_an_approach() => {
                Err(PlayError::Ruled(ruling.clone()))
            }
            // "I approach the hatch" is no order either.
            Some(ruling) if ruling.may_be_speech() || matches!(ruling, Ruling::UnknownApproach { .. }) => {
                self.said(&scene, settled, deltas).await
            }
            None if matches!(command, Command::Said(_)) && settled.changes_nothing(&scene) => {
                self.said(&scene, settled, deltas).await
            }
            _ if settled.step.spent => self.turn(scene, settled, deltas).await,
            _ => self.aside(scene, settled, deltas).await,
        }
    }

    /// The player's text; an approach that comes alone is as good as one that is said.
    fn message(&self, order: &Order) -> Result<Message, PlayError> {
        match order.approach.as_deref().map(str::trim).filter(|name| !name.is_empty()) {
            Some(name) if name.chars().count() > MOST_APPROACH => {
                Err(MessageError::TooLong { length: name.chars().count(), limit: MOST_APPROACH }.into())
            }
            Some(name) if order.text.trim().is_empty() => {
                Ok(Message::new(&format!("approach {name}"), self.config.input_limit)?)
            }
            _ => Ok(Message::new(&order.text, self.config.input_limit)?),
        }
    }

    fn settle(&self, scene: &Scene<'_>, command: &Command) -> Settled {
        let mut dice = scene.chapter.position.dice;
        let from = self.chronicle.clock.now();
        let step = scenario::play(&scene.pack, &scene.chapter.position.state, command, &mut dice);
        Settled { step, dice, times: (from, self.chronicle.clock.now()) }
    }

    /// Something was said that is no order, or may be none: a question is answered, anything else is answered by what the
    /// game waits for.
    async fn said(&self, scene: &Scene<'_>, settled: Settled, deltas: &mut Words<'_>) -> Result<Played, PlayError> {
        let text = scene.message.as_str();
        let occasion = scene.occasion(&scene.chapter.position.state);
        let judged = self.master.classify(&occasion, text).await;
        let run = judged.call.as_ref().filter(|call| call.error.is_none()).map(|call| call.run);
        let mut calls: Vec<Call> = judged.call.into_iter().collect();
        let plain = narration(&settled.step.facts);
        let mut settled = settled;
        let (nature, narrative, teller) = if judged.intent == Intent::Question {
            let parents: Vec<RunId> = run.into_iter().collect();
            let answer = self.master.answer(&occasion, text, &parents, deltas).await?;
            let prompt = scene.chapter.position.state.pending(&scene.pack).prompt();
            let repeated = format!("\n\n{prompt}");
            deltas(&repeated);
            let answered = answer.reply.text.clone();
            calls.push(answer);
            // Nothing of what the rules would have made of it has happened.
            settled.step.facts.clear();
            let record = Record::of(Nature::Question);
            self.chronicle.note(scene.order.session, scene.message.clone(), &answered, &record).await?;
            (Nature::Question, format!("{answered}{repeated}"), Teller::Model)
        } else {
            let plain = if settled.step.ruling().is_some() { plain } else { format!("{NOT_YET} {plain}") };
            deltas(&plain);
            let nature = if settled.step.ruling().is_some() { Nature::Ruling } else { Nature::Prompt };
            let record = Record { judged_by: run, ..Record::of(Nature::Prompt) };
            self.chronicle.note(scene.order.session, scene.message.clone(), &plain, &record).await?;
            (nature, plain, Teller::Game)
        };
        // What was asked just now is part of what a client sees.
        let standing = self.look(scene.order.session).await?;
        let told = Told { narrative, teller, calls };
        Ok(scene.played(nature, settled, told, standing))
    }

    /// Nothing was rolled: the game says so itself. What was decided is kept.
    async fn aside(&self, scene: Scene<'_>, settled: Settled, deltas: &mut Words<'_>) -> Result<Played, PlayError> {
        let narrative = self.with_prompt(&scene, &settled.step);
        deltas(&narrative);
        let told = Told { narrative, teller: Teller::Game, calls: Vec::new() };
        let nature = match settled.step.ruling() {
            Some(_) => Nature::Ruling,
            None if settled.step.state == scene.chapter.position.state => Nature::Prompt,
            None => Nature::Choice,
        };
        if nature == Nature::Choice {
            return self.kept(scene, nature, settled, told).await;
        }
        let (chapter, state) = (&scene.chapter, settled.step.state.clone());
        let standing = standing(chapter, Arc::clone(&scene.pack), state, chapter.session.turn_number, None);
        Ok(scene.played(nature, settled, told, Arc::new(standing)))
    }

    /// What was chosen, and what is asked next.
    fn with_prompt(&self, scene: &Scene<'_>, step: &Step) -> String {
        let said = narration(&step.facts);
        if step.facts.iter().any(|fact| matches!(fact, Fact::Prompted { .. })) {
            return said;
        }
        format!("{said}\n\n{}", step.state.pending(&scene.pack).prompt())
    }

    async fn turn(&self, scene: Scene<'_>, settled: Settled, deltas: &mut Words<'_>) -> Result<Played, PlayError> {
        let told = match self.tell(&scene, &settled.step, deltas).await {
            Ok(call) => {
                let shown = shown(&settled.step.facts);
                let shown = if shown.is_empty() { shown } else { format!("\n\n{shown}") };
                if !shown.is_empty() {
                    deltas(&shown);
                }
                let narrative = format!("{}{shown}", call.reply.text);
                Told { narrative, teller: Teller::Model, calls: vec![call] }
            }
            Err(Untold { kind, call }) => {
                let narrative = narration(&settled.step.facts);
                deltas(&narrative);
                Told { narrative, teller: Teller::Stopgap(kind), calls: call.into_iter().collect() }
            }
        };
        self.kept(scene, Nature::Turn, settled, told).await
    }

    /// Lets the storyteller tell what happened.
    async fn tell(&self, scene: &Scene<'_>, step: &Step, deltas: &mut Words<'_>) -> Result<Call, Untold> {
        let log = step.log();
        let telling = Telling { input: scene.message.as_str(), facts: &step.facts, log: &log };
        let occasion = scene.occasion(&step.state);
        let request = occasion.with_situation(|situation| self.prompts.storyteller_scenario(situation, &telling))?;
        let parents: Vec<RunId> = scene.chapter.judged_by().into_iter().collect();
        let (mut request, run) = occasion.address(request, &*self.chronicle.ids, &parents);
        request.stream = self.config.stream;
        let mut heard = false;
        let mut words = |delta: Delta<'_>| {
            if let Some(text) = delta.text() {
                heard = true;
                deltas(text);
            }
        };
        let reply = match self.model.chat(&request, &mut words).await {
            Ok(reply) => reply,
            Err(error) => {
                // What comes in its place begins on a line of its own.
                if heard {
                    deltas("\n\n");
                }
                let call = Call::failed(&request, run, self.model.descriptor(), &error);
                return Err(Untold { kind: error.kind, call: Some(call) });
            }
        };
        if !heard {
            deltas(&reply.text);
        }
        Ok(Call::new(&request, run, reply))
    }

    async fn kept(&self, scene: Scene<'_>, nature: Nature, settled: Settled, told: Told) -> Result<Played, PlayError> {
        let (before, step) = (&scene.chapter.position.state, &settled.step);
        let entry = before.entry(&scene.pack, step, scene.message.as_str(), &told.narrative);
        let rolls: Vec<&Roll> = step.facts.iter().flat_map(Fact::rolls).collect();
        let record = Record {
            turn_number: entry.turn_number,
            approach: scene.order.approach.clone(),
            state_delta: entry.state_delta.clone(),
            ..Record::of(nature).with(&rolls, &step.log())
        };
        let after = Position { state: step.state.clone(), dice: settled.dice };
        let kept = Kept { message: scene.message.clone(), narrative: &told.narrative, record, after: &after };
        let number = self.chronicle.keep(&scene.chapter, kept).await?;
        let entry = (nature == Nature::Turn).then_some(entry);
        let standing = standing(&scene.chapter, Arc::clone(&scene.pack), after.state, number, entry);
        Ok(scene.played(nature, settled, told, Arc::new(standing)))
    }
}

impl Settled {
    fn changes_nothing(&self, scene: &Scene<'_>) -> bool {
        !self.step.spent && self.step.state == scene.chapter.position.state
    }
}

impl Scene<'_> {
    /// Whether what was asked for can only be meant as an approach.
    fn names_an_approach(&self) -> bool {
        let asked = self.chapter.position.state.pending(&self.pack);
        let awaited = matches!(asked, Pending::Approach { .. } | Pending::ApproachRoll { .. });
        // "Approach the hatch" may be a deed; "approach diplomacy" is none.
        awaited || self.order.approach.is_some() || self.message.as_str().split_whitespace().count() <= 2
    }

    fn occasion<'a>(&'a self, state: &'a State) -> Occasion<'a> {
        Occasion {
            session: self.order.session,
            team: &self.order.team,
            attempt: self.order.attempt,
            heard: self.order.heard,
            pack: &self.pack,
            state,
            recent: &self.recent,
        }
    }

    fn played(&self, nature: Nature, settled: Settled, told: Told, standing: Arc<Standing>) -> Played {
        let Told { narrative, teller, calls } = told;
        let log = settled.step.log();
        let rolls = settled.step.facts.iter().flat_map(Fact::rolls).map(DiceRoll::from).collect();
        Played {
            standing,
            nature,
            narrative,
            teller,
            log,
            rolls,
            facts: Facts::Scenario(settled.step.facts),
            settled: settled.times,
            scene: Some(self.chapter.position.state.scene.clone()),
            calls,
            trace_id: None,
        }
    }
}

/// An order belongs to the scene in which it was given, whatever came of it.
fn stage(before: &State, after: &State) -> Stage {
    Stage { scene: before.scene.clone(), outcome: after.outcome }
}

fn standing(chapter: &ScenarioChapter, pack: Arc<Pack>, state: State, number: u64, entry: Option<Entry>) -> Standing {
    let mut turns = chapter.entries();
    turns.extend(entry);
    let world = World::Scenario { state: Box::new(state), pack };
    let (session, name) = (chapter.session.id, chapter.session.campaign.clone());
    Standing { session, name, number, world, turns, questions: chapter.questions() }
}
