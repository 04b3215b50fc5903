//! Variables that look like settings and are none: they change nothing, and nobody would notice.

use crate::config::{self, Source};
use crate::repl;

/// How many letters may be wrong; what is farther from every setting belongs to somebody else.
const MOST_WRONG: usize = 2;

/// A line for each of them.
pub(super) fn warnings(source: &Source) -> Vec<String> {
    source.variables().filter(|variable| variable.starts_with("ZEROTH_")).filter_map(warning).collect()
}

fn warning(variable: &str) -> Option<String> {
    let settings = config::all_settings().map(|setting| setting.variable);
    let (wrong, meant) = settings.map(|meant| (repl::distance(meant, variable), meant)).min()?;
    let misspelt = (1..=MOST_WRONG).contains(&wrong);
    misspelt.then(|| format!("zeroth: {variable} is no setting and changes nothing; did you mean {meant}?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_setting_is_named_and_what_is_far_from_all_of_them_left_alone() {
        let settings = [
            "ZEROTH_PROT",
            "ZEROTH_MODELL",
            "ZEROTH_PORT",
            "ZEROTH_PORT_5050_TCP",
            "ZEROTH_CI_CACHE",
            "MY_PORT",
            "ZEROTH_",
        ];
        let lines = warnings(&Source::new(settings.map(|variable| (variable, "1"))));
        insta::assert_snapshot!(lines.join("\n"), @"
        zeroth: ZEROTH_MODELL is no setting and changes nothing; did you mean ZEROTH_MODEL?
        zeroth: ZEROTH_PROT is no setting and changes nothing; did you mean ZEROTH_PORT?
        ");
    }

    #[test]
    fn no_setting_is_taken_for_another() {
        let source = Source::new(config::all_settings().map(|setting| (setting.variable, setting.example)));
        assert_eq!(warnings(&source), [""; 0]);
    }
}
