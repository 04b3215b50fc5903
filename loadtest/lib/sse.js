// Server-sent events from a body that has already ended. k6 hands out a response when its last byte is in, so there
// is nothing to read incrementally; times between tokens are the server's to measure.

export function parseEvents(body) {
  return (body || '')
    .split(/\r\n\r\n|\n\n|\r\r/)
    .map(parseEvent)
    .filter((event) => event.data !== null);
}

// A block without a `data:` line (a keep-alive comment, say) is no event: its data stays null.
function parseEvent(block) {
  const event = { name: 'message', data: null };
  for (const line of block.split(/\r\n|\n|\r/)) {
    if (line.startsWith('event:')) {
      event.name = line.slice('event:'.length).trim();
    } else if (line.startsWith('data:')) {
      const text = line.slice('data:'.length).replace(/^ /, '');
      event.data = event.data === null ? text : `${event.data}\n${text}`;
    }
  }
  return event;
}
