//! Made-up values for every template, so that a misspelt name is found when the program starts.

use crate::game::scenario::{self, Fact, Pace, Pack, PackName, State, scaffold};
use crate::game::solo::{self, PromptView, prompt_view};
use crate::game::world::Location;
use crate::game::{Campaign, Character, Scenery, Setup, Topic};
use crate::id::SessionId;
use crate::llm::ChatRequest;

use super::scenario::Telling;
use super::setup::Subject;
use super::situation::{Exchange, Situation};
use super::template::{PromptError, Prompts};

/// One request of each kind.
pub(super) fn requests(prompts: &Prompts) -> Vec<Result<ChatRequest, PromptError>> {
    let campaign = campaign();
    let setup = Setup { protagonist: "Ann".to_owned(), storyteller: "Bob".to_owned(), quest: "Dive.".to_owned() };
    let subjects = Subject::ALL.into_iter().map(|subject| prompts.game_setup(&campaign, subject));
    let mut requests: Vec<_> = subjects.chain([prompts.dialogue(&campaign, &setup, &[])]).collect();
    // The scaffold of a pack is checked by a test of its own.
    if let Some((pack, state, facts)) = adventure() {
        let recent = [Exchange { input: "I wait.", narrative: "Nothing happens." }];
        let situation = Situation { pack: &pack, state: &state, recent: &recent };
        let telling = Telling { input: "I dive.", facts: &facts, log: &["d20 12".to_owned()] };
        let (opening, view) = solo(&pack, &state);
        requests.push(prompts.classifier(&situation, "I dive."));
        requests.push(prompts.gm_qa(&situation, "Where am I?"));
        requests.push(prompts.storyteller_scenario(&situation, &telling));
        requests.push(prompts.storyteller_single(&opening, &view, "I dive."));
    }
    requests
}

/// A pack, with everything known that can be.
fn adventure() -> Option<(Pack, State, Vec<Fact>)> {
    let name: PackName = "rehearsal".parse().ok()?;
    let pack = Pack::read(&name, &scaffold(&name)).ok()?;
    let begun = scenario::start(&pack, SessionId::SHARED, Pace::Rounds);
    let mut state = begun.state;
    state.clues = pack.clues.iter().map(|clue| clue.id.clone()).collect();
    state.searched = pack.locations.iter().map(|place| place.id.clone()).collect();
    state.location = state.searched.first().cloned();
    state.player.inventory.push("a rope".to_owned());
    Some((pack, state, begun.facts))
}

fn solo(pack: &Pack, state: &State) -> (solo::Opening, PromptView) {
    let opening = solo::Opening {
        title: "Rehearsal".to_owned(),
        description: "A dive.".to_owned(),
        character: "ann".to_owned(),
        location: Location { name: "The pier".to_owned(), description: "Wet.".to_owned() },
        quests: Vec::new(),
        npcs: Vec::new(),
    };
    let view = prompt_view(&solo::State::new(state.session_id, &opening, pack.player.clone()), [].iter());
    (opening, view)
}

fn campaign() -> Campaign {
    let character = || Character { name: "Ann".to_owned(), persona: "Ann dives.".to_owned() };
    let some = || vec!["a rope".to_owned()];
    Campaign {
        title: "Rehearsal".to_owned(),
        setting: "at sea".to_owned(),
        tone: "calm".to_owned(),
        quest: "Find the bell.".to_owned(),
        protagonist: character(),
        storyteller: character(),
        turn_sentence: "Your move.".to_owned(),
        scenery: Scenery { places: some(), things: some(), sounds: some(), clues: some(), belongings: some() },
        topics: vec![Topic { name: "bell".to_owned(), words: some(), facts: some() }],
    }
}
