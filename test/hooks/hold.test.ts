import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { keepHold } from '../../src/hooks/hold.js';
import { prepareDatabase } from '../../src/infra/database.js';
import { openSql } from '../../src/infra/sql.js';
import { type FreshDatabase, readyDatabase } from '../kit/database.js';
import { keysOf, usualKey } from '../kit/keys.js';

let database: FreshDatabase;
let pool: ReturnType<typeof openSql>;

beforeAll(async () => {
  database = await readyDatabase();
  pool = openSql((await prepareDatabase(database.url, keysOf(usualKey))).url);
});
afterAll(async () => {
  await pool.close();
  await database.drop();
});

/** A hook that is held for one more second, or has been let go of, and is looked after again in a day. */
async function hook(heldUntil: string): Promise<string> {
  const id = randomUUID();
  await database.query(
    `insert into hooks (id, platform, claim, held_until, next_at) values ($1, $2, 1, ${heldUntil}, now() + interval '1 day')`,
    [id, `platform ${id}`],
  );
  return id;
}

/** Beats once. */
async function beat(id: string): Promise<void> {
  const beats: Promise<unknown>[] = [];
  const noting: Parameters<typeof keepHold>[0] = {
    transaction(...asked) {
      const done = pool.transaction(...asked);
      beats.push(done);
      return done;
    },
  };
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  try {
    const end = keepHold(noting, { id, claim: 1 });
    vi.advanceTimersToNextTimer();
    end();
  } finally {
    vi.useRealTimers();
  }
  expect(beats).toHaveLength(1);
  await Promise.all(beats);
}

async function stateOf(id: string): Promise<object | undefined> {
  const [row] = await database.query(
    `select held_until > now() + interval '30 seconds' as held, next_at > now() + interval '1 hour' as rests from hooks where id = $1`,
    [id],
  );
  return row;
}

test('a heartbeat keeps a hook, and one that comes late takes none back that was let go of', async () => {
  const held = await hook("clock_timestamp() + interval '1 second'");
  await beat(held);
  expect(await stateOf(held)).toEqual({ held: true, rests: false });

  const settled = await hook('null');
  await beat(settled);
  expect(await stateOf(settled)).toEqual({ held: null, rests: true });
});
