//! Scenario mode: packs of scenes, and the engine that plays them.
//!
//! A [`Pack`] is read from the texts of its files, whole or with every problem. [`start`] begins a game, [`play`] obeys one
//! [`Command`]: it returns the state after it and the [`Fact`]s of what happened. It cannot fail: what is not possible is a
//! [`Ruling`]. [`State::pending`] says what the game waits for.

mod name;
mod pack;
mod reader;
mod validation;
mod scaffold;
mod command;
mod state;
mod fact;
mod pending;
mod meaning;
mod engine;
mod shown;

pub use command::{Command, MISSING_INPUT};
pub use engine::{Step, play, start};
pub use fact::{CombatEnd, Fact, Ruling, narration, shown};
pub use name::{NotAPackName, Outcome, PackName, UnknownOutcome};
pub use pack::{
    Adversary, AlarmState, Approach, Check, Clue, CombatPlan, Ending, Exit, Hazard, Pack, Parley, Person, Place, Power,
    Scene, Way,
};
pub use pending::{ApproachOption, FoeLine, Pending};
pub use scaffold::scaffold;
pub use shown::{AlarmLine, ClueLine, CombatLine, Progress, SceneLine};
pub use state::{Combat, Foe, Pace, State, Who};
