//! What can be typed next: completed and hinted by the editor, learned from the game that is played.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::game::rules::Skill;
use crate::game::scenario::Pending;
use crate::play::World;
use crate::store::Kind;

use super::seat::Seat;
use super::usage::usages;

/// The words of the game that is played, shared by the game and the editor.
#[derive(Debug, Clone)]
pub(super) struct Vocabulary(Arc<Mutex<Words>>);

#[derive(Debug)]
struct Words {
    kind: Kind,
    /// Ids of approaches that can be chosen.
    approaches: Vec<String>,
    /// Skills that can be rolled.
    skills: Vec<String>,
    /// Orders without a slash that go on from here.
    suggestions: Vec<String>,
}

/// How a line may go on.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Hint {
    /// What is shown after the line.
    pub(super) shown: String,
    /// The part of it that can be taken over.
    pub(super) typed: String,
}

impl Default for Vocabulary {
    fn default() -> Self {
        let (approaches, skills, suggestions) = (Vec::new(), Vec::new(), Vec::new());
        Self(Arc::new(Mutex::new(Words { kind: Kind::Dialogue, approaches, skills, suggestions })))
    }
}

impl Vocabulary {
    /// Takes over the words of the game as it stands.
    pub(super) fn learn(&self, seat: &Seat) {
        let mut words =
            Words { kind: seat.kind(), approaches: Vec::new(), skills: Vec::new(), suggestions: Vec::new() };
        if let Some(World::Scenario { state, pack }) = seat.world() {
            let pending = state.pending(pack);
            words.suggestions = state.suggestions(pack);
            words.suggestions.retain(|suggestion| !suggestion.starts_with('/'));
            let scene = state.scene(pack).map(|scene| &scene.approaches[..]).unwrap_or_default();
            words.approaches = scene.iter().map(|approach| approach.id.clone()).collect();
            let skills = match pending {
                Pending::Hazard { skill, .. } | Pending::Check { skill, .. } => vec![skill],
                Pending::ApproachRoll { skills, .. } => skills,
                _ => Skill::ALL.to_vec(),
            };
            words.skills = skills.iter().map(Skill::to_string).collect();
        }
        *self.words() = words;
    }

    /// The lines that begin with what was typed.
    pub(super) fn completions(&self, typed: &str) -> Vec<String> {
        let words = self.words();
        if let Some((head, start)) = argument(typed) {
            let fitting = words.after(head).iter().filter(|word| word.starts_with(start));
            return fitting.map(|word| format!("{head} {word}")).collect();
        }
        if typed.starts_with('/') {
            let fitting = usages(words.kind).filter(|usage| usage.name.starts_with(typed));
            let gap = |argument: &str| if argument.is_empty() { "" } else { " " };
            return fitting.map(|usage| format!("{}{}", usage.name, gap(usage.argument))).collect();
        }
        let fitting = words.suggestions.iter().filter(|order| !typed.is_empty() && order.starts_with(typed));
        fitting.cloned().collect()
    }

    /// How the line may go on, if it is an order or a command and not complete.
    pub(super) fn hint(&self, line: &str) -> Option<Hint> {
        if line.len() < 2 {
            return None;
        }
        let words = self.words();
        let rest_of = |known: &[String], start: &str| {
            let word = known.iter().find(|word| word.starts_with(start))?;
            let rest = word[start.len()..].to_owned();
            (!rest.is_empty()).then(|| Hint { shown: rest.clone(), typed: rest })
        };
        match argument(line) {
            Some((head, start)) if !start.is_empty() => rest_of(words.after(head), start),
            _ if line.starts_with('/') => words.command_hint(line),
            _ => rest_of(&words.suggestions, line),
        }
    }

    fn words(&self) -> MutexGuard<'_, Words> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Words {
    /// What may follow the command.
    fn after(&self, head: &str) -> &[String] {
        match head {
            "/roll" => &self.skills,
            "/approach" => &self.approaches,
            _ => &[],
        }
    }

    fn command_hint(&self, line: &str) -> Option<Hint> {
        let usage = usages(self.kind).find(|usage| usage.name.starts_with(line.trim_end()))?;
        let rest = &usage.name[line.trim_end().len()..];
        if line.ends_with(' ') && !rest.is_empty() {
            return None;
        }
        let gap = if usage.argument.is_empty() || line.ends_with(' ') { "" } else { " " };
        let shown = format!("{rest}{gap}{}", usage.argument);
        (!shown.is_empty()).then(|| Hint { shown, typed: format!("{rest}{gap}") })
    }
}

/// A command and the beginning of what follows it.
fn argument(typed: &str) -> Option<(&str, &str)> {
    typed.split_once(' ').filter(|(head, _)| head.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(kind: Kind) -> Vocabulary {
        let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        Vocabulary(Arc::new(Mutex::new(Words {
            kind,
            approaches: owned(&["diplomacy", "science"]),
            skills: owned(&["command", "insight"]),
            suggestions: owned(&["approach diplomacy", "attack with phaser"]),
        })))
    }

    #[test]
    fn commands_are_completed_and_hinted() {
        let words = words(Kind::Dialogue);
        assert_eq!(words.completions("/h"), ["/help", "/history"]);
        assert_eq!(words.completions("/sa"), ["/save ", "/save! "]);
        assert!(words.completions("I h").is_empty());
        assert!(words.completions("").is_empty());
        let shown = |line| words.hint(line).map(|hint| (hint.shown, hint.typed));
        assert_eq!(shown("/he"), Some(("lp".to_owned(), "lp".to_owned())));
        assert_eq!(shown("/sav"), Some(("e FILE".to_owned(), "e ".to_owned())));
        assert_eq!(shown("/save "), Some(("FILE".to_owned(), String::new())));
        assert_eq!(shown("/who"), None);
        assert_eq!(shown("/"), None);
        assert_eq!(shown("I he"), None);
    }

    #[test]
    fn a_scenario_adds_its_approaches_skills_and_orders() {
        let words = words(Kind::Scenario);
        assert_eq!(words.completions("/approach "), ["/approach diplomacy", "/approach science"]);
        assert_eq!(words.completions("/roll i"), ["/roll insight"]);
        assert_eq!(words.completions("/inv"), ["/inventory"]);
        assert_eq!(words.completions("at"), ["attack with phaser"]);
        let shown = |line| words.hint(line).map(|hint| hint.shown);
        assert_eq!(shown("/approach s").as_deref(), Some("cience"));
        assert_eq!(shown("/approach ").as_deref(), Some("NAME"));
        assert_eq!(shown("/roll ").as_deref(), Some("[SKILL]"));
        assert_eq!(shown("attack").as_deref(), Some(" with phaser"));
        assert_eq!(shown("/roll command"), None);
    }
}
