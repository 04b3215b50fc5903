//! Who acts when in a fight, and which powers are ready again.

use super::d20::{Circumstances, D20Test};
use super::dice::Dice;
use super::formula::Formula;
use super::roll::{Advantage, Modifier, Purpose, Roll, Verdict};

/// Somebody in a fight.
#[derive(Debug, Clone, PartialEq)]
pub struct Contender<'a> {
    /// The name.
    pub name: &'a str,
    /// What is added to the d20, the DEX modifier first.
    pub modifiers: Vec<Modifier>,
    /// Whether the player decides for it; goes first on a tie.
    pub is_player: bool,
}

/// A place in the order of a fight.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// Which of the contenders, counted from 0.
    pub contender: usize,
    /// Its roll.
    pub roll: Roll,
}

/// Rolls for everybody and puts them in order: the highest first; on a tie the player, then the higher bonus, then who
/// was named first.
pub fn order(contenders: &[Contender<'_>], dice: &mut dyn Dice) -> Vec<Place> {
    let mut places: Vec<Place> = contenders
        .iter()
        .enumerate()
        .map(|(contender, who)| {
            let test = D20Test {
                purpose: Purpose::Initiative { who: who.name.to_owned() },
                modifiers: who.modifiers.clone(),
                circumstances: Circumstances::PLAIN,
                dc: None,
            };
            let mut roll = test.roll(dice);
            (roll.critical, roll.fumble) = (false, false);
            Place { contender, roll }
        })
        .collect();
    places.sort_by_key(|place| {
        let is_player = contenders.get(place.contender).is_some_and(|who| who.is_player);
        std::cmp::Reverse((place.roll.total, is_player, place.roll.modifier()))
    });
    places
}

/// Throws a d6 for a power that was used: ready again from `from` on ("Recharge 5–6" has 5).
pub fn recharge(power: &str, from: u8, dice: &mut dyn Dice) -> Roll {
    let natural = dice.throw(6);
    let outcome = if natural >= from { Verdict::Success } else { Verdict::Failure };
    Roll {
        purpose: Purpose::Recharge { power: power.to_owned() },
        dice: Formula::die(6),
        naturals: vec![natural],
        natural: natural.into(),
        advantage: Advantage::None,
        modifiers: Vec::new(),
        total: natural.into(),
        dc: Some(from.into()),
        outcome,
        critical: false,
        fumble: false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::dice::Scripted;
    use super::*;

    fn order_of(falls: [u8; 3]) -> Vec<usize> {
        let who = |name, bonus, is_player| Contender { name, modifiers: vec![Modifier::new("DEX", bonus)], is_player };
        let contenders = [who("drone", 2, false), who("Data", 1, true), who("warden", 2, false)];
        order(&contenders, &mut Scripted::new(falls)).iter().map(|place| place.contender).collect()
    }

    #[test]
    fn the_highest_goes_first_and_the_player_on_a_tie() {
        assert_eq!(order_of([10, 5, 15]), [2, 0, 1]);
        assert_eq!(order_of([10, 11, 10]), [1, 0, 2], "all at 12: the player, then as they were named");
        assert_eq!(order_of([9, 11, 10]), [1, 2, 0]);
    }

    #[test]
    fn a_power_recharges_on_five_and_six() {
        let ready: Vec<bool> =
            (1..=6).map(|fall| recharge("Stun Pulse", 5, &mut Scripted::new([fall])).outcome.is_good()).collect();
        assert_eq!(ready, [false, false, false, false, true, true]);
        let line = recharge("Stun Pulse", 5, &mut Scripted::new([4])).line();
        assert_eq!(line, "Stun Pulse recharges: d6 4 against 5: failure");
    }
}
