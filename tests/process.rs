//! The program as a user starts it: the real binary, its output, its signals and its exit codes.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "common/otlp.rs"]
mod otlp;

use std::process::Stdio;

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::{Child, Command};

use otlp::Backend;

/// The program in an empty folder, with nothing of this machine's environment but the instant simulator.
fn zeroth(folder: &tempfile::TempDir, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_zeroth"));
    command.args(arguments).current_dir(folder.path()).env_clear().env("HOME", folder.path());
    command.env("ZEROTH_SIM_SPEED", "instant").kill_on_drop(true);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

/// Starts a server on a free port and waits until it says its address.
async fn start(command: &mut Command) -> (Child, String, BufReader<tokio::process::ChildStderr>) {
    let mut server = command.spawn().unwrap();
    let mut lines = BufReader::new(server.stderr.take().unwrap());
    let mut line = String::new();
    lines.read_line(&mut line).await.unwrap();
    let address = line
        .trim()
        .strip_prefix("Zeroth ")
        .and_then(|line| line.rsplit(" on ").next())
        .unwrap_or_else(|| panic!("{line}"))
        .to_owned();
    (server, address, lines)
}

fn client() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().no_proxy().build().unwrap()
}

async fn play(address: &str, message: &str) -> reqwest::Response {
    let body = serde_json::json!({ "message": message });
    client().post(format!("{address}/play")).json(&body).send().await.unwrap()
}

async fn terminate(server: &Child) {
    let pid = server.id().unwrap().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().await.unwrap().success());
}

#[tokio::test]
async fn sigterm_delivers_the_last_telemetry() {
    let (backend, endpoint) = Backend::start().await;
    let folder = folder();
    let mut command = zeroth(&folder, &["serve", "--port", "0"]);
    command.env("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint);
    // Long enough that nothing is sent before the end by itself.
    command.env("OTEL_BSP_SCHEDULE_DELAY", "600000").env("OTEL_BLRP_SCHEDULE_DELAY", "600000");
    command.env("OTEL_METRIC_EXPORT_INTERVAL", "600000");
    command.env("OTLP_HEADERS", "MTIzNDU2OnRva2Vu");
    let (mut server, address, _lines) = start(&mut command).await;
    let answer: serde_json::Value = play(&address, "I look around.").await.json().await.unwrap();

    terminate(&server).await;
    assert!(server.wait().await.unwrap().success());
    let trace = answer["trace_id"].as_str().unwrap();
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let spans = backend.spans();
    let mut names: Vec<&str> =
        spans.iter().filter(|span| hex(&span.trace_id) == trace).map(|span| span.name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["INSERT turns", "POST /play", "SELECT sessions", "chat sim-1", "invoke_agent Dungeon Master"]);

    let logs = backend.log_records();
    let turn = logs.iter().find(|record| record.event_name == "turn_complete").unwrap();
    assert_eq!(hex(&turn.trace_id), trace);
    assert!(logs.iter().any(|record| record.event_name == "session_start"));
    assert!(backend.metric_names().contains(&"zeroth.cost.usd".to_owned()));
    assert!(backend.headers().iter().all(|headers| headers["authorization"] == "Basic MTIzNDU2OnRva2Vu"));
}

#[tokio::test]
async fn under_load_no_log_record_vanishes() {
    let (backend, endpoint) = Backend::start().await;
    let folder = folder();
    let mut command = zeroth(&folder, &["serve", "--port", "0", "--log", "off"]);
    command.env("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint);
    let (mut server, address, _lines) = start(&mut command).await;
    let players = (0..10).map(|player| {
        let address = address.clone();
        async move {
            for turn in 0..30 {
                assert!(play(&address, &format!("Player {player} tries {turn}.")).await.status().is_success());
            }
        }
    });
    futures::future::join_all(players).await;
    terminate(&server).await;
    assert!(server.wait().await.unwrap().success());
    let logs = backend.log_records();
    assert_eq!(logs.iter().filter(|record| record.event_name == "turn_complete").count(), 300);
    assert_eq!(backend.spans().iter().filter(|span| span.name == "POST /play").count(), 300);
}

#[tokio::test]
async fn a_dead_backend_is_complained_about_once() {
    let folder = folder();
    let mut command = zeroth(&folder, &["serve", "--port", "0"]);
    command.env("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9").env("OTEL_EXPORTER_OTLP_TIMEOUT", "200");
    command.env("OTEL_BSP_SCHEDULE_DELAY", "1").env("OTEL_BLRP_SCHEDULE_DELAY", "1");
    let (mut server, address, mut lines) = start(&mut command).await;
    for turn in 0..20 {
        assert!(play(&address, &format!("I knock {turn} times.")).await.status().is_success());
    }
    terminate(&server).await;
    let mut text = String::new();
    lines.read_to_string(&mut text).await.unwrap();
    assert!(server.wait().await.unwrap().success());
    assert_eq!(text.matches("telemetry is being lost").count(), 1, "{text}");
    assert!(!text.contains("ERROR") && !text.contains("opentelemetry"), "{text}");
    assert!(text.contains("telemetry items were not delivered"), "{text}");
}

#[tokio::test]
async fn events_tell_what_happened_and_nothing_of_what_was_said() {
    let (backend, endpoint) = Backend::start().await;
    let folder = folder();
    let mut command = zeroth(&folder, &["serve", "--port", "0", "--message-limit", "60"]);
    command.env("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint);
    let (server, address, mut lines) = start(&mut command).await;
    assert_eq!(play(&address, "I whisper the passphrase xyzzy-4711.").await.status(), 200);
    assert_eq!(play(&address, &"xyzzy ".repeat(20)).await.status(), 400);
    terminate(&server).await;
    let mut text = String::new();
    lines.read_to_string(&mut text).await.unwrap();
    let records = backend.log_records();
    let attributes = |name: &str| {
        let record = records.iter().find(|record| record.event_name == name).unwrap();
        let mut keys: Vec<&str> = record.attributes.iter().map(|attribute| attribute.key.as_str()).collect();
        keys.sort_unstable();
        assert!(!record.trace_id.is_empty(), "{name} belongs to a trace");
        keys.join(", ")
    };
    insta::assert_snapshot!(attributes("session_start"), @"session.id, zeroth.campaign, zeroth.component");
    insta::assert_snapshot!(attributes("turn_complete"), @"gen_ai.response.model, gen_ai.usage.input_tokens, gen_ai.usage.output_tokens, session.id, zeroth.component, zeroth.cost.simulated, zeroth.cost.usd, zeroth.turn.duration, zeroth.turn.number");
    insta::assert_snapshot!(attributes("turn_error"), @"error.type, session.id, zeroth.component, zeroth.turn.duration");
    let told = format!("{text}{records:?}{:?}", backend.spans());
    assert!(told.contains("turn kept") && !told.contains("xyzzy"), "{told}");
}

#[tokio::test]
async fn a_turn_that_outlasts_the_grace_is_cancelled_and_leaves_its_spans() {
    let (backend, endpoint) = Backend::start().await;
    let folder = folder();
    let mut command = zeroth(&folder, &["serve", "--port", "0", "--sim-speed", "0.01x", "--shutdown-timeout", "100ms"]);
    command.env("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint).env("ZEROTH_FIRST_TOKEN_TIMEOUT", "10m");
    command.env("ZEROTH_MODEL_TIMEOUT", "10m");
    let (mut server, address, mut lines) = start(&mut command).await;
    let turn = tokio::time::timeout(std::time::Duration::from_secs(1), play(&address, "I wait.")).await;
    assert!(turn.is_err(), "nobody answers that slowly");
    terminate(&server).await;
    let mut text = String::new();
    lines.read_to_string(&mut text).await.unwrap();
    assert!(server.wait().await.unwrap().success());
    assert!(text.contains("had to be cancelled (ZEROTH_SHUTDOWN_TIMEOUT gives more time)"), "{text}");
    let spans = backend.spans();
    let cancelled = spans.iter().find(|span| span.name.starts_with("chat ")).unwrap();
    assert!(cancelled.attributes.iter().any(|attribute| attribute.key == "error.type"), "{cancelled:?}");
}

#[tokio::test]
async fn spans_can_be_read_on_standard_error() {
    let folder = folder();
    let mut command = zeroth(&folder, &["serve", "--port", "0", "--log", "off"]);
    command.env("OTEL_TRACES_EXPORTER", "console");
    let (server, address, mut lines) = start(&mut command).await;
    play(&address, "I look around.").await;
    terminate(&server).await;
    let mut text = String::new();
    lines.read_to_string(&mut text).await.unwrap();
    let tree: Vec<&str> = text.lines().skip_while(|line| !line.starts_with("POST /play")).take(5).collect();
    assert!(tree[0].contains(" · status 200"), "{text}");
    assert!(tree[1].starts_with("└─ invoke_agent Dungeon Master") && tree[1].contains(" · turn 1 "), "{text}");
    assert!(tree[2].starts_with("   ├─ SELECT sessions"), "{text}");
    assert!(tree[3].starts_with("   ├─ chat sim-1") && tree[3].contains(" · prompt dialogue v1 "), "{text}");
    assert!(tree[3].ends_with("(simulated)"), "{text}");
    assert!(tree[4].starts_with("   └─ INSERT turns"), "{text}");
}

#[tokio::test]
async fn a_turn_whose_client_left_can_be_read_too() {
    let folder = folder();
    let mut command = zeroth(&folder, &["serve", "--port", "0", "--sim-speed", "2x", "--log", "off"]);
    command.env("OTEL_TRACES_EXPORTER", "console");
    let (server, address, mut lines) = start(&mut command).await;
    let request = client().post(format!("{address}/play")).header("accept", "text/event-stream");
    let mut stream = request.json(&serde_json::json!({ "message": "I wait." })).send().await.unwrap();
    assert!(stream.chunk().await.unwrap().is_some(), "the turn is under way");
    drop(stream);
    terminate(&server).await;
    let mut text = String::new();
    lines.read_to_string(&mut text).await.unwrap();
    let turn = text.lines().find(|line| line.contains("invoke_agent Dungeon Master")).unwrap();
    assert!(turn.contains(" · turn 1 "), "{text}");
}

#[tokio::test]
async fn sigterm_lets_a_turn_under_way_finish() {
    let folder = folder();
    let mut command = zeroth(&folder, &["serve", "--port", "0", "--sim-speed", "real"]);
    let (mut server, address, _lines) = start(&mut command).await;
    let mut stream = client()
        .post(format!("{address}/play"))
        .header("accept", "text/event-stream")
        .json(&serde_json::json!({ "message": "I look around." }))
        .send()
        .await
        .unwrap();
    // The first words are there, so the turn is under way.
    let mut text = String::from_utf8(stream.chunk().await.unwrap().unwrap().to_vec()).unwrap();
    terminate(&server).await;
    while let Some(chunk) = stream.chunk().await.unwrap() {
        text.push_str(&String::from_utf8_lossy(&chunk));
    }
    assert!(text.contains("event: turn"), "{text}");
    assert!(server.wait().await.unwrap().success());
}

#[tokio::test]
async fn the_simulator_serves_others_and_finishes_an_answer_after_sigterm() {
    let folder = folder();
    let mut command = zeroth(&folder, &["sim", "--sim-port", "0", "--sim-speed", "real"]);
    let (mut server, address, mut lines) = start(&mut command).await;
    let message = serde_json::json!({ "role": "user", "content": "Hello" });
    let body = serde_json::json!({ "model": "any", "max_tokens": 60, "stream": true, "messages": [message] });
    let mut stream = client()
        .post(format!("{address}/v1/messages"))
        .header("anthropic-version", "2023-06-01")
        .json(&body)
        .send()
        .await
        .unwrap();
    // The head is there, so the answer is under way.
    terminate(&server).await;
    let mut text = String::new();
    while let Some(chunk) = stream.chunk().await.unwrap() {
        text.push_str(&String::from_utf8_lossy(&chunk));
    }
    assert!(text.ends_with("event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"), "{text}");
    assert!(server.wait().await.unwrap().success());
    let mut told = String::new();
    lines.read_to_string(&mut told).await.unwrap();
    assert!(told.contains("curl -s") && told.ends_with("zeroth: stopped\n"), "{told}");
}

#[tokio::test]
async fn every_problem_of_the_configuration_is_told_at_once() {
    let folder = folder();
    std::fs::write(
        folder.path().join(".env"),
        "ANTHROPIC_API_KEY=sk s3cret\nZEROTH_SIM_SEED=-1\nZEROTH_IDLE_TIMEOUT=soon\n",
    )
    .unwrap();
    let mut command = zeroth(&folder, &["serve", "--port", "99999"]);
    command.env("ZEROTH_METRIC_NAMES", "old").env("ZEROTH_MODEL", "anthropic");
    command.env("OTLP_HEADERS", "s3cret");
    command.env("OTLP_ENDPOINT", "https://otlp.example/otlp").env("ZEROTH_PROT", "8080");
    let output = command.output().await.unwrap();
    assert_eq!(output.status.code(), Some(64));
    insta::assert_snapshot!(String::from_utf8(output.stderr).unwrap(), @"
    zeroth: ZEROTH_PROT is no setting and changes nothing; did you mean ZEROTH_PORT?
    zeroth: 7 problems with the configuration:
      - .env: a line cannot be read; it looks like ZEROTH_PORT=5050, with quotes around spaces
      - --port: `99999` is not a number from 0 to 65535; an example is --port=8080
      - ANTHROPIC_API_KEY: is needed for the chosen model; an example is ANTHROPIC_API_KEY=sk-ant-…
      - ZEROTH_SIM_SEED: `-1` is not a number from 0 to 18446744073709551615; an example is ZEROTH_SIM_SEED=7
      - ZEROTH_IDLE_TIMEOUT: `soon` is not a duration; an example is ZEROTH_IDLE_TIMEOUT=5s
      - OTLP_HEADERS: `[REDACTED]` is not base64 of `instance:token`; an example is OTLP_HEADERS=MTIzNDU2OmdsY18…
      - ZEROTH_METRIC_NAMES: `old` is none of both, current, legacy; an example is ZEROTH_METRIC_NAMES=current
    All settings: docs/config.md or .env.example
    ");
}

#[tokio::test]
async fn an_unknown_campaign_names_the_known_ones() {
    let folder = folder();
    let output = zeroth(&folder, &["serve", "--campaign", "../etc"]).output().await.unwrap();
    let complaint = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(64));
    assert!(complaint.contains("enterprise") && complaint.contains("lighthouse"), "{complaint}");
}

#[tokio::test]
async fn flags_win_over_the_environment_and_that_over_the_dotenv_file() {
    let folder = folder();
    let dotenv = "ZEROTH_CAMPAIGN=nowhere\nZEROTH_PORT=1\nZEROTH_VERSION=from-dotenv\n";
    std::fs::write(folder.path().join(".env"), dotenv).unwrap();
    let mut command = zeroth(&folder, &["--port", "0"]);
    command.env("ZEROTH_CAMPAIGN", "lighthouse").env("ZEROTH_PORT", "2");
    let (mut server, address, _lines) = start(&mut command).await;
    let health = client().get(format!("{address}/healthz")).send().await.unwrap().text().await.unwrap();
    assert!(health.contains("from-dotenv"), "{health}");
    let game = client().get(format!("{address}/")).send().await.unwrap().text().await.unwrap();
    assert!(game.contains("quest") && !game.contains("Data"), "{game}");
    server.kill().await.unwrap();
}

#[tokio::test]
async fn lines_of_standard_input_are_played_one_by_one() {
    let folder = folder();
    let mut command = zeroth(&folder, &["play"]);
    command.stdin(Stdio::piped());
    let mut player = command.spawn().unwrap();
    let mut input = player.stdin.take().unwrap();
    input.write_all(b"# a comment\nI look around.\n\nWhat is my brain made of?\n").await.unwrap();
    drop(input);
    let output = player.wait_with_output().await.unwrap();
    let (words, complaints) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    assert!(output.status.success(), "{complaints}");
    assert_eq!(words.matches("It is your turn, Data.").count(), 2, "{words}");
    assert!(words.contains("positronic") && !words.contains('\u{1b}'), "{words}");
}

#[tokio::test]
async fn completions_are_printed_for_a_shell() {
    let folder = folder();
    let output = zeroth(&folder, &["completions", "bash"]).output().await.unwrap();
    assert!(output.status.success());
    assert!(String::from_utf8(output.stdout).unwrap().contains("--sim-speed"));
}

#[tokio::test]
async fn with_telemetry_switched_off_the_game_is_the_same() {
    let folder = folder();
    let mut command = zeroth(&folder, &["--port", "0"]);
    command.env("OTEL_SDK_DISABLED", "true");
    let (mut server, address, _lines) = start(&mut command).await;
    let answer: serde_json::Value = play(&address, "I look around.").await.json().await.unwrap();
    assert_eq!(answer["speaker"], "Dungeon Master");
    assert_eq!(answer["trace_id"], serde_json::Value::Null);
    terminate(&server).await;
    assert!(server.wait().await.unwrap().success());
}
