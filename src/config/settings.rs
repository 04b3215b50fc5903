//! The table of all settings: from it come the flags, `.env.example` and `docs/config.md`.

mod game;
mod model;
mod server;
mod simulator;
mod telemetry;

/// One thing that a user can set.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    /// The environment variable.
    pub variable: &'static str,
    /// What it is set to when nobody sets it, for a reader.
    pub default: &'static str,
    /// A value that works.
    pub example: &'static str,
    /// What it does, in one sentence or two.
    pub help: &'static str,
    flag: Flag,
}

/// How a setting is called on the command line.
#[derive(Debug, Clone, Copy)]
enum Flag {
    /// As its variable, if that is one of ours.
    Usual,
    /// Otherwise.
    Called(&'static str),
    /// Not at all: command lines are public.
    Secret,
}

impl Setting {
    /// The long flag without its dashes; only our own variables have one.
    pub fn flag(&self) -> Option<String> {
        match self.flag {
            Flag::Usual => self.variable.strip_prefix("ZEROTH_").map(|name| name.to_lowercase().replace('_', "-")),
            Flag::Called(name) => Some(name.to_owned()),
            Flag::Secret => None,
        }
    }

    const fn called(self, flag: &'static str) -> Self {
        Self { flag: Flag::Called(flag), ..self }
    }

    const fn secret(self) -> Self {
        Self { flag: Flag::Secret, ..self }
    }
}

/// Settings that belong together.
#[derive(Debug, Clone, Copy)]
pub struct Group {
    /// A heading.
    pub title: &'static str,
    /// The settings.
    pub settings: &'static [Setting],
}

const fn setting(variable: &'static str, default: &'static str, example: &'static str, help: &'static str) -> Setting {
    Setting { variable, default, example, help, flag: Flag::Usual }
}

/// The setting of this variable.
pub(super) fn find(variable: &str) -> Option<&'static Setting> {
    all().find(|setting| setting.variable == variable)
}

/// Every setting, in the order of the documentation.
pub fn all() -> impl Iterator<Item = &'static Setting> {
    GROUPS.iter().flat_map(|group| group.settings)
}

/// Every setting, by group.
pub const GROUPS: &[Group] = &[
    Group { title: "Server", settings: server::SERVER },
    Group { title: "Game", settings: game::GAME },
    Group { title: "Model", settings: model::MODEL },
    Group { title: "Retries and limits", settings: model::RESILIENCE },
    Group { title: "Budgets", settings: model::BUDGETS },
    Group { title: "Faults", settings: simulator::FAULTS },
    Group { title: "Simulator", settings: simulator::SIMULATOR },
    Group { title: "Traces", settings: telemetry::TRACES },
    Group { title: "Telemetry", settings: telemetry::TELEMETRY },
    Group { title: "OpenTelemetry", settings: telemetry::OPENTELEMETRY },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_has_no_flag() {
        let secrets: Vec<&Setting> = all()
            .filter(|setting| ["_KEY", "_TOKEN", "HEADERS"].iter().any(|ending| setting.variable.ends_with(ending)))
            .collect();
        for known in ["ZEROTH_SIM_KEY", "ZEROTH_TOKEN"] {
            assert!(secrets.iter().any(|setting| setting.variable == known), "{known}");
        }
        assert!(secrets.iter().all(|setting| setting.flag().is_none()), "{secrets:?}");
        assert_eq!(find("ZEROTH_SIM_PORT").and_then(Setting::flag).as_deref(), Some("sim-port"));
    }
}
