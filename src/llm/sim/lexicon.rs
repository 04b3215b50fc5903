//! The English that the simulator knows by heart.

use std::collections::HashMap;
use std::sync::LazyLock;

/// What kind of deed a verb stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Act {
    Look,
    Listen,
    Go,
    Take,
    Handle,
    Strike,
    Read,
    /// What needs neither force nor luck.
    Mild,
    Speak,
    Wait,
}

/// A verb as it is typed, and as the past is told.
#[derive(Debug)]
pub(super) struct Verb {
    pub(super) base: &'static str,
    pub(super) past: &'static str,
    pub(super) act: Act,
}

/// The verb that `word` is a form of: "open", "opens", "opening", "opened".
pub(super) fn verb(word: &str) -> Option<&'static Verb> {
    static FORMS: LazyLock<HashMap<String, &'static Verb>> = LazyLock::new(|| {
        let mut forms = HashMap::new();
        for verb in VERBS {
            let base = verb.base;
            let last = base.chars().last().unwrap_or_default();
            let short = base.strip_suffix('e').unwrap_or(base);
            let of_base = [base.to_owned(), format!("{base}s"), format!("{base}es"), format!("{base}ing")];
            for form in
                of_base.into_iter().chain([format!("{base}{last}ing"), format!("{short}ing"), verb.past.to_owned()])
            {
                forms.entry(form).or_insert(verb);
            }
        }
        forms
    });
    FORMS.get(word).copied()
}

/// The language of a common word.
pub(super) fn tongue(word: &str) -> Option<Tongue> {
    static WORDS: LazyLock<HashMap<&str, Tongue>> = LazyLock::new(|| {
        let other = OTHER_LANGUAGES.iter().map(|word| (*word, Tongue::Other));
        other.chain(ENGLISH.iter().map(|word| (*word, Tongue::English))).collect()
    });
    WORDS.get(word).copied()
}

/// English, or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tongue {
    English,
    Other,
}

const fn verb_of(act: Act, base: &'static str, past: &'static str) -> Verb {
    Verb { base, past, act }
}

#[rustfmt::skip]
static VERBS: &[Verb] = &[
    verb_of(Act::Speak, "persuade", "persuaded"), verb_of(Act::Speak, "convince", "convinced"),
    verb_of(Act::Handle, "force", "forced"), verb_of(Act::Handle, "pry", "pried"),
    verb_of(Act::Look, "look", "looked"), verb_of(Act::Look, "examine", "examined"),
    verb_of(Act::Look, "inspect", "inspected"), verb_of(Act::Look, "search", "searched"),
    verb_of(Act::Look, "scan", "scanned"), verb_of(Act::Look, "study", "studied"),
    verb_of(Act::Look, "watch", "watched"), verb_of(Act::Read, "read", "read"),
    verb_of(Act::Look, "check", "checked"), verb_of(Act::Look, "investigate", "investigated"),
    verb_of(Act::Look, "observe", "observed"), verb_of(Act::Look, "analyze", "analysed"),
    verb_of(Act::Look, "analyse", "analysed"), verb_of(Act::Look, "see", "saw"),
    verb_of(Act::Look, "find", "looked for"), verb_of(Act::Look, "peek", "peeked"),
    verb_of(Act::Look, "peer", "peered"), verb_of(Act::Look, "stare", "stared"),
    verb_of(Act::Look, "smell", "smelled"), verb_of(Act::Look, "taste", "tasted"),
    verb_of(Act::Look, "explore", "explored"), verb_of(Act::Look, "count", "counted"),
    verb_of(Act::Listen, "listen", "listened"), verb_of(Act::Listen, "hear", "listened"),
    verb_of(Act::Go, "go", "went"), verb_of(Act::Go, "walk", "walked"), verb_of(Act::Go, "run", "ran"),
    verb_of(Act::Go, "enter", "entered"), verb_of(Act::Go, "climb", "climbed"),
    verb_of(Act::Go, "head", "headed"), verb_of(Act::Go, "leave", "left"), verb_of(Act::Go, "exit", "left"),
    verb_of(Act::Go, "follow", "followed"), verb_of(Act::Go, "return", "returned"),
    verb_of(Act::Go, "proceed", "proceeded"), verb_of(Act::Go, "crawl", "crawled"),
    verb_of(Act::Go, "swim", "swam"), verb_of(Act::Go, "row", "rowed"), verb_of(Act::Go, "jump", "jumped"),
    verb_of(Act::Go, "sneak", "sneaked"), verb_of(Act::Go, "hurry", "hurried"), verb_of(Act::Go, "rush", "rushed"),
    verb_of(Act::Go, "travel", "travelled"), verb_of(Act::Go, "approach", "approached"),
    verb_of(Act::Go, "descend", "descended"), verb_of(Act::Go, "flee", "fled"), verb_of(Act::Go, "fly", "flew"),
    verb_of(Act::Take, "take", "took"), verb_of(Act::Take, "grab", "grabbed"), verb_of(Act::Take, "pick", "picked"),
    verb_of(Act::Take, "get", "got"), verb_of(Act::Take, "steal", "stole"), verb_of(Act::Take, "collect", "collected"),
    verb_of(Act::Take, "catch", "caught"), verb_of(Act::Take, "gather", "gathered"),
    verb_of(Act::Take, "pocket", "pocketed"), verb_of(Act::Take, "seize", "seized"),
    verb_of(Act::Handle, "open", "opened"), verb_of(Act::Handle, "close", "closed"),
    verb_of(Act::Handle, "shut", "shut"), verb_of(Act::Handle, "unlock", "unlocked"),
    verb_of(Act::Handle, "lock", "locked"), verb_of(Act::Handle, "use", "used"),
    verb_of(Act::Handle, "push", "pushed"), verb_of(Act::Handle, "pull", "pulled"),
    verb_of(Act::Handle, "turn", "turned"), verb_of(Act::Handle, "press", "pressed"),
    verb_of(Act::Handle, "touch", "touched"), verb_of(Act::Mild, "repair", "repaired"),
    verb_of(Act::Mild, "fix", "fixed"), verb_of(Act::Handle, "activate", "activated"),
    verb_of(Act::Handle, "start", "started"), verb_of(Act::Handle, "stop", "stopped"),
    verb_of(Act::Handle, "light", "lit"), verb_of(Act::Handle, "lift", "lifted"),
    verb_of(Act::Handle, "move", "moved"), verb_of(Act::Handle, "remove", "removed"),
    verb_of(Act::Mild, "put", "put"), verb_of(Act::Mild, "place", "placed"),
    verb_of(Act::Mild, "drop", "dropped"), verb_of(Act::Mild, "throw", "threw"),
    verb_of(Act::Handle, "cut", "cut"), verb_of(Act::Handle, "tie", "tied"),
    verb_of(Act::Handle, "untie", "untied"), verb_of(Act::Handle, "connect", "connected"),
    verb_of(Act::Handle, "disconnect", "disconnected"), verb_of(Act::Handle, "hack", "hacked"),
    verb_of(Act::Handle, "fill", "filled"), verb_of(Act::Handle, "empty", "emptied"),
    verb_of(Act::Mild, "clean", "cleaned"), verb_of(Act::Mild, "eat", "ate"),
    verb_of(Act::Mild, "drink", "drank"), verb_of(Act::Mild, "cook", "cooked"),
    verb_of(Act::Mild, "feed", "fed"), verb_of(Act::Mild, "pet", "petted"),
    verb_of(Act::Mild, "build", "built"), verb_of(Act::Mild, "make", "made"),
    verb_of(Act::Mild, "write", "wrote"), verb_of(Act::Mild, "draw", "drew"),
    verb_of(Act::Mild, "play", "played"), verb_of(Act::Handle, "ring", "rang"),
    verb_of(Act::Handle, "blow", "blew"), verb_of(Act::Mild, "give", "gave"),
    verb_of(Act::Go, "hide", "hid"), verb_of(Act::Mild, "wear", "wore"),
    verb_of(Act::Handle, "set", "set"), verb_of(Act::Handle, "trim", "trimmed"),
    verb_of(Act::Handle, "wind", "wound"), verb_of(Act::Handle, "switch", "switched"),
    verb_of(Act::Handle, "reroute", "rerouted"), verb_of(Act::Handle, "rescue", "tried to rescue"),
    verb_of(Act::Handle, "save", "tried to save"), verb_of(Act::Go, "steer", "steered"),
    verb_of(Act::Mild, "hold", "held"), verb_of(Act::Handle, "knock", "knocked"),
    verb_of(Act::Strike, "attack", "attacked"), verb_of(Act::Strike, "hit", "hit"),
    verb_of(Act::Strike, "shoot", "shot"), verb_of(Act::Strike, "fire", "fired"),
    verb_of(Act::Strike, "kill", "tried to kill"), verb_of(Act::Strike, "fight", "fought"),
    verb_of(Act::Strike, "punch", "punched"), verb_of(Act::Strike, "kick", "kicked"),
    verb_of(Act::Strike, "stab", "stabbed"), verb_of(Act::Strike, "strike", "struck"),
    verb_of(Act::Strike, "smash", "smashed"), verb_of(Act::Strike, "break", "broke"),
    verb_of(Act::Strike, "destroy", "tried to destroy"), verb_of(Act::Strike, "stun", "stunned"),
    verb_of(Act::Strike, "slap", "slapped"), verb_of(Act::Strike, "burn", "burned"),
    verb_of(Act::Speak, "say", "said"), verb_of(Act::Speak, "ask", "asked"), verb_of(Act::Speak, "tell", "told"),
    verb_of(Act::Speak, "talk", "talked"), verb_of(Act::Speak, "speak", "spoke"),
    verb_of(Act::Speak, "shout", "shouted"), verb_of(Act::Speak, "call", "called"),
    verb_of(Act::Speak, "whisper", "whispered"), verb_of(Act::Speak, "yell", "yelled"),
    verb_of(Act::Speak, "hail", "hailed"), verb_of(Act::Speak, "greet", "greeted"),
    verb_of(Act::Speak, "thank", "thanked"), verb_of(Act::Speak, "contact", "contacted"),
    verb_of(Act::Speak, "sing", "sang"), verb_of(Act::Speak, "signal", "signalled"), verb_of(Act::Speak, "beg", "begged"),
    verb_of(Act::Wait, "wait", "waited"), verb_of(Act::Wait, "rest", "rested"), verb_of(Act::Wait, "sleep", "slept"),
    verb_of(Act::Mild, "sit", "sat"), verb_of(Act::Mild, "stand", "stood"), verb_of(Act::Wait, "meditate", "meditated"),
    verb_of(Act::Mild, "kneel", "knelt"), verb_of(Act::Mild, "dance", "danced"), verb_of(Act::Mild, "mend", "mended"),
    verb_of(Act::Mild, "paint", "painted"), verb_of(Act::Mild, "lie", "lay"), verb_of(Act::Mild, "hug", "hugged"),
    verb_of(Act::Mild, "discard", "discarded"), verb_of(Act::Mild, "hand", "handed"),
    verb_of(Act::Go, "drive", "drove"), verb_of(Act::Go, "sail", "sailed"), verb_of(Act::Go, "ride", "rode"),
];

/// What may stand between a verb and what it acts upon; told again when the deed is recalled.
pub(super) const LINKS: &[&str] = &[
    "up", "down", "out", "off", "at", "to", "into", "onto", "in", "on", "around", "through", "toward", "towards",
    "for", "over", "away", "back", "inside", "under", "behind", "along", "across", "with", "against", "from", "about",
];

/// Places to which one goes without an article.
pub(super) const UNARTICLED: &[&str] = &[
    "engineering",
    "sickbay",
    "operations",
    "ops",
    "security",
    "bed",
    "work",
    "town",
    "camp",
    "home",
    "church",
    "prison",
    "court",
    "school",
    "shore",
    "port",
    "headquarters",
    "astrometrics",
    "stores",
];

/// Verbs that end what a question is about: "what does the padd say".
pub(super) const TRAILERS: &[&str] = &[
    "say", "says", "said", "mean", "means", "do", "look", "looks", "like", "contain", "contains", "show", "shows",
    "tell", "tells", "read", "reads", "want", "wants", "need", "needs", "sound", "sounds", "smell", "smells", "taste",
    "tastes", "feel", "feels", "come", "comes", "go", "goes", "called", "made", "written", "made", "been", "be",
    "worth", "really", "actually", "exactly", "today", "there", "here", "know", "knows", "cost", "help", "think",
    "exist",
];

/// What can be driven; without a way it is merely handled.
pub(super) const VEHICULAR: &[&str] = &["row", "steer", "drive", "sail", "ride", "fly"];

/// Who carries the player off: "take me to the bridge".
pub(super) const CARRIERS: &[&str] =
    &["take", "bring", "lead", "guide", "beam", "carry", "fly", "drive", "row", "transport", "walk", "send"];

/// What gets rid of a thing.
pub(super) const PARTINGS: &[&str] = &["drop", "throw", "give", "put", "place", "discard", "hand", "eat", "drink"];

/// Words that carry writing.
pub(super) const READABLE: &[&str] = &[
    "padd",
    "pad",
    "book",
    "logbook",
    "log",
    "logs",
    "note",
    "notes",
    "page",
    "pages",
    "letter",
    "label",
    "list",
    "sign",
    "inscription",
    "manifest",
    "chart",
    "map",
    "scroll",
    "diary",
    "journal",
    "paper",
    "papers",
    "screen",
    "display",
    "console",
    "chip",
    "plaque",
    "poster",
    "message",
    "report",
    "manual",
    "writing",
    "text",
    "scrap",
    "entry",
    "roll",
    "card",
    "tablet",
    "document",
    "file",
    "order",
    "drawing",
    "monitor",
    "panel",
    "readings",
];

/// Where a noun phrase ends.
pub(super) const BORDERS: &[&str] = &[
    "with",
    "to",
    "from",
    "in",
    "into",
    "on",
    "onto",
    "at",
    "for",
    "and",
    "or",
    "but",
    "then",
    "while",
    "because",
    "so",
    "that",
    "which",
    "who",
    "as",
    "if",
    "until",
    "before",
    "after",
    "by",
    "through",
    "using",
    "about",
    "again",
    "now",
    "please",
    "first",
    "there",
    "here",
    "slowly",
    "carefully",
    "quickly",
    "closely",
    "quietly",
    "gently",
    "around",
    "up",
    "down",
    "out",
    "off",
    "away",
    "back",
    "over",
    "under",
    "behind",
    "is",
    "are",
    "was",
    "were",
    "has",
    "have",
    "do",
    "does",
    "did",
    "can",
    "could",
    "will",
    "would",
    "mean",
    "means",
    "work",
    "works",
    "happen",
    "happened",
    "i",
    "you",
    "we",
    "myself",
    "myself",
    "instead",
    "too",
    "also",
    "where",
    "when",
    "why",
    "how",
    "what",
];

pub(super) const DETERMINERS: &[&str] = &[
    "the", "a", "an", "my", "your", "his", "her", "its", "their", "our", "this", "that", "these", "those", "some",
    "any", "another", "every", "each", "all", "both", "one",
];

pub(super) const PRONOUNS: &[&str] = &[
    "it",
    "them",
    "him",
    "her",
    "this",
    "that",
    "these",
    "those",
    "one",
    "something",
    "anything",
    "everything",
    "me",
    "you",
    "us",
    "someone",
    "anyone",
    "somebody",
    "anybody",
    "nobody",
    "nothing",
];

/// What may stand before a verb that tells a deed.
pub(super) const LEADS: &[&str] = &[
    "i",
    "we",
    "to",
    "and",
    "then",
    "will",
    "can",
    "could",
    "would",
    "should",
    "must",
    "may",
    "shall",
    "let's",
    "lets",
    "please",
    "i'll",
    "i'd",
    "we'll",
    "try",
    "now",
    "just",
    "am",
    "i'm",
    "first",
    "finally",
    "again",
    "let",
    "me",
    "not",
    "don't",
    "so",
    "next",
    "quickly",
    "slowly",
    "carefully",
    "quietly",
    "gently",
    "closely",
    "start",
    "keep",
    "also",
];

pub(super) const QUESTIONS: &[&str] = &[
    "who", "what", "where", "when", "why", "how", "which", "whose", "is", "are", "was", "were", "do", "does", "did",
    "can", "could", "would", "should", "will", "has", "have", "who's", "what's", "where's", "how's", "explain",
    "describe", "may",
];

pub(super) const GREETINGS: &[&str] =
    &["hello", "hi", "hey", "greetings", "hiya", "howdy", "salutations", "good", "hullo"];

/// Common words that show that a message is English.
const ENGLISH: &[&str] = &[
    "the", "a", "an", "i", "you", "he", "she", "it", "we", "they", "my", "your", "is", "are", "am", "was", "be", "to",
    "of", "and", "or", "not", "no", "yes", "ok", "okay", "in", "on", "at", "with", "for", "this", "that", "what",
    "who", "where", "why", "how", "when", "do", "does", "did", "can", "will", "have", "has", "me", "there", "here",
    "please", "thanks", "thank", "all", "some", "but", "if", "so", "up", "down", "just", "good", "help", "i'm", "i'll",
    "don't", "it's", "let's", "very",
];

/// Common words that show that it is not.
const OTHER_LANGUAGES: &[&str] = &[
    "ich", "und", "nicht", "ist", "bin", "wo", "wer", "der", "das", "ein", "eine", "wir", "mein", "hallo", "guten",
    "bitte", "je", "suis", "est", "les", "des", "une", "où", "vous", "nous", "bonjour", "salut", "merci", "dans",
    "pourquoi", "le", "la", "hola", "el", "los", "una", "estoy", "dónde", "donde", "que", "qué", "por", "como", "cómo",
    "gracias", "está", "yo", "il", "sono", "dove", "ciao", "che", "perché", "grazie", "ik", "het", "een", "waar",
    "niet", "wat", "dag", "eu", "onde", "não", "obrigado", "você", "jag", "och", "är", "inte", "hej", "gdzie", "jest",
    "nie", "cześć", "öffne", "tür", "die",
];

/// Where a word of direction leads.
pub(super) fn direction(word: &str) -> Option<&'static str> {
    Some(match word {
        "north" => "the north side",
        "south" => "the south side",
        "east" => "the east side",
        "west" => "the west side",
        "left" => "the passage on the left",
        "right" => "the passage on the right",
        "up" | "upstairs" => "the level above",
        "down" | "downstairs" => "the level below",
        "back" => "the way you came",
        "forward" | "forwards" | "ahead" | "on" | "onward" | "straight" => "the way ahead",
        "out" | "outside" => "the way out",
        "in" | "inside" => "the way in",
        "home" => "the way home",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verbs_are_known_in_their_forms() {
        for (word, base) in
            [("open", "open"), ("opens", "open"), ("opening", "open"), ("moving", "move"), ("hitting", "hit")]
        {
            assert_eq!(verb(word).map(|verb| verb.base), Some(base), "{word}");
        }
        assert_eq!(verb("went").map(|verb| verb.base), Some("go"));
        assert!(verb("opener").is_none() && verb("goat").is_none() && verb("").is_none());
    }
}
