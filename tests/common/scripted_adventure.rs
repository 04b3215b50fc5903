//! Games for one player by the real rules, told by a storyteller who does what a test says; and their archive.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use tokio::sync::{Mutex as Door, OwnedMutexGuard};

use zeroth::content::Content;
use zeroth::game::Message;
use zeroth::game::journal::{DiceRoll, Question};
use zeroth::game::rules::{Roll, Seeded};
use zeroth::game::scenario::{self, Command, Fact, Ruling};
use zeroth::game::solo;
use zeroth::id::{CountingIds, Ids, RunId, SessionId};
use zeroth::llm::Component;
use zeroth::play::{
    Adventure, Again, Archive, Beginning, Call, Facts, Nature, Offer, Order, Play, PlayError, Played, Standing, Teller,
    Transcript, Words, World,
};
use zeroth::prompt;
use zeroth::store::{Kind, Page, Summary};

use crate::script::{Script, Step, kind_of, lock, reply};

/// Games of one kind.
pub(crate) struct ScriptedAdventure {
    kind: Kind,
    script: Script,
    games: Mutex<HashMap<SessionId, Game>>,
    orders: Mutex<Vec<Order>>,
    ids: CountingIds,
}

struct Game {
    standing: Arc<Standing>,
    earlier: Vec<(Order, Arc<Standing>)>,
    door: Arc<Door<()>>,
}

impl ScriptedAdventure {
    pub(crate) fn new(kind: Kind) -> Arc<Self> {
        let (script, games, orders) = (Script::new(), Mutex::default(), Mutex::default());
        Arc::new(Self { kind, script, games, orders, ids: CountingIds::default() })
    }

    /// The next turn is told like this; a storyteller who fails is stood in for, other failures are the turn's.
    pub(crate) fn script(&self, steps: impl IntoIterator<Item = Step>) {
        self.script.push(steps);
    }

    pub(crate) fn go_on(&self) {
        self.script.go_on();
    }

    pub(crate) async fn waiting(&self, count: usize) {
        self.script.waiting(count).await;
    }

    pub(crate) async fn kept(&self, count: usize) {
        self.script.kept(count).await;
    }

    /// What was ordered last.
    pub(crate) fn last_order(&self) -> Order {
        lock(&self.orders).last().unwrap().clone()
    }

    fn missing(&self, session: SessionId) -> PlayError {
        match kind_of(session) {
            kind if kind == self.kind || kind == Kind::Dialogue => PlayError::UnknownSession(session),
            other => PlayError::OtherKind(session, other),
        }
    }

    fn standing(&self, session: SessionId) -> Result<Arc<Standing>, PlayError> {
        let games = lock(&self.games);
        games.get(&session).map(|game| Arc::clone(&game.standing)).ok_or_else(|| self.missing(session))
    }

    async fn enter(&self, session: SessionId, wait: Duration) -> Result<OwnedMutexGuard<()>, PlayError> {
        let standing = self.standing(session)?;
        let door = lock(&self.games).get(&session).map(|game| Arc::clone(&game.door)).unwrap();
        let busy = PlayError::Busy { turn: Some(standing.number) };
        match Arc::clone(&door).try_lock_owned() {
            Ok(entered) => Ok(entered),
            Err(_) if wait.is_zero() => Err(busy),
            Err(_) => tokio::time::timeout(wait, door.lock_owned()).await.map_err(|_| busy),
        }
    }

    fn world(&self, session: SessionId, beginning: &Beginning) -> Result<World, PlayError> {
        let content = Content::default();
        let unknown = |problems: Vec<zeroth::game::Problem>| PlayError::UnknownContent(problems[0].what.clone());
        if beginning.name.as_deref() == Some("broken") {
            let problems = vec!["scenes.toml: is missing".to_owned(), "pack.toml: title: is missing".to_owned()];
            return Err(PlayError::BrokenContent { name: "broken".to_owned(), problems });
        }
        if self.kind == Kind::Solo {
            let name = beginning.name.as_deref().unwrap_or("enterprise");
            let (opening, player) = prompt::solo(&content, name).map_err(unknown)?;
            let state = Box::new(solo::State::new(session, &opening, player));
            return Ok(World::Solo { state, opening: Arc::new(opening) });
        }
        let pack = prompt::scenario(&content, beginning.name.as_deref().unwrap()).map_err(unknown)?;
        let state = Box::new(scenario::start(&pack, session, beginning.pace).state);
        Ok(World::Scenario { state, pack: Arc::new(pack) })
    }

    async fn tell(&self, plain: String, deltas: &mut Words<'_>) -> Result<(String, Teller, Vec<Call>), PlayError> {
        match self.script.tell(&["The relay ", "hums."], deltas).await {
            Ok(text) => {
                let (run, component) = (self.ids.run(), Component::ALL[0]);
                Ok((text.clone(), Teller::Model, vec![call(component, run, text)]))
            }
            Err(PlayError::Model(error)) => {
                deltas(&plain);
                Ok((plain, Teller::Stopgap(error.kind), Vec::new()))
            }
            Err(error) => Err(error),
        }
    }

    async fn solo(&self, order: &Order, before: &Standing, deltas: &mut Words<'_>) -> Result<Played, PlayError> {
        let World::Solo { state, opening } = &before.world else { panic!("a solo game") };
        let message = Message::new(&order.text, 500)?;
        let (narrative, teller, calls) = self.tell("Nothing happens.".to_owned(), deltas).await?;
        let triggers = serde_json::json!([{"roll": "d20", "skill": "investigation", "dc": 13}, {"roll": "d4"}]);
        let reply = solo::Reply {
            narrative: narrative.clone(),
            dice_triggers: triggers.as_array().unwrap().clone(),
            ..solo::Reply::default()
        };
        let step = solo::play(state, &message, &reply, &mut Seeded::new(before.number));
        let rolls = step.entry.dice_rolls.clone();
        let world = World::Solo { state: Box::new(step.state), opening: Arc::clone(opening) };
        let mut standing = Standing { world, number: before.number + 1, ..before.clone() };
        standing.turns.push(step.entry);
        let log = rolls.iter().map(|roll| roll.text.clone()).collect();
        Ok(played(standing, Nature::Turn, (narrative, teller, calls), log, rolls, Facts::Solo(step.facts)))
    }

    async fn scenario(&self, order: &Order, before: &Standing, deltas: &mut Words<'_>) -> Result<Played, PlayError> {
        let World::Scenario { state, pack } = &before.world else { panic!("a scenario") };
        if order.text.ends_with('?') {
            return Ok(question(order, before, deltas));
        }
        let command = Command::read(&order.text, order.approach.as_deref());
        let step = scenario::play(pack, state, &command, &mut Seeded::new(before.number));
        if let Some(ruling @ (Ruling::Finished { .. } | Ruling::UnknownApproach { .. })) = step.ruling() {
            return Err(PlayError::Ruled(ruling.clone()));
        }
        let nature = nature(&step);
        let plain = scenario::narration(&step.facts);
        let told = if nature == Nature::Turn {
            self.tell(plain, deltas).await?
        } else {
            deltas(&plain);
            (plain, Teller::Game, Vec::new())
        };
        let mut standing = before.clone();
        if matches!(nature, Nature::Turn | Nature::Choice) {
            standing.number += 1;
            standing.turns.push(state.entry(pack, &step, &order.text, &told.0));
        }
        let (log, rolls) = (step.log(), rolls(&step.facts));
        standing.world = World::Scenario { state: Box::new(step.state), pack: Arc::clone(pack) };
        Ok(played(standing, nature, told, log, rolls, Facts::Scenario(step.facts)))
    }
}

fn nature(step: &scenario::Step) -> Nature {
    let any = |wanted: fn(&Fact) -> bool| step.facts.iter().any(wanted);
    if step.spent {
        Nature::Turn
    } else if any(|fact| matches!(fact, Fact::Ruled(_))) {
        Nature::Ruling
    } else if any(|fact| matches!(fact, Fact::Chosen { .. })) {
        Nature::Choice
    } else {
        Nature::Prompt
    }
}

fn rolls(facts: &[Fact]) -> Vec<DiceRoll> {
    let rolls: Vec<&Roll> = facts.iter().flat_map(Fact::rolls).collect();
    rolls.into_iter().map(DiceRoll::from).collect()
}

fn question(order: &Order, before: &Standing, deltas: &mut Words<'_>) -> Played {
    let answer = "The game master nods.".to_owned();
    deltas(&answer);
    let mut standing = before.clone();
    standing.questions.push(Question { question: order.text.clone(), answer: answer.clone() });
    let calls = ["action", &answer].map(|text| call(Component::ALL[0], CountingIds::default().run(), text.to_owned()));
    let told = (answer, Teller::Model, calls.into());
    played(standing, Nature::Question, told, Vec::new(), Vec::new(), Facts::Scenario(Vec::new()))
}

fn call(component: Component, run: RunId, text: String) -> Call {
    Call { component, run, reply: reply(text), error: None }
}

fn played(
    standing: Standing,
    nature: Nature,
    (narrative, teller, calls): (String, Teller, Vec<Call>),
    log: Vec<String>,
    rolls: Vec<DiceRoll>,
    facts: Facts,
) -> Played {
    let (settled, scene) = ((SystemTime::UNIX_EPOCH, SystemTime::UNIX_EPOCH), None);
    let (standing, trace_id) = (Arc::new(standing), None);
    Played { standing, nature, narrative, teller, log, rolls, facts, settled, scene, calls, trace_id }
}

#[async_trait]
impl Adventure for ScriptedAdventure {
    fn kind(&self) -> Kind {
        self.kind
    }

    fn offers(&self) -> Vec<Offer> {
        let offer = |name: &str, title: &str| Offer {
            name: name.to_owned(),
            title: title.to_owned(),
            description: "A game.".to_owned(),
            playable: true,
        };
        match self.kind {
            Kind::Solo => vec![offer("enterprise", "Deck Seven")],
            _ => vec![offer("night-mail", "The Night Mail"), offer("silent-relay", "The Silent Relay")],
        }
    }

    async fn start(&self, beginning: Beginning) -> Result<Arc<Standing>, PlayError> {
        let prefix = if self.kind == Kind::Solo { "50100000" } else { "5ce00000" };
        let session = format!("{prefix}{}", &self.ids.session().to_string()[8..]).parse().unwrap();
        let world = self.world(session, &beginning)?;
        let standing = Arc::new(Standing {
            session,
            name: beginning.name.unwrap_or_else(|| "enterprise".to_owned()),
            number: 0,
            world,
            turns: Vec::new(),
            questions: Vec::new(),
        });
        let game = Game { standing: Arc::clone(&standing), earlier: Vec::new(), door: Arc::default() };
        lock(&self.games).insert(session, game);
        Ok(standing)
    }

    async fn look(&self, session: SessionId) -> Result<Arc<Standing>, PlayError> {
        self.standing(session)
    }

    async fn play(&self, order: Order, deltas: &mut Words<'_>) -> Result<Played, PlayError> {
        lock(&self.orders).push(order.clone());
        let _entered = self.enter(order.session, order.wait).await?;
        let mut before = self.standing(order.session)?;
        if let Some(number) = order.replaces {
            if before.number != number {
                return Err(PlayError::Conflict { turn: Some(before.number) });
            }
            before = Arc::clone(&lock(&self.games)[&order.session].earlier.last().unwrap().1);
        }
        let played = match self.kind {
            Kind::Solo => self.solo(&order, &before, deltas).await?,
            _ => self.scenario(&order, &before, deltas).await?,
        };
        let mut games = lock(&self.games);
        let game = games.get_mut(&order.session).unwrap();
        if order.replaces.is_some() {
            game.earlier.pop();
        }
        if played.standing.number > before.number {
            game.earlier.push((order, before));
        }
        game.standing = Arc::clone(&played.standing);
        drop(games);
        self.script.keep();
        Ok(played)
    }

    async fn again(&self, session: SessionId) -> Result<Again, PlayError> {
        let standing = self.standing(session)?;
        let games = lock(&self.games);
        let (order, _) = games[&session].earlier.last().ok_or(PlayError::NothingToUndo)?;
        let Order { text, approach, attempt, .. } = order.clone();
        let number = standing.number;
        Ok(Again { text, approach, number, revision: number, attempt: attempt + 1 })
    }

    async fn undo(&self, session: SessionId) -> Result<(Again, Arc<Standing>), PlayError> {
        let _entered = self.enter(session, Duration::ZERO).await?;
        let again = self.again(session).await?;
        let mut games = lock(&self.games);
        let game = games.get_mut(&session).unwrap();
        game.standing = game.earlier.pop().unwrap().1;
        Ok((again, Arc::clone(&game.standing)))
    }

    async fn end(&self, session: SessionId) -> Result<Arc<Standing>, PlayError> {
        let _entered = self.enter(session, Duration::ZERO).await?;
        Ok(lock(&self.games).remove(&session).unwrap().standing)
    }

    async fn leave(&self, _session: SessionId) {}
}

/// What is kept, as far as a test says so; the kind of a game is known by those who play it.
pub(crate) struct ScriptedArchive {
    pub(crate) play: Arc<dyn Play>,
    pub(crate) solo: Arc<ScriptedAdventure>,
    pub(crate) scenario: Arc<ScriptedAdventure>,
    pub(crate) summaries: Mutex<Vec<Summary>>,
    pub(crate) transcript: Mutex<Option<Transcript>>,
    pub(crate) failures: Mutex<Vec<PlayError>>,
}

impl ScriptedArchive {
    /// The next calls fail like this.
    pub(crate) fn fail(&self, errors: impl IntoIterator<Item = PlayError>) {
        lock(&self.failures).extend(errors);
    }

    fn next(&self) -> Result<(), PlayError> {
        let mut failures = lock(&self.failures);
        if failures.is_empty() { Ok(()) } else { Err(failures.remove(0)) }
    }
}

#[async_trait]
impl Archive for ScriptedArchive {
    async fn kind(&self, session: SessionId) -> Result<Kind, PlayError> {
        self.next()?;
        match kind_of(session) {
            Kind::Dialogue => self.play.game(session).await.map(drop),
            Kind::Solo => self.solo.look(session).await.map(drop),
            Kind::Scenario => self.scenario.look(session).await.map(drop),
        }
        .map(|()| kind_of(session))
    }

    async fn list(&self, page: Page) -> Result<Vec<Summary>, PlayError> {
        self.next()?;
        let mut all = lock(&self.summaries).clone();
        all.sort_by_key(|summary| std::cmp::Reverse((summary.played, summary.id)));
        let later = |summary: &Summary| page.after.is_none_or(|after| (summary.played, summary.id) < after);
        Ok(all.into_iter().filter(later).take(page.limit).collect())
    }

    async fn transcript(&self, session: SessionId, limit: usize) -> Result<Transcript, PlayError> {
        self.next()?;
        let mut transcript = lock(&self.transcript).clone().ok_or(PlayError::UnknownSession(session))?;
        let early = transcript.lines.len().saturating_sub(limit);
        transcript.lines.drain(..early);
        Ok(transcript)
    }

    async fn delete(&self, session: SessionId) -> Result<(), PlayError> {
        self.next()?;
        if session == SessionId::SHARED {
            return Err(PlayError::Shared);
        }
        let mut summaries = lock(&self.summaries);
        let place = summaries.iter().position(|summary| summary.id == session);
        summaries.remove(place.ok_or(PlayError::UnknownSession(session))?);
        Ok(())
    }
}
