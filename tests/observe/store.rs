//! What the outer ring records of the database.

use zeroth::observe::spans::SPANS;

use crate::table::{START, Table};

#[tokio::test]
async fn each_question_of_a_turn_is_a_span_and_a_duration() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().to_str().unwrap();
    let table = Table::new(&[("ZEROTH_STORE", "sqlite"), ("ZEROTH_DATA_DIR", place)]);
    table.play("I look around.").await;
    table.recorder.clear();
    table.play("I go on.").await;
    insta::assert_snapshot!(table.recorder.outline(), @"
    POST /play
      invoke_agent Dungeon Master
        SELECT sessions
        chat sim-1
        INSERT turns
    ");
    let tree = table.recorder.tree(START);
    let told = tree.lines().skip_while(|line| !line.contains("INSERT turns")).skip(1).map(str::trim);
    let told: Vec<&str> = told.take_while(|line| line.starts_with('|')).collect();
    insta::assert_snapshot!(told.join("\n"), @"
    | db.collection.name = turns
    | db.namespace = sessions.db
    | db.operation.name = INSERT
    | db.system.name = sqlite
    | zeroth.component = store
    ");
    let documented = SPANS.iter().find(|span| span.name == "{operation} {table}").unwrap();
    for line in &told {
        let key = line.trim_start_matches("| ").split(' ').next().unwrap();
        assert!(documented.may_have(key), "{key}");
    }
    let metrics = table.metrics().await;
    let durations = metrics.lines().filter(|line| line.starts_with("db_client_operation_duration_seconds_count"));
    let durations: Vec<&str> = durations.filter(|line| line.contains("db_collection_name=\"turns\"")).collect();
    assert!(durations.len() == 1 && durations[0].ends_with(" 2"), "{metrics}");
    assert!(durations[0].contains("zeroth_component=\"store\""), "{metrics}");
}
