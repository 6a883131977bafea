/**
 * A hub process that hands out tokens when its parent asks, and kills itself at a named point of a refresh.
 *
 * CRASH_AT: `claimed`, `answered`, `committed`. The parent sends `{ take: connection, callers }` and gets `{ taken }`.
 */
import 'reflect-metadata';
import { keeperOf } from '../../dist/src/access/index.js';
import { openHub } from '../../dist/src/app.js';
import { readConfig } from '../../dist/src/config.js';

let house;
const crashAt = process.env.CRASH_AT;

function point(name) {
  if (name === crashAt) process.kill(process.pid, 'SIGKILL');
}

function wrap(bare) {
  const sql = {
    ...bare.sql,
    async transaction(reach, work) {
      let last;
      const result = await bare.sql.transaction(reach, tx =>
        work({ ...tx, rows: (text, values) => (last = text) && tx.rows(text, values) }),
      );
      if (/refresh_epoch = c.refresh_epoch \+ 1/.test(last ?? '') && result?.length > 0) point('claimed');
      if (/update credentials c set sealed/.test(last ?? '')) point('committed');
      return result;
    },
  };
  const oauth = {
    ...bare.oauth,
    async refresh(...args) {
      const outcome = await bare.oauth.refresh(...args);
      point('answered');
      return outcome;
    },
  };
  house = { ...bare, sql, oauth };
  return house;
}

const hub = await openHub(readConfig(process.env), { wrap });

process.on('message', async ({ take, callers, usage }) => {
  if (usage) return void process.send({ usage: process.cpuUsage() });
  const tokens = new Set();
  const waits = [];
  let failures = 0;
  const startedAt = performance.now();
  const asked = Array.from({ length: callers }, async () => {
    try {
      const { headers } = await keeperOf(house).take(take);
      tokens.add(headers.reveal().authorization);
    } catch {
      failures += 1;
    }
    waits.push(performance.now() - startedAt);
  });
  await Promise.all(asked);
  process.send({ taken: { tokens: [...tokens], failures, lastMs: Math.max(...waits) } });
});
process.on('SIGTERM', async () => {
  await hub.close();
  process.exit(0);
});
process.send({ ready: true });
