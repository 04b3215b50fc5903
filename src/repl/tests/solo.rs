//! A solo game by the real rules, with dice and a storyteller that follow a script, and what is seen of it.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::SystemTime;

use async_trait::async_trait;
use serde_json::json;

use crate::content::Content;
use crate::game::Message;
use crate::game::journal::Entry;
use crate::game::rules::{Roll, Scripted};
use crate::game::solo::{Fact, Opening, Reply, State, play};
use crate::id::SessionId;
use crate::play::{
    Adventure, Again, Beginning, Facts, Nature, Offer, Order, PlayError, Played, Standing, Teller, Words, World,
};
use crate::prompt;
use crate::repl::Start;
use crate::store::Kind;

use super::stage::Stage;

/// One game of `enterprise`.
#[derive(Default)]
pub(super) struct SoloTale(Mutex<Script>);

#[derive(Default)]
struct Script {
    dice: Scripted,
    replies: VecDeque<Reply>,
    game: Option<(State, Arc<Opening>)>,
    entries: Vec<Entry>,
}

impl SoloTale {
    const SESSION: &'static str = "5e550000-0000-7000-8000-000000000001";

    pub(super) fn session() -> SessionId {
        Self::SESSION.parse().unwrap()
    }

    pub(super) fn is_on(&self) -> bool {
        self.script().game.is_some()
    }

    fn script(&self) -> MutexGuard<'_, Script> {
        self.0.lock().unwrap()
    }

    fn standing(&self) -> Arc<Standing> {
        let script = self.script();
        let (state, opening) = script.game.clone().unwrap();
        let (number, turns) = (state.turn_number, script.entries.clone());
        let world = World::Solo { state: Box::new(state), opening };
        Arc::new(Standing {
            session: Self::session(),
            name: "enterprise".to_owned(),
            number,
            world,
            turns,
            questions: Vec::new(),
        })
    }
}

#[async_trait]
impl Adventure for SoloTale {
    fn kind(&self) -> Kind {
        Kind::Solo
    }

    fn offers(&self) -> Vec<Offer> {
        Vec::new()
    }

    async fn start(&self, _: Beginning) -> Result<Arc<Standing>, PlayError> {
        let (opening, player) = prompt::solo(&Content::default(), "enterprise").unwrap();
        let state = State::new(Self::session(), &opening, player);
        self.script().game = Some((state, Arc::new(opening)));
        Ok(self.standing())
    }

    async fn look(&self, _: SessionId) -> Result<Arc<Standing>, PlayError> {
        Ok(self.standing())
    }

    async fn play(&self, order: Order, _: &mut Words<'_>) -> Result<Played, PlayError> {
        let message = Message::new(&order.text, 1_000)?;
        let step = {
            let mut script = self.script();
            let reply = script.replies.pop_front().expect("a reply for each turn");
            let (state, opening) = script.game.clone().unwrap();
            let step = play(&state, &message, &reply, &mut script.dice);
            script.game = Some((step.state.clone(), opening));
            script.entries.push(step.entry.clone());
            step
        };
        let rolled = |fact: &Fact| if let Fact::Rolled { roll } = fact { Some(Roll::line(roll)) } else { None };
        let at = SystemTime::UNIX_EPOCH;
        Ok(Played {
            standing: self.standing(),
            nature: Nature::Turn,
            narrative: step.entry.narrative.clone(),
            teller: Teller::Model,
            log: step.facts.iter().filter_map(rolled).collect(),
            rolls: step.entry.dice_rolls.clone(),
            facts: Facts::Solo(step.facts),
            settled: (at, at),
            scene: None,
            calls: Vec::new(),
            trace_id: None,
        })
    }

    async fn again(&self, _: SessionId) -> Result<Again, PlayError> {
        Err(PlayError::NothingToUndo)
    }

    async fn undo(&self, _: SessionId) -> Result<(Again, Arc<Standing>), PlayError> {
        Err(PlayError::NothingToUndo)
    }

    async fn end(&self, _: SessionId) -> Result<Arc<Standing>, PlayError> {
        Ok(self.standing())
    }

    async fn leave(&self, _: SessionId) {}
}

#[tokio::test]
async fn a_solo_game_shows_its_rolls_and_what_they_cost() {
    let stage = Stage::person(80, &["I jump onto the cart.", "/roll", "/quest", "/map", "/who"]);
    let stage = stage.starting(Start::Solo(None));
    let triggers = json!([
        {"roll": "d20", "skill": "athletics", "dc": 15},
        {"roll": "d6", "skill": "the fall"},
    ]);
    {
        let mut script = stage.solo.script();
        script.dice = Scripted::new([7, 4]);
        let narrative = "The cart is faster than it looks.".to_owned();
        let dice_triggers = triggers.as_array().unwrap().clone();
        script.replies.push_back(Reply { narrative, dice_triggers, ..Reply::default() });
    }
    let played = stage.play().await;
    insta::assert_snapshot!(played.out, @"
    Eleven Minutes
    Data returns to the Enterprise from a week alone in a shuttle and finds the ship
    under way, on course and empty. One character, open play.

    Main shuttle bay
    The bay doors close behind you. Every lamp is lit. A maintenance cart stands in
    the middle of the deck with its motor running, and nobody is holding it.

    HP 12/12 · Main shuttle bay

    Type what you say or do. /help lists the commands, Ctrl-D leaves the game.

    Data> I jump onto the cart.
    The cart is faster than it looks.
      Athletics (athletics): d20 7 + STR 2 + proficiency 2 = 11 against 15:
        failure
      Damage from the fall: d6 4
    HP 8/12 (-4) · Main shuttle bay

    Data> /roll
    /roll is for scenarios, and this is a solo game; /help lists what there is here.

    Data> /quest
    Find the crew: A thousand and fourteen people are not where they should be.
    Learn why, and bring them back.
    The slow clock: The ship's chronometer runs eleven minutes behind your own. One
    of the two is wrong, and it is not you.

    Data> /map
    Main shuttle bay: The bay doors close behind you. Every lamp is lit. A
    maintenance cart stands in the middle of the deck with its motor running, and
    nobody is holding it.
    Here: The computer (friendly), Spot (neutral)

    Data> /who
    Data (you): Positronic Operative, level 1.
    The computer (friendly): The voice of the ship: courteous, literal, and lately a
    little slow to answer.
    Spot (neutral): A cat in the corridor outside your quarters, who was never let
    out.

    Data> ^D
    You leave the game.
    ");
}
