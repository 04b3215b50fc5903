//! The slowest and the dearest, and totals: whichever way they are found, it is what all calls come to.

use proptest::prelude::*;
use zeroth::traces::{CallItem, CallQuery, Config, Filter, Place, Sort, Status, Total, Traces};

use crate::stage::{self, accept, at, call, failed, number, with};

/// So many calls, whose order in time says nothing of how long they took or what they cost.
fn calls(first: u64, count: u64) -> Vec<opentelemetry_proto::tonic::trace::v1::Span> {
    let one = |id: u64| {
        let chance = id.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20;
        let mut one =
            with(call(id, id, id * 1000, 1 + chance % 997), "zeroth.component", ["a", "b", "c"][id as usize % 3]);
        one.attributes.retain(|pair| pair.key != "gen_ai.usage.output_tokens");
        one.attributes.push(number("gen_ai.usage.output_tokens", (chance % 89) as i64));
        if chance.is_multiple_of(7) { failed(one, "timeout") } else { one }
    };
    (first..first + count).map(one).collect()
}

/// All calls of a filter, in the order of time.
async fn all(traces: &Traces, filter: &Filter) -> (Vec<CallItem>, Total) {
    let mut query = CallQuery { filter: filter.clone(), limit: 500, ..CallQuery::default() };
    let (mut calls, mut total) = (Vec::new(), None);
    loop {
        let page = traces.calls(query.clone()).await.unwrap();
        calls.extend(page.calls);
        total = total.or(Some(page.total));
        query.after = page.next;
        if query.after.is_none() {
            return (calls, total.unwrap());
        }
    }
}

async fn check(traces: &Traces, filter: Filter) {
    let (mut calls, total) = all(traces, &filter).await;
    let cost: f64 = calls.iter().filter_map(|call| call.cost).sum();
    assert!((total.cost - cost).abs() < 1e-9, "{filter:?}");
    let sum = |of: fn(&CallItem) -> i64| calls.iter().map(of).sum::<i64>();
    let counted = Total {
        calls: calls.len() as i64,
        errors: sum(|call| i64::from(call.error.is_some())),
        input: sum(|call| call.tokens.input.unwrap()),
        output: sum(|call| call.tokens.output.unwrap()),
        cost: total.cost,
        at_least: false,
    };
    assert_eq!(total, counted, "{filter:?}");
    for sort in [Sort::Duration, Sort::Cost] {
        let key = |call: &CallItem| if sort == Sort::Cost { call.cost.unwrap() } else { call.duration };
        calls.sort_by(|left, right| key(right).total_cmp(&key(left)).then(right.at.cmp(&left.at)));
        let mut query = CallQuery { filter: filter.clone(), sort, limit: 2, ..CallQuery::default() };
        for expected in calls.chunks(2).take(3) {
            let page = traces.calls(query.clone()).await.unwrap();
            let told: Vec<_> = page.calls.iter().map(|call| (key(call), call.at)).collect();
            let expected: Vec<_> = expected.iter().map(|call| (key(call), call.at)).collect();
            assert_eq!(told, expected, "{filter:?} by {sort:?} after {:?}", query.after);
            query.after = page.next;
        }
    }
}

fn filters(from: u64, until: u64) -> [Filter; 6] {
    let none = Filter::default();
    [
        none.clone(),
        Filter { from: Some(at(from)), until: Some(at(until)), ..none.clone() },
        Filter { until: Some(at(until)), component: Some("a".to_owned()), ..none.clone() },
        Filter { from: Some(at(from)), status: Some(Status::Error), ..none.clone() },
        Filter { run: Some(1), service: Some("game".to_owned()), component: Some("b".to_owned()), ..none.clone() },
        Filter { min_duration: Some(0.4), error: Some("timeout".to_owned()), ..none },
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    /// Also when the edges are within a minute, when some is pruned, and when a run is being deleted.
    #[test]
    fn ranks_and_totals_are_those_of_the_list(from in 0_u64..400_000, length in 0_u64..900_000, pruned in 1_u64..5) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let hand = stage::hand();
            let hour = std::time::Duration::from_secs(3600);
            let traces = stage::open(Config { max_age: hour * 9, ..stage::config(Place::Memory) }, hand.clone());
            for part in 0..5 {
                accept(&traces, calls(1 + part * 150, 150)).await;
                hand.forward(hour * 2);
            }
            for filter in filters(from, from + length) {
                check(&traces, filter).await;
            }
            hand.forward(hour * 2 * pruned as u32 - hour);
            stage::tend(&traces);
            for filter in filters(from, from + length) {
                check(&traces, filter).await;
            }
            traces.accept(stage::batch("other", calls(2000, 40))).await.unwrap();
            traces.delete_run(1).await.unwrap();
            check(&traces, Filter::default()).await;
            assert_eq!(all(&traces, &Filter::default()).await.1.calls, 40, "what is deleted is not listed any more");
            let sums = traces.series(Default::default()).await.unwrap();
            assert_eq!(sums[0].total.calls, 40, "nor is it in charts");
        });
    }
}

#[tokio::test]
async fn the_highest_come_from_all_blocks_of_ids() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("traces.db");
    let config = || stage::config(Place::File(file.clone()));
    for part in 0..4 {
        let traces = stage::open(config(), stage::hand());
        accept(&traces, calls(1 + part * 200, 200)).await;
        drop(traces);
        // As if much else had come in between.
        let connection = rusqlite::Connection::open(&file).unwrap();
        connection.execute("UPDATE progress SET next = next + 40000", []).unwrap();
    }
    let traces = stage::open(config(), stage::hand());
    stage::tend(&traces);
    for filter in filters(0, 1_000_000) {
        check(&traces, filter).await;
    }
}
