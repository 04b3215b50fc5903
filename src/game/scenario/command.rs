//! What a player's text orders. The only place where commands are read.

use super::super::character::Weapon;
use super::super::rules::Skill;
use super::state::Pace;

/// An order, or something said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// `/roll`, `/roll engineering`: roll what is pending; in a fight, attack.
    Roll {
        /// The skill as it was written.
        skill: Option<String>,
        /// The approach that came along with it.
        approach: Option<String>,
    },
    /// `approach diplomacy`, or `"approach": "diplomacy"` in the request.
    Approach {
        /// The approach as it was written.
        name: String,
    },
    /// `attack`, `attack the drone with the phaser`.
    Attack {
        /// Whom, as it was written.
        target: Option<String>,
        /// With what, as it was written.
        weapon: Option<String>,
    },
    /// `defend`: attacks have disadvantage until the next turn.
    Defend,
    /// `heal`, `repair cycle`, `second wind`, `self-repair`.
    SelfRepair,
    /// `talk`, `talk to the chief`.
    Talk {
        /// To whom, as it was written.
        to: Option<String>,
    },
    /// `withdraw`: out of a fight.
    Withdraw,
    /// `stand up`.
    StandUp,
    /// `look`, `search the med bay`.
    Look {
        /// Where, as it was written.
        at: Option<String>,
    },
    /// `help`, `hint`: what does the game wait for?
    Hint,
    /// `pace rounds`, `pace automatic`: how fights are played from now on.
    Pace(Pace),
    /// Anything else: a question, or something done in words.
    Said(String),
}

/// What to say when there is neither text nor approach.
pub const MISSING_INPUT: &str = "say or do something, such as \"/roll\" or \"look around\"";

/// Words that begin an order, and what follows them is what it is about. A slash may stand before each. Longer ones
/// first.
const ATTACK: &[&str] = &["attack", "fight"];
/// The same, from afar or at arm's length.
const SHOOT: &[&str] = &["shoot at", "shoot", "fire at", "fire on"];
const STRIKE: &[&str] = &["strike at", "strike", "punch", "hit", "kick"];
const TALK: &[&str] = &["talk to", "talk with", "speak to", "speak with", "talk", "parley with", "parley"];
const LOOK: &[&str] = &["look around", "look at", "look into", "look in", "look", "search", "examine", "inspect"];
const WITHDRAW: &[&str] = &["withdraw", "retreat", "flee", "run away"];
const DEFEND: &[&str] = &["defend", "take cover", "dodge"];
const STAND_UP: &[&str] = &["stand up", "get up"];

impl Command {
    /// Reads a player's text and the approach of the request, if it names one.
    pub fn read(input: &str, approach: Option<&str>) -> Self {
        let text = input.trim();
        let approach = approach.map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned);
        let lower = text.to_lowercase();
        let bare = lower.trim_end_matches(['.', '!']).trim_end();
        if let Some(rest) = after(bare, "/roll") {
            return Self::Roll { skill: some(rest), approach };
        }
        if let Some(name) = approach {
            return Self::Approach { name };
        }
        // A question is never an order, unless it says that it is one.
        let slash = bare.starts_with('/');
        if lower.ends_with('?') && !slash {
            return Self::Said(text.to_owned());
        }
        if let Some(rest) = after(bare, "roll").filter(|rest| is_roll(rest)) {
            return Self::Roll { skill: some(rest).filter(|rest| rest.parse::<Skill>().is_ok()), approach };
        }
        let order = bare.strip_prefix('/').unwrap_or(bare);
        let said = order.strip_prefix("i ").unwrap_or(order);
        // "I approach the hatch": only who does not speak of oneself names one of the scene's ways.
        if let Some(name) = after(order, "approach").filter(|name| !name.is_empty()) {
            return Self::Approach { name: name.to_owned() };
        }
        Self::order(said).unwrap_or_else(|| Self::Said(text.to_owned()))
    }

    fn order(order: &str) -> Option<Self> {
        if is_repair(order) {
            return Some(Self::SelfRepair);
        }
        for (words, range) in [(ATTACK, ""), (SHOOT, Weapon::RANGED), (STRIKE, Weapon::MELEE)] {
            if let Some(rest) = any_after(order, words) {
                let (target, weapon) = split_weapon(rest);
                return Some(Self::Attack { target: some(target), weapon: some(weapon).or_else(|| some(range)) });
            }
        }
        if let Some(rest) = any_after(order, TALK) {
            return Some(Self::Talk { to: some(rest) });
        }
        if let Some(rest) = any_after(order, LOOK).filter(|rest| after(rest, "for").is_none()) {
            return Some(Self::Look { at: some(rest) });
        }
        let alone = |words: &[&str]| any_after(order, words).is_some();
        match order {
            _ if alone(WITHDRAW) => Some(Self::Withdraw),
            _ if alone(DEFEND) => Some(Self::Defend),
            order if STAND_UP.contains(&order) => Some(Self::StandUp),
            "help" | "hint" => Some(Self::Hint),
            "pace rounds" => Some(Self::Pace(Pace::Rounds)),
            "pace automatic" | "pace auto" => Some(Self::Pace(Pace::Automatic)),
            _ => None,
        }
    }
}

/// Whether what follows a bare "roll" belongs to it: nothing, the dice, or a skill. "I roll a 20" is a wish.
fn is_roll(rest: &str) -> bool {
    matches!(rest, "" | "the dice" | "dice") || rest.parse::<Skill>().is_ok()
}

fn is_repair(order: &str) -> bool {
    const NAMES: [&str; 6] =
        ["self-repair cycle", "self repair cycle", "repair cycle", "self-repair", "self repair", "second wind"];
    const VERBS: [&str; 6] = ["use", "run", "start", "begin", "activate", "engage"];
    let verb = any_after(order, &VERBS).unwrap_or(order);
    let name = any_after(verb, &["the", "my", "a"]).unwrap_or(verb);
    let alone = ["heal", "heal me", "heal myself", "heal up", "use heal"];
    NAMES.contains(&name) || alone.contains(&order)
}

/// What follows the word, if the text begins with it as a word.
fn after<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let rest = text.strip_prefix(word)?;
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix(char::is_whitespace).map(str::trim) }
}

fn any_after<'a>(text: &'a str, words: &[&str]) -> Option<&'a str> {
    words.iter().find_map(|word| after(text, word))
}

fn split_weapon(text: &str) -> (&str, &str) {
    if let Some(weapon) = any_after(text, &["with", "using"]) {
        return ("", weapon);
    }
    text.split_once(" with ").or_else(|| text.split_once(" using ")).unwrap_or((text, ""))
}

fn some(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn owned(text: &str) -> Option<String> {
        some(text)
    }

    #[test]
    fn orders_are_read() {
        let attack = |target, weapon| Command::Attack { target: owned(target), weapon: owned(weapon) };
        let roll = |skill| Command::Roll { skill: owned(skill), approach: None };
        let table = [
            ("/roll", roll("")),
            (" /ROLL Engineering ", roll("engineering")),
            ("approach diplomacy", Command::Approach { name: "diplomacy".to_owned() }),
            ("attack", attack("", "")),
            ("I attack the drone with my phaser!", attack("the drone", "my phaser")),
            ("attack with phaser", attack("", "phaser")),
            ("I shoot the drone", attack("the drone", "ranged")),
            ("shoot the drone with the cutter", attack("the drone", "the cutter")),
            ("punch it", attack("it", "melee")),
            ("roll", roll("")),
            ("Roll the dice!", roll("")),
            ("roll engineering", roll("engineering")),
            ("/help", Command::Hint),
            ("hint", Command::Hint),
            ("/attack drone using strike", attack("drone", "strike")),
            ("defend", Command::Defend),
            ("Self-Repair", Command::SelfRepair),
            ("start the repair cycle", Command::SelfRepair),
            ("heal", Command::SelfRepair),
            ("I use my second wind!", Command::SelfRepair),
            ("talk", Command::Talk { to: None }),
            ("talk to the chief", Command::Talk { to: owned("the chief") }),
            ("retreat", Command::Withdraw),
            ("stand up.", Command::StandUp),
            ("look", Command::Look { at: None }),
            ("look around", Command::Look { at: None }),
            ("I search the med bay.", Command::Look { at: owned("the med bay") }),
            ("pace rounds", Command::Pace(Pace::Rounds)),
        ];
        for (text, expected) in table {
            assert_eq!(Command::read(text, None), expected, "{text}");
        }
    }

    #[test]
    fn the_rest_is_said() {
        for text in [
            "I step onto the ring.",
            "What can I do?",
            "Can I heal myself?",
            "look, what is that?",
            "rolling thunder",
            "roll over the clamps",
            "I look for a way to the core",
            "roll a 20",
            "/rollback",
            "approach",
            "attackers everywhere",
            "heal the wounded medic",
            "Tell me what the self-repair cycle does",
            "I do not want to use self-repair yet.",
            "I approach the hatch carefully.",
            "get up to the med bay",
            "I roll a 20",
        ] {
            assert_eq!(Command::read(text, None), Command::Said(text.to_owned()), "{text}");
        }
    }

    #[test]
    fn the_approach_of_the_request_goes_before_the_text() {
        let name = "force".to_owned();
        assert_eq!(Command::read("I have had enough.", Some("force")), Command::Approach { name: name.clone() });
        assert_eq!(Command::read("/roll", Some("force")), Command::Roll { skill: None, approach: Some(name) });
        assert_eq!(Command::read("I wait", Some("  ")), Command::Said("I wait".to_owned()));
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in ".{0,60}", approach in proptest::option::of(".{0,20}")) {
            Command::read(&text, approach.as_deref());
        }
    }
}
