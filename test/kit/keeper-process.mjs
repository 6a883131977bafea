/**
 * A hub process that hands out tokens when its parent asks, and kills itself at a named point of a refresh or of a sign-in.
 *
 * CRASH_AT: `claimed`, `answered`, `committed` of a refresh; `state claimed`, `code exchanged`, `whoami answered`,
 * `proposal stored`, `confirming` of a sign-in. The parent sends `{ take: connection, callers }` and gets `{ taken }`, or
 * `{ endSignIns: true }` and gets `{ ended }`. TEST_PLATFORMS: a further folder with platforms in it.
 */
import 'reflect-metadata';
import { keeperOf } from '../../dist/src/access/index.js';
import { endOldAuthorizations } from '../../dist/src/access/oauth/sweep-authorizations.js';
import { openHub } from '../../dist/src/app.js';
import { readConfig } from '../../dist/src/config.js';

let house;
/** Somebody has come back from a platform. */
let cameBack = false;
const roomy = { perSecond: 1e6, burst: 1e6 };
const { TEST_PLATFORMS: folder } = process.env;
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
        work({
          ...tx,
          rows(text, values) {
            last = text;
            // What comes right after the proposal's commit.
            if (cameBack && /set status = 'rejected'/.test(text)) point('proposal stored');
            return tx.rows(text, values);
          },
        }),
      );
      if (/set status = 'exchanging'/.test(last ?? '') && result?.length > 0) {
        cameBack = true;
        point('state claimed');
      }
      if (/refresh_epoch = c.refresh_epoch \+ 1/.test(last ?? '') && result?.length > 0) point('claimed');
      if (/update credentials c set sealed/.test(last ?? '')) point('committed');
      return result;
    },
  };
  const oauth = {
    ...bare.oauth,
    async grant(...args) {
      const outcome = await bare.oauth.grant(...args);
      point('code exchanged');
      return outcome;
    },
    async refresh(...args) {
      const outcome = await bare.oauth.refresh(...args);
      point('answered');
      return outcome;
    },
  };
  const egress = {
    ...bare.egress,
    async request(request) {
      const reply = await bare.egress.request(request);
      if (request.url.endsWith('/me')) point('whoami answered');
      return reply;
    },
  };
  const keyring = {
    ...bare.keyring,
    seal(plain, context) {
      // In the transaction that makes it live.
      if (context.field === 'credentials.sealed') point('confirming');
      return bare.keyring.seal(plain, context);
    },
  };
  house = { ...bare, sql, oauth, egress, keyring };
  return house;
}

const hub = await openHub(readConfig(process.env), {
  ...{ wrap, limits: { key: roomy, misuse: roomy, strangers: roomy, visits: roomy } },
  platformFolders: folder === undefined ? [] : [new URL(folder)],
});

process.on('message', async ({ take, callers, usage, endSignIns }) => {
  if (endSignIns) return void process.send({ ended: await endOldAuthorizations(house).then(() => true) });
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
process.send({ ready: true, url: hub.url });
