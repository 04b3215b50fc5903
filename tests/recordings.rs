//! `zeroth export` and `zeroth import` as a user runs them, beside servers that run; and the token, which nobody ever sees.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[expect(dead_code, reason = "other tests use the rest of it")]
#[path = "common/server.rs"]
mod server;

use std::fs;
use std::path::Path;
use std::process::Stdio;

use serde_json::{Value, json};
use server::Server;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::Command;

const TOKEN: &str = "canary-5b1d-never-shown";

struct Ran {
    code: i32,
    out: Vec<u8>,
    err: String,
}

/// Runs the program to its end, with its data in `folder`.
async fn run(folder: &Path, settings: &[(&str, &str)], arguments: &[&str]) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_zeroth"));
    command.args(arguments).current_dir(folder).env_clear().env("ZEROTH_DATA_DIR", folder);
    command.env("NO_PROXY", "*").envs(settings.iter().copied()).stdin(Stdio::null());
    let done = command.output().await.unwrap();
    let err = String::from_utf8(done.stderr).unwrap();
    assert!(!err.contains("canary"), "{err}");
    Ran { code: done.status.code().unwrap(), out: done.stdout, err }
}

async fn played(folder: &Path, settings: &[(&str, &str)]) -> Server {
    let server = Server::start(folder, settings).await;
    assert_eq!(server.post("/play", &json!({"message": "I look around."})).await.0, 200);
    server
}

/// Calls to models that a server tells of, once it tells of any; those of its own may take a moment.
async fn calls(server: &Server) -> Value {
    loop {
        let told = server.get("/api/calls").await;
        if told["total"]["calls"].as_u64().unwrap() > 0 {
            return told;
        }
        tokio::task::yield_now().await;
    }
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

#[tokio::test]
async fn a_recording_is_made_beside_a_server_and_told_elsewhere() {
    let (here, there) = (folder(), folder());
    let server = played(here.path(), &[]).await;
    let original = calls(&server).await;
    let recording = here.path().join("incident.jsonl.gz");
    let name = recording.to_str().unwrap();
    let made = run(here.path(), &[], &["export", name]).await;
    assert_eq!(made.code, 0, "{}", made.err);
    assert!(made.err.contains("zeroth: exported "), "{}", made.err);
    assert!(fs::read(&recording).unwrap().starts_with(&[0x1f, 0x8b]));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(fs::metadata(&recording).unwrap().permissions().mode() & 0o777, 0o600);
    }
    server.terminate().await;

    let told = run(there.path(), &[], &["import", name]).await;
    assert_eq!(told.code, 0, "{}", told.err);
    assert!(told.err.contains("are in the trace store"), "{}", told.err);
    let elsewhere = Server::start(there.path(), &[]).await;
    let copied = calls(&elsewhere).await;
    for told in original["calls"].as_array().unwrap() {
        let found = copied["calls"].as_array().unwrap().iter().any(|call| call["span"] == told["span"]);
        assert!(found, "{told} is missing in {copied}");
    }

    // The server has the file open: it is sent there.
    let again = run(there.path(), &[], &["import", name]).await;
    assert!(again.code == 0 && again.err.contains(&format!("are in {}", elsewhere.address)), "{}", again.err);
    let before = elsewhere.get("/api/calls?component=dialogue").await["total"]["calls"].as_u64().unwrap();
    assert_eq!(
        before,
        original["calls"].as_array().unwrap().iter().filter(|call| call["component"] == "dialogue").count() as u64
    );

    let now = elsewhere.get("/api/status").await["now"].as_u64().unwrap();
    let moved = run(there.path(), &[], &["import", "--shift", "now", name]).await;
    assert_eq!(moved.code, 0, "{}", moved.err);
    let after = elsewhere.get("/api/calls?component=dialogue").await;
    assert_eq!(after["total"]["calls"].as_u64().unwrap(), 2 * before);
    let fast = run(there.path(), &[], &["import", "--speed", "10000x", name]).await;
    assert_eq!(fast.code, 0, "{}", fast.err);
    assert_eq!(elsewhere.get("/api/calls?component=dialogue").await["total"]["calls"].as_u64().unwrap(), 3 * before);
    let runs = elsewhere.get("/api/runs").await;
    let replays = runs["runs"].as_array().unwrap().iter().filter(|run| {
        run["instance"].as_str().unwrap_or_default().starts_with("replay-")
            && run["last"].as_u64().unwrap() + 60_000_000 > now
    });
    assert_eq!(replays.count(), 2, "{runs}");
    elsewhere.terminate().await;
}

#[tokio::test]
async fn lines_that_cannot_be_read_are_named_and_the_others_are_kept() {
    let folder = folder();
    let good = json!({"resourceSpans": [{"scopeSpans": [{"spans": [{
        "traceId": "0af7651916cd43dd8448eb211c80319c", "spanId": "b7ad6b7169203331", "name": "step",
        "startTimeUnixNano": "1795262400000000000", "endTimeUnixNano": "1795262400000000001"
    }]}]}]});
    let file = folder.path().join("mixed.jsonl");
    fs::write(&file, format!("hello\n{good}\n\n{{\"resourceSpans\": 7}}\n{good}\n{{\"resour")).unwrap();
    let told = run(folder.path(), &[], &["import", "mixed.jsonl"]).await;
    assert_eq!(told.code, 1, "{}", told.err);
    for expected in [
        "mixed.jsonl:1: this is not a line of OTLP as JSON: ",
        "mixed.jsonl:4: this is not an OTLP trace export request: ",
        "mixed.jsonl:6: this is not a line of OTLP as JSON: ",
        "zeroth: 2 spans, log records and points are in the trace store; 3 lines or files could not be read",
    ] {
        assert!(told.err.contains(expected), "{expected}: {}", told.err);
    }
    let out = run(folder.path(), &[], &["export", "-"]).await;
    let line: Value = serde_json::from_slice(&out.out).unwrap();
    assert_eq!(line["resourceSpans"][0]["scopeSpans"][0]["spans"][0]["name"], "step", "{line}");
    let missing = run(folder.path(), &[], &["import", "nothing.jsonl"]).await;
    assert!(missing.code == 1 && missing.err.contains("nothing.jsonl: No such file"), "{}", missing.err);
    let unknown = run(folder.path(), &[], &["export", "--conversation", "nobody"]).await;
    assert!(unknown.code == 1 && unknown.err.contains("there is no such conversation"), "{}", unknown.err);
    let off = run(folder.path(), &[("ZEROTH_TRACES", "off")], &["export"]).await;
    assert!(off.code == 1 && off.err.contains("ZEROTH_TRACES=file"), "{}", off.err);
    let nobody = run(folder.path(), &[], &["import", "--to", "http://127.0.0.1:9", "mixed.jsonl"]).await;
    assert!(nobody.code == 1 && nobody.err.contains("cannot connect to 127.0.0.1:9"), "{}", nobody.err);
}

#[tokio::test]
async fn ports_for_telemetry_are_open_until_the_end() {
    let folder = folder();
    let mut command = Command::new(env!("CARGO_BIN_EXE_zeroth"));
    command.args(["--port", "0", "--otlp-http", "0", "--otlp-grpc", "127.0.0.1:0", "--log", "off"]);
    command.current_dir(folder.path()).env_clear().env("ZEROTH_DATA_DIR", folder.path()).kill_on_drop(true);
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let places = loop {
        let line = lines.next_line().await.unwrap().expect("a line about receivers");
        if let Some(places) = line.trim().strip_prefix("receives   OTLP over HTTP and gRPC on ") {
            break places.to_owned();
        }
    };
    // Somebody must read what it says.
    #[expect(clippy::disallowed_methods, reason = "it ends with the process")]
    drop(tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} }));
    let ports: Vec<&str> = places.split(", ").collect();
    let record =
        |time: u64| json!({"resourceLogs": [{"scopeLogs": [{"logRecords": [{"timeUnixNano": time.to_string()}]}]}]});
    for (place, port) in ports.iter().enumerate() {
        let file = format!("{place}.jsonl");
        fs::write(folder.path().join(&file), record(1_795_262_400_000_000_000 + place as u64).to_string()).unwrap();
        let sent = run(folder.path(), &[], &["import", "--to", port, &file]).await;
        assert!(sent.code == 0 && sent.err.contains(port), "{}", sent.err);
    }
    let port = ports[0].rsplit(':').next().unwrap();
    let taken = run(folder.path(), &[("ZEROTH_TRACES", "memory")], &["--port", "0", "--otlp-http", port]).await;
    assert!(taken.code == 1 && taken.err.contains("ZEROTH_OTLP_HTTP: cannot listen on 127.0.0.1:"), "{}", taken.err);
    let pid = child.id().unwrap().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().await.unwrap().success());
    assert!(child.wait().await.unwrap().success());
    // Both are kept, whoever asks afterwards.
    let out = String::from_utf8(run(folder.path(), &[], &["export"]).await.out).unwrap();
    assert_eq!(out.matches("17952624000000000").count(), 2, "{out}");
}

#[tokio::test]
async fn with_a_token_it_is_shown_to_the_server_and_to_nobody_else() {
    let (here, there) = (folder(), folder());
    let mut command = Command::new(env!("CARGO_BIN_EXE_zeroth"));
    command.args(["serve", "--port", "0", "--log", "trace"]).current_dir(here.path()).env_clear();
    command.env("ZEROTH_DATA_DIR", here.path()).env("ZEROTH_TOKEN", TOKEN).env("OTEL_TRACES_EXPORTER", "console");
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).kill_on_drop(true);
    let mut child = command.spawn().unwrap();
    let mut told = child.stderr.take().unwrap();
    let mut said = Vec::new();
    let address = loop {
        let mut piece = [0; 1024];
        let read = told.read(&mut piece).await.unwrap();
        assert!(read > 0, "{}", String::from_utf8_lossy(&said));
        said.extend_from_slice(&piece[..read]);
        let text = String::from_utf8_lossy(&said).into_owned();
        if let Some((line, _)) = text.split_once('\n') {
            break line.trim().rsplit(" on ").next().unwrap().to_owned();
        }
    };
    let reading = async { told.read_to_end(&mut said).await.unwrap() };
    let asking = async {
        let line =
            json!({"resourceLogs": [{"scopeLogs": [{"logRecords": [{"timeUnixNano": "1795262400000000000"}]}]}]});
        fs::write(there.path().join("one.jsonl"), line.to_string()).unwrap();
        let to = ["import", "--to", &address, "one.jsonl"];
        let refused = run(there.path(), &[], &to).await;
        assert!(refused.code == 1 && refused.err.contains("answers 401"), "{}", refused.err);
        let taken = run(there.path(), &[("ZEROTH_TOKEN", TOKEN)], &to).await;
        assert!(taken.code == 0 && taken.err.contains("zeroth: 1 spans"), "{}", taken.err);
        let pid = child.id().unwrap().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().await.unwrap().success());
    };
    tokio::join!(reading, asking);
    let said = String::from_utf8_lossy(&said);
    assert!(said.contains("with the token watch, too"), "{said}");
    assert!(!said.contains("canary"), "{said}");
    for entry in fs::read_dir(here.path()).unwrap() {
        let kept = fs::read(entry.unwrap().path()).unwrap();
        assert!(!kept.windows(6).any(|bytes| bytes == b"canary"), "it is in what is kept");
    }
}

/// Plays a turn in the terminal, with its data in `folder`.
async fn play(folder: &Path, settings: &[(&str, &str)]) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_zeroth"));
    command.arg("play").current_dir(folder).env_clear().env("ZEROTH_DATA_DIR", folder).env("NO_PROXY", "*");
    command.env("ZEROTH_SIM_SPEED", "instant").envs(settings.iter().copied());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut player = command.spawn().unwrap();
    player.stdin.take().unwrap().write_all(b"I look around.\n").await.unwrap();
    let done = player.wait_with_output().await.unwrap();
    let err = String::from_utf8(done.stderr).unwrap();
    assert!(!err.contains("canary"), "{err}");
    Ran { code: done.status.code().unwrap(), out: done.stdout, err }
}

#[tokio::test]
async fn a_game_in_the_terminal_shows_the_token_or_says_that_it_is_not_told() {
    let here = folder();
    let server = Server::start(here.path(), &[("ZEROTH_TOKEN", TOKEN)]).await;
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let told = async || {
        let asked = client.get(format!("{}/api/calls?component=dialogue", server.address)).bearer_auth(TOKEN);
        let answer: Value = asked.send().await.unwrap().json().await.unwrap();
        answer["total"]["calls"].as_u64().unwrap()
    };
    let stranger = play(here.path(), &[]).await;
    assert_eq!((stranger.code, told().await), (0, 0), "{}", stranger.err);
    let expected = format!(
        "zeroth: {} answers 401; set ZEROTH_TOKEN here to what it is there. The traces of this game are kept in memory, and \
         end with it.\n",
        server.address
    );
    assert_eq!(stranger.err, expected);
    let known = play(here.path(), &[("ZEROTH_TOKEN", TOKEN)]).await;
    assert_eq!((known.code, known.err.as_str()), (0, ""));
    assert!(told().await > 0);
}
