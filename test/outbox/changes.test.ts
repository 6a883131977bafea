import pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { forgetOld } from '../../src/forget-old.js';
import { feature, publishChanges } from '../../src/outbox/index.js';
import { ask, graphql, refusedWith } from '../kit/client.js';
import { openSmallHub, type SmallHub } from '../kit/small-hub.js';
import { until } from '../kit/until.js';

let hub: SmallHub;
let customerId: string;
const working = new AbortController();
const workers: Promise<void>[] = [];
beforeAll(async () => {
  hub = await openSmallHub(feature);
  // Two, as if there were two workers.
  for (let n = 0; n < 2; n++) workers.push(publishChanges(hub.house, async () => undefined, working.signal));
});
beforeEach(async () => {
  const document = 'mutation { createCustomer(input: { name: "Acme" }) { id } }';
  customerId = (await ask(hub.url, hub.adminKey, document)).createCustomer.id;
});
afterAll(async () => {
  working.abort();
  await Promise.all(workers);
  await hub?.close();
});

const follow = `query ($after: ID, $first: Int, $types: [ChangeType!], $customerId: ID) {
  changes(after: $after, first: $first, types: $types, customerId: $customerId) {
    nodes: changes { id type customerId } position hasMore newest behindSeconds } }`;

async function look(variables: object = {}, key = hub.adminKey) {
  // So that the workers look at once.
  hub.house.bus.publish('outbox', null);
  return (await ask(hub.url, key, follow, { customerId, ...variables })).changes;
}

/** Ids of new changes of this customer, as another program would write them: in one transaction that takes its time. */
async function writer(): Promise<{ write(count?: number): Promise<string[]>; commit(): Promise<void> }> {
  const client = new pg.Client({ connectionString: hub.database.url });
  await client.connect();
  await client.query('begin');
  return {
    async write(count = 1) {
      const { rows } = await client.query<{ id: string }>(
        "insert into changes (customer_id, type) select $1, 'sync.changed' from generate_series(1, $2) returning id",
        [customerId, count],
      );
      return rows.map(({ id }) => id);
    },
    async commit() {
      await client.query('commit');
      await client.end();
    },
  };
}

async function wrote(count = 1): Promise<string[]> {
  const one = await writer();
  const ids = await one.write(count);
  await one.commit();
  return ids;
}

/** Follows the feed as a program does until it has heard of all of these, and tells everything that it heard. */
async function heard(ids: readonly string[], first = 50): Promise<string[]> {
  const all: string[] = [];
  let after: string | null = null;
  await until('everything is in the feed', async () => {
    const { nodes, position } = await look({ after, first });
    all.push(...nodes.map(({ id }: { id: string }) => id));
    after = position;
    return ids.every(id => all.includes(id));
  });
  return all;
}

const lost = async (after: unknown) => (await refusedWith(hub.url, hub.adminKey, follow, { after })).extensions.code;

test('what commits late comes late, and whoever has read on misses nothing', async () => {
  const slow = await writer();
  const [early] = await slow.write();
  const [late] = await wrote();
  await heard([late as string]);
  const { position, nodes } = await look();
  expect(nodes.map(({ id }: { id: string }) => id)).toEqual([late]);

  await slow.commit();

  const next = await until('the late one is in the feed', async () => {
    const seen = await look({ after: position });
    return seen.nodes.length > 0 && seen;
  });
  expect(next.nodes.map(({ id }: { id: string }) => id)).toEqual([early]);
  expect(await look({ after: next.position })).toMatchObject({ nodes: [], hasMore: false, position: next.position });
});

test('a reader among many slow writers hears of everything once', async () => {
  const written: string[] = [];
  const busy = Array.from({ length: 24 }, async (_, n) => {
    const one = await writer();
    for (let k = 0; k < 3; k++) {
      written.push(...(await one.write(1 + (n % 3))));
      await new Promise(resolve => setTimeout(resolve, (n * 37) % 90));
    }
    await one.commit();
  });
  const committed = Promise.all(busy);
  const all: string[] = [];
  let [after, ended]: [string | null, boolean] = [null, false];
  void committed.then(() => (ended = true));

  await until('everything was heard of', async () => {
    const { nodes, position } = await look({ after, first: 5 });
    all.push(...nodes.map(({ id }: { id: string }) => id));
    after = position;
    return ended && written.every(id => all.includes(id));
  });

  expect(all.toSorted()).toEqual(written.toSorted());
  expect(await heard(written, 7)).toEqual(all);
});

test('a transaction that has nothing to do with it holds nothing up', async () => {
  const other = await writer();
  await other.write();
  const held = new pg.Client({ connectionString: hub.database.url });
  await held.connect();
  await held.query('begin; lock table facts in access exclusive mode');

  const ids = await wrote(3);

  expect(await heard(ids)).toEqual(ids);
  await held.end();
  await other.commit();
});

test('a reader of rare types keeps up with the others, and a page ends where it says', async () => {
  const ids = await wrote(5);
  await heard(ids);
  const rare = await look({ types: ['SYNC_DELETED'] });
  expect(rare).toMatchObject({ nodes: [], position: ids.at(-1), newest: ids.at(-1), hasMore: false, behindSeconds: 0 });

  const page = await look({ first: 2 });
  expect(page).toMatchObject({ position: ids[1], hasMore: true, newest: ids.at(-1) });
  expect((await look({ after: page.position, first: 3 })).nodes).toHaveLength(3);
});

test('a customer follows its own changes only, and positions of others are none', async () => {
  const [own] = await wrote();
  await heard([own as string]);
  const key = await hub.key('CUSTOMER', { customerId });
  const others = (await ask(hub.url, hub.adminKey, 'mutation { createCustomer(input: { name: "Other" }) { id } }'))
    .createCustomer.id;
  await hub.database.query("insert into changes (customer_id, type) values ($1, 'sync.deleted')", [others]);
  const foreign = await until('the other one is in the feed', async () => {
    const { newest } = await look({ customerId: others });
    return newest as string | null;
  });

  expect((await look({ customerId: null }, key)).nodes).toMatchObject([{ id: own, customerId }]);
  expect((await look({ customerId: others }, key)).nodes).toEqual([]);
  const refusal = await refusedWith(hub.url, key, follow, { after: foreign });
  expect(refusal.extensions).toMatchObject({ code: 'POSITION_LOST', field: 'after', remedy: expect.any(String) });
  const { errors } = await graphql(hub.url, await hub.key('SALES'), follow);
  expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN');
});

test('after 30 days a change is forgotten, and whoever stood there or comes from another past is told so', async () => {
  const ids = await wrote(4);
  await heard(ids);
  await hub.database.query("update changes set at = at - interval '31 days' where id = any ($1)", [ids.slice(0, 3)]);
  const end = new AbortController();
  forgetOld(hub.house, feature.kept, end.signal);
  await until('old changes are forgotten', async () => (await look()).nodes.length === 2);
  end.abort();

  // The last one that is old is where readers stand who have missed nothing.
  expect((await look({ after: ids[2] })).nodes).toMatchObject([{ id: ids[3] }]);
  expect(await lost(ids[0])).toBe('POSITION_LOST');
  // As a restored database: what came after is not there any more, and its numbers are given anew.
  await hub.database.query('delete from changes where id = $1', [ids[3]]);
  await hub.database.query('update change_feed set head = head - 1');
  const [next] = await wrote();
  await until('the next one is in the feed', async () => (await look()).newest === next);
  expect(await lost(ids[3])).toBe('POSITION_LOST');
  expect((await look({ after: ids[2] })).nodes).toMatchObject([{ id: next }]);
});

test('what waits for its place is told as seconds', async () => {
  const blocker = new pg.Client({ connectionString: hub.database.url });
  await blocker.connect();
  await blocker.query('begin; select 1 from change_feed for update');
  await hub.database.query(
    "insert into changes (customer_id, type, at) values ($1, 'sync.changed', now() - interval '1 minute')",
    [customerId],
  );

  const { nodes, behindSeconds } = await look();

  expect(nodes).toEqual([]);
  expect(behindSeconds).toBeGreaterThanOrEqual(60);
  await blocker.end();
});
