//! Dice expressions: `2d6+3`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::dice::Dice;

/// So many dice of so many sides and a number: `NdM+K`. Bounded, so that no content asks for a million dice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Formula {
    count: u8,
    sides: u8,
    bonus: i16,
}

/// Dice as they fell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thrown {
    /// Each die, in the order of throwing.
    pub naturals: Vec<u8>,
    /// The sum of the dice, without the bonus.
    pub sum: i32,
}

impl Formula {
    /// The most dice in one expression.
    pub const MOST_DICE: u8 = 20;
    /// The most sides of a die.
    pub const MOST_SIDES: u8 = 100;
    /// The largest number that may be added or taken away.
    pub const MOST_BONUS: i16 = 100;

    /// One die and nothing else. Sides beyond the bounds are brought within them.
    pub const fn die(sides: u8) -> Self {
        let sides = if sides < 2 { 2 } else { sides };
        Self { count: 1, sides: if sides > Self::MOST_SIDES { Self::MOST_SIDES } else { sides }, bonus: 0 }
    }

    /// How many sides each die has.
    pub const fn sides(self) -> u8 {
        self.sides
    }

    /// What is added to the dice.
    pub fn bonus(self) -> i32 {
        self.bonus.into()
    }

    /// The dice alone.
    #[must_use]
    pub const fn without_bonus(self) -> Self {
        Self { bonus: 0, ..self }
    }

    /// Twice the dice, once the number: what a critical hit throws.
    #[must_use]
    pub const fn doubled(self) -> Self {
        Self { count: self.count * 2, ..self }
    }

    /// The least that can come out.
    pub fn least(self) -> i32 {
        i32::from(self.count) + self.bonus()
    }

    /// The most that can come out.
    pub fn most(self) -> i32 {
        i32::from(self.count) * i32::from(self.sides) + self.bonus()
    }

    /// What comes out over many throws.
    pub fn average(self) -> f64 {
        f64::from(self.least() + self.most()) / 2.0
    }

    /// Throws the dice.
    pub fn throw(self, dice: &mut dyn Dice) -> Thrown {
        let naturals: Vec<u8> = (0..self.count).map(|_| dice.throw(self.sides)).collect();
        let sum = naturals.iter().copied().map(i32::from).sum();
        Thrown { naturals, sum }
    }
}

/// Why a text is no dice expression.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FormulaError {
    /// It does not look like one.
    #[error("{0:?} is not a dice expression; write it like 1d8, 2d6+3 or d4-1")]
    Shape(String),
    /// No dice, or too many.
    #[error("{0} dice; between 1 and {most} can be thrown", most = Formula::MOST_DICE)]
    Count(u32),
    /// Not a die.
    #[error("a die has between 2 and {most} sides, not {0}", most = Formula::MOST_SIDES)]
    Sides(u32),
    /// Too much added or taken away.
    #[error("at most {most} can be added or taken away, not {0}", most = Formula::MOST_BONUS)]
    Bonus(u32),
}

impl FromStr for Formula {
    type Err = FormulaError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let shape = || FormulaError::Shape(text.chars().take(40).collect());
        let (count, rest) = text.trim().split_once(['d', 'D']).ok_or_else(shape)?;
        let (sides, bonus, sign) = match rest.split_once(['+', '-']) {
            Some((sides, bonus)) => (sides.trim_end(), bonus.trim_start(), if rest.contains('+') { 1 } else { -1 }),
            None => (rest, "0", 1),
        };
        // `parse` alone would take signs and more.
        let number = |text: &str| {
            let plain = (1..=6).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
            text.parse::<u32>().ok().filter(|_| plain).ok_or_else(shape)
        };
        let count = if count.is_empty() { 1 } else { number(count)? };
        let (sides, bonus) = (number(sides)?, number(bonus)?);
        let bounded = |value: u32, range: std::ops::RangeInclusive<u8>| {
            u8::try_from(value).ok().filter(|value| range.contains(value))
        };
        Ok(Self {
            count: bounded(count, 1..=Self::MOST_DICE).ok_or(FormulaError::Count(count))?,
            sides: bounded(sides, 2..=Self::MOST_SIDES).ok_or(FormulaError::Sides(sides))?,
            bonus: i16::try_from(bonus)
                .ok()
                .filter(|bonus| *bonus <= Self::MOST_BONUS)
                .ok_or(FormulaError::Bonus(bonus))?
                * sign,
        })
    }
}

impl fmt::Display for Formula {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}d{}", self.count, self.sides)?;
        if self.bonus == 0 { Ok(()) } else { write!(f, "{:+}", self.bonus) }
    }
}

impl TryFrom<String> for Formula {
    type Error = FormulaError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Formula> for String {
    fn from(formula: Formula) -> Self {
        formula.to_string()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::dice::Scripted;
    use super::*;

    #[test]
    fn expressions_are_read_as_they_are_written() {
        let table = [
            ("1d8", "1d8", 1, 8),
            ("d4", "1d4", 1, 4),
            ("2d6+3", "2d6+3", 5, 15),
            ("1D10 + 1", "1d10+1", 2, 11),
            ("1d4-1", "1d4-1", 0, 3),
            (" 20d100+100 ", "20d100+100", 120, 2100),
            ("3d6+0", "3d6", 3, 18),
        ];
        for (text, shown, least, most) in table {
            let formula: Formula = text.parse().unwrap();
            assert_eq!((formula.to_string().as_str(), formula.least(), formula.most()), (shown, least, most));
        }
    }

    #[test]
    fn what_is_no_expression_is_told_why() {
        let table = [
            ("", "\"\" is not a dice expression; write it like 1d8, 2d6+3 or d4-1"),
            ("six", "\"six\" is not a dice expression; write it like 1d8, 2d6+3 or d4-1"),
            ("1d", "\"1d\" is not a dice expression; write it like 1d8, 2d6+3 or d4-1"),
            ("1d6+", "\"1d6+\" is not a dice expression; write it like 1d8, 2d6+3 or d4-1"),
            ("1d6+-2", "\"1d6+-2\" is not a dice expression; write it like 1d8, 2d6+3 or d4-1"),
            ("-1d6", "\"-1d6\" is not a dice expression; write it like 1d8, 2d6+3 or d4-1"),
            ("0d6", "0 dice; between 1 and 20 can be thrown"),
            ("999d6", "999 dice; between 1 and 20 can be thrown"),
            ("1d1", "a die has between 2 and 100 sides, not 1"),
            ("1d1000", "a die has between 2 and 100 sides, not 1000"),
            ("1d6+101", "at most 100 can be added or taken away, not 101"),
        ];
        for (text, expected) in table {
            assert_eq!(text.parse::<Formula>().unwrap_err().to_string(), expected);
        }
    }

    #[test]
    fn a_critical_hit_throws_twice_the_dice_and_adds_once() {
        let formula: Formula = "2d6+3".parse().unwrap();
        assert_eq!(formula.doubled().to_string(), "4d6+3");
        let thrown = formula.doubled().throw(&mut Scripted::new([1, 2, 3, 6]));
        assert_eq!(thrown, Thrown { naturals: vec![1, 2, 3, 6], sum: 12 });
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in ".{0,12}") {
            if let Ok(formula) = text.parse::<Formula>() {
                prop_assert_eq!(formula.to_string().parse::<Formula>(), Ok(formula));
            }
        }

        #[test]
        fn numbers_in_shape_are_read_back(count in 1..=20_u8, sides in 2..=100_u8, bonus in -100..=100_i16) {
            let formula = Formula { count, sides, bonus };
            prop_assert_eq!(formula.to_string().parse::<Formula>(), Ok(formula));
        }
    }
}
