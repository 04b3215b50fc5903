//! Small traces by hand, and any trace by chance.

use proptest::prelude::*;

use crate::traces::{Call, CallItem, Content, Message, Operation, Part, TokenCounts, TraceSpan};

use super::{Subtree, Thread, Tree};

/// A span from so many milliseconds on, so many long.
fn span(id: &str, parent: &str, at: i64, millis: u32) -> TraceSpan {
    TraceSpan {
        id: 0,
        span: id.to_owned(),
        parent: (!parent.is_empty()).then(|| parent.to_owned()),
        name: id.to_owned(),
        kind: 1,
        status: 0,
        service: "game".to_owned(),
        at: at * 1000,
        duration: f64::from(millis) / 1000.0,
        call: None,
    }
}

fn call(operation: &str, error: bool, tokens: i64, cost: Option<f64>) -> CallItem {
    CallItem {
        id: 0,
        trace: String::new(),
        span: String::new(),
        name: operation.to_owned(),
        at: 0,
        duration: 0.0,
        ttft: None,
        run: 1,
        service: "game".to_owned(),
        operation: operation.to_owned(),
        provider: None,
        model: None,
        agent: None,
        component: None,
        conversation: None,
        team: None,
        user: None,
        error: error.then(|| "timeout".to_owned()),
        finish: None,
        tokens: TokenCounts {
            input: Some(tokens),
            output: (tokens % 2 == 0).then_some(tokens / 2),
            ..TokenCounts::default()
        },
        cost,
        cost_source: None,
    }
}

/// The path with the milliseconds of each span's own.
fn path(spans: &[TraceSpan]) -> String {
    let steps = Tree::of(spans).critical_path();
    let step = |step: &super::PathStep| format!("{} {:.0}", spans[step.place].span, step.seconds * 1000.0);
    steps.iter().map(step).collect::<Vec<_>>().join(", ")
}

#[test]
fn the_path_goes_through_what_was_waited_for() {
    let turn = || span("turn", "", 0, 100);
    for (what, spans, expected) in [
        ("nothing", vec![], ""),
        ("a span alone", vec![turn()], "turn 100"),
        (
            "one after another",
            vec![turn(), span("a", "turn", 10, 30), span("b", "turn", 50, 40)],
            "turn 30, a 30, b 40",
        ),
        ("side by side", vec![turn(), span("a", "turn", 0, 90), span("b", "turn", 0, 60)], "turn 10, a 90"),
        (
            "one begins while the other runs",
            vec![turn(), span("a", "turn", 0, 60), span("b", "turn", 40, 60)],
            "turn 40, b 60",
        ),
        ("deeper", vec![turn(), span("a", "turn", 0, 100), span("b", "a", 20, 70)], "turn 0, a 30, b 70"),
        ("not waited for", vec![turn(), span("a", "turn", 10, 20), span("b", "turn", 20, 500)], "turn 80, a 20"),
        ("clocks that differ a little", vec![span("turn", "", 0, 2000), span("a", "turn", 1, 2000)], "turn 1, a 1999"),
        ("a child from before", vec![turn(), span("a", "turn", -50, 150)], "turn 0, a 100"),
        ("no time at all", vec![span("turn", "", 0, 0), span("a", "turn", 0, 0)], "turn 0"),
        (
            "an absent parent",
            vec![span("a", "gone", 0, 10), span("b", "gone", 5, 30), span("c", "b", 5, 30)],
            "b 0, c 30",
        ),
        ("its own parent", vec![span("a", "a", 0, 10)], "a 10"),
        ("a circle", vec![span("a", "c", 20, 10), span("b", "a", 0, 100), span("c", "b", 10, 50)], "b 50, c 40, a 10"),
        ("one id twice", vec![span("a", "", 0, 100), span("a", "", 0, 10), span("b", "a", 0, 40)], "a 60, b 40"),
    ] {
        assert_eq!(path(&spans), expected, "{what}");
    }
}

#[test]
fn a_chain_of_thousands_ends() {
    let spans: Vec<_> = (0..5000)
        .map(|depth: i64| span(&depth.to_string(), &(depth - 1).to_string(), depth, 10_000 - 2 * depth as u32))
        .collect();
    assert_eq!(Tree::of(&spans).critical_path().len(), 5000);
    // Everybody is the child of the next one, and the last of the first.
    let ring: Vec<_> =
        (0..5000).map(|place: i64| span(&place.to_string(), &((place + 1) % 5000).to_string(), place, 10)).collect();
    assert_eq!(Tree::of(&ring).roots().count(), 1);
    assert_eq!(Tree::of(&ring).subtrees().len(), 5000);
}

#[test]
fn what_agents_repeat_is_not_counted_again() {
    let with = |mut span: TraceSpan, call: CallItem| {
        span.call = Some(call);
        span
    };
    let spans = [
        with(span("agent", "", 0, 100), call("invoke_agent", true, 300, Some(0.3))),
        with(span("first", "agent", 0, 40), call("chat", false, 100, Some(0.1))),
        with(span("tool", "agent", 40, 10), call("execute_tool", false, 7, None)),
        with(span("second", "tool", 40, 10), call("chat", true, 200, None)),
    ];
    let sums = Tree::of(&spans).subtrees();
    assert_eq!(sums[0], Subtree { calls: 2, errors: 1, input: 300, output: 150, cost: 0.1 });
    assert_eq!(sums[2], sums[3]);
}

fn any_span() -> impl Strategy<Value = TraceSpan> {
    let operation = prop::sample::select(vec!["chat", "embeddings", "invoke_agent", "execute_tool", "odd"]);
    let told = prop::option::of((operation, any::<bool>(), 0..1000_i64, prop::option::of(0.0..1.0_f64)));
    (0..24_u8, prop::option::of(0..24_u8), 0..300_i64, 0..300_u32, told).prop_map(|(id, parent, at, millis, told)| {
        let mut span = span(&id.to_string(), &parent.map_or_else(String::new, |id| id.to_string()), at, millis);
        span.call = told.map(|(operation, error, tokens, cost)| call(operation, error, tokens, cost));
        span
    })
}

proptest! {
    #[test]
    fn parts_add_up_to_the_whole(spans in prop::collection::vec(any_span(), 0..32)) {
        let tree = Tree::of(&spans);
        let sums = tree.subtrees();
        let asks = |call: &&CallItem| Operation::from(call.operation.clone()).asks_a_model();
        let calls: Vec<&CallItem> = spans.iter().filter_map(|span| span.call.as_ref()).filter(asks).collect();
        let whole = |of: fn(&Subtree) -> i64| tree.roots().map(|root| of(&sums[root])).sum::<i64>();
        prop_assert_eq!(whole(|sum| sum.calls), calls.len() as i64);
        prop_assert_eq!(whole(|sum| sum.errors), calls.iter().filter(|call| call.error.is_some()).count() as i64);
        prop_assert_eq!(whole(|sum| sum.input), calls.iter().filter_map(|call| call.tokens.input).sum::<i64>());
        prop_assert_eq!(whole(|sum| sum.output), calls.iter().filter_map(|call| call.tokens.output).sum::<i64>());
        let cost: f64 = tree.roots().map(|root| sums[root].cost).sum();
        prop_assert!((cost - calls.iter().filter_map(|call| call.cost).sum::<f64>()).abs() < 1e-9);
        for (place, sum) in sums.iter().enumerate() {
            let below: i64 = tree.children[place].iter().map(|child| sums[*child].calls).sum();
            prop_assert!((below..=below + 1).contains(&sum.calls));
        }
    }

    #[test]
    fn the_path_is_a_chain_within_the_longest_root(spans in prop::collection::vec(any_span(), 1..32)) {
        let tree = Tree::of(&spans);
        let path = tree.critical_path();
        let places: Vec<usize> = path.iter().map(|step| step.place).collect();
        let root = &spans[places[0]];
        prop_assert!(tree.roots().any(|place| place == places[0]));
        prop_assert!(tree.roots().all(|place| spans[place].duration <= root.duration));
        for (place, step) in path.iter().enumerate() {
            prop_assert!(step.seconds >= 0.0 && step.seconds <= spans[step.place].duration + 1e-9);
            let parent = tree.parents[step.place];
            prop_assert!(place == 0 || places[..place].contains(&parent.unwrap()), "each but the root stands after its parent");
        }
        let mut once = places.clone();
        once.sort_unstable();
        once.dedup();
        prop_assert_eq!(once.len(), places.len());
        let sum: f64 = path.iter().map(|step| step.seconds).sum();
        prop_assert!((sum - root.duration).abs() < 1e-6, "{sum} of {}", root.duration);
    }
}

fn message(role: &str, text: &str) -> Message {
    Message { role: role.to_owned(), name: None, parts: vec![Part::Text { text: text.to_owned() }] }
}

fn said(thread: &mut Thread, input: &[(&str, &str)], output: &str) -> (String, String, bool) {
    let content = Content {
        input: input.iter().map(|(role, text)| message(role, text)).collect(),
        output: vec![message("assistant", output)],
        ..Content::default()
    };
    let said = thread.next(&Call { content, ..Call::default() });
    (said.input, said.output, said.cut)
}

#[test]
fn a_thread_tells_only_what_is_new() {
    let mut thread = Thread::default();
    let told = |input: &str, output: &str| (input.to_owned(), output.to_owned(), false);
    let first = [("user", "The rules."), ("user", "Hello")];
    assert_eq!(said(&mut thread, &first, "Hi."), told("The rules.\n\nHello", "Hi."));
    // The model's words came back in other ones, as games do that add a sentence.
    let second = [("user", "The rules."), ("user", "Hello"), ("assistant", "Hi. Your turn."), ("user", "On")];
    assert_eq!(said(&mut thread, &second, "Yes."), told("On", "Yes."));
    // The window moved on, and the rules were put last.
    let third = [("assistant", "Yes."), ("user", "The rules."), ("user", "Further")];
    assert_eq!(said(&mut thread, &third, "No."), told("Further", "No."));
    assert_eq!(said(&mut thread, &third, "Well."), told("Further", "Well."), "a second try says it again");
    assert_eq!(said(&mut thread, &[], ""), told("", ""));
}

#[test]
fn tools_and_pictures_have_words_and_thoughts_do_not() {
    let text = |text: &str| text.to_owned();
    let parts = vec![
        Part::Reasoning { text: text("Hm.") },
        Part::Text { text: text("Let me see.") },
        Part::ToolCall { id: None, name: text("look"), arguments: Some(text(r#"{"at":"it"}"#)) },
        Part::Media { modality: text("image"), mime: None, uri: None, file_id: None, bytes: Some(7) },
    ];
    let output = vec![Message { role: text("assistant"), name: None, parts }];
    let call = Call { content: Content { output, ..Content::default() }, ..Call::default() };
    assert_eq!(Thread::default().next(&call).output, "Let me see.\nlook({\"at\":\"it\"})\n[image]");
    let content = Content { arguments: Some(text("{}")), result: Some(text("a door")), ..Content::default() };
    let used = Thread::default().next(&Call { content, ..Call::default() });
    assert_eq!((used.input.as_str(), used.output.as_str()), ("{}", "a door"));
}

#[test]
fn a_long_thread_is_cut_between_letters_and_says_so() {
    let mut thread = Thread::default();
    let (input, output, cut) = said(&mut thread, &[("user", &"ä".repeat(5000))], "short");
    assert_eq!((input.chars().count(), output.as_str(), cut), (2048, "short", true));
    let mut told = input.len() + output.len();
    for turn in 0..1000 {
        let (input, output, _) = said(&mut thread, &[("user", &format!("{turn}{}", "x".repeat(3000)))], "y");
        told += input.len() + output.len();
    }
    assert_eq!(told, 256 << 10);
    assert!(thread.is_full());
}
