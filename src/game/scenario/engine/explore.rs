//! Looking around and talking: what is not needed, and helps.

use super::super::super::rules::Circumstances;
use super::super::super::world::Disposition;
use super::super::fact::{Fact, Ruling, list};
use super::super::meaning::meant;
use super::super::pack::{Clue, Pack, Person, Place, Scene};
use super::super::state::State;
use super::settle::short;
use super::{Cost, Game};

impl State {
    /// Where one can look and to whom one can talk, as a line; none when there is nothing or a fight is on.
    pub fn surroundings(&self, pack: &Pack) -> Option<String> {
        let scene = self.scene(pack).filter(|_| self.combat.is_none())?;
        let places = scene.locations.iter().filter_map(|id| pack.location(id));
        let names = |place: &Place| {
            let seen = if self.searched.contains(&place.id) { " (seen)" } else { "" };
            format!("{}{seen}", place.name)
        };
        let places: Vec<String> = places.map(names).collect();
        let people: Vec<String> =
            scene.npcs.iter().filter_map(|id| pack.npc(id)).map(|person| person.name.clone()).collect();
        let mut parts = Vec::new();
        if !places.is_empty() {
            parts.push(format!("You can look at: {}.", list(&places, "and")));
        }
        if !people.is_empty() {
            parts.push(format!("You can talk to: {}.", list(&people, "and")));
        }
        (!parts.is_empty()).then(|| parts.join(" "))
    }
}

impl<'a> Game<'a> {
    /// Looks somewhere. The first look finds what there is and costs a turn.
    pub(super) fn look(&mut self, scene: &'a Scene, at: Option<&str>) -> Result<Cost, Ruling> {
        let Some(asked) = at else {
            let around = self.state.surroundings(self.pack);
            let text = around.map_or_else(|| scene.entry_text.clone(), |more| format!("{}\n{more}", scene.entry_text));
            self.facts.push(Fact::Prompted { text });
            return Ok(Cost::Nothing);
        };
        let places: Vec<&Place> = scene.locations.iter().filter_map(|id| self.pack.location(id)).collect();
        let place = meant(asked, &places.iter().map(|place| names(place)).collect::<Vec<_>>());
        let known = || places.iter().map(|place| place.name.clone()).collect();
        let unknown = || Ruling::UnknownPlace { asked: short(asked), known: known() };
        let place = place.and_then(|place| places.get(place)).ok_or_else(unknown)?;
        self.state.location = Some(place.id.clone());
        let (id, name, text) = (place.id.clone(), place.name.clone(), place.text.clone());
        self.facts.push(Fact::Looked { id, name, text });
        if self.state.searched.contains(&place.id) {
            return Ok(Cost::Nothing);
        }
        self.state.searched.push(place.id.clone());
        self.find_all(place);
        Ok(Cost::Turn)
    }

    fn find_all(&mut self, place: &Place) {
        for clue in self.pack.clues.iter().filter(|clue| clue.location.as_ref() == Some(&place.id)) {
            self.find_clue(clue);
        }
        if let Some(weapon) = place.weapon.as_ref().and_then(|id| self.pack.weapon(id)) {
            self.state.player.weapons.push(weapon.clone());
            self.facts.push(Fact::WeaponFound { id: weapon.id.clone(), name: weapon.name.clone() });
        }
        if place.noise > 0 {
            self.raise_alarm(place.noise, &place.name);
        }
    }

    fn find_clue(&mut self, clue: &Clue) {
        if !self.state.clues.contains(&clue.id) {
            self.state.clues.push(clue.id.clone());
            let (id, name, text) = (clue.id.clone(), clue.name.clone(), clue.text.clone());
            self.facts.push(Fact::ClueFound { id, name, text });
        }
    }

    /// Talks to somebody. Who has not made up their mind is won over with a check, once; a friend tells what they know.
    pub(super) fn talk(&mut self, scene: &'a Scene, to: Option<&str>) -> Result<Cost, Ruling> {
        let people: Vec<&Person> = scene.npcs.iter().filter_map(|id| self.pack.npc(id)).collect();
        let known = || people.iter().map(|person| person.name.clone()).collect();
        let place = match to {
            None if people.len() == 1 => Some(0),
            None => None,
            Some(asked) => {
                meant(asked, &people.iter().map(|person| vec![&*person.id, &*person.name]).collect::<Vec<_>>())
            }
        };
        let unknown = || Ruling::UnknownPerson { asked: to.map(short), known: known() };
        let person = *place.and_then(|place| people.get(place)).ok_or_else(unknown)?;
        let before = self.state.disposition(self.pack, &person.id);
        let roll = (before == Disposition::Neutral && !self.state.feelings.contains_key(&person.id)).then(|| {
            let dc = self.state.dc(self.pack, person.dc);
            let what = format!("Winning over {}", person.name);
            self.state.player.check(person.skill, dc, &what, Circumstances::PLAIN, self.dice)
        });
        let disposition = match &roll {
            None => before,
            Some(roll) if roll.outcome.is_good() => Disposition::Friendly,
            Some(roll) if roll.fumble => Disposition::Hostile,
            Some(_) => Disposition::Neutral,
        };
        let rolled = roll.is_some();
        self.state.feelings.insert(person.id.clone(), disposition);
        let text = match disposition {
            Disposition::Friendly => &person.friendly,
            Disposition::Neutral => &person.neutral,
            Disposition::Hostile => &person.hostile,
        };
        let (id, name, text) = (person.id.clone(), person.name.clone(), text.clone());
        self.facts.push(Fact::Talked { id, name, disposition, roll, text });
        let known = self.state.clues.len();
        if disposition == Disposition::Friendly {
            for clue in person.clues.iter().filter_map(|id| self.pack.clue(id)) {
                self.find_clue(clue);
            }
        }
        let news = rolled || self.state.clues.len() > known;
        Ok(if news { Cost::Turn } else { Cost::Nothing })
    }
}

fn names(place: &Place) -> Vec<&str> {
    [&*place.id, &*place.name].into_iter().chain(place.words.iter().map(String::as_str)).collect()
}
