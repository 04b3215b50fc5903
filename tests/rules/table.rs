//! A scenario on a table, with dice that fall as told.

use zeroth::content::Content;
use zeroth::game::rules::Scripted;
use zeroth::game::scenario::{Command, Fact, Outcome, Pace, Pack, Pending, Ruling, State, Step, play, start};
use zeroth::id::{CountingIds, Ids};

pub(crate) struct Table {
    pub(crate) pack: Pack,
    pub(crate) state: State,
}

pub(crate) fn pack(name: &str) -> Pack {
    zeroth::prompt::scenario(&Content::default(), name).unwrap()
}

impl Table {
    pub(crate) fn new(name: &str, pace: Pace) -> Self {
        Self::of(pack(name), pace)
    }

    pub(crate) fn of(pack: Pack, pace: Pace) -> Self {
        let state = start(&pack, CountingIds::default().session(), pace).state;
        Self { pack, state }
    }

    /// Says something; exactly these dice fall.
    pub(crate) fn say(&mut self, input: &str, falls: &[u8]) -> Step {
        self.obey(&Command::read(input, None), falls)
    }

    pub(crate) fn approach(&mut self, name: &str, falls: &[u8]) -> Step {
        self.obey(&Command::read("I go on.", Some(name)), falls)
    }

    fn obey(&mut self, command: &Command, falls: &[u8]) -> Step {
        let mut dice = Scripted::new(falls.iter().copied());
        let step = play(&self.pack, &self.state, command, &mut dice);
        assert_eq!(dice.left(), 0, "{command:?}: not all dice fell: {:?}", step.log());
        self.state = step.state.clone();
        step
    }

    /// Says something that is refused, and why.
    pub(crate) fn refused(&mut self, input: &str) -> Ruling {
        let before = self.state.clone();
        let step = self.say(input, &[]);
        assert_eq!((&self.state, step.spent), (&before, false), "{input}: a ruling changes nothing");
        step.ruling().unwrap_or_else(|| panic!("{input}: {:?}", step.facts)).clone()
    }

    pub(crate) fn pending(&self) -> Pending {
        self.state.pending(&self.pack)
    }

    pub(crate) fn outcome(&self) -> Option<Outcome> {
        self.state.outcome
    }

    pub(crate) fn hp(&self) -> i32 {
        self.state.player.hit_points.now()
    }
}

/// The relay, with everything before the core settled and nothing gone wrong.
pub(crate) fn at_the_core(pace: Pace) -> Table {
    let mut table = Table::new("silent-relay", pace);
    for fall in [15, 11, 8, 8, 11, 8, 11, 10] {
        table.say("/roll", &[fall]);
    }
    assert_eq!((table.state.scene.as_str(), table.state.alarm), ("scene_3_core", 0));
    table
}

pub(crate) fn texts<'a>(step: &'a Step, of: impl Fn(&'a Fact) -> Option<&'a str>) -> Vec<&'a str> {
    step.facts.iter().filter_map(of).collect()
}
