//! The prompt cache: which beginning of a prompt was seen before, for how long, and what that does to the count.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The usual time after which an entry that nobody used is gone.
pub(super) const SHORT: Duration = Duration::from_secs(5 * 60);

/// The time that costs more.
pub(super) const LONG: Duration = Duration::from_secs(60 * 60);

/// The most beginnings kept at once.
const ROOM: usize = 100_000;

/// How many blocks before a breakpoint are looked at, as at Anthropic's.
const LOOK_BACK: usize = 20;

/// Beginnings of prompts that were seen, without their words.
#[derive(Default)]
pub(super) struct Cache {
    kept: Mutex<HashMap<u64, Kept>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Kept {
    /// How long it lasts after each use.
    life: Duration,
    until: Duration,
}

/// A place in a prompt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark {
    /// Stands for everything up to here, for the model and for whoever asks.
    pub(super) digest: u64,
    /// How many tokens come before.
    pub(super) tokens: u64,
    /// How long the beginning up to here is to be kept; not at all without it.
    pub(super) life: Option<Duration>,
}

/// What the cache does for one prompt, in tokens.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) read: u64,
    /// Written for no longer than [`SHORT`].
    pub(super) short: u64,
    /// Written for longer.
    pub(super) long: u64,
    /// What can be read from the first token of the answer on.
    fresh: Vec<(u64, Kept)>,
}

impl Found {
    pub(super) const fn written(&self) -> u64 {
        self.short + self.long
    }
}

impl Cache {
    /// Reads the longest beginning that is known, and notes what is to be written. Beginnings of fewer than `least` tokens
    /// are not for the cache.
    pub(super) fn look_up(&self, marks: &[Mark], least: u64, now: Duration) -> Found {
        let breakpoints = || marks.iter().enumerate().filter(|(_, mark)| mark.life.is_some() && mark.tokens >= least);
        if breakpoints().next().is_none() {
            return Found::default();
        }
        let mut kept = self.kept();
        let known = |index: &usize| kept.get(&marks[*index].digest).is_some_and(|kept| kept.until > now);
        let hit = breakpoints().rev().find_map(|(at, _)| (at.saturating_sub(LOOK_BACK - 1)..=at).rev().find(known));
        if let Some(kept) = hit.and_then(|hit| kept.get_mut(&marks[hit].digest)) {
            kept.until = now + kept.life;
        }
        let mut found = Found { read: hit.map_or(0, |hit| marks[hit].tokens), ..Found::default() };
        let mut before = found.read;
        for (_, mark) in breakpoints().filter(|(at, _)| hit.is_none_or(|hit| *at > hit)) {
            let life = mark.life.unwrap_or(SHORT);
            let tokens = mark.tokens.saturating_sub(before);
            *(if life > SHORT { &mut found.long } else { &mut found.short }) += tokens;
            found.fresh.push((mark.digest, Kept { life, until: now + life }));
            before = mark.tokens;
        }
        found
    }

    /// Lets others read what `found` wrote.
    pub(super) fn publish(&self, found: &Found, now: Duration) {
        if found.fresh.is_empty() {
            return;
        }
        let mut kept = self.kept();
        if kept.len() + found.fresh.len() > ROOM {
            kept.retain(|_, kept| kept.until > now);
            if kept.len() + found.fresh.len() > ROOM {
                kept.clear();
            }
        }
        kept.extend(found.fresh.iter().copied().take(ROOM));
    }

    /// Forgets everything.
    pub(super) fn reset(&self) {
        self.kept().clear();
    }

    fn kept(&self) -> MutexGuard<'_, HashMap<u64, Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Duration = Duration::from_secs(1000);

    fn mark(digest: u64, tokens: u64, life: Option<Duration>) -> Mark {
        Mark { digest, tokens, life }
    }

    fn counts(found: &Found) -> (u64, u64, u64) {
        (found.read, found.short, found.long)
    }

    #[test]
    fn a_beginning_is_written_once_and_read_until_nobody_used_it_for_its_time() {
        let cache = Cache::default();
        let marks = [mark(1, 1500, Some(SHORT)), mark(2, 1600, None)];
        let first = cache.look_up(&marks, 1024, NOW);
        assert_eq!(counts(&first), (0, 1500, 0));
        assert_eq!(counts(&cache.look_up(&marks, 1024, NOW)), (0, 1500, 0), "nothing is there before an answer began");
        cache.publish(&first, NOW);
        let almost = NOW + SHORT - Duration::from_secs(1);
        for time in [NOW, almost, almost + SHORT - Duration::from_secs(1)] {
            assert_eq!(counts(&cache.look_up(&marks, 1024, time)), (1500, 0, 0), "{time:?}");
        }
        assert_eq!(counts(&cache.look_up(&marks, 1024, almost + SHORT + SHORT)), (0, 1500, 0));
    }

    #[test]
    fn what_follows_a_known_beginning_is_written_by_its_own_time() {
        let cache = Cache::default();
        let long = mark(1, 1500, Some(LONG));
        cache.publish(&cache.look_up(&[long], 1024, NOW), NOW);
        let found = cache.look_up(&[long, mark(2, 1800, None), mark(3, 2000, Some(SHORT))], 1024, NOW);
        assert_eq!(counts(&found), (1500, 500, 0));
        assert_eq!(
            counts(&cache.look_up(&[mark(1, 1500, None), mark(4, 1700, Some(LONG))], 1024, NOW)),
            (1500, 0, 200)
        );
    }

    #[test]
    fn short_prompts_and_far_breakpoints_find_nothing() {
        let cache = Cache::default();
        let short = [mark(1, 1000, Some(SHORT))];
        assert_eq!(cache.look_up(&short, 1024, NOW), Found::default());
        cache.publish(&cache.look_up(&[mark(1, 1100, Some(SHORT))], 1024, NOW), NOW);
        let blocks = |count: u64| -> Vec<Mark> {
            let rest = (2..=count).map(|number| mark(number, 1100 + number, (number == count).then_some(SHORT)));
            std::iter::once(mark(1, 1100, None)).chain(rest).collect()
        };
        assert_eq!(cache.look_up(&blocks(20), 1024, NOW).read, 1100);
        assert_eq!(cache.look_up(&blocks(21), 1024, NOW).read, 0);
    }

    #[test]
    fn it_is_bounded() {
        let cache = Cache::default();
        for digest in 0..=ROOM as u64 {
            cache.publish(&cache.look_up(&[mark(digest, 2000, Some(LONG))], 1024, NOW), NOW);
        }
        assert!(cache.kept().len() <= ROOM);
    }
}
