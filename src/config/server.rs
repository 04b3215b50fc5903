//! Where the game is served, and to whom.

use std::collections::BTreeSet;
use std::fmt::Display;
use std::str::FromStr;
use std::time::Duration;

use secrecy::SecretString;

use crate::http::{Config, HostName, Receiver};

use super::source::Reader;

/// The shortest token: one that is not guessed, however often somebody may try.
const SHORTEST: usize = 16;
/// The longest.
const LONGEST: usize = 500;

pub(super) fn read(reader: &mut Reader<'_>) -> Config {
    Config {
        host: reader.text("ZEROTH_HOST").unwrap_or("127.0.0.1").to_owned(),
        port: reader.number("ZEROTH_PORT", 5050, 0, u16::MAX),
        allowed_hosts: reader.read("ZEROTH_ALLOWED_HOSTS", Vec::new(), list::<HostName, _>),
        token: reader.read("ZEROTH_TOKEN", None, |text| token(text).map(Some)),
        receivers: ["ZEROTH_OTLP_HTTP", "ZEROTH_OTLP_GRPC"]
            .into_iter()
            .filter_map(|setting| reader.read(setting, None, |text| receiver(setting, text).map(Some)))
            .collect(),
        teams: reader.read("ZEROTH_TEAMS", BTreeSet::new(), list),
        body_limit: reader.number("ZEROTH_BODY_LIMIT", 65_536, 256, 16 * 1024 * 1024),
        max_turns: reader.number("ZEROTH_MAX_TURNS_AT_ONCE", 1000, 1, 1_000_000),
        max_wait: reader.duration("ZEROTH_MAX_WAIT", Duration::from_secs(30)),
        ..Config::default()
    }
}

/// What stands between commas.
fn list<T, L>(text: &str) -> Result<L, String>
where
    T: FromStr<Err: Display>,
    L: FromIterator<T>,
{
    let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
    items.map(|item| item.parse().map_err(|error| format!("has `{item}`, {error}"))).collect()
}

fn token(text: &str) -> Result<SecretString, String> {
    if text.len() < SHORTEST || text.len() > LONGEST {
        return Err(format!("must have {SHORTEST} to {LONGEST} characters"));
    }
    secret(text)
}

/// It travels in a header.
pub(super) fn secret(text: &str) -> Result<SecretString, String> {
    let visible = text.bytes().all(|byte| byte.is_ascii_graphic());
    if visible { Ok(text.into()) } else { Err("must be of ASCII letters, digits and signs, without spaces".to_owned()) }
}

/// A port, or an address with a port.
fn receiver(setting: &'static str, text: &str) -> Result<Receiver, String> {
    if let Ok(port) = text.parse() {
        return Ok(Receiver { setting, host: None, port });
    }
    let named = text.rsplit_once(':').and_then(|(host, port)| Some((host, port.parse().ok()?)));
    match named.filter(|(host, _)| host.parse::<HostName>().is_ok()) {
        Some((host, port)) => Ok(Receiver { setting, host: Some(host.to_owned()), port }),
        None => Err("is neither a port nor an address with a port".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Config, Source};

    fn problems(settings: &[(&str, &str)]) -> String {
        Config::read(&Source::new(settings.iter().copied())).map_or_else(|error| error.0.join("\n"), |_| String::new())
    }

    #[test]
    fn what_is_wrong_is_said_and_a_token_is_not() {
        insta::assert_snapshot!(problems(&[
            ("ZEROTH_TOKEN", "canary"),
            ("ZEROTH_ALLOWED_HOSTS", "game.example, http://x"),
            ("ZEROTH_OTLP_HTTP", "everywhere"),
            ("ZEROTH_OTLP_GRPC", "host:99999"),
        ]), @"
        ZEROTH_ALLOWED_HOSTS: `game.example, http://x` has `http://x`, not the name of a host without scheme, port and path; an example is ZEROTH_ALLOWED_HOSTS=game.example,*.lan
        ZEROTH_TOKEN: `[REDACTED]` must have 16 to 500 characters; an example is ZEROTH_TOKEN=correct-horse-battery-staple
        ZEROTH_OTLP_HTTP: `everywhere` is neither a port nor an address with a port; an example is ZEROTH_OTLP_HTTP=4318
        ZEROTH_OTLP_GRPC: `host:99999` is neither a port nor an address with a port; an example is ZEROTH_OTLP_GRPC=4317
        ");
        let spaced = problems(&[("ZEROTH_TOKEN", "canary canary canary")]);
        assert!(spaced.contains("without spaces") && !spaced.contains("canary"), "{spaced}");
        assert!(problems(&[("ZEROTH_OTLP_GRPC", "4317"), ("ZEROTH_TRACES", "off")]).starts_with("ZEROTH_OTLP_GRPC: "));
    }

    #[test]
    fn receivers_listen_where_the_server_does_or_elsewhere() {
        let settings = [("ZEROTH_OTLP_HTTP", "4318"), ("ZEROTH_OTLP_GRPC", "[::1]:4317")];
        let receivers = Config::read(&Source::new(settings)).unwrap().http.receivers;
        let shown: Vec<_> = receivers.iter().map(|one| (one.host.as_deref(), one.port)).collect();
        assert_eq!(shown, [(None, 4318), (Some("[::1]"), 4317)]);
    }
}
