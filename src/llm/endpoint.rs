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

/// The provider behind `base_url`, as the GenAI conventions spell it; `openai` for an address that says nothing.
pub fn provider_of(base_url: &str) -> &'static str {
    const HOSTS: [(&str, &str); 17] = [
        ("api.anthropic.com", "anthropic"),
        ("api.openai.com", "openai"),
        ("openai.azure.com", "azure.ai.openai"),
        ("services.ai.azure.com", "azure.ai.openai"),
        ("generativelanguage.googleapis.com", "gcp.gemini"),
        ("api.groq.com", "groq"),
        ("api.deepseek.com", "deepseek"),
        ("api.mistral.ai", "mistral_ai"),
        ("api.x.ai", "x_ai"),
        ("api.perplexity.ai", "perplexity"),
        ("api.moonshot.ai", "moonshot_ai"),
        // No names of the conventions; the price list has them as they stand here.
        ("openrouter.ai", "openrouter"),
        ("api.cerebras.ai", "cerebras"),
        ("api.together.xyz", "together_ai"),
        ("api.z.ai", "zai"),
        ("aliyuncs.com", "dashscope"),
        ("api.minimax.io", "minimax"),
    ];
    let Ok(url) = Url::parse(base_url.trim()) else { return "openai" };
    let host = url.host_str().unwrap_or_default();
    let lies_under =
        |domain: &str| host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    match HOSTS.iter().find(|(domain, _)| lies_under(domain)) {
        Some((_, provider)) => provider,
        None if url.port() == Some(11434) => "ollama",
        None => "openai",
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
    let path = url.path().split('/').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/");
    let path = match OPERATIONS.iter().find_map(|known| path.strip_suffix(known)) {
        _ if path.ends_with(operation) => path,
        Some(base) => format!("{base}{operation}"),
        None if path.split('/').any(names_a_version) => format!("{path}/{operation}"),
        None => format!("{path}/v1/{operation}"),
    };
    url.set_path(&path);
    url.set_fragment(None);
    Ok(url)
}

/// What an address may end with when it was copied whole.
const OPERATIONS: [&str; 3] = ["chat/completions", "embeddings", "messages"];

/// Where the server lists its models, of which `url` is the address of `operation`.
pub(super) fn models(url: &Url, operation: &str) -> Url {
    let mut models = url.clone();
    let path = url.path().strip_suffix(operation).unwrap_or(url.path()).trim_end_matches('/');
    // At Azure an operation belongs to a deployment, the list does not.
    let path = path.split("/deployments/").next().unwrap_or(path);
    models.set_path(&format!("{path}/models"));
    models
}

/// `v1`, `v1beta`, `v4`; and Azure's `deployments`, after which its version is in the query.
fn names_a_version(part: &str) -> bool {
    let mut letters = part.chars();
    part == "deployments" || (letters.next() == Some('v') && letters.next().is_some_and(|c| c.is_ascii_digit()))
}

/// How hard to think, if it is one of the words that the provider knows.
pub(super) fn effort(word: Option<&str>, known: &[&str]) -> Result<Option<String>, String> {
    match word.map(str::trim) {
        Some(word) if !known.contains(&word) => {
            Err(format!("ZEROTH_REASONING_EFFORT is {word:?}: this provider takes {}", known.join(", ")))
        }
        word => Ok(word.map(str::to_owned)),
    }
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

/// The headers that say who we are. Two of them contradict each other, and some servers reject both.
const CREDENTIALS: [&str; 4] = ["authorization", "x-api-key", "api-key", "x-goog-api-key"];

/// Puts the user's own headers over ours; all count as secret, since gateways take their keys this way. Credentials
/// among them take the place of ours, whatever they are called.
pub(super) fn add_extra(headers: &mut HeaderMap, extra: &[(String, SecretString)], problems: &mut Vec<String>) {
    let mut own = HeaderMap::new();
    for (name, value) in extra {
        let Ok(header) = HeaderName::try_from(name.trim()) else {
            problems.push(format!("the extra header {name:?} has no valid name"));
            continue;
        };
        match secret_header(value, &format!("the extra header {header}")) {
            Ok(value) => {
                own.insert(header, value);
            }
            Err(problem) => problems.push(problem),
        }
    }
    if CREDENTIALS.iter().any(|name| own.contains_key(*name)) {
        CREDENTIALS.iter().for_each(|name| drop(headers.remove(*name)));
    }
    headers.extend(own);
}

/// Whose key ours looks like, when it goes to the own host of somebody else.
pub(super) fn stray_key(url: &Url, headers: &HeaderMap) -> Option<&'static str> {
    const OWNERS: [(&str, &str); 6] = [
        ("sk-ant-", "Anthropic"),
        ("sk-or-", "OpenRouter"),
        ("sk-", "OpenAI"),
        ("gsk_", "Groq"),
        ("AIza", "Google"),
        ("xai-", "xAI"),
    ];
    let host = match url.host_str()? {
        "api.anthropic.com" => "Anthropic",
        "api.openai.com" => "OpenAI",
        _ => return None,
    };
    let key = CREDENTIALS.iter().find_map(|name| headers.get(*name)?.to_str().ok())?;
    let key = key.strip_prefix("Bearer ").unwrap_or(key);
    let (_, owner) = OWNERS.into_iter().find(|(prefix, _)| key.starts_with(prefix))?;
    (owner != host).then_some(owner)
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
    fn a_provider_is_known_by_its_host() {
        let cases = [
            ("https://api.openai.com/v1", "openai"),
            ("https://mine.openai.azure.com/openai/v1/", "azure.ai.openai"),
            ("https://mine.services.ai.azure.com/openai/v1/", "azure.ai.openai"),
            ("https://generativelanguage.googleapis.com/v1beta/openai/", "gcp.gemini"),
            ("https://api.groq.com/openai/v1", "groq"),
            (" https://API.DeepSeek.com ", "deepseek"),
            ("https://api.mistral.ai/v1", "mistral_ai"),
            ("https://api.x.ai/v1", "x_ai"),
            ("https://api.perplexity.ai", "perplexity"),
            ("https://openrouter.ai/api/v1", "openrouter"),
            ("https://api.moonshot.ai/v1", "moonshot_ai"),
            ("https://dashscope-intl.aliyuncs.com/compatible-mode/v1", "dashscope"),
            ("http://localhost:11434/v1", "ollama"),
            ("http://localhost:8000/v1", "openai"),
            ("https://not-api.x.ai/v1", "openai"),
            ("https://api.groq.com.example/v1", "openai"),
            ("not an address", "openai"),
        ];
        for (base_url, expected) in cases {
            assert_eq!(provider_of(base_url), expected, "{base_url}");
        }
    }

    #[test]
    fn other_operations_live_beside_the_one_that_was_named() {
        let embeddings = |base| address(base, "embeddings", "X").unwrap();
        assert_eq!(embeddings("https://h.example/v4/chat/completions").path(), "/v4/embeddings");
        let cases = [
            ("https://h.example", "https://h.example/v1/models"),
            ("https://h.example/gate/v1/", "https://h.example/gate/v1/models"),
            ("https://h.example/embeddings", "https://h.example/models"),
            ("https://r.example/openai/deployments/d?api-version=1", "https://r.example/openai/models?api-version=1"),
        ];
        for (base, expected) in cases {
            assert_eq!(models(&embeddings(base), "embeddings").as_str(), expected, "{base}");
        }
    }

    #[test]
    fn an_effort_that_nobody_knows_is_explained() {
        assert_eq!(effort(Some(" low"), &["low", "high"]), Ok(Some("low".to_owned())));
        assert_eq!(effort(None, &["low"]), Ok(None));
        let problem = effort(Some("none"), &["low", "high"]).unwrap_err();
        assert_eq!(problem, r#"ZEROTH_REASONING_EFFORT is "none": this provider takes low, high"#);
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
