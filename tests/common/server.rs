//! The program as a process that serves from a folder, to be ended in order or killed.

use std::path::Path;
use std::process::Stdio;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader};
use tokio::process::{Child, Command};

/// A server, killed when it is dropped.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: String,
    client: reqwest::Client,
}

/// The program, with games in `folder`, an instant simulator, and nothing else of this machine.
pub(crate) fn command(folder: &Path, settings: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_zeroth"));
    command.args(["serve", "--port", "0", "--log", "off"]).current_dir(folder).env_clear();
    command.env("ZEROTH_DATA_DIR", folder).env("ZEROTH_SIM_SPEED", "instant").envs(settings.iter().copied());
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).kill_on_drop(true);
    command
}

impl Server {
    /// Starts it and waits until it says its address.
    pub(crate) async fn start(folder: &Path, settings: &[(&str, &str)]) -> Self {
        let mut child = command(folder, settings).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        lines.read_line(&mut line).await.unwrap();
        let address = line.trim().strip_prefix("Zeroth ").and_then(|line| line.rsplit(" on ").next());
        let address = address.unwrap_or_else(|| panic!("{line}")).to_owned();
        // Somebody must read what it says.
        #[expect(clippy::disallowed_methods, reason = "it ends with the process")]
        drop(tokio::spawn(async move { lines.read_to_end(&mut Vec::new()).await }));
        let _ = rustls::crypto::ring::default_provider().install_default();
        Self { child, address, client: reqwest::Client::builder().no_proxy().build().unwrap() }
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        let asked = self.client.get(format!("{}{path}", self.address)).header("accept", "application/json");
        asked.send().await.unwrap().json().await.unwrap()
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        let answer = self.client.post(format!("{}{path}", self.address)).json(body).send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    /// Ends it in order.
    pub(crate) async fn terminate(mut self) {
        let pid = self.child.id().unwrap().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().await.unwrap().success());
        assert!(self.child.wait().await.unwrap().success());
    }

    /// Kills it: it learns of nothing.
    pub(crate) async fn kill(mut self) {
        self.child.kill().await.unwrap();
    }
}
