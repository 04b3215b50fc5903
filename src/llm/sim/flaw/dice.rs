//! Invented dice: the storyteller announces a roll that nobody made.

use super::super::heard::Intent;
use super::super::lexicon::Act;
use super::{Teller, card, fill};

/// A roll, and what comes of it. The sum is right, which makes it worse.
pub(super) fn roll(teller: &Teller<'_>) -> String {
    let below = |die, limit| teller.below(die, limit) + teller.attempt % 2;
    let (die, bonus, limit) = (2 + below(41, 18), 1 + below(42, 5), [10, 12, 13, 15, 17][teller.below(43, 5)]);
    let total = die + bonus;
    let (verdicts, ends) = if total >= limit { (SUCCESS, GAINS) } else { (FAILURE, LOSSES) };
    let roll = fill(card(teller, 44, ROLLS), |slot| match slot {
        "die" => die.to_string(),
        "bonus" => bonus.to_string(),
        "total" => total.to_string(),
        "limit" => limit.to_string(),
        "skill" => skill(teller.heard.intent).to_owned(),
        _ => card(teller, 45, verdicts).to_owned(),
    });
    format!("{roll} {}", card(teller, 46, ends))
}

fn skill(intent: Intent) -> &'static str {
    match intent {
        Intent::Act(Act::Look | Act::Listen) | Intent::Place => "Perception",
        Intent::Act(Act::Read) | Intent::Help | Intent::Ask => "Investigation",
        Intent::Act(Act::Go) => "Stealth",
        Intent::Act(Act::Take) => "Sleight of Hand",
        Intent::Act(Act::Handle | Act::Mild) => "Dexterity",
        Intent::Act(Act::Strike) => "Strength",
        Intent::Act(Act::Wait) => "Wisdom",
        Intent::Topics | Intent::Recall => "History",
        _ => "Persuasion",
    }
}

#[cfg(test)]
pub(super) const CARDS: &[&[&str]] = &[ROLLS, SUCCESS, FAILURE, GAINS, LOSSES];

const ROLLS: &[&str] = &[
    "You roll {die} for {skill}, and with your +{bonus} that makes {total}: {verdict}.",
    "The roll is {die}; add {bonus} for {skill}, and {total} against {limit} is {verdict}.",
    "You roll the die for {skill}, {die} plus {bonus} is {total}, and I call that {verdict}.",
    "Your roll of {die} gives you {total} on {skill} against my {limit}: {verdict}.",
    "I watch your twenty-sided die roll to a stop at {die}, {total} with {skill}: {verdict}.",
    "You roll for {skill} and get {die}, so {total} in all, which is {verdict}.",
    "That was a roll of {die} on {skill}, +{bonus} makes {total}, and I needed {limit}: {verdict}.",
];

const SUCCESS: &[&str] = &["a success", "a clear success", "enough", "more than I expected"];

const FAILURE: &[&str] = &["a failure", "not enough", "short of what you needed", "a miss"];

const GAINS: &[&str] = &[
    "You gain 50 experience points.",
    "You take no damage.",
    "You have advantage on whatever you do next.",
    "You recover 2 hit points for your trouble.",
    "Your armour class goes up by 1 until morning.",
];

const LOSSES: &[&str] = &[
    "You lose 3 hit points.",
    "You take 4 points of damage.",
    "You have disadvantage on whatever you do next.",
    "It costs you 5 hit points and your good mood.",
    "Your armour class goes down by 1 until morning.",
];
