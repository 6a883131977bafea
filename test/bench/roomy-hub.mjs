/** A hub whose limits count as ever, and are never reached: a bench asks faster than a client may. */
import { openHub } from '../../dist/src/app.js';
import { readConfig } from '../../dist/src/config.js';

const much = { perSecond: 1e9, burst: 1e9 };
const limits = { key: much, strangers: much, misuse: much, messages: much, socketsPerKey: 1e6 };
const hub = await openHub(readConfig(process.env), { limits });
process.stdout.write(`hub ready ${hub.url}\n`);
process.on('SIGTERM', async () => {
  await hub.close();
  process.exit(0);
});
