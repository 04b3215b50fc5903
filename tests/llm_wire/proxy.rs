//! Proxies that the environment names: the real program in an environment of its own asks a provider through them.

use std::process::Stdio;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::Command;
use zeroth::task::Tasks;

use super::cassette::Cassette;
use super::server::Server;
use super::tls::{Tls, file};

/// What `zeroth doctor` finds with these variables and no others.
async fn doctor(variables: &[(&str, &str)]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_zeroth"));
    command.args(["doctor", "--port", "0", "--log", "off"]).current_dir(folder.path()).env_clear();
    command.env("HOME", folder.path()).env("ZEROTH_MODEL", "openai:gpt-4o-mini").env("OPENAI_API_KEY", "sk-hush");
    command.envs(variables.iter().copied()).stdin(Stdio::null()).kill_on_drop(true);
    let output = command.output().await.unwrap();
    String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap()
}

fn model() -> Cassette {
    Cassette::json(200, r#"{"id": "gpt-4o-mini", "object": "model"}"#)
}

#[tokio::test]
async fn the_usual_variables_name_a_proxy() {
    for variable in ["HTTP_PROXY", "http_proxy", "ALL_PROXY"] {
        let proxy = Server::start(model()).await;
        let found = doctor(&[(variable, &proxy.base_url), ("OPENAI_BASE_URL", "http://provider.example/v1")]).await;
        assert!(found.contains("it answers and knows the model"), "{variable}: {found}");
        let heard = proxy.request();
        assert_eq!(heard.path, "http://provider.example/v1/models/gpt-4o-mini", "{variable}");
        assert_eq!(heard.headers["authorization"], "Bearer sk-hush");
    }
}

#[tokio::test]
async fn some_hosts_are_reached_without_it() {
    let (proxy, provider) = (Server::start(model()).await, Server::start(model()).await);
    let variables = [
        ("HTTP_PROXY", &*proxy.base_url),
        ("NO_PROXY", "other.example,127.0.0.1"),
        ("OPENAI_BASE_URL", &provider.base_url),
    ];
    assert!(doctor(&variables).await.contains("it answers and knows the model"));
    assert_eq!(provider.request().path, "/v1/models/gpt-4o-mini");
    assert!(proxy.requests().is_empty());
}

#[tokio::test]
async fn a_proxy_that_does_not_let_us_through_is_told() {
    let proxy = Server::start(Cassette::json(403, "")).await;
    let variables = [("HTTPS_PROXY", &*proxy.base_url), ("OPENAI_BASE_URL", "https://provider.example")];
    let found = doctor(&variables).await;
    assert!(found.contains("cannot connect to provider.example:443"), "{found}");
    assert!(found.contains("check OPENAI_BASE_URL, the proxy or the network"), "{found}");
    let heard = proxy.request();
    assert_eq!((heard.method.as_str(), heard.path.as_str()), ("CONNECT", "provider.example:443"));
    assert!(!heard.headers.contains_key("authorization"), "a key for the provider is none of the proxy's business");
}

#[tokio::test]
async fn a_tunnel_leads_to_a_server_of_ones_own_certificate() {
    let provider = Server::listening_on(Tls::bind(&["h2", "http/1.1"]).await, model()).await;
    let tunnel = tunnel_to(provider.base_url["http://".len()..].to_owned()).await;
    let bundle = file("cert.pem");
    let mut variables = vec![("HTTPS_PROXY", &*tunnel), ("OPENAI_BASE_URL", "https://localhost/v1")];
    let found = doctor(&variables).await;
    assert!(found.contains("its certificate is not trusted") && found.contains("SSL_CERT_FILE"), "{found}");
    variables.push(("SSL_CERT_FILE", bundle.to_str().unwrap()));
    let found = doctor(&variables).await;
    assert!(found.contains("it answers and knows the model"), "{found}");
    assert_eq!(provider.request().headers["authorization"], "Bearer sk-hush");
}

/// A proxy that takes each CONNECT to `target`, whatever was asked for.
async fn tunnel_to(target: String) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    drop(Tasks::default().spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            let target = target.clone();
            drop(Tasks::default().spawn(async move {
                let mut head = Vec::new();
                while !head.ends_with(b"\r\n\r\n") {
                    head.push(client.read_u8().await?);
                }
                assert!(head.starts_with(b"CONNECT localhost:443 "), "{}", String::from_utf8_lossy(&head));
                let mut server = TcpStream::connect(&target).await?;
                client.write_all(b"HTTP/1.1 200 Connected\r\n\r\n").await?;
                tokio::io::copy_bidirectional(&mut client, &mut server).await
            }));
        }
    }));
    address
}
