//! Budgets: what is spent is shown, and what is not there is not spent.

use axum::body::Body;
use axum::http::Request;
use serde_json::json;

use crate::table::{Table, play};
use crate::trace::attribute;

fn by_team(team: &str) -> Request<Body> {
    let mut request = play("I look around.");
    request.headers_mut().insert("x-zeroth-team", team.parse().unwrap());
    request
}

/// The value of the metric's line that holds `label`.
async fn gauge(table: &Table, name: &str, label: &str) -> Option<f64> {
    let metrics = table.metrics().await;
    let line = metrics.lines().find(|line| line.starts_with(&format!("{name}{{")) && line.contains(label))?;
    line.rsplit(' ').next().unwrap().parse().ok()
}

#[tokio::test]
async fn a_team_that_has_spent_its_budget_waits_while_others_play() {
    let table = Table::new(&[("ZEROTH_BUDGET_TEAM_USD", "0.03")]);
    let mut played = 0;
    let problem = loop {
        let (status, answer) = table.send(by_team("red")).await;
        if status != 200 {
            break answer;
        }
        played += 1;
        assert!(played < 50, "the budget never ends");
    };
    assert!(played > 0, "{problem}");
    assert_eq!((&problem["status"], &problem["error_type"]), (&json!(402), &json!("budget_exceeded")));
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.starts_with("the budget of the team red of $0.0300 has $"), "{detail}");
    assert!(detail.contains("ZEROTH_BUDGET_TEAM_USD"), "{detail}");

    let spent = gauge(&table, "zeroth_budget_spent_usd", "team=\"red\"").await.unwrap();
    let left = gauge(&table, "zeroth_budget_remaining_usd", "team=\"red\"").await.unwrap();
    assert!(spent > 0.0 && spent <= 0.03 && (spent + left - 0.03).abs() < 1e-9, "{spent} {left}");
    assert_eq!(table.send(by_team("blue")).await.0, 200);
    assert_eq!(table.play("So do I.").await.0, 200, "who names no team has a budget, too");
}

#[tokio::test]
async fn a_refused_turn_is_a_span_without_tokens_and_no_turn_of_the_game() {
    let table = Table::new(&[("ZEROTH_BUDGET_DAY_TOKENS", "3000")]);
    let mut turns = 0;
    while table.play("I look around.").await.0 == 200 {
        turns += 1;
    }
    table.recorder.clear();
    assert_eq!(table.play("I look around.").await.0, 402);
    let spans = table.recorder.spans();
    let chat = spans.iter().find(|span| span.name.starts_with("chat ")).unwrap();
    assert_eq!(attribute(chat, "error.type").as_deref(), Some("budget_exceeded"));
    assert_eq!(attribute(chat, "gen_ai.usage.input_tokens"), None);
    let game = table.app.play().shared().await.unwrap();
    assert_eq!(game.turns.len(), turns);
}

#[tokio::test]
async fn a_team_without_a_proper_name_is_told() {
    let table = Table::new(&[]);
    let (status, problem) = table.send(by_team("two words")).await;
    assert_eq!((status, &problem["type"]), (400, &json!("/docs#problem-invalid-team")));
}

#[tokio::test]
async fn where_teams_are_listed_no_other_plays() {
    let table = Table::new(&[("ZEROTH_TEAMS", "red, blue")]);
    assert_eq!(table.send(by_team("red")).await.0, 200);
    assert_eq!(table.play("I have no team.").await.0, 200);
    let (status, problem) = table.send(by_team("green")).await;
    assert_eq!(
        (status, &problem["detail"]),
        (400, &json!("the header X-Zeroth-Team names green, which is no team here"))
    );
}
