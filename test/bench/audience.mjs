/** Many subscribers in a process of their own, who only note when the last of them has heard an event. */
import { WebSocket } from 'ws';

const sideBySide = 50;

/** Resolves with the first event; each further one is one message. */
function subscriber({ url, key, query, variables }, hear, lost) {
  const options = { perMessageDeflate: false, skipUTF8Validation: true };
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', options);
  const say = message => socket.send(JSON.stringify(message));
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('close', (code, reason) => lost(new Error(`A socket was closed: ${code} ${reason}`)));
    socket.once('open', () => say({ type: 'connection_init', payload: { authorization: `Bearer ${key}` } }));
    socket.once('message', () => {
      say({ type: 'subscribe', id: '1', payload: { query, variables } });
      socket.once('message', data => {
        socket.on('message', hear);
        if (String(data).includes('"next"')) resolve();
        else reject(new Error(String(data)));
      });
    });
  });
}

process.on('message', async wanted => {
  const { url, seats } = wanted;
  const tell = () => process.send({ url, lastAt: performance.timeOrigin + performance.now() });
  let [taken, heard] = [0, 0];
  const hear = () => {
    heard += 1;
    if (heard % seats === 0) tell();
  };
  const enter = async () => {
    while (taken < seats) {
      taken += 1;
      await subscriber(wanted, hear, fail);
    }
  };
  const fail = error => process.send({ url, problem: String(error) });
  try {
    await Promise.all(Array.from({ length: sideBySide }, enter));
    tell();
  } catch (error) {
    fail(error);
  }
});
process.on('disconnect', () => process.exit(0));
