//! The state of a game for one player, described for the documentation. What is sent is written by the rules
//! (`game::world::Shown`), which know nothing of HTTP; a test holds both against each other.

use std::collections::BTreeMap;

use serde_json::Value;
use utoipa::ToSchema;

macro_rules! described {
    ($($item:item)*) => {
        $(
            #[derive(ToSchema)]
            #[expect(dead_code, reason = "it describes what the rules write")]
            $item
        )*
    };
}

described! {
/// A game for one player as it stands.
#[schema(as = State)]
pub(super) struct StateSchema {
    /// The game.
    #[schema(format = "uuid", example = "0190163d-8694-739b-aea5-966c26f8ad91")]
    session_id: String,
    /// How many turns were played, by the game's own count.
    #[schema(example = 3)]
    turn_number: u64,
    player: PlayerSchema,
    location: LocationSchema,
    /// What is to be done.
    quests: Vec<QuestSchema>,
    /// Who is there.
    npcs: Vec<NpcSchema>,
    /// The last turns, oldest first.
    turn_history: Vec<EntrySchema>,
    /// The last questions and their answers, oldest first. They cost no turn.
    meta_history: Vec<QuestionSchema>,
    /// Null in solo games.
    #[schema(required)]
    scenario: Option<ProgressSchema>,
}

/// The character's sheet.
#[schema(as = Player)]
pub(super) struct PlayerSchema {
    #[schema(example = "Data")]
    name: String,
    #[schema(example = "Positronic Operative")]
    character_class: String,
    /// Hit points, 0 to `max_hp`.
    #[schema(example = 12, minimum = 0)]
    hp: i32,
    #[schema(example = 12)]
    max_hp: i32,
    #[schema(example = 14)]
    armor_class: i32,
    #[schema(example = 1)]
    level: u8,
    #[schema(example = 2)]
    proficiency_bonus: i32,
    /// Ability scores: STR, DEX, CON, INT, WIS, CHA.
    #[schema(example = json!({"STR": 15, "DEX": 12, "CON": 14, "INT": 15, "WIS": 10, "CHA": 8}))]
    attributes: BTreeMap<String, i32>,
    #[schema(example = json!(["athletics", "investigation"]))]
    skill_proficiencies: Vec<String>,
    #[schema(example = json!(["STR", "CON"]))]
    saving_throw_proficiencies: Vec<String>,
    /// What each skill adds to a d20.
    #[schema(example = json!({"athletics": 4, "engineering": 2}))]
    skills: BTreeMap<String, i32>,
    #[schema(example = json!(["a tricorder", "a combadge"]))]
    inventory: Vec<String>,
    /// Weapons first.
    #[schema(inline)]
    equipment: Vec<GearSchema>,
    /// By id.
    #[schema(value_type = BTreeMap<String, Object>, example = json!({"self_repair": {"name": "Self-Repair Cycle",
        "description": "Damaged circuits are routed around.", "uses_left": 1}}))]
    class_features: BTreeMap<String, Value>,
    /// Frightened, poisoned, stunned, incapacitated, prone.
    #[schema(example = json!([]))]
    conditions: Vec<String>,
}

/// One thing of the equipment; all but `kind` and `name` are there for weapons only.
#[schema(as = Gear)]
pub(super) struct GearSchema {
    /// `weapon` or `gear`.
    #[schema(example = "weapon")]
    kind: String,
    #[schema(example = "Phaser")]
    name: String,
    #[schema(example = "phaser")]
    id: Option<String>,
    /// `melee` or `ranged`.
    #[schema(example = "ranged")]
    range: Option<String>,
    #[schema(example = "1d8")]
    damage: Option<String>,
    #[schema(example = "DEX")]
    ability: Option<String>,
    /// What an attack adds to a d20, in all.
    #[schema(example = 3)]
    attack_bonus: Option<i32>,
}

/// Where the character is.
#[schema(as = Location)]
pub(super) struct LocationSchema {
    #[schema(example = "Docking ring")]
    name: String,
    #[schema(example = "Frost on the inside of the hatch.")]
    description: String,
}

/// Something to be done.
#[schema(as = Quest)]
pub(super) struct QuestSchema {
    #[schema(example = "scene_1_approach")]
    id: String,
    #[schema(example = "The approach")]
    title: String,
    /// `active`, `completed` or `failed`.
    #[schema(example = "active")]
    status: String,
    #[schema(example = "Dock with the relay.")]
    description: String,
}

/// Somebody who is there.
#[schema(as = Npc)]
pub(super) struct NpcSchema {
    #[schema(example = "Chief Okafor")]
    name: String,
    #[schema(example = "The last engineer on the relay.")]
    description: String,
    /// `friendly`, `neutral` or `hostile`.
    #[schema(example = "neutral")]
    disposition: String,
}

/// A turn that was played.
#[schema(as = Entry)]
pub(super) struct EntrySchema {
    #[schema(example = 1)]
    turn_number: u64,
    #[schema(example = "/roll engineering")]
    player_input: String,
    dice_rolls: Vec<DiceRollSchema>,
    #[schema(example = "The clamps hold.")]
    narrative: String,
    /// The leaves of the state that the turn changed, by dotted key; null where one is gone.
    #[schema(value_type = BTreeMap<String, Object>, example = json!({"player.hp": 9}))]
    state_delta: BTreeMap<String, Value>,
}

/// A roll with its whole sum.
#[schema(as = DiceRoll)]
pub(super) struct DiceRollSchema {
    #[schema(example = "d20")]
    roll: String,
    /// What was added, in all.
    #[schema(example = 2)]
    modifier: i32,
    /// What the dice showed.
    #[schema(example = 14)]
    raw_result: i32,
    #[schema(example = 16)]
    total: i32,
    /// What it was held against.
    #[schema(example = 13, required)]
    dc: Option<i32>,
    /// `success`, `failure`, `hit`, `miss`, or `rolled` where there was nothing to judge.
    #[schema(example = "success")]
    outcome: String,
    /// With advantage or disadvantage the die that counts.
    #[schema(example = 14)]
    natural_roll: i32,
    /// A natural 20.
    #[schema(example = false)]
    is_critical: bool,
    /// A natural 1.
    #[schema(example = false)]
    is_fumble: bool,
    /// What it was for: a check, a save, an attack, damage, initiative, healing.
    #[schema(example = "check")]
    purpose: String,
    /// What was added, with names.
    #[schema(value_type = Vec<Object>, example = json!([{"name": "INT", "value": 2}]))]
    modifiers: Vec<Value>,
    /// The whole sum as a line.
    #[schema(example = "Engineering: 14 + 2 (INT) = 16 against 13: success")]
    text: String,
}

/// A question about the game and its answer.
#[schema(as = Question)]
pub(super) struct QuestionSchema {
    #[schema(example = "How badly am I hurt?")]
    question: String,
    #[schema(example = "You have 9 of 12 hit points.")]
    answer: String,
}

/// How far a scenario has come.
#[schema(as = Progress)]
pub(super) struct ProgressSchema {
    #[schema(example = "silent-relay")]
    pack: String,
    #[schema(example = "The Silent Relay")]
    title: String,
    /// `id` and `name`.
    #[schema(value_type = BTreeMap<String, String>, example = json!({"id": "scene_1_approach", "name": "The approach"}))]
    scene: Value,
    /// What the game waits for: `hazard`, `check`, `approach`, `approach_roll`, `combat`, `finished`, `pack_changed`.
    #[schema(example = "hazard")]
    pending: String,
    /// The approach that is chosen and not yet rolled.
    #[schema(example = "diplomacy", required)]
    approach: Option<String>,
    /// How fights are played: `automatic` or `rounds`.
    #[schema(example = "automatic")]
    pace: String,
    /// How alert everything is, and what that adds to every difficulty: `level`, `name`, `dc`.
    #[schema(value_type = Object, example = json!({"level": 0, "name": "quiet", "dc": 0}))]
    alarm_state: Value,
    /// What was found out: `id`, `name`, `text`.
    #[schema(value_type = Vec<Object>, example = json!([]))]
    clues: Vec<Value>,
    /// The fight that is on: `round` and `foes`.
    #[schema(value_type = Option<Object>, required, example = json!(null))]
    combat: Option<Value>,
    #[schema(example = false)]
    complete: bool,
    /// `peaceful`, `contained`, `force` or `defeated`, when it is over.
    #[schema(example = json!(null), required)]
    outcome: Option<String>,
}

/// What a scenario waits for; which fields there are depends on `kind`.
#[schema(as = Pending)]
pub(super) struct PendingSchema {
    /// `hazard`, `check`, `approach`, `approach_roll`, `combat`, `finished`, `pack_changed`.
    #[schema(example = "hazard")]
    kind: String,
    #[schema(example = "haz_docking_shear")]
    id: Option<String>,
    #[schema(example = "Docking shear")]
    name: Option<String>,
    /// What is at stake.
    #[schema(example = "The docking clamps shear.")]
    text: Option<String>,
    /// What a hazard or check is rolled with.
    #[schema(example = "engineering")]
    skill: Option<String>,
    /// What an approach can be rolled with, the best first.
    skills: Option<Vec<String>>,
    /// The difficulty, with what the alarm adds.
    #[schema(example = 13)]
    dc: Option<i32>,
    /// The approaches to choose from: `id`, `name`, `text`, `skills`, `dc`.
    #[schema(value_type = Option<Vec<Object>>)]
    options: Option<Vec<Value>>,
    /// The round of a fight.
    round: Option<u32>,
    /// Whom a fight is against: `name`, `hp`, `max_hp`, `fights`, `listens`.
    #[schema(value_type = Option<Vec<Object>>)]
    foes: Option<Vec<Value>>,
    /// What there is to fight with.
    weapons: Option<Vec<String>>,
    /// How it ended.
    outcome: Option<String>,
}
}

/// The schema of a character's sheet, whole in itself.
pub(super) fn player_schema() -> Value {
    serde_json::to_value(<PlayerSchema as utoipa::PartialSchema>::schema()).unwrap_or_default()
}
