//! The names under which a server answers.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use axum::http::header::HOST;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, Uri};

/// A name under which a server is asked: `zeroth.example`, `*.example` for all below it, `*` for any.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostName(String);

/// It is not the name of a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the name of a host without scheme, port and path")]
pub struct NotAHostName;

impl FromStr for HostName {
    type Err = NotAHostName;

    fn from_str(text: &str) -> Result<Self, NotAHostName> {
        let name = text.trim().trim_matches(['[', ']']).to_ascii_lowercase();
        let plain = |c: char| c.is_ascii_alphanumeric() || ['-', '_', '.'].contains(&c);
        let below = name.strip_prefix("*.").unwrap_or(&name);
        let named = !below.is_empty() && below.chars().all(plain);
        if named || name == "*" || name.parse::<IpAddr>().is_ok() { Ok(Self(name)) } else { Err(NotAHostName) }
    }
}

impl fmt::Display for HostName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl HostName {
    /// Whether only this machine goes by it, or by all that it stands for.
    pub(super) fn is_local(&self) -> bool {
        let name = self.0.strip_prefix("*.").unwrap_or(&self.0);
        is_loopback(name) || MACHINE.contains(&name)
    }

    fn covers(&self, name: &str) -> bool {
        match self.0.strip_prefix('*') {
            Some(ending) => name.ends_with(ending),
            None => self.0 == name,
        }
    }
}

/// Whether only this machine reaches a server that listens there. Of a name other than `localhost` nobody knows.
pub fn is_loopback(host: &str) -> bool {
    match host.trim_matches(['[', ']']).parse::<IpAddr>() {
        Ok(address) => address.to_canonical().is_loopback(),
        Err(_) => is_localhost(&host.to_ascii_lowercase()),
    }
}

/// Names that containers have for the machine they run on; nobody can register them for another.
const MACHINE: [&str; 2] = ["host.docker.internal", "host.containers.internal"];

fn is_localhost(name: &str) -> bool {
    name == "localhost" || name.ends_with(".localhost")
}

/// The names under which a server answers.
pub(super) enum Hosts {
    /// Any. What must not be read under another's name wants a token.
    Any,
    /// Those of loopback and these.
    Local(Vec<HostName>),
    /// All addresses, the names of loopback, and these.
    Wide(Vec<HostName>),
}

impl Hosts {
    /// Those of a server that listens on `host`. One that others reach goes by names that it cannot know: it takes any
    /// until somebody lists them.
    pub(super) fn of(host: &str, allowed: &[HostName]) -> Self {
        if is_loopback(host) {
            return Self::Local(allowed.to_vec());
        }
        if allowed.is_empty() {
            return Self::Any;
        }
        Self::Wide(allowed.iter().cloned().chain(host.parse()).collect())
    }

    /// Whether the request means this server. One that names nobody does: HTTP/1.0 has no such header, and no browser
    /// leaves it out.
    ///
    /// # Errors
    /// The name that it asks for.
    pub(super) fn check(&self, uri: &Uri, headers: &HeaderMap) -> Result<(), String> {
        // HTTP/2 has it in `:authority`. Where there are several, each must be one of ours.
        let named = uri.authority().map(Authority::as_str).map(str::as_bytes);
        let mut asked = named.into_iter().chain(headers.get_all(HOST).iter().map(|value| value.as_bytes()));
        asked.try_for_each(|asked| match name(asked) {
            Ok(name) if name.is_empty() || self.has(&name) => Ok(()),
            Ok(name) => Err(name),
            Err(unreadable) => Err(unreadable),
        })
    }

    fn has(&self, name: &str) -> bool {
        let (names, everywhere) = match self {
            Self::Any => return true,
            Self::Local(names) => (names, false),
            Self::Wide(names) => (names, true),
        };
        let own = match name.parse::<IpAddr>() {
            Ok(address) => everywhere || address.to_canonical().is_loopback(),
            Err(_) => is_localhost(name) || MACHINE.contains(&name),
        };
        own || names.iter().any(|allowed| allowed.covers(name))
    }
}

/// The name without its port, in small letters; of what cannot be read, the beginning.
fn name(asked: &[u8]) -> Result<String, String> {
    if asked.is_empty() {
        return Ok(String::new());
    }
    let authority = Authority::try_from(asked);
    let authority = authority.map_err(|_| String::from_utf8_lossy(asked).chars().take(100).collect::<String>())?;
    let host = authority.host().trim_matches(['[', ']']);
    Ok(host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(hosts: &Hosts, asked: &str) -> bool {
        let headers = HeaderMap::from_iter([(HOST, asked.parse().unwrap())]);
        hosts.check(&Uri::from_static("/"), &headers).is_ok()
    }

    #[test]
    fn on_loopback_a_server_goes_by_its_own_names() {
        let hosts = Hosts::of("127.0.0.1", &["demo.example".parse().unwrap(), "*.dev.example".parse().unwrap()]);
        for asked in [
            "localhost",
            "LocalHost:5050",
            "localhost.:5050",
            "app.localhost:1",
            "127.0.0.1:5050",
            "127.9.9.9",
            "[::1]:5050",
            "[::ffff:127.0.0.1]",
            "host.docker.internal:5050",
            "demo.example:5050",
            "Demo.Example",
            "a.dev.example",
            "",
        ] {
            assert!(answers(&hosts, asked), "{asked}");
        }
        for asked in [
            "evil.example",
            "evil.example:5050",
            "localhost.evil.example",
            "notlocalhost",
            "127.0.0.1.evil.example",
            "192.168.1.7:5050",
            "0.0.0.0:5050",
            "[2001:db8::1]",
            "dev.example",
            "a.dev.example.evil.example",
            "evil.example@localhost.evil",
            "local host",
        ] {
            assert!(!answers(&hosts, asked), "{asked}");
        }
    }

    #[test]
    fn a_user_before_the_name_does_not_hide_it() {
        let hosts = Hosts::of("localhost", &[]);
        assert!(!answers(&hosts, "localhost@evil.example"));
        assert!(!answers(&hosts, "localhost:80@evil.example:5050"));
    }

    #[test]
    fn elsewhere_any_name_will_do_until_somebody_lists_them() {
        let open = Hosts::of("0.0.0.0", &[]);
        assert!(answers(&open, "zeroth:5050") && answers(&open, "10.0.0.7"));
        let listed = Hosts::of("zeroth.lan", &["game.example".parse().unwrap()]);
        for asked in ["game.example", "zeroth.lan:5050", "10.0.0.7:5050", "localhost", "[2001:db8::1]:80"] {
            assert!(answers(&listed, asked), "{asked}");
        }
        assert!(!answers(&listed, "evil.example"));
        assert!(answers(&Hosts::of("127.0.0.1", &["*".parse().unwrap()]), "evil.example"));
    }

    #[test]
    fn each_name_of_a_request_is_looked_at() {
        let hosts = Hosts::of("127.0.0.1", &[]);
        let none = HeaderMap::new();
        assert_eq!(hosts.check(&Uri::from_static("/"), &none), Ok(()));
        assert_eq!(hosts.check(&Uri::from_static("http://localhost:5050/"), &none), Ok(()));
        let evil = Err("evil.example".to_owned());
        assert_eq!(hosts.check(&Uri::from_static("http://evil.example:5050/"), &none), evil);
        let mut two = HeaderMap::from_iter([(HOST, "localhost".parse().unwrap())]);
        two.append(HOST, "evil.example".parse().unwrap());
        assert_eq!(hosts.check(&Uri::from_static("/"), &two), evil);
    }

    #[test]
    fn a_name_has_neither_scheme_nor_port() {
        for name in ["zeroth.example", "a_b-c", "10.0.0.7", "[2001:db8::1]", "*.example", "*"] {
            assert!(name.parse::<HostName>().is_ok(), "{name}");
        }
        for name in ["", "*.", "http://x", "x:80", "x/y", "a*", "a b"] {
            assert_eq!(name.parse::<HostName>(), Err(NotAHostName), "{name}");
        }
    }

    #[test]
    fn a_name_of_this_machine_is_known() {
        let is_local = |name: &str| name.parse::<HostName>().unwrap().is_local();
        for name in ["localhost", "*.localhost", "app.localhost", "127.0.0.2", "[::1]", "host.docker.internal"] {
            assert!(is_local(name), "{name}");
        }
        for name in ["*", "game.example", "*.example", "10.0.0.7", "localhost.example", "internal", "*.internal"] {
            assert!(!is_local(name), "{name}");
        }
    }

    #[test]
    fn a_server_on_loopback_knows_it() {
        for host in ["127.0.0.1", "127.1.2.3", "::1", "[::1]", "localhost", "Zeroth.localhost"] {
            assert!(is_loopback(host), "{host}");
        }
        for host in ["0.0.0.0", "::", "10.0.0.1", "zeroth", "localhost.example"] {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
