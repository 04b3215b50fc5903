//! What a caller sees of each fault, in paused time.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use tokio::time::Instant;

use super::super::error::{ErrorKind, ModelError};
use super::super::fixture::{self, Scripted, Step};
use super::super::model::{Api, ChatReply, ChatRequest, Delta, Deltas, Descriptor, Model, Note};
use super::super::tokens;
use super::*;

const SECOND: Duration = Duration::from_secs(1);

fn faulty(rules: &str, inner: impl Model + 'static) -> Faulty {
    Faulty::new(Arc::new(inner), Arc::new(Switchboard::new(Rule::list(rules).unwrap(), 1)))
}

/// Twelve words, one in each second, as a provider sends them: three at a time.
fn speaker() -> Scripted {
    let words = [" one two three", " four five six", " seven eight nine", " ten eleven twelve"];
    Scripted::new(words.into_iter().flat_map(|words| [Step::Wait(SECOND), Step::Say(words)]).collect())
}

/// What was heard of one call, and when.
#[derive(Default)]
struct Heard {
    texts: Vec<(u64, String)>,
    faults: Vec<String>,
}

impl Heard {
    fn hear(&mut self, since: Instant, delta: Delta<'_>) {
        match delta {
            Delta::Text(text) => self.texts.push((since.elapsed().as_secs(), text.to_owned())),
            Delta::Note(Note::Fault { model, fault }) => {
                assert_eq!(model.model, "sim-1");
                assert!(self.texts.is_empty(), "notes come first");
                self.faults.push(fault.to_string());
            }
            Delta::Note(other) => panic!("{other:?}"),
        }
    }

    fn text(&self) -> String {
        self.texts.iter().map(|(_, text)| text.as_str()).collect()
    }
}

async fn ask(model: &dyn Model, stream: bool) -> (Heard, Result<ChatReply, ModelError>, Duration) {
    let (mut heard, since) = (Heard::default(), Instant::now());
    let request = ChatRequest { stream, ..fixture::request() };
    let mut hear = |delta: Delta<'_>| heard.hear(since, delta);
    let outcome = tokio::time::timeout(SECOND * 3600, model.chat(&request, &mut hear)).await;
    let outcome = outcome.unwrap_or_else(|_| Err(ModelError::new(ErrorKind::Timeout, "nobody answered for an hour")));
    (heard, outcome, since.elapsed())
}

/// How a call ended, on one line.
fn shown(outcome: &Result<ChatReply, ModelError>) -> String {
    match outcome {
        Ok(reply) => format!("{} words", reply.text.split_whitespace().count()),
        Err(error) => {
            let status = error.status.map(|status| format!(" {status}")).unwrap_or_default();
            let wait = error.retry_after.map(|wait| format!(", wait {wait:?}")).unwrap_or_default();
            let usage = error.usage.map(|usage| format!(", {}+{} tokens", usage.input, usage.output));
            format!("{}{status}{wait}{}", error.kind.as_str(), usage.unwrap_or_default())
        }
    }
}

#[tokio::test(start_paused = true)]
async fn each_fault_is_seen_as_from_a_provider_and_told_once() {
    let mut table = String::new();
    for fault in Fault::all().filter(|fault| !fault.needs_wire()) {
        let mut line = format!("{:<20}", fault.to_string());
        for stream in [true, false] {
            let (heard, outcome, took) = ask(&faulty(&fault.to_string(), speaker()), stream).await;
            assert_eq!(heard.faults, [fault.to_string()]);
            assert_eq!(
                outcome.is_ok(),
                !fault.replaces_answer() && !matches!(fault, Fault::Cut(_) | Fault::Reset(_)),
                "{fault}"
            );
            line.push_str(&format!(
                " | {:>2} heard, {} in {} s",
                tokens::count(&heard.text()),
                shown(&outcome),
                took.as_secs()
            ));
        }
        table.push_str(&line);
        table.push('\n');
    }
    insta::assert_snapshot!(table, @"
    latency=2s           | 12 heard, 12 words in 6 s |  0 heard, 12 words in 6 s
    slow-first-token=8s  | 12 heard, 12 words in 12 s |  0 heard, 12 words in 12 s
    stall=600s           | 12 heard, 12 words in 603 s |  0 heard, 12 words in 604 s
    cut=8                |  8 heard, truncated, 11+8 tokens in 3 s |  0 heard, truncated in 4 s
    reset=8              |  8 heard, truncated, 11+8 tokens in 3 s |  0 heard, truncated in 4 s
    401                  |  0 heard, unauthorized 401 in 0 s |  0 heard, unauthorized 401 in 0 s
    429=1s               |  0 heard, rate_limited 429, wait 1s in 0 s |  0 heard, rate_limited 429, wait 1s in 0 s
    500                  |  0 heard, unavailable 500 in 0 s |  0 heard, unavailable 500 in 0 s
    503                  |  0 heard, unavailable 503 in 0 s |  0 heard, unavailable 503 in 0 s
    529                  |  0 heard, unavailable 529 in 0 s |  0 heard, unavailable 529 in 0 s
    timeout              |  0 heard, timeout in 3600 s |  0 heard, timeout in 3600 s
    malformed            |  0 heard, bad_response in 0 s |  0 heard, bad_response in 0 s
    empty                |  0 heard, empty, 11+0 tokens in 0 s |  0 heard, empty, 11+0 tokens in 0 s
    refusal              |  0 heard, refused, 11+12 tokens in 0 s |  0 heard, refused, 11+12 tokens in 0 s
    context-overflow     |  0 heard, context_overflow 400 in 0 s |  0 heard, context_overflow 400 in 0 s
    verbose=4            | 12 heard, 12 words in 4 s |  0 heard, 12 words in 4 s
    role-confusion       | 12 heard, 12 words in 4 s |  0 heard, 12 words in 4 s
    forgotten-fact       | 12 heard, 12 words in 4 s |  0 heard, 12 words in 4 s
    invented-dice        | 12 heard, 12 words in 4 s |  0 heard, 12 words in 4 s
    hallucinated-lore    | 12 heard, 12 words in 4 s |  0 heard, 12 words in 4 s
    obeyed-injection     | 12 heard, 12 words in 4 s |  0 heard, 12 words in 4 s
    style-drift          | 12 heard, 12 words in 4 s |  0 heard, 12 words in 4 s
    ");
}

#[tokio::test(start_paused = true)]
async fn the_sentence_says_what_happened_and_that_it_was_on_purpose() {
    for fault in Fault::all().filter(|fault| fault.replaces_answer() && *fault != Fault::Timeout) {
        let (_, outcome, _) = ask(&faulty(&fault.to_string(), speaker()), true).await;
        let message = outcome.unwrap_err().message;
        assert!(message.starts_with("zeroth ") || message.contains("sim-1"), "{message}");
        assert!(message.ends_with(&format!("(fault {fault}, put in on purpose)")), "{message}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_stall_holds_back_what_the_model_says_meanwhile_and_loses_nothing() {
    let (heard, outcome, _) = ask(&faulty("stall=20s", speaker()), true).await;
    let expected =
        [(1, " one two three"), (2, " four five six"), (3, " seven eight"), (23, " nine"), (23, " ten eleven twelve")];
    assert_eq!(heard.texts, expected.map(|(at, text)| (at, text.to_owned())));
    assert_eq!(heard.text(), outcome.unwrap().text);
}

#[tokio::test(start_paused = true)]
async fn a_model_that_says_all_at_once_is_held_back_too() {
    let at_once = || Scripted::new(vec![Step::Say(" one two three four five"), Step::Say(" six seven eight nine ten")]);
    let (heard, outcome, _) = ask(&faulty("stall=20s", at_once()), true).await;
    assert_eq!(heard.texts.iter().map(|(at, _)| *at).collect::<Vec<_>>(), [0, 0, 20]);
    assert_eq!(heard.text(), outcome.unwrap().text);
    let (heard, outcome, _) = ask(&faulty("reset=4", at_once()), true).await;
    assert_eq!((heard.text().as_str(), outcome.unwrap_err().kind), (" one two three four", ErrorKind::Truncated));
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_too_short_is_cut_at_its_end() {
    for rules in ["cut=100", "reset=100"] {
        let (heard, outcome, took) = ask(&faulty(rules, speaker()), true).await;
        assert_eq!((tokens::count(&heard.text()), took), (12, SECOND * 4));
        assert_eq!(outcome.unwrap_err().kind, ErrorKind::Truncated);
    }
}

#[tokio::test(start_paused = true)]
async fn faults_add_up_where_they_can_and_only_those_that_happen_are_told() {
    let cases: [(&str, &[&str], &str, u64); 5] = [
        ("latency=2s,slow-first-token=3s", &["latency=2s", "slow-first-token=3s"], "12 words", 9),
        ("latency=2s,503,stall=9s,429", &["latency=2s", "503"], "unavailable 503", 2),
        ("stall=9s,cut=10", &["stall=9s", "cut=10"], "truncated, 11+10 tokens", 12),
        ("html,crlf", &[], "12 words", 4),
        ("503@0", &[], "12 words", 4),
    ];
    for (rules, told, end, seconds) in cases {
        let (heard, outcome, took) = ask(&faulty(rules, speaker()), true).await;
        assert_eq!(
            (heard.faults, shown(&outcome), took.as_secs()),
            (told.iter().map(|fault| (*fault).to_owned()).collect(), end.to_owned(), seconds),
            "{rules}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn what_fails_by_itself_fails_as_it_would_without() {
    let broken = || faulty("503", speaker());
    for rules in ["stall=9s", "cut=1", "latency=1s"] {
        let (_, outcome, _) = ask(&faulty(rules, broken()), true).await;
        assert_eq!(shown(&outcome), "unavailable 503", "{rules}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_rule_is_used_up_call_by_call_and_chance_belongs_to_the_seed() {
    let counted = faulty("503*2", speaker());
    for expected in ["unavailable 503", "unavailable 503", "12 words"] {
        assert_eq!(shown(&ask(&counted, true).await.1), expected);
    }
    let mut runs = Vec::new();
    for _ in 0..2 {
        let model = faulty("503@0.5", speaker());
        let mut run = Vec::new();
        for _ in 0..24 {
            run.push(ask(&model, true).await.1.is_ok());
        }
        assert!((4..20).contains(&run.iter().filter(|ok| **ok).count()), "{run:?}");
        runs.push(run);
    }
    assert_eq!(runs[0], runs[1]);
}

/// Says eight tokens and then nothing more; notes when it is dropped, and what it was asked.
struct Watched {
    descriptor: Descriptor,
    dropped: Arc<AtomicBool>,
    asked: Mutex<Vec<ChatRequest>>,
}

impl Watched {
    fn new(api: Option<Api>) -> Self {
        Self {
            descriptor: Descriptor { api, ..Descriptor::new("zeroth", "sim-1") },
            dropped: Arc::default(),
            asked: Mutex::default(),
        }
    }
}

struct Bell(Arc<AtomicBool>);

impl Drop for Bell {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[async_trait]
impl Model for Watched {
    fn descriptor(&self) -> &Descriptor {
        &self.descriptor
    }

    async fn chat(&self, request: &ChatRequest, deltas: &mut Deltas<'_>) -> Result<ChatReply, ModelError> {
        self.asked.lock().unwrap().push(request.clone());
        let _bell = Bell(Arc::clone(&self.dropped));
        deltas(Delta::Text(" one two three four five six seven eight"));
        std::future::pending().await
    }
}

#[tokio::test(start_paused = true)]
async fn who_gives_up_in_the_middle_of_a_fault_gives_up_the_call() {
    for rules in ["stall=60s", "stall=60s,cut=20"] {
        let inner = Watched::new(None);
        let dropped = Arc::clone(&inner.dropped);
        let model = faulty(rules, inner);
        let request = fixture::request();
        let mut ignored = |_: Delta<'_>| {};
        let given_up = tokio::time::timeout(SECOND * 10, model.chat(&request, &mut ignored)).await;
        assert!(given_up.is_err() && dropped.load(Ordering::Relaxed), "{rules}");
    }
    let inner = Watched::new(None);
    let dropped = Arc::clone(&inner.dropped);
    let (_, outcome, took) = ask(&faulty("cut=5", inner), true).await;
    assert_eq!((shown(&outcome).as_str(), took), ("truncated, 11+5 tokens", Duration::ZERO));
    assert!(dropped.load(Ordering::Relaxed), "a cut ends the call");
}

#[tokio::test(start_paused = true)]
async fn tokens_are_known_where_the_provider_would_have_told_them() {
    for (api, cut, refused) in [
        (None, "truncated, 11+5 tokens", "refused, 11+12 tokens"),
        (Some(Api::Messages), "truncated, 11+5 tokens", "refused"),
        (Some(Api::ChatCompletions), "truncated", "refused, 11+12 tokens"),
    ] {
        assert_eq!(shown(&ask(&faulty("cut=5", Watched::new(api)), true).await.1), cut);
        assert_eq!(shown(&ask(&faulty("refusal", Watched::new(api)), true).await.1), refused);
    }
}

#[tokio::test(start_paused = true)]
async fn faults_in_what_is_said_are_asked_of_the_model_itself() {
    let inner = Arc::new(Watched::new(None));
    let rules = Rule::list("style-drift,verbose=3*1").unwrap();
    let model = Faulty::new(Arc::clone(&inner) as Arc<dyn Model>, Arc::new(Switchboard::new(rules, 1)));
    for _ in 0..2 {
        let _ = ask(&model, true).await;
    }
    let systems: Vec<String> = inner.asked.lock().unwrap().iter().map(|request| request.system.clone()).collect();
    let drift = Quality::StyleDrift.directive();
    let tale = "You tell a story.";
    let talk = "Say 3 times as much as you otherwise would, whatever the rules say about length.";
    assert_eq!(systems, [format!("{tale}\n\n{drift}\n\n{talk}"), format!("{tale}\n\n{drift}")]);
}

#[test]
fn every_fault_is_described() {
    for fault in Fault::all() {
        for sentence in [fault.noticed(), fault.symptom()] {
            assert!(sentence.ends_with(['.', '”']) && sentence.len() < 180, "{fault}: {sentence}");
        }
    }
}
