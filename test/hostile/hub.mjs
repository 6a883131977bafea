/**
 * A hub in a process of its own, so that its memory can be measured. How long it waits for a reply or before the next
 * attempt, and the pace of its connector, are those of a test; everything else is the product as it is built.
 *
 * The parent asks `state` over IPC and is told the most memory it ever held and whether its prototypes are clean.
 */
import { openHub } from '../../dist/src/app.js';
import { readConfig } from '../../dist/src/config.js';

/** For accounts whose key begins with `slow`, which would take all the time there is, and for all others. */
const [shortMs, longMs] = [300, 20_000];
const slow = Buffer.from('slow').toString('base64').slice(0, 5);
const limits = [{ requests: 200, seconds: 1, owner: 'company' }];
const roomy = { perSecond: 1e6, burst: 1e6 };
const prototypes = [Object.prototype, Array.prototype, Function.prototype].map(Object.getOwnPropertyNames);

function patienceFor({ headers }) {
  return headers.authorization?.startsWith(`Basic ${slow}`) ? shortMs : longMs;
}

function wrap(house) {
  return {
    ...house,
    connectors: new Map([...house.connectors].map(([id, connector]) => [id, { ...connector, limits }])),
    egress: { request: request => house.egress.request({ ...request, timeoutMs: patienceFor(request) }) },
  };
}

// Back-offs are spread between nothing and a bound; here they are near nothing.
const { random } = Math;
Math.random = () => random() / 20;

const hub = await openHub(readConfig(process.env), { wrap, limits: { key: roomy, strangers: roomy, messages: roomy } });
process.on('message', () => {
  const now = [Object.prototype, Array.prototype, Function.prototype].map(Object.getOwnPropertyNames);
  process.send({
    peakMegabytes: process.resourceUsage().maxRSS / 1024,
    isPolluted: JSON.stringify(now) !== JSON.stringify(prototypes),
  });
});
process.on('SIGTERM', async () => {
  await hub.close();
  process.exit(0);
});
process.send({ url: hub.url });
