//! The questions that pages ask most, held to the indexes that make them fast.

use rusqlite::{Connection, params_from_iter};

use super::super::config::{Config, Place};
use super::super::open;
use super::calls::{CallQuery, Sort};
use super::conversations::{self, ConversationQuery};
use super::filter::{Conditions, Filter, Status};
use super::{ranks, totals};

fn store() -> Connection {
    open::writer(&Config::at(Place::Memory)).unwrap()
}

/// How SQLite goes about a query, a line for each step.
fn plan(connection: &Connection, sql: &str, conditions: &Conditions) -> String {
    let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
    let steps = statement.query_map(params_from_iter(&conditions.values), |row| row.get::<_, String>(3)).unwrap();
    steps.collect::<Result<Vec<_>, _>>().unwrap().join("\n")
}

fn filters() -> [Filter; 4] {
    let none = Filter::default();
    [
        none.clone(),
        Filter { from: Some(1), until: Some(9), ..none.clone() },
        Filter { run: Some(1), service: Some("game".to_owned()), ..none.clone() },
        Filter { model: Some("sim-1".to_owned()), component: Some("judge".to_owned()), ..none },
    ]
}

#[test]
fn the_highest_of_a_block_are_found_in_its_index() {
    let connection = store();
    for (sort, index) in [(Sort::Duration, "calls_by_duration"), (Sort::Cost, "calls_by_cost")] {
        for filter in filters() {
            let conditions = filter.conditions(&connection).unwrap();
            let query = CallQuery { filter: filter.clone(), sort, ..CallQuery::default() };
            let (sql, conditions) = ranks::block_sql(&query, &conditions, None, 9);
            let plan = plan(&connection, &sql, &conditions);
            let first = plan.lines().next().unwrap();
            assert!(first.starts_with("SEARCH c USING") && first.contains(index), "{filter:?}\n{plan}");
            assert!(!plan.contains("TEMP B-TREE"), "they are in order already: {filter:?}\n{plan}");
        }
    }
}

#[test]
fn the_newest_are_read_in_the_order_in_which_they_are_stored() {
    let connection = store();
    for filter in filters() {
        let conditions = filter.conditions(&connection).unwrap();
        let plan = plan(&connection, &ranks::sql(Sort::Time, filter.source(), &conditions), &conditions);
        assert!(!plan.contains("TEMP B-TREE"), "{filter:?}\n{plan}");
        if filter.from.is_some() || filter.run.is_some() {
            assert!(plan.contains("SEARCH c USING PRIMARY KEY (start>? AND start<?)"), "{filter:?}\n{plan}");
        }
    }
    let failed = Filter { status: Some(Status::Error), ..Filter::default() };
    let conditions = failed.conditions(&connection).unwrap();
    let plan = plan(&connection, &ranks::sql(Sort::Time, failed.source(), &conditions), &conditions);
    assert!(plan.contains("calls_with_errors"), "{plan}");
}

#[test]
fn where_most_is_left_out_all_calls_are_read_one_after_the_other() {
    let connection = store();
    let cheap = Filter { model: Some("sim-1".to_owned()), min_cost: Some(0.1), ..Filter::default() };
    let conditions = cheap.conditions(&connection).unwrap();
    for sort in [Sort::Duration, Sort::Cost] {
        let plan = plan(&connection, &ranks::sql(sort, cheap.source(), &conditions), &conditions);
        assert_eq!(plan.lines().next(), Some("SCAN c"), "not one by one through an index: {plan}");
    }
}

#[test]
fn conversations_are_read_in_their_order_and_their_marks_looked_up() {
    let connection = store();
    let query = ConversationQuery {
        run: Some(1),
        component: Some("judge".to_owned()),
        team: Some("red".to_owned()),
        ..ConversationQuery::default()
    };
    let conditions = conversations::conditions(&query);
    for sql in [conversations::page_sql(&conditions, 50), conversations::count_sql(&conditions)] {
        let plan = plan(&connection, &sql, &conditions);
        let first = plan.lines().next().unwrap();
        assert!(first.starts_with("SCAN v USING") && first.contains("INDEX conversations_by_time"), "{plan}");
        let mark = "SEARCH conversation_marks EXISTS USING PRIMARY KEY (kind=? AND value=? AND conversation=?)";
        assert_eq!(plan.matches(mark).count(), 3, "{plan}");
        assert!(!plan.contains("TEMP B-TREE"), "{plan}");
    }
}

#[test]
fn the_calls_of_a_conversation_are_in_their_order() {
    let connection = store();
    let one = "INSERT INTO conversations (service, name, run, first, last, steps, calls, errors, input, output, cost) \
               VALUES (1, 'talk', 1, 1, 1, 1, 1, 0, 0, 0, 0)";
    connection.execute(one, []).unwrap();
    let filter = Filter { conversation: Some("talk".to_owned()), ..Filter::default() };
    let conditions = filter.conditions(&connection).unwrap();
    let plan = plan(&connection, &ranks::sql(Sort::Time, filter.source(), &conditions), &conditions);
    assert!(plan.contains("calls_of_conversations (conversation=?)") && !plan.contains("TEMP B-TREE"), "{plan}");
}

#[test]
fn totals_come_from_a_stretch_of_sums() {
    let connection = store();
    for filter in filters() {
        let conditions = totals::sums(&connection, &filter, 3600, 0, 9).unwrap();
        let plan = plan(&connection, &totals::sums_sql(&conditions), &conditions);
        let of_time = plan.contains("SEARCH rollups USING PRIMARY KEY (width=? AND start>? AND start<?)");
        let of_run = plan.contains("rollups_of_runs (run=? AND width=? AND start>? AND start<?)");
        assert!(of_time || of_run, "{filter:?}\n{plan}");
    }
}

#[test]
fn calls_with_words_are_looked_up_by_their_keys() {
    let connection = store();
    let filter = Filter { text: Some("hatch".to_owned()), ..Filter::default() };
    let conditions = filter.conditions(&connection).unwrap();
    for sql in [totals::counted_sql(&filter, &conditions), ranks::sql(Sort::Time, filter.source(), &conditions)] {
        let plan = plan(&connection, &sql, &conditions);
        assert!(plan.contains("SEARCH c USING PRIMARY KEY (start=? AND id=?)"), "{plan}");
    }
}
