//! Hit points: never below 0, never above the maximum.

use serde::{Deserialize, Serialize};

/// What a creature can still take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Stored", into = "Stored")]
pub struct HitPoints {
    now: i32,
    max: i32,
}

/// As they stand in JSON, where anybody may have written anything.
#[derive(Serialize, Deserialize)]
struct Stored {
    hp: i32,
    max_hp: i32,
}

impl From<Stored> for HitPoints {
    fn from(stored: Stored) -> Self {
        let mut full = Self::full(stored.max_hp);
        full.now = stored.hp.clamp(0, full.max);
        full
    }
}

impl From<HitPoints> for Stored {
    fn from(points: HitPoints) -> Self {
        Self { hp: points.now, max_hp: points.max }
    }
}

impl HitPoints {
    /// Unhurt; at least one point.
    pub const fn full(max: i32) -> Self {
        let max = if max < 1 { 1 } else { max };
        Self { now: max, max }
    }

    /// What is left.
    pub const fn now(self) -> i32 {
        self.now
    }

    /// What it is when unhurt.
    pub const fn max(self) -> i32 {
        self.max
    }

    /// Whether nothing is left.
    pub const fn is_down(self) -> bool {
        self.now == 0
    }

    /// Takes damage and says how much of it counted.
    pub fn damage(&mut self, amount: i32) -> i32 {
        let taken = amount.clamp(0, self.now);
        self.now -= taken;
        taken
    }

    /// Heals and says how much of it counted.
    pub fn heal(&mut self, amount: i32) -> i32 {
        let healed = amount.clamp(0, self.max - self.now);
        self.now += healed;
        healed
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_was_written_by_others_is_brought_within_bounds() {
        let read = |json: &str| serde_json::from_str::<HitPoints>(json).map(|points| (points.now(), points.max()));
        assert_eq!(read(r#"{"hp": -50, "max_hp": 12}"#).unwrap(), (0, 12));
        assert_eq!(read(r#"{"hp": 99, "max_hp": 12}"#).unwrap(), (12, 12));
        assert_eq!(read(r#"{"hp": 1, "max_hp": -3}"#).unwrap(), (1, 1));
    }

    proptest! {
        #[test]
        fn they_stay_between_nothing_and_full(max: i32, blows: Vec<(bool, i32)>) {
            let mut points = HitPoints::full(max);
            for (heals, amount) in blows {
                let before = points.now();
                let counted = if heals { points.heal(amount) } else { -points.damage(amount) };
                prop_assert_eq!(points.now() - before, counted);
                prop_assert!((0..=points.max()).contains(&points.now()));
            }
        }
    }
}
