//! The lines between `---` with which a template begins: its name, its version and how to call the model.

use std::str::FromStr;

use crate::game::Problem;

/// How a template's requests are sent.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct FrontMatter {
    pub(super) name: String,
    pub(super) version: String,
    pub(super) temperature: f64,
    pub(super) max_output_tokens: u32,
}

/// Splits the text of `file` into front matter and template. The template keeps its line numbers: the front matter's
/// lines are left as empty ones.
pub(super) fn split(file: &str, text: &str) -> Result<(FrontMatter, String), Vec<Problem>> {
    let unmarked = || vec![problem(file, "must begin with front matter between two lines that read ---")];
    let rest = text.strip_prefix("---\n").ok_or_else(unmarked)?;
    let (head, body) = rest.split_once("\n---\n").ok_or_else(unmarked)?;
    let mut problems = Vec::new();
    let fields = fields(file, head, &mut problems);
    let mut take = |key: &str| {
        let value = fields.iter().find(|(name, _)| *name == key).map(|(_, value)| *value);
        if value.is_none_or(str::is_empty) {
            problems.push(problem(file, &format!("the front matter needs {key}")));
        }
        value.unwrap_or_default()
    };
    let (name, version) = (take("name").to_owned(), take("version").to_owned());
    let (temperature, tokens) = (take("temperature"), take("max_output_tokens"));
    let temperature =
        number(file, "temperature", temperature, "a number from 0 to 2", &mut problems, |number: &f64| {
            (0.0..=2.0).contains(number)
        });
    let max_output_tokens =
        number(file, "max_output_tokens", tokens, "a whole number above 0", &mut problems, |number: &u32| *number > 0);
    if !problems.is_empty() {
        return Err(problems);
    }
    let skipped = "\n".repeat(head.lines().count() + 2);
    Ok((FrontMatter { name, version, temperature, max_output_tokens }, format!("{skipped}{body}")))
}

fn fields<'a>(file: &str, head: &'a str, problems: &mut Vec<Problem>) -> Vec<(&'a str, &'a str)> {
    let mut fields = Vec::new();
    for line in head.lines().filter(|line| !line.trim().is_empty()) {
        match line.split_once(':').map(|(key, value)| (key.trim(), value.trim())) {
            Some((key @ ("name" | "version" | "temperature" | "max_output_tokens"), value)) => {
                fields.push((key, value))
            }
            Some((key, _)) => problems.push(problem(file, &format!("the front matter does not know {key:?}"))),
            None => problems.push(problem(file, "the front matter has a line that is not `key: value`")),
        }
    }
    fields
}

fn number<T: FromStr + Default>(
    file: &str,
    key: &str,
    text: &str,
    wanted: &str,
    problems: &mut Vec<Problem>,
    fits: impl Fn(&T) -> bool,
) -> T {
    let number = text.parse().ok().filter(fits);
    if number.is_none() && !text.is_empty() {
        problems.push(problem(file, &format!("{key} must be {wanted}, not {text:?}")));
    }
    number.unwrap_or_default()
}

pub(super) fn problem(file: &str, what: &str) -> Problem {
    Problem { at: file.to_owned(), what: what.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_template_keeps_its_line_numbers() {
        let text = "---\nname: x\nversion: 2\ntemperature: 0.5\nmax_output_tokens: 9\n---\nbody";
        let (front, body) = split("x.md", text).unwrap();
        assert_eq!((front.name.as_str(), front.version.as_str()), ("x", "2"));
        assert_eq!((front.temperature, front.max_output_tokens), (0.5, 9));
        assert_eq!(body.lines().position(|line| line == "body"), text.lines().position(|line| line == "body"));
    }

    #[test]
    fn every_problem_is_reported_at_once() {
        let text = "---\nname: x\nmood: dark\nhush\ntemperature: hot\nmax_output_tokens: 0\n---\nbody";
        let problems: Vec<String> = split("x.md", text).unwrap_err().iter().map(Problem::to_string).collect();
        assert_eq!(
            problems,
            [
                "x.md: the front matter does not know \"mood\"",
                "x.md: the front matter has a line that is not `key: value`",
                "x.md: the front matter needs version",
                "x.md: temperature must be a number from 0 to 2, not \"hot\"",
                "x.md: max_output_tokens must be a whole number above 0, not \"0\"",
            ]
        );
    }

    #[test]
    fn a_file_without_front_matter_is_a_problem() {
        assert_eq!(split("x.md", "body").unwrap_err().len(), 1);
    }
}
