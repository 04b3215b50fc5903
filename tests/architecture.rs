//! The layers of `ARCHITECTURE.md`, kept: this test reads the sources and fails on an import that goes the wrong way.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::path::{Path, PathBuf};

/// The modules of the crate, layer by layer. A module may use earlier layers, never its own or a later one.
const LAYERS: &[&[&str]] = &[
    &["clock", "id", "task", "content", "sqlite"],
    &["game"],
    &["llm"],
    &["prompt", "store", "traces"],
    &["insight", "play"],
    &["observe", "http", "repl", "wire"],
    &["config", "lifecycle"],
    &["app"],
    &["cli"],
];

/// Layers whose code must not know that it is observed.
const UNOBSERVED: usize = 5;

/// The one module that reads telemetry, and the types in which it comes. They are data; nothing is measured with them.
const RECEIVER: &str = "traces";
const WIRE: &str = "opentelemetry_proto";

#[test]
fn the_sources_keep_the_layers() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let files = sources(&root);
    assert!(files.len() > 30, "only {} sources found", files.len());
    let violations: Vec<String> = files
        .iter()
        .flat_map(|file| {
            let path = file.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/");
            violations(&path, &fs::read_to_string(file).unwrap())
        })
        .collect();
    assert!(violations.is_empty(), "\n{}", violations.join("\n"));
}

#[test]
fn every_module_has_a_layer() {
    let root = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs")).unwrap();
    let modules: Vec<&str> = root.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    let layered: Vec<&str> = LAYERS.concat();
    assert_eq!(modules, layered, "lib.rs names the modules in the order of the layers");
}

#[test]
fn planted_violations_are_found() {
    let doc = "//! A module.\n";
    let planted = [
        ("game/rules.rs", "use crate::llm::Model;", "game must not use llm"),
        ("store/memory.rs", "let x = crate::prompt::load();", "store must not use prompt"),
        ("http/play.rs", "use crate::observe::Telemetry;", "http must not use observe"),
        ("play/engine.rs", "use crate::{game, llm};", "grouped import"),
        ("clock.rs", "use super::play::Play;", "reaches out of its module"),
        ("llm/sim/mod.rs", "use super::super::play::Play;", "reaches out of its module"),
        ("llm/retry.rs", "tracing::info!(\"x\");", "must not know telemetry"),
        ("play/engine.rs", "use opentelemetry::Context;", "must not know telemetry"),
        ("traces/read.rs", "use opentelemetry::Context;", "must not know telemetry"),
        ("store/memory.rs", "use opentelemetry_proto::tonic;", "must not know telemetry"),
        ("traces/read.rs", "use crate::store::Store;", "traces must not use store"),
    ];
    for (path, line, expected) in planted {
        let found = violations(path, &format!("{doc}{line}\n"));
        assert!(found.iter().any(|violation| violation.contains(expected)), "{path}: {line}: {found:?}");
    }
    assert_eq!(violations("id.rs", "fn undocumented() {}\n"), ["id.rs: has no //! at its head"]);
    assert!(violations("traces/read.rs", "//! Fine.\nuse opentelemetry_proto::tonic;\n").is_empty());
    assert!(violations("play/engine.rs", "//! Fine.\nuse crate::llm::Model;\nuse super::port::Play;\n").is_empty());
}

/// What is wrong with one source file; `path` is relative to `src`.
fn violations(path: &str, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    if !text.starts_with("//!") {
        found.push(format!("{path}: has no //! at its head"));
    }
    let module = path.split(['/', '.']).next().unwrap();
    let Some(layer) = LAYERS.iter().position(|layer| layer.contains(&module)) else { return found };
    let mut depth = depth(path);
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//")) {
        depth += usize::from(line == "mod tests {");
        let mut report = |what: String| found.push(format!("{path}:{}: {what}", number + 1));
        if line.contains("use crate::{") {
            report("grouped import of the crate; write one line for each module".to_owned());
        }
        for used in used_modules(line) {
            let allowed = used == module || LAYERS[..layer].iter().any(|earlier| earlier.contains(&used));
            if !allowed {
                report(format!("{module} must not use {used}"));
            }
        }
        if reach(line) > depth {
            report("super:: reaches out of its module".to_owned());
        }
        let received = if module == RECEIVER { line.replace(WIRE, "") } else { line.to_owned() };
        if layer < UNOBSERVED && ["tracing::", "opentelemetry"].iter().any(|name| received.contains(name)) {
            report(format!("{module} must not know telemetry"));
        }
    }
    found
}

/// The modules after each `crate::` of a line.
fn used_modules(line: &str) -> impl Iterator<Item = &str> {
    line.split("crate::").skip(1).filter_map(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
        let known = LAYERS.iter().any(|layer| layer.contains(&&rest[..end]));
        known.then_some(&rest[..end])
    })
}

/// How many modules up the longest `super::super::…` of a line goes.
fn reach(line: &str) -> usize {
    let mut longest = 0;
    let mut run = 0;
    let mut rest = line;
    while let Some(at) = rest.find("super::") {
        run = if at == 0 { run + 1 } else { 1 };
        longest = longest.max(run);
        rest = &rest[at + "super::".len()..];
    }
    longest
}

/// How many modules above a file's own belong to the same top-level module.
fn depth(path: &str) -> usize {
    let folders = path.matches('/').count();
    let own = usize::from(!path.ends_with("/mod.rs"));
    (folders + own).saturating_sub(1)
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let (folders, files): (Vec<PathBuf>, Vec<PathBuf>) = entries.partition(|path| path.is_dir());
    let files = files.into_iter().filter(|file| file.extension().is_some_and(|ending| ending == "rs"));
    files.chain(folders.iter().flat_map(|folder| sources(folder))).collect()
}
