//! A roll as it is kept: every number of it, and nothing that follows from them.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::game::rules::{Advantage, Formula, Modifier, Purpose, Roll, Verdict};

/// A roll without what can be worked out again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(in crate::play) struct KeptRoll {
    #[serde(rename = "for")]
    purpose: Purpose,
    dice: Formula,
    fell: Vec<u8>,
    #[serde(default, skip_serializing_if = "is_plain")]
    advantage: Advantage,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    plus: Vec<(Cow<'static, str>, i32)>,
    total: i32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    dc: Option<i32>,
    outcome: Verdict,
}

fn is_plain(advantage: &Advantage) -> bool {
    *advantage == Advantage::None
}

impl From<&Roll> for KeptRoll {
    fn from(roll: &Roll) -> Self {
        Self {
            purpose: roll.purpose.clone(),
            dice: roll.dice,
            fell: roll.naturals.clone(),
            advantage: roll.advantage,
            plus: roll.modifiers.iter().map(|modifier| (modifier.name.clone(), modifier.value)).collect(),
            total: roll.total,
            dc: roll.dc,
            outcome: roll.outcome,
        }
    }
}

impl From<&KeptRoll> for Roll {
    fn from(kept: &KeptRoll) -> Self {
        let fell = kept.fell.iter().map(|die| i32::from(*die));
        let natural = match kept.advantage {
            Advantage::None => fell.sum(),
            Advantage::Advantage => fell.max().unwrap_or_default(),
            Advantage::Disadvantage => fell.min().unwrap_or_default(),
        };
        let d20 = kept.dice.sides() == 20 && kept.dc.is_some();
        Self {
            purpose: kept.purpose.clone(),
            dice: kept.dice,
            naturals: kept.fell.clone(),
            natural,
            advantage: kept.advantage,
            modifiers: kept.plus.iter().map(|(name, value)| Modifier::new(name.clone(), *value)).collect(),
            total: kept.total,
            dc: kept.dc,
            outcome: kept.outcome,
            critical: d20 && natural == 20,
            fumble: d20 && natural == 1,
        }
    }
}
