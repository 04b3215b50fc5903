//! Chance that always falls the same way: numbers drawn from a seed.

/// A stream of numbers.
pub(crate) struct Chance {
    state: u64,
}

impl Chance {
    pub(crate) fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// A number from a bell curve around 0 with standard deviation 1.
    pub(crate) fn normal(&mut self) -> f64 {
        // Twelve uniform numbers have a variance of one.
        (0..12).map(|_| self.unit()).sum::<f64>() - 6.0
    }

    /// A number from 0 up to, but never, 1.
    pub(crate) fn unit(&mut self) -> f64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let high = u32::try_from(mix(self.state, 0) >> 32).unwrap_or(u32::MAX);
        f64::from(high) / (f64::from(u32::MAX) + 1.0)
    }
}

/// Two numbers into one that looks like neither.
pub(crate) fn mix(a: u64, b: u64) -> u64 {
    let mut sum = (a ^ b.rotate_left(32)).wrapping_add(0x9e37_79b9_7f4a_7c15);
    sum = (sum ^ (sum >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    sum = (sum ^ (sum >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    sum ^ (sum >> 31)
}

/// A text as a number, the same on every machine and in every release.
pub(crate) fn digest(seed: u64, text: &str) -> u64 {
    let words = text.as_bytes().chunks(8).map(|chunk| {
        let mut word = [0; 8];
        word[..chunk.len()].copy_from_slice(chunk);
        u64::from_le_bytes(word)
    });
    words.fold(mix(seed, text.len() as u64), mix)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_notices_every_change() {
        let texts = ["", "a", "b", "ab", "ba", "a\0", "aaaaaaaa", "aaaaaaaab", "aaaaaaaaa"];
        for (index, text) in texts.iter().enumerate() {
            for other in &texts[..index] {
                assert_ne!(digest(1, text), digest(1, other), "{text:?} {other:?}");
            }
            assert_ne!(digest(1, text), digest(2, text));
        }
    }

    #[test]
    fn the_bell_curve_is_centred_and_as_wide_as_it_says() {
        let mut chance = Chance::new(3);
        let drawn: Vec<f64> = (0..4000).map(|_| chance.normal()).collect();
        let mean = drawn.iter().sum::<f64>() / 4000.0;
        let variance = drawn.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / 4000.0;
        assert!(mean.abs() < 0.05 && (variance - 1.0).abs() < 0.1, "{mean} {variance}");
    }
}
