//! Any bytes, cut anywhere, through the parser of event streams.

#![no_main]

use libfuzzer_sys::fuzz_target;
use zeroth::llm::sse::{Event, Parser};

const LIMIT: usize = 256;

fuzz_target!(|input: &[u8]| {
    // The first bytes say how long the pieces are; the rest is the stream.
    let Some((cuts, stream)) = input.split_at_checked(4) else { return };
    let mut rest = stream;
    let pieces = cuts.iter().cycle().map_while(|cut| {
        let (piece, left) = rest.split_at(rest.len().min(1 + usize::from(*cut)));
        rest = left;
        (!piece.is_empty()).then_some(piece)
    });
    assert_eq!(read([stream]), read(pieces));
});

/// The events of the pieces; none when one was too long.
fn read<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Option<Vec<Event>> {
    let mut parser = Parser::new(LIMIT);
    let mut events = Vec::new();
    for piece in pieces {
        events.extend(parser.push(piece).ok()?);
    }
    // Broken characters are replaced by longer ones.
    assert!(events.iter().all(|event| event.data.len() <= 3 * LIMIT));
    Some(events)
}
