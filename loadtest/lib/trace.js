// W3C trace context without a library. Each request starts a trace of its own, whose id the caller knows before the
// server does: the answer must come back with the same id, and a failed check can be looked up by it.

import { randomBytes } from 'k6/crypto';

const hex = (bytes) =>
  Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');

// The id goes into logs and checks, never into a metric's tags: one value per request would be one series per request.
export function newTrace() {
  const id = hex(randomBytes(16));
  return { id, traceparent: `00-${id}-${hex(randomBytes(8))}-01` };
}
