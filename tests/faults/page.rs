//! The page about faults.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use zeroth::llm::fault::Fault;

use crate::play::{Case, Mode, Outcome};

const HEAD: &str = "# Faults

<!-- Written by `UPDATE_DOCS=1 cargo test --test faults` from what the test saw. -->

Things go wrong with models, and Zeroth can make them go wrong on purpose: on stage, in a workshop, in an incident drill.

- In front of any model: `ZEROTH_FAULTS=503*2,stall=20s@0.1` (or `--faults`).
- In the simulator for other programs, `zeroth sim`: `ZEROTH_SIM_FAULTS`, a model's name (`gpt-4o-mini+429=2s`), the header
  `x-zeroth-fault`, or, while it runs, `PUT /admin/faults`.

A rule is `NAME[=VALUE][*TIMES][@PROBABILITY]`; several stand with commas between them. `503*2` fails twice and is well
again; `stall@0.1` hits one call in ten. The same seed and the same order of calls give the same faults.
";

const MATRIX: &str = "
## What becomes of a turn

Each fault was played through the Anthropic and the OpenAI protocol, from `zeroth sim` over HTTP to a player who asked for
one turn: streamed all the way; streamed by the model but unheard, as a plain `curl` has it; and whole
(`ZEROTH_STREAM=false`). It was played with one retry allowed and no second model to fall back to; latency and the wait of `429` were
20 ms, all timeouts 1 or 2 s. Attempts are what the provider saw. In every case: one `chat` span and one point of `gen_ai.client.inference.duration` with this `error.type`, one
`zeroth.model.retry` event for each attempt after the first, and a history that holds the turn only if it was answered.

";

/// The page must say what has just been seen.
pub(crate) fn fresh(cases: &[Case], outcomes: &[Outcome]) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/faults.md");
    let expected = page(cases, outcomes);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, &expected).unwrap();
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert!(written == expected, "docs/faults.md is stale; UPDATE_DOCS=1 cargo test --test faults writes it anew");
}

fn page(cases: &[Case], outcomes: &[Outcome]) -> String {
    let mut text = HEAD.to_owned();
    text.push_str(
        "\n## All faults\n\n| fault | what happens | at the table | in telemetry |\n| --- | --- | --- | --- |\n",
    );
    for fault in Fault::all() {
        let (help, noticed, symptom) = (fault.help(), fault.noticed(), fault.symptom());
        let _ = writeln!(text, "| `{fault}` | {help} | {noticed} | {symptom} |");
    }
    text.push_str(MATRIX);
    text.push_str(
        "| fault | protocol, mode | the player gets | `error.type` | attempts |\n| --- | --- | --- | --- | --- |\n",
    );
    for usual in Fault::all() {
        let name = usual.name();
        let seen: Vec<(String, String)> = cases
            .iter()
            .zip(outcomes)
            .filter(|(case, _)| case.fault.name() == name)
            .map(|(case, outcome)| (mode(case), row(outcome)))
            .collect();
        // Where both protocols and both modes come to the same, one line says it.
        let mut told: Vec<(Vec<String>, String)> = Vec::new();
        for (mode, row) in seen {
            match told.iter_mut().find(|(_, other)| *other == row) {
                Some((modes, _)) => modes.push(mode),
                None => told.push((vec![mode], row)),
            }
        }
        for (modes, row) in told {
            let _ = writeln!(text, "| `{name}` | {} | {row} |", together(&modes));
        }
    }
    text
}

fn mode(case: &Case) -> String {
    let mode = match case.mode {
        Mode::Whole => "whole",
        Mode::Unheard => "unheard",
        Mode::Streamed => "streamed",
    };
    format!("{:?} {mode}", case.vendor)
}

/// All, or both protocols of some modes, or whatever it is.
fn together(modes: &[String]) -> String {
    let both = |mode: &str| modes.iter().filter(|named| named.ends_with(mode)).count() == 2;
    let whole: Vec<&str> = ["whole", "unheard", "streamed"].into_iter().filter(|mode| both(mode)).collect();
    match whole.len() {
        3 => "all".to_owned(),
        modes_of_both if modes_of_both * 2 == modes.len() => whole.join(", "),
        _ => modes.join(", "),
    }
}

fn row(outcome: &Outcome) -> String {
    let told = outcome.told;
    let kind = told.error_type.map_or_else(|| "none".to_owned(), |kind| format!("`{kind}`"));
    format!("{} | {kind} | {}", told.status, outcome.attempts.len())
}
