//! What a scenario waits for, and what can be said next.

use serde::Serialize;

use super::super::rules::{Condition, Skill};
use super::fact::list;
use super::name::Outcome;
use super::pack::{Approach, Pack, Scene, Way};
use super::state::State;

/// What the game waits for. Difficulties include what the alarm adds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[expect(missing_docs, reason = "ids, names and texts are those of the pack")]
pub enum Pending {
    /// A hazard is to be rolled.
    Hazard { id: String, name: String, text: String, skill: Skill, dc: i32 },
    /// A check is to be rolled.
    Check { id: String, name: String, text: String, skill: Skill, dc: i32 },
    /// An approach is to be chosen.
    Approach { options: Vec<ApproachOption> },
    /// The chosen approach is to be rolled, with one of its skills; the first is the player's best.
    ApproachRoll { id: String, name: String, text: String, skills: Vec<Skill>, dc: i32 },
    /// It is the player's turn in a fight.
    Combat { round: u32, foes: Vec<FoeLine>, weapons: Vec<String>, prone: bool, heal: Option<String> },
    /// Nothing: it is over.
    Finished { outcome: Outcome },
    /// Nothing: the pack is another one now.
    PackChanged,
}

/// An approach that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "they are those of the pack")]
pub struct ApproachOption {
    pub id: String,
    pub name: String,
    pub text: String,
    /// The skills that it can be done with; none for a fight.
    pub skills: Vec<Skill>,
    /// How hard it is; none for a fight.
    pub dc: Option<i32>,
}

/// A foe as the player sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FoeLine {
    /// Its name.
    pub name: String,
    /// What it can still take.
    pub hp: i32,
    /// What it could take unhurt.
    pub max_hp: i32,
    /// Whether it still fights.
    pub fights: bool,
    /// Whether one can talk to it.
    pub listens: bool,
}

impl State {
    /// What the game waits for.
    pub fn pending(&self, pack: &Pack) -> Pending {
        if let Some(outcome) = self.outcome {
            return Pending::Finished { outcome };
        }
        let Some(scene) = self.scene(pack) else { return Pending::PackChanged };
        if let Some(pending) = self.pending_combat(pack) {
            return pending;
        }
        if let Some(hazard) = scene.hazards.iter().find(|hazard| !self.settled.contains_key(&hazard.id)) {
            let (id, name, text) = (hazard.id.clone(), hazard.name.clone(), hazard.text.clone());
            return Pending::Hazard { id, name, text, skill: hazard.skill, dc: self.dc(pack, hazard.dc) };
        }
        if let Some(check) = scene.checks.iter().find(|check| !self.settled.contains_key(&check.id)) {
            let (id, name, text) = (check.id.clone(), check.name.clone(), check.text.clone());
            return Pending::Check { id, name, text, skill: check.skill, dc: self.dc(pack, check.dc) };
        }
        self.pending_approach(pack, scene)
    }

    /// Inputs that go on from here, the obvious one first.
    pub fn suggestions(&self, pack: &Pack) -> Vec<String> {
        let pending = self.pending(pack);
        let mut inputs = pending.suggestions();
        let settled = matches!(pending, Pending::Combat { .. } | Pending::Finished { .. } | Pending::PackChanged);
        if self.lies() && !settled {
            inputs.push(STAND_UP.to_owned());
        }
        inputs
    }

    fn lies(&self) -> bool {
        self.player.conditions.any(|condition| condition == Condition::Prone)
    }

    /// The order to heal, while that helps.
    fn heal(&self) -> Option<String> {
        let points = self.player.hit_points;
        let feature = self.player.healing().filter(|feature| feature.used < feature.uses)?;
        let repairs = feature.name.to_lowercase().contains("repair");
        (points.now() < points.max()).then(|| if repairs { "self-repair" } else { "heal" }.to_owned())
    }

    fn pending_combat(&self, pack: &Pack) -> Option<Pending> {
        let combat = self.combat.as_ref()?;
        let foes = combat.foes.iter().map(|foe| FoeLine {
            name: foe.name.clone(),
            hp: foe.hit_points.now(),
            max_hp: foe.hit_points.max(),
            fights: foe.fights(),
            listens: pack.adversary(&foe.adversary).is_some_and(|adversary| adversary.talk.is_some()),
        });
        let weapons = self.player.weapons.iter().map(|weapon| weapon.name.clone()).collect();
        let (prone, heal) = (self.lies(), self.heal());
        Some(Pending::Combat { round: combat.round, foes: foes.collect(), weapons, prone, heal })
    }

    fn pending_approach(&self, pack: &Pack, scene: &Scene) -> Pending {
        let chosen = scene.approaches.iter().find(|approach| Some(&approach.id) == self.approach.as_ref());
        if let Some(Approach { id, name, text, way: Way::Check { skills, dc, .. } }) = chosen {
            let mut skills = skills.clone();
            if let Some(best) = self.player.best_skill(&skills) {
                skills.sort_by_key(|skill| *skill != best);
            }
            let (id, name, text) = (id.clone(), name.clone(), text.clone());
            return Pending::ApproachRoll { id, name, text, skills, dc: self.dc(pack, *dc) };
        }
        let options = scene.approaches.iter().map(|approach| {
            let (skills, dc) = match &approach.way {
                Way::Combat => (Vec::new(), None),
                Way::Check { skills, dc, .. } => (skills.clone(), Some(self.dc(pack, *dc))),
            };
            let (id, name, text) = (approach.id.clone(), approach.name.clone(), approach.text.clone());
            ApproachOption { id, name, text, skills, dc }
        });
        Pending::Approach { options: options.collect() }
    }
}

impl Pending {
    /// A word for its kind, the same as in JSON.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Hazard { .. } => "hazard",
            Self::Check { .. } => "check",
            Self::Approach { .. } => "approach",
            Self::ApproachRoll { .. } => "approach_roll",
            Self::Combat { .. } => "combat",
            Self::Finished { .. } => "finished",
            Self::PackChanged => "pack_changed",
        }
    }

    /// What the player is told: what is at stake and how to go on.
    pub fn prompt(&self) -> String {
        match self {
            Self::Hazard { text, skill, dc, .. } | Self::Check { text, skill, dc, .. } => {
                format!("{text} ({skill}, difficulty {dc}: /roll {skill})")
            }
            Self::Approach { options } => {
                let lines = options.iter().map(|option| {
                    let how = match option.dc {
                        Some(dc) => format!("{}, difficulty {dc}", list(&names(&option.skills), "or")),
                        None => "a fight".to_owned(),
                    };
                    format!("- {}: {} ({how}: approach {})", option.name, option.text, option.id)
                });
                format!("How do you go about it?\n{}", lines.collect::<Vec<_>>().join("\n"))
            }
            Self::ApproachRoll { text, skills, dc, .. } => {
                let skills = names(skills);
                let first = skills.first().cloned().unwrap_or_default();
                format!("{text} ({}, difficulty {dc}: /roll {first})", list(&skills, "or"))
            }
            Self::Combat { round, foes, .. } => {
                let foes = foes.iter().filter(|foe| foe.fights);
                let foes: Vec<String> =
                    foes.map(|foe| format!("{} ({} of {})", foe.name, foe.hp, foe.max_hp)).collect();
                let choices = self.suggestions().join(", ");
                format!("Round {round}, against {}. Your turn: {choices}.", list(&foes, "and"))
            }
            Self::Finished { outcome } => format!("It is over: {outcome}."),
            Self::PackChanged => super::fact::Ruling::PackChanged.to_string(),
        }
    }

    /// Inputs that go on from here, the obvious one first.
    pub fn suggestions(&self) -> Vec<String> {
        match self {
            Self::Hazard { skill, .. } | Self::Check { skill, .. } => vec![format!("/roll {skill}")],
            Self::Approach { options } => options.iter().map(|option| format!("approach {}", option.id)).collect(),
            Self::ApproachRoll { skills, .. } => skills.iter().map(|skill| format!("/roll {skill}")).collect(),
            Self::Combat { foes, weapons, prone, heal, .. } => {
                let attacks = weapons.iter().map(|weapon| format!("attack with {}", weapon.to_lowercase()));
                let talk = foes.iter().any(|foe| foe.fights && foe.listens).then_some("talk");
                let rest = ["defend"].into_iter().chain(heal.as_deref()).chain(talk).chain(["withdraw"]);
                let stand = prone.then(|| STAND_UP.to_owned());
                stand.into_iter().chain(attacks).chain(rest.map(str::to_owned)).collect()
            }
            Self::Finished { .. } | Self::PackChanged => Vec::new(),
        }
    }
}

/// How one gets up again.
const STAND_UP: &str = "stand up";

fn names(skills: &[Skill]) -> Vec<String> {
    skills.iter().map(Skill::to_string).collect()
}
