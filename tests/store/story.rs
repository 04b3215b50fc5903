//! What every store promises.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use futures::future::join_all;
use serde_json::{Value, json};
use zeroth::game::Message;
use zeroth::id::SessionId;
use zeroth::store::{
    Change, Document, Expected, Kind, Limits, Mark, NewTurn, Page, Session, Spending, Store, StoreError,
};

use crate::places::{LIMITS, Place};

/// Every chapter, on every store.
macro_rules! on_every_store {
    ($($chapter:ident)*) => {
        on_every_store!(@ memory $($chapter)*);
        on_every_store!(@ sqlite $($chapter)*);
        on_every_store!(@ postgres $($chapter)*);
    };
    (@ $place:ident $($chapter:ident)*) => {
        mod $place {
            $(
                #[tokio::test(flavor = "multi_thread")]
                async fn $chapter() {
                    if let Some(place) = super::Place::$place().await {
                        super::$chapter(&place).await;
                    }
                }
            )*
        }
    };
}

on_every_store! {
    a_session_is_created_once_and_loaded
    turns_are_appended_in_order
    of_twenty_turns_at_once_one_wins
    turns_side_by_side_are_all_kept
    a_replaced_turn_stays_as_an_alternative
    a_turn_taken_back_takes_its_state_back
    a_turn_for_another_past_is_refused
    questions_stand_beside_the_turns
    old_turns_are_let_go_with_their_alternatives
    sessions_are_listed_by_recency_page_by_page
    idle_sessions_make_way_only_when_room_is_needed
    the_shared_table_has_room_and_stays
    sessions_expire_in_bounded_sweeps
    a_session_is_deleted_and_renamed
    what_was_spent_adds_up
    everything_is_there_after_the_store_is_opened_again
    a_thousand_sessions_play_at_once
}

const START: SystemTime = SystemTime::UNIX_EPOCH;

fn at(seconds: u64) -> SystemTime {
    START + Duration::from_secs(1_000_000 + seconds)
}

fn id(number: u64) -> SessionId {
    format!("00000000-0000-0000-0000-{number:012x}").parse().unwrap()
}

fn dialogue(number: u64, seconds: u64) -> Session {
    let setup = Document::of(1, &json!({"quest": "Find the bell. Ünïcode: 🔔"})).unwrap();
    Session::new(id(number), Kind::Dialogue, "lighthouse", setup, at(seconds))
}

fn turn(text: &str, seconds: u64) -> NewTurn {
    NewTurn::new(Message::new(text, 100).unwrap(), format!("{text}?"), at(seconds))
}

async fn add(store: &dyn Store, session: u64, text: &str, seconds: u64) -> u64 {
    store.append_turn(id(session), Expected::Any, turn(text, seconds)).await.unwrap().turn.number
}

async fn texts(store: &dyn Store, session: u64) -> Vec<String> {
    let session = store.load(id(session), usize::MAX).await.unwrap();
    session.turns.iter().map(|kept| format!("{} {}", kept.turn.number, kept.turn.response)).collect()
}

async fn told(store: &dyn Store, session: u64) -> Vec<String> {
    let entries = store.transcript(id(session), usize::MAX).await.unwrap();
    entries.iter().map(|entry| told_one(entry.turn.turn.number, entry.mark, &entry.turn.turn.response)).collect()
}

fn told_one(number: u64, mark: Mark, response: &str) -> String {
    format!("{number} {} {response}", mark.as_str())
}

async fn a_session_is_created_once_and_loaded(place: &Place) {
    let store = place.open(LIMITS).await;
    assert_eq!(store.load(id(1), 9).await, Err(StoreError::Unknown(id(1))));
    let created = store.create(dialogue(1, 5)).await.unwrap();
    assert_eq!(*created, dialogue(1, 5));
    assert_eq!(store.create(dialogue(1, 6)).await, Err(StoreError::Exists(id(1))));
    assert_eq!(*store.load(id(1), 9).await.unwrap(), dialogue(1, 5));
    let scenario = Session { kind: Kind::Scenario, ..dialogue(2, 5) };
    store.create(scenario.clone()).await.unwrap();
    assert_eq!(*store.load(id(2), 0).await.unwrap(), scenario);
    assert_eq!(store.check().await, Ok(()));
}

async fn turns_are_appended_in_order(place: &Place) {
    let store = place.open(LIMITS).await;
    assert_eq!(store.append_turn(id(1), Expected::Any, turn("x", 1)).await, Err(StoreError::Unknown(id(1))));
    store.create(dialogue(1, 0)).await.unwrap();
    let mut first = turn("I wave\nat \"you\".", 7);
    first.facts = Some(json!({"roll": 17}).to_string().into());
    let kept = store.append_turn(id(1), Expected::After(0), first.clone()).await.unwrap();
    assert_eq!(add(&*store, 1, "two", 8).await, 2);
    let loaded = store.load(id(1), 9).await.unwrap();
    assert_eq!((loaded.turn_number, loaded.played, loaded.created), (2, at(8), at(0)));
    assert_eq!(loaded.turns[0], kept);
    assert_eq!((&kept.turn.message, &kept.turn.response, kept.at), (&first.message, &first.response, at(7)));
    assert_eq!(kept.facts, first.facts);
    assert_eq!(store.load(id(1), 1).await.unwrap().turns.back().unwrap().turn.number, 2);
    let huge = NewTurn { response: "x".repeat(NewTurn::LIMIT), ..turn("three", 9) };
    let refused = store.append_turn(id(1), Expected::Any, huge).await;
    assert!(matches!(refused, Err(StoreError::TooLarge { .. })), "{refused:?}");
    let zero = NewTurn { response: "two\0?".to_owned(), ..turn("two", 9) };
    store.append_turn(id(1), Expected::Replacing(2), zero).await.unwrap();
    assert_eq!(texts(&*store, 1).await, ["1 I wave\nat \"you\".?", "2 two?"]);
}

async fn of_twenty_turns_at_once_one_wins(place: &Place) {
    let store = place.open(LIMITS).await;
    store.create(dialogue(1, 0)).await.unwrap();
    for round in 0..5 {
        let turns = (0..20).map(|player| {
            let store = Arc::clone(&store);
            async move { store.append_turn(id(1), Expected::After(round), turn(&format!("p{player}"), 1)).await }
        });
        let results = join_all(turns).await;
        let (won, lost): (Vec<_>, Vec<_>) = results.into_iter().partition(Result::is_ok);
        assert_eq!((won.len(), lost.len()), (1, 19));
        assert!(lost.iter().all(|lost| *lost == Err(StoreError::Conflict)), "{lost:?}");
        let last = store.load(id(1), 1).await.unwrap().turns.back().cloned();
        assert_eq!(last.as_ref(), won[0].as_ref().ok(), "the winner's turn is the one that is kept");
    }
    assert_eq!(told(&*store, 1).await.len(), 5, "the losers left nothing");
}

async fn turns_side_by_side_are_all_kept(place: &Place) {
    let store = place.open(LIMITS).await;
    store.create(dialogue(0, 0)).await.unwrap();
    let turns = (0..40).map(|player| {
        let store = Arc::clone(&store);
        async move { store.append_turn(id(0), Expected::Any, turn(&format!("p{player}"), 1)).await.unwrap().turn.number }
    });
    let numbers: BTreeSet<u64> = join_all(turns).await.into_iter().collect();
    assert_eq!(numbers, (1..=40).collect());
    let messages: BTreeSet<String> =
        store.load(id(0), 99).await.unwrap().turns.iter().map(|kept| kept.turn.message.to_string()).collect();
    assert_eq!(messages.len(), 40);
}

async fn a_replaced_turn_stays_as_an_alternative(place: &Place) {
    let store = place.open(LIMITS).await;
    store.create(dialogue(1, 0)).await.unwrap();
    assert_eq!(store.append_turn(id(1), Expected::Replacing(0), turn("x", 1)).await, Err(StoreError::Conflict));
    for (second, text) in [(1, "one"), (2, "two")] {
        add(&*store, 1, text, second).await;
    }
    assert_eq!(store.append_turn(id(1), Expected::Replacing(1), turn("late", 3)).await, Err(StoreError::Conflict));
    let other = store.append_turn(id(1), Expected::Replacing(2), turn("other", 4)).await.unwrap();
    assert_eq!(other.turn.number, 2);
    let again = (0..3).map(|_| store.append_turn(id(1), Expected::Replacing(3), turn("again", 5)));
    assert_eq!(join_all(again).await.iter().filter(|again| again.is_ok()).count(), 1, "one of three at once");
    assert_eq!(store.append_turn(id(1), Expected::After(4), turn("three", 6)).await.unwrap().turn.number, 3);
    assert_eq!(texts(&*store, 1).await, ["1 one?", "2 again?", "3 three?"]);
    let mut told = told(&*store, 1).await;
    told.sort();
    let expected = ["1 kept one?", "2 kept again?", "2 replaced other?", "2 replaced two?", "3 kept three?"];
    assert_eq!(told, expected);
}

/// Plays a turn that changes the state from the one that is loaded.
async fn step(store: &dyn Store, text: &str, seconds: u64, after: &Value, replaces: bool) {
    let session = store.load(id(1), 1).await.unwrap();
    let before = if replaces { session.before_last().unwrap() } else { session.document.clone() };
    let mut turn = turn(text, seconds);
    turn.change = Some(Change::between(&before, Document::of(2, after).unwrap()).unwrap());
    let revision = session.revision;
    let expected = if replaces { Expected::Replacing(revision) } else { Expected::After(revision) };
    store.append_turn(id(1), expected, turn).await.unwrap();
}

async fn state(store: &dyn Store) -> (u32, Value) {
    let document = store.load(id(1), 0).await.unwrap().document.clone();
    (document.version(), document.read().unwrap())
}

async fn a_turn_taken_back_takes_its_state_back(place: &Place) {
    let store = place.open(LIMITS).await;
    let opening = json!({"hp": 12, "log": []});
    let solo = Session { kind: Kind::Solo, document: Document::of(1, &opening).unwrap(), ..dialogue(1, 0) };
    store.create(solo).await.unwrap();
    step(&*store, "one", 1, &json!({"hp": 9, "log": ["hit"]}), false).await;
    step(&*store, "two", 2, &json!({"hp": 5, "log": ["hit", "hit"], "prone": true}), false).await;
    step(&*store, "two again", 3, &json!({"hp": 9, "log": ["hit", "miss"]}), true).await;
    assert_eq!(state(&*store).await, (2, json!({"hp": 9, "log": ["hit", "miss"]})));
    assert_eq!(store.remove_turn(id(1), 1).await, Err(StoreError::Conflict));
    assert_eq!(store.remove_turn(id(1), 3).await.unwrap().turn.response, "two again?");
    assert_eq!(state(&*store).await, (2, json!({"hp": 9, "log": ["hit"]})));
    assert_eq!(store.remove_turn(id(1), 3).await, Err(StoreError::Conflict));
    let removals = join_all((0..5).map(|_| store.remove_turn(id(1), 4))).await;
    assert_eq!(removals.iter().filter(|removal| removal.is_ok()).count(), 1);
    assert_eq!(state(&*store).await, (1, opening));
    assert_eq!(store.remove_turn(id(1), 5).await, Err(StoreError::Conflict), "no turn is left");
    assert_eq!(store.remove_turn(id(9), 1).await, Err(StoreError::Unknown(id(9))));
    step(&*store, "anew", 4, &json!({"hp": 1}), false).await;
    assert_eq!(texts(&*store, 1).await, ["1 anew?"]);
    let expected = ["1 undone one?", "1 kept anew?", "2 replaced two?", "2 undone two again?"];
    let mut told = told(&*store, 1).await;
    told.sort_by_key(|line| expected.iter().position(|expected| expected == line));
    assert_eq!(told, expected);
}

/// Numbers of turns come again, and what somebody saw before must not pass for what is there now.
async fn a_turn_for_another_past_is_refused(place: &Place) {
    let store = place.open(LIMITS).await;
    store.create(dialogue(1, 0)).await.unwrap();
    for (second, text) in [(1, "one"), (2, "two")] {
        add(&*store, 1, text, second).await;
    }
    let seen = store.load(id(1), 1).await.unwrap().revision;
    store.remove_turn(id(1), seen).await.unwrap();
    add(&*store, 1, "another two", 3).await;
    assert_eq!(store.load(id(1), 1).await.unwrap().turn_number, 2, "the number is the same");
    for expected in [Expected::After(seen), Expected::Replacing(seen)] {
        assert_eq!(store.append_turn(id(1), expected, turn("late", 4)).await, Err(StoreError::Conflict));
    }
    assert_eq!(store.remove_turn(id(1), seen).await, Err(StoreError::Conflict));
    assert_eq!(texts(&*store, 1).await, ["1 one?", "2 another two?"]);
    store.append_turn(id(1), Expected::Aside, turn("why", 5)).await.unwrap();
    assert_eq!(store.load(id(1), 1).await.unwrap().revision, seen + 2, "what is said aside changes nothing");
    let asides = store.asides(id(1), 5).await.unwrap();
    assert_eq!(asides.iter().map(|aside| aside.turn.response.as_str()).collect::<Vec<_>>(), ["why?"]);
}

async fn questions_stand_beside_the_turns(place: &Place) {
    let store = place.open(LIMITS).await;
    store.create(dialogue(1, 0)).await.unwrap();
    for (second, text) in [(1, "may I"), (2, "what if")] {
        let aside = store.append_turn(id(1), Expected::Aside, turn(text, second)).await.unwrap();
        assert_eq!(aside.turn.number, 0);
    }
    add(&*store, 1, "one", 3).await;
    store.append_turn(id(1), Expected::Aside, turn("why", 4)).await.unwrap();
    assert_eq!(store.append_turn(id(1), Expected::After(1), turn("two", 5)).await.unwrap().turn.number, 2);
    assert_eq!(texts(&*store, 1).await, ["1 one?", "2 two?"]);
    let all = ["0 aside may I?", "0 aside what if?", "1 kept one?", "1 aside why?", "2 kept two?"];
    assert_eq!(told(&*store, 1).await, all);
    let last = store.transcript(id(1), 2).await.unwrap();
    assert_eq!(last.iter().map(|entry| entry.turn.turn.response.as_str()).collect::<Vec<_>>(), ["why?", "two?"]);
    assert_eq!(store.transcript(id(2), 2).await, Err(StoreError::Unknown(id(2))));
}

async fn old_turns_are_let_go_with_their_alternatives(place: &Place) {
    let store = place.open(Limits { max_turns: 2, ..LIMITS }).await;
    store.create(dialogue(1, 0)).await.unwrap();
    add(&*store, 1, "one", 1).await;
    for second in 2..6 {
        let text = format!("one, try {second}");
        store.append_turn(id(1), Expected::Replacing(second - 1), turn(&text, second)).await.unwrap();
    }
    let expected = ["1 replaced one, try 3?", "1 replaced one, try 4?", "1 kept one, try 5?"];
    let mut lines = told(&*store, 1).await;
    lines.sort_by_key(|line| expected.iter().position(|expected| expected == line));
    assert_eq!(lines, expected, "alternatives are bounded");
    for (second, text) in [(7, "two"), (8, "three"), (9, "four")] {
        add(&*store, 1, text, second).await;
    }
    assert_eq!(told(&*store, 1).await, ["3 kept three?", "4 kept four?"]);
    assert_eq!(store.load(id(1), 9).await.unwrap().turn_number, 4);
}

async fn sessions_are_listed_by_recency_page_by_page(place: &Place) {
    let store = place.open(LIMITS).await;
    assert_eq!(store.list(Page::first(9)).await, Ok(Vec::new()));
    for number in 1..=7 {
        store.create(dialogue(number, number / 2)).await.unwrap();
    }
    add(&*store, 1, "on", 9).await;
    let mut seen = Vec::new();
    let mut page = Page::first(3);
    loop {
        let part = store.list(page).await.unwrap();
        let Some(last) = part.last() else { break };
        page = page.after(last);
        seen.extend(part.iter().map(|summary| (summary.id, summary.turn_number)));
    }
    let expected: Vec<_> = [1, 7, 6, 5, 4, 3, 2].map(|number| (id(number), u64::from(number == 1))).to_vec();
    assert_eq!(seen, expected);
    let first = &store.list(Page::first(1)).await.unwrap()[0];
    assert_eq!(
        (first.kind, first.campaign.as_str(), first.created, first.played),
        (Kind::Dialogue, "lighthouse", at(0), at(9))
    );
}

async fn idle_sessions_make_way_only_when_room_is_needed(place: &Place) {
    let store = place.open(Limits { max_sessions: 2, ..LIMITS }).await;
    store.create(dialogue(0, 0)).await.unwrap();
    assert_eq!(store.room(at(0)).await, Ok(()));
    store.create(dialogue(1, 0)).await.unwrap();
    assert_eq!(store.room(at(59)).await, Err(StoreError::Full { limit: 2 }));
    assert_eq!(store.create(dialogue(2, 59)).await, Err(StoreError::Full { limit: 2 }));
    assert_eq!(store.create(dialogue(1, 59)).await, Err(StoreError::Exists(id(1))));
    assert_eq!(store.room(at(60)).await, Ok(()));
    assert!(store.load(id(1), 0).await.is_ok(), "asking evicts nobody");
    store.create(dialogue(2, 60)).await.unwrap();
    assert_eq!(store.load(id(1), 0).await, Err(StoreError::Unknown(id(1))));
    assert!(store.load(id(0), 0).await.is_ok(), "the shared table stays");
}

async fn the_shared_table_has_room_and_stays(place: &Place) {
    let store = place.open(Limits { max_sessions: 1, ..LIMITS }).await;
    store.create(dialogue(1, 0)).await.unwrap();
    store.create(dialogue(0, 0)).await.unwrap();
    assert_eq!(store.sweep(at(100_000)).await, Ok(1));
    assert!(store.load(id(0), 0).await.is_ok());
}

async fn sessions_expire_in_bounded_sweeps(place: &Place) {
    let store = place.open(LIMITS).await;
    join_all((1..=600).map(|number| store.create(dialogue(number, 0)))).await;
    store.create(dialogue(601, 9)).await.unwrap();
    assert_eq!(store.sweep(at(3599)).await, Ok(0));
    assert_eq!(store.sweep(at(3600)).await, Ok(zeroth::store::SWEEP));
    assert_eq!(store.sweep(at(3600)).await, Ok(100));
    assert_eq!(store.sweep(at(3600)).await, Ok(0));
    assert_eq!(store.list(Page::first(9)).await.unwrap()[0].id, id(601));
}

async fn a_session_is_deleted_and_renamed(place: &Place) {
    let store = place.open(LIMITS).await;
    for number in [0, 1] {
        store.create(dialogue(number, 0)).await.unwrap();
        add(&*store, number, "kept", 1).await;
    }
    assert_eq!(store.rename(id(0), id(1)).await, Err(StoreError::Exists(id(1))));
    assert_eq!(store.rename(id(0), id(2)).await, Ok(()));
    assert_eq!(store.rename(id(0), id(3)).await, Err(StoreError::Unknown(id(0))));
    assert_eq!(texts(&*store, 2).await, ["1 kept?"]);
    assert_eq!(store.load(id(2), 0).await.unwrap().id, id(2));
    assert_eq!(store.delete(id(1)).await, Ok(()));
    assert_eq!(store.delete(id(1)).await, Err(StoreError::Unknown(id(1))));
    assert_eq!(store.transcript(id(1), 9).await, Err(StoreError::Unknown(id(1))));
    store.create(dialogue(1, 2)).await.unwrap();
    assert_eq!(told(&*store, 1).await, Vec::<String>::new(), "nothing is left of the one before");
}

fn spending(scope: &str, name: &str, usd: f64, tokens: u64) -> Spending {
    Spending { scope: scope.to_owned(), name: name.to_owned(), usd, tokens }
}

async fn what_was_spent_adds_up(place: &Place) {
    let store = place.open(LIMITS).await;
    assert_eq!(store.spent("team", 9).await, Ok(Vec::new()));
    let first = vec![spending("team", "red", 0.5, 10), spending("day", "20000", 0.5, 10)];
    assert_eq!(store.spend(first.clone(), at(1)).await, Ok(first));
    let more = vec![spending("team", "blue", 1.0, 1), spending("team", "red", 0.25, 5)];
    let sums = store.spend(more, at(2)).await.unwrap();
    assert_eq!(sums, [spending("team", "blue", 1.0, 1), spending("team", "red", 0.75, 15)]);
    let bookings = (0..20).map(|_| store.spend(vec![spending("day", "20000", 0.125, 1)], at(3)));
    assert!(join_all(bookings).await.iter().all(Result::is_ok));
    assert_eq!(store.spent("day", 9).await, Ok(vec![spending("day", "20000", 3.0, 30)]));
    assert_eq!(store.spent("team", 9).await.unwrap().len(), 2);
    assert_eq!(store.spent("team", 1).await.unwrap().len(), 1);
}

async fn everything_is_there_after_the_store_is_opened_again(place: &Place) {
    let store = place.open(LIMITS).await;
    store.create(dialogue(1, 0)).await.unwrap();
    step(&*store, "one", 1, &json!({"hp": 3}), false).await;
    store.append_turn(id(1), Expected::Aside, turn("why", 2)).await.unwrap();
    store.spend(vec![spending("team", "red", 0.5, 10)], at(1)).await.unwrap();
    let (before, told_before) = (store.load(id(1), 9).await.unwrap(), told(&*store, 1).await);
    drop(store);
    let store = place.open(LIMITS).await;
    if place.lasts() {
        assert_eq!(store.load(id(1), 9).await, Ok(before));
        assert_eq!(told(&*store, 1).await, told_before);
        assert_eq!(store.spent("team", 9).await.unwrap(), [spending("team", "red", 0.5, 10)]);
        assert_eq!(store.remove_turn(id(1), 1).await.unwrap().turn.response, "one?");
        assert_eq!(state(&*store).await.1, json!({"quest": "Find the bell. Ünïcode: 🔔"}));
    } else {
        assert_eq!(store.load(id(1), 9).await, Err(StoreError::Unknown(id(1))));
    }
}

async fn a_thousand_sessions_play_at_once(place: &Place) {
    let store = place.open(LIMITS).await;
    let games = (1..=1000).map(|number| {
        let store = Arc::clone(&store);
        async move {
            store.create(dialogue(number, 0)).await.unwrap();
            for played in 0..3 {
                let text = format!("game {number}, turn {played}");
                store.append_turn(id(number), Expected::After(played), turn(&text, played)).await.unwrap();
            }
            let kept = texts(&*store, number).await;
            let expected: Vec<String> =
                (0..3).map(|played| format!("{} game {number}, turn {played}?", played + 1)).collect();
            assert_eq!(kept, expected);
        }
    });
    join_all(games).await;
    assert_eq!(store.list(Page::first(2000)).await.unwrap().len(), 1000);
}
