//! What is booked, what is refused, and that nothing stays set aside.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use futures::FutureExt as _;

use crate::clock::Clock;

use super::super::fixture::{self, Scripted, Step};
use super::super::{Priced, Retried, RetryPolicy, TimedOut, Timeouts};
use super::*;

/// A clock whose hours the test sets.
#[derive(Default)]
struct Hours(AtomicU64);

impl Clock for Hours {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + self.ticks()
    }

    fn ticks(&self) -> Duration {
        Duration::from_secs(3600 * self.0.load(Ordering::Relaxed))
    }
}

struct Till {
    model: Budgeted,
    ledger: Arc<Ledger>,
    clock: Arc<Hours>,
}

/// Each call uses 1100 tokens: $0.0045 at the simulator's prices.
fn till(budgets: Budgets, calls: Vec<Vec<Step>>) -> Till {
    let clock = Arc::new(Hours::default());
    let prices = Arc::new(PriceList::built_in());
    let ledger = Arc::new(Ledger::new(budgets, Arc::clone(&clock) as Arc<dyn Clock>));
    let long = Duration::from_secs(3600);
    let timeouts = Timeouts { first_token: long, idle: long, total: long };
    let attempt = Arc::new(TimedOut::new(Arc::new(Scripted::calls(calls)), timeouts));
    let priced = Arc::new(Priced::new(attempt, Arc::clone(&prices)));
    let policy = RetryPolicy { first_wait: Duration::from_millis(1), ..RetryPolicy::default() };
    let inner = Arc::new(Retried::new(priced, policy, 1));
    let chain = vec![inner.descriptor().clone()];
    let model = Budgeted::new(inner, Arc::clone(&ledger), prices, chain);
    Till { model, ledger, clock }
}

impl Till {
    async fn ask(&self, session: &str, team: &str) -> Result<ChatReply, ModelError> {
        let (conversation, team) = (Some(session.to_owned()), team.parse().unwrap());
        self.model.chat(&ChatRequest { conversation, team, ..fixture::request() }, &mut |_| {}).await
    }

    async fn refusal(&self, session: &str, team: &str) -> String {
        let error = self.ask(session, team).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::BudgetExceeded);
        error.message
    }

    fn today(&self) -> (u64, f64) {
        let account = &self.ledger.accounts()[0];
        (account.spent.tokens, (account.spent.usd * 1e6).round() / 1e6)
    }
}

fn answers() -> Vec<Vec<Step>> {
    vec![vec![Step::Say("one "), Step::Say("two")]]
}

fn tokens(count: u64) -> Ceiling {
    Ceiling { tokens: Some(count), usd: None }
}

#[tokio::test]
async fn a_session_stops_at_its_ceiling_and_others_go_on() {
    let till = till(Budgets { session: tokens(2000), ..Budgets::default() }, answers());
    till.ask("a", "x").await.unwrap();
    till.ask("a", "x").await.unwrap();
    let refusal = till.refusal("a", "x").await;
    assert!(refusal.starts_with("the session's budget of 2000 tokens has 0 tokens left"), "{refusal}");
    assert!(refusal.ends_with("ZEROTH_BUDGET_SESSION_TOKENS raises it"), "{refusal}");
    till.ask("b", "x").await.unwrap();
    assert_eq!(till.today(), (3300, 0.0135));
}

#[tokio::test]
async fn a_team_stops_with_all_its_sessions() {
    let budget = Ceiling { usd: Some(0.005), tokens: None };
    let till = till(Budgets { team: budget, ..Budgets::default() }, answers());
    till.ask("a", "red").await.unwrap();
    let refusal = till.refusal("b", "red").await;
    assert!(refusal.contains("the team red of $0.0050 has $0.0005 left"), "{refusal}");
    till.ask("b", "blue").await.unwrap();
}

#[tokio::test]
async fn a_day_begins_anew_at_midnight() {
    let till = till(Budgets { day: tokens(1200), ..Budgets::default() }, answers());
    till.clock.0.store(20, Ordering::Relaxed);
    till.ask("a", "x").await.unwrap();
    let error = till.ask("b", "y").await.unwrap_err();
    assert_eq!(error.retry_after, Some(Duration::from_secs(4 * 3600)));
    till.clock.0.store(24, Ordering::Relaxed);
    till.ask("b", "y").await.unwrap();
    assert_eq!(till.today().0, 1100);
}

#[tokio::test]
async fn calls_under_way_are_counted_before_they_end() {
    let till = till(Budgets { day: tokens(250), ..Budgets::default() }, vec![vec![Step::Wait(Duration::MAX)]]);
    let mut first = Box::pin(till.ask("a", "x"));
    assert!(first.as_mut().now_or_never().is_none(), "it is under way");
    let mut second = Box::pin(till.ask("b", "x"));
    assert!(second.as_mut().now_or_never().is_none(), "there is room for two");
    let refusal = till.refusal("c", "x").await;
    drop((first, second));
    assert!(refusal.contains("today's budget of 250 tokens"), "{refusal}");
    // Both were asked, heard nothing, and may be billed for what they asked.
    let asked = 2 * super::super::tokens::count_request(&fixture::request());
    assert_eq!(till.today().0, asked);
    assert!(Box::pin(till.ask("c", "x")).as_mut().now_or_never().is_none(), "nothing stays set aside");
}

#[tokio::test]
async fn failures_are_booked_by_what_was_done() {
    let failing = |kind, said: Option<&'static str>, usage| {
        let error = ModelError { usage, ..ModelError::new(kind, "on purpose") };
        said.map(Step::Say).into_iter().chain([Step::Fail(error)]).collect::<Vec<_>>()
    };
    let asked = super::super::tokens::count_request(&fixture::request());
    let told = Usage { input: 70, output: 2, ..Usage::default() };
    let cases = [
        (failing(ErrorKind::RateLimited, None, None), 0),
        // Three times, since a timeout may pass.
        (failing(ErrorKind::Timeout, None, None), 3 * asked),
        (failing(ErrorKind::Truncated, Some("word"), None), asked + 1),
        (failing(ErrorKind::Truncated, Some("word"), Some(told)), 72),
    ];
    for (steps, expected) in cases {
        let till = till(Budgets::default(), vec![steps]);
        till.ask("a", "x").await.unwrap_err();
        assert_eq!(till.today().0, expected);
    }
}

#[tokio::test]
async fn another_attempt_needs_as_much_as_the_first() {
    let asked = super::super::tokens::count_request(&fixture::request());
    let hang = vec![Step::Fail(ModelError::new(ErrorKind::Timeout, "on purpose"))];
    // Room for what one attempt may need, and for one that was wasted, but not for two.
    let room = (asked as f64 * MARGIN).ceil() as u64 + 100 + asked + 1;
    let till = till(Budgets { day: tokens(room), ..Budgets::default() }, vec![hang; 9]);
    let error = till.ask("a", "x").await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::BudgetExceeded);
    assert_eq!(till.today().0, 2 * asked, "two attempts were made, and no third");
    assert!(till.today().0 <= room);
}

#[tokio::test]
async fn an_answer_without_a_count_is_counted_here() {
    let told = Step::Say("one two three");
    let till = till(Budgets::default(), vec![vec![told, Step::Uncounted]]);
    let asked = super::super::tokens::count_request(&fixture::request());
    for stream in [true, false] {
        let request = ChatRequest { stream, ..fixture::request() };
        till.model.chat(&request, &mut |_| {}).await.unwrap();
    }
    assert_eq!(till.today().0, 2 * (asked + 3));
}

#[tokio::test]
async fn a_call_that_waits_for_another_attempt_owes_nothing_for_it() {
    let refused = vec![Step::Fail(ModelError {
        retry_after: Some(Duration::from_secs(9)),
        ..ModelError::new(ErrorKind::RateLimited, "on purpose")
    })];
    let till = till(Budgets::default(), vec![refused; 9]);
    let mut call = Box::pin(till.ask("a", "x"));
    assert!(call.as_mut().now_or_never().is_none(), "it waits");
    drop(call);
    assert_eq!(till.today().0, 0);
}

#[tokio::test]
async fn the_shared_table_has_no_budget_of_a_session() {
    let till = till(Budgets { session: tokens(1), ..Budgets::default() }, answers());
    till.ask(SHARED, "x").await.unwrap();
    till.refusal("a", "x").await;
    assert_eq!(SHARED, crate::id::SessionId::SHARED.to_string());
}

#[tokio::test]
async fn teams_that_come_too_late_share_an_account_and_are_told_so() {
    let till = till(Budgets { team: tokens(1200), ..Budgets::default() }, answers());
    for team in 0..1000 {
        till.ask("a", &format!("t{team}")).await.unwrap();
    }
    till.ask("a", "late").await.unwrap();
    let refusal = till.refusal("a", "later").await;
    assert!(refusal.contains("all teams that came after the first 1000"), "{refusal}");
    let accounts = till.ledger.accounts();
    assert_eq!((accounts.len(), accounts.last().unwrap().scope.to_string().as_str()), (1002, "(others)"));
}

#[tokio::test]
async fn what_another_run_has_spent_is_spent_here_too() {
    let tokens = |most| Ceiling { tokens: Some(most), usd: None };
    let budgets = Budgets { team: tokens(3300), session: tokens(2201), ..Budgets::default() };
    let first = till(budgets, vec![vec![]; 4]);
    assert_eq!(first.ledger.take_unsaved(), [], "nothing is remembered for nobody");
    first.ledger.remember();
    first.ask("a", "red").await.unwrap();
    let mut saved = first.ledger.take_unsaved();
    assert_eq!(saved.len(), 3, "the day, the team and the session: {saved:?}");
    assert!(saved.iter().all(|booking| booking.amount.tokens == 1100), "{saved:?}");
    assert_eq!(first.ledger.take_unsaved(), [], "it is taken once");
    first.ledger.put_back(saved.clone());
    first.ask("a", "red").await.unwrap();
    saved = first.ledger.take_unsaved();
    assert!(saved.iter().all(|booking| booking.amount.tokens == 2200), "{saved:?}");

    let second = till(budgets, vec![vec![]; 4]);
    second.ledger.remember();
    second.ask("b", "red").await.unwrap();
    second.ledger.adopt(saved);
    assert_eq!(second.today().0, 3300, "what was booked meanwhile is added");
    assert!(second.refusal("c", "red").await.contains("the team red"));
    assert!(second.refusal("a", "blue").await.contains("the session's budget"));
    second.ask("b", "blue").await.unwrap();
}
