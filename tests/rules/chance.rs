//! Dice fall fairly and within bounds, and the same way for the same seed.

use proptest::prelude::*;
use zeroth::game::rules::{Circumstances, D20Test, Dice, Formula, Purpose, Seeded, Verdict};

/// Pearson's sum over the sides of a die has, summed over 40 seeds, `40 · (sides - 1)` degrees of freedom and so very
/// nearly a bell curve; fair dice stay within four deviations of its mean. Dice that are too even are not fair either.
#[test]
fn every_side_comes_up_equally_often() {
    for sides in [4, 6, 8, 10, 12, 20, 100] {
        let freedom = 40.0 * (f64::from(sides) - 1.0);
        let sum: f64 = (0..40).map(|seed| unevenness(sides, seed)).sum();
        let strays = (sum - freedom) / (2.0 * freedom).sqrt();
        assert!(strays.abs() < 4.0, "d{sides}: {sum:.1} of {freedom}");
    }
}

fn unevenness(sides: u8, seed: u64) -> f64 {
    const EACH: u32 = 500;
    let mut dice = Seeded::new(seed);
    let mut counts = vec![0_u32; sides.into()];
    for _ in 0..EACH * u32::from(sides) {
        counts[usize::from(dice.throw(sides)) - 1] += 1;
    }
    counts.iter().map(|count| (f64::from(*count) - f64::from(EACH)).powi(2) / f64::from(EACH)).sum()
}

/// Two throws in a row know nothing of each other.
#[test]
fn no_pair_of_throws_is_favoured() {
    let mut dice = Seeded::new(8);
    let mut counts = [0_u32; 36];
    for _ in 0..72_000 {
        let (first, second) = (dice.throw(6), dice.throw(6));
        counts[usize::from((first - 1) * 6 + second - 1)] += 1;
    }
    let sum: f64 = counts.iter().map(|count| (f64::from(*count) - 2_000.0).powi(2) / 2_000.0).sum();
    assert!(sum < 35.0 + 4.0 * 70.0_f64.sqrt(), "{sum}");
}

/// The averages of two d20 of which one is kept: 13.825 and 7.175.
#[test]
fn advantage_is_worth_what_it_should_be() {
    let mean = |circumstances| {
        let mut dice = Seeded::new(9);
        let purpose = || Purpose::Initiative { who: String::new() };
        let test = || D20Test { purpose: purpose(), modifiers: Vec::new(), circumstances, dc: None };
        (0..20_000).map(|_| f64::from(test().roll(&mut dice).natural)).sum::<f64>() / 20_000.0
    };
    for (circumstances, expected) in
        [(Circumstances::PLAIN, 10.5), (Circumstances::HELPED, 13.825), (Circumstances::HINDERED, 7.175)]
    {
        assert!((mean(circumstances) - expected).abs() < 0.15, "{circumstances:?}: {}", mean(circumstances));
    }
}

proptest! {
    #[test]
    fn a_die_shows_one_of_its_sides(seed: u64, sides: u8) {
        let fall = Seeded::new(seed).throw(sides);
        prop_assert!((1..=sides.max(1)).contains(&fall));
    }

    #[test]
    fn damage_stays_within_its_formula(seed: u64, count in 1..=20_u8, sides in 2..=100_u8, bonus in -100..=100_i16) {
        let formula: Formula = format!("{count}d{sides}{bonus:+}").parse().unwrap();
        let roll = formula.damage("a test", Vec::new(), &mut Seeded::new(seed));
        prop_assert!(roll.total >= formula.least().max(0) && roll.total <= formula.most().max(0));
        prop_assert_eq!(roll.outcome, Verdict::Hit);
        prop_assert_eq!(formula.damage("a test", Vec::new(), &mut Seeded::new(seed)), roll);
    }
}
