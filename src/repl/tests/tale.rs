//! A scenario by the real rules, with dice and a storyteller that follow a script.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use tokio::sync::Notify;

use crate::content::Content;
use crate::game::journal::DiceRoll;
use crate::game::rules::Scripted;
use crate::game::scenario::{Command, Fact, Pack, Pending, State, Step, narration, play, start};
use crate::id::{CountingIds, Ids as _, SessionId, TraceId};
use crate::llm::{ChatReply, Component, Cost, Descriptor, ErrorKind, Timing, Usage};
use crate::play::{
    Adventure, Again, Beginning, Call, Facts, Nature, Offer, Order, PlayError, Played, Standing, Teller,
    TranscriptLine, Words, World,
};
use crate::prompt;
use crate::store::{Kind, Mark};

/// What the storyteller does with a turn.
pub(super) enum Telling {
    /// Says this.
    Words(&'static str),
    /// Cannot be reached: the game tells it plainly.
    Stopgap(ErrorKind),
    /// The turn fails.
    Stumble(PlayError),
    /// Begins to speak, then waits until the player presses Ctrl-C.
    Hang(&'static str),
}

/// Games of `silent-relay`.
pub(super) struct Tale {
    pack: Arc<Pack>,
    ids: CountingIds,
    hanging: Arc<Notify>,
    script: Mutex<Script>,
}

#[derive(Default)]
pub(super) struct Script {
    dice: Scripted,
    tellings: VecDeque<Telling>,
    games: BTreeMap<SessionId, Kept>,
    /// Each order with its approach and attempt.
    pub(super) heard: Vec<(String, Option<String>, u32)>,
    pub(super) left: Vec<SessionId>,
}

/// A game with all its states: the last is how it stands.
struct Kept {
    states: Vec<State>,
    lines: Vec<TranscriptLine>,
    orders: Vec<(String, Option<String>)>,
}

impl Tale {
    pub(super) fn new(hanging: Arc<Notify>) -> Self {
        let pack = Arc::new(prompt::scenario(&Content::default(), "silent-relay").unwrap());
        Self { pack, ids: CountingIds::default(), hanging, script: Mutex::default() }
    }

    pub(super) fn dice(&self, falls: impl IntoIterator<Item = u8>) {
        self.script().dice = Scripted::new(falls);
    }

    pub(super) fn tells(&self, tellings: impl IntoIterator<Item = Telling>) {
        self.script().tellings.extend(tellings);
    }

    pub(super) fn script(&self) -> MutexGuard<'_, Script> {
        self.script.lock().unwrap()
    }

    pub(super) fn games(&self) -> Vec<SessionId> {
        self.script().games.keys().copied().collect()
    }

    pub(super) fn turns(&self, session: SessionId) -> u64 {
        self.script().games[&session].states.last().unwrap().turn_number
    }

    pub(super) fn lines(&self, session: SessionId) -> Vec<TranscriptLine> {
        self.script().games[&session].lines.clone()
    }

    fn standing(&self, session: SessionId) -> Result<Arc<Standing>, PlayError> {
        let script = self.script();
        let kept = script.games.get(&session).ok_or(PlayError::UnknownSession(session))?;
        let state = Box::new(kept.states.last().unwrap().clone());
        let turns = kept.lines.iter().filter(|line| line.mark == Mark::Kept).map(|line| crate::game::journal::Entry {
            turn_number: line.number,
            player_input: line.input.clone(),
            dice_rolls: Vec::new(),
            narrative: line.narrative.clone(),
            state_delta: BTreeMap::new(),
        });
        Ok(Arc::new(Standing {
            name: "silent-relay".to_owned(),
            session,
            number: kept.orders.len() as u64,
            turns: turns.collect(),
            questions: Vec::new(),
            world: World::Scenario { state, pack: Arc::clone(&self.pack) },
        }))
    }

    /// The rules' answer, and the game as it was before.
    fn step(&self, order: &Order) -> Step {
        let mut script = self.script();
        let kept = &script.games[&order.session];
        let back = usize::from(order.replaces.is_some());
        let state = kept.states[kept.states.len() - 1 - back].clone();
        let command = Command::read(&order.text, order.approach.as_deref());
        play(&self.pack, &state, &command, &mut script.dice)
    }

    fn keep(&self, order: &Order, step: &Step, nature: Nature, narrative: &str) {
        let mut script = self.script();
        let kept = script.games.get_mut(&order.session).unwrap();
        if order.replaces.is_some() {
            kept.states.pop();
            kept.orders.pop();
            kept.lines.pop();
        }
        let counts = matches!(nature, Nature::Turn | Nature::Choice);
        if counts {
            kept.states.push(step.state.clone());
            kept.orders.push((order.text.clone(), order.approach.clone()));
        }
        if counts || nature == Nature::Question {
            kept.lines.push(TranscriptLine {
                number: kept.orders.len() as u64,
                input: order.text.clone(),
                narrative: narrative.to_owned(),
                log: step.log(),
                at: SystemTime::UNIX_EPOCH,
                mark: if counts { Mark::Kept } else { Mark::Aside },
                nature,
            });
        }
    }
}

fn nature(step: &Step, before: &State, order: &Order) -> Nature {
    match () {
        () if step.ruling().is_some() => Nature::Ruling,
        () if step.spent => Nature::Turn,
        () if order.text.ends_with('?') => Nature::Question,
        () if step.state != *before => Nature::Choice,
        () => Nature::Prompt,
    }
}

fn call(component: Component, text: &str) -> Call {
    let reply = ChatReply {
        simulated: true,
        usage: Some(Usage { input: 900, output: 60, ..Usage::default() }),
        cost: Some(Cost { usd: 0.000_25, simulated: true }),
        timing: Timing { first_token: Some(Duration::from_millis(380)), total: Duration::from_millis(1_900) },
        ..ChatReply::new(text, &Descriptor::new("sim", "sim-1"))
    };
    Call { component, run: CountingIds::default().run(), reply, error: None }
}

#[async_trait]
impl Adventure for Tale {
    fn kind(&self) -> Kind {
        Kind::Scenario
    }

    fn offers(&self) -> Vec<Offer> {
        Vec::new()
    }

    async fn start(&self, beginning: Beginning) -> Result<Arc<Standing>, PlayError> {
        let name = beginning.name.unwrap_or_default();
        if let Err(problems) = prompt::scenario(&Content::default(), &name) {
            return Err(PlayError::UnknownContent(problems[0].what.clone()));
        }
        let session = self.ids.session();
        let states = vec![start(&self.pack, session, beginning.pace).state];
        self.script().games.insert(session, Kept { states, lines: Vec::new(), orders: Vec::new() });
        self.standing(session)
    }

    async fn look(&self, session: SessionId) -> Result<Arc<Standing>, PlayError> {
        self.standing(session)
    }

    async fn play(&self, order: Order, deltas: &mut Words<'_>) -> Result<Played, PlayError> {
        self.script().heard.push((order.text.clone(), order.approach.clone(), order.attempt));
        let World::Scenario { state: before, .. } = self.standing(order.session)?.world.clone() else { unreachable!() };
        if let Pending::Finished { .. } = before.pending(&self.pack) {
            let step = self.step(&order);
            return Err(PlayError::Ruled(step.ruling().unwrap().clone()));
        }
        let waits = matches!(self.script().tellings.front(), Some(Telling::Hang(_) | Telling::Stumble(_)));
        let telling = self.script().tellings.pop_front();
        if waits {
            match telling {
                Some(Telling::Stumble(error)) => return Err(error),
                Some(Telling::Hang(words)) => deltas(words),
                _ => {}
            }
            self.hanging.notify_one();
            return std::future::pending().await;
        }
        let step = self.step(&order);
        let nature = nature(&step, &before, &order);
        let prompt = step.state.pending(&self.pack).prompt();
        let plain = narration(&step.facts);
        let plain = if nature == Nature::Ruling { format!("{plain}\n\n{prompt}") } else { plain };
        let (narrative, teller) = match (nature, telling) {
            (Nature::Prompt | Nature::Ruling | Nature::Choice, _) => (plain, Teller::Game),
            (_, Some(Telling::Stopgap(kind))) => (plain, Teller::Stopgap(kind)),
            (Nature::Question, Some(Telling::Words(words))) => (format!("{words}\n\n{prompt}"), Teller::Model),
            (_, Some(Telling::Words(words))) => (words.to_owned(), Teller::Model),
            _ => (plain, Teller::Model),
        };
        for piece in narrative.split_inclusive(' ') {
            deltas(piece);
            tokio::task::yield_now().await;
        }
        self.keep(&order, &step, nature, &narrative);
        let calls = match (teller, nature) {
            (Teller::Model, Nature::Question) => {
                vec![call(Component::Classifier, "question"), call(Component::GmQa, &narrative)]
            }
            (Teller::Model, _) => vec![call(Component::StorytellerScenario, &narrative)],
            _ => Vec::new(),
        };
        let rolls = step.facts.iter().flat_map(Fact::rolls).map(DiceRoll::from).collect();
        Ok(Played {
            standing: self.standing(order.session)?,
            nature,
            narrative,
            teller,
            log: step.log(),
            rolls,
            facts: Facts::Scenario(step.facts),
            settled: (SystemTime::UNIX_EPOCH, SystemTime::UNIX_EPOCH),
            scene: Some(before.scene),
            calls,
            trace_id: Some(TraceId(0xabc)),
        })
    }

    async fn again(&self, session: SessionId) -> Result<Again, PlayError> {
        let script = self.script();
        let kept = &script.games[&session];
        let (text, approach) = kept.orders.last().cloned().ok_or(PlayError::NothingToUndo)?;
        let number = kept.orders.len() as u64;
        Ok(Again { text, approach, number, revision: number, attempt: 1 })
    }

    async fn undo(&self, session: SessionId) -> Result<(Again, Arc<Standing>), PlayError> {
        let again = self.again(session).await?;
        {
            let mut script = self.script();
            let kept = script.games.get_mut(&session).unwrap();
            kept.states.pop();
            kept.orders.pop();
            kept.lines.pop();
        }
        Ok((again, self.standing(session)?))
    }

    async fn end(&self, session: SessionId) -> Result<Arc<Standing>, PlayError> {
        self.standing(session)
    }

    async fn leave(&self, session: SessionId) {
        self.script().left.push(session);
    }
}
