//! Attacks, damage and healing.

use super::d20::{Circumstances, D20Test};
use super::dice::Dice;
use super::formula::Formula;
use super::roll::{Advantage, Modifier, Purpose, Roll, Verdict};

/// An attack that is about to be rolled.
#[derive(Debug, Clone, PartialEq)]
pub struct Attack<'a> {
    /// Who attacks.
    pub by: &'a str,
    /// With what.
    pub with: &'a str,
    /// Whom.
    pub target: &'a str,
    /// What is added to the d20.
    pub modifiers: Vec<Modifier>,
    /// The target's armor class.
    pub armor_class: i32,
    /// What helps and what hinders.
    pub circumstances: Circumstances,
    /// What a hit throws.
    pub damage: Formula,
    /// What is added to the damage besides the formula's own number.
    pub damage_modifiers: Vec<Modifier>,
}

/// An attack and what it did.
#[derive(Debug, Clone, PartialEq)]
pub struct Struck {
    /// The d20.
    pub roll: Roll,
    /// The damage of a hit.
    pub damage: Option<Roll>,
}

impl Attack<'_> {
    /// Rolls it: a natural 20 hits and doubles the dice of the damage, a natural 1 misses.
    pub fn roll(self, dice: &mut dyn Dice) -> Struck {
        let purpose =
            Purpose::Attack { by: self.by.to_owned(), with: self.with.to_owned(), target: self.target.to_owned() };
        let dc = Some(self.armor_class);
        let roll = D20Test { purpose, modifiers: self.modifiers, circumstances: self.circumstances, dc }.roll(dice);
        let damage = (roll.outcome == Verdict::Hit).then(|| {
            let formula = if roll.critical { self.damage.doubled() } else { self.damage };
            formula.damage(self.with, self.damage_modifiers, dice)
        });
        Struck { roll, damage }
    }
}

impl Formula {
    /// Throws damage.
    pub fn damage(self, from: &str, modifiers: Vec<Modifier>, dice: &mut dyn Dice) -> Roll {
        self.amount(Purpose::Damage { from: from.to_owned() }, modifiers, Verdict::Hit, dice)
    }

    /// Throws healing.
    pub fn healing(self, from: &str, modifiers: Vec<Modifier>, dice: &mut dyn Dice) -> Roll {
        self.amount(Purpose::Healing { from: from.to_owned() }, modifiers, Verdict::Rolled, dice)
    }

    fn amount(self, purpose: Purpose, more: Vec<Modifier>, outcome: Verdict, dice: &mut dyn Dice) -> Roll {
        let thrown = self.throw(dice);
        let own = (self.bonus() != 0).then(|| Modifier::new("bonus", self.bonus()));
        let modifiers: Vec<Modifier> = own.into_iter().chain(more).collect();
        let total = thrown.sum + modifiers.iter().map(|modifier| modifier.value).sum::<i32>();
        Roll {
            purpose,
            dice: self.without_bonus(),
            naturals: thrown.naturals,
            natural: thrown.sum,
            advantage: Advantage::None,
            modifiers,
            total: total.max(0),
            dc: None,
            outcome,
            critical: false,
            fumble: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::dice::Scripted;
    use super::*;

    fn strike(falls: &[u8], armor_class: i32) -> (Struck, usize) {
        let mut dice = Scripted::new(falls.iter().copied());
        let attack = Attack {
            by: "Data",
            with: "Phaser",
            target: "the drone",
            modifiers: vec![Modifier::new("DEX", 1), Modifier::new("proficiency", 2)],
            armor_class,
            circumstances: Circumstances::PLAIN,
            damage: "1d8".parse().unwrap(),
            damage_modifiers: vec![Modifier::new("DEX", 1)],
        };
        (attack.roll(&mut dice), dice.left())
    }

    #[test]
    fn a_hit_throws_damage_and_a_miss_throws_none() {
        let (struck, left) = strike(&[10, 5], 13);
        assert_eq!(
            struck.roll.line(),
            "Data attacks the drone with Phaser: d20 10 + DEX 1 + proficiency 2 = 13 against 13: hit"
        );
        assert_eq!(struck.damage.unwrap().line(), "Damage from Phaser: d8 5 + DEX 1 = 6");
        assert_eq!(left, 0);
        let (struck, left) = strike(&[9, 5], 13);
        assert_eq!((struck.roll.outcome, struck.damage, left), (Verdict::Miss, None, 1));
    }

    #[test]
    fn a_natural_twenty_hits_any_armor_and_doubles_the_dice_alone() {
        let (struck, _) = strike(&[20, 3, 8], 40);
        assert_eq!(struck.roll.outcome, Verdict::Hit);
        assert_eq!(struck.damage.unwrap().to_string(), "2d8 11 (3 + 8) + DEX 1 = 12");
    }

    #[test]
    fn a_natural_one_misses_any_armor() {
        let (struck, _) = strike(&[1], 2);
        assert_eq!((struck.roll.outcome, struck.damage), (Verdict::Miss, None));
    }

    #[test]
    fn damage_is_never_negative() {
        let roll = "1d4-3".parse::<Formula>().unwrap().damage("a cushion", Vec::new(), &mut Scripted::new([1]));
        assert_eq!((roll.total, roll.modifier()), (0, -3));
    }
}
