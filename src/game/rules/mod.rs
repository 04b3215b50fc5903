//! The rules: a subset of the System Reference Document 5.2 (CC-BY-4.0), as values and functions without a story.
//!
//! Whoever needs chance is handed [`Dice`]; whatever was thrown comes back as a [`Roll`], with every number in it.

mod ability;
mod skill;
mod dice;
mod formula;
mod roll;
mod d20;
mod attack;
mod condition;
mod hit_points;
mod initiative;

pub use ability::{Ability, Scores, UnknownAbility, modifier, proficiency_bonus};
pub use attack::{Attack, Struck};
pub use condition::{Affliction, Afflictions, Condition, UnknownCondition};
pub use d20::{Circumstances, D20Test};
pub use dice::{Dice, Scripted, Seeded};
pub use formula::{Formula, FormulaError, Thrown};
pub use hit_points::HitPoints;
pub use initiative::{Contender, Place, order, recharge};
pub use roll::{Advantage, Modifier, Purpose, Roll, Verdict};
pub use skill::{Difficulty, Skill, UnknownDifficulty, UnknownSkill};

pub(super) use roll::capital;
