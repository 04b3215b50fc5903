//! `zeroth doctor` finds what is wrong, says what to do, and tells no secret.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[expect(dead_code, reason = "other tests use the rest of it")]
#[path = "common/otlp.rs"]
mod otlp;

use axum::Router;
use axum::http::StatusCode;
use tokio::net::TcpListener;
use zeroth::app::{self, App, Finding, Health, Seams};
use zeroth::config::{Config, Source};

/// Serves `router` on a free port until the test ends.
async fn served(router: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let serving = async move { axum::serve(listener, router).await.unwrap() };
    #[expect(clippy::disallowed_methods, reason = "it ends with the test's runtime")]
    drop(tokio::spawn(serving));
    address
}

fn config(settings: &[(&str, &str)]) -> Config {
    Config::read(&Source::new([("ZEROTH_PORT", "0"), ("HOME", "/nonexistent")].iter().chain(settings).copied()))
        .unwrap()
}

/// What is found with these settings, and in one text to search it for secrets.
async fn examine(settings: &[(&str, &str)]) -> Vec<Finding> {
    let findings = app::doctor(&config(settings)).await;
    let text = format!("{findings:?}");
    assert!(!text.contains("hush"), "{text}");
    findings
}

fn about<'a>(findings: &'a [Finding], subject: &str) -> &'a Finding {
    findings.iter().find(|finding| finding.subject == subject).unwrap_or_else(|| panic!("{subject}: {findings:?}"))
}

#[tokio::test]
async fn a_fresh_machine_is_in_order() {
    let findings = examine(&[]).await;
    let broken = findings.iter().find(|finding| finding.health == Health::Broken);
    assert_eq!(broken, None);
    let subjects: Vec<&str> = findings.iter().map(|finding| finding.subject.as_str()).collect();
    let telemetry = ["telemetry spans", "telemetry metrics", "telemetry logs"];
    assert_eq!(
        subjects,
        [&["content", "model sim", "sessions", "traces", "data folder"], &telemetry[..], &["port 0"]].concat()
    );
}

#[tokio::test]
async fn providers_are_asked_without_playing() {
    let simulator = served(app::simulator(&config(&[]))).await;
    let strict = served(Router::new().fallback(|| async { StatusCode::UNAUTHORIZED })).await;
    let findings = examine(&[
        ("ZEROTH_MODEL", "anthropic:claude-sonnet-4-6,openai:gpt-4o-mini,anthropic:claude-sonnet-4-6"),
        ("ANTHROPIC_API_KEY", "hush-a"),
        ("ANTHROPIC_BASE_URL", &simulator),
        ("OPENAI_API_KEY", "hush-o"),
        ("OPENAI_BASE_URL", &strict),
    ])
    .await;
    let known = about(&findings, "model anthropic:claude-sonnet-4-6");
    assert_eq!(known.health, Health::Fine, "{known:?}");
    assert!(known.remark.ends_with("it answers and knows the model"), "{known:?}");
    let rejected = about(&findings, "model openai:gpt-4o-mini");
    assert_eq!(rejected.health, Health::Broken);
    assert!(rejected.remark.contains("check OPENAI_API_KEY"), "{rejected:?}");
    assert_eq!(findings.iter().filter(|finding| finding.subject.starts_with("model")).count(), 2, "each once");
}

#[tokio::test]
async fn a_model_without_a_price_is_noted() {
    let simulator = served(app::simulator(&config(&[]))).await;
    let settings = [("ZEROTH_MODEL", "openai:own-model"), ("OPENAI_BASE_URL", simulator.as_str())];
    let findings = examine(&settings).await;
    let unpriced = about(&findings, "model openai:own-model");
    assert_eq!(unpriced.health, Health::Doubtful);
    assert!(unpriced.remark.contains("ZEROTH_PRICES"), "{unpriced:?}");
}

#[tokio::test]
async fn a_ceiling_that_cannot_be_kept_is_broken() {
    let simulator = served(app::simulator(&config(&[]))).await;
    let settings = [
        ("ZEROTH_MODEL", "openai:own-model,openai:gpt-4o-mini"),
        ("OPENAI_BASE_URL", simulator.as_str()),
        ("ZEROTH_BUDGET_DAY_USD", "5"),
    ];
    let findings = examine(&settings).await;
    let unpriced = about(&findings, "model openai:own-model");
    let refused = App::compose(&config(&settings), Seams::default()).err().unwrap().to_string();
    assert!(unpriced.health == Health::Broken && unpriced.remark.ends_with(&refused), "{unpriced:?}");
    assert_eq!(about(&findings, "model openai:gpt-4o-mini").health, Health::Fine);
}

#[tokio::test]
async fn a_log_filter_that_cannot_be_read_is_broken() {
    let findings = examine(&[("ZEROTH_LOG", "zeroth=loud=er")]).await;
    let logs = about(&findings, "log lines");
    assert!(logs.health == Health::Broken && logs.remark.contains("ZEROTH_LOG=warn"), "{logs:?}");
}

#[tokio::test]
async fn the_data_folder_is_tried_and_left_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    for data in [folder.path().to_owned(), folder.path().join("not/yet")] {
        let findings = examine(&[("ZEROTH_DATA_DIR", data.to_str().unwrap())]).await;
        assert_eq!(about(&findings, "data folder").health, Health::Fine, "{findings:?}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    let mut unwritable = vec![file.join("data")];
    if cfg!(target_os = "linux") {
        // Its permissions let the superuser write, the kernel lets nobody.
        unwritable.push("/sys/kernel".into());
    }
    for data in unwritable {
        let findings = examine(&[("ZEROTH_DATA_DIR", data.to_str().unwrap())]).await;
        let finding = about(&findings, "data folder");
        assert!(finding.health == Health::Doubtful && finding.remark.contains("cannot be written"), "{finding:?}");
    }
}

#[tokio::test]
async fn backends_get_an_export_of_nothing() {
    let (backend, address) = otlp::Backend::start().await;
    let findings = examine(&[("OTEL_EXPORTER_OTLP_ENDPOINT", &address)]).await;
    for signal in ["spans", "metrics", "logs"] {
        assert_eq!(about(&findings, &format!("telemetry {signal}")).health, Health::Fine, "{findings:?}");
    }
    assert!(backend.spans().is_empty() && backend.log_records().is_empty());
}

#[tokio::test]
async fn a_backend_that_takes_nothing_is_explained() {
    let strict = served(Router::new().fallback(|| async { StatusCode::UNAUTHORIZED })).await;
    let elsewhere = served(Router::new()).await;
    let page = served(Router::new().fallback(|| async { axum::response::Html("Please log in.") })).await;
    let nobody = {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        format!("http://user:hush@{}/v1/metrics?key=hush", listener.local_addr().unwrap())
    };
    let traces = format!("{strict}/v1/traces");
    let findings = examine(&[
        ("OTEL_EXPORTER_OTLP_HEADERS", "authorization=hush"),
        ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", &traces),
        ("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", &nobody),
        ("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", &elsewhere),
    ])
    .await;
    let portal = examine(&[("OTEL_EXPORTER_OTLP_ENDPOINT", &page)]).await;
    assert!(about(&portal, "telemetry spans").remark.contains("a web page came back"), "{portal:?}");
    for (signal, advice) in [
        ("spans", "the credentials are rejected: check OTEL_EXPORTER_OTLP_HEADERS"),
        ("metrics", "nobody listens there"),
        ("logs", "nothing takes telemetry there"),
    ] {
        let finding = about(&findings, &format!("telemetry {signal}"));
        assert!(finding.health == Health::Broken && finding.remark.contains(advice), "{finding:?}");
    }
}

#[tokio::test]
async fn a_taken_port_and_a_missing_campaign_are_found() {
    let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let findings = examine(&[("ZEROTH_PORT", &port), ("ZEROTH_CAMPAIGN", "nowhere")]).await;
    assert_eq!(about(&findings, &format!("port {port}")).health, Health::Doubtful);
    let content = about(&findings, "content");
    assert!(content.health == Health::Broken && content.remark.contains("nowhere"), "{content:?}");
}

#[tokio::test]
async fn ports_for_telemetry_are_tried_and_it_is_said_who_may_look() {
    let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let settings = [("ZEROTH_OTLP_HTTP", port.as_str()), ("ZEROTH_OTLP_GRPC", "127.0.0.1:0")];
    let findings = examine(&settings).await;
    let receiver = about(&findings, &format!("port {port}"));
    assert!(receiver.health == Health::Doubtful && receiver.remark.contains("ZEROTH_OTLP_HTTP"), "{receiver:?}");
    assert_eq!(findings.iter().filter(|finding| finding.subject == "port 0").count(), 2, "{findings:?}");
    assert!(findings.iter().all(|finding| finding.subject != "console"), "{findings:?}");
    let shut = about(&examine(&[("ZEROTH_HOST", "0.0.0.0")]).await, "console").clone();
    assert!(shut.health == Health::Doubtful && shut.remark.contains("ZEROTH_TOKEN"), "{shut:?}");
    let locked = examine(&[("ZEROTH_HOST", "0.0.0.0"), ("ZEROTH_TOKEN", "hush-hush-hush-hush")]).await;
    assert_eq!(about(&locked, "console").health, Health::Fine);
}

#[tokio::test]
async fn games_are_looked_for_and_nothing_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("data");
    let settings = [("ZEROTH_DATA_DIR", place.to_str().unwrap())];
    let fresh = about(&examine(&settings).await, "sessions").clone();
    assert!(fresh.health == Health::Fine && fresh.remark.contains("will be kept in"), "{fresh:?}");
    assert!(!place.exists());
    std::fs::create_dir(&place).unwrap();
    std::fs::write(place.join("sessions.db"), "not a database at all, however long it may be ".repeat(99)).unwrap();
    let damaged = about(&examine(&settings).await, "sessions").clone();
    assert!(damaged.health == Health::Broken && damaged.remark.contains("is damaged"), "{damaged:?}");
}

#[tokio::test]
async fn a_database_that_does_not_answer_is_found_and_its_password_is_not_told() {
    let findings = examine(&[("DATABASE_URL", "postgres://zeroth:hush@127.0.0.1:9/games")]).await;
    let sessions = about(&findings, "sessions");
    assert!(sessions.health == Health::Broken && sessions.remark.contains("127.0.0.1:9/games"), "{sessions:?}");
    assert!(sessions.remark.contains("check host, port"), "{sessions:?}");
    let error = Config::read(&Source::new([("DATABASE_URL", "mysql://me:hush@db/games")])).unwrap_err().to_string();
    assert!(error.contains("DATABASE_URL") && !error.contains("hush"), "{error}");
    let elsewhere = [("DATABASE_URL", "mysql://me:hush@db/games"), ("ZEROTH_STORE", "memory")];
    assert!(about(&examine(&elsewhere).await, "sessions").remark.contains("in memory"));
}
