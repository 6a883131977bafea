import { setTimeout as delay } from 'node:timers/promises';
import { Router } from 'express';
import type { Sql } from '../core/ports.js';

export interface Health {
  /** Whether requests can be served now. */
  ready(): Promise<boolean>;
}

const patienceMs = 2_000;

/** Ready when the database answers in time and holds our tables. */
export function healthOf(sql: Sql): Health {
  const look = async (): Promise<boolean> => {
    const [row] = await sql.transaction('none', tx =>
      tx.rows<{ there: boolean }>("select to_regclass('public.api_keys') is not null as there"),
    );
    return row?.there === true;
  };
  return {
    ready: () => Promise.race([look().catch(() => false), delay(patienceMs, false, { ref: false })]),
  };
}

/** `/healthz`: the process is alive. `/readyz`: it can serve. Open to everybody and without a word more. */
export function healthRoutes(health: Health): Router {
  const router = Router();
  router.get('/healthz', (_request, response) => void response.type('text/plain').send('ok\n'));
  router.get('/readyz', async (_request, response) => {
    const ready = await health.ready();
    response.status(ready ? 200 : 503).type('text/plain');
    response.send(ready ? 'ready\n' : 'not ready: the database does not answer\n');
  });
  return router;
}
