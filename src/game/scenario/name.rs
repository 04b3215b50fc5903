//! Names of packs, and how a scenario can end.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The name of a pack, which is also the name of its folder: 1 to 64 of `a-z`, `0-9` and `-`. Nothing else ever becomes
/// part of a path.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PackName(String);

/// The text is no name of a pack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a name of a scenario: expected 1 to 64 of a-z, 0-9 and '-'")]
pub struct NotAPackName;

impl PackName {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for PackName {
    type Err = NotAPackName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let sound = (1..=64).contains(&text.len()) && text.bytes().all(fits);
        if sound { Ok(Self(text.to_owned())) } else { Err(NotAPackName) }
    }
}

impl TryFrom<String> for PackName {
    type Error = NotAPackName;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<PackName> for String {
    fn from(name: PackName) -> Self {
        name.0
    }
}

impl fmt::Display for PackName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// How a scenario ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// With words.
    Peaceful,
    /// With a clever hand.
    Contained,
    /// With a fight that was won.
    Force,
    /// With no hit points left.
    Defeated,
}

impl Outcome {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Peaceful, Self::Contained, Self::Force, Self::Defeated];

    /// The name in lower case.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Peaceful => "peaceful",
            Self::Contained => "contained",
            Self::Force => "force",
            Self::Defeated => "defeated",
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// The text is no outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no such outcome; choose one of: peaceful, contained, force, defeated")]
pub struct UnknownOutcome;

impl FromStr for Outcome {
    type Err = UnknownOutcome;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|outcome| outcome.name() == text).ok_or(UnknownOutcome)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_can_be_a_folder_and_nothing_else() {
        for name in ["silent-relay", "a", "7", &"x".repeat(64)] {
            assert_eq!(name.parse::<PackName>().map(|name| name.to_string()), Ok(name.to_owned()));
        }
        for text in ["", "..", "a/b", "a\\b", "A", "a b", "a.toml", "größe", "a\0", &"x".repeat(65), "/etc"] {
            assert_eq!(text.parse::<PackName>(), Err(NotAPackName), "{text:?}");
            assert!(serde_json::from_value::<PackName>(text.into()).is_err(), "{text:?}");
        }
    }
}
