//! `zeroth doctor`: one line for each finding.

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::process::ExitCode;

use crate::app::{Finding, Health, doctor};
use crate::config::Config;

/// Looks at everything and prints what was found on standard output; fails when something is broken.
pub(super) async fn examine(config: Config) -> anyhow::Result<ExitCode> {
    let findings = doctor(&config).await;
    io::stdout().write_all(report(&findings).as_bytes())?;
    let broken = findings.iter().any(|finding| finding.health == Health::Broken);
    Ok(if broken { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn report(findings: &[Finding]) -> String {
    let width = findings.iter().map(|finding| finding.subject.chars().count()).max().unwrap_or(0);
    let mut text = String::new();
    for Finding { subject, health, remark } in findings {
        let _ = writeln!(text, "{:4}  {subject:width$}  {remark}", mark(*health));
    }
    let count = |health| findings.iter().filter(|finding| finding.health == health).count();
    let verdict = match (count(Health::Broken), count(Health::Doubtful)) {
        (0, 0) => "Everything is as it should be.".to_owned(),
        (0, doubtful) => format!("Zeroth will run; {doubtful} worth a look."),
        (broken, _) => format!("{broken} broken."),
    };
    let _ = writeln!(text, "{verdict}");
    text
}

const fn mark(health: Health) -> &'static str {
    match health {
        Health::Fine => "ok",
        Health::Doubtful => "note",
        Health::Broken => "FAIL",
    }
}
