//! The beginning of a pack of one's own: small, commented, and it passes every check.

use std::collections::BTreeMap;

use super::name::PackName;

const PACK: &str = include_str!("scaffold/pack.toml");
const SCENES: &str = include_str!("scaffold/scenes.toml");
const ADVERSARIES: &str = include_str!("scaffold/adversaries.toml");
const WEAPONS: &str = include_str!("scaffold/weapons.toml");
const LOCATIONS: &str = include_str!("scaffold/locations.toml");
const CLUES: &str = include_str!("scaffold/clues.toml");
const NPCS: &str = include_str!("scaffold/npcs.toml");
const CHARACTER: &str = include_str!("scaffold/characters/hero.toml");

/// The files of a new pack, by path within its folder.
pub fn scaffold(name: &PackName) -> BTreeMap<String, String> {
    let files = [
        ("pack.toml", PACK),
        ("scenes.toml", SCENES),
        ("adversaries.toml", ADVERSARIES),
        ("weapons.toml", WEAPONS),
        ("locations.toml", LOCATIONS),
        ("clues.toml", CLUES),
        ("npcs.toml", NPCS),
        ("characters/hero.toml", CHARACTER),
    ];
    let title = title(name);
    files.into_iter().map(|(path, text)| (path.to_owned(), text.replace("{{title}}", &title))).collect()
}

/// `drowned-bell` as a title: "Drowned Bell".
fn title(name: &PackName) -> String {
    let words = name.as_str().split('-').filter(|word| !word.is_empty());
    let capital = |word: &str| {
        let (first, rest) = word.split_at(1);
        format!("{}{rest}", first.to_uppercase())
    };
    let title = words.map(capital).collect::<Vec<_>>().join(" ");
    if title.is_empty() { "A New Scenario".to_owned() } else { title }
}

#[cfg(test)]
mod tests {
    use super::super::pack::Pack;
    use super::*;

    #[test]
    fn what_is_scaffolded_can_be_played_at_once() {
        for (name, title) in [("drowned-bell", "Drowned Bell"), ("7", "7"), ("---", "A New Scenario")] {
            let name: PackName = name.parse().unwrap();
            let pack = Pack::read(&name, &scaffold(&name)).unwrap();
            assert_eq!(pack.title, title);
        }
    }
}
