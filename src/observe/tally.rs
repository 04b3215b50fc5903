//! What is counted of a turn that was played: checks, refused changes, outcomes.

use opentelemetry::KeyValue;

use crate::game::rules::Roll;
use crate::game::{scenario, solo};
use crate::id::SessionId;
use crate::llm::Component;
use crate::play::Facts;

use super::logs;
use super::roll::tried;
use super::semconv::attr;
use super::telemetry::{Telemetry, with};

/// A game whose turn is counted.
pub(super) struct Tally<'a> {
    pub(super) telemetry: &'a Telemetry,
    pub(super) component: Component,
    pub(super) session: SessionId,
    pub(super) campaign: &'a str,
}

impl Tally<'_> {
    pub(super) fn count(&self, facts: &Facts) {
        match facts {
            Facts::Scenario(facts) => {
                self.checks(facts.iter().flat_map(scenario::Fact::rolls));
                self.outcomes(facts);
            }
            Facts::Solo(facts) => {
                self.checks(facts.iter().filter_map(|fact| match fact {
                    solo::Fact::Rolled { roll } => Some(roll),
                    _ => None,
                }));
                self.refused(facts);
            }
        }
    }

    fn checks<'r>(&self, rolls: impl Iterator<Item = &'r Roll>) {
        for roll in rolls {
            let Some(tried) = tried(&roll.purpose) else { continue };
            let labels = [
                KeyValue::new(attr::COMPONENT, self.component.as_str()),
                KeyValue::new(attr::SKILL, tried),
                KeyValue::new(attr::ROLL_OUTCOME, roll.outcome.name()),
            ];
            self.telemetry.instruments().checks.add(1, &labels);
        }
    }

    fn outcomes(&self, facts: &[scenario::Fact]) {
        for fact in facts {
            let scenario::Fact::Ended { outcome, .. } = fact else { continue };
            let labels = [
                KeyValue::new(attr::COMPONENT, self.component.as_str()),
                KeyValue::new(attr::CAMPAIGN, self.campaign.to_owned()),
                KeyValue::new(attr::OUTCOME, outcome.name()),
            ];
            self.telemetry.instruments().outcomes.add(1, &labels);
        }
    }

    /// One line of the log for all of a turn.
    fn refused(&self, facts: &[solo::Fact]) {
        let (mut keys, mut reasons) = (Vec::new(), Vec::new());
        let labels = [KeyValue::new(attr::COMPONENT, self.component.as_str())];
        for fact in facts {
            match fact {
                solo::Fact::RejectedDelta(rejected) => {
                    let labels = with(&labels, [KeyValue::new(attr::DELTA_REASON, rejected.reason.name())]);
                    self.telemetry.instruments().deltas_rejected.add(1, &labels);
                    keys.push(rejected.key.clone());
                    reasons.push(rejected.reason.name());
                }
                solo::Fact::RejectedTrigger(rejected) => {
                    keys.push(format!("dice_triggers[{}]", rejected.index));
                    reasons.push(&rejected.reason);
                }
                solo::Fact::Rolled { .. } | solo::Fact::Hurt { .. } => {}
            }
        }
        if !keys.is_empty() {
            logs::delta_rejected(self.session, self.component, &keys.join("; "), &reasons.join("; "));
        }
    }
}
