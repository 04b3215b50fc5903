//! Documentation that is written from the code, kept fresh: `UPDATE_DOCS=1 cargo test --test docs` writes it anew.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs;
use std::path::Path;

#[test]
fn the_reference_of_settings_is_fresh() {
    fresh("docs/config.md", &zeroth::config::reference());
}

#[test]
fn the_example_of_a_dotenv_file_is_fresh() {
    fresh(".env.example", &zeroth::config::dotenv_example());
}

#[test]
fn the_reference_of_telemetry_is_fresh() {
    fresh("docs/telemetry.md", &zeroth::observe::reference());
}

fn fresh(path: &str, expected: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, expected).unwrap();
    }
    let written = fs::read_to_string(&file).unwrap_or_default();
    assert!(written == expected, "{path} is stale; UPDATE_DOCS=1 cargo test --test docs writes it anew");
}
