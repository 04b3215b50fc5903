//! The templates, one per component: read once, checked whole, rendered block by block.

use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior, Value, context};

use crate::content::Content;
use crate::game::{Campaign, Problem};
use crate::llm::{ChatRequest, Component, Message, PromptRef};

use super::front_matter::{self, FrontMatter};
use super::rehearsal;

/// All prompt templates.
pub struct Prompts {
    templates: Environment<'static>,
    fronts: Vec<(Component, FrontMatter)>,
}

/// A template that passed every check, and still could not be rendered with these values.
#[derive(Debug, thiserror::Error)]
#[error("prompt template {file}: {source}")]
pub struct PromptError {
    file: &'static str,
    source: minijinja::Error,
}

/// The two texts that a template makes.
pub(super) struct Rendered {
    pub(super) system: String,
    pub(super) user: String,
}

impl Prompts {
    /// Reads `prompts/*.md`, and renders each once with made-up values, so that a misspelt name is found now.
    ///
    /// # Errors
    /// Everything that is wrong with the files: one missing, its front matter, its syntax, a name it does not get.
    pub fn load(content: &Content) -> Result<Self, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut templates = environment();
        let mut fronts = Vec::new();
        for component in Component::ALL {
            match add(&mut templates, content, file(component)) {
                Ok(front) => fronts.push((component, front)),
                Err(mut more) => problems.append(&mut more),
            }
        }
        let prompts = Self { templates, fronts };
        problems.extend(prompts.rehearse());
        if problems.is_empty() { Ok(prompts) } else { Err(problems) }
    }

    /// A request as the front matter of the component's template wants it sent: not streamed.
    pub(super) fn request(&self, component: Component, system: String, messages: Vec<Message>) -> ChatRequest {
        let front = self.fronts.iter().find(|(owner, _)| *owner == component).map(|(_, front)| front);
        ChatRequest {
            prompt: front.map(|front| PromptRef { name: front.name.clone(), version: front.version.clone() }),
            temperature: front.map(|front| front.temperature),
            ..ChatRequest::new(component, system, messages, front.map_or(0, |front| front.max_output_tokens))
        }
    }

    pub(super) fn render(&self, component: Component, values: Value) -> Result<Rendered, PromptError> {
        let file = file(component);
        let failed = |source| PromptError { file, source };
        let mut page =
            self.templates.get_template(file).and_then(|template| template.render_captured(values)).map_err(failed)?;
        let mut block = |name| page.with_state_mut(|state| state.render_block(name)).map_err(failed);
        Ok(Rendered { system: block("system")?, user: block("user")? })
    }

    /// What goes wrong when each template that could be read is rendered.
    fn rehearse(&self) -> Vec<Problem> {
        let read = |error: &PromptError| self.fronts.iter().any(|(component, _)| file(*component) == error.file);
        let mut problems: Vec<Problem> = rehearsal::requests(self)
            .into_iter()
            .filter_map(Result::err)
            .filter(read)
            .map(|error| front_matter::problem(error.file, &error.source.to_string()))
            .collect();
        problems.dedup();
        problems
    }
}

/// The values that the templates of the two-player game get.
pub(super) fn values(campaign: &Campaign, more: Value) -> Value {
    context! { campaign => Value::from(Serde(campaign)), ..more }
}

fn file(component: Component) -> &'static str {
    match component {
        Component::GameSetup => "prompts/game_setup.md",
        Component::Dialogue => "prompts/dialogue.md",
        Component::Classifier => "prompts/classifier.md",
        Component::GmQa => "prompts/gm_qa.md",
        Component::StorytellerSingle => "prompts/storyteller_single.md",
        Component::StorytellerScenario => "prompts/storyteller_scenario.md",
    }
}

fn environment() -> Environment<'static> {
    let mut templates = Environment::new();
    templates.set_undefined_behavior(UndefinedBehavior::Strict);
    templates
}

fn add(
    templates: &mut Environment<'static>,
    content: &Content,
    file: &'static str,
) -> Result<FrontMatter, Vec<Problem>> {
    let text = content.text(file).map_err(|error| vec![front_matter::problem(file, &error.to_string())])?;
    let (front, body) = front_matter::split(file, &text.replace("\r\n", "\n"))?;
    // Only the blocks are wanted, so the page around them is never rendered.
    let page = format!("{{% if false %}}{body}{{% endif %}}");
    templates.add_template_owned(file, page).map_err(|error| vec![front_matter::problem(file, &error.to_string())])?;
    Ok(front)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(files: &[(&str, &str)]) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("prompts")).unwrap();
        for (name, text) in files {
            std::fs::write(folder.path().join("prompts").join(name), text).unwrap();
        }
        match Prompts::load(&Content::overridden_by(folder.path())) {
            Ok(_) => Vec::new(),
            Err(problems) => problems.iter().map(Problem::to_string).collect(),
        }
    }

    const FRONT: &str = "---\nname: x\nversion: 1\ntemperature: 0\nmax_output_tokens: 9\n---\n";

    #[test]
    fn the_shipped_templates_load() {
        assert_eq!(load(&[]), [""; 0]);
    }

    #[test]
    fn problems_of_two_files_are_reported_together() {
        let problems = load(&[("dialogue.md", "no front matter"), ("game_setup.md", &format!("{FRONT}{{% if %}}"))]);
        assert_eq!(problems.len(), 2, "{problems:?}");
        assert!(problems[0].starts_with("prompts/game_setup.md: syntax error"), "{problems:?}");
        assert!(problems[0].contains("game_setup.md:7"), "{problems:?}");
        assert!(problems[1].starts_with("prompts/dialogue.md: must begin"), "{problems:?}");
    }

    #[test]
    fn every_template_is_rehearsed() {
        let names = ["game_setup", "dialogue", "classifier", "gm_qa", "storyteller_single", "storyteller_scenario"];
        for name in names {
            let wrong = format!(
                "{FRONT}{{% block system %}}{{{{ misspelt }}}}{{% endblock %}}{{% block user %}}{{% endblock %}}"
            );
            let problems = load(&[(&format!("{name}.md"), &wrong)]);
            assert_eq!(problems.len(), 1, "{problems:?}");
            assert!(problems[0].starts_with(&format!("prompts/{name}.md: undefined value")), "{problems:?}");
        }
    }

    #[test]
    fn a_misspelt_name_and_a_missing_block_are_found_at_load() {
        let user = "{% block user %}{% endblock %}";
        let misspelt = format!("{FRONT}{{% block system %}}{{{{ campaign.qest }}}}{{% endblock %}}{user}");
        let problems = load(&[("dialogue.md", &misspelt), ("game_setup.md", &format!("{FRONT}{user}"))]);
        assert_eq!(problems.len(), 2, "{problems:?}");
        assert!(problems[0].contains("system"), "{problems:?}");
        assert!(problems[1].contains("undefined value"), "{problems:?}");
    }
}
