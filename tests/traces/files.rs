//! The file: who may read it, what it survives, and what is left alone.

use std::fs;

use zeroth::traces::{CallQuery, Config, Filter, Place, Sort, Traces};

use crate::stage::{self, accept, call, with};

#[tokio::test]
async fn what_was_told_is_there_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("data").join("traces.db");
    let config = || stage::config(Place::File(file.clone()));
    let traces = stage::open(config(), stage::hand());
    accept(&traces, vec![call(1, 1, 0, 100)]).await;
    drop(traces);
    let traces = stage::open(config(), stage::hand());
    assert_eq!(traces.number(), 1);
    accept(&traces, vec![call(1, 1, 0, 100), call(1, 2, 100, 100)]).await;
    assert_eq!(traces.calls(CallQuery::default()).await.unwrap().total.calls, 2);
    assert_eq!(traces.runs().await.unwrap().len(), 1);
    let health = traces.health().await.unwrap();
    assert_eq!((health.accepted, health.duplicates), (2, 1), "counts go on");
    assert!(health.file > 0);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&file), 0o600);
        assert_eq!(mode(&file.with_file_name("traces.db-wal")), 0o600);
        assert_eq!(mode(file.parent().unwrap()), 0o700);
    }
}

/// What turns a file of today into one of the first version.
const BACK: &str = "
    DROP INDEX calls_by_duration; DROP INDEX calls_by_cost; DROP INDEX logs_of_subjects; DROP INDEX logs_of_spans;
    DROP INDEX runs_leaving; DROP INDEX rollups_of_runs; DROP INDEX series_of_runs; DROP TABLE word_blocks;
    ALTER TABLE progress DROP COLUMN whole; ALTER TABLE logs DROP COLUMN subject;
    ALTER TABLE conversations DROP COLUMN sources; DROP TABLE conversation_marks;
    CREATE VIRTUAL TABLE words USING fts5 (text, content = '', contentless_delete = 1, detail = none);
    CREATE INDEX logs_of_traces ON logs (trace) WHERE trace IS NOT NULL;
    UPDATE progress SET indexed = next - 1, pruned = 1; PRAGMA user_version = 1;";

#[tokio::test]
async fn a_file_of_the_first_version_is_brought_up_to_date() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("traces.db");
    let config = || stage::config(Place::File(file.clone()));
    let traces = stage::open(config(), stage::hand());
    let message = r#"[{"role":"user","parts":[{"type":"text","content":"I open the hatch."}]}]"#;
    accept(&traces, vec![call(1, 1, 0, 300), with(call(2, 2, 90_000, 100), "gen_ai.input.messages", message)]).await;
    drop(traces);
    rusqlite::Connection::open(&file).unwrap().execute_batch(BACK).unwrap();
    let traces = stage::open(config(), stage::hand());
    stage::tend(&traces);
    accept(&traces, vec![call(3, 3, 200_000, 200)]).await;
    let slowest = traces.calls(CallQuery { sort: Sort::Duration, ..CallQuery::default() }).await.unwrap();
    assert_eq!((slowest.total.calls, slowest.calls[0].id, slowest.calls.len()), (3, 1, 3));
    let filter = Filter { text: Some("hatch".to_owned()), ..Filter::default() };
    let found = traces.calls(CallQuery { filter, ..CallQuery::default() }).await.unwrap();
    assert_eq!(found.calls.iter().map(|call| call.id).collect::<Vec<_>>(), [2], "its words are indexed anew");
}

#[test]
fn what_is_not_ours_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let sql = |name: &str, sql: &str| {
        let file = folder.path().join(name);
        rusqlite::Connection::open(&file).unwrap().execute_batch(sql).unwrap();
        file
    };
    let words = folder.path().join("words.db");
    fs::write(&words, "no database, but a letter that somebody wants to keep. ".repeat(40)).unwrap();
    let cases = [
        (words, "is damaged or no database"),
        (sql("foreign.db", "CREATE TABLE songs (title TEXT)"), "is a database of another program"),
        (
            sql("newer.db", "PRAGMA application_id = 1517442162; PRAGMA user_version = 99; CREATE TABLE x (y)"),
            "newer Zeroth",
        ),
    ];
    for (file, expected) in cases {
        let before = fs::read(&file).unwrap();
        let refused = refusal(stage::config(Place::File(file.clone())));
        assert!(refused.contains(expected), "{refused}");
        assert_eq!(fs::read(&file).unwrap(), before);
    }
    let nowhere = refusal(stage::config(Place::File("/proc/nowhere/traces.db".into())));
    assert!(nowhere.contains("cannot be made"), "{nowhere}");
}

fn refusal(config: Config) -> String {
    let prices = std::sync::Arc::new(zeroth::llm::PriceList::built_in());
    Traces::open(config, prices, stage::hand()).err().unwrap().to_string()
}
