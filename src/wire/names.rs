//! What the names of models tell: which rules and limits a real model of that name has. Other names are fine, too, and
//! have the mildest rules.

use std::time::Duration;

use super::cache::SHORT;

/// Anthropic's models.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Claude<'a> {
    line: &'a str,
    version: (u32, u32),
}

impl<'a> Claude<'a> {
    /// `claude-opus-5-5`, `claude-sonnet-4-5-20250929`; none for other names.
    pub(super) fn read(model: &'a str) -> Option<Self> {
        let name = model.rsplit('/').next()?.strip_prefix("claude-")?;
        let line = name.split('-').next().filter(|line| !line.is_empty())?;
        let mut numbers = name.split(['-', '.']).filter_map(|part| part.parse().ok()).filter(|part| *part < 1000);
        Some(Self { line, version: (numbers.next()?, numbers.next().unwrap_or(0)) })
    }

    /// Whether temperature and the like are accepted.
    pub(super) fn samples(self) -> bool {
        self.version <= (4, 6)
    }

    /// Whether the last message may be the beginning of the answer.
    pub(super) fn takes_prefill(self) -> bool {
        self.version < (4, 6)
    }

    /// Whether thinking may be given a fixed budget.
    pub(super) fn thinks_by_budget(self) -> bool {
        self.version <= (4, 6)
    }

    /// Whether a tool may be forced.
    pub(super) fn can_be_forced(self) -> bool {
        match self.line {
            "opus" | "sonnet" => self.version < (5, 5),
            "fable" | "mythos" => self.version < (5, 1),
            _ => true,
        }
    }

    /// The fewest tokens that are worth keeping.
    pub(super) fn least_cached(self) -> u64 {
        match (self.line, self.version) {
            (_, (5, 5..) | (6.., _)) | ("opus" | "fable" | "mythos", (5, _)) => 512,
            ("opus", (4, 8)) | ("sonnet", _) => 1024,
            ("opus", (4, 7)) => 2048,
            _ => 4096,
        }
    }

    /// How many tokens go in.
    pub(super) fn context(self) -> u64 {
        if self.version < (4, 6) { 200_000 } else { 1_000_000 }
    }

    /// How many tokens come out at most.
    pub(super) fn longest_answer(self) -> u32 {
        if self.version < (4, 6) { 64_000 } else { 128_000 }
    }
}

/// OpenAI's models.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Gpt {
    version: (u32, u32),
    reasons: bool,
}

impl Gpt {
    /// `gpt-6.1-sol`, `gpt-4o-mini`, `o3`; none for other names.
    pub(super) fn read(model: &str) -> Option<Self> {
        let name = model.rsplit('/').next()?;
        let digits = |text: &str| text.chars().take_while(char::is_ascii_digit).collect::<String>().parse::<u32>().ok();
        if let Some(rest) = name.strip_prefix("gpt-") {
            let major = digits(rest)?;
            let minor = rest.split_once('.').and_then(|(_, minor)| digits(minor)).unwrap_or(0);
            return Some(Self { version: (major, minor), reasons: major >= 5 });
        }
        let number = name.strip_prefix('o').and_then(digits)?;
        Some(Self { version: (4, number), reasons: true })
    }

    /// Whether it thinks first, and so takes fewer parameters.
    pub(super) const fn reasons(self) -> bool {
        self.reasons
    }

    /// How long the cache keeps what it was given, and whether writing is counted.
    pub(super) fn cache(self) -> (Duration, bool) {
        if self.version >= (5, 6) { (Duration::from_secs(30 * 60), true) } else { (SHORT, false) }
    }

    /// How many tokens go in.
    pub(super) fn context(self) -> u64 {
        match self.version {
            (4, 1) if !self.reasons => 1_047_576,
            (4, _) if self.reasons => 200_000,
            (..=4, _) => 128_000,
            (5, ..=3) => 272_000,
            _ => 922_000,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn claudes_are_told_by_line_and_version() {
        let least = |model| Claude::read(model).map(Claude::least_cached);
        assert_eq!(least("claude-opus-5-5"), Some(512));
        assert_eq!(least("claude-opus-4-8"), Some(1024));
        assert_eq!(least("claude-opus-4-7"), Some(2048));
        assert_eq!(least("anthropic/claude-haiku-4-5-20251001"), Some(4096));
        assert_eq!(least("claude-sonnet-4-6"), Some(1024));
        assert_eq!(least("gpt-4o"), None);
        let old = Claude::read("claude-sonnet-4-5-20250929").unwrap();
        assert!(old.samples() && old.takes_prefill() && old.can_be_forced() && old.context() == 200_000);
        let new = Claude::read("claude-opus-5-5").unwrap();
        assert!(!new.samples() && !new.takes_prefill() && !new.can_be_forced() && !new.thinks_by_budget());
    }

    #[test]
    fn gpts_are_told_by_version() {
        assert_eq!(Gpt::read("gpt-4o-mini").map(Gpt::context), Some(128_000));
        assert_eq!(Gpt::read("openai/gpt-6.1-sol").map(Gpt::cache), Some((Duration::from_secs(1800), true)));
        assert!(Gpt::read("o3").unwrap().reasons() && Gpt::read("gpt-5-mini").unwrap().reasons());
        assert!(!Gpt::read("gpt-4.1").unwrap().reasons());
        for other in ["gpt-oss:20b", "olmo-3", "llama3.2", "o", ""] {
            assert_eq!(Gpt::read(other), None, "{other}");
        }
    }
}
