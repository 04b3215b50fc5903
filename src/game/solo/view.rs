//! What a storyteller gets to see of a solo game: bounded, however long the game lasts.

use serde::Serialize;

use super::super::character::Player;
use super::super::journal::Entry;
use super::super::world::{Disposition, QuestStatus};
use super::state::State;

/// The most bytes that a [`PromptView`] has as JSON.
pub const PROMPT_VIEW_BYTES: usize = 12 * 1024;

/// The most turns in it.
const MOST_TURNS: usize = 8;
const INPUT_BYTES: usize = 240;
const NARRATIVE_BYTES: usize = 600;
const DESCRIPTION_BYTES: usize = 160;
/// The most rolls of one turn in it.
const MOST_ROLLS: usize = 6;
const ROLL_BYTES: usize = 120;

/// The state and the last turns, shortened.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PromptView {
    /// How many turns were played.
    pub turn_number: u64,
    /// The character in one line.
    pub player: String,
    /// What it carries.
    pub inventory: Vec<String>,
    /// The conditions that it is under.
    pub conditions: Vec<&'static str>,
    /// Where it is: name and description.
    pub location: [String; 2],
    /// What is to be done.
    pub quests: Vec<QuestLine>,
    /// Who is there.
    pub npcs: Vec<NpcLine>,
    /// How many turns are not shown.
    pub turns_left_out: u64,
    /// The last turns, oldest first.
    pub turns: Vec<PastTurn>,
}

/// A quest in a [`PromptView`].
#[derive(Debug, Clone, PartialEq, Serialize)]
#[expect(missing_docs, reason = "they are those of `Quest`")]
pub struct QuestLine {
    pub id: String,
    pub title: String,
    pub status: QuestStatus,
    pub description: String,
}

/// Somebody in a [`PromptView`].
#[derive(Debug, Clone, PartialEq, Serialize)]
#[expect(missing_docs, reason = "they are those of `Npc`")]
pub struct NpcLine {
    pub name: String,
    pub disposition: Disposition,
    pub description: String,
}

/// A turn in a [`PromptView`].
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PastTurn {
    /// Its number.
    pub turn: u64,
    /// What the player said, shortened.
    pub input: String,
    /// What was rolled.
    pub rolls: Vec<String>,
    /// What was told, shortened.
    pub narrative: String,
}

/// What a model gets to see. `turns` are the journal's, oldest first; the last few are enough.
pub fn prompt_view<'a>(state: &State, turns: impl DoubleEndedIterator<Item = &'a Entry>) -> PromptView {
    let mut past: Vec<PastTurn> = turns.rev().take(MOST_TURNS).map(past_turn).collect();
    past.reverse();
    let clip_all = |texts: &[String]| texts.iter().take(State::MOST_ITEMS).map(|text| clip(text, 100)).collect();
    let quests = state.quests.iter().rev().take(State::MOST_QUESTS).rev().map(|quest| QuestLine {
        id: clip(&quest.id, 100),
        title: clip(&quest.title, 100),
        status: quest.status,
        description: clip(&quest.description, DESCRIPTION_BYTES),
    });
    let npcs = state.npcs.iter().rev().take(State::MOST_NPCS).rev().map(|npc| NpcLine {
        name: clip(&npc.name, 100),
        disposition: npc.disposition,
        description: clip(&npc.description, DESCRIPTION_BYTES),
    });
    let mut view = PromptView {
        turn_number: state.turn_number,
        player: clip(&player_line(&state.player), 400),
        inventory: clip_all(&state.player.inventory),
        conditions: state.player.conditions.names(),
        location: [clip(&state.location.name, 100), clip(&state.location.description, 400)],
        quests: quests.collect(),
        npcs: npcs.collect(),
        turns_left_out: 0,
        turns: past,
    };
    while size(&view) > PROMPT_VIEW_BYTES - 40 && !view.turns.is_empty() {
        view.turns.remove(0);
    }
    view.turns_left_out = state.turn_number.saturating_sub(view.turns.len() as u64);
    view
}

fn size(view: &PromptView) -> usize {
    serde_json::to_string(view).map_or(0, |json| json.len())
}

fn player_line(player: &Player) -> String {
    let points = player.hit_points;
    let skills: Vec<String> =
        player.skill_proficiencies.iter().map(|skill| format!("{skill} {:+}", player.skill_modifier(*skill))).collect();
    let Player { name, character_class, level, armor_class, .. } = player;
    format!(
        "{name}, {character_class}, level {level}, HP {} of {}, AC {armor_class}, trained: {}",
        points.now(),
        points.max(),
        skills.join(", ")
    )
}

fn past_turn(entry: &Entry) -> PastTurn {
    PastTurn {
        turn: entry.turn_number,
        input: clip(&entry.player_input, INPUT_BYTES),
        rolls: entry.dice_rolls.iter().take(MOST_ROLLS).map(|roll| clip(&roll.text, ROLL_BYTES)).collect(),
        narrative: clip(&entry.narrative, NARRATIVE_BYTES),
    }
}

/// As much of the text as takes `limit` bytes in JSON, with an ellipsis where it was cut.
fn clip(text: &str, limit: usize) -> String {
    let cost = |c: char| match c {
        '"' | '\\' | '\n' | '\r' | '\t' => 2,
        c if c.is_control() => 6,
        c => c.len_utf8(),
    };
    if text.chars().map(cost).sum::<usize>() <= limit {
        return text.to_owned();
    }
    let mut left = limit.saturating_sub('…'.len_utf8());
    let kept = text.chars().take_while(|c| match left.checked_sub(cost(*c)) {
        Some(rest) => {
            left = rest;
            true
        }
        None => false,
    });
    let kept: String = kept.collect();
    format!("{}…", kept.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_at_a_character_and_says_so() {
        assert_eq!(clip("short", 5), "short");
        assert_eq!(clip("rather long", 10), "rather…");
        assert_eq!(clip("äöüß", 7), "äö…");
        assert_eq!(clip("\u{1}\u{1}", 11), "\u{1}…");
    }
}
