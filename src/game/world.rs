//! What both kinds of single-player games show of their world, in the shapes of the HTTP contract.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::id::SessionId;

use super::character::Sheet;
use super::journal::{Entry, Question};

/// The `state` of the HTTP contract; `S` is the part that only scenarios have.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Shown<'a, S = ()> {
    /// The game.
    pub session_id: SessionId,
    /// How many turns were played.
    pub turn_number: u64,
    /// The character.
    pub player: Sheet<'a>,
    /// Where it is.
    pub location: Location,
    /// What is to be done.
    pub quests: Vec<Quest>,
    /// Who is there.
    pub npcs: Vec<Npc>,
    /// The turns, oldest first.
    pub turn_history: &'a [Entry],
    /// Questions and their answers, oldest first.
    pub meta_history: &'a [Question],
    /// Null without a scenario.
    pub scenario: S,
}

/// Where the character is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Location {
    /// Its name.
    pub name: String,
    /// What it is like.
    pub description: String,
}

/// Something to be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quest {
    /// What commands and content call it.
    pub id: String,
    /// What the player reads.
    pub title: String,
    /// How it stands.
    pub status: QuestStatus,
    /// What it is about.
    pub description: String,
}

/// How a quest stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "their names say it")]
pub enum QuestStatus {
    #[default]
    Active,
    Completed,
    Failed,
}

impl FromStr for QuestStatus {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "active" => Ok(Self::Active),
            "completed" => Ok(Self::Completed),
            "failed" => Ok(Self::Failed),
            _ => Err("must be active, completed or failed"),
        }
    }
}

/// Somebody who is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Npc {
    /// The name.
    pub name: String,
    /// Who that is.
    pub description: String,
    /// How they feel about the player.
    pub disposition: Disposition,
}

/// How somebody feels about the player.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "their names say it")]
pub enum Disposition {
    Friendly,
    #[default]
    Neutral,
    Hostile,
}

impl Disposition {
    /// The name in lower case.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Friendly => "friendly",
            Self::Neutral => "neutral",
            Self::Hostile => "hostile",
        }
    }
}

impl FromStr for Disposition {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "friendly" => Ok(Self::Friendly),
            "neutral" => Ok(Self::Neutral),
            "hostile" => Ok(Self::Hostile),
            _ => Err("must be friendly, neutral or hostile"),
        }
    }
}
