//! The player's character: numbers, belongings, weapons and what it can do with them.

mod player;
mod file;
mod sheet;
mod weapon;

pub use player::{Feature, Player};
pub use sheet::{FeatureLine, Gear, Sheet};
pub use weapon::{Range, Weapon};

pub(super) use file::scores;
pub(super) use weapon::read_weapon;
