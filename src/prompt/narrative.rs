//! The narrative of an answer in JSON, while the answer still comes.

/// The narrative of a solo reply while its JSON still comes: told as far as it can be told.
///
/// It takes the object to be where the first `{` is behind which one can begin. White space around the narrative is not
/// told.
#[derive(Debug, Clone, Default)]
pub struct Narrative {
    at: At,
    key: String,
    text: Decoder,
    told: String,
    /// White space that is told once a word follows.
    gap: String,
}

/// Where in the answer the next character stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum At {
    /// Before the object.
    #[default]
    Before,
    /// Where a key may begin.
    BeforeKey,
    /// In a key.
    Key,
    /// Behind a key.
    AfterKey,
    /// Where a value begins.
    BeforeValue,
    /// In a value that is not told, so deep in lists and objects.
    Other { depth: usize, text: bool, escaped: bool },
    /// In the narrative.
    Narrative,
    /// Behind the object, or the narrative.
    End,
}

impl Narrative {
    /// Nothing has come.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next piece of the answer, and returns the words of the narrative that came with it.
    pub fn push(&mut self, piece: &str) -> String {
        let before = self.told.len();
        piece.chars().for_each(|c| self.take(c));
        self.told[before..].to_owned()
    }

    /// All of the narrative that has come.
    pub fn told(&self) -> &str {
        &self.told
    }

    /// Whether the narrative has come to its end.
    pub fn is_complete(&self) -> bool {
        self.at == At::End && !self.told.is_empty()
    }

    fn take(&mut self, c: char) {
        self.at = match self.at {
            At::Before if c == '{' => At::BeforeKey,
            At::BeforeKey if c == '"' => {
                self.key.clear();
                self.text = Decoder::default();
                At::Key
            }
            At::BeforeKey if c == '}' => At::End,
            At::BeforeKey if c == ',' || c.is_whitespace() => At::BeforeKey,
            At::Key => self.take_key(c),
            At::AfterKey if c == ':' => At::BeforeValue,
            At::AfterKey | At::BeforeValue if c.is_whitespace() => self.at,
            At::BeforeValue if c == '"' && self.key == "narrative" => {
                self.text = Decoder::default();
                At::Narrative
            }
            At::BeforeValue => other(0, false, false, c),
            At::Other { depth, text, escaped } => other(depth, text, escaped, c),
            At::Narrative => self.take_narrative(c),
            // It was no object after all; perhaps this is one.
            At::BeforeKey | At::AfterKey if c == '{' => At::BeforeKey,
            At::Before | At::BeforeKey | At::AfterKey => At::Before,
            At::End => At::End,
        };
    }

    fn take_key(&mut self, c: char) -> At {
        match self.text.take(c) {
            Decoded::Char(c) => self.key.push(c),
            Decoded::Two(a, b) => self.key.extend([a, b]),
            Decoded::Nothing => {}
            Decoded::End(_) => return At::AfterKey,
        }
        At::Key
    }

    fn take_narrative(&mut self, c: char) -> At {
        match self.text.take(c) {
            Decoded::Char(c) => self.tell(c),
            Decoded::Two(a, b) => [a, b].into_iter().for_each(|c| self.tell(c)),
            Decoded::Nothing => {}
            Decoded::End(left) => {
                left.into_iter().for_each(|c| self.tell(c));
                return At::End;
            }
        }
        At::Narrative
    }

    fn tell(&mut self, c: char) {
        if !c.is_whitespace() {
            self.told.push_str(&self.gap);
            self.gap.clear();
            self.told.push(c);
        } else if !self.told.is_empty() {
            self.gap.push(c);
        }
    }
}

/// One more character of a value that is not told.
fn other(depth: usize, text: bool, escaped: bool, c: char) -> At {
    match c {
        _ if text && escaped => At::Other { depth, text, escaped: false },
        '\\' if text => At::Other { depth, text, escaped: true },
        '"' => At::Other { depth, text: !text, escaped: false },
        _ if text => At::Other { depth, text, escaped: false },
        '{' | '[' => At::Other { depth: depth + 1, text, escaped },
        '}' | ']' => match depth {
            0 => At::End,
            _ => At::Other { depth: depth - 1, text, escaped },
        },
        ',' if depth == 0 => At::BeforeKey,
        _ => At::Other { depth, text, escaped },
    }
}

/// Reads the characters of a JSON string, one by one.
#[derive(Debug, Clone, Default)]
struct Decoder {
    escape: Escape,
    /// The first half of a character that is written as two escapes.
    high: Option<u32>,
}

#[derive(Debug, Clone, Copy, Default)]
enum Escape {
    #[default]
    None,
    Begun,
    /// After `\u`: so many digits, and their value.
    Digits(u8, u32),
}

/// What came of one more character.
enum Decoded {
    Nothing,
    Char(char),
    Two(char, char),
    /// The string is over; half a character may have been left.
    End(Option<char>),
}

impl Decoder {
    fn take(&mut self, c: char) -> Decoded {
        match self.escape {
            Escape::None if c == '\\' => {
                self.escape = Escape::Begun;
                Decoded::Nothing
            }
            Escape::None if c == '"' => Decoded::End(self.high.take().map(|_| char::REPLACEMENT_CHARACTER)),
            Escape::None => self.whole(c),
            Escape::Begun if c == 'u' => {
                self.escape = Escape::Digits(0, 0);
                Decoded::Nothing
            }
            Escape::Begun => {
                self.escape = Escape::None;
                self.whole(match c {
                    'n' => '\n',
                    't' => '\t',
                    'r' => '\r',
                    'b' => '\u{8}',
                    'f' => '\u{c}',
                    c => c,
                })
            }
            Escape::Digits(count, value) => {
                let value = value * 16 + c.to_digit(16).unwrap_or(0);
                self.escape = if count == 3 { Escape::None } else { Escape::Digits(count + 1, value) };
                if count == 3 { self.unit(value) } else { Decoded::Nothing }
            }
        }
    }

    fn whole(&mut self, c: char) -> Decoded {
        match self.high.take() {
            Some(_) => Decoded::Two(char::REPLACEMENT_CHARACTER, c),
            None => Decoded::Char(c),
        }
    }

    /// Four digits: a character, or half of one.
    fn unit(&mut self, value: u32) -> Decoded {
        let pair = |high: u32| char::from_u32(0x1_0000 + ((high - 0xd800) << 10) + (value - 0xdc00));
        match (self.high, value) {
            (Some(high), 0xdc00..=0xdfff) => {
                self.high = None;
                Decoded::Char(pair(high).unwrap_or(char::REPLACEMENT_CHARACTER))
            }
            (before, 0xd800..=0xdbff) => {
                self.high = Some(value);
                before.map_or(Decoded::Nothing, |_| Decoded::Char(char::REPLACEMENT_CHARACTER))
            }
            (_, value) => self.whole(char::from_u32(value).unwrap_or(char::REPLACEMENT_CHARACTER)),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::super::read_solo;
    use super::*;

    fn told(pieces: &[&str]) -> (String, bool) {
        let mut narrative = Narrative::new();
        let words: String = pieces.iter().map(|piece| narrative.push(piece)).collect();
        assert_eq!(words, narrative.told());
        (words, narrative.is_complete())
    }

    #[test]
    fn the_narrative_is_found_wherever_it_stands() {
        let table = [
            (r#"{"narrative": "You wait."}"#, "You wait.", true),
            (r#"{"narrative":"You wait.","state_delta":{"a":"}"}} more"#, "You wait.", true),
            (r#"{"dice_triggers":[{"roll":"d20"}],"state_delta":{"narrative":"no"},"narrative":"Yes."}"#, "Yes.", true),
            (r#"{"a":"\\\"narrative\":\"no\"","b":[1,{"c":["]"]}],"narrative":"Yes."}"#, "Yes.", true),
            ("```json\n{\n \"narrative\" : \"Yes.\"\n}\n```", "Yes.", true),
            (r#"Here {it} is: {"narrative": "Yes."}"#, "Yes.", true),
            (r#"{"narrative": "a \ud83d\ude00 \u00e4 \n\tb \"c\" \/"}"#, "a 😀 ä \n\tb \"c\" /", true),
            (r#"{"narrative": "\ud83d!", "x": 1}"#, "\u{fffd}!", true),
            (r#"{"narrative": "\ud83d"}"#, "\u{fffd}", true),
            (r#"{"narrative": "  Yes.  \n"}"#, "Yes.", true),
            (r#"{"narrative": "It breaks o"#, "It breaks o", false),
            (r#"{"narrative": 3, "x": "narrative"}"#, "", false),
            (r#"{"narrative": ""}"#, "", false),
            ("The hatch opens.", "", false),
            ("\"narrative\": \"no\"", "", false),
            ("[\"narrative\", \"no\"]", "", false),
            ("", "", false),
        ];
        for (text, expected, complete) in table {
            let whole = (expected.to_owned(), complete);
            assert_eq!(told(&[text]), whole, "{text}");
            let mut letters = Narrative::new();
            let pieces: String = text.chars().map(|c| letters.push(c.encode_utf8(&mut [0; 4]))).collect();
            assert_eq!((pieces, letters.is_complete()), whole, "{text}");
        }
    }

    /// The text as a JSON string in which the characters at some places are written as escapes.
    fn escaped(text: &str, escapes: &[bool]) -> String {
        let mut units = [0; 2];
        let letters = text.chars().enumerate().map(|(at, c)| match escapes[at % escapes.len()] {
            true => c.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")).collect(),
            false => json!(c.to_string()).to_string().trim_matches('"').to_owned(),
        });
        // A quotation mark loses its backslash to the trimming above.
        let letters = letters.map(|letter: String| if letter == "\\" { "\\\"".to_owned() } else { letter });
        format!("\"{}\"", letters.collect::<String>())
    }

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![any::<i32>().prop_map(Value::from), ".{0,8}".prop_map(Value::from), Just(Value::Null)];
        leaf.prop_recursive(3, 12, 4, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                proptest::collection::btree_map("[a-z\"{}]{0,4}", inner, 0..4)
                    .prop_map(|fields| Value::Object(fields.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn any_split_adds_up_to_the_narrative(
            text in "(?s).{1,40}",
            escapes in proptest::collection::vec(any::<bool>(), 1..5),
            before in proptest::collection::vec(("[a-m]{1,3}", value()), 0..3),
            after in value(),
            wrap in prop_oneof![Just(("", "")), Just(("```json\n", "\n```")), Just(("So be it: ", " That is all."))],
            sizes in proptest::collection::vec(1usize..7, 1..20),
        ) {
            prop_assume!(!text.trim().is_empty());
            let mut fields: Vec<String> = before.iter().map(|(key, value)| format!("{}: {value}", json!(key))).collect();
            fields.push(format!("\"narrative\" :{}", escaped(&text, &escapes)));
            fields.push(format!("\"zzz\":{after}"));
            let reply = format!("{}{{ {} }}{}", wrap.0, fields.join(" ,\n"), wrap.1);
            let mut narrative = Narrative::new();
            let (mut words, mut rest, mut turn) = (String::new(), reply.as_str(), 0);
            while !rest.is_empty() {
                let end = rest.char_indices().nth(sizes[turn % sizes.len()]).map_or(rest.len(), |(at, _)| at);
                words.push_str(&narrative.push(&rest[..end]));
                (rest, turn) = (&rest[end..], turn + 1);
            }
            prop_assert_eq!(&words, text.trim());
            prop_assert_eq!(&words, narrative.told());
            prop_assert!(narrative.is_complete());
            prop_assert_eq!(words, read_solo(&reply).unwrap().narrative);
        }

        #[test]
        fn any_text_is_taken(text in ".{0,60}", json in r#"[{}",:\\unarrative 0d8\n]{0,60}"#) {
            told(&[&text, &json]);
            let _ = read_solo(&json);
        }
    }
}
