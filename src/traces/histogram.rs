//! How times are distributed, in few bytes: histograms that add up exactly, whatever was summed up first.
//!
//! Bucket `k` holds what is above `GROWTH^(k-2)` and at most `GROWTH^(k-1)` nanoseconds, bucket 0 nothing at all. Told as the
//! middle of its bucket, no value is off by more than `(GROWTH-1)/(GROWTH+1)`, 2.5 %. After DDSketch (Masson, Rim and Lee, 2019).

use std::collections::BTreeMap;

const GROWTH: f64 = 1.05;

/// How many values fell into which bucket.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Histogram {
    buckets: BTreeMap<u32, u64>,
}

impl Histogram {
    /// Counts a time of so many nanoseconds.
    pub fn add(&mut self, nanos: u64) {
        *self.buckets.entry(bucket(nanos)).or_default() += 1;
    }

    /// Counts all that `other` counted.
    pub fn merge(&mut self, other: &Self) {
        for (bucket, count) in &other.buckets {
            let sum = self.buckets.entry(*bucket).or_default();
            *sum = sum.saturating_add(*count);
        }
    }

    /// How many values there are.
    pub fn count(&self) -> u64 {
        self.buckets.values().fold(0, |sum, count| sum.saturating_add(*count))
    }

    /// The value that `share` (0 to 1) of all values do not exceed, in nanoseconds, within 2.5 %; none when there are no values.
    /// It is that of the nearest rank: the smallest value with at least this share at or below it.
    pub fn quantile(&self, share: f64) -> Option<f64> {
        let rank = ((self.count() as f64 * share).ceil() as u64).max(1);
        let mut seen = 0_u64;
        for (bucket, count) in &self.buckets {
            seen = seen.saturating_add(*count);
            if seen >= rank {
                return Some(middle(*bucket));
            }
        }
        self.buckets.last_key_value().map(|(bucket, _)| middle(*bucket))
    }

    /// As bytes: the distance of each bucket from the one before, and its count, as varints.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.buckets.len() * 3);
        let mut before = 0;
        for (bucket, count) in &self.buckets {
            write(&mut bytes, u64::from(bucket - before));
            write(&mut bytes, *count);
            before = *bucket;
        }
        bytes
    }

    /// Adds what was written by [`Histogram::to_bytes`]; from anything else, what can be read of it.
    pub fn merge_bytes(&mut self, mut bytes: &[u8]) {
        let mut bucket = 0_u32;
        while let Some(distance) = read(&mut bytes)
            && let Some(count) = read(&mut bytes)
        {
            bucket = bucket.saturating_add(u32::try_from(distance).unwrap_or(u32::MAX));
            let sum = self.buckets.entry(bucket).or_default();
            *sum = sum.saturating_add(count);
        }
    }
}

fn bucket(nanos: u64) -> u32 {
    if nanos == 0 { 0 } else { 1 + ((nanos as f64).ln() / GROWTH.ln()).ceil() as u32 }
}

fn middle(bucket: u32) -> f64 {
    if bucket == 0 { 0.0 } else { 2.0 * GROWTH.powf(f64::from(bucket) - 1.0) / (GROWTH + 1.0) }
}

fn write(bytes: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        bytes.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

fn read(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0_u64;
    for place in 0..10 {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u64::from(byte & 0x7f) << (7 * place).min(63);
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Values of every size that a time can have.
    fn times() -> impl Strategy<Value = Vec<u64>> {
        prop::collection::vec((0_u32..60, 0_u64..1 << 20).prop_map(|(size, value)| value << size >> 20), 1..200)
    }

    proptest! {
        #[test]
        fn quantiles_of_merged_parts_are_those_of_the_whole(parts in prop::collection::vec(times(), 1..6), share in 0.0..=1.0_f64) {
            let mut merged = Histogram::default();
            for part in &parts {
                let mut histogram = Histogram::default();
                part.iter().for_each(|time| histogram.add(*time));
                merged.merge_bytes(&histogram.to_bytes());
            }
            let mut all = parts.concat();
            all.sort_unstable();
            let rank = ((all.len() as f64 * share).ceil() as usize).max(1);
            let (exact, told) = (all[rank - 1] as f64, merged.quantile(share).unwrap());
            prop_assert!((told - exact).abs() <= exact * 0.05, "{told} for {exact}");
            prop_assert_eq!(merged.count(), all.len() as u64);
        }

        #[test]
        fn merging_is_adding(left in times(), right in times()) {
            let of = |times: &[u64]| {
                let mut histogram = Histogram::default();
                times.iter().for_each(|time| histogram.add(*time));
                histogram
            };
            let mut sum = of(&left);
            sum.merge(&of(&right));
            prop_assert_eq!(sum, of(&[left, right].concat()));
        }

        #[test]
        fn any_bytes_are_some_histogram(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
            let mut histogram = Histogram::default();
            histogram.merge_bytes(&bytes);
            histogram.quantile(0.5);
        }
    }

    #[test]
    fn a_usual_minute_takes_few_bytes() {
        let mut histogram = Histogram::default();
        (0..1000).for_each(|call| histogram.add(800_000_000 + call * 1_200_000));
        assert_eq!(histogram.to_bytes().len(), 39);
        assert_eq!(Histogram::default().quantile(0.5), None);
    }
}
