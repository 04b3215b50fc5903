//! A scenario or a solo game as a test plays it, with the real prompts.

use zeroth::content::Content;
use zeroth::game::journal::Entry;
use zeroth::game::rules::Seeded;
use zeroth::game::scenario::{self, Command, Fact, Pace, Pack};
use zeroth::game::solo::{self, Opening, PromptView, prompt_view};
use zeroth::game::{self};
use zeroth::id::SessionId;
use zeroth::llm::sim::{Sim, SimConfig, Speed};
use zeroth::llm::{ChatReply, ChatRequest, Delta, Model};
use zeroth::prompt::{self, Exchange, Prompts, Situation, Telling};

pub(crate) fn prompts() -> Prompts {
    Prompts::load(&Content::default()).unwrap()
}

/// A scenario under way.
pub(crate) struct Scenario {
    pub(crate) pack: Pack,
    pub(crate) state: scenario::State,
    pub(crate) facts: Vec<Fact>,
    pub(crate) input: String,
    pub(crate) told: Vec<(String, String)>,
    dice: Seeded,
}

impl Scenario {
    pub(crate) fn new(name: &str, seed: u64) -> Self {
        let pack = prompt::scenario(&Content::default(), name).unwrap();
        let begun = scenario::start(&pack, SessionId::SHARED, Pace::Rounds);
        let (state, facts) = (begun.state, begun.facts);
        Self { pack, state, facts, input: String::new(), told: Vec::new(), dice: Seeded::new(seed) }
    }

    /// Does what the player orders.
    pub(crate) fn order(&mut self, input: &str) {
        let step = scenario::play(&self.pack, &self.state, &Command::read(input, None), &mut self.dice);
        (self.state, self.facts) = (step.state, step.facts);
        input.clone_into(&mut self.input);
    }

    pub(crate) fn with<T>(&self, look: impl FnOnce(&Situation<'_>) -> T) -> T {
        let recent: Vec<Exchange<'_>> =
            self.told.iter().map(|(input, narrative)| Exchange { input, narrative }).collect();
        look(&Situation { pack: &self.pack, state: &self.state, recent: &recent })
    }

    pub(crate) fn asks(&self, prompts: &Prompts, question: &str) -> ChatRequest {
        self.with(|situation| prompts.gm_qa(situation, question).unwrap())
    }

    pub(crate) fn sorts(&self, prompts: &Prompts, input: &str) -> ChatRequest {
        self.with(|situation| prompts.classifier(situation, input).unwrap())
    }

    /// Asks for the story of the last order.
    pub(crate) fn tells(&self, prompts: &Prompts, input: &str) -> ChatRequest {
        let log: Vec<String> = self.facts.iter().filter_map(Fact::line).collect();
        let telling = Telling { input, facts: &self.facts, log: &log };
        self.with(|situation| prompts.storyteller_scenario(situation, &telling).unwrap())
    }

    /// Plays on as the game suggests, and has the sim tell each turn: the tellings.
    pub(crate) async fn play_through(&mut self, prompts: &Prompts, sim: &Sim) -> Vec<String> {
        let mut tellings = Vec::new();
        for turn in 0..60 {
            let suggestions = self.state.pending(&self.pack).suggestions();
            let Some(first) = suggestions.first() else { break };
            let looks = self.state.scene(&self.pack).and_then(|scene| scene.locations.first());
            let place = looks.and_then(|id| self.pack.location(id)).map(|place| format!("look at {}", place.name));
            let order = if turn % 5 == 0 { place.unwrap_or_else(|| first.clone()) } else { first.clone() };
            self.order(&order);
            let told = ask(sim, &self.tells(prompts, &order)).await.text;
            self.told.push((order, told.clone()));
            tellings.push(told);
        }
        tellings
    }
}

/// A solo game under way.
pub(crate) struct Solo {
    pub(crate) opening: Opening,
    pub(crate) state: solo::State,
    pub(crate) journal: Vec<Entry>,
    dice: Seeded,
}

impl Solo {
    pub(crate) fn new(seed: u64) -> Self {
        let (opening, player) = prompt::solo(&Content::default(), "enterprise").unwrap();
        let state = solo::State::new(SessionId::SHARED, &opening, player);
        Self { opening, state, journal: Vec::new(), dice: Seeded::new(seed) }
    }

    pub(crate) fn view(&self) -> PromptView {
        prompt_view(&self.state, self.journal.iter())
    }

    pub(crate) fn request(&self, prompts: &Prompts, input: &str) -> ChatRequest {
        prompts.storyteller_single(&self.opening, &self.view(), input).unwrap()
    }

    /// Settles the reply, as the engine does.
    pub(crate) fn settle(&mut self, input: &str, reply: &solo::Reply) -> Vec<solo::Fact> {
        let step = solo::play(&self.state, &game::Message::new(input, 10_000).unwrap(), reply, &mut self.dice);
        self.state = step.state;
        self.journal.push(step.entry);
        step.facts
    }
}

pub(crate) fn sim(seed: u64) -> Sim {
    Sim::new(SimConfig { seed, speed: Speed::Instant })
}

pub(crate) async fn ask(sim: &Sim, request: &ChatRequest) -> ChatReply {
    sim.chat(request, &mut |_: Delta<'_>| {}).await.unwrap()
}
