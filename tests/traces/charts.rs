//! Charts from sums: they agree with the calls that they were made from.

use std::time::Duration;

use proptest::prelude::*;
use zeroth::traces::{CallQuery, Dimension, Filter, Place, ReadError, SeriesQuery, Status, Traces};

use crate::stage::{self, NOON, accept, at, call, failed, number, with};

#[tokio::test]
async fn a_line_for_each_component() {
    let traces = stage::in_memory();
    let calls = (1..=100).map(|place| {
        let one = call(place, place, place * 1000, place * 10);
        let one = if place % 4 == 0 { with(one, "zeroth.component", "judge") } else { one };
        if place % 10 == 0 { failed(one, "timeout") } else { one }
    });
    accept(&traces, calls.collect()).await;
    let query = SeriesQuery { by: Some(Dimension::Component), step: 60, ..SeriesQuery::default() };
    let lines = traces.series(query).await.unwrap();
    let told: Vec<_> = lines
        .iter()
        .map(|line| {
            let buckets: Vec<_> = line.buckets.iter().map(|bucket| (bucket.at, bucket.calls)).collect();
            (line.name.as_deref().unwrap(), line.total.calls, line.total.errors["timeout"], buckets)
        })
        .collect();
    assert_eq!(
        told,
        [
            ("narrator", 75, 5, vec![(at(0), 45), (at(60_000), 30)]),
            ("judge", 25, 5, vec![(at(0), 14), (at(60_000), 11)]),
        ]
    );
    let [p50, p95, p99] = lines[1].total.duration.unwrap();
    for (told, exact) in [(p50, 0.52), (p95, 0.96), (p99, 1.0)] {
        assert!((told - exact).abs() <= exact * 0.05, "{told} for {exact}");
    }
}

#[tokio::test]
async fn what_caches_saved() {
    let traces = stage::in_memory();
    // 1 dollar a million; 0.10 when it is read from the cache, 1.25 when it is written to it.
    let cached = |place: u64, read, written| {
        let mut call = call(place, place, place * 60_000, 10);
        call.attributes.push(number("gen_ai.usage.cache_read.input_tokens", read));
        call.attributes.push(number("gen_ai.usage.cache_creation.input_tokens", written));
        call
    };
    let elsewhere = with(cached(3, 800, 0), "gen_ai.provider.name", "ollama");
    accept(&traces, vec![cached(1, 800, 0), cached(2, 0, 400), elsewhere]).await;
    let lines = traces.series(SeriesQuery { step: 60, ..SeriesQuery::default() }).await.unwrap();
    let saved: Vec<i64> = lines[0].buckets.iter().map(|bucket| (bucket.saved * 1e9).round() as i64).collect();
    assert_eq!(saved, [720_000, -100_000, 0], "in billionths of a dollar");
    assert!((lines[0].total.saved - 0.000_62).abs() < 1e-12, "{}", lines[0].total.saved);
}

#[tokio::test]
async fn what_sums_do_not_know_is_refused() {
    let traces = stage::in_memory();
    let by_talk = Filter { conversation: Some("talk".to_owned()), ..Filter::default() };
    let ages = Filter { from: Some(0), until: Some(at(0)), ..Filter::default() };
    for query in [
        SeriesQuery { filter: by_talk, ..SeriesQuery::default() },
        SeriesQuery { step: 61, ..SeriesQuery::default() },
        SeriesQuery { filter: ages, step: 60, ..SeriesQuery::default() },
    ] {
        assert!(matches!(traces.series(query).await, Err(ReadError::Query(_))));
    }
    assert!(traces.series(SeriesQuery::default()).await.unwrap().is_empty());
}

#[tokio::test]
async fn facets_are_what_one_can_filter_by() {
    let traces = stage::in_memory();
    accept(&traces, vec![call(1, 1, 0, 10), with(call(2, 2, 0, 10), "team", "blue"), call(3, 3, 7_200_000, 10)]).await;
    let facets = traces.facets(None, Some(at(3_600_000))).await.unwrap();
    let teams: Vec<_> = facets.teams.iter().map(|team| (team.value.as_str(), team.calls)).collect();
    assert_eq!(teams, [("blue", 1), ("red", 1)]);
    assert_eq!((facets.models[0].value.as_str(), facets.errors.len()), ("claude-haiku-4-5", 0));
}

#[tokio::test]
async fn what_is_older_than_the_minutes_is_told_by_the_hour() {
    let hand = stage::hand();
    let traces = stage::open(stage::config(Place::Memory), hand.clone());
    let day = 24 * 3600;
    accept(&traces, vec![call(1, 1, 0, 10), call(2, 2, 5_000_000, 10)]).await;
    hand.forward(Duration::from_secs(20 * day));
    stage::tend(&traces);
    let late = 20 * day * 1000 - 60_000;
    accept(&traces, vec![call(3, 3, late, 10)]).await;
    let ask = async |from: i64, until: i64, step| {
        let filter = Filter { from: Some(from), until: Some(until), ..Filter::default() };
        let lines = traces.series(SeriesQuery { filter, by: None, step }).await.unwrap();
        let buckets: Vec<_> = lines[0].buckets.iter().map(|bucket| (bucket.at, bucket.calls)).collect();
        (lines[0].step, buckets)
    };
    let half = at(1_800_000);
    assert_eq!(ask(half, half + 3_600_000_000, 60).await, (3600, vec![(at(0), 1), (at(3_600_000), 1)]));
    let (step, buckets) = ask(half, at(late + 60_000), 0).await;
    assert_eq!((step % 3600, buckets.iter().map(|bucket| bucket.1).sum::<i64>()), (0, 3));
    assert_eq!(ask(at(late - 60_000), at(late + 60_000), 60).await, (60, vec![(at(late), 1)]));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// In any stretch of whole minutes, sums by minute, sums by hour and the list say the same.
    #[test]
    fn charts_and_lists_agree(
        calls in prop::collection::vec((0_u64..10_800, 1_u64..90_000, 0_usize..3, 0_usize..3), 1..120),
        from in 0_u64..180, length in 1_u64..180,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let traces = stage::in_memory();
            let spans = calls.iter().zip(1..).map(|((second, millis, component, outcome), id)| {
                let one = with(call(id, id, second * 1000, *millis), "zeroth.component", ["a", "b", "c"][*component]);
                if *outcome == 0 { failed(one, "timeout") } else { one }
            });
            accept(&traces, spans.collect()).await;
            let stretch = |from: u64, length: u64| Filter {
                from: Some(at(from * 60_000)),
                until: Some(at((from + length) * 60_000)),
                ..Filter::default()
            };
            agree(&traces, stretch(from, length), 60).await;
            agree(&traces, stretch(60, 60), 3600).await;
            agree(&traces, Filter { component: Some("a".to_owned()), ..stretch(from, length) }, 120).await;
            agree(&traces, Filter { status: Some(Status::Error), ..stretch(0, 180) }, 3600).await;
        });
    }
}

async fn agree(traces: &Traces, filter: Filter, step: i64) {
    let list = traces.calls(CallQuery { filter: filter.clone(), limit: 500, ..CallQuery::default() }).await.unwrap();
    let total = &list.total;
    for by in [None, Some(Dimension::Component), Some(Dimension::Error), Some(Dimension::Model)] {
        let lines = traces.series(SeriesQuery { filter: filter.clone(), by, step }).await.unwrap();
        let sum = |of: fn(&zeroth::traces::Bucket) -> i64| {
            let parts: i64 = lines.iter().flat_map(|line| &line.buckets).map(of).sum();
            assert_eq!(parts, lines.iter().map(|line| of(&line.total)).sum::<i64>(), "parts make the whole");
            parts
        };
        assert_eq!(sum(|bucket| bucket.calls), total.calls, "{filter:?} by {by:?}");
        assert_eq!(sum(|bucket| bucket.errors.values().sum()), total.errors);
        assert_eq!(sum(|bucket| bucket.input), total.input);
        let cost: f64 = lines.iter().map(|line| line.total.cost).sum();
        assert!((cost - total.cost).abs() < 1e-9);
    }
    let mut times: Vec<f64> = list.calls.iter().map(|call| call.duration).collect();
    times.sort_by(f64::total_cmp);
    let lines = traces.series(SeriesQuery { filter, by: None, step }).await.unwrap();
    let Some(line) = lines.first() else { return assert!(times.is_empty()) };
    for (told, share) in line.total.duration.unwrap().into_iter().zip([0.5, 0.95, 0.99]) {
        let exact = times[(times.len() as f64 * share).ceil() as usize - 1];
        assert!((told - exact).abs() <= exact * 0.05, "{told} for {exact}");
    }
    assert!(line.buckets.iter().all(|bucket| bucket.at >= (NOON * 1_000_000) as i64));
}
