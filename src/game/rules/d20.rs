//! The d20 test: one die, what is added to it, and what it has to reach.

use super::dice::Dice;
use super::formula::Formula;
use super::roll::{Advantage, Modifier, Purpose, Roll, Verdict};

/// A check, a save or an attack that is about to be rolled.
#[derive(Debug, Clone, PartialEq)]
pub struct D20Test {
    /// What for.
    pub purpose: Purpose,
    /// What is added.
    pub modifiers: Vec<Modifier>,
    /// What helps and what hinders.
    pub circumstances: Circumstances,
    /// What the total has to reach; none for initiative.
    pub dc: Option<i32>,
}

/// What helps and what hinders a roll. However many of either there are, one of each cancels all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Circumstances {
    helped: bool,
    hindered: bool,
}

impl Circumstances {
    /// Nothing helps and nothing hinders.
    pub const PLAIN: Self = Self { helped: false, hindered: false };
    /// Something helps.
    pub const HELPED: Self = Self { helped: true, hindered: false };
    /// Something hinders.
    pub const HINDERED: Self = Self { helped: false, hindered: true };

    /// Helped, if that is so.
    #[must_use]
    pub const fn helped_if(self, so: bool) -> Self {
        Self { helped: self.helped || so, ..self }
    }

    /// Hindered, if that is so.
    #[must_use]
    pub const fn hindered_if(self, so: bool) -> Self {
        Self { hindered: self.hindered || so, ..self }
    }

    /// What they come to.
    pub const fn advantage(self) -> Advantage {
        match (self.helped, self.hindered) {
            (true, false) => Advantage::Advantage,
            (false, true) => Advantage::Disadvantage,
            _ => Advantage::None,
        }
    }
}

impl D20Test {
    /// Rolls it. A total that equals the number succeeds. For attacks a natural 20 always hits and a natural 1 always
    /// misses; for checks and saves they are only remarkable.
    pub fn roll(self, dice: &mut dyn Dice) -> Roll {
        let advantage = self.circumstances.advantage();
        let throws = if advantage == Advantage::None { 1 } else { 2 };
        let naturals: Vec<u8> = (0..throws).map(|_| dice.throw(20)).collect();
        let kept = match advantage {
            Advantage::Disadvantage => naturals.iter().min(),
            _ => naturals.iter().max(),
        };
        let natural = kept.copied().map_or(1, i32::from);
        let total = natural + self.modifiers.iter().map(|modifier| modifier.value).sum::<i32>();
        let (critical, fumble) = (natural == 20, natural == 1);
        let reached = self.dc.is_none_or(|dc| total >= dc);
        let outcome = match (&self.purpose, self.dc) {
            (_, None) => Verdict::Rolled,
            (Purpose::Attack { .. }, _) if critical || (reached && !fumble) => Verdict::Hit,
            (Purpose::Attack { .. }, _) => Verdict::Miss,
            _ if reached => Verdict::Success,
            _ => Verdict::Failure,
        };
        Roll {
            purpose: self.purpose,
            dice: Formula::die(20),
            naturals,
            natural,
            advantage,
            modifiers: self.modifiers,
            total,
            dc: self.dc,
            outcome,
            critical,
            fumble,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::dice::Scripted;
    use super::super::skill::Skill;
    use super::*;

    fn test(circumstances: Circumstances, modifiers: &[(&'static str, i32)], dc: i32) -> D20Test {
        D20Test {
            purpose: Purpose::Check { skill: Some(Skill::Engineering), what: "Docking shear".to_owned() },
            modifiers: modifiers.iter().map(|(name, value)| Modifier::new(*name, *value)).collect(),
            circumstances,
            dc: Some(dc),
        }
    }

    #[test]
    fn a_roll_prints_as_a_sum() {
        let table = [
            (Circumstances::PLAIN, &[14][..], "d20 14 + INT 2 + proficiency 2 = 18 against 13: success"),
            (Circumstances::PLAIN, &[8], "d20 8 + INT 2 + proficiency 2 = 12 against 13: failure"),
            (Circumstances::PLAIN, &[9], "d20 9 + INT 2 + proficiency 2 = 13 against 13: success"),
            (Circumstances::PLAIN, &[1], "d20 1 + INT 2 + proficiency 2 = 5 against 13: failure, a natural 1"),
            (
                Circumstances::HELPED,
                &[3, 20],
                "d20 20 (advantage, [3, 20]) + INT 2 + proficiency 2 = 24 against 13: success, a natural 20",
            ),
            (
                Circumstances::HINDERED,
                &[3, 20],
                "d20 3 (disadvantage, [3, 20]) + INT 2 + proficiency 2 = 7 against 13: failure",
            ),
        ];
        for (circumstances, falls, expected) in table {
            let mut dice = Scripted::new(falls.iter().copied());
            let roll = test(circumstances, &[("INT", 2), ("proficiency", 2)], 13).roll(&mut dice);
            assert_eq!(roll.to_string(), expected);
            assert_eq!(dice.left(), 0);
        }
    }

    #[test]
    fn a_penalty_is_taken_away() {
        let roll = test(Circumstances::PLAIN, &[("CHA", -1)], 10).roll(&mut Scripted::new([10]));
        assert_eq!(roll.line(), "Docking shear (engineering): d20 10 - CHA 1 = 9 against 10: failure");
    }

    #[test]
    fn any_number_of_each_cancels() {
        let both = Circumstances::HELPED.helped_if(true).hindered_if(true).helped_if(true);
        assert_eq!(both.advantage(), Advantage::None);
        assert_eq!(Circumstances::PLAIN.helped_if(false).hindered_if(false), Circumstances::PLAIN);
    }

    #[test]
    fn a_natural_twenty_does_not_win_a_check_by_itself() {
        let roll = test(Circumstances::PLAIN, &[], 30).roll(&mut Scripted::new([20]));
        assert_eq!((roll.outcome, roll.critical), (Verdict::Failure, true));
    }

    #[test]
    fn a_roll_survives_json() {
        let roll = test(Circumstances::HELPED, &[("INT", 2)], 13).roll(&mut Scripted::new([4, 9]));
        let json = serde_json::to_string(&roll).unwrap();
        assert_eq!(serde_json::from_str::<Roll>(&json).unwrap(), roll);
    }
}
