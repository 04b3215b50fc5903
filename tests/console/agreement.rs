//! Numbers agree with each other, wherever they are read.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use serde_json::Value;

use crate::desk::Desk;
use crate::stage::{NOON, accept, call, failed, number, with};

/// What is drawn of one call.
#[derive(Debug, Clone)]
struct Drawn {
    second: u64,
    operation: &'static str,
    component: &'static str,
    model: &'static str,
    talk: u64,
    error: Option<&'static str>,
    tokens: i64,
}

fn drawn() -> impl Strategy<Value = Drawn> {
    use prop::sample::select;
    let names = (
        select(vec!["chat", "chat", "embeddings", "invoke_agent", "execute_tool"]),
        select(vec!["narrator", "judge", "planner"]),
        select(vec!["claude-haiku-4-5", "gpt-5-mini", "nobody-knows"]),
        select(vec![None, None, Some("timeout"), Some("overloaded")]),
    );
    (0..7200_u64, 1..6_u64, 0..5000_i64, names).prop_map(
        |(second, talk, tokens, (operation, component, model, error))| Drawn {
            second,
            operation,
            component,
            model,
            talk,
            error,
            tokens,
        },
    )
}

async fn filled(calls: &[Drawn]) -> Desk {
    let desk = Desk::new();
    let spans = calls.iter().zip(1..).map(|(drawn, id)| {
        let mut span = call(drawn.talk, id, drawn.second * 1000, 100 + drawn.tokens.unsigned_abs());
        span.attributes.retain(|pair| pair.key != "gen_ai.usage.input_tokens");
        span.attributes.push(number("gen_ai.usage.input_tokens", drawn.tokens));
        let span = with(span, "gen_ai.operation.name", drawn.operation);
        let span = with(with(span, "zeroth.component", drawn.component), "gen_ai.request.model", drawn.model);
        drawn.error.map_or(span.clone(), |error| failed(span, error))
    });
    accept(&desk.traces, spans.collect()).await;
    desk
}

/// Calls, errors, input, output and cost.
#[derive(Debug, Default, Clone)]
struct Sums([i64; 4], f64);

impl Sums {
    fn read(value: &Value) -> Self {
        let whole = |name: &str| value[name].as_i64().unwrap();
        let errors = match &value["errors"] {
            Value::Object(kinds) => kinds.values().map(|count| count.as_i64().unwrap()).sum(),
            errors => errors.as_i64().unwrap(),
        };
        Self([whole("calls"), errors, whole("input"), whole("output")], value["cost"].as_f64().unwrap())
    }

    fn of_call(call: &Value) -> Self {
        let tokens = |name: &str| call["tokens"][name].as_i64().unwrap_or_default();
        let errors = i64::from(!call["error"].is_null());
        Self([1, errors, tokens("input"), tokens("output")], call["cost"].as_f64().unwrap_or_default())
    }

    fn total<'a>(parts: impl IntoIterator<Item = &'a Value>, read: fn(&Value) -> Self) -> Self {
        parts.into_iter().map(read).fold(Self::default(), |mut sum, part| {
            sum.0.iter_mut().zip(part.0).for_each(|(sum, part)| *sum += part);
            sum.1 += part.1;
            sum
        })
    }

    #[track_caller]
    fn is(&self, other: &Self, what: &str) {
        assert_eq!(self.0, other.0, "{what}");
        assert!((self.1 - other.1).abs() < 1e-9, "{what}: {} and {}", self.1, other.1);
    }
}

fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value[name].as_array().unwrap()
}

/// All pages of a list.
async fn pages(desk: &Desk, path: &str, name: &str) -> (Vec<Value>, Value) {
    let (mut all, mut path) = (Vec::new(), path.to_owned());
    let first = path.clone();
    loop {
        let page = desk.json(&path).await;
        all.extend(list(&page, name).iter().cloned());
        match page["next"].as_str() {
            Some(next) => path = format!("{first}&after={next}"),
            None => return (all, page["total"].clone()),
        }
    }
}

const DIMENSIONS: [&str; 8] = ["run", "service", "operation", "provider", "model", "component", "team", "error"];

/// Every place that tells of the calls which `filter` chooses says the same.
async fn agree(desk: &Desk, filter: &str) -> Sums {
    let (calls, total) = pages(desk, &format!("/api/calls?{filter}&limit=7"), "calls").await;
    let total = Sums::read(&total);
    Sums::total(&calls, Sums::of_call).is(&total, "all pages make the total");
    for by in DIMENSIONS {
        let chart = desk.json(&format!("/api/series?{filter}&by={by}&step=60")).await;
        let lines = list(&chart, "lines");
        Sums::total(lines.iter().map(|line| &line["total"]), Sums::read).is(&total, by);
        let buckets = lines.iter().flat_map(|line| list(line, "buckets"));
        Sums::total(buckets, Sums::read).is(&total, by);
    }
    let errors = desk.json(&format!("/api/errors?{filter}")).await;
    let count: i64 = list(&errors, "groups").iter().map(|group| group["count"].as_i64().unwrap()).sum();
    assert_eq!(count, total.0[1], "errors in groups");
    let failed = desk.json(&format!("/api/calls?{filter}&status=error")).await;
    assert_eq!(failed["total"]["calls"], total.0[1], "errors in the list");
    total
}

/// Conversations, traces and runs come to what their calls come to.
async fn parts_agree(desk: &Desk, total: &Sums) {
    let (talks, count) = pages(desk, "/api/conversations?limit=2", "conversations").await;
    assert_eq!(talks.len() as i64, count.as_i64().unwrap());
    Sums::total(&talks, Sums::read).is(total, "conversations");
    for talk in &talks {
        let name = talk["name"].as_str().unwrap().replace(' ', "%20");
        let found = desk.json(&format!("/api/calls?conversation={name}")).await;
        Sums::read(&found["total"]).is(&Sums::read(talk), "one conversation");
        let thread = desk.json(&format!("/api/conversation?name={name}")).await;
        assert_eq!(list(&thread, "calls").len() as i64, talk["steps"].as_i64().unwrap());
        // Every conversation is a trace of its own here, in which nothing lies below anything.
        let trace = desk.json(&format!("/api/traces/{:0>32}", &name["talk%20".len()..])).await;
        let spans = list(&trace, "spans");
        Sums::total(spans.iter().map(|span| &span["subtree"]), Sums::read).is(&Sums::read(talk), "subtrees");
    }
    let runs = desk.json("/api/runs").await;
    let sum = |name: &str| list(&runs, "runs").iter().map(|run| run[name].as_i64().unwrap()).sum::<i64>();
    assert_eq!([sum("calls"), sum("errors")], total.0[..2]);
    facets_agree(desk, "", total).await;
}

/// Facets come to the calls of a stretch of whole hours.
async fn facets_agree(desk: &Desk, stretch: &str, total: &Sums) {
    let facets = desk.json(&format!("/api/facets?{stretch}")).await;
    for (name, counted) in [("models", total.0[0]), ("components", total.0[0]), ("errors", total.0[1])] {
        let sum: i64 = list(&facets, name).iter().map(|facet| facet["calls"].as_i64().unwrap()).sum();
        assert_eq!(sum, counted, "{name} of {stretch:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn numbers_agree(calls in prop::collection::vec(drawn(), 1..60), from in 0_u64..60, length in 1_u64..60) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let desk = filled(&calls).await;
            let total = agree(&desk, "team=red").await;
            let asked = calls.iter().filter(|call| ["chat", "embeddings"].contains(&call.operation)).count();
            assert_eq!(total.0[0], asked as i64, "what asked a model, and nothing else");
            parts_agree(&desk, &total).await;
            let minute = |minute: u64| (NOON + minute * 60) * 1_000_000;
            agree(&desk, &format!("from={}&until={}", minute(from), minute(from + length))).await;
            for hour in 0..2 {
                let stretch = format!("from={}&until={}", minute(hour * 60), minute(hour * 60 + 60));
                let total = agree(&desk, &stretch).await;
                facets_agree(&desk, &stretch, &total).await;
            }
            let mut parts = BTreeMap::new();
            for component in ["narrator", "judge", "planner"] {
                parts.insert(component, agree(&desk, &format!("component={component}")).await.0[0]);
                let had_a_part = calls.iter().filter(|call| call.component == component).map(|call| call.talk);
                let had_a_part: BTreeSet<String> = had_a_part.map(|talk| format!("talk {talk}")).collect();
                let (found, _) =
                    pages(&desk, &format!("/api/conversations?component={component}&limit=2"), "conversations").await;
                let found = found.iter().map(|talk| talk["name"].as_str().unwrap().to_owned()).collect();
                assert_eq!(had_a_part, found, "conversations of the {component}");
            }
            assert_eq!(parts.values().sum::<i64>(), total.0[0], "{parts:?}");
        });
    }
}
