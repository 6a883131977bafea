import { afterAll, beforeAll, expect, test } from 'vitest';
import { whenWebhook } from '../kit/hooks.js';
import { type TestHub, testHub } from '../kit/hub.js';
import { type PlatformSandbox, playedPlatforms, type Played, startPlatformSandbox } from '../kit/platforms.js';
import { createSync, setTime, steerSync } from '../kit/syncs.js';
import { until } from '../kit/until.js';

const dayMs = 86_400_000;
/** The sandbox grants a week from the end of its account on. */
const to = '2026-01-19T00:00:00Z';
const start = Date.parse(to);

let sandbox: PlatformSandbox;
let hub: TestHub;
let played: Played;
let connectionId: string;
let syncId: string;
/** What was asked of subscriptions so far, each as `POST all` or `DELETE one`. */
const asked = () =>
  sandbox
    .ledger()
    .filter(({ path }) => path.includes('/subscription'))
    .map(({ method, path }) => `${method} ${path.includes('/subscription/') ? 'one' : 'all'}`);

beforeAll(async () => {
  played = (await playedPlatforms()).find(({ id }) => id === 'ringcentral') as Played;
  sandbox = await startPlatformSandbox(played, { calls: 10, to, limits: 'off' });
  hub = await testHub({ ...sandbox.env, PLATFORM_RINGCENTRAL_LIMITS: 'off' });
  await setTime(hub, start);
  const way = played.ways.find(({ kind }) => kind === 'entered') ?? played.ways[0];
  ({ connectionId } = (await way?.connect(hub, sandbox)) ?? { connectionId: '' });
  ({ id: syncId } = await createSync(hub, {
    connectionId,
    schedule: { cadence: 'REAL_TIME' },
    historyFrom: '2026-01-05T00:00:00Z',
  }));
});
afterAll(async () => {
  await hub.close();
  await sandbox.close();
});

test('a real-time sync subscribes, and polls more slowly while the subscription is alive', async () => {
  const webhook = await until('the slower pace', async () => {
    const seen = await whenWebhook(hub, syncId, 'ALIVE');
    return seen.pollMinutes === 15 && seen;
  });
  expect(webhook).toMatchObject({ aliveUntil: '2026-01-26T00:00:00.000Z', address: null, steps: [], reason: null });
  expect(asked()).toContain('POST all');
});

test('it is renewed when half of what was granted is over', async () => {
  await setTime(hub, start + 4 * dayMs);
  await until('it is renewed', () => sandbox.ledger().some(({ path }) => path.endsWith('/renew')));
  await whenTended();
  expect(await whenWebhook(hub, syncId, 'ALIVE')).toMatchObject({ aliveUntil: '2026-01-26T00:00:00.000Z' });
});

test('one that the platform no longer lists is replaced, and a turn makes up for what was missed', async () => {
  const before = await turnsOf();
  await hub.database.query(
    `update hooks set subscription_id = 'gone', checked_at = business_now() - interval '2 days', next_at = business_now()`,
  );
  const nodes = await until('it is replaced', async () => {
    const seen = await replacements();
    return seen.length > 1 && seen;
  });
  await until('a turn at once', async () => (await turnsOf()) > before);
  expect(nodes.map(({ kind }: { kind: string }) => kind).toSorted()).toEqual(['WEBHOOK_DEAD', 'WEBHOOK_REPLACED']);
  expect(nodes[0]?.connectionId).toBe(connectionId);
  // Besides the dead one, another that led to the same address.
  expect(asked().filter(ask => ask === 'DELETE one')).toHaveLength(2);
});

test('what makes one due while it is being looked after is not forgotten', async () => {
  await whenTended();
  const body = 'returns trigger language plpgsql security definer set search_path from current as';
  for (const statement of [
    'create sequence looks',
    `create function note_look() ${body} $$ begin perform nextval('looks'); return null; end $$`,
    `create trigger looked after update on hooks for each row
       when (old.held_until is null and new.held_until is not null) execute function note_look()`,
    `create function wake() ${body} $$ begin update hooks set next_at = business_now(); return null; end $$`,
    `create trigger woken after insert on facts for each row when (new.kind = 'webhook.replaced') execute function wake()`,
    'update hooks set expires_at = business_now(), next_at = business_now()',
  ])
    await hub.database.query(statement);
  await until('a second look', async () => {
    const [row] = await hub.database.query<{ two: boolean }>('select last_value >= 2 as two from looks');
    return row?.two;
  });
  await whenTended();
  await hub.database.query('drop trigger woken on facts');
});

test('who was overtaken while the platform was asked writes nothing, and ends what it has made', async () => {
  await whenTended();
  const body = 'returns trigger language plpgsql security definer set search_path from current as';
  for (const statement of [
    `create function overtake() ${body} $$ begin new.claim := new.claim + 1; return new; end $$`,
    `create trigger overtaken before update on hooks for each row
       when (old.awaits_until is null and new.awaits_until is not null) execute function overtake()`,
  ])
    await hub.database.query(statement);
  const deleted = () => asked().filter(ask => ask === 'DELETE one').length;
  const [posts, deletes] = [asked().filter(ask => ask === 'POST all').length, deleted()];
  const subscription = 'select subscription_id as id from hooks';
  const [before] = await hub.database.query<{ id: string }>(subscription);
  await hub.database.query('update hooks set expires_at = business_now(), next_at = business_now()');
  await until('it ends what it has made', () => deleted() > deletes);

  expect(asked().filter(ask => ask === 'POST all')).toHaveLength(posts + 1);
  expect(await hub.database.query(subscription)).toEqual([before]);
  await hub.database.query('drop trigger overtaken on hooks');
  await hub.database.query('update hooks set held_until = null, awaits_until = null, next_at = business_now()');
  await until('whoever is next makes one', async () => {
    const [row] = await hub.database.query<{ id: string }>(subscription);
    return row?.id !== before?.id;
  });
  await whenTended();
});

test('what ended while no process ran is made anew', async () => {
  await setTime(hub, start + 30 * dayMs);
  const posts = () => asked().filter(ask => ask === 'POST all').length;
  const before = posts();
  await until('a new one', () => posts() > before);
});

test('a sync that is deleted is unsubscribed', async () => {
  sandbox.resetLedger();
  await steerSync(hub, 'deleteSync', syncId);
  await until('it is ended', () => asked().includes('DELETE one'));
  await until('nothing is left', async () => (await hub.database.query('select 1 from hooks')).length === 0);
});

test('a connection that is cut is unsubscribed first, while its credential still opens the account', async () => {
  const { id } = await createSync(hub, { connectionId, schedule: { cadence: 'REAL_TIME' } });
  await whenSubscribed(id);
  sandbox.resetLedger();
  await hub.ask('mutation ($id: ID!) { disconnect(connectionId: $id) { id } }', { id: connectionId });
  expect(asked()).toContain('DELETE one');
});

async function replacements(): Promise<{ kind: string; connectionId: string }[]> {
  return (await hub.ask('{ facts(kinds: [WEBHOOK_DEAD, WEBHOOK_REPLACED]) { nodes { kind connectionId } } }')).facts
    .nodes;
}

/** Nobody looks after the hook, and nobody is about to. */
function whenTended(): Promise<unknown> {
  return until('it is looked after', async () => {
    const [row] = await hub.database.query<{ tended: boolean }>(
      'select held_until is null and next_at > business_now() as tended from hooks',
    );
    return row?.tended;
  });
}

async function turnsOf(): Promise<number> {
  const { sync } = await hub.ask('query ($id: ID!) { sync(id: $id) { turns { totalCount } } }', { id: syncId });
  return sync.turns.totalCount;
}

/** The sandbox grants a week of January, which is over by now; so what is told of it does not count. */
function whenSubscribed(id: string): Promise<unknown> {
  return until('a subscription', async () => {
    const rows = await hub.database.query(
      'select 1 from hooks h join syncs s using (connection_id) where s.id = $1 and subscription_id is not null',
      [id],
    );
    return rows.length > 0;
  });
}
