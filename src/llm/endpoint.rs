//! Where a provider's API lives and how we show who we are: from what the user typed to an address and headers.

use std::fmt;

use http::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::Url;
use secrecy::{ExposeSecret, SecretString};

/// Settings that cannot work: every problem at once, each with what would be right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    /// What is wrong, one sentence each; never empty, never with a secret.
    pub problems: Vec<String>,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.problems.join("; "))
    }
}

impl std::error::Error for ConfigError {}

impl ConfigError {
    /// The value, unless there are problems with it.
    pub(super) fn unless<T>(problems: Vec<String>, value: Option<T>) -> Result<T, Self> {
        value.filter(|_| problems.is_empty()).ok_or(Self { problems })
    }
}

/// The address of `operation` (such as `messages`) under `base_url`, which may end with `/` and may or may not contain
/// the version of the API. `variable` is where the user set it.
pub(super) fn address(base_url: &str, operation: &str, variable: &str) -> Result<Url, String> {
    let mut url = Url::parse(base_url.trim())
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
        .ok_or_else(|| format!("{variable} is no address: it must look like https://host or http://host:port/v1"))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(format!("{variable} holds a user name or password: send them as an extra header instead"));
    }
    let mut path: Vec<String> = url.path().split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect();
    if !path.join("/").ends_with(operation) {
        if !path.iter().any(|part| names_a_version(part)) {
            path.push("v1".to_owned());
        }
        path.push(operation.to_owned());
    }
    url.set_path(&path.join("/"));
    url.set_fragment(None);
    Ok(url)
}

/// `v1`, `v1beta`, `v4`; and Azure's `deployments`, after which its version is in the query.
fn names_a_version(part: &str) -> bool {
    let mut letters = part.chars();
    part == "deployments" || (letters.next() == Some('v') && letters.next().is_some_and(|c| c.is_ascii_digit()))
}

/// Host and port, for descriptors and messages.
pub(super) fn server(url: &Url) -> Option<(String, u16)> {
    Some((url.host_str()?.to_owned(), url.port_or_known_default()?))
}

/// A header whose value must not show up anywhere; white space around it is the user's slip and goes.
pub(super) fn secret_header(value: &SecretString, variable: &str) -> Result<HeaderValue, String> {
    sensitive(value.expose_secret().trim(), variable)
}

/// The same as `Authorization: Bearer …`.
pub(super) fn bearer(value: &SecretString, variable: &str) -> Result<HeaderValue, String> {
    // An empty key would give a header that is valid and useless.
    match value.expose_secret().trim() {
        "" => sensitive("", variable),
        key => sensitive(&format!("Bearer {key}"), variable),
    }
}

fn sensitive(value: &str, variable: &str) -> Result<HeaderValue, String> {
    if value.is_empty() {
        return Err(format!("{variable} is empty: set it or remove it"));
    }
    let mut header = HeaderValue::from_str(value)
        .map_err(|_| format!("{variable} holds characters that an HTTP header cannot: copy it again"))?;
    header.set_sensitive(true);
    Ok(header)
}

/// Puts the user's own headers over ours; all count as secret, since gateways take their keys this way.
pub(super) fn add_extra(headers: &mut HeaderMap, extra: &[(String, SecretString)], problems: &mut Vec<String>) {
    for (name, value) in extra {
        let Ok(header) = HeaderName::try_from(name.trim()) else {
            problems.push(format!("the extra header {name:?} has no valid name"));
            continue;
        };
        match secret_header(value, &format!("the extra header {header}")) {
            Ok(value) => {
                headers.insert(header, value);
            }
            Err(problem) => problems.push(problem),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base_addresses_may_be_written_in_many_ways() {
        let cases = [
            ("https://api.openai.com", "https://api.openai.com/v1/chat/completions"),
            ("https://api.openai.com/", "https://api.openai.com/v1/chat/completions"),
            ("https://api.openai.com/v1", "https://api.openai.com/v1/chat/completions"),
            (" http://localhost:11434/v1/ ", "http://localhost:11434/v1/chat/completions"),
            ("https://openrouter.ai/api/v1", "https://openrouter.ai/api/v1/chat/completions"),
            ("https://host.example/v1beta/openai/", "https://host.example/v1beta/openai/chat/completions"),
            ("https://host.example/gate", "https://host.example/gate/v1/chat/completions"),
            ("https://host.example/v1/chat/completions", "https://host.example/v1/chat/completions"),
            (
                "https://r.example/openai/deployments/d?api-version=1",
                "https://r.example/openai/deployments/d/chat/completions?api-version=1",
            ),
        ];
        for (base, expected) in cases {
            assert_eq!(address(base, "chat/completions", "X").map(String::from).as_deref(), Ok(expected), "{base}");
        }
    }

    #[test]
    fn an_address_that_cannot_work_is_explained() {
        for base in ["", "localhost:11434/v1", "ftp://host", "https://", "not an address"] {
            assert!(address(base, "messages", "X_URL").unwrap_err().starts_with("X_URL is no address"), "{base}");
        }
        let problem = address("https://me:hush@host", "messages", "X_URL").unwrap_err();
        assert!(problem.contains("extra header") && !problem.contains("hush"), "{problem}");
    }

    #[test]
    fn header_values_are_trimmed_marked_and_never_shown() {
        let header = bearer(&" key\n".into(), "X_KEY").unwrap();
        assert!(header.is_sensitive() && header == "Bearer key");
        for key in ["", "two\nlines"] {
            let problem = bearer(&key.into(), "X_KEY").unwrap_err();
            assert!(problem.starts_with("X_KEY") && !problem.contains("lines"), "{problem}");
        }
        let (mut headers, mut problems) = (HeaderMap::new(), Vec::new());
        let extra = [("api-key".to_owned(), "a".into()), ("no name".to_owned(), "b".into())];
        add_extra(&mut headers, &extra, &mut problems);
        assert!(headers["api-key"].is_sensitive());
        assert_eq!(problems, [r#"the extra header "no name" has no valid name"#]);
    }
}
