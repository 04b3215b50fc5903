//! The documentation of the settings, written from their table.

use std::fmt::Write as _;

use super::settings::{GROUPS, Setting};

/// The text of `docs/config.md`.
pub fn reference() -> String {
    let mut text = String::from(
        "# Configuration\n\n<!-- Generated from src/config/settings.rs; `UPDATE_DOCS=1 cargo test --test docs` writes it anew. -->\n\n\
         Zeroth starts without any. What you set wins in this order: flag, environment, `.env`, default. Everything that\n\
         is wrong is reported at once, and the program ends with exit code 64.\n\n\
         Variables that begin with `ZEROTH_` have a flag; keys have none, since command lines can be read by others.\n\
         Durations are written `500ms`, `10s`, `5m`, `24h`.\n",
    );
    for group in GROUPS {
        let _ = writeln!(text, "\n## {}\n\n| variable | flag | default | example | what it does |", group.title);
        text.push_str("| --- | --- | --- | --- | --- |\n");
        for setting in group.settings {
            let Setting { variable, default, example, help, .. } = setting;
            let flag = setting.flag().map_or_else(String::new, |flag| format!("`--{flag}`"));
            let _ = writeln!(text, "| `{variable}` | {flag} | {default} | `{example}` | {help} |");
        }
    }
    text
}

/// The text of `.env.example`.
pub fn dotenv_example() -> String {
    let mut text = String::from(
        "# Copy this file to .env and take the # from the lines that you want.\n\
         # The values are examples; what holds without them is said above each.\n\
         # Generated from src/config/settings.rs; `UPDATE_DOCS=1 cargo test --test docs` writes it anew.\n",
    );
    for group in GROUPS {
        let _ = writeln!(text, "\n# --- {} ---", group.title);
        for Setting { variable, default, example, help, .. } in group.settings {
            let _ = writeln!(text, "\n{}\n# Default: {default}\n#{variable}={example}", commented(help));
        }
    }
    text
}

/// `text` as comment lines of readable width.
fn commented(text: &str) -> String {
    let mut lines = vec![String::from("#")];
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= 100 => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(format!("# {word}")),
        }
    }
    lines.join("\n")
}
