//! What pages of a console ask.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use futures::future::BoxFuture;
use zeroth::traces::{CallQuery, ConversationQuery, Dimension, Filter, ReadError, SeriesQuery, Sort, Status, Traces};

use crate::spans::{TALK, TRACE, began, talk, trace_id};

type Question<'a> = (&'static str, Box<dyn Fn() -> BoxFuture<'a, Result<usize, ReadError>> + 'a>);

/// How often each is asked.
const TIMES: usize = 15;

/// Asks each question some times and tells the median.
pub(crate) async fn ask(traces: &Traces, spans: u64) {
    for (name, question) in all(traces, spans) {
        let (mut times, mut found) = (Vec::new(), Ok(0));
        for _ in 0..TIMES {
            let begun = Instant::now();
            found = question().await;
            times.push(begun.elapsed());
        }
        times.sort();
        println!("  {name}: median {:.1?}, slowest {:.1?}; {found:?}", times[TIMES / 2], times[TIMES - 1]);
    }
}

/// Asks one after the other, 20 ms apart, until it is done; returns how many and the median time.
pub(crate) async fn keep_asking(traces: &Traces, done: &AtomicBool) -> (usize, Duration) {
    let questions = all(traces, 1000);
    let mut times = Vec::new();
    while !done.load(Ordering::Relaxed) {
        let (_, question) = &questions[times.len() % questions.len()];
        let begun = Instant::now();
        // There may be nothing yet to be found.
        let _ = question().await;
        times.push(begun.elapsed());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    times.sort();
    (times.len(), times.get(times.len() / 2).copied().unwrap_or_default())
}

#[expect(clippy::too_many_lines, reason = "one list of all questions")]
fn all<'a>(traces: &'a Traces, spans: u64) -> Vec<Question<'a>> {
    let calls = move |name, query: CallQuery| -> Question<'a> {
        let ask = move || -> BoxFuture<'a, _> {
            let query = query.clone();
            Box::pin(async move { Ok(traces.calls(query).await?.calls.len()) })
        };
        (name, Box::new(ask))
    };
    let series = move |name, by| -> Question<'a> {
        let query = SeriesQuery { by, ..SeriesQuery::default() };
        let ask = move || -> BoxFuture<'a, _> {
            let query = query.clone();
            Box::pin(async move { Ok(traces.series(query).await?.iter().map(|line| line.buckets.len()).sum()) })
        };
        (name, Box::new(ask))
    };
    let filtered = |filter: Filter| CallQuery { filter, ..CallQuery::default() };
    let rare = Filter { status: Some(Status::Error), component: Some("author".to_owned()), ..Filter::default() };
    let model = Filter { model: Some("claude-haiku-4-5".to_owned()), ..Filter::default() };
    let component = Filter { component: Some("judge".to_owned()), ..Filter::default() };
    let run = Filter { run: Some(1), ..Filter::default() };
    let from = began(spans / 2);
    let (from, until) = (Some(from), Some(from + 3_600_000_000));
    let hour = Filter { service: Some("bench".to_owned()), from, until, ..Filter::default() };
    let failed = Filter { status: Some(Status::Error), ..Filter::default() };
    let word = |text: &str| filtered(Filter { text: Some(text.to_owned()), ..Filter::default() });
    let (trace, talk) = (format!("{:032x}", trace_id(spans / 2 / TRACE)), talk(spans / 2 / TALK));
    vec![
        calls("calls, newest", CallQuery::default()),
        calls("calls, few of many", filtered(rare)),
        calls("calls, dearest of all", CallQuery { sort: Sort::Cost, ..CallQuery::default() }),
        calls("calls, slowest of all", CallQuery { sort: Sort::Duration, ..CallQuery::default() }),
        calls("calls, dearest of a model", CallQuery { sort: Sort::Cost, ..filtered(model) }),
        calls("calls, slowest of a component", CallQuery { sort: Sort::Duration, ..filtered(component) }),
        calls("calls, slowest of a run", CallQuery { sort: Sort::Duration, ..filtered(run) }),
        calls("calls, dearest of a service's hour", CallQuery { sort: Sort::Cost, ..filtered(hour) }),
        calls("calls, slowest that failed", CallQuery { sort: Sort::Duration, ..filtered(failed) }),
        calls("calls, a word of all", word("hatch")),
        calls("calls, words of none", word("hatch nobody")),
        series("series of a day", None),
        series("series of a day by model", Some(Dimension::Model)),
        ("facets", Box::new(move || Box::pin(async move { Ok(traces.facets(None, None).await?.models.len()) }))),
        ("errors", Box::new(move || Box::pin(async move { Ok(traces.errors(Filter::default()).await?.len()) }))),
        ("a trace", {
            Box::new(move || {
                let trace = trace.clone();
                Box::pin(async move { Ok(traces.trace(&trace).await?.spans.len()) })
            })
        }),
        ("a conversation", {
            Box::new(move || {
                let talk = talk.clone();
                Box::pin(async move { Ok(traces.conversation(&talk, 0).await?.calls.len()) })
            })
        }),
        ("conversations", {
            let ask = move || -> BoxFuture<'a, _> {
                let all = ConversationQuery::default();
                Box::pin(async move { Ok(traces.conversations(all).await?.conversations.len()) })
            };
            Box::new(ask)
        }),
    ]
}
