//! Strings that fit a schema.

use serde_json::Value;

use super::super::super::chance::mix;
use super::budget::{Budget, TooMuch};
use super::flat::Flat;

/// The most words of a string that may be as long as it likes.
const WORDS: u64 = 8;

/// A string of the format and length that `schema` asks for, out of `words`.
pub(super) fn make(schema: &Flat<'_>, seed: u64, words: &[&str], budget: &Budget) -> Result<String, TooMuch> {
    let (least, most) = (schema.count("minLength", 0), schema.count("maxLength", usize::MAX));
    if let Some(text) = schema.get("format").and_then(Value::as_str).and_then(|format| formatted(format, seed)) {
        budget.take(text.len())?;
        return Ok(text);
    }
    let mut text = match words.len() as u64 {
        0 => "text".to_owned(),
        length => {
            let start = seed % length;
            let taken = 2 + mix(seed, 1) % (WORDS - 1);
            let part = words.iter().skip(usize::try_from(start).unwrap_or(0)).take(usize::try_from(taken).unwrap_or(2));
            let part = part.copied().collect::<Vec<_>>().join(" ");
            part.trim_matches(|c: char| !c.is_alphanumeric()).to_owned()
        }
    };
    let mut length = text.chars().count();
    budget.take(length.max(least))?;
    while length < least {
        let more = if length == 0 { "text" } else { " and more" };
        text.push_str(more);
        length += more.len();
    }
    Ok(text.chars().take(most).collect())
}

fn formatted(format: &str, seed: u64) -> Option<String> {
    let part = |number: u64, span: u64| mix(seed, number) % span;
    let date = || format!("20{:02}-{:02}-{:02}", 20 + part(1, 10), 1 + part(2, 12), 1 + part(3, 28));
    let time = || format!("{:02}:{:02}:{:02}Z", part(4, 24), part(5, 60), part(6, 60));
    let name = || ["ada", "data", "marit", "daneel", "susan"][usize::try_from(part(7, 5)).unwrap_or(0)];
    Some(match format {
        "date-time" => format!("{}T{}", date(), time()),
        "date" => date(),
        "time" => time(),
        "duration" => format!("PT{}M", 1 + part(1, 90)),
        "email" => format!("{}{}@example.com", name(), part(1, 100)),
        "hostname" => format!("{}{}.example.com", name(), part(1, 100)),
        "uri" => format!("https://example.com/{}/{}", name(), part(1, 100)),
        "ipv4" => format!("192.0.2.{}", 1 + part(1, 254)),
        "ipv6" => format!("2001:db8::{:x}", 1 + part(1, 65_535)),
        "uuid" => {
            let (high, low) = (mix(seed, 1), mix(seed, 2));
            let (a, b, c) = (high >> 32, (high >> 16) & 0xffff, high & 0xfff);
            format!("{a:08x}-{b:04x}-4{c:03x}-8{:03x}-{:012x}", low >> 52, low & 0xffff_ffff_ffff)
        }
        _ => return None,
    })
}
