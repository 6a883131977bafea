// Asks as fast as it is answered, until it is ended: known attacks with a key that works, guesses of keys, and the
// largest documents that are allowed.
import { workerData } from 'node:worker_threads';

const { url, key, bodies, lines } = workerData;

const send = (authorization, { method = 'POST', query = '', headers = {}, body }) =>
  fetch(`${url}/graphql${query}`, {
    method,
    headers: { 'content-type': 'application/json', authorization, ...headers },
    ...(body !== undefined && { body }),
  });

async function attack(line) {
  for (let n = line; ; n += 1) {
    const authorization = line % 4 === 3 ? `Bearer pb_guess${n}` : `Bearer ${key}`;
    try {
      await (await send(authorization, bodies[n % bodies.length])).arrayBuffer();
    } catch {
      // Cut off: come again.
    }
  }
}

for (let line = 0; line < lines; line += 1) void attack(line);
