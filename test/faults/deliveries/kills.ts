import { randomBytes, randomUUID } from 'node:crypto';
import { ask } from '../../kit/client.js';
import { type FreshDatabase, readyDatabase } from '../../kit/database.js';
import { createEndpoint, lookNow, messageId } from '../../kit/endpoints.js';
import { hubEnv } from '../../kit/hub.js';
import { type HubProcess, startHubProcess } from '../../kit/processes.js';
import { isGenuine, type Receiver, startReceiver } from '../../kit/receiver.js';
import { until } from '../../kit/until.js';

/** Where a hub dies, from the transaction that makes something true to the one that notes that it was told. */
export const points = [
  'before audit entry',
  'before news of syncs',
  'after numbering',
  'numbering committed',
  'after taking',
  'taking committed',
  'before message request',
  'after message reply',
  'after noting',
  'noting committed',
] as const;
export type Point = (typeof points)[number];

/** What came of so many kills. */
export interface Verdict {
  readonly kills: number;
  /** Changes that were committed. */
  readonly changes: number;
  /** Of these, those that no message told of. */
  readonly lost: number;
  /** Messages that told of nothing that was committed. */
  readonly invented: number;
  /** Messages that came again, and the most that any kill has caused. */
  readonly repeated: number;
  readonly repeatedAtMost: number;
  /** Repeated messages that were not the same to the byte. */
  readonly different: number;
  /** Messages that either verifier refused. */
  readonly refused: number;
  /** Acts in the audit trail without a change, or changes without one. */
  readonly untold: number;
}

interface World {
  readonly database: FreshDatabase;
  readonly receiver: Receiver;
  readonly env: Readonly<Record<string, string>>;
  readonly adminKey: string;
  readonly secret: string;
  readonly syncId: string;
}

/** Kills a hub at each of these points in turn, a new one each time, and judges in the end. */
export async function playKills(
  kills: readonly Point[],
  hear: (done: number) => void = () => undefined,
): Promise<Verdict> {
  const database = await readyDatabase();
  const receiver = await startReceiver();
  // As they come: whoever looks later takes them for old.
  let refused = 0;
  const adminKey = `pb_${randomBytes(32).toString('base64url')}`;
  const env = { ...hubEnv(database.url, adminKey), PATCHBAY_ROLE: 'all' };
  try {
    const world = { database, receiver, env, adminKey, ...(await settle(env, adminKey, database, receiver)) };
    receiver.answer = message => {
      if (!isGenuine(world.secret, message)) refused += 1;
    };
    let repeatedAtMost = 0;
    for (const [n, point] of kills.entries()) {
      const before = repeatedOf(receiver);
      await playKill(world, point);
      repeatedAtMost = Math.max(repeatedAtMost, repeatedOf(receiver) - before);
      hear(n + 1);
    }
    const last = await startHubProcess(env);
    await allTold(world);
    // What was repeated for the last kill is here by now as well.
    last.kill();
    await last.ended;
    return { kills: kills.length, ...(await judge(world)), repeatedAtMost, refused };
  } finally {
    await receiver.close();
    await database.drop();
  }
}

/** A customer with an endpoint, and a sync that is paused and resumed and never runs. */
async function settle(
  env: Readonly<Record<string, string>>,
  adminKey: string,
  database: FreshDatabase,
  receiver: Receiver,
): Promise<Pick<World, 'secret' | 'syncId'>> {
  const hub = await startHubProcess(env);
  const client = { ask: (text: string, values: object = {}) => ask(hub.url, adminKey, text, values) };
  const { createCustomer } = await client.ask('mutation { createCustomer(input: { name: "Acme" }) { id } }');
  const { secret } = await createEndpoint(client, { customerId: createCustomer.id, url: receiver.url });
  const syncId = randomUUID();
  await database.query(
    `with connection as (
       insert into connections (id, customer_id, platform, account_id, account_name, settings, credential_health, credential_checked_at, warnings, created_by)
       values (gen_random_uuid(), $1, 'gong', 'acme', 'Acme', '{}', 'valid', now(), '[]', 'Ada') returning id
     ) insert into syncs (id, customer_id, connection_id, cadence, with_transcripts, history_from, state, next_slot_at, next_at, requested_by,
         created_at, updated_at)
       select $2, $1, id, 'HOURLY', true, now(), 'PAUSED', '2036-01-01Z', '2036-01-01Z', 'Ada', now(), now() from connection`,
    [createCustomer.id, syncId],
  );
  hub.kill();
  await hub.ended;
  return { secret, syncId };
}

/** One hub, which dies at the point while it tells of what it has been asked to do. */
async function playKill(world: World, point: Point): Promise<void> {
  const { env, database } = world;
  // As if the time of whoever died before were over.
  await database.query('update endpoints set leased_until = null');
  const hub = await startHubProcess(env, point);
  await Promise.race([act(world, hub), hub.ended]);
  await until(
    'the hub has died',
    async () => {
      await lookNow({ database });
      return hub.child.signalCode !== null;
    },
    60_000,
  );
  await hub.ended;
}

/** Pauses the sync, or resumes it. Whoever asks may never hear what came of it. */
async function act({ database, adminKey, syncId }: World, hub: HubProcess): Promise<void> {
  const [sync] = await database.query<{ state: string }>('select state from syncs where id = $1', [syncId]);
  const verb = sync?.state === 'PAUSED' ? 'resumeSync' : 'pauseSync';
  await ask(hub.url, adminKey, `mutation ($id: ID!) { ${verb}(id: $id) { id } }`, { id: syncId }).catch(
    () => undefined,
  );
}

async function allTold({ database, receiver }: World): Promise<void> {
  await database.query('update endpoints set leased_until = null');
  await until(
    'everything is delivered',
    async () => {
      await lookNow({ database });
      const waiting = await database.query(
        "select 1 from changes where number is null union all select 1 from deliveries where status <> 'DELIVERED'",
      );
      return waiting.length === 0 && receiver.messages().length > 0;
    },
    60_000,
  );
}

function repeatedOf(receiver: Receiver): number {
  const messages = receiver.messages();
  return messages.length - new Set(messages.map(({ id }) => id)).size;
}

async function judge({ database, receiver }: World): Promise<Omit<Verdict, 'kills' | 'repeatedAtMost' | 'refused'>> {
  const changes = await database.query<{ id: string; type: string }>('select id, type from changes');
  const acts = await database.query<{ act: string; n: number }>(
    `select coalesce(a.act, c.type) as act, abs(coalesce(a.n, 0) - coalesce(c.n, 0))::int as n from
     (select act, count(*) as n from audit_entries where act in ('sync.paused', 'sync.resumed') group by 1) a
     full join (select type, count(*) as n from changes where type in ('sync.paused', 'sync.resumed') group by 1) c on a.act = c.type`,
  );
  const messages = receiver.messages();
  const bodies = new Map<string, Set<string>>();
  for (const { id, body } of messages) bodies.set(id, (bodies.get(id) ?? new Set()).add(body));
  const committed = new Set(changes.map(({ id }) => messageId(id)));
  return {
    changes: changes.length,
    lost: [...committed].filter(id => !bodies.has(id)).length,
    invented: [...bodies.keys()].filter(id => !committed.has(id)).length,
    repeated: repeatedOf(receiver),
    different: [...bodies.values()].filter(each => each.size > 1).length,
    untold: acts.reduce((sum, { n }) => sum + n, 0),
  };
}
